"""Everything works with the network cut: every command that ends, a lesson, every explorer.

What runs in a browser is held by `tests/browser`, whose Chromium reaches no other machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"

# A network namespace of its own has a loopback device that is down; kernels need it up.
WORK = """
import fcntl, os, socket, struct, sys
from pathlib import Path

if sys.argv[1] == "namespace":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        up = struct.pack("16sh", b"lo", 1)
        fcntl.ioctl(device, 0x8914, up)  # SIOCSIFFLAGS: IFF_UP
else:
    connect = socket.socket.connect
    def only_here(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"the network is cut: {address}")
        return connect(self, address)
    socket.socket.connect = only_here

try:
    socket.create_connection(("192.0.2.1", 80), timeout=5)
except OSError:
    pass
else:
    raise SystemExit("the network is not cut")

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.projector import pages
from hcclab.cli import main

Path("in.csv").write_text("albumin_g_l,bilirubin_umol_l\\n38,20\\n")
lessons = Path(sys.argv[2])
Path("notebooks").symlink_to(lessons)
for words in (
    "score in.csv -o out.csv",
    "explain --case c01",
    "student edition 02_staging",
    "start mine --from edition",
    "slides 02_staging",
    "sheet 02_staging -o sheet.md",
    "check 02_staging",
):
    assert main(words.split()) == 0, words
Path("few/notebooks").mkdir(parents=True)
os.chdir("few")
for name in ("02_staging.md", "02_staging.ipynb", "glossary.md"):
    Path("notebooks", name).symlink_to(lessons / name)
assert main(["site", "site"]) == 0
for path in sorted(lessons.glob("[0-9]*.ipynb")):
    for page in pages(Lesson.read(path)):
        exec(page.code, {})
print("all done")
"""


def test_nothing_needs_the_network(tmp_path: Path) -> None:
    cut = ["unshare", "--user", "--map-root-user", "--net"]
    allowed = shutil.which("unshare") is not None and not subprocess.call(
        [*cut, "true"], stderr=subprocess.DEVNULL
    )
    words = [sys.executable, "-c", WORK, "namespace" if allowed else "sockets", str(NOTEBOOKS)]
    done = subprocess.run(
        [*(cut if allowed else []), *words],
        cwd=tmp_path,
        env=os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith("all done\n")
