"""Explorers of the ablation lesson: heat beside a vessel, and the ice that is not yet death.

Both draw what the models of `hcclab.mechanisms` give. The models know radii only; the flat side
that a lesion has towards a vessel is drawn, at the radius of the solve with the vessel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from math import cos, hypot, pi, sin
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.cryoablation import Cryoablation, Frozen, freeze
from hcclab.mechanisms.growth import Growth, sphere_ml
from hcclab.mechanisms.heat_ablation import MESH, Microwave, Radiofrequency, Vessel, heat, margin_mm

COARSE = MESH._replace(cells=80, step_s=8)
"""For a slider: within 0.1 mm of the usual mesh."""

THIN_MM, WIDE_MM = 5, 10
"""Margin that is aimed at, mm [from memory]: less is tight, more costs liver."""

TECHNIQUES = {"radiofrequency": Radiofrequency, "microwave": Microwave}
GAPS = {
    "none near": None,
    "touches the tumour": 0,
    "5 mm from the tumour": 5,
    "10 mm from the tumour": 10,
}
LONGEST_MIN = 20
CYCLE = (10, 5, 10)
"""Minutes of freezing, thawing and freezing."""

FLOWS = {"as in the cold model's source": 5e-4, "as in the heat models": 6.4e-3}
SIZE = Growth.described()["diameter_cm"].variable
HEATING = Radiofrequency.described()

PALE, DEAD = "#fbf3ea", "#d8d3cc"


class Reach(NamedTuple):
    """How far a lesion reaches over time, and the power until then."""

    t_min: Any
    lesion_mm: Any
    mean_power_w: Any

    def at(self, minutes: float) -> float:
        return float(np.interp(minutes, self.t_min, self.lesion_mm))


class AblationPlanner(Explorer):
    """Heat a round tumour from its centre, with or without a vein beside it.

    Examples
    --------
    >>> planner = AblationPlanner()
    >>> planner.summary
    '✓ Covered: the margin is 5.3 mm all round. Mean power 18 of 30 W.'
    >>> planner.set(vessel="touches the tumour")
    '✗ Undertreated: tumour is left towards the vein, 0.5 mm deep. Mean power 18 of 30 W.'
    """

    title = "One needle, one tumour, one vein (a model, not a plan)"

    def __init__(self) -> None:
        super().__init__(
            technique=widgets.Dropdown(options=list(TECHNIQUES), description="Technique"),
            power_w=control(replace(HEATING["power_w"].variable, step=5), value=30),
            minutes=control(HEATING["minutes"].variable, value=12),
            tumour_cm=control(
                replace(SIZE, label="Diameter of the tumour"), value=2, low=1.5, high=5
            ),
            vessel=widgets.Dropdown(options=list(GAPS), description="Vein, 4 mm wide"),
        )

    def view(  # type: ignore[override]
        self, *, technique: str, power_w: float, minutes: float, tumour_cm: float, vessel: str
    ) -> View:
        """Draw the lesion over the tumour, and how it grew."""
        tumour_mm, gap = 5 * tumour_cm, GAPS[vessel]
        away = _heated(technique, power_w, None)
        vein_mm = None if gap is None else tumour_mm + gap
        towards = away if vein_mm is None else _heated(technique, power_w, vein_mm)
        far = away.at(minutes)
        near = min(far, towards.at(minutes))
        given = float(np.interp(minutes, away.t_min, away.mean_power_w))
        summary = f"{_verdict(near, far, tumour_cm)} Mean power {given:.0f} of {power_w:g} W."
        limit = TECHNIQUES[technique].described()["cap_c"].value
        held = (
            f"The tissue at the needle is at its limit of {limit:g} °C, so it takes {given:.0f} W "
            f"of the {power_w:g} W set, on average"
            if power_w - given > 0.5
            else f"The tissue takes all of the {power_w:g} W set"
        )
        held += "."
        pair = _side_by_side(
            _section(near, far, tumour_mm, vein_mm, summary),
            _growth(away, towards if vein_mm is not None else None, minutes, tumour_mm),
        )
        return View(summary, f"{pair}<p>{held}</p>")


class IceBall(Explorer):
    """Freeze, thaw and freeze again: the ice that a scan shows, and the part of it that kills.

    Examples
    --------
    >>> ball = IceBall()
    >>> ball.set(minutes=10, tumour_cm=2)
    'Minute 10, freezing: ice to 16.6 mm, lethal cold to 8.0 mm. ✗ The ice hides the tumour, \
but a rim of 2.0 mm lives.'
    """

    title = "The ice you see and the cold that kills (a model, not a plan)"

    def __init__(self) -> None:
        kills = Cryoablation.described()["lethal_c"].variable
        super().__init__(
            minutes=widgets.FloatSlider(
                10, min=0, max=sum(CYCLE), step=0.5, readout_format=".1f",
                description="Minutes: 10 freezing, 5 thawing, 10 freezing",
            ),
            tumour_cm=control(
                replace(SIZE, label="Diameter of the tumour"), value=2, low=1, high=4
            ),
            lethal_c=control(replace(kills, step=20), value=-40, low=-40, high=-20),
            flow=widgets.Dropdown(options=list(FLOWS), description="Blood flow"),
        )  # fmt: skip

    def view(  # type: ignore[override]
        self, *, minutes: float, tumour_cm: float, lethal_c: float, flow: str
    ) -> View:
        """Draw ice and lethal zone over the tumour, and the temperature outwards."""
        frozen = _frozen(FLOWS[flow], lethal_c)
        at = int(np.searchsorted(frozen.t_min, minutes + 1e-9)) - 1
        ice, lethal = float(frozen.ice_mm[at]), float(frozen.lethal_mm[at])
        tumour_mm = 5 * tumour_cm
        phase = "thawing" if CYCLE[0] < minutes <= sum(CYCLE[:2]) else "freezing"
        summary = (
            f"Minute {minutes:g}, {phase}: ice to {ice:.1f} mm, lethal cold to {lethal:.1f} mm. "
            f"{_cold_verdict(ice, lethal, tumour_mm)}"
        )
        pair = _side_by_side(
            _ice(ice, lethal, tumour_mm, summary),
            _profile(frozen, at, lethal_c, tumour_mm),
        )
        return View(summary, pair)


# Solves -----------------------------------------------------------------------------------------


@cache
def _heated(technique: str, power_w: float, vein_mm: float | None) -> Reach:
    """One solve to the longest time; every shorter time is on the way."""
    treatment = TECHNIQUES[technique](power_w=power_w, minutes=LONGEST_MIN)
    vessel = None if vein_mm is None else Vessel(distance_mm=vein_mm)
    done = heat(treatment, vessel=vessel, mesh=COARSE)
    count = np.maximum(1, np.arange(len(done.power_w)))
    return Reach(done.t_min, done.lesion_mm, np.cumsum(done.power_w) / count)


@cache
def _frozen(perfusion_per_s: float, lethal_c: float) -> Frozen:
    return freeze(Cryoablation(perfusion_per_s=perfusion_per_s, lethal_c=lethal_c), CYCLE)


# Words ------------------------------------------------------------------------------------------


def _verdict(near_mm: float, far_mm: float, tumour_cm: float) -> str:
    least, most = (float(margin_mm(radius, tumour_cm)) for radius in (near_mm, far_mm))
    one_sided = most - least >= 0.05
    where = "towards the vein" if one_sided else "all round"
    if most < -0.05 and one_sided:
        where += f" (elsewhere {-most:.1f} mm)"
    if not far_mm:
        return "✗ Undertreated: nothing has had its thermal dose."
    if least < -0.05:
        said = f"✗ Undertreated: tumour is left {where}, {-least:.1f} mm deep."
    elif least < THIN_MM - 0.05:
        said = f"△ Tight: the margin {where} is only {max(0, least):.1f} mm; 5 to 10 mm is the aim."
    elif most <= WIDE_MM:
        return f"✓ Covered: the margin is {least:.1f} mm {where}."
    else:
        said = f"▲ Overtreated: the margin is {least:.1f} mm {where}."
    if most > WIDE_MM:
        lost = sphere_ml(far_mm / 5) - sphere_ml(tumour_cm)
        elsewhere = f"Elsewhere the margin is {most:.1f} mm: up" if one_sided else "Up"
        said += f" {elsewhere} to {lost:.0f} mL of liver die for {sphere_ml(tumour_cm):.0f} mL of"
        said += " tumour."
    return said


def _cold_verdict(ice: float, lethal: float, tumour_mm: float) -> str:
    left = tumour_mm - lethal
    if not ice:
        return "There is no ice now." if lethal else "There is no ice yet."
    if left <= 0:
        return f"✓ The tumour is dead, with a margin of {-left:.1f} mm."
    if ice >= tumour_mm:
        return f"✗ The ice hides the tumour, but a rim of {left:.1f} mm lives."
    return f"✗ The tumour is larger than the ice; a rim of {left:.1f} mm lives."


# Drawing ----------------------------------------------------------------------------------------

PX = 5.6
"""Pixels for 1 mm."""
CENTRE = (190.0, 174.0)
WIDTH, HEIGHT = 440, 348
AXIS_PX = 62
"""Room below a curve for its axis."""
CROSS_MM, DOT_MM = 2.8, 2.0
"""Distance between two marks, mm: of living tumour, and of liver lost."""


def _side_by_side(*figures: str) -> str:
    look = "flex:1 1 300px;min-width:0;max-width:440px"
    body = "".join(f'<div style="{look}">{each}</div>' for each in figures)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _round(radius_mm: float, cut_mm: float | None = None) -> list[tuple[float, float]]:
    """A circle around the needle, cut off flat at a distance to the right, as pixels."""
    points = []
    for turn in range(0, 361, 3):
        x, y = radius_mm * cos(turn * pi / 180), radius_mm * sin(turn * pi / 180)
        points.append((x if cut_mm is None else min(x, cut_mm), y))
    return [(CENTRE[0] + PX * x, CENTRE[1] + PX * y) for x, y in points]


def _rings(
    inner_mm: float, outer_mm: float, gap_mm: float, where: Callable[[float, float], bool]
) -> Iterator[tuple[float, float]]:
    """Pixels on circles between two radii, where a condition on x and y (mm) holds.

    However thin the ring is, one circle lies in it, so that a mark tells of it.
    """
    if outer_mm <= inner_mm:
        return
    circles = max(1, round((outer_mm - inner_mm) / gap_mm))
    for circle in range(circles):
        radius = inner_mm + (circle + 0.5) * (outer_mm - inner_mm) / circles
        marks = max(1, round(2 * pi * radius / gap_mm))
        for mark in range(marks):
            turn = 2 * pi * mark / marks
            x, y = radius * cos(turn), radius * sin(turn)
            if where(x, y):
                yield CENTRE[0] + PX * x, CENTRE[1] + PX * y


def _crosses(points: Iterator[tuple[float, float]]) -> str:
    path = "".join(f"M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10" for x, y in points)
    return f'<path d="{path}" stroke="{svg.INK}" stroke-width="2.5" fill="none"/>' if path else ""


def _dots(points: Iterator[tuple[float, float]]) -> str:
    path = "".join(f"M{x - 2.5:g} {y:g}h5" for x, y in points)
    return f'<path d="{path}" stroke="{svg.BLUE}" stroke-width="5"/>' if path else ""


Key = Sequence[tuple[str, str, str]]
"""What a picture's signs mean: sign, words, colour. Below the picture, so that a phone shows it."""
TUMOUR_KEY = ("– –", "tumour", svg.INK), ("✕", "tumour alive", svg.INK)
LESION_KEY = (
    *TUMOUR_KEY,
    ("——", "lesion: dead", svg.INK),
    ("· · ·", "margin of 5 mm", svg.MUTED),
    ("▪▪", "liver lost beyond 10 mm", svg.BLUE),
)
ICE_KEY = (
    *TUMOUR_KEY,
    ("——", "lethal cold: dead", svg.INK),
    ("• • •", "edge of the ice: what a scan shows", svg.BLUE),
)


