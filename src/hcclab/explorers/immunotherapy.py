"""Explorers of immunotherapy: what antibodies hold, and why one drug has two outcomes.

The curves come from `hcclab.mechanisms.antibodies` and `hcclab.mechanisms.immune_dynamics`, the
tables from `hcclab.trials` and `hcclab.immune_events`; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np
from numpy.typing import NDArray

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.immune_events import BY_GRADE, advise, events
from hcclab.mechanisms.antibodies import (
    Atezolizumab,
    PdL1,
    Vegf,
    VegfCourse,
    course_mg_l,
    dosing_days,
    neutralise,
    occupancy,
)
from hcclab.mechanisms.immune_dynamics import (
    Course,
    ImmuneDynamics,
    Separatrix,
    SteadyState,
    respond,
    separatrix,
    steady_states,
)
from hcclab.trials import VERDICTS, trial

Floats = NDArray[np.float64]
WIDTH, HEIGHT = 392, 392

# What the antibodies hold -----------------------------------------------------------------------

DOSES_MG = (0, 1, 10, 60, 300, 1200)
CYCLES = 6
WEIGHT_KG = 70
UNTIL_DAY = CYCLES * 21
BLOOD_DAYS = np.linspace(0, UNTIL_DAY, UNTIL_DAY + 1)


class AntibodyHold(Explorer):
    """Give two antibodies; see how much PD-L1 and VEGF they hold.

    Examples
    --------
    >>> hold = AntibodyHold()
    >>> hold.summary
    'PD-L1: 99.89 % held before dose 7. VEGF: free 35 % lower, total 3.8 times as high.'
    >>> hold.set(dose_mg=60, bevacizumab_mg_kg=0)
    'PD-L1: 97.8 % held before dose 7. VEGF: as without drug.'
    """

    title = "Six doses of two antibodies (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        reach = PdL1.described()["tumour_ratio"].variable
        super().__init__(
            dose_mg=widgets.Dropdown(
                options=[(f"{dose:,} mg", dose) for dose in DOSES_MG],
                value=1200,
                description="Atezolizumab every 3 weeks",
            ),
            tumour_ratio=control(replace(reach, step=0.02), value=0.3),
            bevacizumab_mg_kg=widgets.IntSlider(
                15, min=0, max=15, step=5, description="Bevacizumab every 3 weeks (mg/kg)"
            ),
            missed=widgets.Checkbox(False, description="The third dose is missed", indent=False),
        )

    def view(  # type: ignore[override]
        self, *, dose_mg: int, tumour_ratio: float, bevacizumab_mg_kg: int, missed: bool
    ) -> View:
        """Draw PD-L1 held over time, and free and total VEGF."""
        gone = (3,) if missed else ()
        drug, receptor = Atezolizumab(dose_mg=dose_mg), PdL1(tumour_ratio=tumour_ratio)
        level = course_mg_l(drug, BLOOD_DAYS, dosing_days(drug, CYCLES, gone))
        held = 100 * np.asarray(occupancy(level, drug, receptor))
        vegf = _vegf(bevacizumab_mg_kg, gone)
        base = Vegf().baseline_nm * Vegf().vegf_kda * 1000
        free, total = vegf.free_vegf_ng_l / base, vegf.total_vegf_ng_l / base
        lower = "as without drug"
        if bevacizumab_mg_kg:
            lower = f"free {100 * (1 - free[-1]):.0f} % lower, total {total[-1]:.1f} times as high"
        summary = f"PD-L1: {_share(float(held[-1]))} held before dose 7. VEGF: {lower}."
        return View(summary, _side_by_side(_held(held, summary), _both_vegf(free, total, lower)))


@lru_cache(maxsize=16)
def _vegf(mg_kg: int, missed: tuple[int, ...]) -> VegfCourse:
    drug = Vegf(dose_mg=mg_kg * WEIGHT_KG)
    return neutralise(drug, BLOOD_DAYS, dosing_days(drug, CYCLES, missed) if mg_kg else ())


def _share(percent: float) -> str:
    """A percentage, with more digits near 100, to which it never rounds."""
    if percent >= 99:
        return f"{min(percent, 99.99):.2f} %"
    return f"{percent:.1f} %" if percent >= 90 else f"{percent:.0f} %"


WEEKS = svg.Scale(0, UNTIL_DAY / 7, start=74, end=376)


def _days_to_points(values: Floats, y: svg.Scale) -> list[tuple[float, float]]:
    return [(WEEKS(day / 7), y(value)) for day, value in zip(BLOOD_DAYS, values, strict=True)]


def _held(held: Floats, said: str) -> str:
    y, last = svg.Scale(0, 100, start=330, end=48), float(held[-1])
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Share of PD-L1 held in the tumour",
        said,
        svg.axes(WEEKS, y, "weeks", "PD-L1 held in the tumour (%)"),
        svg.line(_days_to_points(held, y), colour=svg.BLUE, width=4),
        svg.text(WEEKS.end, y(last) + (26 if last > 15 else -12), _share(last), size=20,
                 anchor="end", bold=True),
    )  # fmt: skip


def _both_vegf(free: Floats, total: Floats, said: str) -> str:
    y = svg.Scale(0, 5, start=330, end=48)
    parts = [
        svg.axes(WEEKS, y, "weeks", "VEGF in blood (1 = before)"),
        svg.line([(WEEKS.start, y(1)), (WEEKS.end, y(1))], colour=svg.MUTED, width=2),
        svg.line(_days_to_points(total, y), colour=svg.VERMILLION, dash="8 6"),
        svg.line(_days_to_points(free, y), colour=svg.BLUE, width=4),
    ]
    if total.max() > 1.01:
        above = y(float(total[-21:].max())) - 12
        parts.append(svg.text(WEEKS.end, above, "total", anchor="end", bold=True))
        parts.append(svg.text(WEEKS.end, y(0.1), "free", anchor="end", bold=True))
    else:
        parts.append(svg.text(WEEKS(9), y(1.25), "free = total", anchor="middle", bold=True))
    return svg.figure(WIDTH, HEIGHT, "Free and total VEGF in blood", f"VEGF: {said}.", *parts)


# One drug, two neighbours -----------------------------------------------------------------------

DAYS = 400
HOT = 1_000_000
"""Effector cells in the tumour of patient A at the start."""

SIZES = (1, 5, 10, 20, 50, 100, 150, 200, 250, 300, 400)
"""Tumours at the start, million cells."""

COLDER = {1: "as many as A", 2: "half as many", 3: "a third", 10: "a tenth", 30: "a thirtieth"}
"""Effector cells of patient B, as a fraction of A's."""

