"""Score a whole cohort from the same tables that stage one patient.

The tables of `hcclab.systems` are compiled to narwhals expressions, so one definition serves a
Polars frame, eager or lazy, and any lazy frame narwhals can drive. A pandas frame lends its
columns to Polars for the arithmetic and gets the results back as columns of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw

from hcclab.criteria import Frame, unique
from hcclab.intake import AGREEMENT, MEASURES
from hcclab.measurement import BLANK, DECIMAL_COMMA, NO, NUMBER, YES, Quantity, Variable, show_entry
from hcclab.registry import SYSTEMS, find_system
from hcclab.rules import Points
from hcclab.systems import System
from hcclab.variables import (
    QUANTITIES,
    TUMOUR_LIST,
    VARIABLES,
    bilirubin,
    direct_bilirubin_mg_dl,
    largest_tumour_cm,
    liver,
    nearest,
    tumour_count,
)

if TYPE_CHECKING:
    from narwhals.typing import IntoFrameT

PREFIX = "_hcclab_"
ROW = PREFIX + "row"
PROBLEMS = "problems"
TUMOUR_NAMES = tuple(MEASURES)
NUMERIC = ("number", "integer")
NO_ENTRY = (nw.Binary, nw.Duration, nw.Object, nw.Struct)
LISTS = (nw.List, nw.Array)
DIAMETERS = r"^[0-9]+\.?[0-9]*(;[0-9]+\.?[0-9]*)*$"


@dataclass(frozen=True)
class Plan:
    """What can be done with a table, judged by its column names alone.

    Attributes
    ----------
    systems
        The systems to score.
    used
        Columns of the table that are read.
    notes
        What the reader should know: defaults assumed, columns that look misnamed.
    """

    systems: tuple[System, ...]
    used: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that scoring adds."""
        return (*(o.column for s in self.systems for o in s.outputs), PROBLEMS)


def plan(columns: Sequence[str], systems: Iterable[str] | None = None) -> Plan:
    """Decide what to read and what to add, or say why nothing can be done.

    Parameters
    ----------
    columns
        Column names of the table.
    systems
        Keys of the systems to score; all of them by default.

    Raises
    ------
    ValueError
        If a system is unknown, no column is usable, a name stands twice, or a result would
        overwrite a column.

    Examples
    --------
    >>> plan(["albumin_g_l", "bilirubin_umol_l"], ["albi"]).columns
    ('albi_score', 'albi_grade', 'malbi_grade', 'problems')
    """
    chosen = tuple(map(find_system, SYSTEMS if systems is None else unique(systems)))
    twice = [name for name in unique(columns) if list(columns).count(name) > 1]
    if twice:
        raise ValueError(f"column {twice[0]} stands twice; rename or drop one of them")
    known = (*VARIABLES, TUMOUR_LIST)
    used = tuple(name for name in columns if name in known)
    near_misses = {name: near for name in columns if name not in known and (near := nearest(name))}
    if not used:
        meant = [f"{name}: {' or '.join(near)}" for name, near in near_misses.items()]
        raise ValueError(
            "no column is usable; "
            + (
                f"did you mean {'; '.join(meant)}?"
                if meant
                else f"accepted names are {', '.join(known)}"
            )
        )
    made = Plan(chosen, used, ())
    taken = [name for name in made.columns if name in columns]
    if taken:
        raise ValueError(
            f"column {taken[0]} is already there and would be overwritten; rename or drop it"
        )
    return Plan(made.systems, used, tuple(_notes(made, columns, near_misses)))


