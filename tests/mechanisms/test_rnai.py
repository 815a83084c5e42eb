"""RNA interference: check values, the closed form, and laws of messenger and protein."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.rnai import (
    LIMITS,
    Rnai,
    inhibition,
    knock_down,
    knock_down_that_stays,
    nadir,
)

DAYS = np.linspace(0, 60, 121)

few = settings(max_examples=15, deadline=None)
doses = st.builds(
    Rnai,
    dose=st.floats(0, 100),
    most_inhibition=st.floats(0, 1),
    hill=st.floats(0.5, 4),
    messenger_half_life_h=st.floats(1, 24),
    protein_half_life_day=st.floats(1.1, 14),
    loss_per_day=st.floats(0, 2),
    dilution_per_day=st.floats(0, 1),
)


def test_check_values() -> None:
    low = nadir(Rnai())
    assert low.messenger == pytest.approx(0.2344, abs=5e-5)
    assert low.protein == pytest.approx(0.3769, abs=5e-5)
    assert low.protein_day == pytest.approx(7.03, abs=0.02)
    assert knock_down(Rnai(), 14).protein == pytest.approx(0.5909, abs=5e-5)


def test_inhibition_at_its_anchors() -> None:
    assert inhibition(Rnai(dose=1), 0) == pytest.approx(0.45)
    assert inhibition(Rnai(), 3) == pytest.approx(0.9 * 5 / 6)
    assert inhibition(Rnai(dose=0), DAYS).max() == 0


@few
@given(doses)
def test_without_loss_it_is_the_closed_form(rnai: Rnai) -> None:
    steady = rnai.changed(loss_per_day=0, dilution_per_day=0)
    solved, closed = knock_down(steady, DAYS), knock_down_that_stays(rnai, DAYS)
    for one, other in zip(solved, closed, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert closed.protein[0] == pytest.approx(1)
    assert closed.messenger[-1] == pytest.approx(1 - closed.inhibition[-1], abs=1e-6)


def test_without_a_dose_nothing_moves() -> None:
    course = knock_down(Rnai(dose=0), DAYS)
    np.testing.assert_allclose([course.messenger, course.protein], 1)


@few
@given(doses)
def test_states_stay_within_their_meaning_and_protein_follows(rnai: Rnai) -> None:
    course = knock_down(rnai, DAYS)
    floor = 1 - course.inhibition[0] - 1e-4
    for state in (course.messenger, course.protein):
        assert np.all((state >= floor) & (state <= 1))
    low = nadir(rnai)
    assert low.protein >= low.messenger - 1e-4
    if low.messenger < 0.999:
        assert low.protein_day >= low.messenger_day - 0.02


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("dose", (100, 10, 1, 0)),
        ("most_inhibition", (1, 0.9, 0.5)),
        ("protein_half_life_day", (0.5, 2, 7)),
        ("messenger_half_life_h", (2, 10, 40)),
        ("loss_per_day", (0.1, 0.3, 1)),
        ("dilution_per_day", (0, 0.2, 1)),
    ],
)
def test_what_leaves_more_protein(name: str, values: tuple[float, ...]) -> None:
    lows = [nadir(Rnai(**{name: value})).protein for value in values]
    assert np.all(np.diff(lows) > 0)


def test_division_dilutes_like_loss() -> None:
    one = knock_down(Rnai(loss_per_day=0.5, dilution_per_day=0), DAYS)
    other = knock_down(Rnai(loss_per_day=0.2, dilution_per_day=0.3), DAYS)
    np.testing.assert_allclose(one.protein, other.protein, atol=1e-6)


def test_all_comes_back() -> None:
    late = knock_down(Rnai(), 100)
    assert late.messenger == pytest.approx(1, abs=1e-4)
    assert late.protein == pytest.approx(1, abs=1e-4)


def test_days_of_any_shape_and_what_makes_no_sense() -> None:
    course = knock_down(Rnai(), [[14, 0], [7, 1]])
    assert course.protein.shape == (2, 2) and course.protein[0, 1] == pytest.approx(1)
    assert np.ndim(knock_down(Rnai(), 1).messenger) == 0
    with pytest.raises(ValueError, match="t_day=-1 must be finite and not below 0"):
        knock_down(Rnai(), -1)
    with pytest.raises(ValueError, match="messenger_half_life_h=48 must differ from protein"):
        knock_down_that_stays(Rnai(messenger_half_life_h=48), 1)
    with pytest.raises(ValueError, match=r"most_inhibition=1\.1 outside 0-1"):
        Rnai(most_inhibition=1.1)


def test_nothing_is_called_published() -> None:
    assert {known.code for known in Rnai.described().values()} == {"T"}
    assert "Teaching model" in LIMITS[0] and "Delivery" in " ".join(LIMITS)
