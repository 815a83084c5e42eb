"""Short quizzes: single and multiple choice, number and order, checked one question at a time."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import traitlets

from hcclab.teaching import look, progress
from hcclab.teaching.checks import (
    check,
    checked_name,
    close,
    is_number,
    resolve,
    show,
    validate_expected,
)
from hcclab.teaching.feedback import Feedback


class Question(ABC):
    """A question that can judge a response, offer a control for it and print itself.

    Parameters
    ----------
    stem
        The question, in plain text.
    hints
        Hints, from the faintest to the plainest.
    """

    def __init__(self, stem: str, hints: Sequence[str]) -> None:
        self.stem, self.hints = stem, tuple(hints)

    @abstractmethod
    def judge(self, response: Any) -> Feedback:
        """Return what to tell a student who gave this response."""

    @abstractmethod
    def control(self) -> Any:
        """Return a new widget whose ``value`` is a response."""

    @abstractmethod
    def accepts(self, response: Any) -> Any:
        """Return `response` as the control holds it, or raise ValueError."""

    @abstractmethod
    def texts(self) -> tuple[object, ...]:
        """Return what makes this question another one when it changes."""

    def kept(self, value: Any) -> Any:
        """Return the control's value as a record holds it and `accepts` takes it."""
        return list(value) if isinstance(value, tuple) else value

    @abstractmethod
    def fits(self, response: Any) -> bool:
        """Whether a response read from a record is one that the control can hold."""

    @abstractmethod
    def answer_html(self) -> str:
        """Return the right answer and what explains it."""

    def body_html(self) -> str:
        """Return what stands between the question and its answer."""
        return ""

    def to_html(self) -> str:
        """Return the question with its hints and its answer folded away."""
        return (
            look.paragraph(self.stem)
            + self.body_html()
            + look.hints(self.hints)
            + look.folded("Answer", self.answer_html())
        )


class _OptionQuestion(Question):
    """What single and multiple choice share: options, each with its explanation."""

    def __init__(
        self,
        stem: str,
        options: Sequence[object],
        explanations: Sequence[str],
        hints: Sequence[str],
    ) -> None:
        super().__init__(stem, hints)
        self.options = tuple(str(option) for option in options)
        if len(self.options) < 2 or len(set(self.options)) < len(self.options):
            raise ValueError(f"options={list(options)!r} must be at least two different texts.")
        if len(explanations) != len(self.options):
            raise ValueError(
                f"explanations has {len(explanations)} texts for {len(self.options)} options; "
                "write one for each option, in the same order."
            )
        self.explanations = dict(zip(self.options, explanations, strict=True))

    def _known(self, option: object) -> str:
        if str(option) not in self.options:
            raise ValueError(f"{option!r} is not among the options {list(self.options)!r}.")
        return str(option)

    def texts(self) -> tuple[object, ...]:
        return (self.stem, *self.options)

    def body_html(self) -> str:
        return look.bullets(self.options)

    def _answer_html(self, correct: Sequence[str]) -> str:
        reasons = [f"{option}: {reason}" for option, reason in self.explanations.items()]
        return look.paragraph(f"✓ {'; '.join(correct)}") + look.bullets(reasons)


