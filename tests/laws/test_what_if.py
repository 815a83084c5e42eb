"""The change that what-if finds is the nearest that brute force finds."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.rules import RuleTable
from hcclab.variables import VARIABLES
from tests.laws import by_table, ladder
from tests.patients import patients

MANY = 2000


@by_table
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_if_finds_the_nearest_change_that_brute_force_finds(
    table: RuleTable, data: st.DataObject
) -> None:
    patient = data.draw(patients(table.names, gaps=False))
    now = table.decide(patient).outcome
    changes = {change.variable.name: change for change in table.what_if(patient)}
    name = data.draw(st.sampled_from([n for n in table.names if n in patient]))
    variable, found = VARIABLES[name], changes[name]
    others = [v for v in _thinned(_every_value(variable), found.after) if v != patient[name]]
    trial = Patient(patient)
    best = None
    for value in others:
        trial[name] = value
        outcome = table.decide(trial).outcome
        if outcome != now:
            distance = _distance(variable, patient[name], value)
            best = distance if best is None else min(best, distance)
    if best is None:
        assert found.after is None and found.outcome is None
    else:
        assert found.after is not None
        assert _distance(variable, patient[name], found.after) == pytest.approx(best)
        assert table.decide({**patient, name: found.after}).outcome == found.outcome != now


def _thinned(values: list[Any], after: Any) -> list[Any]:
    """All of a few values; of many a sample, and those around the one to be confirmed."""
    if len(values) <= MANY:
        return values
    chosen = random.Random(1).sample(values, MANY // 2)
    at = 0 if after is None else min(range(len(values)), key=lambda i: abs(values[i] - after))
    return sorted({*chosen, *values[max(0, at - 50) : at + 50]})


def _every_value(variable: Variable) -> list[Any]:
    if variable.kind in ("flag", "choice"):
        return ladder(variable)
    low, high = variable.usual
    count = round((high - low) / variable.step)
    values = [round(low + i * variable.step, 6) for i in range(count + 1)]
    return [int(v) for v in values] if variable.kind == "integer" else values


def _distance(variable: Variable, one: Any, other: Any) -> float:
    if variable.kind == "flag":
        return 1.0
    if variable.kind == "choice":
        return abs(variable.choices.index(one) - variable.choices.index(other))
    return float(abs(one - other))
