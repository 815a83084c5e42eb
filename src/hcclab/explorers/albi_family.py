"""Explorer of the ALBI lesson: one patient under mALBI, EZ-ALBI, PALBI and MELD 3.0 at once."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

from hcclab.criteria import Comparison
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.liver_function import (
    EZ_ALBI_GRADE,
    MALBI_GRADE,
    PALBI_GRADE,
    albi,
    ez_albi,
    palbi,
)
from hcclab.meld_scores import meld_3_0
from hcclab.rules import RuleTable
from hcclab.systems import Result, System
from hcclab.variables import albumin_g_l, bilirubin_umol_l, creatinine_umol_l, platelets_1e9_l

REST = {"sex": "male", "inr": 1.0, "sodium_mmol_l": 138}
"""What MELD 3.0 asks besides the four sliders; it stays as it is."""

WELL = {"bilirubin_umol_l": 3, "albumin_g_l": 50, "platelets_1e9_l": 53}
ILL = {"bilirubin_umol_l": 150, "albumin_g_l": 20, "platelets_1e9_l": 450}
"""The settings with the lowest and the highest scores; PALBI is lowest at 53 platelets."""

FILLS = {"1": svg.BLUE, "2": svg.SKY, "2a": svg.SKY, "2b": svg.YELLOW, "3": svg.VERMILLION}
WIDTH, ROW = 560, 94
LEFT, RIGHT = 14, 546


class Ruler(NamedTuple):
    """One score as a line: its name, what it reads, its system and its grades."""

    name: str
    reads: str
    system: System
    table: RuleTable


RULERS = (
    Ruler("mALBI", "bilirubin, albumin", albi, MALBI_GRADE),
    Ruler("EZ-ALBI", "bilirubin, albumin", ez_albi, EZ_ALBI_GRADE),
    Ruler("PALBI", "bilirubin, albumin, platelets", palbi, PALBI_GRADE),
)
MELD_SCALE = svg.Scale(6, 40, start=LEFT, end=RIGHT)


class AlbiFamily(Explorer):
    """Move one patient and see where ALBI's relatives part.

    Examples
    --------
    >>> family = AlbiFamily()
    >>> family.set(bilirubin_umol_l=60, albumin_g_l=43, platelets_1e9_l=300)
    'They disagree: mALBI 2a, EZ-ALBI 1, PALBI 3. MELD 3.0 is 12.'
    """

    title = "One patient, four scores (a man; INR 1.0, sodium 138 mmol/L)"

    def __init__(self) -> None:
        low, high = WELL["bilirubin_umol_l"], ILL["bilirubin_umol_l"]
        super().__init__(
            bilirubin_umol_l=control(bilirubin_umol_l, value=20, low=low, high=high),
            albumin_g_l=control(albumin_g_l, value=38),
            platelets_1e9_l=control(platelets_1e9_l, value=150),
            creatinine_umol_l=control(creatinine_umol_l, value=80),
        )

    def view(self, **values: float) -> View:
        """Draw one ruler a score, with the patient on it."""
        patient = {**values, **REST}
        results = [ruler.system.assess(patient) for ruler in RULERS]
        waiting = meld_3_0.assess(patient)
        grades = [_grade(ruler, result) for ruler, result in zip(RULERS, results, strict=True)]
        said = ", ".join(f"{r.name} {g}" for r, g in zip(RULERS, grades, strict=True))
        agree = len({grade[0] for grade in grades}) == 1
        verdict = "They agree" if agree else "They disagree"
        points = svg.number(waiting.value, decimals=0)
        summary = f"{verdict}: {said}. MELD 3.0 is {points}."
        rows = [_row(i, *each) for i, each in enumerate(zip(RULERS, results, grades, strict=True))]
        rows.append(_meld_row(len(RULERS), waiting))
        desc = f"Four rulers, better on the left. {said}; MELD 3.0 {points} of 6 to 40 points."
        picture = svg.figure(WIDTH, ROW * len(rows) + 8, self.title, desc, *rows)
        return View(summary, picture)


def _row(number: int, ruler: Ruler, result: Result, grade: str) -> str:
    value = result.value
    decimals = 1 if ruler.system is ez_albi else 2
    head = f"{ruler.name} {svg.number(value, decimals=decimals)}"
    top = number * ROW + 26
    at = _scale(ruler)(value)
    return (
        _head(top, head, ruler.reads, f"grade {grade}")
        + _bands(number)
        + svg.marker(at, top + 22, shape="pointer", size=10)
    )


def _meld_row(number: int, result: Result) -> str:
    top, at = number * ROW + 26, MELD_SCALE(result.value)
    survival = f"{result.values['meld_3_0_survival_90d']:.0%}".replace("%", " %")
    head = f"MELD 3.0 {svg.number(result.value, decimals=0)}"
    reads = "+ kidney, INR, sodium"
    return (
        _head(top, head, reads, f"90 days: {survival}")
        + _meld_ticks(top + 34)
        + svg.marker(at, top + 22, shape="pointer", size=10)
    )


def _head(y: float, name: str, reads: str, verdict: str) -> str:
    return (
        svg.text(LEFT, y, name, size=20, bold=True)
        + svg.text(LEFT + 172, y, reads, size=16, colour=svg.MUTED)
        + svg.text(RIGHT, y, verdict, size=20, bold=True, anchor="end")
    )


@cache
def _scale(ruler: Ruler) -> svg.Scale:
    low, high = (ruler.system.assess(patient).value for patient in (WELL, ILL))
    return svg.Scale(low, high, start=LEFT, end=RIGHT)


@cache
def _bands(number: int) -> str:
    """The grades of one ruler as coloured, named boxes with their limits below."""
    ruler, y = RULERS[number], number * ROW + 60
    scale = _scale(ruler)
    cuts = [r.when.threshold for r in ruler.table.rules if isinstance(r.when, Comparison)]
    parts = []
    for name, (low, high) in zip(
        ruler.table.outcomes, pairwise([scale.low, *cuts, scale.high]), strict=True
    ):
        left, right = scale(low), scale(high)
        parts.append(svg.bar(left, y, right - left, 24, "#fff"))
        corners = [(left, y), (right, y), (right, y + 24), (left, y + 24)]
        parts.append(svg.region(corners, FILLS[name], opacity=0.45))
        parts.append(svg.text((left + right) / 2, y + 18, name, anchor="middle", bold=True))
    return "".join(parts)


@cache
def _meld_ticks(y: float) -> str:
    parts = [svg.bar(LEFT, y, RIGHT - LEFT, 24, "#eef1f4")]
    for points in (6, 10, 20, 30, 40):
        anchor = {6: "start", 40: "end"}.get(points, "middle")
        inset = {6: 6, 40: -6}.get(points, 0)
        parts.append(svg.text(MELD_SCALE(points) + inset, y + 18, str(points), anchor=anchor))
    return "".join(parts)


def _grade(ruler: Ruler, result: Result) -> str:
    return str(result.grades[ruler.table.column])
