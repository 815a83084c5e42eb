"""Fictional teaching cases, each with the results an expert expects."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from hcclab.variables import TUMOUR_LIST, VARIABLES, nearest

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
    """

    case_id: str
    title: str
    findings: dict[str, Any]
    expected: dict[str, str]
    rationale: str
    source: str
    confidence: str


def load_all() -> dict[str, Case]:
    """Read every case, by its identifier.

    Examples
    --------
    >>> load_all()["c01"].title
    'Very early single nodule'
    """
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
    cases = load_all()
    if case_id not in cases:
        near = nearest(case_id, cases) or ("c01",)
        raise ValueError(f"case {case_id} is not known; did you mean {' or '.join(near)}?")
    return cases[case_id]


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
    )
