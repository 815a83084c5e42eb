"""Results as HTML, legible on a projector and to a screen reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from hcclab.criteria import OTHERWISE, Truth, capitalise, show
from hcclab.sources import Source
from hcclab.systems import NOTICE, Result

if TYPE_CHECKING:
    from hcclab.patient import Assessment
    from hcclab.rules import Change, Explanation

SYMBOLS = {True: "✓ yes", False: "✗ no", None: "? unknown"}
"""How a truth is written: a sign and a word, never a colour alone."""

CARD = (
    "background:#fff;color:#1b1b1b;border:1px solid #bbb;border-radius:6px;padding:0.6em 0.9em;"
    "margin:0.4em 0;max-width:60em;font-size:16px;line-height:1.45"
)
CELL = "text-align:left;vertical-align:top;padding:0.25em 0.7em;border-bottom:1px solid #ddd"


def truth_text(truth: Truth) -> str:
    """Write a truth value for a reader.

    Examples
    --------
    >>> truth_text(None)
    '? unknown'
    """
    return SYMBOLS[truth]


def source_html(source: Source) -> str:
    """Write a citation with its link and confidence mark.

    Examples
    --------
    >>> from hcclab.sources import HIRAOKA_2017
    >>> source_html(HIRAOKA_2017).endswith('[verified]</small>')
    True
    """
    name = escape(source.citation)
    if source.url:
        name += f' <a href="{escape(source.url)}">doi:{escape(source.doi)}</a>'
    return f"<small>{name} [{escape(source.confidence)}]</small>"


def ladder_html(explanation: Explanation) -> str:
    """Draw the rules of a table as they were read for a patient, the deciding one marked."""
    rows = []
    for step in explanation.steps:
        outcome = escape(show(step.rule.outcome))
        question = escape(capitalise(step.reason))
        if not step.reached:
            verdict, seen = "not asked", "–"
        else:
            verdict = "everyone else" if step.rule.when is OTHERWISE else truth_text(step.truth)
            seen = escape("; ".join(f"{fact.value}" for fact in step.facts)) or "–"
        decided = step.decided and explanation.decision.outcome is not None
        mark = " ◀ decides" if decided else ""
        look = "background:#fff3c4;font-weight:600;" if decided else ""
        shade = "" if step.reached else "color:#666;"
        rows.append(
            f'<tr style="{look}{shade}"><th scope="row" style="{CELL}">{outcome}</th>'
            f'<td style="{CELL}">{question}</td><td style="{CELL}">{seen}</td>'
            f'<td style="{CELL};white-space:nowrap">{verdict}{mark}</td></tr>'
        )
    head = "".join(
        f'<th scope="col" style="{CELL}">{title}</th>'
        for title in ("Stage", "If", "This patient", "Holds?")
    )
    return (
        f'<table style="border-collapse:collapse;width:100%;font-size:inherit">'
        f'<caption style="text-align:left;font-weight:600">{escape(explanation.table.title)}, '
        f"read from the top</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def changes_html(changes: tuple[Change, ...], title: str) -> str:
    """List the smallest changes that alter an outcome, nearest first."""
    able = [change for change in changes if change.after is not None]
    items = "".join(f"<li>{escape(str(change))}</li>" for change in able)
    return f'<p style="margin:0.4em 0 0"><strong>{escape(title)}</strong></p>' + (
        f'<ul style="margin:0.2em 0">{items}</ul>' if items else "<p>No single change.</p>"
    )


def result_html(result: Result) -> str:
    """Show one system's result: what, why, and from which paper."""
    parts = [f"<strong>{escape(result.summary)}</strong>"]
    for explanation in result.explanations:
        deciding = explanation.deciding
        if explanation.decision.outcome is not None and deciding is not None:
            facts = "; ".join(str(fact) for fact in deciding.facts)
            why = f"{explanation.table.title}: {deciding.reason}" + (f" – {facts}" if facts else "")
            parts.append(escape(why))
        parts += [f"Note: {escape(remark.text)}" for remark in explanation.remarks]
    sources = {e.table.source.key: e.table.source for e in result.explanations}
    parts += [source_html(source) for source in sources.values()]
    parts.append(f"<small>{NOTICE}</small>")
    return f'<div style="{CARD}">{"<br>".join(parts)}</div>'


def assessment_html(assessment: Assessment) -> str:
    """Show every system's result."""
    return "".join(result_html(result) for result in assessment.results.values())
