"""What can be done with a table, judged by its columns before any of its rows is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from hcclab.criteria import unique
from hcclab.registry import SYSTEMS, find_system
from hcclab.rules import Formula, Points, RuleTable
from hcclab.systems import DOMAINS, System
from hcclab.variables import (
    TUMOUR_LIST,
    VARIABLES,
    bilirubin,
    direct_bilirubin_mg_dl,
    liver,
    nearest,
)

PROBLEMS = "problems"
FEW_SYSTEMS = 5
NO_ENTRY = ("Binary", "Duration", "Object", "Struct")


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
    explained
        The systems whose empty results `problems` explains row by row: those asked for by name,
        and of the others those that find at least one of their inputs among the columns.
    """

    systems: tuple[System, ...]
    used: tuple[str, ...]
    notes: tuple[str, ...] = ()
    explained: tuple[System, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that scoring adds."""
        return (*(o.column for s in self.systems for o in self.outputs(s)), PROBLEMS)

    @cached_property
    def groups(self) -> tuple[tuple[System, ...], ...]:
        """The systems by domain; those of one share much of what they compute."""
        by_domain = (tuple(s for s in self.systems if s.domain == d) for d in DOMAINS)
        return tuple(group for group in by_domain if group)

    def outputs(self, system: System) -> tuple[Formula | Points | RuleTable, ...]:
        """List what a system adds; a grade that is a column already counts as stated."""
        return tuple(output for output in system.outputs if output.column not in self.used)


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
    usable = [name for name in columns if name in known]
    near_misses = {name: near for name in columns if name not in known and (near := nearest(name))}
    if not usable:
        meant = [f"{name}: {' or '.join(near)}" for name, near in near_misses.items()]
        raise ValueError(
            "no column is usable; "
            + (
                f"did you mean {'; '.join(meant)}?"
                if meant
                else f"accepted names are {', '.join(known)}"
            )
        )
    read = {name for system in chosen for name in system.inputs}
    if not read.isdisjoint(bilirubin.names):
        read.add(direct_bilirubin_mg_dl.name)  # it checks the total
    used = tuple(name for name in usable if name in read) or tuple(usable[:1])
    fed = tuple(s for s in chosen if not set(used).isdisjoint(s.inputs))
    made = Plan(chosen, used, explained=fed if systems is None else chosen)
    taken = [name for name in made.columns if name in columns]
    if taken:
        raise ValueError(
            f"column {taken[0]} is already there and would be overwritten; rename or drop it"
        )
    return replace(made, notes=tuple(_notes(made, columns, near_misses)))


def plan_of(schema: Mapping[str, Any], systems: Iterable[str] | None = None) -> Plan:
    """Decide as `plan` does, and refuse columns that cannot hold entries.

    Raises
    ------
    ValueError
        As `plan`, or if a column holds neither numbers nor text.
    """
    made = plan(list(schema), systems)
    for name in made.used:
        is_list = schema[name].is_nested() and name != TUMOUR_LIST
        if is_list or type(schema[name]).__name__ in NO_ENTRY:
            raise ValueError(f"column {name} holds {schema[name]}, neither numbers nor text")
    return made


def _notes(made: Plan, columns: Sequence[str], near: dict[str, tuple[str, ...]]) -> list[str]:
    notes = [
        f"column {name} is not used; did you mean {' or '.join(names)}?"
        for name, names in near.items()
    ]
    read = unique(name for system in made.explained for name in system.names)
    for name in read:
        default = VARIABLES[name].default
        if name not in columns and default is not None:
            notes.append(f"no column {name}: {str(default).lower()} is assumed for every row")
    if liver.name in read and liver.name not in columns:
        notes.append(
            "no column liver: derived from Child-Pugh class, ascites, encephalopathy and bilirubin"
        )
    stated = [o.column for s in made.systems for o in s.outputs if o.column in made.used]
    notes += [f"column {name} is taken as stated and not computed" for name in stated]
    unfed = [system.title for system in made.systems if system not in made.explained]
    if unfed:
        which = ", ".join(unfed) if len(unfed) <= FEW_SYSTEMS else f"{len(unfed)} other systems"
        notes.append(f"no column for any input of {which}: their results stay empty")
    return notes
