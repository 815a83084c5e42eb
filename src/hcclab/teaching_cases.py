"""Fictional teaching cases, each with the results an expert expects."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hcclab.data import records
from hcclab.variables import TUMOUR_LIST, VARIABLES, did_you_mean

CASES = "cases.csv"


@dataclass(frozen=True)
class Case:
    """One fictional patient.

    Attributes
    ----------
    case_id, title
        Name and headline.
    findings
        What is known of the patient, by variable name, ready for `hcclab.assess`.
    expected
        Expected results by column name; empty text where a system does not apply.
    rationale, source, confidence
        Why, from where, and how far checked.
    topic, difficulty
        Subject of the case, such as ``"staging"``, and how hard it is.
    aetiology
        Cause of the liver disease, in words.
    first_option
        What the expert would offer first.
    """

    case_id: str
    title: str
    findings: dict[str, Any]
    expected: dict[str, str]
    rationale: str
    source: str
    confidence: str
    topic: str = ""
    difficulty: str = ""
    aetiology: str = ""
    first_option: str = ""


@dataclass(frozen=True)
class Nodule:
    """One observation on the scan of a fictional patient.

    Attributes
    ----------
    segment
        Where it lies: a segment of the liver, or a vein.
    findings
        What is seen, by variable name, ready for `hcclab.li_rads`.
    note
        What else is seen.
    expected
        Category worked out by hand; ``"not_applicable"`` where LI-RADS is not for the patient.
    counts
        Whether it counts as a tumour in staging.
    """

    segment: str
    findings: dict[str, Any]
    note: str
    expected: str
    counts: bool


@dataclass(frozen=True)
class Meeting:
    """What a tumour board needs to know of a case beyond its findings.

    Attributes
    ----------
    history, found_besides, comorbidity
        What is told of the patient, of the scan besides the nodules, and of fitness.
    confounder
        What distorts the liver tests and can be treated; empty if nothing does.
    findings
        Who the patient is for LI-RADS, by variable name; and DCP.
    biopsied
        Result of a biopsy, if one was taken.
    trap
        What makes the case hard.
    plans, distractors
        Plans that the expert accepts, the first option first; and plausible wrong ones.
    expected
        CNLC stage and LI-RADS category worked out by hand; empty where they do not apply.
    nodules
        Every observation, the index nodule first.
    """

    history: str
    found_besides: str
    comorbidity: str
    confounder: str
    findings: dict[str, Any]
    biopsied: str
    trap: str
    plans: tuple[str, ...]
    distractors: tuple[str, ...]
    expected: dict[str, str]
    nodules: tuple[Nodule, ...]


def load_all() -> dict[str, Case]:
    """Read every case, by its identifier.

    Examples
    --------
    >>> load_all()["c01"].title
    'Very early single nodule'
    """
    return dict(_all())


@cache
def _all() -> dict[str, Case]:
    with (files("hcclab.data") / CASES).open(encoding="utf-8") as file:
        return {row["case_id"]: _case(row) for row in csv.DictReader(file)}


def load(case_id: str) -> Case:
    """Read one case.

    Raises
    ------
    ValueError
        If there is no such case, naming the nearest.

    Examples
    --------
    >>> load("c02").findings["tumour_diameters_cm"]
    '2.0'
    """
    cases = _all()
    if case_id not in cases:
        raise ValueError(f"case {case_id} is not known; {did_you_mean(case_id, cases)}")
    return cases[case_id]


@cache
def load_meetings() -> dict[str, Meeting]:
    """Read what the tumour board needs of every case, by its identifier.

    Examples
    --------
    >>> meeting = load_meetings()["c01"]
    >>> meeting.plans, meeting.nodules[0].findings["size_mm"]
    (('ablation', 'resection'), '18')
    """
    nodules: dict[str, list[Nodule]] = {}
    for row in records("case_nodules"):
        nodules.setdefault(row["case_id"], []).append(_nodule(row))
    return {
        row["case_id"]: _meeting(row, tuple(nodules[row["case_id"]]))
        for row in records("case_board")
    }


def _nodule(row: dict[str, str]) -> Nodule:
    findings = {k: v for k, v in row.items() if k in VARIABLES and v}
    counts = row["counts_for_staging"] == "yes"
    return Nodule(row["segment"], findings, row["note"], row["expected_li_rads"], counts)


def _meeting(row: dict[str, str], nodules: tuple[Nodule, ...]) -> Meeting:
    return Meeting(
        row["history"],
        row["found_besides"],
        row["comorbidity"],
        row["confounder"],
        {k: v for k, v in row.items() if k in VARIABLES and v},
        row["biopsied"],
        row["trap"],
        tuple(row["plans"].split(";")),
        tuple(row["distractors"].split(";")),
        {k.removeprefix("expected_"): v for k, v in row.items() if k.startswith("expected_")},
        nodules,
    )


def _case(row: dict[str, str]) -> Case:
    findings = {k: row[k] for k in (*VARIABLES, TUMOUR_LIST) if row.get(k)}
    expected = {k.removeprefix("expected_"): v for k, v in row.items() if k.startswith("expected_")}
    return Case(
        row["case_id"],
        row["title"],
        findings,
        expected,
        row["rationale"],
        row["source"],
        row["confidence"],
        row["lesson"],
        row["difficulty"],
        row["aetiology"],
        row["first_option"],
    )
