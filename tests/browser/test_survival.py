"""Power cut: what the learner did is there again."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.jupyterlab import JupyterLab, Notebook, mortal_chromium

ROOT = Path(__file__).parents[2]
LESSON = "00_start_here.ipynb"
SECONDS_TO_SAVE = 60
"""Five on a machine that has nothing else to do."""


def write_a_note(page: Page, note: str) -> None:
    """Add a line to the cell of the exercise, and leave it like that: not run, not saved."""
    cell = page.locator(".jp-CodeCell").filter(has_text="replace the three dots")
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(f"\n# {note}")


def wait_until_saved(page: Page, file: Path, words: str) -> None:
    """Wait, without a click or a key, until the notebook has saved itself."""
    for _ in range(SECONDS_TO_SAVE):
        if words in file.read_text(encoding="utf-8"):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{file.name} has not saved itself within {SECONDS_TO_SAVE} s")


def test_kernel_server_and_browser_are_killed_and_nothing_is_lost(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HCCLAB_PROGRESS")  # as a learner has it: in the home folder
    folder, home = tmp_path / "notebooks", tmp_path / "home"
    folder.mkdir()
    shutil.copy(ROOT / "notebooks" / LESSON, folder)

    with (
        JupyterLab(folder, home) as lab,
        mortal_chromium(browser, tmp_path / "profile") as (chromium, processes),
    ):
        notebook = Notebook(lab, chromium, LESSON)
        notebook.run_all()
        page = notebook.page
        question = page.get_by_role("group", name="how many times as much tumour is there?")
        question.get_by_label("8 times").check()
        question.get_by_role("button", name="Check").click()
        expect(question).to_contain_text("✓ Right: Twice as wide")
        write_a_note(page, "My own thought.")
        wait_until_saved(page, folder / LESSON, "My own thought.")
        for kernel in psutil.Process(lab.process.pid).children():
            kernel.kill()
        lab.process.kill()
        os.killpg(processes, signal.SIGKILL)

    with JupyterLab(folder, home) as lab, Notebook(lab, browser, LESSON) as notebook:
        assert any("# My own thought." in "".join(cell["source"]) for cell in notebook.cells())
        notebook.run_all()
        assert notebook.failures() == []
        expect(notebook.page.get_by_label("8 times")).to_be_checked()
        expect(notebook.page.get_by_text("✓ Right: Twice as wide")).to_be_visible()
