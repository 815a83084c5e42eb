"""Every system at a glance: what it reads, what it gives, and how far it has been checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from textwrap import fill

from hcclab.criteria import capitalise, unique
from hcclab.registry import SYSTEMS
from hcclab.sources import CONFIDENCE, Source
from hcclab.systems import NOTICE, System
from hcclab.variables import QUANTITIES, TUMOUR_LIST, VARIABLES

WIDTH = 88
TUMOURS = "diameters of the tumours"
MARKS = tuple(CONFIDENCE)
"""The confidence marks, the best first."""

LABELS: Mapping[str, str] = {
    TUMOUR_LIST: TUMOURS,
    **{name: variable.label for name, variable in VARIABLES.items()},
    **{name: quantity.units[0][0].label for quantity in QUANTITIES for name in quantity.names},
}
"""What each input is called in a table; the units of one quantity are one input."""


def confidence(system: System) -> str:
    """The weakest mark among a system's own sources.

    Examples
    --------
    >>> from hcclab.liver_function import albi
    >>> confidence(albi)
    'verified'
    """
    return max((source.confidence for source in system.sources), key=MARKS.index)


def year(system: System) -> str:
    """Year of the paper that defines a system, or a dash."""
    return str(system.source.year or "–")


def review_by(system: System) -> str:
    """The first year by which a source of a system should be read again, or a dash."""
    years = [s.review_by for s in (*system.sources, *system.foundations) if s.review_by]
    return str(min(years, default="–"))


def reads(system: System) -> str:
    """The findings a system reads, in words.

    Examples
    --------
    >>> from hcclab.liver_function import albi
    >>> reads(albi)
    'bilirubin, albumin'
    """
    return ", ".join(unique(LABELS[name] for name in system.inputs))


def as_text() -> str:
    """Write the table for a terminal."""
    wide = max(map(len, SYSTEMS))
    lines = [f"{len(SYSTEMS)} systems: key, title, year, weakest mark, year to read it again."]
    for domain, systems in _domains():
        lines += ["", domain.upper()]
        for system in systems:
            again = f", read again by {review_by(system)}" if review_by(system) != "–" else ""
            lines += [
                "",
                f"{system.key:<{wide}}  {system.title}, {year(system)}: "
                f"{confidence(system)}{again}",
                _indented(f"reads {reads(system)}"),
                _indented(f"gives {', '.join(o.column for o in system.outputs)}"),
            ]
            if len(system.sources) + len(system.foundations) > 1:
                marks = [f"{s.key} ({s.confidence})" for s in system.sources]
                marks += [f"built on {s.key} ({s.confidence})" for s in system.foundations]
                lines.append(_indented(f"from {'; '.join(marks)}"))
    return "\n".join([*lines, "", *_marks_as_text(), "", NOTICE])


def as_markdown() -> str:
    """Write the page `docs/systems.md`."""
    lines = [
        "# Clinical systems",
        "",
        f"**{NOTICE}** This page is generated: `hcclab systems --markdown > docs/systems.md`.",
        "",
        f"hcclab knows {len(SYSTEMS)} systems, in the order in which a patient meets them. Call "
        "one as `hcc.KEY(...)`; `hcclab systems KEY` prints its inputs with units and limits, its "
        "notes and its full references.",
        "",
        "## What the marks mean",
        "",
        "Every number and rule carries a mark that says how far it has been checked.",
        "",
        "| mark | means |",
        "|---|---|",
        *(f"| {mark} | {meaning} |" for mark, meaning in CONFIDENCE.items()),
        "",
        "The mark of a system is the weakest among its own sources. A source after *built on* "
        "belongs to something that the system works out on the way, such as the Child-Pugh class "
        "in CNLC, and keeps a mark of its own. *Review by* is the year by which a guideline should "
        "be read again.",
    ]
    for domain, systems in _domains():
        lines += [
            "",
            f"## {capitalise(domain)}",
            "",
            "| system | reads | gives | year | sources | mark | review by |",
            "|---|---|---|---|---|---|---|",
            *map(_row, systems),
        ]
    return "\n".join(lines)


def _domains() -> Iterable[tuple[str, list[System]]]:
    for domain, systems in groupby(SYSTEMS.values(), key=lambda system: system.domain):
        yield domain, list(systems)


def _row(system: System) -> str:
    papers = [_linked(source) for source in system.sources]
    papers += [f"*built on* {_linked(source)}" for source in system.foundations]
    cells = (
        f"**{system.title}**<br>`{system.key}`",
        reads(system),
        "<br>".join(f"`{output.column}`" for output in system.outputs),
        year(system),
        "<br>".join(papers),
        confidence(system),
        review_by(system),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _linked(source: Source) -> str:
    key = f"[{source.key}]({source.url})" if source.url else source.key
    return f"{key}: {source.confidence}"


def _marks_as_text() -> list[str]:
    return ["The marks:", *(f"  {mark}: {meaning}" for mark, meaning in CONFIDENCE.items())]


def _indented(line: str) -> str:
    return fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
