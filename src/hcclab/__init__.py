"""hcclab: a teaching toolkit on hepatocellular carcinoma.

For education, not for patient care.

Every system is a callable of its key; every rule table stands under its name in capitals.

>>> import hcclab as hcc
>>> hcc.albi(bilirubin_umol_l=20, albumin_g_l=38).grade
'2'
>>> hcc.BCLC_2022.outcomes
('D', 'C', '0', 'A', 'B')
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_GENERAL = {"assess": "patient", "score": "cohort", "SYSTEMS": "registry", "VARIABLES": "variables"}
_CLINICAL = (
    "liver_function",
    "meld_scores",
    "risk",
    "surveillance",
    "diagnosis",
    "tumour_burden",
    "staging",
    "treatment",
    "embolisation",
    "response",
    "dosimetry",
    "thermal_dose",
    "resection",
)


def __getattr__(name: str) -> Any:
    """Load what is asked for and no more, so that importing hcclab takes no time."""
    if name in _GENERAL:
        return getattr(import_module(f"hcclab.{_GENERAL[name]}"), name)
    if not name.startswith("_"):
        for module in _CLINICAL:
            offered = import_module("hcclab.systems").offered(import_module(f"hcclab.{module}"))
            if name in offered:
                return offered[name]
    raise AttributeError(f"module hcclab has no attribute {name}")


def __dir__() -> list[str]:
    offered = import_module("hcclab.systems").offered
    clinical = (offered(import_module(f"hcclab.{module}")) for module in _CLINICAL)
    return sorted({"__version__", *_GENERAL, *(name for names in clinical for name in names)})
