"""An author changes a lesson and runs one command: all is well, or it names the place to mend."""

from __future__ import annotations

import pytest
from nbformat import NotebookNode

from hcclab.authoring.pairs import Pair
from hcclab.cli import main
from tests.authoring.sample import cell_with, edit_notebook, edit_text


def synced_and_checked(pair: Pair, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["sync", str(pair.text), "--check"])
    out, err = capsys.readouterr()
    return code, out, err


def test_changes_of_text_exercise_and_picture_end_in_a_green_report(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_text(pair, "Predict first", "Guess first")
    edit_text(pair, "answer = 2 * 4", "answer = 3 * 4")
    edit_text(pair, "<p>Twice {self.dose.value} is", "<p>Double {self.dose.value} is")
    code, out, err = synced_and_checked(pair, capsys)
    assert (code, err) == (0, "")
    assert out.endswith("wrote 01_doubling.ipynb, executed\nNo problem found.\n")


def test_a_number_that_no_longer_holds_is_named_with_its_cell(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    def double_less(notebook: NotebookNode) -> None:
        cell = cell_with(notebook, "twice_21 =")
        cell.source = cell.source.replace("dose.value = 21", "dose.value = 20")

    edit_notebook(pair, double_less)
    code, out, err = synced_and_checked(pair, capsys)
    assert (code, err) == (1, "")
    assert "01_doubling.ipynb, cell 5 ('Twice the dose is **42 mg**" in out
    assert "the prose says" in out and "where twice_21 is 40 mg" in out


# What is written instead of what, the words that stand in the line to be named, the message.
MISTAKES = {
    "a cell that is not closed": (
        ("print(doubler.view.value)\n```", "print(doubler.view.value)\n"),
        ("```{code-cell} ipython3\n:tags: [check]", ""),
        "the cell that begins in line {line} is not closed with ```",
    ),
    "a tag without brackets": (
        (":tags: [explorer]", ":tags: explorer"),
        (":tags: explorer", ""),
        "line {line}: tags stand in brackets, as in ':tags: [explorer]'",
    ),
    "a broken header": (
        ("kernelspec:", "kernelspec"),
        ("kernelspec", "  display_name"),
        "the header, near line {line}: could not find expected ':'",
    ),
    "broken settings of a cell": (
        (":tags: [explorer]", ":tags: [explorer"),
        ("```{code-cell} ipython3\n:tags: [explorer", ""),
        "not readable as MyST text (Code cell 2 at line {line} could not be read",
    ),
    "a syntax error": (
        ("print(2 * 4)", "x = 1\nprint(2 * 4]"),
        ("print(2 * 4]", ""),
        "its line 2, 'print(2 * 4]', line {line} of 01_doubling.md, raised SyntaxError: closing",
    ),
    "a solution that its exercise refuses": (
        ("print(2 * 4)", "assert answer == 9"),
        ("assert answer", ""),
        "its line 1, 'assert answer == 9', line {line} of 01_doubling.md, raised AssertionError; "
        "make the solution and its exercise agree",
    ),
    "a misspelt name": (
        ("print(2 * 4)", "pritn(2 * 4)"),
        ("pritn", ""),
        "line {line} of 01_doubling.md, raised NameError: name 'pritn' is not defined",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_changes_no_file(
    mistake: str, pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    edit, (words, behind), said = MISTAKES[mistake]
    edit_text(pair, *edit)
    before = pair.contents()
    text = pair.text.read_text(encoding="utf-8")
    place = text.index(behind, text.index(words))
    line = text.count("\n", 0, place) + 1
    code, out, err = synced_and_checked(pair, capsys)
    assert (code, out) == (1, "")
    assert said.format(line=line) in err
    assert pair.contents() == before


def test_what_cannot_be_synced_is_not_checked(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    edit_text(pair, "Predict first", "Guess first")
    edit_notebook(pair, lambda n: cell_with(n, "Expect").update(source="Expect much."))
    before = pair.contents()
    code, out, err = synced_and_checked(pair, capsys)
    assert (code, out) == (1, "")
    assert "both edited" in err and "--keep text or --keep notebook" in err
    assert pair.contents() == before
