"""The teacher's run sheet: a lesson's plan by the clock, with its votes, prompts and answers.

Everything comes from the lesson: minutes and prerequisites from the table of the course, the parts
from its headings, votes and exercises with their answers from the stored copies of its tasks, and
the misconceptions and prompts from its cells tagged `instructor`. How long a part takes is
estimated from what it holds and then stretched to the class, so that the plan ends on time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from hcclab.authoring.lesson import Cell, Lesson
from hcclab.authoring.prose_rules import FIRST_SECTIONS, NOTICE
from hcclab.teaching import course

__all__ = ["run_sheet"]

WELCOME, CLOSE, PAUSE = 5, 5, 5
SHORTEST, LONGEST, PAUSE_FROM = 30, 240, 75
# Estimates of our own, in minutes; only their proportions reach the plan.
WORDS_PER_MINUTE, VOTE, EXPLORER, EXERCISE, QUESTION, CODE = 130, 2.0, 3.0, 4.0, 1.0, 0.5
LETTERS = "ABCDEFGH"

_QUESTION = re.compile(r"<li><p>(.*?)</p>(.*?)(?=<li><p>|</ol></div>|\Z)", re.DOTALL)
_OPTIONS = re.compile(r"<ul>(.*?)</ul>", re.DOTALL)
_ANSWER = re.compile(r"<summary>Answer</summary>(?:<p>✓\s*(.*?)</p>|(<ol>.*?</ol>))", re.DOTALL)
_ITEM = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_EXERCISE = re.compile(r"<strong>Exercise</strong>[^<]*</p><p>(.*?)</p>", re.DOTALL)
_SOLUTION = re.compile(r"<summary>Solution</summary><pre><code>(.*?)</code>", re.DOTALL)
_TITLE = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*]|\d+\.) (.+)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\s]*)(?:\s+\"[^\"]*\")?\)")


@dataclass
class _Part:
    """A section of the lesson and what a class does in it."""

    title: str
    weight: float = 0.0
    does: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    minutes: int = 0


def run_sheet(lesson: Lesson, minutes: int = 90) -> str:
    """Return the run sheet of a lesson as Markdown.

    Parameters
    ----------
    lesson
        The lesson, with its stored outputs.
    minutes
        How long the class is.

    Raises
    ------
    ValueError
        The class is shorter than 30 or longer than 240 minutes, or the lesson has no parts.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise ValueError(f"minutes={minutes} is not from {SHORTEST} to {LONGEST}")
    parts, before = _parts(lesson)
    if not parts:
        raise ValueError(f"{lesson.file}: no part of the lesson begins with a level-2 heading")
    pause = PAUSE if minutes >= PAUSE_FROM else 0
    _share(parts, minutes - WELCOME - CLOSE - pause)
    row = course.lessons().get(lesson.file.stem)
    welcome = _Part("Welcome", notes=before, minutes=WELCOME)
    welcome.does = ([f"**Ask:** {row.question}"] if row else []) + [
        "Tell the objectives: " + "; ".join(_objectives(lesson)) + "."
    ]
    close = _Part("Close", minutes=CLOSE)
    close.does = ["Each student writes down one thing that was new and one still unclear."] + [
        f"Key point: {point}" for point in _bullets(lesson, "Key points")
    ]
    plan = [welcome, *_with_pause(parts, pause), close]
    return "\n".join([*_head(lesson, minutes), *_table(plan), *_details(plan)]).rstrip() + "\n"


def _parts(lesson: Lesson) -> tuple[list[_Part], list[str]]:
    """Return the parts, practice and quiz among them, and the notes that stand before them."""
    parts: list[_Part] = []
    before: list[str] = []
    inside = False
    for cell in lesson.cells:
        if "instructor" in cell.tags:
            (parts[-1].notes if inside and parts else before).extend(_note(cell))
            continue
        if not cell.is_code:
            for piece in _SECTION.split(cell.source):
                if piece.startswith("## "):
                    title = piece.partition("\n")[0].removeprefix("## ").strip()
                    inside = title not in {*FIRST_SECTIONS, "Key points", "References"}
                    if inside:
                        parts.append(_Part(title))
                if inside and parts:
                    parts[-1].weight += len(piece.split()) / WORDS_PER_MINUTE
        elif inside and parts and not cell.tags & {"check", "solution"}:
            _add_code(parts[-1], cell)
    return parts, before


def _add_code(part: _Part, cell: Cell) -> None:
    html = "".join(cell.data("text/html"))
    if "<strong>Quiz</strong>" in html:
        questions = list(_questions(html))
        is_vote = len(questions) == 1 and part.title != "Quiz"
        part.weight += VOTE if is_vote else QUESTION * len(questions)
        lead = "**Vote.** " if is_vote else "**Quiz.** "
        part.does += [lead + question for question in questions]
    elif found := _EXERCISE.search(html):
        part.weight += EXERCISE
        solution = _SOLUTION.search(html)
        answer = f" *Solution:* {_code(unescape(solution[1]))}" if solution else ""
        part.does.append(f"**Exercise.** {_plain(found[1])}{answer}")
    elif "explorer" in cell.tags:
        part.weight += EXPLORER
        title = _TITLE.search(html)
        part.does.append(f"**Open** {_plain(title[1]) if title else cell.line}.")
    elif not cell.node.metadata.get("jupyter", {}).get("source_hidden"):
        part.weight += CODE


