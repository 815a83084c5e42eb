"""`hcclab new`: a lesson that passes from its first minute, in its place in the course."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import hcclab
from hcclab.authoring.lesson_check import check, report
from hcclab.authoring.nbval_run import run_nbval
from hcclab.authoring.new_lesson import add_to_course, new_lesson
from hcclab.cli import main
from hcclab.teaching import course, glossary


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of lessons, where the commands look for it."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "notebooks"
    made.mkdir()
    (made / glossary.FILE).write_text(glossary.page(), encoding="utf-8")
    return made


def test_a_new_lesson_passes_every_check_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "Gut feeling: does “food” | <b>matter</b>?"]) == 0
    stem = f"{int(max(course.lessons())[:2]) + 1}_gut_feeling"
    told = capsys.readouterr().out
    assert f"hcclab sync {stem} --check" in told
    assert f"add this row to src/hcclab/data/course.csv: {stem}," in told
    text = folder / f"{stem}.md"
    problems = check([text]) + run_nbval([text])
    assert not problems, report(problems)


def test_the_template_tells_authors_what_students_never_see(folder: Path) -> None:
    text = new_lesson("Gut", folder).pair.text.read_text(encoding="utf-8")
    for note in text.split("> **For the author.**")[1:]:
        assert len(note) > 100
    assert text.count("For the author") >= 8
    assert '"instructor"' in text


def test_a_planned_lesson_takes_its_number_minutes_and_prerequisites(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = course.CourseLesson("02_staging", "Staging", "?", 20, 10, (), ())
    planned = course.CourseLesson("08_immunity", "Immunity", "Why?", 21, 9, ("02_staging",), ())
    table = {lesson.stem: lesson for lesson in (needed, planned)}
    monkeypatch.setattr(course, "lessons", lambda: table)
    made = new_lesson("immunity", folder)
    text = made.pair.text.read_text(encoding="utf-8")
    assert (made.pair.text.name, made.was_planned) == ("08_immunity.md", True)
    assert "**30 minutes**: 21 for the lesson, 9 for" in text
    assert "| Staging | necessary | lesson `02_staging` |" in text
    made = new_lesson("Immunity", folder)
    assert (made.pair.text.name, made.was_planned) == ("09_immunity.md", False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("Gut", "--number", "3"), "number 03 is that of 03_albi; "),
        (("Gut", "--number", "100"), "number 100 is not from 0 to 99"),
        (("Gut", "--number", "-1"), "number -1 is not from 0 to 99"),
        (("",), "the title '' has no letter for the name of its file"),
        (("肝癌",), "the title '肝癌' has no letter"),
    ],
)
def test_what_cannot_be_named_is_refused_in_one_sentence(
    words: tuple[str, ...], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", *words]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == [glossary.FILE]


def test_without_a_folder_of_lessons_nothing_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", "Gut"]) == 2
    assert "notebooks" in capsys.readouterr().err


def test_in_a_checkout_the_course_gets_its_row(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "src" / "hcclab"
    (package / "data").mkdir(parents=True)
    table = package / "data" / "course.csv"
    table.write_bytes(Path(hcclab.__file__).with_name("data").joinpath("course.csv").read_bytes())
    before = table.read_text(encoding="utf-8").splitlines()
    monkeypatch.setattr(hcclab, "__file__", str(package / "__init__.py"))
    made = new_lesson('Gut, "feeling"', folder)
    assert add_to_course(made)
    assert table.read_text(encoding="utf-8").splitlines()[:-1] == before
    with table.open(encoding="utf-8", newline="") as file:
        row = list(csv.DictReader(file))[-1]
    assert (row["lesson"], row["title"]) == (made.row.stem, 'Gut, "feeling"')
    assert row["question"].endswith("?")
