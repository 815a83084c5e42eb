"""Embolisation: whom chemoembolisation (TACE) is likely to help, before and between sessions."""

from __future__ import annotations

from hcclab.liver_function import stated_albi_grade, stated_points
from hcclab.rules import Points, Remark, Rule, RuleTable
from hcclab.sources import (
    ADHOUTE_2015,
    BOLONDI_2012,
    HUNG_2021,
    KADALAYIL_2013,
    KUDO_2015,
    LEE_2021,
    PARK_2016,
    SIEGHART_2013,
    WANG_2019,
    Source,
)
from hcclab.staging import portal_thrombus, stated_bclc
from hcclab.systems import System
from hcclab.tumour_burden import UP_TO_7_SUM
from hcclab.variables import (
    afp_ng_ml,
    albumin,
    ast_increase_gt_25pct,
    bilirubin,
    child_pugh_increase,
    ecog,
    largest_tumour_cm,
    no_radiological_response,
    radiological_response,
    tumour_count,
)


def _item(source: Source, title: str, *rules: Rule) -> RuleTable:
    return RuleTable(title.lower().replace(" ", "_"), title, source, rules)


# Before the first session -----------------------------------------------------------------------

HAP = Points(
    "hap",
    "HAP score",
    source=KADALAYIL_2013,
    items=(
        _item(KADALAYIL_2013, "Albumin", Rule(1, albumin < 36), Rule(0)),
        _item(KADALAYIL_2013, "Bilirubin", Rule(1, bilirubin > 17), Rule(0)),
        _item(KADALAYIL_2013, "AFP", Rule(1, afp_ng_ml > 400), Rule(0)),
        _item(KADALAYIL_2013, "Largest tumour", Rule(1, largest_tumour_cm > 7), Rule(0)),
    ),
)

MHAP_2 = Points(
    "mhap_2",
    "mHAP-II score",
    source=PARK_2016,
    items=(*HAP.items, _item(PARK_2016, "Number of tumours", Rule(1, tumour_count >= 2), Rule(0))),
)


def _hap_class(points: Points, title: str, source: Source) -> RuleTable:
    return RuleTable(
        f"{points.column}_class",
        title,
        source,
        rules=[
            Rule("A", points <= 0),
            Rule("B", points <= 1),
            Rule("C", points <= 2),
            Rule("D"),
        ],
        meanings={"A": "0 points", "B": "1 point", "C": "2 points", "D": "3 points or more"},
    )


HAP_CLASS = _hap_class(HAP, "HAP class", KADALAYIL_2013)
MHAP_2_CLASS = _hap_class(MHAP_2, "mHAP-II class", PARK_2016)

hap = System(
    "hap",
    "HAP",
    (HAP, HAP_CLASS),
    domain="embolisation",
    example={"albumin_g_l": 34, "bilirubin_umol_l": 20, "afp_ng_ml": 150, "largest_tumour_cm": 5},
    notes=(
        "All four limits are open: exactly 36 g/L, 17 µmol/L, 400 ng/mL and 7 cm cost nothing.",
        "Median survival in the paper: 27.6, 18.5, 9.0 and 3.6 months in classes A to D.",
    ),
)

mhap_2 = System(
    "mhap_2",
    "mHAP-II",
    (MHAP_2, MHAP_2_CLASS),
    domain="embolisation",
    example={
        "albumin_g_l": 34,
        "bilirubin_umol_l": 20,
        "afp_ng_ml": 150,
        "tumour_diameters_cm": [5.0, 3.0],
    },
    notes=("HAP with one more point for two or more tumours.",),
)


def _strata(column: str, title: str, source: Source, low: float, high: float) -> RuleTable:
    return RuleTable(
        column,
        title,
        source,
        rules=[
            Rule("low", UP_TO_7_SUM <= low),
            Rule("intermediate", UP_TO_7_SUM <= high),
            Rule("high"),
        ],
    )


SIX_AND_TWELVE = _strata("six_and_twelve", "Six-and-twelve", WANG_2019, 6, 12)
SEVEN_ELEVEN = _strata("seven_eleven", "Seven-eleven", HUNG_2021, 7, 11)

