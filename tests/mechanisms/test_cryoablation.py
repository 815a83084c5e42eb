"""Cryoablation: its check values, the closed form of freezing, and its laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import erf, erfc

from hcclab.mechanisms.cryoablation import (
    LIMITS,
    MESH,
    QUICK,
    SHAPES,
    Cryoablation,
    freeze,
    isotherm_mm,
)
from hcclab.mechanisms.shells import Mesh

NEEDLE = Cryoablation()
few = settings(max_examples=15, deadline=None)
temperatures = st.floats(-180, -5)
flows = st.floats(0, 0.0064)
ONE_STEP_MM = 0.02


def ice(needle: Cryoablation, *cycle_min: float) -> float:
    return float(freeze(needle, cycle_min or (10,), mesh=QUICK).ice_mm[-1])


# Check values -------------------------------------------------------------------------------------


def test_ten_minutes() -> None:
    done = freeze(NEEDLE)
    assert done.ice_mm[-1] == pytest.approx(16.60, abs=5e-3)
    assert isotherm_mm(done, -20)[-1] == pytest.approx(11.79, abs=5e-3)
    assert isotherm_mm(done, -40)[-1] == pytest.approx(8.013, abs=5e-4)
    assert done.lethal_mm[-1] == isotherm_mm(done, -40)[-1]
    assert done.ice_mm[-1] / done.lethal_mm[-1] > 2


@pytest.mark.parametrize(("flow", "expected"), [(0, 16.75), (2e-3, 16.03), (6.4e-3, 14.76)])
def test_blood_flow_limits_the_ice(flow: float, expected: float) -> None:
    edge = freeze(NEEDLE.changed(perfusion_per_s=flow)).ice_mm[-1]
    assert edge == pytest.approx(expected, abs=5e-3)


def test_two_freezes() -> None:
    done = freeze(NEEDLE, (10, 5, 10))
    assert done.ice_mm[-1] == pytest.approx(20.95, abs=5e-3)
    assert done.lethal_mm[-1] == pytest.approx(9.513, abs=5e-4)


# The closed form ----------------------------------------------------------------------------------


def neumann(needle: Cryoablation) -> float:
    """Root of Neumann's equation for a plane that freezes at -1 °C, in two phases."""
    frozen, thawed = (
        (conductivity, 1e6 * capacity)
        for conductivity, capacity in (
            (needle.frozen_conductivity_w_m_k, needle.frozen_heat_capacity_mj_m3_k),
            (needle.thawed_conductivity_w_m_k, needle.thawed_heat_capacity_mj_m3_k),
        )
    )
    diffusion = frozen[0] / frozen[1]
    ratio = np.sqrt(diffusion / (thawed[0] / thawed[1]))
    latent = 1e6 * needle.latent_heat_mj_m3

    def balance(root: float) -> float:
        out = np.sqrt(frozen[0] * frozen[1]) * (-1 - needle.probe_c)
        into = np.sqrt(thawed[0] * thawed[1]) * (needle.body_c + 1)
        return float(
            out * np.exp(-(root**2)) / erf(root)
            - into * np.exp(-((root * ratio) ** 2)) / erfc(root * ratio)
            - latent * root * np.sqrt(np.pi * diffusion)
        )

    return float(brentq(balance, 0.01, 2))


def test_a_plane_freezes_as_neumann_says() -> None:
    # Sharp at -1 °C in the closed form, spread over the 4 °C around it here.
    sharpest = NEEDLE.changed(
        freezes_from_c=1, frozen_at_c=-3, ramp_s=0, perfusion_per_s=0, metabolism_w_m3=0
    )
    exact = 2 * neumann(sharpest) * np.sqrt(2 / 1.8e6 * 600) * 1000
    assert neumann(sharpest) == pytest.approx(0.5054, abs=5e-5)
    assert exact == pytest.approx(26.10, abs=5e-3)
    done = freeze(sharpest, shape="plane", mesh=Mesh(400, 1, 100, 8, 3))
    front = isotherm_mm(done, -1)[-1] - sharpest.probe_mm
    assert front == pytest.approx(26.06, abs=1e-2)
    assert front == pytest.approx(exact, rel=2e-3)


def test_a_steady_needle_without_blood_has_a_logarithmic_profile() -> None:
    # Just above freezing, so that conductivity is one number; steps so long that all is steady.
    needle = Cryoablation(probe_c=0, ramp_s=0, perfusion_per_s=0, metabolism_w_m3=0)
    logarithm = lambda r: np.log(r / 1.2) / np.log(50 / 1.2)  # noqa: E731
    inverse = lambda r: (1 / 1.2 - 1 / r) / (1 / 1.2 - 1 / 50)  # noqa: E731
    even = lambda r: (r - 1.2) / (50 - 1.2)  # noqa: E731
    for shape, profile in zip(SHAPES, (even, logarithm, inverse), strict=True):
        done = freeze(needle, (30_000,), shape=shape, mesh=Mesh(300, 1e5, 50, 20, 1))
        np.testing.assert_allclose(done.temperature_c[-1], 37 * profile(done.r_mm), atol=0.03)


def test_the_mesh_is_fine_enough() -> None:
    finer = Mesh(180, 2, 50, 8, 3)
    for name in ("ice_mm", "lethal_mm"):
        usual, fine, quick = (
            getattr(freeze(NEEDLE, mesh=mesh), name)[-1] for mesh in (MESH, finer, QUICK)
        )
        assert usual == pytest.approx(fine, rel=5e-3) and quick == pytest.approx(fine, rel=1e-2)


# Laws ---------------------------------------------------------------------------------------------


