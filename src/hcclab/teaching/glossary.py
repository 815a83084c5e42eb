"""The words of the course: looked up, linked from the lessons, and printed as a page.

A lesson links a term as ``[TACE](glossary.md)``, or with its mark where the text of the link is not
a name of the term, ``[embolised](glossary.md#tace)``. `hcclab sync` completes the link with the
mark and with the definition as its title, which shows on hovering.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import groupby

from hcclab.data import records

__all__ = ["FILE", "Entry", "Link", "entries", "links", "look_up", "page", "with_titles"]

FILE = "glossary.md"
_LINK = re.compile(
    r"\[(?P<text>[^\[\]]+)\]"
    r"\(glossary\.md(?:#(?P<slug>[\w-]*))?(?:\s+(?P<title>\"[^\"]*\"|'[^']*'))?\s*\)"
)


@dataclass(frozen=True)
class Entry:
    """One term.

    Parameters
    ----------
    term, abbreviation, also
        Its names.
    expansion
        What the letters of its name stand for.
    definition
        One short sentence or phrase.
    category, topic
        Where it belongs.
    zh_simplified, zh_confidence
        The Chinese term, and ``"sure"`` or ``"check"``.
    confusable_with
        What it is mixed up with.
    citation, confidence
        Where the definition comes from, and the mark of `hcclab.sources.CONFIDENCE`.
    """

    term: str
    abbreviation: str
    also: tuple[str, ...]
    expansion: str
    definition: str
    category: str
    topic: str
    zh_simplified: str
    zh_confidence: str
    confusable_with: str
    citation: str
    confidence: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which it is found."""
        return tuple(name for name in (self.term, self.abbreviation, *self.also) if name)

    @property
    def slug(self) -> str:
        """Its mark in the address of the page, ``glossary.md#tace``."""
        name = self.abbreviation or self.term
        return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")

    @property
    def title(self) -> str:
        """The term and its definition, as shown on hovering."""
        return f"{self.term[0].upper()}{self.term[1:]}: {self.definition}"

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Link:
    """A link of a lesson to the glossary: as written, and as it should be written."""

    written: str
    complete: str


@cache
def entries() -> tuple[Entry, ...]:
    """Return all terms in alphabetical order."""
    rows = [
        Entry(**{**row, "also": tuple(name for name in row["also"].split(";") if name)})  # type: ignore[arg-type]
        for row in records("glossary")
    ]
    return tuple(sorted(rows, key=lambda entry: entry.term.casefold()))


@cache
def _by_name() -> dict[str, Entry]:
    return {name.casefold(): entry for entry in entries() for name in (*entry.names, entry.slug)}


def look_up(name: str) -> Entry:
    """Find a term by any of its names, in capitals or not.

    Raises
    ------
    ValueError
        If there is no such term; the message names the nearest ones.

    Examples
    --------
    >>> print(look_up("tace"))
    Transarterial chemoembolisation: Drug and embolic material into the tumour artery.
    >>> look_up("TACE").zh_simplified
    '经动脉化疗栓塞'
    """
    wanted = " ".join(name.split()).casefold()
    for form in (wanted, wanted.removesuffix("s")):
        if form in _by_name():
            return _by_name()[form]
    near = get_close_matches(wanted, _by_name(), n=3, cutoff=0.5)
    names = dict.fromkeys(_by_name()[each].term for each in near)
    hint = f"; did you mean {' or '.join(names)}?" if names else ""
    raise ValueError(f"the glossary has no term {name!r}{hint}")


def links(markdown: str) -> Iterator[Link]:
    """Find the links to the glossary in a lesson's prose, each with its complete form.

    Raises
    ------
    ValueError
        If a link is to a term that the glossary does not have.
    """
    for match in _LINK.finditer(markdown):
        entry = look_up(match["slug"] or match["text"].replace("*", "").replace("_", ""))
        complete = f'[{match["text"]}]({FILE}#{entry.slug} "{entry.title}")'
        yield Link(match[0], complete)


def with_titles(markdown: str) -> str:
    """Complete the links to the glossary; a link to no known term stays as it is.

    Examples
    --------
    >>> with_titles("After [ascites](glossary.md) came.")
    'After [ascites](glossary.md#ascites "Ascites: Fluid in the belly caused by portal hypertension or low albumin.") came.'
    """  # noqa: E501

    def complete(match: re.Match[str]) -> str:
        try:
            return next(links(match[0])).complete
        except ValueError:
            return match[0]

    return _LINK.sub(complete, markdown)


def page() -> str:
    """Return the whole glossary as Markdown, for JupyterLab's preview and for GitHub."""
    marks = " and ".join(sorted({f"*{entry.confidence}*" for entry in entries()}))
    parts = [
        "# Glossary",
        "<!-- Made by `hcclab sync` from the glossary table; never edit this file. -->",
        f"**For education, not for patient care.** {len(entries())} terms in our own words, to "
        f"teach with. Definitions and Chinese terms: {marks}; a Chinese term in doubt has a "
        "question mark.",
    ]
    letters = [(letter, list(group)) for letter, group in groupby(entries(), _letter)]
    parts.append(" · ".join(f"[{letter}](#{_anchor(letter)})" for letter, _ in letters))
    for letter, group in letters:
        parts.append(f'## <a id="{_anchor(letter)}"></a>{letter}')
        parts += [_paragraph(entry) for entry in group]
    return "\n\n".join(parts) + "\n"


def _letter(entry: Entry) -> str:
    return entry.term[0].upper()


def _anchor(letter: str) -> str:
    return f"letter-{letter.lower()}"


def _paragraph(entry: Entry) -> str:
    known = {entry.term, entry.expansion}
    names = [name for name in entry.names if name not in known]
    also = f" ({', '.join(names)})" if names else ""
    letters = f" *{entry.expansion}.*" if entry.expansion else ""
    chinese = entry.zh_simplified + ("?" if entry.zh_confidence == "check" else "")
    confusable = (
        f" Not to be confused with {entry.confusable_with}." if entry.confusable_with else ""
    )
    return (
        f'<a id="{entry.slug}"></a>**{entry.term}**{also}.{letters} {entry.definition}{confusable} '
        f'<span lang="zh-Hans">{chinese}</span>'
    )
