from __future__ import annotations

import re

import pytest

from hcclab.explorers import staging_systems as shown
from hcclab.explorers.staging_systems import SystemsBoard, SystemsMap, TreatmentPath
from hcclab.treatment import treatment_path
from tests.explorers.driving import drive_to_ends


def stages(board: SystemsBoard) -> dict[str, str]:
    return dict(re.findall(r'aria-label="(.*?): (.*?) of ', board.picture))


def test_emil_has_the_stages_of_the_reference_patient():
    assert stages(SystemsBoard()) == {
        "BCLC 2022": "B",
        "CNLC": "IIa",
        "HKLC": "I",
        "AJCC 8": "II",
        "Okuda": "I",
        "CLIP points": "1",
        "JIS points": "2",
        "ITA.LI.CA quartile": "2",
    }


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ({"tumour_count": 1, "largest_tumour_cm": 8.0},
         {"BCLC 2022": "A", "CNLC": "Ib", "HKLC": "IIb", "AJCC 8": "IB"}),
        ({"ecog": 1}, {"BCLC 2022": "C", "CNLC": "IIa", "HKLC": "I"}),
        ({"ecog": 2}, {"BCLC 2022": "C", "CNLC": "IIa", "HKLC": "Va"}),
        ({"ecog": 3}, {"BCLC 2022": "D", "CNLC": "IV", "HKLC": "Va", "AJCC 8": "II"}),
        ({"macrovascular_invasion": True},
         {"BCLC 2022": "C", "CNLC": "IIIa", "AJCC 8": "IIIB", "CLIP points": "2"}),
        ({"extrahepatic_spread": True},
         {"BCLC 2022": "C", "CNLC": "IIIb", "AJCC 8": "IVB", "HKLC": "IVa"}),
        ({"liver": "very ill"},
         {"BCLC 2022": "D", "CNLC": "IV", "Okuda": "III", "AJCC 8": "II", "JIS points": "4"}),
        ({"afp_ng_ml": 400}, {"CLIP points": "2", "BCLC 2022": "B"}),
    ],
)  # fmt: skip
def test_one_finding_moves_the_systems_that_read_it(moves, expected):
    board = SystemsBoard()
    board.set(**moves)
    assert stages(board) | expected == stages(board)


def test_no_system_is_left_open_at_any_end_of_the_board():
    board = SystemsBoard()
    for liver in ("well", "ill", "very ill"):
        for vein in (False, True):
            for spread in (False, True):
                board.set(liver=liver, macrovascular_invasion=vein, extrahepatic_spread=spread)
                assert not any(" or " in stage for stage in stages(board).values())


def test_the_board_says_which_treatment_all_three_guidelines_name():
    board = SystemsBoard()
    assert board.summary.endswith("No treatment is named in all three.")
    assert board.set(tumour_count=1, largest_tumour_cm=8.0).endswith(
        "Resection is named in all three."
    )


def test_what_is_from_memory_is_marked_wherever_it_is_shown():
    board, on_map = SystemsBoard(), SystemsMap()
    assert "HKLC I (from memory)" in board.summary
    assert "HKLC</strong> (from memory)" in board.picture
    assert "HKLC I (from memory)" in on_map.set(system="HKLC")
    assert "Japan 5-5-500 (from memory)" in on_map.set(criteria="Japan 5-5-500")
    assert "Toronto (from memory)" in on_map.picture


@pytest.mark.parametrize("everybody", shown.EVERYBODY)
@pytest.mark.parametrize("afp", [50.0, 400.0, 1050.0])
def test_the_map_drawn_by_halving_is_the_map_decided_size_by_size(everybody, afp):
    sizes = [step / 10 for step in range(1, 101, 3)]
    for count in (1, 2, 4, 7):
        patients = {size: shown._on_the_map(everybody, afp, count, size) for size in sizes}
        judges = [system.possible for system in shown.MAPPED.values()]
        judges += [shown.partial(shown._inside, table) for table in shown.CRITERIA.values()]
        for judge in judges:
            runs = shown._runs(judge, everybody, afp, count)
            drawn = {s: next(o for o, low, high in runs if low <= s <= high) for s in sizes}
            assert drawn == {size: judge(patient) for size, patient in patients.items()}