def _questions(html: str) -> Iterator[str]:
    """Yield each question of a quiz with its options and its answer, in one line."""
    for stem, rest in _QUESTION.findall(html):
        shown, _, _ = rest.partition("<details>")
        options = _OPTIONS.search(shown)
        listed = [_plain(option) for option in _ITEM.findall(options[1])] if options else []
        told = " ".join(
            f"({letter}) {option}" for letter, option in zip(LETTERS, listed, strict=False)
        )
        answer = _ANSWER.search(rest)
        right = ""
        if answer:
            right = (
                _plain(answer[1])
                if answer[1]
                else " → ".join(map(_plain, _ITEM.findall(answer[2])))
            )
        yield " ".join(filter(None, [_plain(stem), told, right and f"*Answer:* {right}"]))


def _note(cell: Cell) -> list[str]:
    """Return the paragraphs of a note for teachers, without those for the lesson's author."""
    text = re.sub(r"(?m)^> ?", "", _COMMENT.sub("", cell.source))
    told, for_teacher = [], True
    for piece in re.split(r"\n\s*\n", text):
        paragraph = " ".join(piece.split())
        if to := re.match(r"\*\*For the (teacher|author)\.\*\* ?", paragraph):
            for_teacher = to[1] == "teacher"
            paragraph = paragraph[to.end() :]
        if paragraph and for_teacher and not paragraph.startswith("#"):
            told.append(_LINK.sub(r"\1", paragraph))
    return told


def _objectives(lesson: Lesson) -> list[str]:
    return [point.rstrip(".;") for point in _bullets(lesson, "Objectives")]


def _bullets(lesson: Lesson, section: str) -> list[str]:
    for cell in lesson.prose:
        for piece in _SECTION.split(cell.source):
            if piece.startswith(f"## {section}\n"):
                text = _LINK.sub(r"\1", _COMMENT.sub("", piece))
                return [" ".join(point[1].split()) for point in _BULLET.finditer(text)]
    return []


def _share(parts: list[_Part], minutes: int) -> None:
    """Give each part whole minutes in proportion to its weight, one at least, none left over."""
    total = sum(part.weight for part in parts) or 1
    exact = [max(1.0, minutes * part.weight / total) for part in parts]
    scale = minutes / sum(exact)
    ends = [round(scale * sum(exact[: i + 1])) for i in range(len(parts))]
    for part, start, end in zip(parts, [0, *ends], ends, strict=False):
        part.minutes = end - start


def _with_pause(parts: list[_Part], pause: int) -> list[_Part]:
    """Put the pause where a part ends nearest to the middle."""
    if not pause:
        return parts
    total = sum(part.minutes for part in parts)
    ends = [sum(part.minutes for part in parts[: i + 1]) for i in range(len(parts))]
    after = min(range(len(parts)), key=lambda i: abs(ends[i] - total / 2)) + 1
    return [*parts[:after], _Part("Pause", minutes=pause), *parts[after:]]


def _head(lesson: Lesson, minutes: int) -> Iterator[str]:
    title = next((h.text for h in lesson.headings if h.level == 1), lesson.file.stem)
    yield f"# Run sheet: {title}"
    yield ""
    yield f"{NOTICE} For the teacher: it holds the answers."
    yield ""
    row = course.lessons().get(lesson.file.stem)
    alone = (
        f" A learner alone takes {row.minutes} ({row.teaching} + {row.exercises}); a class needs "
        "the rest to vote, to talk in pairs and to wait for the slowest computer."
        if row and row.minutes < minutes
        else ""
    )
    yield f"A class of {minutes} minutes with lesson `{lesson.file.stem}`.{alone}"
    if row and (row.needs or row.helps):
        kinds = (("necessary", row.needs), ("helpful", row.helps))
        told = [f"{kind}: " + ", ".join(f"`{s}`" for s in stems) for kind, stems in kinds if stems]
        yield f"Before it, {'; '.join(told)}."
    yield ""


def _table(plan: list[_Part]) -> Iterator[str]:
    yield "| Clock | Minutes | Part | What happens |"
    yield "|---|---|---|---|"
    clock = 0
    for part in plan:
        yield f"| {_clock(clock)} | {part.minutes} | {part.title} | {_summary(part)} |"
        clock += part.minutes
    yield f"| {_clock(clock)} | | End | |"
    yield ""


def _summary(part: _Part) -> str:
    kinds = {"Vote.": "vote", "Open": "explorer", "Exercise.": "exercise", "Quiz.": "question"}
    counts = {
        name: sum(each.startswith(f"**{kind}") for each in part.does)
        for kind, name in kinds.items()
    }
    return ", ".join(f"{n} {name}{'s' * (n > 1)}" for name, n in counts.items() if n)


def _details(plan: list[_Part]) -> Iterator[str]:
    clock = 0
    for part in plan:
        if part.does or part.notes:
            yield f"## {_clock(clock)} {part.title} ({part.minutes} min)"
            yield ""
            yield from (f"- {line}" for line in [*part.does, *part.notes])
            yield ""
        clock += part.minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split()).rstrip(".") + (
        "." if html.rstrip().endswith(".") else ""
    )


def _code(code: str) -> str:
    lines = [line for line in code.splitlines() if line.strip()]
    return f"`{lines[0]}`" if len(lines) == 1 else "see the solution in the lesson."
