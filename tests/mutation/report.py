"""The report on mutation testing, `docs/mutation.md`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

MODULES = (
    "liver_function",
    "meld_scores",
    "risk",
    "tumour_burden",
    "embolisation",
    "staging",
    "diagnosis",
    "surveillance",
    "response",
    "dosimetry",
    "thermal_dose",
    "resection",
    "treatment",
)

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "docs" / "mutation.md"
WANTED = 0.95

HEAD = """# Mutation testing of the clinical modules

Derived by `python -m tests.mutation`; do not edit. `tests/mutation/README.md` says how to read it.

| module | mutants | killed | share |
|---|--:|--:|--:|
"""


def write(results: Path) -> int:
    """Write the report if every module has results; say what is missing, and give the exit code."""
    found = {
        module: json.loads(file.read_text())
        for module in MODULES
        if (file := results / f"{module}.json").exists()
    }
    with (HERE / "survivors.toml").open("rb") as file:
        reasons = tomllib.load(file)
    problems = _problems(found, reasons)
    print("\n".join(problems))
    if len(found) == len(MODULES):
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(_report(found, reasons), encoding="utf-8")
    return 1 if problems else 0


def _problems(found: dict[str, Any], reasons: dict[str, Any]) -> list[str]:
    problems = []
    for module, result in found.items():
        changes = [tuple(survivor["change"]) for survivor in result["survivors"]]
        known = {(r["was"], r["becomes"]) for r in reasons.get(module, [])}
        problems += [
            f"{module}:{survivor['line']} nobody notices: {' => '.join(survivor['change'])}"
            for survivor in result["survivors"]
            if tuple(survivor["change"]) not in known
        ]
        problems += [
            f"{module}: explained but does not survive: {' => '.join(change)}"
            for change in sorted(known - set(changes))
        ]
        if len(changes) > (1 - WANTED) * result["mutants"]:
            problems.append(f"{module}: fewer than {WANTED:.0%} are noticed")
    return problems


def _report(found: dict[str, Any], reasons: dict[str, Any]) -> str:
    rows = [(m, r["mutants"], r["mutants"] - len(r["survivors"])) for m, r in found.items()]
    rows.append(("all", sum(r[1] for r in rows), sum(r[2] for r in rows)))
    lines = [f"| {m} | {n} | {k} | {k / n:.1%} |" for m, n, k in rows]
    for module, result in found.items():
        if result["survivors"]:
            why = {(r["was"], r["becomes"]): r["why"] for r in reasons.get(module, [])}
            lines += [
                "",
                f"## {module}",
                "",
                "| line | was | survives as | why |",
                "|--:|---|---|---|",
            ]
            lines += [
                f"| {survivor['line']} | {_code(was)} | {_code(becomes)} | "
                f"{why.get((was, becomes), '')} |"
                for survivor in result["survivors"]
                for was, becomes in [survivor["change"]]
            ]
    return HEAD + "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "(nothing)"
