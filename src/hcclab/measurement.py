"""What a clinical variable is: its name, unit and limits, and how an entry is read.

A variable is a term of the rule language (`hcclab.criteria`), so ``ecog >= 3`` is a criterion. The
variables themselves stand in `hcclab.variables`.

>>> albumin = Variable("albumin_g_l", "albumin", "Made by the liver.", "g/L", hard=(10, 65),
...                    suspicions=(Suspicion(1, 6.5, "g/dL"),))
>>> albumin.read("38")
38.0
>>> albumin.read(3.8)
Traceback (most recent call last):
    ...
ValueError: albumin_g_l=3.8 outside 10-65, looks like g/dL
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hcclab.criteria import Bounds, Criterion, Expr, Frame, Term, Truth, Values

YES = ("true", "yes", "1", "1.0", "y", "t")
NO = ("false", "no", "0", "0.0", "n", "f")
NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
DECIMAL_COMMA = r"^[+-]?[0-9]+,[0-9]+$"
BELOW_LIMIT = r"^(<|>|<=|>=|≤|≥) *[0-9]"
CAUSES = {
    DECIMAL_COMMA: ", looks like a decimal comma",
    BELOW_LIMIT: ", looks like a limit of the assay (enter that, and read the score as a bound)",
}
"""What a text that is no number probably is, by its pattern."""
LONGEST_QUOTE = 60
"""Characters of an entry that a message quotes; a longer one ends there with an ellipsis."""
BLANK = ("", "na", "n/a", "nan", "null", "unknown", "?")


@dataclass(frozen=True)
class Suspicion:
    """What a number between `low` and `high` is likely to be instead."""

    low: float
    high: float
    looks_like: str


@dataclass(frozen=True, eq=False)
class Variable(Term):
    """One clinical variable.

    Parameters
    ----------
    name
        Column and keyword name, unit included (``bilirubin_umol_l``).
    label, meaning
        Short name as it stands within a sentence, and one plain sentence for a student.
    unit
        Unit as printed.
    kind
        ``"number"``, ``"integer"``, ``"choice"`` or ``"flag"``.
    hard, usual
        Limits, both included, in `unit`. Outside `hard` is an error, outside `usual` a warning.
    step, digits
        Resolution at which the value is reported, and decimals shown.
    choices
        Allowed words, mildest first.
    default
        Value assumed, and reported as assumed, when the variable is not given at all.
    suspicions
        Likely causes of a value outside the hard limits.
    exact
        Whether it is compared as entered; a number computed from others gets `TOLERANCE`.
    """

    name: str
    label: str
    meaning: str
    unit: str = ""
    kind: str = "number"
    hard: tuple[float, float] = (-math.inf, math.inf)
    usual: tuple[float, float] = (-math.inf, math.inf)
    step: float = 1
    digits: int | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    suspicions: tuple[Suspicion, ...] = ()
    exact: bool = True

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def evaluate(self, values: Values) -> Any:
        return values.get(self.name, self.default)

    def needs(self, values: Values) -> tuple[str, ...]:
        return (self.name,) if self.evaluate(values) is None else ()

    def compile(self, frame: Frame) -> Bounds:
        expression = self._expression(frame)
        return Bounds(expression, expression)

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        api = frame.api
        return self._expression(frame).is_null() if name == self.name else api.lit(False)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return (threshold,) if name == self.name else ()

    def _expression(self, frame: Frame) -> Expr:
        api = frame.api
        if self.name in frame.present:
            return frame.column(self.name)
        dtype = {"choice": api.String(), "flag": api.Boolean()}.get(self.kind, api.Float64())
        return api.lit(self.default, dtype=dtype)

    def read(self, raw: Any) -> Any:
        """Turn what a person or a file gave into a value; None if it is blank.

        Raises
        ------
        ValueError
            Naming the variable, the value, what is accepted and the likely cause.
        """
        if raw is None or self._holds(raw):
            return raw
        if isinstance(raw, str) and raw.strip().lower() in BLANK:
            return None
        if isinstance(raw, float) and math.isnan(raw):
            return None
        if self.kind == "flag":
            return self._read_flag(raw)
        if self.kind == "choice":
            return self._read_choice(raw)
        return self._read_number(raw)

    @cached_property
    def words(self) -> dict[str, str]:
        """The choices by the word that reads as each, whatever its case and hyphens."""
        return {as_word(choice): choice for choice in self.choices}

    def _holds(self, raw: Any) -> bool:
        """Tell whether an entry already is a value of this variable, as it mostly is."""
        kind = type(raw)
        if kind is bool:
            return self.kind == "flag"
        if kind is str:
            return raw in self.choices
        if (kind is int and self.kind == "integer") or (kind is float and self.kind == "number"):
            return bool(self.hard[0] <= raw <= self.hard[1])
        return False

    def _read_flag(self, raw: Any) -> bool:
        # To add nothing makes a minus zero, as arithmetic leaves it behind, a plain one.
        word = f"{raw + 0:g}" if isinstance(raw, float) else str(raw).strip().lower()
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError(f"{self.name}={quote(raw)} is not yes or no")

    def _read_choice(self, raw: Any) -> str:
        word = as_word(f"{raw:g}" if isinstance(raw, float) else str(raw))
        if word in self.words:
            return self.words[word]
        raise ValueError(f"{self.name}={quote(raw)} {self.not_a_choice}")

    def _read_number(self, raw: Any) -> float:
        low, high = self.hard
        text = raw.strip() if isinstance(raw, str) else raw
        if isinstance(text, bool) or not (isinstance(text, int | float) or is_number(str(text))):
            causes = (cause for pattern, cause in CAUSES.items() if re.match(pattern, str(text)))
            likely = next(causes, "")
            raise ValueError(f"{self.name}={quote(raw)} is not a number{likely}")
        try:
            number = float(text)
        except OverflowError:
            number = math.inf
        if not low <= number <= high:
            raise ValueError(f"{self.name}={quote(raw)} {self.outside}{self.suspect(number)}")
        if self.kind != "integer":
            return number
        if not number.is_integer():
            raise ValueError(f"{self.name}={quote(raw)} is not a whole number")
        return int(number)

    @property
    def accepts(self) -> str:
        """What may be entered, in words.

        Examples
        --------
        >>> Variable("inr", "INR", "Clotting.", hard=(0.5, 20)).accepts
        'A number, 0.5 to 20'
        """
        if self.kind == "flag":
            return "Yes or no"
        if self.kind == "choice":
            return f"One of {', '.join(self.choices)}"
        low, high = self.hard
        kind = "A whole number" if self.kind == "integer" else "A number"
        return f"{kind}, {plain(low)} to {plain(high)}{f' {self.unit}' if self.unit else ''}"

    @property
    def outside(self) -> str:
        """The part of an error message that states the hard limits."""
        low, high = self.hard
        return f"outside {plain(low)}-{plain(high)}"

    @property
    def not_a_choice(self) -> str:
        """The part of an error message that lists the choices."""
        return f"is not one of {', '.join(self.choices)}"

    def suspect(self, number: float) -> str:
        """The part of an error message that names the likely cause, or nothing."""
        for suspicion in self.suspicions:
            if suspicion.low <= number <= suspicion.high:
                return f", looks like {suspicion.looks_like}"
        return ""

    def unusual(self, value: Any) -> str | None:
        """Say why a valid value deserves a second look, or None.

        Examples
        --------
        >>> Variable("inr", "INR", "Clotting.", hard=(0.5, 20), usual=(0.8, 4)).unusual(7)
        'inr=7 outside the usual 0.8-4'
        """
        low, high = self.usual
        if value is None or self.kind not in ("number", "integer") or low <= value <= high:
            return None
        usual = f"{plain(low)}-{plain(high)}"
        return f"{self.name}={plain(value)} outside the usual {usual}{self.suspect(value)}"

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Flag(Variable, Criterion):
    """A yes-or-no variable, which is a criterion by itself."""

    negation = "no"

    def truth(self, values: Values) -> Truth:
        truth: Truth = values.get(self.name, self.default)
        return truth

    def compile(self, frame: Frame) -> Expr:
        return self._expression(frame)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:  # type: ignore[override]
        return ()

    def __str__(self) -> str:
        return self.label

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False)
class Quantity(Term):
    """One quantity that may be entered in several units; its value is in the first of them.

    Each unit is a variable with the factor that converts it to the first unit.
    """

    label: str
    units: tuple[tuple[Variable, float], ...]

    exact = False

    @property
    def unit(self) -> str:  # type: ignore[override]
        return self.units[0][0].unit

    @property
    def digits(self) -> int | None:  # type: ignore[override]
        return self.units[0][0].digits

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(variable.name for variable, _ in self.units)

    def evaluate(self, values: Values) -> float | None:
        for variable, factor in self.units:
            value = values.get(variable.name)
            if value is not None:
                return float(value * factor)
        return None

    def needs(self, values: Values) -> tuple[str, ...]:
        return (self._asked(values),) if self.evaluate(values) is None else ()

    def _asked(self, present: Iterable[str]) -> str:
        """The unit to ask for: one that was entered, or the first."""
        return next((name for name in self.names if name in present), self.names[0])

    def compile(self, frame: Frame) -> Bounds:
        api = frame.api
        (first, _), *others = self.units
        expression = first._expression(frame)
        for variable, factor in others:
            converted = variable._expression(frame) * factor
            expression = api.when(~expression.is_null()).then(expression).otherwise(converted)
        return Bounds(expression, expression)

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        api = frame.api
        asked = name == self._asked(frame.present)
        return self.compile(frame).low.is_null() if asked else api.lit(False)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return [threshold / factor for variable, factor in self.units if variable.name == name]

    def __repr__(self) -> str:
        return f"<{' or '.join(self.names)}>"


def is_number(text: str) -> bool:
    """Tell whether a text reads as a finite number.

    Examples
    --------
    >>> is_number("3.8"), is_number("3,8"), is_number("inf")
    (True, False, False)
    """
    return re.match(NUMBER, text) is not None


def plain(number: float) -> str:
    """Write a limit or an entry in full, never as a power of ten.

    Examples
    --------
    >>> plain(1e7), plain(0.0005), plain(5.0)
    ('10000000', '0.0005', '5')
    """
    return f"{number:.10g}"


def as_word(text: str) -> str:
    """Write a choice in the one way in which choices are compared.

    Examples
    --------
    >>> as_word(" Moderate-severe ")
    'moderate_severe'
    """
    return re.sub(r"[ -]", "_", text.strip().lower())


def quote(raw: Any) -> str:
    """Write an entry as a message quotes it: short.

    Examples
    --------
    >>> quote(3.8), quote("see the letter of the family doctor, who wrote that it was raised")
    ('3.8', 'see the letter of the family doctor, who wrote that it was r…')
    """
    text = str(raw)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def show_entry(raw: Any) -> str:
    """Write an entry as it would stand in a table cell.

    Examples
    --------
    >>> show_entry([4.5, 2.0]), show_entry("4.5;2.0")
    ('4.5;2', '4.5;2.0')
    """
    if isinstance(raw, str) or not isinstance(raw, Iterable):
        return str(raw)
    return ";".join(f"{part:g}" if isinstance(part, int | float) else str(part) for part in raw)
