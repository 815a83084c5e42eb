"""The tiny language in which clinical rules are written.

A *term* is anything a patient has a value for: a laboratory value, a formula, a sum of points.
Comparing a term with a published threshold makes a *criterion*; criteria combine with ``&``,
``|`` and ``~``. A criterion can be evaluated for one patient, compiled to a data-frame
expression, printed as a sentence, and asked what it still needs to know.

Truth has three values. ``None`` means "not known", and follows Kleene's logic: unknown *and* false
is false, unknown *or* true is true, everything else that touches an unknown stays unknown. SQL and
Polars use the same logic, so a compiled criterion agrees with the evaluated one.

>>> from hcclab.variables import ecog, ecog_tumour_related
>>> advanced = (ecog >= 1) & ecog_tumour_related
>>> print(advanced)
ECOG performance status ≥ 1 and impairment caused by the tumour
>>> advanced.truth({"ecog": 0, "ecog_tumour_related": None})
False
>>> print(advanced.truth({"ecog": 1, "ecog_tumour_related": None}))
None
>>> advanced.needs({"ecog": 1, "ecog_tumour_related": None})
('ecog_tumour_related',)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, NamedTuple

Values = Mapping[str, Any]
Truth = bool | None
Expr = Any
"""An expression of Polars or of narwhals, which share the names used here."""

TOLERANCE = 1e-9
"""Slack, toward the closed side, when a *computed* number meets a decimal limit: 3 x 0.1 is not
0.3 in binary, and a sum of diameters of exactly 8.0 must not miss a limit of 8.0. Values typed in
by a person are compared exactly."""

SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
SLACK = {"<": -TOLERANCE, "<=": TOLERANCE, ">": TOLERANCE, ">=": -TOLERANCE}


class Interval(NamedTuple):
    """The attainable range of a number that is only partly known, both ends included."""

    low: float
    high: float


class Frame:
    """How criteria find their variables in a data frame, and share what they compute there.

    A criterion that stands in several rules is computed once, into a column of its own. Such
    columns come in levels, each needing only those before it, so that no expression grows large.

    Parameters
    ----------
    api
        Polars, or narwhals for other frames: it speaks a part of Polars' language, with the same
        names. Polars' own expressions are an order of magnitude faster to write down.
    prefix
        Begins the name of every column that is not the user's.
    present
        Names of the variables that the frame has.
    """

    def __init__(self, api: Any, prefix: str, present: frozenset[str]) -> None:
        self.api = api
        self.prefix = prefix
        self.present = present
        self._kept: dict[Any, tuple[str, int]] = {}
        self._levels: dict[int, dict[str, Expr]] = {}
        self._deepest = 0

    def column(self, name: str) -> Expr:
        """Refer to the column of a variable."""
        return self.api.col(self.prefix + name)

    def either(self, expressions: list[Expr]) -> Expr:
        """Join boolean expressions with "or"; of none of them, that is false."""
        return reduce(operator.or_, expressions) if expressions else self.api.lit(False)

    def pick(self, words: Sequence[str], place: Expr) -> Expr:
        """Give the word at a place, null where the place is."""
        if self.api.__name__ == "polars":  # which has a way that narwhals has not, and is fast
            return self.api.lit(self.api.Series(words)).gather(place)
        word = self.api.lit(None, dtype=self.api.String)
        for number, this in enumerate(words):
            word = self.api.when(place == number).then(self.api.lit(this)).otherwise(word)
        return word

    def keep(self, key: Any, make: Callable[[], Expr]) -> Expr:
        """Refer to the column of a shared expression, making it if this is its first use.

        Whatever else the expression shares must be asked for inside `make`, which tells its level.
        """
        if key not in self._kept:
            outer, self._deepest = self._deepest, 0
            expression = make()
            level = self._deepest + 1
            name = f"{self.prefix}kept_{len(self._kept)}"
            self._kept[key] = (name, level)
            self._levels.setdefault(level, {})[name] = expression
            self._deepest = outer
        name, level = self._kept[key]
        self._deepest = max(self._deepest, level)
        return self.api.col(name)

    def new_levels(self) -> list[dict[str, Expr]]:
        """Columns kept since the last call, in the order in which they must be made."""
        levels = [self._levels[level] for level in sorted(self._levels)]
        self._levels = {}
        self._kept = {key: (name, 0) for key, (name, _) in self._kept.items()}
        return levels


class Bounds(NamedTuple):
    """A compiled term: its lowest and highest attainable value (one object if they coincide)."""

    low: Expr
    high: Expr


class Term:
    """Something a patient has a value for.

    Comparing a term with a number or a word gives a `Criterion`.
    """

    label: str
    unit: str = ""
    digits: int | None = None
    exact: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables this depends on, in order of first mention."""
        raise NotImplementedError

    def evaluate(self, values: Values) -> Any:
        """Give the value, an `Interval` if it is partly known, or None if it is unknown."""
        raise NotImplementedError

    def compile(self, frame: Frame) -> Bounds:
        """Translate to data-frame expressions."""
        raise NotImplementedError

    def needs(self, values: Values) -> tuple[str, ...]:
        """Names of the unknown variables that keep this from being known."""
        raise NotImplementedError

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        """Translate "`name` is among the needs" to a data-frame expression."""
        raise NotImplementedError

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        """Values of variable `name` at which this term meets `threshold`."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        """Write a value or threshold of this term for a reader, with its unit."""
        times = "× " if self.unit.startswith("10") and value is not None else ""
        return f"{show(value, self.digits)} {times}{self.unit}".rstrip()

    def __lt__(self, threshold: float) -> Comparison:
        return Comparison(self, "<", threshold)

    def __le__(self, threshold: float) -> Comparison:
        return Comparison(self, "<=", threshold)

    def __gt__(self, threshold: float) -> Comparison:
        return Comparison(self, ">", threshold)

    def __ge__(self, threshold: float) -> Comparison:
        return Comparison(self, ">=", threshold)

    def __eq__(self, threshold: Any) -> Comparison:  # type: ignore[override]
        return Comparison(self, "==", threshold)

    def __ne__(self, threshold: Any) -> Comparison:  # type: ignore[override]
        return Comparison(self, "!=", threshold)

    __hash__ = object.__hash__


class Criterion:
    """A statement about a patient that is true, false or not known."""

    negation = "not"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the variables this depends on, in order of first mention."""
        raise NotImplementedError

    def truth(self, values: Values) -> Truth:
        """Evaluate for one patient."""
        raise NotImplementedError

    def compile(self, frame: Frame) -> Expr:
        """Translate to a boolean data-frame expression, null where not known."""
        return frame.keep(self, lambda: self._compile(frame))

    def _compile(self, frame: Frame) -> Expr:
        raise NotImplementedError

    def needs(self, values: Values) -> tuple[str, ...]:
        """Names of the unknown variables that keep this undecided; empty if it is decided."""
        raise NotImplementedError

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        """Translate "`name` is among the needs" to a data-frame expression."""
        return frame.keep((self, "needs", name), lambda: self._needs_expr(name, frame))

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        raise NotImplementedError

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        """Comparisons and flags on which the truth of this rests, for one patient."""
        return (self,)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        """Values of variable `name` at which an atom of this criterion may change."""
        raise NotImplementedError

    def __and__(self, other: Criterion) -> Criterion:
        return AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))

    def __or__(self, other: Criterion) -> Criterion:
        return AnyOf((*_parts(self, AnyOf), *_parts(other, AnyOf)))

    def __invert__(self) -> Criterion:
        return Not(self)

    def __bool__(self) -> bool:
        raise TypeError(
            f"({self}) has no truth of its own; combine criteria with &, | and ~ (not and, or, "
            "not, or a chained comparison) and ask .truth(patient)"
        )


