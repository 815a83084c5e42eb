"""Accessible inline SVG from numbers: pure functions, each returning text.

Coordinates are pixels of the figure, y growing downwards; a `Scale` turns data into pixels.
The colours are those of Okabe and Ito, told apart with any colour vision. A fill is never the
only carrier of a meaning: give every region, line and bar its label. The same input gives the
same bytes, and a number that is not finite raises instead of drawing a gap.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape

INK = "#1b1f24"
MUTED = "#57606a"
GRID = "#d0d7de"
ORANGE, SKY, GREEN, YELLOW = "#e69f00", "#56b4e9", "#009e73", "#f0e442"
BLUE, VERMILLION, PURPLE = "#0072b2", "#d55e00", "#cc79a7"

Points = Iterable[tuple[float, float]]

_SHAPES = {
    "circle": [(math.sin(i * math.pi / 12), -math.cos(i * math.pi / 12)) for i in range(24)],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "diamond": [(0.0, -1.2), (1.2, 0.0), (0.0, 1.2), (-1.2, 0.0)],
    "triangle": [(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    "pointer": [(-0.9, -1.0), (0.9, -1.0), (0.0, 0.6)],
}


def number(value: float, digits: int = 3, *, decimals: int | None = None) -> str:
    """Print a number as compactly as a reader wants it.

    Parameters
    ----------
    value
        A finite number.
    digits
        Significant digits; trailing zeros are dropped and whole digits never are.
    decimals
        Digits after the point, kept even when zero; overrides `digits`.

    Raises
    ------
    ValueError
        If `value` is not finite.

    Examples
    --------
    >>> number(17.104), number(0.5), number(123456.7), number(-2.6, decimals=2)
    ('17.1', '0.5', '123457', '−2.60')
    """
    if not math.isfinite(value):
        raise ValueError(f"cannot print {value}: a finite number is needed")
    if decimals is None:
        power = math.floor(math.log10(abs(value))) if value else 0
        decimals = max(0, digits - 1 - power)
        text = f"{value:.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if decimals else text
    else:
        text = f"{value:.{decimals}f}"
    return text.replace("-", "−" if text.strip("-0.") else "")


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight or logarithmic map from data to pixels.

    Parameters
    ----------
    low, high
        Ends of the data, in the variable's unit; `low` must be above 0 when `log`.
    start, end
        Pixels at `low` and at `high`.
    log
        Equal ratios, rather than equal differences, take equal space.

    Examples
    --------
    >>> bilirubin = Scale(1, 100, start=0, end=200, log=True)
    >>> bilirubin(10), bilirubin.ticks()
    (100.0, [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0])
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or (self.log and self.low <= 0):
            above = " above 0" if self.log else ""
            raise ValueError(f"scale from {self.low} to {self.high}: needs low{above} < high")

    def __call__(self, value: float) -> float:
        """Pixel of a data value; values beyond the ends lie beyond the pixels."""
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int = 6) -> list[float]:
        """Values to label: 1, 2, 5 times powers of ten; about `count` on a straight axis."""
        if self.log:
            powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            values = [m * 10.0**power for power in powers for m in (1, 2, 5)]
            return [v for v in values if self.low <= v <= self.high]
        rough = (self.high - self.low) / count
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [i * step for i in range(first, last + 1)]


def figure(width: float, height: float, title: str, desc: str, *parts: str) -> str:
    """Wrap drawn parts into one SVG picture that a screen reader reads as title and description.

    Parameters
    ----------
    width, height
        Size in pixels; the picture shrinks with a narrow screen.
    title, desc
        What the picture is, and what it shows at these values. Both are required.

    Raises
    ------
    ValueError
        If `title` or `desc` is empty.

    Examples
    --------
    >>> figure(90, 60, "Dot", "One dot in the middle.", marker(45, 30))[:61]
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="90"'
    """
    if not title.strip() or not desc.strip():
        raise ValueError("a figure needs a title and a description: its text alternative is empty")
    w, h = _px(width), _px(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{w}" height="{h}" '
        f'viewBox="0 0 {w} {h}" style="max-width:100%;height:auto" '
        'font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(desc)}</desc>"
        f'<rect width="{w}" height="{h}" fill="#fff"/>{"".join(parts)}</svg>'
    )


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 17,
    anchor: str = "start",
    bold: bool = False,
    colour: str = INK,
    turn: float = 0,
) -> str:
    """Write a label with a white edge, legible on any fill; `turn` rotates it, in degrees."""
    rotate = f' transform="rotate({_px(turn)} {_px(x)} {_px(y)})"' if turn else ""
    weight = ' font-weight="700"' if bold else ""
    halo = "" if colour == "#fff" else ' stroke="#fff" stroke-width="4" paint-order="stroke"'
    return (
        f'<text x="{_px(x)}" y="{_px(y)}" font-size="{_px(size)}" text-anchor="{anchor}"'
        f' fill="{colour}"{weight}{halo} stroke-linejoin="round"{rotate}>{escape(content)}</text>'
    )


def line(points: Points, *, colour: str = INK, width: float = 3, dash: str = "") -> str:
    """Draw a line through the points; `dash` is an SVG dash pattern such as ``"8 5"``."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<polyline points="{_path(points)}" fill="none" stroke="{colour}" '
        f'stroke-width="{_px(width)}" stroke-linejoin="round"{dashes}/>'
    )


