"""Antibodies: how long they stay, how much of their target they hold, and what VEGF does.

An antibody given into a vein spreads between blood and tissue and is cleared slowly, over weeks:
two linear compartments. In a tumour it reaches only a share B of the concentration in blood, and
there it holds the share RO = B C / (B C + KD) of a receptor that it binds.

VEGF is another matter: it is made and removed all the time, and bevacizumab holds it in blood.
Bound VEGF leaves only as slowly as the antibody. So the free VEGF falls while the total rises,
and a laboratory that measures the total sees more VEGF under a drug against it. The model lets
antibody, VEGF and their complex be in balance at every moment (quasi-steady state)::

    d drug   / dt = - (CL + Q) free drug + Q drug in tissue / V2 - kint complex V1
    d tissue / dt =   Q free drug - Q drug in tissue / V2
    d total  / dt =   kout (baseline - free VEGF) - kint complex

The pharmacokinetic numbers come from labels and published population models, mostly in cancers
other than HCC. How much drug reaches the tumour is a teaching choice. So the model can show why
occupancy hardly depends on dose in the clinical range, and why a trough says little. It cannot
tell who responds: a held receptor is not an immune response, and free VEGF in blood is not VEGF
in the tumour.

>>> for dose in (1, 60, 1200):
...     drug = Atezolizumab(dose_mg=dose)
...     held = occupancy(trough_mg_l(drug, 6), drug, PdL1())
...     print(f"{dose} mg: {held:.1%} held before the seventh dose")
1 mg: 42.4% held before the seventh dose
60 mg: 97.8% held before the seventh dose
1200 mg: 99.9% held before the seventh dose
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import trapezoid

from hcclab.mechanisms.compartments import Response, ascending, drifting, response
from hcclab.mechanisms.parameters import Parameters, like, parameter
from hcclab.mechanisms.solving import days, follow

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions.",
    "How much antibody reaches the tumour (0.3 of the concentration in blood) is a teaching "
    "choice, and the affinity of atezolizumab is from memory.",
    "Occupancy is nearly the same over the whole clinical range of doses: it cannot choose a dose, "
    "and a held receptor is not a response.",
    "With a constant clearance atezolizumab accumulates 2.37-fold in the trough; the label has "
    "2.75. Clearance falls during treatment, which this set leaves out.",
    "An infusion of 30 to 60 minutes is taken as a bolus, so the first peak is a little too high.",
    "Total VEGF rises although free VEGF falls. A measurement of total VEGF does not show whether "
    "bevacizumab works.",
    "The VEGF model was fitted in colorectal cancer; no such model of HCC is used here. It keeps "
    "its own pharmacokinetics, which differ from those of bevacizumab alone.",
    "The population numbers of nivolumab, bevacizumab and the VEGF model are second-hand "
    "transcriptions of the papers.",
    "No antibodies against the drug, no change of clearance as the tumour shrinks, no difference "
    "between patients.",
)


@dataclass(frozen=True)
class Atezolizumab(Parameters):
    """Atezolizumab into a vein: two compartments, constant clearance.

    References
    ----------
    Label, for dose, clearance and volumes; Stroh 2017, for the exchange [from memory].
    """

    dose_mg: float = parameter(
        1200,
        "dose",
        "mg",
        usual=(0.1, 2000),
        hard=(0, 1e5),
        step=1,
        code="V",
        source="label",
    )
    interval_day: float = parameter(
        21,
        "time between doses",
        "days",
        usual=(7, 42),
        hard=(0.1, 1000),
        step=7,
        code="V",
        source="label",
    )
    clearance_l_day: float = parameter(
        0.2,
        "clearance at the start",
        "L/day",
        usual=(0.05, 0.6),
        hard=(0.001, 100),
        step=0.01,
        code="V",
        source="label",
    )
    central_l: float = parameter(
        3.28,
        "volume of blood and what is like it",
        "L",
        usual=(2, 6),
        hard=(0.1, 100),
        step=0.1,
        code="V",
        source="label",
    )
    exchange_l_day: float = parameter(
        0.546,
        "exchange with tissue",
        "L/day",
        usual=(0.1, 2),
        hard=(1e-4, 100),
        step=0.05,
        code="M",
        source="Stroh 2017",
    )
    tissue_l: float = parameter(
        3.63,
        "volume of tissue",
        "L",
        usual=(1, 6),
        hard=(0.1, 100),
        step=0.1,
        code="D",
        source="label",
        note="the volume at steady state, 6.91 L, less that of blood",
    )
    molar_mass_kda: float = parameter(
        145,
        "molar mass",
        "kDa",
        usual=(140, 155),
        hard=(10, 1000),
        code="M",
        note="of an antibody, 145 to 149",
    )
    drift: float = parameter(
        0,
        "final change of clearance, as natural logarithm",
        usual=(-0.5, 0.2),
        hard=(-3, 3),
        step=0.05,
        code="T",
        note="0 is a constant clearance; -0.3 brings it down to 74 %",
    )
    drift_day: float = parameter(
        62.8,
        "time of half that change",
        "days",
        usual=(20, 150),
        hard=(1, 1000),
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
        note="without effect while the change is 0",
    )
    drift_power: float = parameter(
        2.67,
        "steepness of that change",
        usual=(1, 5),
        hard=(0.5, 20),
        step=0.1,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
        note="without effect while the change is 0",
    )

    @property
    def half_life_day(self) -> float:
        """Half-life of the slow phase at the clearance of the start, days."""
        return self.response(0).half_life

    def clearance_at(self, t_day: Any) -> Any:
        """Clearance, L/day, on a day of treatment; infinite for its end.

        Parameters
        ----------
        t_day
            Days since the first dose, from 0, a number or an array.
        """
        day = np.asarray(t_day, dtype=float)
        if not np.all(day >= 0):
            raise ValueError(f"t_day={t_day} outside 0-inf")
        with np.errstate(divide="ignore", over="ignore"):
            done = 1 / (1 + (self.drift_day / day) ** self.drift_power)
        return self.clearance_l_day * np.exp(self.drift * done)

    def response(self, t_day: float) -> Response:
        """Amount in blood after one unit, with the clearance of a day of treatment."""
        return response(self._rates(np.array([t_day]))[0], given=0, read=0)

    def _rates(self, t_day: Any) -> Any:
        out = self.clearance_at(t_day) / self.central_l
        there, back = self.exchange_l_day / self.central_l, self.exchange_l_day / self.tissue_l
        rates = np.empty((*out.shape, 2, 2))
        rates[..., 0, 0], rates[..., 0, 1] = -(out + there), back
        rates[..., 1, 0], rates[..., 1, 1] = there, -back
        return rates


@dataclass(frozen=True)
class AtezolizumabInLungCancer(Atezolizumab):
    """Atezolizumab with a clearance that falls, as fitted in non-small-cell lung cancer.

    References
    ----------
    Zeng 2026. doi:10.1007/s00228-025-03974-9.
    """

    clearance_l_day: float = like(
        Atezolizumab,
        "clearance_l_day",
        0.23,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
    )
    central_l: float = like(
        Atezolizumab,
        "central_l",
        3.25,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
    )
    exchange_l_day: float = like(
        Atezolizumab,
        "exchange_l_day",
        0.603,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
    )
    tissue_l: float = like(
        Atezolizumab,
        "tissue_l",
        2.88,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
    )
    drift: float = like(
        Atezolizumab,
        "drift",
        -0.193,
        code="V2",
        source="Zeng 2026, FDA model in lung cancer",
        doi="10.1007/s00228-025-03974-9",
        note="clearance comes down to 82 %",
    )


@dataclass(frozen=True)
class Nivolumab(Atezolizumab):
    """Nivolumab with a constant clearance.

    References
    ----------
    Bajaj G, et al. 2017. doi:10.1002/psp4.12143.
    """

    dose_mg: float = like(
        Atezolizumab, "dose_mg", 240, code="T", note="one of the schedules in use"
    )
    interval_day: float = like(
        Atezolizumab, "interval_day", 14, code="T", note="one of the schedules in use"
    )
    clearance_l_day: float = like(
        Atezolizumab,
        "clearance_l_day",
        0.2256,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
        note="0.0094 L/h; a white woman of 80 kg",
    )
    central_l: float = like(
        Atezolizumab,
        "central_l",
        3.63,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
    )
    exchange_l_day: float = like(
        Atezolizumab,
        "exchange_l_day",
        0.7704,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
        note="0.0321 L/h",
    )
    tissue_l: float = like(
        Atezolizumab,
        "tissue_l",
        2.78,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
    )
    molar_mass_kda: float = like(
        Atezolizumab, "molar_mass_kda", 146, code="M", note="of an antibody, 145 to 149"
    )
    drift_day: float = like(
        Atezolizumab,
        "drift_day",
        58.75,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
        note="1410 h; without effect while the change is 0",
    )
    drift_power: float = like(
        Atezolizumab,
        "drift_power",
        3.15,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
        note="without effect while the change is 0",
    )


@dataclass(frozen=True)
class DriftingNivolumab(Nivolumab):
    """Nivolumab with a clearance that falls during treatment, as published.

    References
    ----------
    Bajaj G, et al. 2017. doi:10.1002/psp4.12143.
    """

    drift: float = like(
        Nivolumab,
        "drift",
        -0.295,
        code="V2",
        source="Bajaj 2017, as transcribed",
        doi="10.1002/psp4.12143",
        note="clearance comes down to 74 %",
    )


@dataclass(frozen=True)
class Bevacizumab(Atezolizumab):
    """Bevacizumab with a constant clearance; for VEGF see `Vegf`.

    References
    ----------
    Han K, et al. 2016. doi:10.1007/s00280-016-3079-6.
    """

    dose_mg: float = like(Atezolizumab, "dose_mg", 1050, code="D", note="15 mg/kg at 70 kg")
    clearance_l_day: float = like(
        Atezolizumab,
        "clearance_l_day",
        0.2064,
        code="V2",
        source="Han 2016, as transcribed",
        doi="10.1007/s00280-016-3079-6",
        note="8.6 mL/h; a woman of 70 kg; in men 1.14 times that",
    )
    central_l: float = like(
        Atezolizumab,
        "central_l",
        2.678,
        code="V2",
        source="Han 2016, as transcribed",
        doi="10.1007/s00280-016-3079-6",
    )
    exchange_l_day: float = like(
        Atezolizumab,
        "exchange_l_day",
        0.4464,
        code="V2",
        source="Han 2016, as transcribed",
        doi="10.1007/s00280-016-3079-6",
    )
    tissue_l: float = like(
        Atezolizumab,
        "tissue_l",
        2.423,
        code="V2",
        source="Han 2016, as transcribed",
        doi="10.1007/s00280-016-3079-6",
    )
    molar_mass_kda: float = like(
        Atezolizumab, "molar_mass_kda", 149, code="M", note="of an antibody, 145 to 149"
    )


@dataclass(frozen=True)
class PdL1(Parameters):
    """How atezolizumab holds PD-L1 in a tumour."""

    kd_nm: float = parameter(
        0.433,
        "dissociation constant",
        "nM",
        usual=(0.05, 20),
        hard=(1e-6, 1e6),
        step=0.05,
        code="M",
        note="the concentration that holds half",
    )
    tumour_ratio: float = parameter(
        0.3,
        "concentration in tumour over that in blood",
        usual=(0.02, 1),
        hard=(0, 10),
        step=0.01,
        code="T",
    )


@dataclass(frozen=True)
class Pd1(PdL1):
    """How nivolumab holds PD-1 in a tumour.

    References
    ----------
    Brown 2020, Table 3. doi:10.1371/journal.pone.0229206.
    """

    kd_nm: float = like(
        PdL1,
        "kd_nm",
        7.2,
        code="V",
        source="Table 3 of the article",
        doi="10.1371/journal.pone.0229206",
        note="by surface plasmon resonance; others have 2.6 to 7.2",
    )


@dataclass(frozen=True)
class Vegf(Parameters):
    """Bevacizumab and VEGF in blood, in balance at every moment.

    References
    ----------
    Panoilia E, et al. 2015. doi:10.1007/s00280-015-2701-3.
    """

    dose_mg: float = parameter(
        1050,
        "dose of bevacizumab",
        "mg",
        usual=(0.1, 2000),
        hard=(0, 1e5),
        step=1,
        code="D",
        note="15 mg/kg at 70 kg",
    )
    interval_day: float = parameter(
        21,
        "time between doses",
        "days",
        usual=(7, 42),
        hard=(0.1, 1000),
        step=7,
        code="T",
        note="as together with atezolizumab",
    )
    clearance_l_day: float = parameter(
        0.18,
        "clearance of free drug",
        "L/day",
        usual=(0.05, 0.6),
        hard=(0.001, 100),
        step=0.01,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
    )
    central_l: float = parameter(
        3.23,
        "volume of blood and what is like it",
        "L",
        usual=(2, 6),
        hard=(0.1, 100),
        step=0.1,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
    )
    exchange_l_day: float = parameter(
        1.38,
        "exchange with tissue",
        "L/day",
        usual=(0.1, 3),
        hard=(1e-4, 100),
        step=0.05,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
    )
    tissue_l: float = parameter(
        3.1,
        "volume of tissue",
        "L",
        usual=(1, 6),
        hard=(0.1, 100),
        step=0.1,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
    )
    removal_per_day: float = parameter(
        0.401,
        "rate at which free VEGF is removed",
        "1/day",
        usual=(0.1, 2),
        hard=(0.001, 100),
        step=0.05,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
    )
    baseline_nm: float = parameter(
        0.0053,
        "VEGF without drug",
        "nM",
        usual=(0.001, 0.05),
        hard=(1e-6, 10),
        step=0.001,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
        note="212 ng/L",
    )
    half_bound_nm: float = parameter(
        267,
        "free drug that holds half of the VEGF",
        "nM",
        usual=(20, 1000),
        hard=(0.001, 1e6),
        step=10,
        code="V2",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
        note="with removal of the complex counted in; far above the affinity in a test tube",
    )
    molar_mass_kda: float = parameter(
        149,
        "molar mass of bevacizumab",
        "kDa",
        usual=(140, 155),
        hard=(10, 1000),
        code="M",
        note="of an antibody, 145 to 149",
    )
    vegf_kda: float = parameter(
        40,
        "molar mass of VEGF",
        "kDa",
        usual=(35, 45),
        hard=(1, 1000),
        code="D",
        source="Panoilia 2015, colorectal cancer, as transcribed",
        doi="10.1007/s00280-015-2701-3",
        note="from 212 ng/L for 0.0053 nM",
    )


class Exposure(NamedTuple):
    """Concentrations within an interval once doses have been given for long enough."""

    mean_mg_l: float
    peak_mg_l: float
    trough_mg_l: float
    area_mg_day_l: float


class VegfCourse(NamedTuple):
    """Drug and VEGF in blood, each array of the shape of `t_day`."""

    t_day: Any
    drug_mg_l: Any
    free_vegf_ng_l: Any
    total_vegf_ng_l: Any


class Suppression(NamedTuple):
    """Share of free VEGF taken away, in the mean of an interval and before the next dose."""

    mean: float
    trough: float


def dosing_days(
    drug: Atezolizumab | Vegf, doses: int, missed: Collection[int] = ()
) -> tuple[float, ...]:
    """Days of equally spaced doses, the first on day 0.

    Parameters
    ----------
    drug
        The drug, for its interval.
    doses
        How many; 0 is no treatment.
    missed
        Numbers of doses that were missed, from 1.

    Returns
    -------
    tuple of float
        Days.

    Raises
    ------
    ValueError
        If the number is not whole from 0, or a missed dose is not one of them.

    Examples
    --------
    >>> dosing_days(Atezolizumab(), 4, missed=(3,))
    (0.0, 21.0, 63.0)
    """
    if doses < 0 or doses != int(doses):
        raise ValueError(f"doses={doses} is not a whole number from 0")
    numbers = range(1, int(doses) + 1)
    if unknown := sorted(set(missed) - set(numbers)):
        raise ValueError(f"missed={unknown} outside 1-{doses}, the doses planned")
    return tuple(
        float(drug.interval_day * (number - 1)) for number in numbers if number not in missed
    )


def course_mg_l(drug: Atezolizumab, t_day: Any, doses_day: Sequence[float] = (0.0,)) -> Any:
    """Concentration in blood.

    Parameters
    ----------
    drug
        The parameter set.
    t_day
        Days since the start, a number or an array. At a dose it is the concentration after it.
    doses_day
        Days of the doses, ascending; see `dosing_days`.

    Returns
    -------
    array of the shape of `t_day`
        mg/L.

    Raises
    ------
    ValueError
        If doses are not ascending, or a clearance that drifts is asked for a day before 0.

    Examples
    --------
    >>> course_mg_l(Atezolizumab(), [0, 21, 84], dosing_days(Atezolizumab(), 4)).round(1).tolist()
    [365.9, 446.8, 170.3]
    """
    if drug.drift == 0:
        amount = drug.response(0).repeated(t_day, doses_day, drug.dose_mg)
    else:
        amount = drifting(drug._rates, t_day, doses_day, drug.dose_mg, given=0, read=0)
    return amount / drug.central_l


def steady_mg_l(drug: Atezolizumab, t_day: Any) -> Any:
    """Concentration within an interval once doses have been given for long enough.

    Parameters
    ----------
    drug
        The parameter set; a clearance that drifts has come to its end.
    t_day
        Days since the last dose, 0 to the interval, a number or an array.

    Returns
    -------
    array of the shape of `t_day`
        mg/L; at 0 right after a dose, at the interval right before the next.

    Raises
    ------
    ValueError
        If a time is outside the interval.

    Examples
    --------
    >>> steady_mg_l(Atezolizumab(), [0, 21]).round(1).tolist()
    [557.6, 191.7]
    """
    amount = drug.response(float("inf")).steady(t_day, drug.interval_day)
    return drug.dose_mg * amount / drug.central_l


def exposure(drug: Atezolizumab) -> Exposure:
    """Mean, highest and lowest concentration once doses have been given for long enough.

    Parameters
    ----------
    drug
        The parameter set; a clearance that drifts has come to its end.

    Returns
    -------
    Exposure
        mg/L, and mg day/L over one interval, which is dose over clearance.

    Examples
    --------
    >>> [round(value, 1) for value in exposure(Atezolizumab())]
    [285.7, 557.6, 191.7, 6000.0]
    """
    area = drug.dose_mg / float(drug.clearance_at(float("inf")))
    peak, trough = steady_mg_l(drug, [0, drug.interval_day])
    return Exposure(area / drug.interval_day, float(peak), float(trough), area)


def trough_mg_l(drug: Atezolizumab, cycle: int) -> float:
    """Concentration at the end of a cycle, right before the next dose.

    Parameters
    ----------
    drug
        The parameter set.
    cycle
        How many doses have been given.

    Returns
    -------
    float
        mg/L.

    Raises
    ------
    ValueError
        If the cycle is not a whole number from 0.

    Examples
    --------
    >>> [round(trough_mg_l(Nivolumab(), cycle), 1) for cycle in (1, 6, 26)]
    [20.9, 52.7, 56.1]
    """
    doses = dosing_days(drug, cycle)
    return float(course_mg_l(drug, cycle * drug.interval_day, doses))


def occupancy(mg_l: Any, drug: Atezolizumab, receptor: PdL1) -> Any:
    """Share of a receptor in the tumour that an antibody holds.

    Parameters
    ----------
    mg_l
        Concentration in blood, mg/L, a number or an array.
    drug
        The antibody, for its molar mass.
    receptor
        The receptor, for affinity and reach of the tumour.

    Returns
    -------
    Same kind as `mg_l`
        0 to 1.

    Raises
    ------
    ValueError
        If a concentration is negative.

    Examples
    --------
    >>> round(occupancy(exposure(Nivolumab()).trough_mg_l, Nivolumab(), Pd1()), 4)
    0.9413
    """
    if not np.all(np.asarray(mg_l) >= 0):
        raise ValueError(f"mg_l={mg_l} outside 0-inf")
    reaching = receptor.tumour_ratio * mg_l / drug.molar_mass_kda * 1000
    return reaching / (reaching + receptor.kd_nm)


def neutralise(vegf: Vegf, t_day: Any, doses_day: Sequence[float] = (0.0,)) -> VegfCourse:
    """Follow free and total VEGF under bevacizumab.

    Parameters
    ----------
    vegf
        The parameter set.
    t_day
        Days since the start, from 0, a number or an array. At a dose it is the state after it.
    doses_day
        Days of the doses, ascending, from 0; see `dosing_days`.

    Returns
    -------
    VegfCourse
        Total drug, mg/L; free and total VEGF, ng/L.

    Raises
    ------
    ValueError
        If a day is before 0, or doses are not ascending.

    References
    ----------
    Panoilia 2015. doi:10.1007/s00280-015-2701-3.

    Examples
    --------
    >>> course = neutralise(Vegf(), [0, 7, 21])
    >>> course.free_vegf_ng_l.round().tolist(), course.total_vegf_ng_l.round().tolist()
    ([23.0, 113.0, 169.0], [212.0, 478.0, 541.0])
    """
    t, starts = days(t_day), ascending(days(doses_day))
    dose = vegf.dose_mg / vegf.molar_mass_kda * 1000
    drug, total = np.zeros_like(t), np.full_like(t, vegf.baseline_nm)
    state = np.array([0, 0, vegf.baseline_nm])
    # A day longer than asked, so that a dose on the last day has an interval too.
    until = float(t.max(initial=0)) + 1
    starts = starts[starts < until]
    for start, end in zip(starts, [*starts, until][1:], strict=True):
        state = state + np.array([dose, 0, 0])
        at = follow(_binding(vegf), state.tolist(), end, start)
        here = (t >= start) & (t <= end)
        if here.any():
            amount, _, total[here] = at(t[here])
            drug[here] = amount / vegf.central_l
        state = at(end)
    drug, total = np.maximum(drug, 0), np.maximum(total, 0)
    free = total - _complex(drug, total, vegf.half_bound_nm, np.sqrt)
    weight = vegf.vegf_kda * 1000
    return VegfCourse(t, drug * vegf.molar_mass_kda / 1000, free * weight, total * weight)


def suppression(vegf: Vegf, cycle: int = 8) -> Suppression:
    """How much free VEGF bevacizumab takes away in one cycle.

    Parameters
    ----------
    vegf
        The parameter set.
    cycle
        Which, from 1.

    Returns
    -------
    Suppression
        Mean and trough, 0 (as without drug) to 1.

    Raises
    ------
    ValueError
        If the cycle is not a whole number from 1.

    Examples
    --------
    >>> [round(share, 3) for share in suppression(Vegf())]
    [0.481, 0.359]
    """
    if cycle < 1:
        raise ValueError(f"cycle={cycle} is not a whole number from 1")
    doses = dosing_days(vegf, cycle)
    t_day = np.linspace(doses[-1], doses[-1] + vegf.interval_day, 421)
    left = neutralise(vegf, t_day, doses).free_vegf_ng_l / (vegf.baseline_nm * vegf.vegf_kda * 1000)
    return Suppression(1 - float(trapezoid(left, t_day)) / vegf.interval_day, 1 - float(left[-1]))


def _binding(vegf: Vegf) -> Any:
    clearance, exchange = vegf.clearance_l_day, vegf.exchange_l_day
    central, tissue = vegf.central_l, vegf.tissue_l
    removal, baseline, half = vegf.removal_per_day, vegf.baseline_nm, vegf.half_bound_nm
    # The complex is taken to leave like the antibody.
    leaving = clearance / central

    def slope(_: float, state: Any) -> list[float]:
        amount, in_tissue, total = state.tolist()
        bound = _complex(max(amount, 0) / central, max(total, 0), half, sqrt)
        free = amount / central - bound
        moved = exchange * (free - in_tissue / tissue)
        return [
            -clearance * free - moved - leaving * bound * central,
            moved,
            removal * (baseline - total + bound) - leaving * bound,
        ]

    return slope


def _complex(drug: Any, vegf: Any, half: float, root: Any) -> Any:
    total = drug + vegf + half
    # Not half the difference of two near equals, which loses its digits for so little VEGF.
    return 2 * drug * vegf / (total + root(total**2 - 4 * drug * vegf))
