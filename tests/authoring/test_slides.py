"""`hcclab slides`: one page that holds all it needs, cut to what a screen holds."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import Pair, find_lessons
from hcclab.authoring.slides import slides
from hcclab.cli import main

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSONS = [lesson.with_suffix(".ipynb") for lesson in find_lessons(NOTEBOOKS)]


class Fetched(HTMLParser):
    """Collect what a browser fetches for a page, apart from what the page itself holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.balance = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balance += tag == "section"
        for name, value in attrs:
            fetches = name in {"src", "srcset", "data", "poster"} or (tag, name) == ("link", "href")
            if fetches and not (value or "").startswith("data:"):
                self.found.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.balance -= tag == "section"


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_slides_fetch_nothing_and_show_every_section(lesson: Path) -> None:
    read = Lesson.read(lesson)
    page = slides(read)
    fetched = Fetched(page)
    assert (fetched.found, fetched.balance) == ([], 0)
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|#)\w", page.partition("</style>")[0])
    shown = page.partition('<div class="slides">')[2].partition("<script>")[0]
    for heading in read.headings:
        if heading.level == 2 and heading.text not in {"Before you start"}:
            assert re.search(r"<h2>", shown), heading.text
    assert shown.count("<h2>") == sum(h.level == 2 for h in read.headings) - 1


def test_slides_hold_no_note_check_or_stub(pair: Pair) -> None:
    page = slides(Lesson.read(pair.notebook))
    for gone in ("square the dose", "twice_21 =", "BEGIN SOLUTION", "print(2 * 4)", "<!-- ="):
        assert gone not in page
    for kept in ("Doubling a dose", "42 mg", "Twice 2 is 4.", "https://doi.org/10.1000/example.1"):
        assert kept in page


def test_a_question_ends_its_slide_with_the_answer_folded() -> None:
    page = slides(Lesson.read(NOTEBOOKS / "03_albi.ipynb"))
    (slide,) = [
        each
        for each in page.split("<section>")
        if "<p>Ana and Ben have the same five points." in each
    ]
    before, _, folded = slide.partition("<details>")
    assert "How old they are" in before and "✓" not in before
    assert folded.rstrip().endswith("</details></div></section>")


def test_terms_keep_their_meaning_without_a_dead_link() -> None:
    page = slides(Lesson.read(NOTEBOOKS / "03_albi.ipynb"))
    assert "glossary.md" not in page
    assert re.search(r'<abbr title="Child-Pugh score: [^"]+">Child-Pugh score</abbr>', page)


def test_a_formula_is_drawn_with_its_source_as_text() -> None:
    page = slides(Lesson.read(NOTEBOOKS / "10_oncolytic_virus.ipynb"))
    assert "$$" not in page.partition("<script>")[0]
    assert re.search(r'<svg role="img"[^>]*><title>R_0 = \\frac', page)


def test_the_command_writes_beside_you_or_where_told(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["slides", str(pair.text)]) == 0
    assert capsys.readouterr().out.startswith("01_doubling.slides.html: open it in a browser")
    assert main(["slides", str(pair.text), "-o", "mine.html"]) == 0
    made = Path("mine.html").read_bytes()
    assert made == Path("01_doubling.slides.html").read_bytes()
    assert made.startswith(b"<!DOCTYPE html>")


def test_slides_need_a_notebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "01_x.md").write_text("# X")
    assert main(["slides", str(tmp_path / "01_x.md"), "-o", str(tmp_path / "x.html")]) == 2
    assert "there is no such notebook" in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()
