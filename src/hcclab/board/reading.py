"""What the package says of a teaching case: the key to every question of a tumour board."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hcclab.diagnosis import (
    LI_RADS_BEFORE_ANCILLARY,
    LIRADS_ELIGIBILITY,
    li_rads,
    lirads_eligibility,
)
from hcclab.intake import Patient
from hcclab.liver_function import albi, child_pugh
from hcclab.rules import Explanation
from hcclab.staging import bclc_2022, cnlc
from hcclab.systems import Result
from hcclab.teaching_cases import Case, Meeting, load, load_meetings
from hcclab.variables import (
    TUMOUR_LIST,
    extrahepatic_spread,
    macrovascular_invasion,
    tumour_count,
)

NOT_FOR = "not for LI-RADS"
NO_STAGE = "no stage"


@dataclass(frozen=True)
class Reading:
    """What follows from the findings of a case, or from one misreading of them.

    Attributes
    ----------
    case, meeting
        The fictional patient.
    patient
        The findings as read.
    category
        A LI-RADS category to take for granted; by default the findings of nodule 1 decide.
    """

    case: Case
    meeting: Meeting
    patient: Patient
    category: str = ""

    @classmethod
    def of(cls, case_id: str) -> Reading:
        """Read a teaching case."""
        case, meeting = load(case_id), load_meetings()[case_id]
        return cls(case, meeting, Patient.read({**case.findings, **meeting.findings}))

    @cached_property
    def index_nodule(self) -> Patient:
        """Findings of nodule 1; no major feature is left out of the report."""
        unseen = {"not_categorisable": False, "nontargetoid_lrm_feature": False}
        return Patient.read({**unseen, **self.meeting.nodules[0].findings})

    @cached_property
    def eligible(self) -> bool:
        """Whether LI-RADS may be used in this patient."""
        return bool(lirads_eligibility.assess(self.patient).grade == "eligible")

    @cached_property
    def established(self) -> bool:
        """Whether HCC is proven, by imaging or under the microscope."""
        return self.keys["li_rads"] == "LR-5" or self.meeting.biopsied == "HCC"

    @cached_property
    def staged(self) -> Patient:
        """The patient with the tumours of the scan, where the case itself was never staged."""
        if tumour_count.name in self.patient:
            return self.patient
        sizes = [float(n.findings["size_mm"]) / 10 for n in self.meeting.nodules if n.counts]
        clear = {macrovascular_invasion.name: False, extrahepatic_spread.name: False}
        return Patient.read({**self.patient, TUMOUR_LIST: sizes, **clear})

    @cached_property
    def results(self) -> dict[str, Result]:
        """The result of each system, by question."""
        return {
            "child_pugh": child_pugh.assess(self.patient),
            "albi": albi.assess(self.patient),
            "li_rads": li_rads.assess(self.index_nodule),
            "bclc": bclc_2022.assess(self.staged),
            "cnlc": cnlc.assess(self.staged),
        }

    @cached_property
    def keys(self) -> dict[str, str]:
        """The right answer to each question but the plan."""
        keys = {name: str(result.grade) for name, result in self.results.items()}
        keys["li_rads"] = self.category or (keys["li_rads"] if self.eligible else NOT_FOR)
        if keys["li_rads"] != "LR-5" and self.meeting.biopsied != "HCC":
            keys |= {"bclc": NO_STAGE, "cnlc": NO_STAGE}
        return keys

    def explanation(self, name: str) -> Explanation:
        """Return why the rule table of a question gave its answer."""
        if name == "li_rads":
            if not self.eligible:
                return LIRADS_ELIGIBILITY.explain(self.patient)
            return LI_RADS_BEFORE_ANCILLARY.explain(self.index_nodule)
        return self.results[name].explanations[0]