def _frame(title: str, desc: str, key: Key, *parts: str) -> str:
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="{PALE}"/>'
    scale = svg.line([(16, HEIGHT - 14), (16 + 10 * PX, HEIGHT - 14)], width=4)
    scale += svg.text(16, HEIGHT - 24, "10 mm", size=16)
    words = "".join(
        f'<span style="display:inline-block;margin-right:14px">'
        f'<b style="color:{colour}">{sign}</b> {word}</span> '
        for sign, word, colour in key
    )
    picture = svg.figure(WIDTH, HEIGHT, title, desc, ground, *parts, scale)
    return f'{picture}<p style="font-size:15px;margin:4px 0 0">{words}</p>'


def _needle() -> str:
    return svg.marker(*CENTRE, shape="diamond", size=8)


def _section(near: float, far: float, tumour_mm: float, vein_mm: float | None, summary: str) -> str:
    def dead(x: float, y: float) -> bool:
        return hypot(x, y) <= far and x <= near

    parts = []
    if vein_mm is not None:
        left = CENTRE[0] + PX * vein_mm
        band = [(left, 0), (left + 4 * PX, 0), (left + 4 * PX, HEIGHT), (left, HEIGHT)]
        parts += [
            svg.region(band, svg.SKY, opacity=0.75),
            svg.line([(left, 0), (left, HEIGHT)], width=1.5),
            svg.line([(left + 4 * PX, 0), (left + 4 * PX, HEIGHT)], width=1.5),
            svg.text(left - 7, 28, "vein", size=18, bold=True, anchor="end"),
        ]
    edge = _round(tumour_mm)
    parts.append(svg.region(edge, svg.ORANGE, opacity=0.8))
    if far:
        cut = near if near < far else None
        lesion = _round(far, cut)
        parts += [svg.region(lesion, DEAD, opacity=1), svg.line(lesion, width=3)]
    parts += [
        svg.line(_round(tumour_mm + THIN_MM), colour=svg.MUTED, width=2, dash="2 5"),
        svg.line(edge, width=3, dash="10 5"),
        _crosses(_rings(near, tumour_mm, CROSS_MM, lambda x, y: not dead(x, y))),
        _dots(_rings(tumour_mm + WIDE_MM, far, DOT_MM, dead)),
        _needle(),
    ]
    if vein_mm is not None and vein_mm <= tumour_mm and near < min(far, tumour_mm) - 0.05:
        x, beyond = CENTRE[0] + PX * (near + tumour_mm) / 2, CENTRE[0] + PX * (vein_mm + 4) + 6
        parts.append(svg.line([(x, CENTRE[1]), (beyond, CENTRE[1])], width=2.5))
        parts.append(svg.text(beyond + 3, CENTRE[1] + 6, "✗ alive", bold=True))
    desc = f"{summary} Radius of the tumour {tumour_mm:.1f} mm; of the lesion {far:.1f} mm"
    desc += "." if near >= far else f", but {near:.1f} mm towards the vein at {vein_mm:.1f} mm."
    return _frame("Section through tumour and lesion", desc, LESION_KEY, *parts)


