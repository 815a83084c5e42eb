"""What a reader without a kernel sees: GitHub, print, an exported page."""

import re

import nbformat
from nbconvert import HTMLExporter

from hcclab.teaching import Choice, Exercise, Order, Progress, Quiz


def test_an_exported_page_shows_each_task_and_folds_its_answer(monkeypatch):
    monkeypatch.setenv("HCCLAB_PROGRESS", "off")
    shown = [
        Quiz(
            Choice("Which base?", ["10", "e"], 10, ["Yes, ten.", "No."], hints=["Not e."]),
            Order("Which order?", ["see", "judge"], "Look first."),
        ),
        Exercise("What is 1 + 1?", 2, solution="1 + 1"),
        Progress(),
    ]
    cells = []
    for each in shown:
        made = {"text/plain": repr(each)}
        page = each.to_html()
        made["text/html"] = page
        output = nbformat.v4.new_output("execute_result", data=made, execution_count=1)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1))
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    seen = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    for question in ("Which base?", "Which order?", "What is 1 + 1?", "ALBI: liver function"):
        assert question in seen
    for answer in ("Yes, ten.", "Not e.", "Look first.", "<code>1 + 1</code>"):
        assert answer in page
        assert answer not in seen
