"""Random patients, with gaps, for tests of laws."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from hcclab.criteria import Criterion
from hcclab.measurement import Variable
from hcclab.variables import QUANTITIES, VARIABLES, inr, pt_prolongation_s

ALTERNATIVES = (*(quantity.names for quantity in QUANTITIES), (inr.name, pt_prolongation_s.name))
"""Two ways to enter one thing."""


def values(variable: Variable) -> st.SearchStrategy[Any]:
    """Reportable values of a variable within its usual range."""
    if variable.kind == "flag":
        return st.booleans()
    if variable.kind == "choice":
        return st.sampled_from(variable.choices)
    low, high = variable.usual
    if variable.kind == "integer":
        return st.integers(int(low), int(high))
    steps = st.integers(round(low / variable.step), round(high / variable.step))
    return steps.map(lambda k: round(k * variable.step, 6))


def patients(names: tuple[str, ...], *, gaps: bool = True) -> st.SearchStrategy[dict[str, Any]]:
    """Patients with a value, "unknown", or nothing at all for each variable."""
    known = {name: values(VARIABLES[name]) for name in names}
    if not gaps:
        return st.fixed_dictionaries(known).map(_in_one_unit)
    unsure = {name: st.none() | value for name, value in known.items()}
    return st.fixed_dictionaries({}, optional=unsure).map(_in_one_unit)


def _in_one_unit(patient: dict[str, Any]) -> dict[str, Any]:
    """Drop the second of two entries of one thing: at random they would contradict each other."""
    extra = {second for first, second in ALTERNATIVES if first in patient}
    return {name: value for name, value in patient.items() if name not in extra}


def is_true(criterion: Criterion, **findings: Any) -> bool | None:
    """Evaluate a criterion for findings given by keyword."""
    return criterion.truth(findings)
