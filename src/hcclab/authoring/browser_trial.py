"""Try which pages run without some packages, as they would have to in a reader's browser.

Run with ``python -m hcclab.authoring.browser_trial MODULE...``: reads pages from the standard
input as JSON, name and code, and writes the still copy of each one that runs without these modules,
by its name.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any


def still_copy(code: str) -> str | None:
    r"""Run a page and move each control of what it shows to its ends.

    Returns
    -------
    str or None
        What it showed at first, as HTML; None if it asked for a package that is not there.

    Examples
    --------
    >>> still_copy("from IPython.display import HTML\nHTML('<p>3 cm</p>')")
    '<p>3 cm</p>'
    >>> still_copy("import no_such_package\nno_such_package.Show()") is None
    True
    """
    try:
        shown = _last_value(code)
        html = _html(shown)
        for control in getattr(shown, "controls", {}).values():
            start = control.value
            for end in _ends(control):
                control.value = end
            control.value = start
    except ModuleNotFoundError:
        return None
    return html


def _last_value(code: str) -> Any:
    *before, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        raise ValueError(f"this page ends in no expression that shows anything: {code!r}")
    names: dict[str, Any] = {}
    exec(compile(ast.Module(before, []), "<page>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<page>", "eval"), names)


def _html(shown: Any) -> str:
    bundle = getattr(shown, "_repr_mimebundle_", None)
    return str(bundle()["text/html"] if bundle else shown._repr_html_())


def _ends(control: Any) -> Iterator[Any]:
    if hasattr(control, "options"):
        yield from (each[1] if isinstance(each, tuple) else each for each in control.options)
    elif isinstance(control.value, bool):
        yield from (False, True)
    elif hasattr(control, "min"):
        yield from (control.min, control.max)


def main() -> int:
    """Try the pages given on the standard input."""
    sys.modules.update(dict.fromkeys(sys.argv[1:]))  # type: ignore[arg-type]  # refuses to import
    with redirect_stdout(sys.stderr):
        copies = {name: still_copy(code) for name, code in json.load(sys.stdin).items()}
    json.dump({name: html for name, html in copies.items() if html is not None}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
