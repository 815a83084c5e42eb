"""Explorer of the diagnosis lesson: six drawn nodules over the phases of a contrast scan.

The curves are drawn, not measured: brightness from 0 to 100 at six times. What is bright or dark
is read off the curves, and the category comes from the LI-RADS table of the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import pi
from typing import Any, NamedTuple

import ipywidgets as widgets

from hcclab.diagnosis import LI_RADS, li_rads
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View

SECONDS = (0, 20, 35, 70, 180, 300)
"""Seconds after the injection at which each curve is drawn."""

Curve = tuple[float, ...]

LIVER: dict[str, Curve] = {
    "extracellular": (30, 31, 40, 72, 58, 50),
    "gadoxetate": (30, 31, 40, 68, 76, 86),
}
AORTA: Curve = (20, 70, 100, 80, 64, 54)
PORTAL_VEIN: Curve = (20, 21, 56, 94, 68, 56)
HEPATIC_VEIN: Curve = (20, 20, 24, 90, 68, 56)
CAPSULE: Curve = (30, 31, 40, 92, 90, 86)
VISIBLE = 6
"""Difference of brightness that counts as seen; a convention of the drawing."""

SIZE_MM = 18
AGENTS = {"extracellular": "extracellular agent", "gadoxetate": "gadoxetate"}


@dataclass(frozen=True)
class Nodule:
    """A drawn nodule: the curves of its parts, and what no curve tells."""

    centre: Curve
    rim: Curve | None = None
    globular: bool = False
    capsule: bool = False
    story: str = ""


NODULES = {
    "A": Nodule(
        (28, 30, 82, 58, 38, 32),
        capsule=True,
        story="Fast in, fast out, with a capsule: the textbook HCC.",
    ),
    "B": Nodule(
        (28, 30, 80, 70, 58, 50),
        story="Bright once, then as the liver: an HCC, or a harmless shunt of blood.",
    ),
    "C": Nodule(
        (26, 27, 32, 46, 76, 78),
        rim=(26, 30, 86, 60, 44, 40),
        story="A target: rim first, centre last. Bile duct cancer often looks like this.",
    ),
    "D": Nodule(
        (29, 30, 40, 58, 40, 34),
        story="Never bright, dark later: some HCC have few arteries yet.",
    ),
    "E": Nodule(
        (26, 26, 30, 52, 66, 56),
        rim=(26, 52, 92, 88, 67, 56),
        globular=True,
        story="Bright globules that fill inwards and follow the blood: a haemangioma.",
    ),
    "F": Nodule(
        (28, 30, 78, 74, 60, 52),
        capsule=True,
        story="Bright, with a capsule, but it never washes out.",
    ),
}


class Phase(NamedTuple):
    """A phase of the scan: its name, its usual moment, and the second at which it begins."""

    name: str
    at: int
    begins: int


PHASES = {
    agent: (
        Phase("before contrast", 0, 0),
        Phase("late arterial", 35, 20),
        Phase("portal venous", 70, 50),
        Phase(last, 180, 110),
    )
    for agent, last in (("extracellular", "delayed"), ("gadoxetate", "transitional"))
}


class EnhancementViewer(Explorer):
    """Follow a drawn nodule through the phases, on a schematic slice and as a curve.

    Examples
    --------
    >>> viewer = EnhancementViewer()
    >>> viewer.set(nodule="A", seconds=70)
    'Portal venous phase, 70 s: nodule A is darker than the liver, with a bright capsule.'
    """

    title = "Six nodules, four phases (drawn, not measured)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            nodule=widgets.Dropdown(
                options=[(f"Nodule {name}", name) for name in NODULES], description="Nodule"
            ),
            seconds=widgets.IntSlider(
                35, min=0, max=300, step=5, description="Seconds after the injection"
            ),
            agent=widgets.Dropdown(
                options=[(label, name) for name, label in AGENTS.items()],
                description="Contrast agent",
            ),
            reading=widgets.Checkbox(indent=False, description="Show the reading"),
        )

    def view(  # type: ignore[override]
        self, *, nodule: str, seconds: int, agent: str, reading: bool
    ) -> View:
        """Draw the slice at this second, the curves, and the four phases side by side."""
        phase = _phase(agent, seconds)
        seen = _seen(nodule, agent, seconds)
        name = f"{phase.name[0].upper()}{phase.name[1:]}"
        name += "" if phase.at == 0 else " phase"
        summary = f"{name}, {seconds} s: nodule {nodule} {seen}."
        if reading:
            summary += f" {_reading(nodule, agent)}"
        parts = (_slice(nodule, agent, seconds, seen), _curves(nodule, agent, seconds))
        body = "".join(f'<div style="flex:0 1 auto;min-width:0">{part}</div>' for part in parts)
        story = f"<p><strong>Nodule {nodule}.</strong> {NODULES[nodule].story}</p>"
        return View(
            summary,
            f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}'
            f"{_strip(nodule, agent, phase)}</div>{story if reading else ''}",
        )


# Reading the curves -----------------------------------------------------------------------------


def features(nodule: str, agent: str) -> dict[str, Any]:
    """Read the features of a drawn nodule off its curves, as the LI-RADS table wants them.

    Parameters
    ----------
    nodule
        Its letter.
    agent
        ``"extracellular"`` or ``"gadoxetate"``; with the second, only the portal venous phase
        shows washout.

    Examples
    --------
    >>> features("B", "gadoxetate")["washout"]
    False
    """
    drawn = NODULES[nodule]
    arterial, *later = (phase.at for phase in PHASES[agent][1:])
    if agent == "gadoxetate":
        later = later[:1]
    nonrim = _relative(drawn.centre, agent, arterial) > 0
    rim = drawn.rim is not None and _relative(drawn.rim, agent, arterial) > 0
    target = rim and not nonrim and not drawn.globular
    return {
        "not_categorisable": False,
        "tumour_in_vein": False,
        "benign": "definite" if drawn.globular else "none",
        "targetoid": target,
        "nontargetoid_lrm_feature": False,
        "size_mm": SIZE_MM,
        "aphe": "nonrim" if nonrim else "rim" if target else "none",
        "washout": drawn.rim is None
        and any(_relative(drawn.centre, agent, second) < 0 for second in later),
        "capsule": drawn.capsule,
        "threshold_growth": False,
    }


@cache
def _reading(nodule: str, agent: str) -> str:
    found = features(nodule, agent)
    aphe = {"nonrim": "nonrim APHE", "rim": "rim APHE", "none": "no APHE"}[found["aphe"]]
    names = [aphe]
    names += ["globular, like the blood"] * (found["benign"] == "definite")
    names += ["target"] * found["targetoid"]
    names += [name for name in ("washout", "capsule") if found[name]]
    result = li_rads(**found)
    meaning = LI_RADS.meanings[result.grade]
    return f"Reading: {', '.join(names)}. At {SIZE_MM} mm: {result.grade} ({meaning})."


def _phase(agent: str, seconds: float) -> Phase:
    return [phase for phase in PHASES[agent] if phase.begins <= seconds][-1]


def _relative(curve: Curve, agent: str, seconds: float) -> int:
    """1 if visibly brighter than the liver, -1 if darker, 0 if alike."""
    difference = _level(curve, seconds) - _level(LIVER[agent], seconds)
    return 0 if abs(difference) < VISIBLE else 1 if difference > 0 else -1


WORDS = {1: "brighter", 0: "as bright", -1: "darker"}


def _seen(nodule: str, agent: str, seconds: float) -> str:
    drawn = NODULES[nodule]
    centre = _relative(drawn.centre, agent, seconds)
    rim = centre if drawn.rim is None else _relative(drawn.rim, agent, seconds)
    if rim != centre:
        part = "globules at its edge" if drawn.globular else "a rim"
        said = f"has {part} {_than(rim)}, and a centre {_than(centre)}"
    else:
        said = f"is {_than(centre)}"
    bright = drawn.capsule and _relative(CAPSULE, agent, seconds) > 0
    return said + (", with a bright capsule" if bright else "")


def _sign(nodule: str, agent: str, seconds: float) -> str:
    """The most telling comparison in a word or two."""
    drawn = NODULES[nodule]
    centre = _relative(drawn.centre, agent, seconds)
    rim = centre if drawn.rim is None else _relative(drawn.rim, agent, seconds)
    if rim > centre:
        return f"{'globules' if drawn.globular else 'rim'} {WORDS[rim]}"
    return f"{'centre ' if rim < centre else ''}{WORDS[centre]}"


def _than(sign: int) -> str:
    return f"{WORDS[sign]} {'as' if sign == 0 else 'than'} the liver"


@cache
def _level(curve: Curve, seconds: float) -> float:
    """Brightness at a second: a smooth line through the drawn points that never overshoots."""
    steps = [(b - a) / (t - s) for (s, a), (t, b) in pairwise(zip(SECONDS, curve, strict=True))]
    slopes = [0.0, *(_slope(a, b) for a, b in pairwise(steps)), steps[-1]]
    at = max(i for i, second in enumerate(SECONDS[:-1]) if second <= seconds)
    width = SECONDS[at + 1] - SECONDS[at]
    share = (seconds - SECONDS[at]) / width
    rise = share * share * (3 - 2 * share)
    bend = share * (1 - share) * width
    between = curve[at] + rise * (curve[at + 1] - curve[at])
    return between + bend * (slopes[at] * (1 - share) - slopes[at + 1] * share)


def _slope(before: float, after: float) -> float:
    return 2 * before * after / (before + after) if before * after > 0 else 0.0


# Drawing ----------------------------------------------------------------------------------------

OUTLINE = (
    "M24 150C18 76 74 26 156 24C238 22 322 46 330 84C334 112 288 118 248 136C208 154 200 214 150 "
    "250C104 282 38 262 24 150Z"
)


GLOBULES = 5


def _grey(curve: Curve, seconds: float) -> str:
    level = round(16 + 2.3 * _level(curve, seconds))
    return f"#{level:02x}{level:02x}{level:02x}"


def _disc(nodule: str, seconds: float, x: float, y: float, radius: float) -> str:
    """The nodule itself: its centre, and its rim, globules or capsule."""
    drawn = NODULES[nodule]
    centre = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_grey(drawn.centre, seconds)}"/>'
    ring, width, curve, dash = "", 0.0, drawn.rim, ""
    if curve is not None:
        width = radius * (0.5 if drawn.globular else 0.28)
        if drawn.globular:
            apart = 2 * pi * (radius - width / 2) / GLOBULES
            dash = f' stroke-dasharray="0.1 {apart - 0.1:.2f}" stroke-linecap="round"'
    elif drawn.capsule and seconds >= 50:
        width, curve = radius * 0.1, CAPSULE
    if curve is not None:
        ring = (
            f'<circle cx="{x}" cy="{y}" r="{radius - width / 2:.1f}" fill="none" '
            f'stroke="{_grey(curve, seconds)}" stroke-width="{width:.1f}"{dash}/>'
        )
    return centre + ring


def _slice(nodule: str, agent: str, seconds: int, seen: str) -> str:
    """The schematic slice: liver, vessels and the nodule, grey as at this second."""
    vessels = (
        f'<path d="M150 232C160 190 176 172 214 150M176 178C150 160 120 164 96 176" fill="none" '
        f'stroke="{_grey(PORTAL_VEIN, seconds)}" stroke-width="11" stroke-linecap="round"/>'
        f'<path d="M214 52C210 80 196 100 178 118M250 62C246 82 240 94 228 106" fill="none" '
        f'stroke="{_grey(HEPATIC_VEIN, seconds)}" stroke-width="9" stroke-linecap="round"/>'
        f'<circle cx="252" cy="222" r="24" fill="{_grey(AORTA, seconds)}"/>'
    )
    labels = "".join(
        _label(*label)
        for label in (
            (252, 266, "aorta"),
            (150, 288, "portal vein"),
            (304, 20, "hepatic veins"),
        )
    )
    return svg.figure(
        360, 300, f"Schematic slice, {seconds} s",
        f"Nodule {nodule} {seen}. A drawing, not a scan.",
        '<rect width="360" height="300" rx="10" fill="#000"/>',
        f'<path d="{OUTLINE}" fill="{_grey(LIVER[agent], seconds)}"/>',
        vessels,
        _disc(nodule, seconds, 96, 110, 44),
        labels,
    )  # fmt: skip


def _label(x: float, y: float, words: str) -> str:
    return f'<text x="{x}" y="{y}" font-size="16" text-anchor="middle" fill="#fff">{words}</text>'


X = svg.Scale(0, 300, start=34, end=390)
Y = svg.Scale(0, 105, start=246, end=34)


def _curves(nodule: str, agent: str, seconds: int) -> str:
    still, desc = _still(nodule, agent)
    at = X(seconds)
    curve, here = NODULES[nodule].centre, LIVER[agent]
    cursor = svg.line([(at, Y.end), (at, Y.start)], colour=svg.VERMILLION, width=3)
    dots = svg.marker(at, Y(_level(here, seconds)), shape="square", size=7, fill=svg.MUTED)
    dots += svg.marker(at, Y(_level(curve, seconds)), size=8, fill=svg.BLUE)
    return svg.figure(400, 306, "Brightness over time (drawn)", desc, still, cursor, dots)


@cache
def _still(nodule: str, agent: str) -> tuple[str, str]:
    """What stays while the time moves: phases, curves and their names; and all of it in words."""
    drawn, parts = NODULES[nodule], []
    phases = PHASES[agent]
    for phase, end in zip(phases, [*(p.begins for p in phases[1:]), 300], strict=True):
        left, right = X(phase.begins), X(end)
        corners = [(left, Y.end), (right, Y.end), (right, Y.start), (left, Y.start)]
        if phase.name in ("late arterial", "delayed", "transitional"):
            parts.append(svg.region(corners, svg.GRID, opacity=0.45))
    short = ("arterial", "portal", phases[-1].name)
    for words, at, y in zip(short, (X(35), X(80), X(205)), (16, 32, 16), strict=True):
        parts.append(svg.text(at, y, words, size=16, anchor="middle"))
    for tick in (0, 35, 70, 180, 300):
        anchor = "end" if tick == 300 else "middle"
        parts.append(svg.text(X(tick), Y.start + 22, str(tick), size=16, anchor=anchor))
    parts.append(svg.text(212, Y.start + 48, "seconds after the injection", anchor="middle"))
    parts.append(svg.text(20, 140, "brightness", anchor="middle", turn=-90))
    parts.append(svg.line([(X.start, Y.end), (X.start, Y.start), (X.end, Y.start)], width=1.5))
    lines: Sequence[tuple[Curve | None, str, float, str]] = (
        (LIVER[agent], svg.MUTED, 4, "9 5"),
        (drawn.rim, svg.ORANGE, 4, "2 4"),
        (drawn.centre, svg.BLUE, 4, ""),
    )
    for curve, colour, width, dash in lines:
        if curve is not None:
            points = [(X(second), Y(_level(curve, second))) for second in range(0, 301, 5)]
            parts.append(svg.line(points, colour=colour, width=width, dash=dash))
    parts += _names(drawn, agent)
    if agent == "gadoxetate":
        parts.append(svg.text(X(205), Y(6), "darker here: not washout", size=16, anchor="middle"))
    said = "; ".join(
        f"{phase.name}, {phase.at} s: {_seen(nodule, agent, phase.at)}" for phase in phases
    )
    return "".join(parts), f"Nodule {nodule} and the liver around it. {said}."


def _names(drawn: Nodule, agent: str) -> list[str]:
    """The names of the curves, spread so that none covers another."""
    curves = [(LIVER[agent], "liver", svg.MUTED), (drawn.centre, "nodule", svg.BLUE)]
    if drawn.rim is not None:
        curves[1] = (drawn.centre, "centre", svg.BLUE)
        curves.append((drawn.rim, "globules" if drawn.globular else "rim", "#8a5a00"))
    placed = sorted((Y(_level(curve, 290)), name, colour) for curve, name, colour in curves)
    parts, above = [], 0.0
    for y, name, colour in placed:
        above = max(y - 8, above + 20)
        parts.append(svg.text(X.end, above, name, anchor="end", bold=True, colour=colour))
    return parts


def _strip(nodule: str, agent: str, now: Phase) -> str:
    """The four phases side by side, the present one marked."""
    cells = "".join(
        f'<div style="box-sizing:border-box;padding:3px;min-width:0;'
        f'border:4px solid {svg.BLUE if phase == now else "#fff"};border-radius:8px">'
        f"{_thumbnail(nodule, agent, phase)}{'▲ ' if phase == now else ''}{phase.name}:<br>"
        f"<strong>{_sign(nodule, agent, phase.at)}</strong></div>"
        for phase in PHASES[agent]
    )
    return (
        '<div style="flex:1 1 220px;min-width:0;max-width:420px;display:grid;gap:2px;'
        "grid-template-columns:repeat(2,minmax(0,1fr));align-content:start;line-height:1.2;"
        f'font-size:16px">{cells}</div>'
    )


@cache
def _thumbnail(nodule: str, agent: str, phase: Phase) -> str:
    return svg.figure(
        200, 110, f"{phase.name}, {phase.at} s",
        f"Nodule {nodule} {_seen(nodule, agent, phase.at)}.",
        f'<rect width="200" height="110" rx="6" fill="{_grey(LIVER[agent], phase.at)}"/>',
        _disc(nodule, phase.at, 100, 55, 42),
    )  # fmt: skip
