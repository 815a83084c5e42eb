"""Synergy: the check values of Bliss and Loewe, and what a sham combination must give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.synergy import (
    LIMITS,
    DoseResponse,
    bliss,
    combination_index,
    dose_for,
    highest_single_agent,
    hill_effect,
    isobole,
    loewe,
)

PLAIN = DoseResponse()
WEAK = DoseResponse(largest_effect=0.9, half_dose=2, steepness=1.5)

many = settings(max_examples=50, deadline=None)
doses = st.floats(0.01, 100)
shares = st.floats(0, 1)
drugs = st.builds(
    DoseResponse,
    largest_effect=st.floats(0.1, 1),
    half_dose=st.floats(0.1, 10),
    steepness=st.floats(0.5, 4),
)


@pytest.mark.parametrize(
    ("a", "b", "dose_a", "dose_b", "by_loewe", "by_bliss"),
    [(PLAIN, PLAIN, 0.5, 0.5, 0.5000, 0.5556), (PLAIN, WEAK, 1, 2, 0.6659, 0.7250)],
    ids=["sham", "two drugs"],
)
def test_check_values(
    a: DoseResponse, b: DoseResponse, dose_a: float, dose_b: float, by_loewe: float, by_bliss: float
) -> None:
    assert loewe(a, b, dose_a, dose_b) == pytest.approx(by_loewe, abs=5e-5)
    assert bliss(hill_effect(a, dose_a), hill_effect(b, dose_b)) == pytest.approx(
        by_bliss, abs=5e-5
    )


# A drug with itself -------------------------------------------------------------------------------


@many
@given(drugs, doses, st.floats(0.05, 0.95))
def test_a_sham_combination_has_index_1_at_every_split(
    drug: DoseResponse, dose: float, part: float
) -> None:
    whole = hill_effect(drug, dose)
    assume(0 < whole < drug.largest_effect * (1 - 1e-9))
    split = (part * dose, (1 - part) * dose)
    assert combination_index(drug, drug, *split, whole) == pytest.approx(1, rel=1e-5)
    assert loewe(drug, drug, *split) == pytest.approx(whole)


def test_bliss_sees_synergy_or_antagonism_in_a_sham_combination() -> None:
    for steepness, sign in ((1, 1), (4, -1)):
        drug = DoseResponse(steepness=steepness)
        half = hill_effect(drug, 0.5)
        assert sign * (bliss(half, half) - hill_effect(drug, 1)) > 0.05


# Laws ---------------------------------------------------------------------------------------------


@many
@given(drugs, drugs, doses)
def test_loewe_with_one_drug_is_its_hill_curve(
    drug: DoseResponse, other: DoseResponse, dose: float
) -> None:
    effect = hill_effect(drug, dose)
    assert loewe(drug, other, dose, 0) == pytest.approx(effect, abs=1e-12)
    assert loewe(other, drug, 0, dose) == pytest.approx(effect, abs=1e-12)
    assert loewe(drug, other, 0, 0) == 0


@many
@given(drugs, drugs, doses, doses)
def test_loewe_is_symmetric_and_no_less_than_the_better_drug(
    a: DoseResponse, b: DoseResponse, dose_a: float, dose_b: float
) -> None:
    together = loewe(a, b, dose_a, dose_b)
    assert together == pytest.approx(loewe(b, a, dose_b, dose_a), abs=1e-12)
    best = highest_single_agent(hill_effect(a, dose_a), hill_effect(b, dose_b))
    assert best - 1e-12 <= together <= max(a.largest_effect, b.largest_effect)
    assume(together < max(a.largest_effect, b.largest_effect) * (1 - 1e-9))
    assert combination_index(a, b, dose_a, dose_b, together) == pytest.approx(1, rel=1e-4)


@many
@given(shares, shares, shares)
def test_bliss_is_a_chance_above_the_better_drug(a: float, b: float, c: float) -> None:
    assert highest_single_agent(a, b) - 1e-12 <= bliss(a, b) <= 1 + 1e-12
    assert bliss(a, 0) == a
    assert bliss(a, bliss(b, c)) == pytest.approx(bliss(bliss(a, b), c))


@many
@given(drugs, st.floats(0.01, 0.99))
def test_the_dose_for_an_effect_has_it(drug: DoseResponse, part: float) -> None:
    effect = part * drug.largest_effect
    assert hill_effect(drug, dose_for(drug, effect)) == pytest.approx(effect)
    assert dose_for(drug, drug.largest_effect) == np.inf
    assert hill_effect(drug, [0, drug.half_dose, np.inf]) == pytest.approx(
        drug.largest_effect * np.array([0, 0.5, 1])
    )


@many
@given(drugs, drugs, st.floats(0.05, 0.8), st.floats(0.05, 0.95))
def test_every_point_of_an_isobole_has_its_effect(
    a: DoseResponse, b: DoseResponse, part: float, along: float
) -> None:
    effect = part * min(a.largest_effect, b.largest_effect)
    end = float(dose_for(a, effect))
    dose = along * end
    assert loewe(a, b, dose, isobole(a, b, effect, dose)) == pytest.approx(effect)
    other = isobole(a, b, effect, dose, "bliss")
    assert bliss(hill_effect(a, dose), hill_effect(b, other)) == pytest.approx(effect)
    for rule in ("loewe", "bliss"):
        assert isobole(a, b, effect, 0, rule) == pytest.approx(float(dose_for(b, effect)))
        assert isobole(a, b, effect, end, rule) == pytest.approx(0, abs=1e-3 * b.half_dose)
        assert np.isnan(isobole(a, b, effect, 1.1 * end, rule))


def test_what_no_dose_can_do() -> None:
    assert isobole(PLAIN, WEAK, 0.95, 1) == np.inf
    assert isobole(PLAIN, WEAK, 0.95, 19) == pytest.approx(0, abs=1e-12)
    assert isobole(WEAK, WEAK, 0.95, 1) == np.inf
    assert isobole(WEAK, WEAK, 0.95, 3, "bliss") == pytest.approx(
        float(dose_for(WEAK, (0.95 - hill_effect(WEAK, 3)) / (1 - hill_effect(WEAK, 3))))
    )
    assert loewe(PLAIN, WEAK, 1000, 5) == pytest.approx(float(hill_effect(PLAIN, 1000)))


def test_a_whole_surface_at_once() -> None:
    grid = np.linspace(0, 4, 5)
    surface = loewe(PLAIN, WEAK, grid[:, None], grid)
    assert surface.shape == (5, 5)
    assert surface[1, 2] == pytest.approx(0.6659, abs=5e-5)
    assert np.all(np.diff(surface, axis=0) > 0) and np.all(np.diff(surface, axis=1) > 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hill_effect(PLAIN, -1), "dose=-1 must not be below 0"),
        (lambda: loewe(PLAIN, PLAIN, 1, -2), "dose_b=-2 must not be below 0"),
        (lambda: loewe(PLAIN, PLAIN, np.inf, 1), "must be finite"),
        (lambda: dose_for(PLAIN, 1.1), "effect=1.1 must lie between 0 and 1"),
        (lambda: bliss(0.5, 1.2), "effect_b=1.2 must not be above 1"),
        (lambda: highest_single_agent(2, 0), "effect_a=2 must not be above 1"),
        (lambda: combination_index(WEAK, WEAK, 1, 1, 0.9), "above 0 and below 0.9"),
        (lambda: combination_index(WEAK, WEAK, 1, 1, 0), "for an index to exist"),
        (lambda: isobole(PLAIN, PLAIN, 0.5, 1, "hsa"), "rule='hsa' is not one of loewe, bliss"),
        (lambda: isobole(PLAIN, PLAIN, 0, 1), "effect=0 must lie above 0 and not above 1"),
        (lambda: DoseResponse(largest_effect=1.2), r"largest_effect=1.2 outside 0\.001-1"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_the_limits_say_what_is_from_memory() -> None:
    told = " ".join(LIMITS)
    assert "Teaching model" in told and "[from memory]" in told
