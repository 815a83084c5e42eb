"""`hcclab sheet`: a plan that ends on time and tells the teacher what to ask."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import Pair, find_lessons
from hcclab.authoring.sheet import run_sheet
from hcclab.cli import main

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = [lesson.with_suffix(".ipynb") for lesson in find_lessons(NOTEBOOKS)]


def plan(sheet: str) -> list[tuple[int, int, str]]:
    """Read the rows of the plan: start, minutes, part."""
    rows = re.findall(r"^\| (\d):(\d\d) \| (\d*) ?\| (.*?) \|", sheet, re.MULTILINE)
    return [(60 * int(h) + int(m), int(n or 0), part) for h, m, n, part in rows]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
@pytest.mark.parametrize("minutes", [45, 90])
def test_every_plan_is_gapless_and_ends_on_time(lesson: Path, minutes: int) -> None:
    rows = plan(run_sheet(Lesson.read(lesson), minutes))
    clock = 0
    for start, length, part in rows[:-1]:
        assert start == clock
        assert length >= 1, part
        clock += length
    assert (rows[-1][0], rows[-1][2]) == (minutes, "End") and clock == minutes
    parts = [part for _, _, part in rows]
    assert parts[0] == "Welcome" and parts[-2:] == ["Close", "End"]
    assert ("Pause" in parts) == (minutes == 90)
    assert {"Practice", "Quiz"} <= set(parts)


def test_the_sheet_holds_votes_answers_prompts_and_objectives() -> None:
    sheet = run_sheet(Lesson.read(NOTEBOOKS / "03_albi.ipynb"))
    for words in (
        "- **Ask:** How well does this liver work",
        "- Tell the objectives: **explain** in two sentences",
        "- **Vote.** Ana and Ben have the same five points. What did the points not see? (A) How",
        "*Answer:* How far each blood test is from normal, within its box",
        '- **Misconception.** "Child-Pugh A means a normal liver."',
        "- **Open** The ALBI surface",
        "*Solution:* `albumin_term = -0.085 * 44`",
        "convert the units → compute the score → read the grade → round for the page",
        "Key point: The tumour says what you want to do",
        "helpful: `02_staging`",
    ):
        assert words in sheet
    for noise in ("glossary.md", "<p>", "<li>", "<!--", "For the teacher.**"):
        assert noise not in sheet


def test_the_sheet_goes_to_the_screen_or_into_a_file(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheet", str(pair.text)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# Run sheet: Doubling a dose\n")
    assert "Expect that learners square the dose." in shown
    assert main(["sheet", str(pair.text), "-o", str(tmp_path / "sheet.md")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "sheet.md").read_text(encoding="utf-8") == shown


def test_notes_for_authors_are_not_for_the_class() -> None:
    paragraphs = (
        "**For the author.** Cut this.",
        "And this.",
        "**For the teacher.** Ask.",
        "Wait.",
    )
    text = "\n>\n".join(f"> {paragraph}" for paragraph in paragraphs)
    note = new_markdown_cell(text, metadata={"tags": ["instructor"]})
    cells = [new_markdown_cell("# Liver\n\n## One\n\nWhy?"), note]
    sheet = run_sheet(Lesson(Path("x.ipynb"), new_notebook(cells=cells)))
    assert "- Ask.\n- Wait.\n" in sheet
    assert "this" not in sheet


@pytest.mark.parametrize("minutes", ["29", "241", "-1"])
def test_a_class_without_time_is_refused(
    minutes: str, pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sheet", str(pair.text), "--minutes", minutes]) == 2
    assert "is not from 30 to 240" in capsys.readouterr().err
