"""What to do about an immune-related adverse event: the rule by grade and its exceptions."""

from __future__ import annotations

import pytest

from hcclab import data
from hcclab.immune_events import BY_GRADE, advise, alt_grade, event, events

RANK = {"continue": 0, "hold": 1, "stop": 2}


@pytest.mark.parametrize("each", events(), ids=lambda each: each.event_id)
def test_a_higher_grade_is_never_treated_more_lightly(each):
    ranks = [RANK[advise(each.event_id, grade).drug] for grade in BY_GRADE]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("event_id", "drugs"),
    [
        ("hepatitis", "chhs"),
        ("colitis", "chhs"),
        ("pneumonitis", "chss"),
        ("thyroiditis", "cchh"),
        ("hypophysitis", "hhhh"),
        ("diabetes", "chhh"),
        ("myocarditis", "hsss"),
        ("myositis", "hhss"),
        ("rash", "cchs"),
        ("nephritis", "chhs"),
        ("arthritis", "chhs"),
    ],
)
def test_what_becomes_of_the_drug(event_id, drugs):
    assert "".join(advise(event_id, grade).drug[0] for grade in BY_GRADE) == drugs


def test_no_event_is_left_out_above():
    assert len(events()) == 11


@pytest.mark.parametrize(
    ("grade", "treatment"),
    [
        (1, "no steroid"),
        (2, "prednisolone 0.5 to 1 mg/kg a day"),
        (3, "prednisolone 1 to 2 mg/kg a day"),
        (4, "prednisolone 1 to 2 mg/kg a day"),
    ],
)
def test_the_steroid_follows_the_grade_where_no_row_says_otherwise(grade, treatment):
    assert advise("colitis", grade).treatment == treatment


@pytest.mark.parametrize("event_id", ["thyroiditis", "hypophysitis", "diabetes"])
def test_a_lost_gland_is_replaced_and_the_drug_never_stopped_for_good(event_id):
    assert "prednisolone" not in advise(event_id, 4).treatment
    assert advise(event_id, 4).drug == "hold"


def test_inflamed_lungs_get_more_steroid_than_the_rule_by_grade():
    found = advise("pneumonitis", 2)
    assert found.drug == "hold"
    assert "from grade 2 prednisolone 1 to 2 mg/kg" in found.treatment


def test_myocarditis_gets_high_doses_at_any_grade():
    assert "high-dose" in advise("myocarditis", 1).treatment


@pytest.mark.parametrize(
    ("times", "grade"),
    [(1, 0), (1.01, 1), (3, 1), (3.01, 2), (5, 2), (5.01, 3), (20, 3), (20.01, 4)],
)
def test_a_normal_start_counts_multiples_of_the_upper_limit(times, grade):
    assert alt_grade(times * 40, 40, 30) == grade
    assert alt_grade(times * 40, 40, 40) == grade


@pytest.mark.parametrize(
    ("times", "grade"),
    [(1, 0), (1.49, 0), (1.5, 1), (3, 1), (3.01, 2), (5, 2), (5.01, 3), (20, 3), (20.01, 4)],
)
def test_a_raised_start_counts_multiples_of_itself(times, grade):
    assert alt_grade(times * 100, 40, 100) == grade


def test_the_same_alt_is_a_lower_grade_if_the_liver_was_inflamed_before():
    assert alt_grade(380, 40, 30) == 3
    assert alt_grade(380, 40, 100) == 2


@pytest.mark.parametrize("values", [(0, 40, 30), (380, 0, 30), (380, 40, -1)])
def test_impossible_values_are_refused_by_name(values):
    with pytest.raises(ValueError, match="must be above 0"):
        alt_grade(*values)


def test_an_unknown_event_or_grade_is_refused():
    with pytest.raises(ValueError, match="did you mean hepatitis"):
        event("hepatitus")
    with pytest.raises(ValueError, match="not 1, 2, 3 or 4"):
        advise("colitis", 5)


def test_every_row_says_what_to_look_for_and_how_far_it_was_checked():
    note = (data.files("hcclab.data") / "immune_events.md").read_text(encoding="utf-8")
    for each in events():
        assert each.first_steps
        assert each.red_flag
        assert each.confidence in ("partly verified", "from memory")
    for column in data.records("immune_events")[0]:
        assert f"`{column}`" in note
