from __future__ import annotations

import re
from itertools import pairwise

import pytest

import hcclab as hcc
from hcclab.explorers.albi import AlbiSurface, ChildPughPlane
from tests.explorers.driving import drive_to_ends


def said(explorer) -> str:
    """Everything a student reads, pictures and their descriptions included."""
    return re.sub(r"<[^>]+>", "\n", explorer.picture)


@pytest.mark.parametrize("explorer", [AlbiSurface, ChildPughPlane])
def test_every_end_of_every_control_gives_a_whole_view(explorer):
    assert drive_to_ends(explorer()) > 8


def test_the_sentence_gives_score_grade_and_the_nearest_change_of_each_test():
    assert AlbiSurface().summary == (
        "ALBI −2.37: grade 2 (2a). One change away: grade 2b with albumin 36.8 g/L, or grade 2b "
        "with bilirubin 28.5 µmol/L."
    )


@pytest.mark.parametrize("name", ["bilirubin_umol_l", "albumin_g_l"])
def test_the_announced_change_alters_the_grade_and_one_step_less_does_not(name):
    surface = AlbiSurface()
    label, step = {"bilirubin_umol_l": ("bilirubin", 0.1), "albumin_g_l": ("albumin", 0.1)}[name]
    before = surface.values[name]
    after = float(re.search(rf"{label} ([\d.]+) ", surface.summary)[1])
    assert "(2b)" in surface.set(**{name: after})
    almost = after - step if after > before else after + step
    assert "(2a)" in surface.set(**{name: round(almost, 1)})


def test_the_terms_of_the_sum_are_written_out():
    words = said(AlbiSurface())
    assert "Bilirubin: 0.66 × log10(20) = +0.86" in words
    assert "Albumin: −0.085 × 38 = −3.23" in words
    assert "ALBI −2.3713" in words


def test_the_borders_drawn_are_those_of_the_paper_and_of_its_refinement():
    assert {"−2.60", "−2.27", "−1.39", "grade 2a", "grade 2b"} <= set(
        said(AlbiSurface()).split("\n")
    )


@pytest.mark.parametrize(
    ("grade", "bilirubin", "albumin", "place"),
    [("1", 16.2, 40, "above"), ("2a", 16.4, 40, "below")],
)
def test_the_patient_is_drawn_on_the_side_of_the_border_that_is_told(
    grade, bilirubin, albumin, place
):
    surface = AlbiSurface()
    summary = surface.set(bilirubin_umol_l=bilirubin, albumin_g_l=albumin)
    line = re.search(r'<polyline points="([^"]+)"[^>]*/><text[^>]*>−2.60', surface.picture)[1]
    corners = [tuple(map(float, point.split(","))) for point in line.split()]
    marker = re.findall(r'<polygon points="([^"]+)" fill="#1b1f24"', surface.picture)[-2]
    dots = [tuple(map(float, point.split(","))) for point in marker.split()]
    x, y = (sum(each) / len(dots) for each in zip(*dots, strict=True))
    (x0, y0), (x1, y1) = next((a, b) for a, b in pairwise(corners) if a[0] <= x <= b[0])
    border = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    assert summary.startswith(
        "ALBI −2.60: grade 1." if grade == "1" else "ALBI −2.60: grade 2 (2a)."
    )
    assert (y < border) == (place == "above")


@pytest.mark.parametrize(
    ("entry", "sentence", "reply"),
    [
        ("both", "ALBI −0.28: grade 3", "✗ hcclab refuses:\n albumin_g_l=3.8 outside 10-65, "
                                        "looks like g/dL"),
        ("albumin", "ALBI 0.54: grade 3", "✗ hcclab refuses:\n albumin_g_l=3.8 outside 10-65"),
        ("bilirubin", "ALBI −3.18: grade 1", "⚠ hcclab computes, but warns:\n "
                                             "bilirubin_umol_l=1.17 outside the usual 3-500, "
                                             "looks like mg/dL"),
    ],
)  # fmt: skip
def test_a_wrong_unit_shows_the_wrong_answer_beside_what_the_package_says(entry, sentence, reply):
    surface = AlbiSurface()
    assert surface.set(entry=entry) == (
        f"Typed in the wrong unit, the formula gives {sentence}; the truth is ALBI −2.37: grade 2 "
        "(2a)."
    )
    assert reply in said(surface)
    assert "off the map" in said(surface)


def test_a_bilirubin_plausible_in_both_units_is_not_claimed_to_be_caught():
    surface = AlbiSurface()
    summary = surface.set(bilirubin_umol_l=60, entry="bilirubin")
    assert "ALBI −2.87: grade 1; the truth is ALBI −2.06: grade 2 (2b)." in summary
    assert "⚠ hcclab cannot notice:" in said(surface)


def test_the_package_says_the_same_as_the_explorer_of_the_typed_numbers():
    with pytest.raises(ValueError, match=r"albumin_g_l=3.8 outside 10-65, looks like g/dL"):
        hcc.albi(bilirubin_umol_l=1.17, albumin_g_l=3.8)


@pytest.mark.parametrize(
    ("bilirubin", "albumin", "sentence"),
    [
        (9, 44, "Child-Pugh A5, and ALBI −3.11: grade 1."),
        (32, 36, "Child-Pugh A5, and ALBI −2.07: grade 2 (2b)."),
        (33, 28.1, "Child-Pugh A6, and ALBI −1.39: grade 3."),
        (34, 45, "Child-Pugh A6, and ALBI −2.81: grade 1."),
        (33.9, 35, "Child-Pugh A6, and ALBI −1.97: grade 2 (2b)."),
        (60, 25, "Child-Pugh B9, and ALBI −0.95: grade 3."),
    ],
)
def test_the_plane_tells_both_verdicts(bilirubin, albumin, sentence):
    plane = ChildPughPlane()
    assert plane.set(bilirubin_umol_l=bilirubin, albumin_g_l=albumin) == sentence


def test_the_boxes_of_child_pugh_are_those_of_its_table():
    boxes = re.findall(r">([AB]\d)</text>", ChildPughPlane().picture.split("</svg>")[0])
    assert sorted(boxes) == ["A5", "A6", "A6", "B7", "B7", "B7", "B8", "B8", "B9"]
