"""Play the student: run a lesson's student edition as it comes, then with every task solved.

`play` raises an AssertionError where

- a cell of the untouched edition raises, or counts as an answer;
- a task, solved as the lesson solves it, is not accepted;
- an answer that the task lists as wrong is accepted;
- the learner's progress would count other tasks than in the lesson;
- the edition, or the file that a student saves after running it, with or without the state of its
  widgets, holds the words of a solution, of a hint, of an explanation or of an answer folded away.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from ipywidgets import Widget
from nbformat import NotebookNode

import hcclab.teaching as teaching
from hcclab.authoring.lesson import Lesson
from hcclab.authoring.student import student_edition
from hcclab.teaching import Choice, Exercise, Feedback, Multiple, Number, Order, Quiz, look
from hcclab.teaching.checks import resolve
from hcclab.teaching.quiz import Question

SHORTEST_SECRET = 16  # shorter words stand in many texts by chance


class Player:
    """One run through a lesson, with all its tasks and what they replied to the student."""

    def __init__(self) -> None:
        self.exercises: dict[Exercise, list[Feedback]] = {}
        self.quizzes: list[Quiz] = []
        self.checked: list[tuple[dict[str, Any], Feedback]] = []
        self.shown: list[Any] = []
        self.names: dict[str, Any] = {"__name__": "__main__"}

    def run(self, cells: list[NotebookNode]) -> None:
        check, exercise_check = teaching.check, Exercise.check
        made, quiz_made = Exercise.__init__, Quiz.__init__

        def record_check(answer: Any, expected: Any, **more: Any) -> Feedback:
            reply = check(answer, expected, **more)
            self.checked.append(({"expected": expected, **more}, reply))
            return reply

        def record_answer(exercise: Exercise, answer: Any) -> Feedback:
            reply = exercise_check(exercise, answer)
            self.exercises[exercise].append(reply)
            return reply

        def record_exercise(exercise: Exercise, *words: Any, **more: Any) -> None:
            made(exercise, *words, **more)
            self.exercises[exercise] = []

        def record_quiz(quiz: Quiz, *words: Any, **more: Any) -> None:
            quiz_made(quiz, *words, **more)
            self.quizzes.append(quiz)

        teaching.check, Exercise.check = record_check, record_answer
        Exercise.__init__, Quiz.__init__ = record_exercise, record_quiz
        try:
            for cell in cells:
                self._run_one(cell)
        finally:
            teaching.check, Exercise.check = check, exercise_check
            Exercise.__init__, Quiz.__init__ = made, quiz_made

    def _run_one(self, cell: NotebookNode) -> None:
        tree = ast.parse(cell.source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        try:
            with redirect_stdout(StringIO()) as printed:
                exec(compile(tree, "<cell>", "exec"), self.names)
                if isinstance(last, ast.Expr):
                    shown = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.names)
                    self.shown += [_copies(shown)]
            self.shown += [printed.getvalue()]
        except Exception as error:
            if "raises-exception" not in cell.metadata.get("tags", []):
                raise AssertionError(f"raised in the cell\n{cell.source[:300]}") from error


def _copies(shown: Any) -> list[Any]:
    """What a notebook keeps of what a cell shows."""
    html = getattr(shown, "_repr_html_", None)
    bundle = getattr(shown, "_repr_mimebundle_", None)
    return [repr(shown), html and html(), bundle and bundle()]


def play_untouched(edition: NotebookNode) -> str:
    """Run the edition as it comes, and return what a student who saves it then has in the file.

    No cell may rely on another to keep its answers: students do not run all of them, or in order.
    """
    player = Player()
    for cell in edition.cells:
        if cell.cell_type == "code":
            look.withhold_answers(False)
            player.run([cell])
    saved = [player.shown, Widget.get_manager_state()["state"]]
    for exercise, replies in player.exercises.items():
        assert not any(reply.right for reply in replies), (exercise, replies)
    for _, reply in player.checked:
        assert reply.status == "unanswered", reply
    return "\n".join(_texts(saved))


def play_solved(lesson: Lesson, edition: NotebookNode) -> Player:
    """Run the edition with the lesson's solutions put back behind their tasks."""
    mine = iter(edition.cells)
    cells = []
    for cell in lesson.cells:
        if "instructor" in cell.tags:
            continue
        node = cell.node if "solution" in cell.tags else next(mine)
        if node.cell_type == "code":
            cells.append(node)
    player = Player()
    player.run(cells)
    for exercise, replies in player.exercises.items():
        assert any(reply.right for reply in replies), f"{exercise.name}: no solution is accepted"
        _refuses(exercise)
    solved = [more["expected"] for more, reply in player.checked if reply.right]
    for more, _ in player.checked:
        assert more["expected"] in solved, f"no solution gives {more['expected']}"
        for text, wrong in (more.get("mistakes") or {}).items():
            assert teaching.check(resolve(wrong), **more).message == text
    for quiz in player.quizzes:
        for number, question in enumerate(quiz.questions, start=1):
            assert quiz.answer(number, right_answer(question)).right, question.stem
            for wrong in wrong_answers(question):
                assert quiz.answer(number, wrong).status == "wrong", (question.stem, wrong)
    return player


