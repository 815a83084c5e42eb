"""A scored file is the file that was given plus results; a bad file is refused and left alone."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab import table_file
from hcclab.cohort_file import score_file
from hcclab.cohort_plan import plan

ALBI = ["albi"]
ADDED = ["albi_score", "albi_grade", "malbi_grade", "problems"]
PLAIN = "id,albumin_g_l,bilirubin_umol_l\na,38,20\nb,3.8,20\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def score_bytes(folder: Path, data: bytes, systems: list[str] | None = None) -> bytes:
    (folder / "in.csv").write_bytes(data)
    score_file(folder / "in.csv", folder / "out.csv", systems)
    assert (folder / "in.csv").read_bytes() == data
    return (folder / "out.csv").read_bytes()


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def refusal(folder: Path, data: bytes, source: str = "in.csv", target: str = "out.csv") -> str:
    """Score a file that must be refused; give the message without the path."""
    (folder / source).write_bytes(data)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"\w") as refused:
        score_file(folder / source, folder / target, ALBI)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert not [path for path in folder.iterdir() if path.is_dir()]
    message = str(refused.value)
    assert "\n" not in message
    return message.replace(f"{folder}{os.sep}", "")


# What was given comes back ------------------------------------------------------------------------


AWKWARD = [
    *(" 007,1.0,20", "08,38.0,2.0e1"),
    *('"a",38,20', '"b, c","38","20"', '"say ""hm""",38,20', '5" nodule,38,20'),
    *("Zoë 肝 🧪,38,20", "μ ≥ 2,38,20"),
    *(",,", '"",38,', "NA,NaN,?"),
    "  a  , 38 , 20",
    *('"two\nlines",38,20', '"three\r\n\r\nlines",38,20'),
    *("TRUE,38,20", "1e999,-inf,20", "0x10,٣٨,20"),
]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last_line_end", [True, False])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_row_is_copied_to_the_byte_and_results_are_appended(
    folder: Path, separator: str, line_end: str, last_line_end: bool, mark: str
) -> None:
    lines = [row.replace(",", separator) for row in ("id,albumin_g_l,bilirubin_umol_l", *AWKWARD)]
    ends = [line_end] * len(AWKWARD) + [line_end * last_line_end]
    text = mark + "".join(map(str.__add__, lines, ends))
    scored = score_bytes(folder, text.encode(), ALBI).decode()
    rows = zip(lines, ends, strict=True)
    copied = [rf"{re.escape(line)}{separator}[^\r\n]*{end}" for line, end in rows]
    assert re.fullmatch(mark + "".join(copied), scored)
    before, after = (
        csv.reader(io.StringIO(t, newline=""), delimiter=separator) for t in (text, scored)
    )
    for row, longer in zip(before, after, strict=True):
        assert longer[:3] == row
        assert len(longer) == 3 + len(ADDED)


def test_an_untouched_example_in_full(folder: Path) -> None:
    assert score_bytes(folder, PLAIN.encode(), ALBI).decode() == (
        "id,albumin_g_l,bilirubin_umol_l,albi_score,albi_grade,malbi_grade,problems\n"
        "a,38,20,-2.371320202861773,2,2a,\n"
        'b,3.8,20,,,,"albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL"\n'
    )


def test_problems_read_as_the_contract_has_them(folder: Path) -> None:
    data = (
        b"tumour_diameters_cm,ecog,liver,macrovascular_invasion,extrahepatic_spread,"
        b"albumin_g_l,bilirubin_umol_l\n"
        b"2.0,,preserved,no,no,3.8,20\n"
        b"2.0,0,preserved,no,no,38,20\n"
    )
    (folder / "in.csv").write_bytes(data)
    score_file(folder / "in.csv", folder / "out.csv", ["bclc_2022", "albi"])
    bad, good = read_rows(folder / "out.csv")
    assert bad["problems"] == (
        "bclc_2022: needs ecog; albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL"
    )
    assert (good["bclc_2022"], good["problems"]) == ("0", "")


