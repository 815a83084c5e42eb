"""Thermal dose: what a temperature held for a time destroys, by CEM43 and by Arrhenius.

Every formula is an exercise in what an assumption does to a number. The system states its
assumptions in its notes, which come with every result.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hcclab.elementwise import exp, where
from hcclab.rules import Formula, Remark, Rule, RuleTable
from hcclab.sources import ARRHENIUS_LIVER, SAPARETO_1984
from hcclab.systems import System
from hcclab.variables import minutes, temp_c

GAS_CONSTANT = 8.314462618
"""J/mol/K."""

LN_FREQUENCY_FACTOR = math.log(7.39e39)
"""Logarithm of the liver's frequency factor in 1/s; the factor itself soon overflows."""

ACTIVATION_ENERGY = 2.577e5
"""Of the liver, J/mol."""

KELVIN = 273.15


def cem43_rate(temp_c: Any) -> Any:
    """Compute how many minutes at 43 °C one minute at a temperature is worth.

    Parameters
    ----------
    temp_c
        Temperature, °C. A number, an array or a data-frame expression.

    Returns
    -------
    Same kind as the input
        R to the power 43 − T, with R = 0.5 from 43 °C and 0.25 below. Nothing is cut off below
        39 °C, where many programs count 0.

    References
    ----------
    Sapareto 1984, doi:10.1016/0360-3016(84)90379-1 [verified].

    Examples
    --------
    >>> cem43_rate(43), round(cem43_rate(50), 6), round(cem43_rate(42), 6)
    (1.0, 128.0, 0.25)
    """
    return exp((temp_c - 43) * where(temp_c >= 43, math.log(2), math.log(4)))


def cem43_minutes(temp_c: Any, minutes: Any) -> Any:
    """Compute the equivalent minutes at 43 °C of a temperature that is held.

    Parameters
    ----------
    temp_c, minutes
        Temperature, °C, and time, min. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        CEM43, min; 240 is a common limit for necrosis.

    References
    ----------
    Sapareto 1984, doi:10.1016/0360-3016(84)90379-1 [verified].

    Examples
    --------
    >>> round(cem43_minutes(42, 60), 6)
    15.0
    """
    return cem43_rate(temp_c) * minutes


def arrhenius_rate(temp_c: Any) -> Any:
    """Compute the rate of Arrhenius damage in liver.

    Parameters
    ----------
    temp_c
        Temperature, °C (not kelvin). A number, an array or a data-frame expression.

    Returns
    -------
    Same kind as the input
        Rate, 1/s.

    References
    ----------
    Liver parameters as used in several public models [verified].

    Examples
    --------
    >>> round(1 / arrhenius_rate(60), 2)
    3.43
    """
    return exp(LN_FREQUENCY_FACTOR - ACTIVATION_ENERGY / (GAS_CONSTANT * (temp_c + KELVIN)))


def arrhenius_omega(temp_c: Any, minutes: Any) -> Any:
    """Compute the Arrhenius damage of a temperature that is held.

    Parameters
    ----------
    temp_c, minutes
        Temperature, °C, and time, min. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        Damage Ω, without a unit; at 1 the fraction damaged is 63 %, at 4.6 it is 99 %.

    References
    ----------
    Liver parameters as used in several public models [verified].

    Examples
    --------
    >>> round(arrhenius_omega(50, 61.05 / 60), 3)
    1.0
    """
    return arrhenius_rate(temp_c) * (minutes * 60)


def arrhenius_seconds(temp_c: Any, omega: Any = 1) -> Any:
    """Compute how long a temperature must be held for a given Arrhenius damage.

    Parameters
    ----------
    temp_c
        Temperature, °C. A number, an array or a data-frame expression.
    omega
        Damage Ω.

    Returns
    -------
    Same kind as the input
        Time, s.

    References
    ----------
    Liver parameters as used in several public models [verified].

    Examples
    --------
    >>> round(arrhenius_seconds(54), 1)
    18.9
    """
    return omega / arrhenius_rate(temp_c)


def damaged_fraction(omega: Any) -> Any:
    """Compute the fraction of tissue that an Arrhenius damage has destroyed.

    Parameters
    ----------
    omega
        Damage Ω. A number, an array or a data-frame expression.

    Returns
    -------
    Same kind as the input
        1 − exp(−Ω), from 0 to 1.

    Examples
    --------
    >>> round(damaged_fraction(1), 3), round(damaged_fraction(4.6), 2)
    (0.632, 0.99)
    """
    return 1 - exp(-omega)


def cem43_of_series(temperatures_c: Sequence[Any], step_minutes: float) -> Any:
    """Add up the equivalent minutes at 43 °C of temperatures sampled in even steps.

    Parameters
    ----------
    temperatures_c
        Temperatures, °C, in order of time; each may be an array, such as a grid.
    step_minutes
        Time between two samples, min; each temperature is held for one step.

    Returns
    -------
    float or array
        CEM43, min.

    References
    ----------
    Sapareto 1984, doi:10.1016/0360-3016(84)90379-1 [verified].

    Examples
    --------
    >>> round(cem43_of_series([43, 44, 50], 0.5), 6)
    65.5
    """
    return sum(cem43_minutes(temperature, step_minutes) for temperature in temperatures_c)


def arrhenius_of_series(temperatures_c: Sequence[Any], step_minutes: float) -> Any:
    """Add up the Arrhenius damage of temperatures sampled in even steps.

    Parameters
    ----------
    temperatures_c, step_minutes
        As in `cem43_of_series`.

    Returns
    -------
    float or array
        Damage Ω.

    References
    ----------
    Liver parameters as used in several public models [verified].

    Examples
    --------
    >>> round(arrhenius_of_series([60, 60], 3.43 / 120), 2)
    1.0
    """
    return sum(arrhenius_omega(temperature, step_minutes) for temperature in temperatures_c)


CEM43 = Formula("cem43", "CEM43", cem43_minutes, (temp_c, minutes), SAPARETO_1984, "min", digits=1)

ARRHENIUS = Formula(
    "arrhenius", "Arrhenius damage", arrhenius_omega, (temp_c, minutes), ARRHENIUS_LIVER
)

CEM43_NECROSIS = RuleTable(
    "cem43_necrosis",
    "240 min of CEM43",
    SAPARETO_1984,
    rules=[Rule("reached", CEM43 >= 240), Rule("not reached")],
)

ARRHENIUS_NECROSIS = RuleTable(
    "arrhenius_necrosis",
    "Arrhenius damage of 1",
    ARRHENIUS_LIVER,
    rules=[Rule("reached", ARRHENIUS >= 1), Rule("not reached")],
    remarks=[
        Remark(
            "below_the_fit",
            temp_c < 50,
            "the Arrhenius parameters were fitted above about 50 °C",
        )
    ],
)

heat_dose = System(
    "heat_dose",
    "Heat dose",
    (CEM43, ARRHENIUS, CEM43_NECROSIS, ARRHENIUS_NECROSIS),
    domain="planning",
    example={"temp_c": 50, "minutes": 2},
    notes=(
        "Assumes one temperature, held all the time; `cem43_of_series` and `arrhenius_of_series` "
        "take a changing one. CEM43 is not cut off at low temperatures.",
        "The two limits for necrosis are different laws: at 43 °C Arrhenius needs 8.5 minutes and "
        "CEM43 4 hours, at 60 °C 3.4 s and 0.1 s.",
    ),
)
