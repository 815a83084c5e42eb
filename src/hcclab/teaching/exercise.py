"""Exercises that a student codes in a cell: instant checks, graded hints, a solution at the end."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from hcclab.teaching import look, progress
from hcclab.teaching.checks import Case, Mistakes, check, check_function, checked_name, resolve
from hcclab.teaching.feedback import Feedback

SOLUTION_MARK = "# One solution"


class Exercise(widgets.VBox):
    """A task whose answer, a value or a function, the student writes in a cell.

    Shown at the end of a cell it is a panel with the task, a button for hints where there are any,
    and one for the solution once an answer was checked.

    Parameters
    ----------
    prompt
        The task, in plain text.
    expected
        The right number, text or truth value, or a function without arguments that computes it.
        Leave it out when `cases` are given.
    cases
        For a task whose answer is a function: pairs of keyword arguments and expected result.
    tolerance
        Largest accepted difference of a number, in `unit`.
    unit
        Unit of the answer, shown in replies.
    mistakes
        What to tell the student who made a known mistake, with a function that makes it: without
        arguments for a value, with the arguments of the cases for a function.
    hints
        Hints, from the faintest to the plainest.
    solution
        Code that solves the task.
    name
        The lesson and a short name of its own, ``"03_albi/blank"``. Under it the learner's
        progress is kept.

    Raises
    ------
    ValueError
        The name has another form, neither or both of `expected` and `cases` are given, or a
        mistake gives the right answer.

    Examples
    --------
    >>> import math
    >>> exercise = Exercise(
    ...     "Compute log10 of a bilirubin of 20 µmol/L.",
    ...     expected=lambda: math.log10(20),
    ...     tolerance=0.005,
    ...     mistakes={"You used the natural logarithm.": lambda: math.log(20)},
    ...     hints=["Which base does ALBI use?"],
    ...     solution="math.log10(20)",
    ... )
    >>> exercise.check(...)
    ○ Not answered yet: replace the ... with your answer and run the cell again.
    >>> exercise.check(math.log(20))
    ✗ Wrong: You used the natural logarithm.
    >>> exercise.hint()
    → Hint 1 of 1: Which base does ALBI use?
    >>> exercise.solution()
    → One solution:
    math.log10(20)
    """

    def __init__(
        self,
        prompt: str,
        expected: Any = None,
        *,
        cases: Sequence[Case] = (),
        tolerance: float = 0.0,
        unit: str = "",
        mistakes: Mistakes | None = None,
        hints: Sequence[str] = (),
        solution: str,
        name: str = "",
    ) -> None:
        self.name = checked_name(name)
        if (expected is None) == (not cases):
            raise ValueError("Give either expected (a value) or cases (for a function).")
        judge = (
            partial(check_function, cases=cases)
            if cases
            else partial(check, expected=resolve(expected))
        )
        self._judge = partial(judge, tolerance=tolerance, unit=unit, mistakes=mistakes)
        self._judge(None)  # an exercise that cannot be judged fails here, not before the class
        self.prompt, self.hints = prompt, tuple(hints)
        self._solution = solution
        self._attempts = self._hints_given = 0
        self._right = False
        self._fingerprint = progress.fingerprint("Exercise", prompt)
        self._news = look.status()
        self._hint_button = look.button("Hint", self.hint, shown=bool(self.hints))
        self._solution_button = look.button("Show solution", self.solution, shown=False)
        buttons = look.buttons(self._hint_button, self._solution_button)
        self._restore()
        super().__init__(look.page(look.group(prompt, [buttons, self._news])))
        self.add_class("hcclab-teaching")

    def check(self, answer: Any) -> Feedback:
        """Return what to tell the student about this answer."""
        feedback = self._judge(answer)
        if feedback.status == "unanswered" or _in_solution_cell():
            return feedback
        self._attempts += 1
        self._right = feedback.right
        look.show(self._solution_button, True)
        self._keep()
        return feedback

    def _keep(self) -> None:
        if not self.name:
            return
        state = {"attempts": self._attempts, "hints": self._hints_given}
        record = progress.Record(self.name, 1, 1, self._fingerprint, state, self._right)
        if trouble := progress.keep(record):
            self._announce(Feedback("note", trouble))

    def _restore(self) -> None:
        before = progress.last(self.name).get(1) if self.name else None
        if before is None or before.question != self._fingerprint:
            return
        state = before.response if isinstance(before.response, dict) else {}
        attempts, hints = (state.get(key) for key in ("attempts", "hints"))
        if type(attempts) is not int or type(hints) is not int:
            return
        self._attempts, self._right = max(0, attempts), before.right
        self._hints_given = min(max(0, hints), len(self.hints))
        look.show(self._solution_button, bool(self._attempts))
        if self._right:
            self._announce(Feedback("note", "You have solved this before."))
        elif self._attempts or self._hints_given:
            self._announce(Feedback("note", "You have tried this before; your hints are kept."))

    def hint(self) -> Feedback:
        """Return the next hint, or all of them once the last was given."""
        total, given = len(self.hints), self._hints_given
        if not total:
            return self._announce(Feedback("note", "This exercise has no hints."))
        if given == total:
            return self._announce(Feedback("note", f"All {total} hints: {' '.join(self.hints)}"))
        self._hints_given += 1
        self._keep()
        return self._announce(Feedback("note", f"Hint {given + 1} of {total}: {self.hints[given]}"))

    def solution(self) -> Feedback:
        """Return the solution, once an answer was checked."""
        if not self._attempts:
            return self._announce(
                Feedback("note", "The solution opens after your first checked answer.")
            )
        return self._announce(Feedback("note", "One solution:", code=self._solution))

    def _announce(self, feedback: Feedback) -> Feedback:
        self._news.value = feedback.to_html()
        return feedback

    def __repr__(self) -> str:
        return f"Exercise({self.prompt!r})"

    def to_html(self) -> str:
        """Return the task with hints and solution folded away, for readers without a kernel."""
        code = f"<pre><code>{html.escape(self._solution)}</code></pre>"
        return look.static(
            "Exercise",
            look.paragraph(self.prompt) + look.hints(self.hints) + look.folded("Solution", code),
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": repr(self), "text/html": self.to_html()}


def _in_solution_cell() -> bool:
    """Whether the running cell is the lesson's own solution, which "Run All" runs for everybody.

    What it checks is neither the learner's attempt nor the learner's progress.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    sources = shell.user_ns.get("In", []) if shell is not None else []
    return bool(sources) and str(sources[-1]).lstrip().startswith(SOLUTION_MARK)
