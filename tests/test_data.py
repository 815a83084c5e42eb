from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from hcclab import data
from tools import build_data


def raw(name: str) -> bytes:
    return (files("hcclab.data") / f"{name}.csv").read_bytes().replace(b"\r\n", b"\n")


def described(name: str) -> dict[str, list[str]]:
    """The cells of the provenance table's rows, by column name."""
    rows = re.findall(r"^\| (`.*) \|$", data.provenance(name), re.MULTILINE)
    cells = [row.split(" | ") for row in rows]
    return {column: row for row in cells for column in re.findall(r"`(\w+)`", row[0])}


def test_pbc_is_whole():
    pbc = data.load("pbc")
    assert pbc.shape == (418, 20)
    assert pbc["patient_id"].is_unique
    assert pbc["status"].value_counts().to_dict() == {
        "censored": 232,
        "dead": 161,
        "transplanted": 25,
    }
    assert pbc["sex"].value_counts().to_dict() == {"female": 374, "male": 44}


def test_pbc_keeps_the_units_of_its_source():
    pbc = data.load("pbc")
    assert pbc["bilirubin_mg_dl"].agg(["min", "max"]).tolist() == [0.3, 28.0]
    assert pbc["albumin_g_dl"].agg(["min", "max"]).tolist() == [1.96, 4.64]
    assert pbc["time_days"].max() == 4795


def test_pbc_offers_no_ascites_grade_that_child_pugh_could_mistake():
    assert "ascites" not in data.load("pbc").columns


def test_resected_hcc_is_whole():
    hcc = data.load("resected_hcc")
    assert hcc.shape == (227, 19)
    assert not hcc.isna().any(axis=None)
    assert hcc["recorded_bclc_group"].value_counts().to_dict() == {"0-A": 136, "B-C": 91}
    assert (hcc["recurrence_free_months"] <= hcc["survival_months"]).all()


def test_invasion_or_multiplicity_reproduces_most_recorded_classes():
    hcc = data.load("resected_hcc")
    worse = (hcc["vascular_invasion"] == 1) | (hcc["tumour_number_group"] == "multiple")
    assert (worse == (hcc["recorded_bclc_group"] == "B-C")).sum() == 213


@pytest.mark.parametrize("name", data.COHORTS)
def test_the_note_describes_exactly_the_columns_there_are(name):
    assert set(described(name)) == set(data.load(name).columns)


def test_the_note_counts_the_gaps_that_there_are():
    gaps = data.load("pbc").isna().sum().to_dict()
    assert {column: int(cells[-1]) for column, cells in described("pbc").items()} == gaps


@pytest.mark.parametrize("name", data.COHORTS)
def test_the_note_names_licence_citation_and_the_very_bytes(name):
    note = data.provenance(name)
    assert "**Licence.**" in note
    assert "**Cite.**" in note
    assert hashlib.sha256(raw(name)).hexdigest() in note


@pytest.mark.parametrize("read", [data.load, data.provenance])
@pytest.mark.parametrize("name", ["mayo", "../data/pbc", ""])
def test_an_unknown_cohort_names_the_known_ones(read, name):
    with pytest.raises(ValueError, match="choose pbc or resected_hcc"):
        read(name)


def test_importing_the_module_loads_no_pandas():
    code = "import sys, hcclab.data; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# The build, on made-up sources of two rows.

PBC_ROW = {
    **{source: "1" for source, _, _ in build_data.PBC},
    "sex": "f",
    "bili": "14.5",
    "age": "58.76522929500342",
}
HCC_ROW = {source: "1" for source, _, _ in build_data.RESECTED_HCC}


def write(path: Path, *rows: dict[str, str], quoting: int = csv.QUOTE_MINIMAL) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0], quoting=quoting)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_build_does_not_depend_on_who_wrote_the_source(tmp_path):
    python = PBC_ROW | {"chol": "261.0", "trt": "", "status": "2.0"}
    r = PBC_ROW | {"chol": "261", "trt": "NA", "status": "2", "age": "58.7652292950034"}
    built = {
        build_data.tidy(write(tmp_path / "a.csv", python), build_data.PBC),
        build_data.tidy(write(tmp_path / "b.csv", r, quoting=csv.QUOTE_ALL), build_data.PBC),
    }
    assert len(built) == 1
    row = next(csv.DictReader(built.pop().decode().splitlines()))
    assert row["cholesterol_mg_dl"] == "261"
    assert row["treatment"] == ""
    assert row["status"] == "dead"
    assert row["bilirubin_mg_dl"] == "14.5"


def test_the_build_writes_then_agrees_with_itself_then_sees_a_changed_cell(tmp_path, capsys):
    out = tmp_path / "out"
    out.mkdir()
    pbc, hcc = write(tmp_path / "p.csv", PBC_ROW), write(tmp_path / "h.csv", HCC_ROW)
    arguments = [str(pbc), str(hcc), "--out", str(out)]
    assert build_data.main(arguments) == 0
    assert build_data.main([*arguments, "--check"]) == 0
    (out / "pbc.csv").write_text((out / "pbc.csv").read_text().replace("14.5", "15.5"))
    assert build_data.main([*arguments, "--check"]) == 1
    assert "pbc.csv differs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pbc", "hcc", "message"),
    [
        (PBC_ROW | {"status": "3"}, HCC_ROW, "p.csv, line 2, column status: code '3'"),
        (PBC_ROW, HCC_ROW | {"BCLC": "0"}, "h.csv, line 2, column BCLC: code '0'"),
        (PBC_ROW | {"bili": "high"}, HCC_ROW, "line 2, column bili"),
        (HCC_ROW, HCC_ROW, "p.csv: no column id"),
    ],
)
def test_a_source_that_does_not_fit_writes_nothing(tmp_path, capsys, pbc, hcc, message):
    out = tmp_path / "out"
    out.mkdir()
    sources = [str(write(tmp_path / "p.csv", pbc)), str(write(tmp_path / "h.csv", hcc))]
    assert build_data.main([*sources, "--out", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert list(out.iterdir()) == []
