"""Slides of a lesson: one HTML page with reveal.js and every picture inside, for any browser.

Nothing is fetched from anywhere. The slides of nbconvert load reveal.js, MathJax and more from the
network, and give each heading one slide however much it holds; here the lesson is cut into slides
that fit a screen. What students should find out stays folded: answers, hints and solutions open
with a click. Checks, notes for teachers and stubs are left out; the run sheet has the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from itertools import takewhile
from math import ceil
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode

from hcclab.authoring.formulas import drawn
from hcclab.authoring.lesson import Cell, Lesson

__all__ = ["slides"]

LEFT_OUT = {"check", "instructor", "solution"}
SECTIONS_LEFT_OUT = {"Before you start"}
# A slide of 1280 x 720 holds this many lines of this many letters.
LINES, LETTERS = 17.0, 84
PICTURE = 12.0

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_GLOSSARY = re.compile(r'<a href="glossary\.md[^"]*"(?: title="([^"]*)")?>(.*?)</a>', re.DOTALL)
_LOCAL = re.compile(r'<a href="(?!https?:|#)[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
_STILL = re.compile(r" \((?:static copy|still picture); run the cell [^)]*\)")
_QUESTION = re.compile(r"<li>(<p>.*?)</li>(?=<li><p>|</ol></div>)", re.DOTALL)
_FOLDED = re.compile(r"<details\b.*?</details>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_LEADS = re.compile(r":\s*$|^\s*Predict\b")
_SMALL = re.compile(r"font-size:\s*1[0-5]px")
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{css}
</style>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script>
{reveal}
</script>
<script>
{script}
</script>
</body>
</html>
"""


@dataclass(frozen=True)
class _Block:
    """A piece of a slide.

    Parameters
    ----------
    html, height
        What is shown, and how many lines it takes.
    level
        The level of a heading, or 0.
    kind
        A picture or a question wants a slide with little else and nothing behind it: the text
        after a question often gives the answer away.
    """

    html: str
    height: float
    level: int = 0
    kind: Literal["text", "picture", "question"] = "text"

    @property
    def leads(self) -> bool:
        """Whether it means nothing without what follows."""
        text = _TAG.sub("", self.html)
        return bool(self.level) or (
            self.height < 3 and self.html.startswith("<p>") and bool(_LEADS.search(text))
        )


def slides(lesson: Lesson) -> str:
    r"""Return the slides of a lesson as one HTML page.

    Examples
    --------
    >>> from pathlib import Path
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> cells = [new_markdown_cell("# Liver\n\n## Why?\n\nBecause.")]
    >>> page = slides(Lesson(Path("x.ipynb"), new_notebook(cells=cells)))
    >>> page.count("<section>")
    2
    """
    title = next((each.text for each in lesson.headings if each.level == 1), lesson.file.stem)
    made = "\n".join(
        f'<section><div class="body">{"".join(parts)}</div></section>'
        for parts in _cut(_blocks(lesson))
    )
    here = files("hcclab.authoring")
    texts = {
        name: (here / file).read_text(encoding="utf-8")
        for name, file in {
            "base": "reveal/reveal.css",
            "look": "slides.css",
            "reveal": "reveal/reveal.js",
            "script": "slides.js",
        }.items()
    }
    return _PAGE.format(
        title=escape(title),
        css=f"{texts['base']}\n{texts['look']}",
        slides=made,
        reveal=texts["reveal"],
        script=texts["script"],
    )


def _cut(blocks: Iterable[_Block]) -> Iterator[list[str]]:
    """Put blocks on slides: as many as fit, a heading never last, the section's name on each."""
    section = ""
    slide: list[_Block] = []
    for block in blocks:
        height = sum(each.height for each in slide)
        begins = block.level in (1, 2) or (block.level > 2 and height > LINES / 3)
        full = (
            height + block.height > LINES
            or (block.kind != "text" and height > 3)
            or any(each.kind != "text" for each in slide)
        )
        kept = [] if begins else _leading(slide)
        if slide and (begins or (full and len(kept) < len(slide))):
            yield _slide(slide[: len(slide) - len(kept)], section)
            slide = kept
        if block.level == 2 and not slide:
            section = _TAG.sub("", block.html)
        slide.append(block)
    if slide:
        yield _slide(slide, section)


def _leading(slide: list[_Block]) -> list[_Block]:
    """Return the last blocks of a slide that belong to what follows."""
    leading = list(takewhile(lambda block: block.leads, reversed(slide)))
    return leading[::-1]


def _slide(blocks: list[_Block], section: str) -> list[str]:
    names = section and blocks[0].level not in (1, 2)
    return [f'<p class="kicker">{section}</p>'] * bool(names) + [each.html for each in blocks]


