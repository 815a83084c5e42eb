from __future__ import annotations

import re

import pytest

from hcclab.explorers.embolisation import CARRIERS, TUMOUR, SessionPlanner
from hcclab.explorers.radiation import YttriumPlanner, aims
from hcclab.mechanisms.radioembolisation import (
    GlassResponse,
    Radioembolisation,
    ResinResponse,
    best_activity,
    doses,
)
from hcclab.mechanisms.tace import AlbiCost, albi_course, embolise, schedule
from tests.explorers.driving import drive_to_ends


def described(explorer) -> str:
    return " ".join(re.findall(r"<desc>(.*?)</desc>", explorer.picture))


@pytest.mark.parametrize("explorer", [SessionPlanner, YttriumPlanner])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 8


@pytest.mark.parametrize("carrier", list(CARRIERS))
@pytest.mark.parametrize("sessions", [0, 2, 6])
def test_the_volume_told_is_that_of_the_model(carrier, sessions):
    said = SessionPlanner().set(sessions=sessions, carrier=carrier)
    course = embolise(TUMOUR, CARRIERS[carrier](), 365, schedule(sessions))
    assert f"→ {float(course.volume_ml):.0f} mL" in said


def test_the_worst_score_is_told_beside_the_last():
    planner = SessionPlanner()
    planner.set(sessions=3)
    score = albi_course(AlbiCost(), [120, 365], schedule(3))
    worst, last = (f"−{abs(value):.2f}" for value in score)
    assert f"Worst ALBI score <strong>{worst}</strong> (grade 2b) on day 120" in planner.picture
    assert f"after a year <strong>{last}</strong>" in planner.picture


def test_the_exchange_names_every_number_of_sessions_and_never_improves_both():
    planner = SessionPlanner()
    told = re.findall(r"(\d): (\d+) mL, ALBI −(\d\.\d+)", described(planner))
    assert [int(count) for count, _, _ in told] == list(range(7))
    volumes = [int(volume) for _, volume, _ in told]
    livers = [-float(score) for _, _, score in told]
    assert volumes == sorted(volumes, reverse=True)
    assert livers == sorted(livers)


def test_a_weak_liver_fails_earlier_and_a_selective_catheter_spares_it():
    planner = SessionPlanner()
    assert "enters ALBI grade 3 on day 300" in planner.set(sessions=6)
    assert "enters ALBI grade 3 on day 120" in planner.set(start=-2.0)
    assert "grade 3" not in planner.set(aim="one segment")


@pytest.mark.parametrize(
    ("device", "response"), [("glass", GlassResponse()), ("resin", ResinResponse())]
)
def test_doses_and_the_best_activity_are_those_of_the_model(device, response):
    planner = YttriumPlanner()
    said = planner.set(device=device, activity_gbq=3, tumour_to_normal=4)
    plan = Radioembolisation(activity_gbq=3, tumour_to_normal=4)
    assert [float(dose) for dose in re.findall(r"([\d.]+) Gy", said)] == [
        float(f"{float(dose):.0f}") for dose in doses(plan)
    ]
    best = best_activity(plan, response)
    assert f"the best is {100 * best.probability:.0f} % at {best.activity_gbq:.1f} GBq" in (
        described(planner)
    )


def test_each_missed_target_is_named_and_crossed():
    planner = YttriumPlanner()
    assert "✗" not in planner.picture
    assert planner.set(activity_gbq=0.5).endswith("the tumour gets too little.")
    assert planner.set(activity_gbq=8).endswith("normal liver gets too much.")
    assert "lungs get too much" in planner.set(lung_shunt_fraction=0.3)
    assert planner.picture.count("✗ normal liver") == planner.picture.count("✗ lungs") == 1


def test_the_lungs_become_the_first_limit_when_the_shunt_is_large():
    planner = YttriumPlanner()
    assert "<strong>normal liver</strong>" in planner.picture
    planner.set(lung_shunt_fraction=0.3, tumour_to_normal=10)
    assert "<strong>the lungs</strong>" in planner.picture


def test_glass_and_resin_are_held_against_their_own_targets():
    assert aims("glass") != aims("resin")
    planner = YttriumPlanner()
    assert planner.set(activity_gbq=1.2).startswith("✗")
    assert planner.set(device="resin").startswith("✓")
