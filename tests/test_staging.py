from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.variables import VARIABLES
from tests.patients import patients, values

EARLY: dict[str, Any] = {
    "tumour_diameters_cm": [3.0],
    "macrovascular_invasion": False,
    "extrahepatic_spread": False,
    "ecog": 0,
    "liver": "preserved",
}
HEALTHY_LIVER = {
    "bilirubin_umol_l": 12,
    "albumin_g_l": 42,
    "inr": 1.0,
    "ascites": "none",
    "encephalopathy_grade": 0,
}


def stage(**changes: Any) -> Any:
    return hcc.BCLC_2022.decide({**EARLY, **changes}).outcome


@pytest.mark.parametrize(
    ("diameters", "expected"),
    [
        ([2.0], "0"),
        ([2.1], "A"),
        ([5.1], "A"),
        ([8.0], "A"),
        ([15.0], "A"),
        ([2.0, 1.0], "A"),
        ([3.0, 3.0, 3.0], "A"),
        ([3.1, 1.0], "B"),
        ([3.1, 1.0, 1.0], "B"),
        ([1.0] * 4, "B"),
    ],
)
def test_size_and_number_decide_between_0_a_and_b(diameters: list[float], expected: str) -> None:
    assert stage(tumour_diameters_cm=diameters) == expected


@pytest.mark.parametrize(("ecog", "expected"), [(0, "A"), (1, "C"), (2, "C"), (3, "D"), (4, "D")])
def test_performance_counts_only_if_the_tumour_lowered_it(ecog: int, expected: str) -> None:
    assert stage(ecog=ecog) == expected
    assert stage(ecog=ecog, ecog_tumour_related=False) == "A"


def test_the_higher_stage_wins() -> None:
    assert stage(macrovascular_invasion=True, ecog=3) == "D"
    assert stage(extrahepatic_spread=True, tumour_diameters_cm=[1.0] * 4) == "C"
    assert stage(liver="end_stage", macrovascular_invasion=True) == "D"


def test_an_end_stage_liver_is_d_unless_it_can_be_replaced() -> None:
    assert stage(liver="end_stage") == "D"
    assert stage(liver="end_stage", transplantable=True) == "A"
    assert stage(liver="end_stage", transplantable=None) is None


def test_child_pugh_b_is_not_d_but_carries_a_remark() -> None:
    patient = {k: v for k, v in EARLY.items() if k != "liver"}
    impaired = {**HEALTHY_LIVER, "ascites": "mild", "albumin_g_l": 30}
    result = hcc.assess({**patient, **impaired})
    assert result["child_pugh"].grade == "B"
    assert result["bclc_2022"].grade == "A"
    assert result["bclc_2022"].flags == ("liver_not_preserved",)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({}, "preserved"),
        ({"bilirubin_umol_l": 34.2}, "preserved"),
        ({"bilirubin_umol_l": 34.3}, "impaired"),
        ({"ascites": "mild"}, "impaired"),
        ({"encephalopathy_grade": 1}, "impaired"),
        (
            {"bilirubin_umol_l": 60, "albumin_g_l": 25, "ascites": "moderate_severe"},
            "end_stage",
        ),
    ],
)
def test_liver_reserve_is_derived_from_the_findings(findings: Any, expected: str) -> None:
    assert hcc.LIVER_RESERVE.decide({**HEALTHY_LIVER, **findings}).outcome == expected


def test_missing_is_not_normal() -> None:
    unknown_vessels = hcc.BCLC_2022.decide({**EARLY, "macrovascular_invasion": None})
    assert unknown_vessels.outcome is None
    assert unknown_vessels.possible == ("C", "A")
    assert unknown_vessels.needs == ("macrovascular_invasion",)
    blank = hcc.BCLC_2022.decide({})
    assert blank.outcome is None
    assert set(blank.possible) == set(hcc.BCLC_2022.outcomes)


def test_an_unknown_that_cannot_matter_does_not_hold_up_the_stage() -> None:
    assert stage(extrahepatic_spread=True, macrovascular_invasion=None) == "C"
    assert stage(ecog=4, macrovascular_invasion=None, liver=None) == "D"


ORDER = ("0", "A", "B", "C", "D")
BCLC_NAMES = (
    "tumour_count",
    "largest_tumour_cm",
    "macrovascular_invasion",
    "extrahepatic_spread",
    "ecog",
    "liver",
)


@settings(max_examples=300, deadline=None)
@given(patient=patients(BCLC_NAMES, gaps=False), data=st.data())
def test_worse_findings_never_give_a_better_bclc_stage(
    patient: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(BCLC_NAMES))
    variable = VARIABLES[name]
    other = data.draw(values(variable))
    better, worse = sorted((patient[name], other), key=_severity(variable))
    stages = [hcc.BCLC_2022.decide({**patient, name: value}).outcome for value in (better, worse)]
    assert ORDER.index(stages[0]) <= ORDER.index(stages[1])


def _severity(variable: Any) -> Any:
    return variable.choices.index if variable.kind == "choice" else float


@pytest.mark.parametrize(
    ("diameters", "expected"),
    [([5.0], "in"), ([5.1], "out"), ([3.0] * 3, "in"), ([3.1, 2.0], "out"), ([1.0] * 4, "out")],
)
def test_milan_limits_are_closed(diameters: list[float], expected: str) -> None:
    confined = {"macrovascular_invasion": False, "extrahepatic_spread": False}
    assert hcc.milan(tumour_diameters_cm=diameters, **confined).grade == expected


@settings(max_examples=200, deadline=None)
@given(patient=patients(BCLC_NAMES[:4], gaps=False), data=st.data())
def test_milan_shrinks_as_findings_worsen(patient: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(BCLC_NAMES[:4]))
    better, worse = sorted((patient[name], data.draw(values(VARIABLES[name]))))
    if hcc.MILAN.decide({**patient, name: worse}).outcome == "in":
        assert hcc.MILAN.decide({**patient, name: better}).outcome == "in"


def test_milan_cannot_be_decided_without_the_vessels_but_can_be_refused() -> None:
    assert hcc.milan(tumour_diameters_cm=[2.0], extrahepatic_spread=False).grade is None
    assert hcc.milan(tumour_diameters_cm=[6.0]).grade == "out"
