"""The course to read, as files and in a browser without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.pairs import find_lessons
from hcclab.authoring.site import build
from hcclab.cli import main
from hcclab.teaching import course, glossary

LESSONS = find_lessons(Path(__file__).parents[2] / "notebooks")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(LESSONS, folder)
    return folder


class Addresses(HTMLParser):
    """What a page loads, where it links to, and the places inside it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: set[str] = set()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.places.add(value or "")
            elif name in {"href", "xlink:href"} and tag in {"a", "form"}:
                self.links.add(value or "")
            elif name in {"src", "srcset", "href", "xlink:href", "action", "data", "poster"}:
                self.loads.add(value or "")
            elif name == "style":
                self.loads.update(re.findall(r"url\(['\"]?([^)'\"]*)", value or ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.loads.update(re.findall(r"(?:url\(|@import)\s*['\"]?([^)'\";]*)", data))


def test_pages_load_only_files_of_the_site_and_no_link_leads_nowhere(site: Path) -> None:
    pages = {path.name: Addresses(path.read_text("utf-8")) for path in site.glob("*.html")}
    assert {f"{lesson.stem}.html" for lesson in LESSONS} < set(pages)
    for name, page in pages.items():
        for address in page.loads:
            inside = address.startswith(("data:", "#"))
            assert inside or (site / address).is_file(), f"{name} loads {address}"
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https"}:
                continue
            target = pages.get(parts.path or name)
            assert target is not None, f"{name} links to {link}"
            assert {parts.fragment, unquote(parts.fragment)} & {*target.places, ""}, (
                f"{name} links to {link}"
            )


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_page_has_what_a_reader_needs_and_nothing_else(lesson: Path, site: Path) -> None:
    page = unescape((site / f"{lesson.stem}.html").read_text("utf-8"))
    notebook = Lesson.read(lesson.with_suffix(".ipynb"))
    for cell in notebook.tagged("explorer"):
        for copy in cell.data("text/html"):
            for said in re.findall(r'<img alt="[^"]{20,}"|<td>[^<]+</td>', copy):
                assert unescape(said) in page
    for cell in notebook.tagged("instructor"):
        assert cell.source.strip("> \n").splitlines()[0] not in page
        assert "For the teacher" not in page
    assert "; run the cell" not in page
    assert "$$" not in page
    assert "flowchart TD" not in page


def test_the_start_page_is_the_map_of_the_course(site: Path) -> None:
    start = (site / "index.html").read_text("utf-8")
    for lesson in course.lessons().values():
        assert lesson.question in start
        assert f"{lesson.teaching} + {lesson.exercises}" in start
    for path in LESSONS:
        assert f'<a href="{path.stem}.html">' in start


def test_search_knows_every_section_and_every_term_but_no_folded_answer(site: Path) -> None:
    text = (site / "sections.js").read_text("utf-8")
    sections = json.loads(text.removeprefix("const SECTIONS = ").removesuffix(";\n"))
    addresses = [address for address, _, _ in sections]
    for entry in glossary.entries():
        assert f"glossary.html#{entry.slug}" in addresses
    for path in LESSONS:
        for heading in Lesson.read(path.with_suffix(".ipynb")).headings:
            if heading.level <= 2:
                words = re.sub(r"[*`_]", "", heading.text)
                assert any(path.stem in a and words in name for a, name, _ in sections), words
    assert "A box has one number. Whatever happens inside it" not in text


def test_a_folder_with_other_things_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.html").write_text("mine")
    assert main(["site", str(tmp_path)]) == 2
    assert "name a new folder" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.html"]


@pytest.fixture
def page(site: Path, browser: Browser) -> Iterator[Page]:
    """A window without a network; what goes wrong in it fails the test."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else wrong.append(r.url),
    )
    page.goto((site / "index.html").as_uri())
    yield page
    context.close()
    assert wrong == []


def test_a_reader_goes_from_the_map_to_a_lesson_to_a_term_by_keyboard(page: Page) -> None:
    page.get_by_role("link", name="Staging: which change counts?").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Staging")
    page.locator('a[href="glossary.html#bclc"]').first.press("Enter")
    expect(page.locator("#bclc")).to_be_in_viewport()


def test_a_search_finds_a_section_and_leads_to_it(page: Page) -> None:
    page.get_by_role("searchbox").fill("missing normal")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("with “missing normal”")
    page.get_by_role("link", name="Missing is not normal").first.click()
    expect(page.get_by_role("heading", name="Missing is not normal")).to_be_in_viewport()


@pytest.mark.parametrize("query", ["<img src=x onerror=document.title='run'>", "[(*\\", "İİ", "%"])
def test_no_query_runs_or_breaks_the_search(page: Page, query: str) -> None:
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(query)
    assert page.title() == "Search · hcclab"
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize(
    "name", ["index", "search", "glossary", "11_emerging_therapy", "14_tumour_board"]
)
def test_a_page_is_drawn_fits_a_phone_and_can_be_read_aloud(
    name: str, page: Page, site: Path
) -> None:
    page.goto((site / f"{name}.html").as_uri())
    assert page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    faults = [
        f"{fault['id']}: {node['html'][:160]}"
        for fault in Axe().run(page, options={"preload": False}).response["violations"]
        for node in fault["nodes"]
    ]
    assert faults == []


def test_on_paper_there_is_the_lesson_and_no_navigation(page: Page, site: Path) -> None:
    page.goto((site / "03_albi.html").as_uri())
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    expect(page.get_by_role("navigation")).not_to_be_visible()
    expect(page.get_by_role("searchbox")).not_to_be_visible()
    assert page.pdf().startswith(b"%PDF")
