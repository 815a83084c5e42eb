from __future__ import annotations

import math
from importlib.resources import files
from typing import Any

import pytest

import hcclab as hcc
from hcclab import data
from hcclab.sources import CONFIDENCE
from tests.monotone import assert_worse_never_better

CLEAR: dict[str, Any] = {
    "observation_mm": 0,
    "definitely_benign": False,
    "new_thrombus_in_vein": False,
}

# Ultrasound


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({}, "US-1"),
        ({"observation_mm": 0.1}, "US-2"),
        ({"observation_mm": 9.9}, "US-2"),
        ({"observation_mm": 10}, "US-3"),
        ({"observation_mm": 10.1}, "US-3"),
        ({"observation_mm": 12, "definitely_benign": True}, "US-1"),
        ({"observation_mm": 5, "definitely_benign": True}, "US-1"),
        ({"new_thrombus_in_vein": True}, "US-3"),
        ({"observation_mm": 5, "new_thrombus_in_vein": True}, "US-3"),
        ({"observation_mm": 5, "definitely_benign": True, "new_thrombus_in_vein": True}, "US-3"),
    ],
)
def test_ultrasound_categories(findings: dict[str, Any], expected: str) -> None:
    assert hcc.us_li_rads(**{**CLEAR, **findings}).grade == expected


@pytest.mark.parametrize(
    ("findings", "possible", "missing"),
    [
        ({"definitely_benign": None}, ("US-1",), ()),
        ({"observation_mm": 10, "definitely_benign": None}, ("US-3", "US-1"),
         ("definitely_benign",)),
        ({"observation_mm": 5, "definitely_benign": None}, ("US-2", "US-1"),
         ("definitely_benign",)),
        ({"new_thrombus_in_vein": None}, ("US-3", "US-1"), ("new_thrombus_in_vein",)),
        ({"observation_mm": None, "new_thrombus_in_vein": True}, ("US-3",), ()),
        ({"observation_mm": None, "definitely_benign": True}, ("US-1",), ()),
        ({"observation_mm": None}, ("US-3", "US-2", "US-1"), ("observation_mm",)),
    ],
)  # fmt: skip
def test_ultrasound_with_unknowns(
    findings: dict[str, Any], possible: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    result = hcc.us_li_rads(**{**CLEAR, **findings})
    assert result.possible == possible
    assert result.grade == (possible[0] if len(possible) == 1 else None)
    assert result.missing == missing


# Recall


@pytest.mark.parametrize("us", ["US-1", "US-2", "US-3"])
@pytest.mark.parametrize("afp", [19.9, 20, 20.1])
def test_recall_by_afp_of_20_or_us_3(afp: float, us: str) -> None:
    quiet = {"US-1": "ultrasound in 6 months", "US-2": "ultrasound in 3-6 months"}
    expected = "diagnostic CT or MRI" if afp >= 20 else quiet.get(us, "diagnostic CT or MRI")
    assert hcc.surveillance_recall(afp_ng_ml=afp, us_category=us).grade == expected


def test_recall_works_the_ultrasound_category_out() -> None:
    recall = hcc.surveillance_recall
    assert recall(afp_ng_ml=5, **{**CLEAR, "observation_mm": 11}).grade == "diagnostic CT or MRI"
    assert recall(afp_ng_ml=5, **{**CLEAR, "observation_mm": 9}).grade == "ultrasound in 3-6 months"
    assert recall(afp_ng_ml=5, **CLEAR).grade == "ultrasound in 6 months"
    assert recall(afp_ng_ml=5, us_category="US-1", **{**CLEAR, "observation_mm": 11}).grade == (
        "ultrasound in 6 months"
    )


def test_recall_without_afp_is_open_unless_ultrasound_decides() -> None:
    assert hcc.surveillance_recall(us_category="US-3").grade == "diagnostic CT or MRI"
    assert hcc.surveillance_recall(afp_ng_ml=20).grade == "diagnostic CT or MRI"
    open_ = hcc.surveillance_recall(us_category="US-2")
    assert open_.possible == ("diagnostic CT or MRI", "ultrasound in 3-6 months")
    assert open_.missing == ("afp_ng_ml",)
    assert hcc.surveillance_recall(afp_ng_ml=5).missing == ("us_category",)


# Visualisation


BADLY_SEEN: dict[str, Any] = {
    "visualisation": "C",
    "mash_or_alcohol_cirrhosis": False,
    "child_pugh_class": "A",
    "weight_kg": 70,
    "height_cm": 170,
}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ({}, "repeat within 3 months"),
        ({"visualisation": "A"}, "no change"),
        ({"visualisation": "B", "mash_or_alcohol_cirrhosis": True}, "no change"),
        ({"mash_or_alcohol_cirrhosis": True}, "consider CT or MRI"),
        ({"child_pugh_class": "B"}, "consider CT or MRI"),
        ({"child_pugh_class": "C"}, "consider CT or MRI"),
        ({"weight_kg": 139.9, "height_cm": 200}, "repeat within 3 months"),
        ({"weight_kg": 140, "height_cm": 200}, "consider CT or MRI"),
        ({"weight_kg": 140.1, "height_cm": 200}, "consider CT or MRI"),
    ],
)
def test_bad_views_that_will_last_change_the_method(
    findings: dict[str, Any], expected: str
) -> None:
    assert hcc.visualisation_advice(**{**BADLY_SEEN, **findings}).grade == expected


