"""The `hcclab` command. Each command is one function; errors are one sentence on standard error."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from hcclab.authoring.lesson import Lesson

OK, FAILED, BAD_INPUT = 0, 1, 2
LESSONS = Path("notebooks")
LONGEST_MESSAGE = 2000


class _Parser(argparse.ArgumentParser):
    """Words its errors as one sentence, without the usage lines."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(BAD_INPUT, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments
        Words after the command's name; those of the process by default.

    Returns
    -------
    int
        0 on success, 1 when a check fails, 2 on bad usage or bad input.

    Examples
    --------
    >>> main(["score", "no-such-file.csv", "-o", "out.csv"])
    2
    """
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stopped:
        return int(stopped.code or 0)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on
        return OK
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        return _complain(options.command, f"{where}{error.strerror or error}")
    except ValueError as error:
        return _complain(options.command, str(error))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return FAILED
    return code


def _complain(command: str, message: str) -> int:
    print(f"hcclab {command}: {_harmless(' '.join(message.split()))}", file=sys.stderr)
    return BAD_INPUT


def _harmless(text: str) -> str:
    """Return text that may quote a file, short and without codes that a terminal would obey."""
    if len(text) > LONGEST_MESSAGE:
        text = f"{text[:LONGEST_MESSAGE]} …"
    return "".join(
        each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hcclab", description="A teaching toolkit on liver cancer.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], text: str, example: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, epilog=f"example: {example}")
        made.set_defaults(run=run)
        return made

    lab = command("lab", run_lab, "Open the lessons in JupyterLab.", "hcclab lab")
    lab.add_argument("folder", nargs="?", type=Path, default=LESSONS, metavar="DIR")
    lab.add_argument("--no-browser", action="store_true", help="print the address only")

    start = command(
        "start",
        run_start,
        "Copy the lessons to a folder of yours, or bring it up to date; what you changed is kept.",
        "hcclab start my-lessons",
    )
    start.add_argument("folder", type=Path, metavar="DIR")
    start.add_argument(
        "--from",
        dest="source",
        type=Path,
        default=LESSONS,
        metavar="FOLDER",
        help="the lessons to copy, such as a student edition",
    )

    doctor = command("doctor", run_doctor, "Check this machine.", "hcclab doctor")
    doctor.add_argument("folder", nargs="?", type=Path, default=LESSONS, metavar="DIR")

    score = command(
        "score",
        run_score,
        "Score a cohort: CSV or Parquet in, the same plus results out.",
        "hcclab score cohort.csv -o scored.csv --systems albi,bclc_2022",
    )
    score.add_argument("source", type=Path, metavar="IN")
    score.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    score.add_argument("--systems", type=_names, metavar="a,b", help="all by default")
    score.add_argument("--strict", action="store_true", help="exit 1 if there was any problem")

    explain = command(
        "explain",
        run_explain,
        "Explain every result for one patient (YAML or JSON) or a teaching case.",
        "hcclab explain patient.yml --what-if",
    )
    explain.add_argument("file", nargs="?", type=Path, metavar="FILE")
    explain.add_argument("--case", metavar="ID", help="a teaching case, such as c01")
    explain.add_argument("--system", metavar="S", help="one system only")
    explain.add_argument("--json", action="store_true", help="write JSON")
    explain.add_argument("--what-if", action="store_true", help="add the nearest changes")

    systems = command(
        "systems",
        run_systems,
        "List the clinical systems, or describe one.",
        "hcclab systems bclc_2022",
    )
    systems.add_argument("key", nargs="?", metavar="KEY", help="one system, in full")
    systems.add_argument("--markdown", action="store_true", help="write the page docs/systems.md")

    check = command(
        "check", run_check, "Check lessons: everything CI asks of them.", "hcclab check 03_albi"
    )
    sync = command(
        "sync",
        run_sync,
        "Bring text and notebook of lessons together and store outputs.",
        "hcclab sync 03_albi --check",
    )
    sync.add_argument("--all", action="store_true", help="run unchanged lessons again as well")
    sync.add_argument("--check", action="store_true", help="then check them as hcclab check does")
    sync.add_argument("--keep", choices=("text", "notebook"), help="the side that wins")
    new = command(
        "new",
        run_new,
        "Begin a lesson from the template, which explains itself.",
        'hcclab new "Nutrition: what to eat?"',
    )
    new.add_argument("title", metavar="TITLE")
    new.add_argument("--number", type=int, metavar="NN", help="the next free one by default")
    student = command(
        "student",
        run_student,
        "Write the student edition: no solutions, no notes for teachers, no readable answers.",
        "hcclab student for-students",
    )
    student.add_argument("folder", type=Path, metavar="OUT")
    sheet = command(
        "sheet",
        run_sheet,
        "Write the teacher's run sheet of a lesson: a plan by the clock, with votes and answers.",
        "hcclab sheet 03_albi -o albi.md",
    )
    sheet.add_argument("lesson", metavar="LESSON")
    sheet.add_argument("-o", "--output", type=Path, metavar="FILE", help="the screen by default")
    sheet.add_argument("--minutes", type=int, default=90, metavar="N", help="90 by default")
    slides = command(
        "slides",
        run_slides,
        "Write the slides of a lesson: one HTML page (reveal.js) that needs no network.",
        "hcclab slides 03_albi -o albi.html",
    )
    slides.add_argument("lesson", metavar="LESSON")
    slides.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="LESSON.slides.html by default"
    )
    site = command(
        "site",
        run_site,
        "Write the course as a web site to read and to print, without a server.",
        "hcclab site build/site",
    )
    site.add_argument("folder", type=Path, metavar="OUT")

    lite = command(
        "lite",
        run_lite,
        "Write the explorers as a site that runs in the browser alone, without a server.",
        "hcclab lite build/lite",
    )
    lite.add_argument("folder", type=Path, metavar="OUT")

    projector = command(
        "projector",
        run_projector,
        "Show the explorers of lessons full screen, by Voila.",
        "hcclab projector 03_albi",
    )
    projector.add_argument("--no-browser", action="store_true", help="print the address only")

    for each in (check, sync, student, projector):
        each.add_argument("lessons", nargs="*", metavar="LESSON")
    return parser


def run_lab(options: argparse.Namespace) -> int:
    """Open JupyterLab on the first lesson."""
    folder = options.folder.resolve()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {options.folder}")
    first = next(iter(sorted(folder.glob("[0-9][0-9]_*.ipynb"))), None)
    if first is None:
        raise ValueError(f"{options.folder} holds no lessons")
    words = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}"]
    words.append(f"--LabApp.default_url=/lab/tree/{quote(first.name)}")
    if options.no_browser or not _has_display():
        words.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.append("--allow-root")
    return subprocess.call(words)


def run_start(options: argparse.Namespace) -> int:
    """Copy the lessons to a learner's folder."""
    from hcclab.authoring.workspace import start

    print(start(options.folder, options.source))
    print(f"Open them with: hcclab lab {options.folder}")
    return OK


