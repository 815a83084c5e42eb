"""A class gets the lessons, keeps its work, and gets the same on one machine and on Kubernetes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from traitlets.config import Config

ROOT = Path(__file__).parents[1]
HUB = ROOT / "hub"
LESSONS = ("02_staging.ipynb", "02_staging.md", "03_albi.ipynb")
STARTED = "started with --KernelManager.transport=ipc --ServerApp.port=1\n"
NO_TEACHER = "https://localhost:9/gone"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the hub runs on Linux")


def configuration() -> Config:
    """Read the configuration of one machine as JupyterHub does."""
    c = Config()
    code = (HUB / "jupyterhub_config.py").read_text(encoding="utf-8")
    exec(compile(code, "jupyterhub_config.py", "exec"), {"get_config": lambda: c})
    return c


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    """A teacher's repository of lessons."""
    folder = tmp_path / "teacher"
    (folder / "notebooks").mkdir(parents=True)
    for name in LESSONS:
        shutil.copy(ROOT / "notebooks" / name, folder / "notebooks")
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    return folder


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Teacher", "-c", "user.email=teacher@localhost"]
    subprocess.run(["git", "-C", folder, *who, *words], check=True)


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Lessons")


@pytest.fixture
def log_in(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Start the student's server as the hub does, with one that only says how it was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "jupyterhub-singleuser").write_text('#!/bin/sh\necho "started with $*"\n')
    puller = f'#!/bin/sh\nexec "{sys.executable}" -m nbgitpuller.pull "$@"\n'
    (programs / "gitpuller").write_text(puller)
    for program in programs.iterdir():
        program.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    environment = os.environ | {
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }

    def start(lessons: str) -> subprocess.CompletedProcess[str]:
        *command, _, branch = configuration().Spawner.cmd
        words = [*command, lessons, branch, "--ServerApp.port=1"]
        return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=90)

    return start


def test_a_student_gets_what_is_new_and_keeps_the_work(tmp_path, teacher, log_in):
    assert log_in(teacher.as_uri()).stdout.endswith(STARTED)
    mine, theirs = tmp_path / "home/hcclab/notebooks", teacher / "notebooks"
    assert sorted(path.name for path in mine.iterdir()) == sorted(LESSONS)

    changed = (mine / "02_staging.ipynb").read_text().replace("Staging", "MY OWN NOTE, Staging")
    (mine / "02_staging.ipynb").write_text(changed)
    (mine / "04_mine.ipynb").write_text("my own notebook")
    for name in LESSONS:
        text = (theirs / name).read_text()
        (theirs / name).write_text(text.replace("stage", "Stage").replace("ALBI", "Albi"))
    (theirs / "04_mine.ipynb").write_text("a lesson that happens to have the same name")
    commit(theirs)
    log_in(teacher.as_uri())

    assert (mine / "02_staging.ipynb").read_text() == changed
    assert (mine / "03_albi.ipynb").read_text() == (theirs / "03_albi.ipynb").read_text()
    assert "my own notebook" in [path.read_text() for path in mine.glob("04_mine*.ipynb")]

    (mine / "02_staging.ipynb").rename(mine / "my_staging.ipynb")
    log_in(teacher.as_uri())

    assert (mine / "my_staging.ipynb").read_text() == changed
    assert (mine / "02_staging.ipynb").read_text() == (theirs / "02_staging.ipynb").read_text()


def test_without_the_teachers_server_the_students_server_starts(tmp_path, teacher, log_in):
    log_in(teacher.as_uri())
    shutil.rmtree(teacher)

    for lessons in (teacher.as_uri(), NO_TEACHER):
        answer = log_in(lessons)
        assert answer.stdout.endswith(STARTED)
        assert "The lessons were not updated." in answer.stderr
    assert (tmp_path / "home/hcclab/notebooks/02_staging.ipynb").exists()


def test_no_two_students_are_given_one_port_nor_one_that_the_system_hands_out():
    spawners = [SimpleNamespace(user=SimpleNamespace(id=number)) for number in range(1, 41)]
    for spawner in spawners:
        configuration().Spawner.pre_spawn_hook(spawner)
    ports = {spawner.port for spawner in spawners}
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert len(ports) == len(spawners)
    assert max(ports) < lowest


def test_a_cell_that_takes_too_much_memory_ends_in_an_error():
    limit = next(line for line in configuration().Spawner.cmd[2].splitlines() if "ulimit" in line)
    greedy = "print('lesson'); bytearray(3 * 2**30)"
    answer = subprocess.run(
        ["sh", "-c", f'{limit}\n"$0" -c "$1"', sys.executable, greedy],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert answer.stdout == "lesson\n"
    assert answer.stderr.endswith("MemoryError\n")


def test_kubernetes_is_told_the_same_as_one_machine():
    machine = configuration()
    values = yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))
    student, kubespawner = values["singleuser"], values["hub"]["config"]["KubeSpawner"]
    [culler] = machine.JupyterHub.services.get_value([])
    assert student["cmd"] == machine.Spawner.cmd
    assert student["defaultUrl"] == machine.Spawner.default_url
    assert student["extraEnv"] == machine.Spawner.environment
    assert student["memory"]["limit"] == machine.Spawner.mem_limit
    assert student["startTimeout"] == machine.Spawner.start_timeout
    assert kubespawner["http_timeout"] == machine.Spawner.http_timeout
    assert values["hub"]["concurrentSpawnLimit"] == machine.JupyterHub.concurrent_spawn_limit
    assert f"--timeout={values['cull']['timeout']}" in culler["command"]
