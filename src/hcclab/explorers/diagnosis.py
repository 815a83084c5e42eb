"""Explorer of the diagnosis lesson: LI-RADS, read step by step for one observation.

Every category, limit and reason comes from the tables of `hcclab.diagnosis`.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from html import escape
from itertools import combinations
from typing import Any

import ipywidgets as widgets

from hcclab import variables
from hcclab.criteria import show
from hcclab.diagnosis import (
    ANCILLARY,
    LI_RADS,
    LI_RADS_BEFORE_ANCILLARY,
    LIRADS_ELIGIBILITY,
    lirads_facts,
    tie_break,
)
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.intake import Patient
from hcclab.rules import Explanation, Step

PATIENTS: dict[str, dict[str, Any]] = {
    "cirrhosis": {"cirrhosis": True},
    "hepatitis B, no cirrhosis": {"chronic_hbv": True},
    "hepatitis C, no cirrhosis": {"chronic_hcv": True},
    "cirrhosis from a vascular disorder": {"cirrhosis": True, "cirrhosis_cause": "vascular"},
    "no liver disease": {},
}
WITHOUT = {
    "age_years": 60,
    "cirrhosis": False,
    "cirrhosis_cause": "other",
    "chronic_hbv": False,
    "chronic_hcv": False,
    "current_or_prior_hcc": False,
    "not_categorisable": False,
    "benign": "none",
    "nontargetoid_lrm_feature": False,
}
"""What the builder does not ask: a 60-year-old, a good scan, nothing that looks benign."""

EFFECTS = {
    "none": (0, 0),
    "of malignancy": (1, 0),
    "of benignity": (0, 1),
    "of both kinds": (1, 1),
}
DOUBTS = {
    "nothing": "",
    "one category higher?": "higher",
    "one category lower?": "lower",
    "another cancer (LR-M)?": "LR-M",
    "tumour in vein (LR-TIV)?": "LR-TIV",
}
LADDER = ("LR-1", "LR-2", "LR-3", "LR-4", "LR-5")

COLUMNS = (
    ("no APHE", "< 20", "none", 19.9),
    ("no APHE", "≥ 20", "none", 20.0),
    ("nonrim APHE", "< 10", "nonrim", 9.9),
    ("nonrim APHE", "10–19.9", "nonrim", 10.0),
    ("nonrim APHE", "≥ 20", "nonrim", 20.0),
)
"""What heads each column, sizes in mm, and an observation that stands in it."""
FEATURES = {
    "washout": "washout",
    "capsule": "capsule",
    "threshold_growth": "growth",
}
ROWS = ("0", "1", "2 or 3")


class LiradsBuilder(Explorer):
    """One observation: the cell of the LI-RADS table in use, every step, and the tie-break.

    Examples
    --------
    >>> builder = LiradsBuilder()
    >>> builder.set(washout=True)
    'LR-5 at 18.0 mm: definitely HCC.'
    >>> builder.set(doubt="lower")
    'LR-4 at 18.0 mm: probably HCC. The tie-break made it so: LR-5 or LR-4, the less certain wins.'
    """

    title = "Build an observation and read it by LI-RADS v2018"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            patient=widgets.Dropdown(options=list(PATIENTS), description="Patient"),
            size_mm=control(variables.size_mm, value=18, high=40),
            aphe=control(variables.aphe, value="nonrim"),
            ancillary=widgets.Dropdown(options=list(EFFECTS), description="Ancillary features"),
            washout=control(variables.washout, value=False),
            capsule=control(variables.capsule, value=False),
            threshold_growth=control(variables.threshold_growth, value=False),
            targetoid=control(variables.targetoid, value=False),
            tumour_in_vein=control(variables.tumour_in_vein, value=False),
            doubt=widgets.Dropdown(options=list(DOUBTS.items()), description="In doubt"),
        )

    def view(  # type: ignore[override]
        self, *, patient: str, ancillary: str, doubt: str, size_mm: float, **found: Any
    ) -> View:
        """Show the table with its cell, the steps from the top, and what the category means."""
        malignant, benign = EFFECTS[ancillary]
        seen = Patient.read(
            WITHOUT
            | PATIENTS[patient]
            | found
            | {"size_mm": round(size_mm, 1), "af_malignant": malignant, "af_benign": benign}
        )
        allowed = LIRADS_ELIGIBILITY.explain(seen)
        before = LI_RADS_BEFORE_ANCILLARY.explain(seen)
        moved = LI_RADS.decide(seen).outcome
        final, said = _settle(moved, doubt)
        eligible = allowed.decision.outcome == "eligible"
        summary = f"{final} at {size_mm:.1f} mm: {LI_RADS.meanings[final]}.{said}"
        if not eligible:
            summary = (
                f"Do not use LI-RADS here: {allowed.decision.outcome}. At {size_mm:.1f} mm it "
                f"would say {final}."
            )
        steps = _steps(allowed, before, f"{_effect(seen)} → {moved}", _tie(moved, doubt))
        return View(
            summary,
            '<div style="display:flex;flex-wrap:wrap;gap:12px 24px;align-items:flex-start">'
            f'<div style="flex:1 1 430px;min-width:0">{_table(seen, before)}'
            f"{_facts(final) if eligible else ''}</div>"
            f'<div style="flex:1 1 300px;min-width:0">{steps}</div></div>',
        )


# After the table --------------------------------------------------------------------------------


def _effect(seen: Patient) -> str:
    words = {"up": "one step up", "down": "one step down", "none": "no effect"}
    return words[str(ANCILLARY.decide(seen).outcome)]


def _other(category: str, doubt: str) -> str | None:
    """The category in doubt beside this one, or None if there is no such neighbour."""
    if doubt not in ("higher", "lower"):
        return doubt or None
    if category not in LADDER:
        return None
    at = LADDER.index(category) + (1 if doubt == "higher" else -1)
    return LADDER[at] if 0 <= at < len(LADDER) else None


def _settle(category: str, doubt: str) -> tuple[str, str]:
    """The category after the tie-break, and a sentence if the tie-break changed it."""
    other = _other(category, doubt)
    try:
        final = tie_break(category, other) if other else category
    except ValueError:
        return category, ""
    if final == category:
        return category, ""
    return final, f" The tie-break made it so: {category} or {other}, {_principle(final, other)}."


def _principle(final: str, other: str | None) -> str:
    return "a doubtful HCC goes to LR-M" if final == other == "LR-M" else "the less certain wins"


def _tie(category: str, doubt: str) -> str:
    if not doubt:
        return "no doubt: not used"
    other = _other(category, doubt)
    if other is None:
        return f"{category} has no such neighbour"
    try:
        return f"{category} or {other}? → {tie_break(category, other)}"
    except ValueError:
        return f"no tie is defined between {category} and {other}"


def _facts(category: str) -> str:
    try:
        facts = lirads_facts(category)
    except ValueError:
        return ""
    malignant = ""
    if facts.malignant_percent is not None:
        malignant = f", {facts.malignant_percent} malignant of some kind"
    return (
        f"<p><strong>{category}:</strong> of 100 in studies, {facts.hcc_percent} were HCC"
        f"{malignant}. Usual next step: {escape(facts.next_step)}.<br>"
        f"<small>{escape(facts.citation)} [{escape(facts.confidence)}]</small></p>"
    )


# The table --------------------------------------------------------------------------------------

EDGE = f"border:1px solid {svg.MUTED};padding:7px 2px;text-align:center;color:{svg.INK}"
FILLS = {"LR-3": "#fff", "LR-4": "#fff3c4", "LR-5": "#cbe6f7"}


def _table(seen: Patient, before: Explanation) -> str:
    """The diagnostic table as HTML, with the cell in use marked by frame and arrow."""
    outcome = before.decision.outcome
    used = outcome in FILLS
    at = _place(seen) if used else None
    present = [words for name, words in FEATURES.items() if seen[name]]
    what = f"{variables.size_mm.show(seen['size_mm'])}, {seen['aphe'].replace('none', 'no')} APHE, "
    what += f"{len(present)} more ({', '.join(present)})" if present else "nothing more"
    caption = f"<strong>This observation:</strong> {what}.<br>"
    if used:
        caption += "Rows: how many of washout, capsule, threshold growth. Sizes in mm."
    else:
        caption += f"The table is not asked: {outcome} was decided before it."
    groups = Counter(aphe for aphe, *_ in COLUMNS)
    top = "".join(_head("colgroup", name, f'colspan="{wide}"') for name, wide in groups.items())
    corner = _head("col", "how many", 'rowspan="2"')
    sizes = "".join(_head("col", size) for _, size, _, _ in COLUMNS)
    rows = "".join(
        f"<tr>{_head('row', name)}"
        + "".join(
            _cell(row, column, used, outcome if at == (row, column) else "")
            for column in range(len(COLUMNS))
        )
        + "</tr>"
        for row, name in enumerate(ROWS)
    )
    return (
        '<table style="border-collapse:collapse;width:100%;'
        'font-size:clamp(11px,2.9vw,16px);line-height:1.25;background:#fff">'
        f'<caption style="text-align:left;caption-side:top;padding:0 0 6px;color:{svg.INK};'
        f'font-size:16px">{caption}</caption>'
        f"<thead><tr>{corner}{top}</tr>"
        f"<tr>{sizes}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _head(scope: str, words: str, span: str = "") -> str:
    look = f"{EDGE};background:#f6f8fa;font-weight:600"
    return f'<th scope="{scope}" {span} style="{look}">{words}</th>'


def _place(seen: Patient) -> tuple[int, int]:
    """Row and column of an observation that the table decides."""
    row = min(2, sum(bool(seen[name]) for name in FEATURES))
    fits = [
        number
        for number, (_, _, aphe, size) in enumerate(COLUMNS)
        if aphe == seen["aphe"] and size <= seen["size_mm"]
    ]
    first = next(i for i, each in enumerate(COLUMNS) if each[2] == seen["aphe"])
    return row, max(fits, default=first)


def _cell(row: int, column: int, used: bool, here: str) -> str:
    """One cell; `here` is the category it gives to this observation, if it does."""
    outcomes = _outcomes(row, column)
    words = "<br>".join(
        f'<strong style="white-space:nowrap">{"▶ " if outcome == here else ""}{outcome}</strong>'
        + (f"<br>{'<br>or '.join(by)}" if len(outcomes) > 1 else "")
        for outcome, by in outcomes
    )
    fill = FILLS[here or outcomes[-1][0]] if used else "#fff"
    frame = f";outline:5px solid {svg.BLUE};outline-offset:-3px" if here else ""
    mark = ' aria-current="true"' if here else ""
    ink = "" if used else f";color:{svg.MUTED}"
    return f'<td{mark} style="{EDGE};background:{fill}{frame}{ink}">{words}</td>'


@cache
def _outcomes(row: int, column: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Categories in one cell, each with the features that lead to it."""
    _, _, aphe, size = COLUMNS[column]
    found: dict[str, list[str]] = {}
    for present in combinations(FEATURES, row):
        observation = (
            WITHOUT
            | {name: name in present for name in FEATURES}
            | {"aphe": aphe, "size_mm": size, "targetoid": False, "tumour_in_vein": False}
        )
        outcome = LI_RADS_BEFORE_ANCILLARY.decide(observation).outcome
        found.setdefault(outcome, []).append(" and ".join(FEATURES[name] for name in present))
    return tuple((outcome, tuple(by)) for outcome, by in sorted(found.items()))


