"""CAR-T cells: their course in blood, their tumour, check values, closed forms and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hcclab.mechanisms.car_t import (
    LIMITS,
    CarT,
    CarTKinetics,
    HccCarT,
    copies_per_ug,
    exposure,
    infuse,
    recognition,
    response,
)
from hcclab.mechanisms.growth import Growth, grow

TUMOUR = Growth(diameter_cm=5)
DAYS = np.linspace(0, 365, 147)

few = settings(max_examples=15, deadline=None)
courses = st.builds(
    CarTKinetics,
    expansion_fold=st.floats(100, 1e5),
    peak_day=st.floats(4, 20),
    contraction_per_day=st.floats(0, 1),
    persisting_share=st.floats(0, 0.1),
    persistence_loss_per_day=st.floats(0, 0.02),
)
cells_of_any_kind = st.builds(
    CarT,
    dose=st.floats(1e-5, 1e-2),
    rich_density=st.floats(1e3, 1e6),
    poor_density=st.floats(0, 1e3),
    poor_share=st.floats(0, 0.3),
    hill=st.floats(0.5, 4),
    suppression=st.floats(0, 0.9),
    kill_per_day=st.floats(0, 1),
    antigen_loss_per_day=st.floats(0, 0.01),
)


def share(cells: CarT, day: float) -> float:
    return float(infuse(TUMOUR, cells, day).volume_ml / TUMOUR.volume_ml)


def nadir(cells: CarT, until_day: float = 365) -> float:
    return response(TUMOUR, cells, until_day).nadir_ml / TUMOUR.volume_ml


# Check values -------------------------------------------------------------------------------------


def test_the_course_in_blood() -> None:
    course = CarTKinetics()
    rates = (
        course.expansion_per_day,
        course.contraction_per_day,
        course.persistence_loss_per_day,
    )
    for rate, half in zip(rates, (0.7796, 4.332, 216.6), strict=True):
        assert np.log(2) / rate == pytest.approx(half, rel=2e-4)
    assert copies_per_ug(course, 28) == pytest.approx(1374, abs=0.5)
    assert copies_per_ug(course, 365) == pytest.approx(60.74, abs=0.005)
    assert exposure(course) == pytest.approx(1.718e5, rel=5e-4)


@pytest.mark.parametrize(("density", "expected"), [(3e4, 0.9901), (3e3, 0.5), (1e2, 0.001110)])
def test_recognition(density: float, expected: float) -> None:
    assert recognition(CarT(), density) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize(
    ("cells", "peak", "peak_day", "low", "day", "expected"),
    [
        (CarT(), 0.9445, 20.75, 3.372e-4, 180, 0.002375),
        (HccCarT(), 0.8074, 31.75, 0.07089, 365, 0.7406),
    ],
)
def test_both_presets(
    cells: CarT, peak: float, peak_day: float, low: float, day: float, expected: float
) -> None:
    found = response(TUMOUR, cells)
    assert found.peak == pytest.approx(peak, abs=5e-5)
    # The top is flat: effector cells alone are highest a quarter of a day before the sum.
    assert found.peak_day == pytest.approx(peak_day, abs=0.25)
    assert nadir(cells) == pytest.approx(low, rel=5e-4)
    assert share(cells, day) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize(
    ("density", "expected"),
    [(1e2, 1.0), (1e3, 0.05050), (3e3, 0.002598), (1e4, 4.439e-4), (1e5, 3.261e-4)],
)
def test_the_nadir_by_density(density: float, expected: float) -> None:
    assert nadir(CarT(rich_density=density)) == pytest.approx(expected, rel=5e-4)


@pytest.mark.parametrize(
    ("poor", "low", "late"),
    [
        (0, 3.37e-4, 0.01427),
        (0.001, 0.002144, 0.09573),
        (0.01, 0.01543, 0.3184),
        (0.1, 0.1294, 1.096),
        (0.3, 0.3632, 1.969),
    ],
)
def test_antigen_poor_cells(poor: float, low: float, late: float) -> None:
    assert nadir(CarT(poor_share=poor)) == pytest.approx(low, rel=1.5e-3)
    # Late prey and predator amplify the error of the solver: 0.01422 at a tenth of the tolerance.
    assert share(CarT(poor_share=poor), 365) == pytest.approx(late, rel=5e-3 if not poor else 5e-4)


# Closed forms -------------------------------------------------------------------------------------


def test_with_antigen_to_the_peak_and_none_after_it_is_the_course_in_blood() -> None:
    course = CarTKinetics()
    everywhere = CarT(kill_per_day=0, suppression=0, half_antigen_ml=1e-12, most_cells=1e12)
    up = np.linspace(0, 9.3, 20)
    rise = infuse(TUMOUR, everywhere, up)
    np.testing.assert_allclose(
        rise.effector, copies_per_ug(course, up) / 24_000, rtol=1e-4, atol=1e-9
    )
    assert rise.effector[-1] == pytest.approx(1, rel=1e-4) and rise.memory.max() < 1e-6
    down = np.linspace(0, 300, 61)
    fall = infuse(TUMOUR, CarT(dose=1, rich_density=0), down)
    np.testing.assert_allclose(
        fall.effector + fall.memory, copies_per_ug(course, 9.3 + down) / 24_000, rtol=1e-3
    )


@few
@given(courses, st.floats(0, 400))
def test_exposure_is_the_area(course: CarTKinetics, end: float) -> None:
    peak = min(course.peak_day, end)
    grids = [np.linspace(0, peak, 2001), np.linspace(peak, end, 2001)]
    area = sum(np.trapezoid(copies_per_ug(course, grid), grid) for grid in grids)
    assert exposure(course, end) == pytest.approx(area, rel=1e-3, abs=1e-6)


def test_the_course_in_blood_starts_and_peaks_where_it_should() -> None:
    course = CarTKinetics()
    assert copies_per_ug(course, 0) == pytest.approx(24_000 / 3900)
    assert copies_per_ug(course, 9.3) == pytest.approx(24_000)
    assert np.argmax(copies_per_ug(course, DAYS)) == np.argmin(np.abs(DAYS - 9.3))


@pytest.mark.parametrize("cells", [CarT(dose=0), CarT(kill_per_day=0), CarT(rich_density=0)])
def test_without_cells_killing_or_antigen_it_is_gompertz(cells: CarT) -> None:
    np.testing.assert_allclose(infuse(TUMOUR, cells, DAYS).volume_ml, grow(TUMOUR, DAYS), rtol=1e-4)


@pytest.mark.parametrize("dose", [0, 1e-3])
def test_antigen_fades_without_cells_that_see_it(dose: float) -> None:
    cells = CarT(dose=dose, kill_per_day=0, poor_share=0.1, antigen_loss_per_day=0.01)
    np.testing.assert_allclose(
        infuse(TUMOUR, cells, DAYS).poor_share, 1 - 0.9 * np.exp(-0.01 * DAYS), rtol=1e-4
    )


# Laws ---------------------------------------------------------------------------------------------


@few
@given(cells_of_any_kind)
def test_states_stay_within_their_meaning(cells: CarT) -> None:
    course = infuse(TUMOUR, cells, DAYS)
    for state in course[1:]:
        assert np.all((state >= 0) & np.isfinite(state))
    assert np.all(course.volume_ml <= grow(TUMOUR, DAYS) * (1 + 1e-4))
    assert np.all(course.effector <= max(1, cells.dose) + 1e-4)
    assert np.all((course.poor_share >= 0) & (course.poor_share <= 1))
    assert np.all(np.diff(course.poor_share) > -1e-5)


def test_the_nadir_falls_with_density_and_has_a_threshold() -> None:
    lows = [nadir(CarT(rich_density=density)) for density in np.geomspace(100, 1e6, 9)]
    assert np.all(np.diff(lows) <= 1e-9)
    assert lows[0] == pytest.approx(1) and lows[4] < 1e-3 and lows[4] / lows[-1] < 2


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("suppression", (0, 0.3, 0.6, 0.8)),
        ("poor_share", (0, 0.01, 0.1, 0.3)),
        ("half_density", (300, 3000, 30_000)),
        ("antigen_loss_per_day", (0, 1e-4, 1e-3)),
    ],
)
def test_what_raises_the_nadir(name: str, values: tuple[float, ...]) -> None:
    assert np.all(np.diff([nadir(CarT(**{name: value})) for value in values]) > 0)


def test_more_antigen_poor_cells_bring_a_larger_relapse() -> None:
    late = [share(CarT(poor_share=poor), 365) for poor in (0, 0.001, 0.01, 0.1, 0.3)]
    assert np.all(np.diff(late) > 0)


def test_the_dose_moves_the_peak_in_time_and_hardly_in_height() -> None:
    found = [response(TUMOUR, CarT(dose=times / 3900), 60) for times in (0.1, 1, 10)]
    assert np.all(np.diff([each.peak_day for each in found]) < -2)
    assert np.ptp([each.peak for each in found]) < 0.02


def test_more_tumour_lets_more_cells_grow() -> None:
    peaks = [
        response(Growth(diameter_cm=diameter), CarT(suppression=0.6), 30).peak
        for diameter in (1, 2, 3, 5, 7)
    ]
    assert np.all(np.diff(peaks) > 0)


# What is asked and what is told -------------------------------------------------------------------


def test_days_of_any_shape_and_order() -> None:
    course = infuse(TUMOUR, HccCarT(), [[60, 0], [30, 365]])
    assert course.volume_ml.shape == course.poor_share.shape == (2, 2)
    assert course.volume_ml[0, 1] == pytest.approx(TUMOUR.volume_ml)
    assert course.volume_ml[1, 0] == pytest.approx(share(HccCarT(), 30) * TUMOUR.volume_ml)
    assert np.ndim(infuse(TUMOUR, CarT(), 1).volume_ml) == 0


def test_what_makes_no_sense() -> None:
    for call in (copies_per_ug, exposure):
        with pytest.raises(ValueError, match="t_day=-1 must be finite and not below 0"):
            call(CarTKinetics(), -1)
    with pytest.raises(ValueError, match="leaves no room below"):
        infuse(Growth(diameter_cm=13), CarT(), 1)
    with pytest.raises(ValueError, match=r"poor_share=1\.2 outside 0-1"):
        CarT(poor_share=1.2)


def test_the_limits_say_whose_cells_these_are_and_that_they_do_too_well() -> None:
    told = " ".join(LIMITS)
    for words in ("Teaching model", "leukaemia", "changed once after", "2 of 13", "predator-prey"):
        assert words in told
    assert {CarT.described()[name].code for name in ("kill_per_day", "half_density")} == {"T"}
