"""Score a file: CSV or Parquet in and out, larger than memory too, never overwriting anything."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hcclab.cohort import PROBLEMS, Plan, plan, score

FORMATS = (".csv", ".parquet")
VALUE_IN_PROBLEM = r"=\S+( |$)"


@dataclass(frozen=True)
class Report:
    """What came of scoring a file.

    Attributes
    ----------
    rows
        Rows read and written.
    determined
        Rows with a result, by column.
    problems
        Rows by kind of problem, the commonest first.
    checks
        Rows by kind of unusual value, the commonest first.
    notes
        What was assumed, and columns that look misnamed.
    """

    rows: int
    determined: dict[str, int]
    problems: dict[str, int]
    checks: dict[str, int]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"note: {note}" for note in self.notes]
        lines += [f"{count} rows: {kind}" for kind, count in self.problems.items()]
        lines += [f"{count} rows: {kind}" for kind, count in self.checks.items()]
        results = ", ".join(f"{name} {count}" for name, count in self.determined.items())
        lines.append(f"{self.rows} rows scored; results: {results}")
        lines.append(f"{sum(self.problems.values())} problems, {sum(self.checks.values())} checks")
        return "\n".join(lines)


def score_file(
    source: str | Path,
    target: str | Path,
    systems: Iterable[str] | None = None,
    progress: bool = False,
) -> Report:
    """Score every row of a file into a new file.

    Parameters
    ----------
    source, target
        CSV or Parquet, told by the ending. The target must not exist yet.
    systems
        Keys of the systems; all of them by default.
    progress
        Show a progress bar on standard error.

    Returns
    -------
    Report
        Counts of rows, results and problems by kind.

    Raises
    ------
    ValueError
        In one sentence, if a file is not what it should be. No file is changed then.
    """
    source, target = Path(source), Path(target)
    for path in (source, target):
        if path.suffix.lower() not in FORMATS:
            raise ValueError(f"{path}: the ending must be {' or '.join(FORMATS)}")
    if target.exists():
        raise ValueError(f"{target} exists already; choose another name or remove it")
    if not target.parent.is_dir():
        raise ValueError(f"{target}: there is no folder {target.parent}")
    table, separator = _open(source)
    try:
        columns = table.collect_schema().names()
    except pl.exceptions.PolarsError as error:
        raise _unreadable(source, error) from None
    made = plan(columns, systems)
    with _replacing(target) as draft:
        try:
            _write(_counted(table, progress), systems, draft, separator)
            return _report(draft, made, separator)
        except pl.exceptions.PolarsError as error:
            raise _unreadable(source, error) from None


def _open(source: Path) -> tuple[pl.LazyFrame, str]:
    if not source.is_file():
        raise ValueError(f"{source}: no such file")
    if source.stat().st_size == 0:
        raise ValueError(f"{source} is empty")
    if source.suffix.lower() == ".parquet":
        return pl.scan_parquet(source), ","
    header, separator = _header(source)
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    if twice:
        raise ValueError(f"{source}: column {twice[0]} stands twice; rename or drop one of them")
    scan = pl.scan_csv(source, infer_schema=False, separator=separator, encoding="utf8")
    return scan, separator


def _header(source: Path) -> tuple[list[str], str]:
    with source.open("rb") as file:
        start = file.read(65536)
    if b"\0" in start or start.startswith(b"PK"):
        raise ValueError(f"{source} is not a CSV file; if it is a spreadsheet, save it as CSV")
    try:
        line = start.split(b"\n", 1)[0].decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        raise ValueError(f"{source} is not UTF-8 text; save it as CSV UTF-8") from None
    separator = max(",;\t", key=line.count)
    header = next(csv.reader([line], delimiter=separator), [])
    if not any(name.strip() for name in header):
        raise ValueError(f"{source}: the first line must hold the column names")
    return header, separator


def _unreadable(source: Path, error: Exception) -> ValueError:
    if source.suffix.lower() == ".parquet":
        return ValueError(f"{source} is not a readable Parquet file")
    ragged = _first_ragged_row(source)
    if ragged:
        return ValueError(f"{source}: {ragged}")
    detail = re.split(r"[.\n]", str(error).strip(), maxsplit=1)[0]
    return ValueError(f"{source} cannot be read as CSV: {detail}")


def _first_ragged_row(source: Path) -> str:
    header, separator = _header(source)
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file, delimiter=separator), start=1):
                if len(row) > len(header):
                    return f"row {number} has {len(row)} cells, the header has {len(header)}"
    except UnicodeDecodeError:
        return "it is not UTF-8 text; save it as CSV UTF-8"
    return ""


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a draft beside the target; it takes the target's name only if all went well."""
    draft = target.with_name(f".{os.getpid()}-{target.name}")
    try:
        yield draft
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def _counted(table: pl.LazyFrame, progress: bool) -> pl.LazyFrame:
    if not progress:
        return table
    from tqdm import tqdm

    total = table.select(pl.len()).collect(engine="streaming").item()
    bar = tqdm(total=total, unit=" rows", unit_scale=True, file=sys.stderr, leave=False)

    def count(batch: pl.DataFrame) -> pl.DataFrame:
        bar.update(len(batch))
        return batch

    return table.map_batches(count, streamable=True, validate_output_schema=False)


def _write(table: pl.LazyFrame, systems: Any, draft: Path, separator: str) -> None:
    scored = score(table, systems)
    if draft.suffix.lower() == ".parquet":
        scored.sink_parquet(draft)
    else:
        scored.sink_csv(draft, separator=separator)


def _report(draft: Path, made: Plan, separator: str) -> Report:
    if draft.suffix.lower() == ".parquet":
        scored = pl.scan_parquet(draft)
    else:
        scored = pl.scan_csv(draft, infer_schema=False, separator=separator)
    results = [name for name in made.columns if name != PROBLEMS]
    counts = scored.select(pl.len().alias("rows"), *(pl.col(n).count() for n in results))
    numbers = counts.collect(engine="streaming").row(0, named=True)
    kinds = (
        scored.select(pl.col(PROBLEMS).drop_nulls().str.split("; ").list.explode())
        .select(pl.col(PROBLEMS).str.replace_all(VALUE_IN_PROBLEM, "${1}"))
        .group_by(PROBLEMS)
        .len()
        .sort(["len", PROBLEMS], descending=[True, False])
        .collect(engine="streaming")
    )
    counted = dict(kinds.rows())
    return Report(
        rows=numbers.pop("rows"),
        determined=numbers,
        problems={k: n for k, n in counted.items() if not k.startswith("check ")},
        checks={k: n for k, n in counted.items() if k.startswith("check ")},
        notes=made.notes,
    )
