"""The base of every explorer: named controls, one pure view, a live and a static display."""

from __future__ import annotations

import base64
import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from html import escape
from numbers import Real
from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets as widgets

from hcclab.criteria import capitalise
from hcclab.keyboard import KeyboardGuard
from hcclab.teaching import look

if TYPE_CHECKING:
    from hcclab.measurement import Variable

_CSS = """
.hcclab-explorer { --jp-widgets-font-size: 16px; --jp-widgets-inline-height: 34px;
  overflow: visible; padding: 2px; }
.hcclab-explorer .widget-box { overflow: visible; }
.hcclab-explorer .hcclab-group-name p { font-size: 20px; font-weight: 600; margin: 0 0 8px; }
.hcclab-explorer .widget-html-content { font-size: 17px; line-height: 1.4; }
.hcclab-controls > .widget-inline-hbox { width: 100%; height: auto; flex-flow: row wrap;
  margin: 0 0 14px; }
.hcclab-controls .widget-label { flex: 1 0 100%; width: auto; max-width: none; height: auto;
  line-height: 1.4; text-align: left; white-space: normal; font-weight: 600; }
.hcclab-controls .widget-readout { flex: 0 0 auto; width: auto; min-width: 3.5em; padding: 0 4px;
  margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
.hcclab-controls .widget-slider :is(.noUi-target, .noUi-connects) { background: #767676; }
.hcclab-controls .widget-slider .noUi-target { height: 6px; }
.hcclab-controls .noUi-horizontal .noUi-handle { background: #0072b2; border: 2px solid #fff;
  box-shadow: 0 0 0 1px #0072b2; width: 22px; height: 22px; top: -8px; right: -11px; }
.hcclab-controls select { height: 34px; }
@media (max-width: 600px) {
  .hcclab-explorer .hcclab-controls, .hcclab-controls select { min-width: 0; } }
.hcclab-controls .widget-checkbox { height: auto; }
.hcclab-controls .widget-checkbox label { display: flex; align-items: flex-start; height: auto;
  line-height: 1.35; white-space: normal; overflow: visible; }
.hcclab-controls input[type="checkbox"] { flex: none; width: 18px; height: 18px;
  margin: 2px 10px 0 0; }
:is(.hcclab-controls, .hcclab-card) :is(.noUi-handle, select, input, button,
  .widget-readout):focus-visible {
  outline: 3px solid #e69f00 !important; outline-offset: 2px; }
.hcclab-wide .hcclab-controls { flex: 1 1 100% !important; max-width: none !important;
  display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); column-gap: 28px;
  align-items: start; }
.hcclab-card { background: #fff; border: 1px solid #d0d7de; border-radius: 8px;
  padding: 12px 16px; }
.hcclab-card .widget-html-content { color: #1b1f24; }
.hcclab-card > .hcclab-status p { font-size: 20px; font-weight: 600; margin: 0 0 8px; }
.hcclab-card .widget-button { width: auto; height: 34px; margin: 6px 0; font-weight: 600;
  align-self: flex-start; border: 1px solid #767676; }
.hcclab-card p[role="alert"] { border-left: 6px solid #b42318; padding-left: 10px; margin: 0; }
.hcclab-card svg { display: block; }
"""


ECHO_SECONDS = 30
"""How long the browser may send back a value that code gave to a slider."""


class View(NamedTuple):
    """What an explorer shows for one set of values.

    Attributes
    ----------
    summary
        One short plain sentence with the result; read aloud after each change.
    picture
        HTML with inline SVG (see `hcclab.explorers.svg`).
    answer
        HTML that stays closed until the learner asks for it.
    """

    summary: str
    picture: str
    answer: str = ""


