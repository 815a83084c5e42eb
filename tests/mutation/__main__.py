"""Run the tests of each clinical module against small mistakes in it: `README.md` says more.

python -m tests.mutation [--jobs N] [--again] [module ...]
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

from tests.mutation import report

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "hcclab"
RESULTS = ROOT / "build" / "mutation"
COSMIC_RAY = ROOT / "build" / "cosmic-ray"
INSTALL = f"uv pip install --no-deps --target {COSMIC_RAY.relative_to(ROOT)} cosmic-ray==8.7.0"

ENGINE = ("criteria", "measurement", "variables", "sources", "intake", "elementwise", "systems")
"""Modules of hcclab that load no clinical module, so that all mutants may share them."""

EXAMPLES = 25
"""How many patients a law is tried on. The same ones each time."""

SECONDS = 120
"""After this long the tests hang, which is noticed as well."""

SURVIVED, KILLED = 0, 1


def main() -> None:
    """Try every mistake, keep the results, and write the report once every module has some."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("modules", nargs="*", default=report.MODULES, metavar="module")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--again", action="store_true", help="only what survived the last time")
    chosen = options.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    if not COSMIC_RAY.exists():
        sys.exit(f"cosmic-ray is not installed here. Once:\n  {INSTALL}")
    sys.path.append(str(COSMIC_RAY))
    for module in chosen.modules:
        _try_module(module, chosen.jobs, chosen.again)
    sys.exit(report.write(RESULTS))


def _try_module(module: str, jobs: int, again: bool) -> None:
    from tests.mutation.mutants import mutants

    began = time.monotonic()
    source = (SOURCES / f"{module}.py").read_text(encoding="utf-8")
    order = _warm_up(module, source)
    found = list(mutants(source))
    file = RESULTS / f"{module}.json"
    if again:
        left = {tuple(s["change"]) for s in json.loads(file.read_text())["survivors"]}
        chosen = [mutant for mutant in found if mutant.change in left]
    else:
        chosen = found
    survivors = []
    for number, (mutant, killed) in enumerate(_outcomes(module, chosen, order, jobs), 1):
        if not killed:
            survivors.append({"line": mutant.line, "change": mutant.change})
        if sys.stderr.isatty():
            print(f"\r{module}: {number}/{len(chosen)}", end="", file=sys.stderr)
    survivors.sort(key=lambda survivor: survivor["line"])
    file.write_text(json.dumps({"mutants": len(found), "survivors": survivors}, indent=1))
    seconds = time.monotonic() - began
    print(f"{module}: {len(chosen)} tried, {len(survivors)} survived, {seconds:.0f} s", flush=True)


def _warm_up(module: str, source: str) -> _FastFirst:
    """Prove that the tests pass without a mistake, and load everything else that they load.

    Proved twice, cold and warm: were the tests to fail for a reason of their own, every mistake
    would seem to be noticed.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    loaded = RESULTS / "loaded.json"
    child = os.fork()
    if not child:
        times = _FastFirst({})
        outcome = _tests_fail(module, source, times, quiet=False)
        loaded.write_text(json.dumps([sorted(sys.modules), times.seconds]))
        os._exit(outcome)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != SURVIVED:
        sys.exit(f"{module}: the tests fail without any mistake")
    outside = ("hcclab", "tests", "__main__", "conftest")
    names, seconds = json.loads(loaded.read_text())
    for name in names:
        if not name.startswith(outside):
            try:
                importlib.import_module(name)
            except Exception:
                continue  # a name that only its package can load
    for name in ENGINE:
        importlib.import_module(f"hcclab.{name}")
    child = os.fork()
    if not child:
        os._exit(_tests_fail(module, source, _FastFirst(seconds), quiet=True))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != SURVIVED:
        sys.exit(f"{module}: the tests fail without any mistake, once everything is loaded")
    return _FastFirst(seconds)


def _outcomes(
    module: str, chosen: Sequence[Any], order: _FastFirst, jobs: int
) -> Iterator[tuple[Any, bool]]:
    """Each mutant with whether some test noticed it, `jobs` of them at a time."""
    running: dict[int, Any] = {}
    waiting = list(reversed(chosen))
    while waiting or running:
        while waiting and len(running) < jobs:
            mutant = waiting.pop()
            child = os.fork()
            if not child:
                signal.alarm(SECONDS)
                os._exit(_tests_fail(module, mutant.source, order, quiet=True))
            running[child] = mutant
        child, status = os.wait()
        yield running.pop(child), status != SURVIVED


def _tests_fail(module: str, source: str, order: _FastFirst, *, quiet: bool) -> int:
    """Run the module's own tests and its worked cases on this source of it."""
    if quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
    sys.meta_path.insert(0, _InPlaceOf(module, source))
    try:
        wrong = _wrong_cases(module)
    except Exception as error:
        wrong = [repr(error)]
    if wrong:
        print("\n".join(wrong))
        return KILLED
    import pytest

    _few_examples()
    settings = ["-x", "-q", "--tb=line" if quiet else "--tb=short", "-p", "no:cacheprovider"]
    return int(pytest.main([*settings, f"{ROOT}/tests/test_{module}.py"], plugins=[order]))


def _wrong_cases(module: str) -> list[str]:
    import hcclab
    from tests import reference

    if module not in reference.MODULES:
        return []
    adapters = importlib.import_module(f"tests.reference.{module}").ADAPTERS
    cases = (case for case in reference.cases() if case.system in adapters)
    return [difference for case in cases for difference in case.differences(hcclab)]


def _few_examples() -> None:
    """Try laws on few patients, the same each time, without looking for the simplest failure."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutation",
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    as_written = settings.__init__

    def fewer(self: Any, *args: Any, max_examples: int = EXAMPLES, **others: Any) -> None:
        as_written(self, *args, max_examples=min(max_examples, EXAMPLES), **others)

    settings.__init__ = fewer  # type: ignore[method-assign]


class _FastFirst:
    """A plug-in of pytest: tests that took little time come first, for most mistakes need no more.

    Parameters
    ----------
    seconds
        How long each test took, by its id; filled in as tests run.
    """

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call":
            self.seconds[report.nodeid] = report.duration


class _InPlaceOf(SourceFileLoader):
    """Finds and loads one module of hcclab from a text instead of its file."""

    def __init__(self, module: str, source: str) -> None:
        super().__init__(f"hcclab.{module}", str(SOURCES / f"{module}.py"))
        self.text = source

    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name != self.name:
            return None
        return spec_from_file_location(name, self.path, loader=self)

    def get_code(self, fullname: str) -> Any:
        return compile(self.text, self.path, "exec", dont_inherit=True)


if __name__ == "__main__":
    main()
