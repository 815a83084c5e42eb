"""A cohort gets what its patients get one by one, whatever the frame, and loses nothing."""

from __future__ import annotations

from typing import Any

import dask.dataframe as dask
import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.cohort import score
from hcclab.cohort_plan import PROBLEMS, plan
from hcclab.criteria import Interval, unique
from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.variables import TUMOUR_LIST, VARIABLES
from tests.patients import values

KEYS = st.lists(st.sampled_from(list(SYSTEMS)), min_size=1, max_size=3, unique=True)


def cells(variable: Variable) -> st.SearchStrategy[Any]:
    """What may stand in a cell: values as text, blanks, and what people type by mistake."""
    low, high = variable.hard
    junk = ["abc", "3,8", "-1", "1e999", "inf", "1.5", str(high * 20), " ", "NA", "None?", "<0.5"]
    valid = values(variable).map(lambda value: str(value))
    edges = [] if variable.kind in ("flag", "choice") else [str(low), f" {high} "]
    return valid | valid | st.sampled_from([*junk, *edges]) | st.none()


DIAMETERS = st.sampled_from(
    ["2.0", "2.1", "3.0;3.0;3.0", "3.1; 1", "1 2", "1;1;1;1", "45;20", "4;x", "0.05", ";", "", None]
)


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[list[str], dict[str, list[Any]]]:
    """A few systems, and a table with some of their inputs."""
    keys = draw(KEYS)
    inputs = list(unique(n for k in keys for n in SYSTEMS[k].inputs))
    present = draw(st.lists(st.sampled_from(inputs), min_size=1, unique=True))
    rows = draw(st.integers(1, 12))
    columns: dict[str, list[Any]] = {}
    for name in present:
        cell = DIAMETERS if name == TUMOUR_LIST else cells(VARIABLES[name])
        columns[name] = draw(st.lists(cell, min_size=rows, max_size=rows))
    return keys, columns


