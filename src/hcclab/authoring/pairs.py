"""Keep a lesson's text and its notebook the same: by content, never by file time.

A lesson is a pair: `NN_name.md` (MyST text, what an author edits) and `NN_name.ipynb` (the same
cells, executed, outputs stored). After a `git clone` file times say nothing about which side was
edited, so the notebook carries a record of the content both sides held at the last sync: one
fingerprint per cell in `metadata.hcclab.paired`, in the notebook only. Whatever differs from the
record was edited; when both sides differ from it and from each other, nothing is guessed.

What counts as content: cell type, source, cell metadata such as tags, and the `lesson` metadata.
What an editor or a machine adds (run times, kernel versions, widget ids) does not count and is
removed. JupyterLab unfolds the outputs of a cell that it runs: those that the text folds stay
folded.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from hcclab.teaching.glossary import with_titles

__all__ = [
    "Pair",
    "PairStatus",
    "SyncError",
    "Synced",
    "find_lessons",
    "lines_of",
    "read_notebook",
    "status",
    "sync",
    "tidy",
]

TEXT_FORMAT = {"extension": ".md", "format_name": "myst"}
# As JupyterLab writes them, so that a save there leaves no difference.
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python", "pygments_lexer": "ipython3"}
TEXT_HEADER = {
    "notebook_metadata_filter": "kernelspec,lesson,-jupytext.text_representation.jupytext_version,"
    "-jupytext.notebook_metadata_filter,-jupytext.cell_metadata_filter",
    "cell_metadata_filter": "all",
}
TEXT_KEYS = {"hcclab", "jupytext", "kernelspec", "language_info", "lesson"}
EDITOR_METADATA = {
    "collapsed",
    "deletable",
    "editable",
    "execution",
    "ExecuteTime",
    "lines_to_next_cell",
    "scrolled",
    "trusted",
    "vscode",
}
JUPYTER, FOLDED = "jupyter", "outputs_hidden"
PROGRESS = "HCCLAB_PROGRESS"
IN_CELL = re.compile(r"Cell In ?\[\d+\], line (\d+)")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class SyncError(RuntimeError):
    """A pair cannot be brought together; the message is one sentence and no file was changed."""


class PairStatus(StrEnum):
    """What differs between a lesson's text and its notebook."""

    IN_SYNC = "in sync"
    TEXT_EDITED = "the text was edited since the last sync"
    NOTEBOOK_EDITED = "the notebook was edited since the last sync"
    BOTH_EDITED = "the text and the notebook were both edited since the last sync"
    TEXT_MISSING = "the text is missing"
    NOTEBOOK_MISSING = "the notebook is missing"


@dataclass(frozen=True)
class Pair:
    """The two files of one lesson.

    Examples
    --------
    >>> Pair.of("notebooks/03_albi.ipynb").text.as_posix()
    'notebooks/03_albi.md'
    """

    text: Path
    notebook: Path

    @classmethod
    def of(cls, lesson: str | Path) -> Pair:
        """Name both files from either of them, or from their common name without a suffix."""
        path = Path(lesson)
        stem = path.with_suffix("") if path.suffix in {".md", ".ipynb"} else path
        return cls(stem.with_name(f"{stem.name}.md"), stem.with_name(f"{stem.name}.ipynb"))

    def contents(self) -> tuple[bytes | None, bytes | None]:
        """Read both files as they are; None stands for a file that is not there."""
        text, notebook = (
            path.read_bytes() if path.exists() else None for path in (self.text, self.notebook)
        )
        if text is None and notebook is None:
            raise SyncError(f"no lesson at {self.text} or {self.notebook}: check the name.")
        return text, notebook


@dataclass(frozen=True)
class Synced:
    """What `sync` did to one lesson."""

    pair: Pair
    written: tuple[Path, ...]
    executed: bool

    def __str__(self) -> str:
        if not self.written:
            return f"{self.pair.text}: in sync" + (", outputs came out again" * self.executed)
        names = " and ".join(path.name for path in self.written)
        return f"{self.pair.text}: wrote {names}" + (", executed" * self.executed)


