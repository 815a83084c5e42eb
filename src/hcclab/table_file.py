"""Table files, CSV or Parquet: read in batches, written again with columns added.

What was read is written back as it was. Rows of a CSV file are copied as text, so quotes, blanks,
line ends and the byte order mark survive, and each result stands behind the row it belongs to.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

import polars as pl

CSV, PARQUET = FORMATS = (".csv", ".parquet")
BATCH_ROWS = 100_000
SEPARATORS = ",;\t"
BYTE_ORDER_MARK = "\ufeff"
ZIP = b"PK\x03\x04"  # begins a spreadsheet
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Batch:
    """Consecutive rows of a table.

    Attributes
    ----------
    cells
        The rows as a frame.
    lines
        The rows as they stand in a CSV file, line ends included; none from a Parquet file.
    share
        The part of the file that they are, between 0 and 1.
    """

    cells: pl.DataFrame
    lines: list[str]
    share: float


class Table(Protocol):
    """A table file that can be read."""

    columns: list[str]

    def batches(self) -> Iterator[Batch]:
        """Give all rows in order; at least one batch, if only an empty one."""


class Writer(Protocol):
    """A table file in the making, complete when its context ends."""

    def __enter__(self) -> Writer: ...
    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None: ...

    def write(self, batch: Batch, added: pl.DataFrame) -> None:
        """Append rows together with the columns added to them."""


def open_table(path: Path) -> Table:
    """Open a table file for reading.

    Raises
    ------
    ValueError
        In one sentence, if the file is not a table.
    """
    require_known_ending(path)
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty")
    return CsvTable(path) if path.suffix.lower() == CSV else ParquetTable(path)


def write_table(path: Path, like: Table) -> Writer:
    """Begin a table file for the rows of another, in the format that its ending tells.

    Raises
    ------
    ValueError
        If the format cannot hold the columns.
    """
    if path.suffix.lower() == PARQUET:
        return ParquetWriter(path)
    if isinstance(like, ParquetTable):
        like.require_single_values()
    return CsvWriter(path, like)


def require_known_ending(path: Path) -> None:
    """Refuse a file that is neither CSV nor Parquet by its name.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"{path}: the ending must be {' or '.join(FORMATS)}")


