"""Interferon: how it clears hepatitis C virus, why its effect wears off, and what it prevents.

Three parts, each small.

**Virus** (Neumann 1998). Interferon blocks part of the production of virus. What circulates is
cleared within hours; then the load falls only as fast as infected cells are lost::

    dT/dt = s - d T - (1 - block) beta V T
    dI/dt = (1 - block) beta V T - delta I
    dV/dt = (1 - efficacy) p I - c V

from the steady state before treatment. With target cells T constant and no block of infection the
load is a sum of two exponentials. A regimen makes the efficacy rise and fall with the level C of
the drug: C^2 / (EC50^2 + C^2).

**Genes.** Interferon switches on its genes G and, more slowly, the negative feedback F that makes
the cell deaf to it::

    dG/dt = turnover (u - G),   u = C / (C + EC50) / (1 + F/KF)
    dF/dt = gain u (1 - F) - loss F

**Recurrence.** An odds ratio is applied to a risk. The meta-analyses of adjuvant interferon do not
agree, so each effect stands with its setting.

The virus model and the efficacies by dose are published; half-lives of interferon are from memory,
what a regimen reaches and the whole gene model were made to teach. So the models show where the
two phases come from and why steady levels are better than peaks; they cannot tell whether
interferon would help a patient, and they are not models of hepatitis B: cccDNA and integrated
DNA need more states. In hepatitis C, direct-acting antivirals have replaced interferon.

>>> rates = phases(HcvDynamics())
>>> print(f"{rates.fast_per_day:.2f} then {rates.slow_per_day:.2f} a day")
6.17 then 0.13 a day
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, inf, log, sqrt
from typing import Any, NamedTuple

import numpy as np

from hcclab.mechanisms.parameters import Parameters, like, parameter
from hcclab.mechanisms.solving import days, follow

NEUMANN = "Neumann 1998"
NEUMANN_DOI = "10.1126/science.282.5386.103"

EFFICACY_BY_DOSE: dict[float, float] = {5: 0.81, 10: 0.95, 15: 0.96}
"""Efficacy found in patients (Neumann 1998), by million international units a day."""

LIMITS: tuple[str, ...] = (
    "Teaching model, not for clinical decisions. In hepatitis C, direct-acting antivirals have "
    "replaced interferon.",
    "Hepatitis B is not modelled: cccDNA and the answer of the immune system need more states.",
    "The curve from dose to efficacy goes through three published points and misses the highest: "
    "0.97 at 15 MIU a day, where 0.96 was found.",
    "Half-lives of interferon are from memory. The absorption, the level that a dose reaches and "
    "the steepness of its effect are chosen to teach, so the gap between standard and pegylated "
    "interferon has the right sign and no proven size.",
    "The gene model was constructed; no number in it is published.",
    "The evidence on recurrence conflicts. An odds ratio of 0.66 was found after resection or "
    "TACE together; after resection of HBV-related HCC another meta-analysis found a risk ratio "
    "of 0.96 (0.84-1.10). That one, too, found fewer recurrences over all settings.",
    "An odds ratio from trials is not a promise for another group of patients: it is applied to "
    "any risk here only to show the arithmetic.",
)


@dataclass(frozen=True)
class HcvDynamics(Parameters):
    """Hepatitis C virus under interferon.

    References
    ----------
    Neumann AU, et al. Science 1998;282:103. doi:10.1126/science.282.5386.103.
    """

    efficacy: float = parameter(
        0.95,
        "share of virus production that is blocked",
        usual=(0, 0.999),
        hard=(0, 0.999999),
        step=0.001,
        code="V",
        source=NEUMANN,
        doi=NEUMANN_DOI,
        note="at 10 MIU a day; 0.81 at 5 and 0.96 at 15",
    )
    clearance_per_day: float = parameter(
        log(2) / (2.7 / 24),
        "rate at which virus is cleared",
        "1/day",
        usual=(2, 20),
        hard=(0.1, 1000),
        step=0.1,
        code="D",
        source=NEUMANN,
        doi=NEUMANN_DOI,
        note="from a half-life of 2.7 hours",
    )
    infected_loss_per_day: float = parameter(
        0.14,
        "rate at which infected cells are lost",
        "1/day",
        usual=(0.01, 0.41),
        hard=(0.0001, 10),
        step=0.01,
        code="M",
        source=NEUMANN,
        doi=NEUMANN_DOI,
        note="mean from memory; the range is that of half-lives from 1.7 to 70 days in the paper",
    )
    load_per_ml: float = parameter(
        1e6, "viral load at the start", "1/mL", usual=(1e4, 1e8), hard=(1, 1e12), code="T"
    )
    delay_day: float = parameter(
        0.35, "delay of the effect", "days", usual=(0, 1), hard=(0, 30), step=0.05, code="T"
    )
    production_per_day: float = parameter(
        8.18,
        "virus made by an infected cell",
        "1/day",
        usual=(1, 100),
        hard=(0.001, 1e6),
        step=0.1,
        code="T",
        note="scales the counts of cells only",
    )
    infection_ml_per_day: float = parameter(
        2.25e-7,
        "rate at which virus infects cells",
        "mL/day",
        usual=(1e-8, 1e-6),
        hard=(0, 1),
        step=1e-8,
        code="T",
        note="matters only where target cells are free to change",
    )
    target_loss_per_day: float = parameter(
        0.01,
        "rate at which target cells are lost",
        "1/day",
        usual=(0.001, 0.1),
        hard=(0, 10),
        step=0.001,
        code="T",
        note="matters only where target cells are free to change",
    )
    infection_block: float = parameter(
        0,
        "share of new infections that is blocked",
        usual=(0, 1),
        hard=(0, 1),
        step=0.05,
        code="T",
        note="matters only where target cells are free to change",
    )


@dataclass(frozen=True)
class DoseEffect(Parameters):
    """Efficacy by daily dose.

    References
    ----------
    Neumann 1998. doi:10.1126/science.282.5386.103.
    """

    half_dose_miu: float = parameter(
        2.311,
        "daily dose for half the effect",
        "MIU",
        usual=(0.5, 10),
        hard=(0.001, 1000),
        step=0.1,
        code="D",
        source=NEUMANN,
        doi=NEUMANN_DOI,
        note="fitted to the efficacies at 5, 10 and 15 MIU; too much at 15",
    )
    hill: float = parameter(
        1.889,
        "steepness",
        usual=(0.5, 4),
        hard=(0.1, 10),
        step=0.1,
        code="D",
        source=NEUMANN,
        doi=NEUMANN_DOI,
        note="fitted to the same three points",
    )


@dataclass(frozen=True)
class StandardInterferon(Parameters):
    """Standard interferon, three times a week."""

    half_life_h: float = parameter(
        6,
        "half-life",
        "h",
        usual=(2, 160),
        hard=(0.01, 10_000),
        code="M",
        note="from memory, not checked",
    )
    absorption_half_life_h: float = parameter(
        2, "half-life of the absorption", "h", usual=(0.5, 48), hard=(0.01, 10_000), code="T"
    )
    doses_per_week: float = parameter(
        3,
        "doses a week",
        usual=(1, 14),
        hard=(0.1, 168),
        code="M",
        note="equally spaced; from memory, not checked",
    )
    peak_ec50: float = parameter(
        3,
        "highest level once doses have added up",
        "times EC50",
        usual=(0, 10),
        hard=(0, 1e6),
        step=0.5,
        code="T",
    )
    hill: float = parameter(
        2, "steepness of the effect", usual=(0.5, 4), hard=(0.1, 10), step=0.5, code="T"
    )


@dataclass(frozen=True)
class PegylatedInterferon(StandardInterferon):
    """Pegylated interferon once a week, with the same peak."""

    half_life_h: float = like(
        StandardInterferon, "half_life_h", 80, code="M", note="from memory, not checked"
    )
    absorption_half_life_h: float = like(StandardInterferon, "absorption_half_life_h", 24, code="T")
    doses_per_week: float = like(
        StandardInterferon, "doses_per_week", 1, code="M", note="from memory, not checked"
    )


@dataclass(frozen=True)
class IsgFeedback(Parameters):
    """Interferon-stimulated genes and what switches them off again."""

    level_ec50: float = parameter(
        3,
        "level of interferon",
        "times EC50",
        usual=(0, 10),
        hard=(0, 1e6),
        step=0.5,
        code="T",
    )
    turnover_per_day: float = parameter(
        12, "turnover of the genes' products", "1/day", usual=(1, 48), hard=(0.01, 1000), code="T"
    )
    feedback_gain_per_day: float = parameter(
        1,
        "rate at which the feedback rises",
        "1/day",
        usual=(0, 5),
        hard=(0, 1000),
        step=0.1,
        code="T",
    )
    feedback_loss_per_day: float = parameter(
        0.15,
        "rate at which the feedback fades",
        "1/day",
        usual=(0.01, 1),
        hard=(0.001, 1000),
        step=0.05,
        code="T",
    )
    half_feedback: float = parameter(
        0.5,
        "feedback that halves the signal",
        usual=(0.1, 5),
        hard=(0.001, 1e9),
        step=0.1,
        code="T",
    )


class Phases(NamedTuple):
    """The two rates of fall, 1/day, and the share of the load that falls at the fast one."""

    fast_per_day: float
    slow_per_day: float
    fast_share: float


class Infection(NamedTuple):
    """Target cells, infected cells and virus, 1/mL, each array of the shape of `t_day`."""

    t_day: Any
    target_per_ml: Any
    infected_per_ml: Any
    virus_per_ml: Any


class Genes(NamedTuple):
    """Gene products (1 is full induction) and feedback, each array of the shape of `t_day`."""

    t_day: Any
    genes: Any
    feedback: Any


class Effect(NamedTuple):
    """A pooled effect of adjuvant interferon, with its 95 % confidence interval if known."""

    outcome: str
    setting: str
    measure: str
    value: float
    low: float | None
    high: float | None
    source: str

    def applied(self, risk: Any) -> Any:
        """Risk with interferon, from that without.

        Examples
        --------
        >>> [round(float(each.applied(0.5)), 2) for each in EFFECTS if each.outcome != "death"]
        [0.4, 0.42, 0.35, 0.48]
        """
        if self.measure == "odds ratio":
            return risk_with(risk, self.value)
        return _risk(risk) * self.value


AFTER_EITHER = "after resection or TACE"
HBV_RESECTED = "HBV-related, after resection"
EFFECTS: tuple[Effect, ...] = (
    Effect("recurrence", AFTER_EITHER, "odds ratio", 0.66, 0.50, 0.86, "PMC3851844"),
    Effect("recurrence", "after resection", "odds ratio", 0.73, 0.52, 1.01, "PMC3851844"),
    Effect("recurrence", "after TACE", "odds ratio", 0.54, 0.33, 0.86, "PMC3851844"),
    Effect("death", AFTER_EITHER, "odds ratio", 0.42, 0.32, 0.56, "PMC3851844"),
    Effect("death", "after resection", "odds ratio", 0.51, 0.36, 0.72, "PMC3851844"),
    Effect("death", "after TACE", "odds ratio", 0.33, 0.21, 0.50, "PMC3851844"),
    Effect("death", HBV_RESECTED, "risk ratio", 0.78, 0.60, 1.04, "PMC4899889"),
    Effect("recurrence", HBV_RESECTED, "risk ratio", 0.96, 0.84, 1.10, "PMC4899889"),
)
"""Two meta-analyses of adjuvant interferon that do not agree; show both."""

SUNG, THIELE, KIMER = (
    "doi:10.1111/j.1365-2036.2008.03816.x",
    "doi:10.1136/bmjopen-2013-003265",
    "doi:10.1136/bmjopen-2012-001313",
)
ANTIVIRALS: tuple[Effect, ...] = (
    Effect("HCC", "hepatitis B, interferon", "risk ratio", 0.66, 0.48, 0.89, SUNG),
    Effect("HCC", "hepatitis B, nucleos(t)ide analogue", "risk ratio", 0.22, 0.10, 0.50, SUNG),
    Effect("HCC", "hepatitis B, any antiviral, cohorts", "risk ratio", 1.43, 1.06, 1.95, THIELE),
    Effect(
        "HCC", "hepatitis B, any antiviral, case-control", "risk ratio", 0.69, 0.54, 0.88, THIELE
    ),
    Effect("HCC", "hepatitis C, interferon, randomised", "risk ratio", 0.53, 0.34, 0.81, KIMER),
    Effect(
        "death",
        "nucleos(t)ide analogue around resection",
        "hazard ratio",
        0.52,
        0.37,
        0.74,
        "PMC7933452",
    ),
)
"""Antivirals before a first cancer and around resection, as read in the reviews' abstracts."""


