"""Radioembolisation with yttrium-90: from activity to dose, to effect, to a window for treatment.

Spheres lodge in tumour, normal liver and lungs and decay there. The partition model (Ho 1996) says
what dose each gets; the linear-quadratic law says what a dose that comes so slowly is worth (BED);
two S-shaped curves say how probable tumour control (TCP) and damage to the liver (NTCP) then are.
The chance of control without damage is highest at one activity, and this highest chance is better
the more the tumour takes up. All of it is in closed form; the doses are those of
`hcclab.dosimetry`.

The curves are anchored at published doses for half the effect, but their steepness is a teaching
choice, and many constants are from memory. So the model shows why the tumour-to-normal ratio
decides and why grays of glass, resin and external beam are not the same thing; it cannot tell what
a patient should get.

>>> plan = Radioembolisation()
>>> print(", ".join(f"{dose:.0f} Gy" for dose in doses(plan)))
237 Gy, 47 Gy, 5 Gy
>>> best = best_activity(plan, GlassResponse())
>>> print(f"{best.activity_gbq:.2f} GBq: {best.probability:.0%}")
3.05 GBq: 68%
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, log_ndtr, ndtr

from hcclab.dosimetry import (
    GY_KG_PER_GBQ,
    Y90_HALF_LIFE_H,
    bed_of_y90,
    y90_lung_dose,
    y90_normal_dose,
    y90_tumour_dose,
)
from hcclab.mechanisms.parameters import Parameters, like, parameter

JOULE_PER_MEV = 1.602176634e-13

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions.",
    "The mean dose stands for the whole compartment. Spheres lie in clusters, so parts of a tumour "
    "get far less, and parts of the liver are spared.",
    "Never mix thresholds of glass and resin: a glass sphere carries about 2500 Bq, a resin sphere "
    "about 50 Bq, and the same mean dose is spread differently.",
    "The steepness of tumour control is a teaching choice. Alpha/beta and repair times of liver "
    "and tumour and the steepness of liver damage are from memory.",
    "The doses for liver damage in half of the patients (glass, resin) are worked back from "
    "published effective doses with those remembered constants.",
    "In DOSISPHERE-01, 71.4 % responded when the index lesion was to get at least 205 Gy "
    "(doi:10.2967/jnumed.123.266211). The model has 31 % control at 205 Gy: another end-point. "
    "Move the dose for half control and see.",
    "1 GBq in 1 kg gives 49.80 Gy here, 49.67 Gy in the planning calculators of this package and "
    "50 Gy in Kao 2013; they differ by less than 1 %.",
)


@dataclass(frozen=True)
class Radioembolisation(Parameters):
    """Activity, masses and uptake of one treatment.

    References
    ----------
    Ho 1996, Eur J Nucl Med 23:947. Kao 2013. doi:10.1007/s00270-013-0783-z.
    """

    activity_gbq: float = parameter(
        2, "activity", "GBq", usual=(0.1, 8), hard=(0, 100), step=0.1, code="T"
    )
    tumour_kg: float = parameter(
        0.2, "mass of the tumour", "kg", usual=(0.01, 1), hard=(0.001, 10), step=0.01, code="T"
    )
    normal_kg: float = parameter(
        1,
        "mass of normal liver",
        "kg",
        usual=(0.2, 2),
        hard=(0.01, 10),
        step=0.05,
        code="T",
        note="the treated liver without the tumour",
    )
    lung_kg: float = parameter(
        1,
        "mass of the lungs",
        "kg",
        usual=(0.7, 1.2),
        hard=(0.1, 10),
        step=0.05,
        code="M",
        note="1 kg by convention",
    )
    tumour_to_normal: float = parameter(
        5,
        "uptake per gram, tumour over normal liver",
        usual=(1, 20),
        hard=(0.01, 1000),
        step=0.5,
        code="T",
    )
    lung_shunt_fraction: float = parameter(
        0.05,
        "share of the activity that passes to the lungs",
        usual=(0, 0.3),
        hard=(0, 0.99),
        step=0.01,
        code="T",
    )
    gy_kg_per_gbq: float = parameter(
        49.80,
        "dose of 1 GBq in 1 kg",
        "Gy kg/GBq",
        usual=(49.38, 50),
        hard=(40, 60),
        step=0.01,
        code="M",
        note="worked out from 64.1 h and a mean energy of 0.9337 MeV, which is from memory; "
        "Kao 2013 (doi:10.1007/s00270-013-0783-z) has 50, the planning calculators here 49.67",
    )


@dataclass(frozen=True)
class Repair(Parameters):
    """How tissue answers to a dose that comes slowly.

    References
    ----------
    Cremonesi 2014. doi:10.3389/fonc.2014.00210.
    """

    liver_alpha_beta_gy: float = parameter(
        2.5,
        "alpha/beta of the liver",
        "Gy",
        usual=(1, 10),
        hard=(0.1, 1e9),
        step=0.5,
        code="M",
        source="Cremonesi 2014",
        doi="10.3389/fonc.2014.00210",
        note="8 Gy for a liver with hepatitis (Son 2013, Radiat Oncol 8:61)",
    )
    liver_repair_h: float = parameter(
        2.5,
        "half-time of repair of the liver",
        "h",
        usual=(1, 10),
        hard=(0.01, 1000),
        step=0.5,
        code="M",
        source="Cremonesi 2014",
        doi="10.3389/fonc.2014.00210",
    )
    tumour_alpha_beta_gy: float = parameter(
        10,
        "alpha/beta of the tumour",
        "Gy",
        usual=(3, 20),
        hard=(0.1, 1e9),
        code="M",
        note="a usual assumption",
    )
    tumour_repair_h: float = parameter(
        1.5,
        "half-time of repair of the tumour",
        "h",
        usual=(0.5, 10),
        hard=(0.01, 1000),
        step=0.5,
        code="M",
        note="a usual assumption",
    )


@dataclass(frozen=True)
class GlassResponse(Parameters):
    """Dose and effect of glass microspheres.

    References
    ----------
    Half control: doi:10.1186/s13550-022-00911-0. Half of the livers damaged: Walrand 2014.
    doi:10.2967/jnumed.113.135301.
    """

    control_d50_gy: float = parameter(
        250,
        "dose that controls half of the tumours",
        "Gy",
        usual=(20, 400),
        hard=(1, 2000),
        step=5,
        code="V",
        source="article s13550-022-00911-0, glass",
        doi="10.1186/s13550-022-00911-0",
    )
    control_slope: float = parameter(
        1,
        "steepness of tumour control",
        usual=(0.3, 3),
        hard=(0.01, 20),
        step=0.1,
        code="T",
        note="at that dose, 1 % more dose brings this many percentage points more control",
    )
    damage_d50_gy: float = parameter(
        100,
        "dose that damages half of the livers",
        "Gy",
        usual=(20, 200),
        hard=(1, 2000),
        step=5,
        code="M",
        source="worked back from Walrand 2014, lobar glass",
        doi="10.2967/jnumed.113.135301",
        note="from a BED of 250 Gy, which is published, by alpha/beta 2.5 Gy and repair in 2.5 h, "
        "which are from memory: 99.96 Gy",
    )
    damage_spread: float = parameter(
        0.28,
        "spread of liver damage, as a share of that dose",
        usual=(0.1, 0.5),
        hard=(0.01, 5),
        step=0.01,
        code="M",
        note="as for microspheres",
    )


@dataclass(frozen=True)
class ResinResponse(GlassResponse):
    """Dose and effect of resin microspheres.

    References
    ----------
    Half control: doi:10.1186/s13550-022-00911-0. Half of the livers damaged: Walrand 2014.
    doi:10.2967/jnumed.113.135301.
    """

    control_d50_gy: float = like(
        GlassResponse,
        "control_d50_gy",
        60,
        code="V",
        source="article s13550-022-00911-0, resin",
        doi="10.1186/s13550-022-00911-0",
    )
    damage_d50_gy: float = like(
        GlassResponse,
        "damage_d50_gy",
        52.2,
        code="M",
        source="worked back from Walrand 2014, lobar resin",
        doi="10.2967/jnumed.113.135301",
        note="from a BED of 93 Gy, which is published, by alpha/beta 2.5 Gy and repair in 2.5 h, "
        "which are from memory: 52.16 Gy",
    )


@dataclass(frozen=True)
class ExternalBeamResponse(GlassResponse):
    """Dose and effect of fractionated external beam; only for `tcp` and `ntcp`, to compare.

    References
    ----------
    Half control: doi:10.1186/s13550-022-00911-0. Liver damage: Dawson 2002 [from memory].
    """

    control_d50_gy: float = like(
        GlassResponse,
        "control_d50_gy",
        53,
        code="V",
        source="article s13550-022-00911-0, external beam",
        doi="10.1186/s13550-022-00911-0",
    )
    damage_d50_gy: float = like(
        GlassResponse,
        "damage_d50_gy",
        39.8,
        code="M",
        source="Dawson 2002, whole liver, HCC",
        note="the published BED of half damage is 115 Gy (Walrand 2014, "
        "doi:10.2967/jnumed.113.135301)",
    )
    damage_spread: float = like(
        GlassResponse, "damage_spread", 0.12, code="M", source="Dawson 2002, whole liver, HCC"
    )


class Doses(NamedTuple):
    """Mean absorbed doses after complete decay, Gy."""

    tumour_gy: Any
    normal_gy: Any
    lung_gy: Any


class Best(NamedTuple):
    """The activity, GBq, with the highest chance of control without damage, and that chance."""

    activity_gbq: float
    probability: float


def dose_of_decay(mean_energy_mev: float, half_life_h: float = Y90_HALF_LIFE_H) -> float:
    """Dose of 1 GBq that decays completely in 1 kg and gives all its beta energy there.

    Parameters
    ----------
    mean_energy_mev
        Mean energy of a beta particle, MeV.
    half_life_h
        Half-life, h.

    Returns
    -------
    float
        Gy kg/GBq.

    Examples
    --------
    >>> round(dose_of_decay(0.9337), 2)
    49.8
    """
    return mean_energy_mev * JOULE_PER_MEV * 1e9 * half_life_h * 3600 / log(2)


def delivered_share(t_h: Any) -> Any:
    """Share of the dose that has been delivered after some time.

    Parameters
    ----------
    t_h
        Hours since the treatment, a number or an array.

    Returns
    -------
    Same kind as `t_h`
        0 to 1.

    Examples
    --------
    >>> round(float(delivered_share(11 * 24)), 4)
    0.9424
    """
    return -np.expm1(-log(2) / Y90_HALF_LIFE_H * np.asarray(t_h))


def doses(plan: Radioembolisation, activity_gbq: Any = None) -> Doses:
    """Mean doses of tumour, normal liver and lungs by the partition model.

    Parameters
    ----------
    plan
        The parameter set.
    activity_gbq
        Activity instead of that of the plan, GBq; a number or an array.

    Returns
    -------
    Doses
        Gy, each of the shape of the activity.

    Raises
    ------
    ValueError
        If an activity is below 0.

    Notes
    -----
    The ratio compares activity per gram in the tumour with that in normal liver, tumour excluded;
    other definitions are in use.

    References
    ----------
    Ho 1996, Eur J Nucl Med 23:947.

    Examples
    --------
    >>> [round(float(dose), 1) for dose in doses(Radioembolisation(tumour_to_normal=2))]
    [135.2, 67.6, 5.0]
    """
    activity = np.asarray(plan.activity_gbq if activity_gbq is None else activity_gbq, dtype=float)
    _not_negative("activity_gbq", activity)
    effective = activity * plan.gy_kg_per_gbq / GY_KG_PER_GBQ
    liver = (plan.tumour_kg, plan.normal_kg, plan.tumour_to_normal, plan.lung_shunt_fraction)
    return Doses(
        y90_tumour_dose(effective, *liver),
        y90_normal_dose(effective, *liver),
        y90_lung_dose(effective, plan.lung_shunt_fraction, plan.lung_kg),
    )


def liver_bed_gy(dose_gy: Any, repair: Repair) -> Any:
    """Biologically effective dose of yttrium-90 for the liver.

    Parameters
    ----------
    dose_gy
        Dose, Gy, a number or an array.
    repair
        The parameter set.

    Returns
    -------
    Same kind as `dose_gy`
        BED, Gy.

    References
    ----------
    Cremonesi 2014. doi:10.3389/fonc.2014.00210.

    Examples
    --------
    >>> round(liver_bed_gy(50, Repair()), 2)
    87.54
    """
    return bed_of_y90(dose_gy, repair.liver_alpha_beta_gy, repair.liver_repair_h, Y90_HALF_LIFE_H)


def tumour_bed_gy(dose_gy: Any, repair: Repair) -> Any:
    """Biologically effective dose of yttrium-90 for the tumour.

    Parameters
    ----------
    dose_gy
        Dose, Gy, a number or an array.
    repair
        The parameter set.

    Returns
    -------
    Same kind as `dose_gy`
        BED, Gy.

    References
    ----------
    Cremonesi 2014. doi:10.3389/fonc.2014.00210.

    Examples
    --------
    >>> round(tumour_bed_gy(205, Repair()), 1)
    301.1
    """
    return bed_of_y90(dose_gy, repair.tumour_alpha_beta_gy, repair.tumour_repair_h, Y90_HALF_LIFE_H)


def dose_of_liver_bed_gy(bed_gy: Any, repair: Repair) -> Any:
    """Dose of yttrium-90 that has a biologically effective dose, the inverse of `liver_bed_gy`.

    Parameters
    ----------
    bed_gy
        BED, Gy, a number or an array.
    repair
        The parameter set.

    Returns
    -------
    Same kind as `bed_gy`
        Dose, Gy.

    Raises
    ------
    ValueError
        If a BED is below 0.

    Examples
    --------
    >>> [round(float(dose_of_liver_bed_gy(bed, Repair())), 2) for bed in (250, 93)]
    [99.96, 52.16]
    """
    bed = np.asarray(bed_gy, dtype=float)
    _not_negative("bed_gy", bed)
    quadratic = liver_bed_gy(1, repair) - 1
    # Not (root - 1) / (2 q), which loses its digits for a large alpha/beta.
    return 2 * bed / (1 + np.sqrt(1 + 4 * quadratic * bed))


def tcp(dose_gy: Any, response: GlassResponse) -> Any:
    """Probability that a dose controls the tumour: log-logistic.

    Parameters
    ----------
    dose_gy
        Mean dose of the tumour, Gy, a number or an array.
    response
        The device; its grays are its own.

    Returns
    -------
    Same kind as `dose_gy`
        0 to 1.

    Raises
    ------
    ValueError
        If a dose is below 0.

    References
    ----------
    Doses of half control: doi:10.1186/s13550-022-00911-0.

    Examples
    --------
    >>> round(float(tcp(205, GlassResponse())), 4), float(tcp(60, ResinResponse()))
    (0.3114, 0.5)
    """
    return expit(_control_logit(dose_gy, response))


def ntcp(dose_gy: Any, response: GlassResponse) -> Any:
    """Probability that a dose damages the liver: probit.

    Parameters
    ----------
    dose_gy
        Mean dose of normal liver, Gy, a number or an array.
    response
        The device; its grays are its own.

    Returns
    -------
    Same kind as `dose_gy`
        0 to 1.

    Raises
    ------
    ValueError
        If a dose is below 0.

    Notes
    -----
    A probit never reaches 0: without any dose it still has 0.02 % of livers damaged at a spread of
    0.28, and 2.3 % at 0.5.

    References
    ----------
    Effective doses of half damage: Walrand 2014. doi:10.2967/jnumed.113.135301.

    Examples
    --------
    >>> [round(float(ntcp(50, each)), 3) for each in (GlassResponse(), ResinResponse())]
    [0.037, 0.44]
    """
    return ndtr(_damage_probit(dose_gy, response))


def uncomplicated(
    plan: Radioembolisation, response: GlassResponse, activity_gbq: Any = None
) -> Any:
    """Probability of tumour control without damage to the liver, TCP (1 - NTCP).

    Parameters
    ----------
    plan
        The treatment.
    response
        The device, glass or resin.
    activity_gbq
        Activity instead of that of the plan, GBq; a number or an array.

    Returns
    -------
    Same kind as the activity
        0 to 1.

    Raises
    ------
    ValueError
        If an activity is below 0, or the response is that of external beam.

    Examples
    --------
    >>> uncomplicated(Radioembolisation(), GlassResponse(), [1, 3, 8]).round(3).tolist()
    [0.048, 0.682, 0.001]
    """
    return np.exp(_log_uncomplicated(plan, response, activity_gbq))


def best_activity(plan: Radioembolisation, response: GlassResponse) -> Best:
    """Find the activity with the highest probability of control without damage.

    Parameters
    ----------
    plan
        The treatment; its own activity does not matter.
    response
        The device, glass or resin.

    Returns
    -------
    Best
        Activity, GBq, and probability. There is one optimum: the logarithm of the probability is
        concave over the logarithm of the activity.

    Raises
    ------
    ValueError
        If the response is that of external beam.

    Examples
    --------
    >>> for ratio in (2, 5, 10):
    ...     best = best_activity(Radioembolisation(tumour_to_normal=ratio), GlassResponse())
    ...     print(f"{best.activity_gbq:.2f} GBq: {best.probability:.0%}")
    2.96 GBq: 15%
    3.05 GBq: 68%
    3.35 GBq: 91%
    """
    damaging = log(response.damage_d50_gy / float(doses(plan, 1).normal_gy))
    found = minimize_scalar(
        lambda x: -float(_log_uncomplicated(plan, response, exp(x))),
        bounds=(damaging - 15, damaging + 4),
        method="bounded",
        options={"xatol": 1e-8},
    )
    return Best(exp(found.x), exp(-found.fun))


def _log_uncomplicated(plan: Radioembolisation, response: GlassResponse, activity_gbq: Any) -> Any:
    if isinstance(response, ExternalBeamResponse):
        raise ValueError(
            "response=ExternalBeamResponse(...) is not one of GlassResponse, ResinResponse: its "
            "grays are not those of yttrium-90"
        )
    tumour, normal, _ = doses(plan, activity_gbq)
    control = log_expit(_control_logit(tumour, response))
    return control + log_ndtr(-_damage_probit(normal, response))


def _control_logit(dose_gy: Any, response: GlassResponse) -> Any:
    dose = np.asarray(dose_gy, dtype=float)
    _not_negative("dose_gy", dose)
    with np.errstate(divide="ignore"):
        return 4 * response.control_slope * np.log(dose / response.control_d50_gy)


def _damage_probit(dose_gy: Any, response: GlassResponse) -> Any:
    dose = np.asarray(dose_gy, dtype=float)
    _not_negative("dose_gy", dose)
    return (dose / response.damage_d50_gy - 1) / response.damage_spread


def _not_negative(name: str, values: Any) -> None:
    if not np.all(values >= 0):
        raise ValueError(f"{name}={values} outside 0-inf")
