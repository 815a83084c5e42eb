"""The course with no server: explorers that run in the reader's browser, out of a folder of files.

JupyterLite shows one short notebook a lesson, and Python itself (Pyodide) lies in the folder too:
no page asks for anything outside it. The packages are those installed here, so the folder gives
the answers that a class with a server gets. An explorer is in it when it runs without the packages
that have no pure Python, which `hcclab.authoring.browser_trial` finds out by running it.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.projector import Page, pages
from hcclab.teaching import course

__all__ = ["Shown", "build"]

MARK = "hcclab.js"
"""A file that only this module writes; a folder that holds other things is left alone."""

STYLE = "hcclab.css"
TOOLS = Path(sys.prefix) / ".jupyterlite"
"""Where `make lite` installs JupyterLite, out of the sight of JupyterLab."""

CACHE = Path(sys.prefix) / ".pyodide"
"""Where the runtime stays, once downloaded."""

ROOTS = ("ipywidgets", "anywidget")
"""What the explorers import; what these need comes along."""

LEFT_OUT = frozenset({"jedi", "jupyterlab-widgets", "widgetsnbextension"})
"""Completion of code, 5 600 files; and two packages that hold no Python but parts of Jupyter."""

BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "os_name": "posix"}
BROWSER |= {"python_version": "3.13", "python_full_version": "3.13.0", "extra": ""}
"""Where the packages will run, as their requirements name it."""

KERNEL_ASKS = ("comm", "ipykernel", "ipython", "jedi", "micropip", "piplite", "pyodide-kernel")
"""What the kernel installs when it starts, by its own names, unless it is there already."""

EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
PYODIDE = "0.29.5"
"""The runtime: its last release with Python 3.13, since hcclab is not tested on the next (3.14)."""

LIBRARY = "python_stdlib.zip"
"""The standard library, which the runtime brings as text."""

RUNTIME = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", LIBRARY)
LOCK = "pyodide-lock.json"
"""The runtime's own list of packages."""


@dataclass(frozen=True)
class Shown:
    """A lesson of which some explorers run in the browser.

    Parameters
    ----------
    lesson
        The lesson.
    pages
        Those explorers, in reading order.
    copies
        What each shows until Python has started, as HTML.
    """

    lesson: Lesson
    pages: list[Page]
    copies: list[str]

    @property
    def stem(self) -> str:
        """The name of its notebook, without the ending."""
        return self.lesson.file.stem

    @property
    def title(self) -> str:
        """Number and title of the lesson."""
        heading = next((each.text for each in self.lesson.headings if each.level == 1), self.stem)
        return f"{self.stem[:2]} {heading}"

    @property
    def question(self) -> str:
        """The question that the lesson answers."""
        listed = course.lessons().get(self.stem)
        return listed.question if listed else ""


def build(lessons: list[Path], out: Path) -> list[Shown]:
    """Write the course with no server into a folder, for any web server to hand out.

    Parameters
    ----------
    lessons
        The lessons, as `hcclab.authoring.pairs.find_lessons` gives them.
    out
        A folder that is new, empty, or holds an older one.

    Returns
    -------
    list of Shown
        The lessons with an explorer that runs there.

    Raises
    ------
    ValueError
        If JupyterLite or npm is missing, no explorer runs there, or the folder holds something
        else, which is then left as it is.
    """
    if not TOOLS.is_dir():
        raise ValueError(
            "a course with no server needs JupyterLite, which is not installed: run `make lite`"
        )
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).exists():
        raise ValueError(f"{out} holds something other than a course; name a new folder")
    runtime = _runtime()
    names = _closure(ROOTS)
    shown = _shown(lessons, names)
    if not shown:
        raise ValueError("no explorer of these lessons runs without a server")
    with TemporaryDirectory(prefix="hcclab-lite-") as folder:
        source = Path(folder) / "source"
        _write_packages(runtime, source / "static" / "pyodide", names)
        (source / "files").mkdir()
        for each in shown:
            nbformat.write(_notebook(each), source / "files" / f"{each.stem}.ipynb")
        made = Path(folder) / "made"
        _run_jupyterlite(source, made)
        _write_start(made, shown)
        shutil.rmtree(out, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, out)
    return shown


def _runtime() -> Path:
    """Return the folder of the runtime; download it once."""
    folder = CACHE / PYODIDE
    if folder.is_dir():
        return folder
    CACHE.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=CACHE) as name:
        place = Path(name)
        words = ("npm", "pack", "--silent", f"pyodide@{PYODIDE}", "--pack-destination", name)
        _run("Python for the browser could not be downloaded", *words)
        (archive,) = place.glob("*.tgz")
        unpacked = place / "files"
        unpacked.mkdir()
        with tarfile.open(archive) as tar:
            for each in (*RUNTIME, LOCK):
                content = tar.extractfile(f"package/{each}")
                if content is None:
                    raise ValueError(f"Pyodide {PYODIDE} has no file {each}")
                (unpacked / each).write_bytes(content.read())
        unpacked.rename(folder)
    return folder


