"""How long a student waits for a therapy model after moving a slider."""

from __future__ import annotations

import statistics
import timeit
from collections.abc import Callable, Iterator

import numpy as np

from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.radioembolisation import GlassResponse, Radioembolisation, best_activity
from hcclab.mechanisms.tace import AlbiCost, Tace, embolise, schedule, trade_off
from tests.benchmarks.figures import Figure

ROUNDS = 25
SOLVE_MS = 20
DAYS = np.arange(366)

SOLVES: list[tuple[str, Callable[[], object], float]] = [
    (
        "TACE, 3 sessions in a year",
        lambda: embolise(Growth(diameter_cm=5), Tace(), DAYS, schedule(3)),
        SOLVE_MS,
    ),
    (
        "TACE, 0 to 6 sessions against liver function",
        lambda: trade_off(Growth(diameter_cm=5), Tace(), AlbiCost()),
        SOLVE_MS,
    ),
    (
        "radioembolisation, best activity",
        lambda: best_activity(Radioembolisation(), GlassResponse()),
        SOLVE_MS,
    ),
]
"""Each model: its name, one solve, and what it may take at the median, ms."""


def measure() -> Iterator[Figure]:
    """The median of each solve."""
    for name, solve, target in SOLVES:
        solve()
        taken = statistics.median(timeit.repeat(solve, number=1, repeat=ROUNDS))
        yield Figure(name, target, taken * 1000, "ms")
