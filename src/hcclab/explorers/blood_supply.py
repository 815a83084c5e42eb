"""Explorer of the liver's two supplies of blood: what each treatment uses of them, and shuts.

A sketch, not a model: the shares of vein and artery are from memory, a blocked artery is taken as
shut completely, and that an artery widens when the vein closes is left out.
"""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View
from hcclab.explorers.board_pages import as_images

VEIN, ARTERY = 0.75, 0.25
"""Shares of the blood of normal liver [from memory]."""


class Way(NamedTuple):
    """What a treatment does with the artery.

    Attributes
    ----------
    name
        In one or two words.
    effect
        What comes of it for the tumour.
    cargo
        What is drawn: ``drug``, ``beads``, ``spheres``, ``beams`` or nothing.
    shuts
        Whether it shuts the artery.
    """

    name: str
    effect: str
    cargo: str = ""
    shuts: bool = False


WAYS = {
    "nothing yet": Way("Nothing done", "the tumour lives on the artery"),
    "cTACE: drug in oil, then particles": Way("cTACE", "the tumour starves", "drug", True),
    "DEB-TACE: beads with a drug": Way("DEB-TACE", "the tumour starves", "beads", True),
    "HAIC: a drug alone, for hours": Way("HAIC", "drug arrives, the artery stays open", "drug"),
    "radioembolisation: yttrium-90": Way(
        "Radioembolisation", "spheres arrive, the artery stays open", "spheres"
    ),
    "radiation from outside": Way("Radiation from outside", "no vessel is used", "beams"),
}


class BloodSupply(Explorer):
    """Choose a treatment, let tumour grow into the portal vein, and see who still gets blood.

    Examples
    --------
    >>> supply = BloodSupply()
    >>> supply.set(treatment="DEB-TACE: beads with a drug")
    '✓ DEB-TACE: the tumour starves; normal liver keeps 75 % of its blood.'
    >>> supply.set(filled_percent=100)
    '✗ DEB-TACE: the tumour starves, and so does normal liver: no blood is left.'
    """

    title = "Two supplies: who lives on which? (a sketch)"
    wide = True

    def __init__(self) -> None:
        super().__init__(
            treatment=widgets.Dropdown(options=list(WAYS), description="Treatment"),
            filled_percent=widgets.IntSlider(
                0, min=0, max=100, step=25, description="Tumour in portal vein (%)"
            ),
        )

    def view(self, *, treatment: str, filled_percent: int) -> View:  # type: ignore[override]
        """Draw liver, tumour and vessels, and the blood that is left for each."""
        return drawn(WAYS[treatment], filled_percent)


