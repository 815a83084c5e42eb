"""Forest plots: hazard ratios with their intervals, pooled, and a game of subgroups."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import NamedTuple

import ipywidgets as widgets

from hcclab.criteria import capitalise
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.meta_analysis import pool
from hcclab.trials import INTERVAL, VERDICTS, HazardRatio, Trial, trial

WIDTH, GAME = 500, 480
ROW = 48
X = svg.Scale(0.3, 1.6, start=16, end=484, log=True)
MARGIN = "#9c3f78"
INTERVALS = "Intervals are 95 % unless another level stands behind them."


class Row(NamedTuple):
    """A line of a forest plot.

    Attributes
    ----------
    label
        Name of the study.
    ratio
        Its hazard ratio with its interval.
    recalled
        Whether the numbers are from memory: drawn dashed and marked with a dagger.
    weight
        Share in the pooled result, 0 to 1; it sizes the square.
    margin
        Margin of non-inferiority, drawn as a dashed tick where there is one.
    """

    label: str
    ratio: HazardRatio
    recalled: bool = False
    weight: float = 0.3
    margin: float | None = None


def forest_plot(title: str, rows: Sequence[Row], pooled: HazardRatio | None = None) -> str:
    """Draw hazard ratios below one another, on a logarithmic axis with a line at 1.

    Parameters
    ----------
    title
        What is shown.
    rows
        The studies. An interval of another level than 95 % says so behind its numbers; one that
        leaves the axis ends in an arrow.
    pooled
        Drawn as a diamond below them.

    Returns
    -------
    str
        SVG with every number in its description.

    Examples
    --------
    >>> "SHARP: 0.69 (0.55–0.87)" in forest_plot("One", [Row("SHARP", trial("sharp").survival)])
    True
    """
    parts, said = [], []
    bottom = ROW * (len(rows) + (pooled is not None)) + 8
    for i, row in enumerate(rows):
        y = ROW * i + 38
        name = f"{row.label} †" if row.recalled else row.label
        numbers = str(row.ratio).replace(" interval", "")
        low, high = X(max(row.ratio.low, X.low)), X(min(row.ratio.high, X.high))
        dash = "5 4" if row.recalled else ""
        parts += [
            svg.text(8, y - 18, name, size=18),
            svg.text(WIDTH - 8, y - 18, numbers, size=18, anchor="end"),
            svg.line([(X(1), y - 11), (X(1), y + 11)], width=2, colour=svg.MUTED),
            svg.line([(low, y), (high, y)], width=3, dash=dash),
        ]
        if row.margin is not None:
            tick = [(X(row.margin), y - 11), (X(row.margin), y + 11)]
            parts.append(svg.line(tick, colour=MARGIN, width=4, dash="5 3"))
        if row.ratio.low < X.low:
            parts.append(svg.text(X.start - 2, y + 6, "◀", size=16, anchor="middle"))
        if row.ratio.high > X.high:
            parts.append(svg.text(X.end + 2, y + 6, "▶", size=16, anchor="middle"))
        middle = min(max(row.ratio.value, X.low), X.high)
        size = 4 + 14 * math.sqrt(row.weight)
        parts.append(svg.marker(X(middle), y, shape="square", size=size, fill=svg.BLUE))
        margin = f", margin {row.margin:g}" if row.margin is not None else ""
        recalled = " (from memory)" if row.recalled else ""
        said.append(f"{row.label}: {row.ratio}{margin}{recalled}")
    if pooled:
        y = ROW * len(rows) + 38
        ends = [X(min(max(v, X.low), X.high)) for v in (pooled.low, pooled.value, pooled.high)]
        corners = [(ends[0], y), (ends[1], y - 11), (ends[2], y), (ends[1], y + 11)]
        parts += [
            svg.text(8, y - 18, "Pooled", size=18, bold=True),
            svg.text(WIDTH - 8, y - 18, str(pooled), size=18, bold=True, anchor="end"),
            svg.line([(X(1), y - 11), (X(1), y + 11)], width=2, colour=svg.MUTED),
            svg.region(corners, "#b34e00", opacity=1),
        ]
        said.append(f"pooled: {pooled}")
    for value in (0.3, 0.5, 0.7, 1, 1.5):
        parts.append(svg.text(X(value), bottom + 22, f"{value:g}", size=18, anchor="middle"))
    parts += [
        svg.line([(X.start, bottom), (X.end, bottom)], width=1.5),
        svg.text(X(1) - 12, bottom + 46, "◀ new better", size=18, anchor="end"),
        svg.text(X(1) + 12, bottom + 46, "worse ▶", size=18),
    ]
    return svg.figure(WIDTH, bottom + 60, title, f"{'; '.join(said)}.", *parts)


ASKED = {
    "margin": (
        "Not much worse than sorafenib?",
        ("reflect", "himalaya_durva", "rationale301", "brisk_fl"),
    ),
    "single": ("Better, and nothing else asked?", ("sharp", "resorce", "cm459", "sun1170")),
    "alpha": (
        "Better, with the 5 % shared out?",
        ("kn240", "kn394", "leap002", "himalaya_stride"),
    ),
    "looks": (
        "One trial, two looks",
        ("imbrave150", "imbrave150_update", "himalaya_stride", "himalaya_5y", "cares310",
         "cares310_final"),
    ),
    "surrogate": (
        "Survival, after progression was won",
        ("cosmic312", "leap012", "cares310"),
    ),
    "observed": ("Not randomised", ("chance001", "xia_han_debtace")),
}  # fmt: skip


class VerdictForest(Explorer):
    """Look at intervals, say the verdict of each trial, then open what its own rules say.

    Examples
    --------
    >>> VerdictForest().summary
    'Not much worse than sorafenib? Say the verdict of each of these 4 before you open it.'
    """

    title = "Hazard ratios of death: which verdict?"
    opens = "Open the verdicts"

    def __init__(self) -> None:
        super().__init__(
            asked=_choice("What was asked", {key: words for key, (words, _) in ASKED.items()})
        )

    def view(self, *, asked: str) -> View:  # type: ignore[override]
        """Draw the trials that asked this; their verdicts are the answer."""
        words, names = ASKED[asked]
        found = [each for each in map(trial, names) if each.survival]
        summary = f"{words}{'' if words.endswith('?') else ':'} "
        summary += f"Say the verdict of each of these {len(found)} before you open it."
        rows = [
            Row(
                _short(each.label), each.survival, _recalled(each),
                weight=0.05, margin=each.margin,
            )
            for each in found if each.survival
        ]  # fmt: skip
        told = "".join(
            f"<li><strong>{escape(each.label)}{' †' * _recalled(each)}: "
            f"{VERDICTS[each.verdict.kind]}.</strong> "
            f"{escape(capitalise(each.verdict.words))}. {escape(each.afterwards)}</li>"
            for each in found
        )
        notes = ["Dashed tick: the margin."] if any(row.margin for row in rows) else []
        notes += ["† from memory, drawn dashed."] if any(row.recalled for row in rows) else []
        return View(
            summary,
            forest_plot("Hazard ratios of death", rows) + f"<p>{' '.join([*notes, INTERVALS])}</p>",
            f"<ul>{told}</ul>",
        )


def _recalled(each: Trial) -> bool:
    """Whether a number that the verdict rests on is from memory."""
    return each.mark("os_hr", *INTERVAL, "os_margin", "p_one_sided", "p_threshold") == "from memory"


TRIALS = {
    "imbrave150_update": True, "orient32": True, "cares310": True, "cosmic312": True,
    "himalaya_stride": True, "imbrave150": False, "himalaya_durva": False, "sharp": False,
    "chance001": False,
}  # fmt: skip
"""Rows to tick in the forest, and whether each starts ticked."""


class ForestBuilder(Explorer):
    """Build a forest plot, and break it.

    Examples
    --------
    >>> ForestBuilder().summary
    'Pooled hazard ratio of death 0.70 (0.60–0.82). Scatter beyond chance (I²): 52 %.'
    """

    title = "Build a forest plot, then break it"
    wide = True
    opens = "What is wrong with it?"

    def __init__(self) -> None:
        super().__init__(
            **{
                name: widgets.Checkbox(ticked, description=_short(trial(name).label), indent=False)
                for name, ticked in TRIALS.items()
            },
            outcome=_choice("Outcome", {"survival": "death", "progression": "progression"}),
            model=_choice("Model", {"random": "effects vary", "fixed": "one effect for all"}),
        )

    def view(self, *, outcome: str, model: str, **ticked: bool) -> View:  # type: ignore[override]
        """Pool what was ticked and draw it; what is wrong with it is the answer."""
        found = [trial(name) for name, chosen in ticked.items() if chosen]
        if len(found) < 2:
            words = "Tick two trials or more: one alone is not a pool."
            return View(words, f"<p>{len(found)} ticked.</p>")
        of = "os" if outcome == "survival" else "pfs"
        ratios = [r for each in found if (r := getattr(each, outcome)) is not None]
        pooled = pool(ratios)
        weights = getattr(pooled, f"weights_{model}")
        columns = (f"{of}_hr", f"{of}_hr_ci_low", f"{of}_hr_ci_high")
        rows = [
            Row(_short(each.label), ratio, each.mark(*columns) == "from memory", weight)
            for each, ratio, weight in zip(found, ratios, weights, strict=True)
        ]
        result: HazardRatio = getattr(pooled, model)
        what = "death" if outcome == "survival" else "progression"
        summary = (
            f"Pooled hazard ratio of {what} {result}. Scatter beyond chance (I²): "
            f"{pooled.i2_percent:.0f} %."
        )
        dagger = " † from memory, drawn dashed." if any(row.recalled for row in rows) else ""
        faults = "".join(f"<li>{fault}</li>" for fault in _faults(ticked, outcome))
        return View(
            summary,
            forest_plot(f"Hazard ratios of {what}", rows, result)
            + f"<p>A larger square weighs more. {INTERVALS}{dagger}</p>",
            f"<ul>{faults}</ul>",
        )


def _faults(ticked: dict[str, bool], outcome: str) -> list[str]:
    """What a reader must object to in a pool of these rows, the general objection last."""
    found = [trial(name) for name, chosen in ticked.items() if chosen]
    faults = []
    if ticked["imbrave150"] and ticked["imbrave150_update"]:
        faults.append("✗ Both IMbrave150 rows are the same patients, looked at twice.")
    if ticked["himalaya_stride"] and ticked["himalaya_durva"]:
        faults.append("✗ Both HIMALAYA rows share one sorafenib arm: its patients count twice.")
    if ticked["sharp"]:
        faults.append("✗ In SHARP sorafenib is the new drug; in the others it is the control.")
    if ticked["chance001"]:
        faults.append(
            "✗ CHANCE001 is retrospective and compares with TACE: its bias enters with its weight."
        )
    if all(each.met_primary == "yes" for each in found):
        faults.append(
            "✗ Only trials that met their primary endpoint are left: publication bias, home-made."
        )
    if outcome == "progression":
        faults.append("✗ The trials defined progression, and who judged it, in different ways.")
    return [*faults, "– Different drugs share this pool: an exercise, no result."]


SUBGROUPS = (
    "men", "women", "below 65", "65 and above", "Asia", "elsewhere", "hepatitis B",
    "hepatitis C", "no virus", "AFP below 400", "AFP 400 and above", "invasion",
    "no invasion", "spread", "no spread", "ECOG 0", "ECOG 1", "BCLC B", "BCLC C", "ALBI 1",
)  # fmt: skip
ERROR = 0.25
"""Standard error of the logarithm in each subgroup: about 64 deaths, two equal arms."""


class SubgroupGame(Explorer):
    """Look for a subgroup that benefits from a drug that does nothing.

    Examples
    --------
    >>> game = SubgroupGame()
    >>> game.set(looked=1)
    'The drug does nothing. “Significant” subgroups: 0 of 1. Chance of one or more: 5 %.'
    """

    title = "Subgroups of a trial in which nothing works (simulated)"

    def __init__(self) -> None:
        super().__init__(
            looked=widgets.IntSlider(20, min=1, max=20, description="Subgroups looked at"),
            trial=widgets.IntSlider(1, min=1, max=30, description="Trial number"),
        )

    def view(self, *, looked: int, trial: int) -> View:  # type: ignore[override]
        """Draw the subgroups of one simulated trial."""
        logs = _nothing(trial)[:looked]
        found = [abs(each) > 1.96 * ERROR for each in logs]
        chance = 1 - 0.95**looked
        summary = (
            f"The drug does nothing. “Significant” subgroups: {sum(found)} of {looked}. Chance of "
            f"one or more: {100 * chance:.0f} %."
        )
        x = svg.Scale(0.4, 2.5, start=160, end=390, log=True)
        bottom = 21 * looked + 12
        parts = [svg.line([(x(1), 4), (x(1), bottom)], width=2)]
        for i, (log, hit) in enumerate(zip(logs, found, strict=True)):
            y = 16 + 21 * i
            low, high = (math.exp(log + side * 1.96 * ERROR) for side in (-1, 1))
            ends = [(x(max(low, x.low)), y), (x(min(high, x.high)), y)]
            colour = "#b34e00" if hit else svg.MUTED
            shape = "diamond" if hit else "circle"
            value = math.exp(log)
            parts += [
                svg.text(4, y + 6, SUBGROUPS[i], size=17, bold=hit),
                svg.line(ends, colour=colour, width=3),
                svg.marker(x(min(max(value, x.low), x.high)), y, shape=shape, size=6, fill=colour),
            ]
            if hit:
                parts.append(
                    svg.text(GAME - 4, y + 6, "p < 0.05", size=16, anchor="end", bold=True)
                )
        for value in (0.5, 1, 2):
            parts.append(svg.text(x(value), bottom + 20, f"{value:g}", size=16, anchor="middle"))
        hits = [SUBGROUPS[i] for i, hit in enumerate(found) if hit]
        desc = f"{summary} Beyond chance look: {', '.join(hits) or 'none'}."
        picture = svg.figure(GAME, bottom + 32, "Hazard ratios by subgroup", desc, *parts)
        note = (
            "The chance takes the subgroups as independent; real ones overlap. "
            "Diamonds: the interval excludes 1."
        )
        return View(summary, f"{picture}<p>{note}</p>")


@cache
def _nothing(number: int) -> tuple[float, ...]:
    generator = random.Random(number)
    return tuple(generator.gauss(0, ERROR) for _ in SUBGROUPS)


def _short(label: str) -> str:
    """A label that leaves room for the numbers on its line."""
    for long, short in (("durvalumab alone", "durva."), ("(Cheng 2009)", "2009"),
                        ("(Xia, Han 2022)", "2022")):  # fmt: skip
        label = label.replace(long, short)
    return label


def _choice(words: str, options: dict[str, str]) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=[(text, key) for key, text in options.items()], description=words
    )
