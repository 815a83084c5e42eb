"""Static figures for lessons: a picture, its text alternative and a caption, kept together.

matplotlib loads when a figure is drawn. Nothing here touches pyplot or its settings, so a lesson's
own plots are left alone.
"""

from __future__ import annotations

import math
import sys
import textwrap
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hcclab.evidence import KaplanMeier, p_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# After Okabe and Ito's palette, darkened to be read on white; each with a line of its own.
_LOOKS: tuple[tuple[str, Any], ...] = (
    ("#0072B2", "solid"),
    ("#B34E00", (0, (6, 2))),
    ("#007A5A", (0, (1.5, 1.5))),
    ("#9C3F78", (0, (7, 2, 1.5, 2))),
    ("#000000", (0, (3, 1.5))),
    ("#5B6B7A", (0, (9, 2, 1.5, 2, 1.5, 2))),
)

_STYLE = {
    "font.size": 15,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.linewidth": 1.2,
    "xtick.color": "#222222",
    "ytick.color": "#222222",
}


@dataclass(frozen=True, repr=False)
class HtmlFigure:
    """A picture with its text alternative; Jupyter shows it as ``<figure>``.

    Attributes
    ----------
    alt : str
        What the picture shows, for whoever cannot see it.
    caption : str
        Text below the picture; may be empty.
    png : bytes
        The picture.
    width : int
        Width on the page, CSS pixels.
    """

    alt: str
    caption: str
    png: bytes = field(compare=False)
    width: int

    @property
    def html(self) -> str:
        """The figure as HTML, picture included."""
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            '<figure style="margin:0.5em 0">'
            f'<img alt="{escape(self.alt)}" style="width:{self.width}px;max-width:100%" '
            f'src="data:image/png;base64,{b64encode(self.png).decode()}">{caption}</figure>'
        )

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": repr(self)}


def figure(fig: Any, alt: str, caption: str = "") -> HtmlFigure:
    """Turn a matplotlib or seaborn figure into one that a lesson can show.

    Parameters
    ----------
    fig : matplotlib Figure or Axes, or a seaborn grid
        What to draw. It is closed and emptied, so that Jupyter does not show it a second time and
        its memory is free.
    alt : str
        Text alternative: one to three sentences with the finding and its numbers.
    caption : str, optional
        Text below the picture.

    Returns
    -------
    HtmlFigure
        Shown as ``<figure>`` with the picture inside; its plain form is the text alternative.

    Raises
    ------
    ValueError
        If `alt` is empty.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> fig = Figure(figsize=(4, 3))
    >>> _ = fig.subplots().plot([0, 1], [1, 0])
    >>> figure(fig, alt="A line falls from 1 to 0.")
    Figure: A line falls from 1 to 0.
    """
    if not alt.strip():
        raise ValueError("alt is empty; say in a sentence or two what the figure shows.")
    picture = fig.figure
    drawn = HtmlFigure(alt.strip(), caption, _png(picture), round(96 * picture.get_figwidth()))
    _close(picture)
    return drawn


