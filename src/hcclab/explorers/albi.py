"""Explorers of the ALBI lesson: the surface with its unit switch, and ALBI inside Child-Pugh.

Both draw the same plane, bilirubin on a logarithmic axis against albumin. Every border in it comes
from the rule tables and the formula of the package; nothing clinical is decided here.
"""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import pairwise
from typing import Any

import ipywidgets as widgets

from hcclab.criteria import Comparison, show
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.intake import Patient
from hcclab.liver_function import (
    ALBI_GRADE,
    CHILD_PUGH_POINTS,
    MALBI_GRADE,
    albi,
    albi_score,
    child_pugh,
)
from hcclab.measurement import Quantity, Variable
from hcclab.rules import Change, crossings
from hcclab.systems import Result
from hcclab.variables import albumin, albumin_g_l, bilirubin, bilirubin_umol_l

CUTS = tuple(rule.when.threshold for rule in MALBI_GRADE.rules if isinstance(rule.when, Comparison))

WIDTH = 740
X = svg.Scale(3, 150, start=74, end=720, log=True)
Y = svg.Scale(*albumin_g_l.usual, start=352, end=16)
SCORE = svg.Scale(-4.8, 1.6, start=16, end=724)
FILLS = dict(
    zip(MALBI_GRADE.outcomes, (svg.BLUE, svg.SKY, svg.YELLOW, svg.VERMILLION), strict=True)
)
DASHES = ("", "9 5", "3 4")
NAMES_AT = (4.7, 4.7, 4.7, 80)
"""Bilirubin, µmol/L, at which each band carries its name: tall enough there, and rarely visited."""
LABEL_WIDTH = 150

ENTRIES = {
    "right": "in µmol/L and g/L (right)",
    "bilirubin": "bilirubin in mg/dL",
    "albumin": "albumin in g/dL",
    "both": "both: mg/dL and g/dL",
}
NORMAL = {"inr": 1.0, "ascites": "none", "encephalopathy_grade": 0}


class AlbiSurface(Explorer):
    """Walk one patient over the ALBI grades, and see what a wrong unit does to the score.

    Examples
    --------
    >>> surface = AlbiSurface()
    >>> print(surface.set(bilirubin_umol_l=10, albumin_g_l=45))
    ALBI −3.17: grade 1. One change away: grade 2a with albumin 38.3 g/L, or grade 2a with \
bilirubin 71.8 µmol/L.
    """

    title = "The ALBI surface: one patient, two blood tests"

    def __init__(self) -> None:
        super().__init__(
            bilirubin_umol_l=control(bilirubin_umol_l, value=20, low=X.low, high=X.high),
            albumin_g_l=control(albumin_g_l, value=38),
            entry=widgets.Dropdown(
                options=[(label, name) for name, label in ENTRIES.items()],
                description="Numbers typed into the formula",
            ),
        )

    def view(  # type: ignore[override]
        self, *, bilirubin_umol_l: float, albumin_g_l: float, entry: str
    ) -> View:
        """Draw the patient among the grades, and the score as a sum of its two terms."""
        true = albi(bilirubin_umol_l=bilirubin_umol_l, albumin_g_l=albumin_g_l)
        here = f"Bilirubin {bilirubin_umol_l:.1f} µmol/L and albumin {albumin_g_l:.1f} g/L"
        point = svg.marker(X(bilirubin_umol_l), Y(albumin_g_l), size=11)
        if entry == "right":
            changes = MALBI_GRADE.what_if(true.inputs)
            summary = f"{_verdict(true)}. {_one_change(changes)}"
            desc = f"{here} lie in the band of grade {_modified(true)}."
            steps = "".join(_step(true.inputs, change) for change in changes)
            plane = _plane(self.title, desc, over=steps + point)
            return View(summary, plane + _sum(true.inputs, true))
        typed = Patient(true.inputs)
        if entry != "albumin":
            typed["bilirubin_umol_l"] = _reported(bilirubin, bilirubin_umol_l)
        if entry != "bilirubin":
            typed["albumin_g_l"] = _reported(albumin, albumin_g_l)
        wrong = Result(true.system, typed)
        summary = (
            f"Typed in the wrong unit, the formula gives {_verdict(wrong)}; "
            f"the truth is {_verdict(true)}."
        )
        desc = f"{here} lie in the band of grade {_modified(true)}; the typed numbers do not."
        plane = _plane(self.title, desc, over=_ghost(typed) + point)
        return View(summary, _reply(typed) + plane + _sum(typed, wrong, true))


