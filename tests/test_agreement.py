"""A hundred thousand random patients with gaps get the same, whatever way they are scored."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import dask.dataframe as dask
import pandas as pd
import polars as pl
import pytest

from hcclab.cohort import score
from hcclab.cohort_plan import plan
from hcclab.criteria import Interval
from hcclab.intake import Patient
from hcclab.registry import SYSTEMS
from tests.cohorts import COMPUTED, READ, random_cohort

ROWS = 100_000
ONE_BY_ONE = 600
DERIVED = tuple(name for name in READ if name not in COMPUTED)


@cache
def cohort(stated: bool) -> pl.DataFrame:
    """Patients whose classes and grades are worked out, or stated like everything else."""
    names = READ if stated else DERIVED
    return random_cohort(ROWS, seed=2022, names=names, listed=not stated)


@cache
def scored(stated: bool) -> pl.DataFrame:
    return score(cohort(stated))


def same(expected: Any, got: Any) -> bool:
    if isinstance(expected, float) and got is not None:
        return math.isclose(expected, got, rel_tol=1e-9, abs_tol=1e-9)
    return bool(expected == got)


@pytest.mark.parametrize("stated", [False, True])
def test_one_patient_at_a_time(stated: bool) -> None:
    rows = cohort(stated).sample(ONE_BY_ONE, seed=1, with_replacement=False)
    for findings, results in zip(
        rows.iter_rows(named=True), score(rows).iter_rows(named=True), strict=True
    ):
        patient = Patient.read_leniently(findings)
        for system in SYSTEMS.values():
            for output in system.outputs:
                if output.column not in findings:
                    value = output.evaluate(patient)
                    expected = None if isinstance(value, Interval) else value
                    assert same(expected, results[output.column]), (output.column, findings)


@pytest.mark.parametrize("stated", [False, True])
def test_lazy_polars(stated: bool) -> None:
    assert score(cohort(stated).lazy()).collect().equals(scored(stated))


@pytest.mark.parametrize("stated", [False, True])
def test_rows_taken_alone_or_together(stated: bool) -> None:
    some = cohort(stated).slice(31_000, 500)
    assert score(some).equals(scored(stated).slice(31_000, 500))


@pytest.mark.parametrize("stated", [False, True])
def test_pandas_and_dask(stated: bool) -> None:
    frame = pd.DataFrame({column.name: column.to_pandas() for column in cohort(stated)})
    pandas = score(frame)
    partitions = score(dask.from_pandas(frame, npartitions=3)).compute()
    for name in plan(cohort(stated).columns).columns:
        expected = scored(stated)[name]
        for got in (pandas[name], partitions[name]):
            cells = got.astype(object).where(got.notna(), None)
            column = pl.Series(cells.to_list(), dtype=expected.dtype)
            assert column.equals(expected), name
