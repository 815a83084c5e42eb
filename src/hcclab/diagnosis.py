"""Diagnosis without biopsy: LI-RADS, and the algorithms of three guidelines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import inf
from typing import Any

from hcclab.criteria import (
    AnyOf,
    Criterion,
    Expr,
    Frame,
    Given,
    Truth,
    Values,
    as_entered,
    unique,
)
from hcclab.data import records
from hcclab.elementwise import where
from hcclab.rules import Formula, Outcome, Remark, Rule, RuleTable
from hcclab.sources import (
    CEUS_LIRADS_2017,
    CHERNYAK_2018,
    EASL_2018,
    LIRADS_GROWTH,
    LIRADS_POPULATION,
    NHC_2022_DIAGNOSIS,
    SINGAL_2023_DIAGNOSIS,
    VEZERIDIS_2020,
    Source,
)
from hcclab.systems import System
from hcclab.variables import (
    af_benign,
    af_malignant,
    afp_ng_ml,
    age_years,
    aphe,
    benign,
    capsule,
    chronic_hbv,
    chronic_hcv,
    cirrhosis,
    cirrhosis_cause,
    current_mm,
    current_or_prior_hcc,
    high_risk,
    lirads_category,
    modalities_typical,
    months,
    nodule_cm,
    nontargetoid_lrm_feature,
    not_categorisable,
    prior_mm,
    size_mm,
    targetoid,
    threshold_growth,
    tumour_in_vein,
    washout,
    washout_degree,
    washout_onset_s,
)

# Whom LI-RADS is for --------------------------------------------------------------------------

LIRADS_ELIGIBILITY = RuleTable(
    "lirads_eligibility",
    "LI-RADS population",
    LIRADS_POPULATION,
    rules=[
        Rule("under 18", age_years < 18),
        Rule("vascular cirrhosis", cirrhosis & (cirrhosis_cause == "vascular")),
        Rule(
            "congenital hepatic fibrosis",
            cirrhosis & (cirrhosis_cause == "congenital_hepatic_fibrosis"),
        ),
        Rule("eligible", cirrhosis | chronic_hbv | current_or_prior_hcc),
        Rule("not high risk"),
    ],
    meanings={
        "under 18": "LI-RADS is for adults",
        "vascular cirrhosis": "benign nodules there look like HCC",
        "congenital hepatic fibrosis": "benign nodules there look like HCC",
        "eligible": "LI-RADS may be used",
        "not high risk": "a category would promise too much",
    },
)

_NOT_ELIGIBLE = Outcome(
    LIRADS_ELIGIBILITY,
    tuple(outcome for outcome in LIRADS_ELIGIBILITY.outcomes if outcome != "eligible"),
)

lirads_eligibility = System(
    "lirads_eligibility",
    "LI-RADS population",
    (LIRADS_ELIGIBILITY,),
    domain="diagnosis",
    example={
        "age_years": 50,
        "cirrhosis": False,
        "chronic_hbv": True,
        "current_or_prior_hcc": False,
    },
    notes=(
        "Hepatitis C or fatty liver without cirrhosis is not enough; hepatitis B is.",
        "An observation that was treated, or of which pathology is known, is not for LI-RADS.",
    ),
)


# Threshold growth -----------------------------------------------------------------------------


def diameter_growth(prior_mm: Any, current_mm: Any) -> Any:
    """Compute by how much a diameter grew.

    Parameters
    ----------
    prior_mm
        Earlier diameter, mm; 0 if there was nothing. A number, an array or an expression.
    current_mm
        Present diameter, mm, of the same shape.

    Returns
    -------
    Same kind as the input
        Growth, % of the earlier diameter; infinite for what is new.

    References
    ----------
    Chernyak 2018, doi:10.1148/radiol.2018181494 [verified twice].

    Examples
    --------
    >>> diameter_growth(10.0, 15.0), diameter_growth(0.0, 12.0)
    (50.0, inf)
    """
    measured = where(prior_mm > 0, prior_mm, 1.0)
    return where(prior_mm > 0, 100 * (current_mm - measured) / measured, inf)


DIAMETER_GROWTH = Formula(
    "diameter_growth",
    "growth",
    diameter_growth,
    (prior_mm, current_mm),
    source=LIRADS_GROWTH,
    unit="%",
    digits=0,
)

LIRADS_THRESHOLD_GROWTH = RuleTable(
    "lirads_threshold_growth",
    "Threshold growth",
    LIRADS_GROWTH,
    rules=[
        Rule("yes", (prior_mm > 0) & (months <= 6) & (DIAMETER_GROWTH >= 50)),
        Rule("no", note="less than half, after more than 6 months, or new"),
    ],
    remarks=[
        Remark(
            "threshold_growth_in_v2017",
            ((prior_mm > 0) & (months > 6) & (DIAMETER_GROWTH >= 100))
            | ((prior_mm == 0) & (months <= 24) & (current_mm >= 10)),
            "v2017 counted this as threshold growth; since v2018 it is an ancillary feature",
        ),
    ],
    meanings={"yes": "a major feature", "no": "not a major feature"},
)

lirads_threshold_growth = System(
    "lirads_threshold_growth",
    "Threshold growth",
    (LIRADS_THRESHOLD_GROWTH,),
    domain="diagnosis",
    example={"prior_mm": 10, "current_mm": 15, "months": 6},
    notes=(
        "Measure in the same phase or sequence both times; growth seen in ultrasound does not "
        "count.",
    ),
)


# CT/MRI LI-RADS -------------------------------------------------------------------------------

_MEANINGS = {
    "LR-NC": "image omitted or degraded",
    "LR-TIV": "tumour in vein",
    "LR-1": "definitely benign",
    "LR-2": "probably benign",
    "LR-M": "malignant, not surely HCC",
    "LR-5": "definitely HCC",
    "LR-4": "probably HCC",
    "LR-3": "intermediate probability",
}

_nonrim = aphe == "nonrim"
_growth = Given(threshold_growth, threshold_growth, LIRADS_THRESHOLD_GROWTH == "yes")
_one_feature = washout | _growth | capsule
_two_features = (washout & _growth) | (washout & capsule) | (_growth & capsule)
_LR_5 = (
    ~targetoid & _nonrim & (((size_mm >= 10) & (washout | _growth)) | ((size_mm >= 20) & capsule))
)

LI_RADS_BEFORE_ANCILLARY = RuleTable(
    "li_rads_before_ancillary",
    "Category before ancillary features",
    CHERNYAK_2018,
    rules=[
        Rule("LR-NC", not_categorisable),
        Rule("LR-TIV", tumour_in_vein),
        Rule("LR-1", benign == "definite"),
        Rule("LR-2", benign == "probable"),
        Rule("LR-5", _LR_5),
        Rule("LR-M", targetoid | (aphe == "rim") | nontargetoid_lrm_feature),
        Rule(
            "LR-4",
            (_nonrim & ((size_mm >= 20) | _one_feature))
            | ((size_mm >= 20) & _one_feature)
            | _two_features,
        ),
        Rule("LR-3", note="fewer major features than LR-4 asks for"),
    ],
    meanings=_MEANINGS,
)

ANCILLARY = RuleTable(
    "lirads_ancillary",
    "Effect of ancillary features",
    CHERNYAK_2018,
    rules=[
        Rule("up", (af_malignant >= 1) & (af_benign == 0)),
        Rule("down", (af_benign >= 1) & (af_malignant == 0)),
        Rule("none", note="no such feature, or some of both kinds"),
    ],
)


_ORDER = ("LR-NC", "LR-TIV", "LR-M", "LR-5", "LR-4", "LR-3", "LR-2", "LR-1")
_CERTAINTY = ("LR-1", "LR-2", "LR-3", "LR-4", "LR-5")


def _move(category: str, effect: str) -> str:
    """Move a category by one step at most, and never up to LR-5."""
    if category not in _CERTAINTY:
        return category
    step = {"down": -1, "none": 0, "up": 0 if category in ("LR-4", "LR-5") else 1}[effect]
    return _CERTAINTY[max(0, _CERTAINTY.index(category) + step)]


@dataclass(frozen=True, eq=False)
class _Moved(Criterion):
    """A category after the ancillary features, for a table that reads `_ORDER` from the top.

    Joined by "and" and "or", the same rows would leave categories open that no reading gives: of
    an observation that is LR-M or LR-5, every other one.
    """

    before: RuleTable
    category: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique((*self.before.names, *ANCILLARY.names))

    def truth(self, values: Values) -> Truth:
        read, effects = self.before.possible(values), ANCILLARY.possible(values)
        moved = {_move(category, effect) for category in read for effect in effects}
        if self.category not in moved:
            return False
        return True if moved.isdisjoint(self._below) else None

    @property
    def _below(self) -> tuple[str, ...]:
        return _ORDER[_ORDER.index(self.category) + 1 :]

    def _compile(self, frame: Frame) -> Expr:
        api = frame.api

        def can_be(*categories: str) -> Expr:
            ways = product(self.before.outcomes, ANCILLARY.outcomes)
            return frame.either(
                [
                    Outcome(self.before, (read,)).compile(frame).fill_null(True)
                    & Outcome(ANCILLARY, (effect,)).compile(frame).fill_null(True)
                    for read, effect in ways
                    if _move(read, effect) in categories
                ]
            )

        here, below = can_be(self.category), can_be(*self._below)
        return api.when(~here).then(api.lit(False)).otherwise(api.when(~below).then(api.lit(True)))

    def needs(self, values: Values) -> tuple[str, ...]:
        if self.truth(values) is not None:
            return ()
        return unique((*self.before.needs(values), *ANCILLARY.needs(values)))

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        asked = [table.needs_expr(name, frame) for table in (self.before, ANCILLARY)]
        return self.compile(frame).is_null() & frame.either(asked)

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        tables = (self.before, ANCILLARY)
        return tuple(Outcome(table, tuple(table.possible(values))) for table in tables)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return [*self.before.cuts(name, None, values), *ANCILLARY.cuts(name, None, values)]

    def __str__(self) -> str:
        return f"{self.before.title} and their effect give {self.category}"


def _adjusted(column: str, title: str, source: Source, before: RuleTable) -> RuleTable:
    """The table of the final category."""
    *others, last = _ORDER
    return RuleTable(
        column,
        title,
        source,
        rules=[
            *(Rule(category, _Moved(before, category)) for category in others),
            Rule(last, note="definitely benign, or LR-2 lowered by a feature of benignity"),
        ],
        remarks=[
            Remark(
                "not_the_population",
                _NOT_ELIGIBLE,
                "the patient is not one for whom LI-RADS was made: the category means nothing",
            ),
            Remark(
                "thrombus_may_not_be_hcc",
                Outcome(before, ("LR-TIV",)) & targetoid,
                "targetoid: the tumour in the vein may be of another kind than HCC",
            ),
        ],
        meanings=_MEANINGS,
    )


LI_RADS = _adjusted("li_rads", "CT/MRI LI-RADS v2018", CHERNYAK_2018, LI_RADS_BEFORE_ANCILLARY)

li_rads = System(
    "li_rads",
    "CT/MRI LI-RADS v2018",
    (LI_RADS, LI_RADS_BEFORE_ANCILLARY),
    domain="diagnosis",
    example={
        "not_categorisable": False,
        "tumour_in_vein": False,
        "benign": "none",
        "targetoid": False,
        "nontargetoid_lrm_feature": False,
        "size_mm": 18,
        "aphe": "nonrim",
        "washout": True,
        "capsule": False,
        "threshold_growth": False,
    },
    notes=(
        "If unsure whether a major feature is there, it is not. If unsure between two categories, "
        "`tie_break` names the less certain one; apply it once, at the end.",
        "Rim enhancement is not the enhancement of the table, and with gadoxetate washout counts "
        "in the portal venous phase only.",
        "Ancillary features move the category by one step, however many there are, and never up to "
        "LR-5; features of both kinds cancel each other.",
        "LR-3 and LR-4 do not exclude HCC: LR-5 finds about 61 of 100 (Goins 2023 [verified]). "
        "LR-M is not 'no HCC' either.",
    ),
)


def tie_break(first: str, second: str) -> str:
    """Choose between two LI-RADS categories when the reader is unsure: the less certain one.

    Parameters
    ----------
    first, second
        Two neighbours of LR-1 to LR-5; LR-TIV and any other category; or LR-M and LR-4 or LR-5.
        Their order does not matter.

    Returns
    -------
    str
        Toward LR-3 between neighbours, LR-M where the doubt is about another malignancy, and no
        tumour in vein where that is in doubt.

    Raises
    ------
    ValueError
        If no rule is published for the two.

    References
    ----------
    Chernyak 2018, doi:10.1148/radiol.2018181494 [verified].

    Examples
    --------
    >>> tie_break("LR-5", "LR-4"), tie_break("LR-1", "LR-2"), tie_break("LR-TIV", "LR-5")
    ('LR-4', 'LR-2', 'LR-5')
    """
    pair = {first, second}
    if len(pair) == 2 and pair <= {*_CERTAINTY, "LR-M", "LR-TIV"}:
        if "LR-TIV" in pair:
            return (pair - {"LR-TIV"}).pop()
        if "LR-M" in pair and pair & {"LR-4", "LR-5"}:
            return "LR-M"
        if pair in map(set, pairwise(_CERTAINTY)):
            return min(pair, key=lambda category: abs(_CERTAINTY.index(category) - 2))
    raise ValueError(
        f"{first} and {second}: no tie is defined between these; neighbours of LR-1 to LR-5, "
        "LR-TIV and another, or LR-M and LR-4 or LR-5 can be in doubt"
    )


@dataclass(frozen=True)
class CategoryFacts:
    """What a CT/MRI LI-RADS category stands for.

    Attributes
    ----------
    category
        The category.
    hcc_percent, malignant_percent
        How many of 100 such observations were HCC, or malignant of any kind; None if not given.
        Pooled from studies with biopsies: do not take them for the risk of one patient.
    next_step
        What usually follows.
    citation, confidence
        From where, and how far checked.
    """

    category: str
    hcc_percent: int | None
    malignant_percent: int | None
    next_step: str
    citation: str
    confidence: str


def lirads_facts(category: str) -> CategoryFacts:
    """Look up how likely HCC is in a CT/MRI LI-RADS category, and what usually follows.

    Raises
    ------
    ValueError
        If there are no figures for the category, naming those that have some.

    Examples
    --------
    >>> lirads_facts("LR-4").hcc_percent, lirads_facts("LR-4").next_step
    (74, 'multidisciplinary discussion; repeat within 3 months, biopsy or treat')
    """
    rows = {row["category"]: row for row in records("lirads")}
    if category not in rows:
        raise ValueError(f"category={category} is not one of {', '.join(rows)}")
    row = rows[category]
    return CategoryFacts(
        category,
        _percent(row["hcc_percent"]),
        _percent(row["malignant_percent"]),
        row["next_step"],
        row["citation"],
        row["confidence"],
    )


def _percent(cell: str) -> int | None:
    return int(cell) if cell else None


# Contrast-enhanced ultrasound LI-RADS ---------------------------------------------------------

CEUS_LI_RADS_BEFORE_ANCILLARY = RuleTable(
    "ceus_li_rads_before_ancillary",
    "CEUS category before ancillary features",
    CEUS_LIRADS_2017,
    rules=[
        Rule("LR-NC", not_categorisable),
        Rule("LR-TIV", tumour_in_vein),
        Rule("LR-1", benign == "definite"),
        Rule("LR-2", benign == "probable"),
        Rule(
            "LR-M",
            (aphe == "rim") | (washout & ((washout_onset_s < 60) | (washout_degree == "marked"))),
        ),
        Rule("LR-5", _nonrim & (size_mm >= 10) & washout),
        Rule(
            "LR-4",
            (_nonrim & ((size_mm >= 10) | washout)) | ((size_mm >= 20) & washout),
        ),
        Rule("LR-3", note="fewer features than LR-4 asks for"),
    ],
    meanings=_MEANINGS,
)

CEUS_LI_RADS = _adjusted(
    "ceus_li_rads", "CEUS LI-RADS v2017", VEZERIDIS_2020, CEUS_LI_RADS_BEFORE_ANCILLARY
)

ceus_li_rads = System(
    "ceus_li_rads",
    "CEUS LI-RADS v2017",
    (CEUS_LI_RADS, CEUS_LI_RADS_BEFORE_ANCILLARY),
    domain="diagnosis",
    example={
        "not_categorisable": False,
        "tumour_in_vein": False,
        "benign": "none",
        "size_mm": 15,
        "aphe": "nonrim",
        "washout": True,
        "washout_onset_s": 90,
        "washout_degree": "mild",
    },
    notes=(
        "Enter what contrast ultrasound shows, not CT or MRI: bubbles stay in the vessels. "
        "Capsule and threshold growth play no part.",
        "Washout that reaches the table is late and mild: early (before 60 s) or marked washout "
        "was LR-M. An onset of exactly 60 s is late.",
        "For pure blood-pool agents; Sonazoid, which Kupffer cells take up, needs another table.",
    ),
)


# Three guidelines -----------------------------------------------------------------------------


def _category(*names: str) -> Given:
    """The CT/MRI category as stated, or as worked out."""
    stated = AnyOf(tuple(lirads_category == name for name in names))
    return Given(lirads_category, then=stated, otherwise=Outcome(LI_RADS, names))


AASLD_DIAGNOSIS = RuleTable(
    "aasld_diagnosis",
    "AASLD 2023",
    SINGAL_2023_DIAGNOSIS,
    rules=[
        Rule("not applicable", _NOT_ELIGIBLE),
        Rule("HCC", _category("LR-5") | (_category("LR-TIV") & _LR_5)),
        Rule("discuss", _category("LR-TIV")),
        Rule("biopsy", _category("LR-M")),
        Rule("image again", _category("LR-NC")),
        Rule("surveillance", _category("LR-1", "LR-2")),
        Rule("repeat in 3-6 months", _category("LR-3")),
        Rule("biopsy or repeat within 3 months", note="LI-RADS category LR-4"),
    ],
    meanings={
        "HCC": "diagnosed without biopsy",
        "discuss": "in the multidisciplinary meeting",
        "biopsy": "as a rule",
        "image again": "nothing can be said yet",
        "surveillance": "return to it",
        "biopsy or repeat within 3 months": "after multidisciplinary discussion",
    },
)

aasld_diagnosis = System(
    "aasld_diagnosis",
    "AASLD 2023",
    (AASLD_DIAGNOSIS,),
    domain="diagnosis",
    example={
        "age_years": 60,
        "cirrhosis": True,
        "cirrhosis_cause": "other",
        "lirads_category": "LR-5",
    },
    notes=(
        "Neither AFP nor a liquid biopsy alone makes the diagnosis.",
        "Tumour in vein counts as HCC here if the mass has what LR-5 asks for [our convention].",
    ),
)

EASL_DIAGNOSIS = RuleTable(
    "easl_diagnosis",
    "EASL 2018",
    EASL_2018,
    rules=[
        Rule("pathology", ~cirrhosis),
        Rule("ultrasound every 4 months", as_entered(size_mm < 10, nodule_cm < 1)),
        Rule("HCC", Given(modalities_typical, modalities_typical >= 1, _nonrim & washout)),
        Rule(
            "another technique, then biopsy",
            note="no study shows arterial enhancement with washout",
        ),
    ],
    meanings={
        "pathology": "without cirrhosis, imaging does not prove HCC",
        "ultrasound every 4 months": "for a year, then every 6 if stable",
        "HCC": "diagnosed without biopsy",
        "another technique, then biopsy": "the other of CT and MRI, then contrast ultrasound",
    },
)

easl_diagnosis = System(
    "easl_diagnosis",
    "EASL 2018",
    (EASL_DIAGNOSIS,),
    domain="diagnosis",
    example={"cirrhosis": True, "size_mm": 15, "aphe": "nonrim", "washout": True},
    notes=(
        "One study that shows arterial enhancement with washout is enough from 1 cm on; capsule "
        "and growth do not count.",
        "With gadoxetate, washout in the portal venous phase only; in contrast ultrasound it must "
        "be late (after 60 s) and mild.",
    ),
)

CHINA_DIAGNOSIS = RuleTable(
    "china_diagnosis",
    "China 2019/2022",
    NHC_2022_DIAGNOSIS,
    rules=[
        Rule(
            "not applicable",
            ~Given(high_risk, high_risk, cirrhosis | chronic_hbv | chronic_hcv),
        ),
        Rule("HCC", modalities_typical >= 2),
        Rule("HCC", as_entered(size_mm > 20, nodule_cm > 2) & (modalities_typical >= 1)),
        Rule("biopsy", as_entered(size_mm > 20, nodule_cm > 2)),
        Rule("biopsy or follow-up", note="up to 2 cm, and fewer than two typical studies"),
    ],
    remarks=[
        Remark(
            "afp_alert",
            afp_ng_ml >= 400,
            "AFP of 400 ng/mL or more: suspicion, once pregnancy, active liver disease, germ-cell "
            "and gastrointestinal tumours are excluded, and not a diagnosis [from memory]",
        ),
    ],
    meanings={
        "not applicable": "neither cirrhosis nor chronic hepatitis B or C",
        "HCC": "clinical diagnosis, without biopsy",
        "biopsy": "more than 2 cm, and no typical study",
        "biopsy or follow-up": "imaging and AFP every 2-3 months",
    },
)

china_diagnosis = System(
    "china_diagnosis",
    "China 2019/2022",
    (CHINA_DIAGNOSIS,),
    domain="diagnosis",
    example={"chronic_hbv": True, "size_mm": 15, "modalities_typical": 2},
    notes=(
        "It counts studies: dynamic CT, dynamic MRI, contrast ultrasound and gadoxetate MRI. Up "
        "to 2 cm, and at exactly 2 cm, two of them must be typical; AASLD and EASL need one.",
        "Hepatitis C without cirrhosis is enough here; LI-RADS and EASL do not accept it.",
        "The 2024 edition may treat nodules up to 1 cm apart from those of 1-2 cm; its flow chart "
        "could not be read.",
    ),
)