def score(frame: IntoFrameT, systems: Iterable[str] | None = None) -> IntoFrameT:
    """Add every score, grade and stage to a cohort.

    Parameters
    ----------
    frame
        pandas or Polars, or a lazy frame that narwhals knows; one row a patient, columns named as
        in the data dictionary. Text cells are read as a person would read them.
    systems
        Keys of the systems to add; all of them by default.

    Returns
    -------
    Same kind of frame
        All input columns, rows and their order unchanged, plus the results, empty where they
        cannot be known, plus `problems`, which says why.

    Raises
    ------
    ValueError
        If no column is usable, one holds neither numbers nor text, or a result would overwrite a
        column.

    Examples
    --------
    >>> import pandas as pd
    >>> cohort = pd.DataFrame({"bilirubin_umol_l": [20, 20], "albumin_g_l": [38, 3.8]})
    >>> scored = score(cohort, ["albi"])
    >>> scored["albi_grade"].tolist()[0]
    '2'
    >>> scored["problems"].tolist()[1].split("; ")[0]
    'albi_score: albumin_g_l=3.8 outside 10-65, looks like g/dL'
    """
    native: Any = frame
    if nw.dependencies.is_pandas_dataframe(native):
        made = plan(list(map(str, native.columns)), systems)
        return cast("IntoFrameT", _score_pandas(native, made))
    table = nw.from_native(native)
    schema = dict(table.collect_schema())
    made = plan(list(schema), systems)
    for name in made.used:
        if schema[name] in NO_ENTRY:
            raise ValueError(f"column {name} holds {schema[name]}, neither numbers nor text")
    cells = Cells(made.used, schema)
    scored = table.with_columns(**cells.texts()).with_columns(**cells.values())
    scored = _add(scored, cells.frame, _results(made, cells.frame))
    if isinstance(scored, nw.DataFrame):
        scored = _explain_suspects(scored, made, cells)
    else:
        scored = _add(scored, cells.frame, {PROBLEMS: _problems(made, cells)})
    native = scored.select(*schema, *made.columns).to_native()
    return cast("IntoFrameT", native)


def _add(table: Any, frame: Frame, columns: dict[str, nw.Expr]) -> Any:
    """Add columns, after the shared columns they are computed from."""
    for level in frame.new_levels():
        table = table.with_columns(**level)
    return table.with_columns(**columns)


def _explain_suspects(scored: nw.DataFrame[Any], made: Plan, cells: Cells) -> nw.DataFrame[Any]:
    """Write problems for the rows that have any; most rows of a good cohort have none."""
    empty = [nw.col(output.column).is_null() for s in made.systems for output in s.outputs]
    suspect = scored.with_row_index(ROW).filter(cells.frame.either([*empty, *cells.suspect()]))
    problems = nw.new_series(
        PROBLEMS, [None] * len(scored), nw.String, backend=scored.implementation
    )
    if len(suspect):
        explained = _add(suspect, cells.frame, {PROBLEMS: _problems(made, cells)})
        problems = problems.scatter(explained[ROW].to_list(), explained[PROBLEMS])
    return scored.with_columns(problems)


def _score_pandas(frame: Any, made: Plan) -> Any:
    import pandas as pd
    import polars as pl

    def lend(column: Any) -> pl.Series:
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            if column.isna().any():
                column = column.astype("float64")
            return pl.Series(column.to_numpy(), nan_to_null=True)
        texts = [None if pd.isna(c) is True else show_entry(c) for c in column]
        return pl.Series(texts, dtype=pl.String)

    lent = pl.DataFrame({name: lend(frame[name]) for name in made.used})
    scored = score(lent, [system.key for system in made.systems])
    results = {}
    for name in made.columns:
        series = scored[name]
        dtype = {pl.String(): object, pl.Float64(): "float64"}.get(series.dtype, "Int64")
        results[name] = pd.Series(series.to_list(), dtype=dtype, index=frame.index)
    return frame.assign(**results)


def _notes(made: Plan, columns: Sequence[str], near: dict[str, tuple[str, ...]]) -> list[str]:
    notes = [
        f"column {name} is not used; did you mean {' or '.join(names)}?"
        for name, names in near.items()
    ]
    read = unique(name for system in made.systems for name in system.names)
    for name in read:
        default = VARIABLES[name].default
        if name not in columns and default is not None:
            notes.append(f"no column {name}: {str(default).lower()} is assumed for every row")
    if liver.name in read and liver.name not in columns:
        notes.append(
            "no column liver: derived from Child-Pugh class, ascites, encephalopathy and bilirubin"
        )
    return notes


