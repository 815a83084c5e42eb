from __future__ import annotations

import html
import re

import pytest

from hcclab.explorers.evidence import BiasSimulator, CrossingCurves, HazardRatioCurves
from hcclab.explorers.forest import (
    ASKED,
    ForestBuilder,
    Row,
    SubgroupGame,
    VerdictForest,
    forest_plot,
)
from hcclab.explorers.trial_table import Appraisal, TrialTable
from hcclab.trials import HazardRatio, trial, trials
from tests.explorers.driving import drive_to_ends

ALL = (
    HazardRatioCurves, CrossingCurves, BiasSimulator, VerdictForest, ForestBuilder, SubgroupGame,
    TrialTable, Appraisal,
)  # fmt: skip


def said(explorer) -> str:
    """Everything a student can read, pictures with their descriptions and answers included."""
    return html.unescape(re.sub(r"<[^>]+>", "\n", explorer.picture + explorer.answer))


@pytest.mark.parametrize("explorer", ALL)
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 4


# Hazard ratio -----------------------------------------------------------------------------------


def test_the_sentence_counts_people():
    curves = HazardRatioCurves()
    assert curves.summary.startswith("At 12 months 48 of 100 are alive instead of 35. Treat 7.4")
    assert "Treat 12 to have one more dead then." in curves.set(hazard_ratio=1.25)
    assert "Nobody gains." in curves.set(hazard_ratio=1)


def test_medians_and_restricted_means_are_told():
    assert "Median: control 7.9, treated 11.4 months" in said(HazardRatioCurves())
    assert "(RMST): 7.4 and 8.5 months" in said(HazardRatioCurves())


def test_curves_cross_where_the_model_says():
    curves = CrossingCurves()
    assert "cross at month 16. Median 23.5 instead of 20.6" in curves.summary
    assert "up to month 12: −" in said(curves)
    assert "up to month 60: +" in said(curves)
    assert curves.set(early=0.8).startswith("The curves do not cross: fewer die")
    assert curves.set(early=1.4, late=1.2).startswith("The curves do not cross: more die")
    assert curves.set(early=0.7, late=1.2).startswith("Fewer deaths at first")


def test_a_late_crossing_keeps_its_label_within_the_picture():
    curves = CrossingCurves()
    label = r'<text x="([\d.]+)"[^>]*?text-anchor="(\w+)"[^>]*>cross here'
    early = re.search(label, curves.picture)
    curves.set(early=0.5, late=1.05, switch=5)
    late = re.search(label, curves.picture)
    assert late[2] == "end" and 100 < float(late[1]) < 500
    assert early is None or early[2] != "end"


# Bias -------------------------------------------------------------------------------------------


def naive(simulator: BiasSimulator) -> float:
    return float(simulator.summary.split()[-1].rstrip("."))


def test_either_bias_alone_makes_the_useless_drug_look_good():
    simulator = BiasSimulator()
    assert naive(simulator) == pytest.approx(1, abs=0.03)
    simulator.set(wait=4)
    assert naive(simulator) < 0.75
    simulator.set(wait=0, preference=60)
    assert naive(simulator) < 0.8


@pytest.mark.parametrize("wait", [0, 3, 6])
@pytest.mark.parametrize("preference", [0, 40, 80])
def test_counting_time_and_comparing_like_with_like_bring_the_truth_back(wait, preference):
    simulator = BiasSimulator()
    simulator.set(wait=wait, preference=preference)
    fair = float(re.search(r"only among the fit: (\d\.\d\d)", said(simulator))[1])
    assert fair == pytest.approx(1, abs=0.08)


# Forest -----------------------------------------------------------------------------------------


def test_the_pool_names_its_trials_and_their_numbers():
    builder = ForestBuilder()
    assert "COSMIC-312 2022: 0.90 (0.69–1.18), 96 % interval" in said(builder)
    assert "an exercise, no result" in said(builder)


FAULTS = "same patients|share one sorafenib arm|the new drug|retrospective|publication bias"


def faults(builder: ForestBuilder) -> list[str]:
    return re.findall(FAULTS, said(builder))


@pytest.mark.parametrize(
    ("broken", "words"),
    [({"imbrave150": True}, "same patients"), ({"himalaya_durva": True}, "share one sorafenib arm"),
     ({"sharp": True}, "the new drug"), ({"chance001": True}, "retrospective"),
     ({"cosmic312": False}, "publication bias")],
)  # fmt: skip
def test_each_way_to_break_the_forest_changes_the_pool_and_is_named(broken, words):
    builder = ForestBuilder()
    whole, before = builder.summary, builder.picture.count("<polygon")
    assert faults(builder) == []
    builder.set(**broken)
    assert faults(builder) == [words]
    assert builder.summary != whole
    assert builder.picture.count("<polygon") == before + (1 if True in broken.values() else -1)


