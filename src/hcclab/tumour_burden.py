"""Tumour burden: criteria for transplantation, and measures of size and number."""

from __future__ import annotations

from typing import Any

from hcclab.criteria import Criterion
from hcclab.elementwise import sqrt
from hcclab.rules import Formula, Points, Rule, RuleTable
from hcclab.sources import (
    DUVOUX_2012,
    MAZZAFERRO_1996,
    MAZZAFERRO_2009,
    MAZZAFERRO_2018,
    PMC4641125,
    PMC5985555,
    PMC6113720,
    SAPISOCHIN_2016,
    SASAKI_2018,
    SHIMAMURA_2019,
    TBS_LIMITS,
    TOSO_2015,
    UNOS_DS,
    YAO_2001,
    ZHENG_2008,
    Source,
)
from hcclab.systems import System
from hcclab.variables import (
    afp_ng_ml,
    cancer_symptoms,
    dcp_mau_ml,
    extrahepatic_spread,
    histological_grade,
    largest_tumour_cm,
    macrovascular_invasion,
    milan_after_downstaging,
    total_tumour_cm,
    tumour_count,
    tumour_volume_cm3,
)

_CONFINED = ~macrovascular_invasion & ~extrahepatic_spread
_MEANINGS = {"in": "transplantation likely to serve", "out": "beyond the criteria"}

MILAN = RuleTable(
    "milan",
    "Milan criteria",
    MAZZAFERRO_1996,
    rules=[
        Rule("in", (tumour_count == 1) & (largest_tumour_cm <= 5) & _CONFINED),
        Rule("in", (tumour_count <= 3) & (largest_tumour_cm <= 3) & _CONFINED),
        Rule("out"),
    ],
    meanings=_MEANINGS,
)


def _criteria(column: str, title: str, source: Source, *limits: Criterion) -> RuleTable:
    """Transplant criteria: within any of the limits, and confined to the liver."""
    within = [Rule("in", limit & _CONFINED) for limit in limits]
    return RuleTable(column, title, source, [*within, Rule("out")], meanings=_MEANINGS)


def _transplant(
    *outputs: Formula | RuleTable, notes: tuple[str, ...] = (), **findings: Any
) -> System:
    """The system of one set of criteria; its example has two tumours and the findings given."""
    *_, criteria = outputs
    tumours = {
        "tumour_diameters_cm": [3.0, 2.0],
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
    }
    return System(
        criteria.column,
        criteria.label,
        outputs,
        domain="transplantation",
        example=tumours | findings,
        notes=notes,
    )


milan = _transplant(
    MILAN,
    notes=("There is no smallest size; United States allocation adds one, Milan does not.",),
)

# Size, number and sum ---------------------------------------------------------------------------

UCSF = _criteria(
    "ucsf",
    "UCSF criteria",
    YAO_2001,
    (tumour_count == 1) & (largest_tumour_cm <= 6.5),
    (tumour_count <= 3) & (largest_tumour_cm <= 4.5) & (total_tumour_cm <= 8),
)

ucsf = _transplant(
    UCSF,
    notes=(
        "The sum of diameters includes the largest and binds two or three nodules only; a single "
        "one may measure 6.5 cm, not 6 as one table prints.",
        "Three nodules of 3 cm are within Milan but sum to 9 cm, beyond UCSF.",
        "Drawn from explanted livers, in which more tumour is found than on images.",
    ),
)


def largest_plus_number(largest_tumour_cm: Any, tumour_count: Any) -> Any:
    """Add the largest diameter and the number of tumours, as up-to-seven and its kin do.

    Parameters
    ----------
    largest_tumour_cm
        Diameter of the largest tumour, cm. A number, an array or a data-frame expression.
    tumour_count
        Number of tumours, of the same shape.

    Returns
    -------
    Same kind as the input
        The sum, which may be fractional.

    References
    ----------
    Mazzaferro 2009, doi:10.1016/S1470-2045(08)70284-5 [verified twice].

    Examples
    --------
    >>> largest_plus_number(4.5, 2)
    6.5
    """
    return largest_tumour_cm + tumour_count


