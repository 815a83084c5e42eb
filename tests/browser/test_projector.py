"""Explorers on the projector: a clean page each, without a network, gone when closed."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.projector import command, environment, write
from tests.browser.jupyterlab import ExplorerView, free_port

SECONDS = 60
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@dataclass
class Server:
    address: str
    process: subprocess.Popen[bytes]

    def kernels(self) -> int:
        """Count the kernels that run for its pages."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return sum(map(is_kernel, children))


def is_kernel(process: psutil.Process) -> bool:
    try:
        return "ipykernel_launcher" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


@pytest.fixture(scope="module")
def projector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the explorers of two lessons; kernels end sooner than in a lecture."""
    folder = tmp_path_factory.mktemp("projector")
    names = ("02_staging", "13_reading_critically")
    write([Lesson.read(NOTEBOOKS / f"{name}.ipynb") for name in names], folder)
    port = free_port()
    words = command(folder, "--no-browser", f"--port={port}", idle_seconds=10)
    home = str(tmp_path_factory.mktemp("home"))
    homes = dict.fromkeys(("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"), home)
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            words, env=environment(folder) | homes, stdout=log, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}/"
    try:
        last = time.monotonic() + SECONDS
        while not answers(address):
            assert server.poll() is None and time.monotonic() < last, (folder / "log").read_text()
            time.sleep(0.1)
        yield Server(address, server)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(SECONDS * 1000)
    yield page
    page.close()


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


def test_an_explorer_opens_alone_from_the_start_page_and_moves(
    projector: Server, page: Page
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    address = projector.address
    inside = (address, address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(inside) else wrong.append(r.url))

    page.goto(address)
    expect(page.get_by_role("heading", name="Staging: which change counts?")).to_be_visible()
    page.get_by_role("link", name="Size, number and stage").press("Enter")
    root = page.locator(".hcclab-explorer")
    expect(root).to_be_visible(timeout=SECONDS * 1000)
    expect(root).to_have_count(1)
    explorer = ExplorerView(root)
    explorer.move(explorer.sliders[0])
    assert explorer.alerts == []
    assert page.locator(".highlight").count() == 0  # no code
    box = root.bounding_box()
    assert box is not None
    assert box["y"] < 40 and box["width"] > 1200  # nothing above it, and the whole width
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert wrong == []


def test_a_page_that_needs_more_of_its_lesson_has_it(projector: Server, page: Page) -> None:
    page.goto(projector.address)
    page.get_by_role("link", name="Two rules on one axis").first.click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Johnson 2015", timeout=SECONDS * 1000)


def test_a_kernel_ends_after_its_page_is_closed(projector: Server, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{projector.address}voila/render/02_staging-2.ipynb")
    expect(page.locator(".hcclab-explorer")).to_be_visible(timeout=SECONDS * 1000)
    assert projector.kernels() > 0
    page.close()
    last = time.monotonic() + 90
    while projector.kernels() and time.monotonic() < last:
        time.sleep(0.5)
    assert projector.kernels() == 0
