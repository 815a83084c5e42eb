from __future__ import annotations

import itertools
from typing import Any

import pytest

import hcclab as hcc
from tests.monotone import assert_worse_never_better

# HAP and mHAP-II --------------------------------------------------------------------------------

AT_THE_LIMITS = {
    "albumin_g_l": 36,
    "bilirubin_umol_l": 17,
    "afp_ng_ml": 400,
    "largest_tumour_cm": 7,
}
BEYOND = {
    "albumin_g_l": 35.9,
    "bilirubin_umol_l": 17.1,
    "afp_ng_ml": 400.1,
    "largest_tumour_cm": 7.1,
}


@pytest.mark.parametrize("beyond", range(5))
def test_hap_counts_what_is_beyond_its_open_limits(beyond: int) -> None:
    for names in itertools.combinations(BEYOND, beyond):
        findings = AT_THE_LIMITS | {name: BEYOND[name] for name in names}
        result = hcc.hap(**findings)
        assert (result.value, result.grade) == (beyond, "ABCDD"[beyond])
        modified = hcc.mhap_2(**findings, tumour_count=1)
        assert (modified.value, modified.grade) == (beyond, "ABCDD"[beyond])
        several = hcc.mhap_2(**findings, tumour_count=2)
        assert (several.value, several.grade) == (beyond + 1, "BCDDD"[beyond])


def test_hap_of_a_small_tumour_in_a_good_liver_is_0() -> None:
    good = {"albumin_g_l": 42, "bilirubin_umol_l": 10, "afp_ng_ml": 5, "largest_tumour_cm": 3}
    assert hcc.hap(**good).value == 0
    assert [hcc.mhap_2(**good, tumour_count=count).value for count in (1, 2, 3)] == [0, 1, 1]


def test_hap_reads_either_unit() -> None:
    other = {name: value for name, value in AT_THE_LIMITS.items() if name.endswith(("ml", "cm"))}
    assert hcc.hap(**other, albumin_g_dl=3.6, bilirubin_mg_dl=0.99).value == 0
    assert hcc.hap(**other, albumin_g_dl=3.59, bilirubin_mg_dl=0.99).value == 1
    assert hcc.hap(**other, albumin_g_dl=3.6, bilirubin_mg_dl=1.0).value == 1


def test_hap_with_gaps_gives_the_attainable_range() -> None:
    known = {name: BEYOND[name] for name in ("albumin_g_l", "bilirubin_umol_l")}
    partly = hcc.hap(**known, largest_tumour_cm=5)
    assert partly.value is None and partly.grade is None
    assert partly.interval == (2, 3) and partly.possible == ("C", "D")
    assert partly.missing == ("afp_ng_ml",)
    assert hcc.hap(**known, largest_tumour_cm=8).grade == "D"


HAP_WORSE = {"albumin_g_l": -1, "bilirubin_umol_l": 1, "afp_ng_ml": 1, "largest_tumour_cm": 1}


def test_hap_never_falls_as_findings_worsen() -> None:
    for table, more in ((hcc.HAP_CLASS, {}), (hcc.MHAP_2_CLASS, {"tumour_count": 1})):
        assert_worse_never_better(table, "ABCD", HAP_WORSE | more)


# Largest diameter plus number -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("diameters", "six_and_twelve", "seven_eleven"),
    [
        ([1.0], "low", "low"),
        ([5.0], "low", "low"),
        ([5.1], "intermediate", "low"),
        ([5.0, 1.0], "intermediate", "low"),
        ([4.0, 3.0, 2.0], "intermediate", "low"),
        ([4.1, 3.0, 2.0], "intermediate", "intermediate"),
        ([9.0, 1.0], "intermediate", "intermediate"),
        ([9.1, 1.0], "intermediate", "high"),
        ([10.0, 2.0], "intermediate", "high"),
        ([10.1, 2.0], "high", "high"),
        ([1.0] * 12, "high", "high"),
    ],
)
def test_strata_of_the_sum(diameters: list[float], six_and_twelve: str, seven_eleven: str) -> None:
    assert hcc.six_and_twelve(tumour_diameters_cm=diameters).grade == six_and_twelve
    assert hcc.seven_eleven(tumour_diameters_cm=diameters).grade == seven_eleven