@pytest.mark.parametrize(("criteria", "cm"), [("Metroticket 2.0", 4.0), ("French AFP model", 3.0)])
def test_one_drawing_serves_every_afp_between_two_limits(criteria, cm):
    for afp in (50, 100, 150, 200, 350, 400, 450, 1000, 1050, 2000):
        on_map = SystemsMap()
        table = shown.CRITERIA[criteria]
        said = on_map.set(criteria=criteria, afp_ng_ml=afp, tumour_count=1, largest_tumour_cm=cm)
        drawn = re.search(rf"Inside {re.escape(criteria)}: 1 up to ([\d.]+) cm", on_map.picture)
        inside = drawn is not None and float(drawn[1]) >= cm
        patient = shown._on_the_map("fit, liver well", afp, 1, cm)
        assert inside == (table.decide(patient).outcome == "in")
        assert said.endswith(f"{'inside' if inside else 'outside'} {criteria}.")


@pytest.mark.parametrize(
    ("system", "everybody", "nobody"),
    [
        ("BCLC 2022", "fit, liver well", "C, D"),
        ("BCLC 2022", "ECOG 2 by the tumour", "0, A, B, D"),
        ("CNLC", "ECOG 2 by the tumour", "IIIa, IIIb, IV"),
        ("CNLC", "liver very ill (Child-Pugh C)", "Ia, Ib, IIa, IIb, IIIa, IIIb"),
        ("AJCC 8", "liver very ill (Child-Pugh C)", "IIIB, IVA, IVB"),
    ],
)
def test_the_map_names_the_stages_that_nobody_on_it_can_have(system, everybody, nobody):
    on_map = SystemsMap()
    on_map.set(system=system, everybody=everybody)
    assert f"Nobody on this map: {nobody}." in on_map.picture


def test_three_tumours_of_3_cm_are_inside_milan_and_outside_ucsf():
    on_map = SystemsMap()
    assert on_map.set(tumour_count=3, largest_tumour_cm=3.0).endswith("inside Milan.")
    assert on_map.set(criteria="UCSF").endswith("outside UCSF.")


def test_a_list_that_needs_what_is_missing_stays_open():
    on_map = SystemsMap()
    assert on_map.set(criteria="Kyoto").endswith("Kyoto stays open.")
    assert "Perhaps inside Kyoto" in on_map.picture
    assert on_map.set(tumour_count=3, largest_tumour_cm=9.0).endswith("outside Kyoto.")


@pytest.mark.parametrize("criteria", shown.CRITERIA)
@pytest.mark.parametrize("everybody", ["tumour in a portal branch", "a metastasis in a bone"])
def test_no_list_takes_a_patient_with_invasion_or_spread(criteria, everybody):
    on_map = SystemsMap()
    assert " outside " in on_map.set(
        criteria=criteria, everybody=everybody, tumour_count=1, largest_tumour_cm=1.0
    )
    assert f"nobody is inside {criteria}</text>" in on_map.picture


@pytest.mark.parametrize("edition", ["2022", "2025"])
@pytest.mark.parametrize("stage", "0ABCD")
def test_the_treatment_migrates_and_the_stage_stays(stage, edition):
    shown_path = TreatmentPath()
    path = treatment_path(stage, edition)
    for gone in range(8):
        here = path[min(gone, len(path) - 1)]
        said = shown_path.set(bclc=stage, edition=edition, crossed_out=gone)
        assert f" {here.treatment}, an option of stage {here.stage}." in said
        assert said.endswith(f"The stage stays {stage}.")
        assert shown_path.picture.count("<s>") == min(gone, len(path) - 1)


def test_the_groups_of_stage_b_are_told_apart_with_their_mark():
    path = TreatmentPath()
    path.set(bclc="B", edition="2022")
    assert "within extended transplant criteria:</strong> transplantation." in path.picture
    assert path.picture.count("[verified]") == 3


@pytest.mark.parametrize("explorer", [SystemsBoard, SystemsMap, TreatmentPath])
def test_every_control_moves_to_its_ends_and_back(explorer):
    moved = explorer()
    before = moved.picture
    assert drive_to_ends(moved) > 2 * len(moved.controls)
    assert moved.picture == before
