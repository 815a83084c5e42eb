"""Table files, CSV or Parquet: read in one pass and written again with columns added.

What was read is written back as it was. Rows of a CSV file are copied as text, so quotes, blanks,
line ends and the byte order mark survive, and each result stands behind the row it belongs to.
Never more than some blocks of a file are in memory.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import polars as pl
from polars.io.plugins import register_io_source

CSV, PARQUET = FORMATS = (".csv", ".parquet")
LONGEST_CELL = 2**24
"""Characters of a quoted cell; one that goes on behind them was never closed."""
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
BATCH_ROWS = 100_000
BLOCK_BYTES = 1 << 24
SEPARATORS = ",;\t"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ZIP = b"PK\x03\x04"  # begins a spreadsheet
UTF_16 = (b"\xff\xfe", b"\xfe\xff")

Extend = Callable[[pl.DataFrame], pl.DataFrame]


class Table(Protocol):
    """A table file that can be read."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """Column names and types."""

    def scan(self) -> pl.LazyFrame:
        """Read all rows in order, some at a time."""

    def share(self, rows: int) -> float:
        """The part of the file that the rows read last are, between 0 and 1."""


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


def extend_table(table: Table, target: Path, used: Sequence[str], extend: Extend) -> None:
    """Write the rows of a table into a new file, in the format of its ending, with more columns.

    Parameters
    ----------
    table
        The table to read.
    target
        The file to write.
    used
        Columns that `extend` needs.
    extend
        Gives the columns to add to some rows. It is called from several threads, in any order.

    Raises
    ------
    ValueError
        In one sentence, if the table cannot be read or the format cannot hold its columns.
    OSError
        If the target cannot be written.
    """
    to_csv = target.suffix.lower() == CSV
    if to_csv and isinstance(table, CsvTable):
        table.copy(target, used, extend)
        return
    if to_csv and isinstance(table, ParquetTable):
        table.require_single_values()

    def with_more(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.hstack(extend(rows))

    none = pl.DataFrame(schema=table.schema)
    schema = {**table.schema, **extend(none).schema}
    rows = table.scan().map_batches(with_more, schema=schema, streamable=True)
    try:
        (rows.sink_csv if to_csv else rows.sink_parquet)(target)
    except _POLARS_ERRORS as error:
        if isinstance(table, ParquetTable):
            table.require_readable()
        number = re.search(r"os error (\d+)", str(error))
        raise OSError(os.strerror(int(number[1])) if number else str(error)) from None


def require_known_ending(path: Path) -> None:
    """Refuse a file that is neither CSV nor Parquet by its name.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if path.suffix.lower() not in FORMATS:
        raise ValueError(f"{path}: the ending must be {' or '.join(FORMATS)}")


@dataclass(frozen=True)
class Rows:
    """Consecutive rows of a CSV file.

    Attributes
    ----------
    cells
        The rows as a frame.
    texts
        The rows as they stand in the file, each without its line end.
    ends
        The line end of each.
    """

    cells: pl.DataFrame
    texts: list[str]
    ends: list[str]

    @classmethod
    def of(cls, cells: pl.DataFrame, lines: list[str]) -> Rows:
        """Take rows as they stand in the file, line ends included."""
        texts = [line.rstrip("\r\n") for line in lines]
        ends = [line[len(text) :] for line, text in zip(lines, texts, strict=True)]
        return cls(cells, texts, ends)

    def slices(self) -> Iterator[Rows]:
        """Give the rows some at a time."""
        for start in range(0, len(self.texts), BATCH_ROWS):
            part = slice(start, start + BATCH_ROWS)
            yield Rows(self.cells[part], self.texts[part], self.ends[part])


