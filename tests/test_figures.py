from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from base64 import b64decode
from io import BytesIO

import matplotlib
import pytest
from matplotlib.figure import Figure
from PIL import Image

from hcclab import figures
from hcclab.evidence import KaplanMeier, kaplan_meier

DRAW = """
import hashlib
from hcclab.evidence import kaplan_meier
from hcclab.figures import survival_plot
km = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 1, 0], list("abcabc"), unit="years")
print(hashlib.sha256(survival_plot(km, "Three groups", times=[2]).png).hexdigest())
"""


@pytest.fixture
def km() -> KaplanMeier:
    return kaplan_meier([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 1, 0], list("abcabc"), unit="years")


@pytest.fixture
def drawn(monkeypatch) -> list[Figure]:
    """The matplotlib figures behind what is shown, for a look at what is in them."""
    seen: list[Figure] = []
    monkeypatch.setattr(figures, "_close", seen.append)
    return seen


def line() -> Figure:
    fig = Figure(figsize=(5, 3))
    fig.subplots().plot([0, 1])
    return fig


def test_html_holds_picture_alternative_and_caption():
    html = figures.figure(line(), 'Survival < 50 % in "B"', "From <Mayo>").html
    assert html.startswith("<figure")
    assert html.endswith("<figcaption>From &lt;Mayo&gt;</figcaption></figure>")
    assert 'alt="Survival &lt; 50 % in &quot;B&quot;"' in html
    picture = Image.open(BytesIO(b64decode(re.search(r"base64,([^\"]+)", html)[1])))
    assert picture.size == (720, 432)
    assert "width:480px" in html


def test_a_figure_without_a_caption_has_no_empty_one():
    assert "figcaption" not in figures.figure(line(), "A line.").html


def test_jupyter_gets_html_and_a_plain_form_that_pins_the_alternative():
    shown = figures.figure(line(), " A line. ")
    assert shown._repr_mimebundle_() == {"text/html": shown.html, "text/plain": "Figure: A line."}


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_an_alternative_is_refused(alt):
    with pytest.raises(ValueError, match="alt is empty"):
        figures.figure(line(), alt)


def test_a_pyplot_figure_is_closed_and_others_stay_open():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    other, mine = pyplot.figure(), pyplot.figure()
    try:
        figures.figure(mine, "Nothing.")
        assert pyplot.get_fignums() == [other.number]
    finally:
        pyplot.close("all")


def test_a_shown_figure_is_emptied_so_that_its_memory_is_free():
    fig = line()
    figures.figure(fig, "A line.")
    assert fig.axes == []


def test_axes_do_as_well_as_their_figure():
    axes = line().axes[0]
    assert figures.figure(axes, "A line.").png == figures.figure(line(), "A line.").png


def test_a_fresh_process_draws_the_same_bytes(km):
    there = subprocess.run(
        [sys.executable, "-c", DRAW], capture_output=True, text=True, check=True
    ).stdout.strip()
    here = figures.survival_plot(km, "Three groups", times=[2]).png
    assert there == hashlib.sha256(here).hexdigest()


def test_settings_of_a_lesson_neither_change_the_picture_nor_are_changed(km):
    plain = figures.survival_plot(km, "Three groups", times=[2]).png
    with matplotlib.rc_context({"font.size": 30, "lines.linestyle": ":", "axes.grid": True}):
        before = dict(matplotlib.rcParams)
        assert figures.survival_plot(km, "Three groups", times=[2]).png == plain
        assert dict(matplotlib.rcParams) == before


def test_a_changed_curve_changes_the_picture(km):
    other = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], list("abcabc"), unit="years")
    pictures = [figures.survival_plot(each, "T", times=[2]).png for each in (km, other)]
    assert hashlib.sha256(pictures[0]).digest() != hashlib.sha256(pictures[1]).digest()