UP_TO_7_SUM = Formula(
    "up_to_7_sum",
    "largest diameter plus number",
    largest_plus_number,
    (largest_tumour_cm, tumour_count),
    source=MAZZAFERRO_2009,
    digits=1,
)

UP_TO_7 = _criteria("up_to_7", "Up-to-seven criteria", MAZZAFERRO_2009, UP_TO_7_SUM <= 7)

up_to_7 = _transplant(
    UP_TO_7_SUM,
    UP_TO_7,
    notes=(
        "Seven is the largest diameter in cm plus the number of nodules: not seven nodules, and "
        "not the sum of all diameters.",
        "The published survival holds without microvascular invasion, which only the explanted "
        "liver shows; before the operation macrovascular invasion stands in for it.",
    ),
)

# Size, number and AFP ---------------------------------------------------------------------------

METROTICKET_2 = _criteria(
    "metroticket_2",
    "Metroticket 2.0",
    MAZZAFERRO_2018,
    (afp_ng_ml <= 1000) & (UP_TO_7_SUM <= 4),
    (afp_ng_ml < 400) & (UP_TO_7_SUM <= 5),
    (afp_ng_ml < 200) & (UP_TO_7_SUM <= 7),
)

metroticket_2 = _transplant(
    METROTICKET_2,
    afp_ng_ml=150,
    notes=(
        "The quick rule for 70 % survival at five years; the full model is a calculator of its "
        "authors and is not imitated here.",
        "The printed bands overlap; here an AFP of exactly 200 or 400 falls into the stricter one "
        "[our convention].",
    ),
)


def _item(title: str, *rules: Rule) -> RuleTable:
    return RuleTable(title.lower().replace(" ", "_"), title, DUVOUX_2012, rules)


FRENCH_AFP_MODEL = Points(
    "french_afp_model",
    "French AFP model",
    source=DUVOUX_2012,
    items=(
        _item(
            "Largest tumour",
            Rule(0, largest_tumour_cm <= 3),
            Rule(1, largest_tumour_cm <= 6),
            Rule(4),
        ),
        _item("Number of tumours", Rule(0, tumour_count <= 3), Rule(2)),
        _item("AFP", Rule(0, afp_ng_ml <= 100), Rule(2, afp_ng_ml <= 1000), Rule(3)),
    ),
)

FRENCH_AFP_RISK = RuleTable(
    "french_afp_risk",
    "Risk of recurrence by the French AFP model",
    DUVOUX_2012,
    rules=[Rule("low", FRENCH_AFP_MODEL <= 2), Rule("high")],
    meanings={"low": "listed in France", "high": "not listed in France"},
)

french_afp_model = System(
    "french_afp_model",
    "French AFP model",
    (FRENCH_AFP_MODEL, FRENCH_AFP_RISK),
    domain="transplantation",
    example={"tumour_diameters_cm": [3.0, 2.0], "afp_ng_ml": 150},
    notes=(
        "Four nodules cost 2 points and more than 6 cm costs 4, not the other way round.",
        "A 2 cm nodule with an AFP of 1001 is within Milan and at high risk here.",
        "Vascular invasion and spread are no items: they exclude beforehand.",
    ),
)

HANGZHOU = _criteria(
    "hangzhou",
    "Hangzhou criteria",
    ZHENG_2008,
    total_tumour_cm <= 8,
    (histological_grade <= 2) & (afp_ng_ml <= 400),
)

hangzhou = _transplant(
    HANGZHOU,
    afp_ng_ml=150,
    histological_grade=2,
    notes=(
        "Up to a sum of diameters of 8 cm neither AFP nor the biopsy counts; above it both must "
        "be favourable.",
    ),
)

# Volume -----------------------------------------------------------------------------------------


def _as_measured(tumour_volume_cm3: Any) -> Any:
    return tumour_volume_cm3


TTV = Formula(
    "ttv",
    "total tumour volume",
    _as_measured,
    (tumour_volume_cm3,),
    source=TOSO_2015,
    unit="cm³",
    digits=1,
)