def survival_plot(
    km: KaplanMeier,
    title: str,
    times: Sequence[float],
    *,
    until: float | None = None,
    caption: str = "",
) -> HtmlFigure:
    """Draw Kaplan-Meier curves with the numbers at risk below them.

    Each group has a colour, a line style and its name at the end of its curve. The band is the
    95 % interval, a tick a subject whose follow-up ended there.

    Parameters
    ----------
    km : KaplanMeier
        One to six groups.
    title : str
        The finding, or what is shown.
    times : sequence of float
        Times, in the unit of `km`, at which the text alternative quotes survival.
    until : float, optional
        End of the time axis; by default the last follow-up.
    caption : str, optional
        Text below the picture.

    Returns
    -------
    HtmlFigure
        The picture, with :func:`survival_alt` as its text alternative.

    Raises
    ------
    ValueError
        If there are more than six groups, or `until` is not above 0 and finite.

    Examples
    --------
    >>> from hcclab.evidence import kaplan_meier
    >>> km = kaplan_meier([1, 2, 3, 4], [1, 0, 1, 0], unit="years")
    >>> survival_plot(km, "Four patients", times=[1]).png[1:4]
    b'PNG'
    """
    if len(km.groups) > len(_LOOKS):
        raise ValueError(
            f"km has {len(km.groups)} groups; at most {len(_LOOKS)} can be told apart in one "
            "figure. Merge groups or draw two figures."
        )
    end = float(km.table["time"].max()) if until is None else until
    if not 0 < end < math.inf:
        raise ValueError(
            f"until={end:g} leaves no time axis; it must be above 0 {km.unit} and finite."
        )

    from matplotlib.figure import Figure

    ticks = _time_ticks(end, km.unit)
    with _style():
        row = 0.36  # inches a line of the table of numbers at risk
        heading = textwrap.wrap(title, 58)
        title_height = 0.33 * len(heading)
        height = 5.62 + title_height + row * len(km.groups)
        fig = Figure(figsize=(10, height))
        left = 0.125
        width = 1 - left - 0.05 - 0.0132 * max(map(len, km.groups))
        curves = fig.add_axes((left, 1 - (4.47 + title_height) / height, width, 4.15 / height))
        numbers = fig.add_axes((left, 0.12 / height, width, row * len(km.groups) / height))

        fig.text(0.015, 1 - 0.2 / height, "\n".join(heading), size=19, weight="bold", va="top")
        _draw_curves(curves, km, end)
        curves.set(xlim=(0, end), ylim=(0, 1.02), xticks=ticks)
        curves.set(xlabel=f"Time ({km.unit})", ylabel="Survival")
        curves.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        curves.grid(axis="y", color="#DDDDDD", linewidth=0.9)
        curves.set_axisbelow(True)
        _draw_numbers_at_risk(numbers, km, ticks, end)
        return figure(fig, survival_alt(km, times), caption)


def survival_alt(km: KaplanMeier, times: Sequence[float]) -> str:
    """Say in words what Kaplan-Meier curves show.

    Parameters
    ----------
    km : KaplanMeier
        The estimates.
    times : sequence of float
        Times, in the unit of `km`, at which to quote survival.

    Returns
    -------
    str
        For each group its size, events, survival with 95 % interval and median; then the p value.

    Examples
    --------
    >>> from hcclab.evidence import kaplan_meier
    >>> km = kaplan_meier([1, 2, 3, 4], [1, 0, 1, 0], unit="years")
    >>> print(survival_alt(km, times=[2, 5]))
    Kaplan-Meier curve. all: 4 subjects, 2 events; survival at 2 years 75 % (13 % to 96 %), \
at 5 years not known; median 3.0 years.
    """
    at = km.at(times)
    plural = "s" * (len(km.groups) > 1)
    sentences = [f"Kaplan-Meier curve{plural}."]
    for row in km.medians.itertuples():
        quoted = ", ".join(
            f"at {time:g} {_unit(km, time)} {_survival_text(s, low, high)}"
            for time, s, low, high in at.loc[
                at["group"] == row.group, ["time", "survival", "ci_low", "ci_high"]
            ].itertuples(index=False)
        )
        median = "not reached" if math.isinf(row.median) else f"{row.median:.1f} {km.unit}"
        sentences.append(
            f"{row.group}: {row.subjects} subjects, {row.events} events; "
            f"survival {quoted}; median {median}."
        )
    if km.logrank_p is not None:
        sentences.append(f"Log-rank {p_text(km.logrank_p)}.")
    return " ".join(sentences)


def _unit(km: KaplanMeier, time: float) -> str:
    return km.unit.removesuffix("s") if time == 1 else km.unit


def _survival_text(survival: float, low: float, high: float) -> str:
    if math.isnan(survival):
        return "not known"
    return f"{survival:.0%} ({low:.0%} to {high:.0%})".replace("%", " %")


