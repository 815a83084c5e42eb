"""Keep the learner's answers on the learner's computer, and show how far the course has come.

The record is one file of JSON lines, by default `.hcclab/progress.jsonl` in the home folder. The
environment variable HCCLAB_PROGRESS names another file, or switches the record off with ``off``.
Nothing is sent anywhere. Each answer is appended at once; the last one of an item counts. What
cannot be read is passed over, and what cannot be written is said once: a lesson never stops for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from html import escape
from pathlib import Path
from typing import Any

from hcclab.teaching import course

__all__ = ["VARIABLE", "Progress", "Record", "fingerprint", "keep", "last", "place"]

VARIABLE = "HCCLAB_PROGRESS"
LONGEST_LINE = 4000  # below a disk block, so that two kernels do not write into each other's lines
MOST_READ = 4_000_000
_said_that_it_fails: set[str] = set()


@dataclass(frozen=True)
class Record:
    """The answer to one item of a quiz, an exercise or a case.

    Parameters
    ----------
    name
        Lesson and short name of the quiz, ``"03_albi/edges"``.
    item
        Place of the question, from 1.
    of
        How many questions the quiz has.
    question
        `fingerprint` of the question; an answer to another text is not shown again.
    response
        The answer, as JSON can hold it.
    right
        Whether it was right.
    """

    name: str
    item: int
    of: int
    question: str
    response: Any
    right: bool

    @property
    def lesson(self) -> str:
        """The stem of its lesson."""
        return self.name.partition("/")[0]


def fingerprint(*texts: object) -> str:
    """Return a short mark of the texts of a question.

    Examples
    --------
    >>> fingerprint("Grade?", "1", "2")
    '90ad8dba'
    """
    return hashlib.sha256(json.dumps([str(text) for text in texts]).encode()).hexdigest()[:8]


def place() -> Path | None:
    """Return the file of the record, or None where the record is switched off."""
    chosen = os.environ.get(VARIABLE, "").strip()
    if chosen.casefold() == "off":
        return None
    return Path(chosen or "~/.hcclab/progress.jsonl").expanduser()


def keep(record: Record) -> str:
    """Append one answer to the record.

    Returns
    -------
    str
        Empty; or, the first time that the answer cannot be kept, a sentence that says so.
    """
    try:
        file = place()
        if file is None:
            return ""
        line = json.dumps(asdict(record)).encode()
        if len(line) > LONGEST_LINE:
            return ""
        if file.exists() and not file.is_file():
            raise OSError("it is not a file")
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab", buffering=0) as stream:
            # The line break comes first, so that a line torn by a crash spoils only itself.
            stream.write(b"\n" + line)
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{getattr(error, 'strerror', None) or error}"
        if why in _said_that_it_fails:
            return ""
        _said_that_it_fails.add(why)
        return f"Your answers cannot be kept on this computer ({why}); the lesson goes on without."
    return ""


def last(name: str) -> dict[int, Record]:
    """Return the last answer to each item of one quiz, by its place."""
    return {record.item: record for record in _records() if record.name == name}


def _records() -> Iterator[Record]:
    """Yield what can be read, oldest first."""
    try:
        file = place()
        if file is None or not file.is_file():
            return
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - MOST_READ))
            lines = stream.read(MOST_READ).split(b"\n")
    except (OSError, RuntimeError, ValueError):
        return
    for line in lines:
        record = _read(line)
        if record is not None:
            yield record


_TYPES = {"name": str, "item": int, "of": int, "question": str, "right": bool}


def _read(line: bytes) -> Record | None:
    if not line.strip() or len(line) > LONGEST_LINE:
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    names = [field.name for field in fields(Record)]
    if not isinstance(found, dict) or not set(names) <= set(found):
        return None
    if any(type(found[name]) is not kind for name, kind in _TYPES.items()):
        return None
    return Record(**{name: found[name] for name in names})


class Progress:
    """The map of the course, with minutes, prerequisites and how far the learner is.

    Examples
    --------
    >>> Progress()
    Progress(15 lessons)
    """

    def __repr__(self) -> str:
        return f"Progress({len(course.lessons())} lessons)"

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """Return the map as an HTML table; lessons that lie in this folder are links."""
        kept = _place_or_why()[0] is not None
        done = _by_lesson() if kept else {}
        heads = ["Lesson, and the question it answers", *(["Your tasks"] if kept else [])]
        rows = []
        for stem, lesson in course.lessons().items():
            head = (
                f'<th scope="row" style="text-align:left">{_link(lesson)}<br>'
                f'<span style="font-weight:normal">{escape(lesson.question)} '
                f"<small>({_minutes_and_needs(lesson)})</small></span></th>"
            )
            tasks = f'<td style="text-align:left">{escape(done[stem].summary)}</td>' if kept else ""
            rows.append(f"<tr>{head}{tasks}</tr>")
        head = "".join(f'<th scope="col" style="text-align:left">{text}</th>' for text in heads)
        return (
            '<div style="overflow-x:auto"><table style="font-size:15px">'
            "<caption>The course. Minutes: lesson + exercises and quiz.</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
            + "".join(f"<p>{text}</p>" for text in self._notes(done))
        )

    def _notes(self, done: dict[str, _Done]) -> Iterator[str]:
        file, why = _place_or_why()
        if file is None:
            yield (
                f"Answers are not kept here ({why}). Where they are kept, this table "
                "also shows how far you are."
            )
            return
        yield f"<strong>Next:</strong> {_suggestion(done)}"
        yield (
            f"Your answers are kept in one file on this computer, <code>{escape(str(file))}</code>,"
            " and sent nowhere. To start anew, delete that file."
        )


def _place_or_why() -> tuple[Path | None, str]:
    """Return the file of the record, or why there is none."""
    try:
        return place(), f"{VARIABLE} is off"
    except RuntimeError:
        return None, "there is no home folder"


@dataclass(frozen=True)
class _Done:
    """How far the learner is in one lesson, in quizzes, exercises and cases."""

    right: int
    met: int
    tasks: int
    latest: int

    @property
    def complete(self) -> bool:
        return 0 < self.tasks <= self.right

    @property
    def summary(self) -> str:
        if not self.met:
            return f"0 of {self.tasks}" if self.tasks else "–"
        mend = self.met - self.right
        sign = "✓ " if self.complete else ""
        return f"{sign}{self.right} of {self.tasks} right" + (f", {mend} to mend" if mend else "")


def _by_lesson() -> dict[str, _Done]:
    items: dict[tuple[str, int], Record] = {}
    latest: dict[str, int] = {}
    for number, record in enumerate(_records(), start=1):
        items[record.name, record.item] = record
        latest[record.lesson] = number
    tasks: dict[str, list[Record]] = {}
    for record in items.values():
        tasks.setdefault(record.name, []).append(record)
    done = {}
    for stem in course.lessons():
        met = [each for name, each in tasks.items() if name.partition("/")[0] == stem]
        right = sum(_all_right(each) for each in met)
        known = max(len(met), len(_names(stem)))
        done[stem] = _Done(right, len(met), known, latest.get(stem, 0))
    return done


def _all_right(records: list[Record]) -> bool:
    of = max(records, key=lambda record: record.item).of
    return sum(record.right and record.item <= of for record in records) >= of


def _names(stem: str) -> set[str]:
    """The names of the quizzes and exercises of a lesson, where its file lies in this folder."""
    for file in (Path(f"{stem}.ipynb"), Path(f"{stem}.md")):
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        return set(re.findall(rf'name=\\?"({stem}/[\w-]+)\\?"', text))
    return set()


def _link(lesson: course.CourseLesson) -> str:
    title = escape(f"{lesson.stem[:2]} {lesson.title}")
    if Path(f"{lesson.stem}.ipynb").exists():
        return f'<a href="{lesson.stem}.ipynb">{title}</a>'
    return f"<small>planned: </small>{title}"


def _minutes_and_needs(lesson: course.CourseLesson) -> str:
    parts = [f"{lesson.teaching} + {lesson.exercises} min"]
    if lesson.needs:
        parts.append("needs " + ", ".join(stem[:2] for stem in lesson.needs))
    if lesson.helps:
        parts.append("helpful: " + ", ".join(stem[:2] for stem in lesson.helps))
    return "; ".join(parts)


def _suggestion(done: dict[str, _Done]) -> str:
    here = [stem for stem in course.lessons() if Path(f"{stem}.ipynb").exists()]
    open_ones = [stem for stem in here if done[stem].tasks and not done[stem].complete]
    if not open_ones:
        return "every task of the lessons in this folder is right. Well done."
    latest = max(open_ones, key=lambda stem: done[stem].latest)
    if done[latest].latest:
        return f"go on with {_link(course.lessons()[latest])}."
    return f"begin {_link(course.lessons()[open_ones[0]])}."