ttv = System(
    "ttv",
    "Total tumour volume",
    (TTV,),
    domain="tumour burden",
    example={"tumour_diameters_cm": [4.0, 3.0, 2.0]},
    notes=(
        "Spheres: π/6 times the cube of the diameter. Taking the diameter for the radius gives "
        "eight times too much.",
        "Twice the diameter is eight times the volume: one tumour of 6 cm holds as much as eight "
        "of 3 cm.",
    ),
)

TTV_AFP = _criteria(
    "ttv_afp",
    "Total tumour volume and AFP",
    TOSO_2015,
    (tumour_volume_cm3 <= 115) & (afp_ng_ml <= 400),
)

ttv_afp = _transplant(
    TTV_AFP,
    afp_ng_ml=150,
    notes=("A single tumour reaches 115 cm³ at a diameter of 6.03 cm.",),
)


def tumour_burden_score(largest_tumour_cm: Any, tumour_count: Any) -> Any:
    """Compute the tumour burden score, the distance from "no tumour" on a map of size and number.

    Parameters
    ----------
    largest_tumour_cm
        Diameter of the largest tumour, cm. A number, an array or a data-frame expression.
    tumour_count
        Number of tumours, of the same shape.

    Returns
    -------
    Same kind as the input
        The score.

    References
    ----------
    Sasaki 2018, Ann Surg 267:132 [verified].

    Examples
    --------
    >>> tumour_burden_score(4, 3)
    5.0
    """
    return sqrt(largest_tumour_cm * largest_tumour_cm + tumour_count * tumour_count)


TBS = Formula(
    "tbs",
    "tumour burden score",
    tumour_burden_score,
    (largest_tumour_cm, tumour_count),
    source=SASAKI_2018,
)

TBS_BAND = RuleTable(
    "tbs_band",
    "Tumour burden",
    TBS_LIMITS,
    rules=[Rule("low", TBS < 3.36), Rule("medium", TBS <= 13.74), Rule("high")],
)

tbs = System(
    "tbs",
    "Tumour burden score",
    (TBS, TBS_BAND),
    domain="tumour burden",
    example={"tumour_diameters_cm": [4.0, 3.0, 2.0]},
    notes=(
        "Only the largest diameter and the number enter, not the sum of diameters.",
        "Made for colorectal metastases; cohorts of liver cancer use other limits as well.",
    ),
)

# Criteria of regions and centres ----------------------------------------------------------------

KYOTO = _criteria(
    "kyoto",
    "Kyoto criteria",
    PMC5985555,
    (tumour_count <= 10) & (largest_tumour_cm <= 5) & (dcp_mau_ml <= 400),
)
FUDAN = _criteria(
    "fudan",
    "Shanghai Fudan criteria",
    PMC4641125,
    (tumour_count == 1) & (largest_tumour_cm <= 9),
    (tumour_count <= 3) & (largest_tumour_cm <= 5) & (total_tumour_cm <= 9),
)
ASAN = _criteria(
    "asan", "Asan criteria", PMC4641125, (tumour_count <= 6) & (largest_tumour_cm <= 5)
)
TOKYO_5_5 = _criteria(
    "tokyo_5_5", "Tokyo 5-5 rule", PMC6113720, (tumour_count <= 5) & (largest_tumour_cm <= 5)
)
KYUSHU = _criteria(
    "kyushu", "Kyushu criteria", PMC6113720, largest_tumour_cm <= 5, dcp_mau_ml <= 300
)
SAMSUNG = _criteria(
    "samsung",
    "Samsung criteria",
    PMC6113720,
    (tumour_count <= 7) & (largest_tumour_cm <= 6) & (afp_ng_ml <= 1000),
)
CUN = _criteria(
    "cun",
    "Navarra (CUN) criteria",
    PMC6113720,
    (tumour_count == 1) & (largest_tumour_cm <= 6),
    (tumour_count <= 3) & (largest_tumour_cm <= 5),
)
ONACA = _criteria(
    "onaca",
    "Onaca criteria",
    PMC6113720,
    (tumour_count == 1) & (largest_tumour_cm <= 6),
    (tumour_count <= 4) & (largest_tumour_cm <= 5),
)
BARCELONA_EXPANDED = _criteria(
    "barcelona_expanded",
    "Barcelona expanded criteria",
    PMC6113720,
    (tumour_count == 1) & (largest_tumour_cm <= 7),
    (tumour_count <= 3) & (largest_tumour_cm <= 5),
    (tumour_count <= 5) & (largest_tumour_cm <= 3),
    milan_after_downstaging,
)
JAPAN_5_5_500 = _criteria(
    "japan_5_5_500",
    "Japan 5-5-500 rule",
    SHIMAMURA_2019,
    MILAN == "in",
    (tumour_count <= 5) & (largest_tumour_cm <= 5) & (afp_ng_ml <= 500),
)
TORONTO = _criteria(
    "toronto",
    "Extended Toronto criteria",
    SAPISOCHIN_2016,
    (histological_grade <= 2) & ~cancer_symptoms,
)

