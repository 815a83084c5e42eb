from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hcclab as hcc
from hcclab import data
from hcclab.dosimetry import (
    GY_KG_PER_GBQ,
    SOFT_TISSUE_KG_PER_L,
    Y90_HALF_LIFE_H,
    DoseTarget,
    dose_targets,
)
from hcclab.sources import CONFIDENCE
from tests.monotone import assert_worse_never_better

shares = st.floats(0, 0.99)
masses = st.floats(0.01, 5)

PARTITION: dict[str, Any] = {
    "tumour_kg": 0.2,
    "normal_kg": 0.8,
    "tnr": 3,
    "lung_shunt_fraction": 0.05,
}
RESIN: dict[str, Any] = {"bsa_m2": 1.8, "tumour_ml": 150, "liver_ml": 1500}

# Yttrium-90 -------------------------------------------------------------------------------------


def test_the_constant_is_the_dose_of_one_gigabecquerel_in_one_kilogram() -> None:
    assert hcc.y90_mean_dose(1, 1, 0) == GY_KG_PER_GBQ == 49.67
    assert SOFT_TISSUE_KG_PER_L == 1.03
    assert hcc.bed_y90.example["t_eff_h"] == Y90_HALF_LIFE_H == 64.1


def test_the_activity_is_divided_by_what_arrives() -> None:
    activity = hcc.y90_activity(
        dose_gy=120, mass_kg=1.5, lung_shunt_fraction=0.05, residual_fraction=0.02
    )
    assert activity.value == pytest.approx(120 * 1.5 / (49.67 * 0.95 * 0.98))
    assert hcc.y90_activity(dose_gy=120, mass_kg=1.5, lung_shunt_fraction=0.05).assumed == {
        "residual_fraction": 0.0
    }
    assert hcc.y90_needed_activity(120, 1.5, 0.05) == pytest.approx(120 * 1.5 / (49.67 * 0.95))


@given(dose=st.floats(0.1, 5000), mass=masses, shunt=shares, residual=shares)
def test_dose_and_activity_are_inverse(
    dose: float, mass: float, shunt: float, residual: float
) -> None:
    activity = hcc.y90_needed_activity(dose, mass, shunt, residual)
    assert hcc.y90_mean_dose(activity, mass, shunt, residual) == pytest.approx(dose)


@pytest.mark.parametrize("share", [-0.1, 1, 5])
def test_a_percentage_is_no_fraction(share: float) -> None:
    with pytest.raises(ValueError, match=r"lung_shunt_fraction=.*percentage"):
        hcc.y90_mean_dose(2, 1, share)
    with pytest.raises(ValueError, match=r"residual_fraction=.*percentage"):
        hcc.y90_needed_activity(2, 1, 0, share)
    with pytest.raises(ValueError, match="lung_shunt_fraction="):
        hcc.y90_partition(activity_gbq=2, **PARTITION | {"lung_shunt_fraction": share})


@pytest.mark.parametrize(
    ("dose", "band"), [(29.9, "within 30 Gy"), (30, "within 30 Gy"), (30.1, "above 30 Gy")]
)
def test_the_lung_limit_belongs_to_what_is_allowed(dose: float, band: str) -> None:
    result = hcc.y90_lung(activity_gbq=dose / (49.67 * 0.1), lung_shunt_fraction=0.1)
    assert result.value == pytest.approx(dose)
    assert result.grade == band


def test_lighter_lungs_get_a_higher_dose() -> None:
    result = hcc.y90_lung(activity_gbq=2, lung_shunt_fraction=0.05, lung_mass_kg=0.7)
    assert result.value == pytest.approx(4.967 / 0.7)
    assert_worse_never_better(
        hcc.Y90_LUNG_BAND,
        ["within 30 Gy", "above 30 Gy"],
        {"activity_gbq": +1, "lung_shunt_fraction": +1, "lung_mass_kg": -1},
    )


