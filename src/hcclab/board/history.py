"""The history of a teaching case, part by part, in words."""

from __future__ import annotations

from hcclab.board.reading import NO_STAGE, Reading
from hcclab.criteria import capitalise
from hcclab.intake import Patient
from hcclab.staging import PERFORMANCE_STATUS
from hcclab.teaching_cases import Nodule
from hcclab.variables import VARIABLES


def _tell(reading: Reading, *names: str) -> list[tuple[str, str]]:
    patient = reading.patient
    return [
        (
            capitalise(VARIABLES[name].label.removesuffix(" grade")),
            VARIABLES[name].show(patient[name]),
        )
        for name in names
        if name in patient
    ]


_CAUSES = {
    "none": "no liver disease",
    "HBV": "hepatitis B",
    "HCV": "hepatitis C",
    "MASLD": "fatty liver (MASLD)",
}


def _who(reading: Reading) -> list[tuple[str, str]]:
    case, patient = reading.case, reading.patient
    sex = {"male": "Man", "female": "Woman"}[patient["sex"]]
    cause = case.aetiology
    for short, words in _CAUSES.items():
        cause = cause.replace(short, words)
    cirrhosis = "cirrhosis" if patient["cirrhosis"] else "no cirrhosis"
    return [
        ("Patient", f"{sex}, {patient['age_years']:g}; {cause}; {cirrhosis}"),
        ("History", reading.meeting.history),
        *_tell(
            reading, "bilirubin_umol_l", "bilirubin_mg_dl", "albumin_g_l", "albumin_g_dl", "inr"
        ),
        *_tell(reading, "platelets_1e9_l", "ascites", "encephalopathy_grade"),
    ]


def _scan(reading: Reading) -> list[tuple[str, str]]:
    rows = [
        (f"Nodule {number}", describe(nodule))
        for number, nodule in enumerate(reading.meeting.nodules, 1)
    ]
    besides = reading.meeting.found_besides
    if not reading.patient.get("macrovascular_invasion"):
        besides += " No tumour in a large vessel."
    if not reading.patient.get("extrahepatic_spread"):
        besides += " Nothing suspicious outside the liver."
    biopsy = [("Biopsy", "taken, the report comes with the reveal")]
    return [
        *rows,
        ("Besides", besides.strip()),
        *_tell(reading, "afp_ng_ml", "dcp_mau_ml"),
        *(biopsy if reading.meeting.biopsied else []),
    ]


def describe(nodule: Nodule) -> str:
    """Put a nodule into words.

    Examples
    --------
    >>> from hcclab.teaching_cases import load_meetings
    >>> describe(load_meetings()["c01"].nodules[0])
    'segment VI, 18 mm: nonrim APHE, washout'
    """
    seen = Patient.read(nodule.findings)
    numeral = nodule.segment.replace("/", "").strip("IV") == ""
    where = f"segment {nodule.segment}" if numeral else nodule.segment
    signs = [{"none": "no APHE", "rim": "rim APHE", "nonrim": "nonrim APHE"}[seen["aphe"]]]
    named = {
        "washout": "washout",
        "capsule": "enhancing capsule",
        "threshold_growth": "threshold growth",
        "targetoid": "targetoid",
        "tumour_in_vein": "tumour in the vein",
    }
    signs += [words for name, words in named.items() if seen[name]]
    if not seen["washout"]:
        signs.append("no washout")
    note = f" ({nodule.note})" if nodule.note else ""
    return f"{where}, {seen['size_mm']:g} mm: {', '.join(signs)}{note}"


def _fitness(reading: Reading) -> list[tuple[str, str]]:
    patient = reading.patient
    remarks = PERFORMANCE_STATUS.explain(patient).remarks
    words = next(remark.text for remark in remarks if remark.name.startswith("ps_"))
    comorbidity = reading.meeting.comorbidity or "nothing else of note"
    return [
        ("Performance", f"ECOG {patient['ecog']}: {words}"),
        ("Besides", comorbidity),
        *([("Biopsy", f"the report says {b}")] if (b := reading.meeting.biopsied) else []),
    ]


def _on_the_table(reading: Reading) -> list[tuple[str, str]]:
    keys = reading.keys
    stage = f"BCLC {keys['bclc']}; CNLC {keys['cnlc']}"
    return [
        ("Liver", f"Child-Pugh {keys['child_pugh']}; ALBI grade {keys['albi']}"),
        ("Diagnosis", keys["li_rads"] + (", biopsy HCC" if reading.meeting.biopsied else "")),
        ("Stage", stage if keys["bclc"] != NO_STAGE else NO_STAGE),
    ]


HISTORY = {"liver": _who, "diagnosis": _scan, "stage": _fitness, "plan": _on_the_table}


"""What tells each part, by name of the step."""
