"""The explorers of the surgery lesson: remnant, waiting list and recurrence."""

from __future__ import annotations

import re
import time
from statistics import median

import pytest

import hcclab as hcc
from hcclab.data import records
from hcclab.explorers import surgery
from hcclab.explorers.surgery import OPERATIONS, Recurrence, RemnantPlanner, WaitingList
from tests.explorers.driving import drive_to_ends


@pytest.mark.parametrize(
    ("explorer", "settings"), [(RemnantPlanner, 50), (WaitingList, 40), (Recurrence, 20)]
)
def test_every_end_of_every_control_gives_a_whole_view(explorer, settings):
    assert drive_to_ends(explorer()) > settings


def test_the_segments_make_a_whole_liver_and_say_how_far_they_are_known():
    rows = records("liver_segments")
    assert sum(int(row["share_percent"]) for row in rows) == 100
    assert [row["segment"] for row in rows if row["confidence"] == "verified"] == ["8"]


@pytest.mark.parametrize(
    ("background", "verdict"),
    [("normal", "✓ enough (20 %)"), ("chemo_gt_3_months", "✓ enough (30 %)"),
     ("cirrhosis", "✗ too little (40 %)")],
)  # fmt: skip
def test_one_remnant_is_enough_for_one_liver_and_not_for_another(background, verdict):
    said = RemnantPlanner().set(liver_background=background)
    assert said.startswith("Right hemihepatectomy leaves 36 %. Volume " + verdict)


def test_a_remnant_exactly_on_the_limit_is_enough():
    planner = RemnantPlanner()
    said = planner.set(
        operation="left trisectionectomy: 2, 3, 4, 5, 8", liver_background="chemo_gt_3_months"
    )
    assert "leaves 30 %. Volume ✓ enough (30 %)" in said


@pytest.mark.parametrize(
    ("retention", "allowed"),
    [(9.9, "right half and more"), (10.0, "sectionectomy, left half"), (20.0, "segmentectomy"),
     (30.0, "limited (a wedge)"), (40.0, "enucleation")],
)  # fmt: skip
def test_retention_of_icg_steps_down_the_ladder(retention, allowed):
    planner = RemnantPlanner()
    planner.set(icg_r15_percent=retention, operation="wedge around a tumour in segment 6")
    last = [each for each in surgery.SHORT.values() if f"✓ {each}" in planner.picture][-1]
    assert last == allowed
    verdict = "✗ too much" if retention == 40 else "✓ allowed"
    assert planner.summary.endswith(f"Function {verdict}.")


def test_ascites_forbids_even_a_wedge():
    planner = RemnantPlanner()
    said = planner.set(operation="wedge around a tumour in segment 6", uncontrolled_ascites=True)
    assert said.endswith("Function ✗ too much.")
    assert "no resection" in planner.picture


def test_more_segments_never_leave_more():
    left = {name: surgery.left_percent(name) for name in OPERATIONS}
    for one, plan in OPERATIONS.items():
        for other, larger in OPERATIONS.items():
            if set(plan.segments) < set(larger.segments) and plan.segments:
                assert left[one] > left[other]


def test_the_lists_answer_as_the_package_does():
    invented = list(surgery.ENTRIES.values())
    for scan in invented:
        others = [1.5] * (scan.tumour_count - 1)
        findings = {
            "tumour_diameters_cm": [scan.largest_tumour_cm, *others],
            "macrovascular_invasion": False,
            "extrahepatic_spread": False,
        }
        sizes = findings["tumour_diameters_cm"]
        french = hcc.french_afp_model(tumour_diameters_cm=sizes, afp_ng_ml=scan.afp_ng_ml)
        expected = [hcc.milan(**findings).grade == "in", hcc.ucsf(**findings).grade == "in",
                    hcc.up_to_7(**findings).grade == "in",
                    french.grade == "low"]  # fmt: skip
        assert [surgery.taken(name, scan) for name in surgery.LISTS] == expected


def test_gloria_is_brought_into_milan_and_her_afp_is_told_apart():
    waiting = WaitingList()
    said = waiting.set(
        patient="Gloria: 3, up to 5.0 cm",
        tumour_count=1, largest_tumour_cm=2.8, afp_ng_ml=300,
    )  # fmt: skip
    assert (
        said
        == "Gloria: at first to be downstaged, now within Milan. Of 4 lists: 0 at first, 4 now."
    )
    assert "1500 at first: below 500 first. Now 300 ng/mL." in waiting.picture


def test_only_the_french_outline_moves_with_afp():
    def outline(name: str, afp: float) -> str:
        waiting = WaitingList()
        waiting.set(outline=name, afp_ng_ml=afp)
        return waiting.picture.split("<desc>")[1].split("</desc>")[0].split(name)[-1]

    assert outline("UCSF", 50) == outline("UCSF", 2000)
    assert outline("French AFP model", 50) != outline("French AFP model", 150)
    assert "takes nobody" in outline("French AFP model", 2000)


def test_most_recurrences_are_early_and_the_late_ones_are_counted_among_the_free():
    view = Recurrence()
    assert view.summary.startswith("After 2 years 45 %")
    assert view.set(year=5).startswith("After 5 years 34 %")
    late = view.set(start="year 2, still free of cancer")
    assert late == "After 5 years 77 % are free of recurrence (95 people, counted from year 2)."


def test_what_the_curves_say_stands_in_words_that_a_phone_can_wrap():
    view = Recurrence()
    view.set(groups="vascular invasion", year=2)
    words = re.sub("<.*?>", " ", view.picture.split("</svg>")[1])
    assert re.search(r"no invasion +: 48 % free \(95 % interval \d+ % to \d+ %\), \d+ still", words)
    assert re.search(r" invasion +: 31 % free", words)
    assert "Log-rank test: p = 0.021" in words


def test_invasion_tells_early_recurrence_and_no_longer_the_late_one():
    view = Recurrence()
    assert "invasion 31 %, no invasion 48 %" in view.set(groups="vascular invasion", year=2)
    late = view.set(start="year 2, still free of cancer", year=5)
    assert "invasion 90 %, no invasion 75 %" in late


@pytest.mark.parametrize(
    ("explorer", "control"),
    [(RemnantPlanner, "icg_r15_percent"), (WaitingList, "largest_tumour_cm"),
     (Recurrence, "year")],
)  # fmt: skip
def test_a_move_is_quick(explorer, control):
    shown = explorer()
    slider = shown.controls[control]
    times = []
    for i in range(200):
        ends = (slider.min, slider.max)
        value = ends[0] + (ends[1] - ends[0]) * (i % 50) / 50
        started = time.perf_counter()
        slider.value = int(value) if isinstance(slider.value, int) else round(value, 1)
        times.append(time.perf_counter() - started)
    assert median(times) < 0.005
