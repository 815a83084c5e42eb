"""Survival curves from a median and a shape, and what a hazard ratio means on them.

All times are in months, all survival is a share from 0 to 1. A curve is Weibull,
S(t) = exp(-ln 2 (t/median)^shape); a shape of 1 is the exponential curve of a constant hazard.
These are teaching curves: one median and one hazard ratio do not determine the curve of a trial.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

LN2 = math.log(2)


def survival(month: float, median: float, shape: float = 1.0) -> float:
    """Share alive at a time.

    Parameters
    ----------
    month
        Time from the start, 0 or more.
    median
        Month at which half are alive, above 0.
    shape
        1: constant hazard. Above 1 the hazard rises with time, below 1 it falls.

    Examples
    --------
    >>> survival(7.9, median=7.9)
    0.5
    """
    _positive(median=median, shape=shape)
    _not_negative(month=month)
    return math.exp(-LN2 * (month / median) ** shape)


def under_hazard_ratio(share: float, hazard_ratio: float) -> float:
    """Survival in the treated arm where the control's is `share`, if hazards are proportional.

    Examples
    --------
    >>> round(under_hazard_ratio(0.5, 0.69), 3)
    0.62
    """
    _positive(hazard_ratio=hazard_ratio)
    _share(share=share)
    return float(share**hazard_ratio)


def treated_median(median: float, hazard_ratio: float, shape: float = 1.0) -> float:
    """Median of the treated arm from that of the control, if hazards are proportional.

    Examples
    --------
    >>> round(treated_median(7.9, 0.69), 2)  # SHARP; the trial saw 10.7
    11.45
    """
    _positive(median=median, hazard_ratio=hazard_ratio, shape=shape)
    return float(median * hazard_ratio ** (-1 / shape))


def implied_shape(median: float, treated: float, hazard_ratio: float) -> float:
    """Shape with which two medians and a hazard ratio agree.

    Parameters
    ----------
    median, treated
        Medians of the control and of the treated arm, different from each other.
    hazard_ratio
        The printed ratio, other than 1.

    Raises
    ------
    ValueError
        If no Weibull pair fits: the longer median has the higher hazard, or nothing differs.

    Examples
    --------
    >>> round(implied_shape(7.9, 10.7, 0.69), 3)
    1.223
    """
    _positive(median=median, treated=treated, hazard_ratio=hazard_ratio)
    apart, effect = math.log(treated / median), -math.log(hazard_ratio)
    if apart * effect <= 0:
        raise ValueError(
            f"medians {median:g} and {treated:g} with hazard ratio {hazard_ratio:g}: no pair of "
            "proportional Weibull curves has both. Do the curves cross, or is the ratio inverted?"
        )
    return effect / apart


class Curve(NamedTuple):
    """A Weibull curve: `median` in months, and `shape`."""

    median: float
    shape: float


def through_points(first: tuple[float, float], second: tuple[float, float]) -> Curve:
    """Curve through two points, each a month and the share alive then.

    Raises
    ------
    ValueError
        If survival does not fall from the earlier to the later point.

    Examples
    --------
    >>> curve = through_points((12, 0.5), (24, 0.25))
    >>> round(curve.median, 6), round(curve.shape, 6)
    (12.0, 1.0)
    """
    (t1, s1), (t2, s2) = sorted((first, second))
    if not (0 < t1 < t2 and 0 < s2 < s1 < 1):
        raise ValueError(
            f"points {first} and {second}: at a later month, after 0, fewer must be alive, and "
            "shares lie between 0 and 1. Is a percentage given as a share?"
        )
    shape = math.log(math.log(s1) / math.log(s2)) / math.log(t1 / t2)
    return Curve(t1 * (LN2 / -math.log(s1)) ** (1 / shape), shape)


def restricted_mean(until: float, median: float, shape: float = 1.0) -> float:
    """Mean time alive up to a month (RMST): the area under the curve.

    Parameters
    ----------
    until
        Month at which counting stops, 0 or more.
    median, shape
        As in :func:`survival`.

    Examples
    --------
    >>> round(restricted_mean(24, 13.4), 2)
    13.75
    """
    _positive(median=median, shape=shape)
    _not_negative(until=until)
    rate = LN2 ** (1 / shape) / median
    return float(_lower_gamma(1 / shape, (rate * until) ** shape) / (shape * rate))


def expected_median(
    *,
    antiangiogenic: bool = True,
    sorafenib: bool = False,
    locoregional: float = 0,
    hbv_percent: float = 34,
    treated_before: float = 0,
    chemotherapy: float = 0,
) -> float:
    """Median survival that a trial arm may expect from its drug and from whom it enrols.

    A regression over trial arms of antiangiogenic drugs in liver cancer [1]_, as transcribed in
    nlmixr2lib: verified second-hand. It describes arms of its time, and forecasts no patient.

    Parameters
    ----------
    antiangiogenic
        Whether the arm had an antiangiogenic drug; else placebo.
    sorafenib
        Whether that drug was sorafenib.
    locoregional, treated_before, chemotherapy
        Whether the arm had local treatment, earlier treatment, or chemotherapy: 0, 1, or the share
        of patients between. The transcription says no more of what counts.
    hbv_percent
        Patients with hepatitis B in the arm, in percent.

    Returns
    -------
    float
        Median survival, in months.

    References
    ----------
    .. [1] Zierhut ML, et al. CPT Pharmacometrics Syst Pharmacol 2016. doi:10.1002/psp4.12078.

    Examples
    --------
    >>> round(expected_median(sorafenib=True), 1), round(expected_median(antiangiogenic=False), 1)
    (10.3, 7.1)
    """
    _share(locoregional=locoregional, treated_before=treated_before, chemotherapy=chemotherapy)
    if not 0 <= hbv_percent <= 100:
        raise ValueError(f"hbv_percent={hbv_percent!r} must be from 0 to 100")
    if sorafenib and not antiangiogenic:
        raise ValueError(
            "sorafenib=True contradicts antiangiogenic=False; sorafenib is such a drug"
        )
    months = (8.49 if antiangiogenic else 7.06) * (1.21 if sorafenib else 1)
    months *= 1.42**locoregional * 0.933**treated_before * 0.960**chemotherapy
    return float(months * math.exp(-0.00418 * (hbv_percent - 34)))


class Benefit(NamedTuple):
    """Two arms compared at one month.

    Attributes
    ----------
    control, treated
        Share alive in each arm.
    gain
        The difference of the shares.
    to_treat
        How many must be treated for one more to be alive then; None where the arms are equal, and
        negative where the treatment harms.
    months
        Mean months alive up to then that the treatment adds.
    """

    control: float
    treated: float
    gain: float
    to_treat: float | None
    months: float


def benefit(month: float, median: float, hazard_ratio: float, shape: float = 1.0) -> Benefit:
    """Turn a hazard ratio into what a patient may ask: how many more are alive at a month.

    Parameters
    ----------
    month
        When to look, above 0.
    median
        Median of the control arm.
    hazard_ratio
        Hazard of the treated arm over that of the control, the same at all times.
    shape
        Shape of both curves.

    Examples
    --------
    >>> b = benefit(12, median=7.9, hazard_ratio=0.69)
    >>> f"{b.control:.0%} {b.treated:.0%} {b.to_treat:.1f}"
    '35% 48% 7.4'
    """
    _positive(month=month)
    control = survival(month, median, shape)
    treated = under_hazard_ratio(control, hazard_ratio)
    gain = treated - control
    longer = restricted_mean(month, treated_median(median, hazard_ratio, shape), shape)
    months = longer - restricted_mean(month, median, shape)
    return Benefit(control, treated, gain, 1 / gain if abs(gain) > 1e-12 else None, months)


class Crossing(NamedTuple):
    """Two arms of which the treated one changes its hazard once; the control's is constant.

    Attributes
    ----------
    median
        Median of the control arm, in months.
    early, late
        Hazard ratio before and after `switch`.
    switch
        Month of the change.
    """

    median: float
    early: float
    late: float
    switch: float

    def control(self, month: float) -> float:
        """Share of the control arm alive."""
        return survival(month, self.median)

    def treated(self, month: float) -> float:
        """Share of the treated arm alive."""
        _not_negative(month=month)
        before = min(month, self.switch)
        hazards = self.early * before + self.late * (month - before)
        return float(0.5 ** (hazards / self.median))

    @property
    def crosses(self) -> float | None:
        """Month at which the curves meet again after the start, or None if they never do."""
        if (self.early - 1) * (self.late - 1) >= 0:
            return None
        return self.switch * (self.early - self.late) / (1 - self.late)

    @property
    def treated_median(self) -> float:
        """Median of the treated arm."""
        if self.early * self.switch >= self.median:
            return self.median / self.early
        return self.switch + (self.median - self.early * self.switch) / self.late

    def months_gained(self, until: float) -> float:
        """Mean months alive up to `until` that the treatment adds; negative where it takes some."""
        return self._area(until) - restricted_mean(until, self.median)

    def _area(self, until: float) -> float:
        before = min(until, self.switch)
        area = restricted_mean(before, self.median / self.early)
        after = restricted_mean(until - before, self.median / self.late)
        return area + self.treated(before) * after


class Cohort(NamedTuple):
    """Simulated patients: months followed, whether each died, and whether each was treated."""

    months: list[float]
    died: list[bool]
    treated: list[bool]


def simulate_trial(
    arm: int,
    median: float,
    hazard_ratio: float,
    *,
    shape: float = 1.0,
    follow_up: float = math.inf,
    seed: int,
) -> Cohort:
    """Draw a randomised trial from two proportional curves.

    Parameters
    ----------
    arm
        Patients in each arm.
    median, hazard_ratio, shape
        The truth from which they are drawn.
    follow_up
        Month at which everybody still alive is censored.
    seed
        The same seed draws the same patients.

    Returns
    -------
    Cohort
        The control arm, then the treated one.

    Examples
    --------
    >>> drawn = simulate_trial(20_000, 13.4, 0.66, seed=1)
    >>> round(hazard_ratio_by_person_time(drawn), 2)
    0.66
    """
    if arm < 1:
        raise ValueError(f"arm={arm} must be at least 1 patient")
    _positive(median=median, hazard_ratio=hazard_ratio, shape=shape, follow_up=follow_up)
    draw = random.Random(seed).expovariate
    months, died = [], []
    for ratio in (1.0, hazard_ratio):
        middle = treated_median(median, ratio, shape)
        for _ in range(arm):
            time = middle * (draw(1.0) / LN2) ** (1 / shape)
            months.append(min(time, follow_up))
            died.append(time <= follow_up)
    return Cohort(months, died, [False] * arm + [True] * arm)


def hazard_ratio_by_person_time(cohort: Cohort) -> float:
    """Deaths per month of the treated over those of the others, everyone counted from month 0.

    It is the hazard ratio where hazards are constant and treatment starts at month 0, and wrong
    otherwise.

    Raises
    ------
    ValueError
        If one of the groups has no death.
    """
    months, died, treated = cohort
    deaths_treated, months_treated = sum(compress(died, treated)), sum(compress(months, treated))
    return _rate_ratio(
        (deaths_treated, months_treated),
        (sum(died) - deaths_treated, sum(months) - months_treated),
    )


class Observed(NamedTuple):
    """A simulated cohort in which doctors, not a lot, decided who was treated.

    Attributes
    ----------
    cohort
        Everybody, followed from month 0.
    waited
        Month at which each was treated; infinite for those who never were.
    fit
        Whether each was fit at the start.
    """

    cohort: Cohort
    waited: list[float]
    fit: list[bool]


def simulate_observed(
    people: int,
    *,
    wait: float,
    preference: float,
    hazard_ratio: float = 1.0,
    median: float = 12.0,
    frail: float = 2.0,
    follow_up: float = 36.0,
    seed: int,
) -> Observed:
    """Draw a cohort with the two biases of retrospective comparisons.

    Half the people are fit; a doctor means to treat some of each half, after a wait that differs
    from one to the next. Who dies before that is never treated.

    Parameters
    ----------
    people
        How many.
    wait
        Mean months from the start to treatment, 0 or more.
    preference
        0: doctors choose as a lot would, half of each. 1: only the fit are chosen.
    hazard_ratio
        What the treatment truly does, from the month it starts.
    median
        Median survival of the fit without treatment, in months.
    frail
        Hazard of the others, relative to the fit.
    follow_up
        Month at which everybody still alive is censored.
    seed
        The same seed draws the same people.

    Examples
    --------
    >>> fair = simulate_observed(4000, wait=0, preference=0, seed=1)
    >>> round(hazard_ratio_by_person_time(fair.cohort), 1)
    1.0
    """
    if people < 2:
        raise ValueError(f"people={people} must be at least 2")
    _not_negative(wait=wait)
    _share(preference=preference)
    _positive(hazard_ratio=hazard_ratio, median=median, frail=frail, follow_up=follow_up)
    rows = []
    hazards = (LN2 / median * frail, LN2 / median)
    treated_of = (0.5 - 0.5 * preference, 0.5 + 0.5 * preference)
    for fit, fate, chance, delay in _people(people, seed):
        start = wait * delay if chance < treated_of[fit] else math.inf
        time = fate / hazards[fit]
        if time > start:
            time = start + (time - start) / hazard_ratio
        end = time if time <= follow_up else follow_up
        got = start < end
        rows.append((end, time <= follow_up, got, start if got else math.inf, fit))
    months, died, treated, waited, fits = map(list, zip(*rows, strict=True))
    return Observed(Cohort(months, died, treated), waited, fits)


@lru_cache(maxsize=4)
def _people(people: int, seed: int) -> list[tuple[bool, float, float, float]]:
    """For each: fit or not, fate, the doctor's choice and the wait, as multiples of their means.

    All are drawn for everyone, so that a slider changes the doctors and not the people.
    """
    generator = random.Random(seed)
    return [
        (
            i % 2 == 0,
            generator.expovariate(1.0),
            generator.random(),
            -math.log(1 - generator.random()),
        )
        for i in range(people)
    ]


def hazard_ratio_from_treatment(observed: Observed, *, fit: bool | None = None) -> float:
    """Deaths per month after treatment over those before it or without it.

    The months before treatment count for the untreated: this removes immortal time.

    Parameters
    ----------
    observed
        The cohort.
    fit
        Only the fit (True) or only the others (False); everybody if not given.
    """
    months_with = months_without = 0.0
    deaths_with = deaths_without = 0
    for time, dead, treated, start, is_fit in zip(
        *observed.cohort, observed.waited, observed.fit, strict=True
    ):
        if fit is not None and is_fit != fit:
            continue
        if treated:
            months_without += start
            months_with += time - start
            deaths_with += dead
        else:
            months_without += time
            deaths_without += dead
    return _rate_ratio((deaths_with, months_with), (deaths_without, months_without))


def share_alive(cohort: Cohort, months: list[float], *, treated: bool) -> list[float]:
    """Share of one group alive at each month, where nobody is lost before the end of follow-up.

    Parameters
    ----------
    cohort
        The patients.
    months
        Times, none beyond the end of follow-up.
    treated
        Which group.

    Examples
    --------
    >>> share_alive(Cohort([2, 9, 9], [True, True, False], [True] * 3), [0, 5], treated=True)
    [1.0, 0.6666666666666667]
    """
    group = zip(cohort.months, cohort.died, cohort.treated, strict=True)
    ends = sorted(time if dead else math.inf for time, dead, got in group if got == treated)
    if not ends:
        raise ValueError("nobody is in this group, so no share of it is alive.")
    return [1 - bisect_right(ends, month) / len(ends) for month in months]


def _rate_ratio(treated: tuple[int, float], others: tuple[int, float]) -> float:
    if not (treated[0] and others[0]):
        raise ValueError("a group without a death has no rate to compare; draw more people.")
    return treated[0] / treated[1] / (others[0] / others[1])


def _lower_gamma(a: float, x: float) -> float:
    """Lower incomplete gamma function, by its series."""
    if x <= 0:
        return 0.0
    if x > 700:  # what lies beyond is smaller than a float can tell
        return math.gamma(a)
    term = total = 1 / a
    n = 1
    while term > total * 1e-17:
        term *= x / (a + n)
        total += term
        n += 1
    return math.exp(a * math.log(x) - x) * total


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name}={value!r} must be above 0")


def _not_negative(**values: float) -> None:
    for name, value in values.items():
        if not value >= 0:
            raise ValueError(f"{name}={value!r} must be 0 or more")


def _share(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name}={value!r} must be from 0 to 1; is it a percentage?")
