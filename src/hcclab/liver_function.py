"""Liver function: the ALBI family and Child-Pugh."""

from __future__ import annotations

from typing import Any

from hcclab.criteria import Stated, as_entered
from hcclab.elementwise import log10
from hcclab.rules import Formula, Points, Remark, Rule, RuleTable
from hcclab.sources import (
    HIRAOKA_2017,
    JOHNSON_2015,
    KARIYAMA_2020,
    KARIYAMA_2020_GRADES,
    PUGH_1973,
    ROAYAIE_2015,
)
from hcclab.systems import System
from hcclab.variables import (
    albi_grade,
    albumin,
    albumin_g_dl,
    albumin_g_l,
    albumin_in_g_dl,
    ascites,
    bilirubin,
    bilirubin_in_mg_dl,
    bilirubin_mg_dl,
    bilirubin_umol_l,
    child_pugh_class,
    child_pugh_score,
    cholestatic,
    encephalopathy_grade,
    inr,
    platelets_1e9_l,
    pt_prolongation_s,
)

# ALBI -----------------------------------------------------------------------------------------


def albi_score(bilirubin_umol_l: Any, albumin_g_l: Any) -> Any:
    """Compute the albumin-bilirubin score; higher (less negative) is worse.

    Parameters
    ----------
    bilirubin_umol_l
        Total bilirubin, µmol/L. A number, an array or a data-frame expression.
    albumin_g_l
        Albumin, g/L, of the same shape.

    Returns
    -------
    Same kind as the input
        The score, without a unit. It is not rounded: grades are read from the full number.

    References
    ----------
    Johnson 2015, doi:10.1200/JCO.2014.57.9151 [verified twice].

    Examples
    --------
    >>> round(albi_score(20, 38), 4)
    -2.3713
    """
    return 0.66 * log10(bilirubin_umol_l) - 0.085 * albumin_g_l


ALBI_SCORE = Formula(
    "albi_score", "ALBI score", albi_score, (bilirubin, albumin), source=JOHNSON_2015
)

ALBI_GRADE = RuleTable(
    "albi_grade",
    "ALBI grade",
    JOHNSON_2015,
    rules=[
        Rule("1", ALBI_SCORE <= -2.60),
        Rule("2", ALBI_SCORE <= -1.39),
        Rule("3"),
    ],
    meanings={"1": "best liver function", "2": "in between", "3": "worst liver function"},
)

MALBI_GRADE = RuleTable(
    "malbi_grade",
    "modified ALBI grade",
    HIRAOKA_2017,
    rules=[
        Rule("1", ALBI_SCORE <= -2.60),
        Rule("2a", ALBI_SCORE <= -2.27),
        Rule("2b", ALBI_SCORE <= -1.39),
        Rule("3"),
    ],
)

albi = System(
    "albi",
    "ALBI",
    (ALBI_SCORE, ALBI_GRADE, MALBI_GRADE),
    domain="liver function",
    example={"bilirubin_umol_l": 20, "albumin_g_l": 38},
)

# EZ-ALBI --------------------------------------------------------------------------------------


def ez_albi_score(bilirubin_mg_dl: Any, albumin_g_dl: Any) -> Any:
    """Compute the easy ALBI score, which needs no logarithm; higher (less negative) is worse.

    Parameters
    ----------
    bilirubin_mg_dl
        Total bilirubin, mg/dL, where ALBI takes µmol/L. A number, array or expression.
    albumin_g_dl
        Albumin, g/dL, where ALBI takes g/L.

    Returns
    -------
    Same kind as the input
        The score, without a unit.

    References
    ----------
    Kariyama 2020 [verified twice].

    Examples
    --------
    >>> round(ez_albi_score(1.17, 3.8), 2)
    -33.03
    """
    return bilirubin_mg_dl - 9 * albumin_g_dl


EZ_ALBI_SCORE = Formula(
    "ez_albi_score",
    "EZ-ALBI score",
    ez_albi_score,
    (bilirubin_in_mg_dl, albumin_in_g_dl),
    source=KARIYAMA_2020,
)

EZ_ALBI_GRADE = RuleTable(
    "ez_albi_grade",
    "EZ-ALBI grade",
    KARIYAMA_2020_GRADES,
    rules=[
        Rule("1", EZ_ALBI_SCORE <= -34.4),
        Rule("2", EZ_ALBI_SCORE <= -22.2),
        Rule("3"),
    ],
    remarks=[
        Remark(
            "bilirubin_high",
            bilirubin_in_mg_dl >= 3,
            "from a bilirubin of 3 mg/dL on, EZ-ALBI and ALBI drift apart: one counts bilirubin "
            "itself, the other its logarithm",
        ),
    ],
)

ez_albi = System(
    "ez_albi",
    "EZ-ALBI",
    (EZ_ALBI_SCORE, EZ_ALBI_GRADE),
    domain="liver function",
    example={"bilirubin_mg_dl": 1.17, "albumin_g_dl": 3.8},
    notes=("The formula is in mg/dL and g/dL, that of ALBI in µmol/L and g/L.",),
)

# PALBI ----------------------------------------------------------------------------------------


