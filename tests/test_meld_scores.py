from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from tests.libraries import assert_same_in_every_library
from tests.monotone import assert_worse_never_better

BEST: dict[str, Any] = {"creatinine_mg_dl": 1.0, "bilirubin_mg_dl": 1.0, "inr": 1.0}
BEST_3_0 = BEST | {"sex": "male", "sodium_mmol_l": 137, "albumin_g_dl": 3.5}
law = settings(max_examples=200, deadline=None)


def _limited(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))


def _meld(creatinine: float, bilirubin: float) -> float:
    """MELD as the paper prints it, at INR 1."""
    renal = math.log(_limited(creatinine, 1, 4))
    return 10 * (0.957 * renal + 0.378 * math.log(max(bilirubin, 1)) + 0.643)


def _meld_3_0(
    female: int, bilirubin: float, sodium: float, creatinine: float, albumin: float
) -> float:
    """MELD 3.0 as the paper prints it, at INR 1."""
    ln_bilirubin, renal = math.log(max(bilirubin, 1)), math.log(_limited(creatinine, 1, 3))
    no_sodium, no_albumin = 137 - _limited(sodium, 125, 137), 3.5 - _limited(albumin, 1.5, 3.5)
    return (
        (1.33 if female else 0)
        + 4.56 * ln_bilirubin
        + 0.82 * no_sodium
        - 0.24 * no_sodium * ln_bilirubin
        + 11.14 * renal
        + 1.85 * no_albumin
        - 1.83 * no_albumin * renal
        + 6
    )


def assert_steps_at_the_halves(score: Any, raw: float, per_ln_inr: float) -> None:
    """Rounding hides small errors; where it steps from one point to the next it shows them all."""
    point = math.ceil(raw) + 1
    below, above = (math.exp((point + 0.5 + d - raw) / per_ln_inr) for d in (-1e-6, 1e-6))
    assert (score(below), score(above)) == (point, point + 1)


# MELD -----------------------------------------------------------------------------------------


def test_normal_values_and_less_than_normal_values_give_6() -> None:
    assert hcc.meld(**BEST).value == 6
    assert hcc.meld(creatinine_mg_dl=0.5, bilirubin_mg_dl=0.5, inr=0.5).value == 6


@law
@given(creatinine=st.floats(0.1, 8), bilirubin=st.floats(0.1, 10))
def test_meld_is_the_printed_formula(creatinine: float, bilirubin: float) -> None:
    assert_steps_at_the_halves(
        lambda inr: hcc.meld_score(creatinine, bilirubin, inr), _meld(creatinine, bilirubin), 11.20
    )


@pytest.mark.parametrize(
    ("name", "low", "at", "high", "scores"),
    [
        ("creatinine_mg_dl", 0.9, 1.0, 1.2, (6, 6, 8)),
        ("bilirubin_mg_dl", 0.9, 1.0, 1.4, (6, 6, 8)),
        ("inr", 0.9, 1.0, 1.2, (6, 6, 8)),
        ("creatinine_mg_dl", 3.5, 4.0, 4.5, (18, 20, 20)),
    ],
)
def test_each_value_has_its_floor_and_creatinine_a_ceiling(
    name: str, low: float, at: float, high: float, scores: tuple[int, ...]
) -> None:
    assert tuple(hcc.meld(**(BEST | {name: v})).value for v in (low, at, high)) == scores


@pytest.mark.parametrize(("raw", "score"), [(22.499, 22), (22.501, 23), (39.49, 39), (45, 40)])
def test_meld_rounds_to_the_nearest_point_and_ends_at_40(raw: float, score: int) -> None:
    labs = {"creatinine_mg_dl": 4.0, "bilirubin_mg_dl": 1.0}
    raised = math.exp((raw - 6.43 - 9.57 * math.log(4)) / 11.20)
    assert hcc.meld(**labs, inr=raised).value == score


