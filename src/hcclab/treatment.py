"""What guidelines offer each stage, edition by edition, with its source.

A stage names a tumour, a liver and a patient; the treatment it suggests changes with the edition
while the stage stays. Teaching text, not advice for a patient.

>>> for row in stage_text("bclc", "B", "2022"):
...     print(row)
BCLC B (2022), within extended transplant criteria: transplantation [verified]
BCLC B (2022), well-defined nodules, preserved portal flow, selective access: TACE [verified]
BCLC B (2022), diffuse, infiltrative or extensive in both lobes: systemic therapy [verified]
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from hcclab import sources
from hcclab.criteria import unique
from hcclab.sources import Source

OPTIONS = "stage_options.csv"


@dataclass(frozen=True)
class StageText:
    """What one edition of a guideline says of a stage, or of a part of it.

    Attributes
    ----------
    system, edition, stage
        Such as ``"bclc"``, ``"2022"``, ``"B"``.
    condition
        The part of the stage that is meant; empty if the whole stage is.
    expected_survival
        In the words of the guideline; empty if it was not read.
    options
        Treatments in the order in which they are named, the first option first.
    note
        Conditions of single options.
    source, confidence
        Where it stands, and how far this row was checked.
    """

    system: str
    edition: str
    stage: str
    condition: str
    expected_survival: str
    options: tuple[str, ...]
    note: str
    source: Source
    confidence: str

    def __str__(self) -> str:
        name = f"{self.system.upper()} {self.stage} ({self.edition})"
        where = f"{name}, {self.condition}" if self.condition else name
        first, *further = self.options
        besides = f", also {', '.join(further)}" if further else ""
        return f"{where}: {first}{besides} [{self.confidence}]"


class Option(NamedTuple):
    """A treatment on the path of a patient, and the stage whose option it is."""

    treatment: str
    stage: str


def stage_text(system: str, stage: str, edition: str | None = None) -> tuple[StageText, ...]:
    """Look up what a guideline says of a stage.

    Parameters
    ----------
    system
        ``"bclc"``, ``"cnlc"`` or ``"hklc"``.
    stage
        As the system names it.
    edition
        Year of the edition; the newest by default.

    Returns
    -------
    tuple of StageText
        One row, or one for each part into which the guideline splits the stage.

    Raises
    ------
    ValueError
        If there is no such system, edition or stage, naming those that there are.

    Examples
    --------
    >>> [row.expected_survival for row in stage_text("bclc", "D", "2022")]
    ['3 months']
    >>> stage_text("cnlc", "IIa")[0].options
    ('resection', 'TACE', 'ablation')
    >>> stage_text("bclc", "E", "2022")
    Traceback (most recent call last):
        ...
    ValueError: stage E is not one of 0, A, B, C, D
    """
    rows = _edition(system, edition)
    _choose("stage", stage, (row.stage for row in rows))
    return tuple(row for row in rows if row.stage == stage)


def treatment_path(stage: str, edition: str | None = None) -> tuple[Option, ...]:
    """List the options of a BCLC stage from left to right: treatment stage migration.

    Where the first option of a stage is not feasible, the patient is given the next, and at the
    end of the row what the next stage is offered. The stage itself does not change.

    Parameters
    ----------
    stage
        BCLC stage.
    edition
        Year of the edition; the newest by default.

    Returns
    -------
    tuple of Option
        Each treatment once, where it first comes up, with the stage whose option it is.

    Raises
    ------
    ValueError
        If there is no such edition or stage, naming those that there are.

    Examples
    --------
    >>> for option in treatment_path("B", edition="2022"):
    ...     print(f"{option.treatment} (stage {option.stage})")
    transplantation (stage B)
    TACE (stage B)
    systemic therapy (stage B)
    best supportive care (stage D)
    """
    rows = _edition("bclc", edition)
    stages = unique(row.stage for row in rows)
    _choose("stage", stage, stages)
    path: dict[str, str] = {}
    for later in stages[stages.index(stage) :]:
        for row in (row for row in rows if row.stage == later):
            for treatment in row.options:
                path.setdefault(treatment, later)
    return tuple(Option(treatment, origin) for treatment, origin in path.items())


@cache
def load_all() -> tuple[StageText, ...]:
    """Read every row, in the order of the file: stages from the first to the last.

    Examples
    --------
    >>> sorted({(row.system, row.edition) for row in load_all()})
    [('bclc', '2022'), ('bclc', '2025'), ('cnlc', '2026'), ('hklc', '2014')]
    """
    known = {source.key: source for source in vars(sources).values() if isinstance(source, Source)}
    with (files("hcclab.data") / OPTIONS).open(encoding="utf-8") as file:
        return tuple(
            StageText(
                row["system"],
                row["edition"],
                row["stage"],
                row["condition"],
                row["expected_survival"],
                tuple(filter(None, (row["first_option"], *row["further_options"].split(";")))),
                row["note"],
                known[row["source"]],
                row["confidence"],
            )
            for row in csv.DictReader(file)
        )


def _edition(system: str, edition: str | None) -> tuple[StageText, ...]:
    """The rows of one edition; of the newest if none is named."""
    rows = load_all()
    _choose("system", system, (row.system for row in rows))
    editions = sorted({row.edition for row in rows if row.system == system})
    wanted = editions[-1] if edition is None else edition
    _choose("edition", wanted, editions)
    return tuple(row for row in rows if (row.system, row.edition) == (system, wanted))


def _choose(what: str, choice: str, choices: Iterable[str]) -> None:
    known = unique(choices)
    if choice not in known:
        raise ValueError(f"{what} {choice} is not one of {', '.join(known)}")
