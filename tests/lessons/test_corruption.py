"""Break a copy of each lesson and see the checks go red: a check that cannot fail proves nothing.

The tiny lesson of the authoring tests comes first, so that these tests never run on nothing.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from hcclab.authoring.lesson_check import check
from hcclab.authoring.nbval_run import run_nbval
from hcclab.authoring.pairs import Pair, find_lessons, sync
from tests.authoring.sample import edit_notebook, write_lesson

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TINY = "tiny"
SOME = ("02_staging", "08_immunotherapy", "12_evidence")  # each takes a kernel of its own

BROKEN_CALLBACKS = """
from traitlets import HasTraits
observe = HasTraits.observe
def raising(change):
    raise RuntimeError("a callback broke")
def break_callback(self, handler, names="value", type="change"):
    observe(self, raising if names == "value" else handler, names, type)
HasTraits.observe = break_callback
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Pair:
    """Write the tiny lesson and run it."""
    pair = write_lesson(tmp_path)
    sync(pair.text)
    return pair


@pytest.fixture(params=[TINY, *(lesson.stem for lesson in find_lessons(NOTEBOOKS))])
def lesson(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    """Copy a lesson together with what its links may lead to."""
    if request.param == TINY:
        made: Pair = request.getfixturevalue("tiny")
        return made
    return copied(request.param, tmp_path)


def copied(name: str, to: Path) -> Pair:
    return Pair.of(shutil.copytree(NOTEBOOKS, to / "notebooks") / name)


def first(notebook: NotebookNode, pattern: str, kind: str) -> NotebookNode:
    """Find the first cell of a kind whose source matches."""
    return next(c for c in notebook.cells if c.cell_type == kind and re.search(pattern, c.source))


def another_digit(match: re.Match[str]) -> str:
    return str((int(match[1]) + 1) % 10) + match[2]


def test_a_changed_number_in_the_prose_is_found(lesson: Pair) -> None:
    quotation = r"(\d)([^\d\n]{0,12}<!--\s*=)"  # some quote a word, with a digit far before it

    def corrupt(notebook: NotebookNode) -> None:
        cell = first(notebook, quotation, "markdown")
        cell.source = re.sub(quotation, another_digit, cell.source, count=1)

    edit_notebook(lesson, corrupt)
    assert "quotation" in {problem.rule for problem in check([lesson.text])}


@pytest.mark.parametrize("name", SOME)
def test_a_changed_number_in_an_output_is_found(name: str, tmp_path: Path) -> None:
    lesson = copied(name, tmp_path)
    corrupted = []

    def corrupt(notebook: NotebookNode) -> None:
        for number, cell in enumerate(notebook.cells, start=1):
            if "check" not in cell.metadata.get("tags", []):
                continue
            for output in cell.outputs:
                plain = output.get("data", {}).get("text/plain", "")
                if re.search(r" = .*\d", plain):
                    changed = re.sub(r"(\d)(\D*)$", another_digit, plain, count=1)
                    output.data["text/plain"] = changed
                    corrupted.append(number)
                    return

    edit_notebook(lesson, corrupt)
    assert [problem.cell for problem in run_nbval([lesson.text])] == corrupted


def test_a_broken_import_is_found(tiny: Pair) -> None:
    imports = r"(?m)^(import|from) (\w+)"

    def corrupt(notebook: NotebookNode) -> None:
        cell = first(notebook, imports, "code")
        cell.source = re.sub(imports, r"\1 \2_gone", cell.source, count=1)

    edit_notebook(tiny, corrupt)
    assert "raised ModuleNotFoundError" in run_nbval([tiny.text])[0].message


@pytest.mark.parametrize("lesson", [TINY, *SOME], indirect=True)
def test_a_widget_callback_that_raises_is_found(lesson: Pair) -> None:
    edit_notebook(lesson, lambda n: n.cells.insert(1, new_code_cell(BROKEN_CALLBACKS)))
    problems = run_nbval([lesson.text])
    assert problems
    assert all(problem.cell > 2 for problem in problems)
    assert any("a callback broke" in problem.message for problem in problems)
