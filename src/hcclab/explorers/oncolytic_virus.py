"""Explorers of the lesson on oncolytic viruses: the threshold, and the tug of war with immunity.

Both draw one solve of `hcclab.mechanisms.oncolytic_virus`, a teaching model of a well-mixed tumour.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from html import escape

import ipywidgets as widgets
import numpy as np

from hcclab.criteria import capitalise
from hcclab.data import records
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.oncolytic_virus import (
    Course,
    OncolyticVirus,
    infect,
    reproduction_number,
)

DAYS = 90
TUMOUR = Growth(diameter_cm=5)
VIRUS = OncolyticVirus.described()
DOSES = (0.001, 0.01, 0.1, 1.0)
"""Particles for each tumour cell."""

SELECTIVITIES = (1, 10, 100, 1000, 10_000)
INFECTED_PER_CLEARANCE = 0.5
"""Killing of infected cells for each unit of clearance, as in the model's own host."""


class VirusThreshold(Explorer):
    """Give one dose of a virus that multiplies more, or less, than it is lost.

    Examples
    --------
    >>> threshold = VirusThreshold()
    >>> threshold.summary
    '▲ R0 = 5.0: the virus spreads. The tumour falls to 0.71 % on day 17.'
    >>> threshold.set(burst=5)
    '▼ R0 = 0.5: the virus dies out. The tumour grows to 148 % in 90 days.'
    """

    title = "One dose of virus into a tumour of 5 cm (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            burst=control(VIRUS["burst"].variable, value=50, low=1, high=100),
            loss_per_day=control(
                replace(VIRUS["loss_per_day"].variable, step=0.2), value=0.6, low=0.2, high=5
            ),
            dose=widgets.Dropdown(
                options=[(f"{dose:g}", dose) for dose in DOSES],
                value=0.1,
                description="Dose (particles per tumour cell)",
            ),
        )

    def view(  # type: ignore[override]
        self, *, burst: float, loss_per_day: float, dose: float
    ) -> View:
        """Draw free virus and tumour over time."""
        virus = OncolyticVirus(burst=burst, loss_per_day=loss_per_day, dose=dose)
        number, course = reproduction_number(virus), _course(virus)
        tumour = 100 * course.burden
        low = int(np.argmin(tumour))
        if number > 1.005:
            said = f"▲ R0 = {_r0(number)}: the virus spreads."
        elif number < 0.995:
            said = f"▼ R0 = {_r0(number)}: the virus dies out."
        else:
            said = "● R0 = 1: each particle just replaces itself."
        if tumour[low] < 99:
            after = f"The tumour falls to {_percent(tumour[low])} on day {course.t_day[low]:.0f}."
        else:
            after = f"The tumour grows to {_percent(tumour[-1])} in {DAYS} days."
        summary = f"{said} {after}"
        return View(summary, _side_by_side(_particles(course, number), _tumour(course, after)))


class TugOfWar(Explorer):
    """Let immunity clear the virus, or attack the tumour, or both; count what it costs.

    Examples
    --------
    >>> war = TugOfWar()
    >>> war.summary
    'Smallest tumour 0.71 %, with or without immunity. Normal cells lost: 5 %.'
    >>> war.set(virus_clearance_per_day=2)
    '▲ Immunity protects the tumour: smallest 16 %, without it 0.71 %. Normal cells lost: 1.9 %.'
    """

    title = "Virus, immunity and tumour: who is first? (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            virus_clearance_per_day=control(
                replace(
                    VIRUS["virus_clearance_per_day"].variable,
                    label="Immunity to the virus: its clearance by one unit of effectors",
                    step=0.5,
                ),
                value=0,
            ),
            tumour_kill_per_day=control(
                replace(
                    VIRUS["tumour_kill_per_day"].variable,
                    label="Immunity to the tumour: its kill by one unit of effectors",
                ),
                value=0,
            ),
            selectivity=widgets.Dropdown(
                options=[(f"{times:,} times", times) for times in SELECTIVITIES],
                value=100,
                description=capitalise(VIRUS["selectivity"].variable.label),
            ),
        )

    def view(  # type: ignore[override]
        self, *, virus_clearance_per_day: float, tumour_kill_per_day: float, selectivity: float
    ) -> View:
        """Draw the tumour with and without immunity, and what is left of both kinds of cells."""
        without = OncolyticVirus(selectivity=selectivity)
        host = without.changed(
            virus_clearance_per_day=virus_clearance_per_day,
            infected_kill_per_day=INFECTED_PER_CLEARANCE * virus_clearance_per_day,
            tumour_kill_per_day=tumour_kill_per_day,
        )
        course, alone = _course(host), _course(without)
        least, least_alone = (100 * float(each.burden.min()) for each in (course, alone))
        lost = 100 * (1 - float(course.normal[-1]) / host.normal_cells)
        one, other = _percent(least), _percent(least_alone)
        if one == other:
            said = f"Smallest tumour {one}, with or without immunity."
        elif least > least_alone:
            said = f"▲ Immunity protects the tumour: smallest {one}, without it {other}."
        else:
            said = f"▼ Immunity helps: smallest tumour {one}, without it {other}."
        summary = f"{said} Normal cells lost: {_percent(lost)}."
        return View(
            summary, _side_by_side(_two_courses(course, alone, said), _balance(least, lost))
        )


