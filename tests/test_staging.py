from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.registry import find_system
from hcclab.variables import VARIABLES
from tests.monotone import assert_worse_never_better
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
    ("changes", "flags"),
    [
        ({}, ()),
        ({"ecog_tumour_related": False}, ()),
        ({"ecog": 1}, ()),
        ({"ecog": 1, "ecog_tumour_related": False}, ("ps_not_tumour_related",)),
        ({"transplantable": True}, ()),
        ({"liver": "end_stage"}, ()),
        ({"liver": "end_stage", "transplantable": True}, ("transplant_pathway",)),
    ],
)
def test_bclc_remarks_on_those_whom_they_concern(changes: Any, flags: tuple[str, ...]) -> None:
    assert hcc.bclc_2022(**{**EARLY, **changes}).flags == flags


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({}, "preserved"),
        ({"bilirubin_umol_l": 34.2}, "preserved"),
        ({"bilirubin_umol_l": 34.3}, "impaired"),
        ({"bilirubin_umol_l": None, "bilirubin_mg_dl": 2.0}, "preserved"),
        ({"bilirubin_umol_l": None, "bilirubin_mg_dl": 2.1}, "impaired"),
        ({"bilirubin_umol_l": 34.2, "albumin_g_l": 25, "inr": 2.4}, "end_stage"),
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


@settings(max_examples=150, deadline=None)
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


@settings(max_examples=100, deadline=None)
@given(patient=patients(BCLC_NAMES[:4], gaps=False), data=st.data())
def test_milan_shrinks_as_findings_worsen(patient: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(BCLC_NAMES[:4]))
    better, worse = sorted((patient[name], data.draw(values(VARIABLES[name]))))
    if hcc.MILAN.decide({**patient, name: worse}).outcome == "in":
        assert hcc.MILAN.decide({**patient, name: better}).outcome == "in"


def test_milan_cannot_be_decided_without_the_vessels_but_can_be_refused() -> None:
    assert hcc.milan(tumour_diameters_cm=[2.0], extrahepatic_spread=False).grade is None
    assert hcc.milan(tumour_diameters_cm=[6.0]).grade == "out"


# What one entry changes, from a patient who is well except for the tumour -----------------------

WELL: dict[str, Any] = {
    "tumour_diameters_cm": [2.0],
    "macrovascular_invasion": False,
    "extrahepatic_spread": False,
    "ecog": 0,
    "child_pugh_class": "A",
    "child_pugh_score": 5,
    "afp_ng_ml": 10,
    "albi_grade": "1",
    "liver_involvement_percent": 10,
}


def result(key: str, **changes: Any) -> Any:
    """Assess the patient; a change to `...` leaves the finding out."""
    findings = {name: value for name, value in (WELL | changes).items() if value is not ...}
    return getattr(hcc, key).assess(findings)


def grade(key: str, **changes: Any) -> Any:
    return result(key, **changes).grade


def score(key: str, **changes: Any) -> Any:
    return result(key, **changes).value


def sizes(*diameters: float) -> dict[str, Any]:
    return {"tumour_diameters_cm": list(diameters)}


# Performance status ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ecog", "expected"), [(0, "any"), (1, "C or D"), (2, "C or D"), (3, "D"), (4, "D")]
)
def test_what_performance_means_for_bclc(ecog: int, expected: str) -> None:
    found = hcc.performance_status(ecog=ecog)
    assert found.grade == expected
    assert found.flags == (f"ps_{ecog}",)
    assert hcc.performance_status(ecog=ecog, ecog_tumour_related=False).grade == "any"


def test_performance_needs_its_cause_only_where_it_is_lost() -> None:
    assert hcc.performance_status(ecog=0, ecog_tumour_related=None).grade == "any"
    unsure = hcc.performance_status(ecog=3, ecog_tumour_related=None)
    assert unsure.grade is None and unsure.missing == ("ecog_tumour_related",)
    with pytest.raises(ValueError, match="ecog=5 outside 0-4"):
        hcc.performance_status(ecog=5)


