"""Measure every figure to reach and write them to `benchmarks.md`: run with `make bench`.

`python -m tests.benchmarks --large` scores 100 million rows instead, once, and writes what it took
to `docs/large_file.md`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks import cohorts, core, installation, lessons, lite, mechanisms, sliders
from tests.benchmarks.figures import table

ROOT = Path(__file__).parents[2]
TABLE, LARGE_TABLE = ROOT / "benchmarks.md", ROOT / "docs/large_file.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also run `make test`")
    parser.add_argument("--large", action="store_true", help="only score 100 million rows")
    options = parser.parse_args()
    parts = [
        core.measure,
        cohorts.measure,
        mechanisms.measure,
        sliders.measure_in_kernel,
        sliders.measure_in_browser,
        lessons.measure,
        lite.measure,
        installation.measure_install,
        *([installation.measure_tests] if options.tests else []),
    ]
    figures = []
    for part in [cohorts.measure_large_file] if options.large else parts:
        for figure in part():
            print(figure, flush=True)
            figures.append(figure)
    if options.large:
        LARGE_TABLE.write_text(table(figures, "python -m tests.benchmarks --large"), "utf-8")
    else:
        TABLE.write_text(table(figures), "utf-8")
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