def region(points: Points, fill: str, *, opacity: float = 0.35) -> str:
    """Fill the area that the points enclose."""
    return f'<polygon points="{_path(points)}" fill="{fill}" fill-opacity="{_px(opacity)}"/>'


def contour(
    points: Sequence[tuple[float, float]],
    label: str,
    *,
    at: float = 0.5,
    colour: str = INK,
    dash: str = "",
) -> str:
    """Draw a line and write its label along it, `at` the given share of the way."""
    after = min(max(1, round(at * (len(points) - 1))), len(points) - 1)
    (x0, y0), (x1, y1) = points[after - 1], points[after]
    if x1 < x0:
        (x0, y0), (x1, y1) = (x1, y1), (x0, y0)
    turn = math.degrees(math.atan2(y1 - y0, x1 - x0))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    # Nine pixels off the line, on its upper side.
    across = math.radians(turn)
    x, y = x + 9 * math.sin(across), y - 9 * math.cos(across)
    name = text(x, y, label, size=16, anchor="middle", bold=True, turn=turn)
    return line(points, colour=colour, dash=dash) + name


def bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    """Draw an outlined rectangle from its top left corner."""
    return (
        f'<rect x="{_px(x)}" y="{_px(y)}" width="{_px(width)}" height="{_px(height)}" '
        f'fill="{fill}" stroke="{INK}" stroke-width="1.5"/>'
    )


def marker(
    x: float,
    y: float,
    label: str = "",
    *,
    shape: str = "circle",
    size: float = 9,
    fill: str = INK,
    side: str = "right",
) -> str:
    """Draw a point as a circle, square, diamond, triangle or (downward) pointer, and label it."""
    outline = ((x + size * dx, y + size * dy) for dx, dy in _SHAPES[shape])
    point = (
        f'<polygon points="{_path(outline)}" fill="{fill}" stroke="#fff" stroke-width="2.5" '
        'paint-order="stroke"/>'
    )
    if not label:
        return point
    shift, anchor = {"right": (size + 8, "start"), "left": (-size - 8, "end")}[side]
    return point + text(x + shift, y + 6, label, anchor=anchor, bold=True)


def axes(x: Scale, y: Scale, x_label: str, y_label: str) -> str:
    """Draw grid, ticks with their values, and the names of both axes with their units."""
    left, right, bottom, top = x.start, x.end, y.start, y.end
    parts = []
    for value in x.ticks():
        at = x(value)
        parts.append(line([(at, bottom), (at, top)], colour=GRID, width=1))
        parts.append(text(at, bottom + 24, number(value), size=16, anchor="middle"))
    for value in y.ticks():
        at = y(value)
        parts.append(line([(left, at), (right, at)], colour=GRID, width=1))
        parts.append(text(left - 10, at + 6, number(value), size=16, anchor="end"))
    parts.append(line([(left, top), (left, bottom), (right, bottom)], width=1.5))
    parts.append(text((left + right) / 2, bottom + 52, x_label, anchor="middle", bold=True))
    middle = (top + bottom) / 2
    parts.append(text(left - 52, middle, y_label, anchor="middle", bold=True, turn=-90))
    return "".join(parts)


def strip(
    labels: Sequence[str],
    active: Collection[str],
    *,
    x: float = 0,
    y: float = 0,
    width: float = 600,
    height: float = 52,
) -> str:
    """Draw ordered classes as a row of boxes and point at the ones that apply.

    One active label is the decision: a filled box under a pointer. Several are what is still
    possible: dashed boxes under question marks. The pointers stand 24 pixels above `y`.
    """
    for label in active:
        if label not in labels:
            raise ValueError(f"strip has no class {label!r}; it has {', '.join(labels)}")
    decided = len(active) == 1
    step, parts = width / len(labels), []
    for i, label in enumerate(labels):
        left, middle = x + i * step, x + (i + 0.5) * step
        fill, edge, ink, bold = "#fff", f'stroke="{MUTED}"', INK, label in active
        if bold and decided:
            fill, ink = BLUE, "#fff"
            parts.append(marker(middle, y - 13, shape="pointer", size=10))
        elif bold:
            edge = f'stroke="{INK}" stroke-width="3" stroke-dasharray="6 4"'
            parts.append(text(middle, y - 7, "?", anchor="middle", bold=True))
        parts.append(
            f'<rect x="{_px(left + 2)}" y="{_px(y)}" width="{_px(step - 4)}" '
            f'height="{_px(height)}" rx="6" fill="{fill}" {edge}/>'
        )
        below = y + height / 2 + 7
        parts.append(text(middle, below, label, size=20, anchor="middle", bold=bold, colour=ink))
    return "".join(parts)


def _px(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"cannot draw at {value}: a finite coordinate is needed")
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _path(points: Points) -> str:
    return " ".join(f"{_px(x)},{_px(y)}" for x, y in points)
