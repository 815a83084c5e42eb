"""Score a whole cohort from the same tables that stage one patient.

The tables of `hcclab.systems` are compiled to expressions, so one definition serves a Polars frame,
eager or lazy, and through narwhals any lazy frame it can drive. A pandas frame lends its columns to
Polars for the arithmetic and gets the results back as columns of its own; Dask does the same for
each of its partitions.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache, partial, reduce
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import polars as pl

from hcclab.cells import (
    DIAMETER_LIST,
    DIAMETERS,
    PREFIX,
    VOLUME,
    Cells,
    diameters_in_polars,
    text_name,
)
from hcclab.criteria import Expr, Frame, Term, unique
from hcclab.intake import MEASURES
from hcclab.measurement import show_entry
from hcclab.registry import SYSTEMS, find_system
from hcclab.rules import Formula, Points, RuleTable
from hcclab.systems import DOMAINS, System
from hcclab.variables import (
    TUMOUR_LIST,
    VARIABLES,
    bilirubin,
    direct_bilirubin_mg_dl,
    liver,
    nearest,
    tumour_count,
)

if TYPE_CHECKING:
    from narwhals.typing import IntoFrameT

ROW, MASK, WORDS = PREFIX + "row", PREFIX + "mask", PREFIX + "words"
PROBLEMS = "problems"
SLICE_CELLS, SLICE_ROWS, FEW_ROWS = 35_000_000, 1_000_000, 20_000
FEW_SYSTEMS = 5
NO_ENTRY = ("Binary", "Duration", "Object", "Struct")


@dataclass(frozen=True)
class Plan:
    """What can be done with a table, judged by its column names alone.

    Attributes
    ----------
    systems
        The systems to score.
    used
        Columns of the table that are read.
    notes
        What the reader should know: defaults assumed, columns that look misnamed.
    explained
        The systems whose empty results `problems` explains row by row: those asked for by name,
        and of the others those that find at least one of their inputs among the columns.
    """

    systems: tuple[System, ...]
    used: tuple[str, ...]
    notes: tuple[str, ...] = ()
    explained: tuple[System, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that scoring adds."""
        return (*(o.column for s in self.systems for o in self.outputs(s)), PROBLEMS)

    @cached_property
    def groups(self) -> tuple[tuple[System, ...], ...]:
        """The systems by domain; those of one share much of what they compute."""
        by_domain = (tuple(s for s in self.systems if s.domain == d) for d in DOMAINS)
        return tuple(group for group in by_domain if group)

    def outputs(self, system: System) -> tuple[Formula | Points | RuleTable, ...]:
        """List what a system adds; a grade that is a column already counts as stated."""
        return tuple(output for output in system.outputs if output.column not in self.used)


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


def plan(columns: Sequence[str], systems: Iterable[str] | None = None) -> Plan:
    """Decide what to read and what to add, or say why nothing can be done.

    Parameters
    ----------
    columns
        Column names of the table.
    systems
        Keys of the systems to score; all of them by default.

    Raises
    ------
    ValueError
        If a system is unknown, no column is usable, a name stands twice, or a result would
        overwrite a column.

    Examples
    --------
    >>> plan(["albumin_g_l", "bilirubin_umol_l"], ["albi"]).columns
    ('albi_score', 'albi_grade', 'malbi_grade', 'problems')
    """
    chosen = tuple(map(find_system, SYSTEMS if systems is None else unique(systems)))
    twice = [name for name in unique(columns) if list(columns).count(name) > 1]
    if twice:
        raise ValueError(f"column {twice[0]} stands twice; rename or drop one of them")
    known = (*VARIABLES, TUMOUR_LIST)
    usable = [name for name in columns if name in known]
    near_misses = {name: near for name in columns if name not in known and (near := nearest(name))}
    if not usable:
        meant = [f"{name}: {' or '.join(near)}" for name, near in near_misses.items()]
        raise ValueError(
            "no column is usable; "
            + (
                f"did you mean {'; '.join(meant)}?"
                if meant
                else f"accepted names are {', '.join(known)}"
            )
        )
    read = {name for system in chosen for name in system.inputs}
    if not read.isdisjoint(bilirubin.names):
        read.add(direct_bilirubin_mg_dl.name)  # it checks the total
    used = tuple(name for name in usable if name in read) or tuple(usable[:1])
    fed = tuple(s for s in chosen if not set(used).isdisjoint(s.inputs))
    made = Plan(chosen, used, explained=fed if systems is None else chosen)
    taken = [name for name in made.columns if name in columns]
    if taken:
        raise ValueError(
            f"column {taken[0]} is already there and would be overwritten; rename or drop it"
        )
    return replace(made, notes=tuple(_notes(made, columns, near_misses)))


