"""Simple Liquid conditions as data, and as functions of the merge data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from liquid.builtin.expressions import Path
from liquid.builtin.expressions.logical import (
    BooleanExpression,
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
)
from liquid.builtin.expressions.primitive import (
    FalseLiteral,
    FloatLiteral,
    IntegerLiteral,
    Nil,
    StringLiteral,
    TrueLiteral,
)
from liquid.expression import Expression
from liquid.undefined import is_undefined

from mailhub.content.engine.frame import MISSING, lookup
from mailhub.content.problems import RenderError

Data = Mapping[str, Any]
Tree = list[Any]
OPERATORS: dict[type[Expression], str] = {
    LogicalAndExpression: "and",
    LogicalOrExpression: "or",
    EqExpression: "==",
    NeExpression: "!=",
    LtExpression: "<",
    GtExpression: ">",
    LeExpression: "<=",
    GeExpression: ">=",
    ContainsExpression: "contains",
}
LITERALS = (StringLiteral, IntegerLiteral, FloatLiteral, TrueLiteral, FalseLiteral)
NUMBERS = (int, float, Decimal)
# The engine answers these itself, by rules of its own.
DYNAMIC_ROOTS = frozenset({"now", "today"})
DYNAMIC_SEGMENTS = frozenset({"size", "first", "last"})


def translate(expression: Expression) -> Tree | None:
    """The condition as plain lists, or None when only the engine can judge it."""
    if isinstance(expression, BooleanExpression):
        return translate(expression.expression)
    if isinstance(expression, Nil):
        return ["value", None]
    if isinstance(expression, LITERALS):
        return ["value", expression.value]
    if isinstance(expression, Path):
        path = simple_path(expression)
        return ["get", *path] if path else None
    operator = OPERATORS.get(type(expression))
    if operator is None:
        return None
    left, right = (translate(each) for each in expression.children())
    return [operator, left, right] if left and right else None


def simple_path(expression: Path) -> tuple[str, ...] | None:
    """The names of a path such as contact.first_name, or None when it is more than names."""
    path = tuple(segment for segment in expression.path if isinstance(segment, str))
    if len(path) != len(expression.path) or path[0] in DYNAMIC_ROOTS or DYNAMIC_SEGMENTS & set(path):
        return None
    return path


def judge(tree: Tree) -> Callable[[Data], bool]:
    """Whether the tree holds for given data, in Liquid's sense."""
    operator, *operands = tree
    if operator == "get":
        return _is_there(tuple(operands))
    value_of = build(tree)
    return lambda data: truthy(value_of(data))


def _is_there(path: tuple[str, ...]) -> Callable[[Data], bool]:
    """Whether there is anything at `path`: what conditions ask most, without cleaning what nobody reads."""

    def is_there(data: Data) -> bool:
        value: Any = data
        try:
            for segment in path:
                value = value[segment]
        except MISSING:
            return False
        return truthy(value)

    return is_there


def build(tree: Tree) -> Callable[[Data], Any]:
    """A function that judges the tree for given data, as the engine would."""
    operator, *operands = tree
    if operator == "value":
        return lambda data: operands[0]
    if operator == "get":
        path = tuple(operands)
        return lambda data: lookup(data, path)
    if operator == "not":
        inner = build(operands[0])
        return lambda data: not truthy(inner(data))
    left, right = build(operands[0]), build(operands[1])
    if operator == "and":
        return lambda data: truthy(left(data)) and truthy(right(data))
    if operator == "or":
        return lambda data: truthy(left(data)) or truthy(right(data))
    compare = COMPARISONS[operator]
    return lambda data: compare(left(data), right(data))


def truthy(value: object) -> bool:
    """Liquid's truth: all but nil, false and undefined; 0 and "" are true."""
    return not (value is None or value is False or is_undefined(value))


def _equal(left: object, right: object) -> bool:
    left, right = (None if is_undefined(value) else value for value in (left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def _less(left: Any, right: Any) -> bool:
    if left is None or right is None or is_undefined(left) or is_undefined(right):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return left < right
    raise RenderError(
        _("A condition compares %(left)s with %(right)s; both must be of one kind.")
        % {"left": _kind(left), "right": _kind(right)}
    )


def _at_most(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    if isinstance(left, NUMBERS) and isinstance(right, NUMBERS):
        return left <= right
    if left is None or right is None or is_undefined(left) or is_undefined(right):
        return False
    return bool(left == right)


def _contains(left: object, right: object) -> bool:
    if not truthy(left) or not truthy(right):
        return False
    if isinstance(left, str):
        return str(right) in left
    if isinstance(left, Collection):
        return right in left
    raise RenderError(
        _("A condition asks whether %(left)s contains something; only text and lists can.")
        % {"left": _kind(left)}
    )


def _kind(value: object) -> str:
    if isinstance(value, str):
        return _("text")
    if isinstance(value, NUMBERS):
        return _("a number")
    return _("a value of the kind %(kind)s") % {"kind": type(value).__name__}


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _less,
    ">": lambda left, right: _less(right, left),
    "<=": _at_most,
    ">=": lambda left, right: _at_most(right, left),
    "contains": _contains,
}
