"""The table of figures says plainly what was reached and what was not."""

from __future__ import annotations

import nbformat

from hcclab.explorers.albi import AlbiSurface
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.lessons import only_imports
from tests.benchmarks.sliders import find_explorers


def test_a_figure_is_reached_at_its_target_and_not_above() -> None:
    assert Figure("x", 5, 5, "ms").ok
    assert not Figure("x", 5, 5.001, "ms").ok


def test_the_table_shows_target_measured_value_and_verdict() -> None:
    text = table([Figure("a", 60, 41.239, "ms"), Figure("b", 0, 1, "modules", "numpy")])
    assert "| a | ≤ 60 ms | 41.2 ms | yes |\n" in text
    assert "| b | ≤ 0 modules | 1 modules (numpy) | no |\n" in text


def test_a_lesson_is_measured_after_its_opening_cell() -> None:
    v4 = nbformat.v4
    sources = ["import math\nx = math.pi", "from os import path\npath.join('a')"]
    cells = [v4.new_markdown_cell("import this"), *map(v4.new_code_cell, sources)]
    (cell,) = only_imports(v4.new_notebook(cells=cells)).cells
    assert cell.source == sources[0]


def test_explorers_are_found() -> None:
    assert AlbiSurface in find_explorers()
