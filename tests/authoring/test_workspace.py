"""`hcclab start`: a learner's work stays, and newer lessons arrive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from hcclab.authoring.workspace import AS_RUN, RECORD, start
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


# Notebooks that were only run -------------------------------------------------------------------


def lesson(version: str) -> NotebookNode:
    cells = [
        new_markdown_cell(f"# Doubling, {version}", id="a"),
        new_code_cell(f"print('{version}')", id="b", metadata={"tags": ["explorer"]}),
    ]
    return new_notebook(cells=cells)


def run(notebook: NotebookNode) -> None:
    """Change what JupyterLab changes when a learner runs the cells and saves."""
    notebook.metadata.update(widgets={"state": {}}, language_info={"version": "3.11.7"})
    cell = notebook.cells[1]
    cell.execution_count, cell.outputs = 7, [new_output("stream", text="long looked for")]
    cell.metadata.update(execution={"t": "1"}, jupyter={"outputs_hidden": True}, scrolled=True)
    notebook.cells.append(new_code_cell(""))


def type_into(notebook: NotebookNode) -> None:
    notebook.cells[1].source += "  # my thought"


def add_a_note(notebook: NotebookNode) -> None:
    notebook.cells.append(new_markdown_cell("My thought."))


def paste_a_picture(notebook: NotebookNode) -> None:
    notebook.cells[0].attachments = {"liver.png": {"image/png": "aGNj"}}


def delete_a_cell(notebook: NotebookNode) -> None:
    notebook.cells.pop()


def move_a_cell(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def tag_a_cell(notebook: NotebookNode) -> None:
    notebook.cells[1].metadata.tags.append("mine")


def changed(folder: Path, *changes: Callable[[NotebookNode], None]) -> str:
    """Change the notebook of a learner's folder, and return what it holds then."""
    notebook = nbformat.read(folder / "01_one.ipynb", as_version=4)
    for change in changes:
        change(notebook)
    nbformat.write(notebook, folder / "01_one.ipynb")
    return (folder / "01_one.ipynb").read_text(encoding="utf-8")


@pytest.fixture
def ran(lessons: Path, mine: Path) -> Path:
    """A learner's folder with a real notebook in it, run and saved."""
    nbformat.write(lesson("version 1"), lessons / "01_one.ipynb")
    (mine / "01_one.ipynb").unlink()
    start(mine, lessons)
    changed(mine, run)
    return mine


def test_a_lesson_that_was_only_run_is_updated_and_kept_aside(ran: Path, lessons: Path) -> None:
    for version in ("version 2", "version 3"):
        as_run = changed(ran, run)
        nbformat.write(lesson(version), lessons / "01_one.ipynb")
        done = start(ran, lessons)
        assert (done.updated, done.as_run, done.kept) == (("01_one.ipynb",),) * 2 + ({},)
        assert (ran / "01_one.ipynb").read_bytes() == (lessons / "01_one.ipynb").read_bytes()
        assert (ran / AS_RUN / "01_one.ipynb").read_text(encoding="utf-8") == as_run
    assert "long looked for" in as_run
    assert str(done).endswith(f"it lies in {ran / AS_RUN / '01_one.ipynb'}")


def test_a_lesson_that_was_run_stays_while_there_is_no_newer(ran: Path, lessons: Path) -> None:
    before = (ran / "01_one.ipynb").read_bytes()
    assert "01_one.ipynb" in start(ran, lessons).same
    assert (ran / "01_one.ipynb").read_bytes() == before


@pytest.mark.parametrize(
    "work", [type_into, add_a_note, paste_a_picture, delete_a_cell, move_a_cell, tag_a_cell]
)
def test_a_lesson_that_was_run_and_changed_is_kept(
    work: Callable[[NotebookNode], None], ran: Path, lessons: Path
) -> None:
    work_of_mine = changed(ran, lambda n: n.cells.pop() and None, work)
    nbformat.write(lesson("version 2"), lessons / "01_one.ipynb")
    assert start(ran, lessons).kept == {"01_one.ipynb": "01_one_newer.ipynb"}
    assert (ran / "01_one.ipynb").read_text(encoding="utf-8") == work_of_mine
    assert not (ran / AS_RUN).exists()


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"cells": [{}]}', '{"cells": 3}', "\xff"])
def test_what_is_no_notebook_any_more_is_kept(broken: str, ran: Path, lessons: Path) -> None:
    (ran / "01_one.ipynb").write_bytes(broken.encode("latin-1"))
    nbformat.write(lesson("version 2"), lessons / "01_one.ipynb")
    assert start(ran, lessons).kept == {"01_one.ipynb": "01_one_newer.ipynb"}
    assert (ran / "01_one.ipynb").read_bytes() == broken.encode("latin-1")


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
