"""The explorers of the lesson on emerging therapies, and the table behind the ladder."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hcclab import data
from hcclab.emerging import RUNGS, Idea, idea, ideas
from hcclab.explorers.emerging import (
    ALL,
    BEYOND,
    LAST,
    TUMOUR,
    AntigenEscape,
    EvidenceLadder,
    MagneticWarmth,
    idea_table,
)
from hcclab.mechanisms.car_t import HccCarT, infuse, response
from hcclab.mechanisms.magnetic_heating import LoadedTumour, MagneticParticle, temperature_c
from hcclab.thermal_dose import cem43_minutes
from hcclab.trials import trial
from tests.explorers.driving import drive_to_ends


@pytest.mark.parametrize("explorer", [EvidenceLadder, AntigenEscape, MagneticWarmth])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 15


@pytest.mark.parametrize(
    ("guess", "said"),
    [
        ("animal", "▼ Too modest by 1 rung."),
        ("first patients", "✓ Right."),
        ("controlled trial", "▲ Too hopeful by 1 rung."),
        ("in use", "▲ Too hopeful by 2 rungs."),
    ],
)
def test_a_guess_is_judged_by_how_many_rungs_it_is_off(guess, said):
    assert EvidenceLadder().set(idea_id="car_t", guess=guess).startswith(said)


def test_before_a_guess_nothing_is_given_away():
    ladder = EvidenceLadder()
    for one in ideas():
        ladder.set(idea_id=one.idea_id)
        assert one.shown not in ladder.picture
        assert one.rung not in ladder.summary


def test_after_a_guess_come_evidence_limit_and_mark():
    ladder = EvidenceLadder()
    for one in ideas():
        ladder.set(idea_id=one.idea_id, guess="cell")
        text = unescape(re.sub(r"<[^>]+>", "", ladder.picture))
        for said in (one.limit, f"[{one.confidence}]", one.citation.split(",")[0]):
            assert said in text
    ladder.set(guess=ALL)
    assert all(one.name in ladder.picture for one in ideas())


def test_antigen_poor_cells_come_back_as_the_model_says():
    said = AntigenEscape().set(poor_share=0.1)
    found = response(TUMOUR, HccCarT(poor_share=0.1))
    least, day = re.search(r"([\d.]+) % left on day (\d+)", said).groups()
    assert float(least) == pytest.approx(100 * found.nadir_ml / TUMOUR.volume_ml, rel=0.04)
    assert float(day) == pytest.approx(found.nadir_day, abs=1)
    assert said.startswith("▲ Back")
    assert said.endswith("100 % poor in antigen.")


def test_no_number_is_told_of_the_time_that_the_model_cannot_tell():
    said = AntigenEscape().set(poor_share=0.2)
    later = infuse(TUMOUR, HccCarT(poor_share=0.2), LAST)
    told = float(re.search(r"([\d.]+) % after 8 months", said)[1])
    assert told == pytest.approx(100 * later.volume_ml / TUMOUR.volume_ml, rel=0.04)
    assert LAST < BEYOND


def test_a_tumour_that_is_not_seen_grows_on():
    said = AntigenEscape().set(rich_density=300)
    assert said.startswith("✗ Not seen: the tumour grows")


def test_the_second_wave_is_marked_as_no_forecast():
    escape = AntigenEscape()
    assert "no forecast" in escape.picture
    assert f"After day {BEYOND} the model predicts nothing" in escape.picture


def test_the_edge_decides_whether_all_is_destroyed():
    warmth = MagneticWarmth()
    assert warmth.set(core_nm=16, mg_per_ml=1).startswith("▼ Too cool")
    assert warmth.set(core_nm=17.8).startswith("▼ Edge survives")
    assert warmth.set(mg_per_ml=2).startswith("▲ All destroyed")
    particle, tumour = MagneticParticle(core_nm=17.8), LoadedTumour(mg_per_ml=2)
    assert cem43_minutes(float(temperature_c(particle, tumour, 15)), 60) > 240


def test_what_the_model_cannot_tell_is_not_given_as_a_number():
    said = MagneticWarmth().set(core_nm=17.8, mg_per_ml=10, field_ka_per_m=20)
    assert "centre above 60 °C" in said


@pytest.mark.parametrize(("field", "warned"), [(16.5, False), (17, True)])
def test_a_field_beyond_the_quoted_limit_is_warned_of(field, warned):
    said = MagneticWarmth().set(field_ka_per_m=field)
    assert said.startswith("⚠ Field too strong") == warned


def test_the_table_agrees_with_the_trials():
    cells, nano, afp = trial("shi2020_cart"), idea("nano"), idea("afp")
    assert idea("car_t").shown.startswith(f"{cells.patients[0]:.0f} patients")
    assert cells.responses[0] == pytest.approx(100 * 2 / 13, abs=0.05)
    assert f"hazard ratio of death {trial('reach2').survival.value:.2f}" in afp.shown
    assert nano.rung == "controlled trial"


def test_every_rung_but_the_lowest_two_holds_an_idea_and_supportive_care_is_in_use():
    assert {one.rung for one in ideas()} == set(RUNGS) - {"idea", "cell"}
    assert idea("supportive").rung == "in use"


def test_what_is_verified_has_a_source_and_memory_claims_none():
    for one in ideas():
        assert one.confidence in ("verified", "partly verified", "from memory")
        assert (one.confidence == "from memory") == (one.citation == "general knowledge")


def test_the_table_shows_every_idea_with_its_limit():
    text = unescape(re.sub(r"<[^>]+>", "", idea_table()))
    assert all(one.name in text and one.limit in text for one in ideas())


def test_a_rung_that_is_none_and_an_idea_that_is_none_are_refused():
    with pytest.raises(ValueError, match="is not one of idea, cell, animal"):
        Idea(*["x"] * 11)
    with pytest.raises(ValueError, match="it has car_t, vaccine_cell"):
        idea("homeopathy")


def test_every_column_is_explained():
    note = (data.files("hcclab.data") / "emerging.md").read_text(encoding="utf-8")
    for column in data.records("emerging")[0]:
        assert f"`{column}`" in note
