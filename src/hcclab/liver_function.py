"""Liver function: the ALBI family and Child-Pugh."""

from __future__ import annotations

from typing import Any

from hcclab.criteria import as_entered
from hcclab.elementwise import log10
from hcclab.rules import Formula, Points, Rule, RuleTable
from hcclab.sources import HIRAOKA_2017, JOHNSON_2015, PUGH_1973
from hcclab.systems import Result, System
from hcclab.variables import (
    albumin,
    albumin_g_dl,
    albumin_g_l,
    ascites,
    bilirubin,
    bilirubin_mg_dl,
    bilirubin_umol_l,
    cholestatic,
    encephalopathy_grade,
    inr,
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

ALBI = System("albi", "ALBI", score=ALBI_SCORE, grades=(ALBI_GRADE, MALBI_GRADE))


def albi(
    *,
    bilirubin_umol_l: float | None = None,
    bilirubin_mg_dl: float | None = None,
    albumin_g_l: float | None = None,
    albumin_g_dl: float | None = None,
) -> Result:
    """Grade liver function by ALBI (Johnson 2015) and modified ALBI (Hiraoka 2017).

    Parameters
    ----------
    bilirubin_umol_l, bilirubin_mg_dl
        Total bilirubin, in µmol/L (1 to 1000) or in mg/dL (0.06 to 60, times 17.1).
    albumin_g_l, albumin_g_dl
        Albumin, in g/L (10 to 65) or in g/dL (1 to 6.5, times 10).

    Returns
    -------
    Result
        `.value` is the score, `.grade` the ALBI grade, `.grades["malbi_grade"]` the modified one.

    Raises
    ------
    ValueError
        If a value is impossible for its unit.

    Examples
    --------
    >>> result = albi(bilirubin_umol_l=20, albumin_g_l=38)
    >>> result.grade, result.grades["malbi_grade"]
    ('2', '2a')
    >>> albi(bilirubin_umol_l=20, albumin_g_l=3.8)
    Traceback (most recent call last):
        ...
    ValueError: albumin_g_l=3.8 outside 10-65, looks like g/dL
    """
    return ALBI.assess(locals())


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

CHILD_PUGH = System("child_pugh", "Child-Pugh", score=CHILD_PUGH_POINTS, grades=(CHILD_PUGH_CLASS,))


def child_pugh(
    *,
    bilirubin_umol_l: float | None = None,
    bilirubin_mg_dl: float | None = None,
    albumin_g_l: float | None = None,
    albumin_g_dl: float | None = None,
    inr: float | None = None,
    pt_prolongation_s: float | None = None,
    ascites: str | None = None,
    encephalopathy_grade: int | None = None,
    cholestatic: bool | None = False,
) -> Result:
    """Add up Child-Pugh points and give the class (Pugh 1973).

    Every middle band includes both its ends, and the limits of the unit that was entered apply.
    INR decides when both INR and the prothrombin time are given.

    Parameters
    ----------
    bilirubin_umol_l, bilirubin_mg_dl
        Total bilirubin, µmol/L or mg/dL.
    albumin_g_l, albumin_g_dl
        Albumin, g/L or g/dL.
    inr, pt_prolongation_s
        INR, or seconds above control.
    ascites
        ``"none"``, ``"mild"`` (or controlled by diuretics) or ``"moderate_severe"``.
    encephalopathy_grade
        West Haven grade, 0 to 4.
    cholestatic
        Use the wider bilirubin limits of biliary disease.

    Returns
    -------
    Result
        `.value` is the sum, 5 to 15, and `.grade` the class. With an item unknown, `.interval`
        and `.possible` hold what is still attainable.

    Raises
    ------
    ValueError
        If a value is impossible for its unit.

    References
    ----------
    doi:10.1002/bjs.1800600817 [verified twice]; the INR bands are a later convention.

    Examples
    --------
    >>> known = dict(bilirubin_mg_dl=1, albumin_g_dl=4, inr=1, ascites="none")
    >>> child_pugh(**known, encephalopathy_grade=0).value
    5
    >>> result = child_pugh(**known)
    >>> tuple(result.interval), result.possible, result.missing
    ((5, 7), ('A', 'B'), ('encephalopathy_grade',))
    """
    return CHILD_PUGH.assess(locals())