HELD_BELOW = 1e8
"""Between the held and the escaped state of the model, in all of its arms."""

MOUSE_DAYS = np.concatenate([np.arange(0, 100, 1.0), np.arange(100, DAYS + 1, 4.0)])


class TwoNeighbours(Explorer):
    """Give two patients the same drugs; only their T cells at the start differ.

    Examples
    --------
    >>> two = TwoNeighbours()
    >>> two.summary
    'A: ▼ held at 7.7 million. B: ▲ escapes to 447 million.'
    >>> two.set(occupancy=0.0)
    'A: ▲ escapes to 487 million. B: ▲ escapes to 487 million.'
    """

    title = "Same drug, two neighbours (mouse cells in a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        known = ImmuneDynamics.described()
        super().__init__(
            occupancy=control(
                replace(known["occupancy"].variable, label="PD-1 held (share)"),
                value=1,
            ),
            vegf_blockade=control(
                replace(known["vegf_blockade"].variable, label="VEGF blocked (share)"),
                value=0,
            ),
            million=widgets.Dropdown(
                options=[(f"{size} million cells", size) for size in SIZES],
                value=100,
                description="Both tumours at the start",
            ),
            colder=widgets.Dropdown(
                options=[(words, times) for times, words in COLDER.items()],
                value=10,
                description="T cells in B's tumour",
            ),
        )

    def view(  # type: ignore[override]
        self, *, occupancy: float, vegf_blockade: float, million: int, colder: int
    ) -> View:
        """Draw the map of outcomes with both ways through it, and both courses."""
        drugs = ImmuneDynamics(
            occupancy=round(occupancy, 2),
            vegf_blockade=round(vegf_blockade, 2),
            tumour_cells=million * 1e6,
            effector_cells=HOT,
        )
        hot, cold = _course(drugs), _course(drugs.changed(effector_cells=HOT / colder))
        border = _border(drugs.occupancy, drugs.vegf_blockade)
        said = f"A: {_fate(hot, border)}. B: {_fate(cold, border)}."
        return View(said, _side_by_side(_map(border, hot, cold, said), _two(hot, cold, said)))


