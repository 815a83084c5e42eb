"""Magnetic heating: check values, limits of small and large, and laws of the heat."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.heat_ablation import Radiofrequency
from hcclab.mechanisms.magnetic_heating import (
    LIMITS,
    LoadedTumour,
    MagneticParticle,
    best_core,
    heat_w_per_m3,
    relaxation,
    sar_w_per_g,
    susceptibility,
    temperature_c,
)

no_deadline = settings(deadline=None)
particles = st.builds(
    MagneticParticle,
    core_nm=st.floats(5, 30),
    shell_nm=st.floats(0, 20),
    field_ka_per_m=st.floats(1, 20),
    frequency_khz=st.floats(50, 1000),
    anisotropy_kj_per_m3=st.floats(5, 40),
    viscosity_mpa_s=st.floats(0.5, 100),
)


def test_check_values() -> None:
    particle = MagneticParticle()
    assert particle.field_frequency_a_per_m_s == 3e9
    # The two times come out at 310 K only, which is therefore the default.
    assert relaxation(particle).neel_s == pytest.approx(9.348e-8, rel=1e-4)
    assert relaxation(particle).brown_s == pytest.approx(6.451e-6, rel=1e-4)
    assert sar_w_per_g(particle) == pytest.approx(112.0, abs=0.05)
    assert sar_w_per_g(particle, 17.8) == pytest.approx(376.4, abs=0.05)
    assert sar_w_per_g(particle, 12) == pytest.approx(4.134, abs=5e-4)
    assert heat_w_per_m3(particle, 1) == pytest.approx(1.12e5, rel=5e-4)


def test_the_best_core() -> None:
    best = best_core(MagneticParticle())
    assert best.core_nm == pytest.approx(17.8, abs=0.05)
    # 376.4 W/g is what 17.8 nm gives; the top, at 17.75 nm, is 0.1 % higher.
    assert best.sar_w_per_g == pytest.approx(376.4, rel=2e-3)
    grid = np.linspace(5, 50, 4501)
    assert best.sar_w_per_g >= sar_w_per_g(MagneticParticle(), grid).max() * (1 - 1e-6)


@no_deadline
@given(st.floats(50, 1000), st.floats(5, 20))
def test_it_heats_best_where_relaxation_matches_the_field(khz: float, anisotropy: float) -> None:
    particle = MagneticParticle(frequency_khz=khz, anisotropy_kj_per_m3=anisotropy)
    phase = 2e3 * np.pi * khz * relaxation(particle, best_core(particle).core_nm).both_s
    assert 0.5 < phase < 2


@no_deadline
@given(particles)
def test_the_quicker_way_decides(particle: MagneticParticle) -> None:
    times = relaxation(particle)
    assert times.both_s <= min(times.neel_s, times.brown_s) * (1 + 1e-12)
    assert 1 / times.both_s == pytest.approx(1 / times.neel_s + 1 / times.brown_s)


@no_deadline
@given(particles)
def test_heat_is_quadratic_in_a_weak_field_and_less_in_a_strong_one(
    particle: MagneticParticle,
) -> None:
    weak, strong = particle.changed(field_ka_per_m=1e-3), particle
    double = sar_w_per_g(weak.changed(field_ka_per_m=2e-3))
    assert double == pytest.approx(4 * sar_w_per_g(weak), rel=1e-4)
    gain = sar_w_per_g(strong.changed(field_ka_per_m=2 * strong.field_ka_per_m))
    assert 0 < sar_w_per_g(strong) < gain < 4 * sar_w_per_g(strong)


@settings(max_examples=20, deadline=None)
@given(particles)
def test_susceptibility_falls_from_its_initial_value_without_a_step(
    particle: MagneticParticle,
) -> None:
    fields = np.geomspace(1e-4, 100, 200)
    values = np.array([susceptibility(particle.changed(field_ka_per_m=h)) for h in fields])
    assert np.all(np.diff(values) <= 1e-9 * values[0])
    assert np.all(np.diff(values) > -0.1 * values[0])
    volume = np.pi / 6 * (particle.core_nm * 1e-9) ** 3
    initial = 4e-7 * np.pi * 446e3**2 * volume / (3 * 1.380649e-23 * 310)
    assert values[0] == pytest.approx(initial, rel=1e-4)


def test_a_saturated_moment_has_the_saturation_magnetisation() -> None:
    particle = MagneticParticle(core_nm=30, field_ka_per_m=1000)
    assert susceptibility(particle) * 1000 == pytest.approx(446, rel=0.01)


def test_large_cores_turn_and_stuck_ones_do_not_heat() -> None:
    turning = relaxation(MagneticParticle(core_nm=40))
    assert turning.both_s == pytest.approx(turning.brown_s, rel=1e-6)
    huge = relaxation(MagneticParticle(core_nm=100, anisotropy_kj_per_m3=1000))
    assert huge.neel_s == np.inf and huge.both_s == huge.brown_s
    stuck = MagneticParticle(core_nm=30, viscosity_mpa_s=1e6)
    assert sar_w_per_g(stuck) < 1e-3 * sar_w_per_g(stuck.changed(viscosity_mpa_s=1))
    assert sar_w_per_g(MagneticParticle(field_ka_per_m=0)) == 0


def test_a_small_change_of_anisotropy_changes_the_heat_a_lot() -> None:
    heats = [sar_w_per_g(MagneticParticle(anisotropy_kj_per_m3=k)) for k in (9, 11, 13)]
    # A fifth more or less anisotropy doubles or halves the heat.
    assert np.all(np.diff(heats) > np.array(heats[:-1]))


@no_deadline
@given(particles, st.floats(0, 50))
def test_heat_is_proportional_to_the_particles(particle: MagneticParticle, dose: float) -> None:
    assert heat_w_per_m3(particle, dose) == pytest.approx(dose * sar_w_per_g(particle) * 1000)


def test_sizes_as_arrays_and_what_makes_no_sense() -> None:
    sizes = np.array([[10.0, 12.0], [16.0, 20.0]])
    heats = sar_w_per_g(MagneticParticle(), sizes)
    assert heats.shape == (2, 2)
    assert heats[1, 0] == pytest.approx(sar_w_per_g(MagneticParticle()))
    for call in (relaxation, susceptibility, sar_w_per_g):
        with pytest.raises(ValueError, match="core_nm=0 must be finite and above 0"):
            call(MagneticParticle(), 0)
    with pytest.raises(ValueError, match="core_nm=0 outside 1-100"):
        MagneticParticle(core_nm=0)


loaded = st.builds(
    LoadedTumour,
    mg_per_ml=st.floats(0.1, 10),
    diameter_cm=st.floats(0.5, 8),
    perfusion_per_s=st.floats(1e-4, 0.012),
)


@settings(max_examples=20, deadline=None)
@given(loaded)
def test_blood_carries_off_all_the_heat_that_the_field_brings_in(tumour: LoadedTumour) -> None:
    length, edge = 1000 * tumour.thermal_length_m, 1000 * tumour.radius_m
    r = np.unique(
        np.concatenate(
            [np.linspace(0, edge, 2001), edge + np.geomspace(1e-6, 1, 9000) * 40 * length]
        )
    )
    rise = temperature_c(MagneticParticle(), tumour, r) - tumour.body_c
    blood = tumour.perfusion_per_s * tumour.blood_density_kg_m3 * tumour.blood_heat_capacity_j_kg_k
    carried = np.trapezoid(blood * rise * 4 * np.pi * (r / 1000) ** 2, r / 1000)
    volume = np.pi / 6 * (tumour.diameter_cm / 100) ** 3
    brought = heat_w_per_m3(MagneticParticle(), tumour.mg_per_ml) * volume
    assert carried == pytest.approx(brought, rel=2e-3)


@settings(max_examples=30, deadline=None)
@given(loaded)
def test_temperature_is_smooth_at_the_edge_and_falls_outwards(tumour: LoadedTumour) -> None:
    edge, step = 1000 * tumour.radius_m, 1e-3
    near = temperature_c(MagneticParticle(), tumour, [edge - step, edge, edge + step])
    inner, outer = near[0] - near[1], near[1] - near[2]
    assert inner == pytest.approx(outer, rel=0.01, abs=1e-9)
    across = temperature_c(MagneticParticle(), tumour, np.linspace(0, 3 * edge, 50))
    assert np.all(np.diff(across) <= 1e-9)


def test_without_blood_flow_the_warmth_is_that_of_conduction_alone() -> None:
    still = LoadedTumour(perfusion_per_s=0)
    source = float(heat_w_per_m3(MagneticParticle(), 1))
    centre, edge = temperature_c(MagneticParticle(), still, [0, 15]) - 37
    scale = source * 0.015**2 / still.conductivity_w_m_k
    assert (centre, edge) == (pytest.approx(scale / 2), pytest.approx(scale / 3))
    slow = temperature_c(MagneticParticle(), LoadedTumour(perfusion_per_s=1e-10), [0, 15]) - 37
    assert slow == pytest.approx([centre, edge], rel=1e-3)


def test_a_large_tumour_is_warmed_in_its_middle_as_if_it_had_no_edge() -> None:
    large = LoadedTumour(diameter_cm=30)
    carried = large.perfusion_per_s * 1000 * 4180
    rise = float(temperature_c(MagneticParticle(), large, 0)) - 37
    assert rise == pytest.approx(float(heat_w_per_m3(MagneticParticle(), 1)) / carried, rel=1e-6)


def test_the_liver_is_that_of_heat_ablation() -> None:
    liver, ablated = LoadedTumour(), Radiofrequency()
    for name in ("perfusion_per_s", "conductivity_w_m_k", "body_c"):
        assert getattr(liver, name) == getattr(ablated, name)
    assert 1000 * liver.thermal_length_m == pytest.approx(ablated.thermal_length_mm)


def test_no_distance_is_below_nothing() -> None:
    with pytest.raises(ValueError, match="must not be below 0"):
        temperature_c(MagneticParticle(), LoadedTumour(), -1)


def test_nothing_is_called_published_and_equal_particles_are_owned_up() -> None:
    assert {known.code for known in MagneticParticle.described().values()} == {"M", "T"}
    assert "overstate" in " ".join(LIMITS) and "from memory" in LIMITS[1]
