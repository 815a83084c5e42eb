"""Antibodies: check values, closed-form limits, and laws of concentration, occupancy and VEGF."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from hcclab.mechanisms.antibodies import (
    LIMITS,
    Atezolizumab,
    AtezolizumabInLungCancer,
    Bevacizumab,
    DriftingNivolumab,
    Nivolumab,
    Pd1,
    PdL1,
    Vegf,
    course_mg_l,
    dosing_days,
    exposure,
    neutralise,
    occupancy,
    steady_mg_l,
    suppression,
    trough_mg_l,
)

ATEZOLIZUMAB, NIVOLUMAB, BEVACIZUMAB = Atezolizumab(), Nivolumab(), Bevacizumab()
VEGF = Vegf()
DAYS = np.linspace(0, 168, 169)

few = settings(max_examples=15, deadline=None)
quick = settings(max_examples=40, deadline=None)
kinetics = {
    "dose_mg": st.floats(0.1, 2000),
    "interval_day": st.floats(7, 42),
    "clearance_l_day": st.floats(0.05, 0.6),
    "central_l": st.floats(2, 6),
    "exchange_l_day": st.floats(0.1, 2),
    "tissue_l": st.floats(1, 6),
}
antibodies = st.builds(Atezolizumab, **kinetics)
drifting_ones = st.builds(
    Atezolizumab,
    drift=st.floats(-0.5, 0.2),
    drift_day=st.floats(20, 150),
    drift_power=st.floats(1, 5),
    **kinetics,
)
receptors = st.builds(PdL1, kd_nm=st.floats(0.05, 20), tumour_ratio=st.floats(0.02, 1))
vegfs = st.builds(
    Vegf,
    removal_per_day=st.floats(0.1, 2),
    baseline_nm=st.floats(0.001, 0.05),
    half_bound_nm=st.floats(20, 1000),
    **kinetics,
)


# Check values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("drug", "half_life", "trough"),
    [(ATEZOLIZUMAB, 26.59, 191.7), (NIVOLUMAB, 20.86, 56.14), (BEVACIZUMAB, 19.12, 143.1)],
)
def test_half_life_and_trough(drug: Atezolizumab, half_life: float, trough: float) -> None:
    assert drug.half_life_day == pytest.approx(half_life, abs=5e-3)
    assert exposure(drug).trough_mg_l == pytest.approx(trough, rel=5e-4)


def test_atezolizumab_beside_its_label() -> None:
    mean, peak, trough, area = exposure(ATEZOLIZUMAB)
    assert area == pytest.approx(6000) and area == pytest.approx(6107, rel=0.02)
    assert mean == pytest.approx(6000 / 21)
    assert 98.4 < trough < 313 and trough == pytest.approx(179, rel=0.08)
    assert pytest.approx(27, abs=0.5) == ATEZOLIZUMAB.half_life_day
    # 548.9 mg/L had been read a tenth of a day after the dose; right after it is 557.6.
    assert steady_mg_l(ATEZOLIZUMAB, 0.1) == pytest.approx(548.9, abs=0.05)
    assert peak == pytest.approx(557.6, abs=0.05)
    accumulated = trough / trough_mg_l(ATEZOLIZUMAB, 1)
    assert accumulated == pytest.approx(2.369, abs=5e-4) and accumulated < 2.75


@pytest.mark.parametrize(
    ("dose", "expected"),
    [(1, 0.4236), (10, 0.8802), (60, 0.9778), (300, 0.9955), (1200, 0.9989)],
)
def test_occupancy_is_flat_over_the_clinical_doses(dose: float, expected: float) -> None:
    drug = ATEZOLIZUMAB.changed(dose_mg=dose)
    assert occupancy(trough_mg_l(drug, 6), drug, PdL1()) == pytest.approx(expected, abs=5e-5)


def test_nivolumab() -> None:
    trough = exposure(NIVOLUMAB).trough_mg_l
    assert occupancy(trough, NIVOLUMAB, Pd1()) == pytest.approx(0.9412, abs=6e-5)
    drug = DriftingNivolumab()
    ratio = drug.clearance_at(float("inf")) / drug.clearance_at(0)
    assert ratio == pytest.approx(0.7445, abs=5e-5)
    # 82.38 mg/L had been read half a day before the end of week 52; the trough is lower.
    assert trough_mg_l(drug, 26) == pytest.approx(81.30, abs=0.01)
    assert course_mg_l(drug, 363.48, dosing_days(drug, 26)) == pytest.approx(82.38, abs=0.01)


def test_vegf_under_bevacizumab() -> None:
    assert VEGF.baseline_nm * VEGF.vegf_kda * 1000 == pytest.approx(212)
    # The check values were taken on half days of the eighth cycle, the trough half a day early.
    t_day = 147 + np.arange(0, 21, 0.5)
    course = neutralise(VEGF, t_day, dosing_days(VEGF, 8))
    assert course.free_vegf_ng_l[-1] == pytest.approx(134.9, abs=0.05)
    assert 1 - course.free_vegf_ng_l[-1] / 212 == pytest.approx(0.3635, abs=5e-5)
    assert 1 - course.free_vegf_ng_l.mean() / 212 == pytest.approx(0.4858, abs=5e-5)
    assert course.total_vegf_ng_l[-1] / 212 == pytest.approx(3.825, abs=5e-4)
    # At the end of the cycle, and as a mean over time, it is a little less.
    assert suppression(VEGF) == pytest.approx((0.4813, 0.3589), abs=5e-5)


# Laws of the concentration ------------------------------------------------------------------------


@quick
@given(antibodies)
def test_one_dose_is_the_textbook_biexponential(drug: Atezolizumab) -> None:
    out = drug.clearance_l_day / drug.central_l
    there, back = drug.exchange_l_day / drug.central_l, drug.exchange_l_day / drug.tissue_l
    total = out + there + back
    root = np.sqrt(total**2 - 4 * out * back)
    fast, slow = (total + root) / 2, (total - root) / 2
    expected = (fast - back) * np.exp(-fast * DAYS) + (back - slow) * np.exp(-slow * DAYS)
    expected *= drug.dose_mg / drug.central_l / (fast - slow)
    np.testing.assert_allclose(course_mg_l(drug, DAYS), expected, rtol=1e-6)
    assert drug.half_life_day == pytest.approx(np.log(2) / slow)


@quick
@given(drifting_ones)
def test_a_steady_interval_has_the_area_of_dose_over_clearance(drug: Atezolizumab) -> None:
    points, weights = np.polynomial.legendre.leggauss(60)
    t_day = drug.interval_day * (points + 1) / 2
    area = drug.interval_day / 2 * weights @ steady_mg_l(drug, t_day)
    final = drug.clearance_l_day * np.exp(drug.drift)
    assert area == pytest.approx(drug.dose_mg / final, rel=1e-5)
    mean, peak, trough, known = exposure(drug)
    assert known == pytest.approx(drug.dose_mg / final) and trough < mean < peak


@few
@given(antibodies, st.floats(20, 150), st.floats(1, 5))
def test_a_drift_of_nothing_is_a_constant_clearance(
    drug: Atezolizumab, day: float, power: float
) -> None:
    days = dosing_days(drug, 4)
    almost = drug.changed(drift=1e-12, drift_day=day, drift_power=power)
    still = drug.changed(drift_day=day, drift_power=power)
    np.testing.assert_allclose(
        course_mg_l(almost, DAYS, days), course_mg_l(drug, DAYS, days), rtol=1e-6
    )
    np.testing.assert_array_equal(course_mg_l(still, DAYS, days), course_mg_l(drug, DAYS, days))


@few
@given(drifting_ones.filter(lambda drug: drug.drift != 0))
def test_a_clearance_that_drifts_solves_its_equation(drug: Atezolizumab) -> None:
    def slope(t: float, x: np.ndarray) -> list[float]:
        out = float(drug.clearance_at(t)) * x[0] / drug.central_l
        moved = drug.exchange_l_day * (x[0] / drug.central_l - x[1] / drug.tissue_l)
        return [-out - moved, moved]

    end = drug.interval_day
    first = solve_ivp(slope, (0, end), [drug.dose_mg, 0], rtol=1e-8, atol=1e-10).y[:, -1]
    second = solve_ivp(
        slope, (end, 2 * end), [first[0] + drug.dose_mg, first[1]], rtol=1e-8, atol=1e-10
    )
    assert trough_mg_l(drug, 2) == pytest.approx(second.y[0, -1] / drug.central_l, rel=1e-3)


def test_a_falling_clearance_raises_the_trough_later() -> None:
    for constant, falling in (
        (NIVOLUMAB, DriftingNivolumab()),
        (AtezolizumabInLungCancer(drift=0), AtezolizumabInLungCancer()),
    ):
        more = [trough_mg_l(falling, n) / trough_mg_l(constant, n) for n in (1, 3, 6, 12, 26)]
        assert 1 < more[0] < 1.01 and np.all(np.diff(more) > 0)
        final = exposure(falling).trough_mg_l
        assert trough_mg_l(falling, 60) == pytest.approx(final, rel=0.01)


@few
@given(antibodies, st.floats(0.1, 10))
def test_concentration_is_in_proportion_to_dose(drug: Atezolizumab, factor: float) -> None:
    more = drug.changed(dose_mg=factor * drug.dose_mg)
    days = dosing_days(drug, 5, missed=(3,))
    np.testing.assert_allclose(
        course_mg_l(more, DAYS, days), factor * course_mg_l(drug, DAYS, days), rtol=1e-9
    )


def test_a_missed_dose_is_missed() -> None:
    assert dosing_days(NIVOLUMAB, 4, missed=(1, 3)) == (14, 42)
    taken = course_mg_l(NIVOLUMAB, DAYS, dosing_days(NIVOLUMAB, 8))
    missed = course_mg_l(NIVOLUMAB, DAYS, dosing_days(NIVOLUMAB, 8, missed=(4,)))
    lost = np.where(DAYS >= 42, course_mg_l(NIVOLUMAB, np.maximum(DAYS - 42, 0)), 0)
    np.testing.assert_allclose(taken - missed, lost, atol=1e-9)


# Laws of occupancy and VEGF -----------------------------------------------------------------------


@quick
@given(receptors, st.floats(0, 1e4), st.floats(0.01, 1e3))
def test_occupancy_rises_to_one_and_is_half_at_its_constant(
    receptor: PdL1, mg_l: float, more: float
) -> None:
    lower, upper = occupancy(np.array([mg_l, mg_l + more]), ATEZOLIZUMAB, receptor)
    assert 0 <= lower < upper < 1
    half = receptor.kd_nm / receptor.tumour_ratio * ATEZOLIZUMAB.molar_mass_kda / 1000
    assert occupancy(half, ATEZOLIZUMAB, receptor) == pytest.approx(0.5)
    assert occupancy(1e12, ATEZOLIZUMAB, receptor) == pytest.approx(1)


@few
@given(vegfs)
def test_without_drug_vegf_stays_at_its_baseline(vegf: Vegf) -> None:
    baseline = vegf.baseline_nm * vegf.vegf_kda * 1000
    for course in (
        neutralise(vegf, DAYS, ()),
        neutralise(vegf.changed(dose_mg=0), DAYS, dosing_days(vegf, 3)),
    ):
        np.testing.assert_allclose(course.free_vegf_ng_l, baseline, rtol=1e-5)
        np.testing.assert_allclose(course.total_vegf_ng_l, baseline, rtol=1e-5)
        np.testing.assert_array_equal(course.drug_mg_l, 0)


@few
@given(vegfs)
def test_free_falls_and_total_rises(vegf: Vegf) -> None:
    course = neutralise(vegf, DAYS, dosing_days(vegf, 4))
    baseline = vegf.baseline_nm * vegf.vegf_kda * 1000
    assert np.all(course.free_vegf_ng_l <= course.total_vegf_ng_l * (1 + 1e-9))
    assert np.all((course.free_vegf_ng_l > 0) & (course.drug_mg_l >= 0))
    if vegf.removal_per_day > vegf.clearance_l_day / vegf.central_l:
        assert np.all(course.total_vegf_ng_l >= baseline * (1 - 1e-5))


def test_more_drug_leaves_less_free_vegf() -> None:
    left = [
        neutralise(VEGF.changed(dose_mg=dose), DAYS[1:], dosing_days(VEGF, 8)).free_vegf_ng_l
        for dose in (0, 1, 10, 100, 350, 1050, 2000)
    ]
    assert np.all(np.diff(left, axis=0) < 0)


def test_vegf_settles_where_making_and_removal_meet() -> None:
    # Without exchange or clearance to move it, drug stays, and the balance can be written down.
    vegf = VEGF.changed(clearance_l_day=0.001, exchange_l_day=1e-4, interval_day=1000)
    course = neutralise(vegf, np.array([40.0]))
    share = course.free_vegf_ng_l[0] / course.total_vegf_ng_l[0]
    drug_nm = course.drug_mg_l[0] / vegf.molar_mass_kda * 1000
    assert share == pytest.approx(vegf.half_bound_nm / (vegf.half_bound_nm + drug_nm), rel=1e-4)


@few
@given(st.floats(0.1, 2000))
def test_so_little_vegf_does_not_change_the_drug(dose: float) -> None:
    vegf = VEGF.changed(dose_mg=dose, baseline_nm=1e-6)
    linear = Bevacizumab(
        dose_mg=dose,
        clearance_l_day=vegf.clearance_l_day,
        central_l=vegf.central_l,
        exchange_l_day=vegf.exchange_l_day,
        tissue_l=vegf.tissue_l,
    )
    days = dosing_days(vegf, 3)
    np.testing.assert_allclose(
        neutralise(vegf, DAYS, days).drug_mg_l, course_mg_l(linear, DAYS, days), rtol=1e-4
    )


# What is asked and what is told -------------------------------------------------------------------


def test_days_in_any_order_and_a_dose_on_the_last_day() -> None:
    days = dosing_days(VEGF, 2)
    course = neutralise(VEGF, [21, 0, 10], days)
    alone = [neutralise(VEGF, day, days) for day in (21, 0, 10)]
    for name in ("drug_mg_l", "free_vegf_ng_l", "total_vegf_ng_l"):
        np.testing.assert_allclose(
            getattr(course, name), [getattr(each, name) for each in alone], rtol=1e-4
        )
    assert course.drug_mg_l[0] > 300
    assert neutralise(VEGF, []).free_vegf_ng_l.shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dosing_days(NIVOLUMAB, -1), "doses=-1 is not a whole number from 0"),
        (lambda: dosing_days(NIVOLUMAB, 3, (4,)), r"missed=\[4\] outside 1-3"),
        (lambda: course_mg_l(NIVOLUMAB, 1, (5, 2)), "must be finite and ascending"),
        (lambda: course_mg_l(DriftingNivolumab(), -1), "must be finite and not below 0"),
        (lambda: NIVOLUMAB.clearance_at(-1), "t_day=-1 outside 0-inf"),
        (lambda: steady_mg_l(NIVOLUMAB, 15), "t=15 outside 0-14"),
        (lambda: trough_mg_l(NIVOLUMAB, -1), "doses=-1 is not a whole number"),
        (lambda: occupancy(-1, NIVOLUMAB, Pd1()), "mg_l=-1 outside 0-inf"),
        (lambda: neutralise(VEGF, -1), "t_day=-1 must be finite and not below 0"),
        (lambda: neutralise(VEGF, 1, (-1,)), "must be finite and not below 0"),
        (lambda: suppression(VEGF, 0), "cycle=0 is not a whole number from 1"),
        (lambda: Vegf(dose_mg=-1), "dose_mg=-1 outside 0-"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_the_limits_disclose_what_is_chosen() -> None:
    told = " ".join(LIMITS)
    for words in ("Teaching model", "teaching choice", "from memory", "colorectal"):
        assert words in told
    assert f"{exposure(ATEZOLIZUMAB).trough_mg_l / trough_mg_l(ATEZOLIZUMAB, 1):.2f}-fold" in told