def palbi_score(bilirubin_umol_l: Any, albumin_g_l: Any, platelets_1e9_l: Any) -> Any:
    """Compute the platelet-albumin-bilirubin score; higher (less negative) is worse.

    Parameters
    ----------
    bilirubin_umol_l
        Total bilirubin, µmol/L. A number, array or expression.
    albumin_g_l
        Albumin, g/L.
    platelets_1e9_l
        Platelets, 10⁹/L.

    Returns
    -------
    Same kind as the input
        The score, without a unit.

    References
    ----------
    Roayaie 2015 [verified].

    Examples
    --------
    >>> round(palbi_score(20, 38, 150), 4)
    -2.3083
    """
    b, p = log10(bilirubin_umol_l), log10(platelets_1e9_l)
    return 2.02 * b - 0.37 * b**2 - 0.04 * albumin_g_l - 3.48 * p + 1.01 * p**2


PALBI_SCORE = Formula(
    "palbi_score",
    "PALBI score",
    palbi_score,
    (bilirubin, albumin, platelets_1e9_l),
    source=ROAYAIE_2015,
)

PALBI_GRADE = RuleTable(
    "palbi_grade",
    "PALBI grade",
    ROAYAIE_2015,
    rules=[
        Rule("1", PALBI_SCORE <= -2.53),
        Rule("2", PALBI_SCORE <= -2.09),
        Rule("3"),
    ],
)

palbi = System(
    "palbi",
    "PALBI",
    (PALBI_SCORE, PALBI_GRADE),
    domain="liver function",
    example={"bilirubin_umol_l": 20, "albumin_g_l": 38, "platelets_1e9_l": 150},
    notes=(
        "The logarithms are squared, not the laboratory values.",
        "The formula is lowest at 53 × 10⁹ platelets/L: above that, more platelets worsen the "
        "score, though few platelets are the sign of portal hypertension.",
        "After splenectomy or a platelet-raising drug the count says nothing of portal "
        "hypertension.",
    ),
)


# Child-Pugh -----------------------------------------------------------------------------------


def _item(title: str, *rules: Rule) -> RuleTable:
    return RuleTable(title.lower().replace(" ", "_"), title, PUGH_1973, rules)


_BILIRUBIN_LOW = as_entered(bilirubin_umol_l < 34, bilirubin_mg_dl < 2)
_BILIRUBIN_MIDDLE = as_entered(bilirubin_umol_l <= 51, bilirubin_mg_dl <= 3)
_CHOLESTATIC_LOW = as_entered(bilirubin_umol_l < 68, bilirubin_mg_dl < 4)
_CHOLESTATIC_MIDDLE = as_entered(bilirubin_umol_l <= 170, bilirubin_mg_dl <= 10)

CHILD_PUGH_POINTS = Points(
    "child_pugh_points",
    "Child-Pugh points",
    source=PUGH_1973,
    items=(
        _item(
            "Bilirubin",
            Rule(1, (~cholestatic & _BILIRUBIN_LOW) | (cholestatic & _CHOLESTATIC_LOW)),
            Rule(2, (~cholestatic & _BILIRUBIN_MIDDLE) | (cholestatic & _CHOLESTATIC_MIDDLE)),
            Rule(3),
        ),
        _item(
            "Albumin",
            Rule(1, as_entered(albumin_g_l > 35, albumin_g_dl > 3.5)),
            Rule(2, as_entered(albumin_g_l >= 28, albumin_g_dl >= 2.8)),
            Rule(3),
        ),
        _item(
            "Clotting",
            Rule(1, as_entered(inr < 1.7, pt_prolongation_s < 4)),
            Rule(2, as_entered(inr <= 2.3, pt_prolongation_s <= 6)),
            Rule(3),
        ),
        _item(
            "Ascites",
            Rule(1, ascites == "none"),
            Rule(2, ascites == "mild"),
            Rule(3),
        ),
        _item(
            "Encephalopathy",
            Rule(1, encephalopathy_grade == 0),
            Rule(2, encephalopathy_grade <= 2),
            Rule(3),
        ),
    ),
)

CHILD_PUGH_CLASS = RuleTable(
    "child_pugh_class",
    "Child-Pugh class",
    PUGH_1973,
    rules=[
        Rule("A", CHILD_PUGH_POINTS <= 6),
        Rule("B", CHILD_PUGH_POINTS <= 9),
        Rule("C"),
    ],
    meanings={"A": "5-6 points", "B": "7-9 points", "C": "10-15 points"},
)

child_pugh = System(
    "child_pugh",
    "Child-Pugh",
    (CHILD_PUGH_POINTS, CHILD_PUGH_CLASS),
    domain="liver function",
    example={
        "bilirubin_mg_dl": 2.5,
        "albumin_g_dl": 3.0,
        "inr": 1.5,
        "ascites": "mild",
        "encephalopathy_grade": 0,
    },
    notes=(
        "Every middle band includes both its ends, and the limits of the unit that was entered "
        "apply; INR decides when both INR and the prothrombin time are given.",
        "The cholestatic limits are meant for biliary disease, not for a duct blocked by tumour.",
    ),
)

stated_class = Stated(child_pugh_class, CHILD_PUGH_CLASS)
stated_points = Stated(child_pugh_score, CHILD_PUGH_POINTS)
stated_albi_grade = Stated(albi_grade, ALBI_GRADE)
