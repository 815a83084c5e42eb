"""Dosimetry: yttrium-90, body surface and resin, dose targets, biologically effective dose.

Every formula is an exercise in what an assumption does to a number. Each system states its
assumptions in its notes, which come with every result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from hcclab.criteria import Indicator
from hcclab.data import records
from hcclab.elementwise import NUMBER, sqrt, where
from hcclab.rules import Formula, Rule, RuleTable
from hcclab.sources import (
    DU_BOIS_1916,
    FOWLER_1989,
    KAO_2013,
    LUNG_LIMITS,
    MOSTELLER_1987,
    RESIN_BSA,
    RESIN_SHUNT,
    WEBER_2022,
)
from hcclab.systems import System
from hcclab.variables import (
    activity_gbq,
    alpha_beta_gy,
    bsa_m2,
    dose_gy,
    dose_per_fraction_gy,
    fractions,
    height_cm,
    liver_ml,
    lung_limit_gy,
    lung_mass_kg,
    lung_shunt_fraction,
    mass_kg,
    normal_kg,
    normal_limit_gy,
    residual_fraction,
    t_eff_h,
    t_rep_h,
    tnr,
    tumour_kg,
    tumour_ml,
    weight_kg,
)

GY_KG_PER_GBQ = 49.67
"""Dose of 1 GBq of yttrium-90 that decays completely in 1 kg; published values run 49.38 to 50."""

SOFT_TISSUE_KG_PER_L = 1.03
"""Density that turns a volume into a mass; 1.05 to 1.06 is also used."""

Y90_HALF_LIFE_H = 64.1
"""Physical half-life of yttrium-90."""

# Yttrium-90: one compartment --------------------------------------------------------------------


def _arriving(lung_shunt_fraction: Any, residual_fraction: Any = 0) -> Any:
    """Share of the activity that reaches the liver."""
    for name, share in (
        ("lung_shunt_fraction", lung_shunt_fraction),
        ("residual_fraction", residual_fraction),
    ):
        if isinstance(share, NUMBER) and not 0 <= share < 1:
            raise ValueError(f"{name}={share:g} outside 0-1, looks like a percentage")
    return (1 - lung_shunt_fraction) * (1 - residual_fraction)


def y90_mean_dose(
    activity_gbq: Any, mass_kg: Any, lung_shunt_fraction: Any, residual_fraction: Any = 0
) -> Any:
    """Compute the mean absorbed dose of the perfused liver from the activity of yttrium-90.

    Parameters
    ----------
    activity_gbq
        Activity, GBq. A number, an array or a data-frame expression, like the others.
    mass_kg
        Mass of the perfused volume, kg.
    lung_shunt_fraction, residual_fraction
        Parts of the activity that pass to the lungs, and that stay in vial and tubing; 0 to < 1.

    Returns
    -------
    Same kind as the input
        Dose, Gy.

    Raises
    ------
    ValueError
        If a single fraction is not within 0 and 1.

    References
    ----------
    Weber 2022 (EANM), PMC8940802 [verified].

    Examples
    --------
    >>> round(y90_mean_dose(2, 1, 0.05), 3)
    94.373
    """
    arriving = _arriving(lung_shunt_fraction, residual_fraction)
    return GY_KG_PER_GBQ * activity_gbq * arriving / mass_kg


def y90_needed_activity(
    dose_gy: Any, mass_kg: Any, lung_shunt_fraction: Any, residual_fraction: Any = 0
) -> Any:
    """Compute the activity of yttrium-90 for a mean dose, the inverse of `y90_mean_dose`.

    Parameters
    ----------
    dose_gy
        Dose, Gy. The other parameters are those of `y90_mean_dose`.
    mass_kg, lung_shunt_fraction, residual_fraction
        As in `y90_mean_dose`.

    Returns
    -------
    Same kind as the input
        Activity, GBq.

    Raises
    ------
    ValueError
        If a single fraction is not within 0 and 1.

    References
    ----------
    Weber 2022 (EANM), PMC8940802 [verified].

    Examples
    --------
    >>> round(y90_needed_activity(120, 1.5, 0.05), 4)
    3.8147
    """
    return dose_gy * mass_kg / (GY_KG_PER_GBQ * _arriving(lung_shunt_fraction, residual_fraction))


_ONE_COMPARTMENT = (
    "Assumes that the activity spreads evenly over the perfused volume, decays where it lodges "
    f"and gives {GY_KG_PER_GBQ} Gy for 1 GBq in 1 kg (49.38 to 50 in print, 50 for glass).",
    "The mass is that of the perfused volume only, at 1.03 g/mL by convention; the mean says "
    "nothing about tumour and normal liver.",
)

Y90_DOSE = Formula(
    "y90_dose",
    "mean dose",
    y90_mean_dose,
    (activity_gbq, mass_kg, lung_shunt_fraction, residual_fraction),
    WEBER_2022,
    unit="Gy",
    digits=0,
)

y90_dose = System(
    "y90_dose",
    "Mean dose of yttrium-90",
    (Y90_DOSE,),
    domain="planning",
    example={"activity_gbq": 2.0, "mass_kg": 1.0, "lung_shunt_fraction": 0.05},
    notes=_ONE_COMPARTMENT,
)

Y90_ACTIVITY = Formula(
    "y90_activity",
    "activity",
    y90_needed_activity,
    (dose_gy, mass_kg, lung_shunt_fraction, residual_fraction),
    WEBER_2022,
    unit="GBq",
)

y90_activity = System(
    "y90_activity",
    "Activity of yttrium-90 for a mean dose",
    (Y90_ACTIVITY,),
    domain="planning",
    example={"dose_gy": 120, "mass_kg": 1.5, "lung_shunt_fraction": 0.05},
    notes=(
        *_ONE_COMPARTMENT,
        "What the lungs take must be added: the activity is divided by 1 − shunt. A calculator "
        "in public use multiplies.",
    ),
)

# Yttrium-90: lungs ------------------------------------------------------------------------------


def y90_lung_dose(activity_gbq: Any, lung_shunt_fraction: Any, lung_mass_kg: Any = 1.0) -> Any:
    """Compute the mean absorbed dose of the lungs.

    Parameters
    ----------
    activity_gbq
        Activity, GBq. A number, an array or a data-frame expression, like the others.
    lung_shunt_fraction
        Part of it that passes to the lungs.
    lung_mass_kg
        Mass of the lungs, kg; 1 by convention, 0.7 to 1.2 when measured.

    Returns
    -------
    Same kind as the input
        Dose, Gy.

    References
    ----------
    Limits of 30 Gy a treatment and 50 Gy in all [verified twice].

    Examples
    --------
    >>> round(y90_lung_dose(2, 0.05), 3)
    4.967
    """
    return GY_KG_PER_GBQ * activity_gbq * lung_shunt_fraction / lung_mass_kg


def y90_lung_activity_limit(
    lung_limit_gy: Any, lung_shunt_fraction: Any, lung_mass_kg: Any = 1.0
) -> Any:
    """Compute the activity at which the lungs reach a dose limit, the inverse of `y90_lung_dose`.

    Parameters
    ----------
    lung_limit_gy
        Limit, Gy. A number, an array or a data-frame expression, like the others.
    lung_shunt_fraction
        Part of the activity that passes to the lungs; where it is 0 there is no limit.
    lung_mass_kg
        Mass of the lungs, kg.

    Returns
    -------
    Same kind as the input
        Activity, GBq; infinite without a shunt.

    References
    ----------
    Limits of 30 Gy a treatment and 50 Gy in all [verified twice].

    Examples
    --------
    >>> round(y90_lung_activity_limit(30, 0.10), 3), y90_lung_activity_limit(30, 0)
    (6.04, inf)
    """
    none = lung_shunt_fraction == 0
    per_gbq = y90_lung_dose(1, where(none, 1.0, lung_shunt_fraction), lung_mass_kg)
    return where(none, math.inf, lung_limit_gy / per_gbq)


Y90_LUNG = Formula(
    "y90_lung",
    "lung dose",
    y90_lung_dose,
    (activity_gbq, lung_shunt_fraction, lung_mass_kg),
    LUNG_LIMITS,
    unit="Gy",
    digits=1,
)

Y90_LUNG_BAND = RuleTable(
    "y90_lung_band",
    "Lung dose of one treatment",
    LUNG_LIMITS,
    rules=[Rule("within 30 Gy", Y90_LUNG <= 30), Rule("above 30 Gy")],
)

y90_lung = System(
    "y90_lung",
    "Lung dose of yttrium-90",
    (Y90_LUNG, Y90_LUNG_BAND),
    domain="planning",
    example={"activity_gbq": 2.0, "lung_shunt_fraction": 0.05},
    notes=(
        "Assumes lungs of 1 kg that take up the shunted activity evenly. Limits: 30 Gy in one "
        "treatment, 50 Gy in all, so earlier treatments must be added.",
        "Planar images after technetium-labelled albumin overestimate the shunt.",
    ),
)

Y90_LUNG_LIMIT = Formula(
    "y90_lung_limit",
    "activity limit",
    y90_lung_activity_limit,
    (lung_limit_gy, lung_shunt_fraction, lung_mass_kg),
    LUNG_LIMITS,
    unit="GBq",
)

y90_lung_limit = System(
    "y90_lung_limit",
    "Activity at the lung dose limit",
    (Y90_LUNG_LIMIT,),
    domain="planning",
    example={"lung_limit_gy": 30, "lung_shunt_fraction": 0.10},
    notes=(
        "Assumes lungs of 1 kg that take up the shunted activity evenly. Limits in use: 30 Gy in "
        "one treatment, 50 Gy in all. Without a shunt there is no limit.",
    ),
)

# Yttrium-90: partition --------------------------------------------------------------------------


def y90_normal_dose(
    activity_gbq: Any, tumour_kg: Any, normal_kg: Any, tnr: Any, lung_shunt_fraction: Any
) -> Any:
    """Compute the dose of normal liver by the partition model.

    Parameters
    ----------
    activity_gbq
        Activity, GBq. A number, an array or a data-frame expression, like the others.
    tumour_kg, normal_kg
        Mass of the tumour, and of the treated liver without it, kg.
    tnr
        Activity per gram in the tumour over that in normal liver.
    lung_shunt_fraction
        Part of the activity that passes to the lungs.

    Returns
    -------
    Same kind as the input
        Dose of normal liver, Gy; that of the tumour is `tnr` times as high.

    References
    ----------
    Kao 2013 [verified].

    Examples
    --------
    >>> round(y90_normal_dose(2, 0.2, 0.8, 3, 0.05), 2)
    67.41
    """
    arriving = activity_gbq * _arriving(lung_shunt_fraction)
    return GY_KG_PER_GBQ * arriving / (normal_kg + tnr * tumour_kg)


def y90_tumour_dose(
    activity_gbq: Any, tumour_kg: Any, normal_kg: Any, tnr: Any, lung_shunt_fraction: Any
) -> Any:
    """Compute the dose of the tumour by the partition model.

    Parameters
    ----------
    activity_gbq, tumour_kg, normal_kg, tnr, lung_shunt_fraction
        As in `y90_normal_dose`.

    Returns
    -------
    Same kind as the input
        Dose of the tumour, Gy.

    References
    ----------
    Kao 2013 [verified].

    Examples
    --------
    >>> round(y90_tumour_dose(2, 0.2, 0.8, 3, 0.05), 2)
    202.23
    """
    return tnr * y90_normal_dose(activity_gbq, tumour_kg, normal_kg, tnr, lung_shunt_fraction)


def y90_normal_activity_limit(
    normal_limit_gy: Any, tumour_kg: Any, normal_kg: Any, tnr: Any, lung_shunt_fraction: Any
) -> Any:
    """Compute the activity at which normal liver reaches a dose limit.

    Parameters
    ----------
    normal_limit_gy
        Limit, Gy. A number, an array or a data-frame expression, like the others.
    tumour_kg, normal_kg, tnr, lung_shunt_fraction
        As in `y90_normal_dose`, of which this is the inverse.

    Returns
    -------
    Same kind as the input
        Activity, GBq.

    References
    ----------
    Kao 2013 [verified].

    Examples
    --------
    >>> round(y90_normal_activity_limit(40, 0.2, 0.8, 3, 0.05), 4)
    1.1868
    """
    return normal_limit_gy / y90_normal_dose(1, tumour_kg, normal_kg, tnr, lung_shunt_fraction)


_PARTITION = (
    "Assumes three compartments, each filled evenly: tumour, normal liver, lungs. The ratio "
    "compares activity per gram, not counts, and normal liver excludes the tumour.",
    "Checked by its balance: the doses times the masses account for all the activity that did not "
    "pass to the lungs. Multiplying the mean dose by the ratio breaks it.",
)
_COMPARTMENTS = (tumour_kg, normal_kg, tnr, lung_shunt_fraction)

Y90_TUMOUR_DOSE = Formula(
    "y90_tumour_dose",
    "tumour dose",
    y90_tumour_dose,
    (activity_gbq, *_COMPARTMENTS),
    KAO_2013,
    unit="Gy",
    digits=0,
)

Y90_NORMAL_DOSE = Formula(
    "y90_normal_dose",
    "normal liver dose",
    y90_normal_dose,
    (activity_gbq, *_COMPARTMENTS),
    KAO_2013,
    unit="Gy",
    digits=0,
)

y90_partition = System(
    "y90_partition",
    "Partition model",
    (Y90_TUMOUR_DOSE, Y90_NORMAL_DOSE),
    domain="planning",
    example={
        "activity_gbq": 2.0,
        "tumour_kg": 0.2,
        "normal_kg": 0.8,
        "tnr": 3.0,
        "lung_shunt_fraction": 0.05,
    },
    notes=(
        *_PARTITION,
        "At one ratio a smaller tumour leaves more for normal liver. `dose_targets` lists what "
        "the doses are compared with.",
    ),
)

Y90_PARTITION_ACTIVITY = Formula(
    "y90_partition_activity",
    "activity limit",
    y90_normal_activity_limit,
    (normal_limit_gy, *_COMPARTMENTS),
    KAO_2013,
    unit="GBq",
)

y90_partition_activity = System(
    "y90_partition_activity",
    "Activity at the dose limit of normal liver",
    (Y90_PARTITION_ACTIVITY,),
    domain="planning",
    example={
        "normal_limit_gy": 40,
        "tumour_kg": 0.2,
        "normal_kg": 0.8,
        "tnr": 3.0,
        "lung_shunt_fraction": 0.05,
    },
    notes=_PARTITION,
)


@dataclass(frozen=True)
class DoseTarget:
    """What a dose of yttrium-90 is compared with.

    Attributes
    ----------
    device
        "glass" or "resin"; their grays cannot be compared with each other.
    tissue
        What the dose is the mean of.
    situation
        When the target is meant, empty for always.
    sign, dose_gy, up_to_gy
        The target: at least, above or below so many Gy; `up_to_gy` ends a printed range.
    confidence
        How far it has been checked, one of `hcclab.sources.CONFIDENCE`.
    """

    device: str
    tissue: str
    situation: str
    sign: str
    dose_gy: float
    up_to_gy: float | None
    confidence: str

    def __str__(self) -> str:
        situation = f" ({self.situation})" if self.situation else ""
        end = f"-{self.up_to_gy:g}" if self.up_to_gy else ""
        return f"{self.device}, {self.tissue}{situation}: {self.sign} {self.dose_gy:g}{end} Gy"


def dose_targets(device: str | None = None) -> tuple[DoseTarget, ...]:
    """List the dose targets for HCC of the European guideline of 2022.

    Parameters
    ----------
    device
        "glass" or "resin"; both if not given.

    Returns
    -------
    tuple of DoseTarget
        In the order of the guideline.

    Raises
    ------
    ValueError
        If there is no such device.

    References
    ----------
    Weber 2022 (EANM), PMC8940802, Tables 2 and 3 [verified].

    Examples
    --------
    >>> print(dose_targets("glass")[0])
    glass, tumour: ≥ 205 Gy
    """
    rows = [_dose_target(row) for row in records("dose_targets")]
    devices = tuple(dict.fromkeys(row.device for row in rows))
    if device not in (None, *devices):
        raise ValueError(f"device={device!r} is not one of {', '.join(devices)}")
    return tuple(row for row in rows if device in (None, row.device))


def _dose_target(row: dict[str, str]) -> DoseTarget:
    return DoseTarget(
        row["device"],
        row["tissue"],
        row["situation"],
        row["sign"],
        float(row["dose_gy"]),
        float(row["up_to_gy"]) if row["up_to_gy"] else None,
        row["confidence"],
    )


# Body surface and resin -------------------------------------------------------------------------


def bsa_du_bois(height_cm: Any, weight_kg: Any) -> Any:
    """Compute body surface area after Du Bois.

    Parameters
    ----------
    height_cm, weight_kg
        Height, cm, and weight, kg. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        Body surface area, m².

    References
    ----------
    Du Bois 1916 [verified].

    Examples
    --------
    >>> round(bsa_du_bois(170, 70), 4)
    1.8097
    """
    return 0.20247 * (height_cm / 100) ** 0.725 * weight_kg**0.425


def bsa_mosteller(height_cm: Any, weight_kg: Any) -> Any:
    """Compute body surface area after Mosteller.

    Parameters
    ----------
    height_cm, weight_kg
        Height, cm, and weight, kg. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        Body surface area, m².

    References
    ----------
    Mosteller 1987 [verified].

    Examples
    --------
    >>> round(bsa_mosteller(170, 70), 4)
    1.8181
    """
    return sqrt(height_cm * weight_kg / 3600)


BSA_DU_BOIS = Formula(
    "bsa_du_bois",
    "body surface area after Du Bois",
    bsa_du_bois,
    (height_cm, weight_kg),
    DU_BOIS_1916,
    unit="m²",
)

BSA_MOSTELLER = Formula(
    "bsa_mosteller",
    "after Mosteller",
    bsa_mosteller,
    (height_cm, weight_kg),
    MOSTELLER_1987,
    unit="m²",
)

bsa = System(
    "bsa",
    "Body surface area",
    (BSA_DU_BOIS, BSA_MOSTELLER),
    domain="planning",
    example={"height_cm": 170, "weight_kg": 70},
    notes=(
        "Assumes the body build of the people from whom each formula was derived; the two differ "
        "by about 0.5 % here and by more in obesity.",
    ),
)


def y90_bsa_activity(bsa_m2: Any, tumour_ml: Any, liver_ml: Any, lobe_share: Any = 1) -> Any:
    """Compute the activity of resin microspheres by body surface, before any reduction.

    Parameters
    ----------
    bsa_m2
        Body surface area, m². A number, an array or a data-frame expression, like the others.
    tumour_ml, liver_ml
        Volume of the tumour and of the whole liver with it, mL.
    lobe_share
        Share of the liver that is treated; 1 is the whole liver [from memory for less].

    Returns
    -------
    Same kind as the input
        Activity, GBq.

    References
    ----------
    A doctoral thesis on radioembolisation (van Roekel) [verified].

    Examples
    --------
    >>> round(y90_bsa_activity(1.8097, 150, 1500), 4)
    1.7097
    """
    return (bsa_m2 - 0.2 + tumour_ml / liver_ml) * lobe_share


def _reduced(activity: Any, by_20: Any, by_40: Any, withheld: Any) -> Any:
    return activity * (1 - 0.2 * by_20 - 0.4 * by_40 - withheld)


Y90_RESIN_SHUNT = RuleTable(
    "y90_resin_shunt",
    "Lung shunt step",
    RESIN_SHUNT,
    rules=[
        Rule("full activity", lung_shunt_fraction < 0.10),
        Rule("reduce by 20 %", lung_shunt_fraction < 0.15),
        Rule("reduce by 40 %", lung_shunt_fraction <= 0.20),
        Rule("do not give"),
    ],
)

Y90_RESIN_FULL_ACTIVITY = Formula(
    "y90_resin_full_activity",
    "activity before reduction",
    y90_bsa_activity,
    (bsa_m2, tumour_ml, liver_ml),
    RESIN_BSA,
    unit="GBq",
)

Y90_RESIN_ACTIVITY = Formula(
    "y90_resin_activity",
    "activity",
    _reduced,
    (
        Y90_RESIN_FULL_ACTIVITY,
        Indicator(Y90_RESIN_SHUNT == "reduce by 20 %"),
        Indicator(Y90_RESIN_SHUNT == "reduce by 40 %"),
        Indicator(Y90_RESIN_SHUNT == "do not give"),
    ),
    RESIN_SHUNT,
    unit="GBq",
)

y90_resin_activity = System(
    "y90_resin_activity",
    "Resin activity by body surface",
    (Y90_RESIN_ACTIVITY, Y90_RESIN_FULL_ACTIVITY, Y90_RESIN_SHUNT),
    domain="planning",
    example={"bsa_m2": 1.8, "tumour_ml": 150, "liver_ml": 1500, "lung_shunt_fraction": 0.12},
    notes=(
        "Historical, for resin and the whole liver. Assumes that the liver grows with the body "
        "surface; it knows no dose and misses most where the liver is very large or small.",
        "Tables print overlapping shunt steps; here 10 % and 15 % belong to the stricter step and "
        "20 % is still reduced by 40 % [our convention].",
        "In one study 13 % responded after an activity reduced for the shunt and 56 % without "
        "reduction.",
    ),
)

# Biologically effective dose --------------------------------------------------------------------


def bed_of_fractions(fractions: Any, dose_per_fraction_gy: Any, alpha_beta_gy: Any) -> Any:
    """Compute the biologically effective dose of a fractionated treatment.

    Parameters
    ----------
    fractions
        Number of fractions. A number, an array or a data-frame expression, like the others.
    dose_per_fraction_gy, alpha_beta_gy
        Dose each time, and alpha/beta of the tissue, Gy.

    Returns
    -------
    Same kind as the input
        BED, Gy.

    References
    ----------
    Fowler 1989 [from memory].

    Examples
    --------
    >>> bed_of_fractions(5, 10, 10)
    100.0
    """
    return fractions * dose_per_fraction_gy * (1 + dose_per_fraction_gy / alpha_beta_gy)


def eqd2_of_bed(bed_gy: Any, alpha_beta_gy: Any) -> Any:
    """Compute the dose in 2-Gy fractions that has the same effect.

    Parameters
    ----------
    bed_gy, alpha_beta_gy
        Biologically effective dose and the alpha/beta it was computed with, Gy. Numbers, arrays
        or data-frame expressions.

    Returns
    -------
    Same kind as the input
        EQD2, Gy.

    References
    ----------
    Fowler 1989 [from memory].

    Examples
    --------
    >>> eqd2_of_bed(72, 10)
    60.0
    """
    return bed_gy / (1 + 2 / alpha_beta_gy)


def bed_of_y90(dose_gy: Any, alpha_beta_gy: Any, t_rep_h: Any, t_eff_h: Any) -> Any:
    """Compute the biologically effective dose of yttrium-90 that decays completely.

    Parameters
    ----------
    dose_gy, alpha_beta_gy
        Dose, and alpha/beta of the tissue, Gy. Numbers, arrays or data-frame expressions.
    t_rep_h, t_eff_h
        Half-time of repair, and effective half-life of the activity, h.

    Returns
    -------
    Same kind as the input
        BED, Gy.

    References
    ----------
    Form as in Cremonesi M, et al. Front Oncol 2014;4:210 [from memory].

    Examples
    --------
    >>> round(bed_of_y90(40, 2.5, 2.5, 64.1), 3)
    64.024
    """
    return dose_gy * (1 + dose_gy * t_rep_h / ((t_rep_h + t_eff_h) * alpha_beta_gy))


BED = Formula(
    "bed",
    "BED",
    bed_of_fractions,
    (fractions, dose_per_fraction_gy, alpha_beta_gy),
    FOWLER_1989,
    unit="Gy",
    digits=1,
)

EQD2 = Formula("eqd2", "EQD2", eqd2_of_bed, (BED, alpha_beta_gy), FOWLER_1989, "Gy", digits=1)

_LINEAR_QUADRATIC = (
    "Compare only doses of one alpha/beta: 10 Gy for tumour and 2.5 to 3 Gy for late damage are "
    "assumptions [from memory]."
)

bed = System(
    "bed",
    "Effective dose of fractions",
    (BED, EQD2),
    domain="planning",
    example={"fractions": 5, "dose_per_fraction_gy": 10, "alpha_beta_gy": 10},
    notes=(
        _LINEAR_QUADRATIC,
        "Assumes the linear-quadratic law, which overestimates above 8 to 10 Gy a fraction, full "
        "repair between fractions and no regrowth.",
    ),
)

BED_Y90 = Formula(
    "bed_y90",
    "BED",
    bed_of_y90,
    (dose_gy, alpha_beta_gy, t_rep_h, t_eff_h),
    FOWLER_1989,
    unit="Gy",
    digits=1,
)

EQD2_Y90 = Formula(
    "eqd2_y90", "EQD2", eqd2_of_bed, (BED_Y90, alpha_beta_gy), FOWLER_1989, "Gy", digits=1
)

bed_y90 = System(
    "bed_y90",
    "Effective dose of yttrium-90",
    (BED_Y90, EQD2_Y90),
    domain="planning",
    example={"dose_gy": 40, "alpha_beta_gy": 2.5, "t_rep_h": 2.5, "t_eff_h": Y90_HALF_LIFE_H},
    notes=(
        _LINEAR_QUADRATIC,
        "Assumes the linear-quadratic law, complete decay where the spheres lodge, repair of one "
        "half-time and an even dose, which microspheres do not give.",
        "The half-life is that in the tissue; spheres stay, so it is close to the physical 64.1 h.",
    ),
)
