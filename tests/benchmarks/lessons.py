"""How long each lesson runs from a fresh kernel, and how large the kernel grows."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.benchmarks.figures import Figure

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("*.ipynb"))
MOST_MEMORY_AFTER_IMPORTS = {"02_staging": 90}
MOST_MEMORY_WITH_COHORT = {"03_albi": 220, "12_evidence": 220}
COHORT = "data.load("


def measure() -> Iterator[Figure]:
    """Seconds of every lesson; memory where there is a figure for it."""
    for path in LESSONS:
        lesson = nbformat.read(path, as_version=4)
        seconds, memory = run(lesson)
        yield Figure(f"`{path.stem}` from a fresh kernel", 10, seconds, "s")
        if path.stem in MOST_MEMORY_WITH_COHORT:
            most = MOST_MEMORY_WITH_COHORT[path.stem]
            _, with_cohort = run(up_to(COHORT, lesson))
            what, note = (
                f"kernel of `{path.stem}` with its cohort scored",
                f"{memory:.0f} MB at the end",
            )
            yield Figure(what, most, with_cohort, "MB", note)
        if path.stem in MOST_MEMORY_AFTER_IMPORTS:
            most = MOST_MEMORY_AFTER_IMPORTS[path.stem]
            _, memory = run(only_imports(lesson))
            yield Figure(f"kernel after the imports of `{path.stem}`", most, memory, "MB")


def run(lesson: NotebookNode) -> tuple[float, float]:
    """Run a notebook in a kernel of its own; give the seconds and the kernel's memory in MB."""
    client = NotebookClient(lesson, timeout=120, resources={"metadata": {"path": str(NOTEBOOKS)}})
    begin = time.perf_counter()
    with client.setup_kernel(stderr=subprocess.DEVNULL):
        for number, cell in enumerate(lesson.cells):
            client.execute_cell(cell, number)
        seconds = time.perf_counter() - begin
        memory = psutil.Process(client.km.provisioner.pid).memory_info().rss
    return seconds, memory / 1e6


def up_to(code: str, lesson: NotebookNode) -> NotebookNode:
    """A notebook of the cells of another, up to the one with this code."""
    last = next(number for number, cell in enumerate(lesson.cells) if code in cell.source)
    return nbformat.v4.new_notebook(cells=lesson.cells[: last + 1])


def only_imports(lesson: NotebookNode) -> NotebookNode:
    """A notebook of the opening cell of another, which imports what the lesson starts with."""
    opening = next(cell for cell in lesson.cells if cell.cell_type == "code")
    assert "import" in opening.source
    return nbformat.v4.new_notebook(cells=[opening])
