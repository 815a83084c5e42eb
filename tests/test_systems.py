"""What must hold of every system, whatever it computes."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import hcclab as hcc
from hcclab import catalogue, sources
from hcclab.sources import CONFIDENCE, Source
from hcclab.systems import DOMAINS, System
from hcclab.variables import TUMOUR_LIST, VARIABLES

SYSTEMS = hcc.SYSTEMS
PAPERS = {name: s for name, s in vars(sources).items() if isinstance(s, Source)}
STATED_GRADES = {"child_pugh_class", "albi_grade"}
"""Columns that are inputs too: a grade may be stated instead of worked out."""

by_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


def columns() -> list[str]:
    return [output.column for system in SYSTEMS.values() for output in system.outputs]


@by_system
def test_its_example_gives_every_result(system: System) -> None:
    values = system(**system.example).values
    assert values and None not in values.values()
    assert not re.search(r"unknown|needs", system(**system.example).summary)


@by_system
def test_its_name_and_key_agree(system: System) -> None:
    assert SYSTEMS[system.key] is system is getattr(hcc, system.key)
    assert system.key.isidentifier() and system.key == system.key.lower()
    assert system.domain in DOMAINS
    assert system.title and not [note for note in system.notes if not note.endswith(".")]


@by_system
def test_its_description_names_every_input_with_unit_and_every_source(system: System) -> None:
    text = system.description
    assert system.__doc__ == text
    for name in system.inputs:
        about = text.split(f"\n{name}\n    ", 1)[1].partition("\n")[0]
        unit = "cm" if name == TUMOUR_LIST else VARIABLES[name].unit
        assert unit in about and about.endswith(".")
    for output in system.outputs:
        assert f"\n{output.column}\n    " in text
    for source in (*system.sources, *system.foundations):
        assert source.citation in text and f"[{source.confidence}]" in text
    assert all(note in text for note in system.notes)
    assert f">>> hcc.{system.key}(" in text


@by_system
def test_its_card_says_the_same(system: System) -> None:
    card = system._repr_html_()
    for name in (*system.inputs, *(output.column for output in system.outputs)):
        assert f"<code>{name}</code>" in card
    for source in (*system.sources, *system.foundations):
        assert f"[{source.confidence}]" in card and source.url in card
    assert "For education, not for patient care." in card
    assert card.count("<div") == card.count("</div>")


@by_system
def test_a_misspelt_keyword_is_refused_with_the_nearest(system: System) -> None:
    for name in system.inputs:
        with pytest.raises(ValueError, match=f"is not an input of .*; did you mean .*{name}"):
            system(**{f"{name}x": 1})


def test_no_two_results_share_a_column_and_none_is_an_input() -> None:
    assert len(columns()) == len(set(columns()))
    inputs = {name for system in SYSTEMS.values() for name in system.inputs}
    assert inputs & set(columns()) == STATED_GRADES
    assert set(VARIABLES) & set(columns()) == STATED_GRADES


def test_every_system_stands_in_its_domain() -> None:
    domains = [system.domain for system in SYSTEMS.values()]
    assert list(dict.fromkeys(domains)) == list(DOMAINS)
    assert domains == sorted(domains, key=DOMAINS.index)


# Sources ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", PAPERS.values(), ids=PAPERS)
def test_every_source_has_a_mark_and_can_be_found(source: Source) -> None:
    assert source.confidence in CONFIDENCE
    assert source.citation.endswith(".") and source.key
    assert not source.doi or re.fullmatch(r"10\.\d{4,}/\S+", source.doi)


def test_no_two_sources_share_a_key() -> None:
    keys = [source.key for source in PAPERS.values()]
    assert len(keys) == len(set(keys))


def test_no_guideline_is_overdue() -> None:
    year = date.today().year
    overdue = [s.key for s in PAPERS.values() if s.review_by and s.review_by < year]
    assert not overdue, f"read again, then move review_by: {', '.join(overdue)}"


def test_what_is_revised_says_when_to_read_it_again() -> None:
    bodies = r"LI-RADS|guideline|guidance|BCLC|Commission|Committee on Cancer|EASL"
    old = {"OPTN 2016", "Wai 2003, cirrhosis"}  # a replaced policy, and a limit long in use
    revised = [s for s in PAPERS.values() if re.search(bodies, s.key + s.citation)]
    assert len(revised) > 15
    assert {s.key for s in revised if s.review_by is None} <= old


@pytest.mark.parametrize(
    ("key", "year"),
    [("Johnson 2015", 2015), ("LI-RADS v2018, growth", 2018), ("PMC4641125", None), ("X", None)],
)
def test_the_year_is_read_from_the_key(key: str, year: int | None) -> None:
    assert Source(key, "Somebody.").year == year


def test_what_a_system_is_built_on_is_named() -> None:
    def built_on(system: System) -> set[tuple[str, str]]:
        return {(source.key, source.confidence) for source in system.foundations}

    assert built_on(hcc.albi) == set()
    assert built_on(hcc.cnlc) == {("Pugh 1973", "verified twice")}
    assert built_on(hcc.bclc_2022) == {
        ("Pugh 1973", "verified twice"),
        ("Reig 2022, operational", "our convention"),
    }


# The list of systems ------------------------------------------------------------------------------


def test_the_page_of_systems_is_current() -> None:
    page = Path(__file__).parents[1] / "docs" / "systems.md"
    assert page.read_text(encoding="utf-8") == catalogue.as_markdown() + "\n", (
        "hcclab systems --markdown > docs/systems.md"
    )


def test_the_page_has_one_row_for_each_system_and_whole_tables() -> None:
    page = catalogue.as_markdown()
    for system in SYSTEMS.values():
        assert page.count(f"\n| **{system.title}**<br>`{system.key}` |") == 1
    rows = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(rows) == len(SYSTEMS)
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {8}
    assert all(f"\n## {domain.capitalize()}\n" in page for domain in DOMAINS)


def test_a_row_shows_the_weakest_mark_and_each_source_with_its_own() -> None:
    lines = catalogue.as_markdown().splitlines()
    row = next(line for line in lines if "<br>`ez_albi` |" in line)
    assert row == (
        "| **EZ-ALBI**<br>`ez_albi` | bilirubin, albumin | `ez_albi_score`<br>`ez_albi_grade` | "
        "2020 | Kariyama 2020: verified twice<br>Kariyama 2020, grades: from memory | from memory "
        "| – |"
    )
    staged = next(line for line in lines if "<br>`bclc_2022` |" in line)
    assert "[Reig 2022](https://doi.org/10.1016/j.jhep.2021.11.018): verified twice" in staged
    assert "*built on*" in staged and "our convention" in staged
    assert staged.endswith("| verified twice | 2027 |")


def test_every_exercise_states_its_assumptions_with_its_result() -> None:
    planning = [system for system in SYSTEMS.values() if system.domain == "planning"]
    assert planning
    for system in planning:
        text = str(system(**system.example))
        assert "Assumes" in text
        assert "not for patient care" in system(**system.example)._repr_html_()
