"""The student edition: nothing to read off, every task to be solved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import Pair, find_lessons
from hcclab.authoring.student import student_edition, write_student_edition
from hcclab.authoring.workspace import start
from hcclab.cli import main

ROOT = Path(__file__).parents[2]
# hcclab.authoring comes first: it spares every later import of nbformat two seconds.
PLAY = "import hcclab.authoring, sys, pathlib, tests.authoring.playing as playing; "
PLAY += "playing.play(pathlib.Path(sys.argv[1]))"
LESSONS = [lesson.with_suffix(".ipynb") for lesson in find_lessons(ROOT / "notebooks")]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_a_student_can_solve_every_task_and_read_no_answer(lesson: Path) -> None:
    played = subprocess.run(
        [sys.executable, "-c", PLAY, str(lesson)],
        cwd=ROOT,
        env=os.environ | {"HCCLAB_PROGRESS": "off"},
        capture_output=True,
        text=True,
    )
    assert played.returncode == 0, played.stderr[-2000:]


def of(*cells: NotebookNode) -> list[str]:
    """Give the sources of a student edition."""
    lesson = Lesson(Path("x.ipynb"), new_notebook(cells=list(cells)))
    return [cell.source for cell in student_edition(lesson).cells]


@pytest.mark.parametrize(
    ("solution", "stub"),
    [
        ("x = 2", "x = ...  # replace the three dots"),
        (
            "x, y = 1, 2\ny = y + 1",
            "x = ...  # replace the three dots\ny = ...  # replace the three dots",
        ),
        (
            "def dose(kg, *, per_kg=2):\n    return kg * per_kg",
            "def dose(kg, *, per_kg=2):\n    return ...  # write your function here",
        ),
        ("print(2)", "...  # write your answer here"),
    ],
)
def test_a_marked_solution_becomes_a_stub(solution: str, stub: str) -> None:
    text = f"a = 1\n### BEGIN SOLUTION\n{solution}\n### END SOLUTION\nprint(a)"
    assert of(new_code_cell(text)) == [f"a = 1\n{stub}\nprint(a)"]


def test_a_stub_inside_a_function_keeps_its_margin() -> None:
    text = "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    (stub,) = of(new_code_cell(text))
    assert stub == "def f(x):\n    ...  # write your answer here"
    compile(stub, "stub", "exec")


def test_a_marked_answer_in_prose_becomes_a_blank() -> None:
    assert of(new_markdown_cell("Why?\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION")) == [
        "Why?\n*Your answer.*"
    ]


def test_nothing_of_a_stub_output_solution_or_note_stays(pair: Pair) -> None:
    edition = student_edition(Lesson.read(pair.notebook))
    text = nbformat.writes(edition)
    for gone in ("2 * 4", "square the dose", '"8\\n"', "paired"):
        assert gone not in text
    assert "Twice 2 is 4." in text  # the explorer's still copy
    assert not [cell for cell in edition.cells if cell.get("execution_count")]


@pytest.mark.parametrize(
    "mark", ["### BEGIN SOLUTION", "### END SOLUTION"], ids=["not closed", "not opened"]
)
@pytest.mark.parametrize("kind", [new_code_cell, new_markdown_cell])
def test_an_unpaired_mark_names_file_and_cell_and_writes_nothing(
    mark: str, kind: type, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# Title"), kind(f"x = 2\n{mark}")])
    nbformat.write(notebook, tmp_path / "01_x.ipynb")
    out = tmp_path / "out"
    assert main(["student", str(out), str(tmp_path / "01_x.ipynb")]) == 2
    err = capsys.readouterr().err
    assert err.startswith("hcclab student: ")
    assert "01_x.ipynb, cell 2 ('x = 2')" in err
    assert not out.exists()


def test_a_student_edition_is_replaced_and_nothing_else(
    pair: Pair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (made,) = write_student_edition(out, [pair.text])
    before = made.read_bytes()
    write_student_edition(out, [pair.text])
    assert made.read_bytes() == before
    original = pair.notebook.read_bytes()
    assert main(["student", str(pair.text.parent), str(pair.notebook)]) == 2
    assert "is no student edition and is not overwritten" in capsys.readouterr().err
    assert pair.notebook.read_bytes() == original


def test_a_learners_folder_is_not_overwritten(pair: Pair, tmp_path: Path) -> None:
    out, mine = tmp_path / "out", tmp_path / "mine"
    write_student_edition(out, [pair.text])
    start(mine, out)
    with pytest.raises(ValueError, match="is a learner's folder"):
        write_student_edition(mine, [pair.text])


def test_a_task_with_a_magic_is_named() -> None:
    lesson = Lesson(
        Path("x.ipynb"),
        new_notebook(cells=[new_code_cell("%matplotlib inline\n1", metadata={"tags": ["check"]})]),
    )
    with pytest.raises(ValueError, match=r"x\.ipynb, cell 1 .* a task that is not plain Python"):
        student_edition(lesson)


def test_a_changed_seal_is_refused_kindly() -> None:
    from hcclab.teaching.sealed import seal, unseal

    for damaged in ("", "abc", seal("1 + 1")[:-4], "é"):
        with pytest.raises(ValueError, match="copy the cell again"):
            unseal(damaged)
