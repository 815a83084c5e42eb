"""Explorers of the lesson on emerging therapies: a ladder, cells that miss, particles that warm.

The ladder shows the table of `hcclab.emerging`. The others draw one solve of
`hcclab.mechanisms.car_t` and of `hcclab.mechanisms.magnetic_heating`, both teaching models.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from html import escape
from itertools import groupby

import ipywidgets as widgets
import numpy as np

from hcclab.emerging import RUNGS, Idea, idea, ideas
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.car_t import CarT, Course, HccCarT, infuse
from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.heat_ablation import Radiofrequency
from hcclab.mechanisms.magnetic_heating import (
    FIELD_LIMIT_A_PER_M_S,
    LoadedTumour,
    MagneticParticle,
    sar_w_per_g,
    temperature_c,
)
from hcclab.thermal_dose import cem43_minutes

NOT_YET, ALL = "not yet", "show all"

DAYS = 365
BEYOND = 250
"""Day after which the model's second wave of cells is no prediction."""

LAST = 240
"""Day of the last number that is told: 8 months, before that wave."""

TUMOUR = Growth(diameter_cm=5)
CELLS = HccCarT.described()
DENSITIES = (300, 1000, 3000, 10_000, 30_000, 100_000)

PARTICLE = MagneticParticle.described()
LOADED = LoadedTumour()
NECROSIS_MIN = Radiofrequency.described()["necrosis_min"].value
HOUR = 60
CORES_NM = np.linspace(5, 30, 126)
TOO_HOT_C = 60
"""Beyond this the steady model says nothing of tissue."""


class EvidenceLadder(Explorer):
    """Guess how far an idea has come, then see what was shown, and what was not.

    Examples
    --------
    >>> ladder = EvidenceLadder()
    >>> ladder.set(guess="in use")
    '▲ Too hopeful by 2 rungs. GPC3 CAR-T cells: first patients.'
    >>> ladder.set(idea_id="vaccine_hbv")
    '✓ Right. Hepatitis B vaccine: in use.'
    """

    title = "How far has it come in liver cancer?"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            idea_id=widgets.Dropdown(
                options=[(each.name, each.idea_id) for each in ideas()], description="Idea"
            ),
            guess=widgets.Dropdown(options=[NOT_YET, *RUNGS, ALL], description="Your guess"),
        )

    def view(self, *, idea_id: str, guess: str) -> View:  # type: ignore[override]
        """Put the guess, the idea, or every idea on the ladder."""
        one = idea(idea_id)
        if guess == NOT_YET:
            summary = f"{one.name}: how far has it come? Put it on a rung."
            return View(summary, _how(one) + _ladder({}))
        if guess == ALL:
            below = sum(each.height < tuple(RUNGS).index("controlled trial") for each in ideas())
            chips = {
                rung: [_chip(each.name, each is one) for each in ideas() if each.rung == rung]
                for rung in RUNGS
            }
            summary = f"{below} of {len(ideas())} ideas have not reached a controlled trial."
            return View(summary, _ladder(chips) + _details(one))
        off = tuple(RUNGS).index(guess) - one.height
        rungs = "1 rung" if abs(off) == 1 else f"{abs(off)} rungs"
        said = "✓ Right."
        if off:
            said = f"{'▲ Too hopeful' if off > 0 else '▼ Too modest'} by {rungs}."
        chips = {rung: [] for rung in RUNGS}
        if off:
            chips[guess].append(_chip("your guess", chosen=False))
        chips[one.rung].append(_chip(one.name, chosen=True))
        return View(f"{said} {one.name}: {one.rung}.", _ladder(chips) + _details(one))


