from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from tests.libraries import assert_same_in_every_library
from tests.monotone import assert_worse_never_better

NORMAL: dict[str, Any] = {
    "bilirubin_mg_dl": 1.0,
    "albumin_g_dl": 4.0,
    "inr": 1.0,
    "ascites": "none",
    "encephalopathy_grade": 0,
}
bilirubins = st.floats(1, 1000)
albumins = st.floats(10, 65)


def test_the_score_is_the_papers_formula_for_numbers_and_arrays() -> None:
    assert hcc.albi_score(20, 38) == pytest.approx(-2.3713, abs=5e-5)
    assert hcc.albi_score(100, 40) == pytest.approx(0.66 * 2 - 0.085 * 40)
    several = hcc.albi_score(np.array([20.0, 10.0]), np.array([38.0, 45.0]))
    assert several == pytest.approx([-2.3713, -3.1650], abs=5e-5)


@pytest.mark.parametrize(
    ("score", "grade", "modified"),
    [
        (-2.6001, "1", "1"),
        (-2.60, "1", "1"),
        (-2.5999, "2", "2a"),
        (-2.2701, "2", "2a"),
        (-2.27, "2", "2a"),
        (-2.2699, "2", "2b"),
        (-1.3901, "2", "2b"),
        (-1.39, "2", "2b"),
        (-1.3899, "3", "3"),
    ],
)
def test_grades_on_both_sides_and_on_the_edge(score: float, grade: str, modified: str) -> None:
    result = hcc.albi(bilirubin_umol_l=10, albumin_g_l=(0.66 - score) / 0.085)
    assert result.value == pytest.approx(score)
    assert result.grade == grade
    assert result.grades["malbi_grade"] == modified


def test_a_score_that_prints_as_the_limit_is_graded_by_its_true_value() -> None:
    result = hcc.albi(bilirubin_umol_l=16.416, albumin_g_l=40)
    assert f"{result.value:.2f}" == "-2.60"
    assert result.grade == "2"


