"""Compare a student's answer with the expected one and recognise known mistakes."""

from __future__ import annotations

import inspect
import math
import numbers
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hcclab.teaching.feedback import Feedback

Mistakes = Mapping[str, Any]
Case = tuple[Mapping[str, Any], Any]


def checked_name(name: str) -> str:
    """Return the name of a quiz or exercise, or raise ValueError where its form is another."""
    if name and not re.fullmatch(r"\w+/[\w-]+", name):
        raise ValueError(
            f"name={name!r} must be the lesson and a short name of its own, like '03_albi/edges'."
        )
    return name


def resolve(value: Any) -> Any:
    """Return `value`, or what it returns when it is a function without arguments."""
    return plain(value() if callable(value) else value)


def plain(value: Any) -> Any:
    """Return a NumPy scalar as the plain Python value it holds, anything else unchanged."""
    return value.item() if getattr(value, "ndim", None) == 0 else value


def is_number(value: Any) -> bool:
    """Whether `value` is a real number; True and False are not."""
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def close(got: float, expected: float, tolerance: float) -> bool:
    """Whether two numbers differ by no more than `tolerance`, allowing for binary rounding."""
    return math.isclose(got, expected, rel_tol=1e-9, abs_tol=tolerance * (1 + 1e-9))


def same(got: Any, expected: Any, tolerance: float = 0.0) -> bool:
    """Whether an answer equals the expected number, text, truth value or None.

    Numbers may differ by `tolerance`; text is compared without regard to case or outer spaces.
    """
    got = plain(got)
    if is_number(expected):
        return is_number(got) and close(got, expected, tolerance)
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip().casefold() == expected.strip().casefold()
    return got is expected


def show(value: Any, unit: str = "") -> str:
    """Return a value as a student should read it: six figures, and its unit."""
    value = plain(value)
    text = f"{float(value):.6g}" if is_number(value) else repr(value)
    return f"{text} {unit}".rstrip()


def validate_expected(expected: Any, tolerance: float) -> None:
    """Raise an error for an expected answer or a tolerance that no answer could meet."""
    if not (expected is None or isinstance(expected, (str, bool)) or is_number(expected)):
        raise TypeError(
            f"expected={expected!r} is a {type(expected).__name__}; it must be a number, a text, "
            "True, False or None (of a score's result, pass its value)."
        )
    if is_number(expected) and not math.isfinite(expected):
        raise ValueError(f"expected={expected!r} is not finite, so no answer could be right.")
    if not tolerance >= 0:
        raise ValueError(f"tolerance={tolerance!r} must be 0 or more.")


def check(
    answer: Any,
    expected: Any,
    *,
    tolerance: float = 0.0,
    unit: str = "",
    mistakes: Mistakes | None = None,
) -> Feedback:
    """Check a value that a student worked out.

    Parameters
    ----------
    answer
        The student's value. ``...`` and ``None`` mean not answered yet.
    expected
        The right number, text or truth value, or a function without arguments that computes it.
    tolerance
        Largest accepted difference of a number, in `unit`.
    unit
        Unit of the number, shown in the reply.
    mistakes
        What to tell the student, with the value that the mistake gives or a function without
        arguments that computes it.

    Raises
    ------
    ValueError
        A mistake gives the expected value, so the two cannot be told apart.

    Examples
    --------
    >>> import math
    >>> mistakes = {"You used the natural logarithm; ALBI uses log10.": lambda: math.log(20)}
    >>> check(math.log(20), math.log10(20), tolerance=0.005, mistakes=mistakes)
    ✗ Wrong: You used the natural logarithm; ALBI uses log10.
    >>> check(1.301, math.log10(20), tolerance=0.005)
    ✓ Right: 1.301
    """
    expected = resolve(expected)
    validate_expected(expected, tolerance)
    known = {text: resolve(value) for text, value in (mistakes or {}).items()}
    for text, value in known.items():
        if same(value, expected, tolerance):
            raise ValueError(
                f"The mistake {text!r} gives {show(value)}, which counts as right within the "
                f"tolerance of {show(tolerance)}: lower the tolerance or drop the mistake."
            )
    return _judge(plain(answer), expected, tolerance, unit, known)


def _judge(answer: Any, expected: Any, tolerance: float, unit: str, known: Mistakes) -> Feedback:
    if answer is None or answer is ...:
        return Feedback("unanswered", "replace the ... with your answer and run the cell again.")
    if same(answer, expected, tolerance):
        return Feedback("right", show(answer, unit))
    for text, value in known.items():
        if same(answer, value, tolerance):
            return Feedback("wrong", text)
    return Feedback("wrong", _how_it_differs(answer, expected, unit))