def test_the_alternative_says_the_numbers():
    km = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 0], list("aabbbb"), unit="years")
    assert figures.survival_alt(km, [1, 4]) == (
        "Kaplan-Meier curves. "
        "a: 2 subjects, 2 events; survival at 1 year 50 % (1 % to 91 %), "
        "at 4 years 0 % (0 % to 0 %); median 1.0 years. "
        "b: 4 subjects, 3 events; survival at 1 year 100 % (100 % to 100 %), "
        "at 4 years 50 % (6 % to 84 %); median 4.0 years. "
        "Log-rank p = 0.018."
    )


def test_the_alternative_does_not_invent_what_was_not_observed():
    km = kaplan_meier([1, 2], [0, 0], unit="months")
    assert "at 9 months not known; median not reached." in figures.survival_alt(km, [9])


def test_each_group_is_named_at_its_curve_and_in_the_table_of_numbers(km, drawn):
    figures.survival_plot(km, "Three groups", times=[2])
    curves, numbers = drawn[0].axes
    assert {"a", "b", "c"} <= {text.get_text() for text in curves.texts}
    rows = [text.get_text() for text in numbers.texts]
    assert rows[:2] == ["Number at risk", "Log-rank p = 0.39"]
    assert rows[2:10] == ["2", "2", "1", "1", "1", "0", "0", "a"]
    assert curves.get_xlabel() == "Time (years)"


def test_no_two_groups_differ_by_colour_alone(km, drawn):
    figures.survival_plot(km, "Three groups", times=[2])
    styles = [str(line._dash_pattern) for line in drawn[0].axes[0].lines if line.get_lw() > 2]
    assert len(set(styles)) == len(styles) == 3


@pytest.mark.parametrize("look", figures._LOOKS, ids=lambda look: look[0])
def test_names_in_colour_are_readable_on_white(look):
    channels = [int(look[0][i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_nothing_runs_off_the_picture(drawn):
    names = ["atezolizumab-bevacizumab", "sorafenib"] * 3
    km = kaplan_meier([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 1, 0], names, unit="years")
    figures.survival_plot(km, "A title that goes on and on " * 4, times=[2])
    fig = drawn[0]
    whole = fig.bbox
    for text in [*fig.texts, *(t for ax in fig.axes for t in ax.texts)]:
        box = text.get_window_extent()
        assert whole.x0 <= box.x0, text
        assert box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0, text
        assert box.y1 <= whole.y1, text


def test_the_axis_can_end_before_the_follow_up(km, drawn):
    figures.survival_plot(km, "Three groups", times=[2], until=3)
    assert drawn[0].axes[0].get_xlim() == (0, 3)
    ends = [line.get_xdata()[-1] for line in drawn[0].axes[0].lines if line.get_lw() > 2]
    assert ends == [3, 3, 3]


def test_months_are_marked_by_the_year(drawn):
    km = kaplan_meier([10, 83], [1, 0], unit="months")
    figures.survival_plot(km, "T", times=[12])
    assert list(drawn[0].axes[0].get_xticks()) == [0, 12, 24, 36, 48, 60, 72]


@pytest.mark.parametrize("until", [0, -1, float("nan"), float("inf")])
def test_an_axis_without_length_is_refused(km, until):
    with pytest.raises(ValueError, match="leaves no time axis"):
        figures.survival_plot(km, "T", times=[2], until=until)


def test_more_groups_than_looks_are_refused():
    km = kaplan_meier(range(1, 8), [1] * 7, list("abcdefg"), unit="years")
    with pytest.raises(ValueError, match="7 groups; at most 6"):
        figures.survival_plot(km, "T", times=[2])


def test_labels_keep_their_order_their_distance_and_stay_inside():
    placed = figures._spread({"a": 0.99, "b": 0.98, "c": 0.2, "d": 1.0}, gap=0.1)
    assert placed == pytest.approx({"c": 0.2, "b": 0.8, "a": 0.9, "d": 1.0})
    assert figures._spread({"a": 0.0, "b": 0.01}, gap=0.1) == pytest.approx({"a": 0.0, "b": 0.1})


def test_importing_the_module_loads_nothing_heavy():
    heavy = {"matplotlib", "lifelines", "scipy", "pandas", "numpy", "seaborn", "PIL"}
    code = f"import sys, hcclab.figures; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