def test_strata_need_size_and_number_and_never_improve() -> None:
    for table in (hcc.SIX_AND_TWELVE, hcc.SEVEN_ELEVEN):
        assert table.decide({"largest_tumour_cm": 4}).needs == ("tumour_count",)
        worse = {"tumour_count": 1, "largest_tumour_cm": 1}
        assert_worse_never_better(table, ("low", "intermediate", "high"), worse)


# ALBI-TAE ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("albi_grade", "afp", "largest", "points", "letter"),
    [
        ("1", 200, 8.0, 0, "A"),
        ("2", 200, 8.0, 1, "B"),
        ("3", 200, 8.0, 1, "B"),
        ("1", 200.1, 8.0, 1, "B"),
        ("1", 200, 8.1, 1, "B"),
        ("2", 201, 8.0, 2, "C"),
        ("3", 500, 8.1, 3, "D"),
    ],
)
def test_albi_tae(albi_grade: str, afp: float, largest: float, points: int, letter: str) -> None:
    result = hcc.albi_tae(
        albi_grade=albi_grade, afp_ng_ml=afp, largest_tumour_cm=largest, tumour_count=3
    )
    assert (result.value, result.grade) == (points, letter)


def test_albi_tae_works_the_grade_out_where_it_is_not_stated() -> None:
    tumours = {"tumour_diameters_cm": [3.0], "afp_ng_ml": 5}
    assert hcc.albi_tae(**tumours, bilirubin_umol_l=20, albumin_g_l=38).value == 1
    assert hcc.albi_tae(**tumours, bilirubin_umol_l=10, albumin_g_l=45).value == 0
    assert hcc.albi_tae(**tumours).interval == (0, 1)
    assert hcc.albi_tae(**tumours).missing == ("albi_grade",)


def test_albi_tae_never_falls_as_findings_worsen() -> None:
    names = ("albi_grade", "afp_ng_ml", "largest_tumour_cm", "tumour_count")
    derived = {"bilirubin_umol_l": None, "albumin_g_l": None}
    assert_worse_never_better(hcc.ALBI_TAE_CLASS, "ABCD", dict.fromkeys(names, 1), **derived)


# ART and ABCR -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ast", [False, True])
@pytest.mark.parametrize(("rise", "points"), [(0, 0), (1, 1.5), (2, 3), (3, 3), (10, 3)])
@pytest.mark.parametrize("none", [False, True])
def test_art(ast: bool, rise: int, points: float, none: bool) -> None:
    result = hcc.art(
        ast_increase_gt_25pct=ast, child_pugh_increase=rise, no_radiological_response=none
    )
    assert result.value == 4 * ast + points + none
    assert result.grade == ("unfavourable" if result.value > 2 else "favourable")


def test_art_is_decided_by_ast_alone_but_not_by_response_alone() -> None:
    assert hcc.art(ast_increase_gt_25pct=True).grade == "unfavourable"
    partly = hcc.art(ast_increase_gt_25pct=False, no_radiological_response=True)
    assert partly.grade is None and partly.missing == ("child_pugh_increase",)
    assert partly.interval == (1, 4)


def test_art_never_improves_as_findings_worsen() -> None:
    worse = dict.fromkeys(hcc.ART_GROUP.names, 1)
    assert_worse_never_better(hcc.ART_GROUP, ("favourable", "unfavourable"), worse)


def abcr(**changes: Any) -> Any:
    plain = {
        "bclc": "A",
        "afp_ng_ml": 5,
        "child_pugh_increase": 0,
        "radiological_response": False,
    }
    return hcc.abcr(**(plain | changes))


@pytest.mark.parametrize(
    ("item", "changes", "points"),
    [
        ("AFP", {"afp_ng_ml": 199.9}, 0),
        ("AFP", {"afp_ng_ml": 200}, 1),
        ("BCLC stage", {"bclc": "A"}, 0),
        ("BCLC stage", {"bclc": "B"}, 2),
        ("BCLC stage", {"bclc": "C"}, 3),
        ("Rise of Child-Pugh points", {"child_pugh_increase": 1}, 0),
        ("Rise of Child-Pugh points", {"child_pugh_increase": 2}, 2),
        ("Rise of Child-Pugh points", {"child_pugh_increase": 3}, 2),
        ("Response", {"radiological_response": True}, -3),
    ],
)
def test_abcr_points(item: str, changes: dict[str, Any], points: int) -> None:
    result = abcr(**changes)
    assert result.items[item] == points
    assert result.value == points


