from __future__ import annotations

import itertools
import random
from typing import Any

import polars as pl
import pytest

import hcclab as hcc
from hcclab.cohort_plan import PROBLEMS
from tests.monotone import assert_worse_never_better

PLAIN: dict[str, Any] = {
    "not_categorisable": False,
    "tumour_in_vein": False,
    "benign": "none",
    "targetoid": False,
    "nontargetoid_lrm_feature": False,
    "size_mm": 15,
    "aphe": "nonrim",
    "washout": False,
    "capsule": False,
    "threshold_growth": False,
}
CEUS: dict[str, Any] = {
    "not_categorisable": False,
    "tumour_in_vein": False,
    "benign": "none",
    "size_mm": 15,
    "aphe": "nonrim",
    "washout": True,
    "washout_onset_s": 90,
    "washout_degree": "mild",
}
HIGH_RISK: dict[str, Any] = {"age_years": 60, "cirrhosis": True, "cirrhosis_cause": "other"}
WORST_LAST = ("LR-NC", "LR-1", "LR-2", "LR-3", "LR-4", "LR-5", "LR-M", "LR-TIV")


def category(**changes: Any) -> Any:
    return hcc.li_rads(**{**PLAIN, **changes}).grade


def ceus(**changes: Any) -> Any:
    return hcc.ceus_li_rads(**{**CEUS, **changes}).grade


# Whom LI-RADS is for


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"age_years": 17.9}, "under 18"),
        ({"age_years": 18}, "eligible"),
        ({"age_years": 17, "cirrhosis": None}, "under 18"),
        ({"age_years": 17, "cirrhosis_cause": "vascular"}, "under 18"),
        ({"cirrhosis_cause": "vascular"}, "vascular cirrhosis"),
        ({"cirrhosis_cause": "vascular", "chronic_hbv": True}, "vascular cirrhosis"),
        ({"cirrhosis_cause": "congenital_hepatic_fibrosis"}, "congenital hepatic fibrosis"),
        ({"cirrhosis": False}, "not high risk"),
        ({"cirrhosis": False, "chronic_hbv": True}, "eligible"),
        ({"cirrhosis": False, "current_or_prior_hcc": True}, "eligible"),
        ({"cirrhosis": False, "cirrhosis_cause": "vascular"}, "not high risk"),
    ],
)
def test_lirads_is_for_adults_at_high_risk(findings: dict[str, Any], expected: str) -> None:
    patient = {**HIGH_RISK, "chronic_hbv": False, "current_or_prior_hcc": False, **findings}
    assert hcc.lirads_eligibility(**patient).grade == expected


def test_the_cause_of_a_cirrhosis_must_be_known() -> None:
    result = hcc.lirads_eligibility(age_years=60, cirrhosis=True)
    assert result.grade is None
    assert result.missing == ("cirrhosis_cause",)
    assert result.possible == ("vascular cirrhosis", "congenital hepatic fibrosis", "eligible")
    no_cirrhosis = hcc.lirads_eligibility(age_years=60, cirrhosis=False, chronic_hbv=True)
    assert no_cirrhosis.grade == "eligible"


# Threshold growth


@pytest.mark.parametrize(
    ("prior", "current", "months", "expected"),
    [
        (10, 14.9, 6, "no"),
        (10, 15, 6, "yes"),
        (10, 15.1, 6, "yes"),
        (10, 15, 5, "yes"),
        (10, 15, 7, "no"),
        (10, 40, 7, "no"),
        (0, 40, 3, "no"),
        (0.1, 1, 3, "yes"),
        (1, 1.4, 3, "no"),
        (1, 1.5, 3, "yes"),
        (20, 12, 3, "no"),
    ],
)
def test_threshold_growth_is_half_within_half_a_year(
    prior: float, current: float, months: float, expected: str
) -> None:
    result = hcc.lirads_threshold_growth(prior_mm=prior, current_mm=current, months=months)
    assert result.grade == expected


