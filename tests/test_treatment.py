from __future__ import annotations

import csv
from importlib.resources import files

import pytest

import hcclab as hcc
from hcclab.sources import CONFIDENCE
from hcclab.treatment import load_all, stage_text, treatment_path

BCLC_STAGES = ["0", "A", "B", "C", "D"]


def path(stage: str, edition: str | None = None) -> list[str]:
    return [option.treatment for option in treatment_path(stage, edition)]


@pytest.mark.parametrize(
    ("system", "edition", "table"),
    [
        ("bclc", "2022", "BCLC_2022"),
        ("bclc", "2025", "BCLC_2022"),
        ("cnlc", "2026", "CNLC"),
        ("hklc", "2014", "HKLC"),
    ],
)
def test_every_stage_that_a_patient_can_have_has_a_text(
    system: str, edition: str, table: str
) -> None:
    told = {row.stage for row in load_all() if (row.system, row.edition) == (system, edition)}
    assert told == set(getattr(hcc, table).outcomes)
    for stage in told:
        for row in stage_text(system, stage, edition):
            assert all(row.options) and row.confidence in CONFIDENCE
            assert row.expected_survival or system != "bclc"


def test_rows_are_told_apart_and_show_how_far_they_were_checked() -> None:
    keys = [(row.system, row.edition, row.stage, row.condition) for row in load_all()]
    assert len(set(keys)) == len(keys)
    assert {row.confidence for row in load_all() if row.system == "hklc"} == {"from memory"}
    assert "[from memory]" in str(stage_text("hklc", "I")[0])
    doubtful = [row for row in load_all() if row.system == "cnlc" and row.confidence != "verified"]
    assert [(row.stage, row.options) for row in doubtful] == [("IV", ("transplantation",))]


@pytest.mark.parametrize(
    ("system", "stage", "edition", "lines"),
    [
        (
            "bclc",
            "A",
            "2022",
            [
                "BCLC A (2022), single tumour: resection, also transplantation, ablation, "
                "radioembolisation, TACE [verified]",
                "BCLC A (2022), 2-3 tumours up to 3 cm: transplantation, also ablation, TACE "
                "[verified]",
            ],
        ),
        ("bclc", "D", "2022", ["BCLC D (2022): best supportive care [verified]"]),
        ("cnlc", "IIa", "2026", ["CNLC IIa (2026): resection, also TACE, ablation [verified]"]),
    ],
)
def test_a_row_names_the_part_of_the_stage_the_first_option_and_the_others(
    system: str, stage: str, edition: str, lines: list[str]
) -> None:
    assert [str(row) for row in stage_text(system, stage, edition)] == lines


@pytest.mark.parametrize(
    ("stage", "edition", "survival"),
    [
        ("0", "2022", "more than 5 years"),
        ("A", "2022", "more than 5 years"),
        ("B", "2022", "more than 2.5 years"),
        ("C", "2022", "more than 2 years"),
        ("D", "2022", "3 months"),
        ("C", "2025", "about 2 years"),
        ("D", "2025", "less than 12 months in the figure, median less than 3 months in the text"),
    ],
)
def test_expected_survival_by_edition(stage: str, edition: str, survival: str) -> None:
    assert {row.expected_survival for row in stage_text("bclc", stage, edition)} == {survival}


def test_the_editions_of_bclc_differ_where_the_update_says_so() -> None:
    assert [row.options[0] for row in stage_text("bclc", "B", "2022")] == [
        "transplantation",
        "TACE",
        "systemic therapy",
    ]
    assert "AFP above 1000" in stage_text("bclc", "B", "2025")[0].note
    assert "nivolumab-ipilimumab" in stage_text("bclc", "C", "2025")[0].note
    assert "nivolumab-ipilimumab" not in stage_text("bclc", "C", "2022")[0].note
    assert "radiotherapy" in stage_text("bclc", "0", "2025")[0].options
    assert stage_text("bclc", "D") == stage_text("bclc", "D", "2025")


def test_china_operates_where_bclc_does_not() -> None:
    assert stage_text("cnlc", "IIa")[0].options[0] == "resection"
    assert stage_text("cnlc", "IIIa")[0].options[0].startswith("TACE or HAIC")


@pytest.mark.parametrize("edition", ["2022", "2025", None])
@pytest.mark.parametrize("stage", BCLC_STAGES)
def test_the_path_leads_from_the_first_option_of_the_stage_to_supportive_care(
    stage: str, edition: str | None
) -> None:
    options = treatment_path(stage, edition)
    assert options[0].treatment == stage_text("bclc", stage, edition)[0].options[0]
    assert options[0].stage == stage
    assert options[-1].treatment == "best supportive care" and options[-1].stage == "D"
    assert len({option.treatment for option in options}) == len(options)
    origins = [BCLC_STAGES.index(option.stage) for option in options]
    assert origins == sorted(origins)


def test_the_path_of_a_later_stage_offers_no_more_than_that_of_an_earlier_one() -> None:
    assert path("0", "2022") == [
        "ablation",
        "resection",
        "transplantation",
        "radioembolisation",
        "TACE",
        "systemic therapy",
        "best supportive care",
    ]
    assert path("C", "2022") == ["systemic therapy", "best supportive care"]
    assert path("D", "2022") == ["best supportive care"]
    assert "radiotherapy" in path("A", "2025") and "radiotherapy" not in path("A", "2022")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("okuda", "I"), "system okuda is not one of bclc, cnlc, hklc"),
        (("bclc", "A", "2018"), "edition 2018 is not one of 2022, 2025"),
        (("cnlc", "IIIc"), "stage IIIc is not one of Ia, Ib, IIa, IIb, IIIa, IIIb, IV"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        stage_text(*arguments)
    with pytest.raises(ValueError, match="stage E is not one of 0, A, B, C, D"):
        treatment_path("E")


def test_the_note_on_the_file_describes_every_column() -> None:
    data = files("hcclab.data")
    note = (data / "stage_options.md").read_text(encoding="utf-8")
    with (data / "stage_options.csv").open(encoding="utf-8") as file:
        columns = next(csv.reader(file))
    assert all(f"`{column}`" in note for column in columns)
