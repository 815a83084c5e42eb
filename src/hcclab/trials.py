"""Trials in liver cancer: what each compared, what its interval allows one to say, what followed.

>>> reflect = trial("reflect")
>>> print(reflect.survival, "->", reflect.verdict.words)
0.92 (0.79–1.06) -> the upper end 1.06 lies below the margin 1.08
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

from hcclab.data import records
from hcclab.sources import CONFIDENCE
from hcclab.variables import did_you_mean

GROUPS = {
    "first_line": "First systemic treatment",
    "later_line": "Later lines and early phases",
    "surgery": "Surgery, transplantation, adjuvant",
    "local": "Embolisation, radiation, infusion",
}
"""Parts of the table, by key."""

INTERVAL = ("os_hr_ci_low", "os_hr_ci_high")


@dataclass(frozen=True)
class HazardRatio:
    """A hazard ratio with its interval.

    Attributes
    ----------
    value, low, high
        The estimate and the ends of its interval, all above 0; below 1 favours the new treatment.
    level_percent
        Level of the interval, in percent.

    Raises
    ------
    ValueError
        If the interval does not bracket the estimate, or the level is not between 50 and 100.

    Examples
    --------
    >>> round(HazardRatio(0.69, 0.55, 0.87).standard_error, 3)
    0.117
    """

    value: float
    low: float
    high: float
    level_percent: float = 95.0

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.value <= self.high or self.low == self.high:
            raise ValueError(
                f"hazard ratio {self.value:g} with interval {self.low:g} to {self.high:g}: an "
                "interval above 0 must bracket its estimate. Are two numbers swapped?"
            )
        if not 50 < self.level_percent < 100:
            raise ValueError(
                f"level_percent={self.level_percent:g} outside 50-100; is it a share instead?"
            )

    @property
    def log(self) -> float:
        """Natural logarithm of the estimate."""
        return math.log(self.value)

    @property
    def standard_error(self) -> float:
        """Standard error of the logarithm, from the width of the interval at its own level."""
        z = NormalDist().inv_cdf(0.5 + self.level_percent / 200)
        return (math.log(self.high) - math.log(self.low)) / (2 * z)

    def __str__(self) -> str:
        text = f"{_two(self.value)} ({_two(self.low)}–{_two(self.high)})"
        return text if self.level_percent == 95 else f"{text}, {self.level_percent:g} % interval"


class Verdict(NamedTuple):
    """What the survival result of a trial allows one to say.

    Attributes
    ----------
    kind
        A key of `VERDICTS`.
    words
        The reason, with the numbers that decide it.
    """

    kind: str
    words: str


VERDICTS = {
    "superior": "longer survival shown",
    "non-inferior": "shown not to be inferior",
    "not shown": "nothing shown",
    "worse": "shorter survival",
    "untested": "not formally tested",
    "association": "association only",
    "no estimate": "no hazard ratio",
}
"""Kinds of verdict, each in a few words."""


@dataclass(frozen=True)
class Trial:
    """One comparison of one analysis.

    Attributes
    ----------
    trial_id, name, role
        Row, name as used in talk, and ``primary``, ``update`` or ``secondary_comparison``.
    group
        A key of `GROUPS`.
    compared
        ``randomised``, ``observed`` or ``no``.
    year, phase, design, setting
        As the table has them, in words.
    experimental, control
        The arms.
    patients
        Size of the two arms, None where unknown: experimental, control.
    primary_endpoint, met_primary
        What was to be shown, and ``yes``, ``no``, ``partial``, ``not_applicable`` or empty.
    survival, progression
        Hazard ratio of death, and of progression or recurrence as `progression_type` defines it;
        None where not known with its interval.
    progression_type
        Which of the several definitions of progression or recurrence.
    medians
        Median survival in months, None where unknown: experimental, control.
    responses
        Share of patients with a response, in percent, None where unknown: experimental, control.
    margin
        Margin of non-inferiority of the hazard ratio of death, or None.
    p_one_sided, p_threshold
        p and the share of alpha that it had to beat, or None.
    lesson, afterwards, followed_by
        What the trial teaches, what happened later, and the rows that tell it.
    citation, doi
        The report.
    confidence, checked
        Mark of the row, a key of `hcclab.sources.CONFIDENCE`, and what was read.
    recalled
        Columns of the row that were not read; ``*`` for all.
    """

    trial_id: str
    name: str
    role: str
    group: str
    compared: str
    year: str
    phase: str
    design: str
    setting: str
    experimental: str
    control: str
    patients: tuple[float | None, float | None]
    primary_endpoint: str
    met_primary: str
    survival: HazardRatio | None
    progression: HazardRatio | None
    progression_type: str
    medians: tuple[float | None, float | None]
    responses: tuple[float | None, float | None]
    margin: float | None
    p_one_sided: float | None
    p_threshold: float | None
    lesson: str
    afterwards: str
    followed_by: tuple[str, ...]
    citation: str
    doi: str
    confidence: str
    checked: str
    recalled: frozenset[str]

    @property
    def label(self) -> str:
        """Name and year, with the role or the arm where the name alone is not enough."""
        extra = {
            "himalaya_stride": " (STRIDE)",
            "himalaya_durva": " (durvalumab alone)",
            "emerald1_db": " (with bevacizumab)",
            "emerald1_d": " (durvalumab)",
            "emerald3_l": " (with lenvatinib)",
            "emerald3_s": " (without)",
        }.get(self.trial_id, "")
        if self.role == "update" and "update" not in self.name and "final" not in self.name:
            extra = f"{extra} update"
        year = "" if self.year in self.name else f" {self.year}"
        return f"{self.name}{extra}{year}".strip()

    def mark(self, *columns: str) -> str:
        """How far some columns of the row can be trusted.

        Parameters
        ----------
        *columns
            Names of columns of the table, such as ``os_hr``; without any, the row as a whole.

        Returns
        -------
        str
            A mark of `hcclab.sources.CONFIDENCE`: a column that was recalled is from memory, even
            in a verified row.

        Examples
        --------
        >>> sun = trial("sun1170")
        >>> sun.mark("os_hr"), sun.mark("os_hr_ci_low")
        ('verified', 'from memory')
        """
        if not columns:
            return self.confidence
        recalled = "*" in self.recalled or any(each in self.recalled for each in columns)
        if recalled:
            return "from memory"
        # A row that as a whole counts as recalled says in `recalled` which of its figures do.
        return "verified" if self.recalled else self.confidence

    @property
    def survival_mark(self) -> str:
        """The mark of the hazard ratio of death and its interval."""
        return self.mark("os_hr", *INTERVAL)

    @property
    def verdict(self) -> Verdict:
        """What the hazard ratio of death allows one to say, by the trial's own rules."""
        return _verdict(self)


