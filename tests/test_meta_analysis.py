from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from hcclab.meta_analysis import pool, pool_effects
from hcclab.trials import GROUPS, HazardRatio, trial, trials

# Cases and others in the vaccinated and in the control arm of 13 trials of the BCG vaccine
# (Colditz 1994), the worked example of the metafor package.
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)  # fmt: skip

# As a review table prints them; five combinations, each against sorafenib.
COMBINATIONS = [
    HazardRatio(0.66, 0.52, 0.85),
    HazardRatio(0.57, 0.43, 0.75),
    HazardRatio(0.62, 0.49, 0.80),
    HazardRatio(0.90, 0.69, 1.18),
    HazardRatio(0.78, 0.65, 0.92),
]

effects = st.lists(st.tuples(st.floats(-1.5, 1.5), st.floats(0.005, 0.5)), min_size=2, max_size=12)


def test_the_published_worked_example():
    y = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in BCG]
    v = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in BCG]
    pooled = pool_effects(y, v)
    mean, error = pooled.random
    assert mean == pytest.approx(-0.7141, abs=5e-5)
    assert mean - 1.959964 * error == pytest.approx(-1.0644, abs=5e-5)
    assert mean + 1.959964 * error == pytest.approx(-0.3638, abs=5e-5)
    assert pooled.fixed[0] == pytest.approx(-0.4303, abs=5e-5)
    assert pooled.q == pytest.approx(152.2330, abs=5e-5)
    assert pooled.freedom == 12


def assert_as_statsmodels(y, v):
    with np.errstate(all="ignore"):  # a negative variance between studies may divide by zero there
        theirs = combine_effects(np.array(y), np.array(v), method_re="dl")
    ours = pool_effects(y, v)
    assert ours.fixed[0] == pytest.approx(theirs.mean_effect_fe, abs=1e-9)
    assert ours.fixed[1] == pytest.approx(theirs.sd_eff_w_fe, abs=1e-9)
    assert ours.q == pytest.approx(theirs.q, rel=1e-9, abs=1e-9)
    assert ours.weights_fixed == pytest.approx(theirs.weights_rel_fe, abs=1e-9)
    if theirs.tau2 < 0:  # statsmodels goes on with a negative variance; the method stops at 0
        assert (ours.tau2, ours.random) == (0, ours.fixed)
        return
    assert ours.tau2 == pytest.approx(theirs.tau2, abs=1e-9)
    assert ours.i2_percent == pytest.approx(100 * max(0, theirs.i2), abs=1e-7)
    assert ours.random[0] == pytest.approx(theirs.mean_effect_re, abs=1e-9)
    assert ours.random[1] == pytest.approx(theirs.sd_eff_w_re, abs=1e-9)
    assert ours.weights_random == pytest.approx(theirs.weights_rel_re, abs=1e-9)


@pytest.mark.parametrize(
    "ratios",
    [
        COMBINATIONS,
        COMBINATIONS[:2],
        [trial("sharp").survival] * 3,
        *([each.survival for each in trials(group, role="primary", plotted=True)]
          for group in GROUPS),
    ],
)  # fmt: skip
def test_pooling_equals_statsmodels(ratios):
    assert_as_statsmodels(
        [each.log for each in ratios], [each.standard_error**2 for each in ratios]
    )


@settings(deadline=None)
@given(effects)
def test_pooling_equals_statsmodels_whatever_is_pooled(drawn):
    assert_as_statsmodels(*zip(*drawn, strict=True))


def test_five_combinations_against_sorafenib():
    pooled = pool(COMBINATIONS)
    assert pooled.random.value == pytest.approx(0.7020, abs=5e-5)
    assert pooled.random.low == pytest.approx(0.6037, abs=5e-5)
    assert pooled.random.high == pytest.approx(0.8163, abs=5e-5)
    assert pooled.tau2 == pytest.approx(0.01467, abs=5e-6)
    assert pooled.i2_percent == pytest.approx(50.2, abs=0.05)
    assert pooled.q == pytest.approx(8.035, abs=5e-4)
    assert pooled.fixed.value == pytest.approx(0.7108, abs=5e-5)


def test_three_single_antibodies_differ_by_no_more_than_chance():
    pooled = pool([HazardRatio(0.86, 0.73, 1.03), HazardRatio(0.85, 0.71, 1.02),
                   HazardRatio(0.85, 0.72, 1.02)])  # fmt: skip
    assert pooled.random.value == pytest.approx(0.8535, abs=5e-5)
    assert pooled.random.low == pytest.approx(0.7711, abs=5e-5)
    assert pooled.random.high == pytest.approx(0.9446, abs=5e-5)
    assert pooled.tau2 == 0


@given(effects)
def test_laws_of_pooling(drawn):
    y, v = zip(*drawn, strict=True)
    pooled = pool_effects(y, v)
    assert sum(pooled.weights_fixed) == pytest.approx(1)
    assert sum(pooled.weights_random) == pytest.approx(1)
    assert pooled.random[1] >= pooled.fixed[1] * (1 - 1e-12)
    for mean, _ in (pooled.fixed, pooled.random):
        assert min(y) - 1e-9 <= mean <= max(y) + 1e-9
    assert 0 <= pooled.i2_percent <= 100


@given(st.floats(-1, 1), st.lists(st.floats(0.01, 0.5), min_size=2, max_size=8))
def test_equal_effects_leave_nothing_between_studies(effect, variances):
    pooled = pool_effects([effect] * len(variances), variances)
    assert pooled.tau2 == 0
    assert pooled.random == pooled.fixed


def test_an_interval_of_another_level_is_weighted_by_its_own_level():
    at_90, at_95 = HazardRatio(0.77, 0.59, 1.01, 90), HazardRatio(0.77, 0.59, 1.01)
    other = HazardRatio(0.8, 0.7, 0.92)
    assert pool([at_90, other]).weights_fixed[0] < pool([at_95, other]).weights_fixed[0]


@pytest.mark.parametrize(
    ("y", "v", "why"),
    [([0.1], [0.1], "two studies"), ([0.1, 0.2], [0.1], "one variance for each"),
     ([0.1, 0.2], [0.1, 0.0], "above 0")],
)  # fmt: skip
def test_what_cannot_be_pooled_is_refused(y, v, why):
    with pytest.raises(ValueError, match=why):
        pool_effects(y, v)