def test_leaving_out_failures_flatters():
    builder = ForestBuilder()
    assert "0.70" in builder.summary
    assert float(builder.set(cosmic312=False).split()[5]) < 0.70


def test_progression_is_pooled_from_its_own_columns_and_objected_to():
    builder = ForestBuilder()
    assert builder.set(outcome="progression").startswith("Pooled hazard ratio of progression 0.")
    assert "CARES-310 2023: 0.52 (0.41–0.65)" in said(builder)
    assert "defined progression" in said(builder)


def test_less_than_two_trials_are_no_pool():
    builder = ForestBuilder()
    ticks = [name for name, value in builder.values.items() if value is True]
    assert "Tick two trials" in builder.set(**dict.fromkeys(ticks, False))
    assert "Tick two trials" in builder.set(orient32=True)
    assert "Pooled" in builder.set(cares310=True)


def test_numbers_from_memory_are_dashed_and_told():
    builder = ForestBuilder()
    builder.set(chance001=True)
    assert "CHANCE001 2023 †" in said(builder)
    assert "from memory, drawn dashed" in said(builder)
    assert "CHANCE001 2023: 0.63 (0.47–0.83) (from memory)" in said(builder)


@pytest.mark.parametrize("asked", ASKED)
def test_every_trial_is_drawn_with_its_verdict_to_open(asked):
    forest = VerdictForest()
    sentence = forest.set(asked=asked)
    picture, folded = forest.picture, forest.answer
    for name in ASKED[asked][1]:
        one = trial(name)
        assert str(one.survival) in html.unescape(picture), name
        assert one.label in html.unescape(folded)
        assert one.verdict.words.casefold() in html.unescape(folded).casefold()
        assert one.verdict.words not in html.unescape(picture), "the verdict is given away"
    assert str(len(ASKED[asked][1])) in sentence


def test_a_margin_is_drawn_and_told_only_where_one_was_set():
    forest = VerdictForest()
    assert "REFLECT 2018: 0.92 (0.79–1.06), margin 1.08" in said(forest)
    assert "Dashed tick: the margin" in said(forest)
    forest.set(asked="alpha")
    assert "margin 1.08" not in said(forest)
    assert "Dashed tick" not in said(forest)
    assert "above its share of alpha, 0.0174" in said(forest)


def test_a_verdict_that_rests_on_memory_says_so():
    forest = VerdictForest()
    forest.set(asked="alpha")
    assert "LEAP-002 2023 †: nothing shown" in said(forest)
    assert "KEYNOTE-240 2020: nothing shown" in said(forest)


def test_a_forest_draws_what_it_says_and_marks_what_leaves_the_axis():
    plot = forest_plot("Two", [Row("wide", HazardRatio(0.42, 0.17, 1.05)),
                               Row("right", HazardRatio(1.2, 0.8, 1.8, 90))])  # fmt: skip
    assert "◀" in plot and "▶" in plot
    assert "1.20 (0.80–1.80), 90 %" in plot


# Subgroups --------------------------------------------------------------------------------------


def test_chance_findings_are_as_frequent_as_chance_says():
    game, hits = SubgroupGame(), 0
    for number in range(1, 31):
        hits += int(re.search(r"subgroups: (\d+) of 20", game.set(trial=number))[1])
    assert 15 < hits < 50  # 30 is expected: 5 % of 600
    assert "64 %" in game.summary


# Table and form ---------------------------------------------------------------------------------


def test_the_table_holds_every_comparison_with_its_mark():
    table, seen = TrialTable(), 0
    for group in ("first_line", "later_line", "surgery", "local"):
        table.set(group=group)
        for each in trials(group):
            assert each.label in said(table)
            assert each.citation in said(table)
            seen += 1
    assert seen == len(trials()) == 91


def test_medians_and_progression_carry_their_own_mark():
    table = TrialTable()
    plain = re.sub(r"\s+", " ", said(table))
    assert "10.7 months against 7.9 months" in plain
    assert ": HR 0.87 (0.72–1.06) [from memory]" in plain  # CheckMate 9DW
    assert ": HR 0.52 (0.41–0.65) [" not in plain  # CARES-310
    assert ": HR 0.52 (0.41–0.65)" in plain
    assert "not reached or not given against 13.2 months" in plain


def test_what_came_after_is_told():
    table = TrialTable()
    assert "lost the early approval" in said(table)
    table.set(group="surgery")
    assert "had faded at the next look" in said(table)
    table.set(group="later_line", met="no")
    assert trial("kn240").label in said(table)
    assert trial("kn394").label not in said(table)


def test_the_form_turns_answers_into_doubts():
    form = Appraisal()
    assert "immortal time" not in said(form)
    form.set(randomised="no", mature="unclear")
    assert form.summary == "2 of 8 questions answered; 2 doubts."
    assert "immortal time" in said(form)
    assert "Cannot tell" in said(form)
    form.set(**dict.fromkeys(form.controls, "yes"))
    assert "one sentence" in said(form)
