"""Linear compartments: against the textbook, against a solver, and the laws of superposition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from hcclab.mechanisms.compartments import Response, drifting, response

few = settings(max_examples=15, deadline=None)
quick = settings(max_examples=40, deadline=None)
rates = st.floats(0.05, 2)
TIMES = np.linspace(0, 60, 121)


def oral(absorption: float, elimination: float) -> Response:
    return response([[-absorption, 0], [absorption, -elimination]], given=0, read=1)


def two(out: float, there: float, back: float) -> list[list[float]]:
    return [[-(out + there), back], [there, -back]]


systems = st.builds(lambda *values: response(two(*values), given=0, read=0), rates, rates, rates)


@quick
@given(rates, rates)
def test_one_dose_by_mouth_is_the_bateman_function(absorption: float, elimination: float) -> None:
    # Where both rates meet, their difference is lost; there its limit stands for it.
    if abs(absorption / elimination - 1) < 1e-5:
        expected = absorption * TIMES * np.exp(-elimination * TIMES)
    else:
        expected = (absorption / (absorption - elimination)) * (
            np.exp(-elimination * TIMES) - np.exp(-absorption * TIMES)
        )
    found = oral(absorption, elimination).bolus(TIMES)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("apart", [0, 1e-15, 1e-12, 1e-9, 1e-7])
def test_absorption_as_fast_as_elimination(apart: float) -> None:
    found = oral(0.2, 0.2 * (1 + apart))
    np.testing.assert_allclose(
        found.bolus(TIMES), 0.2 * TIMES * np.exp(-0.2 * TIMES), rtol=1e-4, atol=1e-9
    )
    assert found.area == pytest.approx(1 / 0.2, rel=1e-5)


@quick
@given(rates, rates, rates)
def test_two_compartments_are_the_textbook_biexponential(
    out: float, there: float, back: float
) -> None:
    total = out + there + back
    root = np.sqrt(total**2 - 4 * out * back)
    fast, slow = (total + root) / 2, (total - root) / 2
    expected = ((fast - back) * np.exp(-fast * TIMES) + (back - slow) * np.exp(-slow * TIMES)) / (
        fast - slow
    )
    found = response(two(out, there, back), given=0, read=0)
    np.testing.assert_allclose(found.bolus(TIMES), expected, rtol=1e-6, atol=1e-12)
    assert found.half_life == pytest.approx(np.log(2) / slow)
    assert found.area == pytest.approx(1 / out)


@few
@given(st.tuples(rates, rates, rates), st.floats(0.1, 15))
def test_an_infusion_solves_its_equation(system: tuple[float, ...], duration: float) -> None:
    matrix = np.array(two(*system))
    found = response(matrix, given=0, read=1).infusion([duration / 2, duration, 30], duration)
    state = np.zeros(2)
    solved = []
    for start, end, rate in (
        (0, duration / 2, 1 / duration),
        (duration / 2, duration, 1 / duration),
        (duration, 30, 0),
    ):
        course = solve_ivp(
            lambda _, x, rate=rate: matrix @ x + [rate, 0],
            (start, end),
            state,
            rtol=1e-9,
            atol=1e-12,
        )
        state = course.y[:, -1]
        solved.append(state[1])
    np.testing.assert_allclose(found, solved, rtol=1e-6, atol=1e-10)


@quick
@given(systems, st.just(0) | st.floats(0.001, 20), st.floats(1, 30))
def test_doses_add_up(drug: Response, duration: float, interval: float) -> None:
    at, amount = interval * np.array([0, 1, 3]), np.array([2.0, 1.0, 0.5])
    expected = sum(
        dose * drug.infusion(TIMES - start, duration)
        for start, dose in zip(at, amount, strict=True)
    )
    found = drug.repeated(TIMES, at, amount, duration)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(drug.repeated(TIMES, at, 3 * amount, duration), 3 * found)


@few
@given(systems, st.floats(5, 30), st.just(0) | st.floats(0.001, 1))
def test_many_doses_lead_to_the_steady_state(drug: Response, interval: float, share: float) -> None:
    duration = share * interval
    doses = int(25 * drug.half_life / interval) + 2
    since = np.linspace(0, interval, 13)[:-1]
    found = drug.repeated(
        (doses - 1) * interval + since, interval * np.arange(doses), duration=duration
    )
    np.testing.assert_allclose(found, drug.steady(since, interval, duration), rtol=1e-6)


@quick
@given(systems, st.floats(1, 30), st.just(0) | st.floats(0.001, 1))
def test_a_steady_interval_has_the_area_of_one_dose(
    drug: Response, interval: float, share: float
) -> None:
    duration = share * interval
    points, weights = np.polynomial.legendre.leggauss(40)
    area = 0.0
    for start, end in ((0, duration), (duration, interval)):
        middle, half = (start + end) / 2, (end - start) / 2
        area += half * weights @ drug.steady(middle + half * points, interval, duration)
    assert area == pytest.approx(drug.area, rel=1e-4)


@quick
@given(systems, st.floats(1e-9, 1e-6))
def test_a_short_infusion_is_a_bolus(drug: Response, duration: float) -> None:
    np.testing.assert_allclose(
        drug.infusion(TIMES[1:], duration), drug.bolus(TIMES[1:]), rtol=1e-4, atol=1e-12
    )
    assert drug.steady(5, 12, duration) == pytest.approx(float(drug.steady(5, 12)), rel=1e-4)


def test_the_shortest_infusion_that_a_computer_knows_is_a_bolus() -> None:
    drug, shortest = oral(1, 0.1), 5e-324
    for found in (
        drug.infusion(TIMES, shortest) - drug.bolus(TIMES),
        drug.steady(TIMES[TIMES <= 12], 12, shortest) - drug.steady(TIMES[TIMES <= 12], 12),
    ):
        np.testing.assert_array_equal(found, 0)


@few
@given(st.tuples(rates, rates, rates))
def test_rates_that_do_not_drift_give_the_exact_course(system: tuple[float, ...]) -> None:
    at, amount = (0, 7.5, 21), (1, 2, 3)
    found = drifting(
        lambda time: np.broadcast_to(np.array(two(*system)), (len(time), 2, 2)),
        TIMES,
        at,
        amount,
        given=0,
        read=0,
    )
    expected = response(two(*system), given=0, read=0).repeated(TIMES, at, amount)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-12)


def test_rates_that_drift_solve_their_equation() -> None:
    def matrix_at(time: np.ndarray) -> np.ndarray:
        out = 0.1 * np.exp(-0.5 * time / (20 + time))
        return np.array([[-(out + 0.2), 0.1 + 0 * out], [0.2 + 0 * out, -0.1 + 0 * out]]).transpose(
            2, 0, 1
        )

    solved = solve_ivp(
        lambda t, x: matrix_at(np.array([t]))[0] @ x, (0, 60), [1, 0], rtol=1e-10, atol=1e-12
    )
    found = drifting(matrix_at, 60, (0,), given=0, read=0)
    assert found == pytest.approx(solved.y[0, -1], rel=1e-3)
    fine = drifting(matrix_at, 60, (0,), given=0, read=0, step=0.1)
    assert fine == pytest.approx(solved.y[0, -1], rel=1e-5)


def test_before_the_first_dose_and_without_any() -> None:
    drug = oral(0.5, 0.1)
    assert drug.bolus(-1) == 0 and drug.infusion(-1, 2) == 0
    assert drug.repeated([-1, 4.99], (5,)).tolist() == [0, 0]
    assert drug.repeated(TIMES, ()).tolist() == [0] * len(TIMES)
    assert drug.repeated([], (0, 5)).shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: response([[-1, 0]], 0, 0), r"matrix of shape \(1, 2\) is not square"),
        (lambda: response([[0.0]], 0, 0), "keeps drug for ever"),
        (lambda: response([[-1, 3], [-3, -1]], 0, 0), "complex rates"),
        (lambda: oral(1, 2).infusion(1, -1), "duration=-1 outside 0-inf"),
        (lambda: oral(1, 2).repeated(1, (3, 2)), r"at=.* must be finite and ascending"),
        (lambda: oral(1, 2).steady(13, 12), "t=13 outside 0-12"),
        (lambda: oral(1, 2).steady(1, 12, 13), "duration=13 outside 0-12"),
        (
            lambda: drifting(lambda time: -np.ones((len(time), 1, 1)), -1, (0,), given=0, read=0),
            "must be finite and not below 0",
        ),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
