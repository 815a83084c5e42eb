"""What came of scoring a cohort, in numbers that can be read in ten seconds."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from itertools import groupby
from textwrap import fill
from typing import Any

import polars as pl

from hcclab.cells import PREFIX, Cells
from hcclab.cohort_plan import PROBLEMS, Plan
from hcclab.cohort_rows import MASK, ROW, Scored
from hcclab.intake import MEASURES, inputs_of
from hcclab.systems import System
from hcclab.variables import (
    TUMOUR_LIST,
    VARIABLES,
    direct_bilirubin_mg_dl,
    encephalopathy_grade,
)

WIDTH = 100
SEVERAL, MANY, MOST = 5, 12, 24
CELL = {
    r"^(\w+)=.* and (\w+)=.* disagree$": "${1} and ${2} disagree",
    r"^(\w+)=.*( is not a| is not one of | is not yes or no| outside |: over )": "${1}${2}",
}
"""Patterns that take the cell out of what is said of it."""
ENOUGH_TO_HINT = 10
POINTS = (1, 2, 3)


@dataclass(frozen=True)
class Report:
    """What came of scoring a file.

    Attributes
    ----------
    rows
        Rows read and written.
    determined
        Rows with a result, by column.
    results
        The same by system: its output that is known most often.
    wrong
        Cells that cannot be used, by kind, the commonest first.
    blank
        Blank cells that leave a result empty, by column.
    absent
        Rows in which a system that was asked for lacks a whole column.
    checks
        Cells that deserve a second look, by kind.
    notes
        What was assumed, columns that look misnamed or miscoded, and what the columns do not
        suffice for.
    """

    rows: int
    determined: dict[str, int]
    results: dict[str, int]
    wrong: dict[str, int]
    blank: dict[str, int]
    absent: dict[str, int]
    checks: dict[str, int]
    notes: tuple[str, ...]

    @property
    def problems(self) -> dict[str, int]:
        """Wrong and missing cells by kind."""
        blank = {f"{name} is blank": count for name, count in self.blank.items()}
        return {**self.absent, **self.wrong, **blank}

    def __str__(self) -> str:
        lines = [f"note: {note}" for note in self.notes]
        lines += [f"{_count(rows, 'row')}: {kind}" for kind, rows in self.absent.items()]
        lines += _kinds(self.wrong, "wrong cell")
        if self.blank:
            blank = _count(sum(self.blank.values()), "blank cell")
            lines.append(f"{blank}: {_numbers(self.blank, MANY)}")
        lines += _kinds(self.checks, "check")
        every = [name for name, rows in self.results.items() if rows == self.rows > 0]
        some = {n: rows for n, rows in self.results.items() if 0 < rows < self.rows}
        none = len(self.results) - len(every) - len(some)
        if every:
            lines.append(f"results in every row: {', '.join(every)}")
        if some:
            lines.append(f"results in some rows: {_numbers(some, MOST)}")
        if none:
            lines.append(f"results in no row: {none} of {_count(len(self.results), 'system')}")
        problems, checks = sum(self.problems.values()), sum(self.checks.values())
        lines.append(
            f"{_count(self.rows, 'row')} scored: "
            f"{_count(problems, 'problem')}, {_count(checks, 'check')}"
        )
        return "\n".join(
            fill(
                line,
                WIDTH,
                subsequent_indent="  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in lines
        )


@dataclass
class Tally:
    """Counts over some rows; the tallies of several parts of a cohort add up."""

    rows: int = 0
    determined: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    blank: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    lacking: Counter[tuple[System, int]] = field(default_factory=Counter)
    grades: Counter[float] = field(default_factory=Counter)

    @classmethod
    def of(cls, scored: Scored, asked: bool) -> Tally:
        """Count the results of some rows; `asked` tells that systems were asked for by name."""
        cells, values = scored.cells, scored.values
        absent = {system: _absent(system, cells.used) for system in scored.needs}
        grade = PREFIX + encephalopathy_grade.name
        return cls(
            rows=len(scored.results),
            determined=Counter(scored.results.drop(PROBLEMS).count().row(0, named=True)),
            wrong=_wrong(values.filter(scored.wrong), cells) if scored.wrong.any() else Counter(),
            blank=_blank(scored, {} if asked else absent),
            checks=_checks(values.filter(scored.odd), cells) if scored.odd.any() else Counter(),
            lacking=_lacking(scored.needs, absent),
            grades=_values(values[grade]) if grade in values.columns else Counter(),
        )

    def add(self, other: Tally) -> None:
        """Count the rows of another tally too."""
        for count in fields(self):
            both = getattr(self, count.name)
            both += getattr(other, count.name)
            setattr(self, count.name, both)

    def report(self, made: Plan, asked: bool) -> Report:
        """Sum up."""
        absent = self._absent_columns()
        if asked:
            missing = {f"no column {names}: {empty}": rows for names, empty, rows in absent}
            notes = []
        else:
            missing = {}
            notes = [f"no column {names}: {empty}" for names, empty, _ in absent[:SEVERAL]]
            more = len(absent) - SEVERAL
            if more > 0:
                notes.append(f"{more} more such gaps, larger ones; the column problems names them")
        return Report(
            rows=self.rows,
            determined={name: self.determined[name] for name in made.columns[:-1]},
            results=self._results(made),
            wrong=dict(_commonest(self.wrong)),
            blank=dict(_commonest(self.blank)),
            absent=missing,
            checks=dict(_commonest(self.checks)),
            notes=(*made.notes, *notes, *self._hints()),
        )

    def _absent_columns(self) -> list[tuple[str, str, int]]:
        """Absent columns, which systems they leave empty, and in how many rows; fewest first."""
        needed: dict[System, int] = {}
        rows: Counter[System] = Counter()
        for (system, mask), count in self.lacking.items():
            needed[system] = needed.get(system, 0) | mask
            rows[system] += count
        gaps: dict[tuple[str, ...], list[System]] = {}
        for system, mask in needed.items():
            gaps.setdefault(tuple(_names(system, mask)), []).append(system)

        def sentence(systems: list[System]) -> str:
            verb = "stays" if len(systems) == 1 else "stay"
            where = "" if all(rows[system] == self.rows for system in systems) else " in some rows"
            return f"{_list((system.key for system in systems), SEVERAL)} {verb} empty{where}"

        ordered = sorted(
            gaps.items(), key=lambda gap: (len(gap[0]), -sum(rows[s] for s in gap[1]), gap[0])
        )
        return [
            (_list(names, MANY), sentence(systems), max(rows[system] for system in systems))
            for names, systems in ordered
        ]

    def _results(self, made: Plan) -> dict[str, int]:
        return {
            system.key: max(self.determined[output.column] for output in made.outputs(system))
            for system in made.systems
            if made.outputs(system)
        }

    def _hints(self) -> list[str]:
        """Say what the cells of a column, each valid by itself, suggest together."""
        grades = self.grades
        if grades.total() < ENOUGH_TO_HINT or not set(grades) <= set(POINTS):
            return []
        return [
            f"{encephalopathy_grade.name} is never 0 and never above 3; if it holds Child-Pugh "
            "points, no encephalopathy must be written 0 and not 1"
        ]


def _absent(system: System, used: Iterable[str]) -> int:
    """Tell by bits which of the names of a system's first output no column can answer."""
    names = system.outputs[0].names
    return sum(1 << n for n, name in enumerate(names) if {*inputs_of([name])}.isdisjoint(used))


