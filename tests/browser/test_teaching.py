"""Quizzes, exercises and the glossary in JupyterLab and in Voila, by keyboard and offline."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from hcclab.teaching.glossary import with_titles
from tests.browser.jupyterlab import JupyterLab, Notebook, free_port

QUESTIONS = """
from hcclab.teaching import *

task = Exercise("What is 1 + 1?", 2, hints=["Count."], solution="2", name="03_albi/task")
quiz = Quiz(
    Choice("Which base?", ["10", "e"], 10, ["Yes.", "No."], hints=["Not e."]),
    Multiple("Which items?", ["albumin", "INR"], ["albumin"], ["In it.", "Not in it."]),
    Number("1 mg/dL of bilirubin?", 17.1, tolerance=0.1, unit="µmol/L"),
    Order("Which order?", ["see", "judge", "act"], "Look first."),
    name="03_albi/demo",
)
"""


def write(path: Path, *, record: Path | None = None) -> Path:
    """Write a small lesson with each kind of question, whose answers may be kept."""
    v4 = nbformat.v4
    keep = f'import os\n\nos.environ["HCCLAB_PROGRESS"] = {str(record)!r}\n' if record else ""
    cells = [
        v4.new_markdown_cell(with_titles("# Demonstration\n\nAfter [TACE](glossary.md).")),
        v4.new_code_cell(keep + QUESTIONS),
        v4.new_code_cell("quiz"),
        v4.new_code_cell("task"),
        v4.new_code_cell("task.check(3)"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


def part(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=re.compile(rf"^{number}\."))


def answer_by_keyboard(page: Page) -> None:
    """Answer all four questions without a mouse: one wrong, three right."""
    question = part(page, 1)
    question.get_by_label("10", exact=True).focus()
    page.keyboard.press("ArrowDown")
    question.get_by_role("button", name="Check").press("Enter")
    expect(question.get_by_role("status").filter(has_text="✗ Wrong: No.")).to_be_visible()
    question.get_by_role("button", name="Hint").press("Enter")
    expect(question).to_contain_text("Hint 1: Not e.")
    question.get_by_role("button", name="Show the answer").press("Enter")
    expect(question).to_contain_text("✓ 10")

    question = part(page, 2)
    question.get_by_label("albumin").press("Space")
    question.get_by_role("button", name="Check").press("Enter")
    expect(question).to_contain_text("✓ Right: albumin: In it.")

    question = part(page, 3)
    question.get_by_label("Answer in µmol/L").fill("17.1")
    page.keyboard.press("Enter")
    expect(question).to_contain_text("✓ Right: 17.1 µmol/L.")

    question = part(page, 4)
    for place, step in enumerate(["see", "judge", "act"], start=1):
        question.get_by_label(step).focus()
        page.keyboard.press(str(place))
    question.get_by_role("button", name="Check").press("Enter")
    expect(question).to_contain_text("✓ Right: Look first.")
    expect(page.get_by_text("3 of 4 right")).to_be_visible()


def test_in_jupyterlab_answers_outlive_the_kernel(
    lab: JupyterLab, browser: Browser, tmp_path: Path
) -> None:
    lesson = write(lab.folder / "teaching.ipynb", record=tmp_path / "record.jsonl")
    with Notebook(lab, browser, lesson.name) as notebook:
        page = notebook.page
        notebook.run_all()
        expect(page.get_by_role("button", name="Show solution")).to_be_visible()
        answer_by_keyboard(page)
        assert notebook.axe() == []
        page.evaluate(
            "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
        )
        notebook.run_all()
        expect(page.get_by_text("3 of 4 right")).to_be_visible()
        expect(part(page, 1).get_by_label("e", exact=True)).to_be_checked()
        expect(part(page, 4)).to_contain_text("✓ Right: Look first.")
        assert notebook.failures() == []
        assert notebook.complaints == []


def test_a_term_shows_its_definition_and_opens_the_rendered_glossary_at_its_place(
    lab: JupyterLab, browser: Browser
) -> None:
    lesson = write(lab.folder / "terms.ipynb")
    with Notebook(lab, browser, lesson.name) as notebook:
        page = notebook.page
        term = page.get_by_role("link", name="TACE")
        expect(term).to_have_attribute("title", re.compile("^Transarterial chemoembolisation: "))
        term.press("Enter")
        entry = page.locator(".jp-MarkdownViewer p").filter(has_text="(TACE, chemoembolisation)")
        expect(entry).to_be_in_viewport()
        page.evaluate("window.jupyterapp.commands.execute('application:close')")
        page.wait_for_function(
            "window.jupyterapp.shell.currentWidget?.context?.path === 'terms.ipynb'"
        )


@pytest.fixture
def voila(tmp_path: Path) -> Iterator[str]:
    """Serve the small lesson in Voila; yield its address."""
    lesson, port = write(tmp_path / "demo.ipynb"), free_port()
    names = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    command = [sys.executable, "-m", "voila", str(lesson), "--no-browser"]
    command += ["--Voila.ip=127.0.0.1", f"--port={port}"]
    address = f"http://127.0.0.1:{port}/"
    with subprocess.Popen(
        command,
        env=os.environ | dict.fromkeys(names, str(tmp_path)) | {"JUPYTER_PREFER_ENV_PATH": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for(f"{address}voila/static/main.js", server)
            yield address
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert server.poll() is None, "Voila ended"
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("Voila did not answer within 60 s")


def test_in_voila_every_question_can_be_answered(voila: str, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # Voila's own page asks for fonts and mathematics elsewhere; a lesson must do without them.
    page.route(lambda url: not url.startswith(voila), lambda route: route.abort())
    page.goto(voila)
    expect(part(page, 4)).to_be_visible()
    expect(page.get_by_role("button", name="Show solution")).to_be_visible()
    answer_by_keyboard(page)
    found = Axe().run(page, context={"include": [[".hcclab-teaching"]]}).response["violations"]
    assert [fault["id"] for fault in found] == []
    assert complaints == []
    page.close()