@settings(max_examples=100, deadline=None)
@given(bilirubin=st.floats(2, 1000), albumin=albumins)
def test_units_agree(bilirubin: float, albumin: float) -> None:
    metric = hcc.albi(bilirubin_umol_l=bilirubin, albumin_g_l=albumin)
    us = hcc.albi(bilirubin_mg_dl=bilirubin / 17.1, albumin_g_dl=albumin / 10)
    assert us.value == pytest.approx(metric.value, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(one=bilirubins, other=bilirubins, albumin=albumins)
def test_more_bilirubin_never_improves_albi(one: float, other: float, albumin: float) -> None:
    less, more = sorted((one, other))
    better = hcc.albi(bilirubin_umol_l=less, albumin_g_l=albumin)
    worse = hcc.albi(bilirubin_umol_l=more, albumin_g_l=albumin)
    assert better.value <= worse.value
    assert better.grade <= worse.grade
    assert better.grades["malbi_grade"] <= worse.grades["malbi_grade"]


@settings(max_examples=100, deadline=None)
@given(bilirubin=bilirubins, one=albumins, other=albumins)
def test_more_albumin_never_worsens_albi(bilirubin: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    worse = hcc.albi(bilirubin_umol_l=bilirubin, albumin_g_l=less)
    better = hcc.albi(bilirubin_umol_l=bilirubin, albumin_g_l=more)
    assert better.grade <= worse.grade


def test_the_result_carries_its_source_confidence_inputs_and_a_rich_display() -> None:
    result = hcc.albi(bilirubin_umol_l=20, albumin_g_l=38)
    assert result.source.doi == "10.1200/JCO.2014.57.9151"
    assert result.source.confidence == "verified twice"
    assert result.inputs["bilirubin_umol_l"] == 20
    html = result._repr_html_()
    assert "not for patient care" in html
    assert "https://doi.org/10.1200/JCO.2014.57.9151" in html
    assert repr(result) == "<ALBI score −2.37; ALBI grade 2; modified ALBI grade 2a>"


@pytest.mark.parametrize(
    ("item", "limits"),
    [
        ("bilirubin_mg_dl", [(1.99, 1), (2.0, 2), (3.0, 2), (3.01, 3)]),
        ("bilirubin_umol_l", [(33.9, 1), (34, 2), (51, 2), (51.1, 3)]),
        ("albumin_g_dl", [(3.51, 1), (3.5, 2), (2.8, 2), (2.79, 3)]),
        ("albumin_g_l", [(35.1, 1), (35, 2), (28, 2), (27.9, 3)]),
        ("inr", [(1.69, 1), (1.7, 2), (2.3, 2), (2.31, 3)]),
        ("pt_prolongation_s", [(3.9, 1), (4, 2), (6, 2), (6.1, 3)]),
        ("ascites", [("none", 1), ("mild", 2), ("moderate_severe", 3)]),
        ("encephalopathy_grade", [(0, 1), (1, 2), (2, 2), (3, 3), (4, 3)]),
    ],
)
def test_child_pugh_points_on_both_sides_and_on_the_edge(item: str, limits: Any) -> None:
    rivals = {"bilirubin_umol_l": "bilirubin_mg_dl", "albumin_g_l": "albumin_g_dl"}
    rivals["pt_prolongation_s"] = "inr"
    others = {k: v for k, v in NORMAL.items() if k not in (item, rivals.get(item))}
    for value, points in limits:
        assert hcc.child_pugh(**others, **{item: value}).value == 4 + points, value


@pytest.mark.parametrize(
    ("unit", "limits"),
    [
        ("bilirubin_mg_dl", [(3.99, 1), (4, 2), (10, 2), (10.1, 3)]),
        ("bilirubin_umol_l", [(67.9, 1), (68, 2), (170, 2), (170.1, 3)]),
    ],
)
def test_cholestatic_disease_has_its_own_bilirubin_limits(unit: str, limits: Any) -> None:
    others = {k: v for k, v in NORMAL.items() if k != "bilirubin_mg_dl"}
    for value, points in limits:
        assert hcc.child_pugh(**others, cholestatic=True, **{unit: value}).value == 4 + points


@pytest.mark.parametrize(
    ("points", "letter"), [(5, "A"), (6, "A"), (7, "B"), (9, "B"), (10, "C"), (15, "C")]
)
def test_classes_by_points(points: int, letter: str) -> None:
    worst_first = [("ascites", "mild", "moderate_severe"), ("encephalopathy_grade", 1, 4)]
    worst_first += [("bilirubin_mg_dl", 2.5, 9.0), ("albumin_g_dl", 3.0, 2.0), ("inr", 2.0, 3.0)]
    patient, left = dict(NORMAL), points - 5
    for name, two, three in worst_first:
        add = min(left, 2)
        patient[name] = (patient[name], two, three)[add]
        left -= add
    result = hcc.child_pugh(**patient)
    assert (result.value, result.grade) == (points, letter)


def test_inr_decides_when_both_clotting_items_are_given() -> None:
    assert hcc.child_pugh(**NORMAL, pt_prolongation_s=10).value == 5


def test_an_unknown_item_gives_the_attainable_interval() -> None:
    known = {k: v for k, v in NORMAL.items() if k != "ascites"}
    result = hcc.child_pugh(**known)
    assert result.value is None and result.grade is None
    assert tuple(result.interval or ()) == (5, 7)
    assert result.possible == ("A", "B")
    assert result.missing == ("ascites",)


def test_a_class_is_known_when_no_completion_changes_it() -> None:
    result = hcc.child_pugh(bilirubin_mg_dl=9, albumin_g_dl=2, inr=3, ascites="mild")
    assert result.value is None
    assert result.grade == "C"


@pytest.mark.parametrize(
    ("bilirubin", "albumin", "grade"),
    [
        (0.69, 3.9, "1"),
        (0.70, 3.9, "1"),  # 0.7 - 35.1 is -34.4 only within the rounding of the machine
        (0.71, 3.9, "2"),
        (2.99, 2.8, "2"),
        (3.00, 2.8, "2"),
        (3.01, 2.8, "3"),
    ],
)
def test_ez_albi_grades_on_both_sides_and_on_the_edge(
    bilirubin: float, albumin: float, grade: str
) -> None:
    result = hcc.ez_albi(bilirubin_mg_dl=bilirubin, albumin_g_dl=albumin)
    assert result.value == pytest.approx(bilirubin - 9 * albumin)
    assert result.grade == grade
    metric = hcc.ez_albi(bilirubin_umol_l=bilirubin * 17.1, albumin_g_l=albumin * 10)
    assert (metric.value, metric.grade) == (pytest.approx(result.value), grade)


@pytest.mark.parametrize(("bilirubin", "warns"), [(2.99, False), (3.0, True), (3.01, True)])
def test_ez_albi_warns_where_it_drifts_from_albi(bilirubin: float, warns: bool) -> None:
    result = hcc.ez_albi(bilirubin_mg_dl=bilirubin, albumin_g_dl=4)
    assert ("bilirubin_high" in result.flags) is warns


def test_the_limits_of_ez_albi_are_marked_as_remembered_and_its_formula_is_not() -> None:
    formula, grades = hcc.ez_albi.sources
    assert (formula.confidence, grades.confidence) == ("verified twice", "from memory")


def _albumin_for_palbi(score: float) -> float:
    # The logarithms of 10 and 100 are 1 and 2, so this albumin gives the score wanted.
    return (2.02 - 0.37 - 3.48 * 2 + 1.01 * 4 - score) / 0.04


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (-2.5301, "1"),
        (-2.53, "1"),
        (-2.5299, "2"),
        (-2.0901, "2"),
        (-2.09, "2"),
        (-2.0899, "3"),
    ],
)
def test_palbi_grades_on_both_sides_and_on_the_edge(score: float, grade: str) -> None:
    albumin = _albumin_for_palbi(score)
    result = hcc.palbi(bilirubin_umol_l=10, albumin_g_l=albumin, platelets_1e9_l=100)
    assert result.value == pytest.approx(score)
    assert result.grade == grade
    us = hcc.palbi(bilirubin_mg_dl=10 / 17.1, albumin_g_dl=albumin / 10, platelets_1e9_l=100)
    assert us.grade == grade


