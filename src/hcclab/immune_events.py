"""Immune-related adverse events of checkpoint inhibitors: grade, drug, steroid.

T cells that lost their brake may attack any organ. What to do follows the grade, with exceptions
for some organs, which are a table (`data/immune_events.csv`):

>>> print(advise("colitis", 2))
hold; prednisolone 0.5 to 1 mg/kg a day
>>> print(advise("thyroiditis", 2))
continue; levothyroxine; a beta-blocker while the gland is overactive

For education: local guidance decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from hcclab.data import records
from hcclab.variables import did_you_mean

LOW = "prednisolone 0.5 to 1 mg/kg a day"
HIGH = "prednisolone 1 to 2 mg/kg a day"


class Advice(NamedTuple):
    """What to do with the drug (continue, hold or stop), and how to treat."""

    drug: str
    treatment: str

    def __str__(self) -> str:
        return f"{self.drug}; {self.treatment}"


BY_GRADE = {
    1: Advice("continue", "no steroid"),
    2: Advice("hold", LOW),
    3: Advice("hold", HIGH),
    4: Advice("stop", HIGH),
}
"""The rule for most organs: Puzanov 2017, Table 2, doi:10.1186/s40425-017-0300-z [verified]."""

ALT_STEPS = (3.0, 5.0, 20.0)
"""Grades 2, 3 and 4 of ALT begin above these multiples, CTCAE version 5 [verified in a review].

Read in Table 1 of World J Hepatol 2026;18(1):113465, doi:10.4254/wjh.v18.i1.113465.
"""


@dataclass(frozen=True)
class Event:
    """One organ that immunity may attack.

    Attributes
    ----------
    event_id, name
        Row, and name.
    onset, first_steps, red_flag
        When it begins, what to look for, what must not wait.
    continue_to
        Highest grade at which the drug goes on.
    stop_from
        Lowest grade at which it is stopped for good; None if hormones can replace what is lost.
    treatment
        Instead of the steroid by grade; empty where that rule holds.
    note, citation, confidence
        Exceptions, where it stands, and the mark.
    """

    event_id: str
    name: str
    onset: str
    first_steps: str
    red_flag: str
    continue_to: int
    stop_from: int | None
    treatment: str
    note: str
    citation: str
    confidence: str


@cache
def events() -> tuple[Event, ...]:
    """All events, in the order of the table.

    Examples
    --------
    >>> [event.name for event in events()][:3]
    ['hepatitis', 'colitis', 'pneumonitis']
    """
    return tuple(
        Event(
            row["event_id"],
            row["event"],
            row["onset"],
            row["first_steps"],
            row["red_flag"],
            int(row["continue_to"]),
            int(row["stop_from"]) if row["stop_from"] else None,
            row["treatment"],
            row["note"],
            row["citation"],
            row["confidence"],
        )
        for row in records("immune_events")
    )


def event(event_id: str) -> Event:
    """Find an event by the name of its row.

    Raises
    ------
    ValueError
        If there is none, naming the nearest.

    Examples
    --------
    >>> event("hepatitis").red_flag
    'bilirubin rises'
    """
    known = {each.event_id: each for each in events()}
    if event_id not in known:
        raise ValueError(f"event {event_id} is not in the table; {did_you_mean(event_id, known)}")
    return known[event_id]


def advise(event_id: str, grade: int) -> Advice:
    """What to do with the drug, and how to treat.

    Parameters
    ----------
    event_id
        Row of the table, such as ``colitis``.
    grade
        CTCAE grade, 1 to 4.

    Returns
    -------
    Advice
        Drug and treatment. What must be excluded first stands in the event itself.

    Raises
    ------
    ValueError
        If there is no such event, or the grade is not 1, 2, 3 or 4.

    References
    ----------
    Puzanov 2017. doi:10.1186/s40425-017-0300-z.

    Examples
    --------
    >>> advise("pneumonitis", 3).drug, advise("hypophysitis", 3).drug
    ('stop', 'hold')
    """
    if grade not in BY_GRADE:
        raise ValueError(f"grade={grade} is not 1, 2, 3 or 4")
    found = event(event_id)
    if found.stop_from is not None and grade >= found.stop_from:
        drug = "stop"
    else:
        drug = "continue" if grade <= found.continue_to else "hold"
    return Advice(drug, found.treatment or BY_GRADE[grade].treatment)


def alt_grade(alt_u_l: float, upper_limit_u_l: float, baseline_u_l: float) -> int:
    """Grade of a raised ALT, counted from what was normal for this patient.

    Parameters
    ----------
    alt_u_l
        ALT now, U/L.
    upper_limit_u_l
        Upper limit of the laboratory, U/L.
    baseline_u_l
        ALT before treatment, U/L. If that was raised already, multiples of it count.

    Returns
    -------
    int
        0 to 4.

    Raises
    ------
    ValueError
        If a value is not above 0.

    References
    ----------
    CTCAE version 5, as in doi:10.4254/wjh.v18.i1.113465.

    Examples
    --------
    >>> alt_grade(380, 40, 30), alt_grade(380, 40, 100)
    (3, 2)
    """
    for name, value in (
        ("alt_u_l", alt_u_l),
        ("upper_limit_u_l", upper_limit_u_l),
        ("baseline_u_l", baseline_u_l),
    ):
        if not value > 0:
            raise ValueError(f"{name}={value} must be above 0")
    if baseline_u_l <= upper_limit_u_l:
        times, raised = alt_u_l / upper_limit_u_l, alt_u_l > upper_limit_u_l
    else:
        times = alt_u_l / baseline_u_l
        raised = times >= 1.5
    return int(raised) + sum(times > step for step in ALT_STEPS)
