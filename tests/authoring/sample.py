"""A tiny complete lesson, in text, for the tests of the authoring tools."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from hcclab.authoring.pairs import Pair

TEXT = """\
# Doubling a dose

> **For education, not for patient care.**

## Objectives

- Explain what the slider doubles.

## Before you start

10 minutes, no prerequisites.

## One idea

Predict first, then move the slider. See [the quiz](#Quiz) and
<https://doi.org/10.1000/example.1>.

```{code-cell} ipython3
import ipywidgets as widgets


class Doubler(widgets.VBox):
    def __init__(self):
        self.dose = widgets.IntSlider(value=2, description="Dose")
        self.view = widgets.HTML()
        self.dose.observe(self.draw, "value")
        super().__init__([self.dose, self.view])
        self.draw()

    def draw(self, change=None):
        self.view.value = f"<p>Twice {self.dose.value} is {2 * self.dose.value}.</p>"

    def __repr__(self):
        return f"Doubler(dose={self.dose.value})"

    def _repr_mimebundle_(self, **kwargs):
        live = super()._repr_mimebundle_(**kwargs)
        return live | {"text/html": self.view.value, "text/plain": repr(self)}
```

```{code-cell} ipython3
:tags: [explorer]

doubler = Doubler()
doubler
```

```{code-cell} ipython3
:tags: [check]

doubler.dose.value = 21
print("twice_21 =", 2 * doubler.dose.value, "mg")
print(doubler.view.value)
```

Twice the dose is **42 mg**<!-- =twice_21 -->, né?

+++ {"tags": ["instructor"]}

Expect that learners square the dose.

+++

## Practice

```{code-cell} ipython3
:tags: [exercise]

### BEGIN SOLUTION
answer = 2 * 4
### END SOLUTION
```

```{code-cell} ipython3
:tags: [solution]

print(2 * 4)
```

## Quiz

What is twice three?

## Key points

- Twice is two times.

## References

None.
"""


def write_lesson(folder: Path, text: str = TEXT, name: str = "01_doubling") -> Pair:
    """Write the text of a lesson, not yet synced."""
    pair = Pair.of(folder / name)
    pair.text.write_text(text, encoding="utf-8")
    return pair


def copy_pair(pair: Pair, folder: Path) -> Pair:
    """Copy both files of a lesson."""
    for path in (pair.text, pair.notebook):
        shutil.copy(path, folder / path.name)
    return Pair.of(folder / pair.text.name)


def edit_text(pair: Pair, old: str, new: str) -> None:
    """Replace words in the text, as an author does in an editor."""
    text = pair.text.read_text(encoding="utf-8")
    assert old in text
    pair.text.write_text(text.replace(old, new, 1), encoding="utf-8")


def edit_notebook(pair: Pair, edit: Callable[[NotebookNode], object]) -> None:
    """Change the notebook in place, as an author does in Jupyter."""
    notebook = nbformat.read(pair.notebook, as_version=4)
    edit(notebook)
    nbformat.write(notebook, pair.notebook)


def cell_with(notebook: NotebookNode, words: str) -> NotebookNode:
    """Find the one cell whose source holds the words."""
    (cell,) = [cell for cell in notebook.cells if words in cell.source]
    return cell
