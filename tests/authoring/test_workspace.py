"""`hcclab start`: a learner's work stays, and newer lessons arrive."""

from __future__ import annotations

from pathlib import Path

import pytest

from hcclab.authoring.workspace import RECORD, start
from hcclab.cli import main


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons"
    folder.mkdir()
    for name in ("01_one.ipynb", "02_two.ipynb", "02_two.md", "glossary.md", "draft.ipynb"):
        write(folder, name, "version 1")
    return folder


@pytest.fixture
def mine(tmp_path: Path, lessons: Path) -> Path:
    start(tmp_path / "mine", lessons)
    return tmp_path / "mine"


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix}


def visible(folder: Path) -> dict[str, str]:
    return {name: text for name, text in contents(folder).items() if not name.startswith(".")}


def test_a_new_folder_gets_the_notebooks_and_the_glossary(mine: Path) -> None:
    assert visible(mine) == dict.fromkeys(
        ("01_one.ipynb", "02_two.ipynb", "glossary.md"), "version 1"
    )


def test_starting_again_changes_nothing(mine: Path, lessons: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in mine.glob("*.ipynb")}
    assert start(mine, lessons).same == ("01_one.ipynb", "02_two.ipynb", "glossary.md")
    assert {path: path.stat().st_mtime_ns for path in mine.glob("*.ipynb")} == before


def test_an_untouched_lesson_is_updated_and_a_changed_one_kept(mine: Path, lessons: Path) -> None:
    write(mine, "01_one.ipynb", "my work")
    write(mine, "notes.ipynb", "my notes")
    for name in ("01_one.ipynb", "02_two.ipynb"):
        write(lessons, name, "version 2")
    done = start(mine, lessons)
    assert (done.updated, done.kept) == (("02_two.ipynb",), {"01_one.ipynb": "01_one_newer.ipynb"})
    assert visible(mine) == {
        "01_one.ipynb": "my work",
        "01_one_newer.ipynb": "version 2",
        "02_two.ipynb": "version 2",
        "glossary.md": "version 1",
        "notes.ipynb": "my notes",
    }


def test_a_changed_lesson_without_a_newer_version_stays_alone(mine: Path, lessons: Path) -> None:
    write(mine, "01_one.ipynb", "my work")
    assert start(mine, lessons).kept == {"01_one.ipynb": ""}
    assert "01_one_newer.ipynb" not in visible(mine)


def test_a_newer_version_is_renewed_unless_it_was_changed_too(mine: Path, lessons: Path) -> None:
    write(mine, "01_one.ipynb", "my work")
    for version in ("version 2", "version 3"):
        write(lessons, "01_one.ipynb", version)
        start(mine, lessons)
        assert visible(mine)["01_one_newer.ipynb"] == version
    write(mine, "01_one_newer.ipynb", "my work on version 3")
    write(lessons, "01_one.ipynb", "version 4")
    assert start(mine, lessons).kept == {"01_one.ipynb": "01_one_newer_2.ipynb"}
    assert {name: text for name, text in visible(mine).items() if name.startswith("01")} == {
        "01_one.ipynb": "my work",
        "01_one_newer.ipynb": "my work on version 3",
        "01_one_newer_2.ipynb": "version 4",
    }


def test_a_lesson_put_back_by_its_newer_version_is_updated_again(mine: Path, lessons: Path) -> None:
    write(mine, "01_one.ipynb", "my work")
    write(lessons, "01_one.ipynb", "version 2")
    start(mine, lessons)
    (mine / "01_one_newer.ipynb").replace(mine / "01_one.ipynb")
    write(lessons, "01_one.ipynb", "version 3")
    assert start(mine, lessons).updated == ("01_one.ipynb",)
    assert visible(mine)["01_one.ipynb"] == "version 3"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"01_one.ipynb": 3}', "\xff"])
def test_without_a_readable_record_every_file_is_the_learners(
    damage: str, mine: Path, lessons: Path
) -> None:
    (mine / RECORD).write_bytes(damage.encode("latin-1"))
    write(lessons, "01_one.ipynb", "version 2")
    assert start(mine, lessons).kept == {"01_one.ipynb": "01_one_newer.ipynb"}
    assert visible(mine)["01_one.ipynb"] == "version 1"


def test_files_of_before_the_first_start_are_the_learners(tmp_path: Path, lessons: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    write(folder, "01_one.ipynb", "from last year")
    start(folder, lessons)
    assert visible(folder)["01_one.ipynb"] == "from last year"
    assert visible(folder)["01_one_newer.ipynb"] == "version 1"


def test_a_lesson_that_cannot_be_placed_loses_nothing(mine: Path, lessons: Path) -> None:
    (mine / "02_two.ipynb").unlink()
    (mine / "02_two.ipynb").mkdir()
    for name in ("01_one.ipynb", "02_two.ipynb"):
        write(lessons, name, "version 2")
    with pytest.raises(OSError):
        start(mine, lessons)
    assert (mine / "01_one.ipynb").read_text() == "version 2"
    (mine / "02_two.ipynb").rmdir()
    write(lessons, "01_one.ipynb", "version 3")
    assert start(mine, lessons).updated == ("01_one.ipynb",)


def test_the_command_tells_what_it_kept_and_where_the_newer_lies(
    mine: Path, lessons: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(mine, "01_one.ipynb", "my work")
    write(lessons, "01_one.ipynb", "version 2")
    assert main(["start", str(mine), "--from", str(lessons)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"{mine}: 2 already up to date, 1 kept as you changed it",
        f"kept {mine / '01_one.ipynb'}; the newer version lies in {mine / '01_one_newer.ipynb'}",
        f"Open them with: hcclab lab {mine}",
    ]


@pytest.mark.parametrize(
    "words", [("lessons",), ("lessons/inside",), ("mine", "--from", "nowhere")]
)
def test_what_would_touch_the_lessons_or_has_none_is_refused(
    words: tuple[str, ...],
    lessons: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(lessons.parent)
    before = contents(lessons)
    given = words if "--from" in words else (*words, "--from", "lessons")
    assert main(["start", *given]) == 2
    assert capsys.readouterr().err.startswith("hcclab start: the")
    assert contents(lessons) == before
    assert not Path("mine").exists()
