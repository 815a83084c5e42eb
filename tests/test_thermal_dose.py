from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.thermal_dose import GAS_CONSTANT
from tests.monotone import assert_worse_never_better


@pytest.mark.parametrize(
    ("temp", "factor"), [(42, 1 / 4), (42.9, 0.25**0.1), (43, 1), (43.1, 2**0.1), (44, 2)]
)
def test_a_degree_doubles_above_43_and_quadruples_below(temp: float, factor: float) -> None:
    assert hcc.cem43_rate(temp) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("temp", "minutes", "cem43", "arrhenius"),
    [
        (43, 239.99, "not reached", "reached"),
        (43, 240, "reached", "reached"),
        (60, 3.4 / 60, "reached", "not reached"),
        (60, 3.44 / 60, "reached", "reached"),
        (43, 8.5, "not reached", "not reached"),
        (43, 8.52, "not reached", "reached"),
    ],
)
def test_the_two_limits_of_necrosis_disagree(
    temp: float, minutes: float, cem43: str, arrhenius: str
) -> None:
    found = hcc.heat_dose(temp_c=temp, minutes=minutes).grades
    assert found == {"cem43_necrosis": cem43, "arrhenius_necrosis": arrhenius}


def test_the_time_for_a_damage_of_1_reaches_it() -> None:
    for temp in (50, 54, 60, 80):
        minutes = hcc.arrhenius_seconds(temp) / 60
        for share, grade in ((0.999, "not reached"), (1, "reached"), (1.001, "reached")):
            found = hcc.heat_dose(temp_c=temp, minutes=share * minutes).grades
            assert found["arrhenius_necrosis"] == grade


def test_the_gas_constant_is_that_of_the_si() -> None:
    boltzmann, avogadro = 1.380649e-23, 6.02214076e23
    assert GAS_CONSTANT == pytest.approx(boltzmann * avogadro, rel=0, abs=5e-10)


def test_arrhenius_below_its_fit_is_remarked() -> None:
    assert hcc.heat_dose(temp_c=49.9, minutes=1).flags == ("below_the_fit",)
    assert hcc.heat_dose(temp_c=50, minutes=1).flags == ()


def test_heat_needs_temperature_and_time() -> None:
    assert hcc.heat_dose(temp_c=60).missing == ("minutes",)
    assert hcc.heat_dose(minutes=1).missing == ("temp_c",)


def test_more_heat_never_undoes_damage() -> None:
    worse = {"temp_c": +1, "minutes": +1}
    for table in (hcc.CEM43_NECROSIS, hcc.ARRHENIUS_NECROSIS):
        assert_worse_never_better(table, ["not reached", "reached"], worse)


@given(temp=st.floats(37, 150), minutes=st.floats(0.0001, 1000))
def test_damage_at_the_time_for_it_is_that_damage(temp: float, minutes: float) -> None:
    seconds = hcc.arrhenius_seconds(temp, omega=4.6)
    assert hcc.arrhenius_omega(temp, seconds / 60) == pytest.approx(4.6)
    assert 0 <= hcc.damaged_fraction(hcc.arrhenius_omega(temp, minutes)) <= 1


def test_a_series_adds_up_for_one_point_and_for_a_grid() -> None:
    curve = [37.0, 45.0, 60.0, 50.0]
    grid = [np.array([[temp, 43.0]]) for temp in curve]
    assert hcc.cem43_of_series([50.0] * 4, 0.25) == pytest.approx(hcc.cem43_minutes(50, 1))
    assert hcc.cem43_of_series(grid, 0.5)[0] == pytest.approx([hcc.cem43_of_series(curve, 0.5), 2])
    assert hcc.arrhenius_of_series([50.0] * 4, 0.25) == pytest.approx(hcc.arrhenius_omega(50, 1))
    assert hcc.arrhenius_of_series(grid, 0.5).shape == (1, 2)


@given(temp=st.floats(37, 149))
def test_a_degree_doubles_cem43_but_not_arrhenius(temp: float) -> None:
    assume(not 42 < temp < 43)
    ratio = 2 if temp >= 43 else 4
    assert hcc.cem43_rate(temp + 1) / hcc.cem43_rate(temp) == pytest.approx(ratio)
    assert hcc.arrhenius_rate(temp + 1) / hcc.arrhenius_rate(temp) < 1.4