@pytest.mark.parametrize(
    ("ecog", "words"),
    [
        (0, "no restriction"),
        (1, "light work"),
        (2, "cannot work; up and about more than half"),
        (3, "in bed or chair more than half"),
        (4, "completely disabled"),
    ],
)
def test_each_grade_of_performance_is_put_into_words(ecog: int, words: str) -> None:
    assert words in str(hcc.performance_status(ecog=ecog))


# Words that are no staging system ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("aasld", "uses BCLC"),
        ("EASL", "uses BCLC"),
        ("nhc", "CNLC"),
        ("CSCO", "uses CNLC"),
        ("WHO", "performance status.*histology"),
    ],
)
def test_what_is_no_staging_system_is_explained(word: str, answer: str) -> None:
    with pytest.raises(ValueError, match=answer):
        find_system(word)


# Strata of BCLC B -----------------------------------------------------------------------------

B: dict[str, Any] = {
    "bclc": "B",
    "extended_transplant_criteria": False,
    "tumour_pattern": "well_defined",
    "selective_access": True,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "TACE"),
        ({"extended_transplant_criteria": True}, "transplant"),
        ({"extended_transplant_criteria": True, "tumour_pattern": "diffuse"}, "transplant"),
        ({"tumour_pattern": "diffuse"}, "systemic"),
        ({"selective_access": False}, "systemic"),
        ({"bclc": "A"}, "not applicable"),
        ({"bclc": "C", "extended_transplant_criteria": True}, "not applicable"),
        ({"extended_transplant_criteria": None}, None),
        ({"selective_access": None}, None),
        ({"tumour_pattern": "diffuse", "selective_access": None}, "systemic"),
        ({"bclc": "A", "extended_transplant_criteria": None}, "not applicable"),
    ],
)
def test_stratum_of_stage_b(changes: dict[str, Any], expected: str | None) -> None:
    assert hcc.bclc_b_stratum(**B | changes).grade == expected


def test_the_stratum_works_the_stage_out_where_it_is_not_stated() -> None:
    details = {name: value for name, value in B.items() if name != "bclc"} | {"liver": "preserved"}
    assert grade("bclc_b_stratum", **details, **sizes(3.1, 2)) == "TACE"
    assert grade("bclc_b_stratum", **details, **sizes(3, 2)) == "not applicable"
    missing = {"extended_transplant_criteria": ..., **sizes(3.1, 2)}
    assert result("bclc_b_stratum", **details | missing).missing == (
        "extended_transplant_criteria",
    )


# CNLC -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (sizes(4.9), "Ia"),
        (sizes(5), "Ia"),
        (sizes(5.1), "Ib"),
        (sizes(2.9, 2), "Ib"),
        (sizes(3, 3, 3), "Ib"),
        (sizes(3.1, 2), "IIa"),
        (sizes(9, 1, 1), "IIa"),
        (sizes(1, 1, 1, 1), "IIb"),
        ({"macrovascular_invasion": True, **sizes(1, 1, 1, 1)}, "IIIa"),
        ({"extrahepatic_spread": True}, "IIIb"),
        ({"extrahepatic_spread": True, "macrovascular_invasion": True}, "IIIb"),
        ({"extrahepatic_spread": True, "ecog": 3}, "IV"),
        ({"ecog": 2, "child_pugh_class": "B"}, "Ia"),
        ({"ecog": 3}, "IV"),
        ({"child_pugh_class": "C"}, "IV"),
        ({"child_pugh_class": None}, None),
        ({"child_pugh_class": None, "ecog": 4}, "IV"),
        ({"macrovascular_invasion": None, "child_pugh_class": "C"}, "IV"),
        ({"macrovascular_invasion": None, "extrahepatic_spread": True}, "IIIb"),
        ({"tumour_diameters_cm": None, "macrovascular_invasion": True}, "IIIa"),
        ({"tumour_diameters_cm": ..., "tumour_count": 4}, "IIb"),
        ({"tumour_diameters_cm": ..., "tumour_count": 3}, None),
    ],
)
def test_cnlc(changes: dict[str, Any], expected: str | None) -> None:
    assert grade("cnlc", **changes) == expected


