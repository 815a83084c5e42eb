"""Errors found in published texts on liver cancer, to learn critical reading with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from hcclab.data import records
from hcclab.sources import CONFIDENCE
from hcclab.variables import did_you_mean


class Kind(NamedTuple):
    """A kind of error.

    Attributes
    ----------
    label
        What went wrong, in a few words.
    question
        The question that finds errors of this kind, for a reader who suspects one.
    """

    label: str
    question: str


KINDS = {
    "translation": Kind(
        "translation: a name changed between languages",
        "Is there a name that you would not find in a glossary or a list of drugs?",
    ),
    "copying": Kind(
        "copying: a sign lost or swapped",
        "Is there a sign that looks like another: O and 0, I and 1, a lost Greek letter?",
    ),
    "unit": Kind(
        "unit: missing or wrong",
        "Is there a number, or a formula, that means nothing without its unit?",
    ),
    "limit": Kind(
        "limit: open, missing or misplaced",
        "Is there a cut-off, and what happens to the patient who stands exactly on it?",
    ),
    "citation": Kind(
        "citation: other people, place or disease",
        "Is a source or a team named, and would you find this very claim when you open it?",
    ),
    "design": Kind(
        "study design: it cannot show this",
        "Is one study named, and did it have the control group that the claim needs?",
    ),
    "evidence": Kind(
        "evidence level: said too strongly",
        "Is the claim stronger than anything that has been shown so far?",
    ),
    "fact": Kind(
        "fact: wrong or incomplete",
        "Are all names right, and the statement still at odds with a textbook or a guideline?",
    ),
    "sound": Kind(
        "nothing: it can stand",
        "Have you asked all the other questions, and found nothing that misleads a reader?",
    ),
}
"""The kinds of error, by key."""

WORKS = {
    "review": "review, Front Oncol 2024, doi:10.3389/fonc.2024.1430991",
    "interferon": "a review of interferon",
    "virus": "an abstract on oncolytic viruses",
}
"""The texts that were read, by key."""


@dataclass(frozen=True)
class Erratum:
    """A few words of a published text, and what is wrong with them.

    Attributes
    ----------
    erratum
        Name of the row.
    work, place
        A key of `WORKS`, and the section or reference there.
    quote
        The words; put in short where `literal` is false.
    literal
        Whether the words are quoted as they stand.
    kind
        What is wrong: a key of `KINDS`.
    also
        Other kinds that are a fair answer.
    correction, why
        What it should say, and the error explained.
    source, confidence, checked
        What the correction rests on, how far it was checked, and what exactly was.
    """

    erratum: str
    work: str
    place: str
    quote: str
    literal: bool
    kind: str
    also: tuple[str, ...]
    correction: str
    why: str
    source: str
    confidence: str
    checked: str

    @property
    def words(self) -> str:
        """The quotation in its marks, or what was put in short, said so."""
        return f"“{self.quote}”" if self.literal else f"In short: {self.quote}"

    @property
    def mark(self) -> str:
        """How far the correction can be trusted, in words."""
        return f"{self.confidence}: {CONFIDENCE[self.confidence]} ({self.checked})"


def review_errata(kind: str | None = None) -> tuple[Erratum, ...]:
    """List errors found in published texts: ten of many kinds, then the rest as they stand.

    Parameters
    ----------
    kind
        A key of `KINDS`; all kinds if not given.

    Returns
    -------
    tuple of Erratum
        Those whose main kind it is.

    Raises
    ------
    ValueError
        If there is no such kind, naming the nearest.

    Examples
    --------
    >>> first = review_errata()[0]
    >>> print(first.words, "->", first.correction)
    “Deoxycholine (DCP)” -> des-gamma-carboxyprothrombin, also called PIVKA-II
    >>> len(review_errata("unit"))
    1
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind {kind} is not known; {did_you_mean(kind, KINDS)}")
    return tuple(each for each in _all() if kind in (None, each.kind))


@cache
def _all() -> tuple[Erratum, ...]:
    return tuple(map(_erratum, records("review_errata")))


def _erratum(row: dict[str, str]) -> Erratum:
    literal, also = row.pop("literal") == "yes", row.pop("also")
    return Erratum(**row, literal=literal, also=tuple(also.split(";")) if also else ())