@pytest.mark.parametrize(
    ("name", "cell", "problem"),
    [
        ("albumin_g_l", "3.8", "albumin_g_l=3.8 outside 10-65, looks like g/dL"),
        ("albumin_g_l", "-38", "albumin_g_l=-38 outside 10-65"),
        ("albumin_g_l", "low", "albumin_g_l=low is not a number"),
        ("albumin_g_l", "inf", "albumin_g_l=inf is not a number"),
        ("albumin_g_l", "1e999", "albumin_g_l=1e999 outside 10-65"),
        ("albumin_g_l", '"38,5"', "albumin_g_l=38,5 is not a number, looks like a decimal comma"),
        ("tumour_diameters_cm", "4.5;x", "4.5;x is not a list of diameters like 4.5;2.0"),
        ("tumour_diameters_cm", "45;20", "45;20: 45 outside 0.1-30, looks like mm"),
        ("tumour_diameters_cm", "-1", "tumour_diameters_cm=-1: -1 outside 0.1-30"),
        ("ascites", "2", "ascites=2 is not one of none, mild, moderate_severe"),
        ("extrahepatic_spread", "perhaps", "extrahepatic_spread=perhaps is not yes or no"),
        ("encephalopathy_grade", "0.5", "encephalopathy_grade=0.5 is not a whole number"),
    ],
)
def test_a_bad_cell_costs_only_its_own_row(
    folder: Path, name: str, cell: str, problem: str
) -> None:
    good = {
        "albumin_g_l": "38",
        "bilirubin_umol_l": "20",
        "inr": "1.1",
        "ascites": "none",
        "encephalopathy_grade": "0",
        "tumour_diameters_cm": "4.5;2",
        "ecog": "0",
        "macrovascular_invasion": "0",
        "extrahepatic_spread": "0.0",
    }
    bad = {**good, name: cell}
    rows = [",".join(row) for row in (good, good.values(), bad.values(), good.values())]
    (folder / "in.csv").write_text("\n".join(rows))
    systems = ["albi", "child_pugh", "bclc_2022", "milan"]
    score_file(folder / "in.csv", folder / "out.csv", systems)
    before, row, after = read_rows(folder / "out.csv")
    assert problem in row["problems"]
    assert before == after
    assert before["problems"] == ""
    results = plan(list(good), systems).columns[:-1]
    assert all(before[result] for result in results)
    assert any(row[result] for result in results)


def test_a_quoted_entry_cannot_be_taken_for_two_problems(folder: Path) -> None:
    (folder / "in.csv").write_text(
        'ecog,tumour_diameters_cm\n0,"4,5; big;\n  x"\n', encoding="utf-8"
    )
    report = score_file(folder / "in.csv", folder / "out.csv", ["milan"])
    (row,) = read_rows(folder / "out.csv")
    assert row["problems"].split("; ") == [
        "milan: tumour_diameters_cm=4,5;big;x is not a list of diameters like 4.5;2.0, "
        "needs macrovascular_invasion, extrahepatic_spread"
    ]
    assert report.wrong == {"tumour_diameters_cm is not a list of diameters like 4.5;2.0": 1}


def test_blank_lines_hold_no_row_except_in_a_table_of_one_column(folder: Path) -> None:
    many = score_bytes(folder, b"\nid,albumin_g_l\n\na,38\n\n\nb,38\n\n", ALBI)
    assert many.decode() == (
        "\nid,albumin_g_l,albi_score,albi_grade,malbi_grade,problems\n"
        "\na,38,,,,albi_score: needs bilirubin_umol_l\n"
        "\n\nb,38,,,,albi_score: needs bilirubin_umol_l\n"
    )
    (folder / "out.csv").unlink()
    one = score_bytes(folder, b"albumin_g_l\n38\n\n40\n", ALBI)
    assert [row.split(",")[0] for row in one.decode().splitlines()[1:]] == ["38", "", "40"]


