from __future__ import annotations

import csv
import re
from collections import Counter
from importlib.resources import files

import pytest

from hcclab.errata import KINDS, WORKS, review_errata
from hcclab.sources import CONFIDENCE


def test_every_row_is_whole_and_uses_known_words():
    for each in review_errata():
        assert each.work in WORKS, each
        assert each.kind in KINDS, each
        assert set(each.also) <= set(KINDS) - {each.kind}, each
        assert each.confidence in CONFIDENCE, each
        for text in (each.place, each.quote, each.correction, each.why, each.source, each.checked):
            assert text.strip(), each


def test_no_row_stands_twice():
    assert max(Counter(each.erratum for each in review_errata()).values()) == 1
    assert max(Counter(each.quote for each in review_errata()).values()) == 1


def test_every_kind_has_an_example_and_one_thing_can_stand():
    assert all(review_errata(kind) for kind in KINDS)
    assert len(review_errata("sound")) >= 2


def test_the_first_ten_show_at_least_seven_kinds():
    assert len({each.kind for each in review_errata()[:10]}) >= 7


def test_quotations_stay_short():
    assert max(len(each.quote.split()) for each in review_errata()) <= 20


def test_a_correction_by_inference_is_marked_as_from_memory_or_says_what_was_inferred():
    for each in review_errata():
        if re.search(r"our (guess|inference)|from memory", each.checked):
            assert each.confidence == "from memory" or "read" in each.checked, each


def test_words_that_were_put_in_short_do_not_look_quoted():
    by_name = {each.erratum: each for each in review_errata()}
    assert by_name["er02"].words == "“Deoxycholine (DCP)”"
    assert by_name["er15"].words.startswith("In short: ")


def test_what_stands_in_brackets_after_a_mark_says_what_was_read():
    assert review_errata("unit")[0].mark == (
        "verified twice: read in at least two independent sources (formula and units were read in "
        "two clinical calculators that quote the paper)"
    )


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(ValueError, match="kind limits is not known; did you mean limit"):
        review_errata("limits")


def test_the_note_describes_exactly_the_columns_there_are():
    folder = files("hcclab.data")
    note = (folder / "review_errata.md").read_text(encoding="utf-8")
    with (folder / "review_errata.csv").open(encoding="utf-8") as stream:
        assert re.findall(r"^\| `(\w+)` \|", note, re.MULTILINE) == next(csv.reader(stream))
    assert "Licence" in note
