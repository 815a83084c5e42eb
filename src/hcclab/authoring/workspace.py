"""Hand lessons to a learner, and renew them later without touching what the learner changed.

A learner's folder keeps a hidden record of the content that was copied into it, one digest a file.
A file that still is what was copied may be replaced by a newer version. Any other file belongs to
the learner, were it only run and saved: it stays, and the newer version is laid beside it under a
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

from hcclab.teaching import glossary

__all__ = ["RECORD", "Started", "start"]

RECORD = Path(".hcclab", "copied.json")


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
    """

    folder: Path
    new: tuple[str, ...]
    updated: tuple[str, ...]
    same: tuple[str, ...]
    kept: dict[str, str]

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
    new, updated, same, kept = [], [], [], {}
    try:
        for file in files:
            content, target = file.read_bytes(), folder / file.name
            if not target.exists():
                new.append(target.name)
            elif target.read_bytes() == content:
                same.append(target.name)
                record[target.name] = _digest(content)
                continue
            elif _is_as_copied(target, record):
                updated.append(target.name)
            elif record.get(target.name) == _digest(content):
                kept[target.name] = ""
                continue
            else:
                mine, target = target, _place_beside(target, content, record)
                kept[mine.name] = target.name
            _put(target, content)
            record[target.name] = _digest(content)
    finally:
        _put(folder / RECORD, json.dumps(record, indent=1, sort_keys=True).encode())
    return Started(folder, tuple(new), tuple(updated), tuple(same), kept)


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


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_as_copied(path: Path, record: dict[str, str]) -> bool:
    return _digest(path.read_bytes()) in record.values()


def _place_beside(path: Path, content: bytes, record: dict[str, str]) -> Path:
    """Name the file for the newer version: never one that the learner changed as well."""
    return next(
        beside
        for beside in _names_beside(path)
        if not beside.exists() or beside.read_bytes() == content or _is_as_copied(beside, record)
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
