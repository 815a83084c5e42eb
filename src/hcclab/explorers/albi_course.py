"""Explorer of the ALBI lesson: drawn courses of ALBI under repeated chemoembolisation (TACE)."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import ipywidgets as widgets

from hcclab.criteria import Comparison
from hcclab.data import records
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.liver_function import MALBI_GRADE, albi, child_pugh

NUMBERS = ("bilirubin_umol_l", "albumin_g_l", "inr", "encephalopathy_grade")
FILLS = dict(
    zip(MALBI_GRADE.outcomes, (svg.BLUE, svg.SKY, svg.YELLOW, svg.VERMILLION), strict=True)
)
CUTS = [rule.when.threshold for rule in MALBI_GRADE.rules if isinstance(rule.when, Comparison)]
WIDTH = 600
X = svg.Scale(0, 24, start=96, end=552)
Y = svg.Scale(-3.1, -0.9, start=44, end=310)
"""Good liver function is up, as on the map of the lesson: the most negative score on top."""


class Visit(NamedTuple):
    """One blood test of a course, and the session that followed it on that day."""

    week: int
    session: str
    albi: float
    grade: str
    child_pugh: str


class AlbiCourse(Explorer):
    """Walk through the visits of one invented patient, week by week.

    Examples
    --------
    >>> AlbiCourse().set(course="Frida", week=16)
    'Week 16, after 2 sessions of TACE: ALBI −2.25, grade 2b, 0.57 worse than at the start. \
Child-Pugh A5.'
    """

    title = "ALBI under repeated TACE (illustrative: drawn courses, no real patients)"

    def __init__(self) -> None:
        names = tuple(courses())
        weeks = [visit.week for visit in courses()[names[0]]]
        super().__init__(
            course=widgets.Dropdown(options=names, description="Patient"),
            week=widgets.IntSlider(0, max=weeks[-1], min=0, step=weeks[1], description="Week"),
        )

    def view(self, *, course: str, week: int) -> View:  # type: ignore[override]
        """Draw what is known up to the week chosen; what comes later stays hidden."""
        seen = [visit for visit in courses()[course] if visit.week <= week]
        now, change = seen[-1], seen[-1].albi - seen[0].albi
        done = sum(bool(visit.session) for visit in seen[:-1])
        sessions = f"after {done} session{'s' * (done > 1)} of TACE" if done else "before any TACE"
        against = f", {_change(change)} at the start" if len(seen) > 1 else ""
        score = svg.number(now.albi, decimals=2)
        summary = (
            f"Week {now.week}, {sessions}: ALBI {score}, grade {now.grade}{against}. "
            f"Child-Pugh {now.child_pugh}."
        )
        way = " to ".join(f"{svg.number(v.albi, decimals=2)} ({v.child_pugh})" for v in seen)
        desc = f"{course}, illustrative. ALBI, with Child-Pugh in brackets: {way}."
        return View(summary, svg.figure(WIDTH, 432, self.title, desc, _plane(), _drawn(seen)))


def _change(change: float) -> str:
    if abs(change) < 0.005:
        return "the same as"
    return f"{abs(change):.2f} {'worse' if change > 0 else 'better'} than"


@cache
def courses() -> dict[str, list[Visit]]:
    """Read the drawn courses: the visits of each invented person, scored by the package.

    Examples
    --------
    >>> [visit.grade for visit in courses()["Frida"]]
    ['1', '2a', '2a', '2a', '2b', '2b', '2b']
    """
    found: dict[str, list[Visit]] = {}
    for row in records("albi_courses"):
        patient: dict[str, Any] = {name: float(row[name]) for name in NUMBERS}
        patient["ascites"] = row["ascites"]
        score, points = albi.assess(patient), child_pugh.assess(patient)
        found.setdefault(row["course"], []).append(
            Visit(
                int(row["week"]),
                row["session"],
                score.value,
                str(score.grades[MALBI_GRADE.column]),
                f"{points.grade}{points.value}",
            )
        )
    return found


@cache
def _plane() -> str:
    parts = []
    edges = [Y.low, *CUTS, Y.high]
    for (name, fill), (top, bottom) in zip(FILLS.items(), pairwise(edges), strict=True):
        corners = [
            (X.start - 20, Y(top)), (X.end + 20, Y(top)),
            (X.end + 20, Y(bottom)), (X.start - 20, Y(bottom)),
        ]  # fmt: skip
        parts.append(svg.region(corners, fill, opacity=0.3))
        middle = (Y(top) + Y(bottom)) / 2 + 7
        parts.append(svg.text(X.start - 32, middle, name, size=20, bold=True, anchor="end"))
    for cut in CUTS:
        parts.append(svg.line([(X.start - 20, Y(cut)), (X.end + 20, Y(cut))], width=1.5))
    across = (Y.start + Y.end) / 2
    parts.append(svg.text(24, across, "ALBI grade", size=18, bold=True, anchor="middle", turn=-90))
    for week in range(0, 25, 4):
        parts.append(svg.text(X(week), Y.end + 24, str(week), size=18, anchor="middle"))
    middle = (X.start + X.end) / 2
    parts.append(svg.text(middle, Y.end + 50, "Week", size=18, bold=True, anchor="middle"))
    parts.append(svg.text(14, Y.end + 78, "Child-Pugh at each visit", size=18, bold=True))
    return "".join(parts)


def _drawn(seen: list[Visit]) -> str:
    parts = [svg.line([(X(v.week), Y(v.albi)) for v in seen])]
    for visit in seen:
        now = visit is seen[-1]
        x = X(visit.week)
        if visit.session:
            parts.append(svg.line([(x, 40), (x, Y.end)], colour=svg.MUTED, width=2, dash="5 5"))
            label = f"TACE {visit.session}"
            parts.append(svg.text(x, 30, label, size=17, bold=True, anchor="middle"))
        parts.append(svg.marker(x, Y(visit.albi), size=11 if now else 7))
        label = visit.child_pugh
        parts.append(svg.text(x, Y.end + 108, label, size=20, bold=now, anchor="middle"))
    return "".join(parts)
