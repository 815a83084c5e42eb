"""hcclab: a teaching toolkit on hepatocellular carcinoma.

For education, not for patient care.

>>> import hcclab as hcc
>>> hcc.albi(bilirubin_umol_l=20, albumin_g_l=38).grade
'2'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hcclab.liver_function import (
    ALBI_GRADE,
    CHILD_PUGH_CLASS,
    CHILD_PUGH_POINTS,
    MALBI_GRADE,
    albi,
    albi_score,
    child_pugh,
)
from hcclab.patient import assess
from hcclab.registry import SYSTEMS
from hcclab.staging import BCLC_2022, LIVER_RESERVE, bclc_2022
from hcclab.tumour_burden import MILAN, milan
from hcclab.variables import VARIABLES

if TYPE_CHECKING:
    from hcclab.cohort import score

__version__ = "0.1.0"

__all__ = [
    "ALBI_GRADE",
    "BCLC_2022",
    "CHILD_PUGH_CLASS",
    "CHILD_PUGH_POINTS",
    "LIVER_RESERVE",
    "MALBI_GRADE",
    "MILAN",
    "SYSTEMS",
    "VARIABLES",
    "albi",
    "albi_score",
    "assess",
    "bclc_2022",
    "child_pugh",
    "milan",
    "score",
]


def __getattr__(name: str) -> Any:
    """Load what needs a data-frame library only when it is asked for."""
    if name == "score":
        from hcclab.cohort import score

        return score
    raise AttributeError(f"module hcclab has no attribute {name}")
