from __future__ import annotations

import re

import pytest

from hcclab.display import truth_text
from hcclab.explorers.staging import PatientBuilder, StageMap
from hcclab.staging import BCLC_2022
from hcclab.tumour_burden import MILAN
from tests.explorers.driving import drive_to_ends


@pytest.fixture(scope="module")
def stage_map() -> StageMap:
    return StageMap()


@pytest.fixture
def builder() -> PatientBuilder:
    return PatientBuilder()


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({"largest_tumour_cm": 2.0}, "One tumour of 2.0 cm: BCLC 0 (very early), inside Milan."),
        ({"largest_tumour_cm": 2.1}, "One tumour of 2.1 cm: BCLC A (early), inside Milan."),
        ({"largest_tumour_cm": 5.0}, "One tumour of 5.0 cm: BCLC A (early), inside Milan."),
        ({"largest_tumour_cm": 5.1}, "One tumour of 5.1 cm: BCLC A (early), outside Milan."),
        ({"largest_tumour_cm": 8.0}, "One tumour of 8.0 cm: BCLC A (early), outside Milan."),
        ({"tumour_count": 2, "largest_tumour_cm": 2.0},
         "2 tumours, the largest 2.0 cm: BCLC A (early), inside Milan."),
        ({"tumour_count": 3, "largest_tumour_cm": 3.0},
         "3 tumours, the largest 3.0 cm: BCLC A (early), inside Milan."),
        ({"tumour_count": 3, "largest_tumour_cm": 3.1},
         "3 tumours, the largest 3.1 cm: BCLC B (intermediate), outside Milan."),
        ({"tumour_count": 4, "largest_tumour_cm": 1.0},
         "4 tumours, the largest 1.0 cm: BCLC B (intermediate), outside Milan."),
        ({"largest_tumour_cm": 1.0, "macrovascular_invasion": True},
         "One tumour of 1.0 cm with macrovascular invasion: BCLC C (advanced), outside Milan."),
    ],
)  # fmt: skip
def test_the_map_says_stage_and_milan_on_both_sides_of_every_limit(moves, said):
    assert StageMap().set(**moves) == said


def test_the_map_in_words_gives_every_region(stage_map):
    assert (
        "1: 0 up to 2.0 cm, A beyond; 2: A up to 3.0 cm, B beyond; 3: A up to 3.0 cm, B beyond; "
        "4: B; 5: B." in stage_map.picture
    )


def test_with_invasion_the_whole_map_is_one_stage_and_milan_is_gone():
    stage_map = StageMap()
    assert "inside Milan</text>" in stage_map.picture
    stage_map.set(macrovascular_invasion=True)
    assert "1: C; 2: C; 3: C; 4: C; 5: C." in stage_map.picture
    assert "inside Milan</text>" not in stage_map.picture


def test_the_marker_of_a_patient_on_a_limit_stands_within_the_region_of_her_stage():
    for size in (2.0, 2.1):
        stage_map = StageMap()
        stage_map.set(largest_tumour_cm=size)
        outline, stem = re.findall(r'<polyline points="([^"]+)"', stage_map.picture)[-2:]
        edges = [float(point.split(",")[0]) for point in outline.split()]
        assert min(edges) - 4 < float(stem.split(",")[0]) < max(edges) + 4


