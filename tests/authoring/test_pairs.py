from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat import NotebookNode

from hcclab.authoring.pairs import Pair, PairStatus, SyncError, find_lessons, status, sync
from tests.authoring.sample import cell_with, copy_pair, edit_notebook, edit_text, write_lesson

TEXT_EDITS = {
    "code": ("print(2 * 4)", "print(2 * 5)"),
    "prose": ("Predict first", "Guess first"),
    "accent": ("né?", "nê?"),
    "tag": ('["instructor"]', '["instructor", "static"]'),
    "new cell": ("## Quiz", "```{code-cell} ipython3\nprint('new')\n```\n\n## Quiz"),
    "removed cell": ("Expect that learners square the dose.", ""),
    "lesson metadata": ("jupytext:", "lesson:\n  level: first\njupytext:"),
}
NOTEBOOK_EDITS: dict[str, Callable[[NotebookNode], object]] = {
    "code": lambda n: cell_with(n, "print(2 * 4)").update(source="print(2 * 5)"),
    "prose": lambda n: cell_with(n, "Expect").update(source="Expect much."),
    "accent": lambda n: cell_with(n, "né?").update(source="Twice, nê?"),
    "tag": lambda n: cell_with(n, "Expect").metadata.update(tags=["instructor", "static"]),
    "metadata": lambda n: cell_with(n, "Expect").metadata.update(slideshow={"slide_type": "notes"}),
    "new cell": lambda n: n.cells.append(nbformat.v4.new_markdown_cell("More")),
    "removed cell": lambda n: n.cells.pop(),
    "moved cell": lambda n: n.cells.insert(1, n.cells.pop(5)),
    "lesson metadata": lambda n: n.metadata.update(lesson={"level": "first"}),
}


def stored(pair: Pair) -> NotebookNode:
    return nbformat.read(pair.notebook, as_version=4)


def content(notebook: NotebookNode) -> list[object]:
    cells = [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells if cell.source]
    return [notebook.metadata.get("lesson"), *cells]


def content_of_text(pair: Pair) -> list[object]:
    return content(jupytext.reads(pair.text.read_text(encoding="utf-8"), fmt="md:myst"))


def test_a_new_text_gives_an_executed_notebook(pair: Pair) -> None:
    notebook = stored(pair)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5]
    assert cell_with(notebook, "twice_21 =").outputs[0].text.startswith("twice_21 = 42 mg\n")
    assert status(pair.text) is PairStatus.IN_SYNC


def test_syncing_again_changes_no_byte_executed_or_not(pair: Pair) -> None:
    before = pair.contents()
    assert sync(pair.notebook).written == ()
    assert sync(pair.text, execute=True).executed
    assert pair.contents() == before


def test_the_same_text_gives_the_same_bytes_anywhere(pair: Pair, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    other = write_lesson(elsewhere, pair.text.read_text(encoding="utf-8"))
    sync(other.text)
    assert other.contents() == pair.contents()


@pytest.mark.parametrize("edit", TEXT_EDITS)
def test_an_edit_of_the_text_reaches_the_notebook(pair: Pair, edit: str) -> None:
    edit_text(pair, *TEXT_EDITS[edit])
    edited = content_of_text(pair)
    assert status(pair.text) is PairStatus.TEXT_EDITED
    sync(pair.text)
    assert content(stored(pair)) == content_of_text(pair) == edited
    assert status(pair.text) is PairStatus.IN_SYNC


@pytest.mark.parametrize("edit", NOTEBOOK_EDITS)
def test_an_edit_of_the_notebook_reaches_the_text(pair: Pair, edit: str) -> None:
    edit_notebook(pair, NOTEBOOK_EDITS[edit])
    edited = content(stored(pair))
    assert status(pair.text) is PairStatus.NOTEBOOK_EDITED
    sync(pair.text)
    assert content_of_text(pair) == content(stored(pair)) == edited
    assert status(pair.text) is PairStatus.IN_SYNC


@pytest.mark.parametrize("newer", ["text", "notebook"])
def test_file_times_mean_nothing(pair: Pair, newer: str) -> None:
    edit_notebook(pair, NOTEBOOK_EDITS["prose"])
    os.utime(pair.text if newer == "text" else pair.notebook, (4e9, 4e9))
    sync(pair.text)
    assert "Expect much." in pair.text.read_text(encoding="utf-8")


def test_an_edit_of_the_notebook_alone_survives_commit_and_clone(
    pair: Pair, tmp_path: Path
) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    origin.mkdir()
    tracked = copy_pair(pair, origin)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=origin, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "lesson")
    edit_notebook(tracked, NOTEBOOK_EDITS["prose"])
    git("commit", "-a", "-m", "edited in Jupyter, text forgotten")
    git("clone", ".", str(clone))
    cloned = Pair.of(clone / pair.text.name)
    os.utime(cloned.text, (4e9, 4e9))
    sync(cloned.text)
    assert "Expect much." in cloned.text.read_text(encoding="utf-8")
    assert "Expect much." in cloned.notebook.read_text(encoding="utf-8")


