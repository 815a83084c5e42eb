"""What the stored outputs of a lesson must hold: complete, readable by all, the same anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hcclab.authoring.lesson import Lesson, Pictures, Problem
from hcclab.authoring.pairs import WIDGET_VIEW, tidy

__all__ = ["OUTPUT_RULES"]

PICTURES = ("image/png", "image/jpeg", "image/svg+xml")
MERMAID = "text/vnd.mermaid"
_LOCAL_PATH = re.compile(
    r"(?:/home/|/Users/|/root/|/tmp/|/var/folders/|[A-Za-z]:\\\\?Users|site-packages)[^\s'\"<>]*"
)
_SYNC = "run hcclab sync"


def executed(lesson: Lesson) -> Iterator[Problem]:
    """Ask for every code cell executed, in order, in a fresh kernel: nbval passes any other."""
    for wanted, cell in enumerate(lesson.code, start=1):
        if cell.node.execution_count != wanted:
            count = cell.node.execution_count
            found = "never run" if count is None else f"run as number {count} instead of {wanted}"
            mend = _SYNC if cell.source.strip() else "remove the empty cell"
            yield lesson.problem("executed", found, mend, cell)
            return


def errors(lesson: Lesson) -> Iterator[Problem]:
    """Refuse a stored error or warning, unless the cell is there to raise."""
    for cell in lesson.code:
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in cell.tags:
                yield lesson.problem(
                    "error",
                    f"stored {output.ename}: {output.evalue}",
                    "mend the code, or tag the cell raises-exception",
                    cell,
                )
            elif output.output_type == "stream" and output.name == "stderr":
                yield lesson.problem(
                    "error",
                    f"stored a warning: '{output.text.strip()[:80]}'",
                    "mend what it warns of",
                    cell,
                )


def clean(lesson: Lesson) -> Iterator[Problem]:
    """Refuse widget state, editor or machine metadata, and paths of the author's machine."""
    if "widgets" in lesson.notebook.metadata or any(
        WIDGET_VIEW in output.get("data", {}) for cell in lesson.code for output in cell.outputs
    ):
        yield lesson.problem("widget-state", "stored widget state", _SYNC)
    elif tidy(lesson.notebook) != lesson.notebook:
        yield lesson.problem("metadata", "stored editor or machine metadata", _SYNC)
    for cell in lesson.code:
        for output in cell.outputs:
            texts = [output.get("text", ""), output.get("evalue", "")]
            texts += [value for value in output.get("data", {}).values() if isinstance(value, str)]
            if match := re.search(_LOCAL_PATH, "\n".join(texts)):
                yield lesson.problem(
                    "local-path",
                    f"an output shows '{match[0]}'",
                    "print names, not places of one machine",
                    cell,
                )


def static_copies(lesson: Lesson) -> Iterator[Problem]:
    """Ask for the content of an explorer where no kernel runs: GitHub, print, screen readers."""
    for cell in lesson.tagged("explorer"):
        found = [Pictures(html) for html in cell.data("text/html")]
        if not any(copy.text or copy.count for copy in found):
            yield lesson.problem(
                "static-copy",
                "the explorer stored no text/html copy",
                "end the cell with the explorer itself",
                cell,
            )


def figures(lesson: Lesson) -> Iterator[Problem]:
    """Ask for a text alternative of every figure that code drew."""
    for cell in lesson.code:
        for output in cell.outputs:
            data = output.get("data", {})
            if any(mime in data for mime in PICTURES) and "text/html" not in data:
                yield lesson.problem(
                    "alternative",
                    "a figure has no text alternative",
                    'show it as HTML: <figure><img alt="what it shows" ...></figure>',
                    cell,
                )
            if MERMAID in data and "accDescr" not in data[MERMAID]:
                yield lesson.problem(
                    "alternative",
                    "a Mermaid chart has no text alternative",
                    "add an 'accDescr: what it shows' line",
                    cell,
                )
        for html in cell.data("text/html"):
            for start in Pictures(html).without_alternative:
                yield lesson.problem(
                    "alternative",
                    f"'{start}' has no text alternative",
                    'give an img alt="...", an svg role="img" and a <title>',
                    cell,
                )


OUTPUT_RULES = (executed, errors, clean, static_copies, figures)
