"""Explorer of repeated chemoembolisation: what a session takes from the tumour and from the liver.

It draws what `hcclab.mechanisms.tace` gives. Most of that model was set by looking at its curves.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import ipywidgets as widgets
import numpy as np

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.growth import Growth, sphere_ml
from hcclab.mechanisms.tace import (
    ALBI_LIMITS,
    AlbiCost,
    ConventionalTace,
    Course,
    Tace,
    TradeOff,
    albi_course,
    albi_grade,
    embolise,
    first_day_above,
    schedule,
    trade_off,
)

CARRIERS: dict[str, type[Tace]] = {"beads (DEB-TACE)": Tace, "oil (cTACE)": ConventionalTace}
AIM = {"one segment": 0.3, "one lobe": 0.6, "the whole liver": 1.0}
"""Share of a session's cost that reaches the liver [illustrative]."""

MOST, INTERVAL_DAY, YEAR_DAY, DIAMETER_CM = 6, 60, 365, 5
TUMOUR = Growth(diameter_cm=DIAMETER_CM)
COST = AlbiCost.described()


class SessionPlanner(Explorer):
    """Embolise a tumour of 5 cm up to six times in a year and see what the liver pays.

    Examples
    --------
    >>> planner = SessionPlanner()
    >>> planner.summary
    '△ 3 sessions, one year: tumour 65 → 14 mL; the liver went from grade 2a to 2b.'
    >>> planner.set(sessions=6)
    '✗ 6 sessions: the liver enters ALBI grade 3 on day 300; tumour 65 → 2 mL.'
    """

    title = "How often can you close the artery? (a model, not a plan)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            sessions=widgets.IntSlider(3, min=0, max=MOST, description="Sessions in the year"),
            start=control(
                replace(COST["start"].variable, label="ALBI score before", step=0.1),
                value=-2.5,
                low=-3.2,
                high=-1.4,
            ),
            carrier=widgets.Dropdown(options=list(CARRIERS), description="Carrier of the drug"),
            aim=widgets.Dropdown(
                options=list(AIM), value="the whole liver", description="Artery treated"
            ),
        )

    def view(  # type: ignore[override]
        self, *, sessions: int, start: float, carrier: str, aim: str
    ) -> View:
        """Draw tumour and liver over the year, and their exchange by number of sessions."""
        cost = AlbiCost(start=start, non_selectivity=AIM[aim])
        days = schedule(sessions, INTERVAL_DAY)
        course = _embolised(carrier, sessions)
        score = albi_course(cost, course.t_day, days)
        exchange = _exchange(carrier)
        albi = np.array([_at_year(cost, count) for count in range(MOST + 1)])
        crossing = first_day_above(cost, days)
        summary = _verdict(sessions, float(course.volume_ml[-1]), score, start, crossing)
        worst = int(np.argmax(score))
        words = (
            f"Worst ALBI score <strong>{svg.number(float(score[worst]), decimals=2)}</strong> "
            f"(grade {albi_grade(float(score[worst]))}) on day {course.t_day[worst]:.0f}; after "
            f"a year <strong>{svg.number(float(score[-1]), decimals=2)}</strong>. A higher score "
            "is a worse liver."
        )
        pair = _side_by_side(
            _courses(course, score, days, summary),
            _curve(exchange, albi, sessions),
        )
        return View(summary, f"{pair}<p>{words}</p>")


@cache
def _embolised(carrier: str, sessions: int) -> Course:
    days = schedule(sessions, INTERVAL_DAY)
    t_day = np.unique(np.concatenate([np.linspace(0, YEAR_DAY, 74), days]))
    return embolise(TUMOUR, CARRIERS[carrier](), t_day, days)


@cache
def _exchange(carrier: str) -> TradeOff:
    return trade_off(TUMOUR, CARRIERS[carrier](), AlbiCost(), MOST, INTERVAL_DAY, YEAR_DAY)


def _at_year(cost: AlbiCost, sessions: int) -> float:
    return float(albi_course(cost, YEAR_DAY, schedule(sessions, INTERVAL_DAY)))


def _verdict(
    sessions: int, volume_ml: float, score: np.ndarray, start: float, crossing: float | None
) -> str:
    before, after = albi_grade(start), albi_grade(float(score[-1]))
    tumour = f"tumour {TUMOUR_ML:.0f} → {volume_ml:.0f} mL"
    count = f"{sessions} session{'' if sessions == 1 else 's'}"
    if not sessions:
        count = "No session"
    if crossing is not None and before != "3":
        return f"✗ {count}: the liver enters ALBI grade 3 on day {crossing:.0f}; {tumour}."
    if after != before:
        return f"△ {count}, one year: {tumour}; the liver went from grade {before} to {after}."
    if volume_ml >= TUMOUR_ML:
        return f"△ {count}, one year: {tumour}; the liver stays in grade {after}."
    return f"✓ {count}, one year: {tumour}; the liver stays in grade {after}."


# Drawing ----------------------------------------------------------------------------------------

TUMOUR_ML = sphere_ml(DIAMETER_CM)
DAY = svg.Scale(0, YEAR_DAY, start=52, end=336)
VOLUME = svg.Scale(0.3, 500, start=132, end=12, log=True)
ALBI = svg.Scale(-3.4, 0.2, start=290, end=150)
BANDS = (("1", "#d7ecf8"), ("2a", "#fbf3ea"), ("2b", "#f3dfc6"), ("3", "#e6c3ad"))


