"""The page that explains one patient: short, complete, and honest about what is open."""

from __future__ import annotations

import json
import time
from html import unescape
from typing import Any

import pytest

import hcclab as hcc
from hcclab import report, teaching_cases
from hcclab.patient import Assessment
from hcclab.systems import DOMAINS, NOTICE
from hcclab.variables import QUANTITIES, VARIABLES

LIVER = {"bilirubin_umol_l": 20, "albumin_g_l": 38}


def section(text: str, domain: str) -> str:
    """The lines under the heading of a domain."""
    rest = text.split(f"\n{domain.upper()}\n", 1)[1]
    others = [rest.find(f"\n{d.upper()}\n") for d in (*DOMAINS, "sources")]
    return rest[: min((at for at in others if at >= 0), default=len(rest))]


def entry(text: str, start: str) -> str:
    """One result, its lines joined."""
    blocks = text.split("\n\n")
    found = next(block for block in blocks if block.startswith(start))
    return " ".join(found.split())


@pytest.fixture(scope="module")
def case() -> Assessment:
    return hcc.assess(teaching_cases.load("c01").findings)


@pytest.fixture(scope="module")
def full() -> dict[str, Any]:
    """A patient of whom everything is known."""
    stated = {"bclc", "liver", "child_pugh_class", "child_pugh_score", "albi_grade"}
    sums = {"tumour_count", "largest_tumour_cm", "total_tumour_cm", "tumour_volume_cm3"}
    second_units = {name for quantity in QUANTITIES for name in quantity.names[1:]}
    known: dict[str, Any] = {"tumour_diameters_cm": "4;3;2"}
    for name in set(VARIABLES) - stated - sums - second_units:
        variable = VARIABLES[name]
        low, high = variable.usual
        if variable.kind == "flag":
            known[name] = False
        elif variable.kind == "choice":
            known[name] = variable.choices[0]
        else:
            value = round((low + (high - low) / 10) / variable.step) * variable.step
            known[name] = int(value) if variable.kind == "integer" else value
    return known


def test_it_names_what_decided_with_value_threshold_source_and_mark(case: Assessment) -> None:
    text = case.text()
    assert entry(section(text, "staging"), "BCLC 2022") == (
        "BCLC 2022: 0 (very early) because number of tumours = 1; largest tumour ≤ 2.0 cm (here "
        "1.8 cm) [Reig 2022: verified twice]"
    )
    assert entry(section(text, "liver function"), "Child-Pugh") == (
        "Child-Pugh: points 5; class A (5-6 points) because Child-Pugh points ≤ 6 (here 5) "
        "points: Bilirubin 1, Albumin 1, Clotting 1, Ascites 1, Encephalopathy 1 "
        "[Pugh 1973: verified twice]"
    )
    assert entry(section(text, "risk"), "PAGE-B").startswith(
        "PAGE-B: 18; band high because PAGE-B ≤ 17 does not hold (here 18)"
    )
    assert "CNLC: Ia (one tumour up to 5 cm) because a single tumour of at most 5 cm: number" in (
        " ".join(text.split())
    )


def test_each_source_is_cited_once_in_full(case: Assessment) -> None:
    text = " ".join(case.text().split())
    for result in filter(report.says_something, report.touched(case)):
        for source in result.system.sources:
            assert text.count(f"{source.key}: {source.citation}") == 1
            assert f"{source.key}: {source.confidence}" in text


def test_headings_stand_in_the_order_of_the_domains(case: Assessment) -> None:
    lines = case.text().splitlines()
    headings = [line.lower() for line in lines if line.isupper() and line.lower() in DOMAINS]
    assert headings == [d for d in DOMAINS if d in headings]
    assert len(headings) == len(set(headings)) > 5


def test_what_is_open_takes_one_line_with_what_it_needs(case: Assessment) -> None:
    text = case.text()
    undecided = section(text, "staging").split("Not decided yet:")[1]
    assert "Okuda: points 0 to 1; stage I or II. Needs liver_involvement_percent" in undecided
    assert "MELD-Na: unknown. Needs creatinine_mg_dl, sodium_mmol_l" in text
    assert "(Wiesner" not in text and "Wiesner 2003" not in text


def test_a_sum_that_cannot_change_the_grade_is_not_asked_for(case: Assessment) -> None:
    abcr = entry(section(case.text(), "embolisation"), "ABCR")
    assert abcr.startswith("ABCR: score −3 to 2; group not applicable because BCLC stage 0")
    assert "needs" not in abcr


