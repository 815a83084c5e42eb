"""From what somebody typed to values a rule can use: one patient at a time.

Units stay as entered, blanks become unknown, a list of diameters becomes a number of tumours and
a largest diameter, and anything impossible is refused with a reason.

>>> patient = Patient.read({"albumin_g_l": 38, "tumour_diameters_cm": "4.5; 2"})
>>> patient["tumour_count"], patient["largest_tumour_cm"], patient["total_tumour_cm"]
(2, 4.5, 6.5)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hcclab.criteria import unique
from hcclab.measurement import BLANK, is_number, quote, show_entry
from hcclab.variables import (
    QUANTITIES,
    TUMOUR_LIST,
    VARIABLES,
    bilirubin,
    direct_bilirubin_mg_dl,
    largest_tumour_cm,
    nearest,
    total_tumour_cm,
    tumour_count,
    tumour_volume_cm3,
)

MEASURES: Mapping[str, Callable[[list[float]], float]] = {
    tumour_count.name: len,
    largest_tumour_cm.name: max,
    total_tumour_cm.name: sum,
    tumour_volume_cm3.name: lambda diameters: sum(math.pi / 6 * d**3 for d in diameters),
}
"""What is read from a list of diameters, by variable name; tumours are taken as spheres."""

ROUNDING = 1e-6
"""A stated measure may differ from that of the listed diameters by this fraction."""

AGREEMENT = 0.10
"""Two entries of one quantity may differ by this fraction, the rounding of a laboratory report."""


class Patient(dict[str, Any]):
    """The readable values of one patient, by variable name; None means "asked, not known".

    Attributes
    ----------
    problems : dict of str to str
        Why a value could not be used, by variable name. Empty unless read leniently.
    checks : list of str
        Valid values that deserve a second look.
    """

    problems: dict[str, str]
    checks: list[str]

    @classmethod
    def read(cls, record: Mapping[str, Any]) -> Patient:
        """Read a record, refusing anything impossible.

        Parameters
        ----------
        record
            Values by variable name; `tumour_diameters_cm` may be a list or ``"4.5;2.0"``.

        Raises
        ------
        ValueError
            Listing every problem found.

        Examples
        --------
        >>> Patient.read({"albumin": 38})
        Traceback (most recent call last):
            ...
        ValueError: albumin is not a known field; did you mean albumin_g_l or albumin_g_dl?
        """
        if isinstance(record, Patient):
            return record
        patient = cls.read_leniently(record)
        strange = {n: nearest(n) for n in record if n not in VARIABLES and n != TUMOUR_LIST}
        unknown = [
            f"{quote(name)} is not a known field; did you mean {' or '.join(near)}?"
            for name, near in strange.items()
            if near
        ]
        if patient.problems or unknown:
            raise ValueError("; ".join(dict.fromkeys((*unknown, *patient.problems.values()))))
        patient.checks += [f"{quote(name)} is not used" for name in strange]
        return patient

    @classmethod
    def read_leniently(cls, record: Mapping[str, Any]) -> Patient:
        """Read a record, turning anything impossible into "unknown" with a noted problem."""
        patient = cls()
        patient.problems, patient.checks = {}, []
        for name, raw in record.items():
            variable = VARIABLES.get(name)
            if variable is not None:
                patient._take(name, variable.read, raw)
        if TUMOUR_LIST in record:
            patient._take_tumours(record[TUMOUR_LIST])
        patient._measure_single_tumour()
        patient._compare_units()
        return patient

    def _take(self, name: str, read: Any, raw: Any) -> None:
        try:
            self[name] = value = read(raw)
        except ValueError as error:
            self[name] = None
            self.problems[name] = str(error)
        else:
            if unusual := VARIABLES[name].unusual(value):
                self.checks.append(unusual)

    def _take_tumours(self, raw: Any) -> None:
        try:
            diameters = read_diameters(raw)
        except ValueError as error:
            self._refuse_tumours(str(error))
            return
        if diameters is None:
            for name in MEASURES:
                self.setdefault(name, None)
            return
        found = {name: measure(diameters) for name, measure in MEASURES.items()}
        for name, value in found.items():
            stated = self.get(name)
            if stated is not None and abs(stated - value) > ROUNDING * value:
                self._refuse_tumours(
                    f"{TUMOUR_LIST}={quote(show_entry(raw))} and {name}={stated:g} disagree"
                )
                return
        for name, value in found.items():
            if self.get(name) is None:
                self._take(name, lambda same: same, value)

    def _refuse_tumours(self, problem: str) -> None:
        for name in MEASURES:
            self[name] = None
            self.problems[name] = problem

    def _measure_single_tumour(self) -> None:
        """Derive the sums of one tumour, which is its own largest."""
        largest = self.get(largest_tumour_cm.name)
        if self.get(tumour_count.name) == 1 and largest is not None:
            for name in (total_tumour_cm.name, tumour_volume_cm3.name):
                if self.get(name) is None and name not in self.problems:
                    self[name] = float(MEASURES[name]([largest]))

    def _compare_units(self) -> None:
        for quantity in QUANTITIES:
            entered = [
                (variable.name, self[variable.name], self[variable.name] * factor)
                for variable, factor in quantity.units
                if self.get(variable.name) is not None
            ]
            if len(entered) == 2 and disagree(entered[0][2], entered[1][2]):
                both = " and ".join(f"{name}={value:g}" for name, value, _ in entered)
                for name, _, _ in entered:
                    self[name] = None
                    self.problems[name] = f"{both} disagree"
        direct, total = self.get(direct_bilirubin_mg_dl.name), bilirubin.evaluate(self)
        if direct is not None and total is not None and direct * 17.1 > total * (1 + 1e-9):
            self.checks.append(f"{direct_bilirubin_mg_dl.name}={direct:g} above total bilirubin")


def inputs_of(names: Iterable[str]) -> tuple[str, ...]:
    """Names under which the findings behind some variables may be given.

    Examples
    --------
    >>> inputs_of(["ecog", "tumour_count"])
    ('ecog', 'tumour_diameters_cm', 'tumour_count', 'largest_tumour_cm')
    """
    single = (TUMOUR_LIST, tumour_count.name, largest_tumour_cm.name)
    return unique(n for name in names for n in ((*single, name) if name in MEASURES else (name,)))


def disagree(one: float, other: float) -> bool:
    """Tell whether two entries of one quantity, in the same unit, cannot both be right.

    Examples
    --------
    >>> disagree(20, 1.2 * 17.1), disagree(20, 5 * 17.1)
    (False, True)
    """
    return abs(one - other) > AGREEMENT * max(one, other)


def read_diameters(raw: Any) -> list[float] | None:
    """Read tumour diameters in cm from a list or a text like ``"4.5;2.0"``; None if blank.

    Raises
    ------
    ValueError
        Naming the entry that is no diameter, or is outside the limits.

    Examples
    --------
    >>> read_diameters("4.5; 2")
    [4.5, 2.0]
    >>> read_diameters("45;20")
    Traceback (most recent call last):
        ...
    ValueError: tumour_diameters_cm=45;20: 45 outside 0.1-30, looks like mm
    """
    if raw is None or (isinstance(raw, float) and math.isnan(raw)):
        return None
    if isinstance(raw, str) and raw.strip().lower() in BLANK:
        return None
    parts = raw.split(";") if isinstance(raw, str) else raw
    parts = list(parts) if isinstance(parts, Iterable) else [parts]

    def refusal(reason: str) -> ValueError:
        return ValueError(f"{TUMOUR_LIST}={quote(show_entry(raw))}: {reason}")

    low, high = tumour_count.hard
    if not low <= len(parts) <= high:
        raise refusal(f"{len(parts)} tumours, outside {low:g}-{high:g}")
    diameters = []
    for part in parts:
        text = str(part).strip()
        if not is_number(text):
            raise refusal(f"{quote(text) or 'an empty entry'} is not a diameter in cm")
        diameter = float(text)
        low, high = largest_tumour_cm.hard
        if not low <= diameter <= high:
            cause = largest_tumour_cm.suspect(diameter)
            raise refusal(f"{quote(text)} {largest_tumour_cm.outside}{cause}")
        diameters.append(diameter)
    return diameters
