"""What a lesson says of its place in the course, and the names under which progress is kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from hcclab.authoring.code_rules import trees
from hcclab.authoring.lesson import Cell, Lesson, Problem
from hcclab.teaching import course
from hcclab.teaching.exercise import SOLUTION_MARK

__all__ = ["COURSE_RULES"]

_TOTAL = re.compile(r"(\d+)\s*min(?:utes?)?\b")
_TEACHING = re.compile(r"(\d+) for the lesson")
_KINDS = {"necessary": "needs", "helpful": "helps"}
_NAMED = {"Quiz", "Exercise"}


def minutes(lesson: Lesson) -> Iterator[Problem]:
    """Ask that the minutes of `Before you start` are those of the course table."""
    row = course.lessons().get(lesson.file.stem)
    said = lesson.section("Before you start")
    if row is None or not (total := _TOTAL.search(said)):
        return
    teaching = _TEACHING.search(said)
    for what, found, wanted in (
        ("minutes", total, row.minutes),
        ("minutes for the lesson", teaching, row.teaching),
    ):
        if found and int(found[1]) != wanted:
            yield lesson.problem(
                "course",
                f"'Before you start' says {found[1]} {what}, course.csv says {wanted}",
                "make them agree",
            )


def prerequisites(lesson: Lesson) -> Iterator[Problem]:
    """Ask that `Before you start` names the lessons that the course table names, and how."""
    row = course.lessons().get(lesson.file.stem)
    if row is None:
        return
    for word, column in _KINDS.items():
        said = {
            stem
            for line in _rows(lesson)
            if re.search(rf"\b{word}\b", line)
            for stem in course.lessons()
            if stem in line
        }
        wanted = set(getattr(row, column))
        if said != wanted:
            yield lesson.problem(
                "course",
                f"'Before you start' has as {word} {_list(said)}, course.csv has {_list(wanted)}",
                f"make them agree: a row '| what | {word} | lesson `NN_name` |'",
            )


def names(lesson: Lesson) -> Iterator[Problem]:
    """Ask that each quiz and exercise has a name of its own that starts with the lesson's stem."""
    start = f"{lesson.file.stem}/"
    met: set[str] = set()
    for cell, call in _calls(lesson):
        name = next((k.value for k in call.keywords if k.arg == "name"), None)
        if not isinstance(name, ast.Constant) or not str(name.value).startswith(start):
            problem = f"a quiz or exercise without a name that starts with '{start}'"
        elif name.value in met:
            problem = f"a second quiz or exercise is named '{name.value}'"
        else:
            met.add(str(name.value))
            continue
        yield lesson.problem("name", problem, f'write name="{start}a-short-name"', cell)


def solutions(lesson: Lesson) -> Iterator[Problem]:
    """Ask for the mark by which a learner's progress tells the lesson's solution from an answer."""
    for cell in lesson.tagged("solution"):
        if ".check(" in cell.source and not cell.source.lstrip().startswith(SOLUTION_MARK):
            yield lesson.problem(
                "solution-cell",
                "'Run All' would count this solution as the learner's own answer",
                f"begin the cell with '{SOLUTION_MARK}. Try first.'",
                cell,
            )


def _rows(lesson: Lesson) -> Iterator[str]:
    """Yield the table rows of `Before you start`."""
    inside = False
    for cell in lesson.prose:
        for line in cell.source.splitlines():
            if re.match(r"##? ", line):
                inside = line.removeprefix("## ").strip() == "Before you start"
            elif inside and line.lstrip().startswith("|"):
                yield line


def _calls(lesson: Lesson) -> Iterator[tuple[Cell, ast.Call]]:
    for cell, tree in trees(lesson):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in _NAMED:
                yield cell, node


def _list(stems: set[str]) -> str:
    return ", ".join(sorted(stems)) or "no lesson"


COURSE_RULES = (minutes, prerequisites, names, solutions)
