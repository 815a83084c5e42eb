from __future__ import annotations

import base64
from pathlib import Path

import pytest

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.nbval_run import run_nbval
from hcclab.authoring.pairs import Pair, sync
from tests.authoring.sample import cell_with, copy_pair, edit_notebook, write_lesson


def test_a_lesson_that_says_what_it_said_has_no_problem(pair: Pair) -> None:
    assert run_nbval([pair.text]) == []


def test_each_cell_that_differs_is_named_in_one_line(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    good = copy_pair(pair, tmp_path / "good")
    edit_notebook(
        pair, lambda n: cell_with(n, "twice_21 =").outputs[0].update(text="twice_21 = 43 mg\n")
    )
    edit_notebook(pair, lambda n: cell_with(n, "print(2 * 4)").update(source="print(2 / 0)"))
    problems = run_nbval([good.text, pair.text])
    assert [(p.file, p.cell, p.message) for p in problems] == [
        (pair.notebook, 4, "'stdout' stored as 'twice_21 = 43 mg' came out as 'twice_21 = 42 mg'"),
        (pair.notebook, 9, "raised ZeroDivisionError: division by zero"),
    ]


def test_a_callback_that_prints_its_error_instead_of_raising_fails(pair: Pair) -> None:
    code = "button = widgets.Button()\nbutton.on_click(lambda _: 1 / 0)\nbutton.click()"
    edit_notebook(pair, lambda n: cell_with(n, "print(2 * 4)").update(source=code, outputs=[]))
    (problem,) = run_nbval([pair.text])
    assert (problem.cell, problem.message) == (9, "raised ZeroDivisionError: division by zero")


def test_only_the_pixels_of_a_figure_may_differ(tmp_path: Path) -> None:
    pixels = base64.b64encode(b"other pixels").decode()
    text = (
        "```{code-cell}\nfrom IPython.display import HTML\n"
        'HTML(\'<img alt="A liver" src="data:image/png;base64,cGl4ZWxz">\')\n```\n'
    )
    pair = write_lesson(tmp_path, text)
    sync(pair.text)

    def show(html: str) -> None:
        edit_notebook(pair, lambda n: n.cells[0].outputs[0].data.update({"text/html": html}))

    show(f'<img alt="A liver" src="data:image/png;base64,{pixels}">')
    assert run_nbval([pair.text]) == []
    show(f'<img alt="A spleen" src="data:image/png;base64,{pixels}">')
    assert [p.cell for p in run_nbval([pair.text])] == [1]


def test_a_missing_notebook_is_a_problem(tmp_path: Path) -> None:
    assert [p.rule for p in run_nbval([tmp_path / "09_none.md"])] == ["nbval"]


def test_a_notebook_that_cannot_be_read_is_a_problem(pair: Pair) -> None:
    pair.notebook.write_text("{}", encoding="utf-8")
    assert [p.rule for p in run_nbval([pair.text])] == ["nbval"]


def test_the_authors_own_progress_and_the_lessons_beside_it_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HCCLAB_PROGRESS", str(tmp_path / "mine.jsonl"))
    shown = (
        "import os\nfrom hcclab.teaching import Progress\n\nprint(os.environ['HCCLAB_PROGRESS'])"
    )
    pair = write_lesson(
        tmp_path, f"```{{code-cell}} ipython3\n{shown}\nProgress()\n```\n", "00_map"
    )
    sync(pair.text)
    (cell,) = Lesson.read(pair.notebook).code
    assert cell.printed.startswith("off\n")
    (tmp_path / "03_albi.ipynb").write_text("{}")
    assert run_nbval([pair.text]) == []
