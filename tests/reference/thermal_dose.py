"""Worked cases of thermal dose."""

from __future__ import annotations

from typing import Any


def _cem43(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"cem43_min": hcc.heat_dose(**inputs).values["cem43"]}


def _seconds(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"seconds": hcc.arrhenius_seconds(**inputs)}


ADAPTERS = {
    "CEM43": _cem43,
    "Arrhenius time to omega 1": _seconds,
}