# From cells to values -------------------------------------------------------------------------


@dataclass(frozen=True)
class Cells:
    """The used columns of a table, read as a person would read them.

    `Patient` does the same for one patient; the two agree cell by cell.
    """

    used: tuple[str, ...]
    schema: Mapping[str, Any]

    @cached_property
    def frame(self) -> Frame:
        """How rules find the values."""
        derived = MEASURES if TUMOUR_LIST in self.used else ()
        named = (name for name in self.used if name in VARIABLES)
        return Frame(nw, PREFIX, frozenset((*named, *derived)))

    def texts(self) -> dict[str, nw.Expr]:
        """Expressions of every cell that is not a number already, as trimmed text."""
        texts = [name for name in self.used if not self.schema[name].is_numeric()]
        return {self._text_name(name): self._as_text(name) for name in texts}

    def values(self) -> dict[str, nw.Expr]:
        """Expressions of every value, null where the cell is blank or wrong."""
        names = [name for name in VARIABLES if name in self.frame.present]
        return {PREFIX + name: self._value(name) for name in names}

    def suspect(self) -> list[nw.Expr]:
        """Expressions that hold where a cell is wrong or unusual."""
        suspicious = []
        for name in self.frame.present:
            value, (low, high) = self.frame.column(name), VARIABLES[name].usual
            if name in self.used:
                suspicious.append(value.is_null() & ~self._raw(name).is_null())
            if VARIABLES[name].kind in NUMERIC:
                suspicious.append(((value < low) | (value > high)).fill_null(False))
        if TUMOUR_LIST in self.used:
            blank = self.frame.column(tumour_count.name).is_null()
            suspicious.append(blank & ~self._raw(TUMOUR_LIST).is_null())
        if direct_bilirubin_mg_dl.name in self.used:
            suspicious.append(nw.lit(True))
        return suspicious

    def wrong(self, name: str) -> nw.Expr:
        """Say what is wrong with the cells behind a value, null where nothing is."""
        return self.frame.keep(("wrong", name), lambda: self._wrong(name))

    def _wrong(self, name: str) -> nw.Expr:
        said = self._wrong_cell(name) if name in self.used else _text(None)
        for quantity in QUANTITIES:
            if name in quantity.names and all(unit in self.used for unit in quantity.names):
                said = _first(said, self._units_disagree(quantity))
        return said

    def is_wrong(self, name: str) -> nw.Expr:
        """Whether the cells behind a value, or the list of diameters, are wrong."""
        wrong = ~self.wrong(name).is_null()
        return wrong | ~self.wrong_list().is_null() if name in TUMOUR_NAMES else wrong

    def wrong_list(self) -> nw.Expr:
        """Say what is wrong with the list of diameters, null where nothing is."""
        if TUMOUR_LIST not in self.used:
            return _text(None)
        return self.frame.keep("wrong list", self._wrong_list)

    def _wrong_list(self) -> nw.Expr:
        shown, sizes = self._shown(TUMOUR_LIST), self._diameters()
        (low, high), (_, most) = largest_tumour_cm.hard, tumour_count.hard
        odd = nw.when(sizes.list.min() < low).then(sizes.list.min()).otherwise(sizes.list.max())
        too_big = nw.when(odd > high).then(_text(", looks like mm")).otherwise(_text(""))
        size = nw.concat_str(
            _text(": "), _plain(odd), _text(f" {largest_tumour_cm.outside}"), too_big
        )
        unread = nw.when(sizes.is_null()).then(_text(" is not a list of diameters like 4.5;2.0"))
        reason = unread.otherwise(
            nw.when((odd < low) | (odd > high))
            .then(size)
            .otherwise(nw.when(sizes.list.len() > most).then(_text(f": over {most:g} tumours")))
        )
        said = _about(TUMOUR_LIST, shown, reason)
        for name in TUMOUR_NAMES:
            if name in self.used:
                clash = self._stated(name) != self._measured(name)
                names = f" and {name}="
                both = (_text(f"{TUMOUR_LIST}="), shown, _text(names), self._shown(name))
                said = _first(said, nw.when(clash).then(nw.concat_str(*both, _text(" disagree"))))
        return said

    def unusual(self, name: str) -> nw.Expr:
        """Say why a valid number deserves a second look, null where it does not."""
        variable = VARIABLES[name]
        if variable.kind not in NUMERIC or variable.usual == variable.hard:
            return _text(None)
        value, (low, high) = self.frame.column(name), variable.usual
        shown = self._shown(name) if name in self.used else _plain(value)
        usual = _text(f" outside the usual {low:g}-{high:g}")
        said = nw.concat_str(_text(f"check {name}="), shown, usual, _likely(variable, value))
        return nw.when((value < low) | (value > high)).then(said)

    def direct_above_total(self) -> nw.Expr:
        """Say where the direct bilirubin exceeds the total, null elsewhere."""
        if direct_bilirubin_mg_dl.name not in self.used:
            return _text(None)
        name = direct_bilirubin_mg_dl.name
        total = bilirubin.compile(self.frame).low
        above = self.frame.column(name) * 17.1 > total * (1 + 1e-9)
        return nw.when(above).then(
            nw.concat_str(
                _text(f"check {name}="), self._shown(name), _text(" above total bilirubin")
            )
        )

    def _raw(self, name: str) -> nw.Expr:
        """The cell as trimmed text, null where it is blank."""
        if self.schema[name].is_numeric():
            return self._as_text(name)
        return nw.col(self._text_name(name))

    def _shown(self, name: str) -> nw.Expr:
        """The cell as `problems` quotes it: on one line, without what separates problems there."""
        return self._raw(name).str.replace_all(r"\s+", " ").str.replace_all("; ", ";", literal=True)

    def _text_name(self, name: str) -> str:
        return f"{PREFIX}text_{name}"

    def _as_text(self, name: str) -> nw.Expr:
        if self.schema[name] in LISTS:
            return nw.col(name).map_batches(_lists_as_text, return_dtype=nw.String())
        text = nw.col(name).cast(nw.String)
        if self.schema[name].is_float():
            return nw.when(~nw.col(name).is_nan()).then(text.str.replace(r"\.0$", ""))
        if self.schema[name].is_numeric():
            return text
        text = text.str.strip_chars()
        return nw.when(~text.str.to_lowercase().is_in(BLANK)).then(text)

    def _value(self, name: str) -> nw.Expr:
        value = self._stated(name) if name in self.used else None
        if name in TUMOUR_NAMES and TUMOUR_LIST in self.used:
            measured = self._measured(name)
            value = measured if value is None else _first(value, measured)
            unclear = self._wrong_list() if self._counts_stated else None
            if unclear is not None:
                value = nw.when(unclear.is_null()).then(value)
        assert value is not None
        for quantity in QUANTITIES:
            if name in quantity.names and all(unit in self.used for unit in quantity.names):
                value = nw.when(~self._disagreement(quantity)).then(value)
        return value

    @property
    def _counts_stated(self) -> bool:
        return any(name in self.used for name in TUMOUR_NAMES)

    def _stated(self, name: str) -> nw.Expr:
        """The value of a cell by itself, null where it is blank or wrong."""
        variable, raw = VARIABLES[name], self._raw(name)
        if variable.kind in NUMERIC:
            return nw.when(self._acceptable(variable)).then(self._number(name))
        if variable.kind == "choice":
            word = _as_choice(raw)
            return nw.when(word.is_in(variable.choices)).then(word)
        if self.schema[name] == nw.Boolean:
            return nw.col(name)
        word = raw.str.to_lowercase()
        return (
            nw.when(word.is_in(YES))
            .then(nw.lit(True))
            .otherwise(nw.when(word.is_in(NO)).then(nw.lit(False)))
        )

    def _wrong_cell(self, name: str) -> nw.Expr:
        variable, raw, shown = VARIABLES[name], self._raw(name), self._shown(name)
        if variable.kind == "flag":
            known = raw.str.to_lowercase().is_in((*YES, *NO))
            return _about(name, shown, nw.when(~known).then(_text(" is not yes or no")))
        if variable.kind == "choice":
            known = _as_choice(raw).is_in(variable.choices)
            return _about(name, shown, nw.when(~known).then(_text(f" {variable.not_a_choice}")))
        number, (low, high) = self._number(name), variable.hard
        comma = nw.when(raw.str.contains(DECIMAL_COMMA)).then(_text(", looks like a decimal comma"))
        no_number = nw.concat_str(_text(" is not a number"), comma.otherwise(_text("")))
        outside = nw.concat_str(_text(f" {variable.outside}"), _likely(variable, number))
        whole = self._acceptable(variable)
        reason = (
            nw.when(number.is_null())
            .then(no_number)
            .otherwise(
                nw.when((number < low) | (number > high))
                .then(outside)
                .otherwise(nw.when(~whole).then(_text(" is not a whole number")))
            )
        )
        return _about(name, shown, reason)

    def _number(self, name: str) -> nw.Expr:
        if self.schema[name].is_numeric():
            number = nw.col(name).cast(nw.Float64)
            return number.fill_nan(None) if self.schema[name].is_float() else number
        raw = self._raw(name)
        return nw.when(raw.str.contains(NUMBER)).then(raw).otherwise(_text(None)).cast(nw.Float64)

    def _acceptable(self, variable: Variable) -> nw.Expr:
        number, (low, high) = self._number(variable.name), variable.hard
        within = (number >= low) & (number <= high)
        return within & (number == number.floor()) if variable.kind == "integer" else within

    def _diameters(self) -> nw.Expr:
        packed = self._raw(TUMOUR_LIST).str.replace_all(r"\s", "")
        readable = nw.when(packed.str.contains(DIAMETERS)).then(packed).otherwise(_text(None))
        return readable.str.split(";").cast(nw.List(nw.Float64))

    def _measured(self, name: str) -> nw.Expr:
        """Number or largest of the listed diameters, null where the list is blank or wrong."""
        sizes, (low, high) = self._diameters(), largest_tumour_cm.hard
        count = sizes.list.len()
        possible = (sizes.list.min() >= low) & (sizes.list.max() <= high)
        possible = possible & (count <= tumour_count.hard[1])
        found = {
            tumour_count.name: count.cast(nw.Float64),
            largest_tumour_cm.name: sizes.list.max(),
        }
        return nw.when(possible).then(found[name])

    def _disagreement(self, quantity: Quantity) -> nw.Expr:
        (one, factor), (other, other_factor) = quantity.units
        first, second = self._stated(one.name) * factor, self._stated(other.name) * other_factor
        larger = nw.max_horizontal(first, second)
        return ((first - second).abs() > larger * AGREEMENT).fill_null(False)

    def _units_disagree(self, quantity: Quantity) -> nw.Expr:
        one, other = quantity.names
        shown = (_text(f"{one}="), self._shown(one), _text(f" and {other}="), self._shown(other))
        return nw.when(self._disagreement(quantity)).then(nw.concat_str(*shown, _text(" disagree")))