def test_a_separator_within_a_quoted_name_does_not_separate(folder: Path) -> None:
    data = b'"name, first, last";albumin_g_l;bilirubin_umol_l\nx;38;20\n'
    assert score_bytes(folder, data, ALBI).endswith(b"\nx;38;20;-2.371320202861773;2;2a;\n")


def test_semicolon_files_with_decimal_commas_say_so(folder: Path) -> None:
    scored = score_bytes(folder, b"albumin_g_l;bilirubin_umol_l\n38,5;20\n", ALBI).decode()
    assert "albumin_g_l=38,5 is not a number, looks like a decimal comma" in scored


def test_a_table_of_several_batches_is_scored_like_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},{n % 80},20" for n in range(25)]
    data = "\n".join(["id,albumin_g_l,bilirubin_umol_l", *rows]).encode()
    whole = score_bytes(folder, data, ALBI)
    report = score_file(folder / "in.csv", folder / "whole.parquet", ALBI)
    for size in (5, 10, 24, 25):
        monkeypatch.setattr(table_file, "BATCH_ROWS", size)
        monkeypatch.setattr(table_file, "BLOCK_BYTES", 8 * size)
        (folder / "out.csv").unlink()
        assert score_bytes(folder, data, ALBI) == whole
        parts = folder / f"{size}.parquet"
        assert score_file(folder / "in.csv", parts, ALBI) == report
        assert pl.read_parquet(parts).equals(pl.read_parquet(folder / "whole.parquet"))
        again = folder / f"again-{size}.csv"
        pl.read_csv(folder / "in.csv").write_parquet(folder / f"{size}-in.parquet")
        assert score_file(folder / f"{size}-in.parquet", again, ALBI) == report


# Parquet ------------------------------------------------------------------------------------------

TYPED = pl.DataFrame(
    {
        "id": ["a", None, "c"],
        "albumin_g_l": [38.0, float("nan"), 41.5],
        "bilirubin_umol_l": [20, 30, None],
        "extrahepatic_spread": [True, None, False],
        "seen": pl.Series(["2020-01-31", None, "2021-12-01"]).str.to_date(),
        "centre": pl.Series(["x", "y", "x"], dtype=pl.Categorical),
        "tumour_diameters_cm": [[4.5, 2.0], [], None],
    }
)


def test_parquet_keeps_every_column_with_its_type(folder: Path) -> None:
    TYPED.write_parquet(folder / "in.parquet")
    before = (folder / "in.parquet").read_bytes()
    score_file(folder / "in.parquet", folder / "out.parquet")
    assert (folder / "in.parquet").read_bytes() == before
    scored = pl.read_parquet(folder / "out.parquet")
    assert scored.select(TYPED.columns).equals(TYPED)
    assert scored.select(TYPED.columns).schema == TYPED.schema
    assert scored.columns == [*TYPED.columns, *plan(TYPED.columns).columns]
    assert scored["albi_grade"].to_list() == ["2", None, None]


def test_lists_of_diameters_in_parquet_are_read(folder: Path) -> None:
    TYPED.write_parquet(folder / "in.parquet")
    score_file(folder / "in.parquet", folder / "out.parquet", ["milan"])
    scored = pl.read_parquet(folder / "out.parquet")
    assert scored["milan"].to_list() == ["out", None, None]
    first, empty, unknown = scored["problems"].to_list()
    assert first is None
    assert empty.startswith("milan: tumour_diameters_cm= is not a list of diameters")
    assert unknown.startswith("milan: needs tumour_count, largest_tumour_cm")


def test_csv_to_parquet_keeps_text_and_empty_cells_become_null(folder: Path) -> None:
    (folder / "in.csv").write_text('id,albumin_g_l,bilirubin_umol_l\n 007,38.0,20\n,"",1.0\n')
    score_file(folder / "in.csv", folder / "out.parquet", ALBI)
    scored = pl.read_parquet(folder / "out.parquet")
    assert scored.select("id", "albumin_g_l", "bilirubin_umol_l").rows() == [
        (" 007", "38.0", "20"),
        (None, None, "1.0"),
    ]
    assert scored.schema["albi_score"] == pl.Float64