def test_growth_is_measured_against_the_earlier_size() -> None:
    assert hcc.diameter_growth(20.0, 30.0) == pytest.approx(50)
    assert hcc.diameter_growth(20.0, 10.0) == pytest.approx(-50)
    assert hcc.diameter_growth(1.0, 1.5) == pytest.approx(50)
    assert hcc.diameter_growth(0.1, 10.0) == pytest.approx(9900)
    assert hcc.diameter_growth(0.0, 10.0) == float("inf")
    assert hcc.DIAMETER_GROWTH.unit == "%"


@pytest.mark.parametrize(
    ("prior", "current", "months", "flagged"),
    [
        (10, 20, 7, True),
        (10, 19.9, 7, False),
        (10, 20, 6, False),
        (1, 2, 7, True),
        (0, 2, 7, False),
        (0, 10, 24, True),
        (0, 9.9, 24, False),
        (0, 10, 25, False),
        (0.1, 10, 3, False),
    ],
)
def test_what_only_v2017_counted_is_said(
    prior: float, current: float, months: float, flagged: bool
) -> None:
    result = hcc.lirads_threshold_growth(prior_mm=prior, current_mm=current, months=months)
    assert result.flags == (("threshold_growth_in_v2017",) if flagged else ())


def test_growth_needs_both_sizes_and_the_time_unless_the_rest_decides() -> None:
    grow = hcc.lirads_threshold_growth
    assert grow(prior_mm=10, current_mm=15).missing == ("months",)
    assert grow(prior_mm=10, months=6).missing == ("current_mm",)
    assert grow(prior_mm=0).grade == "no"
    assert grow(months=7).grade == "no"


def test_faster_growth_is_never_less_growth() -> None:
    worse = {"prior_mm": -1, "current_mm": 1, "months": -1}
    assert_worse_never_better(hcc.LIRADS_THRESHOLD_GROWTH, ["no", "yes"], worse)


# CT/MRI LI-RADS

TABLE = {
    # size class: without features, capsule alone, washout or growth alone, two or more
    ("none", 9.9): ("LR-3", "LR-3", "LR-3", "LR-4"),
    ("none", 19.9): ("LR-3", "LR-3", "LR-3", "LR-4"),
    ("none", 20): ("LR-3", "LR-4", "LR-4", "LR-4"),
    ("none", 20.1): ("LR-3", "LR-4", "LR-4", "LR-4"),
    ("nonrim", 9.9): ("LR-3", "LR-4", "LR-4", "LR-4"),
    ("nonrim", 10): ("LR-3", "LR-4", "LR-5", "LR-5"),
    ("nonrim", 10.1): ("LR-3", "LR-4", "LR-5", "LR-5"),
    ("nonrim", 19.9): ("LR-3", "LR-4", "LR-5", "LR-5"),
    ("nonrim", 20): ("LR-4", "LR-5", "LR-5", "LR-5"),
    ("nonrim", 20.1): ("LR-4", "LR-5", "LR-5", "LR-5"),
}
"""The diagnostic table as it is printed."""

STEPS = {"LR-1": 1, "LR-2": 2, "LR-3": 3, "LR-4": 4, "LR-5": 5}


def printed(seen: dict[str, Any]) -> str:
    """The category before ancillary features, step by step as they are published."""
    if seen["not_categorisable"]:
        return "LR-NC"
    if seen["tumour_in_vein"]:
        return "LR-TIV"
    if seen["benign"] != "none":
        return {"definite": "LR-1", "probable": "LR-2"}[seen["benign"]]
    if seen["targetoid"] or seen["aphe"] == "rim":
        return "LR-M"
    others = seen["washout"] + seen["threshold_growth"]
    column = 3 if others + seen["capsule"] > 1 else 2 if others else int(seen["capsule"])
    found = TABLE[seen["aphe"], seen["size_mm"]][column]
    return "LR-M" if seen["nontargetoid_lrm_feature"] and found != "LR-5" else found


def adjusted(before: str, malignant: int, benign: int) -> str:
    if before not in STEPS or bool(malignant) == bool(benign):
        return before
    if malignant:
        return before if before == "LR-5" else f"LR-{min(4, STEPS[before] + 1)}"
    return f"LR-{max(1, STEPS[before] - 1)}"