def _time_ticks(end: float, unit: str) -> list[float]:
    """At most eight round times up to `end`; whole years where the unit is months."""
    from matplotlib.ticker import MaxNLocator

    step = 12 if unit == "months" and end >= 24 else 1
    whole = MaxNLocator(8, steps=[1, 2, 2.5, 5, 10]).tick_values(0, end / step)
    return [step * float(tick) for tick in whole if 0 <= step * tick <= end]


def _draw_curves(ax: Axes, km: KaplanMeier, end: float) -> None:
    in_margin = {}
    for group, (colour, line) in zip(km.groups, _LOOKS, strict=False):
        steps = km.table[km.table["group"] == group]
        shown = steps[steps["time"] <= end]
        # A curve that goes on after the axis must reach its edge.
        stop = min(end, float(steps["time"].max()))
        shown = shown.iloc[[*range(len(shown)), -1]]
        times = [*shown["time"].iloc[:-1], stop]
        ax.fill_between(
            times, shown["ci_low"], shown["ci_high"],
            step="post", color=colour, alpha=0.13, linewidth=0,
        )  # fmt: skip
        ax.step(times, shown["survival"], where="post", color=colour, linestyle=line, linewidth=2.8)
        ended = shown[shown["censored"] > 0]
        ax.plot(
            ended["time"], ended["survival"], "|",
            color=colour, markersize=8, markeredgewidth=0.9,
        )  # fmt: skip
        height = float(shown["survival"].iloc[-1])
        if stop > 0.75 * end:
            in_margin[group] = height
        else:
            ax.annotate(
                group, (stop, max(height, 0.035)), xytext=(10, 0), textcoords="offset points",
                va="center", color=colour, weight="bold",
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
            )  # fmt: skip
    for group, height in _spread(in_margin, gap=0.065).items():
        _write_in_margin(ax, height, group, km)


def _spread(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Move heights apart until neighbours differ by `gap`, in their order and none above 1."""
    placed: dict[str, float] = {}
    lowest = -math.inf
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        placed[name] = max(height, lowest)
        lowest = placed[name] + gap
    highest = 1.0
    for name in reversed(placed):
        placed[name] = min(placed[name], highest)
        highest = placed[name] - gap
    return placed


def _draw_numbers_at_risk(ax: Axes, km: KaplanMeier, ticks: list[float], end: float) -> None:
    ax.set(xlim=(0, end), ylim=(len(km.groups) - 0.5, -0.5))
    ax.axis("off")
    ax.text(0, -0.85, "Number at risk", weight="bold")
    if km.logrank_p is not None:
        ax.text(end, -0.85, f"Log-rank {p_text(km.logrank_p)}", ha="right")
    at = km.at(ticks)
    for row, group in enumerate(km.groups):
        for time, number in at.loc[at["group"] == group, ["time", "at_risk"]].to_numpy():
            ax.text(time, row, f"{number:.0f}", ha="center", va="center")
        _write_in_margin(ax, row, group, km)


def _write_in_margin(ax: Axes, height: float, group: str, km: KaplanMeier) -> None:
    ax.annotate(
        group, (1, height), xycoords=ax.get_yaxis_transform(),
        xytext=(24, 0), textcoords="offset points",
        va="center", color=_LOOKS[km.groups.index(group)][0], weight="bold", annotation_clip=False,
    )  # fmt: skip


@contextmanager
def _style() -> Iterator[None]:
    """Draw in this module's style whatever a lesson has set, and put that back afterwards."""
    import matplotlib.style

    with matplotlib.style.context(["default", _STYLE]):
        yield


def _png(fig: Any) -> bytes:
    """Draw in 256 colours: a third of the size, and the same bytes whenever it is drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    fig.set_dpi(144)
    canvas: Any = FigureCanvasAgg(fig)
    canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    png = BytesIO()
    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(png, "png", optimize=True)
    return png.getvalue()


def _close(fig: Any) -> None:
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:
        pyplot.close(fig)
    # Its parts point at each other, so without this they stay in memory for long: 6 MB a figure.
    fig.clear()
