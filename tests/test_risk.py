from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.risk import GALAD_CUTOFFS
from tests.libraries import assert_same_in_every_library
from tests.monotone import assert_worse_never_better

law = settings(max_examples=100, deadline=None)

# FIB-4 ----------------------------------------------------------------------------------------


def _fib_4(score: float, age: float = 50) -> dict[str, Any]:
    """Findings that give this FIB-4; the root of ALT 25 is 5."""
    return {"age_years": age, "ast_u_l": score * 1000 / age, "alt_u_l": 25, "platelets_1e9_l": 200}


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (1.4499, "low"),
        (1.45, "indeterminate"),
        (1.4501, "indeterminate"),
        (3.2499, "indeterminate"),
        (3.25, "indeterminate"),
        (3.2501, "high"),
    ],
)
def test_fib_4_bands_on_both_sides_and_on_the_edge(score: float, band: str) -> None:
    result = hcc.fib_4(**_fib_4(score))
    assert result.value == pytest.approx(score)
    assert result.grade == band


@pytest.mark.parametrize(
    ("score", "age", "band"),
    [
        (1.2999, 64, "low"),
        (1.30, 64, "indeterminate"),
        (1.3001, 64.9, "indeterminate"),
        (1.9999, 64.9, "indeterminate"),
        (1.30, 65, "low"),
        (1.9999, 65, "low"),
        (1.9999, 80, "low"),
        (2.0, 65, "indeterminate"),
        (2.0001, 65, "indeterminate"),
        (2.6699, 50, "indeterminate"),
        (2.67, 65, "indeterminate"),
        (2.6701, 50, "high"),
        (2.6701, 65, "high"),
    ],
)
def test_fatty_liver_has_its_own_limits_and_another_from_65_years(
    score: float, age: float, band: str
) -> None:
    assert hcc.fib_4(**_fib_4(score, age)).grades["fib_4_band_masld"] == band


@pytest.mark.parametrize(("age", "warns"), [(34.9, True), (35, False), (36, False)])
def test_fib_4_warns_of_the_young(age: float, warns: bool) -> None:
    assert ("young" in hcc.fib_4(**_fib_4(1.0, age)).flags) is warns


def test_the_root_is_of_alt_alone_and_ast_stands_above() -> None:
    labs = {"age_years": 60, "platelets_1e9_l": 100}
    assert hcc.fib_4(**labs, ast_u_l=80, alt_u_l=64).value == 6
    assert hcc.fib_4(**labs, ast_u_l=64, alt_u_l=80).value == pytest.approx(4.2933, abs=1e-4)


def test_a_worse_patient_never_falls_to_a_lower_band_of_fib_4() -> None:
    worse = {"age_years": 1, "ast_u_l": 1, "alt_u_l": -1, "platelets_1e9_l": -1}
    bands = ["low", "indeterminate", "high"]
    assert_worse_never_better(hcc.FIB_4_BAND, bands, worse)
    worse.pop("age_years")
    for age in (50, 70):
        assert_worse_never_better(hcc.FIB_4_BAND_MASLD, bands, worse, age_years=age)


# APRI -----------------------------------------------------------------------------------------


def _apri(score: float) -> dict[str, Any]:
    return {"ast_u_l": score * 80, "ast_uln_u_l": 40, "platelets_1e9_l": 200}


@pytest.mark.parametrize(
    ("score", "fibrosis", "cirrhosis"),
    [
        (0.4999, "unlikely", "unlikely"),
        (0.5, "unlikely", "unlikely"),
        (0.5001, "indeterminate", "unlikely"),
        (1.0, "indeterminate", "unlikely"),
        (1.0001, "indeterminate", "indeterminate"),
        (1.5, "indeterminate", "indeterminate"),
        (1.5001, "likely", "indeterminate"),
        (2.0, "likely", "indeterminate"),
        (2.0001, "likely", "likely"),
    ],
)
def test_apri_limits_on_both_sides_and_on_the_edge(
    score: float, fibrosis: str, cirrhosis: str
) -> None:
    result = hcc.apri(**_apri(score))
    assert result.value == pytest.approx(score)
    assert result.grades == {"apri_fibrosis": fibrosis, "apri_cirrhosis": cirrhosis}


