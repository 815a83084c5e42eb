"""Run lessons again and compare every output with the stored one, through nbval."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from hcclab.authoring.lesson import Lesson, Problem
from hcclab.authoring.pairs import PROGRESS, Pair, SyncError

__all__ = ["run_nbval"]

CELL_TIMEOUT = 120
_PYTEST = "import sys, hcclab.authoring, pytest; sys.exit(pytest.main(sys.argv[1:]))"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m|#x1B\[[0-9;]*m")


def run_nbval(lessons: Iterable[str | Path]) -> list[Problem]:
    """Run lessons in fresh kernels and find every output that differs from the stored one.

    Each lesson runs in a process of its own, as many at a time as there are processors.

    Parameters
    ----------
    lessons
        Path of the text or of the notebook of each lesson.

    Returns
    -------
    list of Problem
        One for each cell that failed, in order; empty when every output came out again.

    Examples
    --------
    >>> run_nbval([])
    []
    """
    notebooks = [Pair.of(lesson).notebook for lesson in lessons]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return [problem for found in pool.map(_run_one, notebooks) for problem in found]


def _run_one(notebook: Path) -> list[Problem]:
    try:
        lesson = Lesson.read(notebook)
    except SyncError as error:
        return [Problem(notebook, "nbval", str(error).rstrip("."), "run hcclab sync")]
    sanitize = files("hcclab.authoring") / "nbval_sanitize.cfg"
    with TemporaryDirectory() as folder, as_file(sanitize) as sanitize_file:
        junit, settings = Path(folder, "junit.xml"), Path(folder, "pytest.ini")
        settings.write_text("[pytest]\n", encoding="utf-8")  # not those of the project around it
        command = [sys.executable, "-c", _PYTEST, str(notebook.resolve()), "-c", str(settings)]
        command += ["-p", "nbval.plugin", "-p", "no:cacheprovider", "--noconftest", "--color=no"]
        command += ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_TIMEOUT}"]
        command += [f"--nbval-sanitize-with={sanitize_file}", f"--junitxml={junit}"]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        run = subprocess.run(
            command,
            env=inherited | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", PROGRESS: "off"},
            capture_output=True,
            text=True,
            check=False,
        )
        problems = list(_failures(lesson, junit)) if junit.exists() else []
    if run.returncode and not problems:
        last = (run.stdout + run.stderr).strip().splitlines()[-1:] or ["no message"]
        problems = [Problem(notebook, "nbval", f"pytest stopped: {last[0]}", "run pytest on it")]
    return problems


def _failures(lesson: Lesson, junit: Path) -> list[Problem]:
    problems = []
    for case in ElementTree.parse(junit).iter("testcase"):
        failure = next((e for e in case if e.tag in {"failure", "error"}), None)
        number = re.search(r"Cell (\d+)", case.get("name", ""))
        if failure is not None and number:
            cell = lesson.code[int(number[1])]
            text = _COLOUR.sub("", failure.text or "")
            problems.append(
                lesson.problem("nbval", _summary(text), "mend the cell, or run hcclab sync", cell)
            )
    return problems


def _summary(text: str) -> str:
    """One line: the exception, or the first line of output that differs."""
    lines = [line.strip() for line in text.partition("Traceback:")[2].splitlines() if line.strip()]
    if "Cell execution caused an exception" in text:
        return f"raised {lines[-1]}"
    stored, now = (
        next((line[2:] for line in lines if line.startswith(sign)), "nothing") for sign in "+-"
    )
    if lines and lines[0].startswith("mismatch"):
        kind = lines[0].removeprefix("mismatch ")
        return f"{kind} stored as {stored[:100]!r} came out as {now[:100]!r}"
    return lines[0] if lines else " ".join(text.split())[:200]
