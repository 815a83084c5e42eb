"""What a model is fed with: each parameter with its unit, range, source and how far it was checked.

A model's parameter set is a frozen dataclass. One declaration gives its default, its limits, its
slider and its row in the table that a student sees:

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Decay(Parameters):
...     half_life_h: float = parameter(
...         64.1, "physical half-life", "h", usual=(1, 200), code="V", source="a textbook"
...     )
>>> Decay(half_life_h=64.1)
Decay(half_life_h=64.1)
>>> Decay(half_life_h=-1)
Traceback (most recent call last):
    ...
ValueError: half_life_h=-1 outside 0-inf
>>> print(Decay.described()["half_life_h"])
physical half-life: 64.1 h [verified] (a textbook)
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from html import escape
from typing import Any, Self

from hcclab.measurement import Variable

CODES = {
    "V": ("verified", "read in the paper, a label or a trial table"),
    "V2": ("verified second-hand", "read in a transcription that names the paper"),
    "D": ("derived", "worked out from verified numbers"),
    "M": ("from memory", "recalled, not yet checked against the source"),
    "T": ("illustrative", "chosen or calibrated to teach; not published"),
}
"""Verification codes: the mark that a student reads, and what it promises."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a model.

    Parameters
    ----------
    variable
        Name, label, unit, limits and slider step.
    value
        Default, in the unit of `variable`.
    code
        One of `CODES`.
    source, doi
        Where the value comes from; empty for a teaching choice.
    note
        What a student should know of it.
    """

    variable: Variable
    value: float
    code: str
    source: str = ""
    doi: str = ""
    note: str = ""

    @property
    def mark(self) -> str:
        """How far the value has been checked, in words."""
        return CODES[self.code][0]

    @property
    def url(self) -> str:
        """Address of the source, or empty."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    def __str__(self) -> str:
        said = f"{self.variable.label}: {self.value:g} {self.variable.unit}".rstrip()
        source = f" ({self.source})" if self.source else ""
        return f"{said} [{self.mark}]{source}"


def parameter(
    value: float,
    label: str,
    unit: str = "",
    *,
    usual: tuple[float, float],
    hard: tuple[float, float] = (0, float("inf")),
    step: float = 1,
    code: str,
    source: str = "",
    doi: str = "",
    note: str = "",
) -> Any:
    """Declare one field of a parameter set.

    Parameters
    ----------
    value, label, unit
        Default, name as it stands within a sentence, and unit.
    usual, step
        Ends and step of its slider.
    hard
        Limits, both included, outside which the model has no meaning.
    code, source, doi, note
        As for `Parameter`.

    Raises
    ------
    ValueError
        If the code is not one of `CODES`, what is called verified has no source, or the default is
        outside the limits.
    """
    if code not in CODES:
        raise ValueError(f"{label}: code={code!r} is not one of {', '.join(CODES)}")
    if code in ("V", "V2") and not source:
        raise ValueError(f"{label}: code={code!r} promises a source, and none is given")
    if not hard[0] <= usual[0] <= value <= usual[1] <= hard[1]:
        raise ValueError(f"{label}: {value} must lie in its usual {usual}, and that in {hard}")
    variable = Variable("", label, note, unit, usual=usual, hard=hard, step=step)
    return dataclasses.field(
        default=value,
        metadata={"parameter": Parameter(variable, value, code, source, doi, note)},
    )


def like(
    base: type[Parameters],
    name: str,
    value: float,
    *,
    code: str,
    source: str = "",
    doi: str = "",
    note: str = "",
) -> Any:
    """Declare an inherited field with another default; label, unit and limits stay as they were.

    Parameters
    ----------
    base, name
        The parameter set that declares the field, and its name there.
    value, code, source, doi, note
        As for `parameter`.

    Raises
    ------
    KeyError
        If the set has no such field.
    ValueError
        As for `parameter`.
    """
    known = base.described()[name].variable
    return parameter(
        value,
        known.label,
        known.unit,
        usual=known.usual,
        hard=known.hard,
        step=known.step,
        code=code,
        source=source,
        doi=doi,
        note=note,
    )


class Parameters:
    """Base of every parameter set: limits are kept, and each field can be explained."""

    def __post_init__(self) -> None:
        for name, known in self.described().items():
            known.variable.read(getattr(self, name))

    @classmethod
    def described(cls) -> dict[str, Parameter]:
        """Every parameter with its source, by name."""
        return {
            each.name: dataclasses.replace(
                known := each.metadata["parameter"],
                variable=dataclasses.replace(known.variable, name=each.name),
            )
            for each in dataclasses.fields(cls)  # type: ignore[arg-type]
        }

    def changed(self, **values: float) -> Self:
        """Give the same set with some values changed.

        Raises
        ------
        TypeError
            If there is no parameter of that name.
        ValueError
            If a value is outside its limits.
        """
        return dataclasses.replace(self, **values)  # type: ignore[type-var]

    def _repr_html_(self) -> str:
        rows = "".join(_row(known, getattr(self, name)) for name, known in self.described().items())
        head = "".join(
            f'<th scope="col">{title}</th>' for title in ("parameter", "value", "checked", "source")
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(known: Parameter, value: float) -> str:
    """Show one parameter; what is not the default has no source to lean on."""
    checked, source = known.mark, _cited(known)
    if value != known.value:
        checked, source = "your value", f"default {known.value:g}: {known.mark}"
    shown = f"{value:g} {known.variable.unit}".rstrip()
    cells = (escape(known.variable.label), escape(shown), checked, source)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _cited(known: Parameter) -> str:
    source = escape(known.source)
    if known.doi:
        source = f'<a href="{escape(known.url)}">{source}</a>'
    return ". ".join(part for part in (source, escape(known.note)) if part)