def test_palbi_squares_the_logarithms_and_not_the_values() -> None:
    assert hcc.palbi_score(20, 38, 150) == pytest.approx(-2.3083, abs=5e-5)
    assert hcc.palbi_score(51, 27, 60) == pytest.approx(-1.7041, abs=5e-5)


def test_palbi_is_lowest_at_53_platelets_as_its_note_says() -> None:
    score = {p: hcc.palbi_score(20, 38, p) for p in range(20, 451)}
    assert min(score, key=lambda p: score[p]) == 53
    assert "53" in hcc.palbi.notes[1]


@pytest.mark.parametrize("system", ["albi", "ez_albi", "palbi"])
def test_a_missing_value_leaves_score_and_grade_unknown_and_is_asked_for(system: str) -> None:
    known = {"bilirubin_umol_l": 20, "albumin_g_l": 38, "platelets_1e9_l": 150}
    needed = {"bilirubin_umol_l": "bilirubin_umol_l", "albumin_g_l": "albumin_g_l"}
    if system == "ez_albi":
        needed = {"bilirubin_umol_l": "bilirubin_mg_dl", "albumin_g_l": "albumin_g_dl"}
    if system == "palbi":
        needed["platelets_1e9_l"] = "platelets_1e9_l"
    else:
        known.pop("platelets_1e9_l")
    for gap, asked in needed.items():
        result = getattr(hcc, system)(**{k: v for k, v in known.items() if k != gap})
        assert set(result.values.values()) == {None}
        assert result.missing == (asked,)
        assert result.possible == ("1", "2", "3")


def test_platelets_per_microlitre_are_refused() -> None:
    with pytest.raises(ValueError, match=r"platelets_1e9_l=150000 outside .* count per µL"):
        hcc.palbi(bilirubin_umol_l=20, albumin_g_l=38, platelets_1e9_l=150_000)


def test_worse_labs_never_give_a_better_grade() -> None:
    labs = {"bilirubin_umol_l": 1, "bilirubin_mg_dl": 1, "albumin_g_l": -1, "albumin_g_dl": -1}
    for table in (hcc.ALBI_GRADE, hcc.EZ_ALBI_GRADE, hcc.PALBI_GRADE):
        assert_worse_never_better(table, ["1", "2", "3"], labs)
    assert_worse_never_better(hcc.MALBI_GRADE, ["1", "2a", "2b", "3"], labs)


def test_a_sicker_patient_never_gets_a_better_child_pugh_class() -> None:
    worse = {"bilirubin_umol_l": 1, "bilirubin_mg_dl": 1, "albumin_g_l": -1, "albumin_g_dl": -1}
    worse |= {"inr": 1, "pt_prolongation_s": 1, "ascites": 1, "encephalopathy_grade": 1}
    assert_worse_never_better(hcc.CHILD_PUGH_CLASS, ["A", "B", "C"], worse)


def test_the_formulas_read_the_same_in_every_library() -> None:
    assert_same_in_every_library(hcc.albi_score, [20, 100], [38, 25])
    assert_same_in_every_library(hcc.ez_albi_score, [1.17, 3.1], [3.8, 2.8])
    assert_same_in_every_library(hcc.palbi_score, [20, 51], [38, 27], [150, 60])