def find_lessons(folder: str | Path = "notebooks") -> list[Path]:
    """List the lessons of a folder by the path of their text, whether or not both files exist.

    Parameters
    ----------
    folder
        Where the lessons named `NN_name` lie.

    Returns
    -------
    list of Path
        Sorted, one per lesson.

    Raises
    ------
    SyncError
        When the folder does not exist.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "01_hello.md").write_text("# Hello")
    ...     _ = Path(folder, "README.md").write_text("Lessons")
    ...     [lesson.name for lesson in find_lessons(folder)]
    ['01_hello.md']
    """
    root = Path(folder)
    if not root.is_dir():
        raise SyncError(f"no folder {root}: give the folder that holds the lessons.")
    files = (path for path in root.glob("[0-9][0-9]_*") if path.suffix in {".md", ".ipynb"})
    return sorted({Pair.of(path).text for path in files})


def status(lesson: str | Path) -> PairStatus:
    """Say which side of a lesson was edited since the last sync.

    Parameters
    ----------
    lesson
        Path of the text, of the notebook, or of both without suffix.

    Returns
    -------
    PairStatus

    Raises
    ------
    SyncError
        When neither file exists or one cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "01_hello.md").write_text("# Hello")
    ...     print(status(Path(folder, "01_hello")))
    the notebook is missing
    """
    return _status(*_read(Pair.of(lesson)))


def sync(
    lesson: str | Path,
    *,
    execute: bool = False,
    keep: Literal["text", "notebook"] | None = None,
    timeout: int = 120,
) -> Synced:
    """Bring the text and the notebook of a lesson together, with outputs that belong to them.

    The side that was edited wins; links to the glossary get their titles. The notebook runs
    again from a fresh kernel when a code cell differs from the last sync (an output may depend on
    any earlier cell) or is not stored executed in order; otherwise its outputs are kept. Files are
    replaced whole or not at all.

    Parameters
    ----------
    lesson
        Path of the text, of the notebook, or of both without suffix.
    execute
        Run the notebook even when nothing asks for it.
    keep
        The side that wins when both were edited.
    timeout
        Longest time for one cell, in seconds.

    Returns
    -------
    Synced
        The files that were written (none when nothing differed) and whether the notebook ran.

    Raises
    ------
    SyncError
        When both sides were edited and `keep` is not given, a file cannot be read or written
        without loss, or a cell fails. Neither file is changed then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "01_hello.md").write_text("# Hello")
    ...     first = sync(Path(folder, "01_hello.md"))
    ...     second = sync(Path(folder, "01_hello.md"))
    >>> [path.name for path in first.written], second.written
    (['01_hello.md', '01_hello.ipynb'], ())
    """
    pair = Pair.of(lesson)
    before = pair.contents()
    text, old = _read(pair)
    source = _winner(pair, text, old, keep)
    if source is old and text is not None:
        _fold_again(source, text)
    for cell in source.cells:
        if cell.cell_type == "markdown":
            cell.source = with_titles(cell.source)
    text_out = _as_text(source, pair)
    new = _as_notebook(source, old, pair.text.stem)
    must_run = execute or _needs_run(new, old)
    if must_run:
        _execute(new, pair, timeout)
    new = tidy(new)
    new.metadata["hcclab"] = {"paired": " ".join(_fingerprints(new))}
    after = (text_out.encode(), (nbformat.writes(new, version=4).rstrip("\n") + "\n").encode())
    if pair.contents() != before:
        raise SyncError(f"{pair.text.with_suffix('')}: changed on disk meanwhile; run sync again.")
    # Text first: were the second replacement never to happen, no edit would be lost.
    written = tuple(
        path
        for path, old_bytes, new_bytes in zip(
            (pair.text, pair.notebook), before, after, strict=True
        )
        if old_bytes != new_bytes
    )
    _replace(dict(zip((pair.text, pair.notebook), after, strict=True)), written)
    return Synced(pair, written, must_run)


def read_notebook(file: Path) -> NotebookNode:
    """Read a stored notebook.

    Parameters
    ----------
    file
        Path of the `.ipynb` file.

    Returns
    -------
    NotebookNode
        In format 4.

    Raises
    ------
    SyncError
        When the file is missing or is not a notebook.

    Examples
    --------
    >>> read_notebook(Path("none.ipynb"))
    Traceback (most recent call last):
    hcclab.authoring.pairs.SyncError: none.ipynb: there is no such notebook.
    """
    if not file.exists():
        raise SyncError(f"{file}: there is no such notebook.")
    try:
        notebook: NotebookNode = nbformat.read(file, as_version=4)
    except Exception as error:
        raise SyncError(
            f"{file}: not a readable notebook ({_line(error)}); "
            "an unresolved merge leaves such a file."
        ) from error
    return notebook