class AntigenEscape(Explorer):
    """Give CAR-T cells to a tumour some of whose cells carry almost no antigen.

    Examples
    --------
    >>> escape = AntigenEscape()
    >>> escape.summary
    '▲ Back: 7.1 % left on day 44, 34 % after 8 months, of it 100 % poor in antigen.'
    >>> escape.set(rich_density=300)
    '✗ Not seen: the tumour grows to 218 % in 8 months.'
    """

    title = "CAR-T cells into a tumour of 5 cm (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            poor_share=control(
                replace(CELLS["poor_share"].variable, label="Cells poor in antigen at the start"),
                value=0.05,
            ),
            rich_density=widgets.Dropdown(
                options=[(f"{each:,} molecules", each) for each in DENSITIES],
                value=30_000,
                description="Antigen on each other cell",
            ),
            suppression=control(
                replace(
                    CELLS["suppression"].variable,
                    label="Share of the cells' growth that the tumour suppresses",
                ),
                value=0.6,
            ),
        )

    def view(  # type: ignore[override]
        self, *, poor_share: float, rich_density: float, suppression: float
    ) -> View:
        """Draw the tumour and its antigen-poor part, and the cells."""
        cells = HccCarT(poor_share=poor_share, rich_density=rich_density, suppression=suppression)
        course = _course(cells)
        tumour = 100 * course.volume_ml / TUMOUR.volume_ml
        low = int(np.argmin(tumour[: LAST + 1]))
        least, last = _percent(float(tumour[low])), _percent(float(tumour[LAST]))
        courses = f"{least} left on day {course.t_day[low]:.0f}, {last} after 8 months"
        if tumour[low] > 95:
            summary = f"✗ Not seen: the tumour grows to {last} in 8 months."
        elif tumour[LAST] > 2 * tumour[low]:
            poor = _percent(100 * float(course.poor_share[LAST]))
            of_it = f", of it {poor} poor in antigen" if poor_share else ""
            summary = f"▲ Back: {courses}{of_it}."
        else:
            summary = f"▼ Held: {courses}."
        return View(summary, _side_by_side(_tumour(course, summary), _cells(course)))


class MagneticWarmth(Explorer):
    """Warm a tumour with particles: size decides the heat, blood flow the edge.

    Examples
    --------
    >>> warmth = MagneticWarmth()
    >>> warmth.summary
    '▼ Too cool: centre 40.6 °C, edge 38.5 °C. Edge dose in an hour: 0.11 of 240 min.'
    >>> warmth.set(core_nm=17.8)
    '▼ Edge survives: centre 49.0 °C, edge 42.0 °C. Edge dose in an hour: 15 of 240 min.'
    """

    title = "Magnetic particles in a tumour of 3 cm, 300 kHz (a model, not a device)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            core_nm=control(
                replace(PARTICLE["core_nm"].variable, step=0.2), value=16, low=8, high=28
            ),
            mg_per_ml=control(LoadedTumour.described()["mg_per_ml"].variable, value=1),
            field_ka_per_m=control(PARTICLE["field_ka_per_m"].variable, value=10),
        )

    def view(  # type: ignore[override]
        self, *, core_nm: float, mg_per_ml: float, field_ka_per_m: float
    ) -> View:
        """Draw the heat of each size of particle, and the temperature across the tumour."""
        particle = MagneticParticle(core_nm=core_nm, field_ka_per_m=field_ka_per_m)
        tumour = LOADED.changed(mg_per_ml=mg_per_ml)
        edge_mm = 1000 * tumour.radius_m
        centre, edge = (float(each) for each in temperature_c(particle, tumour, [0, edge_mm]))
        where = f"centre {_degrees(centre)}, edge {_degrees(edge)}"
        dose = float(cem43_minutes(min(edge, TOO_HOT_C), HOUR))
        given = _minutes(dose) if dose < NECROSIS_MIN else "all"
        counts = f"Edge dose in an hour: {given} of {NECROSIS_MIN:.0f} min"
        if dose >= NECROSIS_MIN:
            said = "▲ All destroyed"
        elif float(cem43_minutes(min(centre, TOO_HOT_C), HOUR)) >= NECROSIS_MIN:
            said = "▼ Edge survives"
        else:
            said = "▼ Too cool"
        summary = f"{said}: {where}. {counts}."
        if particle.field_frequency_a_per_m_s > FIELD_LIMIT_A_PER_M_S:
            summary = f"⚠ Field too strong for the body. {summary}"
        return View(summary, _side_by_side(_sizes(particle), _across(particle, tumour, where)))