kyoto = _transplant(
    KYOTO,
    dcp_mau_ml=100,
    notes=("One review prints DCP above 400 by mistake; a DCP in ng/mL cannot be converted.",),
)
fudan = _transplant(FUDAN)
asan = _transplant(ASAN)
tokyo_5_5 = _transplant(TOKYO_5_5)
kyushu = _transplant(
    KYUSHU,
    dcp_mau_ml=100,
    notes=("Either the size or the DCP is enough, and the number of nodules is left open.",),
)
samsung = _transplant(SAMSUNG, afp_ng_ml=150)
cun = _transplant(CUN)
onaca = _transplant(ONACA)
barcelona_expanded = _transplant(
    BARCELONA_EXPANDED,
    milan_after_downstaging=False,
    notes=("For living donation, where the organ is taken from no waiting list.",),
)
japan_5_5_500 = _transplant(
    JAPAN_5_5_500,
    afp_ng_ml=150,
    notes=("AFP is asked beyond Milan only: whoever is within Milan is in at any AFP.",),
)
toronto = System(
    "toronto",
    "Extended Toronto criteria",
    (TORONTO,),
    domain="transplantation",
    example={
        "histological_grade": 2,
        "cancer_symptoms": False,
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
    },
    notes=("No limit of size or number; a biopsy is needed instead.",),
)

# Downstaging ------------------------------------------------------------------------------------

UNOS_DOWNSTAGING = RuleTable(
    "unos_downstaging",
    "UNOS downstaging",
    UNOS_DS,
    rules=[
        Rule("not applicable", macrovascular_invasion | extrahepatic_spread),
        Rule("within_milan", MILAN == "in"),
        Rule("eligible", (tumour_count == 1) & (largest_tumour_cm <= 8)),
        Rule("eligible", (tumour_count <= 3) & (largest_tumour_cm <= 5) & (total_tumour_cm <= 8)),
        Rule("eligible", (tumour_count <= 5) & (largest_tumour_cm <= 3) & (total_tumour_cm <= 8)),
        Rule("all_comers"),
    ],
    meanings={
        "within_milan": "nothing to bring down",
        "eligible": "downstaging may be tried",
        "all_comers": "beyond the protocol",
    },
)

UNOS_DOWNSTAGING_AFP = RuleTable(
    "unos_downstaging_afp",
    "AFP before listing",
    UNOS_DS,
    rules=[Rule("no condition", afp_ng_ml < 1000), Rule("below 500 first")],
    meanings={"below 500 first": "treatment must bring AFP below 500 ng/mL before listing"},
)

unos_downstaging = System(
    "unos_downstaging",
    "UNOS downstaging",
    (UNOS_DOWNSTAGING, UNOS_DOWNSTAGING_AFP),
    domain="transplantation",
    example={
        "tumour_diameters_cm": [5.0, 3.0],
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
        "afp_ng_ml": 150,
    },
    notes=(
        "Entry counts the diameters before treatment; success counts what is still viable, within "
        "Milan for at least 3 months before the transplant (6 for the MELD exception).",
        "The guideline prints open limits (< 5, < 3), the policy closed ones, which are used here.",
        "An AFP of 1000 or more must fall below 500; the policy of 2017 says above 1000.",
    ),
)
