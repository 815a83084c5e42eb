from __future__ import annotations

import html
import re
from collections import Counter

import ipywidgets as widgets
import pytest

import hcclab as hcc
from hcclab.data import records
from hcclab.errata import KINDS, review_errata
from hcclab.explorers.base import control
from hcclab.explorers.reading import ErrataHunt, ErrataIndex, TwoRules
from tests.explorers.driving import drive_to_ends

ERRATA = review_errata()


def said(explorer) -> str:
    """Everything a student can read, pictures with their descriptions and answers included."""
    return html.unescape(re.sub(r"<[^>]+>", "\n", explorer.picture + explorer.answer))


def albumin_points(albumin_g_l: float, *, closed: bool) -> int:
    above = albumin_g_l >= 35 if closed else albumin_g_l > 35
    return 1 if above else 2 if albumin_g_l >= 28 else 3


def albumin_rules(patients=()) -> TwoRules:
    slider = control(hcc.VARIABLES["albumin_g_l"], value=35.0, low=34, high=36)
    rules = (lambda v: albumin_points(v, closed=True), lambda v: albumin_points(v, closed=False))
    return TwoRules(slider, *rules, patients=patients)


@pytest.mark.parametrize("make", [ErrataHunt, ErrataIndex, albumin_rules])
def test_every_end_of_every_control_gives_a_whole_view(make):
    assert drive_to_ends(make()) >= 3


# The hunt ---------------------------------------------------------------------------------------


def test_no_correction_is_shown_before_a_verdict():
    hunt = ErrataHunt()
    for number, erratum in enumerate(ERRATA, start=1):
        hunt.controls["fragment"].value = number
        assert erratum.words in said(hunt)
        assert erratum.correction not in said(hunt)


@pytest.mark.parametrize("number", range(1, len(ERRATA) + 1))
def test_the_right_kind_brings_correction_source_and_mark(number):
    hunt, erratum = ErrataHunt(), ERRATA[number - 1]
    assert ": right, it is " in hunt.set(fragment=number, verdict=erratum.kind)
    for part in (erratum.correction, erratum.why, erratum.source, erratum.mark):
        assert part in said(hunt)


def test_a_fair_answer_is_taken_and_told_where_we_file_it():
    hunt = ErrataHunt()
    said_of_the_marker = hunt.set(fragment=1, verdict="fact")
    assert said_of_the_marker == (
        "Fragment 1 of 45: fair, one can call it a wrong or incomplete fact; we file it as a "
        "translation error."
    )


def test_a_wrong_verdict_gets_a_question_and_no_answer():
    hunt = ErrataHunt()
    assert hunt.set(fragment=1, verdict="unit").endswith("not what we mean. Look again.")
    assert KINDS["unit"].question in said(hunt)
    assert "PIVKA" not in hunt.picture


def test_the_next_fragment_clears_the_verdict():
    hunt = ErrataHunt()
    hunt.set(fragment=1, verdict="tell")
    assert "PIVKA" in hunt.picture
    hunt.controls["fragment"].value = 2
    assert hunt.values["verdict"] == "not yet"
    assert hunt.summary == "Fragment 2 of 45: what is wrong?"


# The index --------------------------------------------------------------------------------------


def test_every_fragment_is_found_under_its_kind_with_its_correction_to_open():
    index, found = ErrataIndex(), Counter()
    for kind in KINDS:
        index.set(kind=kind)
        found[kind] = index.picture.count("<li")
        assert index.answer.count("<li") == found[kind]
        for erratum in review_errata(kind):
            assert html.escape(erratum.words) in index.picture
            assert html.escape(erratum.correction) in index.answer
            assert html.escape(erratum.correction) not in index.picture
    assert found == Counter(each.kind for each in ERRATA)


def test_corrections_from_memory_can_be_listed_alone():
    index = ErrataIndex()
    index.set(kind="copying", only_memory=True)
    assert "verified" not in said(index)
    assert index.set(kind="unit", only_memory=True) == (
        "Unit: missing or wrong. 0 fragments with a correction from memory."
    )
    assert "There is none." in said(index)


# Two rules --------------------------------------------------------------------------------------


def test_the_gap_is_the_one_value_on_which_the_rules_differ():
    rules = albumin_rules()
    assert rules.summary == ("At 35.0 suspect says 1, published 2. The rules differ only at 35.0.")
    assert rules.set(value=35.1) == "At 35.1 both say 1. The rules differ only at 35.0."
    assert said(rules).count("≠") == 1


def test_patients_in_the_gap_are_counted():
    albumin = [10 * float(row["albumin_g_dl"]) for row in records("pbc")]
    real = sum(abs(each - 35) < 1e-6 for each in albumin)
    shown = sum(34 - 1e-6 <= each <= 36 + 1e-6 for each in albumin)
    assert f"only at 35.0: {real} of the {shown} patients shown." in albumin_rules(albumin).summary
    assert real > 5


def test_two_equal_rules_have_no_gap():
    slider = widgets.FloatSlider(2, min=1.5, max=2.5, step=0.1, description="Size (cm)")
    rules = TwoRules(slider, lambda cm: cm > 2, lambda cm: cm > 2)
    assert "The rules differ nowhere here." in rules.summary
    assert "≠" not in said(rules)


def test_no_grade_is_shown_as_none():
    slider = widgets.FloatSlider(-2.6, min=-2.64, max=-2.56, step=0.01, description="ALBI score")
    printed = TwoRules(
        slider, lambda s: "1" if s < -2.6 else "2" if s > -2.6 else None, lambda s: "12"[s > -2.6]
    )
    assert printed.summary.startswith("At −2.60 suspect says none, published 1.")


def test_a_wide_gap_is_counted_in_values():
    slider = widgets.FloatSlider(2, min=1.5, max=2.5, step=0.1, description="Size (cm)")
    rules = TwoRules(slider, lambda cm: cm > 1.8, lambda cm: cm > 2)
    assert rules.summary.endswith("The rules differ at 2 of 11 values.")


def test_an_axis_too_long_to_read_is_refused():
    slider = widgets.FloatSlider(2, min=0, max=9, step=0.1, description="Size (cm)")
    with pytest.raises(ValueError, match="91 steps; 25 are the most"):
        TwoRules(slider, bool, bool)
