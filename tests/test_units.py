"""Two units of one quantity are two ways to say one thing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.intake import Patient
from hcclab.measurement import Quantity
from hcclab.registry import SYSTEMS
from hcclab.systems import System
from hcclab.variables import QUANTITIES
from tests.patients import patients

# Well away from every limit, because papers that print two units print limits that differ a little.
BETWEEN_LIMITS = {
    "bilirubin": [8.0, 14.0, 20.0, 29.0, 44.0, 60.0, 100.0, 300.0],
    "albumin": [18.0, 24.0, 29.0, 32.0, 37.0, 43.0],
    "creatinine": [0.6, 1.3, 2.2, 3.7, 5.1],
    "nodule": [7.0, 12.0, 16.0, 24.0, 61.0],
}
PAIRS = [
    pytest.param(system, quantity, id=f"{system.key}-{quantity.label}")
    for quantity in QUANTITIES
    for system in SYSTEMS.values()
    if set(quantity.names) <= set(system.names)
]


@pytest.mark.parametrize(("system", "quantity"), PAIRS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_either_unit_gives_the_same_results(
    system: System, quantity: Quantity, data: st.DataObject
) -> None:
    others = tuple(name for name in system.names if name not in quantity.names)
    patient = data.draw(patients(others, gaps=False))
    value = data.draw(st.sampled_from(BETWEEN_LIMITS[quantity.label]))
    one, other = (results(system, patient, unit.name, value / f) for unit, f in quantity.units)
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == pytest.approx(other[name]), name


def results(system: System, patient: dict[str, Any], name: str, value: float) -> dict[str, Any]:
    return system.assess(Patient.read({**patient, name: value})).values