# From values to results -----------------------------------------------------------------------


def _results(made: Plan, frame: Frame) -> dict[str, nw.Expr]:
    columns = {}
    for system in made.systems:
        for output in system.outputs:
            low, high = output.compile(frame)
            if isinstance(output, Points):
                low = nw.when(low == high).then(low)
            columns[output.column] = low
    return columns


def _problems(made: Plan, cells: Cells) -> nw.Expr:
    """Why each result is empty, then cells that cannot be right, then cells to look at again."""

    def parts() -> list[nw.Expr]:
        return [
            *(_why_empty(system, cells) for system in made.systems),
            *(_wrong_unnoticed(name, made, cells) for name in cells.used),
            *(cells.unusual(name) for name in VARIABLES if name in cells.frame.present),
            cells.direct_above_total(),
        ]

    return _joined("problems", parts, "; ", cells.frame)


def _why_empty(system: System, cells: Cells) -> nw.Expr:
    """Say what the first result of a system lacks where it is empty, null elsewhere.

    The further results of a system are read from the first, so they share its reason.
    """
    first = system.outputs[0]

    def needed(*names: str) -> nw.Expr:
        return cells.frame.either(
            [first.needs_expr(n, cells.frame) for n in names if n in first.names]
        )

    def lacking() -> list[nw.Expr]:
        return [
            nw.when(needed(name) & ~cells.is_wrong(name)).then(_text(name)) for name in first.names
        ]

    def reasons() -> list[nw.Expr]:
        needs = _joined((first, "lacking"), lacking, ", ", cells.frame)
        return [
            nw.when(needed(*TUMOUR_NAMES)).then(cells.wrong_list()),
            *(nw.when(needed(name)).then(cells.wrong(name)) for name in first.names),
            nw.when(~needs.is_null()).then(nw.concat_str(_text("needs "), needs)),
        ]

    why = _joined((first, "reasons"), reasons, ", ", cells.frame)
    named = nw.concat_str(_text(f"{first.column}: "), why)
    return nw.when(nw.col(first.column).is_null()).then(named)