class CsvTable:
    """A CSV file in UTF-8, separated by commas, semicolons or tabs; every cell is text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._refuse_binary()
        with self._open() as file:
            unquoted = re.sub(r'"[^"]*"', "", self._first_line(file))
        self.separator = max(SEPARATORS, key=unquoted.count)
        self.columns: list[str] = []
        with self._open() as file:
            self.header, self.columns = next(self._records(file), ("", []))
            self.marked = file.marked
        if not any(name.strip() for name in self.columns):
            raise ValueError(f"{path}: the first line must hold the column names")
        nameless = [number for number, name in enumerate(self.columns, 1) if not name]
        if len(nameless) > 1:
            raise ValueError(
                f"{path}: columns {', '.join(map(str, nameless))} have no name in the first line"
            )

    def batches(self) -> Iterator[Batch]:
        size = self.path.stat().st_size
        with self._open() as file:
            records = self._records(file)
            next(records)
            read = 0
            while True:
                lines, rows = [], []
                for line, cells in records:
                    lines.append(line)
                    rows.append([cell or None for cell in cells])
                    if len(rows) == BATCH_ROWS:
                        break
                if read and not rows:
                    return
                before, read = read, file.position()
                schema = dict.fromkeys(self.columns, pl.String)
                frame = pl.DataFrame(rows, schema=schema, orient="row")
                yield Batch(frame, lines, (read - before) / size)
                if len(rows) < BATCH_ROWS:
                    return

    def _open(self) -> _Text:
        return _Text(self.path)

    def _first_line(self, file: TextIO) -> str:
        try:
            return next((line for line in file if line.strip()), "")
        except UnicodeDecodeError:
            raise self._not_utf8() from None

    def _records(self, file: TextIO) -> Iterator[tuple[str, list[str]]]:
        """Give every row as text and as cells, both as they stand in the file.

        Blank lines hold no row; they stay part of the text of the row that follows. Only in a
        table of one column is a blank line a row, with an empty cell.
        """
        taken: list[str] = []

        def lines() -> Iterator[str]:
            for line in file:
                taken.append(line)
                yield line

        reader = csv.reader(lines(), delimiter=self.separator, strict=True)
        try:
            for cells in reader:
                if not cells:
                    if len(self.columns) != 1:
                        continue
                    cells = [""]
                if self.columns and len(cells) != len(self.columns):
                    raise self._ragged(reader.line_num, len(cells))
                yield "".join(taken), cells
                taken.clear()
        except csv.Error:
            begin = reader.line_num - len(taken) + 1
            raise ValueError(
                f"{self.path}: line {begin} begins a quoted cell that does not end as it should"
            ) from None
        except UnicodeDecodeError:
            raise self._not_utf8() from None

    def _refuse_binary(self) -> None:
        with self.path.open("rb") as file:
            start = file.read(4096)
        if start.startswith(UTF_16):
            raise self._not_utf8()
        if b"\0" in start or start.startswith(ZIP):
            raise ValueError(
                f"{self.path} is not a CSV file; if it is a spreadsheet, save it as CSV"
            )

    def _not_utf8(self) -> ValueError:
        return ValueError(f"{self.path} is not UTF-8 text; save it as CSV UTF-8")

    def _ragged(self, line: int, cells: int) -> ValueError:
        wanted = len(self.columns)
        cause = (
            f"a cell that holds {self.separator!r} must stand in quotes"
            if cells > wanted
            else "some are missing"
        )
        return ValueError(
            f"{self.path}: line {line} has {cells} cells and the header has {wanted}; {cause}"
        )


class _Text(io.TextIOWrapper):
    """Text as it stands in the file, line ends too, behind the byte order mark if there is one."""

    def __init__(self, path: Path) -> None:
        self._bytes = path.open("rb")
        super().__init__(self._bytes, encoding="utf-8", newline="")
        try:
            self.marked = self.read(1) == BYTE_ORDER_MARK
        except UnicodeDecodeError:
            self.marked = False
        if not self.marked:
            self.seek(0)

    def position(self) -> int:
        return self._bytes.tell()


class ParquetTable:
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.schema = pl.read_parquet_schema(path)
            self.rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        except _POLARS_ERRORS:
            raise self._unreadable() from None
        self.columns = list(self.schema)

    def batches(self) -> Iterator[Batch]:
        scan = pl.scan_parquet(self.path)
        for start in range(0, max(self.rows, 1), BATCH_ROWS):
            try:
                cells = scan.slice(start, BATCH_ROWS).collect()
            except _POLARS_ERRORS:
                raise self._unreadable() from None
            yield Batch(cells, [], len(cells) / max(self.rows, 1))

    def require_single_values(self) -> None:
        """Refuse columns that have no place in the cells of a CSV file."""
        for name, dtype in self.schema.items():
            if dtype.is_nested() or dtype == pl.Binary:
                raise ValueError(
                    f"{self.path}: column {name} holds {_KINDS.get(dtype.base_type(), 'bytes')}, "
                    f"which a CSV file cannot; choose an output that ends in {PARQUET}"
                )

    def _unreadable(self) -> ValueError:
        return ValueError(f"{self.path} is not a readable Parquet file")


_POLARS_ERRORS = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_KINDS = {pl.List: "lists", pl.Array: "lists", pl.Struct: "records"}


class CsvWriter:
    """A CSV file that continues the rows of another table."""

    def __init__(self, path: Path, like: Table) -> None:
        self.like = like
        self.separator = like.separator if isinstance(like, CsvTable) else ","
        self.file = path.open("w", encoding="utf-8", newline="")
        self.begun = False

    def write(self, batch: Batch, added: pl.DataFrame) -> None:
        if isinstance(self.like, CsvTable):
            if not self.begun:
                self.file.write(BYTE_ORDER_MARK * self.like.marked)
                self._continue([self.like.header], [tuple(added.columns)])
            self._continue(batch.lines, added.rows())
        else:
            self.file.write(batch.cells.hstack(added).write_csv(include_header=not self.begun))
        self.begun = True

    def __enter__(self) -> CsvWriter:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        self.file.close()

    def _continue(self, lines: list[str], rows: list[tuple[object, ...]]) -> None:
        ends = _Lines()
        csv.writer(ends, delimiter=self.separator).writerows(rows)
        for line, end in zip(lines, ends, strict=True):
            row = line.rstrip("\r\n")
            self.file.write(f"{row}{self.separator}{end}{line[len(row) :]}")


class _Lines(list[str]):
    """A file for `csv.writer`, which writes one row at a time."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n"))


class ParquetWriter:
    """A Parquet file, gathered from parts so that no more than a batch is in memory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts: list[Path] = []

    def write(self, batch: Batch, added: pl.DataFrame) -> None:
        part = self.path.with_name(f"{self.path.name}.{len(self.parts)}")
        batch.cells.hstack(added).write_parquet(part)
        self.parts.append(part)

    def __enter__(self) -> ParquetWriter:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None:
            pl.scan_parquet(self.parts).sink_parquet(self.path)
