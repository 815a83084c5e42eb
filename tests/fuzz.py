"""Random table files, as hospitals and mishaps make them, scored and compared with single patients.

A case is a file of junk, mixed units, odd blanks, quotes, line ends and types. Scoring it must
end in one sentence or in a file that holds every row as it was, in order, with results equal to
those of each row read alone, and that names every impossible cell.

``python -m tests.fuzz 10000`` runs ten thousand cases; a second number is the seed.
"""

from __future__ import annotations

import csv
import io
import math
import random
import re
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

from hcclab import table_file
from hcclab.cohort_file import score_file
from hcclab.cohort_plan import PROBLEMS, plan
from hcclab.intake import MEASURES, Patient
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS, find_system
from hcclab.rules import Points
from hcclab.variables import QUANTITIES, TUMOUR_LIST, VARIABLES

BLANKS = ["", "", "", " ", "NA", "n/a", "NaN", "null", "Unknown", "?", "\t", " na "]
NO_BLANKS = ["None", "-", ".", "n.d.", "not done", "#N/A", "nil", "\u200b"]
NUMBERS = [
    *("0", "-0", "1", "2", "3", "5", "10", "100", "0.5", "1.5", "-1", "+5", "5.", ".5", "007"),
    *(
        "1e5",
        "1E-3",
        "1e999",
        "-1e999",
        "1e-320",
        "5e-324",
        "9007199254740993",
        "1e308",
        "12345678",
    ),
    *("inf", "-inf", "Infinity", "0x10", "1_000", "1 000", "1,000", "3,8", "1.234,5", "1/2", "50%"),
    *("<5", ">= 3", "≤ 2", "~4", "5 mg", "5g/L", "٣٨", "３８", "²", "--1", "1..2", "1e", "e5"),
]
WORDS = [
    *("yes", "NO", "Y", "n", "t", "F", "TRUE", "false", "ja", "oui", "+", "positive", "none"),
    *("mild", "Moderate-severe", "A", "b", "C", "0-A", "IIIb", "2a", "grade 2", "F4", "male"),
    *("abc", "see note", "x; needs ecog", "albi_score: needs inr", "a;b", "a, b", 'say "hm"', '"'),
    *("two\nlines", "\r", "a\r\nb", "\u2028", "\x85", "\x0b", "é肝🧪", "=1+1", "1 and 2 disagree"),
    *("x outside y", "2020-01-31", "31.01.2020", "a=b is not a number", "'", "\\", "\ufeff", "]"),
]
LISTS = [
    *("2.0", "2", "4.5;2.0", "4.5; 2", " 3 ; 3 ; 3 ", "1;1;1;1;1;1", "2.0;", ";2", ";", "0.1;30"),
    *(
        "45;20",
        "0.05",
        "2,5",
        "4;x",
        "1 2",
        ".5",
        "[4.5, 2.0]",
        "4.5|2",
        "4.5/2",
        "1e0",
        "+2",
        "2\n;3",
        "30.1",
    ),
    "3;" * 99 + "3",
    "3;" * 100 + "3",
]
STRANGE_COLUMNS = ["id", "note", "Albumin", "", " ecog", "größe", "a;b", "x,y", "tab\there", 'q"q']
ENDS = ["\n", "\n", "\r\n", "\r"]
EXPECTED = re.compile(
    r"stands twice|no column is usable|have no name|is not UTF-8|neither numbers nor text|"
    r"which a CSV file cannot|already there"
)


class WrongFileError(AssertionError):
    """What is wrong with a scored file."""


def require(holds: bool, *what: object) -> None:
    if not holds:
        raise WrongFileError(" | ".join(map(str, what)))


# What is in the files -----------------------------------------------------------------------------


def number_near(variable: Variable, chance: random.Random) -> str:
    """A number that is valid, on a limit, just beyond one, or in another unit."""
    (low, high), (least, most) = variable.hard, variable.usual
    ends = [x for x in (low, high, least, most) if math.isfinite(x)] or [0.0, 1.0]
    start, stop = (least, most) if math.isfinite(least) and math.isfinite(most) else (0, 100)
    value = chance.choice(
        [
            *[chance.uniform(start, stop)] * 8,
            *ends,
            chance.choice(ends) + chance.choice([-0.1, 0.1, 1e-9, 1]),
            chance.uniform(start, stop) * chance.choice([0.1, 10, 17.1, 1 / 17.1, 88.4, 1000]),
        ]
    )
    if variable.kind == "integer" and chance.random() < 0.9:
        return chance.choice([str(round(value)), f"{round(value)}.0"])
    return chance.choice([f"{value:.1f}", f"{value:.2f}", str(value), f" {value:g} "])


