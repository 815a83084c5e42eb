"""Check that this machine can run the lessons, and say how to mend what cannot."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PYTHON_VERSIONS = ((3, 11), (3, 12), (3, 13))
LAB_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
GLYPHS = "−µ≤≥×"
MEMORY_GB = 2.0
MEMORY_LEFT_GB = 0.5
DISK_GB = 1.0

INSTALL = "run `make lab` again, or `python -m pip install -c constraints.txt -e .`"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    name
        What was checked.
    ok
        Whether it is as the lessons need it.
    detail
        What was found.
    remedy
        How to mend it; empty when ``ok``.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""


class _CheckError(Exception):
    """A check failed; the message says what was found."""


def diagnose(lessons: Path | str = "notebooks") -> list[Finding]:
    """Check Python, packages, kernel, widgets, fonts, memory, disk and lessons.

    Parameters
    ----------
    lessons
        The folder of lessons; its disk is the one whose free space counts.

    Returns
    -------
    list of Finding
        One for each check, in the order above. A check that breaks is itself a finding, so this
        raises nothing.

    Examples
    --------
    >>> [finding.name for finding in diagnose()][:2]
    ['Python', 'packages']
    """
    folder = Path(lessons)
    return [
        _finding("Python", _python, "install Python 3.11, 3.12 or 3.13, remove .venv, " + INSTALL),
        _finding("packages", _packages, INSTALL),
        _finding("kernel", _kernel, "run `python -m ipykernel install --sys-prefix`"),
        _finding("widgets", _widgets, INSTALL + ", then reload JupyterLab"),
        _finding("fonts", _fonts, "remove `font.family` and `font.sans-serif` from matplotlibrc"),
        _finding("memory", _memory, "close other programs, or open the lessons on Binder"),
        _finding("disk", lambda: _disk(folder), "free some space, or move the folder elsewhere"),
        _finding(
            "lessons",
            lambda: _lessons(folder),
            "run this where the lessons are, or copy them to a folder of your own: "
            "`hcclab start my-lessons`",
        ),
    ]


def report(findings: list[Finding]) -> str:
    """Lay out findings as plain text, one line each, remedies below.

    Parameters
    ----------
    findings
        What `diagnose` returned.

    Returns
    -------
    str
        Lines that end with the count of failures.

    Examples
    --------
    >>> print(report([Finding("disk", True, "12 GB free"),
    ...               Finding("kernel", False, "none found", "install ipykernel")]))
    ok     disk      12 GB free
    FAILS  kernel    none found
                     to mend: install ipykernel
    1 of 2 checks failed.
    """
    lines = []
    for finding in findings:
        mark = "ok" if finding.ok else "FAILS"
        lines.append(f"{mark:<6} {finding.name:<9} {finding.detail}")
        if finding.remedy:
            lines.append(f"{'':<16} to mend: {finding.remedy}")
    failed = sum(not finding.ok for finding in findings)
    total = len(findings)
    lines.append(f"{failed} of {total} checks failed." if failed else f"All {total} checks passed.")
    return "\n".join(lines)


def _finding(name: str, check: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, True, check())
    except _CheckError as fault:
        return Finding(name, False, str(fault), remedy)
    except Exception as error:  # a broken installation may break any check in any way
        return Finding(name, False, f"{type(error).__name__}: {error}", remedy)


def _python(version: tuple[int, ...] = sys.version_info[:3]) -> str:
    found = ".".join(map(str, version))
    if version[:2] not in PYTHON_VERSIONS:
        raise _CheckError(f"Python {found}, but the lessons are tested on 3.11 to 3.13")
    return f"{found} in {sys.prefix}"


def _packages(distribution: str = "hcclab") -> str:
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in importlib.metadata.requires(distribution) or ()]
    wanted = [need for need in wanted if need.marker is None or need.marker.evaluate({"extra": ""})]
    faults = []
    for need in wanted:
        try:
            found = importlib.metadata.version(need.name)
        except importlib.metadata.PackageNotFoundError:
            faults.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(found, prereleases=True):
            faults.append(f"{need.name} {found} is outside {need.specifier}")
    if faults:
        raise _CheckError("; ".join(faults))
    return f"{len(wanted)} packages within their ranges"


def _kernel(name: str = "python3") -> str:
    """Run one cell: a kernel that is listed may still start another Python, or not at all."""
    import nbformat
    from nbclient import NotebookClient

    cell = nbformat.v4.new_code_cell("import hcclab, sys; print(sys.prefix)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    quiet = ["--log-level=ERROR"]
    NotebookClient(notebook, timeout=60, kernel_name=name, extra_arguments=quiet).execute()
    prefix = "".join(output.get("text", "") for output in notebook.cells[0].outputs).strip()
    if prefix != sys.prefix:
        raise _CheckError(f"kernel {name} runs the Python in {prefix}, not the one in {sys.prefix}")
    return f"{name} starts and imports hcclab"


def _widgets() -> str:
    from jupyter_core.paths import jupyter_path

    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [
        name
        for name in LAB_EXTENSIONS
        if not any((folder / name / "package.json").is_file() for folder in folders)
    ]
    if missing:
        raise _CheckError(f"JupyterLab lacks {' and '.join(missing)}, so sliders stay blank")
    return "JupyterLab has the widget extensions"


def _fonts() -> str:
    from matplotlib import font_manager, ft2font

    font = ft2font.FT2Font(font_manager.findfont(font_manager.FontProperties()))
    missing = [glyph for glyph in GLYPHS if font.get_char_index(ord(glyph)) == 0]
    if missing:
        raise _CheckError(f"{font.family_name} cannot draw {' '.join(missing)}")
    return f"{font.family_name} draws {' '.join(GLYPHS)}"


def _memory() -> str:
    import psutil

    memory = psutil.virtual_memory()
    total, left = memory.total / 1e9, memory.available / 1e9
    found = f"{total:.1f} GB, {left:.1f} GB of it free"
    if total < MEMORY_GB or left < MEMORY_LEFT_GB:
        raise _CheckError(f"{found}; lessons need {MEMORY_GB:g} GB with {MEMORY_LEFT_GB:g} GB free")
    return found


def _disk(folder: Path) -> str:
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free / 1e9
    if free < DISK_GB:
        raise _CheckError(f"{free:.1f} GB free, at least {DISK_GB:g} GB are needed")
    return f"{free:.0f} GB free"


def _lessons(folder: Path) -> str:
    if not folder.is_dir():
        raise _CheckError(f"there is no folder {folder}")
    count = len(list(folder.glob("[0-9][0-9]_*.ipynb")))
    if not count:
        raise _CheckError(f"{folder} holds no lesson")
    try:
        # os.access() answers for the file mode, not for read-only disks and Windows rights.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise _CheckError(f"{folder} cannot be written to, so work would not be saved") from None
    return f"{count} lesson{'s' * (count > 1)} in {folder}, writable"
