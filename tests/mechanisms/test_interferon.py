"""Interferon: check values, closed forms, and laws of virus, genes and risk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from hcclab.mechanisms.interferon import (
    AFTER_EITHER,
    ANTIVIRALS,
    EFFECTS,
    EFFICACY_BY_DOSE,
    HBV_RESECTED,
    LIMITS,
    Effect,
    HcvDynamics,
    IsgFeedback,
    PegylatedInterferon,
    StandardInterferon,
    efficacy_of_dose,
    efficacy_of_level,
    induce,
    infection_course,
    interferon_level,
    level_of_efficacy,
    phases,
    risk_with,
    viral_load,
    viral_load_under,
)

HCV, ISG = HcvDynamics(), IsgFeedback()
STANDARD, PEGYLATED = StandardInterferon(), PegylatedInterferon()
DAYS = np.linspace(0, 28, 113)
WEEK_4 = np.linspace(21, 28, 351)

few = settings(max_examples=15, deadline=None)
patients = st.builds(
    HcvDynamics,
    efficacy=st.floats(0, 0.999),
    clearance_per_day=st.floats(2, 20),
    infected_loss_per_day=st.floats(0.01, 0.41),
    load_per_ml=st.floats(1e4, 1e8),
)
regimens = st.builds(
    StandardInterferon,
    half_life_h=st.floats(2, 160),
    absorption_half_life_h=st.floats(0.5, 48),
    doses_per_week=st.floats(1, 7),
    peak_ec50=st.floats(0, 10),
)


def drop(load: np.ndarray, hcv: HcvDynamics = HCV) -> np.ndarray:
    return np.log10(hcv.load_per_ml / load)


# Check values -------------------------------------------------------------------------------------


def test_the_two_phases() -> None:
    rates = phases(HCV)
    assert HCV.clearance_per_day == pytest.approx(6.161, abs=5e-4)
    assert rates.fast_per_day == pytest.approx(6.168, abs=6e-4)
    assert rates.slow_per_day == pytest.approx(0.1328, abs=5e-5)


@pytest.mark.parametrize(
    ("efficacy", "after_2", "after_14"),
    [(0.81, 0.786, 1.375), (0.95, 1.377, 2.070), (0.96, 1.475, 2.175)],
)
def test_the_fall_of_the_load(efficacy: float, after_2: float, after_14: float) -> None:
    fall = drop(viral_load(HCV.changed(efficacy=efficacy), [2, 14]))
    assert fall == pytest.approx([after_2, after_14], abs=6e-4)


def test_the_fall_with_free_target_cells() -> None:
    assert drop(infection_course(HCV, 14).virus_per_ml) == pytest.approx(2.013, abs=5e-4)


def test_efficacy_by_dose() -> None:
    doses = list(EFFICACY_BY_DOSE)
    np.testing.assert_allclose(efficacy_of_dose(doses), [0.8112, 0.9409, 0.9716], atol=5e-5)
    np.testing.assert_allclose(efficacy_of_dose(doses), list(EFFICACY_BY_DOSE.values()), atol=0.012)
    assert efficacy_of_dose(15) > EFFICACY_BY_DOSE[15]
    assert efficacy_of_dose(2.311) == pytest.approx(0.5)


def test_week_4_of_both_regimens() -> None:
    # These come out with absorption half-lives of 2 and 24 hours and doses at equal intervals.
    standard, pegylated = (
        drop(viral_load_under(HCV, each, WEEK_4)).mean() for each in (STANDARD, PEGYLATED)
    )
    assert standard == pytest.approx(0.6453, abs=5e-4)
    # 1.961 has the highest level of the first four weeks for the peak, here it is the final one.
    assert pegylated == pytest.approx(1.961, abs=7e-3)


def test_genes_peak_and_settle() -> None:
    course = induce(ISG, np.linspace(0, 60, 60_001))
    assert course.genes.max() == pytest.approx(0.5859, abs=1e-4)
    # 0.3205 is the seventh day, a little before the plateau.
    assert induce(ISG, 7).genes == pytest.approx(0.3205, abs=5e-5)
    assert course.genes[-1] == pytest.approx(0.3179, abs=5e-5)


@pytest.mark.parametrize(("gap", "expected"), [(1, 0.857), (2, 0.875), (4, 0.906)])
def test_a_second_pulse_is_weaker(gap: float, expected: float) -> None:
    # Pulses of six hours, from onset to onset; 0.8585 and 0.8763 for the first two.
    assert second_over_first(gap) == pytest.approx(expected, abs=2e-3)


def second_over_first(gap: float, width: float = 0.25) -> float:
    t = np.linspace(0, gap + 1, round(500 * (gap + 1)) + 1)
    genes = induce(ISG, t, ((0, width), (gap, gap + width))).genes
    return float(genes[t >= gap].max() / genes[t < gap].max())


@pytest.mark.parametrize(("risk", "expected"), [(0.3, 0.2205), (0.5, 0.3976), (0.7, 0.6063)])
def test_the_risk_with_interferon(risk: float, expected: float) -> None:
    assert risk_with(risk, 0.66) == pytest.approx(expected, abs=5e-5)
    assert EFFECTS[0].applied(risk) == risk_with(risk, 0.66)


# Closed forms -------------------------------------------------------------------------------------


@few
@given(patients)
def test_the_closed_form_solves_its_equations(hcv: HcvDynamics) -> None:
    c, delta = hcv.clearance_per_day, hcv.infected_loss_per_day
    solved = solve_ivp(
        lambda _, y: [delta * (y[1] - y[0]), c * ((1 - hcv.efficacy) * y[0] - y[1])],
        (0, 28),
        [1, 1],
        method="LSODA",
        rtol=1e-8,
        atol=1e-12,
        t_eval=DAYS,
    ).y[1]
    load = viral_load(hcv.changed(delay_day=0), DAYS)
    np.testing.assert_allclose(load, hcv.load_per_ml * solved, rtol=1e-4)


@few
@given(patients)
def test_target_cells_that_hardly_change_give_the_closed_form(hcv: HcvDynamics) -> None:
    still = hcv.changed(infection_ml_per_day=1e-9 / hcv.load_per_ml, target_loss_per_day=1e-9)
    np.testing.assert_allclose(
        infection_course(still, DAYS).virus_per_ml, viral_load(hcv, DAYS), rtol=1e-3
    )


@few
@given(patients)
def test_without_interferon_nothing_moves(hcv: HcvDynamics) -> None:
    idle = hcv.changed(efficacy=0)
    np.testing.assert_allclose(viral_load(idle, DAYS), hcv.load_per_ml)
    for state in infection_course(idle, DAYS)[1:]:
        np.testing.assert_allclose(state, state[0], rtol=1e-6)
    untreated = viral_load_under(hcv, STANDARD.changed(peak_ec50=0), DAYS)
    np.testing.assert_allclose(untreated, hcv.load_per_ml)


def test_the_start_is_a_steady_state_in_cells_per_ml() -> None:
    start = infection_course(HCV, 0)
    assert start.virus_per_ml == pytest.approx(1e6)
    assert start.infected_per_ml * 8.18 == pytest.approx(HCV.clearance_per_day * 1e6)
    infected = 2.25e-7 * start.virus_per_ml * start.target_per_ml
    assert infected == pytest.approx(0.14 * start.infected_per_ml)


def test_infected_cells_that_are_not_replaced_fade() -> None:
    course = infection_course(HCV.changed(infection_block=1, efficacy=0, delay_day=0), DAYS)
    np.testing.assert_allclose(
        course.infected_per_ml, course.infected_per_ml[0] * np.exp(-0.14 * DAYS), rtol=1e-4
    )


@given(st.floats(0.1, 0.999), st.floats(0.01, 0.41))
def test_limits_of_both_phases(efficacy: float, loss: float) -> None:
    quick = HCV.changed(efficacy=efficacy, infected_loss_per_day=loss, clearance_per_day=1000)
    assert phases(quick).slow_per_day == pytest.approx(efficacy * loss, rel=2e-3)
    settled = 10 ** drop(viral_load(quick.changed(delay_day=0), 0.02))
    assert settled == pytest.approx(1 / (1 - efficacy), rel=0.02)


@few
@given(regimens)
def test_a_level_is_the_sum_of_its_doses(regimen: StandardInterferon) -> None:
    interval = 7 / regimen.doses_per_week
    out, into = (
        24 * np.log(2) / half for half in (regimen.half_life_h, regimen.absorption_half_life_h)
    )
    if abs(out / into - 1) < 1e-3:
        return
    t = np.linspace(0, 300, 6007)
    since = t[:, None] - interval * np.arange(np.ceil(300 / interval) + 1)
    since = np.maximum(since, 0)
    doses = (np.exp(-out * since) - np.exp(-into * since)).sum(axis=1) * np.sign(into - out)
    level = interferon_level(regimen, t)
    assert level.max() <= regimen.peak_ec50 * (1 + 1e-9)
    np.testing.assert_allclose(level * doses.max(), doses * level.max(), atol=1e-6)


@pytest.mark.parametrize("regimen", [STANDARD, PEGYLATED])
def test_the_peak_is_what_it_is_set_to(regimen: StandardInterferon) -> None:
    assert interferon_level(regimen, np.linspace(70, 77, 5001)).max() == pytest.approx(3, rel=1e-5)
    assert efficacy_of_level(regimen, 3) == pytest.approx(0.9)
    equal = regimen.changed(absorption_half_life_h=regimen.half_life_h)
    near = regimen.changed(absorption_half_life_h=regimen.half_life_h * 1.001)
    np.testing.assert_allclose(
        interferon_level(equal, DAYS), interferon_level(near, DAYS), atol=3e-3
    )


@given(st.floats(0, 0.999), st.floats(0.5, 4))
def test_a_level_and_its_efficacy_lead_to_each_other(efficacy: float, hill: float) -> None:
    regimen = STANDARD.changed(hill=hill)
    level = level_of_efficacy(regimen, efficacy)
    assert efficacy_of_level(regimen, level) == pytest.approx(efficacy)


@pytest.mark.parametrize("regimen", [STANDARD, PEGYLATED])
def test_steps_agree_with_a_solver(regimen: StandardInterferon) -> None:
    def slope(t: float, y: np.ndarray) -> list[float]:
        efficacy = float(efficacy_of_level(regimen, interferon_level(regimen, t)))
        return [0.14 * (y[1] - y[0]), HCV.clearance_per_day * ((1 - efficacy) * y[0] - y[1])]

    t = np.linspace(0, 14, 57)
    solved = solve_ivp(
        slope, (0, 14), [1, 1], method="LSODA", rtol=1e-6, atol=1e-9, t_eval=t, max_step=0.1
    )
    np.testing.assert_allclose(viral_load_under(HCV, regimen, t), 1e6 * solved.y[1], rtol=0.01)


# Laws ---------------------------------------------------------------------------------------------


@few
@given(patients)
def test_the_load_falls_and_cells_stay_within_their_meaning(hcv: HcvDynamics) -> None:
    load = viral_load(hcv, DAYS)
    assert np.all(load > 0) and np.all(np.diff(load) <= 1e-9 * load[0])
    for state in infection_course(hcv, DAYS)[1:]:
        assert np.all((state > 0) & np.isfinite(state))


@pytest.mark.parametrize(
    ("name", "values"),
    [("efficacy", (0.5, 0.8, 0.95, 0.99)), ("infected_loss_per_day", (0.02, 0.14, 0.4))],
)
def test_what_deepens_the_fall(name: str, values: tuple[float, ...]) -> None:
    for follow in (viral_load, lambda hcv, t: infection_course(hcv, t).virus_per_ml):
        falls = [float(drop(follow(HCV.changed(**{name: value}), 14))) for value in values]
        assert np.all(np.diff(falls) > 0)


def test_steady_levels_are_better_than_peaks_which_let_the_virus_rebound() -> None:
    standard, pegylated = (viral_load_under(HCV, each, WEEK_4) for each in (STANDARD, PEGYLATED))
    assert drop(pegylated).mean() > drop(standard).mean() + 1
    turns = np.diff(np.sign(np.diff(standard)))
    assert np.sum(turns > 0) >= 3


def test_genes_need_interferon_and_settle_below_their_peak() -> None:
    silent = induce(ISG.changed(level_ec50=0), DAYS)
    assert silent.genes.max() == 0 and silent.feedback.max() == 0
    assert induce(ISG, DAYS, ()).genes.max() == 0
    assert induce(ISG, DAYS).genes.max() > 1.5 * induce(ISG, 28).genes


@few
@given(st.floats(0.01, 10), st.floats(0.01, 5), st.floats(0.1, 5))
def test_gene_states_stay_within_their_meaning(level: float, gain: float, half: float) -> None:
    feedback = IsgFeedback(level_ec50=level, feedback_gain_per_day=gain, half_feedback=half)
    course = induce(feedback, DAYS)
    assert np.all((course.genes >= 0) & (course.genes <= level / (level + 1) + 1e-6))
    assert np.all((course.feedback >= 0) & (course.feedback <= 1))
    assert np.all(np.diff(course.feedback) >= -1e-5)


def test_without_feedback_genes_follow_in_closed_form() -> None:
    free = ISG.changed(feedback_gain_per_day=0)
    np.testing.assert_allclose(
        induce(free, DAYS).genes, 0.75 * -np.expm1(-12 * DAYS), rtol=1e-4, atol=1e-6
    )


def test_the_answer_recovers_with_the_gap() -> None:
    ratios = [second_over_first(gap) for gap in (1, 2, 4, 8, 16)]
    assert np.all(np.diff(ratios) > 0) and ratios[0] < 0.9 and 0.98 < ratios[-1] < 1


@given(st.floats(0, 1), st.floats(0.01, 100))
def test_an_odds_ratio_moves_a_risk_to_its_side(risk: float, ratio: float) -> None:
    assert risk_with(risk, 1) == pytest.approx(risk)
    after = risk_with(risk, ratio)
    assert 0 <= after <= 1
    assert (after - risk) * (ratio - 1) >= -1e-12
    assert risk_with(after, 1 / ratio) == pytest.approx(risk)


@pytest.mark.parametrize(
    ("outcome", "setting", "expected"),
    [
        ("recurrence", AFTER_EITHER, (0.66, 0.50, 0.86)),
        ("recurrence", "after resection", (0.73, 0.52, 1.01)),
        ("recurrence", "after TACE", (0.54, 0.33, 0.86)),
        ("death", AFTER_EITHER, (0.42, 0.32, 0.56)),
        ("recurrence", HBV_RESECTED, (0.96, 0.84, 1.10)),
    ],
)
def test_the_published_ratios(outcome: str, setting: str, expected: tuple[float, ...]) -> None:
    (found,) = (each for each in EFFECTS if (each.outcome, each.setting) == (outcome, setting))
    assert (found.value, found.low, found.high) == expected


@pytest.mark.parametrize("each", [*EFFECTS, *ANTIVIRALS], ids=lambda each: each.setting)
def test_an_interval_lies_about_its_ratio_on_the_scale_of_logarithms(each: Effect) -> None:
    assert each.low is not None and each.high is not None
    middle = np.sqrt(each.low * each.high)
    assert each.value == pytest.approx(middle, rel=0.03)


def test_the_usual_loss_of_infected_cells_is_the_published_range_of_half_lives() -> None:
    slow, quick = HCV.described()["infected_loss_per_day"].variable.usual
    assert np.log(2) / quick == pytest.approx(1.7, abs=0.05)
    assert np.log(2) / slow == pytest.approx(70, abs=1)


def test_the_evidence_is_shown_with_both_sides() -> None:
    pooled, *_, hbv = EFFECTS
    assert pooled.high and hbv.high and pooled.high < 1 < hbv.high
    assert (pooled.source, hbv.source) == ("PMC3851844", "PMC4899889")
    assert hbv.applied(0.5) == pytest.approx(0.48)
    resected = [each for each in EFFECTS if each.setting.endswith("after resection")]
    assert len(resected) == 4
    # Of recurrence neither review shows a difference after resection; of death one does.
    assert all(each.high and each.high > 1 for each in resected if each.outcome == "recurrence")
    assert {each.high and each.high > 1 for each in resected if each.outcome == "death"} == {
        True,
        False,
    }
    for each in EFFECTS:
        if each.low and each.high:
            assert each.low < each.value < each.high
    told = " ".join(LIMITS)
    for words in (
        "conflicts",
        "0.66",
        "0.96 (0.84-1.10)",
        "Hepatitis B is not modelled",
        "replaced",
    ):
        assert words in told


# What is asked and what is told -------------------------------------------------------------------


def test_days_of_any_shape_and_order() -> None:
    t = [[14, 0], [2, 7]]
    loads: list[Callable[[Any], Any]] = [
        lambda t: viral_load(HCV, t),
        lambda t: infection_course(HCV, t).virus_per_ml,
        lambda t: viral_load_under(HCV, STANDARD, t),
        lambda t: induce(ISG, t, ((1, 3),)).genes,
    ]
    for follow in loads:
        values = follow(t)
        assert values.shape == (2, 2) and np.ndim(follow(2)) == 0
        assert values[1, 0] == pytest.approx(float(follow(2)), rel=1e-2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: viral_load(HCV, -1), "t_day=-1 must be finite and not below 0"),
        (lambda: efficacy_of_dose(-1), "dose_miu=-1 must be finite and not below 0"),
        (
            lambda: infection_course(HCV.changed(infection_ml_per_day=0), 1),
            "infection_ml_per_day=0 leaves",
        ),
        (lambda: viral_load_under(HCV, STANDARD, 1, 0), "step_day=0 must be above 0"),
        (lambda: induce(ISG, 1, ((2, 1),)), "must be ascending days from 0"),
        (lambda: induce(ISG, 1, ((-1, 1),)), "must be ascending days from 0"),
        (lambda: induce(ISG, 1, ((0, 2), (1, 3))), "none overlapping"),
        (lambda: level_of_efficacy(STANDARD, 1), "efficacy=1 outside 0 to below 1"),
        (lambda: risk_with(1.2, 0.66), r"risk=1\.2 outside 0-1"),
        (lambda: risk_with(0.5, 0), "odds_ratio=0 must be finite and above 0"),
        (lambda: HcvDynamics(efficacy=1.2), r"efficacy=1\.2 outside 0-0\.999999"),
    ],
)
def test_what_makes_no_sense(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_the_gene_model_and_the_regimens_are_not_called_published() -> None:
    for each in (ISG, STANDARD, PEGYLATED):
        assert {known.code for known in each.described().values()} <= {"M", "T"}