CHOICES: dict[str, tuple[Any, ...]] = {
    "size_mm": (9.9, 10, 10.1, 19.9, 20, 20.1),
    "aphe": ("none", "nonrim", "rim"),
    "washout": (False, True),
    "capsule": (False, True),
    "threshold_growth": (False, True),
    "targetoid": (False, True),
    "nontargetoid_lrm_feature": (False, True),
}
SIZES_WITHOUT_APHE = {10: 9.9, 10.1: 9.9}


def every(choices: dict[str, tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values())
    ]


def by_the_book(seen: dict[str, Any]) -> str:
    size = seen["size_mm"]
    if seen["aphe"] == "none":
        size = SIZES_WITHOUT_APHE.get(size, size)
    return printed({**seen, "size_mm": size})


def test_every_combination_of_features_gives_the_printed_category() -> None:
    for features in every(CHOICES):
        seen = {**PLAIN, **features}
        assert hcc.LI_RADS_BEFORE_ANCILLARY.decide(seen).outcome == by_the_book(seen), features


STEP_ORDER = {
    "not_categorisable": (False, True),
    "tumour_in_vein": (False, True),
    "benign": ("none", "probable", "definite"),
    "targetoid": (False, True),
    "washout": (False, True),
    "af_malignant": (0, 1, 3),
    "af_benign": (0, 1, 2),
}


def test_the_steps_are_taken_in_the_published_order_and_then_one_more_at_most() -> None:
    for features in every({**STEP_ORDER, "size_mm": (9.9, 20)}):
        seen = {**PLAIN, **features}
        expected = adjusted(by_the_book(seen), seen["af_malignant"], seen["af_benign"])
        assert hcc.li_rads(**seen).values == {
            "li_rads": expected,
            "li_rads_before_ancillary": by_the_book(seen),
        }, features


def test_ancillary_features_never_lead_to_lr_5_and_a_benign_one_leads_out_of_it() -> None:
    assert category(size_mm=30, af_malignant=4) == "LR-4"
    assert category(washout=True, af_benign=1) == "LR-4"
    assert category(washout=True, af_malignant=1) == "LR-5"
    assert category(benign="probable", af_malignant=4) == "LR-3"
    assert category(benign="probable", af_benign=1) == "LR-1"
    assert category(benign="definite", af_malignant=1) == "LR-2"
    assert category(benign="definite", af_benign=1) == "LR-1"
    assert hcc.li_rads(**PLAIN).assumed == {"af_malignant": 0, "af_benign": 0}


@pytest.mark.parametrize("unknown", [name for name in CHOICES if name != "aphe"])
def test_of_a_partly_read_observation_the_attainable_categories_are_open(unknown: str) -> None:
    for features in every({**CHOICES, unknown: (None,)}):
        seen = {**PLAIN, **features}
        attainable = {by_the_book({**seen, unknown: value}) for value in CHOICES[unknown]}
        decision = hcc.LI_RADS.decide(seen)
        assert attainable <= set(decision.possible) <= attainable | {"LR-4"}, (unknown, features)
        assert (decision.outcome is not None) == (len(attainable) == 1)
        assert decision.needs == ((unknown,) if len(attainable) > 1 else ())


