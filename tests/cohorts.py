"""Large random cohorts, with gaps, for agreement between frames and for benchmarks."""

from __future__ import annotations

import numpy as np
import polars as pl

from hcclab.criteria import unique
from hcclab.intake import MEASURES
from hcclab.measurement import Variable
from hcclab.registry import SYSTEMS
from hcclab.variables import TUMOUR_LIST, VARIABLES
from tests.patients import ALTERNATIVES

READ = unique(name for system in SYSTEMS.values() for name in system.names)
COMPUTED = {output.column for system in SYSTEMS.values() for output in system.outputs}


def random_cohort(
    rows: int, seed: int, *, names: tuple[str, ...] = READ, gaps: float = 0.1, listed: bool = True
) -> pl.DataFrame:
    """Patients with every variable of `names`, each unknown in a share `gaps` of the rows.

    Of two units of one thing a patient has one. Tumours are given as a list of diameters, or by
    their measures.
    """
    chance = np.random.default_rng(seed)
    columns: dict[str, pl.Series] = {}
    for name in names:
        if name in MEASURES and listed:
            columns.setdefault(TUMOUR_LIST, _diameters(rows, chance))
        else:
            columns[name] = _values(VARIABLES[name], rows, chance)
    for first, second in ALTERNATIVES:
        if first in columns and second in columns:
            either = pl.Series(chance.random(rows) < 0.5)
            columns[first] = _blank(columns[first], either)
            columns[second] = _blank(columns[second], ~either)
    blank = {n: _blank(c, pl.Series(chance.random(rows) < gaps)) for n, c in columns.items()}
    return pl.DataFrame(blank)


def _blank(column: pl.Series, where: pl.Series) -> pl.Series:
    return pl.select(pl.when(~where).then(column)).to_series()


def _values(variable: Variable, rows: int, chance: np.random.Generator) -> pl.Series:
    if variable.kind == "flag":
        return pl.Series(chance.random(rows) < 0.3)
    if variable.kind == "choice":
        words = pl.Series(variable.choices)
        return words.gather(pl.Series(chance.integers(len(words), size=rows)))
    low, high = variable.usual
    if variable.kind == "integer":
        return pl.Series(chance.integers(int(low), int(high) + 1, size=rows))
    share = chance.random(rows) ** 2
    return pl.Series(np.round(low + (high - low) * share, max(variable.digits or 0, 1)))


def _diameters(rows: int, chance: np.random.Generator) -> pl.Series:
    sizes = [f"{tenths / 10:g}" for tenths in range(3, 120)]
    count = chance.choice([1, 2, 3, 4, 6], size=rows, p=[0.4, 0.25, 0.2, 0.1, 0.05])
    chosen = chance.choice(sizes, size=(rows, 6))
    parts = [_blank(pl.Series(chosen[:, i].astype(str)), pl.Series(count <= i)) for i in range(6)]
    frame = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)])
    return frame.select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True)).to_series()
