from __future__ import annotations

import re

import pytest

from hcclab.explorers.targeted import DRUGS, INPUTS, NONE, TUMOUR, VESSEL, DoseToEscape, SignalMap
from hcclab.mechanisms.growth import DAYS_PER_MONTH
from hcclab.mechanisms.kinase_inhibitors import (
    Lenvatinib,
    LenvatinibEffect,
    Sorafenib,
    SorafenibEffect,
    drug_effect,
    exposure,
    progression_day,
)
from hcclab.signalling import signals, targets, under
from tests.explorers.driving import drive_to_ends


@pytest.mark.parametrize("explorer", [SignalMap, DoseToEscape])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 8


@pytest.mark.parametrize("drug", [drug for drug in DRUGS if drug != NONE])
def test_the_map_shows_the_states_of_the_network_in_picture_and_words(drug):
    network = SignalMap()
    network.set(drug=drug)
    state = under(drug)
    told = " ".join(re.findall(r"<desc>(.*?)</desc>", network.picture))
    for node in ("VEGFR2", "MET", "FGFR4", "RAS"):
        assert f"{node}: {state[node]}" in told
    for target in targets(drug):
        assert target.confidence in network.picture
        assert target.potency.split(" [")[0] in network.picture


def test_a_blocked_node_has_a_sign_besides_its_colour():
    network = SignalMap()
    network.set(drug="cabozantinib", driver="HGF")
    assert "✗ MET" in network.picture
    assert "– growth" in network.picture
    assert "cabozantinib blocks MET, so " in network.picture


def test_the_words_use_the_names_of_the_map():
    network = SignalMap()
    network.set(drug="bevacizumab")
    assert (
        "bevacizumab binds VEGF-A, so VEGFR2 falls silent, so growth of new ve" in network.picture
    )
    assert "VEGFA" not in network.picture.split("In words")[1]


def test_another_driver_brings_growth_back():
    network = SignalMap()
    assert "growth – silent" in network.set(drug="fisogatinib", driver="FGF19")
    assert "growth ● still signals" in network.set(driver="HGF")


def test_niraparib_changes_nothing_on_the_map_and_names_its_target():
    network = SignalMap()
    network.set(drug="niraparib")
    assert "✗ " not in re.sub(r"<p.*?</p>", "", network.picture)
    assert "PARP1" in network.picture


def test_everything_drawn_is_in_the_network():
    known = {name for s in signals() for name in (s.source, s.target)}
    assert set(TUMOUR) | set(VESSEL) <= known
    assert set().union(*INPUTS.values()) <= known


@pytest.mark.parametrize(
    ("drug", "kind", "effect"),
    [
        ("sorafenib", Sorafenib, SorafenibEffect),
        ("lenvatinib", Lenvatinib, LenvatinibEffect),
    ],
)
@pytest.mark.parametrize("percent", [25, 100, 200])
def test_progression_is_that_of_the_model(drug, kind, effect, percent):
    said = DoseToEscape().set(drug=drug, dose_percent=percent)
    treated = kind(dose_mg=kind().dose_mg * percent / 100)
    share = drug_effect(exposure(treated).mean_mg_l, effect())
    months = progression_day(effect(), float(share)) / DAYS_PER_MONTH
    assert float(re.search(r"progression after ([\d.]+)", said)[1]) == pytest.approx(
        months, abs=0.051
    )


def test_less_clearance_means_more_drug_and_no_resistance_no_end():
    course = DoseToEscape()
    course.set(drug="lenvatinib")
    usual = course.picture
    course.set(clearance_percent=50)
    assert "137 ng/mL" in course.picture
    assert "68 ng/mL" in usual
    assert course.set(resistance_per_day=0.0) == (
        "lenvatinib: shrinking for ever, progression never."
    )
