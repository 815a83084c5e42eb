"""The command line says what it does, what went wrong and how it ended, without a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.cli import main

COMMANDS = (
    *("lab", "projector", "start", "doctor", "score", "explain", "systems", "check", "sync"),
    *("new", "student", "sheet", "slides", "site", "lite"),
)
HCCLAB = [sys.executable, "-c", "import sys; from hcclab.cli import main; sys.exit(main())"]
PLAIN = "id,albumin_g_l,bilirubin_umol_l\na,38,20\nb,3.8,20\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run what must be refused; give its one sentence without the name of the command."""
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    code, out, err = run(capsys, *words)
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("hcclab")
    return err.removeprefix(f"hcclab {words[0] if words else ''}: ").rstrip("\n")


# Every command ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_help_explains_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, command, "--help")
    assert (code, err) == (0, "")
    assert re.search(rf"example: hcclab {command}\b", out)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in COMMANDS:
        assert re.search(rf"^ +{command}\s+\S", out, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("scroe",),
        ("score",),
        ("score", "in.csv"),
        ("score", "in.csv", "-o", "out.csv", "--fast"),
        ("score", "in.csv", "-o", "out.csv", "--systems", ","),
        ("explain",),
        ("explain", "patient.yml", "--case", "c01"),
        ("sync", "--keep", "both"),
        ("check", "99_nothing"),
        ("sync", "99_nothing"),
        ("lab", "nowhere"),
        ("start",),
        ("start", "mine"),
        ("student",),
        ("student", "out"),
        ("new",),
        ("new", "Gut"),
        ("sheet", "99_nothing"),
        ("sheet", "--minutes", "long", "99_nothing"),
        ("slides", "99_nothing"),
        ("systems", "abli"),
        ("systems", "albi", "--markdown"),
    ],
    ids=" ".join,
)
def test_bad_usage_is_refused_in_one_sentence(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, *words)


