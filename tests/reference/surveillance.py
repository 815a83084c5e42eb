"""Surveillance: ultrasound and recall."""

from __future__ import annotations

from typing import Any

ACTIONS = {
    "diagnostic CT or MRI": "diagnostic_ct_or_mri",
    "ultrasound in 3-6 months": "repeat_us_3_6_months",
    "ultrasound in 6 months": "continue_6_months",
}


def _ultrasound(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    # In these rows no size means that nothing was seen.
    seen = inputs | {"observation_mm": inputs["observation_mm"] or 0}
    looked_for = {"definitely_benign": False, "new_thrombus_in_vein": False}
    return {"category": hcc.us_li_rads(**(looked_for | seen)).grade}


def _recall(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"action": ACTIONS[hcc.surveillance_recall(**inputs).grade]}


ADAPTERS = {"US LI-RADS": _ultrasound, "Surveillance recall": _recall}