_FOR_WHOM = "Meant for patients to whom TACE is recommended: BCLC A or B, Child-Pugh A to B7, PS 0."

six_and_twelve = System(
    "six_and_twelve",
    "Six-and-twelve",
    (SIX_AND_TWELVE,),
    domain="embolisation",
    example={"tumour_diameters_cm": [4.0, 3.0, 2.0]},
    notes=(
        _FOR_WHOM,
        "Tables that print 7-12 for the middle leave 6.1 to 6.9 without a stratum; the sum is "
        "fractional.",
        "Median survival in the paper: 49.1, 32.0 and 15.8 months.",
    ),
)

seven_eleven = System(
    "seven_eleven",
    "Seven-eleven",
    (SEVEN_ELEVEN,),
    domain="embolisation",
    example={"tumour_diameters_cm": [4.0, 3.0, 2.0]},
    notes=(_FOR_WHOM,),
)

ALBI_TAE = Points(
    "albi_tae",
    "ALBI-TAE points",
    source=LEE_2021,
    items=(
        _item(LEE_2021, "ALBI grade", Rule(0, stated_albi_grade == "1"), Rule(1)),
        _item(LEE_2021, "AFP", Rule(1, afp_ng_ml > 200), Rule(0)),
        _item(LEE_2021, "Largest diameter plus number", Rule(1, UP_TO_7_SUM > 11), Rule(0)),
    ),
)

ALBI_TAE_CLASS = RuleTable(
    "albi_tae_class",
    "ALBI-TAE class",
    LEE_2021,
    rules=[
        Rule("A", ALBI_TAE <= 0),
        Rule("B", ALBI_TAE <= 1),
        Rule("C", ALBI_TAE <= 2),
        Rule("D"),
    ],
    meanings={"A": "0 points", "B": "1 point", "C": "2 points", "D": "3 points"},
)

albi_tae = System(
    "albi_tae",
    "ALBI-TAE",
    (ALBI_TAE, ALBI_TAE_CLASS),
    domain="embolisation",
    example={"albi_grade": "2", "afp_ng_ml": 150, "tumour_diameters_cm": [8.0, 3.0, 2.0]},
    notes=("ALBI grade 3 costs one point like grade 2, and an AFP of exactly 200 none.",),
)

# Between sessions -------------------------------------------------------------------------------

ART = Points(
    "art",
    "ART score",
    source=SIEGHART_2013,
    items=(
        _item(SIEGHART_2013, "Rise of AST", Rule(4, ast_increase_gt_25pct), Rule(0)),
        _item(
            SIEGHART_2013,
            "Rise of Child-Pugh points",
            Rule(0, child_pugh_increase == 0),
            Rule(1.5, child_pugh_increase == 1),
            Rule(3),
        ),
        _item(SIEGHART_2013, "Response", Rule(1, no_radiological_response), Rule(0)),
    ),
)

ART_GROUP = RuleTable(
    "art_group",
    "ART group",
    SIEGHART_2013,
    rules=[Rule("favourable", ART <= 1.5), Rule("unfavourable")],
    meanings={
        "favourable": "a second session is likely to help",
        "unfavourable": "a second session is unlikely to help",
    },
)

art = System(
    "art",
    "ART",
    (ART, ART_GROUP),
    domain="embolisation",
    example={
        "ast_increase_gt_25pct": False,
        "child_pugh_increase": 1,
        "no_radiological_response": True,
    },
    notes=(
        "Asked before the second session, against the findings before the first.",
        "No score lies between 1.5 and 2.5, and both limits are attained: 2.5 is unfavourable.",
        "Median survival in the paper: 23.7 and 6.6 months.",
    ),
)

ABCR = Points(
    "abcr",
    "ABCR score",
    source=ADHOUTE_2015,
    items=(
        _item(ADHOUTE_2015, "AFP", Rule(1, afp_ng_ml >= 200), Rule(0)),
        _item(
            ADHOUTE_2015,
            "BCLC stage",
            Rule(0, (stated_bclc == "0") | (stated_bclc == "A")),
            Rule(2, stated_bclc == "B"),
            Rule(3),
        ),
        _item(
            ADHOUTE_2015, "Rise of Child-Pugh points", Rule(2, child_pugh_increase >= 2), Rule(0)
        ),
        _item(ADHOUTE_2015, "Response", Rule(-3, radiological_response), Rule(0)),
    ),
)