def test_the_upper_limit_of_normal_is_an_input() -> None:
    assert hcc.apri(ast_u_l=60, ast_uln_u_l=30, platelets_1e9_l=100).value == 2
    assert hcc.apri(ast_u_l=60, ast_uln_u_l=40, platelets_1e9_l=100).value == 1.5
    result = hcc.apri(ast_u_l=60, platelets_1e9_l=100)
    assert result.value is None and result.missing == ("ast_uln_u_l",)


def test_only_the_limit_from_memory_is_marked_as_such() -> None:
    assert [s.confidence for s in hcc.apri.sources] == ["verified", "from memory"]
    assert hcc.APRI_CIRRHOSIS.source.confidence == "from memory"


def test_a_worse_patient_never_falls_to_a_lower_band_of_apri() -> None:
    worse = {"ast_u_l": 1, "ast_uln_u_l": -1, "platelets_1e9_l": -1}
    for table in (hcc.APRI_FIBROSIS, hcc.APRI_CIRRHOSIS):
        assert_worse_never_better(table, ["unlikely", "indeterminate", "likely"], worse)


# aMAP -----------------------------------------------------------------------------------------


def _amap(score: float) -> dict[str, Any]:
    """Findings that give this aMAP; ALBI is -2.4 at bilirubin 10 and this albumin."""
    risk = score / 100 * 14.77 - 7.4
    age = (risk - 0.89 + 0.48 * 2.4 + 0.01 * 200) / 0.06
    albumin = (0.66 + 2.4) / 0.085
    return {
        "age_years": age,
        "sex": "male",
        "bilirubin_umol_l": 10,
        "albumin_g_l": albumin,
        "platelets_1e9_l": 200,
    }


@pytest.mark.parametrize(
    ("score", "band", "differs"),
    [
        (49.49, "low", False),
        (49.5, "low", True),
        (49.99, "low", True),
        (50.0, "medium", False),
        (50.01, "medium", False),
        (59.49, "medium", False),
        (59.5, "medium", True),
        (59.99, "medium", True),
        (60.0, "high", False),
        (60.01, "high", False),
    ],
)
def test_amap_bands_are_read_from_the_unrounded_score(
    score: float, band: str, differs: bool
) -> None:
    result = hcc.amap(**_amap(score))
    assert result.value == pytest.approx(score)
    assert result.grade == band
    assert ("published_tool_differs" in result.flags) is differs


def test_amap_may_leave_its_scale() -> None:
    labs = {"bilirubin_umol_l": 10, "albumin_g_l": 45}
    young = hcc.amap(**labs, age_years=20, sex="female", platelets_1e9_l=800)
    assert young.value == pytest.approx((1.2 - 0.48 * 3.165 - 8 + 7.4) / 14.77 * 100)
    assert young.value < 0 and young.grade == "low"


def test_the_male_sex_is_six_points_of_amap() -> None:
    labs = {"age_years": 50, "bilirubin_umol_l": 15, "albumin_g_l": 42, "platelets_1e9_l": 200}
    men, women = (hcc.amap(**labs, sex=sex).value for sex in ("male", "female"))
    assert men - women == pytest.approx(0.89 / 14.77 * 100)
    assert hcc.amap(**labs, sex="male").value == pytest.approx(53.82, abs=5e-3)


def test_a_worse_patient_never_falls_to_a_lower_band_of_amap() -> None:
    worse = {"age_years": 1, "sex": 1, "bilirubin_umol_l": 1, "albumin_g_l": -1}
    worse |= {"platelets_1e9_l": -1}
    assert_worse_never_better(hcc.AMAP_BAND, ["low", "medium", "high"], worse)


# PAGE-B and mPAGE-B ---------------------------------------------------------------------------

AGES = [18, 29.9, 30, 39.9, 40, 49.9, 50, 59.9, 60, 69.9, 70, 90]
YOUNG = {"age_years": 20, "sex": "female", "platelets_1e9_l": 300}


