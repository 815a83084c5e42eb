"""Each explorer alone on its page, made from nothing but the lesson."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import find_lessons
from hcclab.authoring.projector import pages, write
from hcclab.cli import main

LESSONS = find_lessons(Path(__file__).parents[2] / "notebooks")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_page_shows_by_itself_what_the_lesson_shows(path: Path) -> None:
    lesson = Lesson.read(path.with_suffix(".ipynb"))
    shown = [
        "".join(cell.data("text/plain"))
        for cell in lesson.tagged("explorer")
        if "run the cell" in "".join(cell.data("text/html"))
    ]
    found = list(pages(lesson))
    assert len(found) == len(shown) > 0
    for page, expected in zip(found, shown, strict=True):
        *before, last = ast.parse(page.code).body
        assert isinstance(last, ast.Expr)
        names: dict[str, object] = {}
        exec(compile(ast.Module(before, []), page.name, "exec"), names)
        assert repr(eval(compile(ast.Expression(last.value), page.name, "eval"), names)) == expected


def lesson(title: str) -> Lesson:
    copy = f"<p><strong>{title}</strong> (still picture; run the cell to move it)</p>"
    output = new_output("execute_result", {"text/html": copy}, execution_count=1)
    cell = new_code_cell("1 + 1", outputs=[output], metadata={"tags": ["explorer"]})
    return Lesson(Path("09_x.ipynb"), new_notebook(cells=[cell]))


def test_a_title_is_text_on_the_start_page(tmp_path: Path) -> None:
    (page,) = write([lesson("{{ 7 * 7 }} &lt;script&gt;")], tmp_path)
    assert page.title == "{{ 7 * 7 }} <script>"
    start = (tmp_path / "voila/templates/hcclab/tree.html").read_text("utf-8")
    assert "{{ 7 * 7 }} &lt;script&gt;" in start
    assert start.startswith("{% raw %}")


def test_without_voila_the_command_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["projector", str(LESSONS[0])]) == 2
    assert "make projector" in capsys.readouterr().err
