from __future__ import annotations

from pathlib import Path

import pytest

from hcclab.authoring.pairs import Pair, sync
from hcclab.teaching import course
from tests.authoring.sample import copy_pair, write_lesson


@pytest.fixture(scope="session")
def synced_once(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Execute the tiny lesson once for all tests."""
    pair = write_lesson(tmp_path_factory.mktemp("lesson"))
    sync(pair.text)
    return pair


@pytest.fixture
def pair(synced_once: Pair, tmp_path: Path) -> Pair:
    """Give each test its own synced copy."""
    return copy_pair(synced_once, tmp_path)


@pytest.fixture(autouse=True)
def course_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the tiny lesson its row in the table of the course."""
    tiny = course.CourseLesson("01_doubling", "Doubling a dose", "?", 10, 0, (), ())
    table = course.lessons() | {tiny.stem: tiny}
    monkeypatch.setattr(course, "lessons", lambda: table)
