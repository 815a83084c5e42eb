"""Mathematics that reads the same for one number, an array and a data-frame expression."""

from __future__ import annotations

import math
from typing import Any

NUMBER = (int, float)


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
    if isinstance(x, NUMBER):
        return math.log10(x)
    return x.log(10) if hasattr(x, "log") else _numpy().log10(x)


def ln(x: Any) -> Any:
    """Take the natural logarithm; arguments and errors as for `log10`.

    Examples
    --------
    >>> ln(1)
    0.0
    """
    if isinstance(x, NUMBER):
        return math.log(x)
    return x.log() if hasattr(x, "log") else _numpy().log(x)


def exp(x: Any) -> Any:
    """Raise e to a power.

    Examples
    --------
    >>> exp(0)
    1.0
    """
    if isinstance(x, NUMBER):
        return math.exp(x)
    return x.exp() if hasattr(x, "exp") else _numpy().exp(x)


def sqrt(x: Any) -> Any:
    """Take the square root.

    Examples
    --------
    >>> sqrt(9)
    3.0
    """
    if isinstance(x, NUMBER):
        return math.sqrt(x)
    return x.sqrt() if hasattr(x, "sqrt") else _numpy().sqrt(x)


def half_up(x: Any) -> Any:
    """Round to a whole number, halves upward, as laboratories do and Python's `round` does not.

    Examples
    --------
    >>> half_up(22.5), round(22.5)
    (23.0, 22)
    """
    if isinstance(x, NUMBER):
        return float(math.floor(x + 0.5))
    return (x + 0.5).floor() if hasattr(x, "floor") else _numpy().floor(x + 0.5)


def clip(x: Any, low: float, high: float) -> Any:
    """Keep a number within two limits.

    Examples
    --------
    >>> clip(0.4, 1, 4), clip(9, 1, 4)
    (1, 4)
    """
    return min(max(x, low), high) if isinstance(x, NUMBER) else x.clip(low, high)


def at_least(x: Any, low: float) -> Any:
    """Raise a number below a floor to the floor.

    Examples
    --------
    >>> at_least(0.4, 1), at_least(2, 1)
    (1, 2)
    """
    return max(x, low) if isinstance(x, NUMBER) else x.clip(low, None)


def at_most(x: Any, high: float) -> Any:
    """Lower a number above a ceiling to the ceiling.

    Examples
    --------
    >>> at_most(50, 40), at_most(39, 40)
    (40, 39)
    """
    return min(x, high) if isinstance(x, NUMBER) else x.clip(None, high)


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """Choose between two numbers.

    Examples
    --------
    >>> where(2 > 1, 10, 20)
    10
    """
    if isinstance(condition, bool):
        return then if condition else otherwise
    api = _expressions(condition)
    if api is None:
        return _numpy().where(condition, then, otherwise)
    return api.when(condition).then(then).otherwise(otherwise)


def _expressions(x: Any) -> Any:
    """The library whose expression this is; None for an array or series of numbers."""
    library = type(x).__module__.partition(".")[0]
    if library == "polars":
        import polars

        return polars
    if library == "narwhals":
        import narwhals

        return narwhals
    return None


def _numpy() -> Any:
    import numpy

    return numpy