def test_parquet_to_csv_gives_the_results_of_csv(folder: Path) -> None:
    frame = TYPED.drop("tumour_diameters_cm")
    frame.write_parquet(folder / "in.parquet")
    frame.write_csv(folder / "in.csv")
    score_file(folder / "in.parquet", folder / "from_parquet.csv")
    score_file(folder / "in.csv", folder / "from_csv.csv")
    one, other = (read_rows(folder / f"from_{f}.csv") for f in ("parquet", "csv"))
    results = plan(frame.columns).columns
    assert [[row[n] for n in results] for row in one] == [
        [row[n] for n in results] for row in other
    ]
    assert [row["seen"] for row in one] == ["2020-01-31", "", "2021-12-01"]


def test_no_rows_make_a_file_with_no_rows(folder: Path) -> None:
    (folder / "in.csv").write_text("id,albumin_g_l\n")
    report = score_file(folder / "in.csv", folder / "out.csv", ALBI)
    assert (report.rows, report.problems) == (0, {})
    assert (folder / "out.csv").read_text() == f"id,albumin_g_l,{','.join(ADDED)}\n"
    score_file(folder / "in.csv", folder / "out.parquet", ALBI)
    empty = pl.read_parquet(folder / "out.parquet")
    assert (empty.columns, len(empty)) == (["id", "albumin_g_l", *ADDED], 0)
    empty.select("id", "albumin_g_l").write_parquet(folder / "in.parquet")
    score_file(folder / "in.parquet", folder / "from_parquet.csv", ALBI)
    assert (folder / "from_parquet.csv").read_text() == (folder / "out.csv").read_text()


# The report ---------------------------------------------------------------------------------------


def test_the_report_counts_rows_results_and_kinds_of_problem(folder: Path) -> None:
    (folder / "in.csv").write_text(
        "albumin_g_l,bilirubin_umol_l\n38,20\n3.8,20\n4.1,20\nsee note 1,20\nnot done; 2,20\n"
        ",20\n38,1.2\n",
        encoding="utf-8",
    )
    report = score_file(folder / "in.csv", folder / "out.csv", ALBI)
    assert report.rows == 7
    assert report.determined == {"albi_score": 2, "albi_grade": 2, "malbi_grade": 2}
    assert report.problems == {
        "albumin_g_l is not a number": 2,
        "albumin_g_l outside 10-65, looks like g/dL": 2,
        "albumin_g_l is blank": 1,
    }
    assert report.checks == {
        "check bilirubin_umol_l outside the usual 3-500, looks like mg/dL": 1,
    }
    assert str(report).splitlines() == [
        "2 cells: albumin_g_l is not a number",
        "2 cells: albumin_g_l outside 10-65, looks like g/dL",
        "1 blank cell: 1 albumin_g_l",
        "1 cell: check bilirubin_umol_l outside the usual 3-500, looks like mg/dL",
        "results in some rows: 2 albi",
        "7 rows scored: 5 problems, 1 check",
    ]


@pytest.mark.parametrize(
    ("grades", "hinted"),
    [("1" * 9 + "2", True), ("123" * 4, True), ("0" + "1" * 20, False), ("1234" * 4, False)],
)
def test_encephalopathy_that_looks_like_points_is_hinted_at(
    folder: Path, grades: str, hinted: bool
) -> None:
    (folder / "in.csv").write_text("encephalopathy_grade\n" + "\n".join(f"{g}.0" for g in grades))
    report = score_file(folder / "in.csv", folder / "out.csv", ["child_pugh"])
    assert any("Child-Pugh points" in note for note in report.notes) == hinted