def score(frame: IntoFrameT, systems: Iterable[str] | None = None) -> IntoFrameT:
    """Add every score, grade and stage to a cohort.

    Parameters
    ----------
    frame
        pandas, Polars or Dask, or a lazy frame that narwhals knows, such as a DuckDB relation; one
        row a patient, columns named as in the data dictionary. Text cells are read as a person
        would read them. Lazy frames stay lazy.
    systems
        Keys of the systems to add; all of them by default.

    Returns
    -------
    Same kind of frame
        All input columns, rows and their order unchanged, plus the results, empty where they
        cannot be known, plus `problems`, which says why.

    Raises
    ------
    ValueError
        If no column is usable, one holds neither numbers nor text, or a result would overwrite a
        column.

    Examples
    --------
    >>> import pandas as pd
    >>> cohort = pd.DataFrame({"bilirubin_umol_l": [20, 20], "albumin_g_l": [38, 3.8]})
    >>> scored = score(cohort, ["albi"])
    >>> scored["albi_grade"].tolist()[0]
    '2'
    >>> scored["problems"].tolist()[1].split("; ")[0]
    'albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL'
    """
    native: Any = frame
    keys = None if systems is None else tuple(systems)
    if nw.dependencies.is_pandas_dataframe(native):
        scored = _score_pandas(native, plan(list(map(str, native.columns)), keys))
    elif nw.dependencies.is_dask_dataframe(native):
        scored = native.map_partitions(score, keys, meta=score(native._meta, keys))
    elif isinstance(native, pl.DataFrame):
        made = plan_of(native.schema, keys)
        scored = native.hstack(_score_slices(native, made))
    elif isinstance(native, pl.LazyFrame):
        schema = native.collect_schema()
        made = plan_of(schema, keys)
        added = score_rows(schema.to_frame(), made).results.schema
        scored = native.map_batches(
            partial(_with_results, made=made), schema={**schema, **added}, streamable=True
        )
    else:
        scored = _score_expressions(nw.from_native(native), keys)
    return cast("IntoFrameT", scored)


def plan_of(schema: Mapping[str, Any], systems: Iterable[str] | None = None) -> Plan:
    """Decide as `plan` does, and refuse columns that cannot hold entries.

    Raises
    ------
    ValueError
        As `plan`, or if a column holds neither numbers nor text.
    """
    made = plan(list(schema), systems)
    for name in made.used:
        is_list = schema[name].is_nested() and name != TUMOUR_LIST
        if is_list or type(schema[name]).__name__ in NO_ENTRY:
            raise ValueError(f"column {name} holds {schema[name]}, neither numbers nor text")
    return made


