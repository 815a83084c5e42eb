"""Explorers of the evidence lesson: curves of a hazard ratio, curves that cross, biased cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import ipywidgets as widgets

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.survival_models import (
    Crossing,
    benefit,
    hazard_ratio_by_person_time,
    hazard_ratio_from_treatment,
    restricted_mean,
    share_alive,
    simulate_observed,
    survival,
    treated_median,
    under_hazard_ratio,
)

WIDTH = 440
PLOT = (72, 424)
"""Where the months begin and end, in pixels."""
Y = svg.Scale(0, 1, start=300, end=16)
CONTROL, TREATED = "#0072b2", "#b34e00"
DASH = "12 5"
PEOPLE, SEED, FOLLOW_UP = 2000, 58, 36


class HazardRatioCurves(Explorer):
    """Turn a hazard ratio into two curves, and read what it means for 100 people.

    Examples
    --------
    >>> HazardRatioCurves().summary
    'At 12 months 48 of 100 are alive instead of 35. Treat 7.4 to have one more alive then.'
    """

    title = "One hazard ratio, two curves (drawn from a model)"

    def __init__(self) -> None:
        super().__init__(
            median=_slider("Median survival of the control arm (months)", 7.9, 3, 24, 0.1),
            hazard_ratio=_slider("Hazard ratio of death", 0.69, 0.4, 1.3, 0.01),
            month=widgets.IntSlider(12, min=3, max=36, description="Look at month"),
        )

    def view(self, *, median: float, hazard_ratio: float, month: int) -> View:  # type: ignore[override]
        """Draw both curves, and read them at the month."""
        at = benefit(month, median, hazard_ratio)
        treated = treated_median(median, hazard_ratio)
        told = f"At {month} months {_people(at.treated)} of 100 are alive instead of "
        told += f"{_people(at.control)}. "
        of_100 = svg.number(100 * at.gain)
        gain = f"Gain {of_100} of 100 people"
        if at.to_treat is None:
            told += "Nobody gains."
        elif at.to_treat < 0:
            told += f"Treat {svg.number(-at.to_treat, 2)} to have one more dead then."
        else:
            told += f"Treat {svg.number(at.to_treat, 2)} to have one more alive then."
            gain += f"; number needed to treat (NNT): 100 / {of_100} = {svg.number(at.to_treat, 2)}"
        x = svg.Scale(0, 36, start=PLOT[0], end=PLOT[1])
        control = [survival(t / 2, median) for t in range(73)]
        curves = [
            _curve(x, [t / 2 for t in range(73)], control, CONTROL),
            _curve(
                x, [t / 2 for t in range(73)],
                [under_hazard_ratio(s, hazard_ratio) for s in control], TREATED, DASH,
            ),
        ]  # fmt: skip
        gap = [(x(month), Y(at.control)), (x(month), Y(at.treated))]
        mean = restricted_mean(month, median)
        lines = (
            f"Median: control {svg.number(median, decimals=1)}, treated "
            f"{svg.number(treated, decimals=1)} months",
            f"Mean time alive up to month {month} (RMST): "
            f"{svg.number(mean, decimals=1)} and {svg.number(mean + at.months, decimals=1)} months",
            gain,
        )
        desc = f"{told} {'. '.join(lines)}. Hazards are constant in this model."
        return View(
            told,
            svg.figure(
                WIDTH, 394, self.title, desc,
                _plane(x), _half(x), *curves,
                svg.line([(x(month), Y.start), (x(month), Y.end)], width=1.5, dash="4 4"),
                svg.line(gap, width=8, colour=svg.INK),
                svg.marker(x(month), Y(at.control), size=7, fill=CONTROL),
                svg.marker(x(month), Y(at.treated), size=8, fill=TREATED, shape="square"),
                _legend(380),
            )
            + _told(lines),
        )  # fmt: skip


class CrossingCurves(Explorer):
    """Let the hazard ratio change once, and see what a single number hides.

    Examples
    --------
    >>> CrossingCurves().summary
    'More deaths at first; the curves cross at month 16. Median 23.5 instead of 20.6 months.'
    """

    title = "Curves that cross (drawn from a model)"

    def __init__(self) -> None:
        super().__init__(
            early=_slider("Hazard ratio at first", 1.65, 0.5, 2.5, 0.01),
            late=_slider("Hazard ratio afterwards", 0.61, 0.3, 1.3, 0.01),
            switch=widgets.IntSlider(6, min=1, max=18, description="Changes at month"),
        )

    def view(self, *, early: float, late: float, switch: int) -> View:  # type: ignore[override]
        """Draw both arms and where they cross."""
        arms = Crossing(20.6, early, late, switch)
        cross = arms.crosses
        if cross is None:
            told = "The curves do not cross"
            worse, better = max(early, late) > 1, min(early, late) < 1
            told += ": fewer die" if better and not worse else ": more die" if worse else ""
        elif early > 1:
            told = f"More deaths at first; the curves cross at month {svg.number(cross)}"
        else:
            told = f"Fewer deaths at first; the curves cross at month {svg.number(cross)}"
        told += f". Median {svg.number(arms.treated_median)} instead of 20.6 months."
        x = svg.Scale(0, 60, start=PLOT[0], end=PLOT[1])
        months = sorted({*range(61), switch})
        parts = [
            _plane(x), _half(x),
            _curve(x, months, [arms.control(t) for t in months], CONTROL),
            _curve(x, months, [arms.treated(t) for t in months], TREATED, DASH),
            svg.line([(x(switch), Y.start), (x(switch), Y.end)], width=1.5, dash="4 4"),
            svg.text(x(switch) + 6, Y.start - 10, "hazard changes", size=16),
        ]  # fmt: skip
        if cross is not None and cross <= 60:
            side = "right" if cross < 40 else "left"
            parts.append(
                svg.marker(
                    x(cross), Y(arms.control(cross)), "cross here", shape="diamond", side=side
                )
            )
        gains = [
            f"Mean time gained up to month {until}: {_signed(arms.months_gained(until))} months"
            for until in (12, 24, 60)
        ]
        return View(
            told,
            svg.figure(WIDTH, 394, self.title, f"{told} {'. '.join(gains)}.", *parts, _legend(380))
            + _told(gains),
        )


class BiasSimulator(Explorer):
    """Give a useless drug to whom the doctors choose, and compare as a careless paper would.

    Examples
    --------
    >>> fair = BiasSimulator()
    >>> fair.set(wait=0, preference=0)
    'The drug does nothing. Careless comparison: hazard ratio 0.99.'
    """

    title = "A drug that does nothing, in a retrospective cohort (simulated)"

    def __init__(self) -> None:
        super().__init__(
            wait=_slider("Mean wait until treatment (months)", 0, 0, 6, 0.5),
            preference=widgets.IntSlider(
                0, min=0, max=80, step=10, description="Doctors prefer the fit (%)"
            ),
        )

    def view(self, *, wait: float, preference: int) -> View:  # type: ignore[override]
        """Draw both groups' survival, and three ways to compare them."""
        treated, others, ratios, count = _cohort(wait, preference)
        naive = ratios[0]
        told = f"The drug does nothing. Careless comparison: hazard ratio {naive:.2f}."
        x = svg.Scale(0, FOLLOW_UP, start=PLOT[0], end=PLOT[1])
        months = list(range(FOLLOW_UP))
        names = (
            "Treated or not, from the start", "Waiting counted for the untreated",
            "... and only among the fit",
        )  # fmt: skip
        scale = svg.Scale(0.3, 1.25, start=322, end=376, log=True)
        rows = [
            svg.line([(scale(1), 400), (scale(1), 518)], width=2, dash="4 4"),
            svg.text(scale(1), 538, "1: no effect", size=16, anchor="middle"),
        ]
        for i, (name, ratio) in enumerate(zip(names, ratios, strict=True)):
            y = 424 + 36 * i
            shape = ("square", "diamond", "circle")[i]
            rows += [
                svg.text(8, y, name, size=18, bold=i == 0),
                svg.marker(scale(max(ratio, 0.3)), y - 6, shape=shape, size=9,
                           fill=TREATED if i == 0 else svg.INK),
                svg.text(WIDTH - 8, y, f"{ratio:.2f}", size=18, bold=True, anchor="end"),
            ]  # fmt: skip
        said = "; ".join(f"{n}: {r:.2f}" for n, r in zip(names, ratios, strict=True))
        desc = f"{told} {count} of {PEOPLE} people were treated. Hazard ratios: {said}."
        return View(
            told,
            svg.figure(
                WIDTH, 548, self.title, desc, _plane(x),
                _curve(x, months, others, CONTROL), _curve(x, months, treated, TREATED, DASH),
                _legend(380, "never treated"), *rows,
            ),
        )  # fmt: skip