class Choice(_OptionQuestion):
    """A question with a single best answer.

    Parameters
    ----------
    stem
        The question, in plain text.
    options
        The possible answers, in the order shown.
    correct
        The right option, or a function without arguments that computes it. Let the package
        compute it where it can: ``correct=hcc.albi(...).grade``.
    explanations
        One text for each option, in the same order, shown when that option is picked.
    hints
        Hints, from the faintest to the plainest.

    Raises
    ------
    ValueError
        Options repeat, explanations do not match them, or the right answer is not among them.

    Examples
    --------
    >>> question = Choice(
    ...     "Which base has the logarithm in ALBI?",
    ...     options=["10", "e"],
    ...     correct=10,
    ...     explanations=["ALBI uses log10 of bilirubin in µmol/L.", "That is the natural log."],
    ... )
    >>> question.judge("e")
    ✗ Wrong: That is the natural log.
    """

    def __init__(
        self,
        stem: str,
        options: Sequence[object],
        correct: object | Callable[[], object],
        explanations: Sequence[str],
        *,
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(stem, options, explanations, hints)
        self.correct = self._known(resolve(correct))

    def judge(self, response: str | None) -> Feedback:
        """Return the explanation of the option picked."""
        if response is None:
            return Feedback("unanswered", "pick one option first.")
        return Feedback(
            "right" if response == self.correct else "wrong", self.explanations[response]
        )

    def control(self) -> widgets.RadioButtons:
        """Return radio buttons with none picked."""
        return widgets.RadioButtons(options=self.options, value=None)

    def fits(self, response: Any) -> bool:
        return isinstance(response, str) and response in self.options

    def accepts(self, response: object) -> str:
        """Return the option that `response` names."""
        return self._known(response)

    def answer_html(self) -> str:
        return self._answer_html([self.correct])


class Multiple(_OptionQuestion):
    """A question with several right answers, all of which must be picked and no other.

    Parameters
    ----------
    stem, options, explanations, hints
        As for `Choice`.
    correct
        The right options, or a function without arguments that computes them.

    Raises
    ------
    ValueError
        As for `Choice`, or no option is right.

    Examples
    --------
    >>> question = Multiple(
    ...     "Which items belong to ALBI?",
    ...     options=["albumin", "bilirubin", "ascites"],
    ...     correct=["albumin", "bilirubin"],
    ...     explanations=["It is in it.", "It is in it.", "That is a Child-Pugh item."],
    ... )
    >>> question.judge(["albumin", "ascites"])
    ✗ Wrong: ascites: That is a Child-Pugh item. One right option is missing.
    """

    def __init__(
        self,
        stem: str,
        options: Sequence[object],
        correct: Iterable[object] | Callable[[], Iterable[object]],
        explanations: Sequence[str],
        *,
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{stem} (Pick all that apply.)", options, explanations, hints)
        right = {self._known(option) for option in resolve(correct)}
        self.correct = tuple(option for option in self.options if option in right)
        if not self.correct:
            raise ValueError("correct is empty; name at least one right option.")

    def judge(self, response: Sequence[str]) -> Feedback:
        """Return the explanation of every wrong pick, and how many right options are missing."""
        if not response:
            return Feedback("unanswered", "pick at least one option first.")
        picked_wrongly = [option for option in response if option not in self.correct]
        missing = len(set(self.correct) - set(response))
        if not picked_wrongly and not missing:
            return Feedback("right", self._reasons(self.correct))
        parts = [self._reasons(picked_wrongly)] if picked_wrongly else []
        if missing == 1:
            parts.append("One right option is missing.")
        elif missing:
            parts.append(f"{missing} right options are missing.")
        return Feedback("wrong", " ".join(parts))

    def _reasons(self, options: Iterable[str]) -> str:
        return " ".join(f"{option}: {self.explanations[option]}" for option in options)

    def control(self) -> _Checkboxes:
        """Return one box for each option, none ticked."""
        return _Checkboxes(self.options)

    def fits(self, response: Any) -> bool:
        return isinstance(response, list) and all(
            isinstance(each, str) and each in self.options for each in response
        )

    def accepts(self, response: Iterable[object]) -> tuple[str, ...]:
        """Return the options that `response` names, in the order shown."""
        named = {self._known(option) for option in response}
        return tuple(option for option in self.options if option in named)

    def answer_html(self) -> str:
        return self._answer_html(self.correct)


class _Checkboxes(widgets.VBox):
    """Check boxes that together hold one value: the texts of those ticked."""

    value = traitlets.Tuple()

    def __init__(self, options: Sequence[str]) -> None:
        boxes = [widgets.Checkbox(description=option, indent=False) for option in options]
        super().__init__(boxes)
        for box in boxes:
            box.observe(self._read, "value")

    def _read(self, _change: object) -> None:
        self.value = tuple(box.description for box in self.children if box.value)

    @traitlets.observe("value")
    def _write(self, change: Mapping[str, Any]) -> None:
        ticked = change["new"]  # self.value follows each box while they are set one by one
        for box in self.children:
            box.value = box.description in ticked


class Number(Question):
    """A question whose answer is a number.

    Parameters
    ----------
    stem
        The question, in plain text.
    answer
        The right number, or a function without arguments that computes it.
    tolerance
        Largest accepted difference, in `unit`.
    unit
        Unit of the answer, shown beside the box; the student may type it too.
    wrong
        For a known wrong value, or a range ``(low, high)`` of them, what to tell the student.
    explanation
        Shown with the right answer.
    hints
        Hints, from the faintest to the plainest.

    Raises
    ------
    ValueError
        A known wrong value counts as right, or the tolerance is negative.

    Examples
    --------
    >>> question = Number(
    ...     "Bilirubin of 1 mg/dL in µmol/L?", answer=17.1, tolerance=0.1, unit="µmol/L",
    ...     wrong={(0, 0.1): "You divided by 17.1; multiply."},
    ... )
    >>> question.judge("0.0585")
    ✗ Wrong: You divided by 17.1; multiply.
    >>> question.judge("17.1 µmol/L")
    ✓ Right: 17.1 µmol/L.
    """

    def __init__(
        self,
        stem: str,
        answer: float | Callable[[], float],
        tolerance: float,
        unit: str = "",
        wrong: Mapping[float | tuple[float, float], str] | None = None,
        explanation: str = "",
        *,
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(stem, hints)
        self.answer = resolve(answer)
        if not is_number(self.answer):
            raise TypeError(f"answer={self.answer!r} must be a number.")
        validate_expected(self.answer, tolerance)
        self.tolerance, self.unit, self.explanation = tolerance, unit, explanation
        self.wrong = dict(wrong or {})
        for value in self.wrong:
            if self._matches(self.answer, value):
                raise ValueError(
                    f"wrong={value!r} counts as right: the answer is {show(self.answer)} "
                    f"within {show(tolerance)}."
                )

    def _matches(self, number: float, value: float | tuple[float, float]) -> bool:
        if isinstance(value, tuple):
            return value[0] <= number <= value[1]
        return close(number, value, self.tolerance)

    def judge(self, response: str) -> Feedback:
        """Return whether the number typed is right, or what is known of this wrong one."""
        text = response.strip().removesuffix(self.unit).strip()
        if not text:
            return Feedback("unanswered", "type a number first.")
        try:
            number = float(text.replace("−", "-").replace(",", "."))
        except ValueError:
            unit = f" in {self.unit}" if self.unit else ""
            return Feedback("wrong", f"“{text}” is not a number; write it{unit} like -2.6 or 17.1.")
        if close(number, self.answer, self.tolerance):
            return Feedback("right", f"{show(number, self.unit)}. {self.explanation}".rstrip())
        for value, reason in self.wrong.items():
            if self._matches(number, value):
                return Feedback("wrong", reason)
        return check(number, self.answer, tolerance=self.tolerance, unit=self.unit)

    def control(self) -> widgets.Text:
        """Return an empty text box; leaving it or pressing Enter gives the response."""
        label = f"Answer in {self.unit}" if self.unit else "Answer"
        return widgets.Text(
            description=label,
            placeholder="a number",
            continuous_update=False,
            style={"description_width": "initial"},
        )

    def texts(self) -> tuple[object, ...]:
        return (self.stem, self.unit)

    def fits(self, response: Any) -> bool:
        return isinstance(response, str) and len(response) < 100

    def accepts(self, response: float | str) -> str:
        """Return `response` as it would be typed."""
        return str(response)

    def answer_html(self) -> str:
        return look.paragraph(f"✓ {show(self.answer, self.unit)}. {self.explanation}".rstrip())


class Order(Question):
    """A question whose answer is the order of some steps.

    The steps are shown shuffled, each with a list of places to choose from. The shuffle is derived
    from the texts, so that it is the same on every run.

    Parameters
    ----------
    stem
        The question, in plain text.
    steps
        The steps in the right order.
    explanation
        Shown with the right answer.
    wrong
        For a known wrong order, what to tell the student. ``(2, 1, 3)`` is the order in which the
        second of `steps` comes first.
    hints
        Hints, from the faintest to the plainest.

    Raises
    ------
    ValueError
        Steps repeat, or a wrong order is the right one or does not name each step once.

    Examples
    --------
    >>> question = Order(
    ...     "How is a nodule of the liver worked up?",
    ...     steps=["ultrasound", "multiphase CT or MRI", "biopsy"],
    ...     explanation="Imaging often makes a biopsy needless.",
    ...     wrong={(1, 3, 2): "Imaging first: it may spare the needle."},
    ... )
    >>> question.judge(question.accepts(["ultrasound", "biopsy", "multiphase CT or MRI"]))
    ✗ Wrong: Imaging first: it may spare the needle.
    >>> question.judge(question.accepts(["biopsy", "ultrasound", "multiphase CT or MRI"]))
    ✗ Wrong: “biopsy” does not come first.
    """

    def __init__(
        self,
        stem: str,
        steps: Sequence[object],
        explanation: str,
        wrong: Mapping[Sequence[int], str] | None = None,
        *,
        hints: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{stem} (Give each step its place.)", hints)
        self.steps = tuple(str(step) for step in steps)
        if len(self.steps) < 2 or len(set(self.steps)) < len(self.steps):
            raise ValueError(f"steps={list(steps)!r} must be at least two different texts.")
        self.shown = self._shuffled()
        self.explanation = explanation
        right = tuple(range(1, len(self.steps) + 1))
        self.wrong = {tuple(order): reason for order, reason in (wrong or {}).items()}
        for order in self.wrong:
            if sorted(order) != list(right) or order == right:
                raise ValueError(
                    f"wrong={order!r} must name each step from 1 to {len(right)} once, in an order "
                    "that is not the right one."
                )

    def _shuffled(self) -> tuple[str, ...]:
        mixed = sorted(
            self.steps, key=lambda step: hashlib.sha256(f"{self.stem}{step}".encode()).digest()
        )
        if tuple(mixed) == self.steps:
            mixed = [*mixed[1:], mixed[0]]
        return tuple(mixed)

    def judge(self, response: Mapping[str, int]) -> Feedback:
        """Return what is known of this order, or the first step that is out of place.

        Parameters
        ----------
        response
            The place of each step, from 1; 0 for a step without a place.
        """
        places = [response.get(step, 0) for step in self.steps]
        free = sorted(set(range(1, len(places) + 1)) - set(places))
        if free:
            doubled = sorted({place for place in places if place and places.count(place) > 1})
            again = f"two steps have place {doubled[0]}, and " if doubled else ""
            return Feedback("unanswered", f"{again}no step has place {free[0]} yet.")
        order = tuple(sorted(range(1, len(places) + 1), key=lambda number: places[number - 1]))
        if order in self.wrong:
            return Feedback("wrong", self.wrong[order])
        for place, number in enumerate(order, start=1):
            if number != place:
                step = self.steps[number - 1]
                if place == 1:
                    return Feedback("wrong", f"“{step}” does not come first.")
                return Feedback(
                    "wrong",
                    f"right up to place {place - 1}, but “{step}” does not come in place {place}.",
                )
        return Feedback("right", self.explanation)

    def control(self) -> _Places:
        """Return a list of places for each step, none chosen."""
        return _Places(self.shown)

    def texts(self) -> tuple[object, ...]:
        return (self.stem, *self.steps)

    def kept(self, value: Mapping[str, int]) -> list[str]:
        return sorted(self.steps, key=lambda step: value[step])

    def fits(self, response: Any) -> bool:
        return isinstance(response, list) and sorted(map(str, response)) == sorted(self.steps)

    def accepts(self, response: Iterable[object]) -> dict[str, int]:
        """Return the place of each step, from the steps in the order that `response` gives."""
        order = [str(step) for step in response]
        if sorted(order) != sorted(self.steps):
            raise ValueError(f"{order!r} must hold each of {list(self.steps)!r} once.")
        return {step: order.index(step) + 1 for step in self.shown}

    def body_html(self) -> str:
        return look.bullets(self.shown)

    def answer_html(self) -> str:
        return look.numbered(self.steps) + look.paragraph(self.explanation)


class _Places(widgets.VBox):
    """A list of places beside each step; together they hold one value: the place of each step."""

    value = traitlets.Dict()

    def __init__(self, steps: Sequence[str]) -> None:
        places = [("–", 0), *((str(place), place) for place in range(1, len(steps) + 1))]
        lists = [widgets.Dropdown(options=places, description=step) for step in steps]
        super().__init__(lists)
        self.add_class("hcclab-places")
        self._read()
        for each in lists:
            each.observe(self._read, "value")

    def _read(self, _change: object = None) -> None:
        self.value = {each.description: each.value for each in self.children}

    @traitlets.observe("value")
    def _write(self, change: Mapping[str, Any]) -> None:
        places = change["new"]  # self.value follows each list while they are set one by one
        for each in self.children:
            each.value = places[each.description]


class Quiz(widgets.VBox):
    """Questions with a button to check each, as often as the student likes, and a score.

    Parameters
    ----------
    *questions
        `Choice`, `Multiple`, `Number` or `Order`, in the order shown.
    name
        The lesson and a short name of its own, ``"03_albi/edges"``. Under it the learner's
        progress is kept.

    Raises
    ------
    ValueError
        There is no question, or the name has another form.

    Examples
    --------
    >>> quiz = Quiz(
    ...     Choice("Has ALBI a grade 2b?", ["yes", "no"], "no", ["mALBI has.", "mALBI has."]),
    ... )
    >>> quiz.answer(1, "yes")
    ✗ Wrong: mALBI has.
    >>> quiz
    Quiz(1 question)
    """

    def __init__(self, *questions: Question, name: str = "") -> None:
        if not questions:
            raise ValueError("A quiz needs at least one question.")
        self.name = checked_name(name)
        self.questions = questions
        self._score, self._trouble = widgets.HTML(), ""
        before = progress.last(name) if name else {}
        self._panels = [
            _Panel(i, question, self._on_change, before.get(i))
            for i, question in enumerate(questions, 1)
        ]
        self._tell_score()
        super().__init__(look.page(*(panel.box for panel in self._panels), self._score))
        self.add_class("hcclab-teaching")

    @property
    def score(self) -> int:
        """How many questions were right when last checked."""
        return sum(panel.feedback is not None and panel.feedback.right for panel in self._panels)

    def answer(self, number: int, response: Any) -> Feedback:
        """Answer a question from code, as a click on its button does, and return the reply.

        Parameters
        ----------
        number
            Place of the question, from 1.
        response
            An option (`Choice`), options (`Multiple`), a number or text (`Number`), or the steps in
            order (`Order`).

        Raises
        ------
        ValueError
            There is no such question or option.
        """
        if not 1 <= number <= len(self._panels):
            raise ValueError(f"number={number!r} must be from 1 to {len(self._panels)}.")
        return self._panels[number - 1].answer(response)

    def _on_change(self, panel: _Panel) -> None:
        if self.name and panel.feedback is not None and panel.feedback.status != "unanswered":
            record = progress.Record(
                self.name,
                panel.number,
                len(self.questions),
                panel.fingerprint,
                panel.question.kept(panel.control.value),
                panel.feedback.right,
            )
            if record != panel.kept:
                panel.kept = record
                self._trouble = progress.keep(record) or self._trouble
        self._tell_score()

    def _tell_score(self) -> None:
        told = look.paragraph(f"{self.score} of {len(self.questions)} right")
        self._score.value = told + (look.paragraph(self._trouble) if self._trouble else "")

    def __repr__(self) -> str:
        plural = "" if len(self.questions) == 1 else "s"
        return f"Quiz({len(self.questions)} question{plural})"

    def to_html(self) -> str:
        """Return all questions, each with its answer folded away, for readers without a kernel."""
        items = "".join(f"<li>{question.to_html()}</li>" for question in self.questions)
        return look.static("Quiz", f"<ol>{items}</ol>")

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": repr(self), "text/html": self.to_html()}


class _Panel:
    """One question on the screen: its control, its buttons and the reply.

    The buttons that have nothing to give are not there: hints until they are used up, the answer
    from the first wrong attempt until it was given.
    """

    def __init__(
        self,
        number: int,
        question: Question,
        on_change: Callable[[_Panel], None],
        before: progress.Record | None,
    ) -> None:
        self.number, self.question, self._on_change = number, question, on_change
        self.feedback: Feedback | None = None
        self.kept: progress.Record | None = None
        self.fingerprint = progress.fingerprint(type(question).__name__, *question.texts())
        self._hints_given = 0
        self.control = question.control()
        self.button = look.button("Check", self.check)
        self.hint_button = look.button("Hint", self.hint, shown=bool(question.hints))
        self.answer_button = look.button("Show the answer", self.show_answer, shown=False)
        self.reply, self.hints, self.solution = look.status(), look.status(), look.status()
        buttons = look.buttons(self.button, self.hint_button, self.answer_button)
        self.box = look.group(
            f"{number}. {question.stem}",
            [self.control, buttons, self.hints, self.reply, self.solution],
        )
        if before is not None and before.question == self.fingerprint:
            self._restore(before)
        self.control.observe(self._on_response, "value")

    def _restore(self, before: progress.Record) -> None:
        """Show the learner's last answer, judged by the question as it is now."""
        if not self.question.fits(before.response):
            return
        response = self.question.accepts(before.response)
        feedback = self.question.judge(response)
        if feedback.status == "unanswered":
            return
        self.control.value, self.kept = response, before
        self._show(feedback)

    def answer(self, response: Any) -> Feedback:
        self.control.value = self.question.accepts(response)
        return self.check()

    def check(self) -> Feedback:
        try:
            feedback = self.question.judge(self.control.value)
        except Exception as error:
            self.reply.value = look.failure(error)
            raise
        self._show(feedback)
        self._on_change(self)
        return feedback

    def _show(self, feedback: Feedback) -> None:
        self.feedback = feedback
        self.reply.value = feedback.to_html()
        if feedback.status == "wrong" and not self.solution.value:
            look.show(self.answer_button, True)
        elif feedback.right:
            look.show(self.answer_button, False)
            look.show(self.hint_button, False)

    def hint(self) -> None:
        self._hints_given += 1
        given = self.question.hints[: self._hints_given]
        self.hints.value = "".join(
            look.paragraph(f"Hint {i}: {text}") for i, text in enumerate(given, start=1)
        )
        look.show(self.hint_button, len(given) < len(self.question.hints))

    def show_answer(self) -> None:
        self.solution.value = self.question.answer_html()
        look.show(self.answer_button, False)

    def _on_response(self, _change: object) -> None:
        if isinstance(self.control, widgets.Text):  # its value arrives once typing is finished
            self.check()
            return
        self.feedback, self.reply.value = None, ""
        self._on_change(self)