def test_cnlc_says_where_performance_would_count_in_bclc() -> None:
    flagged = [ecog for ecog in range(5) if result("cnlc", ecog=ecog).flags]
    assert flagged == [1, 2]


def test_cnlc_keeps_what_is_open_and_asks_for_it() -> None:
    open_vessels = result("cnlc", macrovascular_invasion=None)
    assert open_vessels.possible == ("IIIa", "Ia")
    assert open_vessels.missing == ("macrovascular_invasion",)


# AJCC 8 ---------------------------------------------------------------------------------------

NONE_FOUND: dict[str, Any] = {
    "vascular_invasion": "none",
    "adjacent_organ": False,
    "perforated_visceral_peritoneum": False,
    "n": False,
    "m": False,
}


@pytest.mark.parametrize(
    ("changes", "category", "stage"),
    [
        (sizes(1.9), "T1a", "IA"),
        (sizes(2), "T1a", "IA"),
        (sizes(2) | {"vascular_invasion": "minor"}, "T1a", "IA"),
        (sizes(2.1), "T1b", "IB"),
        (sizes(15), "T1b", "IB"),
        (sizes(2.1) | {"vascular_invasion": "minor"}, "T2", "II"),
        (sizes(1, 1), "T2", "II"),
        (sizes(5, 1), "T2", "II"),
        (sizes(5.1, 1), "T3", "IIIA"),
        (sizes(5.1, 1) | {"vascular_invasion": "minor"}, "T3", "IIIA"),
        (sizes(1) | {"vascular_invasion": "major"}, "T4", "IIIB"),
        (sizes(1) | {"adjacent_organ": True}, "T4", "IIIB"),
        (sizes(1) | {"perforated_visceral_peritoneum": True}, "T4", "IIIB"),
        (sizes(4) | {"n": True}, "T1b", "IVA"),
        (sizes(4) | {"m": True}, "T1b", "IVB"),
        (sizes(4) | {"n": True, "m": True}, "T1b", "IVB"),
        (sizes(4) | {"vascular_invasion": None}, None, None),
        (sizes(2) | {"vascular_invasion": None}, None, None),
        (sizes(4) | {"vascular_invasion": None, "n": True}, None, "IVA"),
        (sizes(4) | {"n": None, "m": True}, "T1b", "IVB"),
        (sizes(4) | {"n": None}, "T1b", None),
    ],
)
def test_ajcc_8_as_stated(changes: dict[str, Any], category: Any, stage: Any) -> None:
    found = hcc.ajcc_8(**NONE_FOUND | changes)
    assert (found.values["ajcc_8_t"], found.grade) == (category, stage)


@pytest.mark.parametrize(
    ("changes", "possible", "missing"),
    [
        (sizes(8), ("IB",), ()),
        (sizes(8) | {"macrovascular_invasion": True}, ("IIIB", "II"), ("vascular_invasion",)),
        (sizes(2) | {"macrovascular_invasion": True}, ("IIIB", "IA"), ("vascular_invasion",)),
        ({"extrahepatic_spread": True, **NONE_FOUND, "n": ..., "m": ...}, ("IVB", "IVA"), ("m",)),
        ({"extrahepatic_spread": True, **NONE_FOUND, "n": ...}, ("IVA",), ()),
        ({"extrahepatic_spread": True, **NONE_FOUND, "n": False, "m": ...}, None, ("m",)),
    ],
)
def test_ajcc_8_from_the_general_findings(changes: Any, possible: Any, missing: Any) -> None:
    found = result("ajcc_8", **changes)
    assert possible is None or found.possible == possible
    assert found.missing == missing


