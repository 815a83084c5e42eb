"""What the words of a lesson must hold: its form, its links, and the numbers it quotes.

A number that code produced is quoted with its name in a comment right behind it, which no reader
sees and the text keeps:

    After five years **75 %**<!-- =five_year_grade_2 --> were alive.

The cell tagged `check` that produces it prints one line for each such number:

    five_year_grade_2 = 75 %

The words before the comment must end with exactly what was printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import unquote, urlsplit

from hcclab.authoring.lesson import OPT_OUTS, Cell, Lesson, Pictures, Problem
from hcclab.teaching import glossary
from hcclab.teaching.exercise import SOLUTION_MARK

__all__ = ["PROSE_RULES"]

NOTICE = "For education, not for patient care."
FIRST_SECTIONS = ["Objectives", "Before you start"]
LAST_SECTIONS = ["Practice", "Quiz", "Key points", "References"]
REQUIRED_TAGS = ("explorer", "exercise", "solution", "check", "instructor")
TABLE = "data/glossary.csv"
KNOWN_TAGS = {*REQUIRED_TAGS, "static", "raises-exception", *OPT_OUTS}

SETTINGS = {"tags", "jupyter"}

_NOTE = re.compile(r"[>\s*]*For the teacher\b")
_STILL = "(still picture; run the cell"
_MERGE = re.compile(r"^(?:<{7}|>{7}) .*", re.MULTILINE)
_MINUTES = re.compile(r"\d\s*(?:min|minutes?)\b")
_DOI_ADDRESS = re.compile(r"[\w:/.]*\bdoi\.org/[^\s)>\]]*")
_GOOD_DOI = re.compile(r"https://doi\.org/10\.\d{4,9}/\S+")
_QUOTATION = re.compile(r"(?P<before>[^\n]*?)<!--\s*=\s*(?P<name>[\w.]+)\s*-->")
_PRINTED = re.compile(r"^(?P<name>[A-Za-z][\w.]*) = (?P<value>.+?)\s*$", re.MULTILINE)


def title(lesson: Lesson) -> Iterator[Problem]:
    """Ask for one level-1 title, at the top, with the notice directly under it."""
    titles = [heading for heading in lesson.headings if heading.level == 1]
    if len(titles) != 1:
        yield lesson.problem(
            "title",
            f"{len(titles)} level-1 titles",
            "keep exactly one '# Title', at the top",
            titles[1].cell if titles else None,
        )
        return
    cell = titles[0].cell
    if cell.number != 1 or cell.tokens[0].tag != "h1":
        yield lesson.problem("title", "the title is not at the top", "move it up", cell)
    after = next(i for i, token in enumerate(cell.tokens) if token.tag == "h1") + 3
    below = next((t.content for t in cell.tokens[after:] if t.type == "inline"), "")
    if not below.lstrip("*_ ").startswith(NOTICE):
        yield lesson.problem(
            "notice", "no notice under the title", f"write '{NOTICE}' directly under it", cell
        )


def sections(lesson: Lesson) -> Iterator[Problem]:
    """Ask for the fixed sections, each once, in order, around the lesson's own ones."""
    found = [heading for heading in lesson.headings if heading.level == 2]
    names = [heading.text for heading in found]
    fixed = FIRST_SECTIONS + LAST_SECTIONS
    for name in fixed:
        if names.count(name) != 1:
            cell = next((h.cell for h in reversed(found) if h.text == name), None)
            yield lesson.problem(
                "sections",
                f"section '{name}' stands {names.count(name)} times",
                "have it exactly once, as a level-2 heading",
                cell,
            )
    if any(names.count(name) != 1 for name in fixed):
        return
    own = [name for name in names if name not in fixed]
    if names != FIRST_SECTIONS + own + LAST_SECTIONS or not own:
        wanted = " > ".join([*FIRST_SECTIONS, "your own sections", *LAST_SECTIONS])
        order = zip(names, FIRST_SECTIONS + own + LAST_SECTIONS, strict=True)
        cell = next((h.cell for h, (a, b) in zip(found, order, strict=True) if a != b), None)
        yield lesson.problem("sections", "sections out of order", f"use {wanted}", cell)