def _wrong_unnoticed(name: str, made: Plan, cells: Cells) -> nw.Expr:
    """Say what is wrong with a cell that no empty result has named already."""
    names = TUMOUR_NAMES if name == TUMOUR_LIST else (name,)
    named = cells.frame.either(
        [
            nw.col(first.column).is_null() & first.needs_expr(other, cells.frame)
            for first in (system.outputs[0] for system in made.systems)
            for other in names
            if other in first.names
        ]
    )
    said = cells.wrong_list() if name == TUMOUR_LIST else cells.wrong(name)
    return nw.when(~named).then(said)


def _likely(variable: Variable, number: nw.Expr) -> nw.Expr:
    cause = _text("")
    for suspicion in reversed(variable.suspicions):
        likely = (number >= suspicion.low) & (number <= suspicion.high)
        cause = nw.when(likely).then(_text(f", looks like {suspicion.looks_like}")).otherwise(cause)
    return cause


def _about(name: str, shown: nw.Expr, reason: nw.Expr) -> nw.Expr:
    """Say "name=cell reason", null where the cell is blank or there is no reason."""
    named = nw.concat_str(_text(f"{name}="), shown, reason)
    return nw.when(~shown.is_null() & ~reason.is_null()).then(named)


def _joined(key: Any, parts: Callable[[], list[nw.Expr]], separator: str, frame: Frame) -> nw.Expr:
    """The parts that are not null, in one text; null if there are none."""
    joined = frame.keep(
        key, lambda: nw.concat_str(*parts(), separator=separator, ignore_nulls=True)
    )
    return nw.when(joined != _text("")).then(joined)


def _first(one: nw.Expr, other: nw.Expr) -> nw.Expr:
    return nw.when(~one.is_null()).then(one).otherwise(other)


def _lists_as_text(lists: Any) -> Any:
    """Write each list of a Polars column as it would stand in a table cell."""
    import polars as pl

    texts = [None if entry is None else show_entry(entry) for entry in lists.to_list()]
    return pl.Series(lists.name, texts, pl.String)


def _as_choice(raw: nw.Expr) -> nw.Expr:
    return raw.str.to_lowercase().str.replace_all(r"[ -]", "_")


def _plain(number: nw.Expr) -> nw.Expr:
    return number.cast(nw.String).str.replace(r"\.0$", "")


def _text(value: str | None) -> nw.Expr:
    return nw.lit(value, dtype=nw.String)