@dataclass(frozen=True, eq=False)
class Comparison(Criterion):
    """A term against a threshold."""

    term: Term
    sign: str
    threshold: Any

    @cached_property
    def _compare(self) -> Callable[[Any, Any], Any]:
        return COMPARE[self.sign]

    @cached_property
    def _limit(self) -> Any:
        if self.term.exact or self.sign not in SLACK:
            return self.threshold
        return self.threshold + SLACK[self.sign]

    @property
    def names(self) -> tuple[str, ...]:
        return self.term.names

    def truth(self, values: Values) -> Truth:
        value = self.term.evaluate(values)
        if value is None:
            return None
        if isinstance(value, Interval):
            return self._truth_within(value)
        return bool(self._compare(value, self._limit))

    def _truth_within(self, value: Interval) -> Truth:
        if self.sign in SLACK:
            low, high = (
                self._compare(value.low, self._limit),
                self._compare(value.high, self._limit),
            )
            return low if low == high else None
        reachable = value.low <= self.threshold <= value.high
        return None if reachable else self.sign == "!="

    def _compile(self, frame: Frame) -> Expr:
        api = frame.api
        low, high = self.term.compile(frame)
        if low is high:
            expression: Expr = self._compare(low, self._limit)
            return expression
        if self.sign in SLACK:
            at_low, at_high = self._compare(low, self._limit), self._compare(high, self._limit)
            return api.when(at_low == at_high).then(at_low)
        reachable = (low <= self.threshold) & (high >= self.threshold)
        known = api.when(low == high).then(self._compare(low, self.threshold))
        return api.when(reachable).then(known).otherwise(api.lit(self.sign == "!="))

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.term.needs(values) if self.truth(values) is None else ()

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        return self.compile(frame).is_null() & self.term.needs_expr(name, frame)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return self.term.cuts(name, self.threshold, values)

    def __str__(self) -> str:
        if self.sign == "==" and isinstance(self.threshold, str):
            return f"{self.term.label} {self.term.show(self.threshold)}"
        return f"{self.term.label} {SIGNS[self.sign]} {self.term.show(self.threshold)}"