def efficacy_of_dose(dose_miu: Any, effect: DoseEffect | None = None) -> Any:
    """Efficacy of a daily dose of interferon.

    Parameters
    ----------
    dose_miu
        Million international units a day, not below 0; a number or an array.
    effect
        The parameter set, or the default.

    Returns
    -------
    Same kind as `dose_miu`
        Share of virus production that is blocked.

    Raises
    ------
    ValueError
        If a dose is below 0.

    Examples
    --------
    >>> efficacy_of_dose([5, 10, 15]).round(3).tolist()
    [0.811, 0.941, 0.972]
    """
    known = effect or DoseEffect()
    dose = np.asarray(dose_miu, dtype=float)
    if not np.all((dose >= 0) & np.isfinite(dose)):
        raise ValueError(f"dose_miu={dose_miu} must be finite and not below 0")
    power = (dose / known.half_dose_miu) ** known.hill
    return power / (1 + power)


def phases(hcv: HcvDynamics) -> Phases:
    """Rates of the two phases of the fall, target cells constant.

    Parameters
    ----------
    hcv
        The parameter set.

    Returns
    -------
    Phases
        Fast and slow rate, and the share of the fast phase.

    References
    ----------
    Neumann 1998. doi:10.1126/science.282.5386.103.

    Examples
    --------
    >>> round(phases(HcvDynamics()).slow_per_day, 4)
    0.1328
    """
    c, delta, efficacy = hcv.clearance_per_day, hcv.infected_loss_per_day, hcv.efficacy
    root = sqrt((c - delta) ** 2 + 4 * (1 - efficacy) * c * delta)
    fast = (c + delta + root) / 2
    # The product of both is efficacy c delta; a difference would lose the digits of a slow phase.
    slow = efficacy * c * delta / fast
    return Phases(fast, slow, (efficacy * c - slow) / root)


