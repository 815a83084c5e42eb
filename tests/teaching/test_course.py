import re
from pathlib import Path

import pytest

from hcclab import data
from hcclab.authoring.pairs import find_lessons
from hcclab.teaching import course

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_every_lesson_that_exists_is_on_the_map():
    assert {path.stem for path in find_lessons(NOTEBOOKS)} <= set(course.lessons())


def test_a_lesson_builds_only_on_lessons_before_it():
    met = []
    for stem, lesson in course.lessons().items():
        assert set(lesson.needs + lesson.helps) <= set(met)
        assert not set(lesson.needs) & set(lesson.helps)
        met.append(stem)
    assert met == sorted(met)


def test_every_lesson_has_a_title_a_question_and_minutes():
    for lesson in course.lessons().values():
        assert lesson.title
        assert lesson.question.endswith("?")
        assert 10 <= lesson.minutes <= 60


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("15_x,Title,Why?,ten,5,,", "row 15_x: minutes_teaching='ten' is not a whole number"),
        ("15_x,Title,Why, and how?,10,5,,", "row 15_x: it has not as many cells"),
        ("15_x,Title,Why?,10", "row 15_x: it has not as many cells"),
        ('"15_x"" onclick=""x",Title,Why?,10,5,,', "is no lesson's name, like 03_albi"),
        ("../15_x,Title,Why?,10,5,,", "is no lesson's name, like 03_albi"),
    ],
)
def test_a_mistake_in_the_table_is_named_with_its_row(row, said, monkeypatch):
    head = "lesson,title,question,minutes_teaching,minutes_exercises,needs,helps"
    monkeypatch.setattr(course, "records", lambda name: data._whole(name, [head, row]))
    with pytest.raises(ValueError, match=re.escape(said)):
        course.lessons.__wrapped__()
