"""A real JupyterHub on loopback, configured by `hub/`, for students without passwords."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".hub"
CONFIGURATION = """
load_subconfig({file!r})
c.JupyterHub.bind_url = {url!r}
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {home!r}
c.Spawner.args = {arguments!r}
c.JupyterHub.services.append({{"name": "classroom", "api_token": {token!r}}})
c.JupyterHub.load_roles.append(
    {{
        "name": "classroom",
        "services": ["classroom"],
        "scopes": ["admin:users", "admin:servers", "access:servers"],
    }}
)
"""


@dataclass
class Memory:
    """MB of each kernel and of each server; of all together, what they share counted once."""

    kernels: list[float] = field(default_factory=list)
    servers: list[float] = field(default_factory=list)
    together: float = 0.0


class Hub:
    """A hub whose students get the lessons of the last commit of this repository."""

    def __init__(self, folder: Path, environment: Path = ENVIRONMENT) -> None:
        self.folder, self.environment = folder, environment
        self.token = secrets.token_hex(16)

    def __enter__(self) -> Hub:
        port, hub_port, proxy_port = free_ports(3)
        self.url = f"http://127.0.0.1:{port}"
        lessons = self.folder / "lessons.git"
        subprocess.run(["git", "clone", "-q", "--bare", ROOT, lessons], check=True)
        subprocess.run(["git", "-C", lessons, "branch", "-q", "-f", "class", "HEAD"], check=True)
        configuration = self.folder / "jupyterhub_config.py"
        configuration.write_text(
            CONFIGURATION.format(
                file=str(ROOT / "hub/jupyterhub_config.py"),
                url=self.url,
                hub_port=hub_port,
                proxy_port=proxy_port,
                home=str(self.folder / "home/{username}"),
                token=self.token,
                arguments=["--allow-root"] if os.geteuid() == 0 else [],
            )
        )
        programs = [self.environment / "bin", self.environment / "node_modules/.bin"]
        with (self.folder / "hub.log").open("w") as log:
            self.process = subprocess.Popen(
                [programs[0] / "jupyterhub", "-f", configuration],
                cwd=self.folder,
                env=os.environ
                | {
                    "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
                    "HCCLAB_LESSONS": lessons.as_uri(),
                    "HCCLAB_BRANCH": "class",
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        left = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for each in left:
            if each.is_running():
                each.kill()

    def _wait_until_it_answers(self) -> None:
        last = time.monotonic() + 120
        while time.monotonic() < last and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/hub/api/", timeout=5):
                    return
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterHub did not answer:\n{self.log()[-3000:]}")

    def log(self) -> str:
        return (self.folder / "hub.log").read_text()

    def memory(self) -> Memory:
        """What the programs of the students take now."""
        memory = Memory()
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if "JUPYTERHUB_USER" not in process.environ():
                continue
            taken = process.memory_full_info()
            memory.together += taken.pss / 1e6
            if "ipykernel_launcher" in process.cmdline():
                memory.kernels.append(taken.rss / 1e6)
            else:
                memory.servers.append(taken.rss / 1e6)
        return memory


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    from tests.browser.jupyterlab import free_port

    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return list(ports)
