"""Measure every figure to reach and write them to `benchmarks.md`: run with `make bench`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks import cohorts, core, installation, lessons, mechanisms, sliders
from tests.benchmarks.figures import table

TABLE = Path(__file__).parents[2] / "benchmarks.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also run `make test`")
    parser.add_argument("-o", "--output", type=Path, default=TABLE, metavar="FILE")
    parser.add_argument("--large", action="store_true", help="also score 100 million rows")
    options = parser.parse_args()
    parts = [
        core.measure,
        cohorts.measure,
        *([cohorts.measure_large_file] if options.large else []),
        mechanisms.measure,
        sliders.measure_in_kernel,
        sliders.measure_in_browser,
        lessons.measure,
        installation.measure_install,
        *([installation.measure_tests] if options.tests else []),
    ]
    figures = []
    for part in parts:
        for figure in part():
            print(figure, flush=True)
            figures.append(figure)
    options.output.write_text(table(figures), encoding="utf-8")
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
