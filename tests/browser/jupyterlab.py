"""Drive lessons in a real JupyterLab in a real browser, as a learner with a keyboard does."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeout

ARTEFACTS = Path(__file__).parent / "artefacts"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the network is cut
]
CONTROLS = ".hcclab-controls :is(.noUi-handle, .widget-readout, select, input, textarea, button)"
WIDGETS = ".jp-OutputArea-output .jupyter-widgets"
SECONDS_TO_START = 60
SECONDS_TO_RUN = 240
# anywidget's alarm, two seconds after a widget was made: a busy machine is enough to set it off. A
# guard that did not start is noticed by the names that its controls then lack.
ALARM = "[anywidget] Failed to initialize model."


class JupyterLab:
    """A JupyterLab server of its own: free port, fresh home, no outside requests.

    Parameters
    ----------
    folder
        What the server shows; notebooks are changed in place, so give it a copy.
    home
        A folder for settings, run-time files and the log; empty, or left by a server before.
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.token = secrets.token_hex(16)

    def __enter__(self) -> JupyterLab:
        settings = self.home / "lab" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "notification.jupyterlab-settings").write_text(
            json.dumps({"fetchNews": "false", "checkForUpdates": False})
        )
        self.port = free_port()
        self.log = (self.home / "server.log").open("w")
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyterlab",
                "--no-browser",
                "--allow-root",
                f"--ServerApp.root_dir={self.folder}",
                "--ServerApp.ip=127.0.0.1",
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={self.token}",
                "--LabApp.expose_app_in_browser=True",
            ],
            env=self._environment(),
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}/{path}?token={self.token}"

    def _environment(self) -> dict[str, str]:
        home = str(self.home)
        names = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
        return {
            **os.environ,
            **dict.fromkeys(names, home),
            "JUPYTER_RUNTIME_DIR": f"{home}/runtime",
            "JUPYTERLAB_SETTINGS_DIR": f"{home}/lab",
            "JUPYTERLAB_WORKSPACES_DIR": f"{home}/workspaces",
            # The kernel is the Python that runs these tests, whatever else is installed.
            "JUPYTER_PREFER_ENV_PATH": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def _wait_until_it_answers(self) -> None:
        last = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < last and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url("api/status"), timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        tail = (self.home / "server.log").read_text()[-2000:]
        raise RuntimeError(f"JupyterLab did not answer within {SECONDS_TO_START} s:\n{tail}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium without a display."""
    found = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@contextmanager
def mortal_chromium(browser: Browser, profile: Path) -> Iterator[tuple[Browser, int]]:
    """Start a second Chromium, and give the group of its processes, which can be killed."""
    words = [*CHROMIUM_ARGS, "--remote-debugging-port=0", f"--user-data-dir={profile}"]
    process = subprocess.Popen(
        [_chromium(), *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stderr is not None
        found = (re.search(r"listening on (ws://\S+)", line) for line in process.stderr)
        address = next(match for match in found if match)[1]
        yield browser.browser_type.connect_over_cdp(address), process.pid
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise FileNotFoundError(
            "Chromium is missing, and lessons are tested in a real browser: install it, on Debian "
            "or Ubuntu with `apt-get install chromium`"
        )
    return found


class Notebook:
    """One notebook open in a tab of its own.

    Attributes
    ----------
    page
        The Playwright page, for what this class has no word for.
    complaints
        Errors of the browser's console, uncaught errors of scripts, failed requests, and requests
        to other machines (a lesson needs no network).
    """

    def __init__(self, lab: JupyterLab, browser: Browser, path: str) -> None:
        self.path = path
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.set_default_timeout(60_000)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_script_error)
        self.page.on("requestfailed", lambda r: self.complaints.append(f"failed: {r.url}"))
        self.page.on("request", lambda r: self._on_request(r.url, lab.port))
        # A workspace of its own: the shared one brings back the tabs of other pages.
        workspace = f"w{secrets.token_hex(4)}"
        self.page.goto(lab.url(f"lab/workspaces/{workspace}/tree/{path}"))
        self.page.wait_for_function(
            "path => window.jupyterapp?.shell.currentWidget?.context?.path === path", arg=path
        )
        self.page.evaluate(
            """async () => { const { context, revealed } = window.jupyterapp.shell.currentWidget;
                             await Promise.all([context.ready, revealed]); }"""
        )
        try:
            self.page.wait_for_function(_AT_REST)
        except PlaywrightTimeout:
            # Two kernels that start at the same moment can choose the same port; a new one is
            # what JupyterLab offers a learner then.
            self.page.evaluate(
                "window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
            )
            self.page.wait_for_function(_AT_REST)

    def __enter__(self) -> Notebook:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()

    def run_all(self) -> None:
        """Run every cell and wait until the kernel rests and the widgets are drawn."""
        self.page.evaluate(
            """() => { window.hcclabDone = false;
                 window.jupyterapp.commands.execute("notebook:run-all-cells")
                   .finally(() => { window.hcclabDone = true; }); }"""
        )
        self.page.wait_for_function("window.hcclabDone", timeout=SECONDS_TO_RUN * 1000)
        self.page.wait_for_function(_AT_REST)
        expect(self.page.get_by_text("Loading widget...")).to_have_count(0)

    def cells(self) -> list[dict[str, Any]]:
        """Every code cell as nbformat has it."""
        cells: list[dict[str, Any]] = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
                       .map((cell) => cell.model.toJSON())
                       .filter((cell) => cell.cell_type === "code")"""
        )
        return cells

    def failures(self) -> list[str]:
        """Cells that did not run, or ended in an error that they do not announce."""
        found = []
        for place, cell in enumerate(self.cells(), start=1):
            source = "".join(cell["source"])
            if source.strip() and cell["execution_count"] is None:
                found.append(f"code cell {place} did not run: {source[:60]!r}")
            if "raises-exception" in cell["metadata"].get("tags", []):
                continue
            found += [
                f"code cell {place}: {output['ename']}: {output['evalue']}"
                for output in cell["outputs"]
                if output["output_type"] == "error"
            ]
        return found

    def explorers(self) -> list[ExplorerView]:
        """Every explorer shown, in reading order."""
        return [ExplorerView(each) for each in self.page.locator(".hcclab-explorer").all()]

    def axe(self) -> list[str]:
        """Accessibility faults within the widgets of the notebook, in one line each."""
        if self.page.locator(WIDGETS).count() == 0:
            return []
        found = Axe().run(self.page, context={"include": [[WIDGETS]]}).response["violations"]
        return [
            f"{fault['id']} ({fault['impact']}): {fault['help']}: {node['html'][:160]}"
            for fault in found
            for node in fault["nodes"]
        ]

    def use_theme(self, name: str) -> None:
        """Switch JupyterLab to a theme such as ``"JupyterLab Dark"``."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name
        )
        light = "true" if "Light" in name else "false"
        self.page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")

    def screenshot(self, name: str, of: Locator | None = None) -> Path:
        """Keep a picture of the window, or of a part of it, among the artefacts."""
        file = ARTEFACTS / f"{name}.png"
        (of or self.page).screenshot(path=file)
        return file

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} [{message.location.get('url', '')}]")

    def _on_script_error(self, error: Error) -> None:
        if ALARM not in str(error):
            self.complaints.append(f"script: {error}")

    def _on_request(self, url: str, port: int) -> None:
        if not re.match(rf"(https?|wss?)://127\.0\.0\.1:{port}/|data:|blob:", url):
            self.complaints.append(f"outside request: {url}")


class ExplorerView:
    """One explorer as the learner sees it."""

    def __init__(self, root: Locator) -> None:
        self.root = root
        self.sentence = root.locator(".hcclab-card > [role=status]")
        self.drawing = root.locator(".hcclab-card > .widget-html:not(.hcclab-status)")

    @property
    def title(self) -> str:
        return self.root.locator(".hcclab-group-name p").inner_text()

    @property
    def summary(self) -> str:
        """The sentence, as a screen reader is told it."""
        return self.sentence.inner_text()

    @property
    def picture(self) -> str:
        return self.drawing.inner_html()

    @property
    def alerts(self) -> list[str]:
        return self.root.get_by_role("alert").all_inner_texts()

    @property
    def controls(self) -> list[Locator]:
        """What the keyboard can stand on to change a value, in reading order."""
        return self.root.locator(CONTROLS).all()

    @property
    def sliders(self) -> list[Locator]:
        return self.root.locator(".hcclab-controls .noUi-handle").all()

    def tab_through(self) -> list[bool]:
        """Press Tab from the first control on; tell for each control whether it got the focus."""
        controls = [control.element_handle() for control in self.controls]
        controls[0].focus()
        reached = [False] * len(controls)
        for _ in range(3 * len(controls)):
            focused = self.root.page.evaluate(
                "each => each.indexOf(document.activeElement)", controls
            )
            if focused >= 0:
                reached[focused] = True
            if all(reached):
                break
            self.root.page.keyboard.press("Tab")
        return reached

    def move(self, slider: Locator) -> None:
        """Move a slider by keyboard until sentence and picture have both changed.

        One step where that is enough; else, as for a stage that one step does not reach, the end
        of the slider.
        """
        before = [self.summary, self.picture]
        upwards = self._has_room_upwards(slider)
        for key in ("ArrowRight", "End") if upwards else ("ArrowLeft", "Home"):
            slider.press(key)
            try:
                self.root.page.wait_for_function(
                    """([sentence, drawing, [summary, picture]]) =>
                         sentence.innerText.trim() !== summary.trim()
                         && drawing.innerHTML !== picture""",
                    arg=[self.sentence.element_handle(), self.drawing.element_handle(), before],
                    timeout=3_000,
                )
            except PlaywrightTimeout:
                continue
            return
        raise AssertionError(
            f"{self.title}: moving {slider.get_attribute('aria-label')!r} to its end changed "
            f"{'the sentence' if self.summary != before[0] else 'no sentence'} and "
            f"{'the picture' if self.picture != before[1] else 'no picture'}"
        )

    def latencies(self, presses: int = 25) -> list[float]:
        """Milliseconds from each press of an arrow key to the changed picture on the screen.

        The keys are pressed as a person does, one at a time, after one press to warm up. A press
        that changes no picture is not counted.
        """
        page, slider = self.root.page, self.sliders[0]
        self.drawing.evaluate(_WATCH)
        slider.focus()
        for _ in range(presses + 1):
            seen = page.evaluate("window.hcclabMoves.length")
            page.keyboard.press("ArrowRight" if self._has_room_upwards(slider) else "ArrowLeft")
            with suppress(PlaywrightTimeout):
                page.wait_for_function(
                    "seen => window.hcclabMoves.length > seen", arg=seen, timeout=1_000
                )
            page.wait_for_timeout(PAUSE)
        times: list[float] = page.evaluate("window.hcclabStop()")
        return times[1:]

    @staticmethod
    def _has_room_upwards(slider: Locator) -> bool:
        low, now, high = (
            float(slider.get_attribute(f"aria-value{part}") or "nan")
            for part in ("min", "now", "max")
        )
        return now - low < high - now


PAUSE = 150
"""Milliseconds between two presses, for the last one to have come to rest."""

_AT_REST = """window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status
              === "idle" """

# The clock starts at the key event's own time. It stops in a task queued from the animation frame
# that follows the change: by then the browser has painted that frame.
_WATCH = """drawing => {
  window.hcclabMoves = [];
  let pressed = null;
  const note = (event) => { pressed = event.timeStamp; };
  const observer = new MutationObserver(() => {
    if (pressed === null) return;
    const start = pressed;
    pressed = null;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.hcclabMoves.push(performance.now() - start);
      port2.postMessage(null);
    });
  });
  document.addEventListener("keydown", note, true);
  observer.observe(drawing, { subtree: true, childList: true, characterData: true });
  window.hcclabStop = () => {
    document.removeEventListener("keydown", note, true);
    observer.disconnect();
    return window.hcclabMoves;
  };
}"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