@pytest.mark.parametrize("stated", ["adjacent_organ", "perforated_visceral_peritoneum"])
def test_growth_beyond_the_liver_is_asked_for_only_where_there_is_some(stated: str) -> None:
    others = {name: value for name, value in NONE_FOUND.items() if name != stated}
    assert grade("ajcc_8", **others) == "IA"
    spread = result("ajcc_8", **others, extrahepatic_spread=True)
    assert spread.grade is None and spread.missing == (stated,)


# Okuda ----------------------------------------------------------------------------------------

OKUDA_WELL: dict[str, Any] = {
    "liver_involvement_percent": 50,
    "ascites": "none",
    "albumin_g_dl": 3.0,
    "bilirubin_mg_dl": 3.0,
}


@pytest.mark.parametrize(
    ("changes", "points", "stage"),
    [
        ({}, 0, "I"),
        ({"liver_involvement_percent": 51}, 1, "II"),
        ({"ascites": "mild"}, 1, "II"),
        ({"ascites": "moderate_severe"}, 1, "II"),
        ({"albumin_g_dl": 2.9}, 1, "II"),
        ({"bilirubin_mg_dl": 3.1}, 1, "II"),
        ({"albumin_g_dl": None, "albumin_g_l": 30}, 0, "I"),
        ({"albumin_g_dl": None, "albumin_g_l": 29.9}, 1, "II"),
        ({"bilirubin_mg_dl": None, "bilirubin_umol_l": 51.3}, 0, "I"),
        ({"bilirubin_mg_dl": None, "bilirubin_umol_l": 51.4}, 1, "II"),
        ({"ascites": "mild", "albumin_g_dl": 2.9}, 2, "II"),
        ({"ascites": "mild", "albumin_g_dl": 2.9, "bilirubin_mg_dl": 3.1}, 3, "III"),
        ({"ascites": None}, None, None),
        ({"ascites": None, "albumin_g_dl": 2.9}, None, "II"),
    ],
)
def test_okuda(changes: dict[str, Any], points: int | None, stage: str | None) -> None:
    found = hcc.okuda(**OKUDA_WELL | changes)
    assert (found.value, found.grade) == (points, stage)


def test_okuda_bounds_what_it_cannot_add_up() -> None:
    found = hcc.okuda(**OKUDA_WELL | {"liver_involvement_percent": None, "ascites": "mild"})
    assert found.interval == (1, 2) and found.missing == ("liver_involvement_percent",)


# CLIP -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 0),
        ({"child_pugh_class": "B"}, 1),
        ({"child_pugh_class": "C"}, 2),
        ({"clip_morphology": "multi"}, 1),
        ({"clip_morphology": "massive"}, 2),
        (sizes(2, 2), 1),
        ({"liver_involvement_percent": 50}, 0),
        ({"liver_involvement_percent": 51}, 2),
        ({"liver_involvement_percent": 51, **sizes(2, 2)}, 2),
        ({"liver_involvement_percent": 51, "clip_morphology": "uni"}, 0),
        ({"afp_ng_ml": 399}, 0),
        ({"afp_ng_ml": 400}, 1),
        ({"portal_vein_thrombosis": True}, 1),
        ({"portal_vein_thrombosis": False, "macrovascular_invasion": True}, 0),
        ({"macrovascular_invasion": True}, None),
        ({"macrovascular_invasion": None}, None),
        ({"liver_involvement_percent": None}, None),
        ({"child_pugh_class": None}, None),
    ],
)
def test_clip(changes: dict[str, Any], expected: int | None) -> None:
    assert score("clip", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "bounds", "missing"),
    [
        ({"macrovascular_invasion": True}, (0, 1), ("portal_vein_thrombosis",)),
        ({"liver_involvement_percent": None}, (0, 2), ("liver_involvement_percent",)),
        ({"tumour_diameters_cm": None}, (0, 1), ("tumour_count",)),
        (
            {"child_pugh_class": ..., "bilirubin_umol_l": 20, "albumin_g_l": 30, "inr": 1.7}
            | {"ascites": "none", "encephalopathy_grade": None},
            (1, 1),
            (),
        ),
        (
            {"child_pugh_class": ..., "bilirubin_umol_l": 20, "albumin_g_l": 38, "inr": 1.2}
            | {"ascites": "none", "encephalopathy_grade": None},
            (0, 1),
            ("encephalopathy_grade",),
        ),
    ],
)
def test_clip_is_bounded_by_what_is_open(changes: Any, bounds: Any, missing: Any) -> None:
    found = result("clip", **changes)
    assert found.interval == bounds and found.missing == missing


