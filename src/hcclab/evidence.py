"""Survival: Kaplan-Meier curves by group, log-rank test, hazard ratio and concordance index.

Everything here is in the unit of time in which the durations are given; nothing is converted. The
tests hold every number against lifelines [1]_, which is not loaded here: it would add 80 MB to the
kernel of each lesson with a survival curve.

References
----------
.. [1] Davidson-Pilon C. lifelines: survival analysis in Python. J Open Source Softw 2019;4:1317.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from hcclab.trials import HazardRatio

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False, repr=False)
class KaplanMeier:
    """Kaplan-Meier estimates of one or more groups; made by :func:`kaplan_meier`.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a group and observed time: `group`, `time`, `at_risk` (just before that time),
        `events`, `censored`, `survival` (0 to 1) and its 95 % interval `ci_low`, `ci_high`.
    medians : pandas.DataFrame
        One row a group: `group`, `subjects`, `events`, `median` and its 95 % interval
        `ci_low`, `ci_high`, in `unit`; infinite where survival does not fall to one half.
    logrank_p : float or None
        p value of the log-rank test that all groups share one survival curve; None for one group.
    unit : str
        Unit of every time, such as ``"years"``.
    """

    table: pd.DataFrame
    medians: pd.DataFrame
    logrank_p: float | None
    unit: str

    @property
    def groups(self) -> list[str]:
        """Names of the groups, in order."""
        return list(self.medians["group"])

    def at(self, times: float | Sequence[float]) -> pd.DataFrame:
        """Survival at given times.

        Parameters
        ----------
        times : float or sequence of float
            Times in `unit`.

        Returns
        -------
        pandas.DataFrame
            One row a group and time: `group`, `time`, `at_risk` (still followed at that time),
            `survival` (0 to 1), `ci_low`, `ci_high`. Survival is NaN after the last follow-up of a
            group, where nothing is known, unless everyone in it has had the event.

        Examples
        --------
        >>> kaplan_meier([1, 2, 3, 4], [1, 0, 1, 0], unit="years").at([1, 5]).round(2)
          group  time  at_risk  survival  ci_low  ci_high
        0   all     1        4      0.75    0.13     0.96
        1   all     5        0       NaN     NaN      NaN
        """
        import numpy as np
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for group, steps in self.table.groupby("group", sort=False):
            for time in np.atleast_1d(np.asarray(times)):
                past = steps[steps["time"] <= time]
                ahead = steps[steps["time"] >= time]
                known = len(past) and (len(ahead) or past["survival"].iloc[-1] == 0)
                values = past.iloc[-1] if known else {}
                rows.append(
                    {
                        "group": group,
                        "time": time,
                        "at_risk": int(ahead["at_risk"].iloc[0]) if len(ahead) else 0,
                        **{k: values.get(k, np.nan) for k in ("survival", "ci_low", "ci_high")},
                    }
                )
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        subjects, events = self.medians["subjects"].sum(), self.medians["events"].sum()
        groups = "1 group" if len(self.groups) == 1 else f"{len(self.groups)} groups"
        text = f"KaplanMeier({groups}, {subjects} subjects, {events} events, time in {self.unit}"
        if self.logrank_p is not None:
            text += f", log-rank {p_text(self.logrank_p)}"
        return text + ")"


def kaplan_meier(
    durations: ArrayLike,
    events: ArrayLike,
    groups: ArrayLike | None = None,
    *,
    unit: str,
) -> KaplanMeier:
    """Estimate survival by group.

    Parameters
    ----------
    durations : array of float
        Time from the start to the event or to the end of follow-up, 0 or more, in `unit`.
    events : array of bool
        True (or 1) where the event happened, False (or 0) where follow-up ended without it.
        Deciding what counts is yours: in ``pbc``, ``status == "dead"`` censors the 25 transplanted
        patients, ``status != "censored"`` counts them as events.
    groups : array, optional
        Group of each subject. Groups come in the order of their categories where the array has
        categories, else sorted. Without it all subjects form one group, ``all``.
    unit : str
        Unit of `durations`, such as ``"years"``; it labels results and is not converted.

    Returns
    -------
    KaplanMeier
        Tables of survival and medians, and the log-rank p value. Intervals are 95 %, from
        Greenwood's variance on the log(-log) scale, as in lifelines.

    Raises
    ------
    ValueError
        If the arrays differ in length, are empty, hold a missing value, a negative or infinite
        duration, or an event that is not yes or no.

    Examples
    --------
    >>> km = kaplan_meier([2, 4, 6, 8], [1, 1, 0, 1], ["b", "a", "b", "a"], unit="months")
    >>> km
    KaplanMeier(2 groups, 4 subjects, 3 events, time in months, log-rank p = 0.81)
    >>> km.medians[["group", "subjects", "median"]]
      group  subjects  median
    0     a         2     4.0
    1     b         2     2.0
    """
    import numpy as np
    import pandas as pd

    time, event = _durations(durations), _events(events)
    _same_length(durations=time, events=event)
    labels = pd.Categorical(["all"] * len(time) if groups is None else groups)
    labels = labels.remove_unused_categories()
    _same_length(durations=time, groups=labels)
    _complete("groups", pd.isna(labels))

    tables, medians = [], []
    for label in labels.categories:
        mine = np.asarray(labels == label)
        steps = _estimate(time[mine], event[mine])
        steps.insert(0, "group", str(label))
        tables.append(steps)
        first = {
            name: float(steps.loc[steps[column] <= 0.5 + 1e-12, "time"].min())
            for name, column in MEDIANS.items()
        }
        medians.append(
            {
                "group": str(label),
                "subjects": int(mine.sum()),
                "events": int(event[mine].sum()),
                **{name: math.inf if math.isnan(at) else at for name, at in first.items()},
            }
        )
    p = None
    if len(labels.categories) > 1:
        p = _logrank(time, event, np.asarray(labels.codes))
    return KaplanMeier(pd.concat(tables, ignore_index=True), pd.DataFrame(medians), p, unit)


def cox_hazard_ratio(
    durations: Sequence[float], events: Sequence[bool], treated: Sequence[bool]
) -> HazardRatio:
    """Fit a Cox model with one yes-or-no covariate: the hazard ratio as trials print it.

    Parameters
    ----------
    durations, events : sequence
        As in :func:`kaplan_meier`; any unit of time.
    treated : sequence of bool
        Who belongs to the group whose hazard is divided by that of the others.

    Returns
    -------
    HazardRatio
        The estimate with its 95 % interval. Deaths at one time are handled by Efron's method, as
        in lifelines.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`, or if the data do not bound the ratio because one of the groups
        has no event while both are followed.

    Examples
    --------
    >>> print(cox_hazard_ratio([1, 4, 6, 9, 2, 3, 5, 7], [True] * 8, [True] * 4 + [False] * 4))
    0.66 (0.15–3.02)
    """
    time, event = _durations(durations), _events(events)
    group = _events(treated, "treated").astype(int)
    _same_length(durations=time, events=event)
    _same_length(durations=time, treated=group)
    terms: list[tuple[float, float]] = []
    seen = 0
    at_risk, order = [0, 0], sorted(range(len(time)), key=lambda i: -time[i])
    for _, together in groupby(order, key=lambda i: time[i]):
        dead = [0, 0]
        for i in together:
            at_risk[group[i]] += 1
            dead[group[i]] += bool(event[i])
        seen += dead[1]
        deaths = sum(dead)
        # Efron: each of the dead of one moment leaves in turn, as shares of both groups.
        for gone in range(deaths):
            others, mine = (n - gone / deaths * d for n, d in zip(at_risk, dead, strict=True))
            if mine and others:
                terms.append((others, mine))
            else:
                seen -= mine > 0
    if not 0 < seen < len(terms):
        raise ValueError(
            "the data do not bound the hazard ratio: each group needs an event while both are "
            "followed."
        )
    log = 0.0
    for _ in range(50):
        shares = [(each := mine * math.exp(log)) / (others + each) for others, mine in terms]
        information = sum(share * (1 - share) for share in shares)
        step = (seen - sum(shares)) / information
        log += max(-1.0, min(1.0, step))
        if abs(step) < 1e-10:
            break
    half = NormalDist().inv_cdf(0.975) / math.sqrt(information)
    return HazardRatio(*(math.exp(log + side * half) for side in (0, -1, 1)))


def concordance_index(durations: ArrayLike, events: ArrayLike, risk: ArrayLike) -> float:
    """How often, of two subjects, the one with the higher score has the event first.

    Parameters
    ----------
    durations, events : array
        As in :func:`kaplan_meier`; any unit of time.
    risk : array of float
        A score that is higher where survival is expected to be shorter, such as ALBI.

    Returns
    -------
    float
        Harrell's C: 1 for a perfect order, 0.5 for chance, below 0.5 if the score runs the other
        way. Tied scores count one half.

    Raises
    ------
    ValueError
        As :func:`kaplan_meier`, or if no two subjects can be compared.

    Examples
    --------
    >>> concordance_index([1, 2, 3], [True, True, False], risk=[9, 5, 1])
    1.0
    """
    time, event = _durations(durations), _events(events)
    score = _numbers("risk", risk)
    _same_length(durations=time, events=event)
    _same_length(durations=time, risk=score)
    if not event.any():
        raise ValueError("events holds no event, so no two subjects can be compared.")

    import numpy as np

    concordant = ties = pairs = 0
    longer: list[float] = []  # scores of those known to outlive the present time, in order
    order = np.lexsort((event, -time))  # latest first; at one time the censored before the dead
    for _, together in groupby(order, key=lambda i: (time[i], event[i])):
        scores = [float(score[i]) for i in together]
        if event[order[len(longer)]]:
            for each in scores:
                low, high = bisect_left(longer, each), bisect_right(longer, each)
                concordant, ties, pairs = concordant + low, ties + high - low, pairs + len(longer)
        for each in scores:
            insort(longer, each)
    if not pairs:
        raise ValueError("no two subjects can be compared: nobody is known to outlive an event.")
    return (concordant + ties / 2) / pairs


def p_text(p: float) -> str:
    """Write a p value as a journal would.

    Parameters
    ----------
    p : float
        A p value, 0 to 1.

    Returns
    -------
    str
        Two significant digits, or ``p < 0.001``.

    Examples
    --------
    >>> p_text(0.0432), p_text(2e-37)
    ('p = 0.043', 'p < 0.001')
    """
    return "p < 0.001" if p < 0.001 else f"p = {p:.2g}"


MEDIANS = {"median": "survival", "ci_low": "ci_low", "ci_high": "ci_high"}


def _estimate(time: np.ndarray, event: np.ndarray) -> pd.DataFrame:
    """Product-limit estimate at time 0 and at each observed time, with Greenwood's interval."""
    import numpy as np
    import pandas as pd

    times, place = np.unique(np.append(0.0, time), return_inverse=True)
    events = np.bincount(place[1:], event, len(times)).astype(int)
    gone = np.bincount(place[1:], minlength=len(times))
    at_risk = len(time) - np.append(0, gone.cumsum()[:-1])
    survival = np.cumprod(1 - events / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(events / (at_risk * (at_risk - events)))
        log = np.log(survival)
        half = NormalDist().inv_cdf(0.975) * np.sqrt(variance) / log
        low, high = np.exp(log * np.exp(-half)), np.exp(log * np.exp(half))
    known = (0 < survival) & (survival < 1)
    return pd.DataFrame(
        {
            "time": times,
            "at_risk": at_risk,
            "events": events,
            "censored": gone - events,
            "survival": survival,
            "ci_low": np.where(known, low, survival),
            "ci_high": np.where(known, high, survival),
        }
    )


def _logrank(time: np.ndarray, event: np.ndarray, codes: np.ndarray) -> float:
    """P value of the log-rank test: observed against expected events in each group."""
    import numpy as np

    member = codes == np.unique(codes)[:, None]
    at = np.unique(time[event])
    dead = (time == at[:, None]) & event
    risk = (time >= at[:, None]) @ member.T.astype(float)
    events, everyone = dead.sum(axis=1), risk.sum(axis=1)
    share = risk / everyone[:, None]
    excess = (dead @ member.T.astype(float)).sum(axis=0) - events @ share
    # The hypergeometric variance; one subject at risk leaves none.
    weight = events * (everyone - events) / np.maximum(everyone - 1, 1)
    variance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    # One group is left out: the excesses of all of them add up to nothing.
    excess, variance = excess[:-1], variance[:-1, :-1]
    return _chi_square_above(float(excess @ np.linalg.pinv(variance) @ excess), len(excess))


def _chi_square_above(statistic: float, freedom: int) -> float:
    """Chance of a chi-square above `statistic`, by recurrence from one or two degrees."""
    y = statistic / 2
    if freedom % 2:
        degree, chance = 0.5, math.erfc(math.sqrt(y))
    else:
        degree, chance = 1.0, math.exp(-y)
    while degree < freedom / 2:
        chance += math.exp(degree * math.log(y) - y - math.lgamma(degree + 1)) if y else 0.0
        degree += 1
    return chance


def _numbers(name: str, values: ArrayLike) -> np.ndarray:
    import numpy as np
    import pandas as pd

    _complete(name, np.asarray(pd.isna(np.asarray(values))))
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} holds something that is not a number: {error}.") from None


def _durations(values: ArrayLike) -> np.ndarray:
    import numpy as np

    time = _numbers("durations", values)
    wrong = time[(time < 0) | np.isinf(time)]
    if wrong.size:
        raise ValueError(
            f"durations holds {wrong[0]:g}; a duration is 0 or more and finite. "
            "Is the end dated before the start?"
        )
    return time


def _events(values: ArrayLike, name: str = "events") -> np.ndarray:
    import numpy as np
    import pandas as pd

    happened = np.asarray(values)
    _complete(name, np.asarray(pd.isna(happened)))
    wrong = happened[~np.isin(happened, [0, 1])]
    if wrong.size:
        raise ValueError(
            f"{name} holds {wrong[0]!s}; an event is True, False, 1 or 0. "
            'A status code must be compared first, for example status == "dead".'
        )
    return happened.astype(bool)


def _complete(name: str, missing: np.ndarray) -> None:
    if not len(missing):
        raise ValueError(f"{name} is empty; survival needs at least one subject.")
    if missing.any():
        raise ValueError(
            f"{name} is missing in {missing.sum()} of {len(missing)} subjects, the first at "
            f"position {missing.tolist().index(True)}; leave those subjects out, and say how many."
        )


def _same_length(**arrays: Any) -> None:
    (first, one), (second, other) = arrays.items()
    if len(one) != len(other):
        raise ValueError(
            f"{first} has {len(one)} values but {second} has {len(other)}; "
            "give one of each per subject."
        )
