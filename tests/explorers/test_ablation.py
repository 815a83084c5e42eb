from __future__ import annotations

import re

import pytest

from hcclab.explorers.ablation import AblationPlanner, IceBall
from hcclab.mechanisms.cryoablation import Cryoablation, freeze
from hcclab.mechanisms.heat_ablation import Microwave, Radiofrequency, Vessel, heat
from tests.explorers.driving import drive_to_ends

CROSS = "l10 10m0 -10l-10 10"


def picture(explorer) -> str:
    """The section, without its key below."""
    return explorer.picture.split("</svg>")[0]


def described(explorer) -> str:
    return " ".join(re.findall(r"<desc>(.*?)</desc>", explorer.picture))


@pytest.mark.parametrize("explorer", [AblationPlanner, IceBall])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 8


@pytest.mark.parametrize(
    ("technique", "power", "minutes"),
    [("radiofrequency", 30, 12), ("radiofrequency", 10, 5), ("microwave", 60, 20)],
)
@pytest.mark.parametrize("vessel", ["none near", "touches the tumour"])
def test_the_radii_told_are_those_of_the_model(technique, power, minutes, vessel):
    kind = {"radiofrequency": Radiofrequency, "microwave": Microwave}[technique]
    treatment = kind(power_w=power, minutes=minutes)
    planner = AblationPlanner()
    planner.set(technique=technique, power_w=power, minutes=minutes, tumour_cm=3, vessel=vessel)
    told = float(re.search(r"lesion ([\d.]+) mm", described(planner))[1])
    assert told == pytest.approx(float(heat(treatment).lesion_mm[-1]), abs=0.15)
    if vessel != "none near" and "towards" in described(planner):
        told = float(re.search(r"but ([\d.]+) mm towards", described(planner))[1])
        veined = heat(treatment, vessel=Vessel(distance_mm=15))
        assert told == pytest.approx(float(veined.lesion_mm[-1]), abs=0.15)


def test_living_tumour_is_told_by_a_word_and_crosses_as_well_as_by_colour():
    planner = AblationPlanner()
    assert CROSS not in picture(planner)
    assert planner.set(tumour_cm=5).startswith("✗ Undertreated: tumour is left all round")
    assert picture(planner).count(CROSS) > 50


def test_a_vein_leaves_tumour_on_its_side_only_and_points_at_it():
    planner = AblationPlanner()
    assert planner.set(vessel="touches the tumour") == (
        "✗ Undertreated: tumour is left towards the vein, 0.5 mm deep. Mean power 18 of 30 W."
    )
    assert "✗ alive" in planner.picture
    assert planner.set(vessel="10 mm from the tumour").startswith("△ Tight")
    assert "✗ alive" not in planner.picture


@pytest.mark.parametrize("technique", ["radiofrequency", "microwave"])
@pytest.mark.parametrize("tumour_cm", [1.5, 2, 3, 4, 5])
def test_no_setting_clears_a_tumour_that_a_fast_vein_touches(technique, tumour_cm):
    planner = AblationPlanner()
    said = planner.set(
        technique=technique,
        power_w=60,
        minutes=20,
        tumour_cm=tumour_cm,
        vessel="touches the tumour",
    )
    assert "✓" not in said


def test_overtreatment_is_counted_in_lost_liver_and_drawn_as_dots():
    planner = AblationPlanner()
    said = planner.set(technique="microwave", power_w=60, minutes=20, tumour_cm=1.5)
    assert said.startswith("▲ Overtreated: the margin is 13.7 mm all round.")
    assert "38 mL of liver die for 2 mL of tumour" in said
    assert picture(planner).count("h5") > 20


def test_the_thinnest_rim_of_living_tumour_and_of_lost_liver_bears_its_mark():
    planner = AblationPlanner()
    assert "0.5 mm deep" in planner.set(vessel="touches the tumour")
    assert CROSS in picture(planner)
    said = planner.set(technique="microwave", minutes=20, vessel="none near")
    assert "the margin is 11.1 mm" in said
    assert picture(planner).count("h5") > 40


def test_too_much_on_one_side_does_not_hide_too_little_on_the_other():
    said = AblationPlanner().set(
        technique="microwave", power_w=60, minutes=20, tumour_cm=2, vessel="touches the tumour"
    )
    assert "tight" in said.lower() or "tumour is left" in said
    assert "Elsewhere" in said


def test_more_power_than_the_heat_limit_allows_is_said_to_be_held_back():
    planner = AblationPlanner()
    planner.set(power_w=10)
    assert "takes all of the 10 W set" in planner.picture
    assert "Mean power 18 of 60 W." in planner.set(power_w=60)
    assert "limit of 100 °C, so it takes 18 W of the 60 W set" in planner.picture
    planner.set(technique="microwave")
    assert "limit of 120 °C" in planner.picture


def test_nothing_dies_of_too_little_power():
    said = AblationPlanner().set(power_w=5, minutes=20)
    assert said.startswith("✗ Undertreated: nothing has had its thermal dose.")


@pytest.mark.parametrize(("minutes", "cycle"), [(10, (10,)), (25, (10, 5, 10))])
def test_ice_and_lethal_cold_are_those_of_the_model(minutes, cycle):
    ball = IceBall()
    ball.set(minutes=minutes)
    ice, lethal = map(
        float, re.search(r"ice to ([\d.]+) mm.*to ([\d.]+) mm", ball.summary).groups()
    )
    frozen = freeze(Cryoablation(), cycle)
    assert ice == pytest.approx(float(frozen.ice_mm[-1]), abs=0.06)
    assert lethal == pytest.approx(float(frozen.lethal_mm[-1]), abs=0.06)


def test_a_tumour_inside_the_ice_may_live_and_is_crossed():
    ball = IceBall()
    assert ball.set(minutes=10, tumour_cm=2).endswith(
        "✗ The ice hides the tumour, but a rim of 2.0 mm lives."
    )
    assert CROSS in picture(ball)
    assert "✓ The tumour is dead" in ball.set(minutes=25, lethal_c=-20)
    assert CROSS not in picture(ball)


def test_what_has_died_stays_dead_in_the_thaw():
    ball = IceBall()
    before = re.search(r"lethal cold to [\d.]+", ball.set(minutes=10))[0]
    thawing = ball.set(minutes=15)
    assert "thawing" in thawing
    assert before in thawing
