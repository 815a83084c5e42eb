"""Explorers of the lesson on interferon: virus in blood, a cell that goes deaf, ratios and risks.

The first two draw solves of `hcclab.mechanisms.interferon`, teaching models. The third applies the
published ratios to a risk of the learner's choice.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import ipywidgets as widgets
import numpy as np

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.interferon import (
    AFTER_EITHER,
    EFFECTS,
    HBV_RESECTED,
    Effect,
    HcvDynamics,
    IsgFeedback,
    PegylatedInterferon,
    StandardInterferon,
    efficacy_of_level,
    induce,
    interferon_level,
    level_of_efficacy,
    viral_load,
    viral_load_under,
)

HCV, ISG = HcvDynamics.described(), IsgFeedback.described()
DAYS = np.linspace(0, 28, 281)
REGIMENS = {"standard": StandardInterferon(), "pegylated": PegylatedInterferon()}
WEEK_4 = DAYS >= 21


class VirusUnderInterferon(Explorer):
    """Give interferon steadily or in doses, and watch hepatitis C virus in the blood.

    Examples
    --------
    >>> virus = VirusUnderInterferon()
    >>> virus.summary
    '▼ The load falls all the way. Virus left: 8.1 % on day 2, 0.48 % in week 4.'
    >>> virus.set(regimen="standard")
    '▲ The load rebounds between doses. Virus left: 91 % on day 2, 23 % in week 4.'
    """

    title = "Hepatitis C virus in blood under interferon (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            regimen=widgets.Dropdown(
                options=[
                    ("steady, as from a pump", "steady"),
                    ("standard, three times a week", "standard"),
                    ("pegylated, once a week", "pegylated"),
                ],
                description="How it is given",
            ),
            efficacy=control(
                replace(
                    HCV["efficacy"].variable,
                    label="share of virus production blocked at the highest level",
                    step=0.01,
                ),
                value=0.9,
                low=0.5,
                high=0.99,
            ),
            infected_loss_per_day=control(
                HCV["infected_loss_per_day"].variable, value=0.14, low=0.01, high=0.4
            ),
        )

    def view(  # type: ignore[override]
        self, *, regimen: str, efficacy: float, infected_loss_per_day: float
    ) -> View:
        """Draw how much is blocked, and how much virus is left, over four weeks."""
        hcv = HcvDynamics(
            efficacy=efficacy, infected_loss_per_day=infected_loss_per_day, delay_day=0
        )
        steady = 100 * viral_load(hcv, DAYS) / hcv.load_per_ml
        left, blocked = steady, np.full_like(DAYS, efficacy)
        if regimen != "steady":
            left, blocked = _given(regimen, efficacy, infected_loss_per_day)
        rebounds = bool(np.any(np.diff(left) > 1e-3 * left[:-1]))
        said = "▲ The load rebounds between doses." if rebounds else "▼ The load falls all the way."
        late = float(np.exp(np.log(left[WEEK_4]).mean()))
        summary = f"{said} Virus left: {_percent(left[20])} on day 2, {_percent(late)} in week 4."
        compared = None if regimen == "steady" else steady
        return View(
            summary,
            _side_by_side(_blocked(100 * blocked), _virus(left, compared, summary))
            + "<p>Week 4: geometric mean of that week. The effect starts at once.</p>",
        )


class DeafCell(Explorer):
    """Give two short pulses, and interferon without a pause, to a cell with feedback.

    Examples
    --------
    >>> cell = DeafCell()
    >>> cell.summary
    '▼ The second answer is 86 % of the first. Without a pause it sinks to 54 % of its peak.'
    >>> cell.set(feedback_gain_per_day=0)
    '● The second answer is as strong as the first. Without a pause it stays.'
    """

    title = "How a cell's genes answer interferon (a constructed model)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            gap_day=widgets.FloatSlider(
                1,
                min=0.5,
                max=8,
                step=0.5,
                readout_format=".1f",
                description="From the first pulse to the second (days)",
            ),
            feedback_gain_per_day=control(
                replace(
                    ISG["feedback_gain_per_day"].variable,
                    label="feedback: how fast it rises",
                    step=0.5,
                ),
                value=1,
            ),
        )

    def view(  # type: ignore[override]
        self, *, gap_day: float, feedback_gain_per_day: float
    ) -> View:
        """Draw the genes' answer to two pulses and to interferon without a pause."""
        pulses = _answer(feedback_gain_per_day, gap_day)
        steady = _answer(feedback_gain_per_day, 0)
        second = PULSED >= gap_day
        ratio = float(pulses[0][second].max() / pulses[0][~second].max())
        kept = float(steady[0][-1] / steady[0].max())
        deaf = ratio < 0.995
        again = f"{100 * ratio:.0f} % of" if deaf else "as strong as"
        sinks = f"sinks to {100 * kept:.0f} % of its peak" if kept < 0.995 else "stays"
        sign = "▼" if deaf else "●"
        summary = f"{sign} The second answer is {again} the first. Without a pause it {sinks}."
        return View(
            summary,
            _side_by_side(
                _genes("two pulses of six hours", pulses, ((0, 0.25), (gap_day, gap_day + 0.25))),
                _genes("without a pause", steady, ((0, 10),)),
            ),
        )