def tidy(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without anything that an editor or a machine added.

    Parameters
    ----------
    notebook
        A notebook in format 4.

    Returns
    -------
    NotebookNode
        Same cells, ids and outputs; no run times, kernel versions, widget views, widget state
        or tracebacks, whose ids and paths differ at every run.

    Examples
    --------
    >>> cell = nbformat.v4.new_code_cell("x = 1", metadata={"scrolled": True, "tags": ["check"]})
    >>> tidy(nbformat.v4.new_notebook(cells=[cell])).cells[0].metadata
    {'tags': ['check']}
    """
    metadata: dict[str, Any] = {"kernelspec": dict(KERNELSPEC), "language_info": LANGUAGE_INFO}
    metadata |= {
        key: notebook.metadata[key] for key in ("lesson", "hcclab") if key in notebook.metadata
    }
    out: NotebookNode = nbformat.v4.new_notebook(metadata=deepcopy(metadata), nbformat_minor=5)
    for original in notebook.cells:
        cell = deepcopy(original)
        cell.source = cell.source.replace("\r\n", "\n").strip("\n")
        if cell.cell_type == "markdown" and not cell.source:
            continue
        cell.metadata = NotebookNode(
            {
                key: value
                for key, value in sorted(cell.metadata.items())
                if key not in EDITOR_METADATA and value not in ({}, [], None)
            }
        )
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
            if "execution_count" in output:
                output.execution_count = cell.execution_count
        out.cells.append(cell)
    return out


def lines_of(sources: list[str], text: str) -> dict[int, int]:
    r"""Find the line of a text with which each source begins, by the number of the source.

    Examples
    --------
    >>> lines_of(["# Liver", "x = 1"], "# Liver\n\n```{code-cell}\nx = 1\n```")
    {1: 1, 2: 4}
    """
    found, at = {}, 0
    lines = [line.strip() for line in text.splitlines()]
    for number, source in enumerate(sources, start=1):
        wanted = [line.strip() for line in source.strip().splitlines()]
        if wanted and wanted[0] in lines[at:]:
            at = lines.index(wanted[0], at)
            found[number] = at + 1
            at += len(wanted)
    return found


def _read(pair: Pair) -> tuple[NotebookNode | None, NotebookNode | None]:
    text = notebook = None
    if pair.text.exists():
        written = ""
        try:
            written = pair.text.read_text(encoding="utf-8")
            if line := _unclosed(written):
                raise ValueError(f"the cell that begins in line {line} is not closed with ```")
            text = jupytext.reads(written, fmt=TEXT_FORMAT)
        except Exception as error:
            why = _why_unreadable(error, written)
            raise SyncError(f"{pair.text}: not readable as MyST text ({why}).") from error
        unknown = sorted(set(text.metadata) - TEXT_KEYS)
        if unknown:
            raise SyncError(
                f"{pair.text}: the header key '{unknown[0]}' would be lost; "
                "put it under 'lesson:' or remove it."
            )
    if pair.notebook.exists():
        notebook = read_notebook(pair.notebook)
    return text, notebook


def _unclosed(text: str) -> int:
    """Return the line of a cell of code that goes on until the next one begins, or 0."""
    begun = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```{code-cell}"):
            if begun:
                return begun
            begun = number
        elif line.rstrip() == "```":
            begun = 0
    return 0


def _why_unreadable(error: Exception, text: str) -> str:
    where, mark = list(getattr(error, "path", ())), getattr(error, "problem_mark", None)
    if where[-1:] == ["tags"]:
        tag = str(getattr(error, "instance", ""))
        lines = text.splitlines()
        found = (n for n, line in enumerate(lines, start=1) if line.endswith(f"tags: {tag}"))
        return f"line {next(found, '?')}: tags stand in brackets, as in ':tags: [{tag}]'"
    if mark is not None:
        problem = getattr(error, "problem", "it is not YAML")
        return f"the header, near line {mark.line + 1}: {problem}"
    return _line(error)


def _status(text: NotebookNode | None, notebook: NotebookNode | None) -> PairStatus:
    if notebook is None:
        return PairStatus.NOTEBOOK_MISSING
    if text is None:
        return PairStatus.TEXT_MISSING
    in_text, in_notebook, at_sync = _fingerprints(text), _fingerprints(notebook), _record(notebook)
    if in_text == in_notebook:
        return PairStatus.IN_SYNC
    if in_notebook == at_sync:
        return PairStatus.TEXT_EDITED
    if in_text == at_sync:
        return PairStatus.NOTEBOOK_EDITED
    return PairStatus.BOTH_EDITED


def _winner(
    pair: Pair, text: NotebookNode | None, notebook: NotebookNode | None, keep: str | None
) -> NotebookNode:
    if text is None or notebook is None:
        return next(side for side in (text, notebook) if side is not None)
    found = _status(text, notebook)
    if found is PairStatus.BOTH_EDITED and keep is None:
        at_sync = _record(notebook)
        raise SyncError(
            f"{pair.text.with_suffix('')}: {found} ({_edits('text', text, at_sync)}; "
            f"{_edits('notebook', notebook, at_sync)}): carry one side's edit over to the other "
            "by hand, or keep one side whole with --keep text or --keep notebook."
            if at_sync
            else f"{pair.text.with_suffix('')}: the notebook was never synced, and "
            f"{_edits('text', text, _fingerprints(notebook))} with respect to it: make them "
            "agree, or keep one side whole with --keep text or --keep notebook."
        )
    takes_notebook = found is PairStatus.NOTEBOOK_EDITED or (
        found is PairStatus.BOTH_EDITED and keep == "notebook"
    )
    return notebook if takes_notebook else text


def _fold_again(notebook: NotebookNode, text: NotebookNode) -> None:
    """Fold the outputs that running has unfolded."""
    for new, before in _matches(text.cells, notebook.cells):
        if text.cells[before].metadata.get(JUPYTER, {}).get(FOLDED):
            notebook.cells[new].metadata.setdefault(JUPYTER, {})[FOLDED] = True


def _fingerprints(notebook: NotebookNode) -> list[str]:
    """One mark for the lesson's metadata and one per cell, led by the cell type's initial."""
    clean = tidy(notebook)
    marks = [f"n{_digest(clean.metadata.get('lesson', {}))}"]
    for cell in clean.cells:
        parts = [cell.source, cell.metadata, cell.get("attachments", {})]
        marks.append(f"{cell.cell_type[0]}{_digest(parts)}")
    return marks


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]


def _record(notebook: NotebookNode) -> list[str]:
    return str(notebook.metadata.get("hcclab", {}).get("paired", "")).split()


def _edits(side: str, edited: NotebookNode, before: list[str]) -> str:
    """Name the cells of one side that differ from the fingerprints `before`."""
    now = _fingerprints(edited)
    cells = tidy(edited).cells
    found = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, now, False).get_opcodes():
        if kind == "equal":
            continue
        found += [_name(cells, j - 1) if j else "the lesson metadata" for j in range(j1, j2)]
        if missing := max(0, (i2 - i1) - (j2 - j1)):
            found.append(f"{missing} removed before cell {j2}")
    return f"the {side} changed {', '.join(found)}"


def _name(cells: list[NotebookNode], index: int) -> str:
    lines = cells[index].source.strip().splitlines() or [""]
    return f"cell {index + 1} ({lines[0][:50]!r})"


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120].rstrip(".")


def _as_text(source: NotebookNode, pair: Pair) -> str:
    clean = tidy(source)
    clean.metadata.pop("hcclab", None)
    clean.metadata["jupytext"] = dict(TEXT_HEADER)
    text = str(jupytext.writes(clean, fmt=TEXT_FORMAT))
    wanted, got = _fingerprints(source), _fingerprints(jupytext.reads(text, fmt=TEXT_FORMAT))
    if wanted != got:
        changed = [i for i, mark in enumerate(wanted[1:]) if mark not in got]
        where = _name(clean.cells, changed[0] if changed else 0)
        raise SyncError(
            f"{pair.notebook}: {where} cannot be written as text "
            "without loss: an attached picture, a '+++' line or a {code-cell} fence in prose; "
            "rewrite that cell."
        )
    return text


def _as_notebook(source: NotebookNode, old: NotebookNode | None, stem: str) -> NotebookNode:
    """Take the cells of `source`, with the ids and outputs that `old` holds for them."""
    new = tidy(source)
    old_cells = tidy(old).cells if old is not None else []
    partner = dict(_matches(old_cells, new.cells))
    taken = {old_cells[i].id for i in partner.values()}
    for j, cell in enumerate(new.cells):
        if j in partner:
            match = old_cells[partner[j]]
            cell.id = match.id
            if cell.cell_type == "code" and match.source == cell.source:
                cell.outputs, cell.execution_count = match.outputs, match.execution_count
        else:
            cell.id = next(i for i in _ids(stem, cell) if i not in taken)
            taken.add(cell.id)
    return new


def _matches(old: list[NotebookNode], new: list[NotebookNode]) -> Iterator[tuple[int, int]]:
    """Pair the index of each new cell with that of the old cell it continues."""
    before, after = ([(cell.cell_type, cell.source) for cell in cells] for cells in (old, new))
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal" or (kind == "replace" and i2 - i1 == j2 - j1):
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                if old[i].cell_type == new[j].cell_type:
                    yield j, i


def _ids(stem: str, cell: NotebookNode) -> Iterator[str]:
    attempt = 0
    while True:
        yield _digest([stem, cell.cell_type, cell.source, attempt])[:8]
        attempt += 1


def _needs_run(new: NotebookNode, old: NotebookNode | None) -> bool:
    if old is None:
        return any(cell.cell_type == "code" for cell in new.cells)
    at_sync, now = (
        [m for m in marks if m[0] == "c"] for marks in (_record(old), _fingerprints(new))
    )
    counts = [cell.execution_count for cell in new.cells if cell.cell_type == "code"]
    return at_sync != now or counts != list(range(1, len(counts) + 1))


def _execute(notebook: NotebookNode, pair: Pair, timeout: int) -> None:
    running = 0

    def remember(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell_index

    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name=KERNELSPEC["name"],
        coalesce_streams=True,
        record_timing=False,
        store_widget_state=False,
        on_cell_start=remember,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(pair.notebook.parent)}},
    )
    try:
        # What is stored must not depend on the author's own answers.
        client.execute(env=os.environ | {PROGRESS: "off"})
    except CellExecutionError as error:
        what = f"raised {error.ename}: {COLOUR.sub('', error.evalue)}"
        line = IN_CELL.search(COLOUR.sub("", error.traceback))
        raise _failed(pair, notebook, running, what, int(line[1]) if line else 0) from error
    except CellTimeoutError as error:
        raise _failed(pair, notebook, running, f"ran longer than {timeout} s") from error
    except DeadKernelError as error:
        raise _failed(pair, notebook, running, "ended the kernel") from error
    # A widget's callback may print its traceback instead of raising: the cell looks successful.
    for index, cell in enumerate(notebook.cells):
        errors = [o for o in cell.get("outputs", []) if o.output_type == "error"]
        if errors and "raises-exception" not in cell.metadata.get("tags", []):
            shown = f"showed {errors[0].ename}: {errors[0].evalue}"
            raise _failed(pair, notebook, index, shown)


def _failed(pair: Pair, notebook: NotebookNode, index: int, what: str, line: int = 0) -> SyncError:
    """Name the cell, and where it is known the line in it and in the text."""
    source = notebook.cells[index].source
    where, lines = f"{pair.notebook}, {_name(notebook.cells, index)}", source.splitlines()
    if 0 < line <= len(lines):
        where += f", its line {line}, {lines[line - 1].strip()!r},"
        text = pair.text.read_text(encoding="utf-8") if pair.text.exists() else ""
        if start := lines_of([cell.source for cell in notebook.cells], text).get(index + 1):
            where += f" line {start + line - 1} of {pair.text.name},"
    what = re.sub(r" \(\d+\.py, line \d+\)", "", " ".join(what.split())).rstrip(":")
    mend = ""
    if what == "raised AssertionError":
        tags = set(notebook.cells[index].metadata.get("tags", []))
        mend = "; make it and the lesson agree"
        if "solution" in tags:
            mend = "; make the solution and its exercise agree"
    return SyncError(f"{where} {what}{mend}; neither file was changed.")


def _replace(contents: dict[Path, bytes], paths: tuple[Path, ...]) -> None:
    """Write files beside their targets first, then put them in place in the order given."""
    staged = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in paths}
    try:
        for path, temporary in staged.items():
            temporary.write_bytes(contents[path])
            if path.exists():
                shutil.copymode(path, temporary)
        for path, temporary in staged.items():
            temporary.replace(path)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
