"""Pooling hazard ratios: one common effect, and effects that differ (DerSimonian and Laird).

Own code, so that a lesson loads nothing heavy; the tests hold it against statsmodels and against
the published analysis of the BCG vaccine trials [1]_.

References
----------
.. [1] Viechtbauer W. Conducting meta-analyses in R with the metafor package. J Stat Softw
   2010;36(3):1-48.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from hcclab.trials import HazardRatio


@dataclass(frozen=True)
class Pooled:
    """Several hazard ratios as one.

    Attributes
    ----------
    fixed, random
        The pooled hazard ratio if all studies share one effect, and if effects vary around a mean;
        95 % intervals.
    weights_fixed, weights_random
        Share of each study in each, adding up to 1.
    q, freedom
        Cochran's Q and its degrees of freedom.
    tau2
        Variance of the effects between studies, on the log scale.
    i2_percent
        Part of the scatter that chance does not explain, in percent.
    """

    fixed: HazardRatio
    random: HazardRatio
    weights_fixed: tuple[float, ...]
    weights_random: tuple[float, ...]
    q: float
    freedom: int
    tau2: float
    i2_percent: float


def pool(ratios: Sequence[HazardRatio]) -> Pooled:
    """Pool hazard ratios on the log scale.

    Parameters
    ----------
    ratios
        At least two, each with an interval of its own level, from patients who are counted once.

    Returns
    -------
    Pooled
        Both models, their weights, and how much the studies differ.

    Raises
    ------
    ValueError
        If there are fewer than two.

    Examples
    --------
    >>> pooled = pool([HazardRatio(0.69, 0.55, 0.87), HazardRatio(0.68, 0.50, 0.93)])
    >>> print(pooled.random)
    0.69 (0.57–0.83)
    """
    pooled = pool_effects(
        [each.log for each in ratios], [each.standard_error**2 for each in ratios]
    )
    z = NormalDist().inv_cdf(0.975)
    made = []
    for mean, error in (pooled.fixed, pooled.random):
        made.append(HazardRatio(*(math.exp(mean + side * z * error) for side in (0, -1, 1))))
    return Pooled(
        made[0], made[1], pooled.weights_fixed, pooled.weights_random, pooled.q,
        pooled.freedom, pooled.tau2, pooled.i2_percent,
    )  # fmt: skip


@dataclass(frozen=True)
class PooledEffects:
    """As `Pooled`, on the scale of the effects: mean and standard error of each model."""

    fixed: tuple[float, float]
    random: tuple[float, float]
    weights_fixed: tuple[float, ...]
    weights_random: tuple[float, ...]
    q: float
    freedom: int
    tau2: float
    i2_percent: float


def pool_effects(effects: Sequence[float], variances: Sequence[float]) -> PooledEffects:
    """Pool effects with known variances, such as log hazard ratios.

    Parameters
    ----------
    effects, variances
        One of each for every study; variances are above 0.

    Raises
    ------
    ValueError
        If there are fewer than two, the lengths differ or a variance is not above 0.

    Examples
    --------
    >>> pool_effects([0.1, 0.1], [0.04, 0.01]).tau2
    0.0
    """
    if len(effects) != len(variances) or len(effects) < 2:
        raise ValueError(
            f"{len(effects)} effects and {len(variances)} variances: pooling needs two studies or "
            "more, and one variance for each."
        )
    if not min(variances) > 0:
        raise ValueError(f"a variance of {min(variances):g} must be above 0")
    plain = [1 / v for v in variances]
    mean, _ = _average(effects, plain)
    q = sum(w * (y - mean) ** 2 for w, y in zip(plain, effects, strict=True))
    freedom = len(effects) - 1
    c = sum(plain) - sum(w * w for w in plain) / sum(plain)
    tau2 = max(0.0, (q - freedom) / c)
    softened = [1 / (v + tau2) for v in variances]
    return PooledEffects(
        _average(effects, plain),
        _average(effects, softened),
        tuple(w / sum(plain) for w in plain),
        tuple(w / sum(softened) for w in softened),
        q,
        freedom,
        tau2,
        max(0.0, 100 * (q - freedom) / q) if q else 0.0,
    )


def _average(effects: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    total = sum(weights)
    mean = sum(w * y for w, y in zip(weights, effects, strict=True)) / total
    return mean, 1 / math.sqrt(total)
