"""A hospital's table with mixed units, points for grades and gaps is scored without loss.

The invented table of `tests/data` always runs. The UCI table "HCC Survival" (Santos 2015) does not
ship with the project; it is tested where it lies beside the checkout.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hcclab.cli import main
from hcclab.registry import SYSTEMS

INVENTED = Path(__file__).parent / "data" / "hospital_export.csv"
UCI = Path(__file__).parents[2] / "shared" / "data" / "uci_hcc_survival.csv"
NAMES = {
    "Total_Bil": "bilirubin_mg_dl",
    "Dir_Bil": "direct_bilirubin_mg_dl",
    "Albumin": "albumin_g_dl",
    "INR": "inr",
    "Platelets": "platelets_1e9_l",
    "Nodule": "tumour_count",
    "Major_Dim": "largest_tumour_cm",
    "PVT": "macrovascular_invasion",
    "Metastasis": "extrahepatic_spread",
    "PS": "ecog",
    "Ascites": "ascites",
    "Encephalopathy": "encephalopathy_grade",
}
ASCITES = {"1.0": "none", "2.0": "mild", "3.0": "moderate_severe", "": ""}
ENCEPHALOPATHY = {"1.0": "0", "2.0": "1", "3.0": "3", "": ""}
RESULTS = [o.column for s in SYSTEMS.values() for o in s.outputs] + ["problems"]

Rows = list[dict[str, str]]


@pytest.fixture(params=["invented", "uci"])
def export(request: pytest.FixtureRequest) -> Path:
    """The table as the hospital gave it."""
    if request.param == "invented":
        return INVENTED
    if not UCI.exists():
        pytest.skip("the UCI table is not beside this checkout and may not ship with it")
    return UCI


@pytest.fixture
def renamed(export: Path, tmp_path: Path) -> Path:
    """The same with the contract's column names, every cell as it was."""
    header, rest = export.read_text().split("\n", 1)
    names = [NAMES.get(name, name) for name in header.split(",")]
    path = tmp_path / "renamed.csv"
    path.write_text(",".join(names) + "\n" + rest)
    return path


def read(path: Path) -> Rows:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def score(source: Path, *options: str) -> Rows:
    target = source.with_name("scored.csv")
    target.unlink(missing_ok=True)
    assert main(["score", str(source), "-o", str(target), *options]) == 0
    return read(target)


def repaired(rows: Rows) -> Rows:
    """The rows with units and codes put right as the provenance of the table says."""
    fixed = []
    for row in rows:
        platelets = float(row["platelets_1e9_l"] or "nan")
        count = f"{platelets / 1000:g}" if platelets > 2000 else f"{platelets:g}"
        fixed.append(
            {
                **row,
                "ascites": ASCITES[row["ascites"]],
                "encephalopathy_grade": ENCEPHALOPATHY[row["encephalopathy_grade"]],
                "platelets_1e9_l": "" if platelets < 10 else count,
                "tumour_count": row["tumour_count"].replace("0.0", ""),
            }
        )
    return fixed


def write(path: Path, rows: Rows) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def survival(rows: Rows, by: str) -> dict[str, tuple[int, float]]:
    """Patients and one-year survival in each group."""
    groups: dict[str, list[int]] = {}
    for row in rows:
        groups.setdefault(row[by], []).append(int(row["survival_1y"]))
    return {name: (len(each), sum(each) / len(each)) for name, each in sorted(groups.items())}


def test_the_raw_table_is_refused_with_the_nearest_names(
    export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["score", str(export), "-o", str(tmp_path / "out.csv")]) == 2
    said = capsys.readouterr().err
    for name in ("inr", "ascites", "albumin_g_dl", "platelets_1e9_l", "encephalopathy_grade"):
        assert name in said
    assert list(tmp_path.iterdir()) == []


def test_no_row_column_or_cell_is_lost(renamed: Path) -> None:
    before = renamed.read_text().splitlines()
    score(renamed)
    after = renamed.with_name("scored.csv").read_text().splitlines()
    assert len(after) == len(before)
    assert all(longer.startswith(f"{line},") for line, longer in zip(before, after, strict=True))
    assert after[0] == f"{before[0]},{','.join(RESULTS)}"


