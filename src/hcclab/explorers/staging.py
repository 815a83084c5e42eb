"""Explorers of the staging lesson: a map of size and number, and one patient read rule by rule.

Every stage, limit and reason shown comes from the rule tables; nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from hcclab import variables
from hcclab.criteria import OTHERWISE, capitalise, show
from hcclab.display import truth_text
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.intake import Patient
from hcclab.liver_function import CHILD_PUGH_CLASS, CHILD_PUGH_POINTS
from hcclab.rules import Change, Explanation, Rule, RuleTable, Step
from hcclab.staging import BCLC_2022, LIVER_RESERVE
from hcclab.tumour_burden import MILAN

STAGES = ("0", "A", "B", "C", "D")
MILAN_WORDS = {"in": "inside", "out": "outside"}

# Fill and hatch of each stage: the letter says it, colour and hatch repeat it.
LOOKS = {
    "0": (svg.GREEN, ""),
    "A": (svg.SKY, "M0 12L12 0"),
    "B": (svg.YELLOW, "M0 0L12 12"),
    "C": (svg.VERMILLION, "M0 0L12 12M0 12L12 0"),
}

# The map ----------------------------------------------------------------------------------------

WELL = {"extrahepatic_spread": False, "ecog": 0, "liver": "preserved"}
"""Everybody on the map: no spread, fully active, preserved liver."""

SMALLEST, LARGEST = 0.5, 10.0
MOST = 5
STEP = variables.largest_tumour_cm.step
ROW = 62
X = svg.Scale(0, LARGEST, start=74, end=760)
FLOOR = 16 + MOST * ROW

Run = tuple[Any, float, float]
"""An outcome, with the smallest and the largest size of one row of the map that have it."""


class StageMap(Explorer):
    """BCLC 2022 and Milan for every size and number of tumours, and one patient among them.

    Examples
    --------
    >>> StageMap().set(largest_tumour_cm=2.1)
    'One tumour of 2.1 cm: BCLC A (early), inside Milan.'
    """

    title = "Size, number and stage (no spread, ECOG 0, liver preserved)"

    def __init__(self) -> None:
        super().__init__(
            largest_tumour_cm=control(
                variables.largest_tumour_cm, value=2.0, low=SMALLEST, high=LARGEST
            ),
            tumour_count=control(variables.tumour_count, value=1, high=MOST),
            macrovascular_invasion=control(variables.macrovascular_invasion, value=False),
        )

    def view(  # type: ignore[override]
        self, *, largest_tumour_cm: float, tumour_count: int, macrovascular_invasion: bool
    ) -> View:
        size = round(largest_tumour_cm, 1)
        patient = _on_the_map(size, tumour_count, macrovascular_invasion)
        stage = BCLC_2022.explain(patient)
        inside = MILAN.decide(patient).outcome
        who = _tumours(tumour_count, size)
        who += " with macrovascular invasion" * macrovascular_invasion
        summary = f"{who}: BCLC {_meaning(stage)}, {MILAN_WORDS[inside]} Milan."
        at, row = X(size), FLOOR - (tumour_count - 1) * ROW
        runs = _runs(BCLC_2022, tumour_count, macrovascular_invasion)
        least, most = next((low, high) for _, low, high in runs if low <= size <= high)
        left, right = _edge(least - STEP) + 4, _edge(most) - 4
        label = variables.largest_tumour_cm.show(size)
        picture = svg.figure(
            780, FLOOR + 178, "Map of stages by size and number of tumours",
            f"{summary} {_map_in_words(macrovascular_invasion)}",
            _map(macrovascular_invasion),
            svg.line(
                [(left, row - 4), (right, row - 4), (right, row - ROW + 4), (left, row - ROW + 4),
                 (left, row - 6)],
                width=4,
            ),
            svg.line([(at, FLOOR), (at, row - 16)], width=1.5, dash="4 3"),
            svg.marker(at, row - 16, label, size=11, side="right" if size < 8 else "left"),
            svg.text(74, FLOOR + 88, "BCLC 2022", bold=True),
            svg.strip(STAGES, {stage.decision.outcome}, x=72, y=FLOOR + 118, width=400),
            svg.text(512, FLOOR + 88, "Milan criteria", bold=True),
            svg.strip(
                tuple(MILAN_WORDS.values()), {MILAN_WORDS[inside]},
                x=510, y=FLOOR + 118, width=250,
            ),
        )  # fmt: skip
        why = f"<p><strong>Decided by:</strong> {escape(_why(stage))}</p>"
        return View(summary, picture + why)


def _on_the_map(size: float, count: int, invasion: bool) -> dict[str, Any]:
    return WELL | {
        "largest_tumour_cm": size,
        "tumour_count": count,
        "macrovascular_invasion": invasion,
    }


@cache
def _runs(table: RuleTable, count: int, invasion: bool) -> tuple[Run, ...]:
    """Decide every size that can be reported, and join neighbours of one outcome."""
    sizes = [round(STEP * k, 1) for k in range(1, round(LARGEST / STEP) + 1)]
    decided = [(table.decide(_on_the_map(s, count, invasion)).outcome, s) for s in sizes]
    runs = [(outcome, list(pairs)) for outcome, pairs in groupby(decided, key=itemgetter(0))]
    return tuple((outcome, pairs[0][1], pairs[-1][1]) for outcome, pairs in runs)


def _edge(size: float) -> float:
    """Pixel of the limit behind a size, half a step on: a patient exactly on it stands inside."""
    return X(min(size + STEP / 2, LARGEST)) if size >= STEP else X.start


@cache
def _map(invasion: bool) -> str:
    """Everything that stays when the patient moves."""
    parts = [_hatches()]
    for count in range(1, MOST + 1):
        top = FLOOR - count * ROW
        for stage, smallest, largest in _runs(BCLC_2022, count, invasion):
            left, right = _edge(smallest - STEP), _edge(largest)
            parts.append(
                f'<rect x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{ROW}" '
                f'fill="url(#hcclab-stage-{stage})" stroke="{svg.INK}" stroke-width="1"/>'
            )
            parts.append(svg.text(left + 12, top + 28, stage, size=24, bold=True))
        parts.append(svg.text(64, top + ROW / 2 + 6, str(count), size=18, anchor="end"))
    for value in range(int(LARGEST) + 1):
        parts.append(svg.text(X(value), FLOOR + 24, str(value), size=16, anchor="middle"))
    parts.append(svg.text(417, FLOOR + 52, "Largest tumour (cm)", anchor="middle", bold=True))
    parts.append(svg.text(26, 171, "Number of tumours", anchor="middle", bold=True, turn=-90))
    return "".join([*parts, _milan_limit(invasion)])


def _milan_limit(invasion: bool) -> str:
    """A dashed line around what Milan accepts."""
    ends = [
        max((_edge(size) for verdict, _, size in _runs(MILAN, count, invasion) if verdict == "in"),
            default=X.start)
        for count in range(1, MOST + 1)
    ]  # fmt: skip
    if max(ends) == X.start:
        return ""
    stairs = [(ends[0], float(FLOOR))]
    for count, (end, above) in enumerate(pairwise([*ends, X.start]), start=1):
        if end > X.start:
            stairs += [(end, FLOOR - count * ROW), (above, FLOOR - count * ROW)]
    return (
        svg.line(stairs, width=5, colour=svg.BLUE, dash="11 5")
        + svg.text(ends[0] - 10, FLOOR - 40, "inside Milan", size=16, anchor="end", colour=svg.BLUE)
        + svg.text(ends[0] + 10, FLOOR - 10, "outside Milan", size=16, colour=svg.BLUE)
    )


def _hatches() -> str:
    return "".join(
        f'<pattern id="hcclab-stage-{stage}" width="12" height="12" patternUnits="userSpaceOnUse">'
        f'<rect width="12" height="12" fill="{fill}" fill-opacity="0.3"/>'
        f'<path d="{lines or "M0 0"}" stroke="{fill}" stroke-opacity="0.55"/></pattern>'
        for stage, (fill, lines) in LOOKS.items()
    )


@cache
def _map_in_words(invasion: bool) -> str:
    rows = []
    for count in range(1, MOST + 1):
        *limited, last = _runs(BCLC_2022, count, invasion)
        parts = [f"{stage} up to {svg.number(size, decimals=1)} cm" for stage, _, size in limited]
        rows.append(f"{count}: {', '.join([*parts, f'{last[0]} beyond' if parts else last[0]])}")
    return f"Stage by number of tumours. {'; '.join(rows)}."


# One patient --------------------------------------------------------------------------------------

RUNG = 56
NEAREST = 5
"""How many of the nearest changes are shown."""


class PatientBuilder(Explorer):
    """One patient, decided at once by BCLC 2022, Child-Pugh and Milan, with the reasons.

    Examples
    --------
    >>> PatientBuilder().set(ecog=2, ecog_tumour_related=False)
    'BCLC 0 (very early), Child-Pugh A (5 points), inside Milan.'
    >>> PatientBuilder().set(ecog=2)
    'BCLC C (advanced), Child-Pugh A (5 points), inside Milan.'
    """

    title = "Build a patient"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            largest_tumour_cm=control(variables.largest_tumour_cm, value=2.0, high=10),
            tumour_count=control(variables.tumour_count, value=1),
            ecog=control(variables.ecog, value=0),
            bilirubin_umol_l=control(variables.bilirubin_umol_l, value=14, high=100),
            albumin_g_l=control(variables.albumin_g_l, value=40),
            inr=control(variables.inr, value=1.1, high=3),
            ascites=control(variables.ascites, value="none"),
            encephalopathy_grade=control(variables.encephalopathy_grade, value=0),
            macrovascular_invasion=control(variables.macrovascular_invasion, value=False),
            extrahepatic_spread=control(variables.extrahepatic_spread, value=False),
            ecog_tumour_related=control(variables.ecog_tumour_related, value=True),
            transplantable=control(variables.transplantable, value=False),
        )

    def view(self, **values: Any) -> View:
        patient = Patient.read(values)
        stage, milan = BCLC_2022.explain(patient), MILAN.explain(patient)
        grade, points = CHILD_PUGH_CLASS.decide(patient), CHILD_PUGH_POINTS.evaluate(patient)
        inside = MILAN_WORDS[milan.decision.outcome]
        summary = f"BCLC {_meaning(stage)}, Child-Pugh {grade} ({points} points), {inside} Milan."
        beside = "".join(
            [
                _near_misses(_changes(BCLC_2022, patient, values)),
                f"<p><strong>Child-Pugh {grade}:</strong> {points} points ({_items(patient)}).</p>",
                f"<p><strong>Liver for BCLC:</strong> {LIVER_RESERVE.decide(patient)}.</p>",
                f"<p><strong>Milan: {inside}.</strong> {escape(_why(milan))}.</p>",
                *(f"<p><strong>Note:</strong> {escape(r.text)}.</p>" for r in stage.remarks),
            ]
        )
        return View(
            summary,
            '<div style="display:flex;flex-wrap:wrap;gap:12px 28px">'
            f'<div style="flex:2 1 520px;min-width:0">{_ladder(stage)}</div>'
            f'<div style="flex:1 1 270px;min-width:0;font-size:16px">{beside}</div></div>',
        )


def _ladder(explanation: Explanation) -> str:
    """Draw the rules from the top, the path taken as one thick line."""
    path, parts = [(22.0, 8.0)], []
    for number, step in enumerate(explanation.steps):
        top = 16 + number * RUNG
        if step.decided:
            path += [(22, top + 24), (620, top + 24)]
        parts.append(_rung(step.rule, _verdict(step), step.decided, step.reached, top))
    spine = svg.line(path, colour=svg.BLUE, width=6)
    head = svg.marker(14, path[-1][1] - 16) if len(path) == 1 else ""
    said = "; ".join(
        f"{show(step.rule.outcome)} if {step.reason}: {_verdict(step)}"
        for step in explanation.steps
        if step.reached
    )
    return svg.figure(
        700, 24 + RUNG * len(explanation.steps), f"{explanation.table.title}, read from the top",
        f"{said}. Outcome: {explanation.decision}.",
        spine, head, *parts,
    )  # fmt: skip


@cache
def _rung(rule: Rule, verdict: str, decided: bool, reached: bool, top: float) -> str:
    fill, edge, ink = "#fff", f'stroke="{svg.MUTED}"', svg.INK
    if decided:
        fill, edge = "#fff3c4", f'stroke="{svg.BLUE}" stroke-width="4"'
    elif not reached:
        edge, ink = f'stroke="{svg.MUTED}" stroke-dasharray="5 4"', svg.MUTED
    question = capitalise(str(rule.when) if rule.when is not OTHERWISE else rule.note)
    return (
        f'<rect x="42" y="{top}" width="560" height="{RUNG - 8}" rx="6" fill="{fill}" {edge}/>'
        f'<rect x="622" y="{top}" width="72" height="{RUNG - 8}" rx="24" '
        f'fill="{svg.BLUE if decided else "#fff"}" {edge}/>'
        + _plain(54, top + 20, question, 15.5, ink, bold=decided)
        + _plain(54, top + 40, verdict, 15, ink, bold=decided)
        + _plain(
            658, top + 32, show(rule.outcome), 22, "#fff" if decided else ink,
            bold=True, anchor="middle",
        )
    )  # fmt: skip


def _plain(
    x: float, y: float, words: str, size: float, ink: str, *, bold: bool, anchor: str = "start"
) -> str:
    """Text inside a filled box, where the white edge of `svg.text` would show."""
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{ink}"{weight}>'
        f"{escape(words)}</text>"
    )


def _verdict(step: Step) -> str:
    if not step.reached:
        return "not asked"
    if step.rule.when is OTHERWISE:
        return "✓ everyone else"
    return f"{truth_text(step.truth)} – this patient: {', '.join(f.value for f in step.facts)}"


def _changes(table: RuleTable, patient: Patient, values: Iterable[str]) -> list[Change]:
    """The nearest changes of what the controls can change."""
    able = (change for change in table.what_if(patient) if change.after is not None)
    return [change for change in able if change.variable.name in values]


def _near_misses(changes: list[Change]) -> str:
    items = "".join(f"<li>{escape(str(change))}</li>" for change in changes[:NEAREST])
    body = f'<ul style="margin:0;padding-left:1.2em">{items}</ul>' if items else "No single change."
    return f"<p><strong>What if? The nearest single changes of stage:</strong></p>{body}"


def _items(patient: Patient) -> str:
    items = CHILD_PUGH_POINTS.items
    return ", ".join(f"{item.title.lower()} {item.decide(patient)}" for item in items)


def _meaning(explanation: Explanation) -> str:
    outcome = explanation.decision.outcome
    return f"{show(outcome)} ({explanation.table.meanings[outcome]})"


def _why(explanation: Explanation) -> str:
    step = explanation.deciding
    if step is None:
        return str(explanation.decision)
    facts = "; ".join(map(str, step.facts))
    return f"{step.rule.note} ({facts})" if step.rule.note else facts


def _tumours(count: int, size: float) -> str:
    size_text = variables.largest_tumour_cm.show(size)
    if count == 1:
        return f"One tumour of {size_text}"
    return f"{count} tumours, the largest {size_text}"