def _refuses(exercise: Exercise) -> None:
    asked = exercise._judge.keywords
    known = asked["mistakes"] or {}
    for wrong in known.values():
        reply = exercise.check(wrong if "cases" in asked else resolve(wrong))
        assert reply.status == "wrong", (exercise.name, reply)
        assert any(reply.message.startswith(text) for text in known), (exercise.name, reply)


def right_answer(question: Question) -> Any:
    if isinstance(question, Order):
        return question.steps
    return question.answer if isinstance(question, Number) else question.correct


def wrong_answers(question: Question) -> Iterator[Any]:
    """Yield what the question lists as wrong, in the form that its control takes."""
    if isinstance(question, Choice):
        yield from (option for option in question.options if option != question.correct)
    elif isinstance(question, Multiple):
        for option in question.options:
            yield [
                each for each in question.options if (each == option) != (each in question.correct)
            ]
    elif isinstance(question, Number):
        for wrong in question.wrong:
            yield sum(wrong) / 2 if isinstance(wrong, tuple) else wrong
    elif isinstance(question, Order):
        for order in question.wrong:
            yield [question.steps[number - 1] for number in order]


def secrets(lesson: Lesson, player: Player) -> Iterator[str]:
    """Yield the words that a student must not read in the edition."""
    for exercise in player.exercises:
        yield exercise._solution
        yield from exercise.hints
        yield from exercise._judge.keywords["mistakes"] or {}
    for more, _ in player.checked:
        yield from more.get("mistakes") or {}
    for quiz in player.quizzes:
        for question in quiz.questions:
            yield from question.hints
            yield from getattr(question, "explanations", {}).values()
            yield getattr(question, "explanation", "")
            yield from (w for w in getattr(question, "wrong", {}).values())
    for cell in lesson.tagged("solution"):
        yield from cell.source.splitlines()
    for cell in lesson.tagged("instructor"):
        yield from cell.source.splitlines()
    for cell in lesson.code:
        for copy in cell.data("text/html"):
            folded = re.sub(r"<summary>.*?</summary>", "", copy)
            yield from set(_words(folded)) - set(_words(look.without_answers(copy)))


def assert_holds_no_secret(lesson: Lesson, player: Player, kept: str) -> None:
    """Look for secrets in what a file holds, as it is and as a browser would show it."""
    kept += html.unescape(kept)
    said = "\n".join(_said(lesson))
    for secret in map(str.strip, secrets(lesson, player)):
        if len(secret) >= SHORTEST_SECRET and secret not in said:
            assert secret not in kept, f"the student's file holds {secret!r}"
    for cell in lesson.tagged("check"):
        for number in cell.printed.splitlines():
            assert number not in kept, f"the student's file holds {number!r}"


def _said(lesson: Lesson) -> Iterator[str]:
    """Yield what the lesson says to everybody: prose, open code, and what that code shows."""
    for cell in lesson.cells:
        folded = cell.node.metadata.get("jupyter", {}).get("source_hidden", False)
        if not folded and not cell.tags & {"instructor", "solution"}:
            yield f"{cell.source}\n{cell.printed}"
            for copy in cell.data("text/html"):
                yield from _words(look.without_answers(copy))


def _words(page: str) -> list[str]:
    """Give the texts of a page between its tags."""
    return [html.unescape(words).strip() for words in re.split(r"<[^>]+>", page)]


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def play(notebook: Path) -> None:
    lesson = Lesson.read(notebook)
    edition = student_edition(Lesson.read(notebook))
    nbformat.validate(edition)
    saved = play_untouched(edition)
    player = play_solved(lesson, edition)
    assert player.exercises or player.checked
    assert player.quizzes
    assert _names(edition, notebook.stem) == _names(lesson.notebook, notebook.stem)
    assert_holds_no_secret(lesson, player, "\n".join(_texts(edition)))
    assert_holds_no_secret(lesson, player, saved)


def _names(notebook: NotebookNode, stem: str) -> set[str]:
    """Find the tasks as the map of the course finds them in the file."""
    return set(re.findall(rf'name=\\?"({stem}/[\w-]+)\\?"', nbformat.writes(notebook)))
