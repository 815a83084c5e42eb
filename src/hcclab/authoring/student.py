"""The student edition: the lessons as notebooks without solutions, notes or readable answers.

- Cells tagged `solution` or `instructor` are left out.
- What stands between `### BEGIN SOLUTION` and `### END SOLUTION` becomes a stub to fill in.
- A cell that makes a quiz or an exercise, that prepares one (tagged `exercise`, its source hidden)
  or that tests the lesson's numbers (tagged `check`) is sealed: see `hcclab.teaching.sealed`.
- Answers, hints and solutions that a stored copy folds away are taken out of it, and so is what a
  stub for the student printed, and the numbers that a `check` cell lists.
- A cell whose explorer folds an answer away begins with `withhold_answers()`, so that no copy that
  the student saves holds it either.

Everything else, figures and explorers included, is as in the lesson. No cell counts as executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent, indent

import nbformat
from nbformat import NotebookNode

from hcclab.authoring.code_rules import SOLUTION_LINE, solution_marks, trees
from hcclab.authoring.lesson import Cell, Lesson
from hcclab.authoring.pairs import Pair, read_notebook, tidy
from hcclab.authoring.workspace import RECORD
from hcclab.teaching import glossary
from hcclab.teaching.look import without_answers
from hcclab.teaching.sealed import seal

__all__ = ["student_edition", "write_student_edition"]

EDITION = {"edition": "student"}
LEFT_OUT = {"instructor", "solution"}
TASKS = {"Choice", "Exercise", "Multiple", "Number", "Order", "Quiz"}

WITHHOLDS = """\
from hcclab.teaching import withhold_answers

withhold_answers()  # no copy that you save shows an answer before you asked for it"""

_NAME = re.compile(r'\bname="(\w+/[\w-]+)"')
_SEALED = """\
# {what}
from hcclab.teaching import unseal

unseal(
    \"\"\"
{text}
    \"\"\"
)"""


def write_student_edition(folder: Path, lessons: Iterable[Path]) -> list[Path]:
    """Write the student edition of lessons, with the glossary, into a folder.

    Parameters
    ----------
    folder
        Where to write; made where it is not there. An older student edition in it is replaced.
    lessons
        Path of the text or of the notebook of each lesson.

    Returns
    -------
    list of Path
        The notebooks.

    Raises
    ------
    ValueError
        A mark of a solution is not closed, a notebook in `folder` is no student edition, or
        `folder` is a learner's folder. Nothing is written then.
    """
    notebooks = [Pair.of(lesson).notebook for lesson in lessons]
    editions = {
        folder / file.name: nbformat.writes(student_edition(Lesson.read(file)), version=4)
        for file in notebooks
    }
    _refuse_to_overwrite(folder, editions)
    pages = {file.parent / glossary.FILE for file in notebooks}
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in editions.items():
        file.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    for page in sorted(page for page in pages if page.exists()):
        (folder / glossary.FILE).write_bytes(page.read_bytes())
    return list(editions)


def student_edition(lesson: Lesson) -> NotebookNode:
    r"""Return the notebook that students get.

    Raises
    ------
    ValueError
        A mark of a solution is not closed; the message names the file and the cell.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cells = [
    ...     new_code_cell("### BEGIN SOLUTION\nshare = 44 / 50\n### END SOLUTION"),
    ...     new_code_cell("44 / 50", metadata={"tags": ["solution"]}),
    ... ]
    >>> made = student_edition(Lesson(Path("x.ipynb"), new_notebook(cells=cells)))
    >>> [cell.source for cell in made.cells]
    ['share = ...  # replace the three dots']
    """
    for problem in solution_marks(lesson):
        raise ValueError(str(problem).rstrip("."))
    made = tidy(lesson.notebook)
    made.metadata["hcclab"] = dict(EDITION)
    mine = Lesson(lesson.file, made)
    makes_task = {cell.number for cell, tree in trees(mine) if _makes_task(tree)}
    made.cells = [
        _for_students(mine, cell, cell.number in makes_task)
        for cell in mine.cells
        if not cell.tags & LEFT_OUT
    ]
    return made