def _names(system: System, mask: int) -> list[str]:
    return [name for n, name in enumerate(system.outputs[0].names) if mask >> n & 1]


def _lacking(
    needs: Mapping[System, pl.DataFrame], absent: Mapping[System, int]
) -> Counter[tuple[System, int]]:
    rows: Counter[tuple[System, int]] = Counter()
    for system, lacking in needs.items():
        for mask, count in _values(lacking[MASK]).items():
            if mask & absent[system]:
                rows[system, mask & absent[system]] += count
    return rows


def _blank(scored: Scored, absent: Mapping[System, int]) -> Counter[str]:
    """Count blank cells that leave a result empty which no absent column would leave empty."""
    needed: dict[str, list[pl.Series]] = {}
    for system, lacking in scored.needs.items():
        beyond = pl.lit(absent.get(system, 0), pl.UInt64)
        answered = lacking.filter(pl.col(MASK) & beyond == 0)
        for name in _names(system, reduce(operator.or_, _values(answered[MASK]), 0)):
            asked_of = TUMOUR_LIST if name in MEASURES and name not in scored.cells.used else name
            if asked_of in scored.cells.used:
                bit = pl.lit(1 << system.outputs[0].names.index(name), pl.UInt64)
                rows = answered.filter(pl.col(MASK) & bit != 0)[ROW]
                needed.setdefault(asked_of, []).append(rows)
    counts: Counter[str] = Counter()
    for name, places in needed.items():
        wrong = scored.values.select(scored.cells.is_wrong(name)).to_series()
        counts[name] = int((~wrong.gather(pl.concat(places).unique())).sum())
    return +counts


