"""Checkpoint blockade and anti-VEGF: a tumour and the T cells that fight it, with a brake.

Effector cells E kill tumour cells T, are called in by them, and wear out on them (Kuznetsov 1994).
PD-1 takes part of the force from each effector; blocking it gives the force back::

    force   = 1 - brake (1 - occupancy) (1 - brake loss A)
    dE / dt = influx (1 + influx gain A) + force recruitment E T / (g + T) - wear T E - death E
    dT / dt = growth (1 - growth loss A) T (1 - T / capacity) - force kill E T

A is the blockade of VEGF. It lets more effectors in, slows growth a little and loosens the brake.

With enough force the host has two outcomes, a small tumour held in check and a large one that has
escaped, and a saddle between them. Where a tumour ends depends on which side it starts: one drug
may do nothing for a large tumour, and two may remove the large state altogether. That is how
"responder" and "non-responder" can come from the same rules.

The equations without drugs and their numbers are published, for a lymphoma in mice; the brake and
what anti-VEGF does to it were added for this course and chosen by looking at the curves. So the
model shows why a threshold can make two weak drugs strong together; it cannot tell whether they
are in patients, nor how large the effect is. Days are mouse days; cells are not those of a human
HCC.

>>> both = ImmuneDynamics(occupancy=1, vegf_blockade=1)
>>> arms = (ImmuneDynamics(), both.changed(vegf_blockade=0), both.changed(occupancy=0), both)
>>> print(", ".join(f"{respond(arm, 200).tumour_cells:.2g}" for arm in arms))
4.9e+08, 4.5e+08, 4.6e+08, 1.2e+06
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import solve_ivp

from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.parameters import Parameters, parameter
from hcclab.mechanisms.solving import days, follow
from hcclab.mechanisms.synergy import bliss

TINY = 1e-300
"""Keeps an inverse finite when nothing is left."""

KUZNETSOV = "Kuznetsov 1994, as BioModels BIOMD0000000762"
KUZNETSOV_DOI = "10.1007/BF02460644"

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. Its numbers come from a lymphoma (BCL1) in mice: "
    "days are mouse days, and cells are not those of a human HCC.",
    "The tumour grows 36 times as fast as an HCC that doubles in 4.6 months. Slowing all rates "
    "alike stretches time and changes no outcome.",
    "The PD-1 brake and the three couplings of anti-VEGF were added for this course; the couplings "
    "were chosen from five combinations while looking at the curves.",
    "The large synergy is a property of having two outcomes and of these couplings, not evidence. "
    "IMbrave150 (hazard ratio of death 0.66) compares with sorafenib and cannot prove synergy.",
    "The published numbers were read in a transcription. Its steady states are 8.19, 267 and 447 "
    "million cells; here they are 8.19, 268 and 447 million.",
    "A small tumour is not always held: in the published model one can slip past the effectors "
    "before they are called in.",
    "Occupancy and VEGF blockade stay the same from the first day. There is one kind of effector "
    "and of tumour cell, no antigen that is lost, and no toxicity.",
)


@dataclass(frozen=True)
class ImmuneDynamics(Parameters):
    """A tumour, the effectors against it, and two drugs.

    References
    ----------
    Kuznetsov VA, et al. 1994. doi:10.1007/BF02460644.
    """

    occupancy: float = parameter(
        0,
        "share of PD-1 that its antibody occupies",
        usual=(0, 1),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="0 is no checkpoint blockade",
    )
    vegf_blockade: float = parameter(
        0,
        "blockade of VEGF",
        usual=(0, 1),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="0 is no anti-VEGF",
    )
    tumour_cells: float = parameter(
        2.5e8,
        "tumour cells at the start",
        "cells",
        usual=(1e5, 4.5e8),
        hard=(1, 1e15),
        step=1e5,
        code="T",
        note="2.5e8 is advanced, 1e7 small",
    )
    effector_cells: float = parameter(
        1e5,
        "effector cells in the tumour at the start",
        "cells",
        usual=(1e4, 1e6),
        hard=(1, 1e12),
        step=1e4,
        code="T",
        note="few is a cold, many a hot tumour",
    )
    brake: float = parameter(
        0.5,
        "share of the effectors' force that PD-1 takes away",
        usual=(0, 0.9),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="the first value tried",
    )
    influx_gain: float = parameter(
        1,
        "rise of the influx of effectors by full VEGF blockade",
        usual=(0, 3),
        hard=(0, 100),
        step=0.1,
        code="T",
        note="chosen together with the next two while looking at the curves",
    )
    growth_loss: float = parameter(
        0.1,
        "share of the growth that full VEGF blockade takes away",
        usual=(0, 0.5),
        hard=(0, 0.99),
        step=0.05,
        code="T",
        note="set while looking at the curves",
    )
    brake_loss: float = parameter(
        0.2,
        "share of the PD-1 brake that full VEGF blockade takes away",
        usual=(0, 0.6),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="set while looking at the curves",
    )
    influx_per_day: float = parameter(
        1.3e4,
        "influx of effectors without a tumour",
        "cells/day",
        usual=(1e3, 1e5),
        hard=(0, 1e12),
        step=1e3,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )
    recruitment_per_day: float = parameter(
        0.1245,
        "rate at which a very large tumour calls in effectors",
        "1/day",
        usual=(0, 0.5),
        hard=(0, 100),
        step=0.01,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )
    half_recruitment_cells: float = parameter(
        2.019e7,
        "tumour that calls in effectors at half that rate",
        "cells",
        usual=(1e6, 1e8),
        hard=(1, 1e15),
        step=1e6,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )
    wear_per_cell_day: float = parameter(
        3.422e-10,
        "rate at which one tumour cell wears effectors out",
        "1/(cell day)",
        usual=(0, 1e-9),
        hard=(0, 1),
        step=1e-11,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )
    death_per_day: float = parameter(
        0.0412,
        "death rate of effectors",
        "1/day",
        usual=(0.01, 0.2),
        hard=(1e-6, 100),
        step=0.01,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )
    growth_per_day: float = parameter(
        0.18,
        "growth rate of a small tumour",
        "1/day",
        usual=(0.05, 0.5),
        hard=(1e-6, 100),
        step=0.01,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
        note="36 times that of an HCC that doubles in 4.6 months",
    )
    crowding_per_cell: float = parameter(
        2e-9,
        "share of the growth that one tumour cell takes away",
        "1/cell",
        usual=(1e-9, 1e-8),
        hard=(1e-15, 1e-3),
        step=1e-9,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
        note="its inverse is the largest tumour, 5e8 cells",
    )
    kill_per_cell_day: float = parameter(
        1.101e-7,
        "rate at which one effector without a brake kills",
        "1/(cell day)",
        usual=(0, 1e-6),
        hard=(0, 1),
        step=1e-9,
        code="V2",
        source=KUZNETSOV,
        doi=KUZNETSOV_DOI,
    )

    @property
    def force(self) -> float:
        """Share of an effector's force that PD-1 leaves."""
        held = 1 - self.brake_loss * self.vegf_blockade
        return 1 - self.brake * (1 - self.occupancy) * held

    @property
    def capacity_cells(self) -> float:
        """Largest tumour that crowding allows, cells."""
        return 1 / self.crowding_per_cell


