"""Worked cases of risk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any


def _graded(key: str) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    def work(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        result = getattr(hcc, key)(**inputs)
        return {"score": result.value, "category": result.grade}

    return work


def _amap_category(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    # A man with ALBI -2.4 and 200 platelets; this age gives the score wanted.
    risk = float(inputs["amap"]) / 100 * 14.77 - 7.4
    patient = {
        "age_years": (risk - 0.89 + 0.48 * 2.4 + 0.01 * 200) / 0.06,
        "sex": "male",
        "bilirubin_umol_l": 10,
        "albumin_g_l": (0.66 + 2.4) / 0.085,
        "platelets_1e9_l": 200,
    }
    return {"category": hcc.amap(**patient).grade}


def _galad(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    try:
        result = hcc.galad(**inputs)
    except ValueError as error:
        refused = re.match(r"(\w+)_mau_ml is not an input .* \1_(ng_ml)", str(error))
        return {"error": refused and f"{refused[1]}_unit_not_{refused[2]}"}
    return {
        "z": result.value,
        "probability": result.values["galad_probability"],
        "positive_at_-0.63": result.grade == "positive",
    }


ADAPTERS = {
    "FIB-4": _graded("fib_4"),
    "APRI": _graded("apri"),
    "aMAP": _graded("amap"),
    "aMAP_category": _amap_category,
    "PAGE-B": _graded("page_b"),
    "mPAGE-B": _graded("mpage_b"),
    "GALAD": _galad,
}
