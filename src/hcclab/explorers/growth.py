"""Explorer of the surgery lesson: how fast a tumour grows while its bearer waits for a liver.

It draws what `hcclab.mechanisms.growth` gives; where the list ends, the Milan criteria say.
"""

from __future__ import annotations

from functools import cache

import ipywidgets as widgets
import numpy as np

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.mechanisms.growth import (
    DAYS_PER_MONTH,
    Growth,
    Law,
    days_until,
    diameter_cm,
    grow,
)
from hcclab.tumour_burden import MILAN

KNOWN = Growth.described()
BRAKES: dict[str, Law] = {
    "Gompertz: slows at once": "gompertz",
    "logistic: slows late": "logistic",
    "exponential: never slows": "exponential",
}
SHORT = {law: name.split(":")[0] for name, law in BRAKES.items()}
LOOKS = {
    "gompertz": (svg.BLUE, ""),
    "logistic": (svg.GREEN, "10 5"),
    "exponential": (svg.VERMILLION, "3 5"),
}
EARLY_CM = 3.0
"""Where several rules for small tumours end, cm."""

SOON, LATE = 36, 60
"""Months on the left, and on the right."""


class GrowthWhileWaiting(Explorer):
    """Let a tumour grow without treatment, and see when it leaves the list.

    Examples
    --------
    >>> waiting = GrowthWhileWaiting()
    >>> waiting.summary
    '2.8 cm (11 mL) now: past 5 cm, the end of Milan, after 15 months.'
    >>> waiting.set(doubling_months=2.0)
    '2.8 cm (11 mL) now: past 5 cm, the end of Milan, after 6 months.'
    """

    title = "How long does the list stay open? (a model, not a forecast)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            diameter_cm=control(KNOWN["diameter_cm"].variable, value=2.8, low=1, high=6),
            doubling_months=control(KNOWN["doubling_months"].variable, value=4.6),
            law=widgets.Dropdown(options=list(BRAKES), description="Growth"),
        )

    def view(  # type: ignore[override]
        self, *, diameter_cm: float, doubling_months: float, law: str
    ) -> View:
        """Draw the diameter over three years, and the volume over five."""
        growth = Growth(diameter_cm=diameter_cm, doubling_months=doubling_months)
        chosen = BRAKES[law]
        months = days_until(growth, milan_cm(), chosen) / DAYS_PER_MONTH
        start = f"{diameter_cm:.1f} cm ({svg.number(growth.volume_ml, 2)} mL) now"
        if diameter_cm > milan_cm():
            summary = f"{start}: past {milan_cm():g} cm, the end of Milan, from the first day."
        else:
            summary = (
                f"{start}: past {milan_cm():g} cm, the end of Milan, after {_rounded(months)}."
            )
        pair = "".join(
            f'<div style="flex:1 1 360px;max-width:460px;min-width:0">{each}</div>'
            for each in (_sizes(growth, chosen, months, summary), _volumes(growth, chosen))
        )
        return View(
            summary,
            f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{pair}</div>'
            "<p>Same speed at the start in all three. The ceiling of "
            f"{growth.capacity_ml:g} mL is illustrative.</p>",
        )


@cache
def milan_cm() -> float:
    """Largest single tumour within the Milan criteria, cm, in steps of a millimetre.

    Examples
    --------
    >>> milan_cm()
    5.0
    """
    rest = {"macrovascular_invasion": False, "extrahepatic_spread": False}
    sizes = (mm / 10 for mm in range(1, 201))
    return max(
        size
        for size in sizes
        if MILAN.decide({"tumour_diameters_cm": [size], **rest}).outcome == "in"
    )


def _rounded(months: float) -> str:
    if months < 0.5:
        return "less than a month"
    return f"{months:.0f} month{'' if round(months) == 1 else 's'}"


# Drawing ------------------------------------------------------------------------------------------

MONTH = svg.Scale(0, SOON, start=66, end=396)
SIZE = svg.Scale(0, 10, start=236, end=16)
LATER = svg.Scale(0, LATE, start=76, end=396)
VOLUME = svg.Scale(0.1, 1e5, start=236, end=16, log=True)
WIDTH, HEIGHT = 430, 324