TIME = svg.Scale(0, LONGEST_MIN, start=66, end=352)
RADIUS = svg.Scale(0, 36, start=340, end=16)


def _growth(away: Reach, towards: Reach | None, minutes: float, tumour_mm: float) -> str:
    parts, labels = [svg.axes(TIME, RADIUS, "minutes of heating", "radius, mm")], []
    for radius, label, dash in (
        (tumour_mm, "tumour", "10 5"),
        (tumour_mm + THIN_MM, "+ 5 mm", "2 5"),
    ):
        parts.append(
            svg.line([(TIME(0), RADIUS(radius)), (TIME(20), RADIUS(radius))], width=2, dash=dash)
        )
        labels.append(svg.text(TIME(20) + 14, RADIUS(radius) + 6, label))
    at = TIME(minutes)
    parts.append(svg.line([(at, RADIUS(0)), (at, RADIUS(36))], colour=svg.MUTED, width=2))
    said = [f"After {minutes:g} minutes the lesion reaches {away.at(minutes):.1f} mm"]
    lines = [(away, svg.BLUE, "", "circle")]
    if towards is not None:
        lines.append((towards, svg.VERMILLION, "6 4", "square"))
        said.append(f"and {min(away.at(minutes), towards.at(minutes)):.1f} mm towards the vein")
    for reach, colour, dash, shape in lines:
        times = np.linspace(0, LONGEST_MIN, 41)
        radii = np.minimum(
            np.interp(times, reach.t_min, reach.lesion_mm),
            np.interp(times, away.t_min, away.lesion_mm),
        )
        points = [(TIME(t), RADIUS(r)) for t, r in zip(times, radii, strict=True)]
        parts.append(svg.line(points, colour=colour, width=4, dash=dash))
        here = min(away.at(minutes), reach.at(minutes))
        parts.append(svg.marker(at, RADIUS(here), shape=shape, fill=colour))
    key = svg.marker(80, 34, "lesion", fill=svg.BLUE, size=8)
    if towards is not None:
        key += svg.marker(170, 34, "towards the vein", shape="square", fill=svg.VERMILLION, size=8)
    parts += [*labels, key]
    return svg.figure(
        WIDTH, HEIGHT + AXIS_PX, "Radius of the lesion over time", " ".join(said) + ".", *parts
    )