def test_impossible_cells_are_named(renamed: Path) -> None:
    flagged = dict.fromkeys(("count", "odd", "nodule", "ascites", "direct"), 0)
    for row in score(renamed):
        platelets = float(row["platelets_1e9_l"] or "nan")
        if platelets > 2000:
            flagged["count"] += 1
            said = f"platelets_1e9_l={row['platelets_1e9_l']} outside 1-2000, looks like a count"
            assert said in row["problems"]
        if platelets < 10:
            flagged["odd"] += 1
            assert "check platelets_1e9_l=1.71 outside the usual 20-450" in row["problems"]
        if row["tumour_count"] == "0.0":
            flagged["nodule"] += 1
            assert "tumour_count=0.0 outside 1-100" in row["problems"]
        if row["ascites"]:
            flagged["ascites"] += 1
            ascites = f"ascites={row['ascites']} is not one of none, mild, moderate_severe"
            assert ascites in row["problems"]
        if float(row["direct_bilirubin_mg_dl"] or "nan") > float(row["bilirubin_mg_dl"] or "nan"):
            flagged["direct"] += 1
            assert "above total bilirubin" in row["problems"]
        else:
            assert "above total bilirubin" not in row["problems"]
    assert min(flagged.values()) >= 1
    assert flagged["odd"] == flagged["nodule"] == 1


def test_points_in_place_of_grades_are_hinted_at(
    renamed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score(renamed)
    assert "note: encephalopathy_grade is never 0 and never above 3" in capsys.readouterr().err


def test_a_bad_cell_costs_only_the_results_that_need_it(renamed: Path) -> None:
    for row in score(renamed):
        known = row["bilirubin_mg_dl"] and row["albumin_g_dl"]
        assert bool(row["albi_score"]) == bool(known)
        assert row["child_pugh_points"] == ""  # points stand where words for ascites should
        wanted = ("tumour_count", "largest_tumour_cm")
        if all(row[name] for name in (*wanted, "macrovascular_invasion", "extrahepatic_spread")):
            assert bool(row["milan"]) == (row["tumour_count"] != "0.0")


def test_strict_says_that_there_were_problems(renamed: Path, tmp_path: Path) -> None:
    assert main(["score", str(renamed), "-o", str(tmp_path / "strict.csv"), "--strict"]) == 1


def test_the_repaired_table_has_no_impossible_cell_left(renamed: Path, tmp_path: Path) -> None:
    rows = score(write(tmp_path / "repaired.csv", repaired(read(renamed))))
    said = "; ".join(row["problems"] for row in rows)
    assert "outside 1-" not in said
    assert "is not one of" not in said
    needed = ("bilirubin_mg_dl", "albumin_g_dl", "inr", "ascites", "encephalopathy_grade")
    for row in rows:
        assert bool(row["child_pugh_points"]) == all(row[name] for name in needed)


@pytest.mark.parametrize("export", ["invented"], indirect=True)
def test_the_repaired_invented_table_is_staged_as_by_hand(renamed: Path, tmp_path: Path) -> None:
    rows = score(write(tmp_path / "repaired.csv", repaired(read(renamed))))
    stages = [row["bclc_2022"] or "?" for row in rows]
    assert stages == ["0", "A", "A", "B", "C", "C", "D", "A", "C", "B", "?", "?", "D", "C"]


@pytest.mark.parametrize("export", ["uci"], indirect=True)
def test_the_repaired_uci_table_gives_the_published_numbers(renamed: Path, tmp_path: Path) -> None:
    rows = score(write(tmp_path / "repaired.csv", repaired(read(renamed))))
    by_albi = survival([row for row in rows if row["albi_grade"]], "albi_grade")
    assert {grade: (n, round(share, 3)) for grade, (n, share) in by_albi.items()} == {
        "1": (37, 0.892),
        "2": (84, 0.548),
        "3": (37, 0.459),
    }
    needed = [
        name for name in NAMES.values() if name not in ("platelets_1e9_l", "direct_bilirubin_mg_dl")
    ]
    complete = [row for row in rows if all(row[name] for name in needed)]
    by_bclc = survival(complete, "bclc_2022")
    assert {stage: (n, round(share, 2)) for stage, (n, share) in by_bclc.items()} == {
        "0": (3, 1.00),
        "A": (29, 0.90),
        "B": (22, 0.77),
        "C": (47, 0.47),
        "D": (35, 0.43),
    }
