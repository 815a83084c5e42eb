"""Bugs found in public calculators, made here on purpose: each one is noticed.

For every bug the source of one module is changed in memory, and hcclab is imported anew from it.
The worked cases, or a check that a user would make, must pass on the package as it is and fail on
the package with the bug.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

import hcclab
from tests.reference import cases

PACKAGE = Path(hcclab.__file__).parent
CASES = {case.case_id: case for case in cases()}

Check = Callable[[Any], bool]


@dataclass(frozen=True)
class Bug:
    """A bug: what it does to a patient, where it would stand here, and what notices it."""

    story: str
    module: str
    right: str
    wrong: str
    noticed_by: str | Check

    def passes(self, hcc: Any) -> bool:
        """Tell whether the package does what it should."""
        if callable(self.noticed_by):
            return self.noticed_by(hcc)
        return CASES[self.noticed_by].differences(hcc) == []


class _Loader(SourceFileLoader):
    """Loads one module with a change in its source."""

    bug: Bug

    def get_code(self, fullname: str) -> Any:
        source = self.get_source(fullname)
        assert source is not None and source.count(self.bug.right) == 1, self.bug
        return compile(source.replace(self.bug.right, self.bug.wrong), self.path, "exec")


class _Finder:
    def __init__(self, bug: Bug) -> None:
        self.bug = bug

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != f"hcclab.{self.bug.module}":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None and spec.origin is not None
        loader = _Loader(name, spec.origin)
        loader.bug = self.bug
        spec.loader = loader
        return spec


@contextmanager
def imported_with(bug: Bug) -> Iterator[Any]:
    """Import hcclab anew with a bug; afterwards all is as it was."""
    before = {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "hcclab"}
    for name in before:
        del sys.modules[name]
    finder = _Finder(bug)
    sys.meta_path.insert(0, finder)  # type: ignore[arg-type]
    try:
        yield importlib.import_module("hcclab")
    finally:
        sys.meta_path.remove(finder)  # type: ignore[arg-type]
        for name in [n for n in sys.modules if n.partition(".")[0] == "hcclab"]:
            del sys.modules[name]
        sys.modules.update(before)


def refuses(call: Callable[[Any], Any]) -> Check:
    """Check that something is refused with a reason."""

    def check(hcc: Any) -> bool:
        try:
            call(hcc)
        except ValueError:
            return True
        return False

    return check


def blank_form(hcc: Any) -> bool:
    """An empty form has no stage, and what nobody looked for is not absent."""
    staged = hcc.bclc_2022().grade, hcc.milan(tumour_diameters_cm=[2.0]).grade
    return staged == (None, None)


def every_stage_can_be_reached(hcc: Any) -> bool:
    """One tumour of 2 cm in a healthy patient is very early."""
    return bool(hcc.bclc_2022(**HEALTHY, tumour_diameters_cm=[2.0]).grade == "0")


def slider_at_its_ends_is_a_value(hcc: Any) -> bool:
    """The lowest value of a slider counts as the value it shows."""
    low = hcc.VARIABLES["bilirubin_umol_l"].usual[0]
    try:
        shown = hcc.albi(bilirubin_umol_l=low, albumin_g_l=40).value
    except ValueError:
        return False
    return bool(abs(shown - hcc.albi_score(low, 40)) < 1e-9)


def one_milligram_is_seventeen_micromoles(hcc: Any) -> bool:
    """1 mg/dL of bilirubin, of molar mass 584.66, is 17.1 µmol/L."""
    one, other = hcc.albi(bilirubin_mg_dl=1, albumin_g_l=40), hcc.albi_score(1e4 / 584.66, 40)
    return bool(abs(one.value - other) < 1e-3)


HEALTHY = {
    "macrovascular_invasion": False,
    "extrahepatic_spread": False,
    "ecog": 0,
    "liver": "preserved",
}

BUGS = {
    "ALBI without 0.66": Bug(
        "Bilirubin counts half as much again.",
        *("liver_function", "0.66 * log10", "log10", "ALBI-01"),
    ),
    "ALBI with the natural logarithm": Bug(
        "A well patient is grade 3.",
        *(
            "liver_function",
            "0.66 * log10(bilirubin_umol_l)",
            "0.66 * 2.302585093 * log10(bilirubin_umol_l)",
            "ALBI-01",
        ),
    ),
    "ALBI with −0.0852": Bug(
        "A coefficient copied from a web page; grades flip beside the limit.",
        *("liver_function", "0.085 * albumin_g_l\n", "0.0852 * albumin_g_l\n", "ALBI-02"),
    ),
    "ALBI fed g/dL": Bug(
        "3.8 is taken as 3.8 g/L and gives grade 3 to a well patient.",
        *("variables", "hard=(10, 65),\n    usual=(20, 50),", "hard=(1, 65),\n    usual=(20, 50),"),
        refuses(lambda hcc: hcc.albi(bilirubin_umol_l=20, albumin_g_l=3.8)),
    ),
    "ALBI fed mg/dL": Bug(
        "0.8 is taken as 0.8 µmol/L and gives a sick patient a better grade.",
        *("variables", "hard=(1, 1000),\n    usual=(3, 500),"),
        "hard=(0.06, 1000),\n    usual=(3, 500),",
        refuses(lambda hcc: hcc.albi(bilirubin_umol_l=0.8, albumin_g_l=38)),
    ),
    "ALBI graded after rounding": Bug(
        "−2.5979 is shown as −2.60 and graded 1.",
        *("liver_function", 'ALBI_SCORE = Formula(\n    "albi_score", "ALBI score", albi_score,'),
        'ALBI_SCORE = Formula(\n    "albi_score", "ALBI score", '
        "lambda b, a: round(albi_score(b, a), 2),",
        "ALBI-03",
    ),
    "bilirubin of molar mass 548.66": Bug(
        "Two swapped digits make every converted bilirubin 7 % too high.",
        *("variables", "(bilirubin_umol_l, 1), (bilirubin_mg_dl, 17.1)"),
        *("(bilirubin_umol_l, 1), (bilirubin_mg_dl, 18.23)", one_milligram_is_seventeen_micromoles),
    ),
    "Child-Pugh, INR 1.7 to 2.2": Bug(
        "INR 2.3 scores 3.",
        *("liver_function", "inr <= 2.3", "inr <= 2.2", "CP-12"),
    ),
    "Child-Pugh, albumin 3.5 scores 1": Bug(
        "The band is closed at both ends.",
        *("liver_function", "albumin_g_dl > 3.5", "albumin_g_dl >= 3.5", "CP-06"),
    ),
    "a blank form is staged": Bug(
        "What is unknown is taken as no.",
        *("measurement", "truth: Truth = values.get(self.name, self.default)"),
        *("truth: Truth = bool(values.get(self.name, self.default))", blank_form),
    ),
    "a blank form is stage C": Bug(
        "A comparison with nothing counts as true.",
        *("criteria", "        if value is None:\n            return None\n        if isinstance("),
        "        if value is None:\n            return True\n        if isinstance(",
        blank_form,
    ),
    "a slider whose minimum is no value": Bug(
        "The lowest position stands for something else than it shows.",
        *(
            "variables",
            "hard=(1, 1000),\n    usual=(3, 500),",
            "hard=(1, 1000),\n    usual=(0, 500),",
        ),
        slider_at_its_ends_is_a_value,
    ),
    "MELD with banker's rounding": Bug(
        "22.5 becomes 22.",
        *("elementwise", "float(math.floor(x + 0.5))", "float(round(x))"),
        lambda hcc: importlib.import_module("hcclab.elementwise").half_up(22.5) == 23,
    ),
    "MELD without its creatinine ceiling": Bug(
        "Creatinine 8 counts as 8.",
        *("meld_scores", "ln(_renal(creatinine_mg_dl, dialysis, 4.0))"),
        *("ln(_renal(creatinine_mg_dl, dialysis, 40.0))", "MELD-04"),
    ),
    "MELD bands cut above 40": Bug(
        "The sickest patients get the mortality of those with 30 to 39.",
        *("meld_scores", "MELD_SCORE <= 39", "MELD_SCORE <= 40"),
        lambda hcc: (
            hcc.meld(creatinine_mg_dl=4, bilirubin_mg_dl=30, inr=4, dialysis=False).grade == "≥ 40"
        ),
    ),
    "MELD not rounded before the sodium step": Bug(
        "MELD 11.37 gets the sodium term and becomes 23.",
        *("meld_scores", "    return at_most(half_up(raw), 40.0)", "    return at_most(raw, 40.0)"),
        "MELDNA-08",
    ),
    "MELD-Na 2008 sold as 2016": Bug(
        "A low MELD gets the sodium term too.",
        *("meld_scores", "weight = where(meld > 11, 1.32 - 0.033 * meld, 0.0)"),
        *("weight = 1.32 - 0.033 * meld", "MELDNA-06"),
    ),
    "MELD 3.0, the sex term multiplies": Bug(
        "Women get a third more of everything.",
        *("meld_scores", "    return score if cap is None else at_most(score, cap)"),
        "    score = half_up((score - 1.33 * female) * (1 + 0.33 * female))\n"
        "    return score if cap is None else at_most(score, cap)",
        "MELD3-02",
    ),
    "MELD 3.0, creatinine up to 4": Bug(
        "The ceiling of the old MELD.",
        *("meld_scores", "ln(_renal(creatinine_mg_dl, dialysis, 3.0))"),
        "ln(_renal(creatinine_mg_dl, dialysis, 4.0))",
        lambda hcc: (
            hcc.meld_3_0_score(0, 1, 137, 1, 4.0, 3.5) == hcc.meld_3_0_score(0, 1, 137, 1, 3.0, 3.5)
        ),
    ),
    "GALAD fed mAU/mL": Bug(
        "DCP by another assay adds 2.26 to Z.",
        *("risk", "        + 1.33 * log10(dcp_ng_ml)", "        + 1.33 * log10(dcp_ng_ml * 50)"),
        "GALAD-01",
    ),
    "aMAP rounded before its band": Bug(
        "49.6 is medium.",
        *("risk", "(risk + 7.4) / 14.77 * 100\n", "float(int((risk + 7.4) / 14.77 * 100 + 0.5))\n"),
        "AMAP-01",
    ),
    "HAP with albumin 36 g/dL": Bug(
        "A unit error of ten, as one table prints it: nobody gets the point.",
        *("embolisation", "albumin < 36", "albumin > 360", "HAP-03"),
    ),
    "BCLC, single 2.0 cm is not very early": Bug(
        "Below 2 instead of up to 2.",
        *("staging", 'Rule("0", (tumour_count == 1) & (largest_tumour_cm <= 2))'),
        *('Rule("0", (tumour_count == 1) & (largest_tumour_cm < 2))', "BCLC-01"),
    ),
    "BCLC, a stage that is never reached": Bug(
        "Stage A stands above stage 0.",
        *("staging", '        Rule("0", (tumour_count == 1) & (largest_tumour_cm <= 2)),\n'),
        *("", every_stage_can_be_reached),
    ),
    "BCLC, a single 6 cm nodule is B": Bug(
        "An upper limit that BCLC has not.",
        *("staging", 'Rule("A", tumour_count == 1)'),
        'Rule("A", (tumour_count == 1) & (largest_tumour_cm <= 5))',
        lambda hcc: hcc.bclc_2022(**HEALTHY, tumour_diameters_cm=[6.0]).grade == "A",
    ),
    "BCLC, Child-Pugh B is D": Bug(
        "A patient who can be treated is sent to palliative care.",
        *("staging", 'Rule("D", (reserve == "end_stage") & ~transplantable)'),
        *('Rule("D", ~(reserve == "preserved") & ~transplantable)', "BCLC-17"),
    ),
    "BCLC, performance 1 stays in A": Bug(
        "A hybrid B–C that the system does not have.",
        *("staging", 'Rule("C", (ecog >= 1) & ecog_tumour_related)'),
        *('Rule("C", (ecog >= 2) & ecog_tumour_related)', "BCLC-10"),
    ),
    "BCLC, an impaired liver makes a small tumour A": Bug(
        "The liver changes the stage, where BCLC lets it change the treatment.",
        *("staging", 'Rule("0", (tumour_count == 1) & (largest_tumour_cm <= 2))'),
        'Rule("0", (reserve == "preserved") & (tumour_count == 1) & (largest_tumour_cm <= 2))',
        "BCLC-18",
    ),
    "CNLC, Child-Pugh C is IIIb": Bug(
        "As one public tool has it.",
        *("staging", 'Rule("IV", stated_class == "C"),\n        Rule("IIIb", extrahepatic_spread)'),
        *('Rule("IIIb", (stated_class == "C") | extrahepatic_spread)', "CNLC-09"),
    ),
    "Okuda with closed limits": Bug(
        "Exactly 50 %, 3.0 and 3.0 score points.",
        *("staging", "liver_involvement_percent > 50), Rule(0))"),
        *("liver_involvement_percent >= 50), Rule(0))", "OKUDA-01"),
    ),
    "LI-RADS, any sign of LR-M before LR-5": Bug(
        "Too many LR-M.",
        *("diagnosis", '        Rule("LR-5", _LR_5),\n        Rule("LR-M", targetoid |'),
        '        Rule("LR-M", nontargetoid_lrm_feature | targetoid |',
        "LR-20",
    ),
    "LI-RADS, threshold growth of 2017": Bug(
        "A new observation counts as growth.",
        *("diagnosis", 'Rule("yes", (prior_mm > 0) & (months <= 6) & (DIAMETER_GROWTH >= 50))'),
        'Rule("yes", (months <= 24) & (DIAMETER_GROWTH >= 50))',
        "TG-03",
    ),
    "CEUS without LR-5": Bug(
        "A form that never gives the diagnosis.",
        *(
            "diagnosis",
            '        Rule("LR-5", _nonrim & (size_mm >= 10) & washout),\n',
            "",
            "CEUS-07",
        ),
    ),
    "CEUS without the effect of size": Bug(
        "A large observation that only washes out stays LR-3.",
        *(
            "diagnosis",
            "            (_nonrim & ((size_mm >= 10) | washout)) | ((size_mm >= 20) & washout),",
        ),
        *("            _nonrim & ((size_mm >= 10) | washout),", "CEUS-03"),
    ),
    "90Y, activity times (1 − shunt)": Bug(
        "The more goes to the lungs, the less is given.",
        *(
            "dosimetry",
            "mass_kg / (GY_KG_PER_GBQ * _arriving(lung_shunt_fraction, residual_fraction))",
        ),
        "mass_kg / GY_KG_PER_GBQ * _arriving(lung_shunt_fraction, residual_fraction)",
        "Y90-01",
    ),
    "partition, tumour dose from the mean": Bug(
        "Energy out of nowhere.",
        *("dosimetry", "arriving / (normal_kg + tnr * tumour_kg)"),
        *("arriving / (normal_kg + tumour_kg)", "Y90-06"),
    ),
}


@pytest.mark.parametrize("name", BUGS)
def test_the_bug_is_noticed(name: str) -> None:
    bug = BUGS[name]
    assert bug.passes(hcclab), "the check fails without the bug"
    with imported_with(bug) as broken:
        assert not bug.passes(broken), f"nobody notices: {bug.story}"
