"""A lesson as the checks see it: numbered cells, parsed Markdown, and the problems found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode

from hcclab.authoring.pairs import lines_of, read_notebook

__all__ = ["OPT_OUTS", "Cell", "Heading", "Lesson", "Pictures", "Problem"]

OPT_OUTS = frozenset({"nbval-ignore-output", "nbval-skip"})
"""Tags by which a cell is not compared with what is stored; each owes its reason in the cell."""

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Problem:
    """One thing to mend in a lesson.

    Parameters
    ----------
    file
        The notebook, or the text where there is no notebook.
    rule
        Short name of the rule that was broken.
    message
        What is wrong, with the value found.
    mend
        What to do about it.
    cell
        Number of the cell, counting all cells from 1; 0 when the whole lesson is meant.
    line
        First line of that cell.
    text_line
        Where that line stands in the lesson's text, from 1; 0 where it is not known.

    Examples
    --------
    >>> print(Problem(Path("03_albi.ipynb"), "executed", "never run", "run sync", 4, "x = 1"))
    03_albi.ipynb, cell 4 ('x = 1'): never run [executed]; run sync.
    """

    file: Path
    rule: str
    message: str
    mend: str
    cell: int = 0
    line: str = ""
    text_line: int = 0

    def __str__(self) -> str:
        where = f", cell {self.cell} ({self.line!r})" if self.cell else ""
        if self.text_line:
            where += f", line {self.text_line} of {self.file.with_suffix('.md').name}"
        return f"{self.file}{where}: {self.message} [{self.rule}]; {self.mend}."


@dataclass(frozen=True)
class Heading:
    """A Markdown heading and where it stands."""

    level: int
    text: str
    cell: Cell


@dataclass(frozen=True)
class Cell:
    """One cell, numbered from 1 as a reader counts."""

    number: int
    node: NotebookNode

    @property
    def is_code(self) -> bool:
        """Whether the cell holds code."""
        return bool(self.node.cell_type == "code")

    @property
    def source(self) -> str:
        """The cell's text."""
        return str(self.node.source)

    @property
    def line(self) -> str:
        """The cell's first line, cut to 60 characters."""
        return next(iter(self.source.strip().splitlines()), "")[:60]

    @property
    def tags(self) -> frozenset[str]:
        """The cell's tags."""
        return frozenset(self.node.metadata.get("tags", []))

    @property
    def outputs(self) -> list[NotebookNode]:
        """The stored outputs; none for prose."""
        return list(self.node.get("outputs", []))

    @property
    def printed(self) -> str:
        """What the cell printed, and the plain text of what it displayed."""
        streams = (o for o in self.outputs if o.output_type == "stream" and o.name == "stdout")
        return "\n".join([*(stream.text for stream in streams), *self.data("text/plain")])

    def data(self, mime: str) -> Iterator[str]:
        """Yield the stored representations of one MIME type."""
        for output in self.outputs:
            if mime in output.get("data", {}):
                value = output.data[mime]
                yield value if isinstance(value, str) else "".join(value)

    @cached_property
    def tokens(self) -> list[Token]:
        """The Markdown tokens of a prose cell."""
        return _MARKDOWN.parse(self.source) if self.node.cell_type == "markdown" else []

    @cached_property
    def inline(self) -> list[Token]:
        """The tokens inside paragraphs, headings and tables: text, links, images."""
        return [child for token in self.tokens for child in token.children or []]


@dataclass
class Lesson:
    """One lesson's notebook, ready for the rules.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> lesson = Lesson(Path("x.ipynb"), new_notebook(cells=[new_markdown_cell("# Liver")]))
    >>> lesson.headings[0].text
    'Liver'
    """

    file: Path
    notebook: NotebookNode
    cells: list[Cell] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [Cell(i, node) for i, node in enumerate(self.notebook.cells, start=1)]

    @classmethod
    def read(cls, file: Path) -> Lesson:
        """Read a stored notebook."""
        return cls(file, read_notebook(file))

    @property
    def code(self) -> list[Cell]:
        """The code cells."""
        return [cell for cell in self.cells if cell.is_code]

    @property
    def prose(self) -> list[Cell]:
        """The Markdown cells."""
        return [cell for cell in self.cells if cell.node.cell_type == "markdown"]

    @cached_property
    def headings(self) -> list[Heading]:
        """All headings in order."""
        return [
            Heading(int(token.tag[1]), cell.tokens[i + 1].content.strip(), cell)
            for cell in self.prose
            for i, token in enumerate(cell.tokens)
            if token.type == "heading_open"
        ]

    def section(self, name: str) -> str:
        """Return the prose under a level-2 heading."""
        lines, inside = [], False
        for cell in self.prose:
            for i, token in enumerate(cell.tokens):
                if token.tag in {"h1", "h2"} and token.type == "heading_open":
                    inside = cell.tokens[i + 1].content.strip() == name
                elif token.type == "inline" and inside:
                    lines.append(token.content)
        return "\n".join(lines)

    def tagged(self, *tags: str) -> list[Cell]:
        """Return the cells that carry at least one of the tags."""
        return [cell for cell in self.cells if cell.tags & set(tags)]

    def problem(self, rule: str, message: str, mend: str, cell: Cell | None = None) -> Problem:
        """Describe something to mend in this lesson."""
        if cell is None:
            return Problem(self.file, rule, message, mend)
        line = self.text_lines.get(cell.number, 0)
        return Problem(self.file, rule, message, mend, cell.number, cell.line, line)

    @cached_property
    def text_lines(self) -> dict[int, int]:
        """The line of the lesson's text with which each cell begins, by its number."""
        text = self.file.with_suffix(".md")
        if text == self.file or not text.is_file():
            return {}
        return lines_of([c.source for c in self.cells], text.read_text("utf-8", "replace"))


class Pictures(HTMLParser):
    """Find the pictures of an HTML fragment, its visible text, and its other elements.

    Examples
    --------
    >>> found = Pictures('<img src="x.png"><svg role="img"><title>Stages</title></svg>')
    >>> found.count, found.without_alternative
    (2, ['<img src="x.png">'])
    """

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.count = 0
        self.text = ""
        self.without_alternative: list[str] = []
        self._svg_depth = 0
        self._svg_start = self._svg_name = ""
        self._svg_is_image = False
        self._inside = ""
        self.feed(fragment)
        self.close()
        if self._svg_depth:
            self.without_alternative.append(self._svg_start)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge an img at once; remember an svg until its title is known."""
        values = dict(attrs)
        hidden = values.get("aria-hidden") == "true"
        start = (self.get_starttag_text() or "")[:80]
        if tag == "img":
            self.count += 1
            if not hidden and not (values.get("alt") or "").strip():
                self.without_alternative.append(start)
        elif tag == "svg":
            self._svg_depth += 1
            if self._svg_depth == 1:
                self.count += 1
                name = values.get("aria-label") or values.get("aria-labelledby") or ""
                self._svg_start, self._svg_name = start, "hidden" if hidden else name.strip()
                self._svg_is_image = hidden or values.get("role") == "img"
        elif tag in {"title", "style", "script"}:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        """Judge an svg once it is complete."""
        if tag == self._inside:
            self._inside = ""
        elif tag == "svg" and self._svg_depth:
            self._svg_depth -= 1
            if not self._svg_depth and not (self._svg_is_image and self._svg_name):
                self.without_alternative.append(self._svg_start)

    def handle_data(self, data: str) -> None:
        """Collect visible text, and the title that names an svg."""
        if not self._inside:
            self.text += data.strip()
        elif self._inside == "title" and self._svg_depth:
            self._svg_name += data.strip()