# Files that are refused ---------------------------------------------------------------------------

HEADER = b"id,albumin_g_l,bilirubin_umol_l\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "in.csv is empty"),
        (b"\n \n\n", "in.csv: the first line must hold the column names"),
        (PNG, "in.csv is not a CSV file; if it is a spreadsheet, save it as CSV"),
        (b"PK\x03\x04xl", "in.csv is not a CSV file; if it is a spreadsheet, save it as CSV"),
        (bytes(64), "in.csv is not a CSV file; if it is a spreadsheet, save it as CSV"),
        (
            HEADER + "Jürgen,38,20\n".encode("latin-1"),
            "in.csv is not UTF-8 text; save it as CSV UTF-8",
        ),
        (
            HEADER + b"a,38,20\n" * 9999 + b"\xfc,1,2",
            "in.csv is not UTF-8 text; save it as CSV UTF-8",
        ),
        (PLAIN.encode("utf-16"), "in.csv is not UTF-8 text; save it as CSV UTF-8"),
        (b"\xfc" + HEADER, "in.csv is not UTF-8 text; save it as CSV UTF-8"),
        (b"id,inr,inr\na,1,1\n", "column inr stands twice; rename or drop one of them"),
        (b"inr,,\n1,2,3\n", "in.csv: columns 2, 3 have no name in the first line"),
        (
            HEADER + b"a,38,20\nb,3,8,20\n",
            "in.csv: line 3 has 4 cells and the header has 3; a cell that holds ',' must stand in "
            "quotes",
        ),
        (
            HEADER + b"a,38,20\nb,38\n",
            "in.csv: line 3 has 2 cells and the header has 3; some are missing",
        ),
        (
            HEADER + b'a,38,20\n"b,38,20\nc,38,20\n',
            "in.csv: line 3 begins a quoted cell that does not end as it should",
        ),
        (
            HEADER + b'a,38,20\n"b"c,38,20\n',
            "in.csv: line 3 begins a quoted cell that does not end as it should",
        ),
        (
            b"albi_score,albumin_g_l\n-2,38\n",
            "column albi_score is already there and would be overwritten; rename or drop it",
        ),
        (
            b"problems,albumin_g_l\nnone,38\n",
            "column problems is already there and would be overwritten; rename or drop it",
        ),
    ],
)
def test_a_bad_csv_file_is_refused_in_one_sentence(folder: Path, data: bytes, message: str) -> None:
    assert refusal(folder, data) == message


def test_an_existing_file_is_never_replaced(folder: Path) -> None:
    (folder / "out.csv").write_text("precious")
    assert refusal(folder, PLAIN.encode()) == (
        "out.csv exists already; choose another name or remove it"
    )
    (folder / "out.csv").unlink()
    assert refusal(folder, PLAIN.encode(), target="in.csv") == (
        "in.csv exists already; choose another name or remove it"
    )


def test_a_file_that_appears_during_the_work_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = table_file.CsvTable.copy

    def meanwhile(table: table_file.CsvTable, *work: Any) -> None:
        copy(table, *work)
        (folder / "out.csv").write_text("precious")

    monkeypatch.setattr(table_file.CsvTable, "copy", meanwhile)
    (folder / "in.csv").write_text(PLAIN)
    with pytest.raises(ValueError, match="exists already"):
        score_file(folder / "in.csv", folder / "out.csv", ALBI)
    assert (folder / "out.csv").read_text() == "precious"
    assert sorted(path.name for path in folder.iterdir()) == ["in.csv", "out.csv"]


def test_a_target_that_cannot_be_written_is_refused(folder: Path) -> None:
    (folder / "file").write_text("")
    assert refusal(folder, PLAIN.encode(), target="missing/out.csv").endswith(
        "there is no folder missing"
    )
    assert "there is no folder" in refusal(folder, PLAIN.encode(), target="file/out.csv")
    assert "cannot be written" in refusal(folder, PLAIN.encode(), target=f"{'x' * 300}.csv")
    assert refusal(folder, PLAIN.encode(), target="out.xlsx") == (
        "out.xlsx: the ending must be .csv or .parquet"
    )
    assert refusal(folder, PLAIN.encode(), source="in.txt") == (
        "in.txt: the ending must be .csv or .parquet"
    )


