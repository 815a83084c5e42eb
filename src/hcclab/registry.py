"""The systems that hcclab knows, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Mapping

from hcclab import (
    diagnosis,
    dosimetry,
    embolisation,
    liver_function,
    meld_scores,
    resection,
    response,
    risk,
    staging,
    surveillance,
    thermal_dose,
    tumour_burden,
)
from hcclab.systems import DOMAINS, System
from hcclab.variables import did_you_mean

MODULES = (
    liver_function,
    risk,
    meld_scores,
    surveillance,
    diagnosis,
    tumour_burden,
    staging,
    embolisation,
    response,
    dosimetry,
    thermal_dose,
    resection,
)

SYSTEMS: Mapping[str, System] = {
    system.key: system
    for domain in DOMAINS
    for module in MODULES
    for system in vars(module).values()
    if isinstance(system, System) and system.domain == domain
}


def find_system(key: str) -> System:
    """Look a system up by its key.

    Raises
    ------
    ValueError
        Naming the nearest known keys, or saying what a name means that is no system.

    Examples
    --------
    >>> find_system("albi").title
    'ALBI'
    """
    if key not in SYSTEMS:
        if no_system := staging.NOT_SYSTEMS.get(key.strip().lower()):
            raise ValueError(no_system)
        raise ValueError(f"system {key} is not known; {did_you_mean(key, SYSTEMS)}")
    return SYSTEMS[key]