@cache
def _cohort(
    wait: float, preference: int
) -> tuple[list[float], list[float], tuple[float, float, float], int]:
    """Curves of the treated and of the others, three hazard ratios, and how many were treated."""
    drawn = simulate_observed(
        PEOPLE, wait=wait, preference=preference / 100, follow_up=FOLLOW_UP, seed=SEED
    )
    months = [float(month) for month in range(FOLLOW_UP)]
    ratios = (
        hazard_ratio_by_person_time(drawn.cohort),
        hazard_ratio_from_treatment(drawn),
        hazard_ratio_from_treatment(drawn, fit=True),
    )
    curves = [share_alive(drawn.cohort, months, treated=group) for group in (True, False)]
    return curves[0], curves[1], ratios, sum(drawn.cohort.treated)


def _slider(words: str, value: float, low: float, high: float, step: float) -> widgets.FloatSlider:
    places = 2 if step < 0.1 else 1
    return widgets.FloatSlider(
        value, min=low, max=high, step=step, description=words, readout_format=f".{places}f"
    )


def _people(share: float) -> str:
    return f"{100 * share:.0f}"


def _signed(value: float) -> str:
    text = svg.number(value, decimals=1)
    return text if text.startswith("−") or text == "0.0" else f"+{text}"


def _curve(
    x: svg.Scale, months: list[float] | list[int], shares: list[float], colour: str, dash: str = ""
) -> str:
    points = [(x(t), Y(s)) for t, s in zip(months, shares, strict=True)]
    return svg.line(points, colour=colour, width=4, dash=dash)


