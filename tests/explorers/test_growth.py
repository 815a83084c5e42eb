"""The explorer of growth on the waiting list: it says what the model and the Milan criteria say."""

from __future__ import annotations

import time
from statistics import median

import pytest

import hcclab as hcc
from hcclab.explorers.growth import BRAKES, GrowthWhileWaiting, milan_cm
from hcclab.mechanisms.growth import DAYS_PER_MONTH, Growth, days_until
from tests.explorers.driving import drive_to_ends


def test_every_end_of_every_control_gives_a_whole_view():
    assert drive_to_ends(GrowthWhileWaiting()) >= 20


def test_the_list_ends_where_milan_ends():
    rest = {"macrovascular_invasion": False, "extrahepatic_spread": False}
    verdicts = [
        hcc.milan(tumour_diameters_cm=[round(milan_cm() + more, 1)], **rest).grade
        for more in (0, 0.1)
    ]
    assert verdicts == ["in", "out"]


@pytest.mark.parametrize("law", BRAKES)
@pytest.mark.parametrize("doubling", [1.0, 4.6, 18.0])
def test_the_months_are_those_of_the_model(law, doubling):
    said = GrowthWhileWaiting().set(law=law, doubling_months=doubling)
    months = days_until(Growth(diameter_cm=2.8, doubling_months=doubling), 5, BRAKES[law])
    assert said.endswith(f"after {months / DAYS_PER_MONTH:.0f} months.")


def test_a_tumour_on_the_limit_and_one_beyond_it():
    waiting = GrowthWhileWaiting()
    assert waiting.set(diameter_cm=5.0).endswith("after less than a month.")
    assert waiting.set(diameter_cm=5.1).endswith("from the first day.")


def test_growth_without_a_brake_is_told_to_be_absurd():
    waiting = GrowthWhileWaiting()
    waiting.set(law="exponential: never slows")
    assert "exponential 97,040 mL" in waiting.picture
    assert "The ceiling of 1000 mL is illustrative." in waiting.picture


def test_a_move_is_not_felt():
    waiting, took = GrowthWhileWaiting(), []
    for step in range(60):
        begin = time.perf_counter()
        waiting.set(doubling_months=round(1 + step / 10, 1))
        took.append(time.perf_counter() - begin)
    assert median(took) < 0.02
