"""The systems that hcclab knows, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Mapping

from hcclab import liver_function, staging, tumour_burden
from hcclab.systems import System

SYSTEMS: Mapping[str, System] = {
    system.key: system
    for module in (liver_function, staging, tumour_burden)
    for system in vars(module).values()
    if isinstance(system, System)
}
