"""Every therapy, drug, target and trial of the reviews behind the course stands in a lesson."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import find_lessons

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TERMS = Path(__file__).parents[1] / "data" / "review_terms.csv"


@cache
def course() -> str:
    """What a student reads in all lessons: prose, printed lines and tables."""
    cells = [
        cell
        for text in find_lessons(NOTEBOOKS)
        for cell in Lesson.read(text.with_suffix(".ipynb")).cells
    ]
    shown = [cell.source for cell in cells if not cell.is_code]
    shown += [piece for cell in cells for piece in (cell.printed, *cell.data("text/html"))]
    return re.sub(r"\s+", " ", " ".join(shown))


def terms() -> list[dict[str, str]]:
    with TERMS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(wanted: str, text: str) -> bool:
    """Whether a text names a term: all parts between semicolons, in one of their spellings."""
    return all(
        any(
            re.search(rf"(?<!\w){re.escape(spelling)}", text, re.IGNORECASE)
            for spelling in part.split("|")
        )
        for part in wanted.split(";")
    )


@pytest.mark.parametrize("row", terms(), ids=lambda row: f"{row['kind']}-{row['term']}")
def test_the_course_names(row: dict[str, str]) -> None:
    assert names(row["names"], course()), row["names"]


def test_a_term_that_no_lesson_has_is_found():
    assert not names("liver resection;snake oil", course())
    assert names("snake oil|liver resection", course())