class ChildPughPlane(Explorer):
    """Compare Child-Pugh and ALBI while everything but bilirubin and albumin is normal.

    Examples
    --------
    >>> plane = ChildPughPlane()
    >>> plane.set(bilirubin_umol_l=32, albumin_g_l=36)
    'Child-Pugh A5, and ALBI −2.07: grade 2 (2b).'
    """

    title = "ALBI grades inside Child-Pugh A"

    def __init__(self) -> None:
        super().__init__(
            bilirubin_umol_l=control(bilirubin_umol_l, value=9, low=X.low, high=X.high),
            albumin_g_l=control(albumin_g_l, value=44),
        )

    def view(  # type: ignore[override]
        self, *, bilirubin_umol_l: float, albumin_g_l: float
    ) -> View:
        """Draw the steps of Child-Pugh over the slopes of ALBI, and both verdicts below."""
        values = {"bilirubin_umol_l": bilirubin_umol_l, "albumin_g_l": albumin_g_l}
        grade, points = albi(**values), _child_pugh(values)
        summary = f"Child-Pugh {points}, and {_verdict(grade)}."
        desc = (
            f"Bilirubin {bilirubin_umol_l:.1f} µmol/L and albumin {albumin_g_l:.1f} g/L lie in the "
            f"Child-Pugh box {points} and in the ALBI band {_modified(grade)}. Each box crosses "
            "several bands. INR is 1.0; there is no ascites and no encephalopathy."
        )
        boxes, labels = _child_pugh_boxes()
        point = svg.marker(X(bilirubin_umol_l), Y(albumin_g_l), size=11)
        plane = _plane(self.title, desc, under=boxes, over=point)
        strips = svg.figure(
            WIDTH, 176, "The two verdicts",
            f"Child-Pugh {points} of {', '.join(labels)}; "
            f"ALBI {_modified(grade)} of {', '.join(MALBI_GRADE.outcomes)}.",
            svg.text(16, 62, "Child-Pugh", bold=True),
            svg.strip(labels, {points}, x=130, y=32, width=590, height=44),
            svg.text(16, 150, "ALBI grade", bold=True),
            svg.strip(MALBI_GRADE.outcomes, {_modified(grade)}, x=130, y=120, width=590, height=44),
        )  # fmt: skip
        return View(summary, plane + strips)


# The plane --------------------------------------------------------------------------------------


def _plane(title: str, desc: str, *, under: str = "", over: str) -> str:
    fills, lines = _bands()
    return svg.figure(WIDTH, 412, title, desc, fills, under, lines, over)


@cache
def _bands() -> tuple[str, str]:
    """The grades as coloured bands under the axes; their borders and names."""
    borders = [_border(cut) for cut in CUTS]
    top, bottom = ([(X.start, y), (X.end, y)] for y in (Y.end, Y.start))
    edges = [top, *borders, bottom]
    fills = [
        svg.region([*upper, *reversed(lower)], fill, opacity=0.3)
        for (upper, lower), fill in zip(pairwise(edges), FILLS.values(), strict=True)
    ]
    axes = svg.axes(X, Y, "Bilirubin (µmol/L, log scale)", "Albumin (g/L)")
    lines = [
        svg.contour(border, svg.number(cut, decimals=2), at=0.88, dash=dash)
        for border, cut, dash in zip(borders, CUTS, DASHES, strict=True)
    ]
    names = []
    for number, (name, at) in enumerate(zip(FILLS, NAMES_AT, strict=True)):
        heights = [Y.high, *(_albumin_at(at, cut) for cut in CUTS), Y.low]
        middle = Y(sum(heights[number : number + 2]) / 2) + 7
        names.append(svg.text(X(at), middle, f"grade {name}", size=20, bold=True, anchor="middle"))
    return "".join([*fills, axes]), "".join([*lines, *names])


def _border(score: float) -> list[tuple[float, float]]:
    steps = [X.low * (X.high / X.low) ** (i / 24) for i in range(25)]
    return [(X(step), Y(_albumin_at(step, score))) for step in steps]


def _albumin_at(bilirubin: float, score: float) -> float:
    """Albumin, g/L, at which the score is met; finer than a reported value, so no side is wrong."""
    (found,) = crossings(
        lambda value: albi_score(bilirubin, value) - score, *albumin_g_l.hard, albumin_g_l.step / 20
    )
    return found