@pytest.mark.parametrize(
    ("item", "values", "page_b", "mpage_b"),
    [
        ("age_years", AGES, [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10],
         [0, 0, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11]),
        ("sex", ["female", "male"], [0, 6], [0, 2]),
        ("platelets_1e9_l",
         [250.1, 250, 249.9, 200, 199.5, 150, 149.9, 100, 99.9, 20],
         [0, 0, 0, 0, 6, 6, 6, 6, 9, 9],
         [0, 0, 2, 2, 3, 3, 4, 4, 5, 5]),
    ],
)  # fmt: skip
def test_points_on_both_sides_and_on_the_edge(
    item: str, values: list[Any], page_b: list[int], mpage_b: list[int]
) -> None:
    patients = [YOUNG | {item: value} for value in values]
    assert [hcc.page_b(**patient).value for patient in patients] == page_b
    assert [hcc.mpage_b(**patient, albumin_g_l=45).value for patient in patients] == mpage_b


def test_albumin_points_of_mpage_b_in_both_units() -> None:
    for albumin, points in [(45, 0), (40, 0), (39.9, 1), (35, 1), (34.9, 2), (30, 2), (29.9, 3)]:
        assert hcc.mpage_b(**YOUNG, albumin_g_l=albumin).value == points
        assert hcc.mpage_b(**YOUNG, albumin_g_dl=albumin / 10).value == points


@pytest.mark.parametrize(
    ("age", "sex", "platelets", "points", "band"),
    [
        (30, "female", 199, 8, "low"),
        (20, "female", 99, 9, "low"),
        (40, "male", 250, 10, "intermediate"),
        (39, "male", 99, 17, "intermediate"),
        (55, "male", 150, 18, "high"),
        (70, "male", 80, 25, "high"),
    ],
)
def test_page_b_bands(age: int, sex: str, platelets: int, points: int, band: str) -> None:
    result = hcc.page_b(age_years=age, sex=sex, platelets_1e9_l=platelets)
    assert (result.value, result.grade) == (points, band)


@pytest.mark.parametrize(
    ("age", "sex", "albumin", "points", "band"),
    [
        (49, "female", 40, 8, "low"),
        (49, "female", 39, 9, "intermediate"),
        (55, "female", 34, 12, "intermediate"),
        (55, "female", 29, 13, "high"),
        (70, "male", 29, 19, "high"),
    ],
)
def test_mpage_b_bands(age: int, sex: str, albumin: int, points: int, band: str) -> None:
    result = hcc.mpage_b(age_years=age, sex=sex, platelets_1e9_l=199, albumin_g_l=albumin)
    assert (result.value, result.grade) == (points, band)


def test_an_unknown_item_leaves_an_interval_and_decides_where_it_can() -> None:
    result = hcc.page_b(age_years=55, sex="male")
    assert result.value is None and result.grade is None
    assert tuple(result.interval or ()) == (12, 21)
    assert result.possible == ("intermediate", "high")
    assert result.missing == ("platelets_1e9_l",)
    assert hcc.page_b(age_years=70, platelets_1e9_l=99).grade == "high"
    assert hcc.mpage_b(age_years=70, sex="male", albumin_g_l=40).grade == "high"
    assert hcc.mpage_b(**(YOUNG | {"sex": None}), albumin_g_l=40).grade == "low"


def test_a_worse_patient_never_falls_to_a_lower_band_of_page_b() -> None:
    bands = ["low", "intermediate", "high"]
    worse = {"age_years": 1, "sex": 1, "platelets_1e9_l": -1}
    assert_worse_never_better(hcc.PAGE_B_BAND, bands, worse)
    assert_worse_never_better(hcc.MPAGE_B_BAND, bands, worse | {"albumin_g_l": -1})


def test_the_meanings_are_the_published_risks() -> None:
    def risks(table: Any) -> list[str]:
        return [table.meanings[outcome].split(": ")[1] for outcome in table.outcomes]

    assert risks(hcc.AMAP_BAND) == ["0.8 %", "4.2 %", "19.9 %"]
    assert risks(hcc.MPAGE_B_BAND) == ["0 %", "6.1 %", "18.7 %"]


# GALAD ----------------------------------------------------------------------------------------

MARKERS: dict[str, Any] = {"sex": "male", "afp_ng_ml": 10, "afp_l3_percent": 10, "dcp_ng_ml": 1.0}


