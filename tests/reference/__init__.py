"""The worked cases of the clinical reference, and how each system is asked about them.

Every module of this package has a table `ADAPTERS`: from the name of a system in the file of
cases to a function that takes the public names of hcclab and the inputs of a case, and gives the
outputs under the names which the case expects.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "data" / "reference_cases.csv"

Adapter = Callable[[Any, dict[str, Any]], dict[str, Any]]

MODULES = (
    "liver_function",
    "meld_scores",
    "risk",
    "tumour_burden",
    "embolisation",
    "staging",
    "integrated",
    "diagnosis",
    "surveillance",
    "response",
    "dosimetry",
    "thermal_dose",
    "resection",
)


@dataclass(frozen=True)
class Case:
    """One worked case. Expected decimals keep the digits that the file prints."""

    system: str
    case_id: str
    inputs: dict[str, Any]
    expected: dict[str, Any]

    def differences(self, hcc: Any) -> list[str]:
        """Work the case and say where the outcome is not the expected one."""
        actual = ADAPTERS[self.system](hcc, dict(self.inputs))
        return [
            f"{self.case_id}: {key} is {actual.get(key)!r}, expected {wanted!r}"
            for key, wanted in self.expected.items()
            if key not in actual or not agrees(actual[key], wanted)
        ]


def agrees(actual: Any, wanted: Any) -> bool:
    """Tell whether an outcome is the expected one: numbers to the last digit printed."""
    if isinstance(wanted, list):
        return (
            isinstance(actual, list | tuple)
            and len(actual) == len(wanted)
            and all(map(agrees, actual, wanted))
        )
    if isinstance(wanted, bool) or not isinstance(wanted, int | Decimal):
        return type(actual) is type(wanted) and actual == wanted
    if isinstance(actual, bool) or not isinstance(actual, int | float):
        return False
    decimals = -int(Decimal(wanted).as_tuple().exponent)
    return bool(abs(actual - float(wanted)) <= 0.5 * 10**-decimals + 1e-9)


@cache
def cases() -> tuple[Case, ...]:
    """Every case of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Case(
                row["system"],
                row["case_id"],
                json.loads(row["inputs"]),
                json.loads(row["expected"], parse_float=Decimal),
            )
            for row in csv.DictReader(file)
        )


def _adapters() -> Mapping[str, Adapter]:
    adapters: dict[str, Adapter] = {}
    for module in MODULES:
        if find_spec(f"{__name__}.{module}"):
            found = import_module(f"{__name__}.{module}").ADAPTERS
            assert not adapters.keys() & found.keys()
            adapters |= found
    return adapters


ADAPTERS = _adapters()
"""How each system of the file is asked, by the name it has there."""
