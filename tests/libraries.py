"""A plain formula gives the same for numbers, arrays and data-frame expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest


def assert_same_in_every_library(
    function: Callable[..., Any], *columns: list[float], **options: Any
) -> None:
    """Work a formula row by row and in every library, and with a gap in each column in turn.

    Parameters
    ----------
    function
        The plain function of the formula.
    *columns
        One list of numbers for each of its positional arguments.
    **options
        Its keyword arguments.
    """
    expected = [function(*row, **options) for row in zip(*columns, strict=True)]
    arrays = [np.array(column, dtype=float) for column in columns]
    assert function(*arrays, **options) == pytest.approx(expected)
    data = {f"c{number}": column for number, column in enumerate(columns)}
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.Float64))
    for library, table in ((pl, frame.lazy()), (nw, nw.from_native(frame.lazy()))):

        def work(table: Any, library: Any = library) -> list[Any]:
            result = function(*(library.col(name) for name in data), **options)
            return table.select(result.alias("r")).collect()["r"].to_list()  # type: ignore[no-any-return]

        assert work(table) == pytest.approx(expected)
        for name in data:
            gap = library.when(library.col(name) != frame[name][0]).then(library.col(name))
            assert work(table.with_columns(gap.alias(name)))[0] is None, f"a gap in {name} is lost"
