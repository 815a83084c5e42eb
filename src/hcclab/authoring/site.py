"""The course as a web site to read and to print: no server, no kernel, no request to anywhere.

Pages are made by nbconvert from the stored notebooks, so a widget shows its static copy. What a
page of nbconvert fetches from elsewhere is replaced here: formulas and flow charts are drawn at
build time, and code is coloured by a style sheet of the site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook

from hcclab.authoring.formulas import with_drawn_formulas
from hcclab.authoring.lesson import Lesson
from hcclab.teaching import course, glossary

__all__ = ["build"]

LEFT_OUT = frozenset({"check", "instructor"})
MARK = "sections.js"
"""A file that only this module writes; a folder that holds other things is left alone."""

_STILL = re.compile(r" \((static copy|still picture); run the cell [^)]*\)")
_PAGE = re.compile(r'href="([\w-]+)\.(?:ipynb|md)(#[\w-]*)?"')
_EMPTY_HEADING = re.compile(r"<th[^>]*>\s*</th>")
_CHART_QUESTION = re.compile(r'q\d+\{\{"(.*)"\}\}')
_CHART_END = re.compile(r'-->\|(yes|no)\| s\d+\(\["(.*)"\]\)')


def build(lessons: list[Path], out: Path) -> list[Path]:
    """Write the site into a folder.

    Parameters
    ----------
    lessons
        The lessons, as `hcclab.authoring.pairs.find_lessons` gives them.
    out
        A folder that is new, empty, or holds an older site.

    Returns
    -------
    list of Path
        The pages, the start page first.

    Raises
    ------
    ValueError
        If the folder holds something else, which is then left as it is.
    """
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        raise ValueError(f"{out} holds something other than a site; name a new folder")
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.html"):
        old.unlink()
    stems = [lesson.stem for lesson in lessons]
    notebooks = {
        "index": _start_page(set(stems)),
        **{path.stem: _lesson(path, stems) for path in lessons},
        "glossary": _page("Glossary", glossary.page()),
        "search": _page(
            "Search",
            '# Search\n\n<p id="count" role="status"></p>\n\n<ol id="found" class="found"></ol>',
            scripts=(MARK, "search.js"),
        ),
    }
    sections: list[tuple[str, str, str]] = []
    written = []
    with as_file(files("hcclab.authoring") / "site_template") as template:
        render = _exporter(template)
        for name, notebook in notebooks.items():
            html = render(notebook)
            if name in stems:
                sections += _sections(f"{quote(name)}.html", html)
            written.append(out / f"{name}.html")
            _write(written[-1], html)
        _write(out / "site.css", (template / "site.css").read_text("utf-8") + _code_colours())
        for script in ("page.js", "search.js"):
            _write(out / script, (template / script).read_text("utf-8"))
    for entry in glossary.entries():
        names = ", ".join(dict.fromkeys(filter(None, (*entry.names, entry.expansion))))
        text = f"{names}. {entry.definition} {entry.zh_simplified}"
        sections.append((f"glossary.html#{entry.slug}", f"Glossary: {entry.term}", text))
    _write(out / MARK, f"const SECTIONS = {json.dumps(sections, ensure_ascii=False)};\n")
    return written


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _exporter(template: Path) -> Any:
    """Return a function from a notebook to its page."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        extra_template_basedirs=[str(template.parent)],
        template_name=template.name,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )

    def render(notebook: NotebookNode) -> str:
        html, _ = exporter.from_notebook_node(notebook)
        html = _EMPTY_HEADING.sub("<td></td>", _STILL.sub(_without_cell, html))
        return _PAGE.sub(r'href="\1.html\2"', html)

    return render


def _without_cell(note: re.Match[str]) -> str:
    """Keep from the note of a static copy what holds without a cell to run."""
    return " (still picture)" if note[1] == "still picture" else ""


def _code_colours() -> str:
    from pygments.formatters import HtmlFormatter

    return str(HtmlFormatter().get_style_defs(".highlight"))


def _page(
    title: str,
    markdown: str = "",
    *,
    cells: list[NotebookNode] | None = None,
    neighbours: list[tuple[str, str]] | None = None,
    scripts: tuple[str, ...] = (),
) -> NotebookNode:
    shown = [new_markdown_cell(markdown)] if cells is None else cells
    names = {
        "title": f"{title} · hcclab",
        "neighbours": neighbours or [],
        "scripts": ["page.js", *scripts],
    }
    page: NotebookNode = new_notebook(cells=shown, metadata=names)
    return page