ABCR_GROUP = RuleTable(
    "abcr_group",
    "ABCR group",
    ADHOUTE_2015,
    rules=[
        Rule("not applicable", (stated_bclc == "0") | (stated_bclc == "D")),
        Rule("good", ABCR <= 0),
        Rule("intermediate", ABCR <= 3),
        Rule("poor"),
    ],
    meanings={
        "good": "further sessions are likely to help",
        "poor": "no benefit from further sessions",
    },
)

abcr = System(
    "abcr",
    "ABCR",
    (ABCR, ABCR_GROUP),
    domain="embolisation",
    example={
        "bclc": "B",
        "afp_ng_ml": 150,
        "child_pugh_increase": 0,
        "radiological_response": True,
    },
    notes=(
        "Stage and AFP are those before the first session; rise and response are those after it.",
        "The paper has points for BCLC A to C only; its middle group has no name of its own.",
    ),
)

# Subclasses of BCLC B ---------------------------------------------------------------------------

_WITHIN = UP_TO_7_SUM <= 7
_QUASI_C = (stated_points <= 6) & (ecog == 0) & portal_thrombus

BOLONDI = RuleTable(
    "bolondi",
    "Bolondi subclass of BCLC B",
    BOLONDI_2012,
    rules=[
        Rule("not applicable", ~(stated_bclc == "B")),
        Rule("B1", (stated_points <= 7) & _WITHIN & (ecog == 0) & ~portal_thrombus),
        Rule("B2", (stated_points <= 6) & (ecog == 0) & ~portal_thrombus),
        Rule("B3", (stated_points <= 7) & (ecog == 0) & ~portal_thrombus),
        Rule("B4", (stated_points > 7) & (stated_points <= 9) & (ecog <= 1) & ~portal_thrombus),
        Rule("quasi-C", _QUASI_C),
        Rule("unclassified", note="a combination that the paper does not print"),
    ],
    remarks=[
        Remark(
            "quasi_c",
            (stated_bclc == "B") & _QUASI_C,
            "quasi-C asks for thrombus in a segmental branch at most; this row has not been "
            "checked against the paper [from memory]",
        )
    ],
    meanings={"not applicable": "not BCLC B"},
)

bolondi = System(
    "bolondi",
    "Bolondi subclassification",
    (BOLONDI,),
    domain="embolisation",
    example={
        "bclc": "B",
        "tumour_diameters_cm": [4.0, 3.0, 2.0],
        "child_pugh_score": 6,
        "ecog": 0,
        "portal_vein_thrombosis": False,
    },
    notes=(
        "Older than BCLC 2022, which divides stage B by the pattern of the tumour and not by "
        "Child-Pugh and up-to-seven.",
        "Some combinations have no subclass, such as Child-Pugh 7 within up-to-seven at PS 1.",
    ),
)

KINKI = RuleTable(
    "kinki",
    "Kinki subclass of BCLC B",
    KUDO_2015,
    rules=[
        Rule("not applicable", ~(stated_bclc == "B")),
        Rule("B1", (stated_points <= 7) & _WITHIN),
        Rule("B2", stated_points <= 7),
        Rule("B3a", (stated_points <= 9) & _WITHIN),
        Rule("B3b", stated_points <= 9),
        Rule("unclassified", note="Child-Pugh of 10 points or more"),
    ],
    meanings={"not applicable": "not BCLC B"},
)

kinki = System(
    "kinki",
    "Kinki criteria",
    (KINKI,),
    domain="embolisation",
    example={"bclc": "B", "tumour_diameters_cm": [4.0, 3.0, 2.0], "child_pugh_score": 8},
    notes=(
        "Divides BCLC B only; Child-Pugh of 10 points or more has no subclass.",
        "Simpler than Bolondi: neither performance status nor the portal vein is asked.",
    ),
)
