import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.authoring import pairs
from hcclab.teaching import (
    Choice,
    Exercise,
    Multiple,
    Number,
    Order,
    Progress,
    Quiz,
    course,
    progress,
)

NAME = "03_albi/quiz"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A record of its own, and a folder with one lesson."""
    monkeypatch.setattr(progress, "_said_that_it_fails", set())
    path = tmp_path / "home" / "progress.jsonl"
    monkeypatch.setenv(progress.VARIABLE, str(path))
    monkeypatch.chdir(tmp_path)
    return path


def choice(**changes):
    given = {
        "stem": "Best grade?",
        "options": ["1", "2", "3"],
        "correct": "1",
        "explanations": ["Most negative.", "Middle.", "Worst."],
    }
    return Choice(**given | changes)


def quiz(*questions, name=NAME):
    questions = questions or (
        choice(),
        Multiple("Items?", ["albumin", "INR"], ["albumin"], ["In.", "Out."]),
        Number("1 mg/dL?", 17.1, tolerance=0.1, unit="µmol/L"),
        Order("Order?", ["see", "judge", "act"], "So."),
    )
    return Quiz(*questions, name=name)


def exercise(name="03_albi/blank", prompt="Add.", hints=("One.", "Two.")):
    return Exercise(prompt, 3, hints=hints, solution="1 + 2", name=name)


def replies(shown):
    return [str(panel.feedback) for panel in shown._panels]


ANSWERS = ["2", ["INR"], "1.7", ["act", "see", "judge"]]


def test_a_quiz_shown_again_shows_the_last_answers_and_what_was_said_of_them(file):
    first = quiz()
    for number, answer in enumerate(ANSWERS, start=1):
        first.answer(number, answer)
    first.answer(1, "1")
    again = quiz()
    assert replies(again) == replies(first)
    assert [panel.control.value for panel in again._panels] == [
        panel.control.value for panel in first._panels
    ]
    assert "1 of 4 right" in again._score.value
    assert "Most negative." in again._panels[0].reply.value


def test_showing_a_quiz_again_writes_nothing_and_an_answer_is_written_once(file):
    quiz().answer(3, "1.7")
    assert len(file.read_text().split()) == len(json.dumps(json.loads(file.read_text())).split())
    before = file.read_bytes()
    quiz()._panels[2].button.click()
    assert file.read_bytes() == before


def test_a_question_that_has_changed_begins_anew(file):
    quiz().answer(1, "2")
    assert replies(quiz(choice(options=["1", "2", "4"]))) == ["None"]
    assert replies(quiz(choice(stem="Worst grade?"))) == ["None"]
    judged_anew = quiz(choice(correct="2"))
    assert replies(judged_anew) == ["✓ Right: Middle."]


def test_without_a_name_or_switched_off_nothing_is_kept(file, monkeypatch):
    quiz(name="").answer(1, "1")
    monkeypatch.setenv(progress.VARIABLE, "OFF")
    quiz().answer(1, "1")
    exercise().check(3)
    assert not file.parent.exists()
    assert replies(quiz(choice())) == ["None"]


def test_the_record_lies_in_the_home_folder_by_default(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv(progress.VARIABLE)
    assert progress.place() == tmp_path / ".hcclab" / "progress.jsonl"


def test_without_a_home_folder_the_lesson_goes_on_and_says_so(file, monkeypatch):
    def expanduser(_path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(progress.VARIABLE)
    monkeypatch.setattr(Path, "expanduser", expanduser)
    first = quiz()
    assert str(first.answer(1, "1")) == "✓ Right: Most negative."
    assert "cannot be kept on this computer (Could not" in first._score.value
    assert "Answers are not kept here (there is no home folder)" in Progress().to_html()


def test_an_exercise_shown_again_keeps_attempts_and_hints(file):
    first = exercise()
    first.hint()
    first.check(4)
    again = exercise()
    assert again.solution().code == "1 + 2"
    assert again.hint().message == "Hint 2 of 2: Two."
    assert exercise(prompt="Another task.").solution().code == ""
    again.check(3)
    assert "You have solved this before." in exercise()._news.value


def test_the_lessons_own_solution_is_nobodys_answer(file, monkeypatch):
    cell = "# One solution. Try first.\nassert blank.check(3).right"
    shell = SimpleNamespace(user_ns={"In": ["", cell]})
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    task = exercise()
    assert task.check(3).right
    assert not file.exists()
    assert task.solution().code == ""
    shell.user_ns["In"].append("blank.check(3)")
    task.check(3)
    assert file.exists()


@pytest.mark.parametrize("obstacle", ["a file for a folder", "a folder for a file"])
def test_what_cannot_be_kept_is_said_once_and_stops_nothing(file, tmp_path, monkeypatch, obstacle):
    (tmp_path / "here").touch()
    place = tmp_path / "here" / "record" if obstacle == "a file for a folder" else tmp_path
    monkeypatch.setenv(progress.VARIABLE, str(place))
    first = quiz()
    assert str(first.answer(1, "1")) == "✓ Right: Most negative."
    assert "cannot be kept on this computer (" in first._score.value
    second = quiz()
    second.answer(1, "2")
    assert "cannot be kept" not in second._score.value
    assert exercise().check(3).right
    assert "Next:" in Progress().to_html()


def test_a_line_torn_by_a_crash_spoils_only_itself(file):
    quiz().answer(1, "2")
    whole = file.read_bytes()
    file.write_bytes(whole + b'\n{"name": "03_albi/qu')
    quiz().answer(2, ["INR"])
    assert replies(quiz())[:2] == ["✗ Wrong: Middle.", "✗ Wrong: INR: Out. One right option is "
                                   "missing."]  # fmt: skip


def test_two_kernels_write_whole_lines(file):
    def write(kernel):
        for item in range(1, 201):
            progress.keep(progress.Record(f"x/{kernel}", item, 200, "q", "é" * 300, True))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ["a", "b"]))
    assert [len(progress.last(f"x/{kernel}")) for kernel in "ab"] == [200, 200]


def test_an_answer_too_long_for_one_write_is_not_kept(file):
    quiz().answer(3, "1" * 5000)
    assert not file.exists()


HOSTILE = [
    b"[" * 3000,
    b"null",
    b"[1]",
    b"{}",
    b"\xff\xfe",
    b"9" * 3999,
    b'{"name": "03_albi/quiz", "item": true, "of": 1, "question": "", "response": 1, "right": 1}',
    b'{"name": 1, "item": 1, "of": 1, "question": "", "response": 1, "right": true}',
    b'{"name": "03_albi/<b>", "item": -5, "of": -9, "question": "", "response": [], "right": true}',
]


def never_raises(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "progress.jsonl")
        path.write_bytes(content)
        with mock.patch.dict(os.environ, {progress.VARIABLE: str(path)}):
            assert all(isinstance(each, int) for each in progress.last(NAME))
            page = Progress().to_html()
            record = progress.Record(NAME, 1, 1, "mark", "1", True)
            assert progress.keep(record) == ""
            assert progress.last(NAME)[1] == record
    assert "<b>" not in page


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(), st.lists(st.sampled_from(HOSTILE)).map(b"\n".join)))
def test_no_content_of_the_record_stops_a_lesson(content):
    never_raises(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from("123"),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
    max_leaves=5,
)
QUESTIONS = [
    choice(),
    Multiple("Items?", ["1", "2"], ["1"], ["In.", "Out."]),
    Number("1 mg/dL?", 17.1, tolerance=0.1, unit="µmol/L"),
    Order("Order?", ["1", "2", "3"], "So."),
]


@given(response=json_values | st.permutations(["1", "2", "3"]))
def test_a_response_that_fits_a_question_can_be_judged(response):
    for question in QUESTIONS:
        if question.fits(response):
            assert question.judge(question.accepts(response)).status in {
                "right", "wrong", "unanswered"
            }  # fmt: skip


@pytest.mark.parametrize("response", [None, [], {}, [[]], "9", " ", {"attempts": "x"}, 1e999])
def test_a_record_that_does_not_fit_leaves_quiz_and_exercise_as_new(file, response):
    for name, mark in ((NAME, quiz(choice(), name="")._panels[0].fingerprint),
                       ("03_albi/blank", exercise()._fingerprint)):  # fmt: skip
        progress.keep(progress.Record(name, 1, 1, mark, response, True))
    assert replies(quiz(choice())) == ["None"]
    assert exercise().solution().code == ""


def lesson_file(folder, stem, *names):
    source = "".join(f'Quiz(a, name="{stem}/{name}")\n' for name in names)
    (folder / f"{stem}.ipynb").write_text(json.dumps({"cells": [{"source": source}]}))


def row(page, stem):
    (found,) = [each for each in page.split("<tr>") if f'left"><a href="{stem}.ipynb"' in each]
    return found


def test_the_map_shows_minutes_prerequisites_and_how_far_the_learner_is(file, tmp_path):
    lesson_file(tmp_path, "02_staging", "quiz")
    lesson_file(tmp_path, "03_albi", "quiz", "blank", "units")
    page = Progress().to_html()
    assert "<small>planned: </small>01 Diagnosis" in page
    albi = course.lessons()["03_albi"]
    assert f"{albi.teaching} + {albi.exercises}" in row(page, "03_albi")
    assert "helpful: 02" in row(page, "03_albi")
    assert '<td style="text-align:left">0 of 3</td>' in row(page, "03_albi")
    assert 'begin <a href="02_staging.ipynb">' in page
    shown = quiz(choice(), choice(stem="Again?"))
    shown.answer(1, "1")
    exercise().check(3)
    page = Progress().to_html()
    assert "1 of 3 right, 1 to mend" in row(page, "03_albi")
    assert 'go on with <a href="03_albi.ipynb">' in page
    shown.answer(2, "1")
    quiz(choice(), name="03_albi/units").answer(1, "1")
    page = Progress().to_html()
    assert "✓ 3 of 3 right" in row(page, "03_albi")
    assert 'begin <a href="02_staging.ipynb">' in page
    quiz(choice(), name="02_staging/quiz").answer(1, "1")
    assert "every task of the lessons in this folder is right" in Progress().to_html()


def test_the_map_says_where_the_record_lies_and_how_to_delete_it(file):
    page = Progress().to_html()
    assert f"<code>{file}</code>" in page
    assert "delete that file" in page


def test_switched_off_the_map_depends_on_nobodys_answers(file, monkeypatch):
    quiz().answer(1, "1")
    monkeypatch.setenv(progress.VARIABLE, "off")
    page = Progress().to_html()
    assert "Your tasks" not in page
    assert str(file) not in page
    assert "HCCLAB_PROGRESS is off" in page


def test_authoring_switches_off_the_same_variable():
    assert pairs.PROGRESS == progress.VARIABLE
