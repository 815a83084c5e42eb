"""What the models that are integrated have in common: days that make sense, and one solver.

>>> fallen = follow(lambda t, y: [-y[0]], [1.0], 2)
>>> round(float(fallen(2)[0]), 4)
0.1353
>>> states_at(lambda t, y: [-y[0]], [1.0], days([2, 0])).round(4).tolist()
[[0.1353, 1.0]]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.integrate import odeint, solve_ivp

MOST_STEPS = 100_000
"""Steps between two days after which the solver gives up."""

SOONEST = 1e-9
"""Days that count as none: the solver cannot choose its first step for less."""


def days(t_day: Any) -> Any:
    """Read days from the start on.

    Parameters
    ----------
    t_day
        A number or an array, in any order.

    Returns
    -------
    numpy.ndarray
        The same days.

    Raises
    ------
    ValueError
        If one is before 0 or not finite.

    Examples
    --------
    >>> days([0, 28]).tolist()
    [0.0, 28.0]
    """
    t = np.asarray(t_day, dtype=float)
    if not np.all((t >= 0) & np.isfinite(t)):
        raise ValueError(f"t_day={t_day} must be finite and not below 0")
    return t


def follow(
    slope: Callable[[float, Any], Sequence[float]],
    state: Sequence[float],
    until: float,
    start: float = 0,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> Callable[[Any], Any]:
    """Integrate a smooth system from one event to the next.

    Parameters
    ----------
    slope
        Derivative from time and state.
    state
        State at the start.
    until, start
        End, later than the start.
    rtol, atol
        Accuracy of each state.

    Returns
    -------
    callable
        State at a time, or states (one row each) at an array of times.

    Raises
    ------
    RuntimeError
        If the solver gives up.

    Examples
    --------
    >>> follow(lambda t, y: [1.0], [0.0], 3)([1, 2]).round(6).tolist()
    [[1.0, 2.0]]
    """
    solved = solve_ivp(
        slope, (start, until), state, method="LSODA", rtol=rtol, atol=atol, dense_output=True
    )
    if not solved.success:
        raise RuntimeError(f"no solution from {start:g} to {until:g}: {solved.message}")
    return solved.sol  # type: ignore[no-any-return]


def states_at(
    slope: Callable[[float, Any], Sequence[float]],
    state: Sequence[float],
    t_day: Any,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> Any:
    """Integrate a smooth system from day 0, without an event, and give its states at some days.

    The solver is that of `follow`, and so are the numbers; kept in compiled code from one day to
    the next, it takes a third of the time.

    Parameters
    ----------
    slope
        Derivative from time and state.
    state
        State on day 0.
    t_day
        Days, as `days` gives them, in any order.
    rtol, atol
        Accuracy of each state.

    Returns
    -------
    numpy.ndarray
        One row each state, of the shape of `t_day`.

    Raises
    ------
    RuntimeError
        If the solver gives up.

    Examples
    --------
    >>> states_at(lambda t, y: [1.0, 0.0], [0.0, 5.0], days([[3, 0]])).round(6).tolist()
    [[[3.0, 0.0]], [[5.0, 5.0]]]
    """
    later = np.where(np.less(t_day, SOONEST), 0.0, t_day)
    grid, place = np.unique(np.append(0.0, later), return_inverse=True)
    if grid.size == 1:
        return np.multiply.outer(np.asarray(state, dtype=float), np.ones(np.shape(t_day)))
    solved, told = odeint(
        slope, state, grid, tfirst=True, rtol=rtol, atol=atol, mxstep=MOST_STEPS, full_output=True
    )
    if told["message"] != "Integration successful.":
        raise RuntimeError(f"no solution from 0 to {grid[-1]:g}: {told['message']}")
    return solved[place.ravel()[1:]].T.reshape(len(state), *np.shape(t_day))
