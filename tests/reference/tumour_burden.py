"""How the cases on tumour burden and transplantation are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Inputs = dict[str, Any]

CONFINED = {"macrovascular_invasion": False, "extrahepatic_spread": False}
"""In these rows a finding that is not mentioned was looked for and not found."""

BY_KEY = {
    "milan": "milan",
    "ucsf": "ucsf",
    "up_to_7": "up_to_7",
    "hangzhou": "hangzhou",
    "metroticket2_within": "metroticket_2",
}
TRUTH = {"in": True, "out": False, None: None}


def _within(system: Any, inputs: Inputs) -> bool | None:
    known = {n: v for n, v in (CONFINED | inputs).items() if n in system.inputs}
    return TRUTH[system(**known).grade]


def _transplant_criteria(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    return {key: _within(getattr(hcc, name), inputs) for key, name in BY_KEY.items()}


def _french_afp_model(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    result = hcc.french_afp_model(**inputs)
    return {"score": result.value, "low_risk": result.grade == "low"}


def _ttv(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    return {"ttv_cm3": hcc.ttv(**inputs).value}


def _criteria(name: str) -> Callable[[Any, Inputs], dict[str, Any]]:
    return lambda hcc, inputs: {"within": _within(getattr(hcc, name), inputs)}


def _downstaging(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    return {"eligible": hcc.unos_downstaging(**(CONFINED | inputs)).grade == "eligible"}


def _tbs(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    result = hcc.tbs(**inputs)
    return {"score": result.value, "category": result.grade}


ADAPTERS: dict[str, Callable[[Any, Inputs], dict[str, Any]]] = {
    "Transplant criteria": _transplant_criteria,
    "French AFP model": _french_afp_model,
    "TTV": _ttv,
    "TTV-AFP": _criteria("ttv_afp"),
    "Kyoto": _criteria("kyoto"),
    "UNOS-DS eligibility": _downstaging,
    "TBS": _tbs,
}