def product_table() -> str:
    """Every product of the lesson's table, with its mark, as HTML.

    Examples
    --------
    >>> product_table().count("<tr>")
    8
    """
    titles = ("product", "virus", "what was changed", "route", "where it stands", "mark")
    head = "".join(f'<th scope="col" style="text-align:left">{title}</th>' for title in titles)
    rows = []
    for row in records("oncolytic_viruses"):
        name = f"<strong>{escape(row['product'])}</strong>"
        if row["also_called"]:
            name += f" ({escape(row['also_called'])})"
        cells = [escape(row[each]) for each in ("virus", "changes", "route", "status")]
        mark = f"<em>{escape(row['confidence'])}</em>"
        shown = "".join(f'<td style="text-align:left">{each}</td>' for each in (*cells, mark))
        rows.append(f'<tr><th scope="row" style="text-align:left">{name}</th>{shown}</tr>')
    return (
        '<div style="overflow-x:auto"><table style="font-size:16px">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


# Solves and words -------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _course(virus: OncolyticVirus) -> Course:
    return infect(TUMOUR, virus, np.linspace(0, DAYS, 2 * DAYS + 1))


def _r0(number: float) -> str:
    """Two digits, and more where two would read as 1."""
    text = svg.number(number, decimals=1)
    return svg.number(number, decimals=2) if text == "1.0" or number < 0.1 else text


def _percent(value: float) -> str:
    if value < 0.001:
        return "less than 0.001 %"
    if value >= 99.5:
        return f"{value:.0f} %"
    return f"{svg.number(value, 2)} %"


# Drawing ----------------------------------------------------------------------------------------

WIDTH, HEIGHT = 392, 392
X = svg.Scale(0, DAYS, start=88, end=376)


def _side_by_side(*figures: str) -> str:
    body = "".join(f'<div style="flex:0 1 auto;min-width:0">{each}</div>' for each in figures)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _decades(y: svg.Scale, labels: dict[float, str], name: str) -> str:
    """Axes with days along and powers of ten up."""
    parts = []
    for day in range(0, DAYS + 1, 15):
        parts.append(
            svg.line([(X(day), y.start), (X(day), y.end)], colour=svg.GRID, width=1)
            + svg.text(X(day), y.start + 24, str(day), size=16, anchor="middle")
        )
    for value, label in labels.items():
        parts.append(
            svg.line([(X.start, y(value)), (X.end, y(value))], colour=svg.GRID, width=1)
            + svg.text(X.start - 8, y(value) + 6, label, size=16, anchor="end")
        )
    parts.append(svg.line([(X.start, y.end), (X.start, y.start), (X.end, y.start)], width=1.5))
    parts.append(svg.text((X.start + X.end) / 2, y.start + 50, "days", anchor="middle", bold=True))
    parts.append(svg.text(X.start - 4, y.end - 16, name, bold=True))
    return "".join(parts)


DRAWN = np.r_[0:30, 30 : 2 * DAYS + 1 : 3]
"""Which half days of a course are drawn: each while things move fast, then every third."""


def _curve(course: Course, values: np.ndarray, y: svg.Scale) -> list[tuple[float, float]]:
    kept = np.clip(values[DRAWN], y.low, y.high).tolist()
    return [(X(day), y(value)) for day, value in zip(course.t_day[DRAWN], kept, strict=True)]


PARTICLES = svg.Scale(1e-4, 100, start=330, end=48, log=True)
SHARE = svg.Scale(0, 200, start=330, end=48)


def _particles(course: Course, number: float) -> str:
    labels = {1e-4: "≤0.0001", 1e-3: "0.001", 0.01: "0.01", 0.1: "0.1", 1: "1", 10: "10"}
    y, spreads = PARTICLES, number > 1
    colour = svg.VERMILLION if spreads else svg.BLUE
    word = "one becomes" if number >= 0.995 else "one leaves only"
    desc = (
        f"One particle gives rise to {_r0(number)} in a fresh tumour. Virus at most "
        f"{svg.number(float(course.virus.max()), 2)}, on day {DAYS} "
        f"{svg.number(float(course.virus[-1]), 2)} particles per tumour cell of the start."
    )
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Free virus over time",
        desc,
        _decades(y, labels, "free virus per tumour cell"),
        svg.line(_curve(course, course.virus, y), colour=colour, width=4),
        svg.text(X.end, y.end + 22, f"{word} {_r0(number)}", size=20, anchor="end", bold=True),
    )


