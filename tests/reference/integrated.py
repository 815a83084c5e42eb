"""One patient through every system, as a student would enter one."""

from __future__ import annotations

from typing import Any

from tests.reference import Adapter

NUMBERS = {
    "albi": "albi",
    "meld": "meld",
    "meld_na": "meld_na",
    "meld3": "meld_3_0",
    "fib4": "fib_4",
    "apri": "apri",
    "amap": "amap",
    "page_b": "page_b",
    "mpage_b": "mpage_b",
    "afp_model": "french_afp_model",
    "clip": "clip",
    "jis": "jis",
    "tbs": "tbs",
    "ttv": "ttv",
}
GRADES = {
    "bclc": "bclc_2022",
    "cnlc": "cnlc",
    "okuda": "okuda",
    "hklc": "hklc",
    "six12": "six_and_twelve",
}
CRITERIA = {
    "milan": "milan",
    "ucsf": "ucsf",
    "up_to_7": "up_to_7",
    "metroticket2": "metroticket_2",
}
POINTS_AND_CLASSES = {
    "child_pugh": "child_pugh",
    "hap": "hap",
    "mhap2": "mhap_2",
    "albi_tae": "albi_tae",
}
BRANCH_INVADED = {
    "vascular_invasion": "major",
    "portal_vein_thrombosis": True,
    "intrahepatic_vascular_invasion": True,
    "extrahepatic_vascular_invasion_or_metastasis": False,
    "vascular_invasion_or_metastasis": "intrahepatic",
}
"""What the finding of a tumour in a main portal branch is called in the different systems."""


def _patient(inputs: dict[str, Any]) -> dict[str, Any]:
    vascular = inputs.pop("vascular")
    invaded = {None: {}, "major": BRANCH_INVADED}[vascular]
    return inputs | {"macrovascular_invasion": bool(vascular)} | invaded


def _integrated(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    patient = _patient(inputs)

    def result(key: str) -> Any:
        return getattr(hcc, key).assess(patient)

    tumour, score = result("ita_li_ca_tumour"), result("ita_li_ca")
    return {
        **{name: result(key).value for name, key in NUMBERS.items()},
        **{name: result(key).grade for name, key in GRADES.items()},
        **{name: {"in": True, "out": False}[result(key).grade] for name, key in CRITERIA.items()},
        **{n: [result(k).value, result(k).grade] for n, k in POINTS_AND_CLASSES.items()},
        "albi_grade": int(result("albi").grade),
        "malbi": result("albi").values["malbi_grade"],
        "ajcc": [result("ajcc_8").values["ajcc_8_t"], result("ajcc_8").grade],
        "lcsgj_t": int(result("lcsgj").values["lcsgj_t"].removeprefix("T")),
        "italica": [tumour.grade, score.value],
    }


ADAPTERS: dict[str, Adapter] = {"Integrated case": _integrated}
