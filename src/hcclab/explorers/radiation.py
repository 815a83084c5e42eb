"""Explorer of radioembolisation: three doses from one activity, and what they may do.

Doses are those of the partition model; targets are those of `hcclab.dosimetry`. The curves of
effect are a teaching model (`hcclab.mechanisms.radioembolisation`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from hcclab.dosimetry import dose_targets, y90_lung_activity_limit, y90_normal_activity_limit
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.radioembolisation import (
    Best,
    Doses,
    GlassResponse,
    Radioembolisation,
    ResinResponse,
    best_activity,
    doses,
    ntcp,
    tcp,
    uncomplicated,
)

LUNG_GY = 30
"""Lung dose of one treatment [verified twice]."""

RESPONSES: dict[str, type[GlassResponse]] = {"glass": GlassResponse, "resin": ResinResponse}
PLAN = Radioembolisation.described()


class Aims(NamedTuple):
    """Least dose of the tumour and most of normal liver, Gy."""

    tumour_gy: float
    normal_gy: float


def aims(device: str) -> Aims:
    """Tumour and normal liver among the targets of a device.

    Examples
    --------
    >>> aims("glass"), aims("resin")
    (Aims(tumour_gy=205.0, normal_gy=75.0), Aims(tumour_gy=100.0, normal_gy=40.0))
    """
    targets = [each for each in dose_targets(device) if not each.situation]
    tumour = next(each.dose_gy for each in targets if each.tissue == "tumour")
    normal = next(each.dose_gy for each in targets if each.tissue.endswith("normal liver"))
    return Aims(tumour, normal)


class YttriumPlanner(Explorer):
    """Choose an activity of yttrium-90 and see what tumour, liver and lungs get.

    Examples
    --------
    >>> planner = YttriumPlanner()
    >>> planner.summary
    '✓ Tumour 237 Gy, normal liver 47 Gy, lungs 5 Gy: every target is met.'
    >>> planner.set(tumour_to_normal=2)
    '✗ Tumour 135 Gy, normal liver 68 Gy, lungs 5 Gy: the tumour gets too little.'
    """

    title = "One vial, three organs (a model, not a plan)"
    wide = True

    def __init__(self) -> None:
        def slider(name: str, label: str, value: float, low: float, high: float) -> widgets.Widget:
            variable = replace(PLAN[name].variable, label=label)
            return control(variable, value=value, low=low, high=high)

        super().__init__(
            activity_gbq=slider("activity_gbq", "activity", 2, 0.1, 8),
            tumour_to_normal=slider("tumour_to_normal", "tumour-to-normal ratio", 5, 1, 15),
            lung_shunt_fraction=slider("lung_shunt_fraction", "lung shunt, share", 0.05, 0, 0.3),
            device=widgets.Dropdown(options=list(RESPONSES), description="Microspheres"),
        )

    def view(  # type: ignore[override]
        self,
        *,
        activity_gbq: float,
        tumour_to_normal: float,
        lung_shunt_fraction: float,
        device: str,
    ) -> View:
        """Draw the doses against their targets, and the chances over activity."""
        plan = Radioembolisation(
            activity_gbq=activity_gbq,
            tumour_to_normal=tumour_to_normal,
            lung_shunt_fraction=lung_shunt_fraction,
        )
        response, aim = RESPONSES[device](), aims(device)
        given = doses(plan)
        summary = _verdict(given, aim)
        liver = y90_normal_activity_limit(
            aim.normal_gy, plan.tumour_kg, plan.normal_kg, tumour_to_normal, lung_shunt_fraction
        )
        lungs = y90_lung_activity_limit(LUNG_GY, lung_shunt_fraction)
        first = "normal liver" if liver <= lungs else "the lungs"
        words = (
            f"More than <strong>{min(liver, lungs):.1f} GBq</strong> passes a limit; the first to "
            f"pass it is <strong>{first}</strong>. Tumour {plan.tumour_kg:g} kg, liver "
            f"{plan.normal_kg:g} kg."
        )
        pair = _side_by_side(
            _bars(given, aim, summary),
            _chances(plan, response, _best(plan.changed(activity_gbq=1), device)),
        )
        return View(summary, f"{pair}<p>{words}</p>")


@lru_cache(maxsize=512)
def _best(plan: Radioembolisation, device: str) -> Best:
    """The best activity; it does not depend on that of the plan."""
    return best_activity(plan, RESPONSES[device]())


def _verdict(given: Doses, aim: Aims) -> str:
    tumour, normal, lung = (float(each) for each in given)
    wrong = []
    if normal >= aim.normal_gy:
        wrong.append("normal liver gets too much")
    if lung > LUNG_GY:
        wrong.append("the lungs get too much")
    if tumour < aim.tumour_gy:
        wrong.append("the tumour gets too little")
    said = f"Tumour {tumour:.0f} Gy, normal liver {normal:.0f} Gy, lungs {lung:.0f} Gy"
    if not wrong:
        return f"✓ {said}: every target is met."
    return f"✗ {said}: {' and '.join(wrong)}."


# Drawing ----------------------------------------------------------------------------------------


def _side_by_side(*figures: str) -> str:
    body = "".join(
        f'<div style="flex:1 1 360px;max-width:480px;min-width:0">{each}</div>' for each in figures
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>'


def _bars(given: Doses, aim: Aims, summary: str) -> str:
    rows = (
        ("tumour", float(given.tumour_gy), aim.tumour_gy, "at least", svg.ORANGE),
        ("normal liver", float(given.normal_gy), aim.normal_gy, "below", svg.SKY),
        ("lungs", float(given.lung_gy), LUNG_GY, "up to", svg.GREEN),
    )
    parts = []
    for number, (name, dose, target, sign, fill) in enumerate(rows):
        y = 40 + 98 * number
        enough = dose >= target if sign == "at least" else dose < target
        if sign == "up to":
            enough = dose <= target
        share = min(dose / target, 2.0)
        mark = "✓" if enough else "✗"
        parts += [
            svg.text(16, y - 13, f"{mark} {name}: {dose:.0f} Gy", size=20, bold=True),
            svg.bar(16, y, max(2.0, 200 * share), 30, fill),
            svg.line([(216, y - 5), (216, y + 36)], width=4, dash="7 4"),
            svg.text(216, y + 54, f"{sign} {target:.0f} Gy", size=16, anchor="middle"),
        ]
        if dose / target > 2:
            parts.append(svg.text(408, y + 22, "▶", size=20, anchor="end", bold=True))
    parts.append(svg.text(16, 330, "Dashed: the target. Right end: twice the target.", size=15))
    return svg.figure(432, 340, "Mean dose of three organs", summary, *parts)


ACTIVITY = svg.Scale(0, 8, start=66, end=404)
CHANCE = svg.Scale(0, 100, start=222, end=12)


def _chances(plan: Radioembolisation, response: GlassResponse, best: Best) -> str:
    activity = np.linspace(0, 8, 81)
    given = doses(plan, activity)
    control_, spared = tcp(given.tumour_gy, response), 1 - ntcp(given.normal_gy, response)
    both = uncomplicated(plan, response, activity)
    parts = [svg.axes(ACTIVITY, CHANCE, "activity, GBq", "chance, %")]
    for chance, colour, dash, width in (
        (control_, svg.ORANGE, "10 5", 3),
        (spared, svg.BLUE, "2 5", 3),
        (both, svg.INK, "", 4.5),
    ):
        points = [(ACTIVITY(a), CHANCE(100 * c)) for a, c in zip(activity, chance, strict=True)]
        parts.append(svg.line(points, colour=colour, width=width, dash=dash))
    here = float(uncomplicated(plan, response))
    x = ACTIVITY(plan.activity_gbq)
    parts.append(svg.line([(x, CHANCE.start), (x, CHANCE.end)], colour=svg.MUTED, width=2))
    parts.append(svg.marker(x, CHANCE(100 * here), shape="diamond", size=12, fill=svg.VERMILLION))
    y = 302
    for at, colour, dash, label in (
        (8, svg.ORANGE, "10 5", "tumour controlled"),
        (208, svg.BLUE, "2 5", "liver undamaged"),
    ):
        parts.append(svg.line([(at, y), (at + 34, y)], colour=colour, dash=dash))
        parts.append(svg.text(at + 42, y + 6, label, size=16))
    parts.append(svg.line([(8, y + 24), (42, y + 24)], width=4.5))
    parts.append(
        svg.text(
            50,
            y + 30,
            f"both: now {100 * here:.0f} %, at best {100 * best.probability:.0f} %"
            f" at {best.activity_gbq:.1f} GBq",
            size=16,
        )
    )
    desc = (
        f"At {plan.activity_gbq:.1f} GBq the chance of control without damage is {100 * here:.0f} "
        f"%; the best is {100 * best.probability:.0f} % at {best.activity_gbq:.1f} GBq."
    )
    return svg.figure(424, 340, "Chances by activity (illustrative)", desc, *parts)