def _curves(growth: Growth, chosen: Law, until: int, x: svg.Scale, y: svg.Scale) -> list[str]:
    """All three laws, the chosen one thick and last; what leaves the picture ends at its edge."""
    parts = []
    months = np.linspace(0, until, 121)
    for law in sorted(BRAKES.values(), key=lambda each: each == chosen):
        volumes = grow(growth, months * DAYS_PER_MONTH, law)
        values = diameter_cm(volumes) if y is SIZE else volumes
        points = [(x(m), y(v)) for m, v in zip(months, values, strict=True) if v <= y.high]
        colour, dash = LOOKS[law]
        parts.append(svg.line(points, colour=colour, dash=dash, width=5 if law == chosen else 2))
    return parts


def _sizes(growth: Growth, chosen: Law, months: float, summary: str) -> str:
    parts = [svg.axes(MONTH, SIZE, "months without treatment", "diameter, cm")]
    for limit, words in ((EARLY_CM, f"{EARLY_CM:g} cm"), (milan_cm(), "Milan ends")):
        y = SIZE(limit)
        parts.append(svg.line([(MONTH.start, y), (MONTH.end, y)], width=2.5, dash="10 5"))
        parts.append(svg.text(MONTH.end, y - 8, words, anchor="end", bold=True))
    parts += _curves(growth, chosen, SOON, MONTH, SIZE)
    if 0 <= months <= SOON:
        parts.append(svg.marker(MONTH(months), SIZE(milan_cm()), shape="diamond", size=12))
    return svg.figure(WIDTH, HEIGHT, "Diameter over three years", summary, *parts)


def _volumes(growth: Growth, chosen: Law) -> str:
    parts = []
    for power in range(-1, 6):
        y = VOLUME(10**power)
        parts.append(svg.line([(LATER.start, y), (LATER.end, y)], colour=svg.GRID, width=1))
        label = f"{10**power:,}".replace(",", " ")
        parts.append(svg.text(LATER.start - 8, y + 6, label, size=16, anchor="end"))
    for month in range(0, LATE + 1, 12):
        parts.append(
            svg.text(LATER(month), VOLUME.start + 24, f"{month}", size=16, anchor="middle")
        )
    y = VOLUME(growth.capacity_ml)
    parts.append(svg.line([(LATER.start, VOLUME.start), (LATER.end, VOLUME.start)], width=1.5))
    parts.append(svg.line([(LATER.start, VOLUME.start), (LATER.start, VOLUME.end)], width=1.5))
    parts.append(svg.line([(LATER.start, y), (LATER.end, y)], width=2.5, dash="10 5"))
    parts += _curves(growth, chosen, LATE, LATER, VOLUME)
    parts.append(svg.text(LATER.start + 8, y - 9, "ceiling: about a liver", bold=True))
    at_end = {law: float(grow(growth, LATE * DAYS_PER_MONTH, law)) for law in BRAKES.values()}
    for place, law in enumerate(BRAKES.values()):
        colour, dash = LOOKS[law]
        left, y = 12 + 136 * place, VOLUME.start + 76
        parts.append(svg.line([(left, y), (left + 34, y)], colour=colour, dash=dash, width=4))
        parts.append(svg.text(left + 40, y + 6, SHORT[law], size=16, bold=law == chosen))
    middle = (LATER.start + LATER.end) / 2
    parts.append(svg.text(middle, VOLUME.start + 52, "months", anchor="middle", bold=True))
    parts.append(svg.text(LATER.start + 8, 30, "volume, mL", bold=True))
    told = ", ".join(f"{SHORT[law]} {volume:,.0f} mL" for law, volume in at_end.items())
    desc = f"After {LATE} months: {told}. The ceiling is {growth.capacity_ml:g} mL."
    return svg.figure(
        WIDTH, HEIGHT, "Volume over five years, each line ten times the one below", desc, *parts
    )