def viral_load(hcv: HcvDynamics, t_day: Any) -> Any:
    """Viral load under a constant efficacy, target cells constant, in closed form.

    Parameters
    ----------
    hcv
        The parameter set.
    t_day
        Days since the first dose, a number or an array.

    Returns
    -------
    Same kind as `t_day`
        Virus, 1/mL.

    Raises
    ------
    ValueError
        If a day is before 0.

    References
    ----------
    Neumann 1998. doi:10.1126/science.282.5386.103.

    Examples
    --------
    >>> np.log10(1e6 / viral_load(HcvDynamics(), [2, 14])).round(3).tolist()
    [1.377, 2.07]
    """
    since = np.maximum(days(t_day) - hcv.delay_day, 0)
    rates = phases(hcv)
    left = rates.fast_share * np.exp(-rates.fast_per_day * since)
    left = left + (1 - rates.fast_share) * np.exp(-rates.slow_per_day * since)
    return hcv.load_per_ml * left


def infection_course(hcv: HcvDynamics, t_day: Any) -> Infection:
    """Follow virus and cells under a constant efficacy, target cells free to recover.

    Parameters
    ----------
    hcv
        The parameter set; before the effect begins all is in steady state.
    t_day
        Days since the first dose, a number or an array.

    Returns
    -------
    Infection
        Target cells, infected cells and virus, 1/mL.

    Raises
    ------
    ValueError
        If a day is before 0, or no virus infects cells, so that there is no steady state.

    References
    ----------
    Neumann 1998. doi:10.1126/science.282.5386.103.

    Examples
    --------
    >>> np.log10(1e6 / infection_course(HcvDynamics(), [2, 14]).virus_per_ml).round(2).tolist()
    [1.38, 2.01]
    """
    t = days(t_day)
    c, delta, d = hcv.clearance_per_day, hcv.infected_loss_per_day, hcv.target_loss_per_day
    if hcv.infection_ml_per_day == 0:
        raise ValueError("infection_ml_per_day=0 leaves no infection to start from; give more")
    produced, passed = 1 - hcv.efficacy, 1 - hcv.infection_block
    infected_per_day = hcv.infection_ml_per_day * hcv.load_per_ml

    def slope(_: float, y: Any) -> list[float]:
        target, infected, virus = np.exp(y).tolist()
        return [
            (d + infected_per_day) / target - d - passed * infected_per_day * virus,
            delta * (passed * virus * target / infected - 1),
            c * (produced * infected / virus - 1),
        ]

    since = np.maximum(t - hcv.delay_day, 0)
    solution = follow(slope, [0.0, 0.0, 0.0], float(since.max(initial=0)) + 1)
    target, infected, virus = np.exp(solution(since.ravel())).reshape(3, *t.shape)
    p, beta = hcv.production_per_day, hcv.infection_ml_per_day
    return Infection(
        t,
        c * delta / (p * beta) * target,
        c * hcv.load_per_ml / p * infected,
        hcv.load_per_ml * virus,
    )


