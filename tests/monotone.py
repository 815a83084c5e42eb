"""The law of most clinical tables: a patient who is worse off never gets a better outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcclab.measurement import Variable
from hcclab.rules import RuleTable
from hcclab.variables import VARIABLES
from tests.patients import ALTERNATIVES, patients, values

APART = {"not applicable"}
"""An outcome that is neither better nor worse than others."""


def assert_worse_never_better(
    table: RuleTable, order: Sequence[Any], worse: Mapping[str, int], **fixed: Any
) -> None:
    """Compare random patients with themselves after some findings got worse.

    Parameters
    ----------
    table
        The table that classifies them.
    order
        Its outcomes from best to worst, all but "not applicable".
    worse
        Variables that may get worse, by name: +1 if a higher value is worse (True, for a flag; a
        later choice), -1 if a lower one is. Every other variable stays as it is.
    **fixed
        Findings that both patients have, None if unknown to both.
    """
    assert set(order) <= set(table.outcomes) <= set(order) | APART
    assert set(worse) <= set(table.names) - set(fixed)
    kept_out = {*fixed, *(n for pair in ALTERNATIVES if fixed.keys() & pair for n in pair)}
    names = tuple(name for name in table.names if name not in kept_out)

    @settings(max_examples=75, deadline=None)
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        patient = data.draw(patients(names, gaps=False)) | fixed
        sicker = dict(patient)
        for name, sign in worse.items():
            if name in patient:
                other = data.draw(values(VARIABLES[name]), label=name)
                rank = _rank(VARIABLES[name])
                sicker[name] = max(patient[name], other, key=lambda v: sign * rank(v))
        before, after = table.decide(patient).outcome, table.decide(sicker).outcome
        assume({before, after} <= set(order))
        assert order.index(before) <= order.index(after), (
            f"{table.title}: {before} becomes {after} when {patient} gets worse: {sicker}"
        )

    check()


def _rank(variable: Variable) -> Any:
    return variable.choices.index if variable.kind == "choice" else lambda value: value