def test_without_a_word_on_dialysis_the_plain_functions_assume_none() -> None:
    assert hcc.meld_score(2, 1, 1) == hcc.meld_score(2, 1, 1, dialysis=0) == 13
    labs = {"female": 0, "bilirubin_mg_dl": 1, "sodium_mmol_l": 137, "inr": 1}
    labs |= {"creatinine_mg_dl": 2, "albumin_g_dl": 3.5}
    assert hcc.meld_3_0_score(**labs) == hcc.meld_3_0_score(**labs, dialysis=0) == 14


def test_dialysis_counts_as_creatinine_4_in_meld_and_3_in_meld_3_0() -> None:
    for creatinine in (0.5, 1.0, 2.0, 9.0):
        labs = {"creatinine_mg_dl": creatinine, "dialysis": True}
        assert hcc.meld(**(BEST | labs)).value == 20
        assert hcc.meld_3_0(**(BEST_3_0 | labs)).value == 18
    assert hcc.meld(**BEST, dialysis=False).value == hcc.meld(**BEST).value == 6
    assert hcc.meld(**BEST).assumed == {"dialysis": False}


@pytest.mark.parametrize(
    ("raw", "band"),
    [
        (6.43, "≤ 9"),
        (9.49, "≤ 9"),
        (9.51, "10-19"),
        (19.49, "10-19"),
        (19.51, "20-29"),
        (29.49, "20-29"),
        (29.51, "30-39"),
        (39.49, "30-39"),
        (39.51, "≥ 40"),
    ],
)
def test_mortality_is_read_from_the_rounded_score(raw: float, band: str) -> None:
    inr = math.exp((raw - 6.43) / 11.20)
    assert hcc.meld(**(BEST | {"inr": inr})).grade == band


def test_the_mortalities_are_those_of_wiesner() -> None:
    assert [text.split()[0] for text in hcc.MELD_BAND.meanings.values()] == [
        "1.9",
        "6.0",
        "19.6",
        "52.6",
        "71.3",
    ]
    assert list(hcc.MELD_BAND.meanings) == list(hcc.MELD_BAND.outcomes)


def test_units_agree() -> None:
    us = {"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.6}
    metric = {"creatinine_umol_l": 1.9 * 88.4, "bilirubin_umol_l": 4.2 * 17.1, "inr": 1.6}
    assert hcc.meld(**us).value == hcc.meld(**metric).value == 23
    others = {"sex": "male", "sodium_mmol_l": 128}
    assert hcc.meld_3_0(**us, **others, albumin_g_dl=2.5).value == 29
    assert hcc.meld_3_0(**metric, **others, albumin_g_l=25).value == 29


def test_creatinine_in_the_wrong_unit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"creatinine_mg_dl=168 outside .* looks like µmol/L"):
        hcc.meld(creatinine_mg_dl=168, bilirubin_mg_dl=4.2, inr=1.6)


@pytest.mark.parametrize("system", ["meld", "meld_na", "meld_na_2008", "meld_3_0"])
def test_any_unknown_leaves_every_form_unknown_and_is_asked_for(system: str) -> None:
    whole = {name: v for name, v in BEST_3_0.items() if name in getattr(hcc, system).inputs}
    for gap in (*whole, "dialysis"):
        result = getattr(hcc, system)(**(whole | {gap: None}))
        assert set(result.values.values()) == {None}, gap
        assert result.missing == (gap,)


def test_a_sicker_patient_never_has_a_lower_mortality() -> None:
    worse = dict.fromkeys(["creatinine_mg_dl", "bilirubin_mg_dl", "inr", "dialysis"], 1)
    assert_worse_never_better(hcc.MELD_BAND, hcc.MELD_BAND.outcomes, worse)


