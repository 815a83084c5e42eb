"""A clinical system: scores, the grades read from them, and the result for one patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any

from hcclab.criteria import Criterion, Interval, Term, show, unique
from hcclab.intake import Patient, inputs_of
from hcclab.measurement import Variable
from hcclab.rules import Explanation, Formula, Points, Rule, RuleTable
from hcclab.sources import Source
from hcclab.variables import TUMOUR_LIST, VARIABLES, did_you_mean

NOTICE = "For education, not for patient care."

DOMAINS = (
    "liver function",
    "risk",
    "surveillance",
    "diagnosis",
    "tumour burden",
    "transplantation",
    "embolisation",
    "staging",
    "response",
    "planning",
)
"""What systems are for, in the order in which a patient meets them."""


class _Description:
    """The docstring of the class, and of each system its own."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __get__(self, system: System | None, owner: type[System]) -> str:
        return self.text if system is None else system.description


@dataclass(frozen=True, eq=False)
class System:  # noqa: D101, its description is its docstring
    __doc__ = _Description(
        """A published system: the numbers it computes and the tables that grade the patient.

    Call it with what is known of a patient, by keyword.

    Parameters
    ----------
    key, title
        Name for a program and for a reader.
    outputs
        Formulas, sums of points and tables, in the order of their columns in a cohort. The first
        number is the system's score, the first table its grade.
    domain
        What it is for, one of `DOMAINS`.
    example
        Findings of a patient it can assess.
    notes
        What a reader must know: assumptions, the name in use elsewhere, a common mistake.
    """
    )

    key: str
    title: str
    outputs: tuple[Formula | Points | RuleTable, ...]
    domain: str
    example: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __call__(self, **findings: Any) -> Result:
        """Assess one patient.

        Parameters
        ----------
        **findings
            Values by variable name; None means unknown. An absent variable takes its documented
            default, if it has one.

        Returns
        -------
        Result
            `.value` is the score, `.grade` the grade or stage, each None if it is not known.

        Raises
        ------
        ValueError
            If a value is impossible, or the system has no such input.

        Examples
        --------
        >>> from hcclab.liver_function import albi
        >>> albi(bilirubin_umol_l=20, albumin_g_l=38).grade
        '2'
        >>> albi(bilirubin_umol_l=20, albumin_g_l=3.8)
        Traceback (most recent call last):
            ...
        ValueError: albumin_g_l=3.8 outside 10-65, looks like g/dL
        >>> albi(bilirubin=20, albumin_g_l=38)
        Traceback (most recent call last):
            ...
        ValueError: bilirubin is not an input of ALBI; did you mean bilirubin_umol_l or \
bilirubin_mg_dl?
        """
        for name in findings:
            if name not in self.inputs:
                raise ValueError(
                    f"{name} is not an input of {self.title}; {did_you_mean(name, self.inputs)}"
                )
        return self.assess(findings)

    def assess(self, patient: Mapping[str, Any]) -> Result:
        """Assess one patient, of whom more may be known than the system reads.

        Parameters
        ----------
        patient
            Values by variable name; None means unknown.

        Raises
        ------
        ValueError
            If a value is impossible.
        """
        return Result(self, Patient.read(patient))

    @cached_property
    def score(self) -> Formula | Points | None:
        """The system's main number, if it has one."""
        return next((o for o in self.outputs if not isinstance(o, RuleTable)), None)

    @cached_property
    def grades(self) -> tuple[RuleTable, ...]:
        """The tables; the first is the system's own, others are variants."""
        return tuple(output for output in self.outputs if isinstance(output, RuleTable))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the variables the system reads."""
        return unique(name for output in self.outputs for name in output.names)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Names under which its findings may be given, those of its remarks included."""
        remarks = (remark for table in self.grades for remark in table.remarks)
        return inputs_of(unique((*self.names, *(n for r in remarks for n in r.when.names))))

    @property
    def source(self) -> Source:
        """The paper that defines the system."""
        return self.outputs[0].source

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The papers behind all its outputs."""
        return tuple(dict.fromkeys(output.source for output in self.outputs))

    @cached_property
    def foundations(self) -> tuple[Source, ...]:
        """The papers behind what its outputs are built on, such as the Child-Pugh class."""
        found = (paper for output in self.outputs for paper in _papers(output))
        return tuple(p for p in dict.fromkeys(found) if p not in self.sources)

    @property
    def __signature__(self) -> Signature:
        keywords = [
            Parameter(
                name,
                Parameter.KEYWORD_ONLY,
                default=VARIABLES[name].default if name in VARIABLES else None,
            )
            for name in self.inputs
        ]
        return Signature(keywords, return_annotation=Result)

    @property
    def description(self) -> str:
        """The system in words: its inputs with units and limits, its outputs, its papers."""
        inputs = [f"{name}\n    {about(name)}" for name in self.inputs]
        outputs = [f"{o.column}\n    {content(o)}" for o in self.outputs]
        sources = [f"{source}." for source in self.sources]
        sources += [f"Built on: {source}." for source in self.foundations]
        parts = [
            f"{self.title}: {self.domain}.",
            *self.notes,
            _section("Parameters", inputs),
            _section("Outputs", outputs),
            _section("References", sources),
        ]
        if self.example:
            words = ", ".join(f"{name}={value!r}" for name, value in self.example.items())
            parts.append(
                _section("Examples", [f">>> hcc.{self.key}({words})", repr(self(**self.example))])
            )
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return f"<{self.title}: {', '.join(self.inputs)}>"

    def _repr_html_(self) -> str:
        from hcclab.display import system_html

        return system_html(self)


def _papers(part: Any) -> Iterator[Source]:
    """Every paper in an output and in the tables and formulas that it reads."""
    if isinstance(part, Source):
        yield part
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _papers(each)
    elif isinstance(part, Term | Criterion | Rule) and not isinstance(part, Variable):
        for each in fields(part):  # type: ignore[arg-type]
            yield from _papers(getattr(part, each.name))


@cache
def offered(module: ModuleType) -> dict[str, Any]:
    """List what a clinical module offers: its systems, tables, scores and plain functions.

    Examples
    --------
    >>> from hcclab import liver_function
    >>> sorted(offered(liver_function))[:3]
    ['ALBI_GRADE', 'ALBI_SCORE', 'CHILD_PUGH_CLASS']
    """
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and (
            isinstance(thing, System | RuleTable | Formula | Points)
            or getattr(thing, "__module__", None) == module.__name__
        )
    }


def _section(title: str, lines: list[str]) -> str:
    return "\n".join([title, "-" * len(title), *lines])


def about(name: str) -> str:
    """Say what an input means and what may be entered."""
    if name == TUMOUR_LIST:
        return 'Diameter of every tumour, cm: a list, or "4.5;2.0".'
    variable = VARIABLES[name]
    default = "" if variable.default is None else f" Default {show(variable.default)}."
    return f"{variable.meaning} {variable.accepts}.{default}"


def content(output: Formula | Points | RuleTable) -> str:
    """Say what a column of results holds."""
    if isinstance(output, RuleTable):
        return f"{output.title}: {', '.join(map(str, output.outcomes))}."
    return f"{output.label}{f', {output.unit}' if output.unit else ''}."


@dataclass(frozen=True, eq=False)
class Result:
    """What a system says of one patient, and why."""

    system: System
    inputs: Patient

    @cached_property
    def explanations(self) -> tuple[Explanation, ...]:
        """One explanation for each table of the system."""
        return tuple(table.explain(self.inputs) for table in self.system.grades)

    @cached_property
    def numbers(self) -> dict[str, Any]:
        """Every number by column name, an interval where it is partly known."""
        scores = (o for o in self.system.outputs if not isinstance(o, RuleTable))
        return {score.column: score.evaluate(self.inputs) for score in scores}

    @property
    def _score(self) -> Any:
        return next(iter(self.numbers.values()), None)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Every number and grade by column name, None where it is not known."""
        found = {**self.numbers, **self.grades}
        known = {name: None if isinstance(v, Interval) else v for name, v in found.items()}
        return {output.column: known[output.column] for output in self.system.outputs}

    @property
    def value(self) -> Any:
        """The score, or the grade of a system without one; None if it is not known."""
        if self.system.score is None:
            return self.grade
        return self.values[self.system.score.column]

    @property
    def interval(self) -> Interval | None:
        """The attainable range of a sum of points; None if there is no sum."""
        if isinstance(self.system.score, Points) and self._score is not None:
            score = self._score
            return score if isinstance(score, Interval) else Interval(score, score)
        return None

    @cached_property
    def grades(self) -> dict[str, Any]:
        """Every grade by column name, None where it is not known."""
        return {e.table.column: e.decision.outcome for e in self.explanations}

    @property
    def grade(self) -> Any:
        """The system's own grade or stage; None if it is not known."""
        return next(iter(self.grades.values()), None)

    @property
    def possible(self) -> tuple[Any, ...]:
        """Every grade that is still attainable."""
        return self.explanations[0].decision.possible if self.explanations else ()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names of the variables that would settle what is not known."""
        return unique(n for output in self.system.outputs for n in output.needs(self.inputs))

    @property
    def flags(self) -> tuple[str, ...]:
        """Names of the remarks that apply."""
        return unique(r.name for e in self.explanations for r in e.remarks)

    @property
    def items(self) -> dict[str, Any]:
        """Points by item, for a sum of points."""
        if not isinstance(self.system.score, Points):
            return {}
        return {item.title: item.evaluate(self.inputs) for item in self.system.score.items}

    @property
    def assumed(self) -> dict[str, Any]:
        """Defaults used for variables that were not given."""
        return {
            name: default
            for name in self.system.names
            if name not in self.inputs and (default := VARIABLES[name].default) is not None
        }

    @property
    def source(self) -> Source:
        """The paper that defines the system."""
        return self.system.source

    def __str__(self) -> str:
        lines = [self.summary]
        lines += [f"  {line}" for e in self.explanations for line in str(e).splitlines()[1:]]
        if not self.explanations:
            lines += [f"  source: {source}" for source in self.system.sources]
        lines += [f"  note: {note}" for note in self.system.notes]
        return "\n".join(lines)

    @property
    def summary(self) -> str:
        """One line: the score and every grade.

        Examples
        --------
        >>> from hcclab.liver_function import albi
        >>> print(albi(bilirubin_umol_l=20, albumin_g_l=38).summary)
        ALBI score −2.37; ALBI grade 2; modified ALBI grade 2a
        """
        decisions = {e.table.column: e.decision for e in self.explanations}
        return "; ".join(
            f"{output.label} {decisions[output.column]}"
            if isinstance(output, RuleTable)
            else _written(output, self.numbers[output.column])
            for output in self.system.outputs
        )

    def __repr__(self) -> str:
        return f"<{self.summary}>"

    def _repr_html_(self) -> str:
        from hcclab.display import result_html

        return result_html(self)


def _written(score: Formula | Points, value: Any) -> str:
    unit = f" {score.unit}" if score.unit and value is not None else ""
    return f"{score.label} {show(value, getattr(score, 'digits', None))}{unit}"