def test_the_map_tells_which_comparison_decided():
    stage_map = StageMap()
    stage_map.set(tumour_count=4, largest_tumour_cm=1.0)
    assert "Number of tumours ≤ 3: does not hold (4)" in stage_map.picture


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ({}, "BCLC 0 (very early), Child-Pugh A (5 points), inside Milan."),
        ({"ecog": 1}, "BCLC C (advanced), Child-Pugh A (5 points), inside Milan."),
        ({"ecog": 3}, "BCLC D (terminal), Child-Pugh A (5 points), inside Milan."),
        ({"ecog": 4, "ecog_tumour_related": False},
         "BCLC 0 (very early), Child-Pugh A (5 points), inside Milan."),
        ({"largest_tumour_cm": 8.0}, "BCLC A (early), Child-Pugh A (5 points), outside Milan."),
        ({"ascites": "mild", "albumin_g_l": 30, "bilirubin_umol_l": 40},
         "BCLC 0 (very early), Child-Pugh B (8 points), inside Milan."),
        ({"ascites": "moderate_severe", "albumin_g_l": 25, "bilirubin_umol_l": 60},
         "BCLC D (terminal), Child-Pugh C (11 points), inside Milan."),
        ({"ascites": "moderate_severe", "albumin_g_l": 25, "bilirubin_umol_l": 60,
          "transplantable": True},
         "BCLC 0 (very early), Child-Pugh C (11 points), inside Milan."),
    ],
)  # fmt: skip
def test_the_three_verdicts_for_one_patient(builder, moves, said):
    assert builder.set(**moves) == said


def test_the_ladder_marks_the_rule_that_decided_and_asks_none_below(builder):
    builder.set(macrovascular_invasion=True)
    words = re.findall(r"<desc>(.*?)</desc>", builder.picture)[0]
    assert words == (
        "D if ECOG performance status ≥ 3 and impairment caused by the tumour: "
        f"{truth_text(False)} – this patient: 0; "
        "D if liver function end-stage and no transplant option: "
        f"{truth_text(False)} – this patient: preserved; "
        "C if macrovascular invasion or extrahepatic spread: "
        f"{truth_text(True)} – this patient: yes. Outcome: C."
    )
    assert builder.picture.count("not asked") == len(BCLC_2022.rules) - 3


def test_the_nearest_changes_come_first_and_only_of_what_can_be_moved(builder):
    changes = re.findall(r"<li>(.*?)</li>", builder.picture)
    assert changes == [
        "Largest tumour 2.0 cm → 2.1 cm: A",
        "Number of tumours 1 → 2: A",
        "ECOG performance status 0 → 1: C",
        "Macrovascular invasion no → yes: C",
        "Extrahepatic spread no → yes: C",
    ]


def test_performance_lost_for_another_reason_is_noted_with_what_would_make_it_count(builder):
    builder.set(ecog=2, ecog_tumour_related=False)
    assert "the loss of performance is not caused by the tumour" in builder.picture
    assert "Impairment caused by the tumour no → yes: C" in builder.picture


def test_an_impaired_liver_is_noted_as_our_convention(builder):
    assert "our convention" not in builder.picture
    builder.set(ascites="mild")
    assert "Liver for BCLC:</strong> impaired" in builder.picture
    assert "[our convention]" in builder.picture


def test_milan_says_which_limit_was_passed(builder):
    builder.set(largest_tumour_cm=8.0)
    assert "Milan: outside.</strong> Number of tumours" not in builder.picture
    assert "Largest tumour ≤ 5.0 cm: does not hold (8.0 cm)" in builder.picture


@pytest.mark.parametrize("explorer", [StageMap, PatientBuilder])
def test_every_control_moves_to_its_ends_and_back(explorer):
    shown = explorer()
    before = shown.picture
    assert drive_to_ends(shown) > 2 * len(shown.controls)
    assert shown.picture == before


def test_the_map_holds_what_the_tables_decide_at_every_size_and_number(stage_map):
    well = {"extrahepatic_spread": False, "ecog": 0, "liver": "preserved"}
    for count in range(1, 6):
        for size in (0.5, 2.0, 2.1, 3.0, 3.1, 5.0, 5.1, 10.0):
            patient = well | {
                "tumour_count": count, "largest_tumour_cm": size, "macrovascular_invasion": False
            }  # fmt: skip
            said = stage_map.set(tumour_count=count, largest_tumour_cm=size)
            assert f"BCLC {BCLC_2022.decide(patient).outcome} " in said
            inside = MILAN.decide(patient).outcome == "in"
            assert said.endswith("inside Milan." if inside else "outside Milan.")
