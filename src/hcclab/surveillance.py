"""Surveillance: ultrasound, when to recall, what each body advises, serum markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hcclab.criteria import Stated
from hcclab.data import records
from hcclab.liver_function import stated_class
from hcclab.rules import Formula, Rule, RuleTable
from hcclab.sources import SINGAL_2023, US_LIRADS_2017, US_LIRADS_2024
from hcclab.systems import System
from hcclab.variables import (
    afp_ng_ml,
    definitely_benign,
    height_cm,
    mash_or_alcohol_cirrhosis,
    new_thrombus_in_vein,
    observation_mm,
    us_category,
    visualisation,
    weight_kg,
)

# Ultrasound -----------------------------------------------------------------------------------

US_LI_RADS = RuleTable(
    "us_li_rads",
    "US LI-RADS",
    US_LIRADS_2017,
    rules=[
        Rule("US-3", new_thrombus_in_vein | (~definitely_benign & (observation_mm >= 10))),
        Rule("US-2", ~definitely_benign & (observation_mm > 0) & (observation_mm < 10)),
        Rule("US-1", note="nothing seen, or definitely benign"),
    ],
    meanings={
        "US-1": "negative: ultrasound in 6 months",
        "US-2": "subthreshold: ultrasound in 3-6 months",
        "US-3": "positive: contrast imaging",
    },
)

us_li_rads = System(
    "us_li_rads",
    "US LI-RADS",
    (US_LI_RADS,),
    domain="surveillance",
    example={"observation_mm": 9, "definitely_benign": False, "new_thrombus_in_vein": False},
    notes=(
        "Exactly 10 mm is US-3; a review that prints US-2 as up to 1 cm is wrong.",
        "An area of distorted parenchyma counts like a nodule of its size.",
        "US-2 that stays below 10 mm, or is gone, in two examinations becomes US-1 (v2024).",
    ),
)

stated_us_category = Stated(us_category, US_LI_RADS)

SURVEILLANCE_RECALL = RuleTable(
    "surveillance_recall",
    "Recall",
    SINGAL_2023,
    rules=[
        Rule("diagnostic CT or MRI", (afp_ng_ml >= 20) | (stated_us_category == "US-3")),
        Rule("ultrasound in 3-6 months", stated_us_category == "US-2"),
        Rule("ultrasound in 6 months"),
    ],
    meanings={
        "diagnostic CT or MRI": "with contrast, in several phases",
        "ultrasound in 3-6 months": "with or without AFP",
        "ultrasound in 6 months": "surveillance goes on",
    },
)

surveillance_recall = System(
    "surveillance_recall",
    "Recall",
    (SURVEILLANCE_RECALL,),
    domain="surveillance",
    example={"afp_ng_ml": 5, "us_category": "US-2"},
    notes=(
        "AFP of exactly 20 ng/mL recalls. AFP that doubles in two tests recalls too (US LI-RADS "
        "v2024); that needs two dated values and is not worked out here.",
        "AFP below 20 excludes nothing: 30 to 40 of 100 with HCC have a normal AFP.",
    ),
)


def body_mass_index(weight_kg: Any, height_cm: Any) -> Any:
    """Compute the body mass index.

    Parameters
    ----------
    weight_kg
        Weight, kg. A number, an array or a data-frame expression.
    height_cm
        Height, cm, of the same shape.

    Returns
    -------
    Same kind as the input
        Weight over height squared, kg/m².

    References
    ----------
    A definition: weight in kg over the square of the height in m.

    Examples
    --------
    >>> round(body_mass_index(100, 175), 2)
    32.65
    """
    return weight_kg / (height_cm / 100) ** 2


BODY_MASS_INDEX = Formula(
    "body_mass_index",
    "body mass index",
    body_mass_index,
    (weight_kg, height_cm),
    source=US_LIRADS_2024,
    unit="kg/m²",
    digits=1,
)

VISUALISATION_ADVICE = RuleTable(
    "visualisation_advice",
    "Visualisation",
    US_LIRADS_2024,
    rules=[
        Rule("no change", (visualisation == "A") | (visualisation == "B")),
        Rule(
            "consider CT or MRI",
            mash_or_alcohol_cirrhosis | ~(stated_class == "A") | (BODY_MASS_INDEX >= 35),
        ),
        Rule(
            "repeat within 3 months",
            note="badly seen, and nothing says that it will stay so",
        ),
    ],
    meanings={
        "no change": "A and B are managed alike",
        "consider CT or MRI": "abbreviated MRI or multiphase CT now",
        "repeat within 3 months": "change the method only if it is again C",
    },
)

visualisation_advice = System(
    "visualisation_advice",
    "Visualisation",
    (VISUALISATION_ADVICE,),
    domain="surveillance",
    example={"visualisation": "C", "mash_or_alcohol_cirrhosis": True},
    notes=("A text to think about, not an order for a test.",),
)


# What each body advises -----------------------------------------------------------------------


@dataclass(frozen=True)
class Advice:
    """What one body advises for one group of people.

    Attributes
    ----------
    body, group
        Who advises, and for whom.
    test, interval, recall
        What is done, how often, and what leads to further imaging.
    citation, doi
        Where it is printed.
    confidence, checked
        How far checked, one of `hcclab.sources.CONFIDENCE`, and against what.
    review_by
        Year by which it should be read again.
    """

    body: str
    group: str
    test: str
    interval: str
    recall: str
    citation: str
    doi: str
    confidence: str
    checked: str
    review_by: str


def advice(body: str) -> tuple[Advice, ...]:
    """Look up what a body advises on surveillance, one entry for each group of people.

    Raises
    ------
    ValueError
        If the body is not known, naming those that are.

    Examples
    --------
    >>> for group in advice("JSH"):
    ...     print(group.interval, "-", group.group)
    3-4 months - extremely high risk: cirrhosis from hepatitis B or C
    6 months - high risk: chronic hepatitis B or C, or another cirrhosis
    """
    rows = [Advice(**row) for row in records("surveillance")]
    return _rows(rows, "body", body)


# Serum markers --------------------------------------------------------------------------------


@dataclass(frozen=True)
class CutOff:
    """One published limit of one serum marker.

    Attributes
    ----------
    marker, sign, cut_off, unit
        What is compared, how, and with what. DCP in ng/mL and in mAU/mL are different assays
        without a fixed factor between them; nothing here converts one to the other.
    used_for, caveat
        What passing the limit leads to, and what else raises the marker.
    citation, confidence, checked
        From where, how far checked, and what is open.
    """

    marker: str
    sign: str
    cut_off: str
    unit: str
    used_for: str
    caveat: str
    citation: str
    confidence: str
    checked: str

    def __str__(self) -> str:
        return f"{self.marker} {self.sign} {self.cut_off} {self.unit}: {self.used_for}"


def cut_offs(marker: str) -> tuple[CutOff, ...]:
    """Look up the limits in use for a serum marker, each with its own side of the limit.

    Raises
    ------
    ValueError
        If the marker is not known, naming those that are.

    Examples
    --------
    >>> for limit in cut_offs("DCP")[:2]:
    ...     print(limit.cut_off, limit.unit)
    40 mAU/mL
    7.5 ng/mL
    """
    rows = [CutOff(**row) for row in records("markers")]
    return _rows(rows, "marker", marker)


def _rows(rows: list[Any], name: str, wanted: str) -> tuple[Any, ...]:
    """The rows of one body or marker."""
    known = tuple(dict.fromkeys(getattr(row, name) for row in rows))
    if wanted not in known:
        begins = wanted.strip().lower()
        near = [one for one in known if begins and one.lower().startswith(begins)] or known
        raise ValueError(f"{name}={wanted} is not known; did you mean {' or '.join(near)}?")
    return tuple(row for row in rows if getattr(row, name) == wanted)