def _lesson(path: Path, stems: list[str]) -> NotebookNode:
    lesson = Lesson.read(path.with_suffix(".ipynb"))
    cells = [cell.node for cell in lesson.cells if not cell.tags & LEFT_OUT]
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = with_drawn_formulas(cell.source)
        for output in cell.get("outputs", []):
            if "text/vnd.mermaid" in output.get("data", {}):
                output.data = {"text/html": _flowchart(output.data["text/vnd.mermaid"])}
    title = next((each.text for each in lesson.headings if each.level == 1), path.stem)
    place = stems.index(path.stem)
    sides = [(place - 1, "‹ {}"), (place + 1, "{} ›")]
    neighbours = [
        (stems[i], label.format(_title(stems[i]))) for i, label in sides if 0 <= i < len(stems)
    ]
    return _page(title, cells=cells, neighbours=neighbours)


def _title(stem: str) -> str:
    listed = course.lessons().get(stem)
    return f"{stem[:2]} {listed.title.partition(':')[0]}" if listed else stem


def _flowchart(mermaid: str) -> str:
    """Write a flow chart of questions in order as a list, which a page without scripts can show.

    Examples
    --------
    >>> import hcclab as hcc
    >>> _flowchart(hcc.MILAN.flowchart().text)[:33]
    '<ol><li>Number of tumours = 1 and'
    """
    items, answers = [], {"yes": "yes", "no": "otherwise"}
    for line in mermaid.splitlines():
        if asked := _CHART_QUESTION.search(line):
            items.append(escape(unescape(asked[1])))
        elif end := _CHART_END.search(line):
            items[-1] += f" <b>{answers[end[1]]} → {escape(unescape(end[2]))}</b>"
    return f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"


def _start_page(stems: set[str]) -> NotebookNode:
    rows = []
    for lesson in course.lessons().values():
        written = lesson.stem in stems
        title = escape(lesson.title)
        name = f'<a href="{lesson.stem}.html">{title}</a>' if written else f"{title} (planned)"
        before = [f"{each[:2]} necessary" for each in lesson.needs]
        before += [f"{each[:2]} helpful" for each in lesson.helps]
        rows.append(
            f'<tr><th scope="row">{lesson.stem[:2]} {name}</th><td>{escape(lesson.question)}</td>'
            f"<td>{lesson.teaching} + {lesson.exercises}</td><td>{', '.join(before)}</td></tr>"
        )
    heads = ("Lesson", "Question", "Minutes: lesson + exercises", "Before it")
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return _page(
        "Course on liver cancer",
        "# Liver cancer: a course to read\n\n**For education, not for patient care.**\n\n"
        "Every lesson as a page to read, to search and to print. Answers are folded: think first, "
        "then open. In the notebooks the same pictures move, and exercises are checked.\n\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
    )


class _Reader(HTMLParser):
    """Read the visible text of a page, section by section; what is folded stays unread."""

    UNREAD = frozenset({"details", "footer", "header", "pre", "script", "style", "svg", "title"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sections: list[tuple[str, list[str], list[str]]] = []
        self._unread = 0
        self._in_heading = self._in_anchor = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.UNREAD:
            self._unread += 1
        elif tag in {"h1", "h2", "h3"} and not self._unread:
            self.sections.append((dict(attrs).get("id") or "", [], []))
            self._in_heading = True
        elif tag == "a":
            self._in_anchor = ("class", "anchor-link") in attrs

    def handle_endtag(self, tag: str) -> None:
        if tag in self.UNREAD:
            self._unread -= 1
        elif tag in {"h1", "h2", "h3"}:
            self._in_heading = False
        elif tag == "a":
            self._in_anchor = False

    def handle_data(self, data: str) -> None:
        if self.sections and not self._unread and not self._in_anchor:
            _, heading, text = self.sections[-1]
            (heading if self._in_heading else text).append(data)


def _sections(address: str, html: str) -> Iterator[tuple[str, str, str]]:
    """Yield address, heading and text of each section of a lesson's page."""
    lesson = ""
    for place, heading, text in _Reader(html).sections:
        title = " ".join("".join(heading).split())
        lesson = lesson or title
        name = title if title == lesson else f"{lesson}: {title}"
        yield f"{address}#{place}", name, " ".join(" ".join(text).split())
