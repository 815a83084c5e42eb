from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from hcclab.authoring import lesson_check
from hcclab.authoring.lesson_check import check, report
from hcclab.authoring.pairs import Pair, sync
from hcclab.cli import main
from hcclab.teaching import glossary
from tests.authoring.sample import cell_with, edit_notebook, edit_text

Edit = Callable[[NotebookNode], object]


def found(pair: Pair) -> set[tuple[str, int]]:
    """Name what check finds, apart from the pair being out of step after a corruption."""
    return {(p.rule, p.cell) for p in check([pair.text]) if p.rule != "pair"}


def source(words: str, old: str, new: str) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        cell = cell_with(notebook, words)
        assert old in cell.source
        cell.source = cell.source.replace(old, new, 1)

    return edit


def code(text: str) -> Edit:
    return lambda n: cell_with(n, "print(2 * 4)").update(source=text)


def prose(text: str) -> Edit:
    return lambda n: cell_with(n, "Expect").update(source=text)


def tagged(words: str, *tags: str) -> Edit:
    return lambda n: cell_with(n, words).metadata.update(tags=list(tags))


def shown(data: dict[str, str]) -> Edit:
    output = new_output("display_data", data=data)
    return lambda n: cell_with(n, "print(2 * 4)").outputs.append(output)


def printed(name: str, text: str) -> Edit:
    output = new_output("stream", name=name, text=text)
    return lambda n: cell_with(n, "print(2 * 4)").outputs.append(output)


def order(*moves: tuple[int, int]) -> Edit:
    def edit(notebook: NotebookNode) -> None:
        for start, end in moves:
            notebook.cells.insert(end, notebook.cells.pop(start))

    return edit


def stored_error(notebook: NotebookNode) -> None:
    error = new_output("error", ename="ValueError", evalue="broken")
    error.traceback = ["ValueError: broken"]
    cell_with(notebook, "print(2 * 4)").outputs.append(error)