def trials(
    group: str | None = None, *, role: str | None = None, plotted: bool = False
) -> tuple[Trial, ...]:
    """List comparisons, in the order of the table.

    Parameters
    ----------
    group
        A key of `GROUPS`; all if not given.
    role
        ``primary``, ``update`` or ``secondary_comparison``; all if not given.
    plotted
        Only those with a hazard ratio of death and its interval.

    Returns
    -------
    tuple of Trial
        The comparisons that fit.

    Raises
    ------
    ValueError
        If there is no such group or role, naming the nearest.

    Examples
    --------
    >>> len(trials()), len(trials("surgery"))
    (91, 10)
    """
    _known("group", group, tuple(GROUPS))
    _known("role", role, ("primary", "update", "secondary_comparison"))
    return tuple(
        each
        for each in _all().values()
        if group in (None, each.group)
        and role in (None, each.role)
        and (each.survival is not None or not plotted)
    )


def trial(trial_id: str) -> Trial:
    """Find a comparison by the name of its row.

    Parameters
    ----------
    trial_id
        Name of the row, such as ``imbrave150``.

    Raises
    ------
    ValueError
        If there is none, naming the nearest.

    Examples
    --------
    >>> trial("imbrave150").label
    'IMbrave150 2020'
    >>> trial("imbrave").label
    Traceback (most recent call last):
    ...
    ValueError: trial imbrave is not in the table; did you mean ...?
    """
    _known("trial", trial_id, tuple(_all()))
    return _all()[trial_id]