def _wrong(rows: pl.DataFrame, cells: Cells) -> Counter[str]:
    """Count wrong cells by kind; two cells that disagree are one."""
    said = rows.select(
        (cells.wrong_list() if name == TUMOUR_LIST else cells.wrong(name)).alias(name)
        for name in cells.used
    )
    kinds: Counter[str] = Counter()
    for name, column in said.to_dict().items():
        if column.null_count() < len(column):
            found = column.filter(column.str.starts_with(f"{name}="))
            for pattern, kind in CELL.items():
                found = found.str.replace(pattern, kind)
            kinds += _values(found)
    return kinds


def _checks(rows: pl.DataFrame, cells: Cells) -> Counter[str]:
    kinds: Counter[str] = Counter()
    names = [name for name in cells.present if cells.has_usual(name)]
    signs = rows.select(
        cells.is_direct_above_total().alias(PREFIX), *(cells.is_unusual(n).alias(n) for n in names)
    )
    kinds[f"check {direct_bilirubin_mg_dl.name} above total bilirubin"] += int(signs[PREFIX].sum())
    for name in names:
        if signs[name].any():
            low, high = VARIABLES[name].usual
            kind = f"check {name} outside the usual {low:g}-{high:g}"
            odd = rows[PREFIX + name].filter(signs[name])
            for suspicion in VARIABLES[name].suspicions:
                likely = odd.is_between(suspicion.low, suspicion.high)
                kinds[f"{kind}, looks like {suspicion.looks_like}"] += int(likely.sum())
                odd = odd.filter(~likely)
            kinds[kind] += len(odd)
    return +kinds


def _values(series: pl.Series) -> Counter[Any]:
    counts = series.drop_nulls().value_counts(name="rows")
    return Counter(dict(counts.iter_rows()))


def _commonest(kinds: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(kinds.items(), key=lambda item: (-item[1], item[0]))


def _kinds(kinds: Mapping[str, int], noun: str) -> list[str]:
    ordered = list(kinds.items())
    lines = [f"{_count(count, 'cell')}: {kind}" for kind, count in ordered[:MANY]]
    if more := ordered[MANY:]:
        cells = _count(sum(count for _, count in more), "cell")
        lines.append(f"{cells}: {len(more)} more kinds of {noun}")
    return lines


def _numbers(counts: Mapping[str, int], most: int) -> str:
    """Write the largest counts with their names, those of one count together."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    groups = groupby(ordered[:most], key=lambda item: item[1])
    shown = "; ".join(
        f"{count:,} {', '.join(name for name, _ in group)}" for count, group in groups
    )
    more = len(ordered) - most
    return shown + (f"; less in {more} more" if more > 0 else "")


def _list(items: Iterable[str], most: int) -> str:
    shown = list(items)
    more = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {more} more" if more > 0 else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