def _tumour(course: Course, after: str) -> str:
    labels = {share: f"{share:g} %" for share in (0.0, 50.0, 100.0, 150.0, 200.0)}
    y, tumour = SHARE, 100 * course.burden
    free = 100 * _course(OncolyticVirus(dose=0)).burden
    low = int(np.argmin(tumour))
    parts = [
        _decades(y, labels, "tumour, share of the start"),
        svg.line(_curve(course, free, y), colour=svg.MUTED, width=2.5, dash="8 6"),
        svg.text(X(52), y(free[104]) - 16, "without virus", size=16, anchor="end"),
        svg.line(_curve(course, tumour, y), colour=svg.VERMILLION, width=4),
    ]
    if tumour[low] < 99:
        x, side = X(course.t_day[low]), "right" if course.t_day[low] < 50 else "left"
        at = y(tumour[low])
        parts.append(svg.marker(x, at, shape="diamond"))
        shift, anchor = (14, "start") if side == "right" else (-14, "end")
        up = at - 12 if at > 60 else at + 26
        parts.append(svg.text(x + shift, up, _percent(tumour[low]), anchor=anchor, bold=True))
    return svg.figure(WIDTH, HEIGHT, "Tumour after one dose of virus", after, *parts)


BURDEN = svg.Scale(1e-3, 5000, start=330, end=48, log=True)


def _two_courses(course: Course, alone: Course, said: str) -> str:
    labels = {1e-3: "≤0.001 %", 0.01: "0.01 %", 0.1: "0.1 %", 1: "1 %", 10: "10 %", 100: "100 %"}
    y = BURDEN
    parts = []
    rows = (("without immunity", svg.BLUE, "8 6"), ("this host", svg.VERMILLION, ""))
    for i, (label, colour, dash) in enumerate(rows):
        at = y.end + 16 + 24 * i
        parts.append(svg.line([(190, at), (224, at)], colour=colour, width=4, dash=dash))
        parts.append(svg.text(232, at + 6, label, size=16))
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Tumour with and without immunity",
        said,
        _decades(y, labels, "tumour, share of the start"),
        svg.line(_curve(course, 100 * course.burden, y), colour=svg.VERMILLION, width=4),
        svg.line(_curve(alone, 100 * alone.burden, y), colour=svg.BLUE, dash="8 6"),
        *parts,
    )


def _balance(least: float, lost: float) -> str:
    across = svg.Scale(0, 100, start=20, end=370)
    rows = (
        ("tumour left at its smallest", least, svg.ORANGE),
        ("normal cells lost by day 90", lost, svg.SKY),
    )
    parts = []
    for i, (label, value, fill) in enumerate(rows):
        top = 66 + 130 * i
        parts.append(svg.text(20, top - 14, label, size=18, bold=True))
        parts.append(svg.bar(20, top, 350, 44, "#fff"))
        if value > 0.2:
            parts.append(svg.bar(20, top, across(min(value, 100)) - 20, 44, fill))
        inside = value > 60
        x, anchor = (across(value) - 10, "end") if inside else (across(value) + 10, "start")
        parts.append(svg.text(x, top + 30, _percent(value), size=20, anchor=anchor, bold=True))
    parts.append(svg.text(20, 292, "Both bars are bad: short is good.", size=16))
    desc = f"Tumour left {_percent(least)}, normal cells lost {_percent(lost)}."
    return svg.figure(392, 320, "What is left, and what it costs", desc, *parts)
