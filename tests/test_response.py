from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hcclab as hcc
from tests.monotone import assert_worse_never_better


def recist(baseline: Any, nadir: Any, now: Any, complete: Any = False) -> Any:
    sums = {"baseline_sum_mm": baseline, "nadir_sum_mm": nadir, "current_sum_mm": now}
    return hcc.recist_1_1(**sums, complete=complete)


def mrecist(baseline: Any, nadir: Any, now: Any) -> Any:
    sums = {"baseline_sum_mm": baseline, "nadir_sum_mm": nadir, "current_sum_mm": now}
    return hcc.mrecist(**{f"viable_{name}": value for name, value in sums.items()})


@pytest.mark.parametrize(
    ("baseline", "nadir", "now", "response"),
    [
        (100, 100, 69.9, "PR"),
        (100, 100, 70, "PR"),
        (100, 100, 70.1, "SD"),
        (100, 100, 119.9, "SD"),
        (100, 100, 120, "PD"),
        (100, 50, 59.9, "PR"),
        (100, 50, 60, "PD"),
        (100, 80, 95.9, "SD"),
        (100, 80, 96, "PD"),
        (100, 20, 24.9, "PR"),
        (100, 20, 25, "PD"),
        (30, 22, 26.9, "SD"),
        (100, 0, 4.9, "PR"),
        (100, 0, 5, "PD"),
        (100, 50, 0.1, "PR"),
        (100, 50, 0, "CR"),
        (20.7, 20.7, 14.49, "PR"),
        (30.3, 10.3, 15.3, "PD"),
        (51.5, 51.5, 61.8, "PD"),
        (30, 3.2, 8.2, "PD"),
    ],
)
def test_recist_on_both_sides_and_on_the_edge(
    baseline: float, nadir: float, now: float, response: str
) -> None:
    assert recist(baseline, nadir, now).grade == response


@pytest.mark.parametrize(
    ("baseline", "nadir", "now", "response"),
    [
        (50, 50, 34.9, "PR"),
        (50, 50, 35, "PR"),
        (50, 50, 35.1, "SD"),
        (50, 50, 59.9, "SD"),
        (50, 50, 60, "PD"),
        (50, 20, 23.9, "PR"),
        (50, 20, 24, "PD"),
        (50, 0, 0.1, "PD"),
        (50, 0, 0, "CR"),
        (50, 50, 0, "CR"),
        (50, 50, 0.1, "PR"),
    ],
)
def test_mrecist_has_recists_limits_without_the_millimetres(
    baseline: float, nadir: float, now: float, response: str
) -> None:
    assert mrecist(baseline, nadir, now).grade == response
    assert hcc.mrecist_response(baseline, nadir, now) == response


def test_the_smallest_growth_of_mrecist_can_be_chosen() -> None:
    assert hcc.mrecist_response(50, 20, 24.9, min_abs_mm=5) == "PR"
    assert hcc.mrecist_response(50, 20, 25, min_abs_mm=5) == "PD"


def test_normal_nodes_leave_a_sum_in_a_complete_response() -> None:
    assert recist(40, 40, 18, complete=True).grade == "CR"
    assert recist(100, 0, 50, complete=True).grade == "CR"


def test_change_is_told_from_baseline_and_growth_from_the_nadir() -> None:
    result = recist(80, 50, 60)
    assert result.value == result.values["recist_1_1_change"] == pytest.approx(-25)
    assert result.values["recist_1_1_growth"] == pytest.approx(10)
    assert mrecist(80, 50, 60).values["mrecist_growth"] == pytest.approx(10)


def test_changes_are_shown_in_whole_per_cent_and_growth_to_the_tenth_of_a_millimetre() -> None:
    shown = str(mrecist(80, 50, 63.25))
    assert shown.startswith("change from baseline −21 %; growth since the nadir 13.2 mm; mRECIST")
    assert str(recist(80, 50, 60)).startswith(
        "change from baseline −25 %; growth since the nadir 10.0 mm; RECIST 1.1"
    )


def test_mrecist_explains_progression_without_a_smallest_growth() -> None:
    limit = "growth since the nadir ≥ 5.0 mm"
    assert limit in str(recist(80, 50, 60))
    reasons = [str(rule.when) for rule in hcc.MRECIST.rules if rule.outcome == "PD"]
    assert reasons == ["sum now minus 120 % of the nadir ≥ 0.0 mm"]


def test_an_unknown_sum_is_asked_for_unless_the_rest_decides() -> None:
    assert recist(100, None, 0).grade == "CR"
    assert recist(None, 50, 60).grade == "PD"
    assert recist(100, 50, 60, complete=None).possible == ("CR", "PD")
    assert recist(100, 50, 60, complete=None).missing == ("complete",)
    result = recist(100, None, 72)
    assert result.grade is None
    assert result.possible == ("PD", "SD")
    assert result.missing == ("nadir_sum_mm",)
    assert mrecist(100, None, 60).missing == ("viable_nadir_sum_mm",)


def test_a_smallest_sum_above_the_baseline_is_remarked() -> None:
    assert recist(100, 100.1, 100).flags == ("nadir_above_baseline",)
    assert recist(100, 100, 100).flags == ()
    assert mrecist(50, 51, 50).flags == ("nadir_above_baseline",)


@pytest.mark.parametrize("table", ["RECIST_1_1", "MRECIST"])
def test_more_tumour_is_never_a_better_response(table: str) -> None:
    prefix = "viable_" if table == "MRECIST" else ""
    worse = {f"{prefix}current_sum_mm": +1, f"{prefix}nadir_sum_mm": -1}
    worse |= {f"{prefix}baseline_sum_mm": -1} | ({} if prefix else {"complete": -1})
    assert_worse_never_better(getattr(hcc, table), ["CR", "PR", "SD", "PD"], worse)