@pytest.mark.parametrize(
    ("changes", "value", "group"),
    [
        ({"radiological_response": True}, -3, "good"),
        ({}, 0, "good"),
        ({"afp_ng_ml": 200}, 1, "intermediate"),
        ({"bclc": "B", "afp_ng_ml": 200}, 3, "intermediate"),
        ({"bclc": "C"}, 3, "intermediate"),
        ({"bclc": "C", "afp_ng_ml": 200}, 4, "poor"),
        ({"bclc": "B", "child_pugh_increase": 2}, 4, "poor"),
        ({"bclc": "C", "afp_ng_ml": 500, "child_pugh_increase": 2}, 6, "poor"),
    ],
)
def test_abcr_groups(changes: dict[str, Any], value: int, group: str) -> None:
    result = abcr(**changes)
    assert (result.value, result.grade) == (value, group)


def test_abcr_is_for_bclc_a_to_c() -> None:
    assert abcr(bclc="0").grade == "not applicable"
    assert abcr(bclc="D").grade == "not applicable"
    assert abcr(bclc=None).interval == (0, 3)
    assert abcr(bclc=None).missing == ("bclc",)


BCLC_B = {
    "macrovascular_invasion": False,
    "extrahepatic_spread": False,
    "ecog": 0,
    "liver": "preserved",
}


def test_abcr_works_the_stage_out_where_it_is_not_stated() -> None:
    plain = {"afp_ng_ml": 5, "child_pugh_increase": 0, "radiological_response": False}
    for diameters, points in (([4.0, 4.0], 2), ([3.0, 3.0], 0), ([1.0], 0)):
        result = hcc.abcr(**plain, **BCLC_B, tumour_diameters_cm=diameters)
        assert result.value == points
    assert result.grade == "not applicable", "a single tumour of 1 cm is BCLC 0"


def test_abcr_never_improves_as_findings_worsen() -> None:
    worse = {
        "bclc": 1,
        "afp_ng_ml": 1,
        "child_pugh_increase": 1,
        "radiological_response": -1,
    }
    assert_worse_never_better(hcc.ABCR_GROUP, ("good", "intermediate", "poor"), worse)


# Subclasses of BCLC B ---------------------------------------------------------------------------

WITHIN, BEYOND_SEVEN = [4.0, 3.0, 2.0], [4.1, 3.0, 2.0]


def bolondi(points: int | None = 5, diameters: Any = WITHIN, **changes: Any) -> Any:
    known = {"bclc": "B", "ecog": 0, "portal_vein_thrombosis": False}
    return hcc.bolondi(child_pugh_score=points, tumour_diameters_cm=diameters, **(known | changes))


@pytest.mark.parametrize(
    ("points", "within", "beyond"),
    [
        (5, "B1", "B2"),
        (6, "B1", "B2"),
        (7, "B1", "B3"),
        (8, "B4", "B4"),
        (9, "B4", "B4"),
        (10, "unclassified", "unclassified"),
    ],
)
def test_bolondi_by_child_pugh_and_up_to_seven(points: int, within: str, beyond: str) -> None:
    assert bolondi(points, WITHIN).grade == within
    assert bolondi(points, BEYOND_SEVEN).grade == beyond


@pytest.mark.parametrize("diameters", [WITHIN, BEYOND_SEVEN])
@pytest.mark.parametrize("points", range(5, 11))
def test_bolondi_with_reduced_performance_knows_b4_only(
    points: int, diameters: list[float]
) -> None:
    expected = "B4" if points in (8, 9) else "unclassified"
    assert bolondi(points, diameters, ecog=1).grade == expected
    assert bolondi(points, diameters, ecog=2).grade == "unclassified"