# LCSGJ, JIS, ALBI-T ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "category", "stage"),
    [
        (sizes(2), "T1", "I"),
        (sizes(2.1), "T2", "II"),
        (sizes(2, 2), "T2", "II"),
        ({"vascular_or_bile_duct_invasion": True}, "T2", "II"),
        ({"macrovascular_invasion": True}, "T2", "II"),
        ({"macrovascular_invasion": True, "vascular_or_bile_duct_invasion": False}, "T1", "I"),
        (sizes(2.1, 2), "T3", "III"),
        (sizes(2.1, 2) | {"macrovascular_invasion": True}, "T4", "IVA"),
        ({"n": True}, "T1", "IVA"),
        ({"m": True}, "T1", "IVB"),
        ({"n": True, "m": True}, "T1", "IVB"),
        ({"extrahepatic_spread": True}, "T1", None),
        ({"extrahepatic_spread": True, "m": False}, "T1", "IVA"),
        ({"macrovascular_invasion": None}, None, None),
    ],
)
def test_lcsgj(changes: dict[str, Any], category: Any, stage: Any) -> None:
    found = result("lcsgj", **changes)
    assert (found.values["lcsgj_t"], found.grade) == (category, stage)


def test_lcsgj_asks_for_the_finding_under_its_own_name() -> None:
    bare = hcc.lcsgj(tumour_diameters_cm=[2.0], n=False, m=False)
    assert bare.missing == ("vascular_or_bile_duct_invasion",)
    assert bare.possible == ("II", "I")


@pytest.mark.parametrize(
    ("grade_name", "child_pugh", "albi", "points"),
    [("mild", "A", "1", 0), ("middle", "B", "2", 1), ("worst", "C", "3", 2)],
)
@pytest.mark.parametrize("stage", [1, 2, 3, 4])
def test_jis_and_albi_t_add_the_liver_to_the_japanese_stage(
    grade_name: str, child_pugh: str, albi: str, points: int, stage: int
) -> None:
    assert hcc.jis(child_pugh_class=child_pugh, lcsgj_stage=stage).value == points + stage - 1
    assert hcc.albi_t(albi_grade=albi, lcsgj_stage=stage).value == points + stage - 1


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        (sizes(2), 0),
        (sizes(2.1), 1),
        (sizes(2.1, 1), 2),
        (sizes(2.1, 1) | {"macrovascular_invasion": True}, 3),
        ({"n": True}, 3),
        ({"m": True}, 3),
    ],
)
def test_jis_works_the_stage_out_where_it_is_not_stated(
    changes: dict[str, Any], points: int
) -> None:
    assert score("jis", **changes) == score("albi_t", **changes) == points


