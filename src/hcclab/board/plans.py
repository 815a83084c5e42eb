"""What a tumour board can decide, and why a plan is not the first choice for a patient."""

from __future__ import annotations

from dataclasses import dataclass

from hcclab.board.reading import NOT_FOR, Reading
from hcclab.criteria import Criterion
from hcclab.diagnosis import lirads_facts
from hcclab.liver_function import CHILD_PUGH_CLASS
from hcclab.staging import BCLC_2022, CNLC
from hcclab.tumour_burden import MILAN, UP_TO_7
from hcclab.variables import (
    current_or_prior_hcc,
    extrahepatic_spread,
    largest_tumour_cm,
    macrovascular_invasion,
    platelets_1e9_l,
    tumour_count,
)

PLANS = {
    "resection": "resection",
    "ablation": "ablation",
    "transplantation": "transplantation",
    "TACE": "chemoembolisation (TACE)",
    "systemic therapy": "systemic therapy",
    "best supportive care": "best supportive care alone",
    "biopsy": "biopsy first",
    "repeat imaging": "no treatment yet, repeat the scan",
    "rescore": "treat what disturbs the liver tests, then score again",
}
"""What the board can decide, by its key in the cases."""


@dataclass(frozen=True)
class Objection:
    """Why a plan is not the first choice, when a finding of the patient says so."""

    plan: str
    when: Criterion
    text: str
    confidence: str


_LOCAL_CURE = (BCLC_2022 == "0") | (BCLC_2022 == "A")
_TERMINAL = BCLC_2022 == "D"
_NO_REASON_FOR_AN_ORGAN = (platelets_1e9_l >= 100) & ~current_or_prior_hcc
_SEVERAL_LARGE = (tumour_count >= 2) & (largest_tumour_cm > 3)

OBJECTIONS = (
    Objection(
        "resection",
        _TERMINAL,
        "Stage D: an operation would cost the time that is left.",
        "verified",
    ),
    Objection(
        "resection",
        extrahepatic_spread,
        "Taking out the liver tumour leaves the spread behind; BCLC C is systemic therapy.",
        "verified",
    ),
    Objection(
        "resection",
        macrovascular_invasion,
        "With a large vessel invaded BCLC offers systemic therapy; CNLC knows surgery for selected "
        "portal thrombi, never first for the main trunk.",
        "verified",
    ),
    Objection(
        "resection",
        CHILD_PUGH_CLASS != "A",
        "A cut liver must live on what is left of it, and this one is past Child-Pugh A.",
        "from memory",
    ),
    Objection(
        "resection",
        tumour_count >= 4,
        "Four or more tumours: BCLC B, for which resection is no first option.",
        "verified",
    ),
    Objection(
        "resection",
        platelets_1e9_l < 100,
        "Few platelets (below 100) point to portal hypertension: a high risk of liver failure "
        "after surgery.",
        "from memory",
    ),
    Objection(
        "ablation",
        _TERMINAL,
        "Stage D: clearing a nodule helps nobody whom the liver or the spread will kill first.",
        "verified",
    ),
    Objection(
        "ablation",
        macrovascular_invasion | extrahepatic_spread,
        "A needle reaches a nodule, not a vessel full of tumour or a spread.",
        "verified",
    ),
    Objection(
        "ablation",
        CHILD_PUGH_CLASS == "C",
        "The nodule would be gone and the failing liver would decide all the same.",
        "from memory",
    ),
    Objection(
        "ablation",
        _SEVERAL_LARGE,
        "Several tumours, one above 3 cm: no longer stage A, where ablation is offered.",
        "verified",
    ),
    Objection(
        "ablation", tumour_count >= 4, "Four or more tumours: too many for needles.", "from memory"
    ),
    Objection(
        "ablation",
        largest_tumour_cm > 5,
        "Above 5 cm a needle no longer clears the tumour dependably (CNLC: one up to 5 cm).",
        "verified",
    ),
    Objection(
        "transplantation",
        macrovascular_invasion | extrahepatic_spread,
        "Invasion of a vessel or spread: the tumour would come back in the new liver.",
        "from memory",
    ),
    Objection(
        "transplantation",
        MILAN == "out",
        "Outside the Milan criteria as it stands. Shrink the tumour first, then ask again.",
        "verified",
    ),
    Objection(
        "transplantation",
        _LOCAL_CURE & (CHILD_PUGH_CLASS == "A") & (tumour_count == 1) & _NO_REASON_FOR_AN_ORGAN,
        "One small tumour in a liver that works can be cured without an organ; keep the transplant "
        "for a relapse.",
        "from memory",
    ),
    Objection(
        "transplantation",
        BCLC_2022 == "C",
        "Stage C by the letter: a transplant is not among its options.",
        "verified",
    ),
    Objection(
        "TACE",
        _TERMINAL,
        "Stage D: it would harm the liver and gain nothing.",
        "verified",
    ),
    Objection(
        "TACE",
        macrovascular_invasion | extrahepatic_spread,
        "BCLC C is systemic therapy. TACE alone does not reach what makes it C; CNLC joins it with "
        "systemic therapy.",
        "verified",
    ),
    Objection(
        "TACE",
        _LOCAL_CURE,
        "Stage 0 or A: something that can cure comes first, TACE where that is not feasible.",
        "verified",
    ),
    Objection(
        "TACE",
        CNLC == "Ia",
        "The anatomy is early (CNLC Ia): resection or ablation comes before TACE.",
        "verified",
    ),
    Objection(
        "TACE",
        UP_TO_7 == "out",
        "Beyond up-to-7 and in both lobes: repeated TACE costs liver and gains little.",
        "from memory",
    ),
    Objection(
        "systemic therapy",
        _TERMINAL,
        "The drug trials took fit patients with a working liver; this is stage D.",
        "verified",
    ),
    Objection(
        "systemic therapy",
        CHILD_PUGH_CLASS == "C",
        "The drug trials took patients with a working liver; this one is Child-Pugh C.",
        "verified",
    ),
    Objection(
        "systemic therapy",
        _LOCAL_CURE,
        "Stage 0 or A: a local treatment can cure; drugs wait until none can be done.",
        "verified",
    ),
    Objection(
        "systemic therapy",
        (BCLC_2022 == "B") & (UP_TO_7 == "in"),
        "Stage B with defined nodules that can be reached: TACE comes before drugs.",
        "verified",
    ),
    Objection(
        "best supportive care",
        BCLC_2022 != "D",
        "BCLC keeps this alone for stage D. Here a treatment buys time.",
        "verified",
    ),
)
"""Read from the top; the first that holds for the patient is told."""


