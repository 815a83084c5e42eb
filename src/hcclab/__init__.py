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

PLACES = {
    "assess": "hcclab.patient",
    "score": "hcclab.cohort",
    "SYSTEMS": "hcclab.registry",
    "VARIABLES": "hcclab.variables",
}
"""Where the general names are found; the clinical ones are found in the clinical modules."""


def __getattr__(name: str) -> Any:
    """Load what is asked for, and no more: `import hcclab` takes no time at all."""
    if name.startswith("_"):
        raise AttributeError(f"module hcclab has no attribute {name}")
    if name in PLACES:
        found = getattr(import_module(PLACES[name]), name)
    else:
        public = import_module("hcclab.registry").PUBLIC
        if name not in public:
            raise AttributeError(f"module hcclab has no attribute {name}")
        found = public[name]
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    public = import_module("hcclab.registry").PUBLIC
    return sorted({*globals(), *PLACES, *public})