def interferon_level(regimen: StandardInterferon, t_day: Any) -> Any:
    """Level of interferon in blood from a first dose on day 0.

    Parameters
    ----------
    regimen
        `StandardInterferon` or `PegylatedInterferon`.
    t_day
        Days since the first dose, a number or an array.

    Returns
    -------
    Same kind as `t_day`
        Times EC50.

    Raises
    ------
    ValueError
        If a day is before 0.

    Examples
    --------
    >>> interferon_level(PegylatedInterferon(), [0, 3, 7, 28]).round(2).tolist()
    [0.0, 2.03, 1.11, 1.46]
    """
    t = days(t_day)
    interval = 7 / regimen.doses_per_week
    out = 24 * log(2) / regimen.half_life_h
    into = 24 * log(2) / regimen.absorption_half_life_h
    if into == out:
        # Both exponentials in one have a form of their own; a nudge is as good.
        into *= 1.000001
    last = np.floor(t / interval)
    since = t - last * interval

    def summed(rate: float, count: Any) -> Any:
        """Factor by which `count` doses before add to the newest one."""
        return -np.expm1(-rate * interval * (count + 1)) / -np.expm1(-rate * interval)

    settled_out, settled_in = float(summed(out, inf)), float(summed(into, inf))
    top = log(into * settled_in / (out * settled_out)) / (into - out)
    highest = settled_out * exp(-out * top) - settled_in * exp(-into * top)
    level = np.exp(-out * since) * summed(out, last) - np.exp(-into * since) * summed(into, last)
    return regimen.peak_ec50 * np.maximum(level / highest, 0)