@pytest.mark.parametrize(
    ("findings", "possible", "missing"),
    [
        ({"size_mm": 20, "capsule": None}, ("LR-5", "LR-4"), ("capsule",)),
        ({"capsule": None}, ("LR-4", "LR-3"), ("capsule",)),
        ({"washout": True, "capsule": None}, ("LR-5",), ()),
        ({"washout": True, "size_mm": None}, ("LR-5", "LR-4"), ("size_mm",)),
        ({"washout": None, "threshold_growth": None, "capsule": None}, ("LR-5", "LR-4", "LR-3"),
         ("washout", "threshold_growth", "capsule")),
        ({"aphe": "none", "size_mm": None}, ("LR-3",), ()),
        ({"targetoid": None}, ("LR-M", "LR-3"), ("targetoid",)),
        ({"targetoid": True, "washout": None, "size_mm": None}, ("LR-M",), ()),
        ({"nontargetoid_lrm_feature": True, "washout": None}, ("LR-M", "LR-5"), ("washout",)),
        ({"tumour_in_vein": None}, ("LR-TIV", "LR-3"), ("tumour_in_vein",)),
        ({"benign": None}, ("LR-3", "LR-2", "LR-1"), ("benign",)),
        ({"tumour_in_vein": True, "benign": None, "aphe": None, "size_mm": None}, ("LR-TIV",), ()),
        ({"not_categorisable": True, "tumour_in_vein": None}, ("LR-NC",), ()),
        ({"washout": True, "af_benign": None}, ("LR-5", "LR-4"), ("af_benign",)),
        ({"size_mm": 30, "af_malignant": None}, ("LR-4",), ()),
        ({"size_mm": 30, "af_benign": None}, ("LR-4", "LR-3"), ("af_benign",)),
        ({"af_malignant": None, "af_benign": None}, ("LR-4", "LR-3", "LR-2"),
         ("af_malignant", "af_benign")),
        ({"size_mm": 30, "aphe": None, "washout": True}, ("LR-M", "LR-5", "LR-4"), ("aphe",)),
        ({"capsule": None, "af_malignant": 1}, ("LR-4",), ()),
    ],
)  # fmt: skip
def test_what_is_not_read_stays_open_and_no_more_than_that(
    findings: dict[str, Any], possible: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    decision = hcc.LI_RADS.decide({**PLAIN, **findings})
    assert decision.possible == possible
    assert decision.outcome == (possible[0] if len(possible) == 1 else None)
    assert decision.needs == missing


def test_growth_that_is_not_stated_is_worked_out_from_two_sizes() -> None:
    unstated = {name: value for name, value in PLAIN.items() if name != "threshold_growth"}
    sizes = {"prior_mm": 10, "current_mm": 15, "months": 6}
    assert hcc.li_rads(**unstated, **sizes).grade == "LR-5"
    assert hcc.li_rads(**unstated, **{**sizes, "months": 7}).grade == "LR-3"
    assert hcc.li_rads(**PLAIN, **sizes).grade == "LR-3"
    assert hcc.li_rads(**unstated).missing == ("threshold_growth",)
    assert hcc.li_rads(**unstated, prior_mm=10, current_mm=15).missing == ("months",)


def test_the_explanation_is_the_trace_of_the_steps() -> None:
    text = str(hcc.li_rads(**PLAIN, af_malignant=1))
    assert "CT/MRI LI-RADS v2018 LR-4; Category before ancillary features LR-3" in text
    assert "Effect of ancillary features up: holds (up)" in text
    assert "Category before ancillary features LR-3: holds (LR-3)" in text
    assert "decided by: fewer major features than LR-4 asks for" in text
    assert "Size of the observation ≥ 20.0 mm: does not hold (15.0 mm)" in text
    assert "10.1148/radiol.2018181494 [verified twice]" in text


def test_a_category_outside_the_population_is_marked() -> None:
    seen = {**PLAIN, "washout": True}
    assert hcc.assess({**seen, **HIGH_RISK})["li_rads"].flags == ()
    young = {**HIGH_RISK, "age_years": 15}
    assert hcc.assess({**seen, **young})["li_rads"].flags == ("not_the_population",)
    healthy = {"age_years": 60, "cirrhosis": False, "chronic_hbv": False}
    nobody = {**healthy, "current_or_prior_hcc": False}
    assert hcc.assess({**seen, **nobody})["li_rads"].flags == ("not_the_population",)
    assert hcc.li_rads(**seen).flags == ()


def test_targetoid_tumour_in_vein_may_be_of_another_kind() -> None:
    in_vein = {**PLAIN, "tumour_in_vein": True, "targetoid": True}
    assert hcc.li_rads(**in_vein).flags == ("thrombus_may_not_be_hcc",)
    assert hcc.li_rads(**{**in_vein, "targetoid": False}).flags == ()
    assert hcc.li_rads(**{**in_vein, "tumour_in_vein": False}).flags == ()


def test_more_signs_of_cancer_never_lower_the_category() -> None:
    worse = {
        "not_categorisable": -1,
        "tumour_in_vein": 1,
        "benign": -1,
        "targetoid": 1,
        "aphe": 1,
        "size_mm": 1,
        "washout": 1,
        "capsule": 1,
        "threshold_growth": 1,
        "af_malignant": 1,
        "af_benign": -1,
    }
    fixed = {"nontargetoid_lrm_feature": False}
    assert_worse_never_better(hcc.LI_RADS, WORST_LAST, worse, **fixed)
    within_the_table = {
        "not_categorisable": False,
        "tumour_in_vein": False,
        "benign": "none",
        "targetoid": False,
        "aphe": "nonrim",
    }
    few = {name: sign for name, sign in worse.items() if name not in within_the_table}
    assert_worse_never_better(hcc.LI_RADS, WORST_LAST, few, **fixed, **within_the_table)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("LR-1", "LR-2", "LR-2"),
        ("LR-2", "LR-3", "LR-3"),
        ("LR-3", "LR-4", "LR-3"),
        ("LR-4", "LR-5", "LR-4"),
        ("LR-M", "LR-4", "LR-M"),
        ("LR-M", "LR-5", "LR-M"),
        ("LR-TIV", "LR-5", "LR-5"),
        ("LR-TIV", "LR-M", "LR-M"),
        ("LR-TIV", "LR-1", "LR-1"),
    ],
)
def test_a_tie_goes_to_the_less_certain_category(first: str, second: str, expected: str) -> None:
    assert hcc.tie_break(first, second) == hcc.tie_break(second, first) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("LR-3", "LR-5"),
        ("LR-M", "LR-3"),
        ("LR-3", "LR-3"),
        ("LR-NC", "LR-3"),
        ("LR-TIV", "LR-NC"),
        ("LR-3", "4"),
    ],
)
def test_no_tie_is_made_up(first: str, second: str) -> None:
    with pytest.raises(ValueError, match=f"{first} and {second}: no tie is defined"):
        hcc.tie_break(first, second)