# MELD-Na --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("meld", "sodium", "score"),
    [
        (23, 124, 30),
        (23, 125, 30),
        (23, 126, 29),
        (23, 128, 28),
        (23, 136, 24),
        (23, 137, 23),
        (23, 138, 23),
        (10, 125, 10),
        (11, 125, 11),
        (12, 125, 23),
        (12, 137, 12),
        (6, 125, 6),
        (39, 125, 39),
        (40, 125, 40),
    ],
)
def test_sodium_counts_within_its_limits_and_above_a_meld_of_11(
    meld: int, sodium: int, score: int
) -> None:
    assert hcc.meld_na_score(meld, sodium) == score


def test_sodium_counts_by_the_rounded_meld() -> None:
    # MELD is 11.374 before and 11 after rounding: not above 11.
    labs = {"creatinine_mg_dl": 1.0, "inr": 1.3, "sodium_mmol_l": 125}
    assert hcc.meld_na(**labs, bilirubin_mg_dl=1.7).value == 11
    assert hcc.meld_na(**labs, bilirubin_mg_dl=1.8).value == 23


@pytest.mark.parametrize("sodium", [100, 124.95, 125, 125.05, 130, 136.95, 137, 137.05, 150])
@pytest.mark.parametrize("point", [25, 29, 33, 37])
def test_meld_na_is_the_printed_formula(point: int, sodium: float) -> None:
    missing = 137 - _limited(sodium, 125, 137)
    meld = (point + 0.5 - 1.32 * missing) / (1 - 0.033 * missing)
    assert hcc.meld_na_score(meld - 1e-6, sodium) == point
    assert hcc.meld_na_score(meld + 1e-6, sodium) == point + 1


@law
@given(
    one=st.integers(6, 40), other=st.integers(6, 40), low=st.floats(100, 180), by=st.floats(0, 9)
)
def test_meld_na_never_falls_as_meld_rises_or_sodium_falls_and_stays_in_6_to_40(
    one: int, other: int, low: float, by: float
) -> None:
    less, more = sorted((one, other))
    assert 6 <= hcc.meld_na_score(less, low + by) <= hcc.meld_na_score(more, low) <= 40


@pytest.mark.parametrize(
    ("meld", "sodium", "score"),
    [
        (23, 128, 28.1),
        (20, 139, 20.5),
        (20, 140, 20.0),
        (20, 141, 20.0),
        (20, 126, 27.0),
        (20, 125, 27.5),
        (20, 124, 27.5),
        (6, 125, 18.75),
        (40, 125, 40.0),
    ],
)
def test_the_form_of_2008_has_other_limits_and_no_threshold(
    meld: int, sodium: int, score: float
) -> None:
    assert hcc.meld_na_2008_score(meld, sodium) == pytest.approx(score)


def test_the_two_forms_with_sodium_differ_and_say_so() -> None:
    labs = BEST | {"sodium_mmol_l": 125}
    assert hcc.meld_na(**labs).value == 6
    assert hcc.meld_na_2008(**labs).value == pytest.approx(18.75)
    assert "meld_na_2008" in " ".join(hcc.meld_na.notes)


# MELD 3.0 -------------------------------------------------------------------------------------


@law
@given(
    female=st.integers(0, 1),
    bilirubin=st.sampled_from([0.5, 0.95, 1, 1.5]) | st.floats(0.1, 20),
    sodium=st.sampled_from([120, 124.95, 125.05, 136.95, 137.05, 140]) | st.floats(120, 140),
    creatinine=st.sampled_from([0.95, 2.95, 3.05, 5]) | st.floats(0.5, 5),
    albumin=st.sampled_from([1.45, 1.55, 3.45, 3.55]) | st.floats(1, 5),
)
def test_meld_3_0_is_the_printed_formula(
    female: int, bilirubin: float, sodium: float, creatinine: float, albumin: float
) -> None:
    def score(inr: float) -> Any:
        labs = (bilirubin, sodium, inr, creatinine, albumin)
        return hcc.meld_3_0_score(female, *labs, cap=None)

    assert_steps_at_the_halves(
        score, _meld_3_0(female, bilirubin, sodium, creatinine, albumin), 9.09
    )