def drawn(way: Way, filled_percent: int) -> View:
    """Sentence and picture of one treatment at one filling of the portal vein.

    Examples
    --------
    >>> drawn(WAYS["nothing yet"], 100).summary
    'Nothing done: the tumour lives on the artery; normal liver keeps 25 % of its blood.'
    """
    vein = VEIN * (1 - filled_percent / 100)
    artery = 0.0 if way.shuts else ARTERY
    summary = _verdict(way, vein + artery)
    body = "".join(
        f'<div style="flex:1 1 {width - 80}px;max-width:{width}px;min-width:0">{each}</div>'
        for width, each in (
            (480, _sketch(way, filled_percent, summary)),
            (380, _bars(vein, artery)),
        )
    )
    return View(summary, f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>')


def still(*settings: tuple[str, int]) -> str:
    """Write sketches as images with their sentence, for pages on which no kernel runs.

    Parameters
    ----------
    *settings
        Treatment, a key of `WAYS`, and filling of the portal vein, percent.

    Returns
    -------
    str
        HTML.
    """
    views = [(drawn(WAYS[name], filled), WAYS[name], filled) for name, filled in settings]
    body = "".join(
        f'<figure style="flex:1 1 400px;max-width:480px;margin:0">'
        f"{_sketch(way, filled, view.summary)}<figcaption>{escape(view.summary)}</figcaption>"
        "</figure>"
        for view, way, filled in views
    )
    return as_images(f'<div style="display:flex;flex-wrap:wrap;gap:8px 12px">{body}</div>')


def _verdict(way: Way, left: float) -> str:
    if left == 0:
        return f"✗ {way.name}: {way.effect}, and so does normal liver: no blood is left."
    mark = "✓ " if left > 0.5 else "△ "
    if way.cargo == "":
        mark = ""
    return f"{mark}{way.name}: {way.effect}; normal liver keeps {100 * left:.0f} % of its blood."


# Drawing ----------------------------------------------------------------------------------------

Path = tuple[tuple[float, float], ...]

LIVER: Path = (
    (30, 150), (52, 74), (120, 32), (210, 30), (290, 52), (380, 66), (452, 92), (440, 136),
    (372, 166), (310, 206), (232, 250), (150, 270), (74, 256), (36, 210),
)  # fmt: skip
TUMOUR, RADIUS = (140.0, 118.0), 50.0
VEINS: tuple[Path, ...] = (
    ((306, 336), (300, 290), (268, 232), (206, 212), (130, 216), (72, 200)),
    ((268, 232), (320, 168), (404, 112)),
    ((206, 212), (232, 140), (226, 70)),
)
TWIGS: tuple[Path, ...] = (
    ((214, 336), (222, 290), (240, 236)),
    ((240, 236), (290, 176), (336, 122)),
    ((240, 236), (160, 236), (92, 236)),
)
FEEDER: Path = ((240, 236), (204, 186), (170, 152))
TUFT: tuple[Path, ...] = (
    ((170, 152), (150, 130), (146, 96)),
    ((170, 152), (140, 146), (112, 128)),
    ((170, 152), (168, 128), (166, 106)),
)
SPOTS: Path = ((118, 100), (140, 84), (162, 98), (120, 134), (144, 150), (172, 126))
BEAMS = ((20, 300), (80, 230), (150, 230))
"""Direction in degrees, and how far beyond the tumour it goes on, pixels."""


def _sketch(way: Way, filled_percent: int, summary: str) -> str:
    outline = _smooth((*LIVER, LIVER[0]))
    parts = [svg.region(outline, "#f3dfc6", opacity=1), svg.line(outline, width=2)]
    for path, width in zip(VEINS, (18, 13, 11), strict=True):
        parts.append(svg.line(_smooth(path), colour=svg.INK, width=width + 3))
        parts.append(svg.line(_smooth(path), colour=svg.PURPLE, width=width))
        if filled_percent < 100:
            flow = width * (1 - filled_percent / 100)
            parts.append(svg.line(_smooth(path), colour=svg.SKY, width=flow))
    for path, width in zip(TWIGS, (7, 4, 4), strict=True):
        parts.append(_artery(path, width, way.shuts))
    disc = [(TUMOUR[0] + RADIUS * np.cos(a), TUMOUR[1] + RADIUS * np.sin(a)) for a in _ROUND]
    parts += [svg.region(disc, svg.ORANGE, opacity=0.85), svg.line([*disc, disc[0]], width=2)]
    for path, width in zip((FEEDER, *TUFT), (8, 4, 4, 4), strict=True):
        parts.append(_artery(path, width, way.shuts))
    parts += _cargo(way)
    if way.shuts:
        parts.append(svg.marker(222, 210, shape="square", size=10))
        parts.append(svg.text(240, 200, "✗ shut", bold=True))
    parts += [
        svg.text(140, 62 if way.cargo else 124, "tumour", anchor="middle", bold=True),
        svg.text(252, 88, "normal liver", bold=True),
        svg.text(322, 318, "portal vein", bold=True),
        svg.text(202, 318, "hepatic artery", anchor="end", bold=True),
    ]
    if filled_percent:
        label = "✗ full of tumour" if filled_percent == 100 else f"{filled_percent} % tumour"
        parts.append(svg.text(322, 296, label, size=16))
    desc = (
        f"{summary} The portal vein branches into normal liver, {filled_percent} % of it filled by "
        f"tumour; a branch of the hepatic artery feeds the tumour and is "
        f"{'shut' if way.shuts else 'open'}. {_DRAWN[way.cargo]}"
    )
    return svg.figure(480, 340, f"Liver and tumour: {way.name}", desc.strip(), *parts)


_ROUND = np.linspace(0, 2 * np.pi, 40, endpoint=False)
_DRAWN = {
    "": "",
    "drug": "Dots in the tumour are the drug.",
    "beads": "Rings in the tumour are beads with a drug.",
    "spheres": "Stars in the tumour are spheres that radiate.",
    "beams": "Three beams cross in the tumour; each passes through other tissue on its way.",
}


def _artery(path: Path, width: float, empty: bool) -> str:
    if not empty:
        return svg.line(_smooth(path), colour=svg.VERMILLION, width=width)
    walls = svg.line(_smooth(path), colour=svg.MUTED, width=width + 1)
    return walls + svg.line(_smooth(path), colour="#fff", width=width - 2)


def _cargo(way: Way) -> list[str]:
    parts = []
    for degrees, beyond in BEAMS if way.cargo == "beams" else ():
        along = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
        across = 11 * np.array([-along[1], along[0]])
        start, end = TUMOUR - 170 * along, TUMOUR + beyond * along
        band = [start + across, end + across, end - across, start - across]
        parts.append(svg.region([(x, y) for x, y in band], svg.YELLOW, opacity=0.65))
        for side in (across, -across):
            parts.append(svg.line([tuple(start + side), tuple(end + side)], width=1, dash="5 4"))
    for x, y in SPOTS if way.cargo in {"drug", "beads", "spheres"} else ():
        if way.cargo == "spheres":
            for dx, dy in ((11, 0), (0, 11), (8, 8), (8, -8)):
                parts.append(svg.line([(x - dx, y - dy), (x + dx, y + dy)], width=2))
            parts.append(svg.marker(x, y, size=5, fill=svg.YELLOW))
        elif way.cargo == "beads":
            parts.append(svg.marker(x, y, size=9))
            parts.append(svg.marker(x, y, size=4, fill="#fff"))
        else:
            parts.append(svg.marker(x, y, shape="diamond", size=5, fill=svg.BLUE))
    return parts


def _bars(vein: float, artery: float) -> str:
    full = svg.Scale(0, 1, start=14, end=364)
    fed = artery / ARTERY
    parts = [
        svg.text(14, 30, "Blood that is left", size=20, bold=True),
        svg.text(14, 84, f"tumour: {100 * fed:.0f} %", bold=True),
        svg.text(14, 184, f"normal liver: {100 * (vein + artery):.0f} %", bold=True),
    ]
    for y, pieces in (
        (98, ((fed, svg.VERMILLION, "artery"),)),
        (198, ((vein, svg.SKY, "vein"), (artery, svg.VERMILLION, "artery"))),
    ):
        frame = [(full.start, y), (full.end, y), (full.end, y + 40), (full.start, y + 40)]
        parts.append(svg.line([*frame, frame[0]], colour=svg.MUTED, width=1.5, dash="4 4"))
        at = 0.0
        for share, fill, name in pieces:
            if share > 0:
                left, right = full(at), full(at + share)
                parts.append(svg.bar(left, y, right - left, 40, fill))
                if right - left >= 60:
                    parts.append(svg.text((left + right) / 2, y + 26, name, anchor="middle"))
            at += share
    parts.append(svg.text(14, 284, "Vein ¾, artery ¼: from memory.", size=16))
    parts.append(svg.text(14, 308, "Hollow vessels are empty.", size=16))
    desc = f"Tumour {100 * fed:.0f} %; normal liver {100 * vein:.0f} % by the vein and "
    return svg.figure(
        380, 340, "Blood that is left", f"{desc}{100 * artery:.0f} % by the artery.", *parts
    )


@cache
def _smooth(points: Path) -> list[tuple[float, float]]:
    """A curve through the points (Catmull-Rom)."""
    closed = points[0] == points[-1]
    before = points[-2] if closed else points[0]
    after = points[1] if closed else points[-1]
    nodes = np.array([before, *points, after])
    curve = []
    for place, _ in enumerate(pairwise(points)):
        a, b, c, d = nodes[place : place + 4]
        for t in np.linspace(0, 1, 7)[:-1]:
            at = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
            curve.append((float(at[0]), float(at[1])))
    return [*curve, points[-1]]