def test_figures_of_the_categories() -> None:
    percent = {name: hcc.lirads_facts(name).hcc_percent for name in WORST_LAST[1:]}
    assert percent == {
        "LR-1": 0,
        "LR-2": 13,
        "LR-3": 38,
        "LR-4": 74,
        "LR-5": 94,
        "LR-M": 36,
        "LR-TIV": 79,
    }
    assert hcc.lirads_facts("LR-M").malignant_percent == 93
    assert hcc.lirads_facts("LR-4").malignant_percent is None
    assert hcc.lirads_facts("LR-3").next_step == "repeat or another technique in 3-6 months"
    assert hcc.lirads_facts("LR-M").confidence == "verified"
    assert len({hcc.lirads_facts(name) for name in percent}) == len(percent)
    with pytest.raises(ValueError, match="category=LR-NC is not one of LR-1, LR-2"):
        hcc.lirads_facts("LR-NC")


# Contrast-enhanced ultrasound


@pytest.mark.parametrize(
    ("aphe", "size", "without", "late_and_mild"),
    [
        ("none", 9, "LR-3", "LR-3"),
        ("none", 19.9, "LR-3", "LR-3"),
        ("none", 20, "LR-3", "LR-4"),
        ("none", 20.1, "LR-3", "LR-4"),
        ("nonrim", 9.9, "LR-3", "LR-4"),
        ("nonrim", 10, "LR-4", "LR-5"),
        ("nonrim", 10.1, "LR-4", "LR-5"),
        ("nonrim", 40, "LR-4", "LR-5"),
        ("rim", 40, "LR-M", "LR-M"),
    ],
)
def test_ceus_table(aphe: str, size: float, without: str, late_and_mild: str) -> None:
    assert ceus(aphe=aphe, size_mm=size, washout=False) == without
    assert ceus(aphe=aphe, size_mm=size) == late_and_mild


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"washout_onset_s": 59.9}, "LR-M"),
        ({"washout_onset_s": 60}, "LR-5"),
        ({"washout_onset_s": 60.1}, "LR-5"),
        ({"washout_degree": "marked"}, "LR-M"),
        ({"washout_degree": "marked", "washout": False}, "LR-4"),
        ({"washout_onset_s": 30, "washout": False}, "LR-4"),
        ({"washout_onset_s": 30, "aphe": "none"}, "LR-M"),
        ({"benign": "probable", "aphe": "rim"}, "LR-2"),
        ({"benign": "definite", "aphe": "rim"}, "LR-1"),
        ({"tumour_in_vein": True, "benign": "definite"}, "LR-TIV"),
        ({"not_categorisable": True, "tumour_in_vein": True}, "LR-NC"),
        ({"washout": False, "af_malignant": 1}, "LR-4"),
        ({"washout": False, "af_benign": 1}, "LR-3"),
        ({"af_benign": 1}, "LR-4"),
        ({"size_mm": 9, "washout": False, "af_malignant": 1}, "LR-4"),
    ],
)
def test_ceus_steps(findings: dict[str, Any], expected: str) -> None:
    assert ceus(**findings) == expected