class Border(NamedTuple):
    """The line between the outcomes, and the states where the model comes to rest."""

    points: tuple[tuple[float, float], ...]
    stable: tuple[SteadyState, ...]

    @property
    def is_island(self) -> bool:
        """Whether both ends lie at the largest tumour: above it too many T cells leave too soon."""
        return bool(self.points) and self.points[0][0] > 4e8

    @property
    def all_held(self) -> bool:
        """Whether every start ends in the small state."""
        return all(each.tumour_cells < HELD_BELOW for each in self.stable)


@lru_cache(maxsize=512)
def _course(model: ImmuneDynamics) -> Course:
    return respond(model, MOUSE_DAYS)


@lru_cache(maxsize=512)
def _border(occupancy: float, vegf_blockade: float) -> Border:
    model = ImmuneDynamics(occupancy=occupancy, vegf_blockade=vegf_blockade)
    points = _evenly(separatrix(model))
    return Border(points, tuple(each for each in steady_states(model) if each.stable))


def _evenly(line: Separatrix, count: int = 160) -> tuple[tuple[float, float], ...]:
    """Points of the line at equal distances on the map."""
    if not line.tumour_cells.size:
        return ()
    x, y = np.log(line.tumour_cells), np.log(line.effector_cells)
    along = np.concatenate([[0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    steps = np.linspace(0, along[-1], count)
    tumour, effectors = (np.exp(np.interp(steps, along, each)).tolist() for each in (x, y))
    return tuple(zip(tumour, effectors, strict=True))


def _fate(course: Course, border: Border) -> str:
    """What became of a tumour, with its sign."""
    cells = float(course.tumour_cells[-1])
    left = f"{svg.number(cells / 1e6, 2)} million"
    if cells < HELD_BELOW:
        return f"▼ held at {left}"
    return f"▽ falls late, still {left}" if border.all_held else f"▲ escapes to {left}"


PATIENTS = (("A", svg.BLUE, "", "circle"), ("B", svg.VERMILLION, "9 6", "diamond"))
CELLS = svg.Scale(1e5, 6e8, start=84, end=376, log=True)
FIGHTERS = svg.Scale(1e4, 1e7, start=330, end=48, log=True)
POWERS = {1e4: "10⁴", 1e5: "10⁵", 1e6: "10⁶", 1e7: "10⁷", 1e8: "10⁸", 1e9: "10⁹"}


def _inside(x: float, y: float) -> tuple[float, float]:
    """A point of the map, moved to its edge where it lies beyond."""
    return (
        CELLS(min(max(x, CELLS.low), CELLS.high)),
        FIGHTERS(min(max(y, FIGHTERS.low), FIGHTERS.high)),
    )


def _map(border: Border, hot: Course, cold: Course, said: str) -> str:
    parts = [_grid(CELLS, FIGHTERS, "tumour cells", "T cells in the tumour")]
    parts.append(_patch(border))
    for course, (_, colour, dash, _shape) in zip((hot, cold), PATIENTS, strict=True):
        way = zip(course.tumour_cells, course.effector_cells, strict=True)
        parts.append(svg.line([_inside(*each) for each in way], colour=colour, dash=dash))
    for state in border.stable:
        at = _inside(state.tumour_cells, state.effector_cells)
        parts.append(svg.marker(*at, shape="square", size=8))
    for course, (name, colour, _, shape) in zip((hot, cold), PATIENTS, strict=True):
        at = _inside(course.tumour_cells[0], course.effector_cells[0])
        parts.append(svg.marker(*at, name, shape=shape, fill=colour))
    if not border.all_held:
        at = CELLS.end - 8, FIGHTERS.start - 12
        parts.append(svg.text(*at, "escapes", size=20, anchor="end", bold=True))
    rest = " and ".join(f"{svg.number(each.tumour_cells / 1e6)} million" for each in border.stable)
    desc = f"{said} States of rest, squares: {rest} tumour cells."
    return svg.figure(WIDTH, HEIGHT, "Map of outcomes", desc, *parts)


def _patch(border: Border) -> str:
    """Shade the starts that end in the small state, and draw the border around them."""
    left, right, top, bottom = CELLS.start, CELLS.end, FIGHTERS.end, FIGHTERS.start
    corners = [(right, top), (left, top), (left, bottom)]
    held = svg.text(left + 10, top + 24, "held", size=20, bold=True)
    if not border.points:
        whole = svg.region([*corners, (right, bottom)], svg.SKY, opacity=0.3) + held
        return whole if border.all_held else ""
    line = [_inside(*each) for each in border.points]
    ends = [(right, line[-1][1]), (right, line[0][1])]
    if border.is_island:
        rest = _inside(border.stable[0].tumour_cells, border.stable[0].effector_cells)
        tip = min(x for x, _ in line)
        at = (tip - 58, rest[1] + 6) if tip > left + 60 else (left + 10, rest[1] - 20)
        held = svg.text(*at, "held", size=20, bold=True)
    else:
        ends = [ends[0], *corners, (line[0][0], bottom)]
    drawn = [
        svg.line(list(part), width=3)
        for seen, part in groupby(line, key=lambda at: left < at[0] and at[1] < bottom)
        if seen
    ]
    return "".join(
        (svg.region([*line, *ends], svg.SKY, opacity=0.3), *drawn, _border_name(line, border), held)
    )


def _border_name(line: Sequence[tuple[float, float]], border: Border) -> str:
    """Write below a border that lies, beside one that stands."""
    seen = [at for at in line if CELLS.start < at[0] and at[1] < FIGHTERS.start]
    lower = seen[: len(seen) // 2] if border.is_island else seen
    x, y = min(lower, key=lambda at: abs(at[0] - CELLS(1.2e6)))
    if border.is_island or (x < CELLS(3e6) and y + 26 < FIGHTERS.start):
        return svg.text(x, y + 22, "border", size=16, anchor="middle", bold=True)
    x, y = min(lower, key=lambda at: abs(at[1] - FIGHTERS(2.5e4)))
    return svg.text(x - 8, y, "border", size=16, anchor="end", bold=True)


def _grid(x: svg.Scale, y: svg.Scale, x_name: str, y_name: str) -> str:
    """Axes with powers of ten; a straight x axis gets its own ticks."""
    across = (
        {value: POWERS[value] for value in POWERS if x.low <= value <= x.high}
        if x.log
        else {value: svg.number(value) for value in x.ticks(5)}
    )
    parts = []
    for value, label in across.items():
        parts.append(svg.line([(x(value), y.start), (x(value), y.end)], colour=svg.GRID, width=1))
        parts.append(svg.text(x(value), y.start + 24, label, size=16, anchor="middle"))
    for value, label in POWERS.items():
        if y.low <= value <= y.high:
            parts.append(
                svg.line([(x.start, y(value)), (x.end, y(value))], colour=svg.GRID, width=1)
            )
            parts.append(svg.text(x.start - 8, y(value) + 6, label, size=16, anchor="end"))
    parts.append(svg.line([(x.start, y.end), (x.start, y.start), (x.end, y.start)], width=1.5))
    parts.append(svg.text((x.start + x.end) / 2, y.start + 50, x_name, anchor="middle", bold=True))
    parts.append(svg.text(x.start - 4, y.end - 16, y_name, bold=True))
    return "".join(parts)


TIME = svg.Scale(0, DAYS, start=70, end=376)
BURDEN = svg.Scale(1e5, 1e9, start=330, end=48, log=True)


NAMED_ON_DAY = {"A": 328, "B": 248}


def _two(hot: Course, cold: Course, said: str) -> str:
    parts = [_grid(TIME, BURDEN, "mouse days", "tumour cells")]
    for course, (name, colour, dash, shape) in zip((hot, cold), PATIENTS, strict=True):
        cells = np.clip(course.tumour_cells, BURDEN.low, BURDEN.high)
        points = [(TIME(t), BURDEN(n)) for t, n in zip(MOUSE_DAYS, cells, strict=True)]
        parts.append(svg.line(points, colour=colour, width=4, dash=dash))
        at = points[int(np.searchsorted(MOUSE_DAYS, NAMED_ON_DAY[name]))]
        parts.append(svg.marker(*at, shape=shape, fill=colour))
        parts.append(svg.text(at[0], at[1] - 16, name, anchor="middle", bold=True))
    return svg.figure(WIDTH, HEIGHT, "Both tumours over time", said, *parts)


def _side_by_side(*figures: str) -> str:
    body = "".join(f'<div style="flex:0 1 auto;min-width:0">{each}</div>' for each in figures)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


# Tables -----------------------------------------------------------------------------------------


def trial_table(*trial_ids: str) -> str:
    """Trials of checkpoint inhibitors with what they showed, as HTML.

    Parameters
    ----------
    *trial_ids
        Rows of the table of trials.

    Examples
    --------
    >>> "longer survival shown" in trial_table("imbrave150")
    True
    """
    rows = []
    for one in map(trial, trial_ids):
        against = f" v {one.control}" if one.compared == "randomised" and one.control else ""
        responses = " v ".join(f"{each:g}" for each in one.responses if each is not None)
        mark = one.survival_mark if one.survival else one.confidence
        rows.append(
            (
                one.label,
                f"{one.experimental}{against}",
                str(one.survival) if one.survival else "–",
                VERDICTS[one.verdict.kind] if one.survival else "no hazard ratio of death",
                responses or "–",
                mark,
            )
        )
    titles = ("trial", "new v control", "hazard ratio of death", "says", "response, %", "mark")
    return _table(titles, rows)


def event_table() -> str:
    """Immune-related adverse events with what to look for and what to do, as HTML.

    Examples
    --------
    >>> event_table().count("<tr>") == len(events()) + 1
    True
    """
    rows = []
    for each in events():
        does = {grade: advise(each.event_id, grade).drug for grade in BY_GRADE}
        drug = " · ".join(
            f"{word}\N{NO-BREAK SPACE}{_range([grade for grade in does if does[grade] == word])}"
            for word in dict.fromkeys(does.values())
        )
        treatment = "; ".join(filter(None, (each.treatment or "steroid by grade", each.note)))
        rows.append(
            (each.name, each.onset, each.first_steps, each.red_flag, drug, treatment,
             each.confidence)
        )  # fmt: skip
    titles = ("event", "begins", "look first", "red flag", "drug, by grade", "treatment", "mark")
    return _table(titles, rows)


def _range(grades: Sequence[int]) -> str:
    return str(grades[0]) if len(grades) == 1 else f"{grades[0]}–{grades[-1]}"


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under their titles; the first cell names a row, the last is its mark."""
    head = "".join(f'<th scope="col" style="text-align:left">{title}</th>' for title in titles)
    body = []
    for first, *middle, mark in rows:
        cells = "".join(
            f'<td style="text-align:left{";white-space:nowrap" * (len(each) < 17)}">'
            f"{escape(each)}</td>"
            for each in middle
        )
        body.append(
            f'<tr><th scope="row" style="text-align:left">{escape(first)}</th>{cells}'
            f'<td style="text-align:left"><em>{escape(mark)}</em></td></tr>'
        )
    return (
        '<div style="overflow-x:auto"><table style="font-size:16px;min-width:760px">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
