"""Every lesson, as a learner with a keyboard and a screen reader meets it in JupyterLab."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.jupyterlab import JupyterLab, Notebook

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_runs_and_can_be_used_by_keyboard(
    lesson: Path, lab: JupyterLab, browser: Browser
) -> None:
    with Notebook(lab, browser, lesson.name) as notebook:
        notebook.run_all()
        notebook.screenshot(lesson.stem)
        assert notebook.failures() == []
        for place, explorer in enumerate(notebook.explorers(), start=1):
            for control in explorer.controls:
                expect(control).to_have_accessible_name(re.compile(r"\S"))
            assert all(explorer.tab_through()), f"{explorer.title}: Tab misses a control"
            for slider in explorer.sliders[:1]:
                explorer.move(slider)
            assert explorer.alerts == []
            notebook.screenshot(f"{lesson.stem}-explorer-{place}", explorer.root)
        assert notebook.axe() == []
        assert notebook.complaints == []
