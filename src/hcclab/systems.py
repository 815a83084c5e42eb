"""A clinical system: a score, the grades read from it, and the result for one patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hcclab.criteria import Interval, Term, show, unique
from hcclab.intake import Patient
from hcclab.rules import Explanation, Formula, Points, RuleTable
from hcclab.sources import Source
from hcclab.variables import VARIABLES

NOTICE = "For education, not for patient care."


@dataclass(frozen=True, eq=False)
class System:
    """A published system: an optional score and one or more tables that grade the patient.

    Parameters
    ----------
    key, title
        Name for a program and for a reader.
    grades
        The tables; the first is the system's own, others are variants.
    score
        The number behind them, if there is one.
    """

    key: str
    title: str
    grades: tuple[RuleTable, ...] = ()
    score: Formula | Points | None = None

    @cached_property
    def outputs(self) -> tuple[Formula | Points | RuleTable, ...]:
        """What the system adds to a cohort, in column order."""
        return (*((self.score,) if self.score is not None else ()), *self.grades)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the variables the system reads."""
        return unique(name for output in self.outputs for name in output.names)

    @property
    def source(self) -> Source:
        """The paper that defines the system."""
        return self.outputs[0].source

    def assess(self, patient: Mapping[str, Any]) -> Result:
        """Assess one patient.

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
    def _score(self) -> Any:
        return None if self.system.score is None else self.system.score.evaluate(self.inputs)

    @property
    def value(self) -> Any:
        """The score, or the grade of a system without one; None if it is not known."""
        if self.system.score is None:
            return self.grade
        return None if isinstance(self._score, Interval) else self._score

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
        score: Term | None = self.system.score
        scored = () if score is None else score.needs(self.inputs)
        return unique((*scored, *(n for e in self.explanations for n in e.decision.needs)))

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
        score = self.system.score
        parts = []
        if score is not None:
            parts.append(f"{score.label} {show(self._score, getattr(score, 'digits', None))}")
        parts += [f"{e.table.title} {e.decision}" for e in self.explanations]
        return "; ".join(parts)

    def __repr__(self) -> str:
        return f"<{self.summary}>"

    def _repr_html_(self) -> str:
        from hcclab.display import result_html

        return result_html(self)