@given(nadir=st.floats(0, 300), now=st.floats(0, 300))
def test_progression_by_recist_is_progression_by_mrecist(nadir: float, now: float) -> None:
    if recist(300, nadir, now).grade == "PD":
        assert mrecist(300, nadir, now).grade == "PD"


@pytest.mark.parametrize(
    ("target", "nontarget", "response"),
    [
        ("CR", "CR", "CR"),
        ("CR", "SD", "PR"),
        ("CR", "NE", "PR"),
        ("CR", "PD", "PD"),
        ("PR", "CR", "PR"),
        ("PR", "SD", "PR"),
        ("PR", "NE", "PR"),
        ("PR", "PD", "PD"),
        ("SD", "CR", "SD"),
        ("SD", "SD", "SD"),
        ("SD", "NE", "SD"),
        ("SD", "PD", "PD"),
        ("PD", "CR", "PD"),
        ("PD", "NE", "PD"),
        ("NE", "CR", "NE"),
        ("NE", "NE", "NE"),
        ("NE", "PD", "PD"),
    ],
)
def test_the_overall_response_of_every_pair(target: str, nontarget: str, response: str) -> None:
    found = hcc.overall_response(target=target, nontarget=nontarget, new_lesion=False)
    assert found.value == response
    assert hcc.overall_response(target=target, nontarget=nontarget, new_lesion=True).grade == "PD"


def test_the_overall_response_is_known_as_soon_as_anything_progresses() -> None:
    assert hcc.overall_response(nontarget="PD").grade == "PD"
    result = hcc.overall_response(target="CR", new_lesion=False)
    assert result.possible == ("PD", "CR", "PR")
    assert result.missing == ("nontarget",)
    assert hcc.overall_response(target="PR", nontarget="SD").missing == ("new_lesion",)


def test_a_worse_part_never_improves_the_whole() -> None:
    order = ["CR", "PR", "SD", "PD"]
    for target, nontarget in itertools.product(order, ["CR", "SD", "PD"]):
        patient = {"target": target, "nontarget": nontarget, "new_lesion": False}
        whole = order.index(hcc.overall_response(**patient).grade)
        assert whole >= order.index(target)
        assert whole >= (nontarget == "PD") * order.index("PD")
    assert_worse_never_better(
        hcc.OVERALL_RESPONSE, ["CR", "PR", "SD", "NE", "PD"], {"new_lesion": +1}
    )


TREATED: dict[str, Any] = {
    "not_categorisable": False,
    "viable_pattern": True,
    "radiation_treated": False,
    "enhancement_increasing": False,
}


@pytest.mark.parametrize(
    ("enhancement", "findings", "v2024", "v2018"),
    [
        ("none", {}, "nonviable", "nonviable"),
        ("expected", {}, "nonviable", "nonviable"),
        ("expected", {"enhancement_increasing": True}, "nonviable", "nonviable"),
        ("atypical", {}, "equivocal", "equivocal"),
        ("atypical", {"radiation_treated": True}, "equivocal", "equivocal"),
        ("masslike", {}, "viable", "viable"),
        ("masslike", {"viable_pattern": False}, "viable", "equivocal"),
        ("masslike", {"radiation_treated": True}, "nonprogressing", "viable"),
        (
            "masslike",
            {"radiation_treated": True, "enhancement_increasing": True},
            "viable",
            "viable",
        ),
        ("masslike", {"not_categorisable": True}, "nonevaluable", "nonevaluable"),
        ("none", {"not_categorisable": True}, "nonevaluable", "nonevaluable"),
    ],
)
def test_lirads_response_of_one_lesion(
    enhancement: str, findings: dict[str, Any], v2024: str, v2018: str
) -> None:
    result = hcc.lirads_tr(**TREATED | findings, lesion_enhancement=enhancement)
    assert result.grades == {"lirads_tr": v2024, "lirads_tr_2018": v2018}


def test_lirads_response_asks_for_what_decides() -> None:
    known = TREATED | {"lesion_enhancement": "masslike", "radiation_treated": None}
    assert hcc.LIRADS_TR.decide(known).possible == ("viable", "nonprogressing")
    assert hcc.LIRADS_TR.decide(known | {"enhancement_increasing": True}).outcome == "viable"
    assert hcc.LIRADS_TR_2018.decide(known | {"viable_pattern": None}).needs == ("viable_pattern",)


def test_ancillary_features_are_mentioned_where_they_may_count() -> None:
    atypical = TREATED | {"lesion_enhancement": "atypical"}
    assert hcc.lirads_tr(**atypical).flags == ("ancillary_may_upgrade",)
    assert hcc.lirads_tr(**atypical | {"radiation_treated": True}).flags == ()
    assert hcc.lirads_tr(**TREATED | {"lesion_enhancement": "masslike"}).flags == ()


def test_more_enhancement_is_never_a_better_response() -> None:
    worse = {"lesion_enhancement": +1, "enhancement_increasing": +1}
    order = ["nonviable", "equivocal", "nonprogressing", "viable", "nonevaluable"]
    assert_worse_never_better(hcc.LIRADS_TR, order, worse, not_categorisable=False)
    order.remove("nonprogressing")
    worse = {"lesion_enhancement": +1, "viable_pattern": +1}
    assert_worse_never_better(hcc.LIRADS_TR_2018, order, worse, not_categorisable=False)


def test_arrays_of_sums_have_arrays_of_changes() -> None:
    import numpy as np

    found = hcc.percent_change(np.array([70.0, 120.0]), np.array([100.0, 100.0]))
    assert found == pytest.approx([-30, 20])