@cache
def _plane(x: svg.Scale) -> str:
    parts = []
    step = 12 if x.high > 40 else 6
    for month in range(0, int(x.high) + 1, step):
        parts.append(svg.text(x(month), Y.start + 24, str(month), size=18, anchor="middle"))
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = Y(share)
        parts.append(svg.line([(x.start, y), (x.end, y)], colour=svg.GRID, width=1))
        parts.append(svg.text(x.start - 8, y + 6, f"{100 * share:g} %", size=18, anchor="end"))
    parts.append(svg.line([(x.start, Y.end), (x.start, Y.start), (x.end, Y.start)], width=1.5))
    middle = (x.start + x.end) / 2
    label = "Months; share alive"
    return "".join([*parts, svg.text(middle, Y.start + 48, label, size=17, anchor="middle")])


def _told(lines: Sequence[str]) -> str:
    """Lines below a picture, in text that stays legible on a phone."""
    items = "".join(f'<li style="margin:2px 0">{each}</li>' for each in lines)
    return f'<ul style="list-style:none;padding:0;margin:8px 0 0">{items}</ul>'


def _half(x: svg.Scale) -> str:
    return svg.line([(x.start, Y(0.5)), (x.end, Y(0.5))], colour=svg.MUTED, width=2, dash="2 5")


def _legend(y: float, control: str = "control") -> str:
    return "".join(
        [
            svg.line([(16, y - 6), (66, y - 6)], colour=TREATED, width=4, dash=DASH),
            svg.text(76, y, "treated", size=18, bold=True, colour=TREATED),
            svg.line([(190, y - 6), (240, y - 6)], colour=CONTROL, width=4),
            svg.text(250, y, control, size=18, bold=True, colour=CONTROL),
        ]
    )
