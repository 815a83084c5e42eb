from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import hcclab as hcc
from tests.monotone import assert_worse_never_better

CONFINED = {"macrovascular_invasion": False, "extrahepatic_spread": False}
TUMOURS = {"tumour_count": 1, "largest_tumour_cm": 1}

CRITERIA = [
    *("milan", "ucsf", "up_to_7", "metroticket_2", "hangzhou", "ttv_afp", "kyoto", "fudan"),
    *("asan", "tokyo_5_5", "kyushu", "samsung", "cun", "onaca", "barcelona_expanded"),
    *("japan_5_5_500", "toronto"),
]
FAVOURABLE = {
    "tumour_diameters_cm": [1.0],
    "afp_ng_ml": 5,
    "dcp_mau_ml": 20,
    "histological_grade": 1,
    "cancer_symptoms": False,
    "milan_after_downstaging": True,
}


def of(key: str, diameters: list[float] | None = None, **findings: Any) -> Any:
    """The result for a patient whose tumour is confined to the liver."""
    system = hcc.SYSTEMS[key]
    given = CONFINED | ({} if diameters is None else {"tumour_diameters_cm": diameters}) | findings
    return system(**{name: v for name, v in given.items() if name in system.inputs or v is None})


# Both sides of every limit ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "inside", "outside"),
    [
        ("milan", [5.0], [5.1]),
        ("milan", [3.0, 3.0], [3.1, 1.0]),
        ("milan", [3.0, 3.0, 3.0], [1.0] * 4),
        ("ucsf", [6.5], [6.6]),
        ("ucsf", [4.5, 3.5], [4.6, 1.0]),
        ("ucsf", [4.5, 1.8, 1.7], [4.5, 1.8, 1.8]),
        ("ucsf", [1.0] * 3, [1.0] * 4),
        ("up_to_7", [6.0], [6.1]),
        ("up_to_7", [4.0, 4.0, 4.0], [4.1, 1.0, 1.0]),
        ("up_to_7", [1.0] * 6, [1.0] * 7),
        ("fudan", [9.0], [9.1]),
        ("fudan", [5.0, 4.0], [5.1, 1.0]),
        ("fudan", [3.0, 3.0, 3.0], [3.1, 3.0, 3.0]),
        ("fudan", [1.0] * 3, [1.0] * 4),
        ("asan", [5.0] * 6, [5.1] * 6),
        ("asan", [1.0] * 6, [1.0] * 7),
        ("tokyo_5_5", [5.0] * 5, [5.1] * 5),
        ("tokyo_5_5", [1.0] * 5, [1.0] * 6),
        ("cun", [6.0], [6.1]),
        ("cun", [5.0, 5.0], [5.1, 1.0]),
        ("cun", [5.0] * 3, [1.0] * 4),
        ("onaca", [6.0], [6.1]),
        ("onaca", [5.0] * 2, [5.1, 1.0]),
        ("onaca", [5.0] * 4, [1.0] * 5),
    ],
)
def test_size_and_number(key: str, inside: list[float], outside: list[float]) -> None:
    assert of(key, inside).grade == "in"
    assert of(key, outside).grade == "out"


@pytest.mark.parametrize(
    ("key", "diameters"),
    [
        *(("milan", [4.0]), ("milan", [1.0, 1.0])),
        *(("ucsf", [5.0]), ("ucsf", [1.0, 1.0])),
        *(("fudan", [6.0]), ("fudan", [1.0, 1.0])),
        *(("cun", [5.5]), ("cun", [1.0, 1.0])),
        *(("onaca", [5.5]), ("onaca", [1.0, 1.0])),
        *(("barcelona_expanded", [6.0]), ("barcelona_expanded", [4.0, 1.0])),
        *(("barcelona_expanded", [1.0] * 5), ("kyushu", [1.0])),
        *(("japan_5_5_500", [4.0, 1.0]), ("hangzhou", [9.0])),
    ],
)
def test_well_within_a_limit_is_within_it(key: str, diameters: list[float]) -> None:
    dcp = 9999 if key == "kyushu" else 20
    favourable = {"afp_ng_ml": 5, "histological_grade": 1, "dcp_mau_ml": dcp}
    given = {n: v for n, v in favourable.items() if n in hcc.SYSTEMS[key].inputs}
    assert of(key, diameters, **given).grade == "in"


