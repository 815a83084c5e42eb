from __future__ import annotations

import math
from collections import Counter

import pytest

from hcclab.data import records
from hcclab.sources import CONFIDENCE
from hcclab.trials import GROUPS, VERDICTS, HazardRatio, trial, trials

NAMED_IN_THE_REVIEWS = (
    "resorce", "cm040_c4", "relativity073", "imbrave150", "yu_haic_len", "tace_haic_ref38",
    "xia_han_debtace", "hu_tace_mwa", "chance001",
)  # fmt: skip


def test_every_row_is_whole_and_uses_known_words():
    assert len(trials()) == 91
    columns = set(records("trials")[0]) | {"*"}
    for each in trials():
        assert each.group in GROUPS, each
        assert each.compared in {"randomised", "observed", "no"}, each
        assert each.confidence in CONFIDENCE, each
        assert each.met_primary in {"yes", "no", "partial", "not_applicable", ""}, each
        assert each.recalled <= columns, each
        assert each.verdict.kind in VERDICTS, each
        assert each.experimental.strip() and each.citation.strip(), each
        assert {trial(name) for name in each.followed_by} <= set(trials()), each


def test_no_two_rows_share_name_or_label():
    assert max(Counter(each.trial_id for each in trials()).values()) == 1
    assert max(Counter(each.label for each in trials()).values()) == 1


@pytest.mark.parametrize("name", NAMED_IN_THE_REVIEWS)
def test_every_trial_that_the_reviews_name_is_there(name):
    assert trial(name).citation


def test_every_interval_brackets_its_estimate_near_its_middle():
    found = [hr for each in trials() for hr in (each.survival, each.progression) if hr]
    assert len(found) > 100
    for hr in found:
        assert hr.low <= hr.value <= hr.high
        # An estimate lies in the middle of its interval on the log scale, printing apart.
        assert math.sqrt(hr.low * hr.high) == pytest.approx(hr.value, rel=0.05)


@pytest.mark.parametrize("name", ["relativity073", "yu_haic_len", "stophcc", "kn937"])
def test_no_hazard_ratio_of_death_is_invented_where_none_is_known(name):
    assert trial(name).survival is None
    assert trial(name).verdict.kind == "no estimate"


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("sharp", "superior", "ends at 0.87"),
        ("reflect", "non-inferior", "1.06 lies below the margin 1.08"),
        ("himalaya_durva", "non-inferior", "1.03 lies below the margin 1.08"),
        ("rationale301", "non-inferior", "1.02 lies below the margin 1.08"),
        ("brisk_fl", "not shown", "1.22 crosses the margin 1.08"),
        ("cm459", "not shown", "0.72 to 1.02, includes 1"),
        ("kn240", "not shown", "p 0.0238 is above its share of alpha, 0.0174"),
        ("kn394", "superior", "p 0.018 is below its share of alpha, 0.0193"),
        ("leap002", "not shown", "p 0.023 is above its share of alpha, 0.0185"),
        ("cosmic312", "not shown", "0.69 to 1.18, includes 1"),
        ("leap012", "not shown", "0.57 to 1.11, includes 1"),
        ("sun1170", "worse", "above 1, from 1.13"),
        ("chance001", "association", "not randomised"),
        ("emerald3_s", "untested", "no test was planned"),
        ("dosisphere", "untested", "not its primary endpoint"),
    ],
)
def test_the_verdict_is_that_of_the_trials_own_rules(name, kind, words):
    assert trial(name).verdict.kind == kind
    assert words in trial(name).verdict.words


def test_where_survival_alone_was_the_question_the_verdict_agrees_with_what_was_reported():
    asked = [
        each for each in trials(plotted=True)
        if each.primary_endpoint.startswith("OS") and "PFS" not in each.primary_endpoint
        and each.compared == "randomised" and each.met_primary in {"yes", "no"}
    ]  # fmt: skip
    assert len(asked) > 25
    for each in asked:
        if each.trial_id in {"sharp", "lo2007_ifn"}:
            continue  # a second endpoint beside survival
        met = each.verdict.kind in {"superior", "non-inferior"}
        assert met == (each.met_primary == "yes"), each.label


def test_an_interval_below_one_is_not_printed_as_touching_it():
    assert str(trial("kn240").survival) == "0.78 (0.61–0.998)"
    assert str(trial("leap002").survival) == "0.84 (0.71–0.997)"


def test_an_interval_of_another_level_says_so():
    assert str(trial("cosmic312").survival) == "0.90 (0.69–1.18), 96 % interval"
    assert str(trial("rtog1112").survival).endswith("90 % interval")


def test_the_level_is_used_for_the_standard_error():
    wide, narrow = HazardRatio(0.8, 0.6, 1.07, 99), HazardRatio(0.8, 0.6, 1.07, 90)
    assert wide.standard_error < narrow.standard_error


@pytest.mark.parametrize("ends", [(0.9, 1.2), (0.5, 0.7), (0, 1), (0.8, 0.8)])
def test_an_interval_that_does_not_bracket_is_refused(ends):
    with pytest.raises(ValueError, match="must bracket its estimate"):
        HazardRatio(0.8, *ends)


def test_a_level_given_as_a_share_is_refused():
    with pytest.raises(ValueError, match="is it a share"):
        HazardRatio(0.8, 0.6, 1.1, 0.95)


def test_recalled_numbers_in_a_verified_row_are_marked_as_from_memory():
    assert trial("sharp").survival_mark == "verified"
    assert trial("sun1170").survival_mark == "from memory"
    assert trial("imbrave050").survival_mark == "from memory"
    assert trial("chance001").survival_mark == "from memory"
    assert trial("imbrave050_update").mark("pfs_hr") == "from memory"


@pytest.mark.parametrize(("call", "near"), [("imbrave15", "imbrave150"), ("kn24", "kn240")])
def test_an_unknown_trial_is_answered_with_the_nearest(call, near):
    with pytest.raises(ValueError, match=near):
        trial(call)


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError, match="did you mean local"):
        trials("locale")
