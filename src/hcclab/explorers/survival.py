"""Explorer of the ALBI lesson: survival of a real cohort by the grades of four scores."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import ipywidgets as widgets

from hcclab import data
from hcclab.evidence import KaplanMeier, concordance_index, kaplan_meier, p_text
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.liver_function import (
    ALBI_GRADE,
    EZ_ALBI_GRADE,
    MALBI_GRADE,
    PALBI_GRADE,
    albi,
    ez_albi,
    palbi,
)

SCORES = {
    "ALBI": (albi, ALBI_GRADE),
    "mALBI": (albi, MALBI_GRADE),
    "EZ-ALBI": (ez_albi, EZ_ALBI_GRADE),
    "PALBI": (palbi, PALBI_GRADE),
}
TESTS = ("bilirubin_mg_dl", "albumin_g_dl", "platelets_1e9_l")
COLOURS = ("#0072b2", "#b34e00", "#007a5a", "#9c3f78")
DASHES = ("", "12 5", "4 4", "14 4 3 4")
UNTIL = 10
WIDTH = 640
X = svg.Scale(0, UNTIL, start=84, end=540)
Y = svg.Scale(0, 1, start=296, end=16)


class Curves(NamedTuple):
    """Survival by the grades of one score."""

    km: KaplanMeier
    concordance: float
    people: int


class SurvivalByScore(Explorer):
    """Read survival by grade at any year, for ALBI and its relatives, in the PBC cohort.

    Examples
    --------
    >>> SurvivalByScore().summary
    'ALBI, after 5 years: grade 1 94 % alive, grade 2 75 %, grade 3 18 %. C-index 0.79.'
    """

    title = "Survival of 418 people with PBC (not liver cancer), by grade"

    def __init__(self) -> None:
        super().__init__(
            score=widgets.Dropdown(options=tuple(SCORES), description="Grades of"),
            year=widgets.IntSlider(5, max=UNTIL, min=1, description="Years"),
        )

    def view(self, *, score: str, year: int) -> View:  # type: ignore[override]
        """Draw the curves, and read them where the year stands."""
        curves = _curves(score)
        rows = _read(score, year)
        alive = [_percent(row.survival) for row in rows]
        first, *others = [f"grade {r.group} {a}" for r, a in zip(rows, alive, strict=True)]
        plural = "s" * (year > 1)
        summary = (
            f"{score}, after {year} year{plural}: {', '.join([f'{first} alive', *others])}. "
            f"C-index {curves.concordance:.2f}."
        )
        spans = [
            f"grade {r.group}: {a} alive (95 % interval {_interval(r)}), {r.at_risk} still followed"
            for r, a in zip(rows, alive, strict=True)
        ]
        desc = (
            f"Kaplan-Meier curves of {curves.people} people by {score}. After {year} "
            f"year{plural}: {'; '.join(spans)}. Log-rank {p_text(curves.km.logrank_p or 0.0)}."
        )
        reader = svg.line([(X(year), Y.start), (X(year), Y.end)], width=2, dash="5 5")
        parts = [_drawn(score), reader]
        top = Y.start + 88
        parts.append(svg.text(14, top, f"After {year} year{plural}", size=18, bold=True))
        parts.append(svg.text(400, top, "alive", size=18, bold=True, anchor="end"))
        parts.append(svg.text(WIDTH - 24, top, "still followed", size=18, bold=True, anchor="end"))
        for i, (row, percent) in enumerate(zip(rows, alive, strict=True)):
            y = top + 26 * (i + 1)
            sample = svg.line([(14, y - 6), (74, y - 6)], colour=COLOURS[i], dash=DASHES[i])
            parts += [
                sample,
                svg.text(84, y, f"grade {row.group}", size=18, bold=True, colour=COLOURS[i]),
                svg.text(400, y, f"{percent} ({_interval(row)})", size=18, anchor="end"),
                svg.text(WIDTH - 24, y, str(row.at_risk), size=18, anchor="end"),
            ]
            if not math.isnan(row.survival):
                parts.append(svg.marker(X(year), Y(row.survival), size=7, fill=COLOURS[i]))
        height = top + 26 * len(rows) + 12
        return View(summary, svg.figure(WIDTH, height, self.title, desc, *parts))


@cache
def _read(score: str, year: int) -> list[Any]:
    """The rows of the estimates at one year; kept, because a slider comes by again."""
    return list(_curves(score).km.at(year).itertuples())


def _percent(share: float) -> str:
    return "not known" if math.isnan(share) else f"{share:.0%}".replace("%", " %")


def _interval(row: Any) -> str:
    return f"{_percent(row.ci_low)} to {_percent(row.ci_high)}"


@cache
def _curves(score: str) -> Curves:
    """Estimates for everybody whom the score could grade; PALBI lacks 11 platelet counts."""
    system, table = SCORES[score]
    rows = []
    for person in data.records("pbc"):
        result = system.assess({test: float(person[test]) for test in TESTS if person[test]})
        if result.value is not None:
            years, dead = float(person["time_days"]) / 365.25, person["status"] == "dead"
            rows.append((years, dead, result.value, str(result.grades[table.column])))
    durations, events, values, grades = zip(*rows, strict=True)
    km = kaplan_meier(durations, events, grades, unit="years")
    return Curves(km, concordance_index(durations, events, values), len(rows))


@cache
def _drawn(score: str) -> str:
    """Axes, and each curve with its interval, its line style and its name at the end."""
    km = _curves(score).km
    parts = [axes()]
    named: list[tuple[float, str]] = []
    for i, group in enumerate(km.groups):
        steps = km.table[km.table["group"] == group]
        low = staircase(steps["time"], steps["ci_low"])
        high = staircase(steps["time"], steps["ci_high"])
        curve = staircase(steps["time"], steps["survival"])
        parts.append(svg.region([*high, *reversed(low)], COLOURS[i], opacity=0.12))
        parts.append(svg.line(curve, colour=COLOURS[i], dash=DASHES[i]))
        named.append((curve[-1][1], group))
    lowest = -1e9
    for y, group in sorted(named):
        lowest = max(y, lowest + 24)
        colour = COLOURS[km.groups.index(group)]
        name = f"grade {group}"
        parts.append(svg.text(X.end + 8, lowest + 6, name, size=18, bold=True, colour=colour))
    return "".join(parts)


def staircase(times: Any, heights: Any, x: svg.Scale = X) -> list[tuple[float, float]]:
    """Corners of a staircase that ends with the last follow-up, or at the edge of the axes."""
    points: list[tuple[float, float]] = []
    for time, height in zip(times, heights, strict=True):
        if points:
            points.append((x(min(time, x.high)), points[-1][1]))
        if time > x.high:
            break
        points.append((x(time), Y(height)))
    return points


@cache
def axes(x: svg.Scale = X, every: int = 2) -> str:
    """Axes of survival over years, with a label at every so many years."""
    parts = []
    for year in range(0, int(x.high) + 1, every):
        parts.append(svg.text(x(year), Y.start + 26, str(year), size=18, anchor="middle"))
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = Y(share)
        parts.append(svg.line([(x.start, y), (x.end, y)], colour=svg.GRID, width=1))
        percent = f"{share:.0%}".replace("%", " %")
        parts.append(svg.text(x.start - 8, y + 6, percent, size=18, anchor="end"))
    parts.append(svg.line([(x.start, Y.end), (x.start, Y.start), (x.end, Y.start)], width=1.5))
    middle = (x.start + x.end) / 2
    parts.append(svg.text(middle, Y.start + 54, "Years", size=18, bold=True, anchor="middle"))
    return "".join(parts)
