"""Class, CI, conda and Binder get one environment, and Binder reads what we mean."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tools import launch_links

ROOT = Path(__file__).parents[1]
FILES = ("pyproject.toml", "constraints.txt", "environment.yml", "binder")
TEACHING_STACK = {"jupyterlab", "ipywidgets", "pandas", "seaborn", "nbval", "jupytext"}
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}
CONDA_NAMES = {"matplotlib-base": "matplotlib", "jupyter_core": "jupyter-core"}
CONDA_ONLY = {"python", "pip"}
PIN = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][0-9a-z.+!]*( ; [^:/]+)?")
BOUND = r"[<>]=?[0-9.]+"
CONDA_SPEC = re.compile(rf"(?P<name>[a-z0-9_-]+)(?P<bounds>=[0-9.]+| {BOUND}(,{BOUND})*)?")


def drift(root: Path) -> list[str]:
    """Say in what the four descriptions of the environment disagree."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = requirements(project["dependencies"])
    extras = [need for group in project["optional-dependencies"].values() for need in group]
    lock = root / "constraints.txt"
    faults = [
        f"{line!r} is not a pin"
        for line in lock.read_text().split("\n")[:-1]
        if not PIN.fullmatch(line)
    ]
    if faults:
        return faults
    faults += [f"{name} is not a dependency" for name in TEACHING_STACK - wanted.keys()]
    faults += lock_faults(lock, {**requirements(extras), **wanted})
    faults += conda_faults(root / "environment.yml", wanted, project["requires-python"])
    faults += binder_faults(root, wanted)
    return faults


def requirements(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(need.name): need for need in map(Requirement, lines)}


def pins(path: Path, python: str, platform: str) -> dict[str, str]:
    """Read which version of each package a lock gives to one Python on one platform."""
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": platform,
        "os_name": PLATFORMS[platform],
    }
    needs = map(Requirement, path.read_text().splitlines())
    return {
        canonicalize_name(need.name): str(need.specifier).removeprefix("==")
        for need in needs
        if need.marker is None or need.marker.evaluate(environment)
    }


def lock_faults(path: Path, wanted: dict[str, Requirement]) -> list[str]:
    return [
        f"{path.name}: {name} is {locked.get(name, 'missing')} for Python {python} on {platform}, "
        f"but pyproject.toml asks for {need.specifier}"
        for python in PYTHONS
        for platform in PLATFORMS
        for locked in [pins(path, python, platform)]
        for name, need in wanted.items()
        if name not in locked or not need.specifier.contains(locked[name])
    ]


def conda_faults(path: Path, wanted: dict[str, Requirement], pythons: str) -> list[str]:
    environment = yaml.safe_load(path.read_text())
    bounds, faults = {}, []
    for spec in environment["dependencies"]:
        match = CONDA_SPEC.fullmatch(spec) if isinstance(spec, str) else None
        if match is None:
            faults.append(f"{path.name}: cannot read {spec!r}")
            continue
        name = CONDA_NAMES.get(match["name"], match["name"])
        bounds[name] = (match["bounds"] or "").strip()
    if environment["channels"] != ["conda-forge", "nodefaults"]:
        faults.append(f"{path.name}: channels are {environment['channels']}")
    if bounds.get("python", "").removeprefix("=") not in SpecifierSet(pythons):
        faults.append(f"{path.name}: python{bounds.get('python')} is outside {pythons}")
    faults += [f"{path.name}: lacks {name}" for name in wanted.keys() - bounds.keys()]
    faults += [
        f"{path.name}: {name} {found} is not what pyproject.toml asks for"
        for name, found in bounds.items()
        if name not in CONDA_ONLY
        and (name not in wanted or SpecifierSet(found) != wanted[name].specifier)
    ]
    return faults


def binder_faults(root: Path, wanted: dict[str, Requirement]) -> list[str]:
    python = (root / "binder/runtime.txt").read_text().strip().removeprefix("python-")
    faults = []
    if (
        f"python={python}"
        not in yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    ):
        faults.append(f"binder has Python {python}, environment.yml another")
    binder = pins(root / "binder/requirements.txt", python, "linux")
    lock = pins(root / "constraints.txt", python, "linux")
    faults += [f"binder: lacks {name}" for name in wanted.keys() - binder.keys()]
    faults += [
        f"binder: {name} is {version}, the lock has {lock.get(name, 'none')}"
        for name, version in binder.items()
        if lock.get(name) != version
    ]
    return faults


