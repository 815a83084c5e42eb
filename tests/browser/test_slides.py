"""Slides in a browser without a network: every picture is there, nothing is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hcclab.authoring.lesson import Lesson
from hcclab.authoring.slides import slides

ROOT = Path(__file__).parents[2]
# The lessons with most figures, with a formula, and with a copy that is longer than any screen.
CHOSEN = ("03_albi", "10_oncolytic_virus", "14_tumour_board")

LOOK = """() => {
  const body = Reveal.getCurrentSlide().querySelector(".body");
  const box = body.getBoundingClientRect(), scale = Reveal.getScale();
  return {
    bottom: (box.top + box.height) / scale,
    right: body.scrollWidth - body.clientWidth,
    size: Number(body.style.zoom),
    scrolled: body.classList.contains("scrolled"),
    text: body.innerText.trim().length,
    blank: [...body.querySelectorAll("img")].filter(each => !each.naturalWidth).length,
  };
}"""


@pytest.mark.parametrize("stem", CHOSEN)
def test_every_slide_is_whole(stem: str, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "slides.html"
    file.write_text(slides(Lesson.read(ROOT / "notebooks" / f"{stem}.ipynb")), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    count = page.evaluate("Reveal.getTotalSlides()")
    assert count > 10
    scrolled = 0
    for number in range(count):
        seen = page.evaluate(LOOK)
        where = f"slide {number + 1} of {stem}: {seen}"
        assert seen["bottom"] <= 721 and seen["right"] <= 2, where
        assert seen["size"] >= 0.6 and seen["text"] and not seen["blank"], where
        scrolled += seen["scrolled"]
        page.keyboard.press("ArrowRight")
    assert scrolled <= 1
    assert page.evaluate("Reveal.isLastSlide()")
    assert not errors
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    context.close()