def test_a_folder_without_permission_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Whoever runs the tests may be allowed to write everywhere.
    monkeypatch.setattr(tempfile, "TemporaryDirectory", forbidden)
    assert refusal(folder, PLAIN.encode()) == "out.csv cannot be written: Permission denied"


def test_a_damaged_parquet_file_is_refused(folder: Path) -> None:
    stream = io.BytesIO()
    TYPED.write_parquet(stream)
    whole = stream.getvalue()
    for damaged in (PNG, b"PAR1", whole[:-20], whole[: len(whole) // 2], whole[200:]):
        message = refusal(folder, damaged, "in.parquet", "out.parquet")
        assert message == "in.parquet is not a readable Parquet file"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (pl.Series([[1.0]]), "lists"),
        (pl.Series([{"a": 1}]), "records"),
        (pl.Series([b"\xff"]), "bytes"),
        (pl.Series([timedelta(days=1)]), "durations"),
    ],
)
def test_what_a_csv_file_cannot_hold_is_named(folder: Path, column: pl.Series, kind: str) -> None:
    stream = io.BytesIO()
    pl.DataFrame({"albumin_g_l": [38.0], "odd": column}).write_parquet(stream)
    assert refusal(folder, stream.getvalue(), source="in.parquet") == (
        f"in.parquet: column odd holds {kind}, which a CSV file cannot; "
        "choose an output that ends in .parquet"
    )


@pytest.mark.parametrize("value", [b"\xff", {"a": 1}])
def test_a_variable_that_holds_no_entries_is_refused(folder: Path, value: object) -> None:
    stream = io.BytesIO()
    pl.DataFrame({"albumin_g_l": [value]}).write_parquet(stream)
    message = refusal(folder, stream.getvalue(), source="in.parquet", target="out.parquet")
    assert message.startswith("column albumin_g_l holds ")
    assert message.endswith(", neither numbers nor text")


# Anything at all ----------------------------------------------------------------------------------

NAMES = st.sampled_from(["albumin_g_l", "Albumin", "tumour_diameters_cm", "ecog", "id", "", "albi"])
CELLS = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["38", "3,8", "4.5; 2", '"', '""', "a\nb", "\r", "-1", "inf", "1e999", "\0"]),
)


@settings(max_examples=60, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=4), rows=st.data())
def test_any_cells_come_back_with_their_rows(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rows: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("any")
    cells = st.lists(CELLS, min_size=len(names), max_size=len(names))
    table = [names, *rows.draw(st.lists(cells, max_size=5))]
    with (folder / "in.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(table)
    try:
        score_file(folder / "in.csv", folder / "out.csv", ["albi", "milan"])
    except ValueError:
        assert sorted(path.name for path in folder.iterdir()) == ["in.csv"]
        return
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        scored = list(csv.reader(file))
    assert [row[: len(names)] for row in scored] == table


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=60) | st.text(alphabet='albumin_g,;\t"\n\r1é', max_size=60))
def test_any_bytes_are_scored_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes | str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    given_bytes = data if isinstance(data, bytes) else b"albumin_g_l" + data.encode()
    (folder / "in.csv").write_bytes(given_bytes)
    try:
        report = score_file(folder / "in.csv", folder / "out.csv", ALBI)
    except ValueError:
        assert [path.name for path in folder.iterdir()] == ["in.csv"]
    else:
        scored = (folder / "out.csv").read_bytes()
        lines = given_bytes.splitlines()
        assert report.rows < max(len(lines), 1)
        assert all(line in scored for line in lines)
    assert (folder / "in.csv").read_bytes() == given_bytes
