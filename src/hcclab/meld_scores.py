"""The MELD family: short-term mortality of liver failure, and allocation of livers.

Normal values give 6 in every form, so none needs a lower limit.
"""

from __future__ import annotations

from typing import Any

from hcclab.criteria import Indicator
from hcclab.elementwise import at_least, at_most, clip, exp, half_up, ln, where
from hcclab.rules import Formula, Rule, RuleTable
from hcclab.sources import (
    KAMATH_2001,
    KIM_2008,
    KIM_2021,
    KIM_2021_SURVIVAL,
    OPTN_2016,
    WIESNER_2003,
)
from hcclab.systems import System
from hcclab.variables import (
    albumin_in_g_dl,
    bilirubin_in_mg_dl,
    creatinine,
    dialysis,
    inr,
    sex,
    sodium_mmol_l,
)


def _renal(creatinine_mg_dl: Any, dialysis: Any, most: float) -> Any:
    """Creatinine as the scores count it: at least 1, at most a ceiling, the ceiling on dialysis.

    Written as a product, so that an unknown dialysis leaves it unknown.
    """
    return (1 - dialysis) * clip(creatinine_mg_dl, 1.0, most) + dialysis * most


# MELD -----------------------------------------------------------------------------------------


def meld_score(creatinine_mg_dl: Any, bilirubin_mg_dl: Any, inr: Any, dialysis: Any = 0) -> Any:
    """Compute the original MELD score in the form of UNOS, 6 (best) to 40.

    Values below 1 count as 1, creatinine above 4 mg/dL as 4.

    Parameters
    ----------
    creatinine_mg_dl
        Serum creatinine, mg/dL. A number, array or expression.
    bilirubin_mg_dl
        Total bilirubin, mg/dL.
    inr
        INR.
    dialysis
        1 after two dialyses or 24 hours of haemofiltration within 7 days, which set creatinine
        to 4 mg/dL; else 0.

    Returns
    -------
    Same kind as the input
        Points, rounded to a whole number, halves upward.

    References
    ----------
    Kamath 2001, doi:10.1053/jhep.2001.22172 [verified].

    Examples
    --------
    >>> meld_score(1.9, 4.2, 1.6)
    23.0
    """
    raw = (
        9.57 * ln(_renal(creatinine_mg_dl, dialysis, 4.0))
        + 3.78 * ln(at_least(bilirubin_mg_dl, 1.0))
        + 11.20 * ln(at_least(inr, 1.0))
        + 6.43
    )
    return at_most(half_up(raw), 40.0)


MELD_SCORE = Formula(
    "meld",
    "MELD",
    meld_score,
    (creatinine, bilirubin_in_mg_dl, inr, Indicator(dialysis)),
    source=KAMATH_2001,
    digits=0,
)

MELD_BAND = RuleTable(
    "meld_band",
    "MELD band",
    WIESNER_2003,
    rules=[
        Rule("≤ 9", MELD_SCORE <= 9),
        Rule("10-19", MELD_SCORE <= 19),
        Rule("20-29", MELD_SCORE <= 29),
        Rule("30-39", MELD_SCORE <= 39),
        Rule("≥ 40"),
    ],
    meanings={
        "≤ 9": "1.9 % die within 3 months",
        "10-19": "6.0 % die within 3 months",
        "20-29": "19.6 % die within 3 months",
        "30-39": "52.6 % die within 3 months",
        "≥ 40": "71.3 % die within 3 months",
    },
)

