"""Radioembolisation: its check values, its decay integrals, and the laws of dose and effect."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad

from hcclab.dosimetry import GY_KG_PER_GBQ, Y90_HALF_LIFE_H, y90_mean_dose
from hcclab.mechanisms.radioembolisation import (
    JOULE_PER_MEV,
    LIMITS,
    ExternalBeamResponse,
    GlassResponse,
    Radioembolisation,
    Repair,
    ResinResponse,
    best_activity,
    delivered_share,
    dose_of_decay,
    dose_of_liver_bed_gy,
    doses,
    liver_bed_gy,
    ntcp,
    tcp,
    tumour_bed_gy,
    uncomplicated,
)

PLAN, GLASS, RESIN, BEAM = (
    Radioembolisation(),
    GlassResponse(),
    ResinResponse(),
    ExternalBeamResponse(),
)
DECAY_PER_H = np.log(2) / Y90_HALF_LIFE_H

plans = st.builds(
    Radioembolisation,
    activity_gbq=st.floats(0.1, 8),
    tumour_kg=st.floats(0.01, 1),
    normal_kg=st.floats(0.2, 2),
    lung_kg=st.floats(0.7, 1.2),
    tumour_to_normal=st.floats(1, 20),
    lung_shunt_fraction=st.floats(0, 0.3),
)
responses = st.builds(
    GlassResponse,
    control_d50_gy=st.floats(20, 400),
    control_slope=st.floats(0.3, 3),
    damage_d50_gy=st.floats(20, 200),
    damage_spread=st.floats(0.1, 0.5),
)
repairs = st.builds(Repair, liver_alpha_beta_gy=st.floats(1, 10), liver_repair_h=st.floats(0.5, 10))


# Check values -------------------------------------------------------------------------------------


def test_doses() -> None:
    # 49.80 Gy kg/GBq gives the tumour 236.55 Gy; all its digits, 49.8027, give 236.56 Gy.
    assert doses(PLAN) == pytest.approx((236.6, 47.31, 4.980), rel=5e-4)


@pytest.mark.parametrize(("day", "share"), [(64.1 / 24, 0.5), (7, 0.8374), (11, 0.9424)])
def test_delivered_share(day: float, share: float) -> None:
    assert delivered_share(24 * day) == pytest.approx(share, abs=5e-5)


def test_effective_doses() -> None:
    assert liver_bed_gy(50, Repair()) == pytest.approx(87.54, abs=5e-3)
    assert liver_bed_gy(50, Repair(liver_alpha_beta_gy=8)) == pytest.approx(61.73, abs=5e-3)
    assert tumour_bed_gy(205, Repair()) == pytest.approx(301.1, abs=0.05)


@pytest.mark.parametrize(("bed", "exact", "response"), [(250, 99.96, GLASS), (93, 52.16, RESIN)])
def test_the_doses_of_half_damage_are_worked_back_from_effective_doses(
    bed: float, exact: float, response: GlassResponse
) -> None:
    assert dose_of_liver_bed_gy(bed, Repair()) == pytest.approx(exact, abs=5e-3)
    assert response.damage_d50_gy == pytest.approx(exact, abs=0.05)


@pytest.mark.parametrize(
    ("curve", "dose", "response", "expected"),
    [
        (tcp, 120, GLASS, 0.05041),
        (tcp, 205, GLASS, 0.3114),
        (tcp, 400, GLASS, 0.8676),
        (ntcp, 30, GLASS, 0.00621),
        (ntcp, 50, GLASS, 0.03707),
        (ntcp, 75, GLASS, 0.1860),
        (ntcp, 50, RESIN, 0.4402),
    ],
)
def test_effects(curve: object, dose: float, response: GlassResponse, expected: float) -> None:
    assert curve(dose, response) == pytest.approx(expected, rel=1e-3)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("ratio", "activity", "probability"),
    [(2, 2.957, 0.1453), (5, 3.052, 0.6826), (10, 3.350, 0.9084)],
)
def test_the_best_activity(ratio: float, activity: float, probability: float) -> None:
    best = best_activity(PLAN.changed(tumour_to_normal=ratio), GLASS)
    assert best == pytest.approx((activity, probability), rel=5e-4)


def test_constants_of_decay() -> None:
    assert DECAY_PER_H == pytest.approx(0.01081, abs=5e-6)
    assert dose_of_decay(0.9337) == pytest.approx(PLAN.gy_kg_per_gbq, abs=5e-3)


# Decay integrals ----------------------------------------------------------------------------------


def test_the_dose_is_the_integral_of_the_decays() -> None:
    joule_per_s = 0.9337 * JOULE_PER_MEV * 1e9
    total, _ = quad(lambda h: joule_per_s * 3600 * np.exp(-DECAY_PER_H * h), 0, np.inf)
    assert dose_of_decay(0.9337) == pytest.approx(total)
    part, _ = quad(lambda h: DECAY_PER_H * np.exp(-DECAY_PER_H * h), 0, 100)
    assert delivered_share(100) == pytest.approx(part)


@pytest.mark.parametrize("repair_h", [2.5, 1.5])
def test_the_effective_dose_has_the_lea_catcheside_factor(repair_h: float) -> None:
    repair_per_h = np.log(2) / repair_h
    # In units of the decay constant, over the time and over the age of the damage.
    ratio = repair_per_h / DECAY_PER_H
    factor, _ = dblquad(
        lambda age, t: 2 * np.exp(-2 * t - (ratio - 1) * age), 0, 20, 0, lambda t: t
    )
    assert factor == pytest.approx(DECAY_PER_H / (DECAY_PER_H + repair_per_h), rel=1e-6)
    if repair_h == 2.5:
        assert factor == pytest.approx(0.03754, abs=5e-6)
    bed = liver_bed_gy(50, Repair(liver_alpha_beta_gy=4, liver_repair_h=repair_h))
    assert bed == pytest.approx(50 * (1 + 50 * factor / 4), rel=1e-6)


# Laws ---------------------------------------------------------------------------------------------


@given(plans)
def test_no_activity_is_lost_and_the_ratio_is_kept(plan: Radioembolisation) -> None:
    tumour, normal, lung = doses(plan)
    energy = tumour * plan.tumour_kg + normal * plan.normal_kg + lung * plan.lung_kg
    assert energy / plan.gy_kg_per_gbq == pytest.approx(plan.activity_gbq)
    assert tumour / normal == pytest.approx(plan.tumour_to_normal)


@given(plans)
def test_without_shunt_and_preference_the_dose_is_uniform(plan: Radioembolisation) -> None:
    even = plan.changed(tumour_to_normal=1, lung_shunt_fraction=0, gy_kg_per_gbq=GY_KG_PER_GBQ)
    mean = y90_mean_dose(even.activity_gbq, even.tumour_kg + even.normal_kg, 0)
    assert doses(even) == pytest.approx((mean, mean, 0))


@given(repairs, st.floats(0, 500))
def test_effective_dose_and_back(repair: Repair, dose: float) -> None:
    bed = liver_bed_gy(dose, repair)
    assert bed >= dose
    assert dose_of_liver_bed_gy(bed, repair) == pytest.approx(dose)


def test_a_tissue_without_repairable_damage_feels_the_dose_itself() -> None:
    linear = Repair(liver_alpha_beta_gy=1e9, tumour_alpha_beta_gy=1e9)
    assert liver_bed_gy(80, linear) == pytest.approx(80)
    assert tumour_bed_gy(80, linear) == pytest.approx(80)
    assert dose_of_liver_bed_gy(80, linear) == pytest.approx(80)


@given(responses)
def test_the_curves_are_halfway_at_their_dose_and_rise_as_told(response: GlassResponse) -> None:
    half = response.control_d50_gy
    assert tcp(half, response) == pytest.approx(0.5)
    assert ntcp(response.damage_d50_gy, response) == pytest.approx(0.5)
    slope = (tcp(half * 1.0001, response) - tcp(half / 1.0001, response)) / (2 * np.log(1.0001))
    assert slope == pytest.approx(response.control_slope, rel=1e-4)
    grays = np.linspace(0, 600, 100)
    for curve in (tcp(grays, response), ntcp(grays, response)):
        assert np.all(np.diff(curve) >= 0) and curve[-1] <= 1
    assert tcp(0, response) == 0


@pytest.mark.parametrize(("spread", "damaged"), [(0.28, 0.0002), (0.5, 0.023)])
def test_a_probit_has_damage_without_dose(spread: float, damaged: float) -> None:
    assert ntcp(0, GLASS.changed(damage_spread=spread)) == pytest.approx(damaged, rel=0.15)


@settings(max_examples=50, deadline=None)
@given(plans, responses)
def test_one_activity_is_best(plan: Radioembolisation, response: GlassResponse) -> None:
    best = best_activity(plan, response)
    assert uncomplicated(plan, response, best.activity_gbq) == pytest.approx(best.probability)
    below, above = (
        uncomplicated(plan, response, best.activity_gbq * np.geomspace(*ends, 60))
        for ends in ((1e-2, 1), (1, 1e2))
    )
    assert np.all(np.diff(below) >= -1e-9) and np.all(np.diff(above) <= 1e-9)


@settings(max_examples=15, deadline=None)
@given(plans, responses)
def test_a_tumour_that_takes_up_more_has_a_better_optimum(
    plan: Radioembolisation, response: GlassResponse
) -> None:
    chances = [
        best_activity(plan.changed(tumour_to_normal=ratio), response).probability
        for ratio in (1, 2, 5, 10, 20)
    ]
    assert np.all(np.diff(chances) > -1e-12) and chances[-1] > chances[0]


# What is asked and what is told -------------------------------------------------------------------


def test_devices_differ_for_the_same_dose() -> None:
    assert [response.control_d50_gy for response in (GLASS, RESIN, BEAM)] == [250, 60, 53]
    assert [response.damage_d50_gy for response in (GLASS, RESIN, BEAM)] == [100, 52.2, 39.8]
    assert ntcp(50, RESIN) > 10 * ntcp(50, GLASS)
    assert (GLASS.damage_spread, BEAM.damage_spread) == (0.28, 0.12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: best_activity(PLAN, BEAM), "is not one of GlassResponse, ResinResponse"),
        (lambda: uncomplicated(PLAN, GLASS, -1), r"activity_gbq=-1\.0 outside 0-inf"),
        (lambda: tcp(-1, GLASS), r"dose_gy=-1\.0 outside 0-inf"),
        (lambda: ntcp(np.nan, GLASS), "dose_gy=nan outside 0-inf"),
        (lambda: dose_of_liver_bed_gy(-1, Repair()), r"bed_gy=-1\.0 outside 0-inf"),
        (lambda: Radioembolisation(lung_shunt_fraction=5), "lung_shunt_fraction=5 outside 0-0.99"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_the_limits_disclose_what_disagrees() -> None:
    told = " ".join(LIMITS)
    assert "Teaching model" in told and "Never mix thresholds of glass and resin" in told
    assert f"{float(tcp(205, GLASS)):.0%}".replace("%", " % control at 205 Gy") in told
    assert f"{PLAN.gy_kg_per_gbq:.2f} Gy here, {GY_KG_PER_GBQ} Gy" in told
