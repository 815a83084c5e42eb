"""`hcclab lab` serves the lessons and says where."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parents[1]


def opened(address: str) -> HTTPResponse:
    """Open an address that may be printed a moment before it answers."""
    for _ in range(50):
        try:
            return urllib.request.urlopen(address, timeout=20)  # type: ignore[no-any-return]
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


def test_lab_prints_an_address_that_opens_the_first_lesson(tmp_path: Path) -> None:
    first = min((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")).name
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    mine = {"HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_PORT": port}
    with subprocess.Popen(
        [Path(sys.executable).with_name("hcclab"), "lab", "--no-browser"],
        cwd=ROOT,
        env=os.environ | mine,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stderr is not None
            found = (re.search(r"http://127\.0\.0\.1:\d+/\S+", line) for line in server.stderr)
            address = next(match for match in found if match)[0]
            assert f"/lab/tree/{first}?token=" in address
            with opened(address) as page:
                assert page.status == 200
                assert first in page.url
        finally:
            os.killpg(server.pid, signal.SIGKILL)
