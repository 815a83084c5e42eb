"""Side effects of targeted drugs: why, how often, what to do, what must not wait.

Two tables: the events (`data/drug_events.csv`), and how often each came with one drug in one trial
(`data/drug_event_rates.csv`). Trials counted differently, so no drug is ranked by them.

>>> hypertension = drug_events()[1]
>>> print(hypertension.rates[0])
lenvatinib 45 %, 24 % severe [verified]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hcclab.data import records


@dataclass(frozen=True)
class Rate:
    """How often one drug brought one event.

    Attributes
    ----------
    drug
        The drug.
    any_percent, severe_percent
        Patients with the event, and with grade 3 or higher, %; None where no figure is known.
    counted, citation, confidence
        What the trial counted, where it stands, and how far it was checked.
    """

    drug: str
    any_percent: float | None
    severe_percent: float | None
    counted: str
    citation: str
    confidence: str

    def __str__(self) -> str:
        often = f" {self.any_percent:g} %" if self.any_percent is not None else ""
        severe = f"{self.severe_percent:g} % severe" if self.severe_percent is not None else ""
        joined = f"{often}, {severe}" if often and severe else often or f" {severe}".rstrip()
        return f"{self.drug}{joined} [{self.confidence}]"


@dataclass(frozen=True)
class DrugEvent:
    """One side effect.

    Attributes
    ----------
    event_id, name
        Row, and name.
    why, what_to_do, red_flag
        How the blocked target may cause it, first steps, what must not wait (may be empty).
    citation, confidence
        Where these stand, and how far they were checked.
    rates
        How often it came, by drug.
    """

    event_id: str
    name: str
    why: str
    what_to_do: str
    red_flag: str
    citation: str
    confidence: str
    rates: tuple[Rate, ...]


@cache
def drug_events() -> tuple[DrugEvent, ...]:
    """All side effects, in the order of the table.

    Examples
    --------
    >>> [event.name for event in drug_events() if event.red_flag == "jaundice"]
    ['liver injury']
    """
    rates: dict[str, list[Rate]] = {}
    for row in records("drug_event_rates"):
        rates.setdefault(row["event_id"], []).append(
            Rate(
                row["drug"],
                _number(row["any_percent"]),
                _number(row["severe_percent"]),
                row["counted"],
                row["citation"],
                row["confidence"],
            )
        )
    return tuple(
        DrugEvent(
            row["event_id"],
            row["event"],
            row["why"],
            row["what_to_do"],
            row["red_flag"],
            row["citation"],
            row["confidence"],
            tuple(rates[row["event_id"]]),
        )
        for row in records("drug_events")
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
