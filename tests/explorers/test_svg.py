from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import pytest

from hcclab.explorers import svg

NS = {"s": "http://www.w3.org/2000/svg"}


def parsed(*parts: str) -> ET.Element:
    return ET.fromstring(svg.figure(300, 200, "Title", "Description.", *parts))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (-0.0, "0"), (0.5, "0.5"), (0.0123, "0.0123"), (1, "1"), (17.104, "17.1"),
        (999.96, "1000"), (1000, "1000"), (123456.7, "123457"), (-2.6, "−2.6"), (100.0, "100"),
    ],
)  # fmt: skip
def test_a_number_is_printed_without_noise(value, text):
    assert svg.number(value) == text


def test_decimals_are_kept_when_asked_for_and_zero_has_no_sign():
    assert svg.number(-2.6, decimals=2) == "−2.60"
    assert svg.number(-0.001, decimals=2) == "0.00"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_not_finite_is_refused_rather_than_drawn(value):
    with pytest.raises(ValueError, match="finite"):
        svg.number(value)
    with pytest.raises(ValueError, match="finite"):
        svg.line([(0, 0), (1, value)])


def test_a_straight_scale_maps_ends_to_pixels_even_downwards():
    y = svg.Scale(20, 55, start=350, end=20)
    assert (y(20), y(55), y(37.5)) == (350, 20, 185)
    assert y.ticks() == [20, 30, 40, 50]


def test_a_log_scale_gives_equal_ratios_equal_space():
    x = svg.Scale(5, 500, start=0, end=200, log=True)
    assert x(50) == pytest.approx(100)
    assert x(50) - x(5) == pytest.approx(x(500) - x(50))
    assert x.ticks() == [5, 10, 20, 50, 100, 200, 500]


@pytest.mark.parametrize(
    ("low", "high", "log"), [(1, 1, False), (2, 1, False), (0, 9, True), (math.nan, 1, False)]
)
def test_a_scale_without_room_is_refused(low, high, log):
    with pytest.raises(ValueError, match="scale from"):
        svg.Scale(low, high, 0, 1, log=log)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 0.3), (-5, 5), (3, 997), (0.1, 0.7)])
def test_ticks_are_few_round_and_inside(low, high):
    ticks = svg.Scale(low, high, 0, 100).ticks()
    assert 3 <= len(ticks) <= 8
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
    assert all(len(svg.number(tick)) <= 4 for tick in ticks)


def test_a_figure_says_what_it_is_before_anything_else():
    root = parsed(svg.marker(10, 10))
    assert root.get("role") == "img"
    assert [child.tag.split("}")[1] for child in root][:2] == ["title", "desc"]
    assert (root.findtext("s:title", "", NS), root.findtext("s:desc", "", NS)) == (
        "Title",
        "Description.",
    )


@pytest.mark.parametrize(("title", "desc"), [("", "x"), ("x", " ")])
def test_a_figure_without_a_text_alternative_is_refused(title, desc):
    with pytest.raises(ValueError, match="text alternative"):
        svg.figure(10, 10, title, desc)


def test_text_is_escaped_everywhere():
    nasty = "<script>\"a\" & 'b' < 3"
    drawing = svg.figure(
        10, 10, nasty, nasty, svg.text(0, 0, nasty), svg.contour([(0, 0), (9, 9)], nasty)
    )
    assert "<script" not in drawing
    assert ET.fromstring(drawing).findtext("s:text", "", NS) == nasty


def test_every_part_is_well_formed_and_the_same_twice():
    x, y = svg.Scale(1, 100, 50, 280, log=True), svg.Scale(0, 1, 150, 20)

    def draw() -> str:
        return svg.figure(
            300, 200, "All", "Every part.",
            svg.axes(x, y, "Dose (Gy)", "Control"),
            svg.region([(0, 0), (9, 0), (9, 9)], svg.SKY),
            svg.line([(0, 0), (9, 9)], dash="4 2"),
            svg.contour([(90, 0), (0, 90)], "edge"),
            svg.bar(1, 2, 3, 4, svg.ORANGE),
            *(svg.marker(5, 5, shape, shape=shape) for shape in ("circle", "square", "diamond")),
            svg.strip(["0", "A", "B"], {"A"}),
        )  # fmt: skip

    assert draw() == draw()
    assert len(ET.fromstring(draw())) > 20


def test_a_contour_label_never_stands_on_its_head():
    falling_leftwards = [(90, 0), (0, 90)]
    turn = re.search(r"rotate\((-?[\d.]+)", svg.contour(falling_leftwards, "edge"))
    assert turn is not None
    assert -90 <= float(turn[1]) <= 90


def test_the_axis_prints_its_ticks_and_names():
    x, y = svg.Scale(0, 10, 50, 280), svg.Scale(0, 1, 150, 20)
    words = {t.text for t in parsed(svg.axes(x, y, "Dose (Gy)", "Survival")).iterfind("s:text", NS)}
    assert {"Dose (Gy)", "Survival", "0", "2", "10", "0.2", "1"} <= words


def test_the_strip_tells_a_decision_from_what_is_still_possible_without_colour():
    decided = svg.strip(["0", "A", "B", "C", "D"], {"B"})
    open_ = svg.strip(["0", "A", "B", "C", "D"], {"B", "C"})
    assert "?" not in decided
    assert "dasharray" not in decided
    assert decided.count("<polygon") == 1
    assert open_.count(">?<") == 2
    assert open_.count("dasharray") == 2
    assert "<polygon" not in open_


def test_the_strip_refuses_a_class_it_does_not_have():
    with pytest.raises(ValueError, match="no class 'E'; it has A, B"):
        svg.strip(["A", "B"], {"E"})
