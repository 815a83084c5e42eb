"""What a learner waits for before the first picture: the import and one patient."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from functools import partial

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
    code = "import hcclab; hcclab.albi"
    above = statistics.median(_start(code) - _start("pass") for _ in range(PAIRS))
    yield Figure("`import hcclab` and its first system, above bare Python", 60, above * 1000, "ms")
    loaded = _loaded()
    yield Figure("heavy modules that it loads", 0, len(loaded), "modules", ", ".join(loaded))
    stated, derived = {**TUMOUR, **STATED}, {**TUMOUR, **DERIVED}
    for act, call, unit, target in (
        ("decided", BCLC_2022.decide, "µs", 50),
        ("explained", BCLC_2022.explain, "ms", 1),
    ):
        scale = {"µs": 1e6, "ms": 1e3}[unit]
        first, second = (_median(partial(call, who)) * scale for who in (stated, derived))
        detail = f"{second:.3g} {unit} if liver function is derived by way of Child-Pugh"
        yield Figure(f"one patient {act} by BCLC 2022", target, first, unit, detail)


def _start(code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - begin


def _loaded() -> list[str]:
    code = (
        "import hcclab, sys; hcclab.assess({}); "
        f"print(*[m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


def _median(call: Callable[[], object]) -> float:
    return statistics.median(timeit.repeat(call, number=CALLS, repeat=15)) / CALLS
