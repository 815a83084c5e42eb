"""Small mistakes that a person could make in a clinical module, one at a time.

Most kinds are cosmic-ray's. Three are added: a mistyped last digit, a forgotten row, and two rows
in the wrong order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

import parso
from cosmic_ray.ast import Visitor, ast_nodes, get_ast, is_number
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

from hcclab.variables import TUMOUR_LIST, VARIABLES

KINDS = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("BitAnd_BitOr", "BitOr_BitAnd")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Pow_Mul", "FloorDiv_Div", "Mod_Mul")),
    *(f"ReplaceUnaryOperator_Delete_{sign}" for sign in ("USub", "Invert", "Not")),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    "AddNot",
)
"""The operators of cosmic-ray that are used: each sign against its neighbour and its opposite."""

SHOWN_ONLY = {"example", "notes", "digits", "meanings", "unit"}
"""Arguments that a reader sees and no rule reads."""

NOT_READ = SHOWN_ONLY | {*VARIABLES, TUMOUR_LIST}
"""Names that introduce what is shown, or a finding of an example."""

ANNOTATIONS = {"tfpdef", "annassign"}
NO_VALUES = {"decorator", "parameters"}
"""Nodes whose own signs are no arithmetic: `@`, and the bare `*` of a signature."""


@dataclass(frozen=True)
class Mutant:
    """One mistake: a kind of mistake, made at one of its places."""

    operator: Any
    occurrence: int
    original: str
    line: int

    @property
    def source(self) -> str:
        """The module with the mistake in it."""
        mutation = _Mutation(self.operator, self.occurrence)
        return str(mutation.walk(get_ast(self.original)).get_code())

    @property
    def change(self) -> tuple[str, str]:
        """What stood there and what stands there now, in whole lines."""
        before, after = self.original.splitlines(), self.source.splitlines()
        start = next(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
        pairs = zip(reversed(before), reversed(after), strict=False)
        end = next(i for i, (a, b) in enumerate(pairs) if a != b)
        end = min(end, len(before) - start, len(after) - start)
        return _squeezed(before[start : len(before) - end]), _squeezed(
            after[start : len(after) - end]
        )


class LastDigit(Operator):
    """A number that is one too high or too low in the last digit printed."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if is_number(node):
            yield from [(node.start_pos, node.end_pos)] * 2

    def mutate(self, node: Any, index: int) -> Any:
        number = Decimal(node.value)
        step = Decimal((0, (1,), int(number.as_tuple().exponent)))
        wrong = number - step if index else number + step
        return parso.python.tree.Number(f"{wrong:f}", node.start_pos, node.prefix)

    @classmethod
    def examples(cls) -> Sequence[Any]:
        return ()


class ForgottenRow(Operator):
    """A table without one of its rows, the last one excepted."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        for row in _rows(node)[:-1]:
            yield (row.start_pos, row.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        at = node.children.index(_rows(node)[index])
        del node.children[at : at + 2]  # with its comma
        return node

    @classmethod
    def examples(cls) -> Sequence[Any]:
        return ()


class RowsSwapped(Operator):
    """Two neighbouring rows of different outcome in the wrong order."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        for first, second in self._pairs(node):
            yield (first.start_pos, second.end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        first, second = (node.children.index(row) for row in self._pairs(node)[index])
        children = node.children
        children[first], children[second] = children[second], children[first]
        return node

    def _pairs(self, node: Any) -> list[tuple[Any, Any]]:
        return [pair for pair in pairwise(_rows(node)[:-1]) if not _alike(*pair)]

    @classmethod
    def examples(cls) -> Sequence[Any]:
        return ()


def mutants(source: str) -> Iterator[Mutant]:
    """Every mistake of every kind, one at a time."""
    provider = OperatorProvider()
    tree = get_ast(source)
    for operator in [
        *(provider[name]() for name in KINDS),
        LastDigit(),
        ForgottenRow(),
        RowsSwapped(),
    ]:
        places = [
            (node, start)
            for node in ast_nodes(tree)
            for start, _ in operator.mutation_positions(node)
        ]
        for occurrence, (node, (line, _)) in enumerate(places):
            if _counts(node):
                yield Mutant(operator, occurrence, source, line)


class _Mutation(Visitor):
    """Applies an operator at one of its places."""

    def __init__(self, operator: Any, occurrence: int) -> None:
        self.operator, self.left = operator, occurrence

    def visit(self, node: Any) -> Any:
        for index, _ in enumerate(list(self.operator.mutation_positions(node))):
            if self.left == 0:
                node = self.operator.mutate(node, index)
            self.left -= 1
        return node


def _rows(node: Any) -> list[Any]:
    if node.type not in ("testlist_comp", "arglist"):
        return []
    rows = [child for child in node.children if child.get_code(False).startswith("Rule(")]
    return rows if len(rows) > 1 else []


def _alike(one: Any, other: Any) -> bool:
    """Tell whether the order of two rows cannot matter: one outcome, or two values of one term."""
    outcomes, whens = zip(
        *(row.get_code(False)[5:-1].split(",", 1) for row in (one, other)), strict=True
    )
    terms = [re.fullmatch(r"(\w+) == \S+", when.strip()) for when in whens]
    return outcomes[0].strip() == outcomes[1].strip() or (
        None not in terms and terms[0][1] == terms[1][1]
    )


def _key_of(node: Any) -> str:
    """The key of a value in a dictionary, of a key itself nothing."""
    before = node.get_previous_sibling()
    if before is None or before.get_code(False) != ":":
        return ""
    return str(before.get_previous_sibling().get_code(False)).strip("'\"")


def _counts(node: Any) -> bool:
    """Tell whether a rule reads this: not an annotation, and not what is only shown."""
    if node.parent.type in NO_VALUES and node.type == "operator":
        return False
    while node.parent is not None:
        parent = node.parent
        if parent.type in ANNOTATIONS and node is not parent.children[0]:
            return False
        if parent.type == "decorator":
            return False
        if parent.type == "funcdef" and node is parent.annotation:
            return False
        if parent.type == "argument" and parent.children[0].get_code(False) in NOT_READ:
            return False
        if parent.type == "dictorsetmaker" and _key_of(node) in NOT_READ:
            return False
        node = parent
    return True


def _squeezed(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