def idea_table() -> str:
    """Every idea with its rung and its mark, grouped by the question it answers, as HTML.

    Examples
    --------
    >>> idea_table().count('scope="row"') == len(ideas())
    True
    """
    titles = ("idea", "how it should work", "rung", "what was shown", "limit", "mark")
    left = 'style="text-align:left"'
    shares = (15, 19, 9, 24, 24, 9)
    head = "".join(
        f'<th scope="col" style="text-align:left;width:{share}%">{title}</th>'
        for title, share in zip(titles, shares, strict=True)
    )
    rows = []
    for question, group in groupby(ideas(), key=lambda each: each.question):
        rows.append(
            f'<tr><th scope="colgroup" colspan="{len(titles)}" style="text-align:left;'
            f'font-size:18px;padding-top:14px">{escape(question)}</th></tr>'
        )
        for each in group:
            limit = f"{each.limit}; {each.elsewhere}" if each.elsewhere else each.limit
            cells = [each.mechanism, each.rung, each.shown, limit]
            shown = "".join(f"<td {left}>{escape(cell)}</td>" for cell in cells)
            rows.append(
                f'<tr><th scope="row" {left}>{escape(each.name)}</th>{shown}'
                f"<td {left}><em>{escape(each.confidence)}</em></td></tr>"
            )
    return (
        '<div style="overflow-x:auto"><table style="font-size:15px;min-width:720px">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


# The ladder -------------------------------------------------------------------------------------


def _chip(name: str, chosen: bool) -> str:
    frame = f"3px solid {svg.INK}" if chosen else f"1px solid {svg.MUTED}"
    sign = "● " if chosen else ""
    weight = "700" if chosen else "400"
    return (
        f'<span style="display:inline-block;border:{frame};border-radius:14px;'
        f'padding:1px 10px;margin:2px;font-weight:{weight}">{sign}{escape(name)}</span>'
    )


def _ladder(chips: dict[str, list[str]]) -> str:
    """Draw the rungs, highest first, each with what stands on it."""
    rows = []
    for rung, meaning in reversed(RUNGS.items()):
        standing = " ".join(chips.get(rung, []))
        rows.append(
            '<li style="display:flex;flex-wrap:wrap;align-items:center;gap:2px 12px;'
            f'border-bottom:4px solid {svg.ORANGE};padding:4px 0;min-height:34px">'
            f'<span style="flex:0 0 210px;line-height:1.2"><strong>{escape(rung)}</strong><br>'
            f'<span style="font-size:14px;color:{svg.MUTED}">{escape(meaning)}</span></span>'
            f'<span style="flex:1 1 240px">{standing}</span></li>'
        )
    return (
        '<ol aria-label="Rungs of evidence, highest first" reversed '
        f'style="list-style:none;margin:0;padding:0">{"".join(rows)}</ol>'
    )


def _how(one: Idea) -> str:
    return f'<p style="margin:0 0 6px"><strong>How:</strong> {escape(one.mechanism)}.</p>'


def _details(one: Idea) -> str:
    rows = [("How", one.mechanism), ("Shown", one.shown), ("Limit", one.limit)]
    if one.elsewhere:
        rows.append(("Elsewhere", one.elsewhere))
    rows.append(("Source", f"{one.citation} [{one.confidence}]"))
    lines = "".join(f"<p><strong>{name}:</strong> {escape(text)}</p>" for name, text in rows)
    return f'<div style="margin-top:8px">{lines.replace("<p>", "<p style=margin:2px>")}</div>'


# Solves and words -------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _course(cells: CarT) -> Course:
    return infuse(TUMOUR, cells, np.linspace(0, DAYS, DAYS + 1))


def _percent(value: float) -> str:
    return f"{value:.0f} %" if value >= 99.5 else f"{svg.number(value, 2)} %"


def _degrees(value: float) -> str:
    return f"above {TOO_HOT_C} °C" if value > TOO_HOT_C else f"{value:.1f} °C"


def _minutes(value: float) -> str:
    return svg.number(value, 2) if value >= 0.01 else "less than 0.01"


# Drawing ----------------------------------------------------------------------------------------

WIDTH, HEIGHT = 392, 400
LEFT, RIGHT, TOP, BOTTOM = 80, 374, 48, 336
X = svg.Scale(0, DAYS, start=LEFT, end=RIGHT)


def _side_by_side(*figures: str) -> str:
    body = "".join(f'<div style="flex:0 1 auto;min-width:0">{each}</div>' for each in figures)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _grid(
    x: svg.Scale,
    y: svg.Scale,
    across: dict[float, str],
    up: dict[float, str],
    names: tuple[str, str],
) -> str:
    parts = []
    for value, label in across.items():
        at = x(value)
        parts.append(svg.line([(at, y.start), (at, y.end)], colour=svg.GRID, width=1))
        parts.append(svg.text(at, y.start + 24, label, size=16, anchor="middle"))
    for value, label in up.items():
        at = y(value)
        parts.append(svg.line([(x.start, at), (x.end, at)], colour=svg.GRID, width=1))
        parts.append(svg.text(x.start - 8, at + 6, label, size=16, anchor="end"))
    parts.append(svg.line([(x.start, y.end), (x.start, y.start), (x.end, y.start)], width=1.5))
    parts.append(
        svg.text((x.start + x.end) / 2, y.start + 52, names[0], anchor="middle", bold=True)
    )
    parts.append(svg.text(12, y.end - 18, names[1], bold=True))
    return "".join(parts)


def _curve(x: svg.Scale, y: svg.Scale, xs: np.ndarray, ys: np.ndarray) -> list[tuple[float, float]]:
    kept = np.clip(ys, y.low, y.high)
    return [(x(float(a)), y(float(b))) for a, b in zip(xs, kept, strict=True)]


DRAWN = np.r_[0:60, 60 : DAYS + 1 : 5]
"""Which days of a course are drawn: each while things move fast, then every fifth."""

DAY_LABELS = {float(day): str(day) for day in range(0, DAYS, 90)}
SHARE = svg.Scale(0.01, 1e5, start=BOTTOM, end=TOP, log=True)
LEVEL = svg.Scale(1e-5, 10, start=BOTTOM, end=TOP, log=True)


def _tumour(course: Course, said: str) -> str:
    y = SHARE
    up = {0.01: "0.01 %", 0.1: "0.1 %", 1: "1 %", 10: "10 %", 100: "100 %", 1000: "1000 %"}
    tumour = 100 * course.volume_ml / TUMOUR.volume_ml
    alone = 100 * _course(HccCarT(dose=0)).volume_ml / TUMOUR.volume_ml
    poor = tumour * course.poor_share
    low = int(np.argmin(tumour[: LAST + 1]))
    shown = poor[DRAWN] >= y.low
    rows = (
        ("tumour", svg.INK, "", 4.0),
        ("its part poor in antigen", svg.VERMILLION, "9 6", 4.0),
        ("tumour without cells", svg.MUTED, "2 5", 3.0),
    )
    legend = []
    for i, (label, colour, dash, width) in enumerate(rows):
        at = y.end + 10 + 22 * i
        legend.append(svg.line([(110, at), (146, at)], colour=colour, width=width, dash=dash))
        legend.append(svg.text(154, at + 6, label, size=16))
    days = course.t_day[DRAWN]
    parts = [
        svg.line(_curve(X, y, days, alone[DRAWN]), colour=svg.MUTED, dash="2 5"),
        svg.line(_curve(X, y, days, tumour[DRAWN]), colour=svg.INK, width=4),
    ]
    if shown.any():
        line = _curve(X, y, days[shown], poor[DRAWN][shown])
        parts.append(svg.line(line, colour=svg.VERMILLION, width=4, dash="9 6"))
    if tumour[low] <= 95:
        at = max(y(float(tumour[low])), y.end)
        parts.append(svg.marker(X(float(course.t_day[low])), min(at, y.start), shape="diamond"))
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Tumour after CAR-T cells",
        said,
        _grid(X, y, DAY_LABELS, up, ("days", "tumour, share of the start")),
        _no_forecast(y),
        *parts,
        *legend,
    )