def _for_students(lesson: Lesson, cell: Cell, makes_task: bool) -> NotebookNode:
    node = cell.node
    stubbed = _with_stubs(cell)
    has_stub, node.source = stubbed != node.source, stubbed
    if not cell.is_code:
        return node
    node.execution_count = None
    hidden = node.metadata.get("jupyter", {}).get("source_hidden", False)
    is_exercise, is_check = "exercise" in cell.tags, "check" in cell.tags
    # What came of a solution, the reply to a stub, numbers that only a note for teachers quotes.
    if has_stub or is_check or (is_exercise and not (makes_task or hidden)):
        node.outputs = []
    if makes_task or is_check or (is_exercise and hidden):
        _seal(lesson, cell, makes_task)
    elif any(html != without_answers(html) for html in cell.data("text/html")):
        node.source = f"{WITHHOLDS}\n\n{node.source}"
    for output in node.outputs:
        if "execution_count" in output:
            output.execution_count = None
        data = output.get("data", {})
        if "text/html" in data:
            data["text/html"] = without_answers(data["text/html"])
    return node


def _seal(lesson: Lesson, cell: Cell, makes_task: bool) -> None:
    try:
        cell.node.source = _sealed(cell, makes_task)
    except SyntaxError as error:
        message = f"a task that is not plain Python ({error.msg}) cannot be encoded"
        problem = lesson.problem("student", message, "write it without magics", cell)
        raise ValueError(str(problem).rstrip(".")) from None
    cell.node.metadata.setdefault("jupyter", {})["source_hidden"] = True


def _makes_task(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", "")) in TASKS
        for node in ast.walk(tree)
    )


def _sealed(cell: Cell, makes_task: bool) -> str:
    what = "Run this cell: it tests the numbers of the text."
    if makes_task or "exercise" in cell.tags:
        names = "".join(f' name="{name}"' for name in _NAME.findall(cell.source))
        what = f"Run this cell for the task.{names}"
    return _SEALED.format(what=what, text=indent(seal(cell.source), "    "))


def _with_stubs(cell: Cell) -> str:
    """Return the cell's text with a stub for each marked solution."""
    lines: list[str] = []
    region: list[str] | None = None
    for line in cell.source.split("\n"):
        mark = SOLUTION_LINE.match(line)
        if mark and mark["which"] == "BEGIN":
            region, margin = [], line[: len(line) - len(line.lstrip())]
        elif mark and region is not None:
            stub = _stub(dedent("\n".join(region))) if cell.is_code else ["*Your answer.*"]
            lines += [margin + each for each in stub]
            region = None
        else:
            (lines if region is None else region).append(line)
    return "\n".join(lines)


def _stub(solution: str) -> list[str]:
    """Return the lines to fill in: the names that the solution gives, each with three dots.

    The three dots are what the checks call "not answered yet", so that a stub stops nothing.
    """
    try:
        body = ast.parse(solution).body
    except SyntaxError:
        body = []
    return list(_blanks(body)) or ["...  # write your answer here"]


def _blanks(body: list[ast.stmt]) -> Iterator[str]:
    met: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"def {node.name}({ast.unparse(node.args)}):"
            yield "    return ...  # write your function here"
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name in (n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)):
                if isinstance(name.ctx, ast.Store) and name.id not in met:
                    met.add(name.id)
                    yield f"{name.id} = ...  # replace the three dots"


def _refuse_to_overwrite(folder: Path, files: Iterable[Path]) -> None:
    if (folder / RECORD).exists():
        raise ValueError(f"{folder} is a learner's folder, made by hcclab start; name another one")
    for file in files:
        if file.exists() and read_notebook(file).metadata.get("hcclab") != EDITION:
            raise ValueError(f"{file} is no student edition and is not overwritten")
