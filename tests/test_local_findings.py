"""Numbers that lessons quote from papers: one row each, quoted where it stands, marked as known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hcclab.data import records

LESSONS = sorted((Path(__file__).parents[1] / "notebooks").glob("0[456]_*.md"))
ROWS = {row["finding"]: row for row in records("local_findings")}
CONFIDENCE = {
    "verified twice",
    "verified",
    "verified in one secondary source",
    "partly verified",
    "from memory",
}


def quoted_in(finding: str) -> list[str]:
    """Where it is quoted: its line, and what leads up to a table."""
    mark, found = f"<!-- ={finding} -->", []
    for lesson in LESSONS:
        lines = lesson.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if mark in line:
                above = lines[max(0, number - 6) : number] if line.startswith("|") else []
                found.append("\n".join([*above, line]))
    return found


def test_every_row_is_whole_and_has_a_name_of_its_own():
    assert len(ROWS) == len(records("local_findings"))
    for name, row in ROWS.items():
        assert row["value"] and row["meaning"] and row["citation"], name
        assert row["confidence"] in CONFIDENCE, name
        assert not row["doi"] or re.fullmatch(r"10\.\d{4,9}/\S+", row["doi"]), name
        looked_up = row["citation"] not in {"from memory", "textbook"}
        assert looked_up == (row["confidence"] != "from memory"), name


@pytest.mark.parametrize("finding", ROWS)
def test_a_lesson_quotes_it_and_says_how_far_it_was_checked(finding):
    places = quoted_in(finding)
    mark = "from memory" if ROWS[finding]["confidence"] == "from memory" else "verified"
    assert places, "no lesson quotes it: take the row away"
    for words in places:
        assert mark in words
