"""Oncolytic virus: its check values, its threshold, its limits in closed form, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.growth import Growth, grow
from hcclab.mechanisms.oncolytic_virus import (
    LIMITS,
    OncolyticVirus,
    OncolyticVirusWithImmunity,
    final_share,
    infect,
    nadir,
    reproduction_number,
    threshold_burst,
)

GROWTH = Growth(diameter_cm=5)
PLAIN, IMMUNE = OncolyticVirus(), OncolyticVirusWithImmunity()
DAYS = np.linspace(0, 180, 361)

few = settings(max_examples=15, deadline=None)
viruses = st.builds(
    OncolyticVirus,
    dose=st.floats(0.001, 1),
    burst=st.floats(1, 200),
    lysis_per_day=st.floats(0.3, 4),
    loss_per_day=st.floats(0.1, 5),
    selectivity=st.floats(0, 4).map(lambda power: 10**power),
    virus_clearance_per_day=st.floats(0, 8),
    infected_kill_per_day=st.floats(0, 2),
    tumour_kill_per_day=st.floats(0, 1),
)
alone = st.builds(
    OncolyticVirus,
    burst=st.floats(1, 200),
    lysis_per_day=st.floats(0.3, 4),
    loss_per_day=st.floats(0.1, 5),
    normal_cells=st.just(0),
)


def with_number(virus: OncolyticVirus, number: float) -> OncolyticVirus:
    """The same virus with the infection rate that gives it this R0."""
    infection = number * virus.loss_per_day / virus.burst
    assume(infection <= OncolyticVirus.described()["infection_per_day"].variable.hard[1])
    return virus.changed(infection_per_day=infection)


def lowest(virus: OncolyticVirus) -> float:
    return nadir(GROWTH, virus).burden


# Check values -------------------------------------------------------------------------------------


def test_the_threshold() -> None:
    assert threshold_burst(PLAIN) == pytest.approx(10)
    assert reproduction_number(PLAIN) == pytest.approx(5)
    assert reproduction_number(PLAIN.changed(burst=threshold_burst(PLAIN))) == pytest.approx(1)
    assert threshold_burst(PLAIN.changed(infection_per_day=0)) == np.inf


def test_the_tumour_is_that_of_the_growth_page() -> None:
    assert GROWTH.capacity_ml / GROWTH.volume_ml == pytest.approx(15.28, abs=0.005)
    assert GROWTH.rate_per_day == pytest.approx(np.log(2) / 140, rel=5e-4)


@pytest.mark.parametrize(("burst", "expected"), [(20, 0.1998), (50, 0.006905)])
def test_final_shares(burst: float, expected: float) -> None:
    virus = PLAIN.changed(burst=burst, normal_cells=0)
    assert final_share(virus) == pytest.approx(expected, rel=2.5e-4)
    assert infect(None, virus, 400).uninfected == pytest.approx(final_share(virus), rel=1e-4)


@pytest.mark.parametrize(
    ("virus", "expected"),
    [
        (PLAIN.changed(burst=12), 0.6908),
        (PLAIN.changed(burst=20), 0.2060),
        (PLAIN, 0.007136),
        (PLAIN.changed(burst=150), 3.173e-7),
        (IMMUNE, 0.1606),
    ],
    ids=["burst 12", "burst 20", "burst 50", "burst 150", "immunity"],
)
def test_nadirs(virus: OncolyticVirus, expected: float) -> None:
    assert lowest(virus) == pytest.approx(expected, rel=3e-4)


def test_the_day_of_the_nadir_and_what_is_left_after_180_days() -> None:
    # Day 17.25 on a grid of a quarter of a day; 17.2 on a finer one.
    assert nadir(GROWTH, PLAIN).day == pytest.approx(17.2, abs=0.05)
    assert infect(GROWTH, PLAIN, 180).burden == pytest.approx(0.04987, abs=1.5e-5)
    assert infect(GROWTH, IMMUNE, 180).burden == pytest.approx(0.2228, abs=5e-5)


@pytest.mark.parametrize(
    ("selectivity", "expected"), [(1, 1.000), (10, 0.4675), (100, 0.05001), (1e4, 5.116e-4)]
)
def test_normal_cells_lost(selectivity: float, expected: float) -> None:
    left = infect(GROWTH, PLAIN.changed(selectivity=selectivity), 180).normal / 5
    assert 1 - left == pytest.approx(expected, rel=2e-4)


def test_a_virus_below_its_threshold_comes_back_when_the_tumour_has_grown() -> None:
    virus = PLAIN.changed(burst=9)
    assert reproduction_number(virus) == pytest.approx(0.9)
    course = infect(GROWTH, virus, np.linspace(0, 180, 1801))
    back = int(np.argmin(course.virus[:900]))
    assert course.t_day[back] == pytest.approx(41, abs=0.5)
    assert course.uninfected[back] == pytest.approx(1 / 0.9, rel=0.01)
    peak = int(np.argmax(course.burden))
    assert course.burden[peak] == pytest.approx(1.232, abs=5e-4)
    # Day 85.5 on a grid of half a day; 85.4 on a finer one.
    assert course.t_day[peak] == pytest.approx(85.4, abs=0.1)


# Closed-form limits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "virus",
    [PLAIN.changed(dose=0), PLAIN.changed(infection_per_day=0)],
    ids=["no dose", "no infection"],
)
def test_without_infection_it_is_gompertz(virus: OncolyticVirus) -> None:
    course = infect(GROWTH, virus, DAYS)
    np.testing.assert_allclose(course.burden, grow(GROWTH, DAYS) / GROWTH.volume_ml, rtol=1e-5)
    np.testing.assert_allclose(course.normal, 5)
    assert not course.infected.any() and not course.effectors.any()
    np.testing.assert_allclose(course.virus, virus.dose * np.exp(-0.6 * DAYS), rtol=1e-3)
    assert np.all(infect(None, virus, DAYS).uninfected == 1)


@few
@given(alone, st.floats(0.2, 6), st.floats(0.001, 1))
def test_what_is_never_infected_follows_the_final_size_law(
    virus: OncolyticVirus, number: float, dose: float
) -> None:
    virus = with_number(virus.changed(burst=virus.burst + 10), number).changed(dose=dose)
    left = final_share(virus)
    first = virus.infection_per_day * dose / virus.loss_per_day
    assert np.log(left) == pytest.approx(-number * (1 - left) - first, abs=1e-9)
    assert infect(None, virus, 5000).uninfected == pytest.approx(left, rel=2e-3)


def test_a_virus_that_spreads_to_nobody_infects_its_dose_only() -> None:
    virus = PLAIN.changed(infection_per_day=0)
    assert final_share(virus) == 1
    assert final_share(PLAIN.changed(burst=0.1, dose=1)) == pytest.approx(
        np.exp(-0.06 / 0.6), rel=2e-3
    )


# Laws ---------------------------------------------------------------------------------------------


@few
@given(alone, st.one_of(st.floats(0.1, 0.9), st.floats(1.2, 6)))
def test_a_small_dose_dies_out_below_the_threshold_and_spreads_above(
    virus: OncolyticVirus, number: float
) -> None:
    virus = with_number(virus, number).changed(dose=1e-6)
    seen = infect(None, virus, np.linspace(0, 1000, 2001)).virus
    if number < 1:
        assert seen.max() == seen[0] and seen[-1] < seen[0] / 10
    else:
        assert seen.max() > 10 * seen[0]


def test_a_larger_burst_lowers_the_nadir() -> None:
    assert np.all(np.diff([lowest(PLAIN.changed(burst=b)) for b in (12, 20, 50, 100, 150)]) < 0)


@pytest.mark.parametrize("burst", [20, 50, 150])
def test_above_the_threshold_the_dose_hardly_matters(burst: float) -> None:
    small, large = (lowest(PLAIN.changed(burst=burst, dose=dose)) for dose in (0.001, 1))
    assert abs(small - large) < 0.05


@pytest.mark.parametrize("name", ["virus_clearance_per_day", "infected_kill_per_day"])
def test_immunity_to_the_virus_leaves_more_tumour(name: str) -> None:
    left = [lowest(PLAIN.changed(**{name: value})) for value in (0, 1, 2, 4)]
    assert np.all(np.diff(left) > 0)


def test_immunity_to_the_tumour_lowers_the_nadir() -> None:
    left = [lowest(IMMUNE.changed(tumour_kill_per_day=value)) for value in (0, 0.2, 0.5, 1)]
    assert np.all(np.diff(left) < 0)


def test_selectivity_spares_normal_cells() -> None:
    kept = [infect(GROWTH, PLAIN.changed(selectivity=10.0**k), 180).normal for k in range(5)]
    assert np.all(np.diff(kept) > 0)


@few
@given(viruses)
def test_nothing_is_ever_negative_and_no_tumour_outgrows_its_room(virus: OncolyticVirus) -> None:
    course = infect(GROWTH, virus, DAYS)
    for each in course[1:]:
        assert np.all(np.isfinite(each)) and np.all(each >= 0)
    free = grow(GROWTH, DAYS) / GROWTH.volume_ml
    assert np.all(course.burden <= free * (1 + 1e-5))
    assert np.all(np.diff(course.normal) <= 1e-5)
    assert np.all(course.normal + course.normal_infected <= 5 * (1 + 1e-5))


# What is asked and what is told -------------------------------------------------------------------


def test_days_of_any_shape_and_order() -> None:
    course = infect(GROWTH, PLAIN, [[30, 0], [10, 20]])
    assert course.burden.shape == (2, 2) and course.burden[0, 1] == pytest.approx(1)
    assert course.virus[0, 1] == pytest.approx(0.1)
    assert course.burden[1, 0] == pytest.approx(float(infect(GROWTH, PLAIN, 10).burden), rel=1e-4)
    assert infect(GROWTH, PLAIN, 0).normal == pytest.approx(5)
    assert infect(GROWTH, PLAIN, []).burden.shape == (0,)


@pytest.mark.parametrize("virus", [PLAIN, IMMUNE], ids=["plain", "immune"])
@pytest.mark.parametrize("loss", [0.1, 5])
@pytest.mark.parametrize("lysis", [0.3, 4])
def test_sliders_at_their_ends(virus: OncolyticVirus, loss: float, lysis: float) -> None:
    """A tumour or a virus that is all but gone must not stall the solver."""
    ends = virus.changed(burst=200, loss_per_day=loss, lysis_per_day=lysis, dose=1)
    course = infect(GROWTH, ends, 365)
    assert 0 < course.burden < infect(GROWTH, ends.changed(dose=0), 365).burden


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: infect(GROWTH, PLAIN, -1), "t_day=-1 must be finite and not below 0"),
        (lambda: infect(Growth(diameter_cm=13), PLAIN, 1), "leaves no room below"),
        (lambda: OncolyticVirus(selectivity=0.5), "selectivity=0.5 outside 1-"),
        (lambda: OncolyticVirus(dose=-1), "dose=-1 outside 0-1000"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_only_what_is_remembered_names_a_source() -> None:
    for virus in (OncolyticVirus, OncolyticVirusWithImmunity):
        own = virus.described()
        assert {name for name, each in own.items() if each.code == "M"} == {
            "lysis_per_day",
            "loss_per_day",
        }
        assert all(bool(each.source) == (each.code == "M") for each in own.values())


def test_the_limits_disclose_what_is_not_fitted() -> None:
    told = " ".join(LIMITS)
    for words in ("Teaching model", "well mixed", "from memory", "fitted to HCC", "from day 41"):
        assert words in told
