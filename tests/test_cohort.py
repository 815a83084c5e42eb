"""A cohort gets what its patients get one by one, whatever the frame, and loses nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hcclab as hcc
from hcclab.cohort import PROBLEMS, plan, score
from hcclab.intake import Patient
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.rules import Points
from hcclab.variables import TUMOUR_LIST, VARIABLES
from tests.patients import values

READ = tuple(dict.fromkeys(name for s in SYSTEMS.values() for name in s.names))


def cells(variable: Variable) -> st.SearchStrategy[Any]:
    """What may stand in a cell: values as text, blanks, and what people type by mistake."""
    low, high = variable.hard
    junk = ["abc", "3,8", "-1", "1e999", "inf", "1.5", str(high * 20), " ", "NA", "None?"]
    valid = values(variable).map(lambda value: str(value))
    edges = [] if variable.kind in ("flag", "choice") else [str(low), f" {high} "]
    return valid | valid | st.sampled_from([*junk, *edges]) | st.none()


DIAMETERS = st.sampled_from(
    ["2.0", "2.1", "3.0;3.0;3.0", "3.1; 1", "1;1;1;1", "45;20", "4;x", "0.05", ";", "", None]
)


@st.composite
def cohorts(draw: st.DrawFn) -> dict[str, list[Any]]:
    present = draw(st.lists(st.sampled_from((*READ, TUMOUR_LIST)), min_size=1, unique=True))
    rows = draw(st.integers(1, 20))
    columns: dict[str, list[Any]] = {}
    for name in present:
        cell = DIAMETERS if name == TUMOUR_LIST else cells(VARIABLES[name])
        columns[name] = draw(st.lists(cell, min_size=rows, max_size=rows))
    return columns


def one_by_one(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    results = []
    for row in zip(*columns.values(), strict=True):
        patient = Patient.read_leniently(dict(zip(columns, row, strict=True)))
        found: dict[str, Any] = {}
        for system in SYSTEMS.values():
            for output in system.outputs:
                value = output.evaluate(patient)
                known = not (isinstance(output, Points) and isinstance(value, tuple))
                found[output.column] = value if known else None
            first = system.outputs[0]
            found[f"{first.column} needs"] = set(first.needs(patient))
        results.append(found)
    return results


@settings(max_examples=15, deadline=None)
@given(columns=cohorts())
def test_a_cohort_gets_what_its_patients_get_one_by_one(columns: dict[str, list[Any]]) -> None:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    scored = score(table)
    for got, expected in zip(scored.rows(named=True), one_by_one(columns), strict=True):
        for system in SYSTEMS.values():
            for output in system.outputs:
                assert got[output.column] == pytest.approx(expected[output.column], abs=1e-12)
            first = system.outputs[0].column
            said = f"; {got[PROBLEMS] or ''}"
            assert (got[first] is None) == (f"; {first}: " in said)
            if got[first] is None:
                reason = said.split(f"; {first}: ", 1)[1].split("; ", 1)[0]
                for name in expected[f"{first} needs"]:
                    assert name in reason or "tumour_diameters_cm" in reason


@settings(max_examples=6, deadline=None)
@given(columns=cohorts())
def test_every_kind_of_frame_gets_the_same(columns: dict[str, list[Any]]) -> None:
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    eager = score(table)
    lazy = score(table.lazy())
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect().equals(eager)
    pandas = score(pd.DataFrame(columns, dtype=object))
    assert isinstance(pandas, pd.DataFrame)
    for name in eager.columns:
        got = [None if pd.isna(value) else value for value in pandas[name]]
        assert got == eager[name].to_list(), name


@settings(max_examples=6, deadline=None)
@given(columns=cohorts())
def test_input_columns_rows_and_their_order_come_back_unchanged(
    columns: dict[str, list[Any]],
) -> None:
    columns = {"patient": list(range(len(next(iter(columns.values()))))), **columns}
    table = pl.DataFrame(columns, schema_overrides=dict.fromkeys(list(columns)[1:], pl.String))
    assert score(table).select(table.columns).equals(table)
    frame = pd.DataFrame(columns, index=[f"row {i}" for i in columns["patient"]])
    pd.testing.assert_frame_equal(score(frame)[list(frame.columns)], frame)


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
    assert score(typed).select(results).equals(score(texts).select(results))
    frames = (pd.DataFrame(NUMBERS), pd.DataFrame(NUMBERS).convert_dtypes())
    for frame in frames:
        scored = score(frame)
        for name in results:
            got = [None if pd.isna(value) else value for value in scored[name]]
            assert got == score(typed)[name].to_list()


def test_the_problems_say_which_cell_and_why() -> None:
    table = pl.DataFrame(
        {
            "bilirubin_umol_l": ["20", "20", "x", "20"],
            "albumin_g_l": ["38", "3.8", "38", None],
            "platelets_1e9_l": ["150", "99000", "1.71", "150"],
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
        "albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL; "
        "platelets_1e9_l=99000 outside 1-2000, looks like a count per µL",
        "bclc_2022: needs ecog; albi_score: bilirubin_umol_l=x is not a number; "
        "check platelets_1e9_l=1.71 outside the usual 20-450",
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
