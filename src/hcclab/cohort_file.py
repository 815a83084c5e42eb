"""Score a file: CSV or Parquet in and out, larger than memory too, never overwriting anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import polars as pl
from tqdm import tqdm

from hcclab.cohort_plan import plan_of
from hcclab.cohort_report import Report, Tally
from hcclab.cohort_rows import score_rows
from hcclab.table_file import extend_table, open_table, require_known_ending

BAR = "{percentage:3.0f} % |{bar}| {elapsed} < {remaining}"


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
    1 cell: albumin_g_l outside 10-65, looks like g/dL
    results in some rows: 1 albi
    2 rows scored: 1 problem, 0 checks
    """
    target = Path(target)
    require_known_ending(target)
    table = open_table(Path(source))
    asked = systems is not None
    made = plan_of(table.schema, systems)
    whole, lock = Tally(), Lock()

    def results(rows: pl.DataFrame) -> pl.DataFrame:
        scored = score_rows(rows, made)
        part = Tally.of(scored, asked)
        with lock:
            whole.add(part)
            bar.update(table.share(len(rows)))
        return scored.results

    with (
        tqdm(total=1, disable=not progress, leave=False, bar_format=BAR) as bar,
        _draft_of(target) as draft,
    ):
        extend_table(table, draft, made.used, results)
    return whole.report(made, asked)


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