def copy_of_environment(folder: Path) -> Path:
    for name in FILES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def test_class_ci_conda_and_binder_agree():
    assert drift(ROOT) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("pyproject.toml", '  "seaborn >=0.13.2,<0.14",', "", "seaborn is not a dependency"),
        ("pyproject.toml", "pandas >=2.2,<4", "pandas >=99", "but pyproject.toml asks for >=99"),
        ("pyproject.toml", '  "ruff >=0.12",', '  "absent >=1",', "absent is missing"),
        ("constraints.txt", "\nnbval==", "\nnbval==9", "nbval is 9"),
        ("constraints.txt", "\njupytext==", "\njupytext>=", "is not a pin"),
        ("constraints.txt", "anyio==", "--index-url https://index\nanyio==", "is not a pin"),
        ("constraints.txt", "python_full_version >= '3.12'", "python_full_version >= '3.13'",
         "missing for Python 3.12"),
        ("environment.yml", "  - polars >=1.30,<3\n", "", "environment.yml: lacks polars"),
        ("environment.yml", "ipywidgets >=8.1,<9", "ipywidgets >=8", "ipywidgets >=8 is not"),
        ("environment.yml", "ipywidgets >=8.1", "ipywidgets >>=8.1", "cannot read"),
        ("environment.yml", "  - pip\n", "  - pip\n  - pip: [extra]\n", "cannot read"),
        ("environment.yml", "  - nodefaults\n", "", "channels are"),
        ("environment.yml", "python=3.12", "python=3.14", "python=3.14 is outside"),
        ("binder/runtime.txt", "3.12", "3.13", "binder has Python 3.13"),
        ("binder/requirements.txt", "\nnarwhals==", "\nnarwhals==9", "binder: narwhals is 9"),
        ("binder/requirements.txt", "\nnbval==", "\nabsent==", "binder: lacks nbval"),
    ],
)  # fmt: skip
def test_drift_is_named(tmp_path, file, old, new, complaint):
    path = copy_of_environment(tmp_path) / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))

    assert complaint in "\n".join(drift(tmp_path))


def test_every_package_that_the_code_imports_is_a_dependency():
    """One that is only brought along by another package may be gone after an upgrade."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    imported = {
        name.split(".")[0]
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else names(node))
    }
    distributions = importlib.metadata.packages_distributions()
    needed = {
        canonicalize_name(distributions.get(name, [name])[0])
        for name in imported - sys.stdlib_module_names - {"hcclab"}
    }

    assert needed - requirements(project["dependencies"]).keys() == set()


def names(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]


def test_every_installed_dependency_is_the_locked_one():
    """What is missing from the lock would be installed in its newest version, whatever that is."""
    lock = pins(ROOT / "constraints.txt", f"3.{sys.version_info.minor}", sys.platform)
    installed = closure("hcclab", {"", "dev"})

    assert {name: importlib.metadata.version(name) for name in installed} == {
        name: lock.get(name) for name in installed
    }


def test_binder_locks_everything_that_the_lessons_import():
    binder = pins(ROOT / "binder/requirements.txt", "3.12", "linux")
    lock = pins(ROOT / "constraints.txt", "3.12", "linux")
    needed = closure("hcclab", {""}) & lock.keys()  # not what only this Python or platform needs

    assert needed - binder.keys() == set()


def closure(root: str, extras: set[str]) -> set[str]:
    """Collect the names of all packages that are installed for ``root``, itself left out."""
    found: set[str] = set()
    waiting = [(root, extras)]
    while waiting:
        name, wanted_extras = waiting.pop()
        for need in map(Requirement, importlib.metadata.requires(name) or ()):
            if need.marker and not any(need.marker.evaluate({"extra": e}) for e in wanted_extras):
                continue
            dependency = canonicalize_name(need.name)
            if dependency not in found:
                found.add(dependency)
                waiting.append((dependency, {"", *need.extras}))
    return found


def test_binder_reads_what_we_mean(tmp_path):
    """repo2docker prints the image it would build, without building it."""
    copy_of_environment(tmp_path)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    printed = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    plan = printed.stdout + printed.stderr

    assert "Building conda environment for python=3.12" in plan
    install = plan.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    whole_repository = plan.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    own_package = plan.index("RUN ./binder/postBuild")
    assert install < whole_repository < own_package, "an edited lesson would reinstall everything"
    assert os.access(tmp_path / "binder/postBuild", os.X_OK)


def test_each_lesson_has_a_launch_link_that_opens_it_from_the_newest_lessons():
    repository = "OWNER/hcclab"
    page = (ROOT / "docs/binder.md").read_text(encoding="utf-8")
    assert page == launch_links.page(repository), (
        "the lessons have changed: python tools/launch_links.py > docs/binder.md"
    )
    for lesson in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"):
        link = launch_links.link(repository, lesson.stem)
        assert f"[{lesson.stem}]({link})" in page
        address = urlsplit(link)
        assert address.path == f"/v2/gh/{repository}/binder"
        pull, _, question = dict(parse_qsl(address.query))["urlpath"].partition("?")
        assert pull == "git-pull"
        asked = dict(parse_qsl(question))
        assert asked["repo"].endswith(repository) and asked["branch"] == "main"
        assert asked["urlpath"] == f"lab/tree/{asked['targetpath']}/notebooks/{lesson.name}"


def test_a_class_has_links_of_its_own():
    page = launch_links.page("ann/lessons", "https://hub.example/")

    assert "(https://hub.example/hub/user-redirect/git-pull?repo=" in page
    assert "mybinder" not in page


def test_a_python_that_does_not_fit_is_refused_in_one_sentence(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "share").mkdir()
    answer = subprocess.run(
        ["make", "lab", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    assert answer.returncode != 0
    assert answer.stderr.startswith("hcclab needs Python 3.11, 3.12 or 3.13, and none of these")
    assert not (tmp_path / ".venv").exists()


def test_citation_and_project_name_the_same_version_and_licence():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert (citation["version"], citation["license"]) == (project["version"], project["license"])


def test_jupyterlab_asks_no_news_server():
    """The package puts this file where JupyterLab reads it; without it a class meets a pop-up."""
    assert (Path(sys.prefix) / "share/jupyter/lab/settings/overrides.d/hcclab.json").is_file()
