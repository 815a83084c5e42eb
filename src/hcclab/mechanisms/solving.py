"""What the models that are integrated have in common: days that make sense, and one solver.

>>> fallen = follow(lambda t, y: [-y[0]], [1.0], 2)
>>> round(float(fallen(2)[0]), 4)
0.1353
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp


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