class RatioToRisk(Explorer):
    r"""Apply the pooled ratios of two reviews to one risk, side by side.

    Examples
    --------
    >>> reviews = RatioToRisk()
    >>> print(reviews.summary.replace(": ", ":\n"))
    ● After resection neither review excludes “no difference”:
    42 (34 to 50) or 48 (42 to 55) of 100 instead of 50.
    >>> print(reviews.set(outcome="death", risk=30).replace(": ", ":\n"))
    ▲ After resection only one review excludes “no difference”:
    18 (13 to 24) or 23 (18 to 31) of 100 instead of 30.
    """

    title = "Two reviews of interferon after treatment, side by side"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            outcome=widgets.Dropdown(
                options=[("the tumour comes back", "recurrence"), ("the patient dies", "death")],
                description="What is counted",
            ),
            risk=widgets.IntSlider(
                50,
                min=10,
                max=90,
                step=5,
                description="Without interferon, of 100 patients (your assumption)",
            ),
        )

    def view(self, *, outcome: str, risk: int) -> View:  # type: ignore[override]
        """Draw the ratios as published, and what each makes of the risk."""
        of = {each.setting: each for each in EFFECTS if each.outcome == outcome}
        rows = [_Row(name, effect := of[setting], _people(effect, risk)) for setting, name in NAMES]
        resected = rows[2:]
        open_to_none = [row.people[1] < risk < row.people[2] for row in resected]
        if all(open_to_none):
            said = "● After resection neither review excludes “no difference”:"
        elif any(open_to_none):
            said = "▲ After resection only one review excludes “no difference”:"
        else:
            said = "▼ After resection both reviews show a difference:"
        one, other = (row.told for row in resected)
        summary = f"{said} {one} or {other} of 100 instead of {risk}."
        return View(
            summary,
            _side_by_side(_published(rows), _applied(rows, risk))
            + "<p>A: Jiang 2013, hepatitis B or C. B: review of 2016, hepatitis B only. OR: odds "
            "ratio; RR: risk ratio; intervals of 95 % [verified in the abstracts]. The risk "
            "without interferon is taken as exact.</p>",
        )


# Solves and words -------------------------------------------------------------------------------

PULSED = np.linspace(0, 10, 401)


@lru_cache(maxsize=256)
def _given(regimen: str, efficacy: float, loss: float) -> tuple[Any, Any]:
    """Virus left and share blocked, each by day, under repeated doses."""
    made = REGIMENS[regimen]
    made = made.changed(peak_ec50=float(level_of_efficacy(made, efficacy)))
    hcv = HcvDynamics(infected_loss_per_day=loss)
    left = 100 * viral_load_under(hcv, made, DAYS) / hcv.load_per_ml
    return left, efficacy_of_level(made, interferon_level(made, DAYS))


@lru_cache(maxsize=256)
def _answer(gain: float, gap_day: float) -> tuple[Any, Any]:
    """Gene products and feedback under two pulses, or without a pause where there is no gap."""
    feedback = IsgFeedback(feedback_gain_per_day=gain)
    if gap_day:
        course = induce(feedback, PULSED, ((0, 0.25), (gap_day, gap_day + 0.25)))
    else:
        course = induce(feedback, PULSED)
    return course.genes, course.feedback


def _percent(value: float) -> str:
    if value < 0.001:
        return "less than 0.001 %"
    return f"{svg.number(value, 2)} %"