def _verdict(one: Trial) -> Verdict:
    hr = one.survival
    if hr is None:
        return Verdict("no estimate", "the table has no hazard ratio of death with an interval")
    if one.compared != "randomised":
        return Verdict("association", "who got what was not randomised")
    below = hr.high < 1
    if one.met_primary == "not_applicable":
        side = "excludes" if below or hr.low > 1 else "includes"
        return Verdict("untested", f"no test was planned for it; the interval {side} 1")
    if hr.low > 1:
        return Verdict("worse", f"the whole interval lies above 1, from {hr.low:g}")
    if one.p_threshold is not None and one.p_one_sided is not None:
        passed = one.p_one_sided <= one.p_threshold
        sign = "below" if passed else "above"
        words = f"one-sided p {one.p_one_sided:g} is {sign} its share of alpha, {one.p_threshold:g}"
        return Verdict("superior" if passed else "not shown", words)
    if one.margin is not None and not below:
        if hr.high < one.margin:
            words = f"the upper end {hr.high:g} lies below the margin {one.margin:g}"
            return Verdict("non-inferior", words)
        return Verdict("not shown", f"the upper end {hr.high:g} crosses the margin {one.margin:g}")
    if below and "OS" not in one.primary_endpoint:
        words = f"survival was not its primary endpoint; the interval ends at {hr.high:g}"
        return Verdict("untested", words)
    if below:
        return Verdict("superior", f"the {hr.level_percent:g} % interval ends at {hr.high:g}")
    return Verdict("not shown", f"the interval, {hr.low:g} to {hr.high:g}, includes 1")


@cache
def _all() -> dict[str, Trial]:
    return {row["trial_id"]: _trial(row) for row in records("trials")}


def _trial(row: dict[str, str]) -> Trial:
    def figure(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    def both(stem: str) -> tuple[float | None, float | None]:
        return figure(f"{stem}_experimental"), figure(f"{stem}_control")

    if row["confidence"] not in CONFIDENCE:
        raise ValueError(f"{row['trial_id']}: confidence={row['confidence']!r} is not a mark")
    return Trial(
        trial_id=row["trial_id"],
        name=row["trial"],
        role=row["row_role"],
        group=row["group"],
        compared=row["compared"],
        year=row["year"],
        phase=row["phase"],
        design=row["design"],
        setting=row["setting_line"],
        experimental=row["arm_experimental"],
        control=row["arm_control"],
        patients=both("n"),
        primary_endpoint=row["primary_endpoint"],
        met_primary=row["met_primary"],
        survival=_hazard_ratio(row, "os"),
        progression=_hazard_ratio(row, "pfs"),
        progression_type=row["pfs_type"],
        medians=both("os_median_months"),
        responses=both("orr_percent"),
        margin=figure("os_margin"),
        p_one_sided=figure("p_one_sided"),
        p_threshold=figure("p_threshold"),
        lesson=row["teaching_point"],
        afterwards=row["afterwards"],
        followed_by=tuple(filter(None, row["followed_by"].split(";"))),
        citation=row["citation"],
        doi=row["doi"],
        confidence=row["confidence"],
        checked=row["checked"],
        recalled=frozenset(filter(None, row["recalled"].split(";"))),
    )


def _hazard_ratio(row: dict[str, str], of: str) -> HazardRatio | None:
    texts = [row[f"{of}_hr"], row[f"{of}_hr_ci_low"], row[f"{of}_hr_ci_high"]]
    if not all(texts):
        return None
    value, low, high = map(float, texts)
    return HazardRatio(value, low, high, float(row[f"{of}_ci_level_percent"]))


def _two(value: float) -> str:
    """Two decimals, or three where two would move a number onto 1."""
    text = f"{value:.2f}"
    return text if float(text) != 1 or value == 1 else f"{value:.3f}"


def _known(what: str, name: str | None, names: tuple[str, ...]) -> None:
    if name is not None and name not in names:
        raise ValueError(f"{what} {name} is not in the table; {did_you_mean(name, names)}")
