"""How the cases on embolisation are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Inputs = dict[str, Any]

NAMES = {"largest_cm": "largest_tumour_cm", "n_tumours": "tumour_count"}


def _ask(system: Any, inputs: Inputs) -> Any:
    known = {NAMES.get(name, name): value for name, value in inputs.items()}
    return system(**{name: value for name, value in known.items() if name in system.inputs})


def _hap(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    hap, mhap = _ask(hcc.hap, inputs), _ask(hcc.mhap_2, inputs)
    return {"hap": [hap.value, hap.grade], "mhap2": [mhap.value, mhap.grade]}


def _albi_tae(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    result = _ask(hcc.albi_tae, inputs)
    return {"points": result.value, "class": result.grade}


def _art(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    result = hcc.art(**inputs)
    return {"score": result.value, "group": result.grade}


def _abcr(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    return {"score": hcc.abcr(**inputs).value}


def _six_and_twelve(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    return {"stratum": hcc.six_and_twelve(**inputs).grade}


def _bolondi(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    # Stage B is the condition of the rows; a thrombus not mentioned was not found.
    grade = hcc.bolondi(bclc="B", portal_vein_thrombosis=False, **inputs).grade
    return {"subclass": None if grade == "unclassified" else grade}


def _kinki(hcc: Any, inputs: Inputs) -> dict[str, Any]:
    grade = hcc.kinki(bclc="B", **inputs).grade
    return {"subclass": None if grade == "unclassified" else grade}


ADAPTERS: dict[str, Callable[[Any, Inputs], dict[str, Any]]] = {
    "HAP": _hap,
    "ALBI-TAE": _albi_tae,
    "ART": _art,
    "ABCR": _abcr,
    "six-and-twelve": _six_and_twelve,
    "Bolondi": _bolondi,
    "Kinki": _kinki,
}
