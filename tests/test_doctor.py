from __future__ import annotations

import sys
from collections import namedtuple

import psutil
import pytest

from hcclab.authoring import doctor
from hcclab.authoring.doctor import Finding, diagnose, report


def finding(name, lessons):
    return next(found for found in diagnose(lessons) if found.name == name)


@pytest.fixture
def no_kernel(monkeypatch):
    """Spare the second that starting a kernel takes."""
    monkeypatch.setattr(doctor, "_kernel", lambda: "not started")


@pytest.fixture
def lessons(tmp_path):
    (tmp_path / "02_staging.ipynb").write_text("{}")
    return tmp_path


def test_this_machine_can_run_the_lessons(lessons):
    findings = diagnose(lessons)

    assert [found for found in findings if not found.ok] == []
    assert [found.name for found in findings] == [
        "Python", "packages", "kernel", "widgets", "fonts", "memory", "disk", "lessons",
    ]  # fmt: skip
    assert report(findings).endswith("All 8 checks passed.")


def test_the_check_leaves_the_lessons_as_they_were(no_kernel, lessons):
    diagnose(lessons)

    assert [path.name for path in lessons.iterdir()] == ["02_staging.ipynb"]


def test_every_failure_says_how_to_mend_it(no_kernel, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(free=2e8))
    failed = [found for found in diagnose(tmp_path / "absent") if not found.ok]

    assert {found.name for found in failed} >= {"disk", "lessons"}
    assert all(found.detail and found.remedy for found in failed)
    assert report(failed).count("to mend: ") == len(failed)


def usage(free):
    return namedtuple("usage", "total used free")(1e12, 0, free)


def test_an_unsupported_python_is_named():
    with pytest.raises(
        doctor._CheckError, match=r"Python 3\.10\.4, but the lessons are tested on 3\.11"
    ):
        doctor._python((3, 10, 4))


def test_missing_and_outdated_packages_are_named(monkeypatch):
    wanted = ["pandas >=99", "no-such-package >=1", "numpy", 'absent ; extra == "dev"']
    monkeypatch.setattr(doctor.importlib.metadata, "requires", lambda name: wanted)

    with pytest.raises(
        doctor._CheckError, match=r"^pandas [\d.]+ is outside >=99; no-such-package is mis"
    ):
        doctor._packages()


def test_a_kernel_that_does_not_exist_is_a_finding(monkeypatch, lessons):
    kernel = doctor._kernel
    monkeypatch.setattr(doctor, "_kernel", lambda: kernel("no_such_kernel"))
    found = finding("kernel", lessons)

    assert not found.ok
    assert "no_such_kernel" in found.detail


def test_a_kernel_of_another_python_is_found(monkeypatch):
    monkeypatch.setattr(sys, "prefix", "/elsewhere")

    with pytest.raises(
        doctor._CheckError, match=r"kernel python3 runs the Python in .*, not the one in /else"
    ):
        doctor._kernel()


def test_a_missing_widget_extension_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    (tmp_path / "anywidget").mkdir()
    (tmp_path / "anywidget/package.json").write_text("{}")

    with pytest.raises(
        doctor._CheckError, match=r"^JupyterLab lacks @jupyter-widgets/jupyterlab-manager,"
    ):
        doctor._widgets()


def test_a_font_without_the_minus_sign_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "GLYPHS", "−\U0010fffd")

    with pytest.raises(doctor._CheckError, match="cannot draw \U0010fffd"):
        doctor._fonts()


@pytest.mark.parametrize(("total", "available"), [(1.9e9, 1.5e9), (8e9, 0.4e9)])
def test_too_little_memory_is_told_in_gb(monkeypatch, total, available):
    memory = namedtuple("memory", "total available")(total, available)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)

    with pytest.raises(
        doctor._CheckError, match=rf"^{total / 1e9} GB, {available / 1e9} GB of it free;"
    ):
        doctor._memory()


def test_a_folder_without_lessons_is_told_from_a_missing_one(no_kernel, tmp_path):
    assert "holds no lesson" in finding("lessons", tmp_path).detail
    assert "there is no folder" in finding("lessons", tmp_path / "absent").detail


def test_a_folder_that_cannot_be_written_to_is_found(no_kernel, monkeypatch, lessons):
    def refuse(**kwargs):
        raise PermissionError

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)

    assert "cannot be written to" in finding("lessons", lessons).detail


def test_the_report_counts_failures_and_shows_the_remedy():
    text = report([Finding("disk", True, "9 GB free"), Finding("fonts", False, "none", "add one")])

    assert text.splitlines() == [
        "ok     disk      9 GB free",
        "FAILS  fonts     none",
        "                 to mend: add one",
        "1 of 2 checks failed.",
    ]
