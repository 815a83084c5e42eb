"""Every worked case of the clinical reference comes out as it was worked by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

import hcclab as hcc
from tests.reference import ADAPTERS, Case, agrees, cases


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.case_id)
def test_the_case_comes_out_as_worked_by_hand(case: Case) -> None:
    assert case.differences(hcc) == []


def test_every_system_of_the_file_is_asked_and_no_other() -> None:
    assert len(cases()) == 468
    assert set(ADAPTERS) == {case.system for case in cases()}


@pytest.mark.parametrize(
    ("actual", "wanted", "same"),
    [
        (-2.37126, Decimal("-2.3713"), True),
        (-2.3714, Decimal("-2.3713"), False),
        (16.0, 16, True),
        (17, 16, False),
        (1, "1", False),
        ("2a", "2a", True),
        (True, 1, False),
        (None, None, True),
        (None, False, False),
        (("A", "B"), ["A", "B"], True),
        (("A",), ["A", "B"], False),
        ([7, "B"], [7, "B"], True),
    ],
)
def test_a_number_is_compared_to_the_last_digit_printed(
    actual: Any, wanted: Any, same: bool
) -> None:
    assert agrees(actual, wanted) is same
