"""Every lesson, as a learner with a keyboard and a screen reader meets it in JupyterLab."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.jupyterlab import JupyterLab, Notebook

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


def last_said(cells: list[dict[str, Any]]) -> set[str]:
    """What each explorer said that code moved last in a cell of nothing but such moves."""
    said: dict[str, str] = {}
    for cell in cells:
        source = "".join(cell["source"]).strip()
        for name in re.findall(r"(\w+)\.set\(", source):
            said.pop(name, None)
        moves = [re.fullmatch(r"print\((\w+)\.set\(.*\)\)", line) for line in source.split("\n")]
        if not all(moves):
            continue
        printed = "".join("".join(each.get("text", "")) for each in cell["outputs"]).split("\n")
        said |= {move[1]: line.strip() for move, line in zip(moves, printed, strict=False) if move}
    return set(said.values())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_and_can_be_used_by_keyboard(
    lesson: Path, lab: JupyterLab, browser: Browser
) -> None:
    with Notebook(lab, browser, lesson.name) as notebook:
        notebook.run_all()
        notebook.screenshot(lesson.stem)
        assert notebook.failures() == []
        said, shown = last_said(notebook.cells()), set()
        for place, explorer in enumerate(notebook.explorers(), start=1):
            if said:
                shown.add((explorer.sentence.text_content() or "").strip())
            for control in explorer.controls:
                expect(control).to_have_accessible_name(re.compile(r"\S"))
            assert all(explorer.tab_through()), f"{explorer.title}: Tab misses a control"
            for slider in explorer.sliders[:1]:
                explorer.move(slider)
            assert explorer.alerts == []
            notebook.screenshot(f"{lesson.stem}-explorer-{place}", explorer.root)
        assert said <= shown, "the browser undid what a cell had set"
        assert notebook.axe() == []
        assert notebook.complaints == []
