"""Tumour and T cells: published steady states, check values, limits, and laws of both drugs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.immune_dynamics import (
    LIMITS,
    ImmuneDynamics,
    combine,
    nullclines,
    respond,
    separatrix,
    slowed_to,
    steady_states,
)

NONE = ImmuneDynamics()
CHECKPOINT, ANTI_VEGF = NONE.changed(occupancy=1), NONE.changed(vegf_blockade=1)
BOTH = CHECKPOINT.changed(vegf_blockade=1)
HELD = 1e8
"""Far below the large state and above the small one, in all of the arms."""

few = settings(max_examples=15, deadline=None)
shares = st.floats(0, 1)
models = st.builds(
    ImmuneDynamics,
    occupancy=shares,
    vegf_blockade=shares,
    tumour_cells=st.floats(5, 8.6).map(lambda power: 10**power),
    effector_cells=st.floats(4, 6).map(lambda power: 10**power),
    brake=st.floats(0, 0.9),
    influx_gain=st.floats(0, 3),
    growth_loss=st.floats(0, 0.5),
    brake_loss=st.floats(0, 0.6),
    wear_per_cell_day=st.one_of(st.just(0.0), st.floats(1e-10, 1e-9)),
)


def final(model: ImmuneDynamics, day: float) -> float:
    return float(respond(model, day).tumour_cells)


def largest_held(model: ImmuneDynamics) -> float:
    """Largest tumour at the start that is held, by halving; control is monotone here."""
    low, high = 1e5, 4e8
    while high / low > 1.0003:
        middle = (low * high) ** 0.5
        held = final(model.changed(tumour_cells=middle), 1000) < HELD
        low, high = (middle, high) if held else (low, middle)
    return low


# Check values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "tumours"),
    [
        (NONE, [4.866e8]),
        (ANTI_VEGF, [1.972e7, 9.992e7, 4.581e8]),
        # Published: 8.19e6, 2.67e8 and 4.47e8; the saddle comes out 0.4 % higher, as the constants
        # of the transcription give it.
        (CHECKPOINT, [8.186e6, 2.680e8, 4.470e8]),
        (CHECKPOINT.changed(vegf_blockade=0.5), [6.620e6, 3.312e8, 3.854e8]),
        (BOTH, [5.096e6]),
    ],
    ids=["none", "anti-VEGF", "checkpoint", "half anti-VEGF", "both"],
)
def test_steady_states(model: ImmuneDynamics, tumours: list[float]) -> None:
    found = steady_states(model)
    assert [each.tumour_cells for each in found] == pytest.approx(tumours, rel=2e-4)
    assert [each.stable for each in found] == [True, False, True][: len(tumours)]


def test_enough_anti_vegf_beside_checkpoint_blockade_leaves_one_outcome() -> None:
    counts = [
        len(steady_states(CHECKPOINT.changed(vegf_blockade=a))) for a in np.linspace(0.75, 1, 6)
    ]
    assert counts == [1] * 6


@pytest.mark.parametrize(
    ("model", "expected"),
    [(NONE, 4.866e8), (ANTI_VEGF, 4.581e8), (CHECKPOINT, 4.470e8), (BOTH, 1.194e6)],
    ids=["none", "anti-VEGF", "checkpoint", "both"],
)
def test_a_large_tumour_after_200_days(model: ImmuneDynamics, expected: float) -> None:
    assert final(model, 200) == pytest.approx(expected, rel=5e-4)


def test_effects_at_100_days() -> None:
    found = combine(BOTH)
    assert (*found, found.excess) == pytest.approx(
        (0.08154, 0.05860, 0.1354, 0.6168, 0.4815), abs=5e-5
    )


def test_what_checkpoint_blockade_alone_holds() -> None:
    assert largest_held(CHECKPOINT) == pytest.approx(1.024e7, rel=5e-4)


@pytest.mark.parametrize("effectors", [1e5, 3.2e5, 1e6])
def test_anti_vegf_alone_never_holds_a_tumour(effectors: float) -> None:
    for tumour in np.geomspace(1e5, 4e8, 8):
        start = ANTI_VEGF.changed(tumour_cells=tumour, effector_cells=effectors)
        assert final(start, 500) > HELD


def test_the_pace_against_an_hcc() -> None:
    assert NONE.growth_per_day / Growth().rate_per_day == pytest.approx(36.36, abs=0.005)
    assert Growth().rate_per_day / NONE.growth_per_day == pytest.approx(0.0275, abs=5e-5)


# Closed-form limits -------------------------------------------------------------------------------


@few
@given(st.floats(1e5, 4e8), shares)
def test_without_immunity_growth_is_logistic(start: float, blockade: float) -> None:
    model = ImmuneDynamics(
        tumour_cells=start, vegf_blockade=blockade, influx_per_day=0, kill_per_cell_day=0
    )
    days = np.linspace(0, 100, 30)
    rate, capacity = 0.18 * (1 - 0.1 * blockade), 5e8
    logistic = capacity / (1 + (capacity / start - 1) * np.exp(-rate * days))
    np.testing.assert_allclose(respond(model, days).tumour_cells, logistic, rtol=1e-5)
    (state,) = steady_states(model)
    assert (state.tumour_cells, state.stable) == (pytest.approx(capacity), True)


def test_a_full_brake_leaves_growth_alone() -> None:
    model = ImmuneDynamics(brake=1, tumour_cells=1e7)
    (state,) = steady_states(model)
    assert (state.tumour_cells, state.stable) == (pytest.approx(5e8), True)
    assert state.effector_cells == pytest.approx(1.3e4 / (0.0412 + 3.422e-10 * 5e8))
    assert final(model, 1000) == pytest.approx(5e8)
    assert np.isnan(nullclines(model, 1e7).tumour_still)


def test_effectors_that_nothing_limits_have_no_steady_state() -> None:
    endless = ImmuneDynamics(kill_per_cell_day=0, wear_per_cell_day=0, brake=0)
    assert steady_states(endless) == ()
    assert np.isnan(nullclines(endless, 5e8).effectors_still)


@few
@given(models)
def test_a_steady_state_stands_still_and_is_where_the_nullclines_cross(
    model: ImmuneDynamics,
) -> None:
    states = steady_states(model)
    assert len(states) <= 3
    if not states:  # the cells kill faster than the tumour can ever grow
        assert final(model, 3000) < model.tumour_cells / 1000
    assert any(each.stable for each in states) == bool(states)
    for state in states:
        lines = nullclines(model, state.tumour_cells)
        assert lines.tumour_still == pytest.approx(state.effector_cells, rel=1e-6)
        assert lines.effectors_still == pytest.approx(state.effector_cells, rel=1e-3)
        at_rest = model.changed(
            tumour_cells=state.tumour_cells, effector_cells=state.effector_cells
        )
        assert final(at_rest, 1) == pytest.approx(state.tumour_cells, rel=1e-6)


# Laws ---------------------------------------------------------------------------------------------


@few
@given(models, shares, shares)
def test_without_a_brake_checkpoint_blockade_does_nothing(
    model: ImmuneDynamics, one: float, other: float
) -> None:
    free = model.changed(brake=0)
    results = [final(free.changed(occupancy=share), 60) for share in (one, other)]
    assert results[0] == results[1]
    assert free.force == 1 and model.changed(occupancy=1).force == 1


@few
@given(shares, st.floats(0, 0.9))
def test_more_occupancy_leaves_less_tumour_on_day_60(blockade: float, brake: float) -> None:
    model = ImmuneDynamics(vegf_blockade=blockade, brake=brake)
    tumours = [final(model.changed(occupancy=share), 60) for share in (0, 0.25, 0.5, 0.75, 1)]
    assert np.all(np.diff(tumours) <= 1e-5 * tumours[0])


@pytest.mark.parametrize("start", [2.5e8, 4e8, 4.6e8])
def test_two_drugs_do_no_less_than_one_and_one_no_less_than_none(start: float) -> None:
    arms = (NONE, ANTI_VEGF, CHECKPOINT, BOTH)
    none, anti_vegf, checkpoint, both = (
        final(arm.changed(tumour_cells=start), 200) for arm in arms
    )
    assert none >= max(anti_vegf, checkpoint) and min(anti_vegf, checkpoint) >= both


def test_a_hotter_tumour_is_held_up_to_a_larger_size() -> None:
    held = [
        largest_held(CHECKPOINT.changed(effector_cells=each)) for each in (5e4, 1e5, 3.2e5, 6e5)
    ]
    assert np.all(np.diff(np.log(held)) > 0.1)


@pytest.mark.parametrize(
    "model", [CHECKPOINT, ANTI_VEGF, CHECKPOINT.changed(vegf_blockade=0.5)], ids=str
)
def test_the_separatrix_parts_the_outcomes(model: ImmuneDynamics) -> None:
    line = separatrix(model)
    assert line.effector_cells[0] < line.effector_cells[-1]
    saddle = steady_states(model)[1]
    assert saddle.tumour_cells in line.tumour_cells
    assert line.tumour_cells.max() <= model.capacity_cells * 1.001
    assert line.effector_cells.min() >= 999 and line.effector_cells.max() <= 1.001e9
    for place in (60, 250, 300, 340):
        tumour, effectors = line.tumour_cells[place], line.effector_cells[place]
        fewer, more = (
            final(model.changed(tumour_cells=tumour, effector_cells=share * effectors), 3000)
            for share in (0.99, 1.01)
        )
        assert more < saddle.tumour_cells < fewer


def test_one_outcome_has_no_separatrix() -> None:
    assert separatrix(NONE).tumour_cells.size == separatrix(BOTH).effector_cells.size == 0


@few
@given(models, st.floats(1, 18))
def test_a_slower_pace_changes_time_and_no_outcome(model: ImmuneDynamics, months: float) -> None:
    growth = Growth(doubling_months=months)
    slow = slowed_to(model, growth)
    assert slow.growth_per_day == pytest.approx(growth.rate_per_day)
    stretch = model.growth_per_day / slow.growth_per_day
    days = np.linspace(0, 40, 5)
    np.testing.assert_allclose(
        respond(slow, stretch * days)[1:], respond(model, days)[1:], rtol=1e-3
    )
    states = steady_states(model)
    assert [each.stable for each in steady_states(slow)] == [each.stable for each in states]
    assert [each.tumour_cells for each in steady_states(slow)] == pytest.approx(
        [each.tumour_cells for each in states], rel=1e-4
    )


@few
@given(models)
def test_cells_stay_positive_and_tumours_below_capacity(model: ImmuneDynamics) -> None:
    course = respond(model, np.linspace(0, 400, 81))
    assert np.all((course.tumour_cells > 0) & (course.effector_cells > 0))
    assert np.all(course.tumour_cells <= model.capacity_cells * (1 + 1e-6))


# What is asked and what is told -------------------------------------------------------------------


def test_days_of_any_shape_and_order() -> None:
    course = respond(NONE, [[60, 0], [30, 10]])
    assert course.tumour_cells.shape == (2, 2)
    assert course.tumour_cells[0, 1] == pytest.approx(2.5e8)
    assert course.tumour_cells[1, 0] == pytest.approx(final(NONE, 30), rel=1e-5)
    assert respond(NONE, 0).effector_cells == pytest.approx(1e5)
    assert respond(NONE, []).tumour_cells.shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: respond(NONE, -1), "t_day=-1 must be finite and not below 0"),
        (lambda: respond(NONE, [0, np.nan]), "must be finite and not below 0"),
        (lambda: ImmuneDynamics(occupancy=1.2), "occupancy=1.2 outside 0-1"),
        (lambda: ImmuneDynamics(tumour_cells=0), "tumour_cells=0 outside"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_what_was_added_to_the_published_model_is_not_called_published() -> None:
    own = ImmuneDynamics.described()
    for name in ("brake", "influx_gain", "growth_loss", "brake_loss"):
        assert own[name].code == "T" and not own[name].source
    assert {each.code for each in own.values() if "Kuznetsov" in each.source} == {"V2"}


def test_the_limits_disclose_what_was_calibrated() -> None:
    told = " ".join(LIMITS)
    for words in ("Teaching model", "mouse days", "five combinations", "not evidence"):
        assert words in told
    assert f"{NONE.growth_per_day / Growth().rate_per_day:.0f} times as fast" in told
    millions = [f"{each.tumour_cells / 1e6:.3g}" for each in steady_states(CHECKPOINT)]
    assert f"here they are {millions[0]}, {millions[1]} and {millions[2]} million" in told
