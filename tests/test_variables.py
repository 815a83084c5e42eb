from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from hcclab.intake import Patient, read_diameters
from hcclab.measurement import Variable
from hcclab.variables import VARIABLES, albumin_g_l, nearest, platelets_1e9_l

NUMBERS = [v for v in VARIABLES.values() if v.kind in ("number", "integer")]


@pytest.mark.parametrize("variable", VARIABLES.values(), ids=VARIABLES)
def test_every_variable_is_fully_described(variable: Variable) -> None:
    assert variable.label and variable.meaning.endswith(".")
    if variable.kind in ("number", "integer"):
        low, high = variable.usual
        assert variable.hard[0] <= low < high <= variable.hard[1]
        assert math.isfinite(variable.hard[1])
        assert variable.step > 0
    if variable.kind == "choice":
        assert len(set(variable.choices)) == len(variable.choices) > 1


@pytest.mark.parametrize("variable", NUMBERS, ids=[v.name for v in NUMBERS])
def test_hard_limits_are_included_and_nothing_beyond(variable: Variable) -> None:
    low, high = variable.hard
    limits = "-".join(f"{Decimal(str(limit)).normalize():f}" for limit in (low, high))
    assert variable.read(low) == low
    assert variable.read(str(high)) == high
    for beyond in (low - variable.step, high + variable.step, math.inf, -math.inf):
        with pytest.raises(ValueError) as caught:
            variable.read(beyond)
        assert str(caught.value).startswith(f"{variable.name}={beyond} outside {limits}")
        assert "e+" not in variable.accepts and "e+" not in limits


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("albumin_g_l", 3.8, "albumin_g_l=3.8 outside 10-65, looks like g/dL"),
        ("albumin_g_dl", 38, "albumin_g_dl=38 outside 1-6.5, looks like g/L"),
        ("bilirubin_umol_l", 0.5, "bilirubin_umol_l=0.5 outside 1-1000, looks like mg/dL"),
        ("bilirubin_mg_dl", 120, "bilirubin_mg_dl=120 outside 0.06-60, looks like µmol/L"),
        (
            "platelets_1e9_l",
            99000,
            "platelets_1e9_l=99000 outside 1-2000, looks like a count per µL",
        ),
        ("inr", 21, "inr=21 outside 0.5-20, looks like a prothrombin time in seconds"),
        ("largest_tumour_cm", 45, "largest_tumour_cm=45 outside 0.1-30, looks like mm"),
        ("albumin_g_l", "3,8", "albumin_g_l=3,8 is not a number, looks like a decimal comma"),
        ("albumin_g_l", "high", "albumin_g_l=high is not a number"),
        ("albumin_g_l", "1_0", "albumin_g_l=1_0 is not a number"),
        ("albumin_g_l", True, "albumin_g_l=True is not a number"),
        ("ecog", 1.5, "ecog=1.5 is not a whole number"),
        ("ecog", 5, "ecog=5 outside 0-4"),
        ("ecog", 10**400, f"ecog=1{59 * '0'}… outside 0-4"),
        ("tumour_count", 0, "tumour_count=0 outside 1-100"),
        ("ascites", 1, "ascites=1 is not one of none, mild, moderate_severe"),
        ("transplantable", "maybe", "transplantable=maybe is not yes or no"),
    ],
)
def test_a_bad_value_is_named_with_its_range_and_likely_cause(
    name: str, raw: Any, message: str
) -> None:
    with pytest.raises(ValueError) as caught:
        VARIABLES[name].read(raw)
    assert str(caught.value) == message


@pytest.mark.parametrize("raw", [None, "", "  ", "NA", "nan", float("nan")])
def test_a_blank_is_unknown_and_never_a_value(raw: Any) -> None:
    assert all(variable.read(raw) is None for variable in VARIABLES.values())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("true", True),
        ("Yes", True),
        (1, True),
        (1.0, True),
        ("0", False),
        ("NO", False),
        (False, False),
    ],
)
def test_yes_and_no_are_read_in_every_usual_spelling(raw: Any, expected: bool) -> None:
    assert VARIABLES["transplantable"].read(raw) is expected


def test_none_is_a_grade_of_ascites() -> None:
    assert VARIABLES["ascites"].read("none") == "none"
    assert VARIABLES["ascites"].read("Moderate-severe") == "moderate_severe"


def test_a_misspelt_field_is_refused_so_that_no_default_stands_in_for_it() -> None:
    with pytest.raises(ValueError, match="did you mean ecog_tumour_related"):
        Patient.read({"ecog_tumor_related": False})
    assert nearest("Albumin") == ("albumin_g_l", "albumin_g_dl")


def test_every_problem_of_a_patient_is_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"albumin_g_l=3\.8 .*; ecog=7 outside"):
        Patient.read({"albumin_g_l": 3.8, "ecog": 7})


def test_two_units_that_disagree_leave_the_quantity_unknown() -> None:
    patient = Patient.read_leniently({"bilirubin_umol_l": 20, "bilirubin_mg_dl": 5})
    assert patient["bilirubin_umol_l"] is None and patient["bilirubin_mg_dl"] is None
    assert (
        patient.problems["bilirubin_mg_dl"] == "bilirubin_umol_l=20 and bilirubin_mg_dl=5 disagree"
    )
    assert Patient.read({"bilirubin_umol_l": 20, "bilirubin_mg_dl": 1.2}).problems == {}


def test_unusual_values_are_kept_and_pointed_out() -> None:
    patient = Patient.read({"bilirubin_umol_l": 1.2, "direct_bilirubin_mg_dl": 0.9})
    assert patient["bilirubin_umol_l"] == 1.2
    assert patient.checks == [
        "bilirubin_umol_l=1.2 outside the usual 3-500, looks like mg/dL",
        "direct_bilirubin_mg_dl=0.9 above total bilirubin",
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("4.5;2.0", [4.5, 2.0]),
        (" 4.5 ; 2 ", [4.5, 2.0]),
        ([3, 1], [3.0, 1.0]),
        (2.5, [2.5]),
        ("", None),
    ],
)
def test_diameters_are_read(raw: Any, expected: Any) -> None:
    assert read_diameters(raw) == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("4.5;two", "tumour_diameters_cm=4.5;two: two is not a diameter in cm"),
        ("4.5;", "tumour_diameters_cm=4.5;: an empty entry is not a diameter in cm"),
        ("45;20", "tumour_diameters_cm=45;20: 45 outside 0.1-30, looks like mm"),
        ([0.05], "tumour_diameters_cm=0.05: 0.05 outside 0.1-30"),
        ([], "tumour_diameters_cm=: 0 tumours, outside 1-100"),
    ],
)
def test_a_bad_diameter_is_named(raw: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_diameters(raw)
    assert str(caught.value) == message


def test_a_list_of_tumours_must_agree_with_their_number() -> None:
    patient = Patient.read_leniently({"tumour_diameters_cm": "4.5;2.0", "tumour_count": 5})
    assert patient["tumour_count"] is None and patient["largest_tumour_cm"] is None
    assert patient.problems["tumour_count"] == (
        "tumour_diameters_cm=4.5;2.0 and tumour_count=5 disagree"
    )


def test_a_unit_that_is_a_power_of_ten_is_multiplied() -> None:
    assert platelets_1e9_l.show(165) == "165 × 10⁹/L"
    assert platelets_1e9_l.show(None) == "unknown 10⁹/L"
    assert albumin_g_l.show(38) == "38.0 g/L"
