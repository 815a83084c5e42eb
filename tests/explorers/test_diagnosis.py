from __future__ import annotations

import re
from itertools import product

import pytest

import hcclab as hcc
from hcclab.explorers.diagnosis import PATIENTS, WITHOUT, LiradsBuilder
from hcclab.explorers.enhancement import NODULES, EnhancementViewer, features
from hcclab.explorers.markers import BayesSlider
from hcclab.post_test import accuracies, post_test
from tests.explorers.driving import drive_to_ends


def said(explorer) -> str:
    """Everything a student reads, pictures and their descriptions included."""
    return re.sub(r"<[^>]+>", "\n", explorer.picture)


def cell_in_use(builder) -> str:
    found = re.findall(r'<td aria-current="true"[^>]*>(.*?)</td>', builder.picture)
    assert len(found) <= 1
    return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


@pytest.mark.parametrize("explorer", [EnhancementViewer, LiradsBuilder, BayesSlider])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 8


# The viewer -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nodule", "reading"),
    [
        ("A", "nonrim APHE, washout, capsule. At 18 mm: LR-5 (definitely HCC)."),
        ("B", "nonrim APHE. At 18 mm: LR-3 (intermediate probability)."),
        ("C", "rim APHE, target. At 18 mm: LR-M (malignant, not surely HCC)."),
        ("D", "no APHE, washout. At 18 mm: LR-3 (intermediate probability)."),
        ("E", "no APHE, globular, like the blood. At 18 mm: LR-1 (definitely benign)."),
        ("F", "nonrim APHE, capsule. At 18 mm: LR-4 (probably HCC)."),
    ],
)
@pytest.mark.parametrize("agent", ["extracellular", "gadoxetate"])
def test_what_is_read_off_the_curves_is_what_the_nodule_was_drawn_for(nodule, agent, reading):
    viewer = EnhancementViewer()
    assert viewer.set(nodule=nodule, agent=agent, reading=True).endswith(f"Reading: {reading}")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "Before contrast, 0 s: nodule A is as bright as the liver."),
        (35, "Late arterial phase, 35 s: nodule A is brighter than the liver."),
        (
            70,
            "Portal venous phase, 70 s: nodule A is darker than the liver, with a bright capsule.",
        ),
        (180, "Delayed phase, 180 s: nodule A is darker than the liver, with a bright capsule."),
    ],
)
def test_the_textbook_nodule_is_told_phase_by_phase(seconds, words):
    assert EnhancementViewer().set(nodule="A", seconds=seconds) == words


@pytest.mark.parametrize("nodule", ["B", "E", "F"])
def test_with_gadoxetate_a_nodule_dark_in_the_transitional_phase_has_no_washout(nodule):
    viewer = EnhancementViewer()
    shown = viewer.set(nodule=nodule, agent="gadoxetate", seconds=180)
    assert shown.startswith(f"Transitional phase, 180 s: nodule {nodule} is darker than the liver")
    assert "darker here: not washout" in said(viewer)
    assert not features(nodule, "gadoxetate")["washout"]


def test_the_reading_stays_hidden_until_it_is_asked_for():
    viewer = EnhancementViewer()
    for nodule in NODULES:
        viewer.set(nodule=nodule)
        assert "LR-" not in viewer.summary + said(viewer)
        assert NODULES[nodule].story not in said(viewer)


def test_a_target_is_described_by_rim_and_centre():
    assert EnhancementViewer().set(nodule="C", seconds=35) == (
        "Late arterial phase, 35 s: nodule C has a rim brighter than the liver, and a centre "
        "darker than the liver."
    )


# The builder ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "cell"),
    [
        ({"size_mm": 9.9, "washout": True, "capsule": True}, "▶ LR-4"),
        ({"size_mm": 10.0, "washout": True}, "LR-4 capsule ▶ LR-5 washout or growth"),
        ({"size_mm": 19.9, "capsule": True}, "▶ LR-4  capsule LR-5  washout or growth"),
        ({"size_mm": 20.0, "capsule": True}, "▶ LR-5"),
        ({"size_mm": 20.0}, "▶ LR-4"),
        ({"size_mm": 40.0, "aphe": "none"}, "▶ LR-3"),
        ({"size_mm": 20.0, "aphe": "none", "washout": True}, "▶ LR-4"),
        ({"size_mm": 5.0, "aphe": "none", "washout": True}, "▶ LR-3"),
    ],
)
def test_the_cell_in_use_is_the_one_of_the_paper(found, cell):
    builder = LiradsBuilder()
    builder.set(**found)
    assert cell_in_use(builder).replace("\n", " ").split() == cell.split()


