"""The worked cases of the clinical reference, loaded as they are."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import hcclab as hcc
from hcclab.intake import Patient

CASES = Path(__file__).parent / "data" / "reference_cases.csv"


def cases(*systems: str) -> list[Any]:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["system"] in systems]
    assert rows
    return [
        pytest.param(json.loads(r["inputs"]), json.loads(r["expected"]), id=r["case_id"])
        for r in rows
    ]


@pytest.mark.parametrize(("inputs", "expected"), cases("ALBI"))
def test_albi(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    if "error" in expected:
        field = expected["error"].removesuffix("_out_of_range")
        with pytest.raises(ValueError, match=f"{field}.* outside "):
            hcc.albi(**inputs)
        return
    result = hcc.albi(**inputs)
    if "missing" in expected:
        assert result.value is None
        assert list(result.missing) == expected["missing"]
        return
    assert result.value == pytest.approx(expected["score"], abs=5e-5)
    assert result.grade == str(expected["grade"])
    assert result.grades["malbi_grade"] == expected["malbi"]


@pytest.mark.parametrize(("inputs", "expected"), cases("ALBI_grade_from_score"))
def test_albi_grade_from_score(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    # log10(10) = 1, so this albumin gives the score wanted.
    albumin = (0.66 - inputs["albi_score"]) / 0.085
    patient = Patient({"bilirubin_umol_l": 10, "albumin_g_l": albumin})
    assert hcc.ALBI_GRADE.decide(patient).outcome == str(expected["grade"])
    assert hcc.MALBI_GRADE.decide(patient).outcome == expected["malbi"]


@pytest.mark.parametrize(("inputs", "expected"), cases("Child-Pugh"))
def test_child_pugh(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    result = hcc.child_pugh(**inputs)
    assert result.value == expected["score"]
    assert result.grade == expected["class"]
    assert result.interval is not None
    if "score_range" in expected:
        assert list(result.interval) == expected["score_range"]
        assert list(result.possible) == expected["possible_classes"]
        assert set(result.missing) == set(expected["missing"])
    else:
        assert set(result.interval) == {expected["score"]}


@pytest.mark.parametrize(("inputs", "expected"), cases("BCLC 2022"))
def test_bclc_2022(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    result = hcc.bclc_2022(**inputs)
    assert result.grade == expected["stage"]
    assert list(result.flags) == expected.get("flags", [])


MILAN_CASES = [case for case in cases("Transplant criteria") if "milan" in case.values[1]]


@pytest.mark.parametrize(("inputs", "expected"), MILAN_CASES)
def test_milan(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    # In these rows a finding that is not mentioned was looked for and not found.
    looked_for = {"macrovascular_invasion": False, "extrahepatic_spread": False}
    assert hcc.milan(**(looked_for | inputs)).grade == ("in" if expected["milan"] else "out")


@pytest.mark.parametrize(("inputs", "expected"), cases("Integrated case"))
def test_one_patient_in_every_system(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    known = {name: value for name, value in inputs.items() if name in hcc.VARIABLES}
    known["tumour_diameters_cm"] = inputs["tumour_diameters_cm"]
    known["macrovascular_invasion"] = inputs["vascular"] is not None
    assessment = hcc.assess(known)
    assert assessment["albi"].value == pytest.approx(expected["albi"], abs=5e-5)
    assert assessment["albi"].grades == {
        "albi_grade": str(expected["albi_grade"]),
        "malbi_grade": expected["malbi"],
    }
    child_pugh = assessment["child_pugh"]
    assert [child_pugh.value, child_pugh.grade] == expected["child_pugh"]
    assert assessment["bclc_2022"].grade == expected["bclc"]
    assert assessment["milan"].grade == ("in" if expected["milan"] else "out")