def _with_results(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    return frame.hstack(score_rows(frame, made).results)


# A Polars frame -------------------------------------------------------------------------------


def _score_slices(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    """Score a frame some rows at a time, so that what is needed on the way stays small."""
    rows = min(SLICE_ROWS, SLICE_CELLS // len(made.used))
    slices = list(frame.iter_slices(rows)) or [frame]
    if len(slices) == 1:
        return score_rows(frame, made).results
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda rows: score_rows(rows, made).results, slices))
    return pl.concat(parts, rechunk=False)


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
    outputs = {k: e for system in systems for k, e in _outputs(system, cells, frame).items()}
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
    quotations = _quotations(systems, cells, frame)
    return [*frame.new_levels(), {WORDS: quotations}]


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


def _score_expressions(table: Any, systems: Iterable[str] | None) -> Any:
    schema = dict(table.collect_schema())
    made = plan(list(schema), systems)
    for name in made.used:
        if type(schema[name]).__name__ in NO_ENTRY:
            raise ValueError(f"column {name} holds {schema[name]}, neither numbers nor text")
    cells = Cells(nw, made.used, schema)
    frame = cells.new_frame()
    scored = table.with_columns(**cells.texts())
    if TUMOUR_LIST in cells.used:
        scored = _diameters_in_duckdb(scored, cells)
    scored = scored.with_columns(**cells.values())
    results: dict[str, Expr] = {}
    for system in made.systems:
        results |= _outputs(system, cells, frame)
    for level in (*frame.new_levels(), results):
        scored = scored.with_columns(**level)
    quotations = _quotations(made.explained, cells, frame)
    problems = cells.join([quotations, cells.checks()], "; ")
    for level in (*frame.new_levels(), {PROBLEMS: problems}):
        scored = scored.with_columns(**level)
    return scored.select(*schema, *made.columns).to_native()


def _outputs(system: System, cells: Cells, frame: Frame) -> dict[str, Expr]:
    columns = {}
    for output in system.outputs:
        if output.column in cells.used:
            continue
        low, high = output.compile(frame)
        if low is not high:
            low = frame.api.when(low == high).then(low)
        columns[output.column] = low
    return columns


def _notes(made: Plan, columns: Sequence[str], near: dict[str, tuple[str, ...]]) -> list[str]:
    notes = [
        f"column {name} is not used; did you mean {' or '.join(names)}?"
        for name, names in near.items()
    ]
    read = unique(name for system in made.explained for name in system.names)
    for name in read:
        default = VARIABLES[name].default
        if name not in columns and default is not None:
            notes.append(f"no column {name}: {str(default).lower()} is assumed for every row")
    if liver.name in read and liver.name not in columns:
        notes.append(
            "no column liver: derived from Child-Pugh class, ascites, encephalopathy and bilirubin"
        )
    stated = [o.column for s in made.systems for o in s.outputs if o.column in made.used]
    notes += [f"column {name} is taken as stated and not computed" for name in stated]
    unfed = [system.title for system in made.systems if system not in made.explained]
    if unfed:
        which = ", ".join(unfed) if len(unfed) <= FEW_SYSTEMS else f"{len(unfed)} other systems"
        notes.append(f"no column for any input of {which}: their results stay empty")
    return notes


# What is wrong, in words ----------------------------------------------------------------------


def _quotations(systems: Sequence[System], cells: Cells, frame: Frame) -> Expr:
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


# Other frames ---------------------------------------------------------------------------------


def _score_pandas(frame: Any, made: Plan) -> Any:
    import pandas as pd

    lent = pl.DataFrame({name: _lend(frame[name]) for name in made.used})
    scored = _score_slices(lent, made)
    added = {name: _pandas_series(scored[name], frame.index) for name in made.columns}
    return pd.concat([frame, pd.DataFrame(added, index=frame.index, copy=False)], axis=1)


def _lend(column: Any) -> pl.Series:
    """Give a pandas column to Polars: without a copy if it holds numbers."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        if column.isna().any():
            column = column.astype("float64")
        return pl.Series(column.to_numpy(), nan_to_null=True)
    try:  # mostly words and None
        return pl.Series(column.to_list(), dtype=pl.String, strict=True)
    except (TypeError, ValueError):
        cells = column.to_numpy(dtype=object, copy=True)
        cells[column.isna().to_numpy()] = None
    kinds = {"string": pl.String, "empty": pl.String, "boolean": pl.Boolean}
    kind = kinds.get(pd.api.types.infer_dtype(column, skipna=True))
    if kind is None:
        return pl.Series([None if c is None else show_entry(c) for c in cells], dtype=pl.String)
    return pl.Series(cells.tolist(), dtype=kind)


def _pandas_series(series: pl.Series, index: Any) -> Any:
    """Make a pandas column; rows of one text share one object."""
    import numpy as np
    import pandas as pd

    if series.dtype != pl.String:
        dtype = "float64" if series.dtype.is_float() else "Int64"
        return pd.Series(series.to_list(), dtype=dtype, index=index)
    if series.null_count() == series.len():
        return pd.Series(None, dtype=object, index=index)
    texts = series.drop_nulls().unique()
    places = series.cast(pl.Enum(texts)).to_physical().fill_null(len(texts)).to_numpy()
    objects = np.array([*texts, None], dtype=object)
    return pd.Series(objects[places], dtype=object, index=index)


def _diameters_in_duckdb(table: Any, cells: Cells) -> Any:
    """Add the listed diameters and their volume to a DuckDB relation, in its own language."""
    implementation = table.implementation
    if implementation != nw.Implementation.DUCKDB or cells.schema[TUMOUR_LIST].is_nested():
        raise ValueError(
            f"{TUMOUR_LIST} is read from text like 4.5;2.0, and not from this kind of frame; "
            "give tumour_count and largest_tumour_cm instead"
        )
    text = f"""regexp_replace("{text_name(TUMOUR_LIST)}", '\\s', '', 'g')"""
    sizes = f"[size::DOUBLE for size in string_split({text}, ';')]"
    read = f"CASE WHEN regexp_matches({text}, '{DIAMETER_LIST}') THEN {sizes} END"
    cubes = f"list_sum([size * size * size for size in {DIAMETERS}])"
    relation = table.to_native().project(f"*, {read} AS {DIAMETERS}")
    return nw.from_native(relation.project(f"*, pi() / 6 * {cubes} AS {VOLUME}"))
