"""Two real cohorts, each with a note on where it comes from and what its columns mean.

``pbc``
    418 patients with primary biliary cholangitis, Mayo Clinic 1974 to 1984 [1]_.
``resected_hcc``
    227 patients with resected hepatocellular carcinoma [2]_.

Importing this module loads no pandas; :func:`load` does.

References
----------
.. [1] Therneau TM, Grambsch PM. Modeling Survival Data: Extending the Cox Model. Springer, 2000.
.. [2] Li L, Yan J, Xu J, et al. PLoS One 2014;9(10):e110064. doi 10.1371/journal.pone.0110064.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import pandas as pd

COHORTS = ("pbc", "resected_hcc")


def _file(name: str, suffix: str) -> Traversable:
    if name not in COHORTS:
        raise ValueError(
            f"name={name!r} is not a cohort that comes with hcclab; choose {' or '.join(COHORTS)}."
        )
    return files(__name__) / f"{name}{suffix}"


def records(name: str) -> list[dict[str, str]]:
    """Read a table of facts, each row as text by column; it needs no pandas.

    Raises
    ------
    ValueError
        A row has not as many cells as the first line.

    Examples
    --------
    >>> records("markers")[0]["marker"]
    'AFP'
    """
    with (files(__name__) / f"{name}.csv").open(encoding="utf-8") as stream:
        return _whole(name, stream)


def _whole(name: str, lines: Iterable[str]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(lines))
    for row in rows:
        if None in row or None in row.values():
            raise ValueError(
                f"{name}.csv, row {next(iter(row.values()))}: it has not as many cells as the "
                "first line; a cell that holds a comma must stand in quotes"
            )
    return rows


def load(name: str) -> pd.DataFrame:
    """Read a cohort.

    Parameters
    ----------
    name : {"pbc", "resected_hcc"}
        The Mayo Clinic trial in primary biliary cholangitis (bilirubin in mg/dL, albumin in g/dL,
        time in days), or hepatocellular carcinoma after resection (time in months).

    Returns
    -------
    pandas.DataFrame
        One row a patient, in the order of the source. An unknown value is NaN.

    Raises
    ------
    ValueError
        If there is no such cohort.

    See Also
    --------
    provenance : origin, licence, citation and the meaning and unit of every column.

    Examples
    --------
    >>> load("pbc")[["bilirubin_mg_dl", "albumin_g_dl", "time_days", "status"]].head(2)
       bilirubin_mg_dl  albumin_g_dl  time_days    status
    0             14.5          2.60        400      dead
    1              1.1          4.14       4500  censored
    """
    import pandas as pd

    with _file(name, ".csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


def provenance(name: str) -> str:
    """Say where a cohort comes from, in Markdown.

    Parameters
    ----------
    name : {"pbc", "resected_hcc"}
        The cohort.

    Returns
    -------
    str
        Origin, licence, citation, every column with its unit, and what was changed or inferred.

    Raises
    ------
    ValueError
        If there is no such cohort.

    Examples
    --------
    >>> print(provenance("resected_hcc").splitlines()[0])
    # resected_hcc.csv: hepatocellular carcinoma after resection
    """
    return _file(name, ".md").read_text(encoding="utf-8")
