"""Check lessons against the form that every lesson keeps, and report what to mend."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hcclab.authoring.code_rules import CODE_RULES
from hcclab.authoring.course_rules import COURSE_RULES
from hcclab.authoring.lesson import Lesson, Problem
from hcclab.authoring.output_rules import OUTPUT_RULES
from hcclab.authoring.pairs import Pair, PairStatus, SyncError, status
from hcclab.authoring.prose_rules import PROSE_RULES
from hcclab.teaching import glossary

__all__ = ["check", "report"]

RULES = (*PROSE_RULES, *CODE_RULES, *COURSE_RULES, *OUTPUT_RULES)


def check(lessons: Iterable[str | Path]) -> list[Problem]:
    """Find everything to mend in lessons, without running them.

    Parameters
    ----------
    lessons
        Path of the text or of the notebook of each lesson.

    Returns
    -------
    list of Problem
        Empty when all is well; otherwise by lesson, then by cell.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "01_hello.md").write_text("# Hello")
    ...     [problem.rule for problem in check([Path(folder, "01_hello.md")])]
    ['pair']
    """
    pairs = [Pair.of(lesson) for lesson in lessons]
    folders = sorted({pair.text.parent for pair in pairs})
    return [
        *(problem for folder in folders for problem in _check_glossary(folder / glossary.FILE)),
        *(problem for pair in pairs for problem in _check_one(pair)),
    ]


def report(problems: list[Problem]) -> str:
    """Write problems as text: one line each, then their number.

    Parameters
    ----------
    problems
        What `check` and `run_nbval` returned.

    Returns
    -------
    str

    Examples
    --------
    >>> print(report([]))
    No problem found.
    """
    if not problems:
        return "No problem found."
    files = {problem.file for problem in problems}
    count = f"{len(problems)} problem{'s' * (len(problems) > 1)}"
    return "\n".join(
        [*map(str, problems), f"{count} in {len(files)} lesson{'s' * (len(files) > 1)}."]
    )


def _check_glossary(file: Path) -> list[Problem]:
    if not file.exists() or file.read_text(encoding="utf-8") == glossary.page():
        return []
    return [Problem(file, "glossary", "differs from the glossary table", "run hcclab sync")]


def _check_one(pair: Pair) -> list[Problem]:
    try:
        pair.contents()
        found = status(pair.text)
    except SyncError as error:
        return [Problem(pair.notebook, "pair", str(error).rstrip("."), "then run hcclab sync")]
    problems = []
    if found is not PairStatus.IN_SYNC:
        problems.append(Problem(pair.notebook, "pair", str(found), "run hcclab sync"))
    if found is not PairStatus.NOTEBOOK_MISSING:
        lesson = Lesson.read(pair.notebook)
        problems += [problem for rule in RULES for problem in rule(lesson)]
    return sorted(problems, key=lambda problem: problem.cell)