def test_ceus_with_unknown_washout_stays_open() -> None:
    decide = hcc.CEUS_LI_RADS.decide
    onset = decide({**CEUS, "washout_onset_s": None})
    assert onset.possible == ("LR-M", "LR-5") and onset.needs == ("washout_onset_s",)
    degree = decide({**CEUS, "washout_degree": None})
    assert degree.possible == ("LR-M", "LR-5") and degree.needs == ("washout_degree",)
    assert decide({**CEUS, "washout_degree": None, "washout_onset_s": 40}).outcome == "LR-M"
    assert decide({**CEUS, "size_mm": None}).possible == ("LR-5", "LR-4")
    assert decide({**CEUS, "aphe": None, "size_mm": 5}).possible == ("LR-M", "LR-4", "LR-3")


def test_ceus_says_what_is_from_memory() -> None:
    assert [s.confidence for s in hcc.ceus_li_rads.sources] == ["verified", "from memory"]


def test_more_signs_never_lower_the_ceus_category() -> None:
    worse = {
        "not_categorisable": -1,
        "tumour_in_vein": 1,
        "benign": -1,
        "aphe": 1,
        "size_mm": 1,
        "washout": 1,
        "washout_onset_s": -1,
        "washout_degree": 1,
        "af_malignant": 1,
        "af_benign": -1,
    }
    assert_worse_never_better(hcc.CEUS_LI_RADS, WORST_LAST, worse)


# Many observations

OBSERVATIONS: dict[str, tuple[Any, ...]] = {
    "not_categorisable": (False, True),
    "tumour_in_vein": (False, True),
    "benign": ("none", "probable", "definite"),
    "targetoid": (False, True),
    "nontargetoid_lrm_feature": (False, True),
    "size_mm": (15, 9.9, 10, 19.9, 20),
    "aphe": ("nonrim", "none", "rim"),
    "washout": (False, True),
    "washout_onset_s": (90, 59.9, 60),
    "washout_degree": ("mild", "marked"),
    "capsule": (False, True),
    "prior_mm": (10, 0, 0.1),
    "current_mm": (14.9, 15, 20),
    "months": (6, 7, 24),
    "af_malignant": (0, 1, 3),
    "af_benign": (0, 1, 2),
    "age_years": (60, 17),
    "cirrhosis": (True, False),
    "cirrhosis_cause": ("other", "vascular", "congenital_hepatic_fibrosis"),
    "chronic_hbv": (False, True),
    "current_or_prior_hcc": (False, True),
}
"""Findings, the commonest value first."""


def random_observations(rows: int, seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)

    def entry(values: tuple[Any, ...]) -> Any:
        share = chance.random()
        return None if share < 0.1 else values[0] if share < 0.6 else chance.choice(values)

    return [{name: entry(values) for name, values in OBSERVATIONS.items()} for _ in range(rows)]


def test_a_table_of_observations_gets_what_each_of_them_gets_alone() -> None:
    rows = random_observations(400, seed=2018)
    tables = (hcc.LI_RADS, hcc.CEUS_LI_RADS, hcc.AASLD_DIAGNOSIS)
    scored = hcc.score(pl.DataFrame(rows, strict=False), [table.column for table in tables])
    undecided = 0
    for findings, got in zip(rows, scored.iter_rows(named=True), strict=True):
        problems = (got[PROBLEMS] or "").split("; ")
        needs = dict(problem.split(": needs ") for problem in problems if ": needs " in problem)
        for table in tables:
            alone = table.decide(findings)
            assert got[table.column] == alone.outcome, findings
            asked = needs[table.column].split(", ") if table.column in needs else []
            assert set(asked) == set(alone.needs), findings
            undecided += alone.outcome is None
    assert 0.1 < undecided / (len(rows) * len(tables)) < 0.5


