"""What a learner waits for before the first picture: the import and one patient."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Iterator

from hcclab import BCLC_2022
from tests.benchmarks.figures import Figure

HEAVY = ("IPython", "ipywidgets", "matplotlib", "narwhals", "numpy", "pandas", "polars", "scipy")
TUMOUR = {
    "tumour_diameters_cm": [2.8, 1.9],
    "macrovascular_invasion": False,
    "extrahepatic_spread": False,
    "ecog": 0,
}
STATED = {"liver": "preserved"}
DERIVED = {
    "bilirubin_umol_l": 24.0,
    "albumin_g_l": 36.0,
    "inr": 1.2,
    "ascites": "none",
    "encephalopathy_grade": 0,
}
PAIRS = 11
CALLS = 200


def measure() -> Iterator[Figure]:
    """The import above bare Python, what it loads, and one patient decided and explained."""
    above = statistics.median(_start("import hcclab") - _start("pass") for _ in range(PAIRS))
    yield Figure("`import hcclab` above bare Python", 60, above * 1000, "ms")
    loaded = _loaded()
    yield Figure("heavy modules that it loads", 0, len(loaded), "modules", ", ".join(loaded))
    for liver, patient in (("stated", {**TUMOUR, **STATED}), ("derived", {**TUMOUR, **DERIVED})):
        decide = _median(lambda patient=patient: BCLC_2022.decide(patient))
        explain = _median(lambda patient=patient: BCLC_2022.explain(patient))
        what = f"by BCLC 2022, liver function {liver}"
        yield Figure(f"one patient decided {what}", 50, decide * 1e6, "µs")
        yield Figure(f"one patient explained {what}", 1, explain * 1e3, "ms")


def _start(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def _loaded() -> list[str]:
    code = f"import hcclab, sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


def _median(call: Callable[[], object]) -> float:
    return statistics.median(timeit.repeat(call, number=CALLS, repeat=15)) / CALLS
