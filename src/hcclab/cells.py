"""The cells of a table: read as a person would read them, and explained where they are wrong.

`hcclab.intake` does the same for one patient; the two agree cell by cell. Everything here is an
expression, of Polars or of narwhals, and nothing is computed before somebody asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hcclab.criteria import Expr, Frame
from hcclab.intake import AGREEMENT, MEASURES, ROUNDING
from hcclab.measurement import (
    BLANK,
    CAUSES,
    LONGEST_QUOTE,
    NO,
    NUMBER,
    YES,
    Quantity,
    Variable,
    show_entry,
)
from hcclab.variables import (
    QUANTITIES,
    TUMOUR_LIST,
    VARIABLES,
    bilirubin,
    direct_bilirubin_mg_dl,
    largest_tumour_cm,
    total_tumour_cm,
    tumour_count,
    tumour_volume_cm3,
)

PREFIX = "_hcclab_"
DIAMETERS = PREFIX + "diameters"
VOLUME = PREFIX + "volume"
NUMERIC = ("number", "integer")
BETWEEN_DIAMETERS = r"\s*;\s*"
DIAMETER_LIST = f"^{NUMBER[1:-1]}(;{NUMBER[1:-1]})*$"


@dataclass(frozen=True, eq=False)
class Cells:
    """The columns of a table that are read.

    Parameters
    ----------
    api
        Polars, or narwhals for other frames.
    used
        Names of the columns.
    schema
        Data type of each.
    clean
        Columns of words in which every cell already is a choice or blank.
    """

    api: Any
    used: tuple[str, ...]
    schema: Mapping[str, Any]
    clean: frozenset[str] = frozenset()

    @cached_property
    def present(self) -> frozenset[str]:
        """Names of the variables that have a value in some row."""
        derived = set(MEASURES) if TUMOUR_LIST in self.used else set()
        if {tumour_count.name, largest_tumour_cm.name} <= set(self.used):
            derived |= {total_tumour_cm.name, tumour_volume_cm3.name}
        return frozenset({*(name for name in self.used if name in VARIABLES), *derived})

    def new_frame(self) -> Frame:
        """How rules find the values, with nothing shared yet."""
        return Frame(self.api, PREFIX, self.present)

    # Values -----------------------------------------------------------------------------------

    def texts(self) -> dict[str, Expr]:
        """Expressions of the cells that have to be read as text."""
        return {
            text_name(name): self._as_text(name)
            for name in self.used
            if self._is_text(name) and name not in self.clean
        }

    def values(self) -> dict[str, Expr]:
        """Expressions of every value, null where the cell is blank or wrong."""
        return {PREFIX + name: self._value(name) for name in VARIABLES if name in self.present}

    def values_of(self, names: Iterable[str]) -> list[Expr]:
        """Columns of values, of these variables; of another where there are none of these."""
        columns = [PREFIX + name for name in names if name in self.present]
        return [self.api.col(column) for column in columns or [PREFIX + min(self.present)]]

    def blank(self, name: str) -> Expr:
        """Whether a cell is blank."""
        if self._is_number(name):
            empty = self.api.col(name).is_null()
            nan = self.api.col(name).is_nan().fill_null(False)
            return empty | nan if self._is_float(name) else empty
        return self._raw(name).is_null() if self._is_text(name) else self.api.col(name).is_null()

    def _value(self, name: str) -> Expr:
        value = self._stated(name) if name in self.used else None
        if name in MEASURES and TUMOUR_LIST in self.used:
            measured = self._measured(name)
            value = measured if value is None else self._first(value, measured)
            if any(measure in self.used for measure in MEASURES):
                value = self.api.when(self._wrong_list().is_null()).then(value)
        if name in (total_tumour_cm.name, tumour_volume_cm3.name):
            single = self._single(name)
            value = single if value is None else self._first(value, single)
        for quantity in self._entered_twice(name):
            value = self.api.when(~self._disagreement(quantity)).then(value)
        return value

    def _single(self, name: str) -> Expr:
        """The measure of a tumour that is stated to be the only one, null elsewhere."""
        if not {tumour_count.name, largest_tumour_cm.name} <= set(self.used):
            return self.api.lit(None, dtype=self.api.Float64)
        size = self._stated(largest_tumour_cm.name)
        measure = size if name == total_tumour_cm.name else math.pi / 6 * size * size * size
        alone = self._stated(tumour_count.name) == 1
        if name in self.used:
            alone = alone & self.blank(name)
        if TUMOUR_LIST in self.used:
            alone = alone & self.wrong_list().is_null()
        return self.api.when(alone).then(measure)

    def _stated(self, name: str) -> Expr:
        """The value of a cell by itself, null where it is blank or wrong."""
        variable = VARIABLES[name]
        if variable.kind in NUMERIC:
            return self.api.when(self._acceptable(variable)).then(self._number(name))
        if variable.kind == "choice":
            return self._choice(variable)
        if self.schema[name] == self.api.Boolean:
            return self.api.col(name)
        if self._is_number(name):
            yes, no = self.api.col(name) == 1, self.api.col(name) == 0
        else:
            word = self._raw(name).str.to_lowercase()
            yes, no = word.is_in(YES), word.is_in(NO)
        return (
            self.api.when(yes)
            .then(self.api.lit(True))
            .otherwise(self.api.when(no).then(self.api.lit(False)))
        )

    def _choice(self, variable: Variable) -> Expr:
        if variable.name in self.clean:
            return self.api.col(variable.name)
        word = self._word(variable.name)
        chosen = self.api.when(word.is_in(list(variable.words))).then(word)
        for written, choice in variable.words.items():
            if written != choice:
                chosen = self.api.when(word == written).then(self._text(choice)).otherwise(chosen)
        return chosen

    def _number(self, name: str) -> Expr:
        if self._is_number(name):
            return self.api.col(name).cast(self.api.Float64)
        raw = self._raw(name)
        readable = self.api.when(raw.str.contains(NUMBER)).then(raw).otherwise(self._text(None))
        return readable.cast(self.api.Float64)

    def _acceptable(self, variable: Variable) -> Expr:
        number, (low, high) = self._number(variable.name), variable.hard
        within = (number >= low) & (number <= high)
        if variable.kind != "integer" or self.schema[variable.name].is_integer():
            return within
        return within & (number == number.floor())

    def _measured(self, name: str) -> Expr:
        """A measure of the listed diameters, null where the list is blank or wrong."""
        sizes, (low, high) = self.api.col(DIAMETERS), largest_tumour_cm.hard
        count = sizes.list.len()
        possible = (sizes.list.min() >= low) & (sizes.list.max() <= high)
        possible = possible & (count <= tumour_count.hard[1])
        found = {
            tumour_count.name: lambda: count.cast(self.api.Float64),
            largest_tumour_cm.name: sizes.list.max,
            total_tumour_cm.name: sizes.list.sum,
            tumour_volume_cm3.name: lambda: self.api.col(VOLUME),
        }
        return self.api.when(possible).then(found[name]())

    def _entered_twice(self, name: str) -> list[Quantity]:
        return [q for q in QUANTITIES if name in q.names and set(q.names) <= set(self.used)]

    def _disagreement(self, quantity: Quantity) -> Expr:
        (one, factor), (other, other_factor) = quantity.units
        first, second = self._stated(one.name) * factor, self._stated(other.name) * other_factor
        larger = self.api.when(first > second).then(first).otherwise(second)
        return ((first - second).abs() > larger * AGREEMENT).fill_null(False)

    # What is wrong ----------------------------------------------------------------------------

    def is_wrong(self, name: str) -> Expr:
        """Whether the cells behind a value cannot be used."""
        if name == TUMOUR_LIST:
            return self.is_list_wrong()
        wrong = self.api.lit(False)
        if name in self.used:
            unread = self.api.col(PREFIX + name).is_null() | self._stated(name).is_null()
            wrong = unread & ~self.blank(name)
        return wrong | self.is_list_wrong() if name in MEASURES else wrong

    def is_list_wrong(self) -> Expr:
        """Whether the list of diameters cannot be used."""
        if TUMOUR_LIST not in self.used:
            return self.api.lit(False)
        unread = self.api.col(PREFIX + tumour_count.name).is_null()
        return unread & ~self.blank(TUMOUR_LIST)

    def has_usual(self, name: str) -> bool:
        """Tell whether a valid number of this variable may deserve a second look."""
        variable = VARIABLES[name]
        return variable.kind in NUMERIC and variable.usual != variable.hard

    def is_unusual(self, name: str) -> Expr:
        """Whether a valid number deserves a second look."""
        value, (low, high) = self.api.col(PREFIX + name), VARIABLES[name].usual
        return ((value < low) | (value > high)).fill_null(False)

    def wrong(self, name: str) -> Expr:
        """Say what is wrong with the cells behind a value, null where nothing is."""
        said = self._wrong_cell(name) if name in self.used else self._text(None)
        for quantity in self._entered_twice(name):
            said = self._first(said, self._units_disagree(quantity))
        return said

    def wrong_list(self) -> Expr:
        """Say what is wrong with the list of diameters, null where nothing is."""
        return self._wrong_list() if TUMOUR_LIST in self.used else self._text(None)

    def _wrong_list(self) -> Expr:
        api, text = self.api, self._text
        shown, sizes = self._shown(TUMOUR_LIST), api.col(DIAMETERS)
        (low, high), (_, most) = largest_tumour_cm.hard, tumour_count.hard
        odd = api.when(sizes.list.min() < low).then(sizes.list.min()).otherwise(sizes.list.max())
        too_big = api.when(odd > high).then(text(", looks like mm")).otherwise(text(""))
        size = api.concat_str(
            text(": "), self._plain(odd), text(f" {largest_tumour_cm.outside}"), too_big
        )
        unread = api.when(sizes.is_null()).then(text(" is not a list of diameters like 4.5;2.0"))
        reason = unread.otherwise(
            api.when((odd < low) | (odd > high))
            .then(size)
            .otherwise(api.when(sizes.list.len() > most).then(text(f": over {most:g} tumours")))
        )
        said = self._about(TUMOUR_LIST, shown, reason)
        for name in MEASURES:
            if name in self.used:
                stated, measured = self._stated(name), self._measured(name)
                clash = (stated - measured).abs() > measured * ROUNDING
                names = text(f" and {name}=")
                both = (text(f"{TUMOUR_LIST}="), shown, names, self._shown(name))
                disagree = api.concat_str(*both, text(" disagree"))
                said = self._first(said, api.when(clash).then(disagree))
        return said

    def _wrong_cell(self, name: str) -> Expr:
        api, text = self.api, self._text
        variable, raw, shown = VARIABLES[name], self._raw(name), self._shown(name)
        if variable.kind == "flag":
            unread = self._stated(name).is_null()
            return self._about(name, shown, api.when(unread).then(text(" is not yes or no")))
        if variable.kind == "choice":
            known = self._word(name).is_in(list(variable.words))
            reason = api.when(~known).then(text(f" {variable.not_a_choice}"))
            return self._about(name, shown, reason)
        number, (low, high) = self._number(name), variable.hard
        cause = text("")
        for pattern, said in CAUSES.items():
            cause = api.when(raw.str.contains(pattern)).then(text(said)).otherwise(cause)
        no_number = api.concat_str(text(" is not a number"), cause)
        outside = api.concat_str(text(f" {variable.outside}"), self._likely(variable, number))
        reason = (
            api.when(number.is_null())
            .then(no_number)
            .otherwise(
                api.when((number < low) | (number > high))
                .then(outside)
                .otherwise(
                    api.when(~self._acceptable(variable)).then(text(" is not a whole number"))
                )
            )
        )
        return self._about(name, shown, reason)

    def _units_disagree(self, quantity: Quantity) -> Expr:
        one, other = quantity.names
        shown = self.api.concat_str(
            *(self._text(f"{one}="), self._shown(one)),
            *(self._text(f" and {other}="), self._shown(other), self._text(" disagree")),
        )
        return self.api.when(self._disagreement(quantity)).then(shown)

    def unusual(self, name: str) -> Expr:
        """Say why a valid number deserves a second look, null where it does not."""
        variable = VARIABLES[name]
        value, (low, high) = self.api.col(PREFIX + name), variable.usual
        shown = self._shown(name) if name in self.used else self._plain(value)
        said = self.api.concat_str(
            *(self._text(f"check {name}="), shown),
            *(self._text(f" outside the usual {low:g}-{high:g}"), self._likely(variable, value)),
        )
        return self.api.when(self.is_unusual(name)).then(said)

    def checks(self) -> Expr:
        """Say which valid cells deserve a second look, null where none does."""
        usual = (self.unusual(n) for n in VARIABLES if n in self.present and self.has_usual(n))
        return self.join([*usual, self.direct_above_total()], "; ")

    def is_direct_above_total(self) -> Expr:
        """Whether the direct bilirubin exceeds the total."""
        if direct_bilirubin_mg_dl.name not in self.used:
            return self.api.lit(False)
        total = bilirubin.compile(self.new_frame()).low
        direct = self.api.col(PREFIX + direct_bilirubin_mg_dl.name) * 17.1
        return (direct > total * (1 + 1e-9)).fill_null(False)

    def direct_above_total(self) -> Expr:
        """Say where the direct bilirubin exceeds the total, null elsewhere."""
        name = direct_bilirubin_mg_dl.name
        if name not in self.used:
            return self._text(None)
        said = self.api.concat_str(
            self._text(f"check {name}="), self._shown(name), self._text(" above total bilirubin")
        )
        return self.api.when(self.is_direct_above_total()).then(said)

    # Text -------------------------------------------------------------------------------------

    def join(self, texts: Iterable[Expr], separator: str) -> Expr:
        """Join the texts that are not null; null if there are none."""
        joined = self.api.concat_str(*texts, separator=separator, ignore_nulls=True)
        return self.api.when(joined != self._text("")).then(joined)

    def _is_text(self, name: str) -> bool:
        return not self._is_number(name) and self.schema[name] != self.api.Boolean

    def _is_number(self, name: str) -> bool:
        return bool(self.schema[name].is_numeric())

    def _is_float(self, name: str) -> bool:
        return bool(self.schema[name].is_float())

    def _raw(self, name: str) -> Expr:
        """The cell as trimmed text, null where it is blank."""
        if not self._is_text(name):
            return self._as_text(name)
        return self.api.col(name if name in self.clean else text_name(name))

    def _as_text(self, name: str) -> Expr:
        column = self.api.col(name)
        if self.schema[name].is_nested():
            return column.map_batches(_lists_as_text, return_dtype=self.api.String())
        if self.schema[name].is_decimal():  # its text has as many decimals as the column
            column = column.cast(self.api.Float64)
        text = column.cast(self.api.String)
        if self._is_float(name) or self.schema[name].is_decimal():
            return self.api.when(~column.is_nan()).then(text.str.replace_all(r"\.0$", ""))
        if not self._is_text(name):
            return text
        text = text.str.strip_chars()
        return self.api.when(~text.str.to_lowercase().is_in(list(BLANK))).then(text)

    def _shown(self, name: str) -> Expr:
        """The cell as `problems` quotes it: short, without what separates problems there."""
        shown = self._raw(name).str.replace_all(r"\s+", " ")
        shown = shown.str.replace_all("; ", ";", literal=True)
        if not self._is_text(name) or name in self.clean:
            return shown
        start = self.api.concat_str(shown.str.slice(0, LONGEST_QUOTE), self._text("…"))
        return self.api.when(shown.str.len_chars() > LONGEST_QUOTE).then(start).otherwise(shown)

    def _word(self, name: str) -> Expr:
        return self._raw(name).str.to_lowercase().str.replace_all(r"[ -]", "_")

    def _likely(self, variable: Variable, number: Expr) -> Expr:
        cause = self._text("")
        for suspicion in reversed(variable.suspicions):
            likely = (number >= suspicion.low) & (number <= suspicion.high)
            said = self._text(f", looks like {suspicion.looks_like}")
            cause = self.api.when(likely).then(said).otherwise(cause)
        return cause

    def _about(self, name: str, shown: Expr, reason: Expr) -> Expr:
        """Say "name=cell reason", null where the cell is blank or there is no reason."""
        named = self.api.concat_str(self._text(f"{name}="), shown, reason)
        return self.api.when(~shown.is_null() & ~reason.is_null()).then(named)

    def _first(self, one: Expr, other: Expr) -> Expr:
        return self.api.when(~one.is_null()).then(one).otherwise(other)

    def _plain(self, number: Expr) -> Expr:
        return number.cast(self.api.String).str.replace_all(r"\.0$", "")

    def _text(self, value: str | None) -> Expr:
        return self.api.lit(value, dtype=self.api.String)


def diameters_in_polars(cells: Cells) -> list[dict[str, Expr]]:
    """Expressions of the listed diameters and of their volume, for a Polars frame."""
    import polars as pl

    packed = cells._raw(TUMOUR_LIST).str.replace_all(BETWEEN_DIAMETERS, ";")
    readable = pl.when(packed.str.contains(DIAMETER_LIST)).then(packed)
    sizes = readable.str.split(";").cast(pl.List(pl.Float64))
    cubes = pl.col(DIAMETERS).list.eval(pl.element() ** 3)
    return [{DIAMETERS: sizes}, {VOLUME: math.pi / 6 * cubes.list.sum()}]


def text_name(name: str) -> str:
    """Name the column that holds the cells of another as trimmed text.

    Examples
    --------
    >>> text_name("ecog")
    '_hcclab_text_ecog'
    """
    return f"{PREFIX}text_{name}"


def _lists_as_text(lists: Any) -> Any:
    """Write each list of a Polars column as it would stand in a table cell."""
    import polars as pl

    texts = [None if entry is None else show_entry(entry) for entry in lists.to_list()]
    return pl.Series(lists.name, texts, pl.String)