# Three guidelines


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("LR-5", "HCC"),
        ("LR-M", "biopsy"),
        ("LR-NC", "image again"),
        ("LR-1", "surveillance"),
        ("LR-2", "surveillance"),
        ("LR-3", "repeat in 3-6 months"),
        ("LR-4", "biopsy or repeat within 3 months"),
    ],
)
def test_aasld_follows_the_category(stated: str, expected: str) -> None:
    assert hcc.aasld_diagnosis(**HIGH_RISK, lirads_category=stated).grade == expected
    assert (
        hcc.aasld_diagnosis(**{**HIGH_RISK, "age_years": 17}, lirads_category=stated).grade
        == "not applicable"
    )


def test_aasld_works_the_category_out_where_it_is_not_stated() -> None:
    seen = {**PLAIN, "size_mm": 20, "washout": True}
    assert hcc.aasld_diagnosis(**HIGH_RISK, **seen).grade == "HCC"
    assert hcc.aasld_diagnosis(**HIGH_RISK, **seen, lirads_category="LR-M").grade == "biopsy"
    unread = hcc.aasld_diagnosis(**HIGH_RISK, **{**PLAIN, "size_mm": 20, "capsule": None})
    assert unread.possible == ("HCC", "biopsy or repeat within 3 months")
    assert unread.missing == ("capsule",)
    assert hcc.aasld_diagnosis(**HIGH_RISK).missing[0] == "lirads_category"


def test_tumour_in_vein_is_hcc_only_with_the_features_of_lr_5() -> None:
    in_vein = {**HIGH_RISK, **PLAIN, "size_mm": 40, "washout": True, "tumour_in_vein": True}
    assert hcc.aasld_diagnosis(**in_vein).grade == "HCC"
    for change in ({"targetoid": True}, {"aphe": "none"}, {"washout": False}, {"size_mm": 9}):
        assert hcc.aasld_diagnosis(**{**in_vein, **change}).grade == "discuss"
    stated = hcc.aasld_diagnosis(**HIGH_RISK, lirads_category="LR-TIV")
    assert stated.possible == ("HCC", "discuss")
    assert hcc.aasld_diagnosis(**HIGH_RISK, lirads_category="LR-TIV", aphe="rim").grade == "discuss"


TYPICAL = {"aphe": "nonrim", "washout": True}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({"size_mm": 9.9}, "ultrasound every 4 months"),
        ({"size_mm": 10}, "HCC"),
        ({"size_mm": 10.1}, "HCC"),
        ({"nodule_cm": 0.9}, "ultrasound every 4 months"),
        ({"nodule_cm": 1.0}, "HCC"),
        ({"size_mm": 9.9, "modalities_typical": 4}, "ultrasound every 4 months"),
        ({"size_mm": 15, "washout": False}, "another technique, then biopsy"),
        ({"size_mm": 15, "aphe": "rim"}, "another technique, then biopsy"),
        ({"size_mm": 15, "aphe": "none"}, "another technique, then biopsy"),
        ({"size_mm": 15, "modalities_typical": 0}, "another technique, then biopsy"),
        ({"size_mm": 15, "modalities_typical": 1, "washout": False}, "HCC"),
        ({"size_mm": 15, "modalities_typical": 2, "washout": False}, "HCC"),
        ({"size_mm": 15, "cirrhosis": False}, "pathology"),
    ],
)
def test_easl_needs_cirrhosis_one_centimetre_and_one_typical_study(
    findings: dict[str, Any], expected: str
) -> None:
    assert hcc.easl_diagnosis(**{"cirrhosis": True, **TYPICAL, **findings}).grade == expected


