from __future__ import annotations

import pytest

from hcclab import teaching_cases
from hcclab.board import (
    LESSONS,
    NO_STAGE,
    NOT_FOR,
    PLANS,
    QUESTIONS,
    STEPS,
    Board,
    Reading,
    scores,
    weak,
    why_not,
)
from hcclab.board.meeting import judge
from hcclab.diagnosis import li_rads
from hcclab.teaching import course
from hcclab.treatment import stage_text, treatment_path

CASES = list(teaching_cases.load_all())


def play(case_id, **wrong):
    """A board on which everything is answered rightly but what is named."""
    board = Board(case_id)
    keys = board.reading.keys | {"plan": board.reading.meeting.plans[0]} | wrong
    for step in STEPS:
        board.commit(**{name: keys[name] for name in step.questions})
    return board


def test_there_are_44_cases():
    assert len(CASES) == 44
    assert set(teaching_cases.load_meetings()) == set(CASES)


@pytest.mark.parametrize("case_id", CASES)
def test_the_keys_computed_are_those_worked_out_by_hand(case_id):
    reading = Reading.of(case_id)
    case, by_hand = reading.case.expected, reading.meeting.expected
    assert reading.keys == {
        "child_pugh": case["child_pugh_class"],
        "albi": case["albi_grade"],
        "li_rads": by_hand["li_rads"] or NOT_FOR,
        "bclc": case["bclc_2022"] or NO_STAGE,
        "cnlc": by_hand["cnlc"] or NO_STAGE,
    }


@pytest.mark.parametrize("case_id", CASES)
def test_every_nodule_has_the_category_worked_out_by_hand(case_id):
    unseen = {"not_categorisable": False, "nontargetoid_lrm_feature": False}
    for nodule in teaching_cases.load_meetings()[case_id].nodules:
        if nodule.expected != "not_applicable":
            assert li_rads.assess(unseen | nodule.findings).grade == nodule.expected


@pytest.mark.parametrize("case_id", CASES)
def test_the_stage_is_of_the_nodules_on_the_scan(case_id):
    reading = Reading.of(case_id)
    listed = reading.case.findings.get("tumour_diameters_cm")
    if listed:
        seen = [float(n.findings["size_mm"]) / 10 for n in reading.meeting.nodules if n.counts]
        assert [float(size) for size in listed.split(";")] == seen


@pytest.mark.parametrize("case_id", CASES)
def test_every_wrong_plan_has_a_reason_and_no_accepted_one_has(case_id):
    reading = Reading.of(case_id)
    assert {*reading.meeting.plans, *reading.meeting.distractors} <= set(PLANS)
    assert len(reading.meeting.distractors) >= 3
    assert not {*reading.meeting.plans} & {*reading.meeting.distractors}
    assert all(why_not(plan, reading) for plan in reading.meeting.distractors)
    assert not any(why_not(plan, reading) for plan in reading.meeting.plans)


@pytest.mark.parametrize("case_id", CASES)
def test_the_first_plan_of_a_staged_case_is_one_that_a_guideline_offers(case_id):
    reading = Reading.of(case_id)
    plan, keys = reading.meeting.plans[0], reading.keys
    if keys["bclc"] == NO_STAGE:
        assert plan in ("biopsy", "repeat imaging")
    elif plan != "rescore":
        offered = {option.treatment for option in treatment_path(keys["bclc"], "2022")}
        offered |= {t for row in stage_text("cnlc", keys["cnlc"]) for t in row.options}
        assert plan in offered


@pytest.mark.parametrize("case_id", CASES)
def test_every_option_of_every_question_is_judged_with_a_reason(case_id):
    reading = Reading.of(case_id)
    for name in QUESTIONS:
        for option in Board(case_id).question(name).options:
            verdict = judge(reading, name, option, {})
            assert verdict.reason
            assert verdict.right is (verdict.key == option) or name == "plan"


@pytest.mark.parametrize("case_id", CASES)
def test_a_case_answered_by_the_keys_never_leaves_the_path(case_id):
    board = play(case_id)
    assert board.finished
    assert board.debrief().first is None
    assert board.debrief().lines() == ["No step left the path."]


def test_overlooked_ascites_leads_to_a_wrong_class_a_wrong_stage_and_a_wrong_plan():
    debrief = play("c36", child_pugh="A", bclc="A", plan="ablation").debrief()
    assert debrief.first.question == "child_pugh"
    assert "ascites none instead of moderate-severe" in debrief.misreading
    assert [(slip.question, slip.follows) for slip in debrief.slips] == [
        ("bclc", True),
        ("plan", True),
    ]
    assert debrief.lines()[-1] == "One misread finding, and every later slip came from it."


def test_the_misreading_told_is_the_one_that_explains_the_other_answers_too():
    debrief = play("c28", bclc="C", cnlc="IIIa", plan="systemic therapy").debrief()
    assert "with macrovascular invasion, but there is none" in debrief.misreading
    assert all(slip.follows for slip in debrief.slips)


def test_a_slip_that_the_first_does_not_explain_is_told_apart():
    debrief = play("c10", child_pugh="A", plan="resection").debrief()
    assert [slip.follows for slip in debrief.slips] == [False]
    assert "second slip" in debrief.lines()[-1]


def test_units_left_unconverted_are_recognised_in_the_grade():
    assert "unconverted" in play("c18", albi="3").verdicts["albi"].reason


def test_a_score_rounded_before_grading_is_recognised():
    assert "rounded first" in play("c31", albi="1").verdicts["albi"].reason


def test_lirads_outside_its_population_is_refused_although_the_table_has_a_category():
    reason = play("c24", li_rads="LR-5").verdicts["li_rads"].reason
    assert reason.startswith("The table would call the nodule alone LR-5. But this patient")


def test_staging_what_is_not_proven_follows_from_reading_too_much_into_the_nodule():
    debrief = play("c22", li_rads="LR-5", bclc="0", cnlc="Ia", plan="ablation").debrief()
    assert debrief.first.question == "li_rads"
    assert all(slip.follows for slip in debrief.slips)
    assert len(debrief.slips) == 3


def test_nothing_is_revealed_before_every_question_of_the_step_is_answered():
    board = Board("c01")
    with pytest.raises(ValueError, match="this step asks for child_pugh, albi"):
        board.commit(child_pugh="A")
    with pytest.raises(ValueError, match="'Z' is not one of A, B, C"):
        board.commit(child_pugh="Z", albi="1")
    assert board.verdicts == {}
    assert board.place == 0
    with pytest.raises(ValueError, match="the case is over"):
        play("c01").commit(plan="ablation")


@pytest.mark.parametrize("case_id", CASES)
def test_the_history_never_names_what_is_asked(case_id):
    board = Board(case_id)
    told = " ".join(text for step in ("liver", "diagnosis") for _, text in board.history(step))
    for answer in ("LR-", "BCLC", "CNLC", "Child-Pugh"):
        assert answer not in told


def test_scores_name_the_lessons_of_the_course_to_revisit():
    assert set(LESSONS.values()) <= set(course.lessons())
    assert {teaching_cases.load(case_id).topic for case_id in CASES} == set(LESSONS)
    results = {"c01": {"albi": True, "bclc": True}, "c22": {"li_rads": False, "plan": True}}
    assert [score.topic for score in scores(results)] == ["diagnosis", "staging"]
    assert [score.lesson for score in weak(results)] == ["01_diagnosis"]
    assert scores({}) == []
