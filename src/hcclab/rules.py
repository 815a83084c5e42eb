"""Rule tables: a clinical classification written as the table its paper prints.

A table is a list of rules read from the top; the first rule that holds gives the outcome. From
that one list come the decision for a patient, its explanation, the nearest change that would alter
it, a flow chart, and an expression that classifies a whole data frame.

>>> from hcclab.sources import JOHNSON_2015
>>> from hcclab.variables import largest_tumour_cm
>>> SIZE = RuleTable("size", "Tumour size", JOHNSON_2015, rules=[
...     Rule("small", largest_tumour_cm <= 2),
...     Rule("large"),
... ])
>>> SIZE.decide({"largest_tumour_cm": 2.0}).outcome
'small'
>>> print(SIZE.decide({}))
unknown (small or large): needs largest_tumour_cm
>>> print(SIZE.what_if({"largest_tumour_cm": 2.0})[0])
Largest tumour 2.0 cm → 2.1 cm: large
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, reduce
from itertools import pairwise
from typing import Any

from hcclab.criteria import (
    OTHERWISE,
    AnyOf,
    AsEntered,
    Bounds,
    Comparison,
    Criterion,
    Expr,
    Frame,
    Given,
    Interval,
    Term,
    Truth,
    Values,
    capitalise,
    show,
    unique,
)
from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.sources import Source
from hcclab.variables import VARIABLES

SAMPLES = 64
"""Points at which a formula is sampled to find where it crosses a threshold."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One row of a table: the outcome, and when it holds."""

    outcome: Any
    when: Criterion = OTHERWISE
    note: str = ""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.when}"


@dataclass(frozen=True, eq=False)
class Remark:
    """Something to tell the reader besides the outcome, and when."""

    name: str
    when: Criterion
    text: str


@dataclass(frozen=True)
class Decision:
    """The outcome for one patient, or what is possible and what it needs.

    Attributes
    ----------
    outcome
        The outcome, or None if it is not known.
    possible
        Every outcome that some value of the unknowns could still give, in table order.
    needs
        Names of the variables that would settle it.
    """

    outcome: Any
    possible: tuple[Any, ...]
    needs: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.outcome is not None:
            return show(self.outcome)
        return f"unknown ({' or '.join(map(show, self.possible))}): needs {', '.join(self.needs)}"


@dataclass(frozen=True)
class Fact:
    """A comparison made for one patient."""

    statement: str
    value: str
    truth: Truth

    def __str__(self) -> str:
        statement = capitalise(self.statement)
        if self.value in ("yes", "no"):
            return f"{statement}: {self.value}"
        verdict = {True: "holds", False: "does not hold", None: "cannot be decided"}[self.truth]
        return f"{statement}: {verdict} ({self.value})"


@dataclass(frozen=True, eq=False)
class Step:
    """A rule as it was read for one patient. `reached` is false below the rule that decided.

    The facts are those on which the truth of the rule rests. The last row of a table has no
    criterion of its own; its facts are those that failed in the outcome above it.
    """

    rule: Rule
    truth: Truth
    reached: bool
    facts: tuple[Fact, ...]

    @property
    def decided(self) -> bool:
        """Tell whether this is a rule that gave the outcome."""
        return self.reached and self.truth is True

    @property
    def reason(self) -> str:
        """The criterion in words."""
        if self.rule.when is OTHERWISE:
            return self.rule.note or "no row above holds"
        return str(self.rule.when)


