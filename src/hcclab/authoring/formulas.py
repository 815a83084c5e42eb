"""Draw the formulas of a lesson, because a page without a network has no MathJax."""

from __future__ import annotations

import re
from html import escape
from io import StringIO

__all__ = ["drawn", "with_drawn_formulas"]

_FORMULA = re.compile(r"^\$\$(.+?)\$\$$", re.DOTALL | re.MULTILINE)


def drawn(latex: str, size: int = 16) -> str:
    r"""Return a formula as SVG in letters of `size` points, its source being the text alternative.

    Examples
    --------
    >>> drawn(r"\frac{a}{b}").startswith('<svg role="img"')
    True
    """
    from matplotlib import mathtext
    from matplotlib.font_manager import FontProperties

    latex = " ".join(latex.split())
    picture = StringIO()
    mathtext.math_to_image(f"${latex}$", picture, FontProperties(size=size), format="svg")
    svg = picture.getvalue()
    svg = svg[svg.index("<svg") :].replace("<svg", '<svg role="img"', 1)
    return svg.replace(">", f"><title>{escape(latex)}</title>", 1)


def with_drawn_formulas(markdown: str) -> str:
    """Replace each formula that stands alone, ``$$...$$``, by its drawing."""

    def draw(match: re.Match[str]) -> str:
        one_line = " ".join(drawn(match[1]).split())
        return f'<div class="formula">{one_line}</div>'

    return _FORMULA.sub(draw, markdown)
