"""Begin a lesson: the template with a title, a number and a row in the table of the course."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import hcclab
from hcclab.authoring.pairs import Pair, find_lessons
from hcclab.teaching import course

__all__ = ["NewLesson", "add_to_course", "as_row", "new_lesson"]

TEMPLATE = "template.md"
TEACHING, EXERCISES = 10, 5
LONGEST_SLUG = 40


@dataclass(frozen=True)
class NewLesson:
    """A lesson that was begun.

    Parameters
    ----------
    pair
        Its files; only the text exists.
    row
        Its row in the table of the course.
    was_planned
        Whether the table already had that row.
    """

    pair: Pair
    row: course.CourseLesson
    was_planned: bool


def new_lesson(title: str, folder: Path, *, number: int | None = None) -> NewLesson:
    """Write the text of a new lesson from the template.

    A title of the course table whose lesson is not written yet takes that lesson's number, minutes
    and prerequisites. Any other title takes the number given, or the next free one.

    Parameters
    ----------
    title
        The title, in words.
    folder
        The folder of the lessons.
    number
        The lesson's number, from 0 to 99.

    Returns
    -------
    NewLesson
        Its files and its row; `add_to_course` writes the row.

    Raises
    ------
    ValueError
        The title has no letter, or the number is taken.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     made = new_lesson("Nutrition: what to eat?", Path(place), number=42)
    >>> made.pair.text.name
    '42_nutrition.md'
    """
    title = " ".join(title.split())
    row = _planned(title, folder)
    was_planned = row is not None
    if row is None:
        stem = f"{_free(number, folder):02d}_{_slug(title)}"
        question = title if title.endswith("?") else f"{title}: what does the student want to know?"
        row = course.CourseLesson(stem, title, question, TEACHING, EXERCISES, (), ())
    elif number not in (None, int(row.stem[:2])):
        raise ValueError(f"the course has planned '{row.title}' as {row.stem}; leave --number out")
    pair = Pair.of(folder / row.stem)
    words = {
        "TITLE": title,
        "STEM": row.stem,
        "MINUTES": str(row.minutes),
        "TEACHING": str(row.teaching),
        "EXERCISES": str(row.exercises),
        "PREREQUISITES\n": "".join(_prerequisites(row)),
    }
    template = (files("hcclab.authoring") / TEMPLATE).read_text(encoding="utf-8")
    text = re.sub("|".join(words), lambda found: words[found[0]], template)
    with pair.text.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    return NewLesson(pair, row, was_planned)


def add_to_course(made: NewLesson) -> bool:
    """Add the lesson's row to the table of the course, where that table lies beside the lessons.

    Returns
    -------
    bool
        False where the table belongs to an installed package: then it is left alone.
    """
    package = Path(hcclab.__file__).parent
    if made.pair.text.parent.resolve() != package.parents[1] / "notebooks":
        return False
    table = package / "data" / "course.csv"
    head, *rows = table.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = sorted([*rows, as_row(made.row) + "\n"])
    table.write_text("".join([head, *rows]), encoding="utf-8", newline="\n")
    return True


def as_row(row: course.CourseLesson) -> str:
    """Return a lesson as a line of `course.csv`."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        [
            row.stem,
            row.title,
            row.question,
            row.teaching,
            row.exercises,
            ";".join(row.needs),
            ";".join(row.helps),
        ]
    )
    return line.getvalue()


def _planned(title: str, folder: Path) -> course.CourseLesson | None:
    written = {lesson.stem for lesson in find_lessons(folder)}
    wanted = title.casefold()
    rows = (row for row in course.lessons().values() if row.stem not in written)
    return next((row for row in rows if row.title.casefold() == wanted), None)


def _free(number: int | None, folder: Path) -> int:
    stems = {*course.lessons(), *(lesson.stem for lesson in find_lessons(folder))}
    taken = {int(stem[:2]): stem for stem in stems}
    following = max(taken, default=-1) + 1
    chosen = following if number is None else number
    if chosen in taken:
        raise ValueError(f"number {chosen:02d} is that of {taken[chosen]}; {following} is free")
    if not 0 <= chosen <= 99:
        raise ValueError(f"number {chosen} is not from 0 to 99")
    return chosen


def _slug(title: str) -> str:
    """Return the words before a colon in small letters, as the lessons' files are named."""
    plain = unicodedata.normalize("NFKD", title.partition(":")[0]).encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", plain.decode().lower())
    slug = "_".join(words)[:LONGEST_SLUG].rstrip("_")
    if not slug:
        raise ValueError(f"the title {title!r} has no letter for the name of its file")
    return slug


def _prerequisites(row: course.CourseLesson) -> list[str]:
    titles = {stem: lesson.title for stem, lesson in course.lessons().items()}
    return [
        f"| {titles[stem]} | {kind} | lesson `{stem}` |\n"
        for kind, stems in (("necessary", row.needs), ("helpful", row.helps))
        for stem in stems
    ]
