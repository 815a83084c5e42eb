"""Drive every control of an explorer to its ends and look at what it shows."""

from __future__ import annotations

import re
from itertools import combinations, product
from typing import Any

import ipywidgets as widgets

from hcclab.explorers.base import Explorer

SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
ALTERNATIVE = re.compile(r"<title>\s*\S.*?</title>\s*<desc>\s*\S.*?</desc>", re.DOTALL)
NOT_A_NUMBER = re.compile(r"\b(nan|inf|None)\b")
MOST_SETTINGS = 2000


def drive_to_ends(explorer: Explorer) -> int:
    """Move each control through its ends or options, alone and in pairs, and check every view.

    Controls are set as the browser sets them, one trait at a time, so that an error in the
    callback raises here. Returns the number of settings tried.
    """
    start = explorer.values
    ends = {name: _ends(control) for name, control in explorer.controls.items()}
    alone = [{name: end} for name, values in ends.items() for end in values]
    pairs = [
        {one: a, other: b}
        for one, other in combinations(ends, 2)
        for a, b in product(_outer(ends[one]), _outer(ends[other]))
    ]
    settings = [{}, *alone, *pairs]
    assert len(settings) <= MOST_SETTINGS, f"{explorer!r} has {len(settings)} settings to try"
    check_view(explorer)
    for setting in settings:
        for name, value in {**start, **setting}.items():
            explorer.controls[name].value = value
        assert explorer.values == {**start, **setting}
        check_view(explorer)
    for name, value in start.items():
        explorer.controls[name].value = value
    return len(settings)


def check_view(explorer: Explorer) -> None:
    """Assert that the view shown is whole: a sentence, pictures with text, no error."""
    shown = explorer._repr_mimebundle_()["text/html"]
    where = f"at {explorer!r}"
    assert explorer.summary.strip(), f"no summary {where}"
    assert explorer.picture.strip(), f"no picture {where}"
    assert not explorer.error, f"{explorer.error} {where}"
    for svg in SVG.findall(explorer.picture):
        assert 'role="img"' in svg, f"a drawing without role=img {where}"
        assert ALTERNATIVE.search(svg), f"a drawing without a text alternative {where}"
    for text in (explorer.summary, explorer.picture):
        found = NOT_A_NUMBER.search(text)
        assert not found, f"{found and found[0]} is shown {where}"
    assert '<img alt=""' not in shown, f"a still picture without alt {where}"


def _ends(control: widgets.ValueWidget) -> list[Any]:
    if hasattr(control, "options"):
        return [o[1] if isinstance(o, tuple) else o for o in control.options]
    if isinstance(control, widgets.Checkbox):
        return [False, True]
    if hasattr(control, "min"):
        return [control.min, control.max]
    raise TypeError(f"no ends are known for a {type(control).__name__}")


def _outer(values: list[Any]) -> list[Any]:
    return [values[0], values[-1]]