def why_not(plan: str, reading: Reading) -> str:
    """Say why a plan is not the first choice for a patient; empty if nothing speaks against it.

    Parameters
    ----------
    plan
        A key of `PLANS`.
    reading
        The patient, as read.

    Examples
    --------
    >>> from hcclab.board.reading import Reading
    >>> why_not("TACE", Reading.of("c12"))[:28]
    'BCLC C is systemic therapy. '
    >>> why_not("systemic therapy", Reading.of("c12"))
    ''
    """
    category, meeting = reading.keys["li_rads"], reading.meeting
    if plan == "rescore":
        return "" if meeting.confounder else "Nothing in this history explains the tests away."
    if plan == "biopsy":
        return _why_no_biopsy(category, reading)
    if plan == "repeat imaging":
        if reading.established:
            return "The diagnosis is made. Waiting lets the tumour grow out of its stage."
        return _too_likely(category) if category == "LR-M" else ""
    if not reading.established:
        return _not_proven(plan, category)
    if meeting.plans == ("rescore",):
        return f"Not yet: first deal with {meeting.confounder}, then score again and decide."
    for objection in OBJECTIONS:
        if objection.plan == plan and objection.when.truth(reading.staged) is True:
            return f"{objection.text} [{objection.confidence}]"
    return ""


def _why_no_biopsy(category: str, reading: Reading) -> str:
    if reading.meeting.biopsied:
        return "It was done, and it says HCC."
    if category == "LR-5":
        return "In a patient at risk LR-5 is HCC without a needle. [verified]"
    if category == "LR-3":
        step = lirads_facts(category)
        return f"After LR-3 the usual next step is another: {step.next_step}. [{step.confidence}]"
    return ""


def _too_likely(category: str) -> str:
    facts = lirads_facts(category)
    return (
        f"Of 100 {category} observations {facts.malignant_percent} are malignant: find out now. "
        f"[{facts.confidence}]"
    )


def _not_proven(plan: str, category: str) -> str:
    if plan == "best supportive care":
        return "No cancer is proven, and the patient is well."
    if category == NOT_FOR:
        return "LI-RADS is not for this patient and there was no biopsy: no HCC is proven."
    facts = lirads_facts(category)
    return (
        f"No HCC is proven: of 100 {category} observations {facts.hcc_percent} are HCC. "
        f"[{facts.confidence}]"
    )