CORRUPTIONS: dict[str, tuple[Edit, str, int]] = {
    "no title": (source("# Doubling", "# Doubling a dose", ""), "title", 0),
    "two titles": (prose("# Another"), "title", 6),
    "title below": (order((0, 1)), "title", 2),
    "no notice": (source("# Doubling", "not for patient", "for patient"), "notice", 1),
    "notice moved": (source("# Doubling", "\n> **For", "\nHello.\n\n> **For"), "notice", 1),
    "no section": (source("What is", "## Key points", "## Points"), "sections", 0),
    "section twice": (prose("## Quiz"), "sections", 10),
    "section order": (
        source("# Doubling", "## Objectives", "## Aim\n\n## Objectives"),
        "sections",
        1,
    ),
    "no own section": (source("# Doubling", "## One idea", "### One idea"), "sections", 0),
    "no minutes": (source("# Doubling", "10 minutes", "Soon"), "minutes", 0),
    "unknown tag": (tagged("print(2 * 4)", "solution", "solutoin"), "tags", 9),
    "no explorer": (tagged("doubler = Doubler()"), "tags", 0),
    "no exercise": (lambda n: n.cells.pop(7), "tags", 0),
    "no instructor": (tagged("Expect"), "tags", 0),
    "note without its tag": (
        lambda n: cell_with(n, "Expect").update(source="> **For the teacher.** Ask.", metadata={}),
        "tags",
        6,
    ),
    "solution without its tag": (
        lambda n: cell_with(n, "print(2 * 4)").update(source="# One solution.", metadata={}),
        "tags",
        9,
    ),
    "explorer without its tag": (
        shown({"text/html": "A (still picture; run the cell)"}),
        "tags",
        9,
    ),
    "tag in place of tags": (lambda n: n.cells[2].metadata.update(tag=["check"]), "tags", 3),
    "misspelt code-cell": (prose("```{code-cel} ipython3\nx = 1\n```"), "fence", 6),
    "half a merge": (prose("<<<<<<< HEAD\nExpect much."), "merge", 6),
    "section inside a note": (prose("Expect much.\n\n### More"), "notes", 6),
    "solution first": (order((8, 7)), "solution-order", 8),
    "dead link": (prose("See [it](09_gone.ipynb)."), "links", 6),
    "dead picture": (prose("![A liver](liver.png)"), "links", 6),
    "picture without words": (prose("![](01_doubling.md)"), "alternative", 6),
    "dead anchor": (prose("See [it](#Nowhere)."), "links", 6),
    "bad DOI": (prose("<https://doi.org/hepatology>"), "links", 6),
    "old DOI": (prose("<http://dx.doi.org/10.1000/1>"), "links", 6),
    "picture in prose": (prose('<img src="data:x">'), "alternative", 6),
    "svg in prose": (prose("<svg><circle/></svg>"), "alternative", 6),
    "chart in prose": (prose("```mermaid\nflowchart TD\nA --> B\n```"), "alternative", 6),
    "wrong quotation": (source("Twice the dose", "42 mg", "43 mg"), "quotation", 5),
    "longer quotation": (source("Twice the dose", "42 mg", "142 mg"), "quotation", 5),
    "quotation of nothing": (source("Twice the dose", "=twice", "=thrice"), "quotation", 5),
    "quotation not compared": (
        lambda n: cell_with(n, "twice_21 =").update(
            source="# Its output may differ.\nassert True",
            metadata={"tags": ["check", "nbval-ignore-output"]},
        ),
        "quotation",
        5,
    ),
    "interact": (code("from ipywidgets import interact"), "widget", 9),
    "interact by module": (code("widgets.interact(print, x=1)"), "widget", 9),
    "output by submodule": (
        code("from ipywidgets import widgets as w\nw.Output()"),
        "widget",
        9,
    ),
    "everything": (code("from ipywidgets import *"), "widget", 9),
    "urllib": (code("import urllib.request"), "network", 9),
    "requests": (code("from requests import get"), "network", 9),
    "address": (code("x = 'https://example.org/data.csv'"), "network", 9),
    "shell": (code("!curl example.org"), "network", 9),
    "install": (code("%pip install x"), "network", 9),
    "not Python": (code("print("), "syntax", 9),
    "semicolon": (code("2 * 4;"), "semicolon", 9),
    "semicolon before a comment": (code("2 * 4;  # quiet"), "semicolon", 9),
    "long cell": (code("x = 1\n" * 26), "long-cell", 9),
    "skip": (tagged("print(2 * 4)", "solution", "nbval-skip"), "opt-out", 9),
    "ignored output": (tagged("print(2 * 4)", "solution", "nbval-ignore-output"), "opt-out", 9),
    "marker": (code("# NBVAL_IGNORE_OUTPUT\n# because it varies\nprint(1)"), "opt-out", 9),
    "open solution": (source("answer", "### END SOLUTION", ""), "solution-marks", 8),
    "closed solution": (source("answer", "### BEGIN SOLUTION", ""), "solution-marks", 8),
    "check of nothing": (
        lambda n: n.cells[8].update(source="x = 1", outputs=[], metadata={"tags": ["check"]}),
        "check",
        9,
    ),
    "other minutes": (source("# Doubling", "10 minutes", "15 minutes"), "course", 0),
    "other split": (
        source("# Doubling", "10 minutes,", "10 minutes: 8 for the lesson,"),
        "course",
        0,
    ),
    "prerequisite not in the table": (
        source("# Doubling", "requisites.", "requisites.\n\n| ALBI | helpful | `03_albi` |\n"),
        "course",
        0,
    ),
    "quiz without a name": (code("Quiz()"), "name", 9),
    "exercise with a name of another lesson": (
        code('t.Exercise("?", 1, name="03_albi/a")'),
        "name",
        9,
    ),
    "a name twice": (
        code('Quiz(name="01_doubling/a")\nQuiz(name="01_doubling/a")'),
        "name",
        9,
    ),
    "a solution that counts as an answer": (code("task.check(8)"), "solution-cell", 9),
    "link to no term": (prose("[nonsense](glossary.md)"), "glossary", 6),
    "link without its definition": (prose("[TACE](glossary.md)"), "glossary", 6),
    "never run": (lambda n: n.cells[8].update(execution_count=None), "executed", 9),
    "run twice": (lambda n: n.cells[8].update(execution_count=6), "executed", 9),
    "empty cell": (lambda n: n.cells.append(new_code_cell("")), "executed", 11),
    "error": (stored_error, "error", 9),
    "warning": (printed("stderr", "FutureWarning: soon"), "error", 9),
    "widget state": (lambda n: n.metadata.update(widgets={}), "widget-state", 0),
    "widget view": (
        shown({"application/vnd.jupyter.widget-view+json": "{}"}),  # type: ignore[arg-type]
        "widget-state",
        0,
    ),
    "kernel version": (
        lambda n: n.metadata.language_info.update(version="3.11.7"),
        "metadata",
        0,
    ),
    "run times": (lambda n: n.cells[8].metadata.update(execution={"t": "1"}), "metadata", 0),
    "local path": (printed("stdout", "/home/ann/liver.csv"), "local-path", 9),
    "other local path": (shown({"text/plain": r"C:\Users\ann"}), "local-path", 9),
    "no static copy": (
        lambda n: cell_with(n, "doubler = Doubler()").outputs[0].data.pop("text/html"),
        "static-copy",
        3,
    ),
    "empty static copy": (
        lambda n: (
            cell_with(n, "doubler = Doubler()")
            .outputs[0]
            .data.update({"text/html": "<style>p {}</style><p> </p>"})
        ),
        "static-copy",
        3,
    ),
    "bare figure": (shown({"image/png": "aGNj"}), "alternative", 9),
    "figure without alt": (shown({"text/html": '<img alt=" " src="x">'}), "alternative", 9),
    "svg without title": (shown({"text/html": '<svg role="img"></svg>'}), "alternative", 9),
    "svg without role": (
        shown({"text/html": "<svg><title>Liver</title></svg>"}),
        "alternative",
        9,
    ),
    "chart": (shown({"text/vnd.mermaid": "flowchart TD"}), "alternative", 9),
}


