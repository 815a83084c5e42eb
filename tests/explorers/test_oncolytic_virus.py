"""The explorers of the oncolytic virus lesson, and its table of products."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hcclab import data
from hcclab.explorers.oncolytic_virus import (
    DAYS,
    TUMOUR,
    TugOfWar,
    VirusThreshold,
    product_table,
)
from hcclab.mechanisms.oncolytic_virus import (
    OncolyticVirus,
    OncolyticVirusWithImmunity,
    infect,
    nadir,
)
from hcclab.trials import trial
from tests.explorers.driving import drive_to_ends


@pytest.mark.parametrize("explorer", [VirusThreshold, TugOfWar])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 15


@pytest.mark.parametrize(
    ("burst", "word"), [(9, "dies out"), (10, "just replaces itself"), (11, "spreads")]
)
def test_the_verdict_turns_where_one_particle_replaces_itself(burst, word):
    assert word in VirusThreshold().set(burst=burst)


def test_a_number_beside_one_is_never_printed_as_one():
    said = VirusThreshold().set(burst=49, loss_per_day=3.0)
    assert said.startswith("▼ R0 = 0.98: the virus dies out.")


def test_the_fall_of_the_tumour_is_that_of_the_model():
    said = VirusThreshold().set(burst=20)
    low = nadir(TUMOUR, OncolyticVirus(burst=20), DAYS)
    share, day = re.search(r"falls to ([\d.]+) % on day (\d+)", said).groups()
    assert float(share) == pytest.approx(100 * low.burden, rel=0.03)
    assert float(day) == pytest.approx(low.day, abs=0.6)


def test_a_lost_infection_is_told_by_a_word_a_sign_and_the_growth():
    threshold = VirusThreshold()
    said = threshold.set(burst=5)
    assert said.startswith("▼")
    assert "dies out" in said
    assert "The tumour grows" in said
    assert "one leaves only 0.5" in threshold.picture


def test_immunity_to_the_virus_leaves_more_tumour_and_to_the_tumour_less():
    war = TugOfWar()
    assert war.set(virus_clearance_per_day=2).startswith(
        "▲ Immunity protects the tumour: smallest 16 %"
    )
    assert war.set(virus_clearance_per_day=0, tumour_kill_per_day=0.5).startswith(
        "▼ Immunity helps"
    )


def test_the_host_at_two_is_the_host_of_the_model():
    war = TugOfWar()
    said = war.set(virus_clearance_per_day=2)
    course = infect(TUMOUR, OncolyticVirusWithImmunity(), np.linspace(0, DAYS, 181))
    told = float(re.search(r"smallest ([\d.]+) %", said)[1])
    assert told == pytest.approx(100 * course.burden.min(), rel=0.03)
    lost = float(re.search(r"cells lost: ([\d.]+) %", said)[1])
    assert lost == pytest.approx(100 * (1 - course.normal[-1] / 5), rel=0.03)


def test_without_selectivity_normal_cells_pay():
    war = TugOfWar()
    assert war.set(selectivity=1).endswith("Normal cells lost: 100 %.")
    lost = float(re.search(r"cells lost: ([\d.]+) %", war.set(selectivity=1000))[1])
    assert lost < 1


def test_every_product_says_where_it_stands_and_how_far_that_was_checked():
    rows = data.records("oncolytic_viruses")
    assert {row["product_id"] for row in rows} >= {"pexa_vec", "t_vec", "h101", "vg161"}
    table = product_table()
    for row in rows:
        assert row["confidence"] in ("partly verified", "from memory")
        assert row["status"]
        assert row["product"] in table
        for trial_id in filter(None, row["trial_ids"].split(";")):
            assert trial(trial_id).trial_id == trial_id


def test_no_product_is_said_to_be_licensed_for_liver_cancer():
    for row in data.records("oncolytic_viruses"):
        if "licensed" in row["status"]:
            assert "not for HCC" in row["status"] or "melanoma only" in row["status"]


def test_every_column_of_the_products_is_explained():
    note = (data.files("hcclab.data") / "oncolytic_viruses.md").read_text(encoding="utf-8")
    for column in data.records("oncolytic_viruses")[0]:
        assert f"`{column}`" in note
