"""Survival: Kaplan-Meier curves by group, the log-rank test and the concordance index.

The estimates come from lifelines [1]_, loaded at the first call. Everything here is in the unit of
time in which the durations are given; nothing is converted.

References
----------
.. [1] Davidson-Pilon C. lifelines: survival analysis in Python. J Open Source Softw 2019;4:1317.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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

    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test
    from lifelines.utils import median_survival_times

    tables, medians = [], []
    for label in labels.categories:
        mine = np.asarray(labels == label)
        fit = KaplanMeierFitter(alpha=0.05).fit(time[mine], event[mine])
        interval = fit.confidence_interval_survival_function_.to_numpy()
        tables.append(
            pd.DataFrame(
                {
                    "group": str(label),
                    "time": fit.event_table.index.to_numpy(),
                    "at_risk": fit.event_table["at_risk"].to_numpy(),
                    "events": fit.event_table["observed"].to_numpy(),
                    "censored": fit.event_table["censored"].to_numpy(),
                    "survival": fit.survival_function_.iloc[:, 0].to_numpy(),
                    "ci_low": interval[:, 0],
                    "ci_high": interval[:, 1],
                }
            )
        )
        low, high = np.ravel(median_survival_times(fit.confidence_interval_))
        medians.append(
            {
                "group": str(label),
                "subjects": int(mine.sum()),
                "events": int(event[mine].sum()),
                "median": float(fit.median_survival_time_),
                "ci_low": float(low),
                "ci_high": float(high),
            }
        )
    p = None
    if len(labels.categories) > 1:
        p = float(multivariate_logrank_test(time, labels.codes, event).p_value)
    return KaplanMeier(pd.concat(tables, ignore_index=True), pd.DataFrame(medians), p, unit)


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

    from lifelines.utils import concordance_index as harrell

    return float(harrell(time, -score, event))


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


def _events(values: ArrayLike) -> np.ndarray:
    import numpy as np
    import pandas as pd

    happened = np.asarray(values)
    _complete("events", np.asarray(pd.isna(happened)))
    wrong = happened[~np.isin(happened, [0, 1])]
    if wrong.size:
        raise ValueError(
            f"events holds {wrong[0]!s}; an event is True, False, 1 or 0. "
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