class _Row(NamedTuple):
    """A line of the third explorer: its name, its ratio, and people of 100 with its interval."""

    name: str
    effect: Effect
    people: tuple[float, float, float]

    @property
    def told(self) -> str:
        middle, low, high = self.people
        return f"{middle:.0f} ({low:.0f} to {high:.0f})"

    @property
    def ratio(self) -> str:
        effect = self.effect
        short = "OR" if effect.measure == "odds ratio" else "RR"
        return f"{short} {effect.value:.2f} ({effect.low:.2f}–{effect.high:.2f})"


def _people(effect: Effect, risk: int) -> tuple[float, float, float]:
    """People of 100 with interferon: by the estimate, and by both ends of its interval."""
    middle, low, high = (
        100 * float(effect._replace(value=value).applied(risk / 100))
        for value in (effect.value, effect.low, effect.high)
        if value is not None
    )
    return middle, low, high


# Drawing ----------------------------------------------------------------------------------------

WIDTH, HEIGHT = 392, 392
DAY = svg.Scale(0, 28, start=84, end=374)
BLOCKED = svg.Scale(0, 100, start=330, end=48)
LEFT = svg.Scale(1e-3, 200, start=330, end=48, log=True)
PULSE_DAY = svg.Scale(0, 10, start=64, end=374)
GENES = svg.Scale(0, 1, start=330, end=48)
NAMES = (
    (AFTER_EITHER, "A: after resection or TACE"),
    ("after TACE", "A: after TACE"),
    ("after resection", "A: after resection"),
    (HBV_RESECTED, "B: after resection, hepatitis B"),
)


def _side_by_side(*figures: str) -> str:
    body = "".join(f'<div style="flex:0 1 auto;min-width:0">{each}</div>' for each in figures)
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _frame(x: svg.Scale, days: range, y: svg.Scale, labels: dict[float, str], name: str) -> str:
    """Axes with days along and labelled values up."""
    parts = []
    for day in days:
        parts.append(
            svg.line([(x(day), y.start), (x(day), y.end)], colour=svg.GRID, width=1)
            + svg.text(x(day), y.start + 24, str(day), size=16, anchor="middle")
        )
    for value, label in labels.items():
        parts.append(
            svg.line([(x.start, y(value)), (x.end, y(value))], colour=svg.GRID, width=1)
            + svg.text(x.start - 8, y(value) + 6, label, size=16, anchor="end")
        )
    parts.append(svg.line([(x.start, y.end), (x.start, y.start), (x.end, y.start)], width=1.5))
    parts.append(svg.text((x.start + x.end) / 2, y.start + 50, "days", anchor="middle", bold=True))
    parts.append(svg.text(8, y.end - 18, name, bold=True))
    return "".join(parts)


def _curve(x: svg.Scale, y: svg.Scale, times: Any, values: Any) -> list[tuple[float, float]]:
    kept = np.clip(values, y.low, y.high)
    return [(x(day), y(value)) for day, value in zip(times, kept, strict=True)]


def _blocked(share: Any) -> str:
    labels = {float(percent): f"{percent} %" for percent in (0, 25, 50, 75, 100)}
    late = share[WEEK_4]
    desc = (
        f"In week 4 between {_percent(float(late.min()))} and {_percent(float(late.max()))} of "
        "virus production is blocked."
    )
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Virus production blocked by interferon",
        desc,
        _frame(DAY, range(0, 29, 7), BLOCKED, labels, "virus production blocked"),
        svg.line(_curve(DAY, BLOCKED, DAYS, share), colour=svg.BLUE),
    )


def _virus(left: Any, steady: Any | None, said: str) -> str:
    labels = {1e-3: "0.001 %", 0.01: "0.01 %", 0.1: "0.1 %", 1: "1 %", 10: "10 %", 100: "100 %"}
    parts = []
    if steady is not None:
        parts.append(
            svg.line(_curve(DAY, LEFT, DAYS, steady), colour=svg.MUTED, width=2.5, dash="8 6")
        )
        parts.append(svg.text(DAY.start + 10, LEFT.start - 12, "dashed: from a pump", size=16))
    else:
        parts.append(svg.text(DAY(2) + 4, LEFT(40), "1: virus is cleared", size=16))
        x, at = DAY(9), LEFT(float(left[90])) - 22
        parts.append(svg.text(x, max(at, LEFT(12)), "2: infected cells are lost", size=16))
    return svg.figure(
        WIDTH,
        HEIGHT,
        "Virus left in the blood",
        said,
        _frame(DAY, range(0, 29, 7), LEFT, labels, "virus left"),
        svg.line(_curve(DAY, LEFT, DAYS, left), colour=svg.VERMILLION, width=4),
        *parts,
    )