class Course(NamedTuple):
    """Tumour and effectors, each array of the shape of `t_day`."""

    t_day: Any
    tumour_cells: Any
    effector_cells: Any


class SteadyState(NamedTuple):
    """A pair of numbers that does not change, and whether small pushes die away."""

    tumour_cells: float
    effector_cells: float
    stable: bool


class Nullclines(NamedTuple):
    """Effector cells for which one of the two numbers stands still, by number of tumour cells."""

    tumour_cells: Any
    tumour_still: Any
    effectors_still: Any


class Separatrix(NamedTuple):
    """The line between the two outcomes, from one end to the other; empty if there is but one."""

    tumour_cells: Any
    effector_cells: Any


class Combination(NamedTuple):
    """Effects against no treatment: 0 is none, 1 is no tumour left, below 0 is harm."""

    checkpoint: float
    anti_vegf: float
    bliss: float
    observed: float

    @property
    def excess(self) -> float:
        """Effect beyond that of two independent drugs."""
        return self.observed - self.bliss


def respond(model: ImmuneDynamics, t_day: Any) -> Course:
    """Follow tumour and effectors.

    Parameters
    ----------
    model
        Tumour, host and drugs.
    t_day
        Mouse days at which the course is wanted, from 0; a number or an array.

    Returns
    -------
    Course
        Tumour cells and effector cells.

    Raises
    ------
    ValueError
        If a day is below 0 or not finite.

    References
    ----------
    Kuznetsov 1994. doi:10.1007/BF02460644.

    Examples
    --------
    >>> course = respond(ImmuneDynamics(tumour_cells=1e7, occupancy=1), [0, 30, 200])
    >>> [f"{cells:.1e}" for cells in course.tumour_cells]
    ['1.0e+07', '2.2e+08', '9.4e+05']
    """
    t = days(t_day)
    if not t.size:
        return Course(t, t, t)
    # Where a tumour falls by powers of ten, a looser tolerance would shift the third digit.
    solution = follow(
        _slope(model),
        [log(model.tumour_cells), log(model.effector_cells)],
        float(t.max()) or 1,
        rtol=1e-7,
        atol=1e-9,
    )
    tumour, effectors = np.exp(solution(t.ravel())).reshape(2, *t.shape)
    return Course(t, tumour, effectors)