@pytest.mark.parametrize(
    ("key", "diameters", "inside", "outside"),
    [
        ("metroticket_2", [6.0], {"afp_ng_ml": 199.9}, {"afp_ng_ml": 200}),
        ("metroticket_2", [4.0], {"afp_ng_ml": 399.9}, {"afp_ng_ml": 400}),
        ("metroticket_2", [3.0], {"afp_ng_ml": 1000}, {"afp_ng_ml": 1000.1}),
        ("hangzhou", [5.1, 3.0], {"afp_ng_ml": 400}, {"afp_ng_ml": 400.1}),
        ("ttv_afp", [2.0], {"afp_ng_ml": 400}, {"afp_ng_ml": 400.1}),
        ("kyoto", [2.0], {"dcp_mau_ml": 400}, {"dcp_mau_ml": 400.1}),
        ("kyushu", [5.1], {"dcp_mau_ml": 300}, {"dcp_mau_ml": 300.1}),
        ("samsung", [6.0] * 7, {"afp_ng_ml": 1000}, {"afp_ng_ml": 1000.1}),
        ("japan_5_5_500", [5.0] * 5, {"afp_ng_ml": 500}, {"afp_ng_ml": 500.1}),
    ],
)
def test_markers(
    key: str, diameters: list[float], inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    common: dict[str, Any] = {"histological_grade": 2} if key == "hangzhou" else {}
    assert of(key, diameters, **common, **inside).grade == "in"
    assert of(key, diameters, **common, **outside).grade == "out"


@pytest.mark.parametrize(
    ("afp", "largest"), [(5, 6.0), (199, 6.0), (200, 4.0), (399, 4.0), (400, 3.0), (1000, 3.0)]
)
def test_metroticket_lowers_the_sum_as_afp_rises(afp: float, largest: float) -> None:
    assert of("metroticket_2", [largest], afp_ng_ml=afp).grade == "in"
    assert of("metroticket_2", [largest + 0.1], afp_ng_ml=afp).grade == "out"
    assert of("metroticket_2", [largest - 1, 1.0], afp_ng_ml=afp).grade == "in"
    assert of("metroticket_2", [largest - 0.9, 1.0], afp_ng_ml=afp).grade == "out"


def test_hangzhou_asks_afp_and_grade_only_above_a_sum_of_8_cm() -> None:
    bad = {"afp_ng_ml": 9999, "histological_grade": 3}
    assert of("hangzhou", [5.0, 3.0], **bad).grade == "in"
    assert of("hangzhou", [5.0, 3.0]).grade == "in"
    assert of("hangzhou", [1.6] * 5).grade == "in", "a sum of exactly 8.0 in decimals"
    assert of("hangzhou", [5.1, 3.0], **bad).grade == "out"
    assert of("hangzhou", [5.1, 3.0], afp_ng_ml=400, histological_grade=2).grade == "in"
    assert of("hangzhou", [5.1, 3.0], afp_ng_ml=5, histological_grade=3).grade == "out"
    undecided = of("hangzhou", [5.1, 3.0], afp_ng_ml=5)
    assert undecided.grade is None and undecided.missing == ("histological_grade",)


def test_kyoto_takes_ten_nodules_of_5_cm() -> None:
    assert of("kyoto", [5.0] * 10, dcp_mau_ml=400).grade == "in"
    assert of("kyoto", [5.1], dcp_mau_ml=20).grade == "out"
    assert of("kyoto", [1.0] * 11, dcp_mau_ml=20).grade == "out"
    assert of("kyoto", [2.0]).missing == ("dcp_mau_ml",)


def test_kyushu_is_satisfied_with_size_or_dcp_at_any_number() -> None:
    assert of("kyushu", [5.0] * 30, dcp_mau_ml=9999).grade == "in"
    assert of("kyushu", [12.0] * 30, dcp_mau_ml=300).grade == "in"
    assert of("kyushu", [12.0] * 30, dcp_mau_ml=20).grade == "in"
    assert of("kyushu", [5.1]).grade is None


def test_samsung_limits_size_and_number() -> None:
    assert of("samsung", [6.1], afp_ng_ml=5).grade == "out"
    assert of("samsung", [1.0] * 8, afp_ng_ml=5).grade == "out"


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        *(([7.0], [7.1]), ([5.0] * 3, [5.1, 1.0]), ([5.0] * 3, [5.0] * 4)),
        *(([3.0] * 5, [3.1] * 5), ([3.0] * 4, [1.0] * 6)),
    ],
)
def test_barcelona_has_three_sizes_and_a_way_back(
    inside: list[float], outside: list[float]
) -> None:
    assert of("barcelona_expanded", inside).grade == "in"
    assert of("barcelona_expanded", outside, milan_after_downstaging=False).grade == "out"
    assert of("barcelona_expanded", outside, milan_after_downstaging=True).grade == "in"
    assert of("barcelona_expanded", outside).missing == ("milan_after_downstaging",)


