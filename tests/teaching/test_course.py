from pathlib import Path

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
