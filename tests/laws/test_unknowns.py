"""What is unknown stays open, is asked for, and settles the outcome once it is known."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from hcclab.criteria import Criterion, Given, Term
from hcclab.measurement import Variable
from hcclab.rules import Rule, RuleTable
from hcclab.variables import VARIABLES
from tests.laws import by_table, law
from tests.patients import ALTERNATIVES, patients


@by_table
def test_an_unknown_never_decides_what_its_completion_would_contradict(table: RuleTable) -> None:
    derivable = _derivable(table)

    @law
    @given(partly=patients(table.names), whole=patients(table.names, gaps=False))
    def check(partly: dict[str, Any], whole: dict[str, Any]) -> None:
        # Not given is not unknown: what was not given keeps its default or its derivation.
        unknown = {
            name
            for name in table.names
            if partly.get(name) is None
            and (name in partly or (VARIABLES[name].default is None and name not in derivable))
        }
        completion = partly | {name: whole[name] for name in unknown if name in whole}
        for alternatives in ALTERNATIVES:
            assume(sum(completion.get(name) is not None for name in alternatives) < 2)
        # What is not derived from the completion either may stay open, but opens nothing new.
        assert set(table.decide(completion).possible) <= set(table.decide(partly).possible)

    check()


def _derivable(part: Any) -> set[str]:
    """Names of the variables that are worked out from others where they are not given."""
    if isinstance(part, list | tuple):
        return set().union(*map(_derivable, part))
    if not isinstance(part, Criterion | Term | Rule):
        return set()
    own = {part.variable.name} if isinstance(part, Given) else set()
    return own | _derivable([getattr(part, field.name) for field in fields(part)])  # type: ignore[arg-type]


@by_table
@law
@given(data=st.data())
def test_what_is_needed_is_unknown_and_settles_the_outcome(
    table: RuleTable, data: st.DataObject
) -> None:
    patient = data.draw(patients(table.names))
    decision = table.decide(patient)
    assert (decision.outcome is None) == bool(decision.needs) == (len(decision.possible) > 1)
    assert all(patient.get(name) is None for name in decision.needs)
    everything = {**patient, **{n: _mildest(VARIABLES[n]) for n in decision.needs}}
    for _ in table.names:
        needs = table.decide(everything).needs
        everything.update({n: _mildest(VARIABLES[n]) for n in needs})
    assert table.decide(everything).outcome is not None


def _mildest(variable: Variable) -> Any:
    if variable.kind == "flag":
        return False
    return variable.choices[0] if variable.kind == "choice" else variable.usual[0]