def _ice(ice: float, lethal: float, tumour_mm: float, summary: str) -> str:
    edge, parts = _round(tumour_mm), []
    if ice:
        ball = _round(ice)
        parts += [svg.region(ball, svg.SKY, opacity=0.45)]
    parts.append(svg.region(edge, svg.ORANGE, opacity=0.55))
    if lethal:
        dead = _round(lethal)
        parts += [svg.region(dead, DEAD, opacity=1), svg.line(dead, width=3)]
    parts.append(_crosses(_rings(lethal, tumour_mm, CROSS_MM, lambda x, y: True)))
    parts.append(svg.line(edge, width=3, dash="10 5"))
    if ice:
        parts.append(svg.line(ball, colour=svg.BLUE, width=4, dash="2 5"))
    return _frame("Section across the needle", summary, ICE_KEY, *parts, _needle())


OUTWARDS = svg.Scale(0, 28, start=72, end=424)
DEGREES = svg.Scale(-150, 50, start=340, end=16)


def _profile(frozen: Frozen, at: int, lethal_c: float, tumour_mm: float) -> str:
    parts = [svg.axes(OUTWARDS, DEGREES, "distance from the needle, mm", "temperature, °C")]
    for degrees in (-1, lethal_c):
        y = DEGREES(degrees)
        parts.append(svg.line([(OUTWARDS(0), y), (OUTWARDS(28), y)], width=2, dash="4 4"))
    kills = f"kills at {svg.number(lethal_c)} °C"
    x = OUTWARDS(tumour_mm)
    parts.append(svg.line([(x, DEGREES(-150)), (x, DEGREES(50))], width=2, dash="10 5"))
    beside, anchor = (x + 6, "start") if x < 260 else (x - 6, "end")
    parts.append(svg.text(beside, DEGREES(-136), "edge of the tumour", size=17, anchor=anchor))
    inside = frozen.r_mm <= 28
    radii, degrees = frozen.r_mm[inside], np.maximum(frozen.temperature_c[at][inside], -150)
    points = [(OUTWARDS(r), DEGREES(t)) for r, t in zip(radii, degrees, strict=True)]
    parts += [
        svg.line(points, colour=svg.BLUE, width=4),
        svg.text(OUTWARDS(0) + 6, DEGREES(-1) - 8, "ice from −1 °C", size=17),
        svg.text(OUTWARDS(28), DEGREES(lethal_c) + 20, kills, size=17, anchor="end"),
    ]
    edge = float(np.interp(tumour_mm, frozen.r_mm, frozen.temperature_c[at]))
    desc = f"At the edge of the tumour it is {svg.number(edge, decimals=0)} °C."
    return svg.figure(WIDTH, HEIGHT + AXIS_PX, "Temperature from the needle outwards", desc, *parts)
