"""Staging systems: the worked cases name some findings otherwise, and leave out what is absent."""

from __future__ import annotations

from typing import Any

from tests.reference import Adapter

NAMES = {
    "n_tumours": "tumour_count",
    "largest_cm": "largest_tumour_cm",
    "vascular_tumour_thrombus": "macrovascular_invasion",
    "morphology": "clip_morphology",
    "tumour_stage": "ita_li_ca_tumour_stage",
}
EFFECT = {
    "any": "bclc_0_A_B",
    "C or D": "bclc_C_if_tumour_related",
    "D": "bclc_D_if_tumour_related",
}


def _named(inputs: dict[str, Any]) -> dict[str, Any]:
    return {NAMES.get(name, name): value for name, value in inputs.items()}


def _ecog(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"bclc_effect": EFFECT[hcc.performance_status(**inputs).grade]}


def _bclc(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.bclc_2022(**inputs)
    return {"stage": result.grade, "flags": list(result.flags)}


def _cnlc(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"stage": hcc.cnlc(**_named(inputs)).grade}


def _ajcc(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    grades = hcc.ajcc_8(**inputs).grades
    return {"t": grades["ajcc_8_t"], "stage": grades["ajcc_8"]}


def _okuda(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.okuda(**inputs | {"ascites": "mild" if inputs["ascites"] else "none"})
    return {"points": result.value, "stage": result.grade}


def _clip(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.clip(**_named(inputs)).value}


def _lcsgj(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    result = hcc.lcsgj(**_named(inputs), n=False, m=False)
    return {"t": int(result.values["lcsgj_t"].removeprefix("T"))}


def _jis(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.jis(**inputs).value}


def _albi_t(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.albi_t(**inputs | {"albi_grade": str(inputs["albi_grade"])}).value}


def _hklc(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"stage": hcc.hklc(**_named(inputs)).grade}


def _ita_li_ca_tumour(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    invasion = inputs["vascular_invasion_or_metastasis"] or "none"
    found = inputs | {"vascular_invasion_or_metastasis": invasion}
    return {"stage": hcc.ita_li_ca_tumour(**found).grade}


def _ita_li_ca(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"score": hcc.ita_li_ca(**_named(inputs)).value}


ADAPTERS: dict[str, Adapter] = {
    "ECOG": _ecog,
    "BCLC 2022": _bclc,
    "CNLC": _cnlc,
    "AJCC 8": _ajcc,
    "Okuda": _okuda,
    "CLIP": _clip,
    "LCSGJ T": _lcsgj,
    "JIS": _jis,
    "ALBI-T": _albi_t,
    "HKLC": _hklc,
    "ITA.LI.CA tumour stage": _ita_li_ca_tumour,
    "ITA.LI.CA score": _ita_li_ca,
}
