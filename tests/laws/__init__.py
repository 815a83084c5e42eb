"""Laws that every rule table keeps, a file for each kind so that they run side by side."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings

from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.rules import RuleTable
from hcclab.staging import LIVER_RESERVE

TABLES: list[RuleTable] = [t for system in SYSTEMS.values() for t in system.grades]
TABLES.append(LIVER_RESERVE)
by_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.column)
law = settings(max_examples=50, deadline=None)


def ladder(variable: Variable) -> list[Any]:
    """Some values of a variable, mildest first."""
    if variable.kind == "flag":
        return [False, True]
    if variable.kind == "choice":
        return list(variable.choices)
    low, high = variable.usual
    if variable.kind == "integer":
        return list(range(int(low), int(high) + 1))
    return [round(low + (high - low) * i / 12, 3) for i in range(13)]