@pytest.mark.parametrize("diameters", [WITHIN, BEYOND_SEVEN])
@pytest.mark.parametrize("points", range(5, 11))
def test_bolondi_with_portal_vein_thrombus_knows_quasi_c_only(
    points: int, diameters: list[float]
) -> None:
    result = bolondi(points, diameters, portal_vein_thrombosis=True)
    assert result.grade == ("quasi-C" if points <= 6 else "unclassified")
    assert result.flags == (("quasi_c",) if points <= 6 else ())
    impaired = bolondi(points, diameters, portal_vein_thrombosis=True, ecog=1)
    assert impaired.grade == "unclassified" and impaired.flags == ()


@pytest.mark.parametrize("stage", ["0", "A", "C", "D"])
def test_subclasses_are_for_bclc_b(stage: str) -> None:
    result = bolondi(5, portal_vein_thrombosis=True, bclc=stage)
    assert result.grade == "not applicable" and result.flags == ()
    kinki = hcc.kinki(bclc=stage, child_pugh_score=5, tumour_diameters_cm=WITHIN)
    assert kinki.grade == "not applicable"


def test_bolondi_asks_for_what_is_not_known() -> None:
    assert bolondi(None).grade is None
    assert bolondi(None).missing == ("child_pugh_score",)
    assert bolondi(5, None).possible == ("B1", "B2")
    assert bolondi(8, None).grade == "B4", "up-to-seven no longer matters"
    assert bolondi(5, portal_vein_thrombosis=None).missing == ("portal_vein_thrombosis",)


def test_bolondi_works_stage_points_and_vessels_out() -> None:
    liver = {
        "bilirubin_umol_l": 12,
        "albumin_g_l": 42,
        "inr": 1.0,
        "ascites": "none",
        "encephalopathy_grade": 0,
    }
    known = {n: v for n, v in BCLC_B.items() if n != "liver"} | liver
    assert hcc.bolondi(**known, tumour_diameters_cm=WITHIN).grade == "B1"
    assert hcc.bolondi(**known, tumour_diameters_cm=BEYOND_SEVEN).grade == "B2"
    assert hcc.bolondi(**known, tumour_diameters_cm=[3.0]).grade == "not applicable"
    invaded = {**known, "macrovascular_invasion": True}
    assert hcc.bolondi(**invaded, tumour_diameters_cm=WITHIN).grade == "not applicable"
    unstated = hcc.bolondi(
        bclc="B", child_pugh_score=5, ecog=0, tumour_diameters_cm=WITHIN,
        macrovascular_invasion=True,
    )  # fmt: skip
    assert unstated.grade is None and unstated.missing == ("portal_vein_thrombosis",)


@pytest.mark.parametrize(
    ("points", "within", "beyond"),
    [
        (5, "B1", "B2"),
        (7, "B1", "B2"),
        (8, "B3a", "B3b"),
        (9, "B3a", "B3b"),
        (10, "unclassified", "unclassified"),
    ],
)
def test_kinki(points: int, within: str, beyond: str) -> None:
    for diameters, expected in ((WITHIN, within), (BEYOND_SEVEN, beyond)):
        result = hcc.kinki(bclc="B", child_pugh_score=points, tumour_diameters_cm=diameters)
        assert result.grade == expected


def test_kinki_asks_for_what_is_not_known() -> None:
    assert hcc.kinki(bclc="B", child_pugh_score=8).possible == ("B3a", "B3b")
    unknown_liver = hcc.kinki(bclc="B", tumour_diameters_cm=WITHIN)
    assert unknown_liver.missing == ("child_pugh_score",)


def test_kinki_never_improves_as_findings_worsen() -> None:
    names = ("child_pugh_score", "tumour_count", "largest_tumour_cm")
    order = ("B1", "B2", "B3a", "B3b", "unclassified")
    assert_worse_never_better(hcc.KINKI, order, dict.fromkeys(names, 1), bclc="B")


# How far each was checked -----------------------------------------------------------------------


def test_what_is_recalled_says_so() -> None:
    keys = [key for key, system in hcc.SYSTEMS.items() if system.domain == "embolisation"]
    recalled = {key for key in keys if hcc.SYSTEMS[key].source.confidence == "from memory"}
    assert recalled == {"mhap_2", "abcr", "kinki"}
