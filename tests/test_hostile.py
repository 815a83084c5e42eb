"""Files made to harm: what they hold neither runs, nor breaks, nor floods anything."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest

import hcclab as hcc
from hcclab.cli import main
from hcclab.teaching import Choice, Exercise, Number, Progress, Quiz, progress
from hcclab.variables import VARIABLES

SCRIPT = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
FORMULAS = [
    "=1+1", "=HYPERLINK(\"http://x\",\"y\")", "@SUM(A1)", "+1+cmd|' /C calc'!A0", "-1+1", "\t=1",
]  # fmt: skip
BELL, CLEAR = "\x1b]0;owned\x07", "\x1b[2J"


def is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would compute the cell; a negative number is only a number."""
    if not cell.startswith(("=", "@", "+", "-", "\t", "\r")):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def write_table(path: Path, columns: dict[str, list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def read_table(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    return names, rows


@pytest.mark.parametrize("given", ["csv", "parquet"])
def test_scoring_returns_hostile_cells_as_they_were_and_adds_no_formula(
    given: str, tmp_path: Path
) -> None:
    hostile = [*FORMULAS, SCRIPT, BELL, "x" * 200]
    huge = ["x" * 100_000] * len(hostile)
    columns = {"=name": hostile, SCRIPT: huge} | dict.fromkeys(VARIABLES, hostile)
    source, target = tmp_path / f"in.{given}", tmp_path / "out.csv"
    if given == "csv":
        write_table(source, columns)
    else:
        pl.DataFrame(columns).write_parquet(source)

    assert main(["score", str(source), "-o", str(target)]) == 0

    names, rows = read_table(target)
    width = len(columns)
    assert names[:width] == list(columns)
    for row, cell in zip(rows, hostile, strict=True):
        assert row[:width] == [cell, huge[0], *[cell] * (width - 2)]
        assert not [added for added in row[width:] if is_formula(added)]
    assert not [name for name in names[width:] if is_formula(name)]


@pytest.mark.parametrize("given", ["csv", "parquet"])
def test_a_huge_cell_is_quoted_short_and_returned_whole(given: str, tmp_path: Path) -> None:
    huge = "9." + "x" * 1_000_000
    columns = {name: [huge, "1"] for name in ("albumin_g_l", "ascites", "tumour_diameters_cm")}
    source, target = tmp_path / f"in.{given}", tmp_path / "out.parquet"
    if given == "csv":
        write_table(source, columns)
    else:
        pl.DataFrame(columns).write_parquet(source)
    few = ["--systems", "albi,child_pugh,milan"]
    assert main(["score", str(source), "-o", str(target), *few]) == 0
    scored = pl.read_parquet(target)
    assert scored.select(*columns).to_dict(as_series=False) == columns
    problems = scored["problems"][0]
    assert f"albumin_g_l={huge[:60]}… is not a number" in problems
    assert len(problems) < 1000
    with pytest.raises(ValueError, match=r"albumin_g_l=9\.x+… is not a number") as refused:
        hcc.assess(dict.fromkeys(columns, huge) | {huge: 1})
    assert len(str(refused.value)) < 1000


def test_a_huge_cell_in_quotes_is_a_cell_too(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f'note,albumin_g_l\n"{"x, " * 100_000}",38\n')
    assert main(["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.parquet")]) == 0
    assert pl.read_parquet(tmp_path / "out.parquet")["note"].str.len_chars().to_list() == [300_000]


def test_the_report_of_a_cohort_obeys_no_cell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [BELL, CLEAR, SCRIPT, "x" * 100_000]
    write_table(tmp_path / "in.csv", {"albumin_g_l": cells, f"bilirubin{CLEAR}": cells})
    main(["score", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv")])
    said = capsys.readouterr()
    assert "\x1b" not in said.err + said.out
    assert len(said.err) < 10_000


PATIENTS = {
    "a tag that runs a program": "albumin_g_l: !!python/object/apply:os.system [touch ran]\n",
    "a tag that makes an object": "albumin_g_l: !!python/name:os.system\n",
    "aliases that grow to 10^12 values": "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * 10)}]\n" for i in range(12)
    )
    + "albumin_g_l: *a11\n",
    "a list that holds itself": "albumin_g_l: &a [*a]\n",
    "lists in lists": "albumin_g_l: " + "[" * 40_000 + "]" * 40_000,
    "objects in objects": '{"a":' * 15_000,
    "a huge field": "albumin_g_l: " + "9" * 5_000_000,
    "a long number": "albumin_g_l: " + "9" * 90_000,
    "codes for the terminal": json.dumps({f"albumin_g_l{CLEAR}": 1, "inr": BELL}),
    "a script": json.dumps({"albumin_g_l": SCRIPT, SCRIPT: 1}),
    "what is no text": '"albumin_g_l": "\\ud800"',
}


@pytest.mark.parametrize("ending", ["yml", "json"])
@pytest.mark.parametrize("content", PATIENTS.values(), ids=PATIENTS)
def test_a_hostile_patient_is_refused_in_one_short_sentence(
    content: str,
    ending: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    file = Path(f"patient.{ending}")
    file.write_text(content, encoding="utf-8")
    assert main(["explain", str(file)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("hcclab explain: ") and said.err.count("\n") == 1
    assert "\x1b" not in said.err
    assert len(said.err) < 3000
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_what_is_no_value_is_refused_and_a_strange_field_is_not_put_on_the_card() -> None:
    with pytest.raises(ValueError, match="is not a number"):
        hcc.assess({"albumin_g_l": SCRIPT})
    shown = hcc.assess({"albumin_g_l": 38, "bilirubin_umol_l": 20, SCRIPT: SCRIPT})
    assert "<script" not in shown._repr_html_()
    assert "<img" not in shown._repr_html_()


def test_an_answer_and_a_record_are_text_in_the_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(progress.VARIABLE, str(tmp_path / "progress.jsonl"))
    monkeypatch.chdir(tmp_path)

    def quiz() -> Quiz:
        choice = Choice("Which?", [SCRIPT, "b"], "b", ["No.", "Yes."])
        return Quiz(Number("How much?", 1.0, tolerance=0.1), choice, name="03_albi/quiz")

    first = quiz()
    first.answer(1, SCRIPT)
    first.answer(2, SCRIPT)
    task = Exercise("Add.", SCRIPT, solution=SCRIPT, name="03_albi/blank")
    said = [task.check(f"{SCRIPT}!")._repr_html_(), Progress().to_html()]
    for each in (first, quiz()):
        said += [each.to_html(), *(str(panel.reply.value) for panel in each._panels)]
    for page in said:
        assert "<script" not in page
        assert "<img" not in page
