from __future__ import annotations

from pathlib import Path

import pytest

from hcclab.authoring.lesson_check import check, report
from hcclab.authoring.nbval_run import run_nbval
from hcclab.authoring.pairs import find_lessons

LESSONS = find_lessons(Path(__file__).parents[2] / "notebooks")


def test_there_are_lessons() -> None:
    assert LESSONS


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_lesson_keeps_its_form(lesson: Path) -> None:
    problems = check([lesson])
    assert not problems, report(problems)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_output_of_a_lesson_comes_out_again(lesson: Path) -> None:
    problems = run_nbval([lesson])
    assert not problems, report(problems)