def _side_by_side(*figures: str) -> str:
    body = "".join(
        f'<div style="flex:1 1 360px;max-width:480px;min-width:0">{each}</div>' for each in figures
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _bands(low: float, high: float, left: float, right: float, scale: svg.Scale) -> str:
    edges = (low, *ALBI_LIMITS, high)
    parts = []
    for (grade, fill), bottom, top in zip(BANDS, edges, edges[1:], strict=False):
        box = [(left, scale(bottom)), (right, scale(bottom)), (right, scale(top))]
        parts.append(svg.region([*box, (left, scale(top))], fill, opacity=1))
        middle = scale((bottom + top) / 2) + 6
        parts.append(svg.text(right + 6, middle, f"grade {grade}", size=16))
    return "".join(parts)


def _courses(course: Course, score: np.ndarray, sessions: tuple[float, ...], summary: str) -> str:
    parts = []
    for value in (1, 10, 100):
        y = VOLUME(value)
        parts.append(svg.line([(DAY.start, y), (DAY.end, y)], colour=svg.GRID, width=1))
        parts.append(svg.text(DAY.start - 8, y + 6, f"{value}", size=16, anchor="end"))
    parts.append(_bands(ALBI.low, ALBI.high, DAY.start, DAY.end, ALBI))
    for value in (-3, -2, -1, 0):
        label = svg.number(value)
        parts.append(svg.text(DAY.start - 8, ALBI(value) + 6, label, size=16, anchor="end"))
    for day in sessions:
        x = DAY(day)
        parts.append(
            svg.line([(x, VOLUME.end), (x, ALBI.start)], colour=svg.MUTED, width=1.5, dash="3 5")
        )
    tumour = [(DAY(t), VOLUME(v)) for t, v in zip(course.t_day, course.volume_ml, strict=True)]
    liver = [(DAY(t), ALBI(s)) for t, s in _with_jumps(course.t_day, score, sessions)]
    parts.append(svg.line(tumour, colour=svg.BLUE, width=4))
    parts.append(svg.line(liver, colour=svg.VERMILLION, width=4))
    for day in (0, 120, 240, 360):
        parts.append(svg.text(DAY(day), ALBI.start + 22, f"{day}", size=16, anchor="middle"))
    parts += [
        svg.text(DAY.start + 8, 28, "tumour, mL", bold=True),
        svg.text(DAY.start + 8, 170, "ALBI score: up is worse", bold=True),
        svg.text((DAY.start + DAY.end) / 2, 334, "day", anchor="middle", bold=True),
    ]
    desc = f"{summary} Dashed lines are sessions. Above the tumour in mL, below the ALBI score."
    return svg.figure(416, 340, "Tumour and liver over a year", desc, *parts)


def _with_jumps(
    t_day: np.ndarray, score: np.ndarray, sessions: tuple[float, ...]
) -> list[tuple[float, float]]:
    """Points of the score, dropping straight up at each session."""
    points: list[tuple[float, float]] = []
    for day, value in zip(t_day, score, strict=True):
        if day in sessions and points:
            points.append((float(day), points[-1][1]))
        points.append((float(day), min(float(value), ALBI.high)))
    return points


LEFT_ML = svg.Scale(0.3, 500, start=66, end=326, log=True)
AT_YEAR = svg.Scale(-3.2, -0.4, start=290, end=12)


def _curve(exchange: TradeOff, albi: np.ndarray, sessions: int) -> str:
    parts = [_bands(AT_YEAR.low, AT_YEAR.high, LEFT_ML.start, LEFT_ML.end, AT_YEAR)]
    for value in (1, 10, 100):
        x = LEFT_ML(value)
        parts.append(svg.text(x, 312, f"{value}", size=16, anchor="middle"))
    for value in (-3, -2, -1):
        label = svg.number(value)
        parts.append(svg.text(58, AT_YEAR(value) + 6, label, size=16, anchor="end"))
    x = LEFT_ML(TUMOUR_ML)
    parts.append(
        svg.line([(x, AT_YEAR.end), (x, AT_YEAR.start)], colour=svg.MUTED, width=2, dash="3 5")
    )
    parts.append(svg.text(x - 6, 282, "at the start", size=15, anchor="end"))
    points = [(LEFT_ML(v), AT_YEAR(a)) for v, a in zip(exchange.volume_ml, albi, strict=True)]
    parts.append(svg.line(points, colour=svg.MUTED, width=3))
    for count, (px, py) in enumerate(points):
        here = count == sessions
        parts.append(
            svg.marker(
                px,
                py,
                shape="diamond" if here else "circle",
                size=14 if here else 8,
                fill=svg.VERMILLION if here else svg.INK,
            )
        )
        parts.append(svg.text(px, py - 15, f"{count}", anchor="middle", bold=here))
    parts += [
        svg.text(196, 334, "tumour after a year, mL", anchor="middle", bold=True),
        svg.text(18, 152, "ALBI after a year", anchor="middle", bold=True, turn=-90),
    ]
    told = "; ".join(
        f"{count}: {volume:.0f} mL, ALBI {svg.number(float(score), decimals=2)}"
        for count, volume, score in zip(exchange.sessions, exchange.volume_ml, albi, strict=True)
    )
    desc = f"By number of sessions: {told}. The diamond is at {sessions}."
    return svg.figure(412, 340, "The exchange: tumour against liver", desc, *parts)
