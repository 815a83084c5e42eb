"""Results as HTML, legible on a projector and to a screen reader."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from hcclab import report
from hcclab.criteria import Truth, capitalise
from hcclab.sources import Source
from hcclab.systems import NOTICE, Result, System, about, content

if TYPE_CHECKING:
    from hcclab.patient import Assessment

SYMBOLS = {True: "✓ yes", False: "✗ no", None: "? unknown"}
"""How a truth is written: a sign and a word, never a colour alone."""

CARD = (
    "background:#fff;color:#1b1b1b;border:1px solid #bbb;border-radius:6px;padding:0.6em 0.9em;"
    "margin:0.4em 0;max-width:60em;font-size:16px;line-height:1.45"
)
LIST = "list-style:none;margin:0.4em 0;padding:0"
ITEM = "margin:0 0 0.5em 0"
CELL = (
    "text-align:left;vertical-align:top;padding:0.1em 0.8em 0.1em 0;font-weight:normal;"
    "background:#fff;color:#1b1b1b"
)
TABLE = "border-collapse:collapse;font-size:0.9em;margin:0.5em 0"
CAPTION = "text-align:left;font-weight:bold;color:#1b1b1b"


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
    return _card(parts)


def system_html(system: System) -> str:
    """Show what a system is for, what it reads and gives, and how far it has been checked."""
    reads = [(f"<code>{escape(name)}</code>", escape(about(name))) for name in system.inputs]
    gives = [(f"<code>{escape(o.column)}</code>", escape(content(o))) for o in system.outputs]
    papers = [source_html(source) for source in system.sources]
    papers += [f"<small>Built on:</small> {source_html(source)}" for source in system.foundations]
    parts = [
        f"<strong>{escape(system.title)}</strong> – {escape(system.domain)}, "
        f"<code>hcc.{escape(system.key)}(…)</code>",
        *(f"Note: {escape(note)}" for note in system.notes),
        _rows("It reads", reads) + _rows("It gives", gives) + papers[0],
        *papers[1:],
        f"<small>{NOTICE}</small>",
    ]
    return _card(parts)


def assessment_html(assessment: Assessment) -> str:
    """Show what every system says, a card for each domain; the text of it is `report.text`."""
    results = list(assessment.results.values())
    if len(results) == 1:
        return result_html(results[0])
    shown = report.touched(assessment)
    cards = [_domain_card(domain, *parts) for domain, parts in report.by_domain(shown).items()]
    last = [escape(f"Check: {check}.") for check in assessment.patient.checks]
    if assumed := report.assumptions(shown):
        last.append(escape(f"Assumed, because not given: {assumed}."))
    if names := report.untouched(assessment):
        last.append(escape(f"Not assessed, nothing given: {', '.join(names)}."))
    if sources := report.cited(r for r in shown if report.says_something(r)):
        papers = "".join(f"<li>{escape(s.key)}: {source_html(s)}</li>" for s in sources)
        last.append(f"<details><summary>Sources</summary><ul>{papers}</ul></details>")
    return "".join(cards) + _card([*last, f"<small>{NOTICE}</small>"])


def _domain_card(domain: str, decided: list[Result], still_open: list[Result]) -> str:
    told = "".join(f'<li style="{ITEM}">{_told(result)}</li>' for result in decided)
    parts = [f'<strong style="font-size:1.15em">{escape(capitalise(domain))}</strong>']
    parts += [f'<ul style="{LIST}">{told}</ul>'] if told else []
    if still_open:
        lines = "".join(f"<li>{escape(report.open_line(result))}</li>" for result in still_open)
        parts.append(
            f"<details><summary>Not decided yet: {len(still_open)}, with what is needed</summary>"
            f"<ul>{lines}</ul></details>"
        )
    return f'<div style="{CARD}">{"".join(parts)}</div>'


def _told(result: Result) -> str:
    lines = [*report.reasons(result), *(f"Note: {r}" for r in report.remarks(result))]
    if missing := report.needs(result):
        lines.append(f"still needs {', '.join(missing)}")
    lines.append(f"[{'; '.join(map(report.mark, result.system.sources))}]")
    small = "<br>".join(map(escape, lines))
    return f"<strong>{escape(report.headline(result))}</strong><br><small>{small}</small>"


def _rows(title: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><th scope="row" style="{CELL}">{name}</th><td style="{CELL}">{text}</td></tr>'
        for name, text in rows
    )
    return (
        f'<table style="{TABLE}"><caption style="{CAPTION}">{title}</caption>'
        f"<tbody>{cells}</tbody></table>"
    )


def _card(parts: list[str]) -> str:
    return f'<div style="{CARD}">{"<br>".join(parts)}</div>'