def _how_it_differs(answer: Any, expected: Any, unit: str) -> str:
    kind = "a number" if is_number(expected) else "a text"
    if isinstance(expected, bool):
        kind = "True or False"
    if is_number(expected) != is_number(answer) or isinstance(expected, str) != isinstance(
        answer, str
    ):
        return f"{kind} is asked for, and you gave a value of type {type(answer).__name__}."
    if not is_number(answer):
        return f"{show(answer)} is not the answer."
    if not math.isfinite(answer):
        return f"{show(answer)} is not a usable number; look for a logarithm or a division of 0."
    return f"{show(answer, unit)} is too {'high' if answer > expected else 'low'}."


def check_function(
    function: Callable[..., Any],
    cases: Sequence[Case],
    *,
    tolerance: float = 0.0,
    unit: str = "",
    mistakes: Mapping[str, Callable[..., Any]] | None = None,
) -> Feedback:
    """Check a function that a student wrote, on several inputs.

    Parameters
    ----------
    function
        The student's function. A function that only returns ``None`` or ``...`` counts as not
        answered yet.
    cases
        Pairs of keyword arguments and the result expected for them.
    tolerance, unit
        As for `check`.
    mistakes
        What to tell the student, with a function of the same arguments that makes the mistake.

    Raises
    ------
    ValueError
        There are no cases, or a mistake gives the expected result in every case.

    Examples
    --------
    >>> cases = [({"diameter_cm": 2.0}, True), ({"diameter_cm": 2.1}, False)]
    >>> check_function(lambda diameter_cm: diameter_cm < 2, cases)
    ✗ Wrong: for diameter_cm=2, expected True and got False.
    >>> check_function(lambda diameter_cm: diameter_cm <= 2, cases)
    ✓ Right: all 2 cases agree.
    """
    if not cases:
        raise ValueError("cases is empty; give at least one pair of arguments and result.")
    for _, expected in cases:
        validate_expected(plain(expected), tolerance)
    made = {
        text: _outputs_of_mistake(text, wrong, cases, tolerance)
        for text, wrong in (mistakes or {}).items()
    }
    return _judge_function(function, cases, tolerance, unit, made)


def _outputs_of_mistake(
    text: str, wrong: Callable[..., Any], cases: Sequence[Case], tolerance: float
) -> list[Any]:
    outputs = [plain(wrong(**arguments)) for arguments, _ in cases]
    if all(
        same(output, plain(expected), tolerance)
        for output, (_, expected) in zip(outputs, cases, strict=True)
    ):
        raise ValueError(
            f"The mistake {text!r} gives the expected result in every case: add a case that "
            "tells the two apart."
        )
    return outputs


def _judge_function(
    function: Any,
    cases: Sequence[Case],
    tolerance: float,
    unit: str,
    made: Mapping[str, Sequence[Any]],
) -> Feedback:
    if function is None or function is ...:
        return Feedback("unanswered", "write the function and run the cell again.")
    if not callable(function):
        return Feedback(
            "wrong", f"give the function itself, without calling it (you gave {show(function)})."
        )
    try:
        for arguments, _ in cases:
            inspect.signature(function).bind(**arguments)
    except (TypeError, ValueError):
        return Feedback("wrong", f"the function must take the arguments {', '.join(arguments)}.")
    outputs = []
    for arguments, _ in cases:
        try:
            outputs.append(plain(function(**arguments)))
        except Exception as error:
            return Feedback(
                "wrong",
                f"for {_list(arguments)}, your function stopped with "
                f"{type(error).__name__}: {error}",
            )
    if all(output is None or output is ... for output in outputs):
        return Feedback(
            "unanswered", "your function returns nothing; replace the ... and end with return."
        )
    return _compare(outputs, cases, tolerance, unit, made)


def _compare(
    outputs: Sequence[Any],
    cases: Sequence[Case],
    tolerance: float,
    unit: str,
    made: Mapping[str, Sequence[Any]],
) -> Feedback:
    for i, (got, (arguments, expected)) in enumerate(zip(outputs, cases, strict=True)):
        if same(got, plain(expected), tolerance):
            continue
        failure = (
            f"for {_list(arguments)}, expected {show(expected, unit)} and got {show(got, unit)}."
        )
        suspects = [text for text, wrong in made.items() if same(got, wrong[i], tolerance)]
        if suspects:
            likeliest = max(suspects, key=lambda text: _agreement(outputs, made[text], tolerance))
            failure = f"{likeliest} ({failure[0].upper()}{failure[1:-1]}.)"
        return Feedback("wrong", failure)
    return Feedback("right", f"all {len(cases)} cases agree.")


def _agreement(outputs: Sequence[Any], others: Sequence[Any], tolerance: float) -> int:
    return sum(same(a, b, tolerance) for a, b in zip(outputs, others, strict=True))


def _list(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={show(value)}" for name, value in arguments.items())
