"""Compartments: where a drug is after a dose, when every flow is in proportion to what is there.

A drug moves between compartments and out of the body, d x / dt = A x, with the amounts x and a
matrix A of rates. Whatever A is, the answer to one dose is a sum of exponentials, one for each
eigenvalue of A, and doses add up. So nothing has to be integrated step by step: the course of a
thousand doses is exact, and as fast as that of one. A lesson that draws a curve of oral or
intravenous drug uses these functions; time is in the unit of the rates, hours or days.

What it cannot tell: anything that saturates. A drug that is taken up by its target, or that
blocks its own breakdown, needs a model with that in it. `drifting` covers the one exception that
matters for antibodies, a clearance that changes slowly with time.

One compartment with a clearance of 8 L/h and a volume of 200 L, filled from the gut at 0.5 /h:

>>> gut_to_blood = response([[-0.5, 0], [0.5, -8 / 200]], given=0, read=1)
>>> gut_to_blood.bolus([0, 6, 24]).round(3).tolist()
[0.0, 0.801, 0.416]
>>> round(gut_to_blood.half_life, 2)
17.33
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

EQUAL = 1e-6
"""Rates whose relative difference is smaller are set this far apart."""


@dataclass(frozen=True, eq=False)
class Response:
    """What one compartment holds after one unit of drug was given into another.

    Parameters
    ----------
    rate
        Exponential rates, all negative, 1/time, shape (n,).
    share
        Weight of each exponential, shape (n,).
    """

    rate: Any
    share: Any

    @property
    def half_life(self) -> float:
        """Half-life of the slowest exponential, in the unit of time."""
        return float(np.log(2) / -self.rate.max())

    @property
    def area(self) -> float:
        """Area under the curve of one unit, amount times time."""
        return float(np.sum(self.share / -self.rate))

    def bolus(self, t: Any) -> Any:
        """Amount after one unit at time 0.

        Parameters
        ----------
        t
            Time, a number or an array; before the dose nothing is there.

        Returns
        -------
        array of the shape of `t`
            Amount, for one unit.
        """
        time = np.asarray(t, dtype=float)
        return np.where(time >= 0, self._sum(self._decay(np.maximum(time, 0))), 0.0)

    def infusion(self, t: Any, duration: float) -> Any:
        """Amount after one unit at a constant rate from time 0.

        Parameters
        ----------
        t
            Time, a number or an array.
        duration
            How long the unit takes; 0 is a bolus.

        Returns
        -------
        array of the shape of `t`
            Amount, for one unit.

        Raises
        ------
        ValueError
            If the duration is negative.

        Examples
        --------
        >>> once = response([[-1.0]], given=0, read=0)
        >>> once.infusion([1, 2], duration=2).round(4).tolist()
        [0.3161, 0.4323]
        """
        _check_duration(duration)
        if self._is_bolus(duration):
            return self.bolus(t)
        time = np.maximum(np.asarray(t, dtype=float), 0)[..., None]
        # Not a difference of two exponentials, which loses its digits for a slow rate.
        given = np.expm1(self.rate * np.minimum(time, duration)) / (self.rate * duration)
        return self._sum(given * np.exp(self.rate * np.maximum(time - duration, 0)))

    def repeated(self, t: Any, at: Sequence[float], amount: Any = 1.0, duration: float = 0) -> Any:
        """Amount under many doses.

        Parameters
        ----------
        t
            Time, a number or an array. At the moment of a bolus it is the amount right after it.
        at
            Times of the doses, ascending; leave one out and it is missed.
        amount
            Dose, one number or one for each time.
        duration
            How long each dose takes; 0 is a bolus.

        Returns
        -------
        array of the shape of `t`
            Amount, in the unit of the doses.

        Raises
        ------
        ValueError
            If the times are not ascending or not finite, or the duration is negative.

        Notes
        -----
        What all earlier doses have left is carried along as one number for each exponential, so
        that the effort grows with doses plus times, not with their product.

        Examples
        --------
        >>> once = response([[-0.1]], given=0, read=0)
        >>> once.repeated([0, 12, 24], at=(0, 12), amount=100).round(1).tolist()
        [100.0, 130.1, 39.2]
        """
        _check_duration(duration)
        starts = ascending(at)
        time = np.asarray(t, dtype=float)
        if not len(starts):
            return np.zeros_like(time)
        doses = np.broadcast_to(np.asarray(amount, dtype=float), starts.shape)
        if not self._is_bolus(duration):
            moments = np.concatenate([starts, starts + duration])
            order = np.argsort(moments, kind="stable")
            moments = moments[order]
            speed = np.cumsum(np.concatenate([doses, -doses])[order]) / duration
            jump = np.zeros_like(moments)
        else:
            moments, speed, jump = starts, np.zeros_like(starts), doses
        gaps = np.diff(moments)[:, None]
        decay = np.exp(self.rate * gaps)
        gain = speed[:-1, None] * np.expm1(self.rate * gaps) / self.rate
        held = np.empty((len(moments), len(self.rate)))
        held[0] = jump[0]
        for number in range(len(gaps)):
            held[number + 1] = held[number] * decay[number] + gain[number] + jump[number + 1]
        last = np.searchsorted(moments, time, side="right") - 1
        since = np.maximum(time - moments[last], 0)[..., None]
        flow = speed[last][..., None] * np.expm1(self.rate * since) / self.rate
        return np.where(last >= 0, self._sum(held[last] * np.exp(self.rate * since) + flow), 0.0)

    def steady(self, t: Any, interval: float, duration: float = 0) -> Any:
        """Amount within one interval after endlessly many equal doses.

        Parameters
        ----------
        t
            Time since the last dose, from 0 to `interval`, a number or an array; at the end of
            the interval it is the amount right before the next dose.
        interval
            Time between doses.
        duration
            How long each dose takes, at most the interval; 0 is a bolus.

        Returns
        -------
        array of the shape of `t`
            Amount, for doses of one unit.

        Raises
        ------
        ValueError
            If a time is outside the interval, or a dose takes longer than it.

        Examples
        --------
        >>> once = response([[-0.1]], given=0, read=0)
        >>> once.steady([0, 12], interval=12).round(3).tolist()
        [1.431, 0.431]
        """
        _check_duration(duration)
        time = np.asarray(t, dtype=float)
        if not np.all((time >= 0) & (time <= interval)):
            raise ValueError(f"t={t} outside 0-{interval:g}, the interval between doses")
        if duration > interval:
            raise ValueError(f"duration={duration:g} outside 0-{interval:g}, the interval of doses")
        before = -np.expm1(self.rate * interval)
        if self._is_bolus(duration):
            return self._sum(self._decay(time) / before)
        ended = np.expm1(self.rate * duration) / (self.rate * duration)
        earlier = ended * np.exp(self.rate * (time[..., None] + interval - duration)) / before
        return self.infusion(time, duration) + self._sum(earlier)

    def _is_bolus(self, duration: float) -> bool:
        """Whether a dose is too short to tell its start from its end by."""
        return bool(duration * -self.rate.min() <= EQUAL)

    def _decay(self, time: Any) -> Any:
        return np.exp(self.rate * time[..., None])

    def _sum(self, parts: Any) -> Any:
        return parts @ self.share


def response(matrix: Any, given: int, read: int) -> Response:
    """Answer of one compartment to drug given into another.

    Parameters
    ----------
    matrix
        Rates A of d x / dt = A x on amounts, 1/time, shape (n, n).
    given, read
        Compartment into which the drug is given, and that whose amount is wanted, from 0.

    Returns
    -------
    Response
        A sum of n exponentials.

    Raises
    ------
    ValueError
        If the matrix is not square, or drug would oscillate or stay for ever.

    Notes
    -----
    Two equal rates have no eigenvectors of their own (absorption exactly as fast as elimination).
    They are then taken a millionth apart, which moves the result as little.

    Examples
    --------
    >>> two = response([[-0.3, 0.1], [0.2, -0.1]], given=0, read=0)
    >>> float(two.share.sum().round(12)), round(two.area, 6)
    (1.0, 10.0)
    """
    rates = np.asarray(matrix, dtype=float)
    if rates.ndim != 2 or rates.shape[0] != rates.shape[1]:
        raise ValueError(f"matrix of shape {rates.shape} is not square")
    values = np.linalg.eigvals(rates)
    size = np.abs(values).max()
    gaps = np.abs(values[:, None] - values)[np.triu_indices(len(values), 1)]
    if np.any(gaps < EQUAL * size):
        rates = rates * (1 + EQUAL * np.diag(np.arange(len(rates))))
    values, vectors = _real_modes(rates)
    if np.any(values >= 0):
        raise ValueError(f"matrix with the rates {values} keeps drug for ever; all must be below 0")
    return Response(values, vectors[read] * np.linalg.inv(vectors)[:, given])


def drifting(
    matrix_at: Callable[[Any], Any],
    t: Any,
    at: Sequence[float],
    amount: Any = 1.0,
    *,
    given: int,
    read: int,
    step: float = 1,
) -> Any:
    """Amount under many boluses when the rates drift with time.

    Parameters
    ----------
    matrix_at
        Rates at times of shape (k,), as an array of shape (k, n, n).
    t
        Time from 0, a number or an array. At the moment of a dose it is the amount right after it.
    at
        Times of the doses, ascending, from 0.
    amount
        Dose, one number or one for each time.
    given, read
        Compartments, as for `response`.
    step
        How long rates are held, each time at their value halfway.

    Returns
    -------
    array of the shape of `t`
        Amount, in the unit of the doses.

    Raises
    ------
    ValueError
        If a time is negative or not finite, or the doses are not ascending.

    Examples
    --------
    >>> slowing = lambda time: (-0.1 * np.exp(-time / 100))[:, None, None]
    >>> drifting(slowing, [10, 50], (0,), given=0, read=0).round(4).tolist()
    [0.3861, 0.0196]
    """
    starts, time = ascending(at), np.asarray(t, dtype=float)
    if not np.all((time >= 0) & np.isfinite(time)) or np.any(starts < 0):
        raise ValueError(f"t={t} and at={list(at)} must be finite and not below 0")
    end = float(time.max(initial=0)) + step
    edges = np.union1d(np.arange(0, end + step, step), starts[starts < end])
    lasting = np.diff(edges)
    values, vectors = _real_modes(matrix_at(edges[:-1] + lasting / 2))
    back = np.linalg.inv(vectors)
    moves = (vectors * np.exp(values * lasting[:, None])[:, None, :]) @ back
    doses = np.zeros(len(edges))
    here = starts < end
    doses[np.searchsorted(edges, starts[here])] = np.broadcast_to(amount, starts.shape)[here]
    held = np.zeros((len(lasting), back.shape[-1]))
    state = np.zeros(back.shape[-1])
    for number, move in enumerate(moves):
        state[given] += doses[number]
        held[number] = state
        state = move @ state
    last = np.minimum(np.searchsorted(edges, time, side="right") - 1, len(lasting) - 1)
    modes = (back @ held[..., None])[..., 0] * vectors[:, read]
    return np.sum(modes[last] * np.exp(values[last] * (time - edges[last])[..., None]), axis=-1)


def ascending(at: Sequence[float]) -> Any:
    """Times of doses as an array.

    Raises
    ------
    ValueError
        If they are not finite or not ascending.

    Examples
    --------
    >>> ascending((0, 12, 24)).tolist()
    [0.0, 12.0, 24.0]
    """
    times = np.asarray(at, dtype=float)
    if times.ndim != 1 or not np.all(np.isfinite(times)) or np.any(np.diff(times) <= 0):
        raise ValueError(f"at={list(np.atleast_1d(times))} must be finite and ascending")
    return times


def _real_modes(rates: Any) -> tuple[Any, Any]:
    values, vectors = np.linalg.eig(rates)
    if np.any(np.abs(values.imag) > EQUAL * np.abs(values)):
        raise ValueError("matrix has complex rates; drug that oscillates is not covered")
    return values.real, vectors.real


def _check_duration(duration: float) -> None:
    if not 0 <= duration < float("inf"):
        raise ValueError(f"duration={duration:g} outside 0-inf")
