"""The map of the course: every lesson with its question, its minutes and what it builds on."""

from __future__ import annotations

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
    return {
        row["lesson"]: CourseLesson(
            row["lesson"],
            row["title"],
            row["question"],
            int(row["minutes_teaching"]),
            int(row["minutes_exercises"]),
            _stems(row["needs"]),
            _stems(row["helps"]),
        )
        for row in records("course")
    }


def _stems(cell: str) -> tuple[str, ...]:
    return tuple(stem for stem in cell.split(";") if stem)
