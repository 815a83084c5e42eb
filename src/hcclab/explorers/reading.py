"""Explorers of the lesson on critical reading: the hunt, its index, and two rules on one axis.

The errors come from the table of `hcclab.errata`. The axis compares any two functions of one
value, so a student can hand over a rule of his own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby
from typing import Any

import ipywidgets as widgets

from hcclab.criteria import capitalise
from hcclab.errata import KINDS, WORKS, Erratum, review_errata
from hcclab.explorers import svg
from hcclab.explorers.base import Explorer, View

NOT_YET = "not yet"
TELL = "tell"

LONGEST_AXIS = 25
WIDTH = 520
LEFT, RIGHT = 10, 510
SHORT, TALL = 46, 52
TOPS = (72, 160)
# Drawn narrow and shown wide: large on a projector, and still legible on a phone.
NARROW, WIDE = "max-width:100%;height:auto", "width:100%;max-width:640px;height:auto"


class ErrataHunt(Explorer):
    """Read a few printed words, say what is wrong with them, and get the correction.

    A wrong verdict gets the question that would have found such an error, and no answer. Another
    fragment clears the verdict.

    Examples
    --------
    >>> hunt = ErrataHunt()
    >>> hunt.set(fragment=2, verdict="unit")
    'Fragment 2 of 45: not what we mean. Look again.'
    >>> hunt.set(verdict="limit")
    'Fragment 2 of 45: right, it is a limit.'
    """

    title = "The hunt: what is wrong with these words?"

    def __init__(self) -> None:
        self._errata = review_errata()
        fragment = widgets.IntSlider(
            1, min=1, max=len(self._errata), description="Fragment", tooltip="Which words to read"
        )
        verdict = widgets.Dropdown(
            options=[
                ("… choose", NOT_YET),
                *((kind.label, key) for key, kind in KINDS.items()),
                ("I give up: tell me", TELL),
            ],
            description="What is wrong?",
        )
        # Before the base listens, so that no picture shows the answer to words not yet read.
        fragment.observe(self._forget_verdict, "value")
        super().__init__(fragment=fragment, verdict=verdict)

    def _forget_verdict(self, _change: object) -> None:
        if not self._held:
            with self._hold():
                self.controls["verdict"].value = NOT_YET

    def view(self, *, fragment: int, verdict: str) -> View:  # type: ignore[override]
        """Show the words, and after a verdict the reply to it."""
        erratum = self._errata[fragment - 1]
        place = f"Fragment {fragment} of {len(self._errata)}"
        said, reply = _reply(erratum, verdict)
        work = f"{WORKS[erratum.work]}, {erratum.place}"
        words = (
            f'<blockquote style="margin:4px 0 12px;padding:6px 14px;border-left:6px solid '
            f'{svg.BLUE};font-size:26px;line-height:1.35">{escape(erratum.words)}</blockquote>'
            f"<p>Source: {escape(work)}</p>"
        )
        return View(f"{place}: {said}", f'<div style="{_WRAP}">{words}{reply}</div>')


class ErrataIndex(Explorer):
    """Look all errors up by kind, and open their corrections.

    Examples
    --------
    >>> ErrataIndex().set(kind="citation")
    'Citation: other people, place or disease. 3 fragments.'
    """

    title = "All fragments, by kind of error"
    opens = "What should they say?"

    def __init__(self) -> None:
        super().__init__(
            kind=widgets.Dropdown(
                options=[(kind.label, key) for key, kind in KINDS.items()],
                value="unit",
                description="Kind of error",
            ),
            only_memory=widgets.Checkbox(
                False, description="Only corrections from memory", indent=False
            ),
        )

    def view(self, *, kind: str, only_memory: bool) -> View:  # type: ignore[override]
        """List the words of one kind; their corrections, by the same numbers, are the answer."""
        found = [
            each
            for each in review_errata(kind)
            if not only_memory or each.confidence == "from memory"
        ]
        count = f"{len(found)} fragment{'' if len(found) == 1 else 's'}"
        memory = " with a correction from memory" if only_memory else ""
        words = [
            f"{escape(each.words)} ({escape(WORKS[each.work].split(',')[0])}, {escape(each.place)})"
            for each in found
        ]
        question = f"<p><em>{escape(KINDS[kind].question)}</em></p>"
        listed = _numbered(words) if found else "<p>There is none.</p>"
        return View(
            f"{capitalise(KINDS[kind].label)}. {count}{memory}.",
            f'<div style="{_WRAP}">{question}{listed}</div>',
            _numbered([_correction(each) for each in found]) if found else "",
        )


class TwoRules(Explorer):
    """Lay a suspected rule and the published one along one axis, and see who falls between.

    Every step of the slider is a cell. Where the two rules differ the cells are joined by a shaded
    band with a ≠ sign; patients, if any are given, stand in their cells as bars.

    Parameters
    ----------
    slider
        The value on the axis: `control(...)` of a clinical variable, or a slider of a score.
    suspect, published
        Functions of that value. What they return is shown as text; None is "none".
    names
        What to call the two rows.
    patients
        Values of real patients, on the steps of the slider.

    Raises
    ------
    ValueError
        If the slider has more steps than can be read on a projector.

    Examples
    --------
    >>> import ipywidgets
    >>> size = ipywidgets.FloatSlider(2, min=1.5, max=2.5, step=0.1, description="Size (cm)")
    >>> rules = TwoRules(size, lambda cm: "0A"[cm >= 2], lambda cm: "0A"[cm > 2])
    >>> rules
    TwoRules(value=2.0)
    >>> rules.summary
    'At 2.0 suspect says A, published 0. The rules differ only at 2.0.'
    >>> rules.set(value=1.9)
    'At 1.9 both say 0. The rules differ only at 2.0.'
    """

    title = "Two rules on one axis"

    def __init__(
        self,
        slider: widgets.ValueWidget,
        suspect: Callable[[float], Any],
        published: Callable[[float], Any],
        *,
        names: tuple[str, str] = ("suspect", "published"),
        patients: Sequence[float] = (),
    ) -> None:
        steps = round((slider.max - slider.min) / slider.step) + 1
        if steps > LONGEST_AXIS:
            raise ValueError(
                f"the slider has {steps} steps; {LONGEST_AXIS} are the most that can be read"
            )
        self._digits = max(0, len(f"{slider.step:g}".partition(".")[2]))
        self._axis = [round(slider.min + i * slider.step, self._digits) for i in range(steps)]
        self._rules, self._names = (suspect, published), names
        self._label = slider.description
        places = [round(each, self._digits) for each in patients]
        self._people = [places.count(each) for each in self._axis]
        self._rows = [[_outcome(rule(each)) for each in self._axis] for rule in self._rules]
        self._cells, self._words = self._draw_cells(), self._draw_names() + self._draw_axis()
        super().__init__(value=slider)

    def view(self, *, value: float) -> View:  # type: ignore[override]
        """Point at one value and say what both rules make of it."""
        at = min(range(len(self._axis)), key=lambda i: abs(self._axis[i] - value))
        here = svg.number(self._axis[at], decimals=self._digits)
        one, other = (row[at] for row in self._rows)
        gap = [i for i in range(len(self._axis)) if self._differ(i)]
        verdict = (
            f"At {here} both say {one}"
            if one == other
            else f"At {here} {self._names[0]} says {one}, {self._names[1]} {other}"
        )
        extent = self._extent(gap)
        x = self._middle(at)
        pointer = svg.marker(x, 30, shape="pointer", size=11) + svg.line(
            [(x, 38), (x, self._floor)], width=2
        )
        label = svg.text(min(max(x, LEFT + 30), RIGHT - 30), 16, here, anchor="middle", bold=True)
        desc = f"{self._label}: {verdict}. {extent}."
        drawn = svg.figure(
            WIDTH, self._floor + 58, self.title, desc, self._cells, pointer, label, self._words
        )  # fmt: skip
        return View(f"{verdict}. {extent}.", drawn.replace(NARROW, WIDE, 1))

    def _extent(self, gap: list[int]) -> str:
        """Say where the rules differ, and how many of the patients stand there."""
        if not gap:
            return "The rules differ nowhere here"
        only = svg.number(self._axis[gap[0]], decimals=self._digits)
        places = (
            f"only at {only}" if len(gap) == 1 else f"at {len(gap)} of {len(self._axis)} values"
        )
        between, shown = sum(self._people[i] for i in gap), sum(self._people)
        people = f": {between} of the {shown} patients shown" if shown else ""
        return f"The rules differ {places}{people}"

    def _differ(self, i: int) -> bool:
        return self._rows[0][i] != self._rows[1][i]

    def _middle(self, i: float) -> float:
        return LEFT + (i + 0.5) * (RIGHT - LEFT) / len(self._axis)

    @property
    def _floor(self) -> float:
        return TOPS[1] + SHORT + 44 + (TALL if any(self._people) else 0)

    def _draw_cells(self) -> str:
        """Both rows, and the band between them where they differ."""
        parts = []
        for i in range(len(self._axis)):
            if self._differ(i):
                parts.append(self._band(i))
        for row, top in zip(self._rows, TOPS, strict=True):
            for outcome, run in groupby(range(len(row)), key=row.__getitem__):
                cells = list(run)
                left, right = self._middle(cells[0] - 0.5), self._middle(cells[-1] + 0.5)
                fill = _FILLS[self._outcomes().index(outcome) % len(_FILLS)]
                size = min(19, 1.7 * (right - left) / len(outcome))
                parts.append(svg.bar(left + 1, top, right - left - 2, SHORT, fill))
                parts.append(
                    svg.text((left + right) / 2, top + 30, outcome, size=size, bold=True,
                             anchor="middle")
                )  # fmt: skip
        return "".join(parts)

    def _draw_names(self) -> str:
        heights = (TOPS[0] - 8, TOPS[1] + SHORT + 24)
        return "".join(
            svg.text(LEFT, y, name, bold=True) for name, y in zip(self._names, heights, strict=True)
        )

    def _outcomes(self) -> list[str]:
        return sorted({*self._rows[0], *self._rows[1]})

    def _band(self, i: int) -> str:
        left, right = self._middle(i - 0.5), self._middle(i + 0.5)
        top, bottom = TOPS[0] + SHORT, TOPS[1]
        band = svg.region(
            [(left, top), (right, top), (right, bottom), (left, bottom)],
            svg.VERMILLION, opacity=0.25,
        )  # fmt: skip
        sides = "".join(
            svg.line([(x, top), (x, bottom)], width=1.5, dash="4 3") for x in (left, right)
        )
        sign = svg.text(
            (left + right) / 2, (top + bottom) / 2 + 8, "≠", size=24, bold=True, anchor="middle"
        )
        return band + sides + sign

    def _draw_axis(self) -> str:
        floor = self._floor
        parts = [svg.line([(LEFT, floor), (RIGHT, floor)], width=1.5)]
        every = max(1, -(-len(self._axis) // 6))
        middle = len(self._axis) // 2
        for i, each in enumerate(self._axis):
            if (i - middle) % every == 0:
                label = svg.number(each, decimals=self._digits)
                parts.append(svg.text(self._middle(i), floor + 22, label, anchor="middle"))
        label = self._label + (" · bars: patients" if any(self._people) else "")
        parts.append(svg.text((LEFT + RIGHT) / 2, floor + 48, label, anchor="middle", bold=True))
        most = max(self._people, default=0)
        wide = (RIGHT - LEFT) / len(self._axis) * 0.6
        for i, count in enumerate(self._people):
            if count:
                height = TALL * count / most
                parts.append(
                    svg.bar(self._middle(i) - wide / 2, floor - height, wide, height, svg.SKY)
                )
        return "".join(parts)


_WRAP = "overflow-wrap:anywhere"
_FILLS = ("#fff", "#cfe3f1", "#f6ecc4", "#e8d5e2")


def _outcome(value: Any) -> str:
    """What a rule returned, as a label: nothing is said aloud, and a stub is a question."""
    if value is None:
        return "none"
    if value is ...:
        return "?"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _reply(erratum: Erratum, verdict: str) -> tuple[str, str]:
    """What is said and shown after a verdict."""
    if verdict == NOT_YET:
        return "what is wrong?", "<p>Ask: whose error, how would you check it, does it matter?</p>"
    if verdict == TELL:
        return f"it is {_named(erratum.kind)}.", _correction(erratum)
    if verdict == erratum.kind:
        return f"right, it is {_named(verdict)}.", _correction(erratum)
    if verdict in erratum.also:
        return (
            f"fair, one can call it {_named(verdict)}; we file it as {_named(erratum.kind)}.",
            _correction(erratum),
        )
    return (
        "not what we mean. Look again.",
        f'<p style="border-left:6px dashed {svg.VERMILLION};padding:4px 12px">'
        f"<strong>✗ Before you say {escape(verdict)}:</strong> "
        f"{escape(KINDS[verdict].question)}</p>",
    )


def _named(kind: str) -> str:
    return {
        "sound": "sound",
        "evidence": "a matter of the evidence level",
        "design": "a matter of study design",
        "fact": "a wrong or incomplete fact",
        "citation": "a citation error",
        "translation": "a translation error",
        "copying": "a copying error",
    }.get(kind, f"a {kind}")


def _numbered(items: list[str]) -> str:
    rows = "".join(f'<li style="margin:0 0 12px">{each}</li>' for each in items)
    return f'<ol style="padding-left:28px;{_WRAP}">{rows}</ol>'


def _correction(erratum: Erratum) -> str:
    rows = {
        "Better": erratum.correction,
        "Why": erratum.why,
        "Rests on": erratum.source,
        "Trust": erratum.mark,
    }
    lines = "".join(
        f"<p style='margin:0 0 6px'><strong>{name}.</strong> {escape(text)}</p>"
        for name, text in rows.items()
    )
    return f'<div style="border-left:6px solid {svg.GREEN};padding:4px 12px">{lines}</div>'
