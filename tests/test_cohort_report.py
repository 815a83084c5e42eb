"""The report counts cells and not systems, and stays short whatever the cohort."""

from __future__ import annotations

from pathlib import Path

import pytest

from hcclab import cohort_report
from hcclab.cohort_file import score_file
from hcclab.cohort_plan import PROBLEMS
from hcclab.cohort_report import Report, Tally

DATA = Path(cohort_report.__file__).parent / "data"
ALBI = ["albi"]


def report_on(folder: Path, text: str, systems: list[str] | None = None) -> Report:
    (folder / "in.csv").write_text(text, encoding="utf-8")
    return score_file(folder / "in.csv", folder / "out.csv", systems)


def test_a_wrong_cell_counts_once_however_many_results_need_it(tmp_path: Path) -> None:
    text = "bilirubin_umol_l,albumin_g_l,platelets_1e9_l\n20,3.8,150\n20,,150\n,41,150\n"
    report = report_on(tmp_path, text, ["albi", "palbi", "ez_albi", "amap"])
    assert report.wrong == {"albumin_g_l outside 10-65, looks like g/dL": 1}
    assert report.blank == {"albumin_g_l": 1, "bilirubin_umol_l": 1}
    lines = str(report).splitlines()
    assert "2 blank cells: 1 albumin_g_l, bilirubin_umol_l" in lines


def test_a_column_that_is_absent_is_a_note_by_default_and_a_problem_if_asked_for(
    tmp_path: Path,
) -> None:
    text = "albumin_g_l,ecog\n38,0\n,0\n"
    report = report_on(tmp_path, text)
    assert report.problems == {}
    assert "no column bilirubin_umol_l: albi stays empty" in report.notes
    (tmp_path / "out.csv").unlink()
    report = report_on(tmp_path, text, ALBI)
    assert report.absent == {"no column bilirubin_umol_l: albi stays empty": 2}
    assert report.blank == {"albumin_g_l": 1}
    assert str(report).splitlines() == [
        "2 rows: no column bilirubin_umol_l: albi stays empty",
        "1 blank cell: 1 albumin_g_l",
        "results in no row: 1 of 1 system",
        "2 rows scored: 3 problems, 0 checks",
    ]


def test_a_gap_that_only_some_rows_feel_says_so(tmp_path: Path) -> None:
    text = "tumour_count,largest_tumour_cm,macrovascular_invasion\n9,9,no\n1,2,no\n"
    report = report_on(tmp_path, text, ["milan"])
    assert report.absent == {
        "no column extrahepatic_spread: milan stays empty in some rows": 1,
    }
    assert report.determined == {"milan": 1}


def test_blank_lists_of_diameters_count_as_the_cells_they_are(tmp_path: Path) -> None:
    text = (
        "tumour_diameters_cm,macrovascular_invasion,extrahepatic_spread\n2,no,no\nNA,no,no\n,,yes\n"
    )
    report = report_on(tmp_path, text, ["milan"])
    assert report.blank == {"tumour_diameters_cm": 1}


def test_two_units_that_disagree_are_one_problem(tmp_path: Path) -> None:
    text = "albumin_g_l,albumin_g_dl,bilirubin_umol_l\n38,2.0,20\n40,4.0,20\n30,5.0,20\n"
    report = report_on(tmp_path, text, ALBI)
    assert report.problems == {"albumin_g_l and albumin_g_dl disagree": 2}


@pytest.mark.parametrize(
    ("name", "cell", "kind"),
    [
        ("albumin_g_l", "x outside y", " is not a number"),
        ("albumin_g_l", "38,5", " is not a number, looks like a decimal comma"),
        ("albumin_g_l", "a and b=1 disagree", " is not a number"),
        ("ecog", "0.5", " is not a whole number"),
        ("ascites", "is not a number", " is not one of none, mild, moderate_severe"),
        ("extrahepatic_spread", "is not yes or no", " is not yes or no"),
        ("tumour_diameters_cm", "45;20", " outside 0.1-30, looks like mm"),
        ("tumour_diameters_cm", "1;" * 100 + "1", ": over 100 tumours"),
    ],
)
def test_a_kind_of_problem_names_no_cell(tmp_path: Path, name: str, cell: str, kind: str) -> None:
    text = f'{name},id\n"{cell}",1\n'
    report = report_on(tmp_path, text, ["albi", "milan", "child_pugh", "performance_status"])
    assert report.wrong == {f"{name}{kind}": 1}


def test_checks_are_counted_by_likely_cause(tmp_path: Path) -> None:
    text = (
        "bilirubin_umol_l,albumin_g_l,platelets_1e9_l,direct_bilirubin_mg_dl\n"
        "1.2,38,150,0.5\n2.5,38,150,0.1\n600,38,500,0.1\n"
    )
    report = report_on(tmp_path, text)
    assert report.checks == {
        "check bilirubin_umol_l outside the usual 3-500, looks like mg/dL": 2,
        "check bilirubin_umol_l outside the usual 3-500": 1,
        "check platelets_1e9_l outside the usual 20-450": 1,
        "check direct_bilirubin_mg_dl above total bilirubin": 1,
    }


def test_results_are_told_by_system(tmp_path: Path) -> None:
    text = "albumin_g_l,bilirubin_umol_l,platelets_1e9_l\n38,20,150\n38,20,\n"
    report = report_on(tmp_path, text, ["albi", "palbi", "milan"])
    assert report.results == {"albi": 2, "palbi": 1, "milan": 0}
    assert str(report).splitlines()[-4:] == [
        "results in every row: albi",
        "results in some rows: 1 palbi",
        "results in no row: 1 of 3 systems",
        "2 rows scored: 3 problems, 0 checks",
    ]


@pytest.mark.parametrize("cohort", ["pbc.csv", "resected_hcc.csv"])
def test_the_report_on_every_system_fits_a_screen(tmp_path: Path, cohort: str) -> None:
    report = score_file(DATA / cohort, tmp_path / "out.csv")
    lines = str(report).splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) <= cohort_report.WIDTH
    assert report.rows > 200


def test_many_kinds_are_summed_up(tmp_path: Path) -> None:
    kinds = {f"kind {n}": 100 - n for n in range(20)}
    report = Report(5, {}, {}, wrong=kinds, blank={}, absent={}, checks={}, notes=())
    lines = str(report).splitlines()
    assert lines[0] == "100 cells: kind 0"
    assert lines[-2] == "676 cells: 8 more kinds of wrong cell"
    assert lines[-1] == "5 rows scored: 1,810 problems, 0 checks"


def test_tallies_of_parts_add_up() -> None:
    one, other = Tally(rows=2), Tally(rows=3)
    one.wrong["x"], other.wrong["x"] = 1, 2
    one.add(other)
    assert (one.rows, one.wrong["x"], PROBLEMS in one.determined) == (5, 3, False)
