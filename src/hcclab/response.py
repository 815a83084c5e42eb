"""Response to treatment: RECIST 1.1, mRECIST and LI-RADS treatment response."""

from __future__ import annotations

from typing import Any

from hcclab.criteria import Criterion
from hcclab.measurement import Variable
from hcclab.rules import Formula, Remark, Rule, RuleTable
from hcclab.sources import ASLAM_2024, EISENHAUER_2009, LENCIONI_2010, LIRADS_RESPONSE_2018, Source
from hcclab.systems import System
from hcclab.variables import (
    baseline_sum_mm,
    complete,
    current_sum_mm,
    enhancement_increasing,
    lesion_enhancement,
    nadir_sum_mm,
    new_lesion,
    nontarget,
    not_categorisable,
    radiation_treated,
    target,
    viable_baseline_sum_mm,
    viable_current_sum_mm,
    viable_nadir_sum_mm,
    viable_pattern,
)

MEANINGS = {
    "CR": "complete response",
    "PR": "partial response",
    "SD": "stable disease",
    "PD": "progressive disease",
    "NE": "not evaluable",
}

# Size and viable tissue -------------------------------------------------------------------------


def percent_change(now: Any, before: Any) -> Any:
    """Compute a change in per cent; negative if there is less than before.

    Parameters
    ----------
    now, before
        Sums of diameters in the same unit. Numbers, arrays or data-frame expressions.

    Returns
    -------
    Same kind as the input
        The change in % of `before`.

    References
    ----------
    Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026 [verified twice].

    Examples
    --------
    >>> percent_change(70, 100)
    -30.0
    """
    return 100 * (now - before) / before


def _target_response(
    column: str,
    title: str,
    source: Source,
    sums: tuple[Variable, Variable, Variable],
    gone: Criterion,
    min_abs_mm: float,
) -> tuple[Formula, Formula, RuleTable]:
    """Change from baseline, growth since the nadir, and the response read from three sums."""
    baseline, nadir, now = sums

    def formula(name: str, label: str, function: Any, *arguments: Variable) -> Formula:
        unit, digits = ("%", 0) if function is percent_change else ("mm", 1)
        return Formula(f"{column}_{name}", label, function, arguments, source, unit, digits)

    change = formula("change", "change from baseline", percent_change, now, baseline)
    growth = formula("growth", "growth since the nadir", lambda now, nadir: now - nadir, now, nadir)
    # Differences and not ratios, because a nadir may be 0.
    shrunk = formula(
        "above_70",
        "sum now minus 70 % of baseline",
        lambda now, base: now - 0.7 * base,
        now,
        baseline,
    )
    grown = formula(
        "above_120",
        "sum now minus 120 % of the nadir",
        lambda now, nadir: now - 1.2 * nadir,
        now,
        nadir,
    )
    excess = formula(
        "excess", "nadir minus baseline", lambda nadir, base: nadir - base, nadir, baseline
    )
    progression: Criterion = grown >= 0
    if min_abs_mm:
        progression = progression & (growth >= min_abs_mm)
    table = RuleTable(
        column,
        title,
        source,
        rules=[
            Rule("CR", gone),
            Rule("PD", progression),
            Rule("PR", shrunk <= 0),
            Rule("SD", note="neither shrunk nor grown enough"),
        ],
        remarks=[
            Remark(
                "nadir_above_baseline",
                excess > 0,
                "the smallest sum so far cannot exceed the baseline, which counts as one of them",
            )
        ],
        meanings=MEANINGS,
    )
    return change, growth, table


RECIST_CHANGE, RECIST_GROWTH, RECIST_1_1 = _target_response(
    "recist_1_1",
    "RECIST 1.1 response of the targets",
    EISENHAUER_2009,
    (baseline_sum_mm, nadir_sum_mm, current_sum_mm),
    complete | (current_sum_mm <= 0),
    min_abs_mm=5,
)

recist_1_1 = System(
    "recist_1_1",
    "RECIST 1.1",
    (RECIST_CHANGE, RECIST_GROWTH, RECIST_1_1),
    domain="response",
    example={
        "baseline_sum_mm": 100,
        "nadir_sum_mm": 50,
        "current_sum_mm": 60,
        "complete": False,
    },
    notes=(
        "Shrinkage is measured from the baseline, growth from the smallest sum so far; both "
        "limits belong to the response, and some reviews misprint 20 % as open.",
        "Up to 5 targets, at most 2 in an organ, at least 10 mm (nodes 15 mm in the short axis). "
        "Nodes below 10 mm are normal, so the sum need not be 0 in a complete response.",
        "Size misses necrosis: with lenvatinib in REFLECT 18.8 % responded by RECIST 1.1, and "
        "40.6 % of the same patients by mRECIST.",
    ),
)


def _mrecist(min_abs_mm: float) -> tuple[Formula, Formula, RuleTable]:
    return _target_response(
        "mrecist",
        "mRECIST response of the targets",
        LENCIONI_2010,
        (viable_baseline_sum_mm, viable_nadir_sum_mm, viable_current_sum_mm),
        viable_current_sum_mm <= 0,
        min_abs_mm,
    )


MRECIST_CHANGE, MRECIST_GROWTH, MRECIST = _mrecist(min_abs_mm=0)

