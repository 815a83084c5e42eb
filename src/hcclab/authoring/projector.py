"""The explorers of the lessons for the projector: one clean page each, served by Voila.

A page holds the cell that shows the explorer and, before it, the statements of the lesson that
define the names it uses: nothing is copied by hand, and nothing else of the lesson runs or shows.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from hcclab.authoring.lesson import Cell, Lesson

__all__ = ["Page", "command", "pages", "show", "write"]

IDLE_SECONDS = 300
"""A kernel whose page was closed ends after this long; one whose page is open is kept."""

_TITLE = re.compile(r"<strong>(.*?)</strong> \((?:still picture|static copy);")


@dataclass(frozen=True)
class Page:
    """One explorer, ready to be shown alone.

    Parameters
    ----------
    name
        Of its file, without the ending.
    title
        As the explorer names itself.
    code
        All that it takes to show it.
    """

    name: str
    title: str
    code: str


def pages(lesson: Lesson) -> Iterator[Page]:
    r"""Yield the explorers of a lesson in reading order.

    Examples
    --------
    >>> from nbformat.v4 import new_output
    >>> start = new_code_cell("import math\nx, y = 1, 2")
    >>> copy = "<strong>Area</strong> (still picture; …)"
    >>> shows = new_output("execute_result", {"text/html": copy})
    >>> explorer = new_code_cell("Area(x)", outputs=[shows], metadata={"tags": ["explorer"]})
    >>> found = pages(Lesson(Path("09_x.ipynb"), new_notebook(cells=[start, explorer])))
    >>> next(found)
    Page(name='09_x-1', title='Area', code='x, y = (1, 2)\nArea(x)')
    """
    number = 0
    for cell in lesson.tagged("explorer"):
        title = _title(cell)
        if title is None:
            continue
        number += 1
        before = [each.source for each in lesson.code if each.number < cell.number]
        code = "\n".join([*_needed(before, cell.source), cell.source])
        yield Page(f"{lesson.file.stem}-{number}", title, code)


def _title(cell: Cell) -> str | None:
    """Return the name of the explorer, which its stored copy begins with."""
    found = next(filter(None, map(_TITLE.search, cell.data("text/html"))), None)
    return None if found is None else unescape(found[1])


def _needed(before: Iterable[str], code: str) -> list[str]:
    """Return the statements that bind what the code uses, and what these use, in their order."""
    wanted = set(_names(ast.parse(code), ast.Load))
    needed = []
    for statement in reversed([each for cell in before for each in ast.parse(cell).body]):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            aliases = [each for each in statement.names if _bound(each) in wanted]
            if not aliases:
                continue
            statement.names = aliases
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            if statement.name not in wanted:
                continue
        elif isinstance(statement, ast.Expr) or not wanted & set(_names(statement, ast.Store)):
            continue
        wanted.update(_names(statement, ast.Load))
        needed.append(ast.unparse(statement))
    return needed[::-1]


def _names(tree: ast.AST, context: type[ast.expr_context]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, context):
            yield node.id


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def write(lessons: list[Lesson], folder: Path) -> list[Page]:
    """Write the pages of lessons, Voila's template and the start page into an empty folder."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    template = folder / "voila" / "templates" / "hcclab"
    shown = folder / "pages"
    template.mkdir(parents=True)
    shown.mkdir()
    made, rows = [], []
    for lesson in lessons:
        found = list(pages(lesson))
        for page in found:
            metadata = {"kernelspec": kernel, "title": page.title}
            notebook = new_notebook(cells=[new_code_cell(page.code)], metadata=metadata)
            nbformat.write(notebook, shown / f"{page.name}.ipynb")
        if found:
            heading = next((each.text for each in lesson.headings if each.level == 1), "")
            links = "".join(
                f'<li><a href="/voila/render/{quote(each.name)}.ipynb">'
                f"{escape(each.title)}</a></li>"
                for each in found
            )
            rows.append(f"<h2>{lesson.file.stem[:2]} {escape(heading)}</h2><ul>{links}</ul>")
        made += found
    with as_file(files("hcclab.authoring") / "projector_template") as source:
        for name in ("conf.json", "index.html.j2"):
            (template / name).write_text((source / name).read_text("utf-8"), encoding="utf-8")
        start = (source / "start.html").read_text("utf-8").replace("EXPLORERS", "\n".join(rows))
    # A title is text of a lesson, and no instruction to Voila's template language.
    start = f"{{% raw %}}{start}{{% endraw %}}"
    (template / "tree.html").write_text(start, encoding="utf-8")
    return made


def command(folder: Path, *more: str, idle_seconds: int = IDLE_SECONDS) -> list[str]:
    """Return the words that start Voila on a folder made by `write`."""
    return [
        sys.executable,
        *("-m", "voila", str(folder / "pages")),
        "--Voila.ip=127.0.0.1",
        "--template=hcclab",
        "--VoilaConfiguration.classic_tree=True",
        "--VoilaConfiguration.allow_template_override=NO",
        f"--MappingKernelManager.cull_idle_timeout={idle_seconds}",
        f"--MappingKernelManager.cull_interval={idle_seconds // 5}",
        *more,
    ]


def environment(folder: Path) -> dict[str, str]:
    """Return the environment for `command`: its template, this Python, no answers of anybody."""
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("JUPYTER_PATH")]))
    return os.environ | {
        "JUPYTER_PATH": path,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "HCCLAB_PROGRESS": "off",
    }


def show(lessons: list[Lesson], *more: str) -> int:
    """Serve the explorers of lessons until interrupted.

    Raises
    ------
    ValueError
        If Voila is not installed, or the lessons hold no explorer.
    """
    if importlib.util.find_spec("voila") is None:
        raise ValueError(
            "the projector needs Voila, which is not installed: run `make projector`, or "
            "`pip install -c constraints.txt -e '.[projector]'`"
        )
    with TemporaryDirectory(prefix="hcclab-projector-") as name:
        folder = Path(name)
        if not write(lessons, folder):
            raise ValueError("there is no explorer in these lessons")
        return subprocess.call(command(folder, *more), env=environment(folder))