@given(limit=st.floats(1, 100), shunt=st.floats(0.001, 0.99), mass=st.floats(0.3, 3))
def test_the_lung_limit_is_reached_at_its_activity(limit: float, shunt: float, mass: float) -> None:
    activity = hcc.y90_lung_activity_limit(limit, shunt, mass)
    assert hcc.y90_lung_dose(activity, shunt, mass) == pytest.approx(limit)


def test_without_a_shunt_the_lungs_set_no_limit() -> None:
    assert hcc.y90_lung_limit(lung_limit_gy=30, lung_shunt_fraction=0).value == math.inf
    shunts = [0.0, 0.1]
    wanted = [math.inf, 30 / 4.967]
    assert hcc.y90_lung_activity_limit(30, np.array(shunts)) == pytest.approx(wanted)
    frame = pl.DataFrame({"shunt": shunts})
    found = frame.select(hcc.y90_lung_activity_limit(30, pl.col("shunt"))).to_series()
    assert found.to_list() == pytest.approx(wanted)


@given(
    activity=st.floats(0.001, 100),
    tumour=masses,
    normal=masses,
    ratio=st.floats(0.01, 100),
    shunt=shares,
)
def test_the_partition_model_loses_no_activity(
    activity: float, tumour: float, normal: float, ratio: float, shunt: float
) -> None:
    where = (tumour, normal, ratio, shunt)
    tumour_gy = hcc.y90_tumour_dose(activity, *where)
    normal_gy = hcc.y90_normal_dose(activity, *where)
    assert tumour_gy / normal_gy == pytest.approx(ratio)
    kept = (tumour_gy * tumour + normal_gy * normal) / GY_KG_PER_GBQ
    lungs = hcc.y90_lung_dose(activity, shunt) / GY_KG_PER_GBQ
    assert kept + lungs == pytest.approx(activity)
    limit = hcc.y90_normal_activity_limit(normal_gy, *where)
    assert limit == pytest.approx(activity)


@given(activity=st.floats(0.001, 100), tumour=masses, normal=masses, shunt=shares)
def test_at_equal_uptake_the_partition_model_is_one_compartment(
    activity: float, tumour: float, normal: float, shunt: float
) -> None:
    mean = hcc.y90_mean_dose(activity, tumour + normal, shunt)
    assert hcc.y90_normal_dose(activity, tumour, normal, 1, shunt) == pytest.approx(mean)


def test_an_unknown_mass_is_asked_for() -> None:
    result = hcc.y90_partition(activity_gbq=2, **PARTITION | {"tumour_kg": None})
    assert result.values == {"y90_tumour_dose": None, "y90_normal_dose": None}
    assert result.missing == ("tumour_kg",)
    assert hcc.y90_lung(activity_gbq=0.1, lung_shunt_fraction=None).missing == (
        "lung_shunt_fraction",
    )


def test_dose_targets_come_by_device_with_their_marks() -> None:
    glass, resin = dose_targets("glass"), dose_targets("resin")
    assert dose_targets() == glass + resin
    assert (len(glass), len(resin)) == (7, 4)
    assert DoseTarget("resin", "tumour", "", "≥", 100, 120, "verified") in resin
    assert str(resin[0]) == "resin, tumour: ≥ 100-120 Gy"
    assert str(glass[3]) == "glass, whole normal liver (bilirubin above 1.1 mg/dL): < 50 Gy"
    assert {target.confidence for target in dose_targets()} <= set(CONFIDENCE)
    assert {target.sign for target in dose_targets()} == {"≥", ">", "<"}
    with pytest.raises(ValueError, match="device='lipiodol' is not one of glass, resin"):
        dose_targets("lipiodol")


def test_dose_targets_are_those_of_the_guideline() -> None:
    assert [target.dose_gy for target in dose_targets("glass")] == [205, 250, 75, 50, 90, 120, 400]
    assert [target.dose_gy for target in dose_targets("resin")] == [100, 40, 30, 150]


def test_the_columns_of_the_dose_targets_are_described() -> None:
    text = (data.files("hcclab.data") / "dose_targets.md").read_text(encoding="utf-8")
    for column in data.records("dose_targets")[0]:
        assert f"| `{column}` |" in text