mrecist = System(
    "mrecist",
    "mRECIST",
    (MRECIST_CHANGE, MRECIST_GROWTH, MRECIST),
    domain="response",
    example={
        "viable_baseline_sum_mm": 50,
        "viable_nadir_sum_mm": 50,
        "viable_current_sum_mm": 35,
    },
    notes=(
        "Measure only what enhances in the arterial phase, never across necrosis: a dead cavity "
        "of 45 mm is a complete response here and stable disease in RECIST.",
        "The paper of 2010 names no smallest growth in mm; trials often add RECIST's 5 mm "
        "(`mrecist_response`, min_abs_mm=5). The update of 2020 was not accessible.",
        "Older: WHO multiplied two diameters (response −50 %, progression +25 %), and EASL applied "
        "the same limits to the viable area.",
    ),
)


def mrecist_response(
    viable_baseline_sum_mm: float,
    viable_nadir_sum_mm: float,
    viable_current_sum_mm: float,
    min_abs_mm: float = 0,
) -> str:
    """Read the mRECIST response with a smallest growth of one's choice.

    Parameters
    ----------
    viable_baseline_sum_mm, viable_nadir_sum_mm, viable_current_sum_mm
        Sums of arterially enhancing diameters before treatment, at their smallest, and now, mm.
    min_abs_mm
        Growth in mm that progression needs besides 20 %: 0 as in 2010, 5 as in many trials.

    Returns
    -------
    str
        "CR", "PR", "SD" or "PD".

    References
    ----------
    Lencioni 2010, doi:10.1055/s-0030-1247132 [verified].

    Examples
    --------
    >>> mrecist_response(50, 20, 24), mrecist_response(50, 20, 24, min_abs_mm=5)
    ('PD', 'PR')
    """
    sums = {
        "viable_baseline_sum_mm": viable_baseline_sum_mm,
        "viable_nadir_sum_mm": viable_nadir_sum_mm,
        "viable_current_sum_mm": viable_current_sum_mm,
    }
    return str(_mrecist(min_abs_mm)[-1].decide(sums))


# All lesions ------------------------------------------------------------------------------------

OVERALL_RESPONSE = RuleTable(
    "overall_response",
    "Overall response",
    EISENHAUER_2009,
    rules=[
        Rule("PD", new_lesion),
        Rule("PD", nontarget == "PD"),
        Rule("PD", target == "PD"),
        Rule("NE", target == "NE"),
        Rule("CR", (target == "CR") & (nontarget == "CR")),
        Rule("PR", target == "CR", note="targets gone, other lesions not"),
        Rule("PR", target == "PR"),
        Rule("SD"),
    ],
    meanings=MEANINGS,
)

overall_response = System(
    "overall_response",
    "Overall response",
    (OVERALL_RESPONSE,),
    domain="response",
    example={"target": "CR", "nontarget": "SD", "new_lesion": False},
    notes=(
        "The response of the targets comes from RECIST 1.1 or from mRECIST.",
        "A patient without other lesions enters CR for them.",
        "mRECIST counts a new lesion from 10 mm with typical enhancement, or after growth by "
        "10 mm, and ascites only with malignant cells.",
    ),
)

# LI-RADS ----------------------------------------------------------------------------------------

LR_TR_MEANINGS = {
    "nonevaluable": "repeat the image",
    "nonviable": "no sign of living tumour",
    "nonprogressing": "expected for months after radiation",
    "equivocal": "between nonviable and viable",
    "viable": "living tumour",
}

LIRADS_TR = RuleTable(
    "lirads_tr",
    "LI-RADS treatment response v2024",
    ASLAM_2024,
    rules=[
        Rule("nonevaluable", not_categorisable),
        Rule("nonviable", lesion_enhancement == "none"),
        Rule("nonviable", lesion_enhancement == "expected"),
        Rule("equivocal", lesion_enhancement == "atypical"),
        Rule("viable", ~radiation_treated),
        Rule("viable", enhancement_increasing),
        Rule("nonprogressing"),
    ],
    remarks=[
        Remark(
            "ancillary_may_upgrade",
            ~radiation_treated & (lesion_enhancement == "atypical"),
            "in MRI, restricted diffusion or mild to moderate T2 signal may raise equivocal to "
            "viable [from memory]",
        )
    ],
    meanings=LR_TR_MEANINGS,
)

LIRADS_TR_2018 = RuleTable(
    "lirads_tr_2018",
    "LI-RADS treatment response v2018",
    LIRADS_RESPONSE_2018,
    rules=[
        Rule("nonevaluable", not_categorisable),
        Rule("nonviable", lesion_enhancement == "none"),
        Rule("nonviable", lesion_enhancement == "expected"),
        Rule("viable", (lesion_enhancement == "masslike") & viable_pattern),
        Rule("equivocal"),
    ],
    meanings=LR_TR_MEANINGS,
)

lirads_tr = System(
    "lirads_tr",
    "LI-RADS treatment response",
    (LIRADS_TR, LIRADS_TR_2018),
    domain="response",
    example={
        "not_categorisable": False,
        "lesion_enhancement": "masslike",
        "viable_pattern": True,
        "radiation_treated": True,
        "enhancement_increasing": False,
    },
    notes=(
        "It judges one treated lesion at a time, in CT or MRI after local treatment; torn between "
        "two categories, choose equivocal.",
        "After yttrium-90 or stereotactic radiotherapy arterial enhancement fades over months: "
        "v2018 calls it viable, v2024 nonprogressing unless it is new or increases.",
    ),
)
