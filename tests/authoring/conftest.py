from __future__ import annotations

from pathlib import Path

import pytest

from hcclab.authoring.pairs import Pair, sync
from tests.authoring.sample import copy_pair, write_lesson


@pytest.fixture(scope="session")
def synced_once(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Execute the tiny lesson once for all tests."""
    pair = write_lesson(tmp_path_factory.mktemp("lesson"))
    sync(pair.text)
    return pair


@pytest.fixture
def pair(synced_once: Pair, tmp_path: Path) -> Pair:
    """Give each test its own synced copy."""
    return copy_pair(synced_once, tmp_path)