def test_edits_on_both_sides_are_refused_and_named(pair: Pair) -> None:
    edit_text(pair, *TEXT_EDITS["prose"])
    edit_notebook(pair, NOTEBOOK_EDITS["code"])
    before = pair.contents()
    with pytest.raises(SyncError, match=r"text changed cell 1 .*notebook changed cell 9 .*--keep"):
        sync(pair.text)
    assert pair.contents() == before


@pytest.mark.parametrize(("keep", "kept"), [("text", "Guess first"), ("notebook", "2 * 5")])
def test_one_side_is_kept_on_request(pair: Pair, keep: str, kept: str) -> None:
    edit_text(pair, *TEXT_EDITS["prose"])
    edit_notebook(pair, NOTEBOOK_EDITS["code"])
    sync(pair.text, keep=keep)  # type: ignore[arg-type]
    assert kept in pair.text.read_text(encoding="utf-8")
    assert kept in pair.notebook.read_text(encoding="utf-8")


def test_a_notebook_that_was_never_synced_is_not_overwritten(pair: Pair) -> None:
    edit_text(pair, *TEXT_EDITS["prose"])
    edit_notebook(pair, lambda n: n.metadata.pop("hcclab"))
    before = pair.contents()
    with pytest.raises(SyncError, match=r"never synced, and the text changed cell 1 "):
        sync(pair.text)
    assert pair.contents() == before


def test_the_same_edit_on_both_sides_is_accepted_and_executed(pair: Pair) -> None:
    edit_text(pair, *TEXT_EDITS["code"])
    edit_notebook(pair, NOTEBOOK_EDITS["code"])
    assert status(pair.text) is PairStatus.IN_SYNC
    assert sync(pair.text).executed
    assert cell_with(stored(pair), "print(2 * 5)").outputs[0].text == "10\n"


def test_a_change_of_prose_keeps_ids_and_outputs_without_running(pair: Pair) -> None:
    before = stored(pair)
    edit_text(pair, *TEXT_EDITS["prose"])
    assert not sync(pair.text).executed
    after = stored(pair)
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    assert after.cells[1:] == before.cells[1:]


def test_a_change_of_code_renews_the_outputs_that_depend_on_it(pair: Pair) -> None:
    before = stored(pair)
    edit_text(pair, "2 * self.dose.value}", "3 * self.dose.value}")
    assert sync(pair.text).executed
    after = stored(pair)
    assert "Twice 21 is 63." in cell_with(after, "twice_21 =").outputs[0].text
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]


def test_a_notebook_saved_half_executed_runs_again(pair: Pair) -> None:
    def forget(notebook: NotebookNode) -> None:
        cell = cell_with(notebook, "print(2 * 4)")
        cell.update(execution_count=None, outputs=[])

    edit_notebook(pair, forget)
    assert sync(pair.text).executed
    assert cell_with(stored(pair), "print(2 * 4)").outputs[0].text == "8\n"


