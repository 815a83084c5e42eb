"""What a student is told after an answer: a symbol, a word and a sentence."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Literal

Status = Literal["right", "wrong", "unanswered", "note"]

_LEAD = {
    "right": "✓ Right:",
    "wrong": "✗ Wrong:",
    "unanswered": "○ Not answered yet:",
    "note": "→",
}
_EDGE = {
    "right": "solid #0072B2",
    "wrong": "dashed #D55E00",
    "unanswered": "dotted #767676",
    "note": "double #767676",
}


@dataclass(frozen=True, repr=False)
class Feedback:
    """The reply to an answer, told by a word and a symbol as well as by colour.

    Parameters
    ----------
    status
        ``"right"``, ``"wrong"``, ``"unanswered"``, or ``"note"`` for a hint or a solution.
    message
        One or two plain sentences.
    code
        Lines of code to show below the message.

    Examples
    --------
    >>> Feedback("wrong", "You used the natural logarithm.")
    ✗ Wrong: You used the natural logarithm.
    >>> Feedback("right", "-2.36").right
    True
    """

    status: Status
    message: str
    code: str = ""

    @property
    def right(self) -> bool:
        """Whether the answer was right."""
        return self.status == "right"

    def __str__(self) -> str:
        text = f"{_LEAD[self.status]} {self.message}"
        return f"{text}\n{self.code}" if self.code else text

    __repr__ = __str__

    def to_html(self) -> str:
        """Return the reply as an HTML fragment."""
        lead = f"<strong>{_LEAD[self.status]}</strong>"
        code = f"<pre><code>{html.escape(self.code)}</code></pre>" if self.code else ""
        return (
            f'<div style="border-left:0.4em {_EDGE[self.status]};padding:0.1em 0.7em;'
            f'font-size:16px;line-height:1.5">{lead} {html.escape(self.message)}{code}</div>'
        )

    def _repr_html_(self) -> str:
        return f'<div role="status">{self.to_html()}</div>'
