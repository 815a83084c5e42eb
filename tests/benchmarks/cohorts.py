"""How fast cohorts are scored, against the same rules written by hand in NumPy."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from hcclab.cohort import score
from tests.benchmarks.figures import Figure
from tests.cohorts import COMPUTED, READ, random_cohort

ROUNDS = 7
ALBI_ROWS, BCLC_ROWS, ALL_ROWS = 10_000_000, 2_000_000, 1_000_000
FILE_ROWS, LARGE_FILE_ROWS = 10_000_000, 100_000_000
BCLC = (
    *("tumour_count", "largest_tumour_cm", "macrovascular_invasion", "extrahepatic_spread"),
    *("ecog", "ecog_tumour_related", "liver", "transplantable"),
)
ALL_SYSTEMS = """
import sys, time, psutil
from tests.benchmarks.cohorts import all_systems_cohort
import hcclab as hcc
cohort = all_systems_cohort({rows})
before = psutil.Process().memory_info().rss
begin = time.perf_counter()
hcc.score(cohort)
seconds = time.perf_counter() - begin
import resource
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(seconds, (peak - before) / cohort.estimated_size(), cohort.estimated_size())
"""
SCORE_FILE = """
import resource, sys, time
from hcclab.cohort_file import score_file
begin = time.perf_counter()
score_file(sys.argv[1], sys.argv[2], ["albi", "bclc_2022"])
print(time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def measure() -> Iterator[Figure]:
    """Ratios to NumPy within one run; seconds and memory of all systems."""
    yield albi()
    yield from bclc()
    yield from all_systems()


def measure_large_file() -> Iterator[Figure]:
    """Memory for a file larger than memory is that for one of a tenth."""
    chunk = random_cohort(
        ALL_ROWS, 1, names=("bilirubin_umol_l", "albumin_g_l", *BCLC), gaps=0.01, listed=False
    )
    with tempfile.TemporaryDirectory(prefix="hcclab-") as folder:
        small, _, _ = score_parquet(chunk, FILE_ROWS, Path(folder))
        large, seconds, size = score_parquet(chunk, LARGE_FILE_ROWS, Path(folder))
    yield Figure(
        "memory for 100 million rows of Parquet against 10 million (ALBI and BCLC)",
        1.2,
        large / small,
        "times",
        f"{large / 1e9:.2f} GB at the peak, a file of {size / 1e9:.1f} GB, {seconds:.0f} s",
    )


def score_parquet(chunk: pl.DataFrame, rows: int, folder: Path) -> tuple[float, float, int]:
    """Score a file that repeats some rows; give the peak memory, the seconds and its size."""
    source, target = folder / f"{rows}.parquet", folder / f"{rows}-scored.parquet"
    pl.concat([chunk.lazy()] * (rows // len(chunk))).sink_parquet(source)
    command = [sys.executable, "-c", SCORE_FILE, str(source), str(target)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert pl.scan_parquet(target).select(pl.len()).collect().item() == rows
    seconds, peak = map(float, done.stdout.split())
    size = source.stat().st_size
    source.unlink()
    target.unlink()
    return peak, seconds, size


def albi() -> Figure:
    """Score, grade and modified grade."""
    cohort = random_cohort(ALBI_ROWS, 1, names=("bilirubin_umol_l", "albumin_g_l"), gaps=0.01)
    bilirubin, albumin = (cohort[name].to_numpy() for name in cohort.columns)
    ours, hand = fastest(lambda: score(cohort, ["albi"]), lambda: albi_by_hand(bilirubin, albumin))
    rate = ALBI_ROWS / ours / 1e6
    return Figure(
        "ALBI score and grades, 10 million rows, against NumPy",
        1.5,
        ours / hand,
        "times",
        f"{ours:.2f} s, {rate:.0f} million rows a second",
    )


def albi_by_hand(bilirubin: Any, albumin: Any) -> tuple[Any, ...]:
    """What score, grade and modified grade are in NumPy; an unknown has no grade."""
    score = 0.66 * np.log10(bilirubin) - 0.085 * albumin
    grade = np.select([score <= -2.60, score <= -1.39, score > -1.39], ["1", "2", "3"], "")
    modified = np.select(
        [score <= -2.60, score <= -2.27, score <= -1.39, score > -1.39], ["1", "2a", "2b", "3"], ""
    )
    return score, grade, modified


def bclc() -> Iterator[Figure]:
    """One stage from nine findings, all known."""
    cohort = random_cohort(BCLC_ROWS, 1, names=BCLC, gaps=0, listed=False)
    arrays = {name: cohort[name].to_numpy() for name in BCLC}
    arrays["liver"] = arrays["liver"].astype("U")
    frame = pd.DataFrame({name: cohort[name].to_pandas() for name in BCLC})
    by_hand = lambda: bclc_by_hand(**arrays)  # noqa: E731
    ours, hand = fastest(lambda: score(cohort, ["bclc_2022"]), by_hand)
    detail = f"{ours:.2f} s"
    yield Figure("BCLC, 2 million rows, Polars against NumPy", 1.5, ours / hand, "times", detail)
    ours, hand = fastest(lambda: score(frame, ["bclc_2022"]), by_hand)
    detail = f"{ours:.2f} s"
    yield Figure("BCLC, 2 million rows, pandas against NumPy", 5, ours / hand, "times", detail)


def bclc_by_hand(**known: Any) -> Any:
    """What the stage is in NumPy if nothing is unknown."""
    count, largest, ecog = (known[n] for n in ("tumour_count", "largest_tumour_cm", "ecog"))
    related, liver = known["ecog_tumour_related"], known["liver"]
    return np.select(
        [
            ((ecog >= 3) & related) | ((liver == "end_stage") & ~known["transplantable"]),
            known["macrovascular_invasion"]
            | known["extrahepatic_spread"]
            | ((ecog >= 1) & related),
            (count == 1) & (largest <= 2),
            (count == 1) | ((count <= 3) & (largest <= 3)),
        ],
        ["D", "C", "0", "A"],
        "B",
    )


def all_systems_cohort(rows: int) -> pl.DataFrame:
    """Patients with all findings of all systems, 2 % of the cells unknown."""
    return random_cohort(rows, 1, names=tuple(n for n in READ if n not in COMPUTED), gaps=0.02)


def all_systems() -> Iterator[Figure]:
    """Seconds and memory beyond the input, in a process of its own."""
    code = ALL_SYSTEMS.format(rows=ALL_ROWS)
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    seconds, memory, size = map(float, done.stdout.split())
    yield Figure("all systems, 1 million rows", 10, seconds, "s")
    detail = f"the input has {size / 1e6:.0f} MB"
    yield Figure("memory of that, results included", 4, memory, "times the input", detail)


def fastest(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The shortest time of each, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, taken in zip((one, other), times, strict=True):
            begin = time.perf_counter()
            call()
            taken.append(time.perf_counter() - begin)
    return min(times[0]), min(times[1])
