"""CAR-T cells against glypican-3: they multiply where they find antigen, and miss what hides it.

Two models. The first is the course of CAR-T cells in blood (Stein 2019), in closed form: they
multiply until a peak, then most die and a few stay. It was fitted to CD19 CAR-T cells in children
with leukaemia, where every target cell is at hand.

The second lets the same cells meet a tumour of cells rich and cells poor in antigen. With effector
cells E (1 is the peak of the first model), memory cells M and tumour volume B, of which z is poor
in antigen::

    f(a)      = a^h / (a^h + half density^h)          share of full recognition at a density a
    s         = antigen / (antigen + half),  antigen = B [(1 - z) f(rich) + z f(poor)]
    dE / dt   = expansion (1 - suppression) s (1 - E/Emax) E - contraction (1 - s) E
    dM / dt   = memory (1 - s) E - loss M
    d ln B/dt = Gompertz growth - (1 - z) kill f(rich) - z kill f(poor)
    dz / dt   = z (1 - z) kill [f(rich) - f(poor)] + antigen loss (1 - z)

with kill = kmax E / (E + E50). If antigen is there until the peak and gone afterwards, E + M is the
first model exactly.

The structure is that of published predator-prey models of CAR-T cells (CARRGO, Sahoo 2020; Kimmel
2021). That recognition rises with antigen density, with a threshold that costimulation moves, is
published (Majzner 2020). The numbers of the second model are teaching choices, and three of them
were changed after looking at the curves. So it shows why density and a few antigen-poor cells
decide how long a response lasts; it cannot tell how often that happens in hepatocellular
carcinoma.

>>> tumour = Growth(diameter_cm=5)
>>> for cells in (CarT(), HccCarT()):
...     print(f"{response(tumour, cells).nadir_ml / tumour.volume_ml:.2%} of the tumour left")
0.03% of the tumour left
7.09% of the tumour left
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, NamedTuple

import numpy as np
from scipy.special import exprel

from hcclab.mechanisms.growth import Growth, grow, slowing_per_day, sphere_ml
from hcclab.mechanisms.parameters import Parameters, like, parameter
from hcclab.mechanisms.solving import days, states_at

STEIN = "Stein 2019 as transcribed in nlmixr2lib"
STEIN_DOI = "10.1002/psp4.12388"

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. No small published model fitted to CAR-T cells "
    "against glypican-3 in patients was found; the tumour part was built for this course.",
    "The course in blood is that of CD19 CAR-T cells (tisagenlecleucel) in children with B-cell "
    "leukaemia, not of any cells in hepatocellular carcinoma. Two effects of that paper, of "
    "tocilizumab and of steroids, are left out.",
    "The greatest kill rate, the antigen of the antigen-poor cells and the suppression were "
    "changed once after looking at the curves.",
    "The defaults work far better than reality. In the phase I studies of CAR-GPC3 T cells 2 of "
    "13 patients responded; 50.3 % lived after 6 months, 42.0 % after 1 year and 10.5 % after "
    "3 years (Shi 2020, doi:10.1158/1078-0432.CCR-19-3259).",
    "The late second wave of CAR-T cells, after about day 250, is what predator-prey equations do "
    "when prey returns. It is no prediction.",
    "Densities are illustrative: glypican-3 per cell has been counted in cell lines, but the "
    "counts were not seen for this course.",
    "Cells are everywhere at once: no trafficking, no exhaustion, no cytokine release.",
)


@dataclass(frozen=True)
class CarTKinetics(Parameters):
    """CAR-T cells in blood after one infusion, by quantitative PCR.

    References
    ----------
    Stein AM, et al. CPT Pharmacometrics Syst Pharmacol 2019. doi:10.1002/psp4.12388.
    """

    expansion_fold: float = parameter(
        3900,
        "expansion from the start to the peak",
        "fold",
        usual=(100, 100_000),
        hard=(1.01, 1e9),
        step=100,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="between-patient variance 2.4",
    )
    peak_day: float = parameter(
        9.3,
        "day of the peak",
        "days",
        usual=(4, 20),
        hard=(0.1, 100),
        step=0.1,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="between-patient variance 0.38",
    )
    peak_copies_per_ug: float = parameter(
        24_000,
        "peak level",
        "copies/µg",
        usual=(1000, 200_000),
        hard=(1, 1e9),
        step=1000,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="per microgram of DNA; between-patient variance 0.65",
    )
    contraction_per_day: float = parameter(
        0.16,
        "rate of the contraction after the peak",
        "1/day",
        usual=(0.02, 1),
        hard=(0, 10),
        step=0.01,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="half in 4.3 days; between-patient variance 0.91",
    )
    persisting_share: float = parameter(
        0.0079,
        "share of the peak that persists",
        usual=(0, 0.1),
        hard=(0, 1),
        step=0.0001,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="between-patient variance 0.80",
    )
    persistence_loss_per_day: float = parameter(
        0.0032,
        "rate at which persisting cells are lost",
        "1/day",
        usual=(0, 0.02),
        hard=(0, 10),
        step=0.0001,
        code="V2",
        source=STEIN,
        doi=STEIN_DOI,
        note="half in 217 days; between-patient variance 0.86",
    )

    @property
    def expansion_per_day(self) -> float:
        """Rate of the rise, 1/day."""
        return log(self.expansion_fold) / self.peak_day


@dataclass(frozen=True)
class CarT(Parameters):
    """CAR-T cells against a tumour that is rich or poor in antigen.

    References
    ----------
    Stein 2019. doi:10.1002/psp4.12388. Majzner 2020, Cancer Discov 10:702. Sahoo 2020 (CARRGO).
    Kimmel 2021, PMC8059581.
    """

    dose: float = parameter(
        1 / 3900,
        "dose",
        "of the peak",
        usual=(1e-5, 1e-2),
        hard=(0, 100),
        step=1e-5,
        code="T",
        note="the level from which expansion starts; 0 is no treatment",
    )
    rich_density: float = parameter(
        3e4,
        "antigen on antigen-rich cells",
        "molecules/cell",
        usual=(1e2, 1e6),
        hard=(0, 1e8),
        step=100,
        code="T",
    )
    poor_density: float = parameter(
        100,
        "antigen on antigen-poor cells",
        "molecules/cell",
        usual=(0, 1e4),
        hard=(0, 1e8),
        step=100,
        code="T",
        note="changed after looking at the curves",
    )
    poor_share: float = parameter(
        0,
        "share of antigen-poor cells at the start",
        usual=(0, 0.3),
        hard=(0, 1),
        step=0.01,
        code="T",
    )
    half_density: float = parameter(
        3000,
        "antigen density for half recognition",
        "molecules/cell",
        usual=(100, 1e5),
        hard=(1, 1e8),
        step=100,
        code="T",
        note="that there is such a threshold, and that costimulation moves it, is published "
        "(Majzner 2020); no value for a receptor against glypican-3 was found",
    )
    hill: float = parameter(
        2,
        "steepness of recognition",
        usual=(0.5, 6),
        hard=(0.1, 10),
        step=0.5,
        code="T",
    )
    suppression: float = parameter(
        0.3,
        "share of the expansion that the tumour's surroundings suppress",
        usual=(0, 0.9),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="changed after looking at the curves",
    )
    kill_per_day: float = parameter(
        0.3,
        "kill rate with very many cells and full recognition",
        "1/day",
        usual=(0, 1),
        hard=(0, 10),
        step=0.05,
        code="T",
        note="changed after looking at the curves",
    )
    half_kill: float = parameter(
        0.2,
        "effector cells for half that kill rate",
        "of the peak",
        usual=(0.05, 1),
        hard=(1e-6, 1000),
        step=0.05,
        code="T",
    )
    half_antigen_ml: float = parameter(
        0.02 * float(sphere_ml(5)),
        "fully recognised tumour for half the stimulation",
        "mL",
        usual=(0.1, 10),
        hard=(1e-12, 1e6),
        step=0.1,
        code="T",
        note="2 % of a tumour of 5 cm",
    )
    most_cells: float = parameter(
        1,
        "number of effector cells at which expansion stops",
        "of the peak",
        usual=(0.2, 5),
        hard=(1e-3, 1e12),
        step=0.1,
        code="T",
    )
    expansion_per_day: float = parameter(
        log(3900) / 9.3,
        "rate of expansion with antigen everywhere",
        "1/day",
        usual=(0.1, 2),
        hard=(0, 10),
        step=0.05,
        code="D",
        source=STEIN,
        doi=STEIN_DOI,
        note="3900-fold in 9.3 days, in another disease",
    )
    contraction_per_day: float = parameter(
        0.16,
        "rate of contraction without antigen",
        "1/day",
        usual=(0.02, 1),
        hard=(0, 10),
        step=0.01,
        code="D",
        source=STEIN,
        doi=STEIN_DOI,
    )
    memory_per_day: float = parameter(
        0.0079 * (0.16 - 0.0032),
        "rate at which effector cells become memory cells without antigen",
        "1/day",
        usual=(0, 0.02),
        hard=(0, 10),
        step=0.0001,
        code="D",
        source=STEIN,
        doi=STEIN_DOI,
        note="so that 0.79 % of the peak persists",
    )
    memory_loss_per_day: float = parameter(
        0.0032,
        "rate at which memory cells are lost",
        "1/day",
        usual=(0, 0.02),
        hard=(0, 10),
        step=0.0001,
        code="D",
        source=STEIN,
        doi=STEIN_DOI,
    )
    antigen_loss_per_day: float = parameter(
        0,
        "rate at which antigen-rich cells become antigen-poor",
        "1/day",
        usual=(0, 0.01),
        hard=(0, 1),
        step=0.0005,
        code="T",
    )


@dataclass(frozen=True)
class HccCarT(CarT):
    """A less hopeful choice for a solid tumour: more suppression, and some cells that hide."""

    poor_share: float = like(CarT, "poor_share", 0.05, code="T")
    suppression: float = like(CarT, "suppression", 0.6, code="T")


class Course(NamedTuple):
    """Tumour and CAR-T cells, each array of the shape of `t_day`; cells in parts of the peak."""

    t_day: Any
    volume_ml: Any
    poor_share: Any
    effector: Any
    memory: Any


class Response(NamedTuple):
    """Highest level of CAR-T cells (effector and memory), and smallest tumour, with their days."""

    peak: float
    peak_day: float
    nadir_ml: float
    nadir_day: float


def copies_per_ug(kinetics: CarTKinetics, t_day: Any) -> Any:
    """CAR-T cells in blood.

    Parameters
    ----------
    kinetics
        The parameter set.
    t_day
        Days since the start of the expansion, a number or an array.

    Returns
    -------
    Same kind as `t_day`
        Copies of the transgene, 1/µg DNA.

    Raises
    ------
    ValueError
        If a day is before 0.

    References
    ----------
    Stein 2019. doi:10.1002/psp4.12388.

    Examples
    --------
    >>> copies_per_ug(CarTKinetics(), [9.3, 28, 365]).round(1).tolist()
    [24000.0, 1373.6, 60.7]
    """
    since = days(t_day) - kinetics.peak_day
    share, after = kinetics.persisting_share, np.maximum(since, 0)
    falling = (1 - share) * np.exp(-kinetics.contraction_per_day * after)
    falling = falling + share * np.exp(-kinetics.persistence_loss_per_day * after)
    rising = np.exp(kinetics.expansion_per_day * np.minimum(since, 0))
    return kinetics.peak_copies_per_ug * rising * falling


def exposure(kinetics: CarTKinetics, until_day: float = 28) -> float:
    """Area under the curve of CAR-T cells in blood, from the start.

    Parameters
    ----------
    kinetics
        The parameter set.
    until_day
        End, days.

    Returns
    -------
    float
        Copies x days, 1/µg DNA.

    Raises
    ------
    ValueError
        If the end is before 0.

    Examples
    --------
    >>> round(exposure(CarTKinetics()))
    171774
    """
    end = float(days(until_day))
    rate, peak = kinetics.expansion_per_day, kinetics.peak_day
    rise = (exp(rate * (min(end, peak) - peak)) - exp(-rate * peak)) / rate
    after, share = max(end - peak, 0), kinetics.persisting_share
    fall = (1 - share) * _decayed(kinetics.contraction_per_day, after)
    fall += share * _decayed(kinetics.persistence_loss_per_day, after)
    return kinetics.peak_copies_per_ug * (rise + fall)


def recognition(cells: CarT, density: Any) -> Any:
    """Share of full recognition at an antigen density.

    Parameters
    ----------
    cells
        The parameter set.
    density
        Molecules per cell, not below 0; a number or an array.

    Returns
    -------
    Same kind as `density`
        From 0 to 1.

    Examples
    --------
    >>> recognition(CarT(), [100, 3e3, 3e4]).round(4).tolist()
    [0.0011, 0.5, 0.9901]
    """
    power = np.asarray(density, dtype=float) ** cells.hill
    return power / (power + cells.half_density**cells.hill)


def infuse(growth: Growth, cells: CarT, t_day: Any) -> Course:
    """Follow a tumour and CAR-T cells after one infusion on day 0.

    Parameters
    ----------
    growth
        The tumour; it grows by the Gompertz law.
    cells
        The CAR-T cells: `CarT`, or `HccCarT` for a less hopeful choice.
    t_day
        Days at which the course is wanted, from 0; a number or an array.

    Returns
    -------
    Course
        Volume, mL; its antigen-poor share; effector and memory cells, parts of the fitted peak.

    Raises
    ------
    ValueError
        If a day is before 0, or the tumour has no room to grow.

    References
    ----------
    Stein 2019. doi:10.1002/psp4.12388. Majzner 2020, Cancer Discov 10:702.

    Examples
    --------
    >>> course = infuse(Growth(diameter_cm=5), HccCarT(), [0, 30, 365])
    >>> (course.volume_ml / course.volume_ml[0]).round(2).tolist()
    [1.0, 0.13, 0.74]
    >>> course.poor_share.round(2).tolist()
    [0.05, 0.45, 1.0]
    """
    t = days(t_day)
    untreated = np.array(grow(growth, t))
    if cells.dose == 0:
        poor = 1 - (1 - cells.poor_share) * np.exp(-cells.antigen_loss_per_day * t)
        return Course(t, untreated, poor, np.zeros_like(t), np.zeros_like(t))
    start = [log(cells.dose), 0.0, log(growth.volume_ml), cells.poor_share]
    log_effector, memory, log_volume, poor = states_at(
        _slope(growth, cells), start, t, rtol=1e-6, atol=1e-10
    )
    return Course(
        t,
        np.exp(log_volume),
        np.clip(poor, 0, 1),
        np.exp(log_effector),
        np.maximum(memory, 0),
    )


def response(growth: Growth, cells: CarT, until_day: float = 365) -> Response:
    """Find the peak of the cells and the smallest volume, to a quarter of a day.

    Parameters
    ----------
    growth, cells
        As for `infuse`.
    until_day
        How long to look, days.

    Returns
    -------
    Response
        Peak and nadir with their days.

    Examples
    --------
    >>> found = response(Growth(diameter_cm=5), HccCarT())
    >>> round(found.peak, 2), found.nadir_day
    (0.81, 44.0)
    """
    course = infuse(growth, cells, np.linspace(0, until_day, round(4 * until_day) + 1))
    total = course.effector + course.memory
    highest, lowest = int(np.argmax(total)), int(np.argmin(course.volume_ml))
    return Response(
        float(total[highest]),
        float(course.t_day[highest]),
        float(course.volume_ml[lowest]),
        float(course.t_day[lowest]),
    )


def _decayed(rate: float, duration: float) -> float:
    """Area under an exponential decay from 1."""
    return duration * float(exprel(-rate * duration))


def _slope(growth: Growth, cells: CarT) -> Any:
    """Slope of the logarithm of effector cells, memory cells, log volume and antigen-poor share."""
    slowing, log_capacity = slowing_per_day(growth), log(growth.capacity_ml)
    rich = float(recognition(cells, cells.rich_density))
    poor = float(recognition(cells, cells.poor_density))
    expansion = cells.expansion_per_day * (1 - cells.suppression)
    kill, half_kill, half_antigen = cells.kill_per_day, cells.half_kill, cells.half_antigen_ml
    contraction, most = cells.contraction_per_day, cells.most_cells
    gained, lost = cells.memory_per_day, cells.memory_loss_per_day
    hidden = cells.antigen_loss_per_day

    def slope(_: float, y: Any) -> list[float]:
        log_effector, memory, log_volume, share = y.tolist()
        effector = exp(log_effector)
        antigen = exp(log_volume) * ((1 - share) * rich + share * poor)
        seen = antigen / (antigen + half_antigen)
        killing = kill * effector / (effector + half_kill)
        return [
            expansion * seen * max(0.0, 1 - effector / most) - contraction * (1 - seen),
            gained * (1 - seen) * effector - lost * memory,
            slowing * (log_capacity - log_volume) - killing * ((1 - share) * rich + share * poor),
            share * (1 - share) * killing * (rich - poor) + hidden * (1 - share),
        ]

    return slope
