"""Serve a lesson to a class of simulated students and report how it went: `make classroom`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.classroom.hub import ENVIRONMENT, ROOT, Hub, Memory
from tests.classroom.students import Student

MOST_MEMORY, MOST_MEMORY_WITH_COHORT, MOST_PER_STUDENT = 90, 220, 500


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.classroom", description=__doc__)
    parser.add_argument("students", nargs="?", type=int, default=40)
    parser.add_argument("--lesson", default="02_staging")
    parser.add_argument("--within", type=float, default=60, metavar="SECONDS",
                        help="the students come evenly spread over this time")  # fmt: skip
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hcclab-") as folder,
        Hub(Path(folder), options.environment) as hub,
    ):
        students = [
            Student(f"student{number:02}", hub.url, hub.token)
            for number in range(1, options.students + 1)
        ]
        asyncio.run(attend(students, options.lesson, options.within))
        memory = hub.memory()
        failures = [failure for student in students for failure in student.failures]
        if failures:
            print(hub.log()[-5000:], file=sys.stderr)
    figures = list(report(students, memory, options.lesson))
    print("| figure | target | measured | ok |\n|---|---|---|---|", *figures, *failures, sep="\n")
    return 0 if all(figure.ok for figure in figures) else 1


async def attend(students: list[Student], lesson: str, within: float) -> None:
    """Let the students come one after another and work side by side."""

    async def come(number: int, student: Student) -> None:
        await asyncio.sleep(number * within / len(students))
        await student.attend(f"hcclab/notebooks/{lesson}.ipynb")

    await asyncio.gather(*(come(number, student) for number, student in enumerate(students)))


def report(students: list[Student], memory: Memory, lesson: str) -> Iterator[Figure]:
    """What the class got, and at what cost."""
    served = sum(bool(student.cells) and not student.failures for student in students)
    yield Figure(
        f"students of {len(students)} not served, `{lesson}`", 0, len(students) - served, ""
    )
    yield Figure("failures", 0, sum(len(student.failures) for student in students), "")
    if not served:
        return
    starts = [student.started for student in students]
    yield Figure("slowest start of a server", 120, max(starts), "s", f"fastest {min(starts):.1f} s")
    cells = sorted(seconds for student in students for seconds in student.cells)
    middle = f"median {cells[len(cells) // 2]:.2f} s of {len(cells)} cells"
    yield Figure("slowest cell", 30, cells[-1], "s", middle)
    with_cohort = "load(" in (ROOT / f"notebooks/{lesson}.md").read_text(encoding="utf-8")
    most = MOST_MEMORY_WITH_COHORT if with_cohort else MOST_MEMORY
    yield Figure("largest kernel", most, max(memory.kernels), "MB")
    each = memory.together / len(students)
    server = f"largest server {max(memory.servers):.0f} MB"
    yield Figure("memory per student, server and kernel", MOST_PER_STUDENT, each, "MB", server)


if __name__ == "__main__":
    sys.exit(main())
