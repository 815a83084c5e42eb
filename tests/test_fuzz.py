"""Random files, some at a time; ``python -m tests.fuzz 10000`` runs many more.

`HCCLAB_FUZZ_CASES` and `HCCLAB_FUZZ_SEED` set how many and which.
"""

from __future__ import annotations

import os

import pytest

from tests.fuzz import run

PARTS = 8
CASES = int(os.environ.get("HCCLAB_FUZZ_CASES", "80"))
SEED = int(os.environ.get("HCCLAB_FUZZ_SEED", "20"))


@pytest.mark.parametrize("part", range(PARTS))
def test_any_file_is_scored_like_its_patients_or_refused_in_one_sentence(part: int) -> None:
    files, rows, failures = run(f"{SEED}-{number}" for number in range(part, CASES, PARTS))
    assert not failures, "\n".join(failures)
    assert rows > files > 0
