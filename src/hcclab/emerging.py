"""New ideas in liver cancer, each on the highest rung of evidence that it has reached there.

The table is `data/emerging.csv`. A rung says how far an idea was tried, not whether it works: on
the rung of controlled trials stand ideas that failed, and not all that is in use has been through
one.

>>> print(idea("nano"))
Nanoparticles: controlled trial [verified]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from hcclab.data import records

RUNGS = {
    "idea": "a reason why it might work",
    "cell": "works in a dish",
    "animal": "works in mice, rats or rabbits",
    "first patients": "in people, compared with nobody",
    "controlled trial": "by lot, against usual care",
    "in use": "part of care today",
}
"""Rungs of evidence, lowest first, with what each means [our convention]."""


@dataclass(frozen=True)
class Idea:
    """One row of the table.

    Attributes
    ----------
    idea_id, name
        Row and name.
    question
        Which question it answers.
    mechanism, shown, limit, elsewhere
        How it should work, what its best evidence showed, where that ends, and how far it has come
        outside liver cancer (empty where that does not mislead).
    rung
        A key of `RUNGS`, the highest one reached in liver cancer.
    citation, doi, confidence
        Where it was read, and how far.
    """

    idea_id: str
    name: str
    question: str
    mechanism: str
    rung: str
    shown: str
    limit: str
    elsewhere: str
    citation: str
    doi: str
    confidence: str

    def __post_init__(self) -> None:
        if self.rung not in RUNGS:
            raise ValueError(f"{self.idea_id}: rung={self.rung!r} is not one of {', '.join(RUNGS)}")

    @property
    def height(self) -> int:
        """How many rungs lie below."""
        return tuple(RUNGS).index(self.rung)

    def __str__(self) -> str:
        return f"{self.name}: {self.rung} [{self.confidence}]"


@cache
def ideas() -> tuple[Idea, ...]:
    """Every idea, in the order of the table.

    Examples
    --------
    >>> sum(each.rung == "in use" for each in ideas())
    4
    """
    renamed = ({"name": row.pop("idea"), **row} for row in records("emerging"))
    return tuple(Idea(**row) for row in renamed)


def idea(idea_id: str) -> Idea:
    """Find an idea by the name of its row.

    Parameters
    ----------
    idea_id
        Name of the row, such as ``car_t``.

    Raises
    ------
    ValueError
        If there is none, naming those that there are.

    Examples
    --------
    >>> idea("car_t").rung
    'first patients'
    """
    known = {each.idea_id: each for each in ideas()}
    if idea_id not in known:
        raise ValueError(f"idea {idea_id!r} is not in the table; it has {', '.join(known)}")
    return known[idea_id]