def test_a_complete_lesson_has_no_problem(pair: Pair) -> None:
    assert check([pair.text]) == []
    assert check([pair.notebook]) == []


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_corrupted_lesson_is_named_with_rule_and_cell(pair: Pair, corruption: str) -> None:
    edit, rule, cell = CORRUPTIONS[corruption]
    edit_notebook(pair, edit)
    assert (rule, cell) in found(pair)


GOOD: dict[str, Edit] = {
    "named pictures": shown(
        {
            "text/html": '<figure><img alt="A liver" src="x"></figure>'
            '<svg role="img"><title>Stages</title></svg><svg role="img" aria-label="Grades"></svg>'
            '<svg aria-hidden="true"></svg>'
        }
    ),
    "figure with its alternative": shown(
        {"image/png": "aGNj", "text/html": '<img alt="A liver" src="x">'}
    ),
    "described chart": shown({"text/vnd.mermaid": "flowchart TD\naccDescr: two boxes"}),
    "links": prose("[text](01_doubling.md), [web](https://example.org), [idea](#One-idea)"),
    "a tidy widget": code("import ipywidgets as w\nw.HTML()\nw.jslink"),
    "own names like a widget's": code("class Output: pass\nOutput()\nlesson.interact = 1"),
    "a semicolon inside": code("x = 'a;'\ny = 1; z = 2"),
    "a reason": lambda n: cell_with(n, "print(2 * 4)").update(
        source="# The time differs at each run.\nprint(2 * 4)",
        metadata={"tags": ["solution", "nbval-ignore-output"]},
    ),
    "an expected error": lambda n: (
        stored_error(n),
        tagged("print(2 * 4)", "solution", "raises-exception")(n),
    ),
    "named exercises": code('Quiz(name="01_doubling/a")\nExercise("?", 1, name="01_doubling/b")'),
    "a solution that says so": code("# One solution. Try first.\ntask.check(8)"),
    "a magic": code("%config InlineBackend.figure_formats = ['svg']"),
    "prose that looks like code": prose("`# not a title` and\n\n    ## not a section"),
    "a quotation in prose of its own": lambda n: n.cells.insert(
        5, new_markdown_cell("It is 42 mg<!--=twice_21-->, again 42 mg<!-- =twice_21 -->.")
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_allowed_is_not_reported(pair: Pair, case: str) -> None:
    edit_notebook(pair, GOOD[case])
    assert found(pair) == set()


def test_links_to_the_glossary_are_completed_by_sync_and_the_page_is_compared(pair: Pair) -> None:
    page = pair.text.with_name("glossary.md")
    page.write_text(glossary.page(), encoding="utf-8")
    edit_text(pair, "Predict first", "[TACE](glossary.md) first")
    sync(pair.text)
    assert '[TACE](glossary.md#tace "Transarterial' in pair.text.read_text(encoding="utf-8")
    assert check([pair.text]) == []
    page.write_text("# Glossary")
    (problem,) = check([pair.text])
    assert (problem.rule, problem.file) == ("glossary", page)
    assert main(["sync", str(pair.text)]) == 0
    assert check([pair.text]) == []


def test_a_pair_out_of_step_is_reported(pair: Pair, tmp_path: Path) -> None:
    edit_text(pair, "Predict first", "Guess first")
    (problem,) = check([pair.text])
    assert (problem.rule, problem.message) == ("pair", "the text was edited since the last sync")
    assert [p.rule for p in check([tmp_path / "09_none.md"])] == ["pair"]


def test_the_report_names_file_cell_rule_and_remedy(pair: Pair) -> None:
    edit_notebook(pair, code("2 * 4;"))
    text = report([p for p in check([pair.text]) if p.rule == "semicolon"])
    assert text == (
        f"{pair.notebook}, cell 9 ('2 * 4;'): a line ends with ';', which nbval does not honour "
        "[semicolon]; assign the value to _ instead.\n1 problem in 1 lesson."
    )


def test_the_report_names_the_line_of_the_text(pair: Pair) -> None:
    edit_text(pair, "42 mg", "43 mg")
    sync(pair.text)
    lines = pair.text.read_text(encoding="utf-8").splitlines()
    wanted = next(number for number, line in enumerate(lines, start=1) if "43 mg" in line)
    assert f"né?'), line {wanted} of 01_doubling.md: the prose says" in report(check([pair.text]))


def test_each_rule_has_a_corruption() -> None:
    code = "".join(
        path.read_text() for path in Path(lesson_check.__file__).parent.glob("*_rules.py")
    )
    rules = set(re.findall(r'lesson\.problem\(\s*"([\w-]+)"', code))
    assert rules == {rule for _, rule, _ in CORRUPTIONS.values()}
