"""The table of side effects of targeted drugs."""

from __future__ import annotations

import pytest

from hcclab import data
from hcclab.drug_events import Rate, drug_events
from hcclab.explorers.targeted import side_effects_table
from hcclab.signalling import drugs
from hcclab.sources import CONFIDENCE

RATES = [rate for event in drug_events() for rate in event.rates]


def test_every_rate_belongs_to_an_event_and_a_drug_of_the_network():
    assert len(RATES) == len(data.records("drug_event_rates"))
    assert {rate.drug for rate in RATES} <= set(drugs())


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_severe_is_a_part_of_all_and_every_number_has_its_mark(rate):
    assert rate.confidence in CONFIDENCE
    assert rate.citation
    if rate.any_percent is not None:
        assert 0 <= (rate.severe_percent or 0) <= rate.any_percent <= 100
        assert rate.counted


def test_a_rate_says_what_is_known_and_no_more():
    known = ("any cause", "a label", "verified")
    assert str(Rate("lenvatinib", 16, 0, *known)) == "lenvatinib 16 %, 0 % severe [verified]"
    assert str(Rate("lenvatinib", 16, None, *known)) == "lenvatinib 16 % [verified]"
    assert str(Rate("apatinib", None, 28, *known)) == "apatinib 28 % severe [verified]"
    assert str(Rate("regorafenib", None, None, *known)) == "regorafenib [verified]"


def test_confusion_under_a_drug_is_a_reason_to_hold():
    event = next(event for event in drug_events() if event.red_flag == "confusion")
    assert event.what_to_do.startswith("hold")


def test_the_shown_table_has_every_event_and_every_rate():
    html = side_effects_table()
    for event in drug_events():
        assert event.name in html
        assert event.red_flag in html
    for rate in RATES:
        assert str(rate) in html


@pytest.mark.parametrize("name", ["drug_events", "drug_event_rates"])
def test_the_note_names_every_column(name):
    note = (data.files("hcclab.data") / f"{name}.md").read_text(encoding="utf-8")
    for column in data.records(name)[0]:
        assert f"`{column}`" in note