def _genes(name: str, course: tuple[Any, Any], pulses: tuple[tuple[float, float], ...]) -> str:
    labels = {0: "0", 0.25: "0.25", 0.5: "0.5", 0.75: "0.75", 1: "1"}
    genes, feedback = course
    x, y = PULSE_DAY, GENES
    bands = [
        svg.region([(x(a), y.start), (x(a), y.end), (x(b), y.end), (x(b), y.start)], svg.YELLOW)
        for a, b in pulses
    ]
    parts = []
    rows = (("genes", svg.VERMILLION, ""), ("feedback", svg.BLUE, "8 6"))
    for i, (label, colour, dash) in enumerate(rows):
        left, at = 64 + 130 * i, y.start + 82
        parts.append(svg.line([(left, at), (left + 34, at)], colour=colour, width=4, dash=dash))
        parts.append(svg.text(left + 42, at + 6, label, size=16))
    desc = (
        f"Yellow: interferon. The genes reach {svg.number(float(genes.max()), 2)} of full "
        f"induction and stand at {svg.number(float(genes[-1]), decimals=2)} on day 10; the "
        f"feedback reaches {svg.number(float(feedback.max()), 2)}."
    )
    return svg.figure(
        WIDTH,
        HEIGHT + 36,
        f"Genes' answer, {name}",
        desc,
        *bands,
        _frame(x, range(0, 11, 2), y, labels, name),
        svg.line(_curve(x, y, PULSED, feedback), colour=svg.BLUE, dash="8 6"),
        svg.line(_curve(x, y, PULSED, genes), colour=svg.VERMILLION, width=4),
        *parts,
    )


RATIO = svg.Scale(0.2, 1.25, start=24, end=216, log=True)
PEOPLE = svg.Scale(0, 100, start=24, end=250)
FIRST_ROW, ROW = 70, 68


def _published(rows: list[_Row]) -> str:
    told = "; ".join(f"{row.name}: {row.ratio}" for row in rows)
    return _forest(
        "As published",
        f"{told}.",
        RATIO,
        {0.25: "0.25", 0.5: "0.5", 1: "1"},
        1,
        [(row, (row.effect.value, row.effect.low, row.effect.high), row.ratio) for row in rows],
    )


def _applied(rows: list[_Row], risk: int) -> str:
    told = "; ".join(f"{row.name}: {row.told}" for row in rows)
    return _forest(
        "Of 100 such patients",
        f"Without interferon {risk}. With it: {told}.",
        PEOPLE,
        {0: "0", 25: "25", 50: "50", 75: "75", 100: "100"},
        risk,
        [(row, row.people, row.told) for row in rows],
    )


def _forest(
    title: str,
    desc: str,
    x: svg.Scale,
    labels: dict[float, str],
    none: float,
    rows: list[tuple[_Row, tuple[Any, Any, Any], str]],
) -> str:
    """Draw estimates with their intervals, and a line where interferon makes no difference."""
    bottom = FIRST_ROW + ROW * len(rows) - 12
    parts = [
        svg.text(8, 24, title, size=18, bold=True),
        svg.line([(x(none), bottom - 8), (x(none), bottom)], width=2),
        svg.line([(x.start, bottom), (x.end, bottom)], width=1.5),
    ]
    for value, label in labels.items():
        parts.append(svg.text(x(value), bottom + 22, label, size=16, anchor="middle"))
    for i, (row, (middle, low, high), told) in enumerate(rows):
        top = FIRST_ROW + ROW * i
        shape, fill = ("diamond", svg.VERMILLION) if row.name[0] == "B" else ("square", svg.BLUE)
        parts += [
            svg.text(8, top - 8, row.name, size=16, bold=True),
            svg.line([(x(none), top), (x(none), top + 28)], width=2, dash="6 5"),
            svg.line([(x(low), top + 14), (x(high), top + 14)]),
            svg.marker(x(middle), top + 14, shape=shape, size=7, fill=fill),
            svg.text(WIDTH - 6, top + 20, told, size=16, anchor="end"),
        ]
    parts.append(svg.text(x.start, bottom + 48, "dashed: no difference", size=16))
    return svg.figure(WIDTH, bottom + 60, title, desc, *parts)
