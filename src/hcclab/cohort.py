"""Score a whole cohort, in a frame of any kind, from the same tables that stage one patient.

The tables of `hcclab.systems` are compiled to expressions, so one definition serves a Polars frame,
eager or lazy, and through narwhals any lazy frame it can drive. A pandas frame lends its columns to
Polars for the arithmetic and gets the results back as columns of its own; Dask does the same for
each of its partitions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import polars as pl

from hcclab.cells import (
    BETWEEN_DIAMETERS,
    DIAMETER_LIST,
    DIAMETERS,
    VOLUME,
    Cells,
    text_name,
)
from hcclab.cohort_plan import NO_ENTRY, PROBLEMS, Plan, plan, plan_of
from hcclab.cohort_rows import quotations, results_of, score_rows
from hcclab.criteria import Expr
from hcclab.measurement import show_entry
from hcclab.variables import TUMOUR_LIST

if TYPE_CHECKING:
    from narwhals.typing import IntoFrameT

SLICE_CELLS, SLICE_ROWS = 35_000_000, 1_000_000


def score(frame: IntoFrameT, systems: Iterable[str] | None = None) -> IntoFrameT:
    """Add every score, grade and stage to a cohort.

    Parameters
    ----------
    frame
        pandas, Polars or Dask, or a lazy frame that narwhals knows, such as a DuckDB relation; one
        row a patient, columns named as in the data dictionary. Text cells are read as a person
        would read them. Lazy frames stay lazy.
    systems
        Keys of the systems to add; all of them by default. DuckDB plans all of them for a minute,
        and its release 2.0 for many: name those that you need.

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


# Polars ---------------------------------------------------------------------------------------


def _score_slices(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    """Score a frame some rows at a time, so that what is needed on the way stays small."""
    rows = min(SLICE_ROWS, SLICE_CELLS // len(made.used))
    slices = list(frame.iter_slices(rows)) or [frame]
    if len(slices) == 1:
        return score_rows(frame, made).results
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda rows: score_rows(rows, made).results, slices))
    return pl.concat(parts, rechunk=False)


def _with_results(frame: pl.DataFrame, made: Plan) -> pl.DataFrame:
    return frame.hstack(score_rows(frame, made).results)


# Any frame, as expressions --------------------------------------------------------------------


def _score_expressions(table: Any, systems: Iterable[str] | None) -> Any:
    schema = dict(table.collect_schema())
    made = plan(list(schema), systems)
    for name in made.used:
        if type(schema[name]).__name__ in NO_ENTRY:
            raise ValueError(f"column {name} holds {schema[name]}, neither numbers nor text")
    cells = Cells(nw, made.used, schema)
    frame = cells.new_frame()
    scored = _with_columns(table, cells.texts())
    if TUMOUR_LIST in cells.used:
        scored = _diameters_in_duckdb(scored, cells)
    scored = scored.with_columns(**cells.values())
    results: dict[str, Expr] = {}
    for system in made.systems:
        results |= results_of(system, cells, frame)
    for level in (*frame.new_levels(), results):
        scored = _with_columns(scored, level)
    words = quotations(made.explained, cells, frame)
    problems = cells.join([words, cells.checks()], "; ")
    for level in (*frame.new_levels(), {PROBLEMS: problems}):
        scored = scored.with_columns(**level)
    return scored.select(*schema, *made.columns).to_native()


def _with_columns(table: Any, columns: Mapping[str, Expr]) -> Any:
    return table.with_columns(**columns) if columns else table  # narwhals refuses none


def _diameters_in_duckdb(table: Any, cells: Cells) -> Any:
    """Add the listed diameters and their volume to a DuckDB relation, in its own language."""
    implementation = table.implementation
    if implementation != nw.Implementation.DUCKDB or cells.schema[TUMOUR_LIST].is_nested():
        raise ValueError(
            f"{TUMOUR_LIST} is read from text like 4.5;2.0, and not from this kind of frame; "
            "give tumour_count and largest_tumour_cm instead"
        )
    text = f"""regexp_replace("{text_name(TUMOUR_LIST)}", '{BETWEEN_DIAMETERS}', ';', 'g')"""
    sizes = f"[size::DOUBLE for size in string_split({text}, ';')]"
    read = f"CASE WHEN regexp_matches({text}, '{DIAMETER_LIST}') THEN {sizes} END"
    cubes = f"list_sum([size * size * size for size in {DIAMETERS}])"
    relation = table.to_native().project(f"*, {read} AS {DIAMETERS}")
    return nw.from_native(relation.project(f"*, pi() / 6 * {cubes} AS {VOLUME}"))


# pandas ---------------------------------------------------------------------------------------


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
