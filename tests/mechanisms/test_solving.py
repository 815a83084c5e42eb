"""The solver: both ways of asking it agree, and it says when it gives up."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.solving import days, follow, states_at


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.lists(st.floats(0, 30), min_size=1, max_size=9))
def test_both_ways_give_the_same_states_and_the_closed_form(
    rise: float, fall: float, at: list[float]
) -> None:
    def slope(_: float, y: np.ndarray) -> list[float]:
        return [rise - fall * y[0], -fall * y[1]]

    t = days(at)
    states = states_at(slope, [0.0, 1.0], t)
    np.testing.assert_allclose(states, follow(slope, [0.0, 1.0], 31)(t), atol=2e-5)
    np.testing.assert_allclose(states[0], rise / fall * -np.expm1(-fall * t), atol=2e-3)
    np.testing.assert_allclose(states[1], np.exp(-fall * t), atol=2e-4)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 2)])
def test_states_take_the_shape_of_the_days(shape: tuple[int, ...]) -> None:
    at = states_at(lambda _, y: [1.0, 0.0, 2.0], [0.0, 7.0, 1.0], days(np.zeros(shape)))
    assert at.shape == (3, *shape)
    assert np.all(at[1] == 7)
    assert states_at(lambda _, y: [1.0], [0.0], days(np.full(shape, 4.0))).shape == (1, *shape)


def test_a_system_that_explodes_is_an_error_not_a_number() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError, match="no solution from 0 to 3"):
            states_at(lambda _, y: [y[0] ** 2], [1.0], days([3]))