def test_japan_asks_afp_only_beyond_milan() -> None:
    assert of("japan_5_5_500", [5.0], afp_ng_ml=9999).grade == "in"
    assert of("japan_5_5_500", [3.0] * 3).grade == "in"
    assert of("japan_5_5_500", [3.1, 1.0], afp_ng_ml=9999).grade == "out"
    assert of("japan_5_5_500", [5.1], afp_ng_ml=5).grade == "out"
    assert of("japan_5_5_500", [1.0] * 6, afp_ng_ml=5).grade == "out"
    assert of("japan_5_5_500", [3.1, 1.0]).missing == ("afp_ng_ml",)


def test_toronto_asks_biology_and_no_size() -> None:
    assert of("toronto", histological_grade=2, cancer_symptoms=False).grade == "in"
    assert of("toronto", histological_grade=3, cancer_symptoms=False).grade == "out"
    assert of("toronto", histological_grade=2, cancer_symptoms=True).grade == "out"
    assert of("toronto", cancer_symptoms=False).missing == ("histological_grade",)


# What all criteria share ------------------------------------------------------------------------


@pytest.mark.parametrize("key", CRITERIA)
@pytest.mark.parametrize("finding", CONFINED)
def test_a_tumour_in_a_vessel_or_beyond_the_liver_excludes(key: str, finding: str) -> None:
    favourable = {n: v for n, v in FAVOURABLE.items() if n in hcc.SYSTEMS[key].inputs}
    assert of(key, **favourable).grade == "in"
    assert of(key, **favourable, **{finding: True}).grade == "out"
    undecided = of(key, **favourable, **{finding: None})
    assert undecided.grade is None and undecided.missing == (finding,)


@pytest.mark.parametrize("key", [key for key in CRITERIA if key != "toronto"])
def test_without_the_tumours_nothing_is_decided(key: str) -> None:
    undecided = of(key)
    assert undecided.possible == ("in", "out")
    assert undecided.missing


WORSE = {
    "tumour_count": 1,
    "largest_tumour_cm": 1,
    "total_tumour_cm": 1,
    "tumour_volume_cm3": 1,
    "afp_ng_ml": 1,
    "dcp_mau_ml": 1,
    "histological_grade": 1,
    "cancer_symptoms": 1,
    "milan_after_downstaging": -1,
    "macrovascular_invasion": 1,
    "extrahepatic_spread": 1,
}


@pytest.mark.parametrize("key", CRITERIA)
def test_criteria_shrink_as_findings_worsen(key: str) -> None:
    (table,) = hcc.SYSTEMS[key].grades
    worse = {name: sign for name, sign in WORSE.items() if name in table.names}
    assert set(worse) == set(table.names)
    assert_worse_never_better(table, ("in", "out"), worse)


def test_three_nodules_of_3_cm_are_within_milan_and_beyond_the_sum_of_ucsf() -> None:
    assert of("milan", [3.0] * 3).grade == "in"
    assert of("ucsf", [3.0] * 3).grade == "out"


# Up-to-seven ------------------------------------------------------------------------------------