def test_easl_with_unknowns() -> None:
    assert hcc.easl_diagnosis(cirrhosis=True, size_mm=15).missing == ("modalities_typical",)
    assert hcc.easl_diagnosis(cirrhosis=True, size_mm=15, aphe="nonrim").missing == ("washout",)
    assert hcc.easl_diagnosis(cirrhosis=True, size_mm=5).grade == "ultrasound every 4 months"
    assert hcc.easl_diagnosis(cirrhosis=None, **TYPICAL).missing == ("cirrhosis", "size_mm")


CHINA = {
    # typical studies: up to 2 cm, above 2 cm
    0: ("biopsy or follow-up", "biopsy"),
    1: ("biopsy or follow-up", "HCC"),
    2: ("HCC", "HCC"),
    3: ("HCC", "HCC"),
}


@pytest.mark.parametrize("studies", CHINA)
def test_china_asks_two_studies_up_to_two_centimetres(studies: int) -> None:
    small, large = CHINA[studies]
    for size, expected in ((0.5, small), (1.9, small), (2.0, small), (2.1, large), (5.0, large)):
        known = {"high_risk": True, "modalities_typical": studies}
        assert hcc.china_diagnosis(**known, nodule_cm=size).grade == expected
        assert hcc.china_diagnosis(**known, size_mm=round(size * 10, 1)).grade == expected


@pytest.mark.parametrize("risk", ["cirrhosis", "chronic_hbv", "chronic_hcv"])
def test_china_accepts_cirrhosis_and_both_kinds_of_hepatitis(risk: str) -> None:
    nobody = {"cirrhosis": False, "chronic_hbv": False, "chronic_hcv": False}
    nodule = {"nodule_cm": 3, "modalities_typical": 1}
    assert hcc.china_diagnosis(**nobody, **nodule).grade == "not applicable"
    assert hcc.china_diagnosis(**{**nobody, risk: True}, **nodule).grade == "HCC"
    assert hcc.china_diagnosis(high_risk=False, **{risk: True}, **nodule).grade == "not applicable"
    assert hcc.china_diagnosis(**{risk: False}, **nodule).grade is None


def test_china_with_unknowns() -> None:
    two = hcc.china_diagnosis(high_risk=True, modalities_typical=2)
    assert two.grade == "HCC"
    one = hcc.china_diagnosis(high_risk=True, modalities_typical=1)
    assert one.grade is None and one.missing == ("size_mm",)
    assert "HCC" in one.possible and "biopsy or follow-up" in one.possible
    assert hcc.china_diagnosis(nodule_cm=3, modalities_typical=1).missing == ("high_risk",)
    large = hcc.china_diagnosis(high_risk=True, nodule_cm=3)
    assert large.possible == ("HCC", "biopsy")


def test_afp_raises_suspicion_and_no_more() -> None:
    nodule = {"high_risk": True, "nodule_cm": 1.5, "modalities_typical": 0}
    for afp, flags in ((399, ()), (400, ("afp_alert",)), (401, ("afp_alert",))):
        result = hcc.assess({**nodule, "afp_ng_ml": afp})["china_diagnosis"]
        assert (result.grade, result.flags) == ("biopsy or follow-up", flags)


def test_one_nodule_three_answers() -> None:
    nodule = {**HIGH_RISK, **PLAIN, "size_mm": 18, "washout": True, "modalities_typical": 1}
    answers = hcc.assess(nodule)
    assert answers["aasld_diagnosis"].grade == "HCC"
    assert answers["easl_diagnosis"].grade == "HCC"
    assert answers["china_diagnosis"].grade == "biopsy or follow-up"
    with pytest.raises(ValueError, match=r"size_mm=18 and nodule_cm=3\b.* disagree"):
        hcc.china_diagnosis(high_risk=True, size_mm=18, nodule_cm=3, modalities_typical=1)


def test_more_signs_never_lead_away_from_hcc() -> None:
    assert_worse_never_better(
        hcc.EASL_DIAGNOSIS,
        ["pathology", "ultrasound every 4 months", "another technique, then biopsy", "HCC"],
        {"cirrhosis": 1, "size_mm": 1, "modalities_typical": 1, "washout": 1},
    )
    assert_worse_never_better(
        hcc.CHINA_DIAGNOSIS,
        ["biopsy or follow-up", "biopsy", "HCC"],
        {"size_mm": 1, "modalities_typical": 1},
        high_risk=True,
    )