@dataclass(frozen=True, eq=False)
class Always(Criterion):
    """True of every patient: the last row of a table."""

    names = ()

    def truth(self, values: Values) -> Truth:
        return True

    def _compile(self, frame: Frame) -> Expr:
        api = frame.api
        return api.lit(True)

    def needs(self, values: Values) -> tuple[str, ...]:
        return ()

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        return frame.api.lit(False)

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        return ()

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return ()

    def __str__(self) -> str:
        return "otherwise"


OTHERWISE = Always()


@dataclass(frozen=True, eq=False)
class Not(Criterion):
    """The opposite of a criterion."""

    part: Criterion

    @property
    def names(self) -> tuple[str, ...]:
        return self.part.names

    def truth(self, values: Values) -> Truth:
        truth = self.part.truth(values)
        return None if truth is None else not truth

    def _compile(self, frame: Frame) -> Expr:
        return ~self.part.compile(frame)

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.part.needs(values)

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        return self.part.needs_expr(name, frame)

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        return self.part.grounds(values)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return self.part.cuts(name, values)

    def __str__(self) -> str:
        if isinstance(self.part, _Many):
            return f"not ({self.part})"
        return f"{self.part.negation} {self.part}"


@dataclass(frozen=True, eq=False)
class _Many(Criterion):
    parts: tuple[Criterion, ...]

    word = ""
    decisive = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique(name for part in self.parts for name in part.names)

    def truth(self, values: Values) -> Truth:
        outcome: Truth = not self.decisive
        for part in self.parts:
            truth = part.truth(values)
            if truth is self.decisive:
                return truth
            if truth is None:
                outcome = None
        return outcome

    def needs(self, values: Values) -> tuple[str, ...]:
        if self.truth(values) is not None:
            return ()
        return unique(name for part in self.parts for name in part.needs(values))

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        concerned = [part.needs_expr(name, frame) for part in self.parts if name in part.names]
        return self.compile(frame).is_null() & frame.either(concerned)

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        truth = self.truth(values)
        telling = (part for part in self.parts if part.truth(values) is truth)
        return tuple(atom for part in telling for atom in part.grounds(values))

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return [cut for part in self.parts for cut in part.cuts(name, values)]

    def __str__(self) -> str:
        return f" {self.word} ".join(
            f"({part})" if isinstance(part, _Many) else str(part) for part in self.parts
        )


