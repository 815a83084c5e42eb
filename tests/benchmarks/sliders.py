"""How soon a moved slider changes the picture, in the kernel and in the browser."""

from __future__ import annotations

import importlib
import json
import pkgutil
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import nbformat

from hcclab import explorers
from hcclab.explorers.base import Explorer
from tests.benchmarks.figures import Figure
from tests.benchmarks.lessons import LESSONS, NOTEBOOKS, run
from tests.browser.jupyterlab import JupyterLab, Notebook, chromium

PRESSES = 25
MOVES = """
import json, time
from ipywidgets import FloatSlider, IntSlider
from {module} import {name}

explorer, milliseconds = {name}(), []
for control in explorer.controls.values():
    if not isinstance(control, (FloatSlider, IntSlider)):
        continue
    for move in range(40):
        share = (move * 13 % 40) / 39
        aim = control.min + share * (control.max - control.min)
        aim = int(aim) if isinstance(control, IntSlider) else aim
        if aim == control.value:
            continue
        begin = time.perf_counter()
        control.set_state({{"value": aim}})
        milliseconds.append((time.perf_counter() - begin) * 1000)
print(json.dumps(milliseconds))
"""


def find_explorers() -> list[type[Explorer]]:
    """Every explorer of the package that asks for no data, in order of their modules."""
    for module in pkgutil.iter_modules(explorers.__path__):
        importlib.import_module(f"{explorers.__name__}.{module.name}")
    found = [
        each
        for each in Explorer.__subclasses__()
        if each.__module__.startswith(explorers.__name__) and not _needs_data(each)
    ]
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


def _needs_data(explorer: type[Explorer]) -> bool:
    return any(each.default is each.empty for each in signature(explorer).parameters.values())


def measure_in_kernel() -> Iterator[Figure]:
    """Median from a slider set by the browser to the last message sent, in a real kernel."""
    for each in find_explorers():
        code = MOVES.format(module=each.__module__, name=each.__name__)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        run(notebook)
        times = json.loads(notebook.cells[0].outputs[0].text)
        if times:
            yield Figure(
                f"slider move in the kernel, `{each.__name__}`, median",
                5,
                statistics.median(times),
                "ms",
            )


def measure_in_browser() -> Iterator[Figure]:
    """From key press to changed picture in JupyterLab in Chromium, every explorer of a lesson."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        copies, home = Path(folder) / "notebooks", Path(folder) / "home"
        shutil.copytree(NOTEBOOKS, copies, ignore=shutil.ignore_patterns(".*"))
        with JupyterLab(copies, home) as lab:
            for path in LESSONS:
                with Notebook(lab, browser, path.name) as notebook:
                    notebook.run_all()
                    for explorer in notebook.explorers():
                        times = explorer.latencies(PRESSES) if explorer.sliders else []
                        if len(times) > PRESSES / 2:
                            yield Figure(
                                f"key press to picture, `{path.stem}`, {explorer.title}, "
                                "95th percentile",
                                60,
                                statistics.quantiles(times, n=20)[-1],
                                "ms",
                                f"median {statistics.median(times):.3g} ms",
                            )
