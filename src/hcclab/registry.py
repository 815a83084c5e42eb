"""The systems that hcclab knows, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Mapping

from hcclab import liver_function, staging, tumour_burden
from hcclab.systems import System
from hcclab.variables import nearest

SYSTEMS: Mapping[str, System] = {
    system.key: system
    for module in (liver_function, staging, tumour_burden)
    for system in vars(module).values()
    if isinstance(system, System)
}


def find_system(key: str) -> System:
    """Look a system up by its key.

    Raises
    ------
    ValueError
        Naming the nearest known keys.

    Examples
    --------
    >>> find_system("albi").title
    'ALBI'
    """
    if key not in SYSTEMS:
        near = nearest(key, SYSTEMS) or tuple(SYSTEMS)
        raise ValueError(f"system {key} is not known; did you mean {' or '.join(near)}?")
    return SYSTEMS[key]