class AllOf(_Many):
    """True if every part is true."""

    word = "and"
    decisive = False

    def _compile(self, frame: Frame) -> Expr:
        return reduce(operator.and_, (part.compile(frame) for part in self.parts))


class AnyOf(_Many):
    """True if at least one part is true."""

    word = "or"
    decisive = True

    def _compile(self, frame: Frame) -> Expr:
        return reduce(operator.or_, (part.compile(frame) for part in self.parts))


@dataclass(frozen=True, eq=False)
class AsEntered(Criterion):
    """The same criterion printed for several units: the row of the unit that was entered decides.

    A paper that prints "< 2 mg/dL (34 µmol/L)" gives two limits that are not quite equal. Neither
    is converted; a patient whose bilirubin was entered in µmol/L is held against the µmol/L limit.
    """

    options: tuple[Comparison, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique(name for option in self.options for name in option.names)

    def _option(self, values: Values) -> Comparison:
        for option in self.options:
            if option.term.evaluate(values) is not None:
                return option
        return self._asked(values)

    def _asked(self, present: Iterable[str]) -> Comparison:
        """The unit to ask for: one that was entered, or the first."""
        given = (o for o in self.options if any(name in present for name in o.names))
        return next(given, self.options[0])

    def truth(self, values: Values) -> Truth:
        for option in self.options:
            truth = option.truth(values)
            if truth is not None:
                return truth
        return None

    def needs(self, values: Values) -> tuple[str, ...]:
        return self._option(values).needs(values)

    def _compile(self, frame: Frame) -> Expr:
        api = frame.api
        first, *others = (option.compile(frame) for option in self.options)
        for other in others:
            first = api.when(~first.is_null()).then(first).otherwise(other)
        return first

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        asked = self._asked(frame.present)
        if name not in asked.names:
            return frame.api.lit(False)
        return self.compile(frame).is_null() & asked.term.needs_expr(name, frame)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return [cut for option in self.options for cut in option.cuts(name, values)]

    def __str__(self) -> str:
        first, *others = self.options
        more = ", ".join(option.term.show(option.threshold) for option in others)
        return f"{first} ({more})"


@dataclass(frozen=True, eq=False)
class Given(Criterion):
    """One criterion if a variable was given at all (even as "unknown"), another if it was not."""

    variable: Any
    then: Criterion
    otherwise: Criterion

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique((*self.then.names, *self.otherwise.names))

    def branch(self, present: Iterable[str]) -> Criterion:
        """The criterion that counts where these variables are given."""
        return self.then if self.variable.name in present else self.otherwise

    def _derivable(self, present: Iterable[str]) -> bool:
        """Tell whether something is given from which the variable can be derived."""
        return self.variable.name not in present and any(
            name in present for name in self.otherwise.names
        )

    def truth(self, values: Values) -> Truth:
        return self.branch(values).truth(values)

    def needs(self, values: Values) -> tuple[str, ...]:
        if self.truth(values) is not None:
            return ()
        return self.otherwise.needs(values) if self._derivable(values) else (self.variable.name,)

    def _compile(self, frame: Frame) -> Expr:
        return self.branch(frame.present).compile(frame)

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        if self._derivable(frame.present):
            return self.otherwise.needs_expr(name, frame)
        asked = name == self.variable.name
        return self.compile(frame).is_null() if asked else frame.api.lit(False)

    def grounds(self, values: Values) -> tuple[Criterion, ...]:
        return self.branch(values).grounds(values)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return self.branch(values).cuts(name, values)

    def __str__(self) -> str:
        return str(self.then)


class Stated:
    """A finding that is taken as stated, or derived from others where it was not stated.

    Comparing it gives a `Given` criterion: a stated Child-Pugh class counts as it is, and where
    there is none the class is worked out from its five items.

    Parameters
    ----------
    variable
        The finding as it may be stated.
    derived
        The term that works it out.

    Examples
    --------
    >>> from hcclab.staging import LIVER_RESERVE
    >>> from hcclab.variables import liver
    >>> reserve = Stated(liver, LIVER_RESERVE)
    >>> (reserve == "end_stage").truth({"liver": "impaired"})
    False
    """

    def __init__(self, variable: Any, derived: Term) -> None:
        self.variable, self.derived = variable, derived

    def _compare(self, sign: str, threshold: Any) -> Given:
        compare = COMPARE[sign]
        return Given(
            self.variable, compare(self.variable, threshold), compare(self.derived, threshold)
        )

    def __lt__(self, threshold: float) -> Given:
        return self._compare("<", threshold)

    def __le__(self, threshold: float) -> Given:
        return self._compare("<=", threshold)

    def __gt__(self, threshold: float) -> Given:
        return self._compare(">", threshold)

    def __ge__(self, threshold: float) -> Given:
        return self._compare(">=", threshold)

    def __eq__(self, threshold: Any) -> Given:  # type: ignore[override]
        return self._compare("==", threshold)

    def __ne__(self, threshold: Any) -> Given:  # type: ignore[override]
        return self._compare("!=", threshold)

    __hash__ = object.__hash__


@dataclass(frozen=True, eq=False)
class Indicator(Term):
    """The number 1 where a criterion holds and 0 where it does not, as formulas use it.

    Examples
    --------
    >>> from hcclab.variables import sex
    >>> Indicator(sex == "male").evaluate({"sex": "female"})
    0
    """

    criterion: Criterion

    @property
    def label(self) -> str:  # type: ignore[override]
        return str(self.criterion)

    @property
    def names(self) -> tuple[str, ...]:
        return self.criterion.names

    def evaluate(self, values: Values) -> int | None:
        truth = self.criterion.truth(values)
        return None if truth is None else int(truth)

    def compile(self, frame: Frame) -> Bounds:
        api, holds = frame.api, self.criterion.compile(frame)
        number = api.when(holds).then(api.lit(1.0)).otherwise(api.lit(0.0))
        known = api.when(~holds.is_null()).then(number)
        return Bounds(known, known)

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.criterion.needs(values)

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        return self.criterion.needs_expr(name, frame)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return self.criterion.cuts(name, values)


def as_entered(*options: Comparison) -> AsEntered:
    """Join the same criterion printed for several units; the unit that was entered decides.

    Examples
    --------
    >>> from hcclab.variables import bilirubin_mg_dl, bilirubin_umol_l
    >>> low = as_entered(bilirubin_umol_l < 34, bilirubin_mg_dl < 2)
    >>> low.truth({"bilirubin_umol_l": 34.1}), low.truth({"bilirubin_mg_dl": 1.99})
    (False, True)
    """
    return AsEntered(options)


def show(value: Any, digits: int | None = None) -> str:
    """Write a value for a reader: a true minus sign, words for yes, no and unknown.

    Examples
    --------
    >>> show(-2.6, digits=2), show(True), show("end_stage"), show(None), show(Interval(5, 7))
    ('−2.60', 'yes', 'end-stage', 'unknown', '5 to 7')
    """
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Interval):
        return f"{show(value.low, digits)} to {show(value.high, digits)}"
    if isinstance(value, int | float):
        return (f"{value:g}" if digits is None else f"{value:.{digits}f}").replace("-", "−")
    return str(value).replace("_", "-")


def capitalise(text: str) -> str:
    """Begin a text with a capital, unless its first word has one elsewhere, as a name may.

    Examples
    --------
    >>> capitalise("largest tumour"), capitalise("mHAP-II score")
    ('Largest tumour', 'mHAP-II score')
    """
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first == first.lower() else text


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Drop repeats, keep order.

    Examples
    --------
    >>> unique(["ecog", "liver", "ecog"])
    ('ecog', 'liver')
    """
    return tuple(dict.fromkeys(names))


def _parts(criterion: Criterion, kind: type[_Many]) -> tuple[Criterion, ...]:
    return criterion.parts if isinstance(criterion, kind) else (criterion,)
