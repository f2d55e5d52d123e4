"""The tree of conditions: reads it from JSON, refuses what is no tree, and writes it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from mailhub.lib.errors import UserError

DEEPEST = 6
MOST_CONDITIONS = 100
JOINS: tuple[Join, ...] = ("all", "any")

Join = Literal["all", "any"]


class BadTree(UserError):
    """The conditions cannot be read; names the place."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` and `operator` are names of `conditions`; `value` is what the operator takes, or None."""

    field: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Group:
    """All, or any, of the items hold; none at all holds of everybody (all) or nobody (any)."""

    join: Join
    items: tuple[Node, ...]
    negated: bool = False


Node = Condition | Group
EVERYBODY = Group("all", ())


def read(data: object) -> Group:
    """The tree of `{"all": [...]}` or `{"any": [...]}`, with `"not": true` for its opposite.

    An item is such a group or `{"field": …, "operator": …, "value": …}`. Raises BadTree.
    """
    group = _node(data, place=(), depth=0)
    if isinstance(group, Condition):
        group = Group("all", (group,))
    if sum(1 for _condition in conditions(group)) > MOST_CONDITIONS:
        raise BadTree(_("There are more than %(most)d conditions.") % {"most": MOST_CONDITIONS})
    return group


def read_text(text: str) -> Group:
    """As `read`, from JSON text."""
    try:
        return read(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadTree(_("The conditions are not JSON.")) from error


def write(node: Node) -> dict[str, Any]:
    """What `read` reads the same node from."""
    if isinstance(node, Condition):
        written = {"field": node.field, "operator": node.operator}
        return written if node.value is None else {**written, "value": _thawed(node.value)}
    opposite = {"not": True} if node.negated else {}
    return {node.join: [write(item) for item in node.items], **opposite}


def conditions(node: Node) -> Iterator[Condition]:
    """Every condition below `node`, in order."""
    if isinstance(node, Condition):
        yield node
        return
    for item in node.items:
        yield from conditions(item)


def place_name(place: tuple[int, ...]) -> str:
    """`(0, 2)` → “condition 1.3”."""
    return _("condition %(number)s") % {"number": ".".join(str(index + 1) for index in place) or "1"}


def _node(data: object, *, place: tuple[int, ...], depth: int) -> Node:
    if not isinstance(data, dict):
        raise BadTree(
            _("At %(place)s there is no object with “all”, “any” or “field”.") % {"place": place_name(place)}
        )
    if depth > DEEPEST:
        raise BadTree(_("Groups are nested deeper than %(deepest)d.") % {"deepest": DEEPEST})
    joins = [join for join in JOINS if join in data]
    if len(joins) != 1:
        return _condition(data, place)
    items = data[joins[0]]
    if not isinstance(items, list) or not isinstance(data.get("not", False), bool):
        raise BadTree(_("The group at %(place)s has no list of items.") % {"place": place_name(place)})
    found = (_node(item, place=(*place, number), depth=depth + 1) for number, item in enumerate(items))
    return Group(joins[0], tuple(found), bool(data.get("not", False)))


def _condition(data: dict[str, Any], place: tuple[int, ...]) -> Condition:
    field, operator = data.get("field"), data.get("operator")
    if not isinstance(field, str) or not isinstance(operator, str) or "all" in data:
        raise BadTree(
            _("At %(place)s a condition needs “field” and “operator”.") % {"place": place_name(place)}
        )
    return Condition(field, operator, _frozen(data.get("value")))


def _frozen(value: Any) -> Any:
    """Lists as tuples: a condition cannot be changed."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _thawed(value: Any) -> Any:
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value
