"""The numbers that a lesson's text quotes, computed again in its check cells and folded away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from html import escape

from hcclab.teaching import look


class Numbers:
    """Lines of ``name = value``, shown as one folded line.

    A teacher's note may quote the answer of a task, so in the student edition only their count is
    shown.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip()

    @property
    def _count(self) -> str:
        count = len(self.text.splitlines())
        what = "number" if count == 1 else "numbers"
        return f"✓ {count} {what} of the text, computed again"

    def __repr__(self) -> str:
        return self._count if look.answers_withheld() else self.text

    def _repr_html_(self) -> str:
        if look.answers_withheld():
            return look.paragraph(self._count)
        lines = f"<pre>{escape(self.text)}</pre>"
        return f"<details><summary>{self._count}</summary>{lines}</details>"


@contextmanager
def quoted() -> Iterator[None]:
    """Fold what is printed inside into one line that a student may open.

    Examples
    --------
    >>> with quoted():
    ...     print("limit =", 34, "µmol/L")
    limit = 34 µmol/L
    """
    from IPython.display import display

    with redirect_stdout(io.StringIO()) as printed:
        yield
    display(Numbers(printed.getvalue()))  # type: ignore[no-untyped-call]
