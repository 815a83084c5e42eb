"""Hand lessons to a learner, and renew them later without touching what the learner changed.

A learner's folder keeps a hidden record of what was copied into it: for each file the digest of its
bytes, and of its cells where it is a notebook. What may be replaced by a newer version:

- a file that still is what was copied;
- a notebook that was only run: its cells hold what was copied, and only what running and looking
  changes is another (outputs, counts, open and closed cells, an empty cell at the end). Outputs
  come back by running, but somebody may have looked long for them, so the notebook as it was run
  moves to the hidden folder `.hcclab/as_run`, which keeps the last one of each lesson.

Any other file belongs to the learner: it stays, and the newer version is laid beside it under a
name of its own, `03_albi_newer.ipynb`. Where the record is lost or unreadable, every file counts as
the learner's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from hcclab.teaching import glossary

__all__ = ["AS_RUN", "RECORD", "Started", "start"]

RECORD = Path(".hcclab", "copied.json")
AS_RUN = Path(".hcclab", "as_run")
LOOKING = {"jupyter", "collapsed", "scrolled", "execution", "ExecuteTime", "trusted"}


@dataclass(frozen=True)
class Started:
    """What `start` did.

    Parameters
    ----------
    folder
        The learner's folder.
    new, updated, same
        Names of the files that were not there before, were replaced, were the same already.
    kept
        Names of the files that the learner changed, each with the name of the file that holds the
        newer version; empty where there is none.
    as_run
        Names of those updated that the learner had run; as they were they lie in `AS_RUN`.
    """

    folder: Path
    new: tuple[str, ...]
    updated: tuple[str, ...]
    same: tuple[str, ...]
    kept: dict[str, str]
    as_run: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = {
            "copied": len(self.new),
            "brought up to date": len(self.updated),
            "already up to date": len(self.same),
            "kept as you changed it": len(self.kept),
        }
        lines = [f"{self.folder}: " + ", ".join(f"{n} {what}" for what, n in told.items() if n)]
        for name, newer in self.kept.items():
            lines.append(
                f"kept {self.folder / name}; the newer version lies in {self.folder / newer}"
                if newer
                else f"kept {self.folder / name}; there is no newer version"
            )
        for name in self.as_run:
            lines.append(
                f"you had run {self.folder / name} and typed nothing; with your outputs it lies in "
                f"{self.folder / AS_RUN / name}"
            )
        return "\n".join(lines)


def start(folder: Path, source: Path) -> Started:
    """Copy the lessons to a learner's folder, or bring those already there up to date.

    Parameters
    ----------
    folder
        The learner's folder; made where it is not there.
    source
        The folder that holds the lessons.

    Returns
    -------
    Started
        What was copied, updated and kept.

    Raises
    ------
    ValueError
        There are no lessons in `source`, or `folder` lies in it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     lessons, mine = Path(place, "lessons"), Path(place, "mine")
    ...     lessons.mkdir()
    ...     _ = Path(lessons, "03_albi.ipynb").write_text("first version")
    ...     first = start(mine, lessons)
    ...     _ = Path(mine, "03_albi.ipynb").write_text("first version, my notes")
    ...     _ = Path(lessons, "03_albi.ipynb").write_text("second version")
    ...     second = start(mine, lessons)
    >>> first.new, second.kept
    (('03_albi.ipynb',), {'03_albi.ipynb': '03_albi_newer.ipynb'})
    """
    files = _handed_out(source)
    if folder.resolve().is_relative_to(source.resolve()):
        raise ValueError(f"the lessons themselves lie in {source}; name another folder")
    (folder / RECORD.parent).mkdir(parents=True, exist_ok=True)
    record = _read(folder / RECORD)
    new, updated, same, as_run = [], [], [], []
    kept: dict[str, str] = {}
    try:
        for file in files:
            content, target = file.read_bytes(), folder / file.name
            mark = _mark(content)
            if not target.exists():
                new.append(target.name)
            elif _is_the_same(mine := target.read_bytes(), content):
                same.append(target.name)
                record[target.name] = mark
                continue
            elif _is_as_copied(mine, record):
                updated.append(target.name)
            elif _was_only_run(mine, record):
                (folder / AS_RUN).mkdir(exist_ok=True)
                _put(folder / AS_RUN / target.name, mine)
                as_run.append(target.name)
                updated.append(target.name)
            elif record.get(target.name) == mark:
                kept[target.name] = ""
                continue
            else:
                target = _place_beside(target, content, record)
                kept[file.name] = target.name
            _put(target, content)
            record[target.name] = mark
    finally:
        _put(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return Started(folder, tuple(new), tuple(updated), tuple(same), kept, tuple(as_run))


def _handed_out(source: Path) -> list[Path]:
    if not source.is_dir():
        raise ValueError(
            f"there is no folder {source}; run this in the folder of hcclab, or name the lessons "
            "with --from"
        )
    files = sorted(source.glob("[0-9][0-9]_*.ipynb"))
    if not files:
        raise ValueError(f"{source} holds no lessons")
    page = source / glossary.FILE
    return [*files, page] if page.exists() else files


def _read(file: Path) -> dict[str, list[str]]:
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: mark for name, mark in found.items() if isinstance(mark, list)}


def _mark(content: bytes) -> list[str]:
    """Digest a file, and its cells where it is a notebook."""
    cells = _cells(content)
    return [_digest(content), *([] if cells is None else [_digest(cells)])]


def _is_the_same(mine: bytes, content: bytes) -> bool:
    """Tell whether a file holds a version already, were it run."""
    cells = _cells(mine)
    return mine == content or (cells is not None and cells == _cells(content))


def _is_as_copied(content: bytes, record: dict[str, list[str]]) -> bool:
    return _digest(content) in [mark[0] for mark in record.values() if mark]


def _was_only_run(content: bytes, record: dict[str, list[str]]) -> bool:
    cells = _cells(content)
    return cells is not None and _digest(cells) in [mark[-1] for mark in record.values() if mark]


def _cells(content: bytes) -> bytes | None:
    """Return what a person writes in a notebook; None where the file is no notebook."""
    try:
        cells = json.loads(content)["cells"]
        written = [_written(cell) for cell in cells]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None
    return json.dumps([cell for cell in written if any(cell[1:3])], sort_keys=True).encode()


def _written(cell: dict[str, Any]) -> tuple[str, str, Any, Any]:
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    metadata = {name: value for name, value in cell["metadata"].items() if name not in LOOKING}
    return cell["cell_type"], text.strip(), cell.get("attachments") or None, metadata


def _place_beside(path: Path, content: bytes, record: dict[str, list[str]]) -> Path:
    """Name the file for the newer version: never one that the learner changed as well."""
    return next(
        beside
        for beside in _names_beside(path)
        if not beside.exists()
        or (theirs := beside.read_bytes()) == content
        or _is_as_copied(theirs, record)
    )


def _names_beside(path: Path) -> Iterator[Path]:
    yield path.with_stem(f"{path.stem}_newer")
    for number in count(2):
        yield path.with_stem(f"{path.stem}_newer_{number}")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