def test_an_unknown_stage_bounds_jis() -> None:
    found = result("jis", tumour_diameters_cm=None)
    assert found.value is None and found.interval == (0, 2)
    assert found.missing == ("tumour_count", "largest_tumour_cm")
    known_liver = hcc.jis(child_pugh_class="B", lcsgj_stage=None)
    assert known_liver.interval == (1, 4)
    known_stage = hcc.jis(lcsgj_stage=4)
    assert known_stage.interval == (3, 5) and "child_pugh_class" in known_stage.missing
    assert hcc.albi_t(lcsgj_stage=4).interval == (3, 5)
    for sum_of_points, grade in ((hcc.jis, "child_pugh_class"), (hcc.albi_t, "albi_grade")):
        assert sum_of_points(lcsgj_stage=4, **{grade: None}).interval == (3, 5)


@pytest.mark.parametrize(("albumin", "points"), [(45, 0), (38, 1), (33, 2), (20, 3), (None, None)])
def test_malbi_t_ranks_the_four_modified_grades(albumin: float | None, points: int | None) -> None:
    # log10(20) = 1.30: the scores are −2.97, −2.37, −1.95 and −0.84.
    found = hcc.albi_t(bilirubin_umol_l=20, albumin_g_l=albumin, lcsgj_stage=1)
    assert found.values["malbi_t"] == points
    assert "Hiraoka 2016, modified" in {source.key for source in hcc.albi_t.sources}


# HKLC -----------------------------------------------------------------------------------------

WIDE = {"intrahepatic_vascular_invasion": True}
BEYOND = {"extrahepatic_vascular_invasion_or_metastasis": True}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (sizes(5, 5, 5), "early"),
        (sizes(5.1), "intermediate"),
        (sizes(5, 1, 1, 1), "intermediate"),
        (WIDE, "intermediate"),
        (sizes(5.1) | WIDE, "locally advanced"),
        (sizes(5.1, 1, 1, 1), "locally advanced"),
        (sizes(5, 1, 1, 1) | WIDE, "locally advanced"),
        (sizes(5, 1, 1) | WIDE, "intermediate"),
        (sizes(5.1, 1, 1), "intermediate"),
        ({"diffuse": True}, "locally advanced"),
        ({"diffuse": None}, None),
        ({"macrovascular_invasion": True}, None),
        ({"macrovascular_invasion": True, "intrahepatic_vascular_invasion": False}, "early"),
        (sizes(5.1, 1, 1, 1) | {"macrovascular_invasion": None}, "locally advanced"),
    ],
)
def test_hklc_tumour_status(changes: dict[str, Any], expected: str | None) -> None:
    assert result("hklc", **changes).values["hklc_tumour"] == expected


@pytest.mark.parametrize(
    ("changes", "a", "b", "c"),
    [
        ({}, "I", "IIa", "Va"),
        ({"ecog": 1}, "I", "IIa", "Va"),
        (sizes(5.1), "IIb", "IIIa", "Vb"),
        (sizes(5.1) | WIDE, "IIIb", "IIIb", "Vb"),
        (BEYOND, "IVa", "IVb", "Vb"),
        ({"extrahepatic_spread": True}, "IVa", "IVb", "Vb"),
        (sizes(5.1) | BEYOND, "IVa", "IVb", "Vb"),
        (sizes(5.1) | WIDE | BEYOND, "IVa", "IVb", "Vb"),
        ({"ecog": 2}, "Va", "Va", "Va"),
        ({"ecog": 2, **sizes(5.1)}, "Vb", "Vb", "Vb"),
        ({"ecog": 2, **BEYOND}, "Vb", "Vb", "Vb"),
        ({"macrovascular_invasion": True, **WIDE}, None, None, "Vb"),
        ({"ecog": None}, None, None, "Va"),
        ({"ecog": None, **BEYOND}, None, None, "Vb"),
    ],
)
def test_hklc_stage_by_child_pugh_class(changes: Any, a: Any, b: Any, c: Any) -> None:
    stages = [grade("hklc", **changes, child_pugh_class=letter) for letter in "ABC"]
    assert stages == [a, b, c]


def test_hklc_asks_which_vein_is_invaded() -> None:
    found = result("hklc", macrovascular_invasion=True)
    assert found.missing == (
        "extrahepatic_vascular_invasion_or_metastasis",
        "intrahepatic_vascular_invasion",
    )


