"""Staging systems."""

from __future__ import annotations

from hcclab.criteria import Stated, as_entered
from hcclab.liver_function import stated_class
from hcclab.rules import Remark, Rule, RuleTable
from hcclab.sources import BCLC_LIVER, REIG_2022
from hcclab.systems import System
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
        Rule("end_stage", stated_class == "C"),
        Rule(
            "preserved",
            (ascites == "none")
            & (encephalopathy_grade == 0)
            & as_entered(bilirubin_umol_l <= 34.2, bilirubin_mg_dl <= 2),
        ),
        Rule("impaired"),
    ],
)


reserve = Stated(liver, LIVER_RESERVE)


BCLC_2022 = RuleTable(
    "bclc_2022",
    "BCLC 2022",
    REIG_2022,
    rules=[
        Rule("D", (ecog >= 3) & ecog_tumour_related),
        Rule("D", (reserve == "end_stage") & ~transplantable),
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
            (reserve == "impaired"),
            "the liver is impaired but not end-stage: BCLC 2022 gives no stage for this, so the "
            "tumour decides the letter and the liver limits the treatment [our convention]",
        ),
        Remark(
            "transplant_pathway",
            (reserve == "end_stage") & transplantable,
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

bclc_2022 = System(
    "bclc_2022",
    "BCLC 2022",
    (BCLC_2022,),
    domain="staging",
    example={
        "tumour_diameters_cm": [2.0],
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
        "ecog": 0,
        "liver": "preserved",
    },
    notes=(
        "The 2025 update (J Hepatol 2026;84:631-654) gives the same stages.",
        "AASLD has no stages of its own and uses BCLC; EASL does too. There is no WHO stage of "
        "liver cancer: WHO means performance status or the classification of histology.",
    ),
)
