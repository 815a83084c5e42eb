"""What every rule table can do: decide, explain, draw itself."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcclab.criteria import capitalise
from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.rules import Rule, RuleTable, crossings
from hcclab.sources import JOHNSON_2015
from hcclab.variables import VARIABLES, ecog, largest_tumour_cm
from tests.laws import by_table, ladder
from tests.patients import ALTERNATIVES


@by_table
def test_every_outcome_and_every_rule_decides_somebody(table: RuleTable) -> None:
    tried = {n: ladder(VARIABLES[n]) + _at_limits(VARIABLES[n], table) for n in table.names}
    second_units = {second for _, second in ALTERNATIVES}
    chance = random.Random(1)
    deciding = set()
    for _ in range(2000):
        patient = {n: chance.choice(v) for n, v in tried.items() if n not in second_units}
        values = Patient(patient)
        truths = [rule.when.truth(values) for rule in table.rules]
        deciding.add(truths.index(True))
        assert table.decide(values).outcome == table.rules[truths.index(True)].outcome
    assert deciding == set(range(len(table.rules)))


def _at_limits(variable: Variable, table: RuleTable) -> list[Any]:
    """Possible values on the limits of a table and next to them, usual or not."""
    if variable.kind in ("flag", "choice"):
        return []
    low, high = variable.hard
    limits = sorted(set(table.cuts(variable.name, None, {})))
    near = (limit + k * variable.step for limit in limits for k in (-1, 0, 1))
    values = [round(value, 6) for value in near if low <= value <= high]
    return [int(value) for value in values] if variable.kind == "integer" else values


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