# The steps --------------------------------------------------------------------------------------


def _steps(allowed: Explanation, before: Explanation, effect: str, tie: str) -> str:
    """Every step in the order it is taken, the deciding one marked."""
    who = str(allowed.decision.outcome)
    fine = who == "eligible"
    lines = [_line("Patient", f"{'✓' if fine else '✗'} {who}", strong=not fine)]
    lines += [_line(show(step.rule.outcome), _verdict(step), step.decided) for step in before.steps]
    lines += [_line("Ancillary", effect), _line("Tie-break", tie)]
    return (
        '<p style="margin:0 0 4px"><strong>Read from the top; the first yes decides.</strong></p>'
        f'<ol style="list-style:none;margin:0;padding:0;font-size:16px">{"".join(lines)}</ol>'
    )


def _line(name: str, words: str, strong: bool = False) -> str:
    look = f"border-left:6px solid {svg.BLUE};background:#fff3c4;font-weight:700"
    plain = "border-left:6px solid #d0d7de"
    return (
        f'<li style="{look if strong else plain};padding:3px 8px;margin:0 0 3px;display:flex;'
        'flex-wrap:wrap;gap:0 8px">'
        f'<span style="flex:0 0 86px;font-weight:700">{escape(name)}</span>'
        f'<span style="flex:1 1 150px;min-width:0">{escape(words)}</span></li>'
    )


def _verdict(step: Step) -> str:
    if not step.reached:
        return "not asked"
    if step.decided and step.rule.note:
        return f"✓ {step.rule.note}"
    facts = "; ".join(dict.fromkeys(map(str, step.facts)))
    return f"{'✓' if step.decided else '✗'} {facts}"