def _no_forecast(y: svg.Scale) -> str:
    shade = [(X(BEYOND), y.start), (X(BEYOND), y.end), (X.end, y.end), (X.end, y.start)]
    middle = (X(BEYOND) + X.end) / 2
    label = svg.text(middle, y.start - 12, "no forecast", size=15, anchor="middle")
    return svg.region(shade, svg.GRID, opacity=0.6) + label


def _cells(course: Course) -> str:
    y, level = LEVEL, course.effector + course.memory
    up = {1e-5: "0.00001", 1e-4: "0.0001", 1e-3: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1"}
    top = int(np.argmax(level[:BEYOND]))
    x, at = X(float(course.t_day[top])), y(float(level[top]))
    number = svg.number(float(level[top]), 2)
    desc = (
        f"At most {number} of the peak measured in leukaemia, on day {course.t_day[top]:.0f}; "
        f"on day {LAST} {svg.number(float(level[LAST]), 2)}. After day {BEYOND} the model "
        "predicts nothing."
    )
    side = "start" if course.t_day[top] < BEYOND / 2 else "end"
    return svg.figure(
        WIDTH,
        HEIGHT,
        "CAR-T cells over time",
        desc,
        _grid(X, y, DAY_LABELS, up, ("days", "CAR-T cells (1 is the leukaemia peak)")),
        _no_forecast(y),
        svg.line(_curve(X, y, course.t_day[DRAWN], level[DRAWN]), colour=svg.BLUE, width=4),
        svg.marker(x, at, shape="diamond"),
        svg.text(x + (14 if side == "start" else -14), at - 12, number, anchor=side, bold=True),
    )


SIZE_X = svg.Scale(5, 30, start=LEFT, end=RIGHT)
SIZE_Y = svg.Scale(0, 100, start=BOTTOM, end=TOP)


def _sizes(particle: MagneticParticle) -> str:
    heat = sar_w_per_g(particle, CORES_NM)
    own, best = float(sar_w_per_g(particle)), float(heat.max())
    share = 100 * own / best
    x, at = SIZE_X(particle.core_nm), SIZE_Y(min(share, 100))
    label = f"{svg.number(own, 2)} W/g"
    # The label stands on the outer side of the peak, or inside where the figure ends.
    side = "start" if 18 < particle.core_nm < 24 or particle.core_nm < 12 else "end"
    shift = 14 if side == "start" else -14
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Heat of particles by their size",
        f"A core of {particle.core_nm:g} nm gives {label}, {share:.0f} % of the best size, "
        f"{CORES_NM[int(np.argmax(heat))]:.1f} nm.",
        _grid(
            SIZE_X,
            SIZE_Y,
            {float(nm): str(nm) for nm in (5, 10, 15, 20, 25, 30)},
            {float(part): f"{part} %" for part in (0, 25, 50, 75, 100)},
            ("diameter of the core, nm", "heat, share of the best size"),
        ),
        svg.line(_curve(SIZE_X, SIZE_Y, CORES_NM, 100 * heat / best), colour=svg.BLUE, width=4),
        svg.marker(x, at, shape="diamond", fill=svg.VERMILLION, size=11),
        svg.text(x + shift, max(at - 12, TOP + 14), label, anchor=side, bold=True, size=18),
    )


