"""How large the environment is, and how long it takes to make and to test one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure

ROOT = Path(__file__).parents[2]


def measure_install() -> Iterator[Figure]:
    """Seconds from a fresh clone to lessons that are ready to open."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", str(ROOT), folder], check=True)
        begin = time.perf_counter()
        subprocess.run(["make", "-s", "setup"], cwd=folder, check=True)
        yield Figure("install from nothing", 90, time.perf_counter() - begin, "s")
        size, here = _megabytes(Path(folder) / ".venv"), _megabytes(Path(sys.prefix))
        note = f"{here:.0f} MB with the tools of development"
        yield Figure("environment that `make lab` makes", 800, size, "MB", note)


def measure_tests() -> Iterator[Figure]:
    """Minutes of `make test` where everything is installed."""
    begin = time.perf_counter()
    subprocess.run(["make", "-s", "test"], cwd=ROOT, check=True)
    yield Figure("`make test`", 5, (time.perf_counter() - begin) / 60, "min")


def _megabytes(folder: Path) -> float:
    files = {path.lstat().st_ino: path.lstat().st_blocks * 512 for path in folder.rglob("*")}
    return sum(files.values()) / 2**20  # as du counts