@pytest.mark.parametrize(
    ("name", "values", "scores"),
    [
        ("bilirubin_mg_dl", (0.8, 1.0, 1.3), (6, 6, 7)),
        ("inr", (0.9, 1.0, 1.2), (6, 6, 8)),
        ("creatinine_mg_dl", (0.8, 1.0, 1.2), (6, 6, 8)),
        ("creatinine_mg_dl", (2.6, 3.0, 4.0), (17, 18, 18)),
        ("sodium_mmol_l", (138, 137, 136), (6, 6, 7)),
        ("sodium_mmol_l", (126, 125, 120), (15, 16, 16)),
        ("albumin_g_dl", (4.2, 3.5, 3.0), (6, 6, 7)),
        ("albumin_g_dl", (1.7, 1.5, 1.0), (9, 10, 10)),
    ],
)
def test_every_value_of_meld_3_0_has_its_limits(
    name: str, values: tuple[float, ...], scores: tuple[int, ...]
) -> None:
    assert tuple(hcc.meld_3_0(**(BEST_3_0 | {name: v})).value for v in values) == scores


def test_the_points_of_women_are_added_and_multiply_nothing() -> None:
    assert hcc.meld_3_0(**(BEST_3_0 | {"sex": "female"})).value == 7
    labs = {"bilirubin_mg_dl": 12, "sodium_mmol_l": 128, "inr": 2.2, "creatinine_mg_dl": 2.8}
    labs["albumin_g_dl"] = 2.0
    assert hcc.meld_3_0(**labs, sex="male").value == 38
    assert hcc.meld_3_0(**labs, sex="female").value == 39


@pytest.mark.parametrize(("cap", "score"), [(40, 40), (45, 45), (None, 50)])
def test_only_allocation_ends_at_40(cap: float | None, score: int) -> None:
    assert hcc.meld_3_0_score(1, 40, 120, 5, 5, 1.0, cap=cap) == score
    labs = {"bilirubin_mg_dl": 40, "sodium_mmol_l": 120, "inr": 5, "creatinine_mg_dl": 5}
    assert hcc.meld_3_0(**labs, sex="female", albumin_g_dl=1.0).value == 40


@pytest.mark.parametrize(
    ("score", "survival"), [(14, 0.981), (20, 0.947), (26, 0.854), (40, 0.154)]
)
def test_survival_is_that_of_the_supplement(score: int, survival: float) -> None:
    assert hcc.meld_3_0_survival(score) == pytest.approx(survival, abs=5e-4)
    printed = 0.946 ** math.exp(0.17698 * score - 3.56)
    assert hcc.meld_3_0_survival(score) == pytest.approx(printed, rel=1e-12)


def test_survival_is_reported_beside_the_score() -> None:
    values = hcc.meld_3_0(**BEST_3_0).values
    assert values["meld_3_0"] == 6
    assert values["meld_3_0_survival_90d"] == pytest.approx(hcc.meld_3_0_survival(6))
    assert [s.confidence for s in hcc.meld_3_0.sources] == ["verified twice", "verified"]


def test_the_formulas_read_the_same_in_every_library() -> None:
    creatinine, bilirubin, inr = [0.8, 1.9, 8.0], [0.6, 4.2, 40.0], [0.9, 1.6, 6.0]
    dialysis = [0, 0, 1]
    assert_same_in_every_library(hcc.meld_score, creatinine, bilirubin, inr, dialysis)
    sodium = [128.0, 120.0, 145.0]
    assert_same_in_every_library(hcc.meld_na_score, [23, 11, 40], sodium)
    assert_same_in_every_library(hcc.meld_na_2008_score, [23, 11, 40], sodium)
    labs = ([1, 0, 1], bilirubin, sodium, inr, creatinine, [2.5, 1.0, 4.2], dialysis)
    assert_same_in_every_library(hcc.meld_3_0_score, *labs)
    assert_same_in_every_library(hcc.meld_3_0_score, *labs, cap=None)
    assert_same_in_every_library(hcc.meld_3_0_survival, [14, 26, 40])
