r"""The student edition's tasks: code that runs as ever and shows nobody its answers by accident.

A quiz or an exercise must know its answer, and a lesson must run without a network, so the answer
travels with the lesson. In the student edition the whole cell that makes a task is kept as one
compressed, encoded text; it runs in the notebook when the cell is run. Nothing else changes: the
names that the cell defines, what it shows and the learner's progress are the same.

This keeps answers from being read, searched or printed. It is no secret: a learner who decodes the
text finds the answer, as does one who reads the package. Do not use it for an examination.

>>> text = seal("limit = 2\nlimit + 1")
>>> "limit" in text
False
>>> unseal(text)
3
>>> limit
2
"""

from __future__ import annotations

import ast
import base64
import sys
import zlib
from typing import Any

from hcclab.teaching import look

__all__ = ["seal", "unseal"]


def seal(code: str) -> str:
    """Return code as a text that `unseal` runs, in lines of 76 characters.

    Raises
    ------
    SyntaxError
        The code is not plain Python.
    """
    ast.parse(code)
    return base64.encodebytes(zlib.compress(code.encode(), 9)).decode().strip()


def unseal(text: str) -> Any:
    """Run sealed code where this is called, and return the value of its last line.

    Parameters
    ----------
    text
        What `seal` returned.

    Returns
    -------
    Any
        The value of the last line where that is an expression, so that the cell shows it.

    Raises
    ------
    ValueError
        The text was changed.
    """
    try:
        code = zlib.decompress(base64.b64decode("".join(text.split()), validate=True)).decode()
        lines = ast.parse(code).body
    except (ValueError, SyntaxError, zlib.error):
        raise ValueError(
            "The text of this task was changed and cannot be read any more; copy the cell again "
            "from the lesson as you were given it."
        ) from None
    look.withhold_answers()
    names = sys._getframe(1).f_globals
    last = lines.pop() if lines and isinstance(lines[-1], ast.Expr) else None
    exec(compile(ast.Module(lines, []), "<task>", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<task>", "eval"), names)
