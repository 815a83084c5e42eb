"""Oncolytic virus: it spreads from cell to cell, kills them, and meets immunity and normal cells.

Uninfected tumour cells S, infected ones I, free virus V, antiviral effectors Z, normal cells N and
infected normal cells N', all for each tumour cell of the start, in days::

    dS / dt  = a ln(K / (S + I)) S - infection S V - tumour kill Z S
    dI / dt  = infection S V - lysis I - infected kill Z I
    dV / dt  = burst lysis I + (burst / selectivity) lysis N' - loss V - clearance Z V
    dZ / dt  = effector gain (I + N') - effector loss Z
    dN / dt  = -(infection / selectivity) N V
    dN' / dt = (infection / selectivity) N V - lysis N' - infected kill Z N'

Without virus this is Gompertz growth. One virus particle gives rise to ``R0 = burst infection /
loss`` new ones in a fresh tumour. Below 1 a small dose dies out, above 1 it spreads: within wide
bounds how the virus replicates decides, and not how much is given. Two exceptions: an enormous
dose kills by direct hits, and a tumour that grows can lift a virus just below 1 over the threshold.
Immunity against the virus clears it before its work is done; immunity against the tumour helps.

The structure is that of a family of published virus models (Friedman 2006, Bajzer 2008, Wodarz and
Komarova 2009). Time to lysis and loss of virus are from memory, everything else was chosen to
teach; nothing was fitted to HCC. The tumour is well mixed, so every particle can reach every cell.
So the model shows the threshold and the tug of war with immunity; it is far too hopeful for a
solid tumour, and cannot tell whether a virus helps a patient.

>>> virus = OncolyticVirus()
>>> low = nadir(Growth(diameter_cm=5), virus)
>>> print(f"R0 {reproduction_number(virus):.0f}: {low.burden:.1%} of the tumour, day {low.day:.0f}")
R0 5: 0.7% of the tumour, day 17
>>> low = nadir(Growth(diameter_cm=5), OncolyticVirusWithImmunity())
>>> print(f"with immunity to the virus: {low.burden:.0%}")
with immunity to the virus: 16%
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, NamedTuple

import numpy as np
from scipy.special import lambertw

from hcclab.mechanisms.growth import Growth, grow, slowing_per_day
from hcclab.mechanisms.parameters import Parameters, like, parameter
from hcclab.mechanisms.solving import days, states_at

TINY = 1e-300
"""Keeps a logarithm finite when no cell is left."""

WILD, HUGE = 300.0, exp(300.0)
"""A logarithm that no state reaches, and what stands in for numbers beyond it."""

FIRST_DAY = 1e-5
"""Days of infection that stand in for none, so that the infected cells have a logarithm."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. No published model of this kind fitted to HCC was "
    "found; nothing here was fitted to patients or animals with HCC.",
    "The tumour is well mixed: every particle can reach every cell. That is far too hopeful for a "
    "solid tumour with its stroma, pressure and poor vessels.",
    "Time to lysis and loss of virus are from memory; infection, burst, selectivity and all of "
    "immunity were chosen to teach.",
    "Immunity to the virus is off unless it is switched on, and so is immunity to the tumour.",
    "A growing tumour can cross R0 = 1 later: with a burst of 9 the virus first fades, and comes "
    "back from day 41.",
    "A fraction of a particle can come back after months here; in truth the last particle is lost. "
    "Waves late in a course are of this kind.",
    "With immunity to the tumour the late burden goes up and down; compare the smallest burdens, "
    "not the last ones.",
    "One factor stands for all selectivity: it lowers both entry into normal cells and the virus "
    "they set free.",
)


