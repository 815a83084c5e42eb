"""Names and texts made to harm, in what an instructor adds: they stay text and break nothing."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from hcclab import teaching_cases
from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import Pair
from hcclab.authoring.projector import write
from hcclab.board import reading
from hcclab.cli import main
from hcclab.explorers.tumour_board import TumourBoard
from hcclab.teaching import Progress, course

SCRIPT = "<script>document.title='run'</script><img src=x onerror=alert(1)>"
STEM = """01_it's "so" <b>&#x27; 100% a?b {{ 7 * 7 }}"""


@pytest.fixture
def strange(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """A lesson under a strange name beside one under its own, in the folder `notebooks`."""
    folder = pair.text.parent / "notebooks"
    folder.mkdir()
    for file in (pair.text, pair.notebook):
        shutil.copy(file, folder / f"{STEM}{file.suffix}")
        file.rename(folder / file.name)
    monkeypatch.chdir(folder.parent)
    return Pair.of(folder / STEM)


def test_every_command_takes_a_lesson_with_a_strange_name(strange: Pair) -> None:
    for words in (
        ["sync", STEM],
        ["slides", STEM, "-o", "slides.html"],
        ["sheet", STEM, "-o", "sheet.md"],
        ["student", "edition", STEM],
        ["start", "mine", "--from", "edition"],
        ["site", "site"],
    ):
        assert main(words) == 0, words
    assert Path("mine", f"{STEM}.ipynb").exists()
    here = {path.name for path in Path("site").iterdir()}
    for page in Path("site").glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<b>" not in text.replace("<b>yes", "")
        for address in re.findall(r'<a [^>]*href="([^"#]+)', text):
            if ":" not in address:
                assert unquote(address) in here
    assert f"{STEM}.html" in here


def test_the_projector_takes_a_lesson_with_a_strange_name(strange: Pair, tmp_path: Path) -> None:
    (tmp_path / "voila").mkdir()
    lesson = Lesson.read(strange.notebook)
    for cell in lesson.tagged("explorer"):
        cell.node.outputs[0].data["text/html"] = "<strong>Area</strong> (still picture; run it)"
    (page,) = write([lesson], tmp_path / "voila")
    start = (tmp_path / "voila/voila/templates/hcclab/tree.html").read_text(encoding="utf-8")
    (address,) = re.findall(r'href="(/voila/render/[^"]*)"', start)
    assert unquote(address) == f"/voila/render/{page.name}.ipynb"
    assert "<b>" not in start


def test_the_table_of_the_course_is_text(monkeypatch: pytest.MonkeyPatch, strange: Pair) -> None:
    hostile = course.CourseLesson("01_doubling", SCRIPT, f"{SCRIPT}?", 10, 0, (), ())
    monkeypatch.setattr(course, "lessons", lambda: {hostile.stem: hostile})
    assert main(["site", "site"]) == 0
    pages = [page.read_text(encoding="utf-8") for page in Path("site").glob("*.html")]
    for page in (Progress().to_html(), *pages):
        assert "<script>" not in page
        assert "<img src=x" not in page


def test_a_case_of_an_instructor_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    case, meeting = teaching_cases.load("c01"), teaching_cases.load_meetings()["c01"]
    case = replace(case, title=SCRIPT, rationale=SCRIPT, aetiology=SCRIPT, first_option=SCRIPT)
    nodules = tuple(replace(each, note=SCRIPT) for each in meeting.nodules)
    told = dict.fromkeys(("history", "found_besides", "comorbidity", "confounder", "trap"), SCRIPT)
    meeting = replace(meeting, nodules=nodules, **told)
    monkeypatch.setattr(teaching_cases, "_all", lambda: {"c01": case})
    monkeypatch.setattr(reading, "load_meetings", lambda: {"c01": meeting})
    board = TumourBoard("c01")
    shown = [board.to_html()]
    while not board.board.finished:
        board.answer(**{each.name: next(iter(each.options)) for each in board.board.asking})
        told = (board._told, board._reply, board._path, board.status, board._score)
        shown += [str(each.value) for each in told]
    assert any("document.title" in page for page in shown)
    for page in shown:
        assert "<script" not in page
        assert "<img src=x" not in page
