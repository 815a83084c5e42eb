"""Score a file: CSV or Parquet in and out, larger than memory too, never overwriting anything."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from tqdm import tqdm

from hcclab.cohort import PROBLEMS, Plan, plan, score
from hcclab.table_file import Batch, open_table, require_known_ending, write_table
from hcclab.variables import encephalopathy_grade

BAR = "{percentage:3.0f} % |{bar}| {elapsed} < {remaining}"
ENTRY = r"=.*?( is not | outside |: over | above | and | disagree)"
ENOUGH_TO_HINT = 10
POINTS = (1, 2, 3)


@dataclass(frozen=True)
class Report:
    """What came of scoring a file.

    Attributes
    ----------
    rows
        Rows read and written.
    determined
        Rows with a result, by column.
    problems
        Rows by kind of problem, the commonest first.
    checks
        Rows by kind of unusual value, the commonest first.
    notes
        What was assumed, and columns that look misnamed or miscoded.
    """

    rows: int
    determined: dict[str, int]
    problems: dict[str, int]
    checks: dict[str, int]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"note: {note}" for note in self.notes]
        for kind, count in (*self.problems.items(), *self.checks.items()):
            lines.append(f"{_count(count, 'row')}: {kind}")
        results = ", ".join(f"{name} {count}" for name, count in self.determined.items())
        lines.append(f"{_count(self.rows, 'row')} scored; results: {results}")
        problems, checks = sum(self.problems.values()), sum(self.checks.values())
        lines.append(f"{_count(problems, 'problem')}, {_count(checks, 'check')}")
        return "\n".join(lines)


def score_file(
    source: str | Path,
    target: str | Path,
    systems: Iterable[str] | None = None,
    progress: bool = False,
) -> Report:
    r"""Score every row of a file into a new file.

    Parameters
    ----------
    source, target
        CSV or Parquet, told by the ending. The target must not exist yet. From CSV to CSV every
        row is copied to the byte and the results are appended to it.
    systems
        Keys of the systems; all of them by default.
    progress
        Show a progress bar on standard error.

    Returns
    -------
    Report
        Counts of rows, results and problems by kind.

    Raises
    ------
    ValueError
        In one sentence, if a file is not what it should be. No file is changed then.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "in.csv").write_text("albumin_g_l,bilirubin_umol_l\n38,20\n3.8,20\n")
    >>> print(score_file(folder / "in.csv", folder / "out.csv", ["albi"]))
    1 row: albi_score: albumin_g_l outside 10-65, looks like g/dL
    2 rows scored; results: albi_score 1, albi_grade 1, malbi_grade 1
    1 problem, 0 checks
    """
    target = Path(target)
    require_known_ending(target)
    table = open_table(Path(source))
    made = plan(table.columns, systems)
    keys = [system.key for system in made.systems]
    tally = Tally()
    shown = {"disable": not progress, "leave": False, "bar_format": BAR}
    with (
        _draft_of(target) as draft,
        write_table(draft, table) as writer,
        tqdm(total=1, **shown) as bar,
    ):
        for batch in table.batches():
            scored = score(batch.cells.select(made.used), keys).select(made.columns)
            writer.write(batch, scored)
            tally.add(batch, scored)
            bar.update(batch.share)
    return tally.report(made)


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """Give a draft of the same name; it takes the target's place only if all went well."""
    if not target.parent.is_dir():
        raise ValueError(f"{target}: there is no folder {target.parent}")
    try:
        _refuse_existing(target)
        with tempfile.TemporaryDirectory(prefix=".hcclab-", dir=target.parent) as folder:
            draft = Path(folder) / target.name
            yield draft
            _refuse_existing(target)
            draft.rename(target)
    except OSError as error:
        raise ValueError(f"{target} cannot be written: {error.strerror or error}") from None


def _refuse_existing(target: Path) -> None:
    if target.exists():
        raise ValueError(f"{target} exists already; choose another name or remove it")


@dataclass
class Tally:
    """Counts over the batches of a table."""

    rows: int = 0
    determined: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    encephalopathy: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch, scored: pl.DataFrame) -> None:
        """Count the results of some more rows."""
        self.rows += len(scored)
        self.determined.update(scored.drop(PROBLEMS).count().row(0, named=True))
        said = scored[PROBLEMS].drop_nulls().str.split("; ").explode()
        self.kinds.update(said.str.replace_all(ENTRY, "${1}").to_list())
        if encephalopathy_grade.name in batch.cells.columns:
            entries = batch.cells[encephalopathy_grade.name].cast(pl.Float64, strict=False)
            self.encephalopathy.update(entries.drop_nulls().to_list())

    def report(self, made: Plan) -> Report:
        """Sum up."""
        kinds = sorted(self.kinds.items(), key=lambda item: (-item[1], item[0]))
        return Report(
            rows=self.rows,
            determined=dict(self.determined),
            problems={k: n for k, n in kinds if not k.startswith("check ")},
            checks={k: n for k, n in kinds if k.startswith("check ")},
            notes=(*made.notes, *self._hints()),
        )

    def _hints(self) -> list[str]:
        """Say what the cells of a column, each valid by itself, suggest together."""
        grades = self.encephalopathy
        if grades.total() < ENOUGH_TO_HINT or not set(grades) <= set(POINTS):
            return []
        return [
            f"{encephalopathy_grade.name} is never 0 and never above 3; if it holds Child-Pugh "
            "points, no encephalopathy must be written 0 and not 1"
        ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