def _closure(roots: tuple[str, ...]) -> list[str]:
    """Return packages and all that they need in the browser, by name.

    Examples
    --------
    >>> {"ipywidgets", "comm", "traitlets"} <= set(_closure(("ipywidgets",)))
    True
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found or name in LEFT_OUT:
            continue
        found.add(name)
        waiting += [each.name for each in _needs(name)]
    return sorted(found)


def _needs(name: str) -> Iterator[Requirement]:
    """Yield what an installed package needs in the browser."""
    for need in map(Requirement, importlib.metadata.requires(name) or ()):
        if need.marker is None or need.marker.evaluate(BROWSER):
            yield need


def _shown(lessons: list[Path], names: list[str]) -> list[Shown]:
    """Return the lessons with the explorers that run with these packages alone."""
    read = [Lesson.read(path.with_suffix(".ipynb")) for path in lessons]
    found = {lesson.file.stem: list(pages(lesson)) for lesson in read}
    own = {canonicalize_name(each.name) for each in _needs("hcclab")}
    absent = [
        module
        for module, homes in importlib.metadata.packages_distributions().items()
        if {canonicalize_name(home) for home in homes} & (own - {*names})
    ]
    code = {page.name: page.code for each in found.values() for page in each}
    words = (sys.executable, "-m", "hcclab.authoring.browser_trial", *absent)
    copies = json.loads(_run("an explorer fails", *words, stdin=json.dumps(code)))
    kept = []
    for lesson in read:
        run = [page for page in found[lesson.file.stem] if page.name in copies]
        if run:
            kept.append(Shown(lesson, run, [copies[page.name] for page in run]))
    return kept


def _write_packages(runtime: Path, place: Path, names: list[str]) -> None:
    """Write the runtime with these packages, hcclab and the kernel as its only ones."""
    packages = {name: (importlib.metadata.version(name), dict(_contents(name))) for name in names}
    packages["hcclab"] = importlib.metadata.version("hcclab"), dict(_own_contents())
    for wheel in (_extension(KERNEL, TOOLS) / "static" / "pypi").glob("*.whl"):
        name, version, *_ = wheel.name.split("-")
        if (name := canonicalize_name(name)) in KERNEL_ASKS and name != "piplite":
            with ZipFile(wheel) as parts:
                packages[name] = version, {each: parts.read(each) for each in parts.namelist()}
    # The kernel would install these from elsewhere and does without them. It writes its settings
    # for installing into one module, which therefore has to exist.
    packages["piplite"] = "0", {"piplite/__init__.py": b"", "piplite/piplite.py": b""}
    for name in KERNEL_ASKS:
        packages.setdefault(name, ("0", {"README": b"left out"}))
    archives = {name: _archive(each) for name, (_, each) in packages.items()}
    archives[LIBRARY] = (runtime / LIBRARY).read_bytes()
    archives = _compiled(runtime, archives)
    shutil.copytree(runtime, place)
    (place / LIBRARY).write_bytes(archives[LIBRARY])
    lock = json.loads((place / LOCK).read_text("utf-8"))
    lock["packages"] = {}
    for name, (version, _) in packages.items():
        digest = hashlib.sha256(archives[name]).hexdigest()
        # The digest is in the name, so that a browser never takes an older file for this one.
        file = f"{name}-{version}-{digest[:8]}.zip"
        (place / file).write_bytes(archives[name])
        lock["packages"][name] = {
            "name": name,
            "version": version,
            "file_name": file,
            "sha256": digest,
            "install_dir": "site",
            "package_type": "package",
            "imports": [],
            "depends": [],
            "unvendored_tests": False,
        }
    (place / LOCK).write_text(json.dumps(lock, indent=1), encoding="utf-8")


def _compiled(runtime: Path, archives: dict[str, bytes]) -> dict[str, bytes]:
    """Return archives of Python as the runtime compiles them, each of them compiled once."""
    cache = CACHE / "compiled"
    cache.mkdir(exist_ok=True)
    places = {
        name: cache / f"{name}-{PYODIDE}-{hashlib.sha256(archive).hexdigest()}.zip"
        for name, archive in archives.items()
    }
    with TemporaryDirectory(dir=CACHE) as folder:
        words, made = [], []
        for name, place in places.items():
            if not place.exists():
                source = Path(folder) / f"{name}.zip"
                source.write_bytes(archives[name])
                made.append((source.with_suffix(".compiled"), place))
                words += [str(source), str(made[-1][0])]
        if words:
            with as_file(files("hcclab.authoring") / "lite_template" / "compile.mjs") as script:
                _run("Python could not be compiled", "node", str(script), str(runtime), *words)
        for compiled, place in made:
            compiled.replace(place)
    return {name: place.read_bytes() for name, place in places.items()}


def _run(
    trouble: str, *words: str, cwd: Path | None = None, stdin: str | None = None, **variables: str
) -> str:
    """Run a program and return what it says; what goes wrong is one sentence."""
    program = shutil.which(words[0])
    if program is None:
        raise ValueError(f"{trouble}: {words[0]} is not installed")
    done = subprocess.run(
        [program, *words[1:]],
        cwd=cwd,
        env=os.environ | variables,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"{trouble}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout


def _contents(name: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an installed package that a browser can use."""
    for file in importlib.metadata.files(name) or ():
        path = file.as_posix()
        if not path.startswith("../") and not path.endswith((".pyc", ".so", ".pyd")):
            yield path, Path(str(file.locate())).read_bytes()


