"""Results as HTML, legible on a projector and to a screen reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from hcclab.criteria import Truth
from hcclab.sources import Source
from hcclab.systems import NOTICE, Result

if TYPE_CHECKING:
    from hcclab.patient import Assessment

SYMBOLS = {True: "✓ yes", False: "✗ no", None: "? unknown"}
"""How a truth is written: a sign and a word, never a colour alone."""

CARD = (
    "background:#fff;color:#1b1b1b;border:1px solid #bbb;border-radius:6px;padding:0.6em 0.9em;"
    "margin:0.4em 0;max-width:60em;font-size:16px;line-height:1.45"
)


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