def test_visualisation_with_unknowns() -> None:
    advise = hcc.visualisation_advice
    assert advise(visualisation="B").grade == "no change"
    assert advise(visualisation="C", mash_or_alcohol_cirrhosis=True).grade == "consider CT or MRI"
    unweighed = advise(**{**BADLY_SEEN, "weight_kg": None})
    assert unweighed.possible == ("consider CT or MRI", "repeat within 3 months")
    assert unweighed.missing == ("weight_kg",)


def test_body_mass_index() -> None:
    assert hcc.body_mass_index(70, 170) == pytest.approx(24.2215, abs=1e-4)
    assert math.isclose(hcc.body_mass_index(140, 200), 35)


def test_worse_findings_never_lead_to_less() -> None:
    assert_worse_never_better(
        hcc.US_LI_RADS,
        ["US-1", "US-2", "US-3"],
        {"observation_mm": 1, "definitely_benign": -1, "new_thrombus_in_vein": 1},
    )
    assert_worse_never_better(
        hcc.SURVEILLANCE_RECALL,
        ["ultrasound in 6 months", "ultrasound in 3-6 months", "diagnostic CT or MRI"],
        {"afp_ng_ml": 1, "us_category": 1},
    )
    assert_worse_never_better(
        hcc.VISUALISATION_ADVICE,
        ["no change", "repeat within 3 months", "consider CT or MRI"],
        {
            "visualisation": 1,
            "mash_or_alcohol_cirrhosis": 1,
            "child_pugh_class": 1,
            "weight_kg": 1,
            "height_cm": -1,
        },
    )


# Facts


def test_each_body_advises_its_own() -> None:
    new, old = hcc.advice("AASLD 2023")[0], hcc.advice("AASLD 2018")[0]
    assert (new.test, old.test) == ("ultrasound and AFP", "ultrasound with or without AFP")
    assert {row.interval for row in hcc.advice("EASL 2018")} == {"6 months"}
    assert "AFP not as a routine" in hcc.advice("EASL 2018")[0].test
    assert [row.interval for row in hcc.advice("China stratified 2020")] == [
        "3 months",
        "6 months",
        "1 year or longer",
    ]
    assert {row.confidence for row in hcc.advice("JSH")} == {"verified twice"}
    with pytest.raises(ValueError, match=r"body=easl .* did you mean EASL 2018\?"):
        hcc.advice("easl")
    with pytest.raises(ValueError, match="body= is not known; did you mean AASLD 2018 or"):
        hcc.advice("")
    with pytest.raises(ValueError, match="body=XYZ is not known; did you mean AASLD 2018 or"):
        hcc.advice("XYZ")


def test_a_limit_keeps_its_side_and_its_unit() -> None:
    afp = {str(limit) for limit in hcc.cut_offs("AFP")}
    assert "AFP ≥ 20 ng/mL: recall in surveillance" in afp
    assert "AFP ≥ 400 ng/mL: a point in CLIP" in afp
    assert "AFP > 400 ng/mL: a point in HAP before chemoembolisation" in afp
    dcp = {(limit.cut_off, limit.unit) for limit in hcc.cut_offs("DCP")}
    assert dcp == {("40", "mAU/mL"), ("7.5", "ng/mL"), ("100", "mAU/mL")}
    assert {(row.cut_off, row.unit) for row in hcc.cut_offs("AFP-L3")} == {("10", "%")}
    with pytest.raises(ValueError, match="marker=CA 19-9 is not known; did you mean AFP or"):
        hcc.cut_offs("CA 19-9")


def test_no_fact_stands_twice() -> None:
    advised = [row for body in ("AASLD 2023", "EASL 2018", "JSH") for row in hcc.advice(body)]
    limits = [limit for marker in ("AFP", "DCP", "AFP-L3") for limit in hcc.cut_offs(marker)]
    facts = [hcc.lirads_facts(category) for category in ("LR-3", "LR-4")]
    assert len({*advised, *limits, *facts}) == len(advised + limits + facts)


@pytest.mark.parametrize("name", ["surveillance", "markers", "lirads"])
def test_every_fact_is_marked_and_its_table_described(name: str) -> None:
    for row in data.records(name):
        assert row["confidence"] in CONFIDENCE
        assert row["citation"]
        assert None not in row and None not in row.values()
    text = (files("hcclab.data") / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}.csv: ")
