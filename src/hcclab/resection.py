"""Resection: expected liver volume, the future remnant and its growth, the Makuuchi criteria.

Every formula is an exercise in what an assumption does to a number. Each system states its
assumptions in its notes, which come with every result.
"""

from __future__ import annotations

from typing import Any

from hcclab.criteria import Stated
from hcclab.rules import Formula, Rule, RuleTable
from hcclab.sources import MAKUUCHI_1993, REMNANT_LIMITS, URATA_1995, VAUTHEY_2002
from hcclab.systems import System
from hcclab.variables import (
    bilirubin_in_mg_dl,
    bsa_m2,
    flr_ml,
    icg_r15_percent,
    liver_background,
    sflr_percent,
    uncontrolled_ascites,
)

# Liver volume -----------------------------------------------------------------------------------


def liver_volume_vauthey(bsa_m2: Any) -> Any:
    """Compute the liver volume expected in a Western adult.

    Parameters
    ----------
    bsa_m2
        Body surface area, m². A number, an array or a data-frame expression.

    Returns
    -------
    Same kind as the input
        Volume, mL.

    References
    ----------
    Vauthey 2002 [verified].

    Examples
    --------
    >>> round(liver_volume_vauthey(1.8), 2)
    1486.69
    """
    return -794.41 + 1267.28 * bsa_m2


def liver_volume_urata(bsa_m2: Any) -> Any:
    """Compute the liver volume expected in a Japanese adult.

    Parameters
    ----------
    bsa_m2
        Body surface area, m². A number, an array or a data-frame expression.

    Returns
    -------
    Same kind as the input
        Volume, mL.

    References
    ----------
    Urata 1995 [verified].

    Examples
    --------
    >>> round(liver_volume_urata(1.8), 2)
    1273.56
    """
    return 706.2 * bsa_m2 + 2.4


def standardised_remnant(flr_ml: Any, liver_volume_ml: Any) -> Any:
    """Compute the future liver remnant as a share of the expected liver volume.

    Parameters
    ----------
    flr_ml, liver_volume_ml
        Volume that stays, and the volume expected for the body (not the measured one, which
        contains the tumour), mL. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        Share, %.

    References
    ----------
    Vauthey 2002 [verified].

    Examples
    --------
    >>> standardised_remnant(450, 1500)
    30.0
    """
    return 100 * flr_ml / liver_volume_ml


def kinetic_growth_rate(before_percent: Any, after_percent: Any, weeks: Any) -> Any:
    """Compute how fast the remnant grows after portal vein embolisation.

    Parameters
    ----------
    before_percent, after_percent
        Standardised remnant before and after, %. Numbers, arrays or data-frame expressions.
    weeks
        Time between them.

    Returns
    -------
    Same kind as the input
        Percentage points a week. With 2 or more no patient of the study had hepatic
        insufficiency, below it 21.6 % had (107 patients with colorectal metastases).

    References
    ----------
    Shindoh 2013, doi:10.1016/j.jamcollsurg.2012.10.018 [verified].

    Examples
    --------
    >>> kinetic_growth_rate(22, 30, 4)
    2.0
    """
    return (after_percent - before_percent) / weeks


LIVER_VOLUME = Formula(
    "liver_volume",
    "expected liver volume after Vauthey",
    liver_volume_vauthey,
    (bsa_m2,),
    VAUTHEY_2002,
    unit="mL",
    digits=0,
)

LIVER_VOLUME_URATA = Formula(
    "liver_volume_urata",
    "after Urata",
    liver_volume_urata,
    (bsa_m2,),
    URATA_1995,
    unit="mL",
    digits=0,
)

liver_volume = System(
    "liver_volume",
    "Expected liver volume",
    (LIVER_VOLUME, LIVER_VOLUME_URATA),
    domain="planning",
    example={"bsa_m2": 1.8},
    notes=(
        "Assumes an adult of the population from which each formula comes: Western for Vauthey, "
        "Japanese for Urata, which is 14 % smaller at 1.8 m². Do not mix them.",
    ),
)

REMNANT_PERCENT = Formula(
    "remnant_percent",
    "standardised remnant",
    standardised_remnant,
    (flr_ml, LIVER_VOLUME),
    VAUTHEY_2002,
    unit="%",
    digits=1,
)

_share = Stated(sflr_percent, REMNANT_PERCENT)

REMNANT = RuleTable(
    "remnant",
    "Future liver remnant",
    REMNANT_LIMITS,
    rules=[
        Rule("sufficient", (liver_background == "normal") & (_share >= 20)),
        Rule("sufficient", (liver_background == "chemo_gt_3_months") & (_share >= 30)),
        Rule("sufficient", _share >= 40),
        Rule("insufficient"),
    ],
    meanings={"insufficient": "embolise the portal vein first, and measure again"},
)

remnant = System(
    "remnant",
    "Future liver remnant",
    (REMNANT_PERCENT, REMNANT),
    domain="planning",
    example={"flr_ml": 450, "bsa_m2": 1.8, "liver_background": "normal"},
    notes=(
        "Assumes that the liver should have the volume that Vauthey's formula gives; the measured "
        "volume contains the tumour. A stated share counts as it is.",
        "Limits differ by source: here 20, 30 and 40 %, each sufficient; AASLD asks for more than "
        "30 % without cirrhosis and more than 40 % with it.",
        "Growth counts too: below 2 percentage points a week insufficiency was common "
        "(`kinetic_growth_rate`).",
    ),
)

# Makuuchi criteria ------------------------------------------------------------------------------

MAKUUCHI = RuleTable(
    "makuuchi",
    "Makuuchi criteria",
    MAKUUCHI_1993,
    rules=[
        Rule("no resection", uncontrolled_ascites),
        Rule("no resection", bilirubin_in_mg_dl > 1.9),
        Rule("enucleation", bilirubin_in_mg_dl > 1.5),
        Rule("enucleation", (bilirubin_in_mg_dl <= 1.0) & (icg_r15_percent >= 40)),
        Rule("limited resection", bilirubin_in_mg_dl > 1.0),
        Rule("limited resection", icg_r15_percent >= 30),
        Rule("segmentectomy", icg_r15_percent >= 20),
        Rule("left hemihepatectomy or sectionectomy", icg_r15_percent >= 10),
        Rule("up to trisectionectomy or right hemihepatectomy"),
    ],
    meanings={
        "enucleation": "the nodule without a margin",
        "up to trisectionectomy or right hemihepatectomy": "the largest resections",
    },
)

makuuchi = System(
    "makuuchi",
    "Makuuchi criteria",
    (MAKUUCHI,),
    domain="planning",
    example={"uncontrolled_ascites": False, "bilirubin_mg_dl": 0.8, "icg_r15_percent": 12},
    notes=(
        "It names the largest resection thought safe. A bilirubin between two printed bands (1.05) "
        "counts for the stricter one [our convention].",
        "As printed, the retention of ICG counts only where bilirubin is 1.0 mg/dL or less, so "
        "1.2 mg/dL allows a limited resection even with a retention of 45 %.",
        "Assumes that a failing liver and not a blocked duct raises bilirubin, and that no shunt "
        "raises the retention of ICG.",
    ),
)
