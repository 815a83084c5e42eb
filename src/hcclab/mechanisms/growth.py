"""Tumour growth without treatment: three curves with one anchor, the volume doubling time.

All three start with the same specific growth rate, ln 2 over the doubling time, so that a slider
for it means the same in each. They part when room runs out.

>>> import numpy as np
>>> free, crowded = (grow(Growth(), 365.25, law=law) for law in ("exponential", "gompertz"))
>>> print(f"{diameter_cm(free):.2f} cm and {diameter_cm(crowded):.2f} cm")
3.65 cm and 3.34 cm
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hcclab.mechanisms.parameters import Parameters, parameter

DAYS_PER_MONTH = 30.4375

Law = Literal["exponential", "logistic", "gompertz"]
LAWS: tuple[Law, ...] = ("exponential", "logistic", "gompertz")


@dataclass(frozen=True)
class Growth(Parameters):
    """How a tumour grows.

    References
    ----------
    Nathani P, et al. Gut 2021;70:401. doi:10.1136/gutjnl-2020-321040.
    """

    doubling_months: float = parameter(
        4.6,
        "volume doubling time",
        "months",
        usual=(1, 18),
        hard=(0.1, 1000),
        step=0.1,
        code="V",
        source="Nathani 2021, 20 studies, 1374 lesions",
        doi="10.1136/gutjnl-2020-321040",
        note="95 % CI 3.9 to 5.3; 35 % of the lesions doubled in under 3 months, 37.6 % in over 9; "
        "4.1 months in Asia, 5.8 elsewhere. Medians: 163 days in China "
        "(doi:10.4254/wjh.v16.i5.800), 86 in Korea (doi:10.3350/cmh.2015.21.3.279)",
    )
    diameter_cm: float = parameter(
        2, "diameter at the start", "cm", usual=(0.5, 10), hard=(0.01, 30), step=0.1, code="T"
    )
    capacity_ml: float = parameter(
        1000,
        "volume at which growth stops",
        "mL",
        usual=(100, 2000),
        step=50,
        code="T",
        note="of the order of a liver",
    )

    @property
    def rate_per_day(self) -> float:
        """Specific growth rate at the start, 1/day."""
        return float(np.log(2)) / (self.doubling_months * DAYS_PER_MONTH)

    @property
    def volume_ml(self) -> float:
        """Volume at the start, mL."""
        return float(sphere_ml(self.diameter_cm))


def sphere_ml(diameter_cm: Any) -> Any:
    """Volume of a sphere, mL, from its diameter, cm.

    Examples
    --------
    >>> round(sphere_ml(5), 2)
    65.45
    """
    return np.pi / 6 * diameter_cm**3


def diameter_cm(volume_ml: Any) -> Any:
    """Diameter of a sphere, cm, from its volume, mL.

    Examples
    --------
    >>> round(float(diameter_cm(65.45)), 2)
    5.0
    """
    return np.cbrt(6 * volume_ml / np.pi)


def grow(growth: Growth, t_day: Any, law: Law = "gompertz") -> Any:
    """Volume of an untreated tumour.

    Parameters
    ----------
    growth
        The parameter set.
    t_day
        Days since the start, a number or an array.
    law
        Growth without limit (``exponential``), or slowing towards the capacity (``logistic``, and
        ``gompertz``, which slows from the first day).

    Returns
    -------
    Same kind as `t_day`
        Volume, mL.

    Raises
    ------
    ValueError
        If the law is not known, or the tumour starts at its capacity or beyond.

    Notes
    -----
    Exponential growth is absurd over years: five years turn 2 cm into more than any liver holds.

    Examples
    --------
    >>> [round(float(grow(Growth(), 365.25, law)), 2) for law in LAWS]
    [25.55, 25.2, 19.54]
    """
    start, rate, capacity = growth.volume_ml, growth.rate_per_day, growth.capacity_ml
    if law not in LAWS:
        raise ValueError(f"law={law!r} is not one of {', '.join(LAWS)}")
    if law == "exponential":
        return start * np.exp(rate * np.asarray(t_day))
    if start >= capacity:
        raise ValueError(
            f"diameter_cm={growth.diameter_cm:g} is {start:.0f} mL, which leaves no room below "
            f"capacity_ml={capacity:g}"
        )
    if law == "logistic":
        own_rate = rate / (1 - start / capacity)
        return capacity / (1 + (capacity / start - 1) * np.exp(-own_rate * np.asarray(t_day)))
    return capacity * np.exp(
        np.log(start / capacity) * np.exp(-slowing_per_day(growth) * np.asarray(t_day))
    )


def slowing_per_day(growth: Growth) -> float:
    """How fast Gompertz growth slows, 1/day."""
    return growth.rate_per_day / float(np.log(growth.capacity_ml / growth.volume_ml))


def days_until(growth: Growth, diameter: float, law: Law = "gompertz") -> float:
    """Days until an untreated tumour has grown to a diameter.

    Parameters
    ----------
    growth
        The parameter set.
    diameter
        Diameter to reach, cm.
    law
        As for `grow`.

    Returns
    -------
    float
        Days; negative if it was larger at the start, infinite if it will never be reached.

    Examples
    --------
    >>> round(days_until(Growth(), 4, "exponential") / DAYS_PER_MONTH, 1)
    13.8
    """
    start, goal, capacity = growth.volume_ml, float(sphere_ml(diameter)), growth.capacity_ml
    grow(growth, 0, law)
    rate = growth.rate_per_day
    if law == "exponential":
        return float(np.log(goal / start)) / rate
    if goal >= capacity:
        return float("inf")
    if law == "logistic":
        odds = (goal / (capacity - goal)) / (start / (capacity - start))
        return float(np.log(odds)) * (1 - start / capacity) / rate
    ratio = np.log(start / capacity) / np.log(goal / capacity)
    return float(np.log(ratio)) / slowing_per_day(growth)
