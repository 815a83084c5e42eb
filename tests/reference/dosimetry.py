"""Worked cases of dosimetry."""

from __future__ import annotations

from typing import Any


def _value(system: str, output: str) -> Any:
    return lambda hcc, inputs: {output: getattr(hcc, system)(**inputs).value}


def _columns(system: str, **outputs: str) -> Any:
    def adapter(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
        values = getattr(hcc, system)(**inputs).values
        return {output: values[column] for output, column in outputs.items()}

    return adapter


def _resin(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    return {"activity_gbq": hcc.y90_resin_activity(**inputs, lung_shunt_fraction=0.0).value}


def _bsa(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    column = {"dubois": "bsa_du_bois", "mosteller": "bsa_mosteller"}[inputs.pop("formula")]
    return {"bsa_m2": hcc.bsa(**inputs).values[column]}


def _bed(hcc: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    values = hcc.bed(fractions=inputs.pop("n"), **inputs).values
    return {"bed_gy": values["bed"], "eqd2_gy": values["eqd2"]}


ADAPTERS = {
    "Y90 MIRD activity": _value("y90_activity", "activity_gbq"),
    "Y90 MIRD dose": _value("y90_dose", "dose_gy"),
    "Y90 lung dose": _value("y90_lung", "dose_gy"),
    "Y90 lung limit": _value("y90_lung_limit", "max_activity_gbq"),
    "Y90 partition": _columns(
        "y90_partition", tumour_gy="y90_tumour_dose", normal_gy="y90_normal_dose"
    ),
    "Y90 partition activity": _value("y90_partition_activity", "activity_gbq"),
    "Y90 BSA activity": _resin,
    "BSA": _bsa,
    "BED": _bed,
    "BED Y90": _columns("bed_y90", bed_gy="bed_y90", eqd2_gy="eqd2_y90"),
}