@pytest.mark.parametrize("size", [5.0, 9.9, 10.0, 19.9, 20.0, 40.0])
@pytest.mark.parametrize("aphe", ["none", "nonrim", "rim"])
def test_the_marked_cell_always_holds_what_the_package_decides(size, aphe):
    builder = LiradsBuilder()
    for washout, capsule, growth in product([False, True], repeat=3):
        found = {"size_mm": size, "aphe": aphe, "washout": washout, "capsule": capsule}
        found["threshold_growth"] = growth
        summary = builder.set(**found)
        known = {**WITHOUT, **found, "targetoid": False, "tumour_in_vein": False}
        category = hcc.LI_RADS.decide(known | {"cirrhosis": True}).outcome
        assert summary.startswith(f"{category} at {size} mm: ")
        assert (f"▶ {category}" in cell_in_use(builder)) == (category != "LR-M")


@pytest.mark.parametrize(
    ("found", "category"),
    [
        ({"targetoid": True, "washout": True}, "LR-M"),
        ({"aphe": "rim"}, "LR-M"),
        ({"tumour_in_vein": True, "washout": True}, "LR-TIV"),
    ],
)
def test_what_is_decided_before_the_table_leaves_the_table_alone(found, category):
    builder = LiradsBuilder()
    assert builder.set(**found).startswith(f"{category} at 18.0 mm: ")
    assert f"The table is not asked: {category} was decided before it." in said(builder)
    assert cell_in_use(builder) == ""


@pytest.mark.parametrize(
    ("found", "doubt", "words"),
    [
        (
            {"washout": True},
            "lower",
            "LR-4 at 18.0 mm: probably HCC. The tie-break made it so: LR-5 or LR-4",
        ),
        ({"capsule": True}, "higher", "LR-4 at 18.0 mm: probably HCC."),
        ({"capsule": True}, "lower", "LR-3 at 18.0 mm: intermediate probability. The tie-break"),
        ({"washout": True}, "LR-M", "LR-M at 18.0 mm: malignant, not surely HCC. The tie-break"),
        ({"washout": True}, "LR-TIV", "LR-5 at 18.0 mm: definitely HCC."),
    ],
)
def test_a_doubt_ends_at_the_less_certain_category(found, doubt, words):
    assert LiradsBuilder().set(**found, doubt=doubt).startswith(words)


def test_a_doubt_for_which_nothing_is_published_says_so_and_changes_nothing():
    builder = LiradsBuilder()
    assert builder.set(doubt="LR-M") == "LR-3 at 18.0 mm: intermediate probability."
    assert "no tie is defined between LR-3 and LR-M" in said(builder)
    builder.set(washout=True, doubt="higher")
    assert "LR-5 has no such neighbour" in said(builder)


def test_ancillary_features_stop_below_lr_5():
    builder = LiradsBuilder()
    assert builder.set(ancillary="of malignancy").startswith("LR-4 at 18.0 mm: ")
    assert builder.set(capsule=True).startswith("LR-4 at 18.0 mm: ")
    assert builder.set(ancillary="of benignity").startswith("LR-3 at 18.0 mm: ")
    assert builder.set(ancillary="of both kinds").startswith("LR-4 at 18.0 mm: ")


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_category_is_given_only_to_patients_for_whom_it_was_made(patient):
    builder = LiradsBuilder()
    summary = builder.set(patient=patient, washout=True)
    fits = patient in ("cirrhosis", "hepatitis B, no cirrhosis")
    assert summary.startswith(
        "LR-5 at 18.0 mm: definitely HCC." if fits else "Do not use LI-RADS here: "
    )
    assert ("of 100 in studies, 94 were HCC" in said(builder)) == fits


# The slider -------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", accuracies(), ids=lambda row: row.test)
def test_a_published_test_moves_the_sliders_and_names_its_source(row):
    slider = BayesSlider()
    slider.set(test=row.test)
    assert slider.values["sensitivity_percent"] == row.sensitivity_percent
    assert slider.values["specificity_percent"] == row.specificity_percent
    assert f"[{row.confidence}: " in slider.picture
    assert "illustrative" not in said(slider)


def test_a_slider_moved_away_from_the_published_figure_is_called_illustrative():
    slider = BayesSlider()
    slider.set(test="galad")
    slider.set(sensitivity_percent=99)
    assert "The sliders stand elsewhere: illustrative." in said(slider)


def test_people_bars_and_sentence_tell_the_same():
    slider = BayesSlider()
    summary = slider.set(test="us_afp", pre_test_percent=2)
    after = post_test(2, 63, 84)
    assert f"After a positive test: {after.if_positive:.1f} %" in summary
    assert "13 of 170 have HCC" in said(slider)
    assert "7 of 830 have HCC" in said(slider)
    assert "157: no HCC, test positive: false alarm" in said(slider)


@pytest.mark.parametrize("pre_test", [0.5, 2.0, 33.0, 95.0])
def test_a_thousand_people_are_drawn(pre_test):
    slider = BayesSlider()
    slider.set(pre_test_percent=pre_test)
    crowd = slider.picture.split("</svg>")[0]
    boxes = re.findall(r'<rect x="\d+" y="\d+" width="(\d+)" height="(\d+)" fill="url', crowd)
    assert sum(int(w) * int(h) for w, h in boxes) == 1000 * 14 * 14