def combine(model: ImmuneDynamics, at_day: float = 100) -> Combination:
    """Compare both drugs of a model with each alone and with what independence would give.

    Parameters
    ----------
    model
        With the doses of both drugs.
    at_day
        Mouse day of the comparison.

    Returns
    -------
    Combination
        Effects, 1 - T / T without treatment: of either drug, of both if independent (Bliss), and
        of both in the model.

    Examples
    --------
    >>> found = combine(ImmuneDynamics(occupancy=1, vegf_blockade=1))
    >>> print(f"expected {found.bliss:.0%}, observed {found.observed:.0%}")
    expected 14%, observed 62%
    """
    none, checkpoint, anti_vegf, both = (
        float(respond(arm, at_day).tumour_cells)
        for arm in (
            model.changed(occupancy=0, vegf_blockade=0),
            model.changed(vegf_blockade=0),
            model.changed(occupancy=0),
            model,
        )
    )
    effects = 1 - checkpoint / none, 1 - anti_vegf / none
    return Combination(*effects, float(bliss(*effects)), 1 - both / none)


def steady_states(model: ImmuneDynamics) -> tuple[SteadyState, ...]:
    """Every state with a tumour that does not change, from the smallest tumour.

    Parameters
    ----------
    model
        Tumour, host and drugs; the numbers at the start do not matter.

    Returns
    -------
    tuple of SteadyState
        Stable ones are outcomes; an unstable one between two outcomes is the threshold. The
        state without a tumour is not among them.

    Examples
    --------
    >>> [f"{each.tumour_cells:.3g}" for each in steady_states(ImmuneDynamics()) if each.stable]
    ['4.87e+08']
    """
    influx, growth = _influx(model), _growth(model)
    kill, recruitment = _forceful(model)
    # In units of the capacity the numbers of cells are near 1.
    half = model.half_recruitment_cells * model.crowding_per_cell
    wear = model.wear_per_cell_day / model.crowding_per_cell
    if kill:
        death = model.death_per_day
        loss = [wear, wear * half + death - recruitment, death * half]
        cubic = np.polysub(growth * np.polymul([-1, 1], loss), influx * kill * np.array([1, half]))
        roots = np.roots(cubic)
        shares = np.sort(roots.real[np.abs(roots.imag) <= 1e-9 * np.abs(roots)])
        pairs = [(x, growth * (1 - x) / kill) for x in shares if 0 < x <= 1]
    else:
        loss_at_capacity = _effector_loss(model, model.capacity_cells)
        pairs = [(1, influx / loss_at_capacity)] if loss_at_capacity > 0 else []
    states = []
    for share, effectors in pairs:
        tumour = float(share * model.capacity_cells)
        slopes = _jacobian(model, tumour, float(effectors))
        stable = bool(np.trace(slopes) < 0 < np.linalg.det(slopes))
        states.append(SteadyState(tumour, float(effectors), stable))
    return tuple(states)


def nullclines(model: ImmuneDynamics, tumour_cells: Any) -> Nullclines:
    """Lines of the phase plane on which one of the two numbers stands still; they cross at rest.

    Parameters
    ----------
    model
        Tumour, host and drugs.
    tumour_cells
        Numbers of tumour cells, a number or an array.

    Returns
    -------
    Nullclines
        Effector cells; NaN where no number of them does.

    Examples
    --------
    >>> lines = nullclines(ImmuneDynamics(), [1e6, 1e9])
    >>> lines.tumour_still.round(-3).tolist(), lines.effectors_still.round(-3).tolist()
    ([3263000.0, nan], [337000.0, 40000.0])
    """
    tumour = np.asarray(tumour_cells, dtype=float)
    kill, loss = _forceful(model)[0], _effector_loss(model, tumour)
    room = 1 - tumour / model.capacity_cells
    with np.errstate(divide="ignore", invalid="ignore"):
        tumour_still = np.where((room >= 0) & (kill > 0), _growth(model) * room / kill, np.nan)
        effectors_still = np.where(loss > 0, _influx(model) / loss, np.nan)
    return Nullclines(tumour, tumour_still, effectors_still)


