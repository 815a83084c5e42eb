"""The explorers of the immunotherapy lesson, and its tables."""

from __future__ import annotations

import re

import pytest

from hcclab.explorers.immunotherapy import (
    CELLS,
    COLDER,
    FIGHTERS,
    HOT,
    SIZES,
    AntibodyHold,
    TwoNeighbours,
    event_table,
    trial_table,
)
from hcclab.immune_events import events
from hcclab.mechanisms.antibodies import Vegf, suppression
from hcclab.mechanisms.immune_dynamics import ImmuneDynamics, respond
from hcclab.trials import trial
from tests.explorers.driving import drive_to_ends


@pytest.mark.parametrize("explorer", [AntibodyHold, TwoNeighbours])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 15


def held(said: str) -> float:
    return float(re.search(r"PD-L1: ([\d.]+) %", said)[1])


def test_a_twentieth_of_the_dose_holds_nearly_as_much():
    hold = AntibodyHold()
    full, less = held(hold.summary), held(hold.set(dose_mg=60))
    assert full - less < 3
    assert held(hold.set(dose_mg=1)) < 50
    assert held(hold.set(dose_mg=0)) == 0


def test_nothing_is_ever_held_altogether():
    hold = AntibodyHold()
    assert held(hold.set(tumour_ratio=1)) < 100


def test_free_vegf_falls_and_total_vegf_rises():
    said = AntibodyHold().summary
    lower = int(re.search(r"free (\d+) % lower", said)[1])
    assert lower == pytest.approx(100 * suppression(Vegf(), 6).trough, abs=1)
    assert float(re.search(r"total ([\d.]+) times", said)[1]) > 3
    assert "as without drug" in AntibodyHold().set(bevacizumab_mg_kg=0)


def test_a_missed_dose_shows_in_the_middle_and_not_at_the_end():
    hold = AntibodyHold()
    before, picture = hold.summary, hold.picture
    said = hold.set(missed=True)
    assert hold.picture != picture
    assert held(said) == pytest.approx(held(before), abs=0.2)


def fates(said: str) -> list[str]:
    return re.findall(r"(held|escapes)", said)


def test_without_drugs_both_tumours_escape_whatever_their_t_cells():
    two = TwoNeighbours()
    for colder in COLDER:
        assert fates(two.set(occupancy=0.0, colder=colder)) == ["escapes", "escapes"]


def test_one_drug_tips_one_tumour_and_not_its_neighbour():
    said = TwoNeighbours().set(occupancy=1.0)
    assert fates(said) == ["held", "escapes"]
    assert said.startswith("A: ▼ held")
    assert "B: ▲ escapes" in said


def test_with_as_many_t_cells_neighbours_fare_alike():
    two = TwoNeighbours()
    for million in SIZES:
        a, b = fates(two.set(occupancy=1.0, colder=1, million=million))
        assert a == b


def test_both_drugs_leave_one_outcome():
    two = TwoNeighbours()
    two.set(occupancy=1.0, vegf_blockade=1.0)
    for million in SIZES:
        assert fates(two.set(million=million)) == ["held", "held"]
    assert ">escapes</text>" not in two.picture


def is_within(point: tuple[float, float], corners: list[tuple[float, float]]) -> bool:
    """Count the edges that a ray to the right crosses."""
    x, y = point
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    return (
        sum(
            (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
            for (x0, y0), (x1, y1) in edges
        )
        % 2
        == 1
    )


@pytest.mark.parametrize(
    ("occupancy", "vegf_blockade"), [(1.0, 0.0), (1.0, 0.5), (0.8, 0.0), (0.5, 0.0), (0.0, 1.0)]
)
def test_who_starts_in_the_patch_is_held_and_who_starts_outside_escapes(occupancy, vegf_blockade):
    two = TwoNeighbours()
    two.set(occupancy=occupancy, vegf_blockade=vegf_blockade)
    patch = re.search(r'<polygon points="([^"]+)" fill="#56b4e9"', two.picture)[1]
    corners = [tuple(map(float, each.split(","))) for each in patch.split()]
    for million in SIZES:
        for colder in COLDER:
            outcomes = fates(two.set(million=million, colder=colder))
            for effectors, outcome in zip((HOT, HOT / colder), outcomes, strict=True):
                start = CELLS(million * 1e6), FIGHTERS(effectors)
                assert is_within(start, corners) == (outcome == "held"), two.summary


def test_a_tumour_that_lingers_where_the_border_was_is_not_said_to_escape():
    said = TwoNeighbours().set(occupancy=1.0, vegf_blockade=0.55)
    assert "B: ▽ falls late" in said
    model = ImmuneDynamics(occupancy=1, vegf_blockade=0.55, tumour_cells=1e8, effector_cells=1e5)
    assert float(respond(model, 1500).tumour_cells) < 2e7


def test_the_end_is_that_of_the_model():
    said = TwoNeighbours().set(occupancy=1.0)
    for letter, effectors in (("A", HOT), ("B", HOT / 10)):
        model = ImmuneDynamics(occupancy=1, tumour_cells=1e8, effector_cells=effectors)
        told = float(re.search(rf"{letter}: . \w+ (?:at|to) ([\d.]+) million", said)[1])
        assert told == pytest.approx(float(respond(model, 400).tumour_cells) / 1e6, rel=0.06)


def test_the_map_names_its_sides_and_its_states_at_rest():
    two = TwoNeighbours()
    two.set(occupancy=1.0)
    assert "8.19 million and 447 million" in two.picture
    assert ">held</text>" in two.picture
    assert ">escapes</text>" in two.picture


def test_the_trial_table_shows_what_the_table_of_trials_holds():
    html = trial_table("imbrave150_update", "leap002", "cm040_c4", "relativity073")
    for name in ("imbrave150_update", "leap002"):
        one = trial(name)
        assert str(one.survival) in html
        assert one.survival_mark in html
    assert "nothing shown" in html
    assert html.count("no hazard ratio of death") == 2


def test_the_event_table_has_every_event_with_its_mark():
    html = event_table()
    for each in events():
        assert each.name in html
    assert html.count("<em>") == len(events())