def minutes(lesson: Lesson) -> Iterator[Problem]:
    """Ask `Before you start` for the minutes that the lesson takes."""
    if _MINUTES.search(lesson.section("Before you start")):
        return
    yield lesson.problem(
        "minutes", "no minutes in 'Before you start'", "tell the time for teaching and exercises"
    )


def tags(lesson: Lesson) -> Iterator[Problem]:
    """Ask for known tags only, and for one cell at least of each kind a lesson needs."""
    for cell in lesson.cells:
        for tag in sorted(cell.tags - KNOWN_TAGS):
            yield lesson.problem(
                "tags", f"unknown tag '{tag}'", f"use one of {', '.join(sorted(KNOWN_TAGS))}", cell
            )
    for tag in REQUIRED_TAGS:
        if not lesson.tagged(tag):
            yield lesson.problem("tags", f"no cell is tagged '{tag}'", "add one")


def forgotten_tags(lesson: Lesson) -> Iterator[Problem]:
    """Ask for the tag of what plainly is a note, a solution or an explorer.

    Students would read the note or the solution; slides and the projector would miss the explorer.
    """
    for cell in lesson.cells:
        for setting in sorted(set(cell.node.metadata) - SETTINGS):
            yield lesson.problem(
                "tags",
                f"unknown setting '{setting}' of a cell",
                f"write one of {', '.join(sorted(SETTINGS))}, as in ':tags: [explorer]'",
                cell,
            )
        for tag, is_one in (
            ("instructor", not cell.is_code and _NOTE.match(cell.source)),
            ("solution", cell.is_code and cell.source.startswith(SOLUTION_MARK)),
            ("explorer", any(_STILL in html for html in cell.data("text/html"))),
        ):
            if is_one and tag not in cell.tags:
                head = f":tags: [{tag}]" if cell.is_code else f'+++ {{"tags": ["{tag}"]}}'
                yield lesson.problem(
                    "tags", f"it lacks the tag '{tag}'", f"write '{head}' above it", cell
                )


def fences(lesson: Lesson) -> Iterator[Problem]:
    """Refuse prose that was meant as a cell of code."""
    for cell in lesson.prose:
        for token in cell.tokens:
            if token.type == "fence" and token.info.startswith("{"):
                yield lesson.problem(
                    "fence",
                    f"'```{token.info}' is shown as it stands and never run",
                    "begin a cell of code with '```{code-cell} ipython3'",
                    cell,
                )


def merges(lesson: Lesson) -> Iterator[Problem]:
    """Refuse the marks that an unresolved merge leaves."""
    for cell in lesson.cells:
        if mark := _MERGE.search(cell.source):
            yield lesson.problem(
                "merge",
                f"'{mark[0][:40]}' is left of a merge",
                "choose one of the two versions and delete the marks",
                cell,
            )


def notes(lesson: Lesson) -> Iterator[Problem]:
    """Refuse a heading inside a teacher's note: the student edition would lose that section."""
    for heading in lesson.headings:
        if "instructor" in heading.cell.tags:
            yield lesson.problem(
                "notes",
                f"the note for teachers goes on into the section '{heading.text}'",
                "write a line '+++' between the note and the heading",
                heading.cell,
            )


def solution_order(lesson: Lesson) -> Iterator[Problem]:
    """Refuse a solution before its exercise, where a learner would read it first."""

    def kind(cell: Cell) -> str:
        return next((tag for tag in ("exercise", "solution") if tag in cell.tags), "")

    open_exercises = 0
    for name, group in groupby(lesson.cells, kind):
        cell = next(group)
        if name == "exercise":
            open_exercises += 1
        elif name == "solution" and not open_exercises:
            yield lesson.problem(
                "solution-order",
                "a solution without an exercise before it",
                "put it behind the cell tagged 'exercise'",
                cell,
            )
        elif name == "solution":
            open_exercises -= 1


