from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammainc

from hcclab.evidence import cox_hazard_ratio, kaplan_meier
from hcclab.survival_models import (
    Crossing,
    benefit,
    expected_median,
    hazard_ratio_by_person_time,
    hazard_ratio_from_treatment,
    implied_shape,
    restricted_mean,
    share_alive,
    simulate_observed,
    simulate_trial,
    survival,
    through_points,
    treated_median,
    under_hazard_ratio,
)
from hcclab.trials import trial

MEDIANS, SHAPES, RATIOS = st.floats(1, 60), st.floats(0.4, 3), st.floats(0.3, 2)


# Curves -----------------------------------------------------------------------------------------


@given(MEDIANS, SHAPES)
def test_half_are_alive_at_the_median(median, shape):
    assert survival(median, median, shape) == pytest.approx(0.5)
    assert survival(0, median, shape) == 1


@given(MEDIANS, SHAPES, RATIOS, st.floats(0.1, 80))
def test_the_treated_curve_is_the_control_curve_to_the_power_of_the_ratio(m, k, hr, t):
    direct = survival(t, treated_median(m, hr, k), k)
    assert direct == pytest.approx(under_hazard_ratio(survival(t, m, k), hr), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "predicted"),
    [
        ("sharp", 11.45),
        ("reflect", 13.37),
        ("imbrave150_update", 20.30),
        ("cares310", 24.52),
        ("cosmic312", 17.22),
        ("himalaya_stride", 17.65),
        ("cm459", 17.29),
    ],
)
def test_the_median_that_a_constant_hazard_predicts(name, predicted):
    one = trial(name)
    assert treated_median(one.medians[1], one.survival.value) == pytest.approx(predicted, abs=0.006)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("sharp", 1.223), ("imbrave150_update", 1.155), ("cares310", 1.277), ("reflect", 0.830)],
)
def test_the_shape_that_medians_and_ratio_imply(name, shape):
    treated, control = trial(name).medians
    assert implied_shape(control, treated, trial(name).survival.value) == pytest.approx(
        shape, abs=6e-4
    )


def test_the_same_from_numbers_as_a_review_prints_them():
    # Its HIMALAYA row rounds the medians to 16.4 and 13.8 months.
    assert treated_median(13.8, 0.78) == pytest.approx(17.69, abs=0.005)
    assert implied_shape(13.8, 16.4, 0.78) == pytest.approx(1.439, abs=6e-4)


def test_medians_and_a_ratio_that_contradict_each_other_are_refused():
    one = trial("cosmic312")  # a lower hazard and a shorter median: the curves cannot be parallel
    with pytest.raises(ValueError, match="Do the curves cross"):
        implied_shape(one.medians[1], one.medians[0], one.survival.value)


@given(st.floats(1, 20), st.floats(21, 80), st.floats(0.5, 0.95), st.floats(0.05, 0.45))
def test_a_fitted_curve_passes_through_its_points(t1, t2, s1, s2):
    curve = through_points((t1, s1), (t2, s2))
    assert survival(t1, *curve) == pytest.approx(s1)
    assert survival(t2, *curve) == pytest.approx(s2)


@pytest.mark.parametrize(
    "points", [((12, 0.3), (24, 0.5)), ((0, 0.9), (5, 0.5)), ((1, 50), (2, 40))]
)
def test_points_that_do_not_fall_are_refused(points):
    with pytest.raises(ValueError, match="fewer must be alive"):
        through_points(*points)


@pytest.mark.parametrize("shape", [0.5, 1, 1.3, 2.5])
def test_restricted_mean_is_the_area_under_the_curve(shape):
    steps = 40_000
    width = 24 / steps
    area = sum(survival((i + 0.5) * width, 13.4, shape) for i in range(steps)) * width
    assert restricted_mean(24, 13.4, shape) == pytest.approx(area, rel=1e-5)


def test_restricted_mean_equals_its_published_form_and_scipy():
    rate = math.log(2) / 13.4
    assert restricted_mean(24, 13.4) == pytest.approx((1 - math.exp(-24 * rate)) / rate)
    assert restricted_mean(24, 13.4) == pytest.approx(13.75, abs=0.005)
    assert restricted_mean(24, treated_median(13.4, 0.66)) == pytest.approx(16.38, abs=0.006)
    gain = restricted_mean(24, treated_median(13.4, 0.66)) - restricted_mean(24, 13.4)
    assert gain == pytest.approx(2.636, abs=5e-4)
    for shape in (0.6, 1.7):
        scale = 13.4 / math.log(2) ** (1 / shape)
        closed = scale / shape * math.gamma(1 / shape) * gammainc(1 / shape, (24 / scale) ** shape)
        assert restricted_mean(24, 13.4, shape) == pytest.approx(closed, rel=1e-12)


