"""The common look of quizzes and exercises, legible on a projector in both JupyterLab themes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

import ipywidgets as widgets

from hcclab.keyboard import KeyboardGuard

_STYLE = """<style>
.hcclab-teaching { max-width: 52rem; color: var(--jp-content-font-color1, #212121);
  --jp-widgets-font-size: 16px; --jp-widgets-inline-height: 34px; }
.hcclab-teaching, .hcclab-teaching .widget-box { overflow: visible; }
.hcclab-teaching :is(.widget-html-content, .widget-label, label) {
  font-size: 16px; line-height: 1.5; white-space: normal; color: inherit; height: auto; }
.hcclab-teaching .widget-html-content :is(p, ol, ul) { margin: 0.2em 0; }
.hcclab-teaching .hcclab-group { border: 1px solid var(--jp-border-color1, #bdbdbd);
  border-radius: 4px; padding: 0.5em 0.9em; margin: 0.4em 0; }
.hcclab-teaching .hcclab-group-name { font-weight: 600; }
.hcclab-teaching :is(.widget-radio, .widget-radio-box, .widget-checkbox) {
  width: 100%; height: auto; margin: 0; overflow: visible; }
.hcclab-teaching :is(.widget-radio-box, .widget-checkbox) label {
  display: flex; align-items: flex-start; gap: 0.6em; padding: 0.15em 2px; margin: 0; }
.hcclab-teaching :is(.widget-radio-box, .widget-checkbox) input {
  width: 18px; height: 18px; margin: 3px 0 0; flex: none; order: -1; }
.hcclab-teaching .hcclab-places .widget-dropdown { width: 100%; height: auto; margin: 2px 0;
  display: flex; flex-direction: row-reverse; justify-content: flex-end; align-items: center;
  gap: 0.6em; overflow: visible; }
.hcclab-teaching .hcclab-places .widget-dropdown label { flex: 1; width: auto; min-width: 0;
  text-align: left; }
.hcclab-teaching .hcclab-places .widget-dropdown select { flex: none; width: 4em; height: 34px;
  font-size: 16px; }
.hcclab-teaching .hcclab-status, .hcclab-teaching .hcclab-status .widget-html-content {
  height: auto; min-height: 0; margin-top: 0; margin-bottom: 0; }
.hcclab-teaching .hcclab-buttons { flex-flow: row wrap; }
.hcclab-teaching .widget-text { width: auto; }
.hcclab-teaching .widget-text input { max-width: 12em; }
.hcclab-teaching .widget-button { align-self: flex-start; width: auto; min-width: 8em;
  height: 34px; margin: 0.4em 0.6em 0.4em 0; font-weight: 600;
  border: 1px solid var(--jp-border-color0, #767676); }
.hcclab-teaching :is(input, select, button):focus-visible {
  outline: 3px solid #0072B2 !important; outline-offset: 2px; }
</style>"""


def page(*children: widgets.Widget) -> tuple[widgets.Widget, ...]:
    """Return the children of a teaching widget, with their style and keyboard guard.

    The box that takes them needs the class ``hcclab-teaching``.
    """
    return (widgets.HTML(_STYLE), *children, KeyboardGuard())


def group(name: str, children: Sequence[widgets.Widget]) -> widgets.VBox:
    """Return a framed box that shows `name` and carries it for screen readers."""
    heading = widgets.HTML(paragraph(name))
    heading.add_class("hcclab-group-name")
    box = widgets.VBox([heading, *children])
    box.add_class("hcclab-group")
    return box


def button(label: str, does: Callable[[], object], *, shown: bool = True) -> widgets.Button:
    """Return a button that calls `does`."""
    made = widgets.Button(description=label)
    made.on_click(lambda _button: does())
    show(made, shown)
    return made


def show(widget: widgets.Widget, shown: bool) -> None:
    """Show a widget or take it away, from the screen and from the way of the Tab key."""
    widget.layout.display = None if shown else "none"


def status() -> widgets.HTML:
    """Return an empty region that a screen reader speaks when its value changes."""
    region = widgets.HTML()
    region.add_class("hcclab-status")
    return region


def failure(error: Exception) -> str:
    """Return the HTML that tells a reader of an error in the lesson's own code."""
    reason = html.escape(f"{type(error).__name__}: {error}")
    return f'<p role="alert"><strong>! This part of the lesson failed.</strong> {reason}</p>'


def paragraph(text: str) -> str:
    """Return plain text as an HTML paragraph."""
    return f"<p>{html.escape(text)}</p>"


def bullets(texts: Sequence[str]) -> str:
    """Return plain texts as an HTML list."""
    return f"<ul>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ul>"


def numbered(texts: Sequence[str]) -> str:
    """Return plain texts as a numbered HTML list."""
    return f"<ol>{''.join(f'<li>{html.escape(text)}</li>' for text in texts)}</ol>"


def buttons(*each: widgets.Button) -> widgets.HBox:
    """Return a row of buttons that wraps on a narrow screen."""
    row = widgets.HBox(each)
    row.add_class("hcclab-buttons")
    return row


def hints(texts: Sequence[str]) -> str:
    """Return hints, each folded away."""
    return "".join(folded(f"Hint {i}", paragraph(text)) for i, text in enumerate(texts, 1))


def folded(summary: str, content: str) -> str:
    """Return an HTML fragment behind a summary that the reader opens."""
    return f"<details><summary>{html.escape(summary)}</summary>{content}</details>"


def without_answers(fragment: str) -> str:
    """Return an HTML fragment without what is folded away because it gives an answer.

    Examples
    --------
    >>> without_answers("<p>2 + 2?</p><details><summary>Answer</summary><p>4</p></details>")
    '<p>2 + 2?</p>'
    """
    while start := _ANSWER.search(fragment):
        depth = 0
        for tag in _FOLD.finditer(fragment, start.start()):
            depth += -1 if tag[0].startswith("</") else 1
            if not depth:
                fragment = fragment[: start.start()] + fragment[tag.end() :]
                break
        else:
            return fragment[: start.start()]
    return fragment


_FOLD = re.compile(r"<details\b[^>]*>|</details>")
_ANSWER = re.compile(
    r"<details\b[^>]*>\s*<summary>(?:Answer|Solution|Hint \d+|The expert|Open the verdicts"
    r"|What is wrong with it\?|What should they say\?)<"
)
_answers_withheld = False


def withhold_answers(withheld: bool = True) -> None:
    """Leave answers out of every copy from now on, so that a saved notebook holds none."""
    global _answers_withheld
    _answers_withheld = withheld


def answers_withheld() -> bool:
    """Whether answers are left out of every copy."""
    return _answers_withheld


def answer(summary: str, content: str) -> str:
    """Return an answer folded away, as a copy holds it; nothing where answers are withheld."""
    return "" if _answers_withheld else folded(summary, content)


def static(title: str, content: str) -> str:
    """Return the copy for readers without a kernel: GitHub, print, a page before its first run."""
    if _answers_withheld:
        content = without_answers(content)
    note = "(static copy; run the cell for the live one)"
    return f"<div><p><strong>{html.escape(title)}</strong> {note}</p>{content}</div>"
