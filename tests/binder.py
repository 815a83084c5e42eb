"""Install as Binder does, in a folder of its own, and open the lessons there: `make binder`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.classroom.hub import free_ports
from tools import launch_links

ROOT = Path(__file__).parents[1]
STEP = re.compile(r"^RUN (.*binder/(?:requirements\.txt|postBuild).*)$", re.M)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.binder", description=__doc__)
    parser.add_argument("lessons", nargs="*", default=["00_start_here", "02_staging"])
    parser.add_argument("--python", help="the Python of binder/runtime.txt, if not on the path")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hcclab-") as folder:
        home = Path(folder, "home")
        subprocess.run(["git", "clone", "-q", ROOT, home], check=True)
        subprocess.run(["git", "checkout", "-q", "-B", launch_links.CONTENT], cwd=home, check=True)
        environment = new_environment(Path(folder, "environment"), home, options.python)
        for step in install_steps(home):
            print(step, flush=True)
            begin = time.perf_counter()
            subprocess.run(["bash", "-c", step], cwd=home, env=environment, check=True)
            print(f"  {time.perf_counter() - begin:.0f} s", flush=True)
        with server(home, environment) as address:
            for stem in options.lessons:
                begin = time.perf_counter()
                open_lesson(address, stem, home)
                execute = ["jupyter", "execute", f"hcclab/notebooks/{stem}.ipynb"]
                subprocess.run(execute, cwd=home, env=environment, check=True, capture_output=True)
                print(f"{stem} opens and runs, {time.perf_counter() - begin:.0f} s", flush=True)
    return 0


def new_environment(folder: Path, home: Path, python: str | None) -> dict[str, str]:
    """An empty environment with the Python that Binder would use, and nothing of this one."""
    name = (home / "binder/runtime.txt").read_text().strip().replace("-", "")
    python = python or name
    found = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
    if not found.stdout.replace("Python ", "python").startswith(f"{name}."):
        sys.exit(f"Binder uses {name}, and {python} is not that; name it: --python /path/to/{name}")
    subprocess.run([python, "-m", "venv", folder], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {
        "HOME": str(home),
        "KERNEL_PYTHON_PREFIX": str(folder),
        "PIP_QUIET": "1",
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }


def install_steps(home: Path) -> list[str]:
    """The commands that repo2docker would run for this repository, in their order."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    plan = subprocess.run(command, cwd=home, capture_output=True, text=True, check=True)
    steps = STEP.findall(plan.stdout + plan.stderr)
    assert len(steps) >= 2, "repo2docker would not install what is in binder/"
    return [step for step in steps if not step.startswith("chmod")]


@contextlib.contextmanager
def server(home: Path, environment: dict[str, str]) -> Iterator[str]:
    """Start what Binder starts, on loopback; give its address up to the token."""
    [port] = free_ports(1)
    token = secrets.token_hex(16)
    words = ["jupyter", "notebook", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    words += [f"--IdentityProvider.token={token}", *(["--allow-root"] if not os.geteuid() else [])]
    process = subprocess.Popen(
        words, cwd=home, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/{{path}}token={token}"
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                fetch(address, "api/status")
                break
            time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait()


def open_lesson(address: str, stem: str, home: Path) -> None:
    """Do what the browser does with the launch link of a lesson, the network apart."""
    [(_, pull)] = parse_qsl(urlsplit(launch_links.link("OWNER/hcclab", stem)).query)
    page, query = pull.split("?", 1)
    asked = dict(parse_qsl(query)) | {"repo": home.as_uri()}
    fetch(address, f"{page}?{urlencode(asked)}")
    progress = fetch(address, f"{page}/api?{urlencode(asked)}")
    assert '"phase": "finished"' in progress, progress[-2000:]
    assert "jupyter-config-data" in fetch(address, asked["urlpath"])
    lesson = json.loads(fetch(address, asked["urlpath"].replace("lab/tree", "api/contents")))
    assert lesson["type"] == "notebook"


def fetch(address: str, path: str) -> str:
    whole = address.format(path=path + ("&" if "?" in path else "?"))
    with urllib.request.urlopen(whole, timeout=60) as answer:
        text: str = answer.read().decode()
        return text


if __name__ == "__main__":
    sys.exit(main())
