"""Worked cases of liver function."""

from __future__ import annotations

import re
from typing import Any


def _albi(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    try:
        result = hcc.albi(**inputs)
    except ValueError as error:
        refused = re.match(r"([a-z]+)_\w+=\S+ outside ", str(error))
        return {"error": refused and f"{refused[1]}_out_of_range"}
    return {
        "value": result.value,
        "score": result.value,
        "grade": result.grade and int(result.grade),
        "malbi": result.grades["malbi_grade"],
        "missing": result.missing,
    }


def _albi_from_score(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    # log10(10) = 1, so this albumin gives the score wanted.
    albumin = (0.66 - inputs["albi_score"]) / 0.085
    return _albi(hcc, {"bilirubin_umol_l": 10, "albumin_g_l": albumin})


def _ez_albi(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.ez_albi(**inputs)
    return {"score": result.value, "grade": int(result.grade)}


def _palbi(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.palbi(**inputs)
    return {"score": result.value, "grade": int(result.grade)}


def _palbi_from_score(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    # The logarithms of 10 and 100 are 1 and 2, so this albumin gives the score wanted.
    albumin = (2.02 - 0.37 - 3.48 * 2 + 1.01 * 4 - inputs["palbi_score"]) / 0.04
    return _palbi(hcc, {"bilirubin_umol_l": 10, "albumin_g_l": albumin, "platelets_1e9_l": 100})


def _child_pugh(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.child_pugh(**inputs)
    return {
        "score": result.value,
        "class": result.grade,
        "score_range": result.interval,
        "possible_classes": result.possible,
        "missing": result.missing,
    }


ADAPTERS = {
    "ALBI": _albi,
    "ALBI_grade_from_score": _albi_from_score,
    "EZ-ALBI": _ez_albi,
    "PALBI": _palbi,
    "PALBI_grade_from_score": _palbi_from_score,
    "Child-Pugh": _child_pugh,
}
