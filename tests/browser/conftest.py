from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.jupyterlab import JupyterLab, chromium
from tests.explorers.demo import AlbiPlane

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "tests" / "explorers" / "demo.py"

expect.set_options(timeout=60_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """A server over a copy of the lessons and a small notebook of demonstration explorers."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(DEMO, folder / "hcclab_demo.py")
    for name in ("demo", "fresh"):
        _write_demo(folder / f"{name}.ipynb")
    with JupyterLab(folder, tmp_path_factory.mktemp("home")) as lab:
        yield lab


def _write_demo(path: Path) -> None:
    """Write a notebook as a clone has it: outputs stored by somebody else, hence not trusted."""
    v4 = nbformat.v4
    stored = v4.new_output(
        "execute_result", execution_count=1, data=AlbiPlane()._repr_mimebundle_()
    )
    cells = [
        v4.new_markdown_cell("# Demonstration"),
        v4.new_code_cell(
            "from hcclab_demo import AlbiPlane, Fragile\n\nAlbiPlane()",
            execution_count=1,
            outputs=[stored],
        ),
        v4.new_code_cell("Fragile()"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    for i, cell in enumerate(notebook.cells):
        cell.id = f"demo-{i}"
    nbformat.write(notebook, path)