@dataclass(frozen=True, eq=False)
class Change:
    """The smallest change of one variable that gives another outcome.

    Attributes
    ----------
    variable
        The variable that changes, everything else staying as it is.
    before, after
        Its value now and after; `after` is None if no value in the usual range changes anything.
    outcome
        The outcome after the change.
    distance
        Size of the change as a fraction of the usual range (infinite if there is none).
    """

    variable: Variable
    before: Any
    after: Any = None
    outcome: Any = None
    distance: float = math.inf

    def __str__(self) -> str:
        name = capitalise(self.variable.label)
        before = self.variable.show(self.before)
        if self.after is None:
            return f"{name} {before}: no usual value changes the outcome"
        return f"{name} {before} → {self.variable.show(self.after)}: {show(self.outcome)}"


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a table gave its outcome: every rule as it was read, with values and thresholds."""

    table: RuleTable
    decision: Decision
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...]

    @property
    def deciding(self) -> Step | None:
        """The rule that gave the outcome, or None if it is not known."""
        return next((step for step in self.steps if step.decided), None)

    def __str__(self) -> str:
        lines = [f"{self.table.title}: {self.decision}"]
        if self.decision.outcome is not None and self.deciding is not None:
            lines.append(f"  decided by: {self.deciding.reason}")
            lines += [f"    {fact}" for fact in self.deciding.facts]
        lines += [f"  note: {remark.text}" for remark in self.remarks]
        lines.append(f"  source: {self.table.source}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class RuleTable(Term):
    """A classification: rules read from the top, the first that holds decides.

    Parameters
    ----------
    column
        Name of its column in a scored cohort.
    title
        Name for a reader.
    source
        Where the table is printed.
    rules
        Rows in order. Rows of one outcome stand together, and the last row holds for everyone.
    remarks
        What to tell the reader besides the outcome.
    meanings
        A few words for each outcome.

    Raises
    ------
    ValueError
        If the rows of an outcome are apart, or some patient would fall through.
    """

    column: str
    title: str
    source: Source
    rules: Sequence[Rule]
    remarks: Sequence[Remark] = ()
    meanings: Mapping[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outcomes = [block.outcome for block in self.blocks]
        if len(set(outcomes)) != len(outcomes):
            raise ValueError(f"{self.title}: the rules of one outcome must stand together")
        if self.rules[-1].when is not OTHERWISE:
            raise ValueError(f"{self.title}: the last rule must hold for everyone else")

    @property
    def label(self) -> str:  # type: ignore[override]
        return self.title

    @cached_property
    def blocks(self) -> tuple[Rule, ...]:
        """The rows with those of one outcome joined by "or"."""
        joined: dict[Any, list[Criterion]] = {}
        order: list[Any] = []
        for rule in self.rules:
            if not order or order[-1] != rule.outcome:
                order.append(rule.outcome)
                joined.setdefault(rule.outcome, [])
            joined[rule.outcome].append(rule.when)
        return tuple(
            Rule(outcome, whens[0] if len(whens := joined[outcome]) == 1 else AnyOf(tuple(whens)))
            for outcome in order
        )

    @cached_property
    def outcomes(self) -> tuple[Any, ...]:
        """Every outcome, in table order."""
        return tuple(block.outcome for block in self.blocks)

    @cached_property
    def counts(self) -> bool:
        """Tell whether the outcomes are points, which can be added and bounded."""
        return all(isinstance(outcome, int | float) for outcome in self.outcomes)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique(name for rule in self.rules for name in rule.when.names)

    # One patient ------------------------------------------------------------------------------

    def decide(self, patient: Mapping[str, Any]) -> Decision:
        """Classify one patient.

        Parameters
        ----------
        patient
            Values by variable name. An absent variable takes its documented default, if it has
            one; None means unknown.

        Raises
        ------
        ValueError
            If a value is impossible.
        """
        values = Patient.read(patient)
        possible = self.possible(values)
        if len(possible) == 1:
            return Decision(possible[0], tuple(possible))
        asking = (block.when for block in self.blocks if block.outcome in possible)
        return Decision(
            None, tuple(possible), unique(name for when in asking for name in when.needs(values))
        )

    def possible(self, values: Values) -> list[Any]:
        """List every outcome that some value of the unknowns could still give, in table order."""
        return self._reachable(block.when.truth(values) for block in self.blocks)

    def _reachable(self, truths: Iterable[Truth]) -> list[Any]:
        reachable = []
        for block, truth in zip(self.blocks, truths, strict=False):
            if truth is not False:
                reachable.append(block.outcome)
            if truth is True:
                break
        return reachable

    def evaluate(self, values: Values) -> Any:
        decision = self.decide(values)
        if decision.outcome is not None or not self.counts:
            return decision.outcome
        return Interval(min(decision.possible), max(decision.possible))

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.decide(values).needs

    def explain(self, patient: Mapping[str, Any]) -> Explanation:
        """Say which rule decided, on which values, and how every other rule was read."""
        values = Patient.read(patient)
        steps: list[Step] = []
        settled = False
        for rule in self.rules:
            truth = rule.when.truth(values)
            grounds = rule.when if rule.when is not OTHERWISE else self.blocks[-2].when
            facts = tuple(_fact(atom, values) for atom in grounds.grounds(values))
            steps.append(Step(rule, truth, not settled, facts))
            settled = settled or truth is True
        remarks = tuple(remark for remark in self.remarks if remark.when.truth(values))
        return Explanation(self, self.decide(values), tuple(steps), remarks)

    def what_if(self, patient: Mapping[str, Any]) -> tuple[Change, ...]:
        """Find, for every known variable, the smallest change that gives another outcome.

        Only values within the usual range, at the resolution at which the variable is reported,
        are considered. The candidates come from the thresholds of the rules themselves.

        Returns
        -------
        tuple of Change
            One for each variable of the table that is known, the nearest change first.
        """
        values = Patient.read(patient)
        truths = [block.when.truth(values) for block in self.blocks]
        changes = []
        for name in self.names:
            variable = VARIABLES[name]
            before = variable.evaluate(values)
            if before is not None:
                changes.append(self._smallest_change(variable, before, values, truths))
        return tuple(sorted(changes, key=lambda change: change.distance))

    def _smallest_change(
        self, variable: Variable, before: Any, values: Values, truths: list[Truth]
    ) -> Change:
        now, trial = self._reachable(truths), Patient(values)
        concerned = [variable.name in block.when.names for block in self.blocks]
        cuts = () if variable.kind in ("flag", "choice") else self.cuts(variable.name, None, values)
        for after, distance in sorted(_candidates(variable, before, cuts), key=lambda c: c[1]):
            trial[variable.name] = after
            outcome, *others = self._reachable(
                block.when.truth(trial) if concerns else truth
                for block, concerns, truth in zip(self.blocks, concerned, truths, strict=True)
            )
            if not others and [outcome] != now:
                return Change(variable, before, after, outcome, distance)
        return Change(variable, before)

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return [cut for rule in self.rules for cut in rule.when.cuts(name, values)]

    # A data frame -----------------------------------------------------------------------------

    def compile(self, frame: Frame) -> Bounds:
        if self.counts:
            upward = sorted(self.outcomes)
            return Bounds(
                frame.keep((self, "low"), lambda: self._first_attainable(upward, frame)),
                frame.keep((self, "high"), lambda: self._first_attainable(upward[::-1], frame)),
            )
        grade = frame.keep(self, lambda: self._grade(frame))
        return Bounds(grade, grade)

    def _grade(self, frame: Frame) -> Expr:
        """The outcome of the first block that is not false, null if that block is unknown."""
        api = frame.api
        *blocks, last = range(len(self.blocks))
        place = api.lit(last, dtype=api.UInt8)
        for number in reversed(blocks):
            holds = self.blocks[number].when.compile(frame)
            known = api.when(holds).then(api.lit(number, dtype=api.UInt8)).otherwise(place)
            place = api.when(~holds.is_null()).then(known)
        return frame.pick(self.outcomes, place)

    def _first_attainable(self, order: list[Any], frame: Frame) -> Expr:
        """The first of the outcomes, in this order, that could still be given."""
        reach = dict(zip(self.outcomes, self._reach(frame), strict=True))
        *others, last = order
        chain = frame.api.lit(last)
        for outcome in reversed(others):
            chain = frame.api.when(reach[outcome]).then(frame.api.lit(outcome)).otherwise(chain)
        return chain

    def _reach(self, frame: Frame) -> list[Expr]:
        """Whether each block could still give the outcome: not false, and none above is true."""

        def open_at(number: int) -> Expr:
            holds = self.blocks[number].when.compile(frame).fill_null(True)
            return holds & ~settled_above(number) if number else holds

        def settled_above(number: int) -> Expr:
            return frame.keep((self, "settled", number), lambda: settled(number - 1))

        def settled(number: int) -> Expr:
            holds = self.blocks[number].when.compile(frame).fill_null(False)
            return holds | settled_above(number) if number else holds

        return [
            frame.keep((self, "open", number), partial(open_at, number))
            for number in range(len(self.blocks))
        ]

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        def make() -> Expr:
            asking = zip(self._reach(frame), self.blocks, strict=True)
            return frame.either(
                [
                    can & block.when.needs_expr(name, frame)
                    for can, block in asking
                    if name in block.when.names
                ]
            )

        return frame.keep((self, "needs", name), make)

    def __eq__(self, outcome: Any) -> Criterion:  # type: ignore[override]
        return Outcome(self, (outcome,))

    def __ne__(self, outcome: Any) -> Criterion:  # type: ignore[override]
        return ~Outcome(self, (outcome,))

    __hash__ = object.__hash__

    # For a reader -----------------------------------------------------------------------------

    def flowchart(self) -> Flowchart:
        """Draw the table as a flow chart, read from the top."""
        return Flowchart.of(self)

    def __repr__(self) -> str:
        return f"<{self.title}: {', '.join(map(str, self.outcomes))}>"


@dataclass(frozen=True, eq=False)
class Outcome(Criterion):
    """A table gave one of these outcomes."""

    table: RuleTable
    outcomes: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.table.names

    def truth(self, values: Values) -> Truth:
        inside = [outcome in self.outcomes for outcome in self.table.possible(values)]
        return True if all(inside) else None if any(inside) else False

    def needs(self, values: Values) -> tuple[str, ...]:
        return self.table.needs(values) if self.truth(values) is None else ()

    def _compile(self, frame: Frame) -> Expr:
        api = frame.api
        reach = list(zip(self.table._reach(frame), self.table.outcomes, strict=True))
        inside = frame.either([can for can, outcome in reach if outcome in self.outcomes])
        outside = frame.either([can for can, outcome in reach if outcome not in self.outcomes])
        return (
            api.when(inside & ~outside)
            .then(api.lit(True))
            .otherwise(api.when(~inside).then(api.lit(False)))
        )

    def _needs_expr(self, name: str, frame: Frame) -> Expr:
        return self.compile(frame).is_null() & self.table.needs_expr(name, frame)

    def cuts(self, name: str, values: Values) -> Iterable[Any]:
        return self.table.cuts(name, None, values)

    def __str__(self) -> str:
        return f"{self.table.title} {' or '.join(map(show, self.outcomes))}"


@dataclass(frozen=True, eq=False)
class Formula(Term):
    """A number computed from other terms by a plain function.

    Parameters
    ----------
    column, label, unit, digits
        As for a variable; `column` names it in a scored cohort.
    function
        Takes the arguments' values, in order, and works on numbers, arrays and expressions alike.
    arguments
        Terms it is computed from.
    source
        Where the formula is printed.
    """

    column: str
    label: str
    function: Callable[..., Any]
    arguments: tuple[Term, ...]
    source: Source
    unit: str = ""
    digits: int | None = 2

    exact = False

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique(name for argument in self.arguments for name in argument.names)

    def evaluate(self, values: Values) -> float | None:
        known = [argument.evaluate(values) for argument in self.arguments]
        return None if None in known else float(self.function(*known))

    def needs(self, values: Values) -> tuple[str, ...]:
        return unique(name for argument in self.arguments for name in argument.needs(values))

    def compile(self, frame: Frame) -> Bounds:
        value = frame.keep(self, lambda: self._value(frame))
        return Bounds(value, value)

    def _value(self, frame: Frame) -> Expr:
        arguments = [argument.compile(frame).low for argument in self.arguments]
        known = reduce(operator.and_, (~argument.is_null() for argument in arguments))
        return frame.api.when(known).then(self.function(*arguments))

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        return frame.either([a.needs_expr(name, frame) for a in self.arguments if name in a.names])

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        if name not in self.names:
            return []
        trial = dict(values)

        def excess(value: float) -> float | None:
            trial[name] = value
            score = self.evaluate(trial)
            return None if score is None else score - threshold

        return crossings(excess, *VARIABLES[name].usual, VARIABLES[name].step)

    def __repr__(self) -> str:
        return f"<{self.label}>"


@dataclass(frozen=True, eq=False)
class Points(Term):
    """A sum of points, one item at a time; each item is a small table of whole numbers."""

    column: str
    label: str
    items: tuple[RuleTable, ...]
    source: Source

    @cached_property
    def names(self) -> tuple[str, ...]:
        return unique(name for item in self.items for name in item.names)

    def evaluate(self, values: Values) -> float | Interval:
        possible = [item.possible(values) for item in self.items]
        low, high = sum(map(min, possible)), sum(map(max, possible))
        return low if low == high else Interval(low, high)

    def needs(self, values: Values) -> tuple[str, ...]:
        return unique(name for item in self.items for name in item.needs(values))

    def compile(self, frame: Frame) -> Bounds:
        def total(end: int) -> Expr:
            return reduce(operator.add, (item.compile(frame)[end] for item in self.items))

        return Bounds(
            frame.keep((self, "low"), lambda: total(0)),
            frame.keep((self, "high"), lambda: total(1)),
        )

    def needs_expr(self, name: str, frame: Frame) -> Expr:
        return frame.either(
            [item.needs_expr(name, frame) for item in self.items if name in item.names]
        )

    def cuts(self, name: str, threshold: Any, values: Values) -> Iterable[Any]:
        return [cut for item in self.items for cut in item.cuts(name, None, values)]

    def __repr__(self) -> str:
        return f"<{self.label}>"


@dataclass(frozen=True)
class Flowchart:
    """A flow chart as Mermaid text, which JupyterLab draws without any download."""

    title: str
    text: str

    @classmethod
    def of(cls, table: RuleTable) -> Flowchart:
        """Draw a rule table: one question a row, "no" leads on, "yes" leads out."""
        lines = ["flowchart TD", f"    accTitle: {table.title}"]
        lines.append(f"    accDescr: {len(table.rules)} questions asked in order")
        for number, rule in enumerate(table.rules):
            stage = f"s{number}([{_quote(_stage(table, rule))}])"
            if rule.when is OTHERWISE:
                lines.append(f"    q{number - 1} -->|no| {stage}")
                break
            lines.append(f"    q{number}{{{{{_quote(capitalise(f'{rule.when}?'))}}}}}")
            if number:
                lines.append(f"    q{number - 1} -->|no| q{number}")
            lines.append(f"    q{number} -->|yes| {stage}")
        return cls(table.title, "\n".join(lines))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/vnd.mermaid": self.text, "text/plain": self.text}

    def __str__(self) -> str:
        return self.text


def crossings(
    excess: Callable[[float], float | None], low: float, high: float, step: float
) -> list[float]:
    """Find where a smooth function changes sign between two limits, to a quarter of a step.

    Examples
    --------
    >>> [round(x) for x in crossings(lambda x: x * x - 4, 0, 10, 0.1)]
    [2]
    """
    grid = [low + (high - low) * (i / SAMPLES) ** 2 for i in range(SAMPLES + 1)]
    found = []
    for left, right in pairwise(grid):
        at_left, at_right = excess(left), excess(right)
        if at_left is None or at_right is None or (at_left > 0) == (at_right > 0):
            continue
        while right - left > step / 4:
            middle = (left + right) / 2
            at_middle = excess(middle)
            if at_middle is not None and (at_middle > 0) == (at_left > 0):
                left = middle
            else:
                right = middle
        found.append((left + right) / 2)
    return found


def _candidates(variable: Variable, before: Any, cuts: Iterable[Any]) -> list[tuple[Any, float]]:
    """Reportable values next to each cut, with their distance from the present value."""
    if variable.kind == "flag":
        return [(not before, 1.0)]
    if variable.kind == "choice":
        at = variable.choices.index(before)
        others = len(variable.choices) - 1
        return [(word, abs(i - at) / others) for i, word in enumerate(variable.choices) if i != at]
    low, high = variable.usual
    step = variable.step
    near: set[int] = set()
    for cut in cuts:  # the step on it, and the next one away from the present value
        on = round(cut / step)
        near.update(range(on - (cut < before + step), on + (cut > before - step) + 1))
    values = [round(k * step, 6) for k in near]
    if variable.kind == "integer":
        values = [int(value) for value in values]
    return [(v, abs(v - before) / (high - low)) for v in values if low <= v <= high]


def _fact(atom: Criterion, values: Values) -> Fact:
    if isinstance(atom, Given):
        atom = atom.branch(values)
    if isinstance(atom, AsEntered):
        atom = atom._option(values)
    if isinstance(atom, Comparison):
        value = _precise(atom.term, atom.term.evaluate(values))
    elif isinstance(atom, Outcome):
        value = str(atom.table.decide(values))
    else:
        value = show(atom.truth(values))
    return Fact(str(atom), value, atom.truth(values))


def _precise(term: Term, value: Any) -> str:
    """Write a value with more decimals than its threshold, so that no rounding hides the side."""
    if isinstance(value, float) and not term.exact and term.digits is not None:
        return f"{show(value, term.digits + 2)} {term.unit}".rstrip()
    return term.show(value) if term.exact or value is None else show(value)


def _stage(table: RuleTable, rule: Rule) -> str:
    meaning = table.meanings.get(rule.outcome)
    return f"{show(rule.outcome)}: {meaning}" if meaning else show(rule.outcome)


def _quote(text: str) -> str:
    return '"' + text.replace('"', "'").replace("<", "&lt;").replace(">", "&gt;") + '"'