@few
@given(temperatures, flows, st.floats(0.5, 3))
def test_ice_grows_ever_slower_and_warmer_isotherms_lie_further_out(
    probe_c: float, flow: float, probe_mm: float
) -> None:
    needle = NEEDLE.changed(probe_c=probe_c, perfusion_per_s=flow, probe_mm=probe_mm)
    done = freeze(needle, mesh=QUICK)
    assert np.all(np.diff(done.ice_mm) >= 0) and np.all(np.diff(done.lethal_mm) >= 0)
    twenty, forty = (isotherm_mm(done, temp) for temp in (-20, -40))
    assert np.all(done.ice_mm >= twenty) and np.all(twenty >= forty)
    if probe_c < -21:
        assert done.ice_mm[-1] > twenty[-1]
    half, whole = done.ice_mm[50] - probe_mm, done.ice_mm[-1] - probe_mm
    assert whole <= 2 * max(half, 0) + ONE_STEP_MM
    assert np.all(done.temperature_c >= probe_c - 1e-9)


@few
@given(temperatures, temperatures, flows)
def test_a_colder_needle_never_makes_less_ice(one: float, other: float, flow: float) -> None:
    more, less = (
        ice(NEEDLE.changed(probe_c=temp, perfusion_per_s=flow)) for temp in sorted((one, other))
    )
    assert less <= more + ONE_STEP_MM


@few
@given(temperatures, flows, flows)
def test_more_blood_never_makes_more_ice(probe_c: float, one: float, other: float) -> None:
    more, less = (
        ice(NEEDLE.changed(probe_c=probe_c, perfusion_per_s=flow)) for flow in sorted((one, other))
    )
    assert less <= more + ONE_STEP_MM


@few
@given(temperatures, flows, st.floats(2, 10), st.floats(0.5, 10))
def test_a_second_freeze_never_reaches_less(
    probe_c: float, flow: float, freezing: float, thawing: float
) -> None:
    needle = NEEDLE.changed(probe_c=probe_c, perfusion_per_s=flow)
    once, twice = (
        freeze(needle, cycle, mesh=QUICK) for cycle in ((freezing,), (freezing, thawing, freezing))
    )
    assert twice.ice_mm.max() >= once.ice_mm.max() - ONE_STEP_MM
    assert twice.lethal_mm[-1] >= once.lethal_mm[-1]


def test_a_needle_that_is_not_below_zero_makes_no_ice() -> None:
    for probe_c in (0, 20, 37):
        done = freeze(NEEDLE.changed(probe_c=probe_c), mesh=QUICK)
        assert not done.ice_mm.any() and not done.lethal_mm.any()


def test_tissue_left_alone_only_warms_by_its_metabolism() -> None:
    done = freeze(NEEDLE.changed(probe_c=37, metabolism_w_m3=0), mesh=QUICK)
    assert np.allclose(done.temperature_c, 37, atol=1e-9)


def test_thawing_takes_the_ice_back_but_not_what_it_killed() -> None:
    done = freeze(NEEDLE, (10, 60), mesh=QUICK)
    assert done.ice_mm[-1] == 0 and done.lethal_mm[-1] == done.lethal_mm[100] > 7.9
    assert done.temperature_c[-1, 0] > 0


@pytest.mark.parametrize("name", [n for n in Cryoablation.described() if n != "lethal_c"])
def test_every_slider_at_its_ends_gives_a_temperature_between_needle_and_body(name: str) -> None:
    for value in Cryoablation.described()[name].variable.usual:
        needle = NEEDLE.changed(**{name: value})
        done = freeze(needle, (10, 5), mesh=QUICK)
        warmest = needle.body_c + needle.metabolism_w_m3 * 900 / 3.4e6
        assert np.all(done.temperature_c >= needle.probe_c - 1e-6)
        assert np.all(done.temperature_c <= warmest + 1e-6)


# What is asked and what is told -------------------------------------------------------------------


def test_shapes_and_the_times_of_a_cycle() -> None:
    done = freeze(NEEDLE, (1, 0.05, 1), mesh=QUICK)
    assert done.t_min == pytest.approx([*np.linspace(0, 1, 11), *np.linspace(1.05, 2.05, 11)])
    assert done.temperature_c.shape == (22, 60)
    assert done.ice_mm.shape == done.lethal_mm.shape == (22,)
    reach = {shape: freeze(NEEDLE, shape=shape, mesh=QUICK).ice_mm[-1] for shape in SHAPES}
    assert reach["plane"] > reach["cylinder"] > reach["sphere"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: freeze(NEEDLE, ()), r"cycle_min=\(\) must be times above 0 min"),
        (lambda: freeze(NEEDLE, (10, 0)), r"cycle_min=\(10, 0\) must be times above 0"),
        (lambda: freeze(NEEDLE, shape="cube"), "shape='cube' is not one of plane, cylinder"),  # type: ignore[arg-type]
        (lambda: Cryoablation(frozen_at_c=-4), "frozen_at_c=-4 must be 4 °C or more below"),
        (lambda: Cryoablation(probe_c=-250), "probe_c=-250 outside -200-37"),
    ],
)
def test_what_makes_no_sense(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_the_limits_disclose_what_was_chosen() -> None:
    told = " ".join(LIMITS)
    for words in ("Teaching model", "teaching choice", "-20 and -40 °C", "narrower than about 4"):
        assert words in told
    known = Cryoablation.described()
    assert {known[name].code for name in ("probe_c", "probe_mm", "ramp_s")} == {"T"}
    assert known["freezes_from_c"].variable.usual == (-1, -1)