class CsvTable:
    """A CSV file in UTF-8, separated by commas, semicolons or tabs; every cell is text."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.bytes_per_row = 0.0
        with path.open("rb") as file:
            start = file.read(4096)
            self._refuse_binary(start)
            self.mark = BYTE_ORDER_MARK if start.startswith(BYTE_ORDER_MARK) else b""
            self.columns: list[str] = []
            self.header, self.columns = self._head(file)
        self._require_names()
        self.schema = dict.fromkeys(self.columns, pl.String())

    def _head(self, file: BinaryIO) -> tuple[str, list[str]]:
        """Read the first row, as text and as cells."""
        size, last = BLOCK_BYTES, False
        while not last:
            text, last = self._block(file, len(self.mark), size)
            lines = _lines(text)
            first = next((line for line in lines if line.strip()), "")
            unquoted = re.sub(r'"[^"]*"', "", first)
            self.separator = max(SEPARATORS, key=unquoted.count)
            for header, columns, _ in self._records(lines, 0, last):
                return header, columns
            size *= 2
        return "", []

    def scan(self) -> pl.LazyFrame:
        def cells(*_: object) -> Iterator[pl.DataFrame]:
            return (rows.cells for rows in self.rows(self.columns))

        return register_io_source(cells, schema=self.schema)

    def share(self, rows: int) -> float:
        return rows * self.bytes_per_row / self.size

    def copy(self, target: Path, used: Sequence[str], extend: Extend) -> None:
        """Copy every row to the byte and write behind it the columns that are added."""
        none = pl.DataFrame(schema=dict.fromkeys(used, pl.String()))
        with target.open("w", encoding="utf-8", newline="") as file:

            def write(rows: Rows, added: list[str]) -> None:
                each = zip(rows.texts, added, rows.ends, strict=True)
                file.write("".join(f"{row}{self.separator}{more}{end}" for row, more, end in each))

            file.write(self.mark.decode())
            write(Rows.of(none, [self.header]), [self.separator.join(extend(none).columns)])
            for rows in self.rows(used):
                added = extend(rows.cells).write_csv(
                    include_header=False, separator=self.separator, quote_style="necessary"
                )
                write(rows, added.split("\n")[:-1])

    def rows(self, used: Sequence[str]) -> Iterator[Rows]:
        """Read all rows in order, with the cells of some columns."""
        position = len(self.mark) + len(self.header.encode())
        line, size = len(_lines(self.header)), BLOCK_BYTES
        with self.path.open("rb") as file:
            while position < self.size:
                text, last = self._block(file, position, size)
                rows, rest = self._plain_rows(text, used) or self._any_rows(text, used, line, last)
                if rest == text:
                    size *= 2
                    continue
                read = len(text.removesuffix(rest).encode())
                self.bytes_per_row = read / max(len(rows.texts), 1)
                yield from rows.slices()
                position += read
                line += len(_lines(text)) - len(_lines(rest))

    def _block(self, file: BinaryIO, position: int, size: int) -> tuple[str, bool]:
        """Read whole lines from a position on, and tell whether they are the last."""
        file.seek(position)
        data = file.read(size)
        last = position + len(data) >= self.size
        if not last:
            # A carriage return at the end may be half of a line end.
            whole = data.removesuffix(b"\r")
            data = data[: max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1]
        try:
            return data.decode(), last
        except UnicodeDecodeError:
            raise self._not_utf8() from None

    def _plain_rows(self, text: str, used: Sequence[str]) -> tuple[Rows, str] | None:
        """Read rows without quotes, blank lines and mixed line ends, as most are; else None."""
        end = "\r\n" if "\r\n" in text else "\n"
        texts = text.removesuffix(end).split(end)
        separators = len(self.columns) - 1
        mixed = len(end) * text.count(end) != text.count("\n") + text.count("\r")
        if '"' in text or mixed or "" in texts or not separators:
            return None
        lines = pl.Series(texts, dtype=pl.String)
        if (lines.str.count_matches(self.separator, literal=True) != separators).any():
            return None
        cells = lines.str.split_exact(self.separator, separators).struct.unnest()
        cells.columns = self.columns
        ends = [end] * len(texts)
        ends[-1] = end * text.endswith(end)
        return Rows(_blank_as_null(cells.select(used)), texts, ends), ""

    def _any_rows(self, text: str, used: Sequence[str], line: int, last: bool) -> tuple[Rows, str]:
        """Read rows as they come; give them and the text behind the last complete one."""
        lines = taken = _lines(text)
        end = len(lines)
        chosen = itemgetter(*(self.columns.index(name) for name in used))
        entries = self._one_a_line(lines, chosen)
        if entries is None:
            found = list(self._records(lines, line, last))
            taken, entries = [row for row, _, _ in found], [chosen(cells) for _, cells, _ in found]
            end = len(lines) if last else found[-1][2] if found else 0
        columns = [entries] if len(used) == 1 else list(zip(*entries, strict=True))
        frame = pl.DataFrame(columns, schema=dict.fromkeys(used, pl.String()), orient="col")
        return Rows.of(_blank_as_null(frame), taken), "".join(lines[end:])

    def _one_a_line(self, lines: list[str], chosen: Callable[[list[str]], Any]) -> list[Any] | None:
        """Read lines that all hold one row, or None if some do not."""
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        wanted = len(self.columns)
        try:
            entries = [chosen(cells) for cells in reader if len(cells) == wanted]
        except csv.Error:
            return None
        return entries if len(entries) == len(lines) else None

    def _records(
        self, lines: list[str], before: int, last: bool
    ) -> Iterator[tuple[str, list[str], int]]:
        """Give every row as text and as cells, both as they stand in the file, and where it ends.

        Blank lines hold no row; they stay part of the text of the row that follows. Only in a
        table of one column is a blank line a row, with an empty cell. A row that goes on behind
        the lines is left out.
        """
        begin = 0
        reader = csv.reader(lines, delimiter=self.separator, strict=True)
        try:
            for cells in reader:
                if not cells:
                    if len(self.columns) != 1:
                        continue
                    cells = [""]
                if self.columns and len(cells) != len(self.columns):
                    raise self._ragged(before + reader.line_num, len(cells))
                end = reader.line_num
                yield "".join(lines[begin:end]), cells, end
                begin = end
        except csv.Error:
            if not last and reader.line_num == len(lines):
                return
            raise ValueError(
                f"{self.path}: line {before + begin + 1} begins a quoted cell that does not end as "
                "it should"
            ) from None

    def _refuse_binary(self, start: bytes) -> None:
        if start.startswith(UTF_16):
            raise self._not_utf8()
        if b"\0" in start or start.startswith(ZIP):
            raise ValueError(
                f"{self.path} is not a CSV file; if it is a spreadsheet, save it as CSV"
            )

    def _require_names(self) -> None:
        if not any(name.strip() for name in self.columns):
            raise ValueError(f"{self.path}: the first line must hold the column names")
        nameless = [number for number, name in enumerate(self.columns, 1) if not name]
        if len(nameless) > 1:
            raise ValueError(
                f"{self.path}: columns {', '.join(map(str, nameless))} have no name in the first "
                "line"
            )
        twice = [name for name, count in Counter(self.columns).items() if count > 1]
        if twice:
            raise ValueError(f"column {twice[0]} stands twice; rename or drop one of them")

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


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


def _blank_as_null(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select(pl.when(pl.all() != "").then(pl.all()))


class ParquetTable:
    """A Parquet file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.schema = pl.read_parquet_schema(path)
            self.rows: int = pl.scan_parquet(path).select(pl.len()).collect().item()
        except _POLARS_ERRORS:
            raise self._unreadable() from None

    def scan(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path)

    def share(self, rows: int) -> float:
        return rows / max(self.rows, 1)

    def require_readable(self) -> None:
        """Refuse a file of which some part cannot be read."""
        try:
            self.scan().map_batches(pl.DataFrame.clear, streamable=True).collect()
        except _POLARS_ERRORS:
            raise self._unreadable() from None

    def require_single_values(self) -> None:
        """Refuse columns that have no place in the cells of a CSV file."""
        for name, dtype in self.schema.items():
            if dtype.base_type() in _KINDS:
                raise ValueError(
                    f"{self.path}: column {name} holds {_KINDS[dtype.base_type()]}, "
                    f"which a CSV file cannot; choose an output that ends in {PARQUET}"
                )

    def _unreadable(self) -> ValueError:
        return ValueError(f"{self.path} is not a readable Parquet file")


_POLARS_ERRORS = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_KINDS: Mapping[Any, str] = {
    pl.List: "lists",
    pl.Array: "lists",
    pl.Struct: "records",
    pl.Binary: "bytes",
    pl.Duration: "durations",
}