def efficacy_of_level(regimen: StandardInterferon, level_ec50: Any) -> Any:
    """Efficacy at a level of interferon.

    Parameters
    ----------
    regimen
        The parameter set.
    level_ec50
        Level, times EC50; a number or an array.

    Returns
    -------
    Same kind as `level_ec50`
        Share of virus production that is blocked.

    Examples
    --------
    >>> float(efficacy_of_level(StandardInterferon(), 3))
    0.9
    """
    power = np.asarray(level_ec50, dtype=float) ** regimen.hill
    return power / (1 + power)


def level_of_efficacy(regimen: StandardInterferon, efficacy: Any) -> Any:
    """Level of interferon that reaches an efficacy: the inverse of `efficacy_of_level`.

    Parameters
    ----------
    regimen
        The parameter set.
    efficacy
        Share of virus production that is blocked, from 0 to below 1; a number or an array.

    Returns
    -------
    Same kind as `efficacy`
        Level, times EC50.

    Raises
    ------
    ValueError
        If a share is outside 0 to below 1: no level blocks all.

    Examples
    --------
    >>> round(float(level_of_efficacy(StandardInterferon(), 0.9)), 6)
    3.0
    """
    share = np.asarray(efficacy, dtype=float)
    if not np.all((share >= 0) & (share < 1)):
        raise ValueError(f"efficacy={efficacy} outside 0 to below 1")
    return (share / (1 - share)) ** (1 / regimen.hill)


def viral_load_under(
    hcv: HcvDynamics, regimen: StandardInterferon, t_day: Any, step_day: float = 0.02
) -> Any:
    """Viral load under repeated doses, target cells constant.

    Each step solves virus and infected cells exactly, one after the other, with the efficacy of
    its middle.

    Parameters
    ----------
    hcv
        The parameter set; its own efficacy and delay do not count.
    regimen
        `StandardInterferon` or `PegylatedInterferon`; the first dose is on day 0.
    t_day
        Days, a number or an array.
    step_day
        Longest step, days.

    Returns
    -------
    Same kind as `t_day`
        Virus, 1/mL.

    Raises
    ------
    ValueError
        If a day is before 0, or the step is not above 0.

    Examples
    --------
    >>> week_4 = np.linspace(21, 28, 500)
    >>> for regimen in (StandardInterferon(), PegylatedInterferon()):
    ...     print(f"{np.log10(1e6 / viral_load_under(HcvDynamics(), regimen, week_4)).mean():.2f}")
    0.65
    1.96
    """
    t = days(t_day)
    if not step_day > 0:
        raise ValueError(f"step_day={step_day} must be above 0")
    until = float(t.max(initial=0))
    steps = max(1, ceil(until / step_day - 1e-9))
    step = max(until, step_day) / steps
    grid = np.arange(steps + 1) * step
    produced = 1 - efficacy_of_level(regimen, interferon_level(regimen, grid[:-1] + step / 2))
    cells_kept = exp(-hcv.infected_loss_per_day * step / 2)
    virus_kept = exp(-hcv.clearance_per_day * step)
    infected, virus, course = 1.0, 1.0, [1.0]
    for share in produced.tolist():
        infected = virus + (infected - virus) * cells_kept
        made = share * infected
        virus = made + (virus - made) * virus_kept
        infected = virus + (infected - virus) * cells_kept
        course.append(virus)
    return hcv.load_per_ml * np.exp(np.interp(t, grid, np.log(course)))


