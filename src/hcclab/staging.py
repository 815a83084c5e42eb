"""Staging systems."""

from __future__ import annotations

from hcclab.criteria import Criterion, Given, as_entered
from hcclab.liver_function import CHILD_PUGH_CLASS
from hcclab.rules import Remark, Rule, RuleTable
from hcclab.sources import BCLC_LIVER, REIG_2022
from hcclab.systems import Result, System
from hcclab.variables import (
    ascites,
    bilirubin_mg_dl,
    bilirubin_umol_l,
    ecog,
    ecog_tumour_related,
    encephalopathy_grade,
    extrahepatic_spread,
    largest_tumour_cm,
    liver,
    macrovascular_invasion,
    transplantable,
    tumour_count,
)

LIVER_RESERVE = RuleTable(
    "liver_reserve",
    "Liver reserve",
    BCLC_LIVER,
    rules=[
        Rule("end_stage", CHILD_PUGH_CLASS == "C"),
        Rule(
            "preserved",
            (ascites == "none")
            & (encephalopathy_grade == 0)
            & as_entered(bilirubin_umol_l <= 34.2, bilirubin_mg_dl <= 2),
        ),
        Rule("impaired"),
    ],
)


def liver_is(state: str) -> Criterion:
    """Hold the stated liver function, or the one derived from the findings if none was stated.

    Examples
    --------
    >>> liver_is("end_stage").truth({"liver": "impaired"})
    False
    """
    return Given(liver, then=(liver == state), otherwise=(LIVER_RESERVE == state))


BCLC_2022 = RuleTable(
    "bclc_2022",
    "BCLC 2022",
    REIG_2022,
    rules=[
        Rule("D", (ecog >= 3) & ecog_tumour_related),
        Rule("D", liver_is("end_stage") & ~transplantable),
        Rule("C", macrovascular_invasion | extrahepatic_spread),
        Rule("C", (ecog >= 1) & ecog_tumour_related),
        Rule("0", (tumour_count == 1) & (largest_tumour_cm <= 2)),
        Rule("A", tumour_count == 1),
        Rule("A", (tumour_count <= 3) & (largest_tumour_cm <= 3)),
        Rule("B", note="more than 3 tumours, or 2 to 3 with one above 3 cm"),
    ],
    remarks=[
        Remark(
            "ps_not_tumour_related",
            (ecog >= 1) & ~ecog_tumour_related,
            "the loss of performance is not caused by the tumour, so it does not count",
        ),
        Remark(
            "liver_not_preserved",
            liver_is("impaired"),
            "the liver is impaired but not end-stage: BCLC 2022 gives no stage for this, so the "
            "tumour decides the letter and the liver limits the treatment [our convention]",
        ),
        Remark(
            "transplant_pathway",
            liver_is("end_stage") & transplantable,
            "end-stage liver with a transplant option: staged by the tumour, to be transplanted",
        ),
    ],
    meanings={
        "0": "very early",
        "A": "early",
        "B": "intermediate",
        "C": "advanced",
        "D": "terminal",
    },
)

BCLC = System("bclc_2022", "BCLC 2022", grades=(BCLC_2022,))


def bclc_2022(
    *,
    tumour_diameters_cm: list[float] | str | None = None,
    tumour_count: int | None = None,
    largest_tumour_cm: float | None = None,
    macrovascular_invasion: bool | None = None,
    extrahepatic_spread: bool | None = None,
    ecog: int | None = None,
    ecog_tumour_related: bool | None = True,
    liver: str | None = None,
    transplantable: bool | None = False,
) -> Result:
    """Stage by the Barcelona Clinic Liver Cancer system, 2022 edition.

    The 2025 update (J Hepatol 2026;84:631-654) gives the same stages.

    Parameters
    ----------
    tumour_diameters_cm
        Diameter of every tumour, cm; or `tumour_count` and `largest_tumour_cm` instead.
    macrovascular_invasion, extrahepatic_spread
        Seen on imaging.
    ecog
        Performance status, 0 to 4.
    ecog_tumour_related
        Whether the tumour caused the loss of performance; otherwise it does not count.
    liver
        ``"preserved"``, ``"impaired"`` or ``"end_stage"``.
    transplantable
        Whether the patient could be given a transplant.

    Returns
    -------
    Result
        `.grade` is the stage, `.possible` what is attainable if something is unknown.

    Raises
    ------
    ValueError
        If a value is impossible.

    References
    ----------
    Reig 2022, doi:10.1016/j.jhep.2021.11.018 [verified twice].

    Examples
    --------
    >>> patient = dict(tumour_diameters_cm=[2.0], extrahepatic_spread=False, ecog=0,
    ...                liver="preserved")
    >>> bclc_2022(**patient, macrovascular_invasion=False).grade
    '0'
    >>> bclc_2022(**patient).possible
    ('C', '0')
    """
    return BCLC.assess(locals())
