"""Staging systems."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

from hcclab.criteria import Criterion, Given, Stated, as_entered
from hcclab.liver_function import (
    ALBI_GRADE,
    CHILD_PUGH_CLASS,
    MALBI_GRADE,
    stated_class,
    stated_points,
)
from hcclab.measurement import Variable
from hcclab.rules import Outcome, Points, Remark, Rule, RuleTable
from hcclab.sources import (
    AJCC_2017,
    BCLC_LIVER,
    BCLC_STRATA,
    CLIP_1998,
    FARINATI_2016,
    HIRAOKA_2016,
    HIRAOKA_2016_MODIFIED,
    KUDO_2003,
    NHC_2022,
    OKEN_1982,
    OKUDA_1985,
    REIG_2022,
    YAU_2014,
    Source,
)
from hcclab.systems import System
from hcclab.variables import (
    adjacent_organ,
    afp_ng_ml,
    albi_grade,
    albumin_in_g_dl,
    ascites,
    bclc,
    bilirubin_in_mg_dl,
    bilirubin_mg_dl,
    bilirubin_umol_l,
    child_pugh_class,
    clip_morphology,
    diffuse,
    ecog,
    ecog_tumour_related,
    encephalopathy_grade,
    extended_transplant_criteria,
    extrahepatic_spread,
    extrahepatic_vascular_invasion_or_metastasis,
    intrahepatic_vascular_invasion,
    ita_li_ca_tumour_stage,
    largest_tumour_cm,
    lcsgj_stage,
    liver,
    liver_involvement_percent,
    m,
    macrovascular_invasion,
    n,
    perforated_visceral_peritoneum,
    portal_vein_thrombosis,
    selective_access,
    transplantable,
    tumour_count,
    tumour_pattern,
    vascular_invasion,
    vascular_invasion_or_metastasis,
    vascular_or_bile_duct_invasion,
)

NOT_SYSTEMS = {
    "aasld": "AASLD has no stages of its own and uses BCLC: bclc_2022",
    "easl": "EASL is a guideline without stages of its own and uses BCLC: bclc_2022",
    "nhc": "NHC is a guideline; its stages are called CNLC: cnlc",
    "csco": "CSCO is a guideline and uses CNLC: cnlc",
    "who": "there is no WHO stage of liver cancer: WHO means performance status "
    "(performance_status), the classification of histology, or old response criteria",
}
"""What is often asked for as a staging system and is none, in lower case."""

GENERAL_FINDINGS = (
    "A finding that only this system uses and that is not stated is ruled out where the general "
    "one is (macrovascular invasion, extrahepatic spread), and asked for where that is present "
    "[our convention]."
)


def _item(source: Source, title: str, *rules: Rule) -> RuleTable:
    return RuleTable(title.lower().replace(" ", "_"), title, source, rules)


def _ranked(source: Source, title: str, variable: Variable, derived: RuleTable) -> RuleTable:
    """An item of 0 points for the mildest grade, 1 for the next, and so on.

    Each row reads "up to this grade": a patient of grade A or B then has 0 to 1 points, where rows
    of one grade each would leave the last row open too.
    """

    def up_to(rank: int) -> Criterion:
        grades = variable.choices[: rank + 1]
        return Given(
            variable,
            then=reduce(or_, (variable == grade for grade in grades)),
            otherwise=Outcome(derived, grades),
        )

    top = len(variable.choices) - 1
    return _item(source, title, *(Rule(rank, up_to(rank)) for rank in range(top)), Rule(top))


# Performance status ---------------------------------------------------------------------------

PERFORMANCE_STATUS = RuleTable(
    "performance_status",
    "BCLC stage open to this performance",
    OKEN_1982,
    rules=[
        Rule("D", (ecog >= 3) & ecog_tumour_related),
        Rule("C or D", (ecog >= 1) & ecog_tumour_related),
        Rule("any"),
    ],
    remarks=[
        Remark("ps_0", ecog == 0, "fully active, no restriction"),
        Remark("ps_1", ecog == 1, "no strenuous activity; up and about, light work possible"),
        Remark(
            "ps_2",
            ecog == 2,
            "cares for oneself, cannot work; up and about more than half of the waking hours",
        ),
        Remark(
            "ps_3",
            ecog == 3,
            "cares for oneself only in part; in bed or chair more than half of the waking hours",
        ),
        Remark("ps_4", ecog == 4, "completely disabled; confined to bed or chair"),
    ],
    meanings={
        "D": "terminal",
        "C or D": "advanced, or terminal by the liver",
        "any": "tumour and liver decide",
    },
)

performance_status = System(
    "performance_status",
    "ECOG performance status",
    (PERFORMANCE_STATUS,),
    domain="staging",
    example={"ecog": 1},
    notes=(
        "ECOG, Zubrod and WHO performance status are one scale; 5 means dead and is no input.",
        "BCLC counts only what the tumour causes. CNLC keeps 0 to 2 in stages I to III and puts "
        "3 and 4 into IV; HKLC puts 2 to 4 into V.",
        "Exactly half of the waking hours is not defined; do not convert step counts or a "
        "Karnofsky index as if the tables were exact.",
    ),
)

# BCLC -----------------------------------------------------------------------------------------

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

stated_bclc = Stated(bclc, BCLC_2022)

BCLC_B_STRATUM = RuleTable(
    "bclc_b_stratum",
    "Stratum of BCLC B",
    BCLC_STRATA,
    rules=[
        Rule("not applicable", ~(stated_bclc == "B")),
        Rule("transplant", extended_transplant_criteria),
        Rule("TACE", (tumour_pattern == "well_defined") & selective_access),
        Rule("systemic"),
    ],
    meanings={
        "not applicable": "not stage B",
        "transplant": "within extended criteria",
        "TACE": "defined nodules that can be reached",
        "systemic": "diffuse, infiltrative, extensive in both lobes, or not to be reached",
    },
)

bclc_b_stratum = System(
    "bclc_b_stratum",
    "BCLC B strata",
    (BCLC_B_STRATUM,),
    domain="staging",
    example={
        "bclc": "B",
        "extended_transplant_criteria": False,
        "tumour_pattern": "well_defined",
        "selective_access": True,
    },
    notes=(
        "These three groups of 2022 are not the substages B1 to B4 of Bolondi.",
        "The size, number and AFP of the extended criteria are those of the transplant centre; "
        "the 2025 update excludes AFP above 1000 ng/mL.",
    ),
)

# CNLC -----------------------------------------------------------------------------------------

CNLC = RuleTable(
    "cnlc",
    "CNLC",
    NHC_2022,
    rules=[
        Rule("IV", ecog >= 3),
        Rule("IV", stated_class == "C"),
        Rule("IIIb", extrahepatic_spread),
        Rule("IIIa", macrovascular_invasion),
        Rule("IIb", tumour_count >= 4),
        Rule("IIa", (tumour_count >= 2) & (largest_tumour_cm > 3)),
        Rule("Ib", tumour_count >= 2),
        Rule("Ib", largest_tumour_cm > 5),
        Rule("Ia", note="a single tumour of at most 5 cm"),
    ],
    remarks=[
        Remark(
            "ps_does_not_count",
            (ecog >= 1) & (ecog <= 2),
            "performance status 1 or 2 stays in stages I to III; in BCLC it is stage C if the "
            "tumour causes it",
        ),
    ],
    meanings={
        "IV": "performance 3-4 or Child-Pugh C",
        "IIIb": "outside the liver",
        "IIIa": "tumour thrombus on imaging",
        "IIb": "4 or more tumours",
        "IIa": "2-3 tumours, one above 3 cm",
        "Ib": "2-3 tumours up to 3 cm, or one above 5 cm",
        "Ia": "one tumour up to 5 cm",
    },
)

cnlc = System(
    "cnlc",
    "CNLC",
    (CNLC,),
    domain="staging",
    example={
        "tumour_diameters_cm": [5.1],
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
        "ecog": 0,
        "child_pugh_class": "A",
    },
    notes=(
        "The letters are not those of BCLC: a single tumour above 5 cm is Ib here and A there, "
        "and any Child-Pugh C is IV here.",
        "Microscopic vascular invasion does not make IIIa.",
        "The rules are the same in the editions of 2019, 2022, 2024 and 2026.",
    ),
)

# AJCC 8 ---------------------------------------------------------------------------------------

_ANY_INVASION = Given(
    vascular_invasion, then=vascular_invasion != "none", otherwise=macrovascular_invasion
)
_MAJOR_INVASION = Given(
    vascular_invasion,
    then=vascular_invasion == "major",
    otherwise=macrovascular_invasion & (vascular_invasion == "major"),
)
_ADJACENT = Given(
    adjacent_organ, then=adjacent_organ, otherwise=extrahepatic_spread & adjacent_organ
)
_PERFORATED = Given(
    perforated_visceral_peritoneum,
    then=perforated_visceral_peritoneum,
    otherwise=extrahepatic_spread & perforated_visceral_peritoneum,
)
_DISTANT = Given(m, then=m, otherwise=extrahepatic_spread & m)
# Asked where distant metastases are excluded: what spread there is then lies in the nodes.
_NODES = Given(n, then=n, otherwise=extrahepatic_spread)


def _by_t(table: RuleTable, stages: Mapping[str, str]) -> list[Rule]:
    """The rows of a table of T categories, each with the stage that its category makes."""
    return [Rule(stages[rule.outcome], rule.when, rule.note) for rule in table.rules]


AJCC_8_T = RuleTable(
    "ajcc_8_t",
    "AJCC 8 T category",
    AJCC_2017,
    rules=[
        Rule("T4", _MAJOR_INVASION),
        Rule("T4", _ADJACENT),
        Rule("T4", _PERFORATED),
        Rule("T3", (tumour_count >= 2) & (largest_tumour_cm > 5)),
        Rule("T2", tumour_count >= 2),
        Rule("T2", (largest_tumour_cm > 2) & _ANY_INVASION),
        Rule("T1b", largest_tumour_cm > 2),
        Rule("T1a", note="a single tumour of at most 2 cm, with or without vascular invasion"),
    ],
    meanings={
        "T4": "major vessel, adjacent organ or peritoneum",
        "T3": "several, one above 5 cm",
        "T2": "several up to 5 cm, or one above 2 cm with invasion",
        "T1b": "one above 2 cm without invasion",
        "T1a": "one up to 2 cm",
    },
)

AJCC_8 = RuleTable(
    "ajcc_8",
    "AJCC 8 stage",
    AJCC_2017,
    rules=[
        Rule("IVB", _DISTANT),
        Rule("IVA", _NODES),
        *_by_t(AJCC_8_T, {"T4": "IIIB", "T3": "IIIA", "T2": "II", "T1b": "IB", "T1a": "IA"}),
    ],
    meanings={"IVB": "distant metastasis", "IVA": "regional nodes"},
)

ajcc_8 = System(
    "ajcc_8",
    "AJCC/UICC TNM, 8th edition",
    (AJCC_8, AJCC_8_T),
    domain="staging",
    example={
        "tumour_diameters_cm": [4.5, 2.0],
        "vascular_invasion": "none",
        "adjacent_organ": False,
        "perforated_visceral_peritoneum": False,
        "n": False,
        "m": False,
    },
    notes=(
        "Liver function does not count. Microscopic invasion does, and only a specimen shows it: "
        "a stage from imaging may rise after resection.",
        "A solitary tumour up to 2 cm stays T1a in spite of vascular invasion; growth into the "
        "gallbladder alone is not T4; satellites make a tumour multiple.",
        GENERAL_FINDINGS,
    ),
)

# Okuda ----------------------------------------------------------------------------------------

OKUDA_POINTS = Points(
    "okuda_points",
    "Okuda points",
    source=OKUDA_1985,
    items=(
        _item(OKUDA_1985, "Tumour size", Rule(1, liver_involvement_percent > 50), Rule(0)),
        _item(OKUDA_1985, "Ascites", Rule(0, ascites == "none"), Rule(1)),
        _item(OKUDA_1985, "Albumin", Rule(1, albumin_in_g_dl < 3), Rule(0)),
        _item(OKUDA_1985, "Bilirubin", Rule(1, bilirubin_in_mg_dl > 3), Rule(0)),
    ),
)

OKUDA = RuleTable(
    "okuda",
    "Okuda stage",
    OKUDA_1985,
    rules=[Rule("I", OKUDA_POINTS <= 0), Rule("II", OKUDA_POINTS <= 2), Rule("III")],
    meanings={"I": "0 points", "II": "1-2 points", "III": "3-4 points"},
)

okuda = System(
    "okuda",
    "Okuda",
    (OKUDA_POINTS, OKUDA),
    domain="staging",
    example={
        "liver_involvement_percent": 20,
        "ascites": "none",
        "albumin_g_l": 38,
        "bilirubin_umol_l": 20,
    },
    notes=(
        "From 1985, when most patients had symptoms: untreated, half were dead after 8.3, 2.0 and "
        "0.7 months in stages I, II and III. Small tumours all score 0 for size.",
        "Exactly 50 %, 3.0 g/dL and 3.0 mg/dL score nothing; some programs say otherwise.",
    ),
)

# CLIP -----------------------------------------------------------------------------------------

CLIP_MORPHOLOGY = RuleTable(
    "clip_morphology",
    "Tumour morphology",
    CLIP_1998,
    rules=[
        Rule("massive", liver_involvement_percent > 50),
        Rule("uni", tumour_count == 1),
        Rule("multi"),
    ],
)

portal_thrombus = Given(
    portal_vein_thrombosis,
    then=portal_vein_thrombosis,
    otherwise=macrovascular_invasion & portal_vein_thrombosis,
)

CLIP = Points(
    "clip",
    "CLIP",
    source=CLIP_1998,
    items=(
        _ranked(CLIP_1998, "Child-Pugh class", child_pugh_class, CHILD_PUGH_CLASS),
        _ranked(CLIP_1998, "Morphology", clip_morphology, CLIP_MORPHOLOGY),
        _item(CLIP_1998, "AFP", Rule(1, afp_ng_ml >= 400), Rule(0)),
        _item(CLIP_1998, "Portal thrombus", Rule(1, portal_thrombus), Rule(0)),
    ),
)

clip = System(
    "clip",
    "CLIP",
    (CLIP,),
    domain="staging",
    example={
        "child_pugh_class": "A",
        "clip_morphology": "multi",
        "afp_ng_ml": 250,
        "portal_vein_thrombosis": False,
    },
    notes=(
        "Massive means more than half of the liver, so one tumour may score 2.",
        "AFP of exactly 400 ng/mL scores; a review prints ng/dL by mistake.",
        "Medians in the prospective validation: 36, 22, 9, 7 and 3 months for 0, 1, 2, 3 and 4 to "
        "6 points.",
        GENERAL_FINDINGS,
    ),
)

# LCSGJ, JIS, ALBI-T ---------------------------------------------------------------------------

_VESSEL_OR_DUCT = Given(
    vascular_or_bile_duct_invasion,
    then=vascular_or_bile_duct_invasion,
    otherwise=macrovascular_invasion,
)

LCSGJ_FACTORS = Points(
    "lcsgj_factors",
    "favourable LCSGJ factors",
    source=KUDO_2003,
    items=(
        _item(KUDO_2003, "Solitary", Rule(1, tumour_count == 1), Rule(0)),
        _item(KUDO_2003, "At most 2 cm", Rule(1, largest_tumour_cm <= 2), Rule(0)),
        _item(KUDO_2003, "No invasion", Rule(0, _VESSEL_OR_DUCT), Rule(1)),
    ),
)

LCSGJ_T = RuleTable(
    "lcsgj_t",
    "LCSGJ T category",
    KUDO_2003,
    rules=[
        Rule("T4", LCSGJ_FACTORS <= 0),
        Rule("T3", LCSGJ_FACTORS <= 1),
        Rule("T2", LCSGJ_FACTORS <= 2),
        Rule("T1", note="solitary, at most 2 cm, no vessel or bile duct invaded"),
    ],
    meanings={
        "T4": "no favourable factor",
        "T3": "one factor",
        "T2": "two factors",
        "T1": "all three factors",
    },
)

LCSGJ = RuleTable(
    "lcsgj",
    "LCSGJ stage",
    KUDO_2003,
    rules=[
        Rule("IVB", _DISTANT),
        Rule("IVA", _NODES),
        *_by_t(LCSGJ_T, {"T4": "IVA", "T3": "III", "T2": "II", "T1": "I"}),
    ],
    meanings={"IVB": "distant metastasis", "IVA": "regional nodes, or T4"},
)

lcsgj = System(
    "lcsgj",
    "LCSGJ TNM",
    (LCSGJ, LCSGJ_T),
    domain="staging",
    example={
        "tumour_diameters_cm": [4.5, 2.0],
        "vascular_or_bile_duct_invasion": False,
        "n": False,
        "m": False,
    },
    notes=(
        "The Japanese TNM counts favourable factors (solitary, at most 2 cm, nothing invaded): "
        "three make T1, none makes T4. It is not the AJCC stage.",
        GENERAL_FINDINGS,
    ),
)


def _stage(source: Source) -> RuleTable:
    def up_to(number: int, *stages: str) -> Given:
        return Given(lcsgj_stage, then=lcsgj_stage <= number, otherwise=Outcome(LCSGJ, stages))

    return _item(
        source,
        "LCSGJ stage",
        Rule(0, up_to(1, "I")),
        Rule(1, up_to(2, "I", "II")),
        Rule(2, up_to(3, "I", "II", "III")),
        Rule(3),
    )


JIS = Points(
    "jis",
    "JIS",
    source=KUDO_2003,
    items=(
        _ranked(KUDO_2003, "Child-Pugh class", child_pugh_class, CHILD_PUGH_CLASS),
        _stage(KUDO_2003),
    ),
)

jis = System(
    "jis",
    "JIS",
    (JIS,),
    domain="staging",
    example={"child_pugh_class": "A", "lcsgj_stage": 3},
    notes=("Stages IVA and IVB both score 3. The stage is the Japanese one, not that of AJCC.",),
)

ALBI_T = Points(
    "albi_t",
    "ALBI-T",
    source=HIRAOKA_2016,
    items=(
        _ranked(HIRAOKA_2016, "ALBI grade", albi_grade, ALBI_GRADE),
        _stage(HIRAOKA_2016),
    ),
)

MALBI_T = Points(
    "malbi_t",
    "mALBI-T",
    source=HIRAOKA_2016_MODIFIED,
    items=(
        _item(
            HIRAOKA_2016_MODIFIED,
            "Modified ALBI grade",
            Rule(0, MALBI_GRADE == "1"),
            Rule(1, MALBI_GRADE == "2a"),
            Rule(2, MALBI_GRADE == "2b"),
            Rule(3),
        ),
        _stage(HIRAOKA_2016_MODIFIED),
    ),
)

albi_t = System(
    "albi_t",
    "ALBI-T",
    (ALBI_T, MALBI_T),
    domain="staging",
    example={"bilirubin_umol_l": 20, "albumin_g_l": 38, "lcsgj_stage": 3},
    notes=(
        "Built like JIS, with the ALBI grade in place of the Child-Pugh class: 0 to 5 points, 0 "
        "to 6 with the modified grade.",
        "The stage is the Japanese one, not that of AJCC.",
    ),
)

# HKLC -----------------------------------------------------------------------------------------

_WITHIN_LIVER = Given(
    intrahepatic_vascular_invasion,
    then=intrahepatic_vascular_invasion,
    otherwise=macrovascular_invasion & intrahepatic_vascular_invasion,
)
_BEYOND_LIVER = Given(
    extrahepatic_vascular_invasion_or_metastasis,
    then=extrahepatic_vascular_invasion_or_metastasis,
    otherwise=extrahepatic_spread
    | (macrovascular_invasion & extrahepatic_vascular_invasion_or_metastasis),
)
# Tumours that were counted are not diffuse: the second criterion is false of any known number.
_DIFFUSE = Given(diffuse, then=diffuse, otherwise=tumour_count < 1)

HKLC_TUMOUR = RuleTable(
    "hklc_tumour",
    "HKLC tumour status",
    YAU_2014,
    rules=[
        Rule("locally advanced", _DIFFUSE),
        Rule("locally advanced", (largest_tumour_cm > 5) & ((tumour_count > 3) | _WITHIN_LIVER)),
        Rule("locally advanced", (tumour_count > 3) & _WITHIN_LIVER),
        Rule("intermediate", largest_tumour_cm > 5),
        Rule("intermediate", tumour_count > 3),
        Rule("intermediate", _WITHIN_LIVER),
        Rule("early", note="at most 3 tumours, all up to 5 cm, no vein invaded"),
    ],
)

HKLC = RuleTable(
    "hklc",
    "HKLC stage",
    YAU_2014,
    rules=[
        Rule(
            "Va",
            ((ecog >= 2) | (stated_class == "C")) & (HKLC_TUMOUR == "early") & ~_BEYOND_LIVER,
        ),
        Rule("Vb", ecog >= 2),
        Rule("Vb", stated_class == "C"),
        Rule("IVa", _BEYOND_LIVER & (stated_class == "A")),
        Rule("IVb", _BEYOND_LIVER),
        Rule("IIIb", HKLC_TUMOUR == "locally advanced"),
        Rule("I", (HKLC_TUMOUR == "early") & (stated_class == "A")),
        Rule("IIa", HKLC_TUMOUR == "early"),
        Rule("IIb", stated_class == "A"),
        Rule("IIIa", note="intermediate tumour, Child-Pugh B"),
    ],
)

hklc = System(
    "hklc",
    "HKLC",
    (HKLC, HKLC_TUMOUR),
    domain="staging",
    example={
        "tumour_diameters_cm": [5.1],
        "intrahepatic_vascular_invasion": False,
        "extrahepatic_vascular_invasion_or_metastasis": False,
        "diffuse": False,
        "ecog": 0,
        "child_pugh_class": "A",
    },
    notes=(
        "The tree is from memory: check the paper before you teach it as fact.",
        "Performance status 2 is already stage V; in BCLC it is C, in CNLC it does not count.",
        "Tumours that were counted are taken as not diffuse where nothing else is stated. "
        + GENERAL_FINDINGS,
    ),
)

# ITA.LI.CA ------------------------------------------------------------------------------------

_OUTSIDE = Given(
    vascular_invasion_or_metastasis,
    then=vascular_invasion_or_metastasis == "extrahepatic",
    otherwise=extrahepatic_spread
    | (macrovascular_invasion & (vascular_invasion_or_metastasis == "extrahepatic")),
)
_INSIDE = Given(
    vascular_invasion_or_metastasis,
    then=vascular_invasion_or_metastasis == "intrahepatic",
    otherwise=macrovascular_invasion,
)

ITA_LI_CA_TUMOUR = RuleTable(
    "ita_li_ca_tumour",
    "ITA.LI.CA tumour stage",
    FARINATI_2016,
    rules=[
        Rule("C", _OUTSIDE),
        Rule("B3", _INSIDE),
        Rule("B3", (tumour_count >= 4) & (largest_tumour_cm > 5)),
        Rule("B2", tumour_count >= 4),
        Rule("B2", (tumour_count >= 2) & (largest_tumour_cm > 5)),
        Rule("B1", (tumour_count >= 2) & (largest_tumour_cm > 3)),
        Rule("B1", largest_tumour_cm > 5),
        Rule("A", tumour_count >= 2),
        Rule("A", largest_tumour_cm > 2),
        Rule("0", note="a single tumour of at most 2 cm"),
    ],
    meanings={
        "C": "outside the liver",
        "B3": "4 or more, one above 5 cm, or a vein within the liver",
        "B2": "4 or more up to 5 cm, or 2-3 with one above 5 cm",
        "B1": "one above 5 cm, or 2-3 with the largest above 3 and up to 5 cm",
        "A": "one above 2 and up to 5 cm, or 2-3 up to 3 cm",
        "0": "one up to 2 cm",
    },
)

ita_li_ca_tumour = System(
    "ita_li_ca_tumour",
    "ITA.LI.CA tumour stage",
    (ITA_LI_CA_TUMOUR,),
    domain="staging",
    example={"tumour_diameters_cm": [4.5, 2.0], "vascular_invasion_or_metastasis": "none"},
    notes=(
        "Stage C needs disease outside the liver; a vein within the liver makes B3.",
        GENERAL_FINDINGS,
    ),
)

ITA_LI_CA = Points(
    "ita_li_ca",
    "ITA.LI.CA score",
    source=FARINATI_2016,
    items=(
        _ranked(FARINATI_2016, "Tumour stage", ita_li_ca_tumour_stage, ITA_LI_CA_TUMOUR),
        _item(
            FARINATI_2016,
            "Child-Pugh points",
            Rule(0, stated_points <= 5),
            Rule(1, stated_points <= 7),
            Rule(2, stated_points <= 9),
            Rule(3),
        ),
        _item(FARINATI_2016, "Performance", Rule(0, ecog <= 0), Rule(1, ecog <= 2), Rule(3)),
        _item(FARINATI_2016, "AFP", Rule(2, afp_ng_ml > 1000), Rule(0)),
    ),
)

ITA_LI_CA_QUARTILE = RuleTable(
    "ita_li_ca_quartile",
    "ITA.LI.CA quartile",
    FARINATI_2016,
    rules=[
        Rule("1", ITA_LI_CA <= 1),
        Rule("2", ITA_LI_CA <= 3),
        Rule("3", ITA_LI_CA <= 5),
        Rule("4"),
    ],
    meanings={
        "1": "0-1 points, median 57 months",
        "2": "2-3 points, median 43 months",
        "3": "4-5 points, median 23 months",
        "4": "6-13 points, median 9 months",
    },
)

ita_li_ca = System(
    "ita_li_ca",
    "ITA.LI.CA",
    (ITA_LI_CA, ITA_LI_CA_QUARTILE),
    domain="staging",
    example={
        "ita_li_ca_tumour_stage": "B1",
        "child_pugh_score": 5,
        "ecog": 0,
        "afp_ng_ml": 250,
    },
    notes=(
        "It reads the Child-Pugh points, not the class; AFP of exactly 1000 ng/mL scores nothing.",
    ),
)
