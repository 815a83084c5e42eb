"""Worked cases of response to treatment."""

from __future__ import annotations

from typing import Any


def _recist(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"target_response": hcc.recist_1_1(**{"complete": False} | inputs).grade}


def _mrecist(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    # The rows state a complete response beside a sum of 0, which says the same.
    sums = {f"viable_{name}": value for name, value in inputs.items() if name != "complete"}
    return {"target_response": hcc.mrecist(**sums).grade}


def _overall(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"overall": hcc.overall_response(**inputs).grade}


ADAPTERS = {"RECIST 1.1": _recist, "mRECIST": _mrecist, "Overall response": _overall}
