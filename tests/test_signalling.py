from __future__ import annotations

from itertools import pairwise

import pytest

from hcclab.data import records
from hcclab.signalling import (
    LIMITS,
    STATES,
    WEAK_NM,
    drugs,
    roots,
    signals,
    targets,
    under,
)
from hcclab.sources import CONFIDENCE

INPUTS = {"EGF", "FGF19", "KLB", "CAF", "TGFB1", "CTNNB1"}
BESIDE = roots() - INPUTS


def test_untreated_everything_signals():
    assert set(under().nodes.values()) == {"signals"}


@pytest.mark.parametrize("drug", drugs())
def test_every_node_has_a_state_and_a_sentence(drug):
    state = under(drug)
    for node in state.nodes:
        assert state[node] in STATES
        said = state.path(node)
        assert said
        if state[node] in {"blocked", "silent", "freed"}:
            assert said.startswith((f"{drug} blocks ", f"{drug} binds "))
        else:
            assert state.route(node)[-1] == node


@pytest.mark.parametrize("drug", drugs())
def test_a_way_that_still_signals_avoids_what_is_blocked_and_follows_the_arrows(drug):
    state = under(drug)
    arrows = {(s.source, s.target) for s in signals() if s.relation != "inhibits"}
    for node in state.nodes:
        way = state.route(node)
        assert not set(way) & set(state.all("blocked") + state.all("silent"))
        assert set(pairwise(way)) <= arrows


@pytest.mark.parametrize(("one", "other"), [("sorafenib", "tepotinib"), ("apatinib", "nivolumab")])
def test_a_second_drug_never_brings_a_signal_back(one, other):
    quiet = {"blocked", "silent", "off"}
    alone, both = under(one), under(one, other)
    assert all(both[node] in quiet for node in alone.nodes if alone[node] in quiet)


@pytest.mark.parametrize(
    ("drug", "input_", "growth"),
    [
        ("fisogatinib", {"FGF19", "KLB"}, "silent"),
        ("lenvatinib", {"FGF19", "KLB"}, "silent"),
        ("apatinib", {"FGF19", "KLB"}, "signals"),
        ("ramucirumab", {"FGF19", "KLB"}, "signals"),
        ("fisogatinib", {"CAF", "TGFB1"}, "signals"),
        ("cabozantinib", {"CAF", "TGFB1"}, "silent"),
        ("tepotinib", {"CAF", "TGFB1"}, "silent"),
        ("sorafenib", {"EGF"}, "silent"),
        ("sorafenib", {"CTNNB1"}, "signals"),
        ("donafenib", {"EGF"}, "signals"),
        ("niraparib", {"EGF"}, "signals"),
    ],
)
def test_growth_depends_on_what_drives_the_tumour(drug, input_, growth):
    assert under(drug, drivers=BESIDE | input_)["proliferation"] == growth


def test_antibody_against_the_ligand_frees_t_cells_and_says_why():
    state = under("bevacizumab")
    assert state["VEGFR2"] == "silent"
    assert state.path("CD8 T cell") == (
        "bevacizumab binds VEGFA, so MDSC stays away, so CD8 T cell is freed"
    )
    assert state.path("angiogenesis") == (
        "bevacizumab binds VEGFA, so VEGFR2 falls silent, so angiogenesis stops"
    )
    assert under("ramucirumab")["VEGFA"] == "signals"


@pytest.mark.parametrize(
    ("drug", "verb"), [("ramucirumab", "binds"), ("apatinib", "blocks"), ("lenvatinib", "blocks")]
)
def test_an_antibody_binds_and_an_inhibitor_blocks(drug, verb):
    assert under(drug).path("angiogenesis") == f"{drug} {verb} VEGFR2, so angiogenesis stops"


def test_a_weak_target_does_not_count_and_says_so():
    weak = next(t for t in targets("sorafenib") if t.target == "FGFR1")
    assert weak.potency_nm > WEAK_NM
    assert "weak" in str(weak)
    assert under("tivantinib")["MET"] == "signals"


def test_drugs_that_the_arrows_name_have_their_target():
    for row in records("signals"):
        if row["source_type"] == "drug" and row["relation"] == "inhibits":
            named = {t.target for t in targets(row["source"])}
            assert row["target"] in named, row


@pytest.mark.parametrize("row", records("drug_targets"), ids=lambda r: f"{r['drug']}-{r['target']}")
def test_a_number_has_its_assay_and_mark_or_a_reason_why_there_is_none(row):
    assert row["confidence"] in CONFIDENCE
    if row["potency_nm"]:
        assert float(row["potency_nm"]) > 0
        assert row["potency_type"] in {"IC50", "Ki", "Kd"}
        assert row["assay"]
        assert row["potency_confidence"] in CONFIDENCE
    elif row["action"] in {"inhibits", "blocks"}:
        assert row["withheld"]


@pytest.mark.parametrize("target", ["FGFR4", "RET"])
def test_potency_is_withheld_where_assays_disagree(target):
    found = next(t for t in targets("lenvatinib") if t.target == target)
    assert found.potency == "no number: assays differ too much"


def test_marks_of_arrows_are_known_and_limits_are_told():
    assert {s.confidence for s in signals()} <= set(CONFIDENCE)
    assert len(LIMITS) >= 4


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: targets("aspirin"), "drug='aspirin' is not one of"),
        (lambda: under("aspirin"), "drug='aspirin' is not one of"),
        (lambda: under(drivers={"RAS"}), "do not signal by themselves"),
        (lambda: under()["moon"], "node='moon' is not in the network"),
        (lambda: under().all("sleepy"), "state='sleepy' is not one of"),
    ],
)
def test_an_unknown_name_is_refused_in_words(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