def test_up_to_seven_is_neither_seven_nodules_nor_the_sum_of_diameters() -> None:
    five_small = of("up_to_7", [1.5] * 5)
    assert (five_small.value, five_small.grade) == (6.5, "in")
    assert of("up_to_7", [1.0] * 7).grade == "out"
    assert of("up_to_7", [4.0, 3.9, 3.8]).grade == "in"
    assert of("up_to_7", None, tumour_count=2).missing == ("largest_tumour_cm",)


def test_the_sum_works_on_arrays() -> None:
    assert hcc.largest_plus_number(np.array([4.5, 2.0]), np.array([2, 1])).tolist() == [6.5, 3.0]


# French AFP model -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "findings", "points"),
    [
        ("Largest tumour", {"largest_tumour_cm": 3.0}, 0),
        ("Largest tumour", {"largest_tumour_cm": 3.1}, 1),
        ("Largest tumour", {"largest_tumour_cm": 6.0}, 1),
        ("Largest tumour", {"largest_tumour_cm": 6.1}, 4),
        ("Number of tumours", {"tumour_count": 3}, 0),
        ("Number of tumours", {"tumour_count": 4}, 2),
        ("AFP", {"afp_ng_ml": 100}, 0),
        ("AFP", {"afp_ng_ml": 100.1}, 2),
        ("AFP", {"afp_ng_ml": 1000}, 2),
        ("AFP", {"afp_ng_ml": 1000.1}, 3),
    ],
)
def test_french_points(item: str, findings: dict[str, Any], points: int) -> None:
    result = hcc.french_afp_model(**({**TUMOURS, "afp_ng_ml": 5} | findings))
    assert result.items[item] == points
    assert result.value == points


@pytest.mark.parametrize(
    ("diameters", "afp", "value", "risk"),
    [
        ([1.0] * 4, 5, 2, "low"),
        ([3.1], 101, 3, "high"),
        ([2.0], 1001, 3, "high"),
        ([7.0] * 4, 1500, 9, "high"),
        ([1.0], 5, 0, "low"),
    ],
)
def test_french_risk_turns_at_three_points(
    diameters: list[float], afp: float, value: int, risk: str
) -> None:
    result = hcc.french_afp_model(tumour_diameters_cm=diameters, afp_ng_ml=afp)
    assert (result.value, result.grade) == (value, risk)


def test_french_risk_is_high_before_afp_is_known_above_6_cm() -> None:
    large = hcc.french_afp_model(tumour_diameters_cm=[6.1])
    assert large.value is None and large.grade == "high"
    assert large.interval == (4, 7)
    small = hcc.french_afp_model(tumour_diameters_cm=[2.0])
    assert small.grade is None and small.missing == ("afp_ng_ml",)


def test_french_risk_never_falls_as_findings_worsen() -> None:
    worse = {"tumour_count": 1, "largest_tumour_cm": 1, "afp_ng_ml": 1}
    assert_worse_never_better(hcc.FRENCH_AFP_RISK, ("low", "high"), worse)


# Volume and burden score ------------------------------------------------------------------------


def test_volume_is_that_of_spheres() -> None:
    assert hcc.ttv(tumour_diameters_cm=[6.0]).value == pytest.approx(36 * math.pi)
    assert hcc.ttv(tumour_diameters_cm=[4, 3, 2]).value == pytest.approx(51.8363, abs=5e-5)
    assert hcc.ttv(tumour_diameters_cm=None).missing == ("tumour_volume_cm3",)


def test_volume_limit() -> None:
    assert of("ttv_afp", [6.03], afp_ng_ml=400).grade == "in"
    assert of("ttv_afp", [6.04], afp_ng_ml=400).grade == "out"
    assert of("ttv_afp", tumour_volume_cm3=115, afp_ng_ml=5).grade == "in"
    assert of("ttv_afp", tumour_volume_cm3=115.1, afp_ng_ml=5).grade == "out"


@pytest.mark.parametrize(
    ("count", "largest", "value", "band"),
    [
        (1, 3.0, math.sqrt(10), "low"),
        (1, 3.2, 3.35261, "low"),
        (1, 3.3, 3.44819, "medium"),
        (3, 4.0, 5.0, "medium"),
        (1, 13.7, 13.7364, "medium"),
        (1, 13.8, 13.8362, "high"),
        (5, 13.5, 14.3962, "high"),
        (14, 0.5, 14.00893, "high"),
    ],
)
def test_burden_score(count: int, largest: float, value: float, band: str) -> None:
    result = hcc.tbs(tumour_count=count, largest_tumour_cm=largest)
    assert result.value == pytest.approx(value, abs=5e-5)
    assert result.grade == band