def _step(patient: Patient, change: Change) -> str:
    """A dotted way from the patient to the nearest value of one variable with another grade."""
    if change.after is None:
        return ""
    there = patient | {change.variable.name: change.after}
    start, end = (
        (X(values["bilirubin_umol_l"]), Y(values["albumin_g_l"])) for values in (patient, there)
    )
    if not (X.start <= end[0] <= X.end and Y.end <= end[1] <= Y.start):
        return ""
    label = f"{show(change.outcome)} at {change.variable.show(change.after)}"
    drawn = svg.line([start, end], width=2.5, dash="2 4") + svg.marker(*end, shape="square", size=6)
    return drawn + _step_label(start, end, label)


def _step_label(start: tuple[float, float], end: tuple[float, float], label: str) -> str:
    """The label beyond the end of the way, or above it where the plane leaves no room beyond."""
    x, y = end
    if start[0] == x:
        near_end = "end" if X.end - x < LABEL_WIDTH / 2 else "middle"
        anchor = "start" if x - X.start < LABEL_WIDTH / 2 else near_end
        return svg.text(x, y + (26 if y > start[1] else -14), label, size=16, anchor=anchor)
    rightwards = x > start[0]
    room = X.end - x if rightwards else x - X.start
    if room < LABEL_WIDTH:
        return svg.text(x, y - 16, label, size=16, anchor="end" if rightwards else "start")
    anchor = "start" if rightwards else "end"
    return svg.text(x + (14 if rightwards else -14), y + 6, label, size=16, anchor=anchor)


def _ghost(typed: Patient) -> str:
    """Where the typed numbers lie on the plane, or at its edge if they leave it."""
    x, y = X(typed["bilirubin_umol_l"]), Y(typed["albumin_g_l"])
    at = max(X.start + 14, min(x, X.end)), max(Y.end, min(y, Y.start - 14))
    label = "typed" if at == (x, y) else "typed: off the map"
    side = "left" if at[0] > X.end - LABEL_WIDTH else "right"
    return svg.marker(*at, label, shape="diamond", size=11, fill=svg.VERMILLION, side=side)


# The sum ----------------------------------------------------------------------------------------


def _sum(entered: Patient, score: Result, true: Result | None = None) -> str:
    """Draw the two terms end to end, and where their sum falls among the grades."""
    b, a = entered["bilirubin_umol_l"], entered["albumin_g_l"]
    up, down = albi_score(b, 0), albi_score(1, a)
    rate, loss = albi_score(10, 0), -albi_score(1, 1)
    plus = "+" if up > 0 else ""
    first = f"Bilirubin: {rate:g} × log10({b:g}) = {plus}{svg.number(up, decimals=2)}"
    second = f"Albumin: −{loss:g} × {a:g} = {svg.number(down, decimals=2)}"
    total = svg.number(score.value, decimals=4)
    if true is None:
        pointers = [_pointer(score, f"ALBI {total}")]
    else:
        pointers = [_pointer(score, "typed", "diamond", svg.VERMILLION), _pointer(true, "truth")]
    desc = f"{first}. {second}. The sum is {total}, grade {_modified(score)}."
    return svg.figure(
        WIDTH, 212, "The score as the sum of its two terms", desc,
        svg.text(16, 28, first),
        _bar(0, up, 12, svg.ORANGE),
        svg.text(16, 62, second),
        _bar(up, score.value, 72, svg.PURPLE),
        svg.line([(SCORE(0), 6), (SCORE(0), 100)], width=1.5, dash="3 3"),
        svg.text(SCORE(0) - 7, 28, "0", anchor="end", size=15),
        _grades(152),
        *pointers,
    )  # fmt: skip


def _bar(start: float, end: float, y: float, fill: str) -> str:
    left, right = sorted((SCORE(start), SCORE(end)))
    return svg.bar(left, y, right - left, 22, fill)


def _pointer(result: Result, label: str, shape: str = "pointer", fill: str = svg.INK) -> str:
    at = SCORE(result.value)
    name = svg.text(at, 122, label, anchor="middle", bold=True)
    return name + svg.marker(at, 138, shape=shape, size=9, fill=fill)