def test_hklc_names_no_stage_that_no_liver_would_give() -> None:
    unread = result("hklc", child_pugh_class=None)
    assert unread.possible == ("Va", "Vb", "I", "IIa")
    assert unread.missing == ("child_pugh_class",)


def test_hklc_takes_counted_tumours_as_not_diffuse() -> None:
    assert "diffuse" in hcc.hklc().missing
    uncounted = result("hklc", tumour_diameters_cm=None)
    assert uncounted.grade is None and "diffuse" not in uncounted.missing
    assert grade("hklc", diffuse=True) == "IIIb"


def test_hklc_shows_that_it_is_from_memory() -> None:
    assert "[from memory]" in str(result("hklc"))


# ITA.LI.CA ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (sizes(2), "0"),
        (sizes(2.1), "A"),
        (sizes(5), "A"),
        (sizes(1, 1), "A"),
        (sizes(3, 3, 3), "A"),
        (sizes(5.1), "B1"),
        (sizes(15), "B1"),
        (sizes(3.1, 3), "B1"),
        (sizes(5, 2, 2), "B1"),
        (sizes(5.1, 2), "B2"),
        (sizes(5.1, 1, 1), "B2"),
        (sizes(1, 1, 1, 1), "B2"),
        (sizes(5, 1, 1, 1), "B2"),
        (sizes(5.1, 1, 1, 1), "B3"),
        ({"vascular_invasion_or_metastasis": "intrahepatic"}, "B3"),
        ({"vascular_invasion_or_metastasis": "extrahepatic"}, "C"),
        ({"vascular_invasion_or_metastasis": "none", "extrahepatic_spread": True}, "0"),
        ({"extrahepatic_spread": True}, "C"),
        ({"extrahepatic_spread": True, "macrovascular_invasion": True}, "C"),
        ({"macrovascular_invasion": True}, None),
        ({"vascular_invasion_or_metastasis": None}, None),
        ({"tumour_diameters_cm": None, "extrahepatic_spread": True}, "C"),
    ],
)
def test_ita_li_ca_tumour_stage(changes: dict[str, Any], expected: str | None) -> None:
    assert grade("ita_li_ca_tumour", **changes) == expected


def test_ita_li_ca_knows_at_least_b3_where_a_vein_is_invaded() -> None:
    found = result("ita_li_ca_tumour", macrovascular_invasion=True)
    assert found.possible == ("C", "B3")
    assert found.missing == ("vascular_invasion_or_metastasis",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        *(
            ({"ita_li_ca_tumour_stage": stage}, i)
            for i, stage in enumerate(["0", "A", "B1", "B2", "B3", "C"])
        ),
        *(({"child_pugh_score": n}, i) for n, i in ((5, 0), (6, 1), (7, 1), (8, 2), (9, 2))),
        *(({"child_pugh_score": n}, 3) for n in (10, 15)),
        *(({"ecog": n}, i) for n, i in enumerate((0, 1, 1, 3, 3))),
        ({"afp_ng_ml": 1000}, 0),
        ({"afp_ng_ml": 1001}, 2),
        (sizes(5.1), 2),
        (sizes(5.1, 1, 1, 1), 4),
        ({"extrahepatic_spread": True}, 5),
        ({"afp_ng_ml": None}, None),
    ],
)
def test_ita_li_ca_score(changes: dict[str, Any], expected: int | None) -> None:
    assert score("ita_li_ca", **changes) == expected


@pytest.mark.parametrize(
    ("tumour", "child_pugh", "points", "quartile"),
    [
        ("A", 5, 1, "1"),
        ("B1", 5, 2, "2"),
        ("B2", 5, 3, "2"),
        ("B3", 5, 4, "3"),
        ("C", 5, 5, "3"),
        ("C", 6, 6, "4"),
    ],
)
def test_ita_li_ca_quartiles(tumour: str, child_pugh: int, points: int, quartile: str) -> None:
    found = result("ita_li_ca", ita_li_ca_tumour_stage=tumour, child_pugh_score=child_pugh)
    assert (found.value, found.grade) == (points, quartile)


