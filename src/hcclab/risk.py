"""Risk: fibrosis, development of HCC, and the marker score GALAD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hcclab.criteria import TOLERANCE, Indicator
from hcclab.elementwise import exp, log10, sqrt
from hcclab.liver_function import ALBI_SCORE
from hcclab.rules import Formula, Points, Remark, Rule, RuleTable
from hcclab.sources import (
    APRI_CIRRHOSIS_LIMITS,
    BERHANE_2016,
    FAN_2020,
    JOHNSON_2014,
    KIM_2018,
    KIM_2018_BANDS,
    PAPATHEODORIDIS_2016,
    SHAH_2009,
    STERLING_2006,
    WAI_2003,
    YANG_2019,
    Source,
)
from hcclab.systems import System
from hcclab.variables import (
    afp_l3_percent,
    afp_ng_ml,
    age_years,
    albumin,
    alt_u_l,
    ast_u_l,
    ast_uln_u_l,
    dcp_ng_ml,
    platelets_1e9_l,
    sex,
)

# FIB-4 ----------------------------------------------------------------------------------------


def fib_4_score(age_years: Any, ast_u_l: Any, alt_u_l: Any, platelets_1e9_l: Any) -> Any:
    """Compute the fibrosis index of four factors; higher means more fibrosis.

    Parameters
    ----------
    age_years
        Age, years. A number, array or expression.
    ast_u_l, alt_u_l
        Aminotransferases, U/L; the root is taken of ALT alone.
    platelets_1e9_l
        Platelets, 10⁹/L.

    Returns
    -------
    Same kind as the input
        The index, without a unit.

    References
    ----------
    Sterling 2006, doi:10.1002/hep.21178 [verified].

    Examples
    --------
    >>> fib_4_score(60, 80, 64, 100)
    6.0
    """
    return age_years * ast_u_l / (platelets_1e9_l * sqrt(alt_u_l))


FIB_4_SCORE = Formula(
    "fib_4", "FIB-4", fib_4_score, (age_years, ast_u_l, alt_u_l, platelets_1e9_l), STERLING_2006
)

FIB_4_BAND = RuleTable(
    "fib_4_band",
    "FIB-4 band",
    STERLING_2006,
    rules=[
        Rule("low", FIB_4_SCORE < 1.45),
        Rule("indeterminate", FIB_4_SCORE <= 3.25),
        Rule("high"),
    ],
    remarks=[
        Remark("young", age_years < 35, "FIB-4 is unreliable below the age of 35"),
    ],
    meanings={"low": "advanced fibrosis unlikely", "high": "advanced fibrosis likely"},
)

FIB_4_BAND_MASLD = RuleTable(
    "fib_4_band_masld",
    "FIB-4 band in fatty liver disease",
    SHAH_2009,
    rules=[
        Rule("low", FIB_4_SCORE < 1.30),
        Rule("low", (age_years >= 65) & (FIB_4_SCORE < 2.0)),
        Rule("indeterminate", FIB_4_SCORE <= 2.67),
        Rule("high"),
    ],
    meanings={"low": "advanced fibrosis unlikely", "high": "advanced fibrosis likely"},
)

fib_4 = System(
    "fib_4",
    "FIB-4",
    (FIB_4_SCORE, FIB_4_BAND, FIB_4_BAND_MASLD),
    domain="risk",
    example={"age_years": 60, "ast_u_l": 80, "alt_u_l": 64, "platelets_1e9_l": 100},
    notes=(
        "The limits depend on the disease: 1.45 and 3.25 come from hepatitis C with HIV; "
        "metabolic fatty liver disease (MASLD) has its own.",
        "Acute hepatitis raises AST and with it FIB-4, without any fibrosis.",
    ),
)

# APRI -----------------------------------------------------------------------------------------


def apri_score(ast_u_l: Any, ast_uln_u_l: Any, platelets_1e9_l: Any) -> Any:
    """Compute the AST-to-platelet ratio index; higher means more fibrosis.

    Parameters
    ----------
    ast_u_l
        AST, U/L. A number, array or expression.
    ast_uln_u_l
        Upper limit of normal of AST at the same laboratory, U/L.
    platelets_1e9_l
        Platelets, 10⁹/L.

    Returns
    -------
    Same kind as the input
        The index, without a unit.

    References
    ----------
    Wai 2003, doi:10.1053/jhep.2003.50346 [verified].

    Examples
    --------
    >>> apri_score(80, 40, 100)
    2.0
    """
    return ast_u_l / ast_uln_u_l * 100 / platelets_1e9_l


APRI_SCORE = Formula("apri", "APRI", apri_score, (ast_u_l, ast_uln_u_l, platelets_1e9_l), WAI_2003)

APRI_FIBROSIS = RuleTable(
    "apri_fibrosis",
    "Significant fibrosis by APRI",
    WAI_2003,
    rules=[
        Rule("unlikely", APRI_SCORE <= 0.5),
        Rule("indeterminate", APRI_SCORE <= 1.5),
        Rule("likely"),
    ],
)

APRI_CIRRHOSIS = RuleTable(
    "apri_cirrhosis",
    "Cirrhosis by APRI",
    APRI_CIRRHOSIS_LIMITS,
    rules=[
        Rule("unlikely", APRI_SCORE <= 1.0),
        Rule("indeterminate", APRI_SCORE <= 2.0),
        Rule("likely"),
    ],
)

apri = System(
    "apri",
    "APRI",
    (APRI_SCORE, APRI_FIBROSIS, APRI_CIRRHOSIS),
    domain="risk",
    example={"ast_u_l": 80, "ast_uln_u_l": 40, "platelets_1e9_l": 100},
    notes=(
        "The upper limit of normal is the laboratory's own, not a constant: AST 80 of 40 and "
        "AST 60 of 30 give the same index.",
        "Above 2.0 APRI finds about 46 % of cirrhosis, with a specificity of about 91 %.",
    ),
)

# aMAP -----------------------------------------------------------------------------------------


def amap_score(age_years: Any, male: Any, albi_score: Any, platelets_1e9_l: Any) -> Any:
    """Compute aMAP, the risk of HCC within 5 years in chronic hepatitis of any cause.

    Parameters
    ----------
    age_years
        Age, years. A number, array or expression.
    male
        1 for men, 0 for women.
    albi_score
        The score of `albi_score`.
    platelets_1e9_l
        Platelets, 10⁹/L.

    Returns
    -------
    Same kind as the input
        Points, mostly 0 to 100 but not bound to that.

    References
    ----------
    Fan 2020, doi:10.1016/j.jhep.2020.07.025 [verified].

    Examples
    --------
    >>> from hcclab.liver_function import albi_score
    >>> round(amap_score(50, 1, albi_score(15, 42), 200), 2)
    53.82
    """
    risk = 0.06 * age_years + 0.89 * male + 0.48 * albi_score - 0.01 * platelets_1e9_l
    return (risk + 7.4) / 14.77 * 100


AMAP_SCORE = Formula(
    "amap",
    "aMAP",
    amap_score,
    (age_years, Indicator(sex == "male"), ALBI_SCORE, platelets_1e9_l),
    source=FAN_2020,
    digits=1,
)

AMAP_BAND = RuleTable(
    "amap_band",
    "aMAP band",
    FAN_2020,
    rules=[
        Rule("low", AMAP_SCORE < 50),
        Rule("medium", AMAP_SCORE < 60),
        Rule("high"),
    ],
    remarks=[
        Remark(
            "published_tool_differs",
            ((AMAP_SCORE >= 49.5) & (AMAP_SCORE < 50)) | ((AMAP_SCORE >= 59.5) & (AMAP_SCORE < 60)),
            "the published web tool rounds first and gives the next higher band",
        ),
    ],
    meanings={
        "low": "HCC within 5 years: 0.8 %",
        "medium": "HCC within 5 years: 4.2 %",
        "high": "HCC within 5 years: 19.9 %",
    },
)

amap = System(
    "amap",
    "aMAP",
    (AMAP_SCORE, AMAP_BAND),
    domain="risk",
    example={
        "age_years": 50,
        "sex": "male",
        "bilirubin_umol_l": 15,
        "albumin_g_l": 42,
        "platelets_1e9_l": 200,
    },
    notes=(
        "The band is read from the score as it is, not from a rounded one [our convention].",
        "The scale is meant to run from 0 to 100, but a patient can lie outside it.",
    ),
)

# PAGE-B and mPAGE-B ---------------------------------------------------------------------------


def _item(title: str, source: Source, *rules: Rule) -> RuleTable:
    return RuleTable(title.lower(), title, source, rules)


PAGE_B_POINTS = Points(
    "page_b",
    "PAGE-B",
    source=PAPATHEODORIDIS_2016,
    items=(
        _item(
            "Age",
            PAPATHEODORIDIS_2016,
            Rule(0, age_years < 30),
            Rule(2, age_years < 40),
            Rule(4, age_years < 50),
            Rule(6, age_years < 60),
            Rule(8, age_years < 70),
            Rule(10),
        ),
        _item("Sex", PAPATHEODORIDIS_2016, Rule(0, sex == "female"), Rule(6)),
        _item(
            "Platelets",
            PAPATHEODORIDIS_2016,
            Rule(0, platelets_1e9_l >= 200),
            Rule(6, platelets_1e9_l >= 100),
            Rule(9),
        ),
    ),
)

PAGE_B_BAND = RuleTable(
    "page_b_band",
    "PAGE-B band",
    PAPATHEODORIDIS_2016,
    rules=[
        Rule("low", PAGE_B_POINTS <= 9),
        Rule("intermediate", PAGE_B_POINTS <= 17),
        Rule("high"),
    ],
)

page_b = System(
    "page_b",
    "PAGE-B",
    (PAGE_B_POINTS, PAGE_B_BAND),
    domain="risk",
    example={"age_years": 55, "sex": "male", "platelets_1e9_l": 150},
    notes=(
        "For Caucasians with chronic hepatitis B on entecavir or tenofovir, 16 years or older; "
        "it was not made for the untreated.",
        "Completed years count. One review misprints the points from the age of 70 as 1.",
    ),
)

MPAGE_B_POINTS = Points(
    "mpage_b",
    "mPAGE-B",
    source=KIM_2018,
    items=(
        _item(
            "Age",
            KIM_2018,
            Rule(0, age_years < 30),
            Rule(3, age_years < 40),
            Rule(5, age_years < 50),
            Rule(7, age_years < 60),
            Rule(9, age_years < 70),
            Rule(11),
        ),
        _item("Sex", KIM_2018, Rule(0, sex == "female"), Rule(2)),
        _item(
            "Platelets",
            KIM_2018,
            Rule(0, platelets_1e9_l >= 250),
            Rule(2, platelets_1e9_l >= 200),
            Rule(3, platelets_1e9_l >= 150),
            Rule(4, platelets_1e9_l >= 100),
            Rule(5),
        ),
        _item(
            "Albumin",
            KIM_2018,
            Rule(0, albumin >= 40),
            Rule(1, albumin >= 35),
            Rule(2, albumin >= 30),
            Rule(3),
        ),
    ),
)

MPAGE_B_BAND = RuleTable(
    "mpage_b_band",
    "mPAGE-B band",
    KIM_2018_BANDS,
    rules=[
        Rule("low", MPAGE_B_POINTS <= 8),
        Rule("intermediate", MPAGE_B_POINTS <= 12),
        Rule("high"),
    ],
    meanings={
        "low": "HCC within 5 years: 0 %",
        "intermediate": "HCC within 5 years: 6.1 %",
        "high": "HCC within 5 years: 18.7 %",
    },
)

mpage_b = System(
    "mpage_b",
    "mPAGE-B",
    (MPAGE_B_POINTS, MPAGE_B_BAND),
    domain="risk",
    example={"age_years": 55, "sex": "male", "platelets_1e9_l": 150, "albumin_g_l": 38},
    notes=(
        "For Koreans with chronic hepatitis B on entecavir or tenofovir; it was not made for the "
        "untreated.",
        "Completed years count.",
    ),
)

# GALAD ----------------------------------------------------------------------------------------


def galad_z(age_years: Any, male: Any, afp_ng_ml: Any, afp_l3_percent: Any, dcp_ng_ml: Any) -> Any:
    """Compute the GALAD score Z of sex, age and three markers; higher makes HCC likelier.

    Parameters
    ----------
    age_years
        Age, years. A number, array or expression.
    male
        1 for men, 0 for women.
    afp_ng_ml
        AFP, ng/mL.
    afp_l3_percent
        AFP-L3, % of AFP (10, not 0.10).
    dcp_ng_ml
        DCP (PIVKA-II), ng/mL; values in mAU/mL come from other assays and do not fit.

    Returns
    -------
    Same kind as the input
        Z, a log-odds.

    References
    ----------
    Johnson 2014 [verified twice].

    Examples
    --------
    >>> round(galad_z(60, 1, 20, 10, 1.0), 4)
    0.4344
    """
    return (
        -10.08
        + 0.09 * age_years
        + 1.67 * male
        + 2.34 * log10(afp_ng_ml)
        + 0.04 * afp_l3_percent
        + 1.33 * log10(dcp_ng_ml)
    )


def galad_probability(z: Any) -> Any:
    """Turn Z into the probability of HCC in a mix of cases and controls like that of the paper.

    Parameters
    ----------
    z
        The score of `galad_z`. A number, array or expression.

    Returns
    -------
    Same kind as the input
        Probability, 0 to 1.

    References
    ----------
    Johnson 2014 [verified twice].

    Examples
    --------
    >>> round(galad_probability(0.4344), 3)
    0.607
    """
    return 1 / (1 + exp(-z))


GALAD_CUTOFFS: Mapping[str, tuple[float, Source]] = {
    "original": (-0.63, BERHANE_2016),
    "united_states": (-0.76, YANG_2019),
    "united_states_early": (-1.18, YANG_2019),
}
"""Published limits of Z and where they stand. The −0.18 of GALADUS belongs to another score, which
adds ultrasound; the −1.68 of some pages has no source that we found."""


def galad_positive(z: float, *, cutoff: float) -> bool:
    """Tell whether Z reaches a limit, which must be named: the published ones differ.

    Parameters
    ----------
    z
        The score of `galad_z`.
    cutoff
        Limit of Z, such as one of `GALAD_CUTOFFS`.

    Returns
    -------
    bool
        True from the limit on; that the limit itself is positive is our convention.

    Examples
    --------
    >>> limit, source = GALAD_CUTOFFS["united_states"]
    >>> galad_positive(-0.7, cutoff=limit), galad_positive(-0.7, cutoff=-0.63)
    (True, False)
    """
    return z >= cutoff - TOLERANCE


GALAD_Z = Formula(
    "galad",
    "GALAD Z",
    galad_z,
    (age_years, Indicator(sex == "male"), afp_ng_ml, afp_l3_percent, dcp_ng_ml),
    source=JOHNSON_2014,
)

GALAD_PROBABILITY = Formula(
    "galad_probability",
    "GALAD probability",
    galad_probability,
    (GALAD_Z,),
    source=JOHNSON_2014,
    digits=3,
)

GALAD_RESULT = RuleTable(
    "galad_result",
    "GALAD at the original limit",
    BERHANE_2016,
    rules=[
        Rule("positive", GALAD_Z >= GALAD_CUTOFFS["original"][0]),
        Rule("negative"),
    ],
)

galad = System(
    "galad",
    "GALAD",
    (GALAD_Z, GALAD_PROBABILITY, GALAD_RESULT),
    domain="risk",
    example={
        "age_years": 60,
        "sex": "male",
        "afp_ng_ml": 20,
        "afp_l3_percent": 10,
        "dcp_ng_ml": 1.0,
    },
    notes=(
        "DCP in ng/mL. 50 mAU/mL entered as 50 ng/mL adds about 2.3 to Z; public calculators "
        "disagree on the unit, and there is no fixed factor.",
        "The probability comes from cases and controls; it is not the risk in a clinic.",
        "For a marker below the limit of quantitation enter that limit and read Z as an upper "
        "bound.",
    ),
)