def test_every_system_is_either_told_or_named_as_not_assessed(case: Assessment) -> None:
    told, _, last = " ".join(case.text().split()).partition("Not assessed, nothing given: ")
    untouched = report.untouched(case)
    assert last.startswith(f"{', '.join(untouched)}. ")
    assert {"Heat dose", "mRECIST"} <= set(untouched)
    for result in case.results.values():
        assert (f"{result.system.title}: " in told) != (result.system.title in untouched)


def test_a_finding_that_is_not_known_assesses_nothing() -> None:
    text = hcc.assess({**LIVER, "temp_c": None}).text()
    assert "Heat dose" in text.split("Not assessed")[1]
    assert hcc.assess({}).text().startswith("Not assessed, nothing given: ALBI")


def test_defaults_are_owned_up_to_only_where_they_were_used(case: Assessment) -> None:
    text = " ".join(case.text().split())
    assert "Assumed, because not given: cholestatic liver disease no; dialysis no" in text
    assert "lung mass" not in text and case.assumed["lung_mass_kg"] == 1.0


def test_remarks_for_the_patient_are_shown_and_general_notes_are_left_out() -> None:
    patient = {
        **teaching_cases.load("c01").findings,
        "ecog": 1,
        "ecog_tumour_related": False,
    }
    text = " ".join(hcc.assess(patient).text().split())
    assert "note: the loss of performance is not caused by the tumour, so it does not count" in text
    assert hcc.bclc_2022.notes[0] not in text


def test_no_line_is_wider_than_a_terminal_but_for_a_long_name(case: Assessment) -> None:
    assert max(map(len, case.text(what_if=True).splitlines())) <= report.WIDTH
    assert len(case.text().splitlines()) < 400


def test_one_system_alone_is_told_in_full() -> None:
    text = hcc.assess(teaching_cases.load("c01").findings, ["bclc_2022"]).text(what_if=True)
    assert text.startswith("BCLC 2022 0\n")
    assert hcc.bclc_2022.notes[0] in text and hcc.bclc_2022.source.citation in text
    assert "Largest tumour 1.8 cm → 2.1 cm: A" in text


def test_of_many_systems_the_nearest_changes_are_shown(case: Assessment) -> None:
    staging = section(case.text(what_if=True), "staging")
    bclc = entry(staging, "BCLC 2022")
    assert "what if (BCLC 2022): Largest tumour 1.8 cm → 2.1 cm: A" in bclc
    assert bclc.count("→") == report.NEAREST
    assert "what if" not in case.text()


def test_problems_of_the_entries_are_repeated() -> None:
    text = hcc.assess({"bilirubin_umol_l": 2.5, "albumin_g_l": 38}).text()
    assert "Check: bilirubin_umol_l=2.5 outside the usual 3-500" in text


def test_json_keeps_everything(case: Assessment) -> None:
    data = json.loads(json.dumps(case.to_dict(what_if=True)))
    assert list(data["results"]) == list(hcc.SYSTEMS)
    for key, result in data["results"].items():
        system = hcc.SYSTEMS[key]
        assert list(result["values"]) == [output.column for output in system.outputs]
        assert [s["key"] for s in result["sources"]] == [s.key for s in system.sources]
        assert result["notes"] == list(system.notes)
        assert result["domain"] == system.domain
    stage = data["results"]["bclc_2022"]["tables"][0]
    assert stage["outcome"] == "0"
    assert stage["facts"][1] == {
        "statement": "largest tumour ≤ 2.0 cm",
        "value": "1.8 cm",
        "truth": True,
    }


def test_the_card_says_what_the_text_says(case: Assessment) -> None:
    card = unescape(case._repr_html_())
    for result in report.touched(case):
        says = report.says_something(result)
        assert report.headline(result) in card
        assert all(line in card for line in report.reasons(result))
        assert says or report.open_line(result) in card
    assert card.count("<div") == card.count("</div>") and card.count(NOTICE) == 1
    assert "<summary>Sources</summary>" in card
    assert hcc.assess(LIVER, ["albi"])._repr_html_() == hcc.assess(LIVER)["albi"]._repr_html_()


def test_a_full_patient_is_told_with_changes_in_under_two_seconds(full: dict[str, Any]) -> None:
    began = time.perf_counter()
    assessment = hcc.assess(full)
    text = assessment.text(what_if=True)
    assert time.perf_counter() - began < 2
    assert len(report.touched(assessment)) == len(hcc.SYSTEMS)
    assert "Not assessed" not in text
    assert all(f"{system.title}: " in " ".join(text.split()) for system in hcc.SYSTEMS.values())
