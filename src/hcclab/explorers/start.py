"""What the first lesson shows: a tumour to scale, and a check of the learner's machine."""

from __future__ import annotations

import math
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View, control
from hcclab.teaching import look
from hcclab.tumour_burden import ttv
from hcclab.variables import largest_tumour_cm

if TYPE_CHECKING:
    from hcclab.authoring.doctor import Finding

WIDTH, HEIGHT = 560, 452
X = svg.Scale(-0.5, 8.5, start=14, end=546)
"""Centimetres from the left edge of the largest tumour; both directions have the same scale."""
FLOOR = 392
PER_CM = X(1) - X(0)
LARGEST = 6
BESIDE = 7.5

CHECKS = {
    "Python": "a version that the lessons are tested on",
    "packages": "everything the lessons import",
    "kernel": "the part that runs your cells",
    "widgets": "sliders and buttons in JupyterLab",
    "fonts": "signs such as − µ ≤ ≥",
    "memory": "enough left for a lesson",
    "disk": "enough left to save your work",
    "lessons": "found, and you may write to them",
}


class TumourSize(Explorer):
    """Move the diameter of a tumour and see what it holds.

    Examples
    --------
    >>> TumourSize().set(largest_tumour_cm=4)
    'A tumour of 4.0 cm holds 33.5 cm³, as much as 64 tumours of 1 cm.'
    """

    title = "One tumour, to scale"

    def __init__(self) -> None:
        super().__init__(
            largest_tumour_cm=control(largest_tumour_cm, value=2.0, low=1.0, high=LARGEST)
        )

    def view(self, *, largest_tumour_cm: float) -> View:  # type: ignore[override]
        """Draw the tumour on centimetre paper beside one of 1 cm."""
        cm = round(largest_tumour_cm, 1)
        volume, unit_volume = _volume(cm), _volume(1.0)
        times = svg.number(volume / unit_volume, 2)
        plural = "s" * (cm != 1)
        summary = (
            f"A tumour of {cm:.1f} cm holds {volume:.1f} cm³, as much as {times} "
            f"tumour{plural} of 1 cm."
        )
        radius = cm / 2 * PER_CM
        centre = X(0) + radius, FLOOR - radius
        desc = f"A circle of {cm:.1f} cm on centimetre paper, beside one of 1 cm."
        parts = [
            _paper(),
            _ball(*centre, radius, svg.VERMILLION),
            _ball(X(BESIDE), FLOOR - PER_CM / 2, PER_CM / 2, svg.BLUE),
            svg.text(X(BESIDE), FLOOR + 48, "1 cm", size=19, bold=True, anchor="middle"),
            svg.text(centre[0], FLOOR + 48, f"{cm:.1f} cm", size=19, bold=True, anchor="middle"),
        ]
        return View(summary, svg.figure(WIDTH, HEIGHT, self.title, desc, *parts))


def _volume(cm: float) -> float:
    return float(ttv(tumour_diameters_cm=[cm]).value)


def _ball(x: float, y: float, radius: float, fill: str) -> str:
    turns = [i * math.tau / 72 for i in range(73)]
    edge = [(x + radius * math.sin(turn), y - radius * math.cos(turn)) for turn in turns]
    return svg.region(edge, fill, opacity=0.75) + svg.line(edge, width=2)


@cache
def _paper() -> str:
    lines = []
    for cm in range(9):
        lines.append(
            svg.line([(X(cm), FLOOR - LARGEST * PER_CM), (X(cm), FLOOR)], colour=svg.GRID, width=1)
        )
    for cm in range(LARGEST + 1):
        y = FLOOR - cm * PER_CM
        lines.append(svg.line([(X.start, y), (X.end, y)], colour=svg.GRID, width=1))
    lines.append(svg.line([(X.start, FLOOR), (X.end, FLOOR)], width=2))
    return "".join(lines)


class MachineCheck(widgets.VBox):
    """A button that checks the machine, as ``hcclab doctor`` does, and says what to mend.

    What it finds differs from machine to machine, so nothing of it is stored with a lesson.

    Examples
    --------
    >>> MachineCheck()
    MachineCheck()
    """

    def __init__(self) -> None:
        self._button = widgets.Button(description="Check this machine")
        self._button.on_click(lambda _button: self.run())
        self._reply = look.status()
        super().__init__(look.page(self._button, self._reply))
        self.add_class("hcclab-teaching")

    def run(self) -> str:
        """Check, show what was found, and return the last line of it."""
        from hcclab.authoring.doctor import diagnose

        self._button.disabled = True
        self._reply.value = "<p>Checking; this takes a few seconds …</p>"
        try:
            findings = diagnose(Path.cwd())
        finally:
            self._button.disabled = False
        failed = [finding.name for finding in findings if not finding.ok]
        verdict = (
            f"Mend this first: {', '.join(failed)}."
            if failed
            else "All is well. You can start the lessons."
        )
        self._reply.value = f"<p><strong>{verdict}</strong></p>{_table(findings)}"
        return verdict

    def __repr__(self) -> str:
        return "MachineCheck()"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        rows = "".join(f"<li><strong>{name}</strong>: {text}</li>" for name, text in CHECKS.items())
        copy = (
            f"<div><p>The button checks:</p><ul>{rows}</ul>"
            "<p>The same in a terminal: <code>hcclab doctor</code></p></div>"
        )
        return {**bundle, "text/plain": repr(self), "text/html": copy}


def _table(findings: list[Finding]) -> str:
    rows = []
    for finding in findings:
        mark = "✓ ok" if finding.ok else "✗ mend"
        mend = f"<br><strong>To mend:</strong> {escape(finding.remedy)}" if finding.remedy else ""
        rows.append(
            f'<tr><td style="white-space:nowrap">{mark}</td>'
            f'<th scope="row" style="text-align:left">{escape(finding.name)}</th>'
            f'<td style="text-align:left">{CHECKS.get(finding.name, "")}<br>'
            f"<small>{escape(finding.detail)}</small>{mend}</td></tr>"
        )
    head = "".join(
        f'<th scope="col" style="text-align:left">{t}</th>' for t in ("Found", "Part", "What for")
    )
    return (
        '<div style="overflow-x:auto"><table style="font-size:16px">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
