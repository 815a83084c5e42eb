"""Diagnosis: LI-RADS and the Chinese guideline."""

from __future__ import annotations

from typing import Any

LOOKED_FOR: dict[str, Any] = {
    "not_categorisable": False,
    "tumour_in_vein": False,
    "benign": "none",
}
"""What a row does not mention was looked for and not found."""

REASONS = {
    "under 18": "age_under_18",
    "vascular cirrhosis": "vascular_cirrhosis",
    "congenital hepatic fibrosis": "congenital_hepatic_fibrosis",
    "not high risk": "not_high_risk",
}
RESULTS = {
    "not applicable": "not_applicable",
    "HCC": "HCC",
    "biopsy": "biopsy",
    "biopsy or follow-up": "biopsy_or_followup",
}


def _ct_mri(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    unseen = {**LOOKED_FOR, "targetoid": False, "nontargetoid_lrm_feature": False}
    return {"category": hcc.li_rads(**(unseen | inputs)).grade}


def _eligibility(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    unseen = {"cirrhosis_cause": "other", "chronic_hbv": False, "current_or_prior_hcc": False}
    outcome = hcc.lirads_eligibility(**(unseen | inputs)).grade
    return {"eligible": outcome == "eligible", "reason": REASONS.get(outcome)}


def _growth(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"threshold_growth": hcc.lirads_threshold_growth(**inputs).grade == "yes"}


def _ceus(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"category": hcc.ceus_li_rads(**(LOOKED_FOR | inputs)).grade}


def _china(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"result": RESULTS[hcc.china_diagnosis(**inputs).grade]}


ADAPTERS = {
    "LI-RADS CT/MRI v2018": _ct_mri,
    "LI-RADS eligibility": _eligibility,
    "LI-RADS threshold growth": _growth,
    "CEUS LI-RADS v2017": _ceus,
    "China non-invasive diagnosis": _china,
}
