"""The course with no server: how soon it can be used, and how soon a moved slider shows."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect

from tests.benchmarks.figures import Figure
from tests.benchmarks.sliders import PRESSES
from tests.browser.jupyterlab import ExplorerView, chromium
from tests.browser.lite import SECONDS_TO_START, LiteSite, open_lesson

STEM = "03_albi"


def measure() -> Iterator[Figure]:
    """From the click on a lesson to its first widget, and from key press to changed picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LiteSite(Path(folder)) as site,
        chromium() as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        lesson = site.lessons[STEM]
        page.goto(site.address)
        begin = time.perf_counter()
        page.get_by_role("link", name=lesson.title).click()
        first = page.locator(".hcclab-explorer").first
        expect(first).to_be_visible(timeout=SECONDS_TO_START * 1000)
        seconds = time.perf_counter() - begin
        yield Figure(f"no server: from click to first widget, `{STEM}`", 15, seconds, "s")
        page.goto(site.address)
        times = ExplorerView(open_lesson(page, lesson)[0]).latencies(PRESSES)
        yield Figure(
            f"no server: key press to picture, `{STEM}`, median", 60, statistics.median(times), "ms"
        )
