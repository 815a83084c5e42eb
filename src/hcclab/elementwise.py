"""Mathematics that reads the same for one number, an array and a data-frame expression."""

from __future__ import annotations

import math
from typing import Any


def log10(x: Any) -> Any:
    """Take the decimal logarithm.

    Parameters
    ----------
    x
        A positive number, a NumPy array, a pandas series, or a data-frame expression.

    Raises
    ------
    ValueError
        If a single number is not positive.

    Examples
    --------
    >>> log10(100)
    2.0
    """
    if isinstance(x, int | float):
        return math.log10(x)
    if hasattr(x, "log"):
        return x.log(10)
    import numpy as np

    return np.log10(x)