def text_table(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


@settings(max_examples=60, deadline=None)
@given(cohort=cohorts())
def test_a_cohort_gets_what_its_patients_get_one_by_one(
    cohort: tuple[list[str], dict[str, list[Any]]],
) -> None:
    keys, columns = cohort
    scored = score(text_table(columns), keys)
    for got, cells in zip(
        scored.rows(named=True), zip(*columns.values(), strict=True), strict=True
    ):
        patient = Patient.read_leniently(dict(zip(columns, cells, strict=True)))
        said = f"; {got[PROBLEMS] or ''}"
        for key in keys:
            for output in SYSTEMS[key].outputs:
                if output.column not in columns:
                    expected = known(output.evaluate(patient))
                    assert got[output.column] == pytest.approx(expected, abs=1e-9)
            first = SYSTEMS[key].outputs[0]
            assert (got[first.column] is None) == (f"; {first.column}: " in said)
            if got[first.column] is None:
                reason = said.split(f"; {first.column}: ", 1)[1].split("; ", 1)[0]
                for name in first.needs(patient):
                    assert name in reason or "tumour_diameters_cm" in reason
        for problem in patient.problems.values():
            assert problem.split("=")[0] in said


def known(value: Any) -> Any:
    return None if isinstance(value, Interval) else value


@settings(max_examples=25, deadline=None)
@given(cohort=cohorts())
def test_every_kind_of_frame_gets_the_same(
    cohort: tuple[list[str], dict[str, list[Any]]],
) -> None:
    keys, columns = cohort
    table = text_table(columns)
    eager = score(table, keys)
    lazy = score(table.lazy(), keys)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(eager)
    pandas = score(pd.DataFrame(columns, dtype=object), keys)
    assert isinstance(pandas, pd.DataFrame)
    assert_same(eager, {name: pandas[name] for name in eager.columns})


@settings(max_examples=8, deadline=None)
@given(cohort=cohorts())
def test_frames_of_other_libraries_get_the_same(
    cohort: tuple[list[str], dict[str, list[Any]]],
) -> None:
    keys, columns = cohort
    table = text_table(columns)
    eager = score(table, keys)
    with duckdb.connect() as connection:
        connection.register("cohort", table.to_arrow())
        relation = score(connection.table("cohort"), keys)
        assert isinstance(relation, duckdb.DuckDBPyRelation)
        got = relation.pl()
    assert_same(eager, {name: got[name] for name in eager.columns})
    partitions = dask.from_pandas(pd.DataFrame(columns, dtype=object), npartitions=2)
    parts = score(partitions, keys).compute()
    assert_same(eager, {name: parts[name] for name in eager.columns})


def assert_same(expected: pl.DataFrame, got: dict[str, Any]) -> None:
    for name, column in got.items():
        cells = [None if pd.isna(value) else value for value in column.to_list()]
        assert cells == pytest.approx(expected[name].to_list(), abs=1e-9), name


@settings(max_examples=10, deadline=None)
@given(cohort=cohorts())
def test_input_columns_rows_and_their_order_come_back_unchanged(
    cohort: tuple[list[str], dict[str, list[Any]]],
) -> None:
    keys, columns = cohort
    columns = {"patient": list(range(len(next(iter(columns.values()))))), **columns}
    table = pl.DataFrame(columns, schema_overrides=dict.fromkeys(list(columns)[1:], pl.String))
    assert score(table, keys).select(table.columns).equals(table)
    frame = pd.DataFrame(columns, index=[f"row {i}" for i in columns["patient"]])
    pd.testing.assert_frame_equal(score(frame, keys)[list(frame.columns)], frame)


NUMBERS = {
    "bilirubin_umol_l": [20.0, None, 1200.0, float("nan")],
    "albumin_g_l": [38, 40, 40, 41],
    "ecog": [0.0, 1.0, 1.5, 2.0],
    "tumour_count": [1, 2, 3, 4],
    "largest_tumour_cm": [2.0, 3.0, 30.5, 1.0],
    "macrovascular_invasion": [False, None, True, False],
    "extrahepatic_spread": [0, 0, 1, 0],
    "liver": ["preserved", "Impaired", "end stage", None],
}


def test_numbers_and_text_are_read_alike() -> None:
    typed = pl.DataFrame(NUMBERS, strict=False)
    as_text = {
        name: [None if value is None or value != value else str(value) for value in column]
        for name, column in NUMBERS.items()
    }
    texts = pl.DataFrame(as_text)
    results = [*plan(typed.columns).columns[:-1]]
    expected = score(typed).select(results)
    assert score(texts).select(results).equals(expected)
    for frame in (pd.DataFrame(NUMBERS), pd.DataFrame(NUMBERS).convert_dtypes()):
        scored = score(frame)
        assert_same(expected, {name: scored[name] for name in results})


def test_a_choice_in_a_column_of_decimals_is_read_as_its_number() -> None:
    stages = pl.Series("bclc", ["0.00", "1.00"]).cast(pl.Decimal(scale=2))
    scored = score(pl.DataFrame({"bclc": stages, "tumour_count": [2, 2]}), ["kinki"])
    assert scored["kinki"].to_list() == ["not applicable", None]
    assert "bclc=1 is not one of" in scored[PROBLEMS][1]


PARTED_BY_SPACES = ["1 2", "4 .5", "1\t2;3", "2.0 cm", "4.5 ;\t2", " 3 ; 3 ; 3 "]
ODDLY_WRITTEN = ["+2", ".5;5.", "2e0; +.5", "-1", "1e999;2"]


@pytest.mark.parametrize("text", [*PARTED_BY_SPACES, *ODDLY_WRITTEN])
def test_diameters_are_read_as_of_one_patient_and_a_space_never_joins_digits(text: str) -> None:
    row = {TUMOUR_LIST: text}
    sum_of = SYSTEMS["up_to_7"].outputs[0]
    alone = sum_of.evaluate(Patient.read_leniently(row))
    table = pl.DataFrame([row])
    with duckdb.connect() as connection:
        connection.register("patients", table.to_arrow())
        in_duckdb = score(connection.table("patients"), ["up_to_7"]).pl()
    for scored in (score(table, ["up_to_7"]), in_duckdb):
        assert scored[sum_of.column][0] == (alone if isinstance(alone, float) else None)
        assert (scored[PROBLEMS][0] is None) == isinstance(alone, float)


def test_minus_zero_is_no_in_a_column_of_numbers() -> None:
    row = {"cirrhosis": -0.0, "chronic_hbv": 0.0, "current_or_prior_hcc": 0.0, "age_years": 60.0}
    wrong = row | {"cirrhosis": 2.0}
    scored = score(pl.DataFrame([row | {"chronic_hbv": 3.0}, wrong]), ["lirads_eligibility"])
    assert "cirrhosis" not in scored[PROBLEMS][0]
    assert "cirrhosis=2 is not yes or no" in scored[PROBLEMS][1]
    scored = score(pl.DataFrame([row]), ["lirads_eligibility"])
    assert scored["lirads_eligibility"][0] == "not high risk"
    assert scored[PROBLEMS][0] is None
    alone = SYSTEMS["lirads_eligibility"].outputs[0].evaluate(Patient.read(row))
    assert alone == "not high risk"


def test_the_problems_say_which_cell_and_why() -> None:
    table = pl.DataFrame(
        {
            "bilirubin_umol_l": ["20", "20", "x", "20"],
            "albumin_g_l": ["38", "3.8", "51", None],
            "platelets_1e9_l": ["150", "99000", "1.71", "150"],  # neither system reads them
            "tumour_diameters_cm": ["2", "45", "2", "2"],
            "macrovascular_invasion": ["no"] * 4,
            "extrahepatic_spread": ["no"] * 4,
            "liver": ["preserved"] * 4,
            "ecog": [0, 0, None, 7],
        }
    )
    scored = score(table, ["bclc_2022", "albi"])
    assert scored[PROBLEMS].to_list() == [
        None,
        "bclc_2022: tumour_diameters_cm=45: 45 outside 0.1-30, looks like mm; "
        "albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL",
        "bclc_2022: needs ecog; albi_score: bilirubin_umol_l=x is not a number; "
        "check albumin_g_l=51 outside the usual 20-50",
        "bclc_2022: ecog=7 outside 0-4; albi_score: needs albumin_g_l",
    ]


def test_a_wrong_cell_is_named_even_if_no_result_needed_it() -> None:
    table = pl.DataFrame(
        {"tumour_count": [4], "macrovascular_invasion": ["perhaps"], "largest_tumour_cm": [1.0]}
    )
    scored = score(table, ["milan"])
    assert scored["milan"].to_list() == ["out"]
    assert scored[PROBLEMS].to_list() == ["macrovascular_invasion=perhaps is not yes or no"]


def test_defaults_are_used_for_columns_not_cells_and_said_once() -> None:
    known = {
        "tumour_count": [1],
        "largest_tumour_cm": [3.0],
        "macrovascular_invasion": [False],
        "extrahepatic_spread": [False],
        "ecog": [1],
        "liver": ["preserved"],
    }
    assert score(pl.DataFrame(known), ["bclc_2022"])["bclc_2022"].to_list() == ["C"]
    unknown = pl.DataFrame({**known, "ecog_tumour_related": [None]})
    assert score(unknown, ["bclc_2022"])["bclc_2022"].to_list() == [None]
    notes = plan(list(known), ["bclc_2022"]).notes
    assert notes == (
        "no column ecog_tumour_related: true is assumed for every row",
        "no column cholestatic: false is assumed for every row",
        "no column transplantable: false is assumed for every row",
    )


def test_liver_is_derived_only_if_its_column_is_absent() -> None:
    findings = {
        "tumour_count": [1],
        "largest_tumour_cm": [3.0],
        "macrovascular_invasion": [False],
        "extrahepatic_spread": [False],
        "ecog": [0],
        "bilirubin_umol_l": [12],
        "albumin_g_l": [42],
        "inr": [1.0],
        "ascites": ["none"],
        "encephalopathy_grade": [0],
    }
    derived = score(pl.DataFrame(findings), ["bclc_2022"])
    assert derived["bclc_2022"].to_list() == ["A"]
    assert any("no column liver" in note for note in plan(list(findings)).notes)
    blank = score(pl.DataFrame({**findings, "liver": [None]}), ["bclc_2022"])
    assert blank["bclc_2022"].to_list() == [None]
    assert blank[PROBLEMS].to_list() == ["bclc_2022: needs liver"]


@pytest.mark.parametrize(
    ("columns", "systems", "message"),
    [
        (["Albumin", "Bilirubin"], None, r"no column is usable; did you mean Albumin: albumin_g_l"),
        (["x"], None, "no column is usable; accepted names are bilirubin_umol_l"),
        (["ecog", "ecog"], None, "column ecog stands twice"),
        (["ecog", "albi_score"], None, "column albi_score is already there"),
        (["ecog"], ["bclc"], "system bclc is not known; did you mean bclc_2022"),
    ],
)
def test_an_unusable_table_is_refused_in_one_sentence(
    columns: list[str], systems: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        plan(columns, systems)


def test_a_misnamed_column_is_pointed_out() -> None:
    assert plan(["ecog", "albumin"]).notes[0] == (
        "column albumin is not used; did you mean albumin_g_l or albumin_g_dl?"
    )


@pytest.mark.parametrize("rows", [0, 1])
def test_small_tables_keep_their_columns(rows: int) -> None:
    table = pl.DataFrame({"albumin_g_l": [38.0], "bilirubin_umol_l": [20.0]}).head(rows)
    for frame in (table, pd.DataFrame(table.to_dict(as_series=False))):
        scored = hcc.score(frame, ["albi"])
        assert list(scored.columns) == [
            *("albumin_g_l", "bilirubin_umol_l"),
            *("albi_score", "albi_grade", "malbi_grade", "problems"),
        ]
        assert len(scored) == rows


def test_a_pandas_index_may_hold_anything() -> None:
    frame = pd.DataFrame({"albumin_g_l": [38, 40], "bilirubin_umol_l": [20, 10]}, index=[7, 7])
    scored = hcc.score(frame, ["albi"])
    assert scored.index.tolist() == [7, 7]
    assert scored["albi_grade"].tolist() == ["2", "1"]
