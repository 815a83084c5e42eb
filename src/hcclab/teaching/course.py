"""The map of the course: every lesson with its question, its minutes and what it builds on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from hcclab.data import records

__all__ = ["CourseLesson", "lessons"]


@dataclass(frozen=True)
class CourseLesson:
    """One lesson of the course, written or planned.

    Parameters
    ----------
    stem
        Name of its files, such as ``"03_albi"``.
    title
        Its title.
    question
        What a student wants answered.
    teaching, exercises
        Minutes for the lesson, and for its exercises and quiz.
    needs, helps
        Stems of the lessons that it cannot be followed without, and that make it easier.
    """

    stem: str
    title: str
    question: str
    teaching: int
    exercises: int
    needs: tuple[str, ...]
    helps: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Minutes for teaching and exercises."""
        return self.teaching + self.exercises


@cache
def lessons() -> dict[str, CourseLesson]:
    """Return the lessons by stem, in the order of the course.

    Examples
    --------
    >>> lessons()["03_albi"].title
    'ALBI: liver function from two blood tests'
    """
    rows = (_lesson(row) for row in records("course"))
    return {lesson.stem: lesson for lesson in rows}


def _lesson(row: dict[str, str]) -> CourseLesson:
    if not re.fullmatch(r"\d\d_\w+", row["lesson"]):
        raise ValueError(f"course.csv: {row['lesson']!r} is no lesson's name, like 03_albi")
    return CourseLesson(
        row["lesson"],
        row["title"],
        row["question"],
        _minutes(row, "minutes_teaching"),
        _minutes(row, "minutes_exercises"),
        _stems(row["needs"]),
        _stems(row["helps"]),
    )


def _minutes(row: dict[str, str], column: str) -> int:
    if not row[column].isdecimal():
        raise ValueError(
            f"course.csv, row {row['lesson']}: {column}={row[column]!r} is not a whole number"
        )
    return int(row[column])


def _stems(cell: str) -> tuple[str, ...]:
    return tuple(stem for stem in cell.split(";") if stem)
