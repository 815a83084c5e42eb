"""The explorers of the interferon lesson."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hcclab.explorers.interferon import DeafCell, RatioToRisk, VirusUnderInterferon
from hcclab.mechanisms.interferon import (
    EFFECTS,
    HcvDynamics,
    IsgFeedback,
    PegylatedInterferon,
    StandardInterferon,
    induce,
    risk_with,
    viral_load_under,
)
from tests.explorers.driving import drive_to_ends

WEEK_4 = np.linspace(21, 28, 351)


@pytest.mark.parametrize("explorer", [VirusUnderInterferon, DeafCell, RatioToRisk])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) >= 9


def left(said: str) -> tuple[float, float]:
    return tuple(float(each) for each in re.findall(r"([\d.]+) % (?:on|in)", said))


@pytest.mark.parametrize(
    ("name", "regimen"), [("standard", StandardInterferon()), ("pegylated", PegylatedInterferon())]
)
def test_week_4_is_that_of_the_model_at_its_own_peak(name, regimen):
    # A block of 90 % is a peak of three times EC50, as the regimens have it.
    _, late = left(VirusUnderInterferon().set(regimen=name, efficacy=0.9))
    load = viral_load_under(HcvDynamics(), regimen, WEEK_4) / 1e6
    assert late == pytest.approx(100 * np.exp(np.log(load).mean()), rel=0.05)


def test_the_block_moves_the_first_phase_and_the_loss_of_cells_the_second():
    virus = VirusUnderInterferon()
    first, second = left(virus.summary)
    weak = left(virus.set(efficacy=0.5))
    assert weak[0] > 4 * first
    quick = left(virus.set(efficacy=0.9, infected_loss_per_day=0.4))
    assert quick[0] == pytest.approx(first, rel=0.4)
    assert quick[1] < second / 100


def test_a_rebound_is_told_by_a_word_and_a_sign():
    virus = VirusUnderInterferon()
    assert virus.summary.startswith("▼ The load falls")
    assert virus.set(regimen="standard").startswith("▲ The load rebounds")
    assert "dashed: from a pump" in virus.picture


def test_a_second_pulse_is_weaker_until_the_feedback_has_faded():
    cell = DeafCell()
    ratios = []
    for gap in (1, 2, 4):
        found = re.search(r"second answer is (\d+) %", cell.set(gap_day=gap))
        ratios.append(float(found[1]))
    assert ratios == pytest.approx([86, 88, 91], abs=1)
    assert cell.set(feedback_gain_per_day=0) == (
        "● The second answer is as strong as the first. Without a pause it stays."
    )


def test_without_a_pause_the_answer_sinks_to_the_plateau_of_the_model():
    genes = induce(IsgFeedback(), np.linspace(0, 10, 2001)).genes
    told = float(re.search(r"sinks to (\d+) %", DeafCell().summary)[1])
    assert told == pytest.approx(100 * genes[-1] / genes.max(), abs=0.6)


def test_both_reviews_are_read_for_patients_after_resection():
    reviews = RatioToRisk()
    assert "neither review excludes" in reviews.summary
    assert "42 (34 to 50) or 48 (42 to 55) of 100 instead of 50" in reviews.summary
    assert "only one review excludes" in reviews.set(outcome="death")


def test_the_picture_holds_every_published_ratio_of_the_outcome():
    reviews = RatioToRisk()
    for outcome in ("recurrence", "death"):
        reviews.set(outcome=outcome)
        for each in EFFECTS:
            text = f"{each.value:.2f} ({each.low:.2f}–{each.high:.2f})"
            assert (text in reviews.picture) == (each.outcome == outcome)


def test_an_odds_ratio_helps_fewer_people_where_the_risk_is_high():
    reviews = RatioToRisk()
    reviews.set(risk=90)
    assert f"{100 * risk_with(0.9, 0.66):.0f} (" in reviews.picture
