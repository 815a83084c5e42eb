from __future__ import annotations

import pytest

import hcclab as hcc
from tests.monotone import assert_worse_never_better


def test_the_populations_differ() -> None:
    result = hcc.liver_volume(bsa_m2=1.8)
    assert result.values["liver_volume_urata"] / result.value == pytest.approx(0.86, abs=0.005)


@pytest.mark.parametrize(
    ("background", "share", "grade"),
    [
        ("normal", 19.9, "insufficient"),
        ("normal", 20, "sufficient"),
        ("chemo_gt_3_months", 29.9, "insufficient"),
        ("chemo_gt_3_months", 30, "sufficient"),
        ("cirrhosis", 39.9, "insufficient"),
        ("cirrhosis", 40, "sufficient"),
        (None, 40, "sufficient"),
        (None, 19.9, "insufficient"),
        (None, 20, None),
        (None, 39.9, None),
    ],
)
def test_how_much_must_stay_depends_on_the_liver(
    background: str | None, share: float, grade: str | None
) -> None:
    assert hcc.remnant(sflr_percent=share, liver_background=background).grade == grade


def test_the_share_is_that_of_the_expected_liver_unless_stated() -> None:
    expected = -794.41 + 1267.28 * 1.8
    result = hcc.remnant(flr_ml=0.2 * expected, bsa_m2=1.8, liver_background="normal")
    assert result.value == pytest.approx(20)
    assert result.grade == "sufficient"
    stated = hcc.remnant(
        flr_ml=0.2 * expected, bsa_m2=1.8, liver_background="normal", sflr_percent=19
    )
    assert stated.grade == "insufficient"
    assert hcc.remnant(flr_ml=400, liver_background="normal").missing == ("bsa_m2",)


def test_less_liver_and_a_worse_liver_are_never_more_sufficient() -> None:
    order = ["sufficient", "insufficient"]
    worse = {"liver_background": +1, "sflr_percent": -1}
    assert_worse_never_better(hcc.REMNANT, order, worse)


def test_growth_of_the_remnant() -> None:
    assert hcc.kinetic_growth_rate(20, 29, 4) == pytest.approx(2.25)


NO, ENUCLEATION, LIMITED = "no resection", "enucleation", "limited resection"
SEGMENT, LEFT = "segmentectomy", "left hemihepatectomy or sectionectomy"
RIGHT = "up to trisectionectomy or right hemihepatectomy"


@pytest.mark.parametrize(
    ("bilirubin", "icg", "resection"),
    [
        (1.0, 0, RIGHT),
        (1.0, 9.99, RIGHT),
        (1.0, 10, LEFT),
        (1.0, 19.9, LEFT),
        (1.0, 20, SEGMENT),
        (1.0, 29.9, SEGMENT),
        (1.0, 30, LIMITED),
        (1.0, 39.9, LIMITED),
        (1.0, 40, ENUCLEATION),
        (1.01, 5, LIMITED),
        (1.01, 45, LIMITED),
        (1.5, 5, LIMITED),
        (1.51, 5, ENUCLEATION),
        (1.9, 5, ENUCLEATION),
        (1.91, 5, NO),
        (2.0, None, NO),
        (1.7, None, ENUCLEATION),
        (1.2, None, LIMITED),
        (1.0, None, None),
        (None, 5, None),
    ],
)
def test_makuuchi_on_both_sides_and_on_the_edge(
    bilirubin: float | None, icg: float | None, resection: str | None
) -> None:
    findings = {"uncontrolled_ascites": False, "icg_r15_percent": icg}
    assert hcc.makuuchi(**findings, bilirubin_mg_dl=bilirubin).value == resection
    if bilirubin is not None:
        metric = hcc.makuuchi(**findings, bilirubin_umol_l=bilirubin * 17.1)
        assert metric.value == resection


def test_ascites_that_is_not_controlled_forbids_resection() -> None:
    assert hcc.makuuchi(uncontrolled_ascites=True).grade == NO
    healthy = hcc.makuuchi(bilirubin_mg_dl=0.8, icg_r15_percent=5)
    assert healthy.possible == (NO, RIGHT)
    assert healthy.missing == ("uncontrolled_ascites",)


def test_a_worse_liver_never_allows_a_larger_resection() -> None:
    order = [RIGHT, LEFT, SEGMENT, LIMITED, ENUCLEATION, NO]
    worse = {"uncontrolled_ascites": +1, "icg_r15_percent": +1}
    assert_worse_never_better(hcc.MAKUUCHI, order, worse)