WARM_X = svg.Scale(-30, 30, start=LEFT, end=RIGHT)
WARM_Y = svg.Scale(36, TOO_HOT_C, start=BOTTOM, end=TOP)
ACROSS_MM = np.linspace(-30, 30, 121)


def _across(particle: MagneticParticle, tumour: LoadedTumour, where: str) -> str:
    y, edge = WARM_Y, 1000 * tumour.radius_m
    warmth = temperature_c(particle, tumour, np.abs(ACROSS_MM))
    band = [(WARM_X(-edge), BOTTOM), (WARM_X(-edge), TOP), (WARM_X(edge), TOP)]
    band.append((WARM_X(edge), BOTTOM))
    line = [(WARM_X.start, y(43)), (WARM_X.end, y(43))]
    beyond = warmth.max() > TOO_HOT_C
    hotter = svg.text(WARM_X(0), TOP + 20, "hotter", size=16, anchor="middle") if beyond else ""
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Temperature across the tumour",
        f"{where[0].upper()}{where[1:]}.",
        _grid(
            WARM_X,
            y,
            {float(mm): f"{abs(mm)}" for mm in (-30, -15, 0, 15, 30)},
            {float(c): f"{c} °C" for c in (37, 43, 50, TOO_HOT_C)},
            ("mm from the centre", "temperature"),
        ),
        svg.region(band, svg.YELLOW, opacity=0.3),
        svg.text(WARM_X(0), BOTTOM - 10, "tumour", size=16, anchor="middle"),
        svg.line(line, colour=svg.INK, width=2, dash="8 6"),
        svg.line(_curve(WARM_X, y, ACROSS_MM, warmth), colour=svg.VERMILLION, width=4),
        hotter,
    )
