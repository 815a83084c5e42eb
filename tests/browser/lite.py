"""The course with no server, on a web server of the tests that hands out files and no more."""

from __future__ import annotations

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Locator, Page, expect

from hcclab.authoring.lite import Shown, build
from hcclab.authoring.pairs import find_lessons

LESSONS = find_lessons(Path(__file__).parents[2] / "notebooks")
SECONDS_TO_START = 180


class LiteSite:
    """The site of all lessons, in a folder of its server as on GitHub Pages.

    Parameters
    ----------
    folder
        Where it is built.

    Attributes
    ----------
    lessons
        The lessons with an explorer in it, by stem.
    missing
        Paths that a browser asked for and that are not there.
    """

    def __init__(self, folder: Path) -> None:
        self.files = folder / "course"
        self.lessons = {each.stem: each for each in build(LESSONS, self.files)}
        self.missing: list[str] = []
        missing = self.missing

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def log_error(self, *_: Any) -> None:
                missing.append(self.path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
        self.address = f"http://127.0.0.1:{self.server.server_port}/course/"

    def __enter__(self) -> LiteSite:
        Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def open_lesson(page: Page, lesson: Shown) -> list[Locator]:
    """Follow the link of a lesson and wait until all its explorers are alive."""
    page.get_by_role("link", name=lesson.title).click()
    alive = page.locator(".hcclab-explorer")
    expect(alive).to_have_count(len(lesson.pages), timeout=SECONDS_TO_START * 1000)
    return alive.all()