def links(lesson: Lesson) -> Iterator[Problem]:
    """Ask that relative links and anchors lead somewhere, and for well formed DOIs."""
    anchors = {heading.text.replace(" ", "-").lower() for heading in lesson.headings}
    for cell in lesson.prose:
        targets = [t.attrGet("href") or t.attrGet("src") for t in cell.inline]
        for target in [str(target) for target in targets if target]:
            parts = urlsplit(target)
            path = lesson.file.parent / unquote(parts.path)
            if parts.scheme in {"http", "https", "mailto"}:
                continue
            if parts.scheme or (parts.path and not path.exists()):
                yield lesson.problem(
                    "links", f"link to '{target}' leads nowhere", "mend the path", cell
                )
            elif not parts.path and unquote(parts.fragment).lower() not in anchors:
                yield lesson.problem(
                    "links", f"no heading for the link '{target}'", "mend the anchor", cell
                )
        for address in _DOI_ADDRESS.findall(cell.source):
            if not _GOOD_DOI.fullmatch(address):
                yield lesson.problem(
                    "links",
                    f"'{address}' is not a DOI address",
                    "write it as https://doi.org/10.1234/name",
                    cell,
                )


def terms(lesson: Lesson) -> Iterator[Problem]:
    """Ask that links to the glossary lead to a term and carry its definition."""
    for cell in lesson.prose:
        try:
            found = [link for link in glossary.links(cell.source) if link.written != link.complete]
        except ValueError as error:
            yield lesson.problem(
                "glossary",
                str(error).rstrip("?"),
                f"mend the link, or add the term to {TABLE}",
                cell,
            )
            continue
        for link in found:
            yield lesson.problem(
                "glossary",
                f"the link {link.written[:60]!r} does not carry the definition of its term",
                "run hcclab sync",
                cell,
            )


def pictures(lesson: Lesson) -> Iterator[Problem]:
    """Ask for a text alternative of every picture in the prose."""
    for cell in lesson.prose:
        for token in cell.inline:
            if token.type == "image" and not token.content.strip():
                yield lesson.problem(
                    "alternative",
                    f"picture '{token.attrGet('src')}' has no text alternative",
                    "write ![what it shows](file)",
                    cell,
                )
        html = "".join(
            t.content for t in [*cell.tokens, *cell.inline] if t.type.startswith("html_")
        )
        for start in Pictures(html).without_alternative:
            yield lesson.problem(
                "alternative",
                f"'{start}' has no text alternative",
                'give an img alt="...", an svg role="img" and a <title>',
                cell,
            )
        for token in cell.tokens:
            is_chart = token.type == "fence" and token.info.strip() == "mermaid"
            if is_chart and "accDescr" not in token.content:
                yield lesson.problem(
                    "alternative",
                    "a Mermaid chart has no text alternative",
                    "add an 'accDescr: what it shows' line",
                    cell,
                )


def quotations(lesson: Lesson) -> Iterator[Problem]:
    """Ask that a quoted number is what its check cell printed."""
    printed: dict[str, set[str]] = {}
    for cell in lesson.tagged("check"):
        if not cell.tags & OPT_OUTS:
            for match in _PRINTED.finditer(cell.printed):
                printed.setdefault(match["name"], set()).add(match["value"])
    for cell in lesson.prose:
        for match in _QUOTATION.finditer(cell.source):
            name, words = match["name"], match["before"].rstrip().rstrip("*_").rstrip()
            values = printed.get(name, set())
            if len(values) != 1:
                yield lesson.problem(
                    "quotation",
                    f"{len(values) or 'no'} check cells print a value for '{name}'",
                    f"print '{name} = value' in one cell tagged 'check' that nbval compares",
                    cell,
                )
            elif not _ends_with(words, value := min(values)):
                yield lesson.problem(
                    "quotation",
                    f"the prose says '{words[-20:]}' where {name} is {value}",
                    f"write {value}, or mend the code",
                    cell,
                )


def _ends_with(words: str, value: str) -> bool:
    rest = words.removesuffix(value)
    return rest != words and not re.search(r"[\d.,−-]$", rest)


PROSE_RULES = (
    title,
    sections,
    minutes,
    tags,
    forgotten_tags,
    fences,
    merges,
    notes,
    solution_order,
    links,
    terms,
    pictures,
    quotations,
)