def run_doctor(options: argparse.Namespace) -> int:
    """Check this machine and say how to mend what is wrong."""
    from hcclab.authoring.doctor import diagnose, report

    findings = diagnose(options.folder)
    print(report(findings))
    return OK if all(finding.ok for finding in findings) else FAILED


def run_score(options: argparse.Namespace) -> int:
    """Score a cohort file."""
    from hcclab.cohort_file import score_file

    report = score_file(
        options.source, options.output, options.systems, progress=sys.stderr.isatty()
    )
    print(report, file=sys.stderr)
    return FAILED if options.strict and report.problems else OK


def run_explain(options: argparse.Namespace) -> int:
    """Explain one patient."""
    from hcclab import patient, teaching_cases

    if (options.file is None) == (options.case is None):
        raise ValueError("give either a FILE or --case ID")
    if options.case is not None:
        case = teaching_cases.load(options.case)
        record = case.findings
        title = f"{case.case_id}: {case.title} (fictional)\n\n" if options.system is None else ""
    else:
        title = ""
        record = patient.load(options.file)
    systems = None if options.system is None else [options.system]
    assessment = patient.assess(record, systems)
    if options.json:
        print(json.dumps(assessment.to_dict(options.what_if), indent=2, ensure_ascii=False))
    else:
        print(title + assessment.text(options.what_if))
    return OK


def run_systems(options: argparse.Namespace) -> int:
    """List the systems, or describe one."""
    from hcclab import catalogue
    from hcclab.registry import find_system

    if options.key is None:
        print(catalogue.as_markdown() if options.markdown else catalogue.as_text())
    elif options.markdown:
        raise ValueError("give either a KEY or --markdown")
    else:
        print(find_system(options.key).description)
    return OK


def run_check(options: argparse.Namespace) -> int:
    """Check lessons."""
    return _check(_find(options.lessons))


def _check(lessons: list[Path]) -> int:
    from hcclab.authoring.lesson_check import check, report
    from hcclab.authoring.nbval_run import run_nbval

    problems = check(lessons)
    problems += run_nbval(lessons)
    print(report(problems))
    return FAILED if problems else OK