def test_restricted_mean_reaches_the_whole_mean_and_starts_at_nothing():
    assert restricted_mean(0, 10) == 0
    assert restricted_mean(1e6, 10) == pytest.approx(10 / math.log(2))


# Who was enrolled ---------------------------------------------------------------------------------

HALF_HBV_TREATED_BEFORE = {"hbv_percent": 50, "treated_before": 1}
"""The population of the three published predictions, as worked out from them."""


@pytest.mark.parametrize(
    ("arm", "published", "value"),
    [
        ({"antiangiogenic": False}, 6.16, 6.161),
        ({}, 7.40, 7.409),
        ({"sorafenib": True}, 8.95, 8.965),
    ],
)
def test_the_median_that_an_arm_may_expect_is_the_published_one(arm, published, value):
    expected = expected_median(**arm, **HALF_HBV_TREATED_BEFORE)
    assert expected == pytest.approx(published, rel=3e-3)
    assert expected == pytest.approx(value, abs=1e-3)


def test_sorafenib_first_and_with_local_treatment():
    assert expected_median(sorafenib=True) == pytest.approx(10.27, abs=5e-3)
    assert expected_median(sorafenib=True, locoregional=1) == pytest.approx(14.59, abs=5e-3)


@given(st.floats(0, 100), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_a_drug_multiplies_the_median_and_so_does_the_population(hbv, local, before, chemo):
    people = {"hbv_percent": hbv, "locoregional": local, "treated_before": before,
              "chemotherapy": chemo}  # fmt: skip
    drug, placebo = (expected_median(antiangiogenic=drug, **people) for drug in (True, False))
    assert drug / placebo == pytest.approx(8.49 / 7.06)
    assert 0.7 < drug / expected_median() < 1.7


# Benefit ----------------------------------------------------------------------------------------


def test_the_same_ratio_helps_more_people_where_more_are_at_risk_and_time_is_left():
    early, late = benefit(1, 12, 0.7), benefit(12, 12, 0.7)
    assert late.gain > early.gain
    assert late.to_treat == pytest.approx(1 / late.gain)
    assert late.control == 0.5
    assert late.treated == pytest.approx(0.5**0.7)


def test_no_effect_has_no_number_to_treat_and_harm_a_negative_one():
    assert benefit(12, 10, 1).to_treat is None
    assert benefit(12, 10, 1.3).to_treat < 0
    assert benefit(12, 10, 1.3).months < 0


# Crossing ---------------------------------------------------------------------------------------


def test_curves_meet_again_where_their_hazards_have_added_up_to_the_same():
    curves = Crossing(20.6, early=1.65, late=0.61, switch=6)
    assert curves.crosses == pytest.approx(16)
    assert curves.treated(16) == pytest.approx(curves.control(16))
    assert curves.treated(6) < curves.control(6)
    assert curves.treated(30) > curves.control(30)
    assert curves.treated(curves.treated_median) == pytest.approx(0.5)


@pytest.mark.parametrize(("early", "late"), [(0.8, 0.6), (1.2, 1.1), (1, 0.6), (1.5, 1)])
def test_curves_on_one_side_never_meet_again(early, late):
    assert Crossing(20, early, late, 6).crosses is None


def test_an_early_death_of_half_the_arm_is_its_median():
    curves = Crossing(10, early=2.5, late=0.5, switch=6)
    assert curves.treated_median == 4
    assert curves.treated(4) == pytest.approx(0.5)


def test_months_gained_change_their_sign_with_the_horizon():
    curves = Crossing(20.6, 1.65, 0.61, 6)
    assert curves.months_gained(12) < 0 < curves.months_gained(60)
    steps = [0.01 * (i + 0.5) for i in range(2400)]
    area = sum(curves.treated(t) - curves.control(t) for t in steps) * 0.01
    assert curves.months_gained(24) == pytest.approx(area, abs=1e-4)


# Simulated cohorts ------------------------------------------------------------------------------


def test_a_simulated_trial_recovers_the_truth_that_it_was_drawn_from():
    drawn = simulate_trial(3000, 13.4, 0.66, follow_up=36, seed=1)
    assert hazard_ratio_by_person_time(drawn) == pytest.approx(0.66, abs=0.04)
    km = kaplan_meier(drawn.months, drawn.died, drawn.treated, unit="months")
    control, treated = km.medians["median"]
    assert control == pytest.approx(13.4, rel=0.06)
    assert treated == pytest.approx(13.4 / 0.66, rel=0.06)


def test_a_cox_model_recovers_the_ratio_of_curves_that_are_not_exponential():
    drawn = simulate_trial(3000, 13.4, 0.66, shape=1.4, follow_up=30, seed=1)
    fitted = cox_hazard_ratio(*drawn)
    assert fitted.value == pytest.approx(0.66, abs=0.05)
    assert fitted.low < 0.66 < fitted.high


def test_a_cohort_that_another_library_drew_gives_the_numbers_of_the_reference():
    random = np.random.default_rng(1)
    median = np.repeat([13.4, 13.4 / 0.66], 3000)
    time = np.concatenate([random.exponential(each, 3000) for each in (13.4, 13.4 / 0.66)])
    time, lost = time / math.log(2), random.uniform(12, 48, 6000)
    months, died, treated = np.minimum(time, lost), time <= lost, median > 14
    assert cox_hazard_ratio(months, died, treated).value == pytest.approx(0.6438, abs=5e-5)
    control = kaplan_meier(months, died, treated, unit="months").medians["median"][0]
    assert control == pytest.approx(13.46, abs=0.005)


def test_the_same_seed_draws_the_same_patients():
    assert simulate_trial(20, 12, 0.7, seed=4) == simulate_trial(20, 12, 0.7, seed=4)
    assert simulate_trial(20, 12, 0.7, seed=4) != simulate_trial(20, 12, 0.7, seed=5)


def test_shares_alive_equal_kaplan_meier_where_nobody_is_lost():
    drawn = simulate_trial(200, 10, 0.6, follow_up=36, seed=2)
    km = kaplan_meier(drawn.months, drawn.died, drawn.treated, unit="months").at([6, 24])
    for treated in (False, True):
        mine = km[km["group"] == str(treated)]["survival"].tolist()
        assert share_alive(drawn, [6, 24], treated=treated) == pytest.approx(mine)


PEOPLE = 20_000


@pytest.mark.parametrize("truth", [1.0, 0.7])
def test_without_wait_and_preference_the_cohort_is_as_good_as_a_trial(truth):
    fair = simulate_observed(PEOPLE, wait=0, preference=0, hazard_ratio=truth, seed=1)
    assert hazard_ratio_from_treatment(fair, fit=True) == pytest.approx(truth, abs=0.05)
    assert hazard_ratio_from_treatment(fair, fit=False) == pytest.approx(truth, abs=0.05)


def test_waiting_alone_makes_a_useless_treatment_look_good_and_counting_time_mends_it():
    waiting = simulate_observed(PEOPLE, wait=4, preference=0, seed=1)
    assert hazard_ratio_by_person_time(waiting.cohort) < 0.75
    for fit in (True, False):
        assert hazard_ratio_from_treatment(waiting, fit=fit) == pytest.approx(1, abs=0.06)


def test_choosing_the_fit_alone_makes_a_useless_treatment_look_good_and_comparing_like_mends_it():
    chosen = simulate_observed(PEOPLE, wait=0, preference=0.6, seed=1)
    assert hazard_ratio_by_person_time(chosen.cohort) < 0.8
    assert hazard_ratio_from_treatment(chosen) < 0.8
    for fit in (True, False):
        assert hazard_ratio_from_treatment(chosen, fit=fit) == pytest.approx(1, abs=0.08)


def test_nobody_is_treated_after_death_or_after_the_study():
    drawn = simulate_observed(2000, wait=5, preference=0.3, seed=6)
    for time, treated, start in zip(
        drawn.cohort.months, drawn.cohort.treated, drawn.waited, strict=True
    ):
        assert treated == (start < time)
        assert time <= 36


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: survival(-1, 10), "month"),
        (lambda: survival(1, 0), "median"),
        (lambda: under_hazard_ratio(50, 0.7), "share=50 .* percentage"),
        (lambda: treated_median(10, -1), "hazard_ratio"),
        (lambda: simulate_observed(100, wait=1, preference=30, seed=1), "preference"),
        (lambda: simulate_trial(0, 10, 1, seed=1), "arm"),
        (lambda: expected_median(hbv_percent=120), "hbv_percent=120"),
        (lambda: expected_median(locoregional=30), "locoregional=30 .* percentage"),
        (lambda: expected_median(antiangiogenic=False, sorafenib=True), "contradicts"),
    ],
)
def test_impossible_values_are_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()