def separatrix(model: ImmuneDynamics) -> Separatrix:
    """Line of the phase plane that parts the tumours that are held from those that escape.

    Parameters
    ----------
    model
        Tumour, host and drugs; the numbers at the start do not matter.

    Returns
    -------
    Separatrix
        Tumour cells and effector cells along the line, from its end with fewer effectors, and
        between 1000 and a billion of them; empty if there is one outcome for all.

    Examples
    --------
    >>> line = separatrix(ImmuneDynamics(occupancy=1))
    >>> f"{np.interp(1e5, line.effector_cells, line.tumour_cells):.1e}"
    '1.0e+07'
    >>> separatrix(ImmuneDynamics()).tumour_cells.size
    0
    """
    slope, capacity = _slope(model), log(model.capacity_cells)
    for state in steady_states(model):
        y = np.array([state.tumour_cells, state.effector_cells])
        slopes = _jacobian(model, *y)
        if np.linalg.det(slopes) < 0:
            break
    else:
        return Separatrix(np.empty(0), np.empty(0))
    rates, directions = np.linalg.eig(slopes * y / y[:, None])
    inwards = directions[:, np.argmin(rates)]

    def back(t: float, y: Any) -> list[float]:
        return [-rate for rate in slope(t, y)]

    def leaves(_: float, y: Any) -> float:
        log_tumour, log_effectors = y.tolist()
        room = min(capacity - log_tumour, log_tumour)
        return float(min(room, log_effectors - log(1e3), log(1e9) - log_effectors))

    leaves.terminal = True  # type: ignore[attr-defined]
    halves = []
    for side in (-1e-4, 1e-4):
        # Backwards in time, every path near the line comes nearer to it.
        found = solve_ivp(
            back,
            (0, 500 / model.growth_per_day),
            np.log(y) + side * inwards,
            method="LSODA",
            rtol=1e-5,
            atol=1e-8,
            events=leaves,
            dense_output=True,
        )
        halves.append(np.exp(found.sol(np.linspace(0, found.t[-1], 200))))
    line = np.hstack([halves[0][:, ::-1], y[:, None], halves[1]])
    return Separatrix(*(line if line[1, 0] < line[1, -1] else line[:, ::-1]))


def slowed_to(model: ImmuneDynamics, growth: Growth) -> ImmuneDynamics:
    """Stretch time until the tumour grows like an HCC; every outcome stays as it is.

    Parameters
    ----------
    model
        Tumour, host and drugs.
    growth
        The HCC; its doubling time sets the pace.

    Returns
    -------
    ImmuneDynamics
        The same with every rate multiplied alike. Its cells are still not those of a human HCC.

    Examples
    --------
    >>> slow = slowed_to(ImmuneDynamics(), Growth())
    >>> f"{ImmuneDynamics().death_per_day / slow.death_per_day:.2f} times as slow"
    '36.36 times as slow'
    """
    pace = growth.rate_per_day / model.growth_per_day
    rates = [name for name in model.described() if name.endswith("_day")]
    return model.changed(**{name: pace * getattr(model, name) for name in rates})


def _influx(model: ImmuneDynamics) -> float:
    return model.influx_per_day * (1 + model.influx_gain * model.vegf_blockade)


def _growth(model: ImmuneDynamics) -> float:
    return model.growth_per_day * (1 - model.growth_loss * model.vegf_blockade)


def _forceful(model: ImmuneDynamics) -> tuple[float, float]:
    """Kill rate, 1/(cell day), and recruitment rate, 1/day, under the brake."""
    return model.force * model.kill_per_cell_day, model.force * model.recruitment_per_day


def _effector_loss(model: ImmuneDynamics, tumour: Any) -> Any:
    """Rate at which effectors die and wear out beyond what the tumour calls in, 1/day."""
    called = _forceful(model)[1] * tumour
    loss = model.wear_per_cell_day * tumour + model.death_per_day
    return loss - called / (model.half_recruitment_cells + tumour)


def _jacobian(model: ImmuneDynamics, tumour: float, effectors: float) -> Any:
    """How both slopes change with tumour (first) and effectors."""
    kill, recruitment = _forceful(model)
    called = recruitment / model.half_recruitment_cells
    called /= (1 + tumour / model.half_recruitment_cells) ** 2
    crowded = 1 - 2 * tumour / model.capacity_cells
    return np.array(
        [
            [_growth(model) * crowded - kill * effectors, -kill * tumour],
            [(called - model.wear_per_cell_day) * effectors, -_effector_loss(model, tumour)],
        ]
    )


def _slope(model: ImmuneDynamics) -> Any:
    """Slopes of the logarithms of tumour and effectors."""
    influx, growth, crowding = _influx(model), _growth(model), model.crowding_per_cell
    kill, recruitment = _forceful(model)
    half, wear = model.half_recruitment_cells, model.wear_per_cell_day
    death = model.death_per_day

    def slope(_: float, y: Any) -> list[float]:
        log_tumour, log_effectors = y.tolist()
        tumour, effectors = exp(log_tumour), exp(log_effectors)
        called = recruitment * tumour / (half + tumour)
        return [
            growth * (1 - crowding * tumour) - kill * effectors,
            influx / max(effectors, TINY) + called - wear * tumour - death,
        ]

    return slope
