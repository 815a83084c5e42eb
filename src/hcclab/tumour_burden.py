"""Tumour burden: criteria for transplantation."""

from __future__ import annotations

from hcclab.rules import Rule, RuleTable
from hcclab.sources import MAZZAFERRO_1996
from hcclab.systems import Result, System
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

MILAN_CRITERIA = System("milan", "Milan criteria", grades=(MILAN,))


def milan(
    *,
    tumour_diameters_cm: list[float] | str | None = None,
    tumour_count: int | None = None,
    largest_tumour_cm: float | None = None,
    macrovascular_invasion: bool | None = None,
    extrahepatic_spread: bool | None = None,
) -> Result:
    """Check the Milan criteria: one tumour up to 5 cm, or up to 3 of up to 3 cm each.

    There is no smallest size; the United States allocation policy adds one, Milan does not.

    Parameters
    ----------
    tumour_diameters_cm
        Diameter of every tumour, cm; or `tumour_count` and `largest_tumour_cm` instead.
    macrovascular_invasion, extrahepatic_spread
        Seen on imaging; either puts the patient outside.

    Returns
    -------
    Result
        `.grade` is ``"in"`` or ``"out"``, None if it cannot be decided.

    Raises
    ------
    ValueError
        If a value is impossible.

    References
    ----------
    Mazzaferro 1996, doi:10.1056/NEJM199603143341104 [verified twice].

    Examples
    --------
    >>> confined = dict(macrovascular_invasion=False, extrahepatic_spread=False)
    >>> milan(tumour_diameters_cm=[5.0], **confined).grade
    'in'
    >>> milan(tumour_diameters_cm=[1, 1, 1, 1]).grade
    'out'
    """
    return MILAN_CRITERIA.assess(locals())
