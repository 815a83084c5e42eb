"""A student opens the student edition, runs it, answers and saves: no answer is in the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hcclab.authoring.student import write_student_edition
from hcclab.authoring.workspace import start
from tests.browser.jupyterlab import JupyterLab, Notebook

ROOT = Path(__file__).parents[2]
STEM = "03_albi"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    write_student_edition(tmp_path / "edition", [ROOT / "notebooks" / f"{STEM}.ipynb"])
    start(tmp_path / "mine", tmp_path / "edition")
    return tmp_path / "mine"


def test_the_lesson_runs_and_the_saved_file_holds_no_answer(
    workspace: Path, browser: Browser, tmp_path: Path
) -> None:
    with (
        JupyterLab(workspace, tmp_path / "home") as lab,
        Notebook(lab, browser, f"{STEM}.ipynb") as notebook,
    ):
        assert "from hcclab.teaching import unseal" in str(notebook.cells())
        notebook.run_all()
        assert notebook.failures() == []
        assert notebook.complaints == []
        page = notebook.page
        question = page.get_by_role("group", name=re.compile("Ana and Ben have the same five"))
        question.get_by_label("How old they are").check()
        question.get_by_role("button", name="Check").click()
        expect(question).to_contain_text("Age is not a liver test")
        notebook.screenshot("student_edition", question)
        page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
        page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    saved = (workspace / f"{STEM}.ipynb").read_text(encoding="utf-8")
    assert "Not answered yet" in saved
    for secret in ("A box has one number", "-0.085 * 44", "<summary>Answer", "<summary>Solution"):
        assert secret not in saved