@pytest.mark.parametrize(("score", "band"), [(3.36, "medium"), (13.74, "medium")])
def test_burden_score_belongs_to_the_middle_on_its_limits(score: float, band: str) -> None:
    from hcclab.intake import Patient

    largest = math.sqrt(score**2 - 1)
    for shift, expected in ((0.0, band), (-1e-6, "low"), (1e-6, "high")):
        found = hcc.TBS_BAND.decide(
            Patient({"tumour_count": 1, "largest_tumour_cm": largest + shift})
        ).outcome
        beyond = (shift < 0) == (score < 10)
        assert found == (expected if beyond else band)


def test_burden_score_needs_both_and_never_falls() -> None:
    assert hcc.tbs(tumour_count=2).missing == ("largest_tumour_cm",)
    assert hcc.tumour_burden_score(np.array([4.0]), np.array([3])).tolist() == [5.0]
    worse = {"tumour_count": 1, "largest_tumour_cm": 1}
    assert_worse_never_better(hcc.TBS_BAND, ("low", "medium", "high"), worse)


# Downstaging ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("diameters", "expected"),
    [
        ([5.0], "within_milan"),
        ([5.1], "eligible"),
        ([8.0], "eligible"),
        ([8.1], "all_comers"),
        ([3.0, 3.0], "within_milan"),
        ([3.0, 3.0, 3.0], "within_milan"),
        ([3.1, 3.0], "eligible"),
        ([5.0, 3.0], "eligible"),
        ([5.0, 3.1], "all_comers"),
        ([5.1, 1.0], "all_comers"),
        ([4.0, 2.0, 2.0], "eligible"),
        ([4.0, 2.1, 2.0], "all_comers"),
        ([3.0, 2.0, 1.5, 1.5], "eligible"),
        ([3.0, 2.0, 1.5, 1.6], "all_comers"),
        ([3.1, 1.0, 1.0, 1.0], "all_comers"),
        ([1.6] * 5, "eligible"),
        ([1.0] * 6, "all_comers"),
    ],
)
def test_downstaging(diameters: list[float], expected: str) -> None:
    assert of("unos_downstaging", diameters).grade == expected


def test_downstaging_is_not_for_tumour_in_vessels_or_elsewhere() -> None:
    for finding in CONFINED:
        assert of("unos_downstaging", [6.0], **{finding: True}).grade == "not applicable"
        assert of("unos_downstaging", [2.0], **{finding: True}).grade == "not applicable"
        unknown = of("unos_downstaging", [6.0], **{finding: None})
        assert unknown.possible == ("not applicable", "eligible")


@pytest.mark.parametrize(
    ("afp", "expected"),
    [(999.9, "no condition"), (1000, "below 500 first"), (5000, "below 500 first"), (None, None)],
)
def test_a_very_high_afp_must_fall_before_listing(afp: float | None, expected: str | None) -> None:
    result = of("unos_downstaging", [6.0], afp_ng_ml=afp)
    assert result.grades["unos_downstaging_afp"] == expected
    assert result.grade == "eligible"


def test_downstaging_never_gets_easier() -> None:
    names = ("tumour_count", "largest_tumour_cm", "total_tumour_cm")
    order = ("within_milan", "eligible", "all_comers")
    assert_worse_never_better(hcc.UNOS_DOWNSTAGING, order, dict.fromkeys(names, 1), **CONFINED)
    order = ("no condition", "below 500 first")
    assert_worse_never_better(hcc.UNOS_DOWNSTAGING_AFP, order, {"afp_ng_ml": 1})


# How far each was checked -----------------------------------------------------------------------


def test_what_is_recalled_says_so() -> None:
    recalled = {key for key in CRITERIA if hcc.SYSTEMS[key].source.confidence == "from memory"}
    assert recalled == {"japan_5_5_500", "toronto"}
