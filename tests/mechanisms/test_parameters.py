"""Every parameter of every model says what it is, where it is from, and how far to trust it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

import pytest

from hcclab import mechanisms
from hcclab.mechanisms.growth import Growth
from hcclab.mechanisms.parameters import CODES, Parameters, like, parameter


def all_sets() -> list[type[Parameters]]:
    modules = [
        import_module(f"hcclab.mechanisms.{module.name}")
        for module in iter_modules(mechanisms.__path__)
    ]
    return [
        each
        for module in modules
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Parameters) and each is not Parameters
        if each.__module__ == module.__name__
    ]


@pytest.mark.parametrize("each", all_sets(), ids=lambda each: each.__name__)
def test_every_parameter_is_explained(each: type[Parameters]) -> None:
    for name, known in each.described().items():
        assert known.variable.name == name and known.variable.label
        assert known.code in CODES
        assert known.source or known.note or known.code == "T", name
        assert getattr(each(), name) == known.value
        if known.doi:
            assert known.doi.startswith("10.") and known.source, name


@pytest.mark.parametrize("each", all_sets(), ids=lambda each: each.__name__)
def test_what_is_not_published_is_shown_so(each: type[Parameters]) -> None:
    shown = each()._repr_html_()
    assert shown.count("<tr>") == 1 + len(each.described())
    for known in each.described().values():
        assert known.mark in shown
        if known.code in ("M", "T"):
            assert "verified" not in str(known)


def test_a_changed_value_does_not_borrow_the_mark_of_the_default() -> None:
    row = Growth(doubling_months=9)._repr_html_().split("<tr>")[2]
    assert "9 months" in row and "your value" in row and "default 4.6: verified" in row
    assert "Nathani" not in row


def test_a_value_outside_its_limits_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"diameter_cm=40 outside 0\.01-30"):
        Growth(diameter_cm=40)
    with pytest.raises(ValueError, match="doubling_months=0 outside"):
        Growth().changed(doubling_months=0)
    assert Growth().changed(doubling_months=9).diameter_cm == Growth().diameter_cm


def test_another_default_keeps_label_unit_and_limits_but_not_the_source() -> None:
    @dataclass(frozen=True)
    class Slow(Growth):
        doubling_months: float = like(Growth, "doubling_months", 12, code="T")

    known, base = (each.described()["doubling_months"] for each in (Slow, Growth))
    assert (known.value, known.mark, known.source, known.doi) == (12, "illustrative", "", "")
    assert known.variable.label == base.variable.label
    assert known.variable.usual == base.variable.usual
    with pytest.raises(ValueError, match="doubling_months=0 outside"):
        Slow(doubling_months=0)
    with pytest.raises(ValueError, match="must lie in its usual"):
        like(Growth, "doubling_months", 99, code="T")


def test_a_promise_without_a_source_is_refused() -> None:
    with pytest.raises(ValueError, match="promises a source"):
        parameter(1, "dose", "mg", usual=(0, 2), code="V")
    with pytest.raises(ValueError, match="not one of V, V2, D, M, T"):
        parameter(1, "dose", "mg", usual=(0, 2), code="X")
    with pytest.raises(ValueError, match="must lie in its usual"):
        parameter(3, "dose", "mg", usual=(0, 2), code="T")
