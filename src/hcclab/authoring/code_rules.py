"""What the code of a lesson must not do, read from its syntax tree and never run."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from IPython.core.inputtransformer2 import TransformerManager

from hcclab.authoring.lesson import OPT_OUTS, Cell, Lesson, Problem

__all__ = ["CODE_RULES", "SOLUTION_LINE", "solution_marks", "trees"]

LONGEST_CELL = 25
# They hang nbclient and Voila, hide exceptions, and nbval cannot compare what they show.
REFUSED_WIDGETS = {"interact", "interact_manual", "interactive", "interactive_output", "Output"}
NETWORK_MODULES = {
    "aiohttp",
    "ftplib",
    "http",
    "httpx",
    "pooch",
    "requests",
    "socket",
    "urllib",
    "urllib3",
}
_TO_PYTHON = TransformerManager()  # type: ignore[no-untyped-call]
_ADDRESS = re.compile(r"(?:https?|ftp)://")
_SHELL = {"system", "getoutput"}
_INSTALL_MAGICS = {"pip", "conda", "mamba", "uv"}
_NBVAL_COMMENT = re.compile(r"^\s*#+\s*(?:NBVAL_\w+|PYTEST_VALIDATE_\w+)\s*$", re.MULTILINE)
_REASON = re.compile(r"^\s*#\s*(?:\S+\s+){2,}\S+", re.MULTILINE)
SOLUTION_LINE = re.compile(r"^\s*#+\s*(?P<which>BEGIN|END) SOLUTION\s*$")


def widgets(lesson: Lesson) -> Iterator[Problem]:
    """Refuse `interact` and its kin, and the `Output` widget."""
    modules = {
        alias.asname or alias.name.split(".")[0]
        for _, tree in trees(lesson)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.split(".")[0] == "ipywidgets"
    } | {
        alias.asname or alias.name
        for _, tree in trees(lesson)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and _from_ipywidgets(node)
        for alias in node.names
        if alias.name.islower() and alias.name not in REFUSED_WIDGETS
    }
    for cell, tree in trees(lesson):
        for node in ast.walk(tree):
            found: set[str] = set()
            if isinstance(node, ast.ImportFrom) and _from_ipywidgets(node):
                found = {alias.name for alias in node.names} & (REFUSED_WIDGETS | {"*"})
            elif isinstance(node, ast.Attribute) and _root(node) in modules:
                found = {node.attr} & REFUSED_WIDGETS
            for name in sorted(found):
                yield lesson.problem(
                    "widget",
                    f"'{name}' from ipywidgets",
                    "show an explorer or a plain widget instead",
                    cell,
                )


def network(lesson: Lesson) -> Iterator[Problem]:
    """Ask that a lesson runs without a network."""
    for cell, tree in trees(lesson):
        found: list[str] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [a.name for a in node.names if a.name.split(".")[0] in NETWORK_MODULES]
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                found += [module] if module.split(".")[0] in NETWORK_MODULES else []
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [node.value[:60]] if _ADDRESS.search(node.value) else []
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0] if node.args else None
                name = first.value if isinstance(first, ast.Constant) else None
                is_magic = node.func.attr == "run_line_magic" and name in _INSTALL_MAGICS
                if _root(node.func) == "get_ipython" and (is_magic or node.func.attr in _SHELL):
                    found.append(cell.line)
        for what in found:
            yield lesson.problem(
                "network",
                f"'{what}' reaches out of the lesson",
                "ship the data with hcclab and put addresses in the prose",
                cell,
            )


def readable(lesson: Lesson) -> Iterator[Problem]:
    """Ask for code that parses, is short, and ends no line with a semicolon."""
    for cell in lesson.code:
        try:
            ast.parse(_python(cell))
        except SyntaxError as error:
            if "raises-exception" not in cell.tags:
                yield lesson.problem("syntax", f"not Python: {error.msg}", "mend the syntax", cell)
            continue
        if _trailing_semicolon(_python(cell)):
            yield lesson.problem(
                "semicolon",
                "a line ends with ';', which nbval does not honour",
                "assign the value to _ instead",
                cell,
            )
        length = sum(1 for line in cell.source.splitlines() if line.strip())
        if length > LONGEST_CELL:
            yield lesson.problem(
                "long-cell",
                f"{length} lines of code, {LONGEST_CELL} are the most a reader follows",
                "split the cell or move code into hcclab",
                cell,
            )


def opt_outs(lesson: Lesson) -> Iterator[Problem]:
    """Ask why, where nbval does not compare a cell."""
    for cell in lesson.code:
        if _NBVAL_COMMENT.search(cell.source):
            yield lesson.problem(
                "opt-out", "an nbval comment marker", "use the cell's tags instead", cell
            )
        elif cell.tags & OPT_OUTS and not _REASON.search(cell.source):
            yield lesson.problem(
                "opt-out",
                f"tagged {', '.join(sorted(cell.tags & OPT_OUTS))} without a reason",
                "give the reason in a comment, or make the output stable",
                cell,
            )


def solution_marks(lesson: Lesson) -> Iterator[Problem]:
    """Ask that each `### BEGIN SOLUTION` is closed in the same cell."""
    for cell in lesson.cells:
        marks = [m["which"] for m in map(SOLUTION_LINE.match, cell.source.splitlines()) if m]
        if marks != ["BEGIN", "END"] * (len(marks) // 2):
            yield lesson.problem(
                "solution-marks",
                f"solution marks do not pair: {' '.join(marks)}",
                "close each ### BEGIN SOLUTION with ### END SOLUTION",
                cell,
            )


def checks(lesson: Lesson) -> Iterator[Problem]:
    """Ask a cell tagged `check` to assert something or print what the prose quotes."""
    for cell, tree in trees(lesson):
        if "check" not in cell.tags:
            continue
        asserts = any(
            isinstance(node, ast.Assert)
            or (isinstance(node, ast.Attribute) and node.attr.startswith("assert"))
            for node in ast.walk(tree)
        )
        if not asserts and " = " not in cell.printed:
            yield lesson.problem(
                "check",
                "nothing is asserted and no 'name = value' is printed",
                "add an assert, or print the number that the prose quotes",
                cell,
            )


def _python(cell: Cell) -> str:
    return _TO_PYTHON.transform_cell(cell.source)


def trees(lesson: Lesson) -> Iterator[tuple[Cell, ast.Module]]:
    """Yield the code cells that parse, each with its syntax tree."""
    for cell in lesson.code:
        try:
            yield cell, ast.parse(_python(cell))
        except SyntaxError:
            continue  # `readable` reports it


def _from_ipywidgets(node: ast.ImportFrom) -> bool:
    return (node.module or "").split(".")[0] == "ipywidgets"


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _trailing_semicolon(python: str) -> bool:
    ignored = {tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT}
    last_on_line: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(python).readline):
        if token.type not in ignored and token.string:
            last_on_line[token.end[0]] = token.string
    return ";" in last_on_line.values()


CODE_RULES = (widgets, network, readable, opt_outs, solution_marks, checks)
