"""Explorer of the diagnosis lesson: how likely HCC is before and after a test."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.post_test import Accuracy, accuracies, people, post_test

GROUP = 1000
COLUMNS = 50
SIDE = 14
WIDTH = COLUMNS * SIDE

PUBLISHED = {row.test: row for row in accuracies()}
FREE = "free"

# Shape and colour of each kind of person: the shape alone tells them apart.
LOOKS = {
    "true_positive": (svg.VERMILLION, '<circle cx="7" cy="7" r="6" fill="#d55e00"/>'),
    "false_negative": (
        svg.VERMILLION,
        '<circle cx="7" cy="7" r="4.5" fill="#fff" stroke="#d55e00" stroke-width="3"/>',
    ),
    "false_positive": (
        svg.BLUE,
        '<path d="M2.5 2.5L11.5 11.5M11.5 2.5L2.5 11.5" stroke="#0072b2" stroke-width="2.6"/>',
    ),
    "true_negative": (svg.MUTED, '<circle cx="7" cy="7" r="1.8" fill="#8c959f"/>'),
}
NAMES = {
    "true_positive": "HCC, test positive: found",
    "false_negative": "HCC, test negative: missed",
    "false_positive": "no HCC, test positive: false alarm",
    "true_negative": "no HCC, test negative",
}


class BayesSlider(Explorer):
    """See what a test adds: 1000 people like this one, tested, and counted.

    Choosing a published test moves both accuracy sliders to its figures.

    Examples
    --------
    >>> slider = BayesSlider()
    >>> slider.set(pre_test_percent=2, test="us_afp")
    'HCC before the test: 2 %. After a positive test: 7.4 %. After a negative test: 0.89 %.'
    """

    title = "Before and after a test"

    def __init__(self) -> None:
        test = widgets.Dropdown(
            options=[("none: the sliders alone", FREE)]
            + [(row.name, name) for name, row in PUBLISHED.items()],
            description="Published test",
        )
        test.observe(self._load, "value")
        super().__init__(
            test=test,
            pre_test_percent=_percent("HCC before the test (%)", 2, 0.5, 95, 0.5),
            sensitivity_percent=_percent("Sensitivity (%)", 70, 5, 99, 1),
            specificity_percent=_percent("Specificity (%)", 90, 5, 99, 1),
        )

    def _load(self, change: Any) -> None:
        """Move the sliders to the figures of the test just chosen, all at once."""
        if change["new"] in PUBLISHED:
            row, held = PUBLISHED[change["new"]], self._held
            self._held = True
            try:
                self.controls["sensitivity_percent"].value = row.sensitivity_percent
                self.controls["specificity_percent"].value = row.specificity_percent
            finally:
                self._held = held

    def view(  # type: ignore[override]
        self,
        *,
        test: str,
        pre_test_percent: float,
        sensitivity_percent: float,
        specificity_percent: float,
    ) -> View:
        """Draw 1000 people by disease and result, and what a result then means."""
        values = (pre_test_percent, sensitivity_percent, specificity_percent)
        after, counted = post_test(*values), people(*values, group=GROUP)
        summary = (
            f"HCC before the test: {percent(pre_test_percent)}. After a positive test: "
            f"{percent(after.if_positive)}. After a negative test: {percent(after.if_negative)}."
        )
        counts = counted._asdict()
        legend = "".join(
            f'<li style="display:flex;gap:8px;align-items:center">{_icon(kind)}'
            f"<span><strong>{counts[kind]}</strong> {words}</span></li>"
            for kind, words in NAMES.items()
        )
        positive = counted.true_positive + counted.false_positive
        negative = counted.false_negative + counted.true_negative
        bars = _bar("positive", after.if_positive, counted.true_positive, positive)
        bars += _bar("negative", after.if_negative, counted.false_negative, negative)
        return View(
            summary,
            _crowd(counts)
            + '<ul style="list-style:none;padding:0;margin:8px 0;display:grid;gap:2px 20px;'
            f'grid-template-columns:repeat(auto-fill,minmax(min(290px,100%),1fr))">{legend}</ul>'
            + f'<div style="display:flex;flex-wrap:wrap;gap:6px 20px">{bars}</div>'
            + _source(PUBLISHED.get(test), sensitivity_percent, specificity_percent),
        )


def percent(value: float) -> str:
    """Print a percentage with two digits, and never as certain.

    Examples
    --------
    >>> percent(7.41), percent(0.893), percent(99.62)
    ('7.4 %', '0.89 %', '99.6 %')
    """
    return f"{svg.number(value, 3 if value >= 99 else 2)} %"


def _percent(words: str, value: float, low: float, high: float, step: float) -> Any:
    return widgets.FloatSlider(
        value, min=low, max=high, step=step, description=words,
        readout_format=".1f" if step < 1 else ".0f",
    )  # fmt: skip


def _crowd(counts: dict[str, int]) -> str:
    """All people in reading order: those with HCC first."""
    parts, start = [], 0
    for kind, count in counts.items():
        parts += _rows(kind, start, start + count)
        start += count
    said = "; ".join(f"{counts[kind]}: {words}" for kind, words in NAMES.items())
    patterns = "".join(
        f'<pattern id="hcclab-{kind}" width="{SIDE}" height="{SIDE}" '
        f'patternUnits="userSpaceOnUse">{mark}</pattern>'
        for kind, (_, mark) in LOOKS.items()
    )
    height = GROUP // COLUMNS * SIDE
    return svg.figure(
        WIDTH, height, f"{GROUP} people like this one, tested", f"{said}.", patterns, *parts
    )


def _rows(kind: str, start: int, end: int) -> list[str]:
    """Cover the places from `start` up to `end`, at most three rectangles."""
    drawn = []
    while start < end:
        row, column = divmod(start, COLUMNS)
        whole = (end - start) // COLUMNS if column == 0 else 0
        width = COLUMNS if whole else min(COLUMNS - column, end - start)
        drawn.append(
            f'<rect x="{column * SIDE}" y="{row * SIDE}" width="{width * SIDE}" '
            f'height="{max(whole, 1) * SIDE}" fill="url(#hcclab-{kind})"/>'
        )
        start += width * max(whole, 1)
    return drawn


def _icon(kind: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="22" height="22" '
        f'viewBox="0 0 14 14" style="flex:none"><title>sign</title><desc>{NAMES[kind]}</desc>'
        f"{LOOKS[kind][1]}</svg>"
    )


BAR = svg.Scale(0, 100, start=10, end=330)


def _bar(result: str, share: float, ill: int, all_of_them: int) -> str:
    """Of those with this result, the share with HCC."""
    edge = BAR(share)
    said = f"{ill} of {all_of_them} have HCC"
    return svg.figure(
        340, 92, f"Test {result}", f"{said}: {percent(share)}.",
        svg.text(10, 22, f"Test {result}: {percent(share)} HCC", size=19, bold=True),
        svg.bar(BAR.start, 32, BAR.end - BAR.start, 28, "#fff"),
        svg.bar(BAR.start, 32, edge - BAR.start, 28, svg.VERMILLION),
        svg.text(10, 82, f"{said} (of {GROUP} tested)", size=16),
    )  # fmt: skip


def _source(row: Accuracy | None, sensitivity: float, specificity: float) -> str:
    if row is None:
        return "<p>Sensitivity and specificity: free, illustrative.</p>"
    figures = f"{row.sensitivity_percent:g} % and {row.specificity_percent:g} %"
    moved = (sensitivity, specificity) != (row.sensitivity_percent, row.specificity_percent)
    note = " The sliders stand elsewhere: illustrative." if moved else ""
    return (
        f"<p><strong>{escape(row.name)}</strong>: sensitivity and specificity {figures} for "
        f"{escape(row.target)}; {escape(row.population)}.{note}<br><small>{escape(row.citation)} "
        f"[{escape(row.confidence)}: {escape(row.checked)}]</small></p>"
    )