def run_sync(options: argparse.Namespace) -> int:
    """Bring text and notebook of lessons together."""
    from hcclab.authoring.pairs import SyncError, sync
    from hcclab.teaching import glossary

    code = OK
    lessons = _find(options.lessons)
    for page in sorted({lesson.parent / glossary.FILE for lesson in lessons}):
        if page.exists() and page.read_text(encoding="utf-8") != glossary.page():
            page.write_text(glossary.page(), encoding="utf-8", newline="\n")
            print(f"{page}: made from the glossary table")
    for lesson in lessons:
        try:
            done = sync(lesson, execute=options.all, keep=options.keep)
        except SyncError as error:
            print(f"hcclab sync: {error}", file=sys.stderr)
            code = FAILED
        else:
            print(done)
    if options.check and code == OK:
        code = _check(lessons)
    return code


def run_new(options: argparse.Namespace) -> int:
    """Begin a lesson from the template."""
    from hcclab.authoring.new_lesson import add_to_course, as_row, new_lesson
    from hcclab.authoring.pairs import SyncError, sync

    try:
        made = new_lesson(options.title, LESSONS, number=options.number)
        sync(made.pair.text)
    except SyncError as error:
        raise ValueError(str(error)) from None
    print(f"{made.pair.text}: a lesson from the template; its notes tell you what to write where")
    if made.was_planned:
        print(f"number, minutes and prerequisites are those planned in course.csv: {made.row.stem}")
    elif add_to_course(made):
        print(f"course.csv has a new row; give it your question and minutes: {as_row(made.row)}")
    else:
        print(f"add this row to src/hcclab/data/course.csv: {as_row(made.row)}")
    print(f"After each change: hcclab sync {made.row.stem} --check")
    return OK


def run_student(options: argparse.Namespace) -> int:
    """Write the student edition."""
    from hcclab.authoring.pairs import SyncError
    from hcclab.authoring.student import write_student_edition

    try:
        made = write_student_edition(options.folder, _find(options.lessons))
    except SyncError as error:
        raise ValueError(str(error)) from None
    print(f"{options.folder}: the student edition of {len(made)} lesson{'s' * (len(made) > 1)}")
    print(f"Students copy it with: hcclab start my-lessons --from {options.folder}")
    return OK


def run_sheet(options: argparse.Namespace) -> int:
    """Write the run sheet of a lesson."""
    from hcclab.authoring.sheet import run_sheet

    text = run_sheet(_read_lesson(options.lesson), options.minutes)
    if options.output is None:
        print(text, end="")
    else:
        options.output.write_text(text, encoding="utf-8", newline="\n")
    return OK


def run_slides(options: argparse.Namespace) -> int:
    """Write the slides of a lesson."""
    from hcclab.authoring.slides import slides

    lesson = _read_lesson(options.lesson)
    file = options.output or Path(f"{lesson.file.stem}.slides.html")
    file.write_text(slides(lesson), encoding="utf-8", newline="\n")
    print(f"{file}: open it in a browser; arrow keys move, F fills the screen, O shows all slides")
    return OK


def _read_lesson(name: str) -> Lesson:
    from hcclab.authoring.lesson import Lesson
    from hcclab.authoring.pairs import Pair, SyncError

    (text,) = _find([name])
    try:
        return Lesson.read(Pair.of(text).notebook)
    except SyncError as error:
        raise ValueError(str(error)) from None


def run_site(options: argparse.Namespace) -> int:
    """Write the course as a web site."""
    from hcclab.authoring.site import build

    pages = build(_find([]), options.folder)
    print(f"{len(pages)} pages written; open {pages[0].resolve()} in a browser")
    return OK


def run_lite(options: argparse.Namespace) -> int:
    """Write the course with no server."""
    from hcclab.authoring.lite import build

    shown = build(_find([]), options.folder)
    count = sum(len(each.pages) for each in shown)
    print(f"{options.folder}: {count} explorers of {len(shown)} lessons, for any web server")
    print(f"Look at it here: python -m http.server -b 127.0.0.1 -d {options.folder}")
    return OK


def run_projector(options: argparse.Namespace) -> int:
    """Show the explorers of lessons full screen."""
    from hcclab.authoring.lesson import Lesson
    from hcclab.authoring.projector import show

    lessons = [Lesson.read(path.with_suffix(".ipynb")) for path in _find(options.lessons)]
    return show(lessons, *["--no-browser"] * (options.no_browser or not _has_display()))


def _find(names: list[str]) -> list[Path]:
    from hcclab.authoring.pairs import SyncError, find_lessons

    if not names:
        try:
            return find_lessons(LESSONS)
        except SyncError as error:
            raise ValueError(str(error)) from None
    found = []
    for name in names:
        path = Path(name) if Path(name).parent != Path() else LESSONS / name
        path = path.with_suffix(".md") if path.suffix in ("", ".ipynb") else path
        if not path.exists() and not path.with_suffix(".ipynb").exists():
            raise ValueError(f"there is no lesson {name}")
        found.append(path)
    return found


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise argparse.ArgumentTypeError("name at least one system")
    return names


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