@cache
def _grades(y: float) -> str:
    ends = [SCORE.low, *CUTS, SCORE.high]
    parts = []
    for (name, fill), (low, high) in zip(FILLS.items(), pairwise(ends), strict=True):
        left, right = SCORE(low), SCORE(high)
        corners = [(left, y), (right, y), (right, y + 34), (left, y + 34)]
        parts += [
            svg.region(corners, fill, opacity=0.45),
            svg.text((left + right) / 2, y + 24, name, anchor="middle", bold=True),
        ]
    for cut, anchor in zip(CUTS, ("end", "start", "middle"), strict=True):
        parts.append(svg.line([(SCORE(cut), y - 4), (SCORE(cut), y + 38)], width=2))
        label = svg.number(cut, decimals=2)
        parts.append(svg.text(SCORE(cut), y + 55, label, anchor=anchor, size=15))
    return "".join(parts)


# Child-Pugh -------------------------------------------------------------------------------------


@cache
def _child_pugh_boxes() -> tuple[str, tuple[str, ...]]:
    """The fields in which the points stand still, and their names in order."""
    columns, rows = _edges(bilirubin_umol_l, X), _edges(albumin_g_l, Y)
    parts, names = [], set()
    for left, right in pairwise(columns):
        for low, high in pairwise(rows):
            inside = {"bilirubin_umol_l": (left + right) / 2, "albumin_g_l": (low + high) / 2}
            name = _child_pugh(inside)
            names.add(name)
            box = [(X(b), Y(a)) for b in (left, right) for a in (low, high)]
            corners = [box[0], box[1], box[3], box[2]]
            in_a = name.startswith("A")
            if not in_a:
                parts.append(svg.region(corners, "#fff", opacity=0.65))
            parts.append(svg.line([*corners, corners[0]], width=3.5 if in_a else 1.5))
            colour = svg.INK if in_a else svg.MUTED
            parts.append(
                svg.text(X(right) - 8, Y(high) + 26, name, size=22 if in_a else 17, bold=in_a,
                         anchor="end", colour=colour)
            )  # fmt: skip
    return "".join(parts), tuple(sorted(names))


def _edges(variable: Variable, scale: svg.Scale) -> list[float]:
    """Ends of the scale, and between them the limits at which the points change."""
    well = {"bilirubin_umol_l": scale.low, "albumin_g_l": albumin_g_l.usual[1]}

    def points(value: float) -> str:
        return _child_pugh({**well, variable.name: value})

    cuts = sorted(set(CHILD_PUGH_POINTS.cuts(variable.name, None, well)))
    real = [
        cut
        for cut in cuts
        if scale.low < cut < scale.high
        and points(cut - variable.step) != points(cut + variable.step)
    ]
    return [scale.low, *real, scale.high]


def _child_pugh(values: dict[str, Any]) -> str:
    result = child_pugh.assess(values | NORMAL)
    return f"{result.grade}{result.value}"


# Words ------------------------------------------------------------------------------------------


def _modified(result: Result) -> str:
    return str(result.grades[MALBI_GRADE.column])


def _verdict(result: Result) -> str:
    grade, modified = result.grades[ALBI_GRADE.column], _modified(result)
    more = f" ({modified})" if modified != grade else ""
    return f"ALBI {svg.number(result.value, decimals=2)}: grade {grade}{more}"


def _one_change(changes: tuple[Change, ...]) -> str:
    """The smallest change of each test that gives another grade, the other test staying."""
    able = sorted((c for c in changes if c.after is not None), key=lambda c: c.variable.label)
    if not able:
        return "No usual value of one test alone gives another grade."
    ways = [
        f"grade {show(c.outcome)} with {c.variable.label} {c.variable.show(c.after)}" for c in able
    ]
    return f"One change away: {', or '.join(ways)}."


def _reported(quantity: Quantity, value: float) -> float:
    """The number that a laboratory reporting in the other unit would print."""
    other, factor = quantity.units[1]
    return round(value / factor, other.digits)


def _reply(typed: Patient) -> str:
    """What the package says to the typed numbers, in a box above the picture."""
    try:
        checks = albi(**typed).inputs.checks
    except ValueError as error:
        lead, text = "✗ hcclab refuses:", str(error)
    else:
        if checks:
            lead, text = "⚠ hcclab computes, but warns:", "; ".join(checks)
        else:
            lead = "⚠ hcclab cannot notice:"
            text = "every typed number is plausible; only the laboratory report tells."
    return (
        '<div style="border-left:6px solid #b42318;padding:4px 12px;margin:0 0 8px">'
        f"<strong>{lead}</strong> {escape(text)}</div>"
    )
