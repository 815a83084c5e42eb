"""Tissue around a probe as thin shells, and how far from the probe something reaches.

Shells next to the probe are thin, where temperature changes steeply; each is a little thicker than
the one inside it.

>>> edges = Mesh(cells=3, step_s=4, outer_mm=10, ratio=8).edges_m(3)
>>> (1000 * edges).round(1).tolist()
[3.0, 4.0, 6.0, 10.0]
>>> float(reach_mm([1, 2, 3], [9.0, 5.0, 1.0], 4))
2.25
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Mesh(NamedTuple):
    """How finely space and time are divided.

    Parameters
    ----------
    cells
        Number of shells.
    step_s
        Longest time step, s.
    outer_mm
        Radius at which the tissue stays at body temperature, mm.
    ratio
        Thickness that a shell next after the last would have over that of the first.
    rounds
        Iterations a step; a linear problem needs one.
    """

    cells: int
    step_s: float
    outer_mm: float
    ratio: float
    rounds: int = 1

    def edges_m(self, inner_mm: float) -> Any:
        """Radii between the shells from a probe outwards, m: one more than there are shells."""
        growing = self.ratio ** (np.arange(self.cells) / self.cells)
        share = np.concatenate([[0], np.cumsum(growing) / growing.sum()])
        return (inner_mm + share * (self.outer_mm - inner_mm)) / 1000

    def steps(self, minutes: float) -> tuple[int, float]:
        """Number of equal steps for a time, and their length, s."""
        count = max(1, int(np.ceil(minutes * 60 / self.step_s - 1e-9)))
        return count, minutes * 60 / count


def reach_mm(r_mm: Any, values: Any, limit: float) -> Any:
    """Outermost radius at which values are at or above a limit.

    Parameters
    ----------
    r_mm
        Ascending radii, mm, shape (cells,).
    values
        Values there, shape (..., cells); between two radii they change evenly.
    limit
        What they must reach.

    Returns
    -------
    array, shape (...)
        Radius, mm; 0 where the limit is not reached anywhere.
    """
    r, known = np.asarray(r_mm, dtype=float), np.asarray(values, dtype=float)
    reached = known >= limit
    last = len(r) - 1 - np.argmax(reached[..., ::-1], axis=-1)
    after = np.minimum(last + 1, len(r) - 1)
    high, low = (np.take_along_axis(known, at[..., None], axis=-1)[..., 0] for at in (last, after))
    share = (high - limit) / np.where(high > low, high - low, np.inf)
    return np.where(reached.any(axis=-1), r[last] + share * (r[after] - r[last]), 0.0)
