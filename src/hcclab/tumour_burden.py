"""Tumour burden: criteria for transplantation."""

from __future__ import annotations

from hcclab.rules import Rule, RuleTable
from hcclab.sources import MAZZAFERRO_1996
from hcclab.systems import System
from hcclab.variables import (
    extrahepatic_spread,
    largest_tumour_cm,
    macrovascular_invasion,
    tumour_count,
)

_CONFINED = ~macrovascular_invasion & ~extrahepatic_spread

MILAN = RuleTable(
    "milan",
    "Milan criteria",
    MAZZAFERRO_1996,
    rules=[
        Rule("in", (tumour_count == 1) & (largest_tumour_cm <= 5) & _CONFINED),
        Rule("in", (tumour_count <= 3) & (largest_tumour_cm <= 3) & _CONFINED),
        Rule("out"),
    ],
    meanings={"in": "transplantation likely to serve", "out": "beyond the criteria"},
)

milan = System(
    "milan",
    "Milan criteria",
    (MILAN,),
    domain="transplantation",
    example={
        "tumour_diameters_cm": [3.0, 2.0],
        "macrovascular_invasion": False,
        "extrahepatic_spread": False,
    },
    notes=("There is no smallest size; United States allocation adds one, Milan does not.",),
)