def induce(
    feedback: IsgFeedback, t_day: Any, pulses: Sequence[tuple[float, float]] = ((0, inf),)
) -> Genes:
    """Follow interferon-stimulated genes through pulses of interferon.

    Parameters
    ----------
    feedback
        The parameter set; the level is that within a pulse.
    t_day
        Days, a number or an array.
    pulses
        First and last day of each pulse, ascending; from day 0 without end if not given.

    Returns
    -------
    Genes
        Gene products, 1 at full induction, and feedback, from 0 to 1.

    Raises
    ------
    ValueError
        If a day is before 0, or pulses overlap or are not ascending.

    Examples
    --------
    >>> induce(IsgFeedback(), [0, 0.25, 7]).genes.round(3).tolist()
    [0.0, 0.585, 0.32]
    """
    t = days(t_day)
    edges = [float(day) for pulse in pulses for day in pulse]
    if any(edge < 0 for edge in edges[:1]) or any(np.diff(edges) <= 0):
        raise ValueError(f"pulses={list(pulses)} must be ascending days from 0, none overlapping")
    until = float(t.max(initial=0)) + 1
    genes, strength = np.zeros_like(t), np.zeros_like(t)
    state, start = [0.0, 0.0], 0.0
    # An even number of edges has passed between pulses, an odd one within a pulse.
    for number, edge in enumerate([*edges, inf]):
        end = min(edge, until)
        if end > start:
            level = feedback.level_ec50 if number % 2 else 0.0
            solution = _stretch(feedback, level, state, start, end)
            here = (t >= start) & (t <= end)
            if here.any():
                genes[here], strength[here] = solution(t[here])
            state, start = solution(end).tolist(), end
    return Genes(t, np.clip(genes, 0, 1), np.clip(strength, 0, 1))


def risk_with(risk: Any, odds_ratio: float) -> Any:
    """Apply an odds ratio to a risk.

    Parameters
    ----------
    risk
        Risk without treatment, from 0 to 1; a number or an array.
    odds_ratio
        Odds with treatment over odds without, above 0.

    Returns
    -------
    Same kind as `risk`
        Risk with treatment.

    Raises
    ------
    ValueError
        If a risk is outside 0 to 1, or the odds ratio not above 0.

    Examples
    --------
    >>> risk_with([0.3, 0.5, 0.7], 0.66).round(4).tolist()
    [0.2205, 0.3976, 0.6063]
    """
    before = _risk(risk)
    if not 0 < odds_ratio < inf:
        raise ValueError(f"odds_ratio={odds_ratio} must be finite and above 0")
    return odds_ratio * before / (1 - before + odds_ratio * before)


def _risk(risk: Any) -> Any:
    read = np.asarray(risk, dtype=float)
    if not np.all((read >= 0) & (read <= 1)):
        raise ValueError(f"risk={risk} outside 0-1")
    return read


def _stretch(
    feedback: IsgFeedback, level: float, state: Sequence[float], start: float, end: float
) -> Any:
    """Gene products and feedback at one level of interferon, as a function of the day."""
    signal, half = level / (level + 1), feedback.half_feedback
    turnover, gain = feedback.turnover_per_day, feedback.feedback_gain_per_day
    loss = feedback.feedback_loss_per_day
    if not signal:
        genes, strength = state
        return lambda t: np.array(
            [genes * np.exp(-turnover * (t - start)), strength * np.exp(-loss * (t - start))]
        )

    def slope(_: float, y: Any) -> list[float]:
        genes, strength = y.tolist()
        heard = signal / (1 + strength / half)
        return [turnover * (heard - genes), gain * heard * (1 - strength) - loss * strength]

    return follow(slope, state, end, start)
