"""Laws that every rule table keeps."""

from __future__ import annotations

import itertools
import random
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcclab.criteria import Criterion, Given, Term, capitalise
from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.rules import Rule, RuleTable, crossings
from hcclab.sources import JOHNSON_2015
from hcclab.staging import LIVER_RESERVE
from hcclab.variables import VARIABLES, ecog, largest_tumour_cm
from tests.patients import ALTERNATIVES, patients

TABLES = [table for system in SYSTEMS.values() for table in system.grades] + [LIVER_RESERVE]
by_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.column)
MANY = 2000
law = settings(max_examples=100, deadline=None)


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
    return own | _derivable([getattr(part, field.name) for field in fields(part)])


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


@by_table
def test_every_outcome_and_every_rule_decides_somebody(table: RuleTable) -> None:
    ladder = {n: _ladder(VARIABLES[n]) + _at_limits(VARIABLES[n], table) for n in table.names}
    second_units = {second for _, second in ALTERNATIVES}
    chance = random.Random(1)
    deciding = set()
    for _ in range(2000):
        patient = {n: chance.choice(v) for n, v in ladder.items() if n not in second_units}
        values = Patient(patient)
        truths = [rule.when.truth(values) for rule in table.rules]
        deciding.add(truths.index(True))
        assert table.decide(values).outcome == table.rules[truths.index(True)].outcome
    assert deciding == set(range(len(table.rules)))


def _ladder(variable: Variable) -> list[Any]:
    if variable.kind == "flag":
        return [False, True]
    if variable.kind == "choice":
        return list(variable.choices)
    low, high = variable.usual
    if variable.kind == "integer":
        return list(range(int(low), int(high) + 1))
    return [round(low + (high - low) * i / 12, 3) for i in range(13)]


def _at_limits(variable: Variable, table: RuleTable) -> list[Any]:
    """Possible values on the limits of a table and next to them, usual or not."""
    if variable.kind in ("flag", "choice"):
        return []
    low, high = variable.hard
    limits = sorted(set(table.cuts(variable.name, None, {})))
    near = (limit + k * variable.step for limit in limits for k in (-1, 0, 1))
    values = [round(value, 6) for value in near if low <= value <= high]
    return [int(value) for value in values] if variable.kind == "integer" else values


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
        return _ladder(variable)
    low, high = variable.usual
    count = round((high - low) / variable.step)
    values = [round(low + i * variable.step, 6) for i in range(count + 1)]
    return [int(v) for v in values] if variable.kind == "integer" else values


def _distance(variable: Variable, one: Any, other: Any) -> float:
    if variable.kind == "flag":
        return 1.0
    if variable.kind == "choice":
        return abs(variable.choices.index(one) - variable.choices.index(other))
    return abs(one - other)


def test_what_if_stays_within_the_usual_range_and_keeps_unknowns_unknown() -> None:
    bclc = SYSTEMS["bclc_2022"].grades[0]
    patient = {"tumour_count": 1, "largest_tumour_cm": 2.0, "ecog": None, "liver": "preserved"}
    changes = bclc.what_if(patient)
    assert {change.variable.name for change in changes}.isdisjoint({"ecog", "extrahepatic_spread"})
    for change in changes:
        if change.after is not None and change.variable.kind == "number":
            low, high = change.variable.usual
            assert low <= change.after <= high


def test_a_table_must_be_readable_from_the_top() -> None:
    small, large = Rule("A", largest_tumour_cm <= 2), Rule("B", largest_tumour_cm > 2)
    with pytest.raises(ValueError, match="must stand together"):
        RuleTable("t", "T", JOHNSON_2015, [small, large, Rule("A")])
    with pytest.raises(ValueError, match="must hold for everyone else"):
        RuleTable("t", "T", JOHNSON_2015, [small, large])


def test_an_explanation_names_the_criterion_the_value_the_threshold_and_the_source() -> None:
    bclc = SYSTEMS["bclc_2022"].grades[0]
    known = {"macrovascular_invasion": False, "extrahepatic_spread": False, "ecog": 0}
    text = str(bclc.explain({**known, "liver": "preserved", "tumour_diameters_cm": "3.1;2.0"}))
    assert "BCLC 2022: B" in text
    assert "Largest tumour ≤ 3.0 cm: does not hold (3.1 cm)" in text
    assert "10.1016/j.jhep.2021.11.018" in text and "[verified twice]" in text


def test_no_rounding_hides_on_which_side_a_score_lies() -> None:
    albi = SYSTEMS["albi"].grades[0]
    text = str(albi.explain({"bilirubin_umol_l": 16.416, "albumin_g_l": 40}))
    assert "−2.5979" in text and "albi" in text.lower()
    assert albi.decide({"bilirubin_umol_l": 16.416, "albumin_g_l": 40}).outcome == "2"


@by_table
def test_the_flow_chart_asks_every_rule_once_and_reaches_every_outcome(table: RuleTable) -> None:
    text = str(table.flowchart())
    assert text.startswith("flowchart TD")
    assert "accTitle" in text and "accDescr" in text
    for rule, outcome in itertools.product(table.rules[:-1], table.outcomes):
        assert capitalise(f"{rule.when}?").replace("<", "&lt;").replace(">", "&gt;") in text
        assert f'(["{str(outcome).replace("_", "-")}' in text
    assert text.count("-->|yes|") == len(table.rules) - 1


@given(
    threshold=st.floats(-0.9, 0.9),
    frequency=st.integers(1, 3),
)
@settings(max_examples=50, deadline=None)
def test_crossings_are_where_the_sign_changes(threshold: float, frequency: int) -> None:
    import math

    assume(abs(threshold) > 0.05)
    found = crossings(lambda x: math.sin(frequency * x) - threshold, 0.0, 2 * math.pi, 0.01)
    assert len(found) == 2 * frequency
    assert all(abs(math.sin(frequency * x) - threshold) < 0.01 for x in found)


def test_a_rule_compares_with_what_the_paper_prints() -> None:
    assert str(Rule("C", ecog >= 1)) == "C: ECOG performance status ≥ 1"
