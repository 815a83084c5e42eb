"""A figure to reach, what was measured, and the table of them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Figure:
    """One line of the table: what was measured, in the unit of its target."""

    name: str
    target: float
    measured: float
    unit: str
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.measured <= self.target

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        verdict = "yes" if self.ok else "no"
        measured = format(self.measured, ".3g" if self.measured < 100 else ".0f")
        return (
            f"| {self.name} | ≤ {self.target:g} {self.unit} "
            f"| {measured} {self.unit}{detail} | {verdict} |"
        )


def table(figures: Iterable[Figure], command: str = "make bench") -> str:
    """The figures as Markdown, with the day, the machine and the command that measured them."""
    where = f"Python {platform.python_version()}, {platform.system()} on {platform.machine()}"
    return "\n".join(
        [
            "# Figures to reach",
            "",
            f"<!-- Written by `{command}`. -->",
            "",
            f"Measured on {date.today()} with {where}, {os.cpu_count()} processors.",
            "",
            "| figure | target | measured | ok |",
            "|---|---|---|---|",
            *map(str, figures),
            "",
        ]
    )