class Explorer(widgets.VBox):
    """Controls bound to a pure `view`; subclass it once for each explorer.

    A subclass sets `title`, hands its controls to ``super().__init__`` by name, and defines
    ``view(**values) -> View``, a pure function of the values of those controls.

    Parameters
    ----------
    **controls
        One ipywidgets control per argument of `view`; `control` makes them from the data
        dictionary.

    Attributes
    ----------
    wide
        Set it in a subclass with many controls: they stand in columns above the picture.
    opens
        Set it in a subclass whose view has an answer: the words on the button that opens it, among
        those that `hcclab.teaching.look` knows as the head of an answer.
    controls
        The controls, by name.
    summary, picture, answer
        What is shown now: the sentence, the HTML below it, and what can be opened there.
    error
        Why nothing is shown, in one sentence; empty when all is well.

    Examples
    --------
    >>> import ipywidgets
    >>> class Square(Explorer):
    ...     title = "Area of a square"
    ...     def __init__(self):
    ...         super().__init__(side=ipywidgets.IntSlider(3, 0, 9, description="Side (cm)"))
    ...     def view(self, side):
    ...         return View(f"The area is {side**2} cm².", f"<p>{'■ ' * side}</p>")
    >>> square = Square()
    >>> square.set(side=5)
    'The area is 25 cm².'
    >>> square
    Square(side=5)
    """

    title: str
    wide = False
    opens = ""

    def __init__(self, **controls: widgets.ValueWidget) -> None:
        self.controls = controls
        self._held = False
        self._told = {
            each: {each.value: time.monotonic()}
            for each in controls.values()
            if isinstance(each, widgets.FloatSlider)
        }
        self._sentence = widgets.HTML().add_class("hcclab-status")
        self._drawing = widgets.HTML()
        style = widgets.HTML(f"<style>{_CSS}</style>")
        heading = widgets.HTML(f"<p>{escape(self.title)}</p>").add_class("hcclab-group-name")
        panel = widgets.VBox(
            list(controls.values()), layout=widgets.Layout(flex="1 1 260px", max_width="420px")
        )
        panel.add_class("hcclab-controls")
        shown = [self._sentence, self._drawing]
        if self.opens:
            self._opener = look.button(self.opens, self.open_answer)
            self._opened = look.status()
            shown.append(widgets.VBox([self._opener, self._opened]))
        card = widgets.VBox(
            shown,
            layout=widgets.Layout(flex="1000 1 560px", min_width="0"),
        )
        card.add_class("hcclab-card")
        body = widgets.HBox(
            [panel, card], layout=widgets.Layout(flex_flow="row wrap", grid_gap="16px")
        )
        super().__init__([style, heading, body, KeyboardGuard()])
        self.add_class("hcclab-explorer").add_class("hcclab-group")
        if self.wide:
            self.add_class("hcclab-wide")
        self._refresh()
        for each in controls.values():
            each.observe(self._refresh, "value")

    def view(self, **values: Any) -> View:
        """Turn the values of the controls into what is shown; each subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define view()")

    @property
    def values(self) -> dict[str, Any]:
        """The value of each control, by name; that of a slider is the step on which it stands."""
        return {name: _on_step(each, each.value) for name, each in self.controls.items()}

    def set(self, **values: Any) -> str:
        """Move controls, all at once, as a learner would by hand.

        Parameters
        ----------
        **values
            New values by control name; the other controls stay where they are.

        Returns
        -------
        str
            The new summary sentence.

        Raises
        ------
        TypeError
            If there is no control of that name.
        ValueError
            If a value is outside its control's range; then nothing has moved.
        """
        for name, value in values.items():
            if name not in self.controls:
                raise TypeError(
                    f"{type(self).__name__} has no control {name!r}; it has "
                    + ", ".join(self.controls)
                )
            _refuse_outside(name, self.controls[name], value)
        with self._hold():
            for name, value in values.items():
                each = self.controls[name]
                each.value = value
                if each in self._told:
                    self._told[each][each.value] = time.monotonic()
        self._refresh()
        return self.summary

    def open_answer(self) -> str:
        """Show the answer of the view, as its button does, until a control moves; return it.

        The answer is not in the page before, nor in a notebook that is saved before.
        """
        self._opened.value = self.answer
        look.show(self._opener, False)
        return self.answer

    @contextmanager
    def _hold(self) -> Iterator[None]:
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def _refresh(self, change: Any = None) -> None:
        if self._held:
            return
        if change is not None and self._is_echo(change.owner, change.new, change.old):
            change.owner.value = change.old
            return
        try:
            view = self.view(**self.values)
        except Exception as error:
            # In the browser the kernel's traceback goes to a log that nobody reads: show it here,
            # take the outdated answer away, and raise for callers in Python.
            self._show(View("", ""), f"⚠ {self!r} failed: {type(error).__name__}: {error}")
            raise
        self._show(view)

    def _is_echo(self, each: widgets.ValueWidget, new: Any, old: Any) -> bool:
        """Whether the browser sends back what code had set, after code has gone on.

        The browser counts in parts of the track: of 12 it makes 12.000000000000002 and tells the
        kernel. If a cell moves the slider twice, that answer comes late, sometimes twice, and would
        undo the second move. A learner's own move is recognised by where it starts, or by its time.
        """
        told = self._told.get(each, {})
        meant = _on_step(each, new)
        if meant == new or old not in told:
            return False
        return meant != old and time.monotonic() - told.get(meant, -math.inf) < ECHO_SECONDS

    def _show(self, view: View, error: str = "") -> None:
        self.summary, self.picture, self.answer = view
        self.error = error
        alert = f'<p role="alert">{escape(error)}</p>' if error else ""
        self._drawing.value = alert + view.picture
        self._sentence.value = f"<p>{escape(view.summary)}</p>"
        if self.opens:
            self._opened.value = ""
            look.show(self._opener, bool(view.answer))

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{type(self).__name__}({values})"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": repr(self), "text/html": self._static_html()}

    def _static_html(self) -> str:
        settings = "; ".join(
            f"{escape(each.description)}: {escape(_shown(each))}" for each in self.controls.values()
        )
        answer = look.answer(self.opens, self.answer) if self.answer else ""
        return (
            f"<div><p><strong>{escape(self.title)}</strong> "
            f"(still picture; run the cell to move the controls)</p><p>{settings}</p>"
            f"<p>{escape(self.summary or self.error)}</p>"
            f"{_SVG.sub(_as_image, self.picture + answer)}</div>"
        )


def control(
    variable: Variable, *, value: Any, low: float | None = None, high: float | None = None
) -> widgets.ValueWidget:
    """Make the control of one variable of the data dictionary.

    Parameters
    ----------
    variable
        Its label, unit, limits, step and choices become those of the control.
    value
        Where the control starts, in the variable's unit.
    low, high
        Ends of the slider where the lesson needs other ends than the usual range; they stay
        within the hard limits.

    Returns
    -------
    ipywidgets.ValueWidget
        A slider, a drop-down list or a check box.

    Raises
    ------
    ValueError
        If the ends leave the hard limits or `value` lies outside the ends.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> age = SimpleNamespace(name="age_years", label="Age", unit="years", kind="integer",
    ...                       usual=(18, 90), hard=(0, 120), step=1, choices=(), meaning="")
    >>> control(age, value=50)
    IntSlider(value=50, description='Age (years)', max=90, min=18)
    """
    label = capitalise(variable.label)
    label = f"{label} ({variable.unit})" if variable.unit else label
    shared = {"description": label, "tooltip": variable.meaning or None}
    made: widgets.ValueWidget
    if variable.kind == "flag":
        made = widgets.Checkbox(indent=False, **shared)
    elif variable.kind == "choice":
        options = [(choice.replace("_", " "), choice) for choice in variable.choices]
        made = widgets.Dropdown(options=options, **shared)
    else:
        made = _slider(variable, low, high, shared)
    _refuse_outside(variable.name, made, value)
    made.value = value
    return made


def _slider(
    variable: Variable, low: float | None, high: float | None, shared: dict[str, Any]
) -> widgets.IntSlider | widgets.FloatSlider:
    low = variable.usual[0] if low is None else low
    high = variable.usual[1] if high is None else high
    least, most = variable.hard
    if not least <= low < high <= most:
        raise ValueError(
            f"slider of {variable.name} from {low} to {high}: its ends must rise and lie within "
            f"the hard limits {least} to {most}"
        )
    # The upper end is set first because ipywidgets refuses a lower end above its default maximum.
    if variable.kind == "integer":
        return widgets.IntSlider(
            int(low), max=int(high), min=int(low), step=int(variable.step), **shared
        )
    places = max(0, -int(Decimal(str(variable.step)).normalize().as_tuple().exponent))
    return widgets.FloatSlider(
        low, max=high, min=low, step=variable.step, readout_format=f".{places}f", **shared
    )


def _on_step(each: widgets.ValueWidget, value: Any) -> Any:
    """Value of the step that a slider stands on, free of the browser's rounding errors."""
    if not isinstance(each, widgets.FloatSlider) or not each.step:
        return value
    steps = round((value - each.min) / each.step)
    exact = float(Decimal(str(each.min)) + steps * Decimal(str(each.step)))
    return exact if abs(exact - value) <= 1e-9 * max(1, abs(value)) else value