@dataclass(frozen=True)
class OncolyticVirus(Parameters):
    """A virus, its dose, the normal cells around, and immunity, which is off.

    References
    ----------
    Friedman A, et al. 2006. doi:10.1158/0008-5472.CAN-05-2661.
    Bajzer Z, et al. 2008. doi:10.1016/j.jtbi.2008.01.016.
    Wodarz D, Komarova N. 2009. doi:10.1371/journal.pone.0004271.
    """

    dose: float = parameter(
        0.1,
        "dose",
        "particles per tumour cell",
        usual=(0.001, 1),
        hard=(0, 1000),
        step=0.001,
        code="T",
        note="0 is no treatment",
    )
    infection_per_day: float = parameter(
        0.06,
        "infection rate of tumour cells by one particle for each cell",
        "1/day",
        usual=(0.01, 0.2),
        hard=(0, 10),
        step=0.01,
        code="T",
    )
    burst: float = parameter(
        50,
        "particles that a lysed tumour cell sets free",
        "particles",
        usual=(1, 200),
        hard=(0.1, 10_000),
        code="T",
        note="those that can infect",
    )
    lysis_per_day: float = parameter(
        24 / 18,
        "lysis rate of infected cells",
        "1/day",
        usual=(0.3, 4),
        hard=(0.01, 100),
        step=0.1,
        code="M",
        source="Friedman 2006",
        doi="10.1158/0008-5472.CAN-05-2661",
        note="a mean of 18 hours",
    )
    loss_per_day: float = parameter(
        0.6,
        "rate at which free virus is lost",
        "1/day",
        usual=(0.1, 5),
        hard=(0.01, 100),
        step=0.1,
        code="M",
        source="Friedman 2006",
        doi="10.1158/0008-5472.CAN-05-2661",
        note="0.025 per hour",
    )
    selectivity: float = parameter(
        100,
        "selectivity for tumour cells",
        "times",
        usual=(1, 10_000),
        hard=(1, 1e12),
        code="T",
        note="the same factor lowers entry into normal cells and their burst; 1 is none",
    )
    normal_cells: float = parameter(
        5,
        "normal cells within reach",
        "per tumour cell",
        usual=(0, 20),
        hard=(0, 1000),
        step=0.5,
        code="T",
    )
    effector_gain_per_day: float = parameter(
        1,
        "rate at which infected cells call in effectors",
        "1/day",
        usual=(0, 5),
        hard=(0, 100),
        step=0.1,
        code="T",
        note="sets the unit in which effectors are counted",
    )
    effector_loss_per_day: float = parameter(
        0.1,
        "rate at which effectors fade",
        "1/day",
        usual=(0.02, 1),
        hard=(0.001, 100),
        step=0.02,
        code="T",
    )
    virus_clearance_per_day: float = parameter(
        0,
        "clearance of virus by one unit of effectors",
        "1/day",
        usual=(0, 8),
        hard=(0, 100),
        step=0.1,
        code="T",
        note="0 is no immunity to free virus",
    )
    infected_kill_per_day: float = parameter(
        0,
        "kill of infected cells by one unit of effectors",
        "1/day",
        usual=(0, 4),
        hard=(0, 100),
        step=0.1,
        code="T",
        note="0 is no immunity to infected cells",
    )
    tumour_kill_per_day: float = parameter(
        0,
        "kill of uninfected tumour cells by one unit of effectors",
        "1/day",
        usual=(0, 1),
        hard=(0, 100),
        step=0.05,
        code="T",
        note="0 is no immunity to the tumour",
    )


@dataclass(frozen=True)
class OncolyticVirusWithImmunity(OncolyticVirus):
    """The same in a host whose effectors clear the virus and kill infected cells."""

    virus_clearance_per_day: float = like(OncolyticVirus, "virus_clearance_per_day", 2, code="T")
    infected_kill_per_day: float = like(OncolyticVirus, "infected_kill_per_day", 1, code="T")


class Course(NamedTuple):
    """Cells and virus for each tumour cell of the start, each array of the shape of `t_day`."""

    t_day: Any
    uninfected: Any
    infected: Any
    virus: Any
    effectors: Any
    normal: Any
    normal_infected: Any

    @property
    def burden(self) -> Any:
        """All tumour cells, infected or not; 1 at the start."""
        return self.uninfected + self.infected


class Nadir(NamedTuple):
    """The smallest burden and its day."""

    day: float
    burden: float


def reproduction_number(virus: OncolyticVirus) -> float:
    """New particles that one particle gives rise to in a fresh tumour, R0, without immunity.

    Parameters
    ----------
    virus
        The virus.

    Returns
    -------
    float
        R0. Normal cells, which add to it if selectivity is low, are left out.

    Examples
    --------
    >>> round(reproduction_number(OncolyticVirus(burst=9)), 3)
    0.9
    """
    return virus.burst * virus.infection_per_day / virus.loss_per_day


def threshold_burst(virus: OncolyticVirus) -> float:
    """Burst at which R0 is 1 in a fresh tumour.

    Parameters
    ----------
    virus
        The virus; its own burst does not matter.

    Returns
    -------
    float
        Particles; infinite for a virus that infects nothing.

    Examples
    --------
    >>> round(threshold_burst(OncolyticVirus()), 9)
    10.0
    """
    return virus.loss_per_day / virus.infection_per_day if virus.infection_per_day else np.inf


def final_share(virus: OncolyticVirus) -> float:
    """Share of a tumour that stands still which the virus never infects, without immunity.

    Parameters
    ----------
    virus
        The virus; normal cells and immunity are left out.

    Returns
    -------
    float
        The root s of ``ln s = -R0 (1 - s) - infection dose / loss``.

    Examples
    --------
    >>> [round(final_share(OncolyticVirus(burst=burst)), 6) for burst in (20, 50)]
    [0.199813, 0.006905]
    """
    number = reproduction_number(virus)
    first = virus.infection_per_day * virus.dose / virus.loss_per_day
    if not number:
        return exp(-first)
    return float(-lambertw(-number * exp(-number - first)).real / number)