def _blocks(lesson: Lesson) -> Iterator[_Block]:
    inside = True
    for cell in lesson.cells:
        if cell.tags & LEFT_OUT:
            continue
        if cell.is_code:
            yield from _code(cell) if inside else ()
            continue
        for level, block in _prose(cell):
            if level == 2:
                inside = _TAG.sub("", block.html) not in SECTIONS_LEFT_OUT
            if inside:
                yield block


def _prose(cell: Cell) -> Iterator[tuple[int, _Block]]:
    """Yield the blocks of a prose cell, each with the level of a heading or 0."""
    tokens = _MARKDOWN.parse(_COMMENT.sub("", cell.source))
    start = depth = 0
    for i, token in enumerate(tokens, start=1):
        depth += token.nesting
        if depth:
            continue
        piece, start = tokens[start:i], i
        level = int(piece[0].tag[1]) if piece[0].type == "heading_open" else 0
        yield level, _Block(_html(piece), 2.2 if level in (1, 2) else _height(piece), level)


def _html(tokens: list[Token]) -> str:
    if tokens[0].type == "paragraph_open" and tokens[1].content.startswith("$$"):
        formula = tokens[1].content.strip("$ \n")
        return f"<p>{drawn(formula, size=26)}</p>"
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    html = _GLOSSARY.sub(lambda m: f'<abbr title="{m[1] or ""}">{m[2]}</abbr>', html)
    return _LOCAL.sub(r"\1", html).strip()


def _height(tokens: list[Token]) -> float:
    """Estimate the lines that a block takes on a slide."""
    kind = tokens[0].type
    if kind == "fence":
        return 1 + 0.8 * tokens[0].content.count("\n")
    texts = [token.content for token in tokens if token.type == "inline"]
    if kind == "table_open":
        columns = max(1, sum(token.type == "th_open" for token in tokens))
        rows = [texts[i : i + columns] for i in range(0, len(texts), columns)]
        return sum(
            0.4 + 0.85 * max(ceil(_length(text) * columns / LETTERS) or 1 for text in row)
            for row in rows
        )
    return sum(0.35 + (ceil(_length(text) / LETTERS) or 1) for text in texts)


def _length(text: str) -> int:
    return len(re.sub(r"\]\([^)]*\)", "", text))


def _code(cell: Cell) -> Iterator[_Block]:
    html = "".join(cell.data("text/html"))
    if "<strong>Quiz</strong>" in html:
        for question in _QUESTION.findall(html):
            yield _Block(question, _height_of(question), kind="question")
        return
    if "exercise" in cell.tags:
        if "<strong>Exercise</strong>" in html:
            yield _Block(_STILL.sub("", html), _height_of(html), kind="question")
        return
    hidden = cell.node.metadata.get("jupyter", {}).get("source_hidden", False)
    shown = list(filter(None, map(_output, cell.outputs)))
    if cell.source.strip() and not hidden and "explorer" not in cell.tags:
        height = 0.9 + 0.8 * (cell.source.count("\n") + 1)
        code = _Block(f"<pre><code>{escape(cell.source)}</code></pre>", height)
        if shown and height + shown[0].height <= LINES:
            first = shown[0]
            joined = _Block(code.html + first.html, height + first.height, kind=first.kind)
            shown[0] = joined
        else:
            shown.insert(0, code)
    yield from shown


def _output(output: NotebookNode) -> _Block | None:
    data = output.get("data", {})
    if "text/html" in data:
        html = _STILL.sub(" (open the lesson to move it)", data["text/html"])
        if "<img" in html or "<svg" in html:
            return _Block(f'<div class="picture">{html}</div>', PICTURE, kind="picture")
        small = ' class="small"' if _SMALL.search(html) else ""
        return _Block(f"<div{small}>{html}</div>", _height_of(html))
    text = output.get("text") or data.get("text/plain", "")
    if output.output_type == "error":
        text = f"{output.ename}: {output.evalue}"
    if not text.strip():
        return None
    height = 0.9 + 0.8 * sum(ceil(len(line) / 95) or 1 for line in text.strip().split("\n"))
    return _Block(f'<pre class="output">{escape(text.strip())}</pre>', height)


def _height_of(html: str) -> float:
    """Estimate the lines of finished HTML: one for each block in it, more for long ones."""
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", _FOLDED.sub("<p>+</p>", html), flags=re.DOTALL)
    pieces = [_TAG.sub("", piece) for piece in re.split(r"</(?:p|li|tr|h\d|dd|pre)>", shown)]
    return sum(0.35 + ceil(len(piece) / LETTERS) for piece in pieces if piece.strip())
