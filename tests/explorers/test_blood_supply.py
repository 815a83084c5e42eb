from __future__ import annotations

import re

import pytest

from hcclab.explorers.blood_supply import WAYS, BloodSupply, still
from tests.explorers.driving import drive_to_ends

BLOCKING = [name for name, way in WAYS.items() if way.shuts]
LEAVING = [name for name, way in WAYS.items() if not way.shuts]


def left(supply: BloodSupply) -> dict[str, int]:
    """Percent of blood that the picture writes beside each bar."""
    found = re.findall(r">(tumour|normal liver): (\d+) %<", supply.picture)
    return {name: int(percent) for name, percent in found}


def test_every_end_of_every_control_gives_a_whole_view():
    assert drive_to_ends(BloodSupply()) > 8


@pytest.mark.parametrize("treatment", BLOCKING)
def test_blocking_starves_the_tumour_and_the_liver_lives_on_its_vein(treatment):
    supply = BloodSupply()
    assert supply.set(treatment=treatment).startswith("✓")
    assert left(supply) == {"tumour": 0, "normal liver": 75}
    assert "✗ shut" in supply.picture


@pytest.mark.parametrize("treatment", BLOCKING)
def test_blocking_a_liver_without_its_vein_leaves_nothing(treatment):
    supply = BloodSupply()
    said = supply.set(treatment=treatment, filled_percent=100)
    assert said.startswith("✗")
    assert said.endswith("no blood is left.")
    assert left(supply) == {"tumour": 0, "normal liver": 0}


@pytest.mark.parametrize("treatment", LEAVING)
def test_an_open_artery_still_feeds_a_liver_without_its_vein(treatment):
    supply = BloodSupply()
    assert "✗" not in supply.set(treatment=treatment, filled_percent=100)
    assert left(supply) == {"tumour": 100, "normal liver": 25}


def test_tumour_in_the_vein_takes_from_the_liver_step_by_step():
    supply = BloodSupply()
    kept = []
    for filled in (0, 25, 50, 75, 100):
        supply.set(filled_percent=filled)
        kept.append(left(supply)["normal liver"])
        assert f"{filled} % of it filled by tumour" in supply.picture
    assert kept == sorted(kept, reverse=True)
    assert len(set(kept)) == 5


def test_still_pictures_carry_their_text_and_no_inline_svg():
    pictures = still((BLOCKING[0], 0), (BLOCKING[0], 100))
    assert "<svg" not in pictures
    assert len(re.findall(r'<img alt="Liver and tumour[^"]+shut', pictures)) == 2
    assert pictures.count("<figcaption>") == 2
