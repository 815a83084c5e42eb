from collections import Counter
from pathlib import Path

import pytest

from hcclab.sources import CONFIDENCE
from hcclab.teaching import glossary
from hcclab.teaching.glossary import links, look_up, with_titles

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.mark.parametrize("name", ["TACE", "tace", " Transarterial  chemoembolisation "])
def test_a_term_is_found_by_each_of_its_names(name):
    assert look_up(name).definition == "Drug and embolic material into the tumour artery."


def test_every_term_has_what_a_reader_needs_and_names_and_marks_of_its_own():
    names = Counter(n.casefold() for e in glossary.entries() for n in {*e.names, e.slug})
    shared = {n for e in glossary.entries() for n in names if names[n] > 1 and n in e.names}
    assert not shared
    assert max(Counter(entry.slug for entry in glossary.entries()).values()) == 1
    for entry in glossary.entries():
        assert entry.definition.endswith(".")
        assert '"' not in entry.title
        assert entry.confidence in CONFIDENCE
        assert entry.zh_confidence in {"sure", "check"}
        assert all(look_up(name) is entry for name in (*entry.names, entry.slug))


def test_an_unknown_term_names_the_nearest():
    with pytest.raises(ValueError, match=r"no term 'cirhosis'; did you mean cirrhosis"):
        look_up("cirhosis")
    with pytest.raises(ValueError, match=r"no term 'qqqq'$"):
        look_up("qqqq")


COMPLETE = (
    '(glossary.md#tace "Transarterial chemoembolisation: Drug and embolic material into the '
    'tumour artery.")'
)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("[TACE](glossary.md)", "[TACE]"),
        ("[**TACE**](glossary.md)", "[**TACE**]"),
        ("[embolised](glossary.md#tace)", "[embolised]"),
        ('[TACE](glossary.md#tace "an old definition")', "[TACE]"),
        ("[transarterial\nchemoembolisation](glossary.md)", "[transarterial\nchemoembolisation]"),
    ],
)
def test_a_link_is_completed_once_and_for_all(written, text):
    done = with_titles(f"After {written}, rest.")
    assert done == f"After {text}{COMPLETE}, rest."
    assert with_titles(done) == done
    assert all(link.written == link.complete for link in links(done))


def test_other_links_and_unknown_terms_stay_as_they_are():
    text = "[a](b.md), [nonsense term](glossary.md), [x](https://example.org/glossary.md)"
    assert with_titles(text) == text
    with pytest.raises(ValueError, match="nonsense term"):
        list(links(text))


def test_the_page_is_current_and_holds_a_place_for_every_link():
    page = glossary.page()
    assert (NOTEBOOKS / glossary.FILE).read_text(encoding="utf-8") == page
    for entry in glossary.entries():
        assert f'<a id="{entry.slug}"></a>' in page
        assert entry.zh_simplified in page