def _choices(each: widgets.ValueWidget) -> list[Any]:
    return [option[1] if isinstance(option, tuple) else option for option in each.options]


def _refuse_outside(name: str, each: widgets.ValueWidget, value: Any) -> None:
    """Say what is wrong where ipywidgets would clip or cast in silence."""
    if hasattr(each, "options"):
        accepted, fits = ", ".join(map(repr, _choices(each))), value in _choices(each)
    elif isinstance(each, widgets.Checkbox):
        accepted, fits = "True or False", isinstance(value, bool)
    elif hasattr(each, "min"):
        whole = isinstance(each, widgets.IntSlider)
        accepted = f"{'a whole number' if whole else 'a number'} from {each.min} to {each.max}"
        fits = isinstance(value, Real) and not isinstance(value, bool)
        fits = fits and each.min <= value <= each.max and not (whole and value != int(value))
    else:
        return
    if not fits:
        hint = "; is it in another unit?" if isinstance(value, Real) else ""
        raise ValueError(f"{name}={value!r}: {each.description} takes {accepted}{hint}")


def _shown(each: widgets.ValueWidget) -> str:
    if isinstance(each, widgets.Checkbox):
        return "yes" if each.value else "no"
    if isinstance(each, widgets.FloatSlider):
        return format(each.value, each.readout_format)
    return str(getattr(each, "label", each.value))


_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_TEXT_ALTERNATIVE = re.compile(r"<title>(.*?)</title><desc>(.*?)</desc>", re.DOTALL)


def _as_image(svg: re.Match[str]) -> str:
    """Make the drawing an image: JupyterLab and GitHub strip inline SVG from untrusted output."""
    said = _TEXT_ALTERNATIVE.search(svg[0])
    alt = f"{said[1]}. {said[2]}" if said else ""
    code = base64.b64encode(svg[0].encode()).decode()
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{code}">'