def _age_for_galad(z: float) -> float:
    return (z + 10.08 - 1.67 - 2.34 - 0.4) / 0.09


@pytest.mark.parametrize(
    ("z", "outcome"), [(-0.6301, "negative"), (-0.63, "positive"), (-0.6299, "positive")]
)
def test_galad_at_the_original_limit(z: float, outcome: str) -> None:
    result = hcc.galad(**MARKERS, age_years=_age_for_galad(z))
    assert result.value == pytest.approx(z)
    assert result.grade == outcome
    assert hcc.galad_positive(result.value, cutoff=-0.63) is (outcome == "positive")


@law
@given(
    age=st.integers(18, 90),
    male=st.booleans(),
    afp=st.floats(1, 1e5),
    l3=st.floats(0.5, 90),
    dcp=st.floats(0.1, 1000),
)
def test_galad_is_the_printed_formula(
    age: int, male: bool, afp: float, l3: float, dcp: float
) -> None:
    printed = -10.08 + 0.09 * age + 1.67 * male + 2.34 * math.log10(afp) + 0.04 * l3
    printed += 1.33 * math.log10(dcp)
    result = hcc.galad(
        age_years=age,
        sex="male" if male else "female",
        afp_ng_ml=afp,
        afp_l3_percent=l3,
        dcp_ng_ml=dcp,
    )
    assert result.value == pytest.approx(printed)
    odds = math.exp(printed)
    assert result.values["galad_probability"] == pytest.approx(odds / (1 + odds))


def test_the_published_limits_are_named_and_each_has_its_paper() -> None:
    limits = {name: (limit, source.key) for name, (limit, source) in GALAD_CUTOFFS.items()}
    assert limits == {
        "original": (-0.63, "Berhane 2016"),
        "united_states": (-0.76, "Yang 2019"),
        "united_states_early": (-1.18, "Yang 2019"),
    }
    with pytest.raises(TypeError, match="cutoff"):
        hcc.galad_positive(0.0)
    with pytest.raises(TypeError, match="positional"):
        hcc.galad_positive(0.0, -0.63)
    assert [hcc.galad_positive(z, cutoff=-0.76) for z in (-0.77, -0.76, -0.75)] == [
        False,
        True,
        True,
    ]


def test_dcp_of_another_assay_is_refused_and_never_converted() -> None:
    with pytest.raises(ValueError, match=r"dcp_mau_ml is not an input .* dcp_ng_ml"):
        hcc.galad(age_years=60, **(MARKERS | {"dcp_mau_ml": 50}))


def test_afp_l3_as_a_fraction_is_noticed() -> None:
    result = hcc.galad(age_years=60, **(MARKERS | {"afp_l3_percent": 0.1}))
    assert "looks like a fraction" in " ".join(result.inputs.checks)


@pytest.mark.parametrize("system", ["fib_4", "apri", "amap", "galad"])
def test_any_unknown_leaves_the_score_unknown_and_is_asked_for(system: str) -> None:
    whole = getattr(hcc, system).example
    for gap in whole:
        result = getattr(hcc, system)(**{k: v for k, v in whole.items() if k != gap})
        assert set(result.values.values()) == {None}
        assert result.missing == (gap,)


def test_a_worse_patient_never_turns_negative_in_galad() -> None:
    worse = dict.fromkeys(["age_years", "sex", "afp_ng_ml", "afp_l3_percent", "dcp_ng_ml"], 1)
    assert_worse_never_better(hcc.GALAD_RESULT, ["negative", "positive"], worse)


def test_the_formulas_read_the_same_in_every_library() -> None:
    age, sex, platelets = [60, 55], [1, 0], [100, 200]
    assert_same_in_every_library(hcc.fib_4_score, age, [80, 30], [64, 36], platelets)
    assert_same_in_every_library(hcc.apri_score, [80, 30], [40, 30], platelets)
    assert_same_in_every_library(hcc.amap_score, age, sex, [-2.4, -1.3], platelets)
    assert_same_in_every_library(hcc.galad_z, age, sex, [20, 5], [10, 0.5], [1.0, 0.3])
    assert_same_in_every_library(hcc.galad_probability, [0.4344, -4.17])