def infect(growth: Growth | None, virus: OncolyticVirus, t_day: Any) -> Course:
    """Follow a tumour after one dose of virus.

    Parameters
    ----------
    growth
        The tumour, which grows by the Gompertz law; None for one that stands still.
    virus
        Virus, dose, normal cells and immunity: `OncolyticVirus` without immunity,
        `OncolyticVirusWithImmunity` with it.
    t_day
        Days at which the course is wanted, from 0; a number or an array.

    Returns
    -------
    Course
        Cells and virus, for each tumour cell of the start.

    Raises
    ------
    ValueError
        If a day is below 0 or not finite, or the tumour has no room to grow.

    References
    ----------
    Friedman 2006. doi:10.1158/0008-5472.CAN-05-2661.

    Examples
    --------
    >>> course = infect(Growth(diameter_cm=5), OncolyticVirus(), [0, 10, 180])
    >>> course.burden.round(3).tolist(), (course.normal / 5).round(2).tolist()
    ([1.0, 0.026, 0.05], [1.0, 0.96, 0.95])
    """
    t = days(t_day)
    if not (virus.dose and virus.infection_per_day and t.size):
        none = np.zeros_like(t)
        free = grow(growth, t) / growth.volume_ml if growth else np.ones_like(t)
        particles = virus.dose * np.exp(-virus.loss_per_day * t)
        return Course(t, free, none, particles, none, none + virus.normal_cells, none)
    # Cells and virus span decades: as logarithms they keep sign and digits however few are left.
    y = states_at(
        _slope(growth, virus),
        [0, log(FIRST_DAY * virus.infection_per_day * virus.dose), log(virus.dose), 0, 0, 0],
        t,
        atol=1e-7,
    )
    uninfected, infected, particles, normal = np.exp(y[[0, 1, 2, 4]])
    return Course(
        t,
        uninfected,
        infected,
        particles,
        np.maximum(y[3], 0),
        virus.normal_cells * normal,
        np.maximum(y[5], 0) * particles,
    )


def nadir(growth: Growth | None, virus: OncolyticVirus, until_day: float = 180) -> Nadir:
    """Find the smallest burden of a course, to a twentieth of a day.

    Parameters
    ----------
    growth, virus
        As for `infect`.
    until_day
        How long to look, days.

    Returns
    -------
    Nadir
        Day and burden.

    Examples
    --------
    >>> round(nadir(Growth(diameter_cm=5), OncolyticVirus(burst=20)).burden, 3)
    0.206
    """
    course = infect(growth, virus, np.linspace(0, until_day, round(20 * until_day) + 1))
    lowest = int(np.argmin(course.burden))
    return Nadir(float(course.t_day[lowest]), float(course.burden[lowest]))


def _slope(growth: Growth | None, virus: OncolyticVirus) -> Any:
    """Slopes of ln S, ln I, ln V, Z, the logarithm of the share of N left, and N' / V."""
    slowing = log_capacity = 0.0
    if growth:
        grow(growth, 0)
        slowing, log_capacity = slowing_per_day(growth), log(growth.capacity_ml / growth.volume_ml)
    infection, lysis, loss = virus.infection_per_day, virus.lysis_per_day, virus.loss_per_day
    normal_infection = infection / virus.selectivity
    freed, normal_freed = virus.burst * lysis, virus.burst * lysis / virus.selectivity
    gain, fading = virus.effector_gain_per_day, virus.effector_loss_per_day
    clearance, infected_kill = virus.virus_clearance_per_day, virus.infected_kill_per_day
    tumour_kill, normal_start = virus.tumour_kill_per_day, virus.normal_cells

    def slope(_: float, y: Any) -> list[float]:
        log_tumour, log_infected, log_virus, effectors, log_normal, normal_ratio = y.tolist()
        contact, per_virus = log_tumour + log_virus - log_infected, log_infected - log_virus
        # Bounded, so that products stay finite at the wild first guesses of a solver; written out,
        # because this runs hundreds of times a solve.
        tumour = exp(log_tumour) if log_tumour < WILD else HUGE
        infected = exp(log_infected) if log_infected < WILD else HUGE
        particles = exp(log_virus) if log_virus < WILD else HUGE
        ratio = exp(per_virus) if per_virus < WILD else HUGE
        met = exp(contact) if contact < WILD else HUGE
        left = exp(log_normal) if log_normal < WILD else HUGE
        crowding = log(tumour + infected + TINY)
        spread = freed * ratio + normal_freed * normal_ratio - loss - clearance * effectors
        fall = lysis + infected_kill * effectors
        return [
            slowing * (log_capacity - crowding) - infection * particles - tumour_kill * effectors,
            infection * met - fall,
            spread,
            gain * (infected + normal_ratio * particles) - fading * effectors,
            -normal_infection * particles,
            normal_infection * normal_start * left - (fall + spread) * normal_ratio,
        ]

    return slope
