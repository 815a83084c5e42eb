"""RNA interference: silencing ends before its effect on the protein does.

A short RNA loads RISC, which cuts the messenger; the protein follows as slowly as it is degraded.
With active RISC R in multiples of what inhibits half, messenger m and protein p (1 is normal)::

    R       = dose e^(-(loss + dilution) t)
    I       = Imax R^h / (1 + R^h)
    dm / dt = k_m (1 - I - m)
    dp / dt = k_p (m - p)

Without loss of RISC the course is known in closed form.

The structure simplifies kinetic models of RNA interference such as that of Bartlett and Davis
(2006, cited from memory). Every number was chosen to teach. So the model shows why a long-lived
protein answers late and little, and why dividing cells dilute the effect; it cannot tell a dose or
an interval for any drug.

>>> low = nadir(Rnai())
>>> print(f"{low.messenger:.0%} of the messenger, {low.protein:.0%} of the protein")
23% of the messenger, 38% of the protein
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, NamedTuple

import numpy as np

from hcclab.mechanisms.parameters import Parameters, parameter
from hcclab.mechanisms.solving import days, states_at

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. Every number was chosen to teach; none is of a "
    "drug or a gene in hepatocellular carcinoma.",
    "It starts with active RISC. Delivery to the tumour cell and escape from the endosome, where "
    "most of a dose is lost, are not in it.",
    "Off-target silencing and the answer of innate immunity are not in it.",
    "What a cell does with less protein is not in it: knock-down is not yet a response.",
)


@dataclass(frozen=True)
class Rnai(Parameters):
    """One dose against one messenger.

    References
    ----------
    Bartlett DW, Davis ME. 2006. doi:10.1093/nar/gkj439.
    """

    dose: float = parameter(
        10,
        "active RISC at the start",
        "times what inhibits half",
        usual=(0, 100),
        hard=(0, 1e9),
        code="T",
    )
    most_inhibition: float = parameter(
        0.9,
        "greatest inhibition",
        usual=(0, 1),
        hard=(0, 1),
        step=0.01,
        code="T",
        note="share of the messenger's supply",
    )
    hill: float = parameter(
        1, "steepness of inhibition", usual=(0.5, 4), hard=(0.1, 10), step=0.1, code="T"
    )
    messenger_half_life_h: float = parameter(
        10, "half-life of the messenger", "h", usual=(1, 48), hard=(0.01, 10_000), code="T"
    )
    protein_half_life_day: float = parameter(
        2,
        "half-life of the protein",
        "days",
        usual=(0.1, 14),
        hard=(0.01, 1000),
        step=0.1,
        code="T",
    )
    loss_per_day: float = parameter(
        log(2) / 3,
        "rate at which RISC is lost",
        "1/day",
        usual=(0, 2),
        hard=(0, 100),
        step=0.01,
        code="T",
        note="half in 3 days; 0 is silencing that stays",
    )
    dilution_per_day: float = parameter(
        0,
        "rate at which cell division dilutes RISC",
        "1/day",
        usual=(0, 1),
        hard=(0, 100),
        step=0.01,
        code="T",
        note="ln 2 over the doubling time of the cells",
    )

    @property
    def messenger_per_day(self) -> float:
        """Turnover of the messenger, 1/day."""
        return 24 * log(2) / self.messenger_half_life_h

    @property
    def protein_per_day(self) -> float:
        """Turnover of the protein, 1/day."""
        return log(2) / self.protein_half_life_day


class Course(NamedTuple):
    """Inhibition, messenger and protein, each array of the shape of `t_day`; 1 is normal."""

    t_day: Any
    inhibition: Any
    messenger: Any
    protein: Any


class Nadir(NamedTuple):
    """Lowest messenger and protein, parts of normal, with their days."""

    messenger: float
    messenger_day: float
    protein: float
    protein_day: float


def inhibition(rnai: Rnai, t_day: Any) -> Any:
    """Share of the messenger's supply that is silenced.

    Parameters
    ----------
    rnai
        The parameter set.
    t_day
        Days since the dose, a number or an array.

    Returns
    -------
    Same kind as `t_day`
        From 0 to the greatest inhibition.

    Examples
    --------
    >>> inhibition(Rnai(), [0, 3, 14]).round(3).tolist()
    [0.818, 0.75, 0.254]
    """
    gone = np.exp(-(rnai.loss_per_day + rnai.dilution_per_day) * days(t_day))
    power = (rnai.dose * gone) ** rnai.hill
    return rnai.most_inhibition * power / (1 + power)


def knock_down(rnai: Rnai, t_day: Any) -> Course:
    """Follow messenger and protein after one dose.

    Parameters
    ----------
    rnai
        The parameter set.
    t_day
        Days since the dose, a number or an array.

    Returns
    -------
    Course
        Inhibition, messenger and protein, parts of normal.

    Raises
    ------
    ValueError
        If a day is before 0.

    References
    ----------
    Bartlett 2006. doi:10.1093/nar/gkj439.

    Examples
    --------
    >>> knock_down(Rnai(), [0, 7, 14]).protein.round(3).tolist()
    [1.0, 0.377, 0.591]
    """
    t = days(t_day)
    k_m, k_p, most, hill = (
        rnai.messenger_per_day,
        rnai.protein_per_day,
        rnai.most_inhibition,
        rnai.hill,
    )
    start, lost = rnai.dose**hill, (rnai.loss_per_day + rnai.dilution_per_day) * hill

    def slope(day: float, y: Any) -> list[float]:
        messenger, protein = y.tolist()
        power = start * exp(-lost * day)
        supply = 1 - most * power / (1 + power)
        return [k_m * (supply - messenger), k_p * (messenger - protein)]

    messenger, protein = np.clip(states_at(slope, [1.0, 1.0], t), 0, 1)
    return Course(t, inhibition(rnai, t), messenger, protein)


def knock_down_that_stays(rnai: Rnai, t_day: Any) -> Course:
    """Follow messenger and protein if no RISC were lost, in closed form.

    Parameters
    ----------
    rnai
        The parameter set; loss and dilution are taken as 0.
    t_day
        Days since the dose, a number or an array.

    Returns
    -------
    Course
        Inhibition, messenger and protein, parts of normal.

    Raises
    ------
    ValueError
        If a day is before 0, or messenger and protein have the same half-life.

    Examples
    --------
    >>> knock_down_that_stays(Rnai(), [0, 7, 14]).protein.round(3).tolist()
    [1.0, 0.273, 0.19]
    """
    t, k_m, k_p = days(t_day), rnai.messenger_per_day, rnai.protein_per_day
    if k_m == k_p:
        raise ValueError(
            f"messenger_half_life_h={rnai.messenger_half_life_h:g} must differ from "
            f"protein_half_life_day={rnai.protein_half_life_day:g} for the closed form"
        )
    silenced = inhibition(rnai.changed(loss_per_day=0, dilution_per_day=0), t)
    left = (k_m * np.exp(-k_p * t) - k_p * np.exp(-k_m * t)) / (k_m - k_p)
    return Course(t, silenced, 1 - silenced * -np.expm1(-k_m * t), 1 - silenced + silenced * left)


def nadir(rnai: Rnai, until_day: float = 60) -> Nadir:
    """Find the lowest messenger and protein, to a hundredth of a day.

    Parameters
    ----------
    rnai
        The parameter set.
    until_day
        How long to look, days.

    Returns
    -------
    Nadir
        Both with their days.

    Examples
    --------
    >>> round(nadir(Rnai()).protein_day, 1)
    7.0
    """
    course = knock_down(rnai, np.linspace(0, until_day, round(100 * until_day) + 1))
    low_messenger, low_protein = int(np.argmin(course.messenger)), int(np.argmin(course.protein))
    return Nadir(
        float(course.messenger[low_messenger]),
        float(course.t_day[low_messenger]),
        float(course.protein[low_protein]),
        float(course.t_day[low_protein]),
    )