def text_cell(name: str, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.12:
        return chance.choice(BLANKS)
    if kind < 0.22:
        return chance.choice([*NO_BLANKS, *NUMBERS, *WORDS, *LISTS])
    if name == TUMOUR_LIST:
        return chance.choice(LISTS[:10])
    variable = VARIABLES.get(name)
    if variable is None:
        return chance.choice([*WORDS, *NUMBERS])
    if variable.kind == "flag":
        return chance.choice(["yes", "no", "0", "1", "True", "false", "1.0", "0.0", "Y", " n"])
    if variable.kind == "choice":
        word = chance.choice(variable.choices)
        return chance.choice([word, word, word.upper(), word.replace("_", "-"), f" {word} "])
    return number_near(variable, chance)


def columns_for(systems: list[str], chance: random.Random) -> list[str]:
    """Most of the inputs of the systems, some twice in two units, some strange columns."""
    share = chance.choice([0.3, 0.8, 1.0])
    names = dict.fromkeys(
        name for key in systems for name in find_system(key).inputs if chance.random() < share
    )
    for quantity in QUANTITIES:
        if chance.random() < 0.2 and not names.keys().isdisjoint(quantity.names):
            names |= dict.fromkeys(quantity.names)
    if chance.random() < 0.1 and not names.keys().isdisjoint(MEASURES):
        names |= dict.fromkeys([TUMOUR_LIST, *MEASURES])
    columns = [*names][:40]
    columns += [name for name in STRANGE_COLUMNS if chance.random() < 0.15]
    if chance.random() < 0.02:
        columns += chance.sample(columns, 1) if columns else []
    chance.shuffle(columns)
    return columns or ["ecog"]


# The files ----------------------------------------------------------------------------------------


def write_csv(path: Path, columns: list[str], rows: list[list[str]], chance: random.Random) -> None:
    separator, end = chance.choice(",;\t"), chance.choice(ENDS)
    quoting = chance.choice([0.0, 0.0, 0.1, 1.0])
    special = re.compile(f'[{separator}"\r\n]')

    def cell(text: str) -> str:
        if special.search(text) or chance.random() < quoting:
            return '"' + text.replace('"', '""') + '"'
        return text

    header = separator.join(map(cell, columns))
    # The separator is told by the header, so it must not be outnumbered there.
    if len(columns) == 1:
        header = columns[0] if columns[0].isidentifier() else '"' + columns[0] + '"'
    lines = [header, *(separator.join(map(cell, row)) for row in rows)]
    if len(columns) > 1 and chance.random() < 0.1:
        lines.insert(chance.randrange(1, len(lines) + 1), "")
    text = end.join(lines) + end * (chance.random() < 0.8)
    mark = "\ufeff" * (chance.random() < 0.2)
    encoding = chance.choice(["utf-8"] * 40 + ["latin-1", "utf-16"])
    path.write_bytes((mark + text).encode(encoding, errors="replace"))


def typed(name: str, texts: list[str], chance: random.Random) -> pl.Series:
    """A column of some type, with the entries that fit into it."""
    kinds = ["text", "float", "float"] * 4
    kinds += ["int", "int8", "uint64", "float32", "bool", "category", "enum", "decimal", "null"]
    kinds += ["date", "datetime", "time"] * (chance.random() < 0.3)
    kinds += ["list", "array"] * (8 if name == TUMOUR_LIST else chance.random() < 0.03)
    kinds += ["struct", "binary", "duration"] * (chance.random() < 0.03)
    kind = chance.choice(kinds)
    numbers = [_float(text, chance) for text in texts]
    whole = [None if x is None or not abs(x) < 1e9 else round(x) for x in numbers]
    small = [None if x is None or abs(x) > 100 else x for x in whole]
    size = range(len(texts))
    match kind:
        case "float":
            return pl.Series(name, numbers, pl.Float64)
        case "float32":
            return pl.Series(name, numbers, pl.Float64).cast(pl.Float32)
        case "int":
            return pl.Series(name, whole, pl.Int64)
        case "int8":
            return pl.Series(name, small, pl.Int8)
        case "uint64":
            return pl.Series(name, [None if x is None else abs(x) for x in whole], pl.UInt64)
        case "bool":
            return pl.Series(name, [chance.choice([True, False, None]) for _ in size], pl.Boolean)
        case "category":
            return pl.Series(name, texts, pl.Categorical)
        case "enum":
            return pl.Series(name, texts, pl.Enum(sorted(set(texts))))
        case "date":
            return pl.Series(name, [date(2020, 1, 31)] * len(texts), pl.Date)
        case "datetime":
            return pl.Series(name, [datetime(2020, 1, 31, 8)] * len(texts), pl.Datetime)
        case "time":
            return pl.Series(name, [datetime(2020, 1, 31, 8).time()] * len(texts), pl.Time)
        case "decimal":
            cents = [None if x is None else Decimal(x) / 100 for x in whole]
            return pl.Series(name, cents, pl.Decimal(20, 2))
        case "null":
            return pl.Series(name, [None] * len(texts), pl.Null)
        case "list":
            entries = [chance.sample([2.0, 4.5, 3.0, 0.05, 45.0, None], k=n % 4) for n in size]
            return pl.Series(name, entries, pl.List(pl.Float64))
        case "array":
            return pl.Series(name, [[2.0, 3.5]] * len(texts), pl.Array(pl.Float64, 2))
        case "struct":
            return pl.Series(name, [{"a": 1}] * len(texts), pl.Struct({"a": pl.Int64}))
        case "binary":
            return pl.Series(name, [b"\xff"] * len(texts), pl.Binary)
        case "duration":
            return pl.Series(name, [timedelta(days=1)] * len(texts), pl.Duration)
    return pl.Series(name, [text if chance.random() < 0.9 else None for text in texts], pl.String)


def _float(text: str, chance: random.Random) -> float | None:
    try:
        return float(text)
    except ValueError:
        return chance.choice([None, math.nan, math.inf, 1.0])


def write_parquet(
    path: Path, columns: list[str], rows: list[list[str]], chance: random.Random
) -> None:
    columns = [*dict.fromkeys(columns)]
    texts = [[row[n] for row in rows] for n in range(len(columns))]
    series = [typed(*column, chance) for column in zip(columns, texts, strict=True)]
    pl.DataFrame(series).write_parquet(path, row_group_size=chance.choice([None, 1, 3]))


# What must hold -----------------------------------------------------------------------------------


def read_back(path: Path) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of a file, read with nothing of hcclab."""
    if path.suffix == ".parquet":
        frame = pl.read_parquet(path)
        return frame.columns, [list(row) for row in frame.rows()]
    text = path.read_bytes().decode().removeprefix("\ufeff")
    first = next(line for line in re.split("[\r\n]", text) if line.strip())
    separator = max(",;\t", key=re.sub(r'"[^"]*"', "", first).count)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    if len(header) == 1:
        rows = [row or [""] for row in rows]
    return header, [row for row in rows if row]


def check_rows(source: Path, target: Path, systems: list[str]) -> int:
    columns, given = read_back(source)
    after, scored = read_back(target)
    made = plan(columns, systems)
    require(after == [*columns, *made.columns], "columns", after)
    require(len(given) == len(scored), "rows", len(given), len(scored))
    for number, (row, longer) in enumerate(zip(given, scored, strict=True)):
        kept = longer[: len(row)]
        same = [
            _same_cell(a, b, source.suffix, target.suffix) for a, b in zip(row, kept, strict=True)
        ]
        require(all(same), "row", number, row, kept)
        results = dict(zip(made.columns, longer[len(row) :], strict=True))
        record = dict(zip(columns, row, strict=True))
        check_results({name: _entry(record[name]) for name in made.used}, results, systems)
    return len(given)


def _entry(cell: Any) -> Any:
    """A cell as a person would enter it: a decimal column holds numbers like any other."""
    return float(cell) if isinstance(cell, Decimal) else cell


def _same_cell(before: Any, after: Any, one: str, other: str) -> bool:
    if one == other:
        return repr(before) == repr(after)
    if one == ".csv":
        return (before or None) == after
    if before is None or after == "":
        return before in (None, "") and after == ""
    if isinstance(before, float):
        return repr(float(after)) == repr(before) or math.isclose(
            float(after), before, rel_tol=1e-6
        )
    if isinstance(before, Decimal):
        return Decimal(after) == before
    return str(after).lower().replace("t", " ").startswith(str(before).lower().replace("t", " "))


def check_results(record: dict[str, Any], got: dict[str, Any], systems: list[str]) -> None:
    """Compare with what the row gives if it is the only patient there is."""
    patient = Patient.read_leniently(record)
    said = got[PROBLEMS] or ""
    for key in systems:
        system = find_system(key)
        for output in system.outputs:
            if output.column not in got:
                continue
            value = output.evaluate(patient)
            if isinstance(output, Points) and isinstance(value, tuple):
                value = None
            require(_same(got[output.column], value), output.column, got[output.column], value)
        first = system.outputs[0].column
        if first in got:
            named = f"; {first}: " in f"; {said}"
            require(named == (got[first] in (None, "")), f"{first} empty and explained", said)
    for name, problem in patient.problems.items():
        known = (f"{name}=", *(f"{TUMOUR_LIST}=",) * (name in MEASURES))
        require(any(start in said for start in known), "impossible cell not named", problem, said)


def _same(got: Any, expected: Any) -> bool:
    if got in (None, "") or expected is None:
        return got in (None, "") and expected is None
    if isinstance(expected, str):
        return bool(got == expected)
    return math.isclose(float(got), float(expected), rel_tol=1e-9, abs_tol=1e-12)


@contextmanager
def blocks(chance: random.Random) -> Iterator[None]:
    """Read files in small parts, so that rows lie across their borders."""
    before = table_file.BLOCK_BYTES, table_file.BATCH_ROWS
    if chance.random() < 0.2:
        table_file.BLOCK_BYTES = chance.choice([16, 200, 1000])
        table_file.BATCH_ROWS = chance.choice([3, before[1]])
    try:
        yield
    finally:
        table_file.BLOCK_BYTES, table_file.BATCH_ROWS = before


def run_case(seed: str) -> int | None:
    """Score one random file; give the number of its rows, or None if it was refused."""
    chance = random.Random(seed)
    systems = chance.sample(sorted(SYSTEMS), 3)
    columns = columns_for(systems, chance)
    size = chance.choice([0, 1, 3, 8, 12])
    rows = [[text_cell(name, chance) for name in columns] for _ in range(size)]
    write, source_end = chance.choice([(write_csv, ".csv"), (write_parquet, ".parquet")])
    with tempfile.TemporaryDirectory() as folder, blocks(chance):
        source = Path(folder) / f"in{source_end}"
        target = Path(folder) / f"out{chance.choice(['.csv', '.parquet'])}"
        write(source, columns, rows, chance)
        before = source.read_bytes()
        try:
            report = score_file(source, target, systems)
        except ValueError as error:
            message = str(error)
            require(bool(EXPECTED.search(message)) and "\n" not in message, "refused", message)
            require(not target.exists(), "refused, and a file is left")
            found = None
        else:
            found = check_rows(source, target, systems)
            require(report.rows == found, "rows counted", report.rows, found)
            str(report)
        require(source.read_bytes() == before, "the source was changed")
        left = {path.name for path in Path(folder).iterdir()} - {source.name, target.name}
        require(not left, "left behind", left)
    return found


def run(cases: Iterable[str]) -> tuple[int, int, list[str]]:
    """Run some cases; give the files and rows scored, and what failed."""
    files, rows, failures = 0, 0, []
    for case in cases:
        try:
            found = run_case(case)
        except Exception:
            failures.append(f"case {case}: {traceback.format_exc(limit=-3)}")
        else:
            files, rows = files + (found is not None), rows + (found or 0)
    return files, rows, failures


def main(count: int = 10000, seed: int = 0) -> int:
    """Run many cases in processes that live briefly, and show at once what fails."""
    cases = [f"{seed}-{number}" for number in range(count)]
    files = rows = failed = cases_done = 0
    with get_context("spawn").Pool(maxtasksperchild=1) as pool:
        parts = [cases[start : start + 100] for start in range(0, count, 100)]
        for done, read, failures in pool.imap(run, parts):
            files, rows, failed = files + done, rows + read, failed + len(failures)
            cases_done += 100
            so_far = [f"{cases_done} cases so far"] if cases_done % 1000 == 0 else []
            print(*failures, *so_far, sep="\n", end="\n" * bool(failures + so_far), flush=True)
    print(f"{count} cases: {files} files with {rows} rows scored, {failed} failures")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