# Body surface and resin -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shunt", "step", "share"),
    [
        (0, "full activity", 1),
        (0.0999, "full activity", 1),
        (0.10, "reduce by 20 %", 0.8),
        (0.1499, "reduce by 20 %", 0.8),
        (0.15, "reduce by 40 %", 0.6),
        (0.20, "reduce by 40 %", 0.6),
        (0.2001, "do not give", 0),
    ],
)
def test_resin_is_reduced_by_shunt(shunt: float, step: str, share: float) -> None:
    result = hcc.y90_resin_activity(**RESIN, lung_shunt_fraction=shunt)
    assert result.grade == step
    assert result.values["y90_resin_full_activity"] == pytest.approx(1.7)
    assert result.value == pytest.approx(1.7 * share)


def test_an_unknown_shunt_leaves_the_activity_open() -> None:
    result = hcc.y90_resin_activity(**RESIN)
    assert result.value is None and result.grade is None
    assert result.values["y90_resin_full_activity"] == pytest.approx(1.7)
    assert result.missing == ("lung_shunt_fraction",)


def test_a_lobe_gets_its_share() -> None:
    assert hcc.y90_bsa_activity(1.8, 150, 1500, lobe_share=0.6) == pytest.approx(1.02)


def test_more_shunt_never_allows_more_resin() -> None:
    order = ["full activity", "reduce by 20 %", "reduce by 40 %", "do not give"]
    assert_worse_never_better(hcc.Y90_RESIN_SHUNT, order, {"lung_shunt_fraction": +1})


def test_body_surface_in_arrays() -> None:
    height, weight = np.array([170.0, 180.0]), np.array([70.0, 80.0])
    assert hcc.bsa_mosteller(height, weight) == pytest.approx([1.8181, 2.0], abs=5e-5)
    assert hcc.bsa_du_bois(height, weight) == pytest.approx([1.8097, 1.9964], abs=5e-5)
    assert hcc.bsa(height_cm=180, weight_kg=80).value == pytest.approx(1.9964, abs=5e-5)


# Effective dose ---------------------------------------------------------------------------------


@given(n=st.integers(1, 60), d=st.floats(0.1, 60), tissue=st.floats(0.5, 30))
def test_effective_dose_grows_with_the_size_of_fractions(n: int, d: float, tissue: float) -> None:
    effective = hcc.bed_of_fractions(n, d, tissue)
    assert effective > n * d
    split = hcc.bed_of_fractions(2 * n, d / 2, tissue)
    assert split < effective
    assert hcc.bed_of_fractions(n, d, tissue / 2) > effective
    assert hcc.eqd2_of_bed(hcc.bed_of_fractions(n, 2, tissue), tissue) == pytest.approx(2 * n)


@given(
    dose=st.floats(0.1, 1000),
    tissue=st.floats(0.5, 30),
    repair=st.floats(0.1, 24),
    life=st.floats(1, 200),
)
def test_slow_irradiation_lies_between_no_repair_and_full_repair(
    dose: float, tissue: float, repair: float, life: float
) -> None:
    effective = hcc.bed_of_y90(dose, tissue, repair, life)
    assert dose < effective < hcc.bed_of_fractions(1, dose, tissue)
    assert hcc.bed_of_y90(dose, tissue, 2 * repair, life) > effective
    assert hcc.bed_of_y90(dose, tissue, repair, 2 * life) < effective


def test_the_same_schedule_weighs_more_on_late_tissue() -> None:
    tumour = hcc.bed(fractions=5, dose_per_fraction_gy=10, alpha_beta_gy=10)
    late = hcc.bed(fractions=5, dose_per_fraction_gy=10, alpha_beta_gy=3)
    assert (round(tumour.values["eqd2"]), round(late.values["eqd2"])) == (83, 130)
    assert hcc.bed(fractions=5, dose_per_fraction_gy=10).missing == ("alpha_beta_gy",)