def test_an_unknown_size_bounds_ita_li_ca() -> None:
    found = result("ita_li_ca", tumour_diameters_cm=..., tumour_count=1)
    assert found.interval == (0, 2) and found.missing == ("largest_tumour_cm",)
    assert result("ita_li_ca", afp_ng_ml=None).interval == (0, 2)


# Laws -----------------------------------------------------------------------------------------

TUMOURS = {"tumour_count": 1, "largest_tumour_cm": 1}


@pytest.mark.parametrize(
    ("table", "order", "worse"),
    [
        ("PERFORMANCE_STATUS", ("any", "C or D", "D"), {"ecog": 1, "ecog_tumour_related": 1}),
        (
            "CNLC",
            ("Ia", "Ib", "IIa", "IIb", "IIIa", "IIIb", "IV"),
            TUMOURS
            | {"macrovascular_invasion": 1, "extrahepatic_spread": 1}
            | {"ecog": 1, "child_pugh_class": 1},
        ),
        (
            "AJCC_8_T",
            ("T1a", "T1b", "T2", "T3", "T4"),
            TUMOURS
            | {"vascular_invasion": 1, "adjacent_organ": 1, "perforated_visceral_peritoneum": 1},
        ),
        (
            "AJCC_8",
            ("IA", "IB", "II", "IIIA", "IIIB", "IVA", "IVB"),
            TUMOURS | {"vascular_invasion": 1, "adjacent_organ": 1, "n": 1, "m": 1},
        ),
        (
            "OKUDA",
            ("I", "II", "III"),
            {"liver_involvement_percent": 1, "ascites": 1}
            | {"albumin_g_dl": -1, "albumin_g_l": -1}
            | {"bilirubin_mg_dl": 1, "bilirubin_umol_l": 1},
        ),
        (
            "LCSGJ",
            ("I", "II", "III", "IVA", "IVB"),
            TUMOURS | {"vascular_or_bile_duct_invasion": 1, "n": 1, "m": 1},
        ),
        (
            "HKLC_TUMOUR",
            ("early", "intermediate", "locally advanced"),
            TUMOURS | {"intrahepatic_vascular_invasion": 1, "diffuse": 1},
        ),
        (
            "HKLC",
            ("I", "IIa", "IIb", "IIIa", "IIIb", "IVa", "IVb", "Va", "Vb"),
            TUMOURS
            | {"intrahepatic_vascular_invasion": 1, "diffuse": 1, "ecog": 1, "child_pugh_class": 1}
            | {"extrahepatic_vascular_invasion_or_metastasis": 1},
        ),
        (
            "ITA_LI_CA_TUMOUR",
            ("0", "A", "B1", "B2", "B3", "C"),
            TUMOURS | {"vascular_invasion_or_metastasis": 1},
        ),
        (
            "ITA_LI_CA_QUARTILE",
            ("1", "2", "3", "4"),
            {"ita_li_ca_tumour_stage": 1, "child_pugh_score": 1, "ecog": 1, "afp_ng_ml": 1},
        ),
    ],
)
def test_who_is_worse_off_is_never_staged_better(table: str, order: Any, worse: Any) -> None:
    assert_worse_never_better(getattr(hcc, table), order, worse)


@pytest.mark.parametrize("key", ["clip", "jis", "albi_t"])
def test_every_item_of_a_sum_rises_as_findings_worsen(key: str) -> None:
    falling = {"albumin_g_dl", "albumin_g_l"}
    for item in getattr(hcc, key).score.items:
        worse = {name: -1 if name in falling else 1 for name in item.names}
        assert_worse_never_better(item, sorted(item.outcomes), worse)