meld = System(
    "meld",
    "MELD",
    (MELD_SCORE, MELD_BAND),
    domain="liver function",
    example={"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.6},
    notes=(
        "Natural logarithms, and conventional units: mg/dL.",
        "The mortalities are those of hospital patients with cirrhosis and belong to this form, "
        "not to MELD-Na or MELD 3.0.",
        "For patients with HCC allocation uses exception points, which are not computed here.",
    ),
)

# MELD-Na --------------------------------------------------------------------------------------


def meld_na_score(meld: Any, sodium_mmol_l: Any) -> Any:
    """Add sodium to MELD as OPTN did from January 2016, 6 (best) to 40.

    Sodium counts only where MELD, rounded, is above 11; values below 125 count as 125, above 137
    as 137.

    Parameters
    ----------
    meld
        MELD as rounded by `meld_score`. A number, array or expression.
    sodium_mmol_l
        Serum sodium, mmol/L.

    Returns
    -------
    Same kind as the input
        Points, rounded to a whole number, halves upward.

    References
    ----------
    OPTN 2016 [verified].

    Examples
    --------
    >>> meld_na_score(23, 128), meld_na_score(11, 125), meld_na_score(12, 125)
    (28.0, 11.0, 23.0)
    """
    missing_sodium = 137 - clip(sodium_mmol_l, 125.0, 137.0)
    weight = where(meld > 11, 1.32 - 0.033 * meld, 0.0)
    return half_up(meld + weight * missing_sodium)


MELD_NA_SCORE = Formula(
    "meld_na", "MELD-Na", meld_na_score, (MELD_SCORE, sodium_mmol_l), source=OPTN_2016, digits=0
)

meld_na = System(
    "meld_na",
    "MELD-Na",
    (MELD_NA_SCORE,),
    domain="liver function",
    example={"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.6, "sodium_mmol_l": 128},
    notes=(
        "From MELD 11 to 12 at sodium 125 the score leaps from 11 to 23: the rule, not the "
        "patient, has an edge there.",
        "Two other formulas bear the same name: Kim 2008 (see meld_na_2008) and one of 2006.",
    ),
)


def meld_na_2008_score(meld: Any, sodium_mmol_l: Any) -> Any:
    """Add sodium to MELD as Kim and colleagues proposed in 2008; OPTN adopted another formula.

    Sodium below 125 counts as 125, above 140 as 140, and it counts at every MELD.

    Parameters
    ----------
    meld
        MELD. A number, array or expression.
    sodium_mmol_l
        Serum sodium, mmol/L.

    Returns
    -------
    Same kind as the input
        The score, not rounded.

    References
    ----------
    Kim 2008, doi:10.1056/NEJMoa0801209 [verified].

    Examples
    --------
    >>> round(meld_na_2008_score(23, 128), 1)
    28.1
    """
    missing_sodium = 140 - clip(sodium_mmol_l, 125.0, 140.0)
    return meld + missing_sodium - 0.025 * meld * missing_sodium


MELD_NA_2008_SCORE = Formula(
    "meld_na_2008",
    "MELD-Na (Kim 2008)",
    meld_na_2008_score,
    (MELD_SCORE, sodium_mmol_l),
    source=KIM_2008,
    digits=1,
)

meld_na_2008 = System(
    "meld_na_2008",
    "MELD-Na (Kim 2008)",
    (MELD_NA_2008_SCORE,),
    domain="liver function",
    example={"creatinine_mg_dl": 1.9, "bilirubin_mg_dl": 4.2, "inr": 1.6, "sodium_mmol_l": 128},
    notes=("Not the MELD-Na of allocation: sodium up to 140 counts, and at every MELD.",),
)

# MELD 3.0 -------------------------------------------------------------------------------------


def meld_3_0_score(
    female: Any,
    bilirubin_mg_dl: Any,
    sodium_mmol_l: Any,
    inr: Any,
    creatinine_mg_dl: Any,
    albumin_g_dl: Any,
    dialysis: Any = 0,
    *,
    cap: float | None = 40,
) -> Any:
    """Compute MELD 3.0, 6 (best) to 40.

    Bilirubin, INR and creatinine below 1 count as 1, creatinine above 3 as 3, sodium from 125 to
    137 and albumin from 1.5 to 3.5.

    Parameters
    ----------
    female
        1 for women, 0 for men; allocation counts 1 for everyone aged 12 to 17. A number, array or
        expression.
    bilirubin_mg_dl
        Total bilirubin, mg/dL.
    sodium_mmol_l
        Serum sodium, mmol/L.
    inr
        INR.
    creatinine_mg_dl
        Serum creatinine, mg/dL.
    albumin_g_dl
        Albumin, g/dL.
    dialysis
        1 after two dialyses or 24 hours of haemofiltration within 7 days, which set creatinine
        to 3 mg/dL; else 0.
    cap
        Highest score, 40 in allocation; None leaves it open, as the paper does.

    Returns
    -------
    Same kind as the input
        Points, rounded to a whole number, halves upward.

    References
    ----------
    Kim 2021, doi:10.1053/j.gastro.2021.08.050 [verified twice; the cap from memory].

    Examples
    --------
    >>> meld_3_0_score(1, 4.2, 128, 1.6, 1.9, 2.5)
    30.0
    >>> meld_3_0_score(1, 40, 120, 5, 5, 1.0, cap=None)
    50.0
    """
    ln_bilirubin = ln(at_least(bilirubin_mg_dl, 1.0))
    ln_creatinine = ln(_renal(creatinine_mg_dl, dialysis, 3.0))
    missing_sodium = 137 - clip(sodium_mmol_l, 125.0, 137.0)
    missing_albumin = 3.5 - clip(albumin_g_dl, 1.5, 3.5)
    score = half_up(
        1.33 * female
        + 4.56 * ln_bilirubin
        + 0.82 * missing_sodium
        - 0.24 * missing_sodium * ln_bilirubin
        + 9.09 * ln(at_least(inr, 1.0))
        + 11.14 * ln_creatinine
        + 1.85 * missing_albumin
        - 1.83 * missing_albumin * ln_creatinine
        + 6
    )
    return score if cap is None else at_most(score, cap)


def meld_3_0_survival(meld_3_0: Any) -> Any:
    """Estimate the probability of living 90 days without a transplant from MELD 3.0.

    Parameters
    ----------
    meld_3_0
        MELD 3.0. A number, array or expression.

    Returns
    -------
    Same kind as the input
        Probability, 0 to 1.

    References
    ----------
    Kim 2021, supplement, doi:10.1053/j.gastro.2021.08.050 [verified].

    Examples
    --------
    >>> round(meld_3_0_survival(20), 3)
    0.947
    """
    return 0.946 ** exp(0.17698 * meld_3_0 - 3.56)


MELD_3_0_SCORE = Formula(
    "meld_3_0",
    "MELD 3.0",
    meld_3_0_score,
    (
        Indicator(sex == "female"),
        bilirubin_in_mg_dl,
        sodium_mmol_l,
        inr,
        creatinine,
        albumin_in_g_dl,
        Indicator(dialysis),
    ),
    source=KIM_2021,
    digits=0,
)

MELD_3_0_SURVIVAL = Formula(
    "meld_3_0_survival_90d",
    "90-day survival by MELD 3.0",
    meld_3_0_survival,
    (MELD_3_0_SCORE,),
    source=KIM_2021_SURVIVAL,
    digits=3,
)

meld_3_0 = System(
    "meld_3_0",
    "MELD 3.0",
    (MELD_3_0_SCORE, MELD_3_0_SURVIVAL),
    domain="liver function",
    example={
        "sex": "female",
        "bilirubin_mg_dl": 4.2,
        "sodium_mmol_l": 128,
        "inr": 1.6,
        "creatinine_mg_dl": 1.9,
        "albumin_g_dl": 2.5,
    },
    notes=(
        "Creatinine is capped at 3 mg/dL here, at 4 in the older forms.",
        "Allocation gives the 1.33 points of women to everyone aged 12 to 17.",
        "The score ends at 40 as in allocation; the paper sets no end.",
    ),
)
