"""The course with no server: in a browser that reaches nothing else, Python runs and answers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import metadata, version
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from axe_playwright_python.sync_playwright import Axe
from packaging.specifiers import SpecifierSet
from playwright.sync_api import Browser, Locator, Page, expect

from hcclab.authoring import lite, projector
from hcclab.authoring.browser_trial import still_copy
from hcclab.cli import main
from hcclab.explorers.tumour_board import TumourBoard
from tests.browser.jupyterlab import ExplorerView
from tests.browser.lite import SECONDS_TO_START, LiteSite, open_lesson

needs_npm = pytest.mark.skipif(
    shutil.which("npm") is None and "CI" not in os.environ,
    reason="the runtime comes from npm, which is not installed",
)


RUN_TOO = """codes => {
  const { commands, shell } = window.jupyterapp, notebook = shell.currentWidget.content;
  const cells = codes.map((source) => ({ cell_type: "code", source, metadata: {} }));
  notebook.model.sharedModel.insertCells(notebook.widgets.length, cells);
  return commands.execute("notebook:run-all-cells");
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiteSite]:
    with LiteSite(tmp_path_factory.mktemp("lite")) as site:
        yield site


@pytest.fixture
def page(site: LiteSite, browser: Browser) -> Iterator[Page]:
    """A window that reaches this site only; whatever goes wrong in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(SECONDS_TO_START * 1000)
    wrong: list[str] = []
    context.route(
        lambda url: not url.startswith((site.address, "data:", "blob:")),
        lambda route: (wrong.append(f"outside: {route.request.url}"), route.abort())[1],
    )
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type == "error" else None)
    site.missing.clear()
    page.goto(site.address)
    yield page
    context.close()
    assert [*wrong, *site.missing] == []


def words(text: str) -> str:
    return " ".join(text.split())


@needs_npm
def test_the_start_page_has_what_runs_and_fits_a_phone(page: Page, site: LiteSite) -> None:
    for stem in ("01_diagnosis", "02_staging", "03_albi", "14_tumour_board"):
        assert stem in site.lessons
    for lesson in site.lessons.values():
        expect(page.get_by_role("link", name=lesson.title)).to_be_visible()
        for each in lesson.pages:
            expect(page.get_by_text(each.title, exact=True).first).to_be_visible()
    expect(page.get_by_text("For education, not for patient care.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert Axe().run(page).response["violations"] == []


@needs_npm
def test_explorers_answer_as_they_do_on_a_server_and_a_reload_begins_anew(
    page: Page, site: LiteSite
) -> None:
    """Those of four lessons in one notebook, since to start Python takes most of the time."""
    stems = ("02_staging", "01_diagnosis", "03_albi", "14_tumour_board")
    lessons = [site.lessons[stem] for stem in stems]
    open_lesson(page, lessons[0])
    page.evaluate(RUN_TOO, [each.code for lesson in lessons[1:] for each in lesson.pages])
    shown = [each for lesson in lessons for each in lesson.pages]
    alive = page.locator(".hcclab-explorer")
    expect(alive).to_have_count(len(shown), timeout=SECONDS_TO_START * 1000)
    *roots, board = alive.all()
    for root, each in zip(roots, shown[:-1], strict=True):
        assert_it_answers(root, each)
    assert_the_board_answers(board)
    page.set_viewport_size({"width": 390, "height": 844})
    box = board.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    expect(page.get_by_role("paragraph").filter(has_text="nothing is kept")).to_be_attached()
    page.reload()
    still = page.get_by_text("wait for Python to start").first
    expect(still).to_be_visible(timeout=SECONDS_TO_START * 1000)


def assert_it_answers(root: Locator, shown: projector.Page) -> None:
    """Move its first control to the end, here and there."""
    names: dict[str, Any] = {}
    *before, last = shown.code.splitlines()
    exec("\n".join([*before, f"explorer = {last}"]), names)
    explorer, view = names["explorer"], ExplorerView(root)
    assert view.title == explorer.title == shown.title
    assert words(view.summary) == words(explorer.summary)
    name, control = next(iter(explorer.controls.items()))
    if view.sliders and hasattr(control, "max"):
        view.sliders[0].press("End")
        expected = explorer.set(**{name: control.max})
    else:
        root.locator(".hcclab-controls select").first.select_option(index=1)
        control.index = 1
        expected = explorer.summary
    expect(view.sentence).to_have_text(words(expected))
    assert view.alerts == []


def assert_the_board_answers(root: Locator) -> None:
    """Commit to the first answer of each question."""
    board = TumourBoard("c01")
    panels = root.locator(".widget-radio-box")
    expect(panels).to_have_count(len(board.board.asking))
    for panel in panels.all():
        panel.get_by_role("radio").first.check()
    root.get_by_role("button", name="Commit and reveal").click()
    expected = board.answer(
        **{question.name: next(iter(question.options)) for question in board.board.asking}
    )
    expect(root.locator(".hcclab-board-sentence")).to_have_text(words(expected))


@needs_npm
def test_the_runtime_is_a_python_that_hcclab_is_tested_on_with_the_packages_of_the_class(
    site: LiteSite,
) -> None:
    lock = json.loads((site.files / "static/pyodide/pyodide-lock.json").read_text("utf-8"))
    assert lock["info"]["python"] in SpecifierSet(metadata("hcclab")["Requires-Python"])
    for name in ("hcclab", "ipywidgets", "anywidget", "ipython", "comm"):
        assert lock["packages"][name]["version"] == version(name)
    assert not {"numpy", "pandas", "polars", "scipy", "matplotlib"} & lock["packages"].keys()
    for archive in (site.files / "static/pyodide").glob("*.zip"):
        with ZipFile(archive) as parts:
            text = [name for name in parts.namelist() if name.endswith(".py")]
        assert text == [], f"{archive.name} is compiled anew at each start"


def test_a_page_is_left_out_when_it_or_a_control_asks_for_what_is_not_there() -> None:
    lazy = """
import ipywidgets
from hcclab.explorers.base import Explorer, View

class Lazy(Explorer):
    title = "Lazy"
    def __init__(self):
        super().__init__(side=ipywidgets.IntSlider(3, 0, 9, description="Side (cm)"))
    def view(self, side):
        if side == 9:
            import no_such_package
        return View(f"{side} cm", "<p>■</p>")

Lazy()"""
    assert still_copy(lazy) is None
    assert "3 cm" in (still_copy(lazy.replace("== 9", "== 10")) or "")


def test_a_folder_with_other_things_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.html").write_text("mine")
    assert main(["lite", str(tmp_path)]) == 2
    assert "name a new folder" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.html"]


def test_without_npm_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lite, "CACHE", tmp_path / "cache")
    monkeypatch.setenv("PATH", "")
    assert main(["lite", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.endswith("Python for the browser could not be downloaded: npm is not installed\n")
    assert not (tmp_path / "out").exists()
