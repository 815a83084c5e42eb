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
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import psutil
import pytest

ROOT = Path(__file__).parents[1]
Lab = tuple[psutil.Process, str]


def opened(address: str) -> HTTPResponse:
    """Open an address that may be printed a moment before it answers."""
    for _ in range(50):
        try:
            return urllib.request.urlopen(address, timeout=20)  # type: ignore[no-any-return]
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server of `hcclab lab` and the address it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    home = str(tmp_path_factory.mktemp("home"))
    mine = {"HOME": home, "JUPYTER_RUNTIME_DIR": home, "JUPYTER_PORT": port}
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
            yield psutil.Process(server.pid), next(match for match in found if match)[0]
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def test_lab_prints_an_address_that_opens_the_first_lesson(lab: Lab) -> None:
    _, address = lab
    first = min((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")).name

    assert f"/lab/tree/{first}?token=" in address
    with opened(address) as page:
        assert page.status == 200
        assert first in page.url


def test_without_the_token_nobody_gets_in(lab: Lab) -> None:
    _, address = lab
    opened(address).close()
    server = address.partition("/lab")[0]

    for closed in ("lab", "files/00_start_here.md"):
        with opened(f"{server}/{closed}") as page:
            assert urlsplit(page.url).path == "/login"
    for closed in ("api/contents", "api/kernels", "api/contents?token="):
        with pytest.raises(HTTPError, match="403"):
            urllib.request.urlopen(f"{server}/{closed}", timeout=20)


def connections(process: psutil.Process) -> list[Any]:
    """What a process is connected to; nothing, if it has just ended."""
    try:
        return list(process.net_connections())
    except psutil.NoSuchProcess:
        return []


def test_only_this_computer_can_reach_the_server(lab: Lab) -> None:
    process, address = lab
    opened(address).close()
    listening = {
        connection.laddr.ip
        for each in (process, *process.children(recursive=True))
        for connection in connections(each)
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening
    assert listening <= {"127.0.0.1", "::1"}
