"""Some rows of a Polars frame scored from the same tables that stage one patient.

The tables of `hcclab.systems` are compiled to expressions: first the results, then what the empty
ones need, then in words what is wrong. `results_of` and `quotations` serve any kind of frame.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from typing import Any

import polars as pl

from hcclab.cells import PREFIX, Cells, diameters_in_polars
from hcclab.cohort_plan import PROBLEMS, Plan
from hcclab.criteria import Expr, Frame, Term, unique
from hcclab.intake import MEASURES
from hcclab.rules import Formula, Points, RuleTable
from hcclab.systems import System
from hcclab.variables import TUMOUR_LIST, VARIABLES, direct_bilirubin_mg_dl, tumour_count

ROW, MASK, WORDS = PREFIX + "row", PREFIX + "mask", PREFIX + "words"
FEW_ROWS = 20_000


@dataclass(frozen=True)
class Scored:
    """Some rows of a Polars frame, scored, and what stands behind their empty results.

    Attributes
    ----------
    results
        The columns that scoring adds.
    cells, values
        The columns that were read, and what was read from them.
    wrong, odd
        Rows with a cell that cannot be used, and with one that deserves a second look.
    needs
        For every explained system with an empty result: in which rows (`row`), and by the bits of
        a number which of the names of its first output each of them needs (`mask`).
    """

    results: pl.DataFrame
    cells: Cells
    values: pl.DataFrame
    wrong: pl.Series
    odd: pl.Series
    needs: Mapping[System, pl.DataFrame]


def score_rows(rows: pl.DataFrame, made: Plan) -> Scored:
    """Score some rows: the results first, then what the empty ones need, then wrong cells."""
    rows = rows.select(made.used).cast({pl.Null: pl.String})
    cells = _cells_of(made.used, tuple(rows.schema.items()), _clean_columns(rows))
    values = _run(rows, _reading(cells))
    results: dict[str, pl.Series] = {}
    needs: dict[System, pl.DataFrame] = {}
    for group in made.groups:
        levels, outputs = _compiled(cells, group)
        names = unique(name for system in group for name in system.names)
        results |= _run(values.select(cells.values_of(names)), levels).select(outputs).to_dict()
    for system in made.explained:
        empty = results[system.outputs[0].column].is_null()
        if empty.any():
            read = values.select(cells.values_of(system.names)).filter(empty)
            masks = _run(read, _compiled_masks(cells, system))[MASK]
            needs[system] = pl.DataFrame({ROW: empty.arg_true(), MASK: masks})
    scored = pl.DataFrame(results)
    both = values.hstack(scored)
    wrong = _any(both, [cells.is_wrong(name) for name in _wrong_columns(both, cells)])
    odd = _any(both, [cells.is_unusual(name) for name in _unusual_columns(both, cells)])
    if direct_bilirubin_mg_dl.name in cells.used:
        odd = odd | _any(both, [cells.is_direct_above_total()])
    problems = _problems(both, made, cells, needs, wrong, odd)
    shown = scored.with_columns(problems).select(made.columns)
    return Scored(shown, cells, values, wrong, odd, needs)


@cache
def _cells_of(used: tuple[str, ...], schema: tuple[Any, ...], clean: frozenset[str]) -> Cells:
    return Cells(pl, used, dict(schema), clean)


def _clean_columns(rows: pl.DataFrame) -> frozenset[str]:
    """Columns of words in which every cell is a choice as it stands, as in most cohorts."""
    words = [
        reduce(operator.or_, [pl.col(name) == choice for choice in VARIABLES[name].choices]).all()
        for name, dtype in rows.schema.items()
        if dtype == pl.String and name in VARIABLES and VARIABLES[name].kind == "choice"
    ]
    return frozenset(name for name, clean in rows.select(words).to_dict().items() if clean[0])


@cache
def _reading(cells: Cells) -> list[dict[str, Expr]]:
    diameters = diameters_in_polars(cells) if TUMOUR_LIST in cells.used else []
    return [cells.texts(), *diameters, cells.values()]


@lru_cache(maxsize=2000)
def _compiled(cells: Cells, systems: tuple[System, ...]) -> tuple[list[dict[str, Expr]], list[str]]:
    """The columns that lead to the results of systems, in the order in which they must be made."""
    frame = cells.new_frame()
    outputs = {k: e for system in systems for k, e in results_of(system, cells, frame).items()}
    return [*frame.new_levels(), outputs], list(outputs)


@lru_cache(maxsize=2000)
def _compiled_masks(cells: Cells, system: System) -> list[dict[str, Expr]]:
    """The columns that lead to a number whose bits tell which variables a result needs."""
    frame, first = cells.new_frame(), system.outputs[0]
    none = pl.lit(0, dtype=pl.UInt64)
    bits = [
        pl.when(first.needs_expr(name, frame)).then(pl.lit(1 << n, dtype=pl.UInt64)).otherwise(none)
        for n, name in enumerate(first.names)
    ]
    return [*frame.new_levels(), {MASK: reduce(operator.add, bits)}]


def _run(rows: pl.DataFrame, levels: Iterable[Mapping[str, Expr]]) -> pl.DataFrame:
    if rows.height < FEW_ROWS:  # where planning would take longer than the work
        for level in levels:
            rows = rows.with_columns_seq(**level)
        return rows
    lazy = rows.lazy()
    for level in levels:
        lazy = lazy.with_columns(**level)
    return lazy.collect()


def _places(chosen: pl.Series) -> pl.Series:
    """For every row its place among the chosen ones, null if it is not chosen."""
    return pl.select(pl.when(chosen).then(chosen.cum_sum() - 1)).to_series()


def _problems(
    scored: pl.DataFrame,
    made: Plan,
    cells: Cells,
    needs: Mapping[System, pl.DataFrame],
    wrong: pl.Series,
    odd: pl.Series,
) -> pl.Series:
    """Why each result is empty, then cells that cannot be right, then cells to look at again.

    Most rows with a problem merely lack something, and what one system may lack is put into words
    once. Only rows with a wrong cell are written one by one.
    """
    said = _needs_in_words(scored.height, needs)
    if wrong.any():
        written = _run(scored.filter(wrong), _compiled_quotations(cells, made.explained))[WORDS]
        said = _choose(wrong, written.gather(_places(wrong)), said)
    if odd.any():
        checks = _run(scored.filter(odd), _compiled_checks(cells))[WORDS].gather(_places(odd))
        both = pl.concat_str(said, checks, separator="; ", ignore_nulls=True)
        said = _choose(odd, pl.select(both).to_series(), said)
    return said.alias(PROBLEMS)


def _any(rows: pl.DataFrame, signs: list[pl.Expr]) -> pl.Series:
    """Whether one of the signs holds in a row."""
    if not signs:
        return pl.repeat(False, rows.height, dtype=pl.Boolean, eager=True)
    return rows.select(reduce(operator.or_, signs)).to_series()


def _choose(where: pl.Series, this: pl.Series, that: pl.Series) -> pl.Series:
    return pl.select(pl.when(where).then(this).otherwise(that)).to_series()


def _wrong_columns(values: pl.DataFrame, cells: Cells) -> list[str]:
    """Columns in which a cell may be wrong: more values are missing than cells are blank."""
    columns = {n: PREFIX + (tumour_count.name if n == TUMOUR_LIST else n) for n in cells.used}
    blank = values.select(cells.blank(name).sum().alias(name) for name in columns)
    return [
        name
        for name, column in columns.items()
        if values[column].null_count() != blank[name][0]
        or (name in MEASURES and TUMOUR_LIST in cells.used)
    ]


def _unusual_columns(values: pl.DataFrame, cells: Cells) -> list[str]:
    """Columns in which a number is outside its usual range."""
    names = [name for name in cells.present if cells.has_usual(name)]
    low = values.select(pl.col(PREFIX + name).min() for name in names)
    high = values.select(pl.col(PREFIX + name).max() for name in names)
    return [
        name
        for name, least, most in zip(names, *low.rows(), *high.rows(), strict=True)
        if least is not None and not _usual(name, least, most)
    ]


def _usual(name: str, least: float, most: float) -> bool:
    low, high = VARIABLES[name].usual
    return low <= least and most <= high


@lru_cache(maxsize=200)
def _compiled_quotations(cells: Cells, systems: tuple[System, ...]) -> list[dict[str, Expr]]:
    frame = cells.new_frame()
    words = quotations(systems, cells, frame)
    return [*frame.new_levels(), {WORDS: words}]


@lru_cache(maxsize=200)
def _compiled_checks(cells: Cells) -> list[dict[str, Expr]]:
    return [{WORDS: cells.checks()}]


def _needs_in_words(height: int, needs: Mapping[System, pl.DataFrame]) -> pl.Series:
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
    if not needs:
        return nothing
    reasons = [
        lacking.select(ROW, _reason(system, lacking[MASK]).alias(WORDS))
        for system, lacking in needs.items()
    ]
    by_row = pl.concat(reasons, rechunk=False).lazy().group_by(ROW).agg(WORDS)
    said = by_row.select(ROW, pl.col(WORDS).list.join("; ")).collect()
    return nothing.scatter(said[ROW], said[WORDS])


def _reason(system: System, masks: pl.Series) -> pl.Series:
    """Put what a system needs into words, of which there are few."""
    first = system.outputs[0]
    kinds = masks.unique()
    lacking = ([n for i, n in enumerate(first.names) if mask >> i & 1] for mask in kinds)
    words = [f"{first.column}: needs {', '.join(names)}" for names in lacking]
    return masks.replace_strict(kinds, words, return_dtype=pl.String)


# Any frame, as expressions --------------------------------------------------------------------


def results_of(system: System, cells: Cells, frame: Frame) -> dict[str, Expr]:
    """Compile what a system adds; a grade that is a column already counts as stated."""
    columns = {}
    for output in system.outputs:
        if output.column in cells.used:
            continue
        low, high = output.compile(frame)
        if low is not high:
            low = frame.api.when(low == high).then(low)
        columns[output.column] = low
    return columns


def quotations(systems: Sequence[System], cells: Cells, frame: Frame) -> Expr:
    """Why each result is empty, then cells that cannot be right."""

    def wrong_list() -> Expr:
        return frame.keep("wrong list", cells.wrong_list)

    def wrong(name: str) -> Expr:
        return frame.keep(("wrong", name), lambda: cells.wrong(name))

    def needed(first: Term, *names: str) -> Expr:
        return frame.either([first.needs_expr(n, frame) for n in names if n in first.names])

    def why_empty(first: Formula | Points | RuleTable) -> Expr:
        def lacking() -> list[Expr]:
            return [
                frame.api.when(needed(first, name) & ~cells.is_wrong(name)).then(_text(name))
                for name in first.names
            ]

        def reasons() -> list[Expr]:
            needs = keep((first, "lacking"), lacking, ", ")
            return [
                frame.api.when(needed(first, *MEASURES)).then(wrong_list()),
                *(frame.api.when(needed(first, n)).then(wrong(n)) for n in first.names),
                frame.api.when(~needs.is_null()).then(frame.api.concat_str(_text("needs "), needs)),
            ]

        why = keep((first, "reasons"), reasons, ", ")
        named = frame.api.concat_str(_text(f"{first.column}: "), why)
        return frame.api.when(frame.api.col(first.column).is_null()).then(named)

    def unnoticed(name: str) -> Expr:
        """What is wrong with a cell that no empty result has named already."""
        names = tuple(MEASURES) if name == TUMOUR_LIST else (name,)
        firsts = [system.outputs[0] for system in systems]
        named = frame.either(
            [
                frame.api.col(first.column).is_null() & needed(first, *names)
                for first in firsts
                if not set(names).isdisjoint(first.names)
            ]
        )
        return frame.api.when(~named).then(wrong_list() if name == TUMOUR_LIST else wrong(name))

    def keep(key: Any, parts: Callable[[], list[Expr]], separator: str) -> Expr:
        return frame.keep(key, lambda: cells.join(parts(), separator))

    def _text(text: str) -> Expr:
        return frame.api.lit(text, dtype=frame.api.String)

    return cells.join(
        [
            *(why_empty(system.outputs[0]) for system in systems),
            *(unnoticed(name) for name in cells.used),
        ],
        "; ",
    )
