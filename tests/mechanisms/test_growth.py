"""Tumour growth: its check values, its limits, and its laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from hcclab.mechanisms.growth import (
    DAYS_PER_MONTH,
    LAWS,
    Growth,
    Law,
    days_until,
    diameter_cm,
    grow,
    sphere_ml,
)

YEAR = 365.25
laws = st.sampled_from(LAWS)
tumours = st.builds(
    Growth,
    doubling_months=st.floats(1, 18),
    diameter_cm=st.floats(0.5, 5),
    capacity_ml=st.floats(100, 2000),
)


@pytest.mark.parametrize(
    ("law", "one_year_ml", "one_year_cm", "five_years_ml"),
    [
        ("exponential", 25.55, 3.654, 3.536e4),
        ("logistic", 25.20, 3.638, 973.6),
        ("gompertz", 19.54, 3.342, 349.9),
    ],
)
def test_check_values(
    law: Law, one_year_ml: float, one_year_cm: float, five_years_ml: float
) -> None:
    assert grow(Growth(), YEAR, law) == pytest.approx(one_year_ml, rel=5e-4)
    assert diameter_cm(grow(Growth(), YEAR, law)) == pytest.approx(one_year_cm, rel=5e-4)
    assert grow(Growth(), 5 * YEAR, law) == pytest.approx(five_years_ml, rel=5e-4)


def test_the_anchor() -> None:
    assert Growth().doubling_months * DAYS_PER_MONTH == pytest.approx(140.0, abs=0.05)
    assert Growth().rate_per_day == pytest.approx(0.004951, rel=5e-4)
    assert Growth().volume_ml == pytest.approx(4.189, rel=5e-4)
    assert sphere_ml(5) == pytest.approx(65.45, rel=5e-4)


def test_the_rate_is_that_of_another_model_of_the_disease() -> None:
    # 0.004 per day in patients (Ande 2018, doi:10.1007/s10928-018-9590-0): same order, not fitted.
    assert Growth().rate_per_day == pytest.approx(0.004, rel=0.25)


@given(st.floats(0.01, 30))
def test_a_sphere_and_back(diameter: float) -> None:
    assert diameter_cm(sphere_ml(diameter)) == pytest.approx(diameter)


@given(tumours)
def test_volume_doubles_in_one_doubling_time_and_diameter_in_three(growth: Growth) -> None:
    day = growth.doubling_months * DAYS_PER_MONTH
    assert grow(growth, day, "exponential") == pytest.approx(2 * growth.volume_ml)
    assert diameter_cm(grow(growth, 3 * day, "exponential")) == pytest.approx(
        2 * growth.diameter_cm
    )


@given(tumours, laws)
def test_all_start_with_the_same_specific_rate(growth: Growth, law: Law) -> None:
    moment = 1e-3
    rate = np.log(grow(growth, moment, law) / growth.volume_ml) / moment
    assert rate == pytest.approx(growth.rate_per_day, rel=1e-3)


@given(tumours)
def test_room_orders_the_curves_and_each_rises_to_its_limit(growth: Growth) -> None:
    days = np.linspace(0, 10 * YEAR, 200)
    free, logistic, gompertz = (grow(growth, days, law) for law in LAWS)
    assert np.all(gompertz <= logistic * (1 + 1e-12)) and np.all(logistic <= free * (1 + 1e-12))
    for curve in (free, logistic, gompertz):
        assert np.all(np.diff(curve) >= 0)
    for law in ("logistic", "gompertz"):
        assert grow(growth, 1e6, law) == pytest.approx(growth.capacity_ml)


def test_closed_forms_solve_their_equations() -> None:
    growth = Growth()
    a = growth.rate_per_day / np.log(growth.capacity_ml / growth.volume_ml)
    r = growth.rate_per_day / (1 - growth.volume_ml / growth.capacity_ml)
    slopes = {
        "exponential": lambda _, v: growth.rate_per_day * v,
        "logistic": lambda _, v: r * v * (1 - v / growth.capacity_ml),
        "gompertz": lambda _, v: a * v * np.log(growth.capacity_ml / v),
    }
    for law in LAWS:
        solved = solve_ivp(slopes[law], (0, YEAR), [growth.volume_ml], rtol=1e-9, atol=1e-9)
        assert grow(growth, YEAR, law) == pytest.approx(solved.y[0, -1], rel=1e-6)


@pytest.mark.parametrize("law", ["logistic", "gompertz"])
def test_without_a_limit_growth_is_exponential(law: Law) -> None:
    # Gompertz comes near only like 1 / ln K.
    endless = Growth(capacity_ml=1e300)
    assert grow(endless, YEAR, law) == pytest.approx(grow(endless, YEAR, "exponential"), rel=5e-3)


@given(tumours, laws, st.floats(0.2, 0.95))
def test_the_day_of_a_diameter_is_when_the_curve_reaches_it(
    growth: Growth, law: Law, share: float
) -> None:
    goal = growth.diameter_cm + share * (diameter_cm(growth.capacity_ml) - growth.diameter_cm)
    assert diameter_cm(grow(growth, days_until(growth, goal, law), law)) == pytest.approx(goal)


def test_what_is_never_reached_and_what_makes_no_sense() -> None:
    assert days_until(Growth(capacity_ml=100), 6) == float("inf")
    assert days_until(Growth(), 1) < 0
    with pytest.raises(ValueError, match="leaves no room below capacity_ml=100"):
        grow(Growth(diameter_cm=6, capacity_ml=100), 1)
    with pytest.raises(ValueError, match="law='linear' is not one of exponential"):
        grow(Growth(), 1, "linear")  # type: ignore[arg-type]
