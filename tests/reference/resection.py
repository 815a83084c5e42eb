"""Worked cases of liver volume and resection."""

from __future__ import annotations

from typing import Any


def _volume(column: str) -> Any:
    return lambda hcc, inputs: {"tlv_ml": hcc.liver_volume(**inputs).values[column]}


def _remnant(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    found = hcc.remnant(sflr_percent=inputs["sflr_percent"], liver_background=inputs["liver"])
    return {"sufficient": found.grade == "sufficient"}


def _makuuchi(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"max_resection": hcc.makuuchi(**inputs).grade.replace(" ", "_")}


ADAPTERS = {
    "TLV Vauthey": _volume("liver_volume"),
    "TLV Urata": _volume("liver_volume_urata"),
    "FLR threshold": _remnant,
    "Makuuchi": _makuuchi,
}