def _own_contents() -> Iterator[tuple[str, bytes]]:
    with as_file(files("hcclab")) as package:
        for file in sorted(package.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                yield f"hcclab/{file.relative_to(package).as_posix()}", file.read_bytes()


def _archive(contents: dict[str, bytes]) -> bytes:
    """Return files as a zip archive, the same for the same files."""
    memory = BytesIO()
    with ZipFile(memory, "w", ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return memory.getvalue()


def _extension(name: str, prefix: Path = Path(sys.prefix)) -> Path:
    return prefix / "share" / "jupyter" / "labextensions" / name


def _notebook(shown: Shown) -> nbformat.NotebookNode:
    """Return the notebook of a lesson: a few words, then its explorers, which stand still yet."""
    head = (
        f"# {shown.title}\n\n**For education, not for patient care.** {shown.question}\n\n"
        "The pictures can be moved as soon as Python has started in your browser, within half a "
        "minute. Nothing you do leaves this page, and nothing is kept: a reload begins anew."
    )
    fixed = {"deletable": False, "editable": False}
    cells = [new_markdown_cell(head, id="about", metadata=fixed)]
    for number, (page, copy) in enumerate(zip(shown.pages, shown.copies, strict=True), start=1):
        html = re.sub(r"; run the cell [^)]*\)", "; wait for Python to start)", copy)
        cells.append(
            new_code_cell(
                page.code,
                id=f"explorer-{number}",
                metadata={**fixed, "jupyter": {"source_hidden": True}},
                outputs=[new_output("display_data", {"text/html": html})],
            )
        )
    kernel = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    notebook: nbformat.NotebookNode = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return notebook


def _run_jupyterlite(source: Path, out: Path) -> None:
    """Have JupyterLite make the site out of a folder of sources."""
    lock = json.loads((source / "static" / "pyodide" / LOCK).read_text("utf-8"))
    memory = ["memoryStorageDriver"]
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": list(lock["packages"]),
            # A file written in the browser is gone after a reload.
            "env": {"HCCLAB_PROGRESS": "off"},
        },
    }
    data: dict[str, Any] = {
        "appName": "hcclab",
        "exposeAppInBrowser": True,
        "showLoadingIndicator": True,
        "enableMemoryStorage": True,
        "contentsStorageDrivers": memory,
        "settingsStorageDrivers": memory,
        "workspacesStorageDrivers": memory,
        # It needs HTTPS, and it would keep files of an older course.
        "disabledExtensions": ["@jupyterlite/application-extension:service-worker-manager"],
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    extensions = [*map(_extension, EXTENSIONS), _extension(KERNEL, TOOLS)]
    config = {
        "apps": ["notebooks"],
        "output_dir": str(out),
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [*map(str, extensions)],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "no_libarchive": True,
    }
    lite = {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}
    (source / "jupyter-lite.json").write_text(json.dumps(lite), encoding="utf-8")
    # All pictures of a lesson stay drawn, also those that are not in sight.
    whole = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    (source / "overrides.json").write_text(json.dumps(whole), encoding="utf-8")
    (source / "jupyter_lite_config.json").write_text(
        json.dumps({"LiteBuildConfig": config}), encoding="utf-8"
    )
    words = (sys.executable, "-m", "jupyterlite_core", "build")
    _run("JupyterLite could not make the site", *words, cwd=source, PYTHONPATH=str(TOOLS))


def _write_start(out: Path, shown: list[Shown]) -> None:
    """Write the start page, and have each notebook run by itself."""
    items = []
    for each in shown:
        titles = dict.fromkeys(page.title for page in each.pages)
        shows = "".join(f"<li>{escape(title)}</li>" for title in titles)
        items.append(
            f'<li><a href="notebooks/index.html?path={each.stem}.ipynb">{escape(each.title)}</a>'
            f"<p>{escape(each.question)}</p><ul>{shows}</ul></li>"
        )
    with as_file(files("hcclab.authoring") / "lite_template") as template:
        start = (template / "index.html").read_text("utf-8").replace("LESSONS", "\n".join(items))
        (out / "index.html").write_text(start, encoding="utf-8", newline="\n")
        for name in (MARK, STYLE):
            shutil.copy(template / name, out / name)
    page = out / "notebooks" / "index.html"
    added = '<link rel="icon" href="./favicon.ico">'
    added += f'<link rel="stylesheet" href="../{STYLE}"><script src="../{MARK}"></script></head>'
    page.write_text(page.read_text("utf-8").replace("</head>", added), "utf-8")