def test_the_installed_command_runs_and_returns_its_code(folder: Path) -> None:
    command = Path(sys.executable).with_name("hcclab")
    good = subprocess.run([command, "explain", "--case", "c01"], capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert "BCLC 2022" in good.stdout
    bad = subprocess.run([command, "explain", "x.yml"], capture_output=True, text=True)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr == "hcclab explain: x.yml: no such file\n"


def test_a_reader_who_leaves_early_is_no_error() -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*HCCLAB, "explain", "--case", "c01", "--json", "--what-if"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(reading)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


# score --------------------------------------------------------------------------------------------


def test_score_writes_the_file_and_ends_with_counts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(PLAIN)
    code, out, err = run(capsys, "score", "in.csv", "-o", "out.csv", "--systems", "albi")
    assert (code, out) == (0, "")
    assert err == (
        "1 cell: albumin_g_l outside 10-65, looks like g/dL\n"
        "results in some rows: 1 albi\n"
        "2 rows scored: 1 problem, 0 checks\n"
    )
    assert Path("out.csv").read_text().splitlines()[1] == "a,38,20,-2.371320202861773,2,2a,"


def test_strict_fails_on_problems_only(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.csv").write_text(PLAIN)
    Path("good.csv").write_text("albumin_g_l,bilirubin_umol_l\n38,2.5\n")
    albi = ("--systems", "albi", "--strict")
    assert run(capsys, "score", "bad.csv", "-o", "1.csv", *albi)[0] == 1
    assert Path("1.csv").exists()
    code, _, err = run(capsys, "score", "good.csv", "-o", "2.csv", *albi)
    assert code == 0
    assert err.endswith("0 problems, 1 check\n")


def test_systems_come_in_the_order_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text(PLAIN)
    assert run(capsys, "score", "in.csv", "-o", "out.csv", "--systems", "milan, albi")[0] == 0
    assert Path("out.csv").read_text().splitlines()[0] == (
        "id,albumin_g_l,bilirubin_umol_l,milan,albi_score,albi_grade,malbi_grade,problems"
    )


def test_assumptions_and_misnamed_columns_are_noted(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text("ecog,Albumin,centre\n0,38,x\n")
    err = run(capsys, "score", "in.csv", "-o", "out.csv")[2].splitlines()
    assert "note: column Albumin is not used; did you mean albumin_g_l or albumin_g_dl?" in err
    assert "note: no column transplantable: false is assumed for every row" in err
    assert [line for line in err if "no column liver: derived from" in line]
    assert not [line for line in err if "centre" in line]


@pytest.mark.parametrize("source", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("target", ["out.csv", "out.parquet"])
def test_score_reads_and_writes_both_formats(
    source: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import polars as pl

    Path("in.csv").write_text(PLAIN)
    pl.read_csv("in.csv").write_parquet("in.parquet")
    assert run(capsys, "score", source, "-o", target, "--systems", "albi")[0] == 0
    read = pl.read_csv if target.endswith("csv") else pl.read_parquet
    scored = read(target)
    assert scored["id"].to_list() == ["a", "b"]
    assert scored["albi_score"].to_list() == [pytest.approx(-2.3713202), None]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "Albumin,Bilirubin (mg/dl)",
            "no column is usable; did you mean Albumin: albumin_g_l or albumin_g_dl",
        ),
        ("x,y", "no column is usable; accepted names are bilirubin_umol_l, bilirubin_mg_dl, "),
    ],
)
def test_no_usable_column_names_the_nearest(
    header: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("in.csv").write_text(f"{header}\n1,2\n")
    assert refused(capsys, "score", "in.csv", "-o", "out.csv").startswith(message)


def test_what_cannot_be_scored_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("in.csv").write_text(PLAIN)
    Path("empty.csv").write_text("")
    Path("there.csv").write_text("precious")
    score = ("score", "in.csv", "-o")
    assert refused(capsys, "score", "none.csv", "-o", "o.csv") == "none.csv: no such file"
    assert refused(capsys, "score", "empty.csv", "-o", "o.csv") == "empty.csv is empty"
    assert refused(capsys, *score, "there.csv").startswith("there.csv exists already")
    assert refused(capsys, *score, "in.csv").startswith("in.csv exists already")
    assert refused(capsys, *score, "no/o.csv") == "no/o.csv: there is no folder no"
    assert refused(capsys, *score, "o.txt") == "o.txt: the ending must be .csv or .parquet"
    assert refused(capsys, *score, "o.csv", "--systems", "abli") == (
        "system abli is not known; did you mean albi?"
    )


def test_a_full_disk_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    Path("in.csv").write_text(PLAIN + "c,38,20\n" * 20_000)
    code = (
        "import resource, signal, sys; from hcclab.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "sys.exit(main(['score', 'in.csv', '-o', 'out.csv']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        "hcclab score: out.csv cannot be written: File too large\n",
    )
    assert [path.name for path in Path().iterdir()] == ["in.csv"]


def test_a_bar_is_shown_on_a_terminal_and_nothing_in_a_pipe() -> None:
    import pty
    import termios

    Path("in.csv").write_text(PLAIN + "c,38,20\n" * 50_000)
    command = [*HCCLAB, "score", "in.csv", "--systems", "albi", "-o"]
    piped = subprocess.run([*command, "1.csv"], capture_output=True, text=True)
    assert piped.stderr.splitlines()[0].startswith("1 cell: albumin_g_l")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    process = subprocess.Popen([*command, "2.csv"], stderr=theirs, stdout=subprocess.PIPE)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert process.wait(60) == 0
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()
    assert re.search(rb"\r +\d+ % \|", shown)
    assert shown.decode().replace("\r\n", "\n").endswith(piped.stderr)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux tells that the other side has closed
        return b""


@settings(max_examples=25, deadline=None)
@given(
    data=st.binary(max_size=40), strict=st.booleans(), ending=st.sampled_from(["csv", "parquet"])
)
def test_any_file_ends_with_a_code_and_without_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, strict: bool, ending: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    source, target = folder / f"in.{ending}", folder / "out.csv"
    source.write_bytes(b"ecog\n" + data if ending == "csv" else data)
    code = main(["score", str(source), "-o", str(target), *["--strict"] * strict])
    assert code in (0, 1, 2)
    assert (code == 2) == (not target.exists())
    assert len(list(folder.iterdir())) == 1 + target.exists()


# explain ------------------------------------------------------------------------------------------

PATIENT = """\
tumour_diameters_cm: [2.0]
macrovascular_invasion: no
extrahepatic_spread: no
ecog: 0
liver: preserved
"""


def test_explain_names_criterion_value_threshold_and_source(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("patient.yml").write_text(PATIENT)
    code, out, err = run(capsys, "explain", "patient.yml", "--system", "bclc_2022", "--what-if")
    assert (code, err) == (0, "")
    assert out.startswith("BCLC 2022 0\n")
    assert "Largest tumour ≤ 2.0 cm" in out
    assert "Largest tumour 2.0 cm → 2.1 cm: A" in out
    assert "Reig" in out


def test_explain_gives_json(capsys: pytest.CaptureFixture[str]) -> None:
    Path("patient.json").write_text(json.dumps({"albumin_g_l": 38, "bilirubin_umol_l": 20}))
    code, out, _ = run(capsys, "explain", "patient.json", "--json")
    assert code == 0
    result = json.loads(out)["results"]["albi"]
    assert (result["grade"], result["value"]) == ("2", pytest.approx(-2.3713202))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no fields; write one per line, like albumin_g_l: 38"),
        ("- 1\n- 2\n", "holds no fields; write one per line, like albumin_g_l: 38"),
        ("a: [1\n", "is not valid YAML or JSON: "),
        ("albumin: 38\n", "albumin is not a known field; did you mean albumin_g_l or "),
        ("albumin_g_l: 3.8\n", "albumin_g_l=3.8 outside 10-65, looks like g/dL"),
        ("albumin_g_l: low\n", "albumin_g_l=low is not a number"),
        ("albumin_g_l: [38]\n", "is not a number"),
        ("albumin_g_l: .inf\n", "albumin_g_l=inf outside 10-65"),
        ("ecog: -1\n", "ecog=-1 outside 0-4"),
        ("tumour_diameters_cm: 4.5;x\n", "tumour_diameters_cm=4.5;x: x is not a diameter in cm"),
        ("tumour_diameters_cm: 2020-01-31\n", "2020-01-31 is not a diameter in cm"),
        ("tumour_diameters_cm: true\n", "True is not a diameter in cm"),
    ],
)
def test_explain_refuses_what_it_cannot_read(
    text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("patient.yml").write_text(text)
    assert message in refused(capsys, "explain", "patient.yml")


def test_explain_refuses_files_and_names_that_it_does_not_know(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("picture.yml").write_bytes(b"\x89PNG\xff")
    assert refused(capsys, "explain", "none.yml") == "none.yml: no such file"
    assert refused(capsys, "explain", "picture.yml") == "picture.yml is not a readable text file"
    assert "case c1 is not known; did you mean c" in refused(capsys, "explain", "--case", "c1")
    assert refused(capsys, "explain", "--case", "c01", "--system", "bclc").startswith(
        "system bclc is not known; did you mean bclc_2022 or "
    )


def test_explain_heads_a_case_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "explain", "--case", "c01")[1]
    assert out.startswith("c01: Very early single nodule (fictional)\n\nFindings: ")
    assert out.endswith("For education, not for patient care.\n")


# systems ------------------------------------------------------------------------------------------


def test_systems_lists_every_one_with_mark_and_year(capsys: pytest.CaptureFixture[str]) -> None:
    from hcclab.registry import SYSTEMS

    code, out, err = run(capsys, "systems")
    assert (code, err) == (0, "")
    for key, system in SYSTEMS.items():
        assert re.search(rf"^{key} +{re.escape(system.title)}, ", out, re.MULTILINE)
    assert re.search(r"^bclc_2022 +BCLC 2022, 2022: verified twice, read again by 2027$", out, re.M)
    assert "  gives albi_score, albi_grade, malbi_grade\n" in out
    assert "  from Johnson 2015 (verified twice); Hiraoka 2017 (verified)\n" in out
    assert "  from memory: recalled from the paper, not yet checked against it\n" in out
    assert max(map(len, out.splitlines())) <= 100


def test_systems_describes_one(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "systems", "albi")
    assert code == 0
    assert out.startswith("ALBI: liver function.\n")
    assert "albumin_g_l\n    Protein that the liver makes" in out


def test_systems_writes_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "systems", "--markdown")
    assert code == 0
    assert out.startswith("# Clinical systems\n") and out.endswith("|\n")


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("aasld", "AASLD has no stages of its own and uses BCLC: bclc_2022"),
        ("WHO", "there is no WHO stage of liver cancer: WHO means performance status"),
        ("easl", "EASL is a guideline without stages of its own"),
        ("abli", "system abli is not known; did you mean albi"),
    ],
)
def test_systems_says_what_a_name_means_that_is_no_system(
    key: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "systems", key).startswith(message)
