from __future__ import annotations

import re
from dataclasses import replace

import pytest

from hcclab import teaching_cases
from hcclab.board import STEPS, Board
from hcclab.explorers import board_pages
from hcclab.explorers.tumour_board import TumourBoard
from tests.explorers.driving import ALTERNATIVE, NOT_A_NUMBER, SVG

CASES = list(teaching_cases.load_all())


def said(widget) -> str:
    """Everything on the screen, as text."""
    parts = [widget._told, widget._path, widget._lookup, widget._reply, widget._score]
    return re.sub(r"<[^>]+>", "\n", "".join([widget.status.value, *(p.value for p in parts)]))


def keys(case_id):
    reading = Board(case_id).reading
    return reading.keys | {"plan": reading.meeting.plans[0]}


def finish(widget, case_id, **wrong):
    widget.show(case_id)
    answers = keys(case_id) | wrong
    for step in STEPS:
        widget.answer(**{name: answers[name] for name in step.questions})


@pytest.mark.parametrize("case_id", CASES)
def test_every_case_runs_to_its_end_with_pictures_that_have_words(case_id):
    widget = TumourBoard(case_id)
    for step in STEPS:
        for panel in widget._panels.values():
            assert panel.answer is None
        widget.answer(**{name: keys(case_id)[name] for name in step.questions})
        widget._go_on() if not widget.board.finished else None
        shown = widget._told.value
        assert not NOT_A_NUMBER.search(said(widget))
        for svg in SVG.findall(shown):
            assert ALTERNATIVE.search(svg)
    assert "No step left the path." in said(widget)
    assert '<img alt=""' not in widget.to_html()
    assert "<svg" not in widget.to_html()


def test_the_button_commits_reveals_goes_on_and_brings_the_next_case():
    widget = TumourBoard("c01")
    for step in STEPS:
        for name in step.questions:
            widget._panels[name].control.value = keys("c01")[name]
        widget.button.click()
        assert widget.summary.startswith("Right")
        widget.button.click()
    assert widget.board.case_id == "c02"
    assert widget.summary == (
        "Case 2, step 1 of 4: Who is it, and how is the liver? (1 of 44 cases finished)"
    )


def test_nothing_is_revealed_before_an_answer():
    widget = TumourBoard("c01")
    widget.button.click()
    assert "First pick an answer for: Child-Pugh class, ALBI grade." in said(widget)
    assert widget.board.place == 0
    assert "Decided by" not in said(widget)


def test_the_title_of_a_case_stays_hidden_until_its_end():
    title = teaching_cases.load("c12").title
    widget = TumourBoard("c12")
    assert title not in said(widget)
    assert all(title not in label for label, _ in widget.chosen.options)
    finish(widget, "c12")
    assert title in said(widget)


def test_a_debrief_is_told_at_the_end():
    widget = TumourBoard("c36")
    finish(widget, "c36", child_pugh="A", bclc="A", plan="ablation")
    assert "One misread finding, and every later slip came from it." in said(widget)


def test_a_class_answers_by_the_most_hands_and_a_tie_is_argued_out():
    widget = TumourBoard("c01")
    widget.vote("child_pugh", {"A": 12, "B": 12})
    widget.vote("albi", {"1": 20})
    widget.button.click()
    assert "count the hands, and break a tie for: Child-Pugh class." in said(widget)
    widget.vote("child_pugh", {"A": 13, "B": 11})
    widget.button.click()
    assert widget.board.answers == {"child_pugh": "A", "albi": "1"}
    wall = "".join(each.value for each in widget._asked.children)
    assert "✓ A" in wall
    assert "<b>13</b>" in wall


def test_topic_and_difficulty_filter_the_cases():
    widget = TumourBoard("c01")
    widget.topic.value, widget.difficulty.value = "diagnosis", "hard"
    shown = [case_id for _, case_id in widget.chosen.options]
    cases = teaching_cases.load_all()
    assert shown
    assert {(cases[c].topic, cases[c].difficulty) for c in shown} == {("diagnosis", "hard")}
    assert widget.board.case_id == shown[0]
    widget.topic.value, widget.difficulty.value = "locoregional", "easy"
    assert "choose another" in widget.chosen.options[0][0]


def test_every_combination_of_filters_leaves_a_board_that_works():
    widget = TumourBoard("c01")
    for topic in [value for _, value in widget.topic.options]:
        for difficulty in [value for _, value in widget.difficulty.options]:
            widget.topic.value, widget.difficulty.value = topic, difficulty
            finish(widget, widget.board.case_id)
            widget.button.click()
            assert widget.summary.startswith("Case ")


def test_practice_never_ends_and_mistakes_come_back():
    widget = TumourBoard("c01")
    widget.results = {case_id: {"albi": case_id != "c07"} for case_id in CASES}
    finish(widget, "c44")
    widget.button.click()
    assert widget.board.case_id == "c07"


def test_the_score_names_the_weak_topics_and_their_lessons():
    widget = TumourBoard("c22")
    finish(widget, "c22", li_rads="LR-5", bclc="0", cnlc="Ia", plan="ablation")
    assert widget.weak == ["01_diagnosis"]
    assert "revisit 01_diagnosis" in said(widget)


def test_finished_cases_survive_a_restart_and_votes_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("HCCLAB_PROGRESS", str(tmp_path / "progress.jsonl"))
    first = TumourBoard("c01", name="14_tumour_board")
    finish(first, "c01", albi="2")
    first.mode.value = "class"
    finish(first, "c02")
    again = TumourBoard("c01", name="14_tumour_board")
    assert set(again.results) == {"c01"}
    assert again.results["c01"]["albi"] is False
    assert repr(again) == "TumourBoard('c01', 0 of 4 steps)"


def test_markup_in_a_case_is_text_and_not_a_page():
    board = Board("c01")
    evil = '<img src=x onerror="alert(1)">'
    case = replace(board.case, title=evil, rationale=evil, first_option=evil, aetiology=evil)
    meeting = replace(board.reading.meeting, history=evil, trap=evil, found_besides=evil)
    board.reading = replace(board.reading, case=case, meeting=meeting)
    pages = [board_pages.history(board, 3)]
    for place, step in enumerate(STEPS):
        board.commit(**{name: keys("c01")[name] for name in step.questions})
        pages.append(board_pages.reveal(board, place))
    pages.append(board_pages.closing(board))
    assert "<img" not in "".join(pages)
    assert "&lt;img" in "".join(pages)


def test_an_error_is_shown_where_the_student_looks(monkeypatch):
    widget = TumourBoard("c01")
    for name in ("child_pugh", "albi"):
        widget._panels[name].control.value = keys("c01")[name]
    monkeypatch.setattr(Board, "commit", lambda self, **answers: 1 / 0)
    widget.button.click()  # ipywidgets writes an error of a button to the kernel's log
    assert "This part of the lesson failed" in said(widget)


def test_the_tables_on_the_wall_are_computed():
    assert "LR-5" in board_pages.lookup("diagnosis")
    assert "38.4 or more" in board_pages.lookup("liver")
    assert "CNLC, read from the top" in board_pages.lookup("stage")
    assert board_pages.lookup("plan") == ""