def test_what_jupyter_adds_is_no_edit_and_is_removed(pair: Pair) -> None:
    before = pair.contents()

    def like_jupyter(notebook: NotebookNode) -> None:
        notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}
        notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
        cell = cell_with(notebook, "doubler = Doubler()")
        cell.metadata.update(scrolled=True, trusted=True, execution={"iopub.execute_input": "x"})
        view = {"application/vnd.jupyter.widget-view+json": {"model_id": "0123"}}
        cell.outputs[0].data.update(view)

    edit_notebook(pair, like_jupyter)
    pair.text.write_bytes(pair.text.read_bytes().replace(b"\n", b"\r\n"))
    assert status(pair.text) is PairStatus.IN_SYNC
    assert not sync(pair.text).executed
    assert pair.contents() == before


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import time; time.sleep(60)", "ran longer than 2 s"),
        ("import os; os._exit(1)", "ended the kernel"),
        (
            "button = widgets.Button()\nbutton.on_click(lambda _: 1 / 0)\nbutton.click()",
            "showed ZeroDivisionError: division by zero",
        ),
        ("doubler.dose.observe(lambda _: 1 / 0)\ndoubler.dose.value = 5", "division by zero"),
    ],
)
def test_a_cell_that_fails_is_named_and_leaves_both_files(
    pair: Pair, code: str, complaint: str
) -> None:
    edit_text(pair, "print(2 * 4)", code)
    before = pair.contents()
    with pytest.raises(SyncError) as caught:
        sync(pair.text, timeout=2 if "sleep" in code else 120)
    message = str(caught.value)
    assert complaint in message
    assert f"{pair.notebook}, cell 9 ({code.splitlines()[0]!r})" in message
    assert "\n" not in message
    assert pair.contents() == before
    assert {path.name for path in pair.text.parent.iterdir()} == {
        pair.text.name,
        pair.notebook.name,
    }


def test_outputs_that_running_unfolded_are_folded_again(pair: Pair) -> None:
    folded = "---\njupyter:\n  outputs_hidden: true\ntags: [solution]\n---\nprint(2 * 4)"
    edit_text(pair, ":tags: [solution]\n\nprint(2 * 4)", folded)
    sync(pair.text)
    before = pair.contents()

    def run_in_jupyter(notebook: NotebookNode) -> None:
        del cell_with(notebook, "print(2 * 4)").metadata["jupyter"]

    edit_notebook(pair, run_in_jupyter)
    sync(pair.text)
    assert pair.contents() == before


def test_a_cell_that_is_there_to_raise_is_stored_without_paths(pair: Pair) -> None:
    edit_text(pair, "[solution]\n\nprint(2 * 4)", "[solution, raises-exception]\n\n1 / 0")
    sync(pair.text)
    (output,) = cell_with(stored(pair), "1 / 0").outputs
    assert output.traceback == ["ZeroDivisionError: division by zero"]


@pytest.mark.parametrize(
    "source", ["before\n+++\nafter", "```{code-cell}\n1\n```", "![x](attachment:x.png)"]
)
def test_prose_that_the_text_cannot_hold_is_refused(pair: Pair, source: str) -> None:
    def edit(notebook: NotebookNode) -> None:
        cell = cell_with(notebook, "Expect")
        cell.source = source
        if "attachment" in source:
            cell.attachments = {"x.png": {"image/png": "aGNj"}}

    edit_notebook(pair, edit)
    before = pair.contents()
    with pytest.raises(SyncError, match=r"cell 6 .* cannot be written as text"):
        sync(pair.text)
    assert pair.contents() == before


def test_a_header_key_that_would_be_lost_is_refused(pair: Pair) -> None:
    edit_text(pair, "jupytext:", "title: Doubling\njupytext:")
    with pytest.raises(SyncError, match="header key 'title' would be lost"):
        sync(pair.text)


def test_a_broken_file_is_refused_in_one_sentence(pair: Pair) -> None:
    pair.notebook.write_text("<<<<<<< ours\n{}", encoding="utf-8")
    with pytest.raises(SyncError, match="not a readable notebook"):
        sync(pair.text)


def test_a_file_saved_while_the_lesson_runs_is_not_overwritten(pair: Pair) -> None:
    edit_text(pair, "print(2 * 4)", f"open({str(pair.text)!r}, 'a').write('Saved meanwhile')")
    with pytest.raises(SyncError, match="changed on disk meanwhile"):
        sync(pair.text)
    assert pair.text.read_text(encoding="utf-8").endswith("Saved meanwhile")


def test_an_unknown_lesson_or_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SyncError, match=r"no lesson at .*09_none\.md"):
        sync(tmp_path / "09_none")
    with pytest.raises(SyncError, match="no folder"):
        find_lessons(tmp_path / "none")


def test_lessons_are_found_by_either_file(pair: Pair) -> None:
    pair.text.unlink()
    assert find_lessons(pair.text.parent) == [pair.text]


def test_the_record_of_a_sync_stays_out_of_the_text(pair: Pair) -> None:
    before = pair.contents()
    edit_text(pair, "jupytext:", "hcclab:\n  paired: n0123456789\njupytext:")
    assert not sync(pair.text).executed
    assert pair.contents() == before
