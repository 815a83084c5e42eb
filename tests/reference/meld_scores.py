"""Worked cases of the MELD family."""

from __future__ import annotations

from typing import Any


def _meld(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.meld(**inputs).value}


def _meld_na(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.meld_na(**inputs).value}


def _meld_na_2008(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.meld_na_2008_score(**inputs)}


def _meld_3_0(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.meld_3_0(**inputs).value}


def _survival(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"survival_90d": hcc.meld_3_0_survival(inputs["meld3"])}


ADAPTERS = {
    "MELD": _meld,
    "MELD-Na": _meld_na,
    "MELD-Na (Kim 2008)": _meld_na_2008,
    "MELD 3.0": _meld_3_0,
    "MELD 3.0 S90": _survival,
}
