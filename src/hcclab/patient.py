"""One patient in, one explained assessment out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hcclab.criteria import unique
from hcclab.intake import Patient
from hcclab.registry import SYSTEMS, find_system
from hcclab.systems import NOTICE, Result

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 100_000


@dataclass(frozen=True, eq=False)
class Assessment:
    """Every system's result for one patient.

    Attributes
    ----------
    patient
        The values as read.
    results
        One result for each system, by its key.
    """

    patient: Patient
    results: Mapping[str, Result]

    def __getitem__(self, key: str) -> Result:
        return self.results[key]

    @cached_property
    def assumed(self) -> dict[str, Any]:
        """Defaults used for variables that were not given."""
        return {k: v for result in self.results.values() for k, v in result.assumed.items()}

    def __str__(self) -> str:
        return self.text()

    def text(self, what_if: bool = False) -> str:
        """Write the assessment as plain text: what was decided and why, what is still open.

        Systems of which nothing is known are only named. One system alone is told in full.

        Parameters
        ----------
        what_if
            Add, for each table, the nearest single changes that would alter its outcome.
        """
        from hcclab.report import text

        return text(self, what_if)

    def to_dict(self, what_if: bool = False) -> dict[str, Any]:
        """Write the assessment as plain data, ready for JSON."""
        return {
            "notice": NOTICE,
            "inputs": dict(self.patient),
            "checks": self.patient.checks,
            "assumed": self.assumed,
            "results": {key: _as_dict(r, what_if) for key, r in self.results.items()},
        }

    def _repr_html_(self) -> str:
        from hcclab.display import assessment_html

        return assessment_html(self)


def assess(patient: Mapping[str, Any], systems: Iterable[str] | None = None) -> Assessment:
    """Assess one patient by every system.

    Parameters
    ----------
    patient
        Values by variable name; `tumour_diameters_cm` may be a list or ``"4.5;2.0"``. None means
        unknown; an absent variable takes its documented default, if it has one.
    systems
        Keys of the systems; all of them by default.

    Returns
    -------
    Assessment
        Each result with the criterion that decided it, or what it still needs.

    Raises
    ------
    ValueError
        If a value is impossible, or a field or system is not known.

    Examples
    --------
    >>> assessment = assess({"bilirubin_umol_l": 20, "albumin_g_l": 38})
    >>> assessment["albi"].grade, assessment["child_pugh"].missing
    ('2', ('inr', 'ascites', 'encephalopathy_grade'))
    """
    read = Patient.read(patient)
    keys = tuple(SYSTEMS) if systems is None else unique(systems)
    return Assessment(read, {key: find_system(key).assess(read) for key in keys})


def load(path: str | Path) -> dict[str, Any]:
    """Read one patient's values from a YAML or JSON file.

    Raises
    ------
    ValueError
        If the file is not readable as a list of fields and values.
    """
    import json
    from pathlib import Path

    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path} is too large for one patient: over {MOST_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{path} is not a readable text file") from None
    try:
        record = json.loads(text) if path.suffix.lower() == ".json" else _yaml(text)
    except RecursionError:
        raise ValueError(f"{path} is nested too deeply for one patient") from None
    except ValueError as error:
        raise ValueError(
            f"{path} is not valid YAML or JSON: {' '.join(str(error).split())}"
        ) from None
    if not isinstance(record, dict) or not record:
        raise ValueError(f"{path} holds no fields; write one per line, like albumin_g_l: 38")
    return {str(name): value for name, value in record.items()}


def _yaml(text: str) -> Any:
    import yaml

    try:
        read = yaml.safe_load(text)
        # A few lines of aliases can stand for more values than any message can quote.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise ValueError("aliases such as *name are not accepted; write each value out")
        return read
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


def _as_dict(result: Result, what_if: bool) -> dict[str, Any]:
    tables = []
    for explanation in result.explanations:
        decision, deciding = explanation.decision, explanation.deciding
        known = decision.outcome is not None and deciding is not None
        table: dict[str, Any] = {
            "column": explanation.table.column,
            "title": explanation.table.title,
            "outcome": decision.outcome,
            "possible": list(decision.possible),
            "needs": list(decision.needs),
            "decided_by": deciding.reason if known and deciding else None,
            "facts": [vars(f) for f in deciding.facts] if known and deciding else [],
            "remarks": {r.name: r.text for r in explanation.remarks},
            "source": vars(explanation.table.source),
        }
        if what_if:
            table["what_if"] = [
                {
                    "variable": c.variable.name,
                    "from": c.before,
                    "to": c.after,
                    "outcome": c.outcome,
                }
                for c in explanation.table.what_if(result.inputs)
            ]
        tables.append(table)
    interval = result.interval
    return {
        "title": result.system.title,
        "domain": result.system.domain,
        "values": result.values,
        "value": result.value,
        "interval": None if interval is None else list(interval),
        "grade": result.grade,
        "missing": list(result.missing),
        "items": result.items,
        "sources": [vars(source) for source in result.system.sources],
        "notes": list(result.system.notes),
        "tables": tables,
    }
