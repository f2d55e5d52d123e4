"""Compiles a tree of conditions to one filter over contacts, and says it in words.

A tree is data from outside: what it names is looked up, what it gives is a parameter, and nothing of it
becomes SQL text. Every condition is true or false of everybody, so that negation has no third answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.segments import registry, tree
from contacts.segments.field import Field, Moment, Operator, WrongValue
from contacts.segments.tree import BadTree, Condition, Group, Node

# A business may have hundreds of its own fields and lists; a sentence does not.
MOST_NAMED = 60
# True and false of everybody; an empty Q means everybody in `filter`, but cannot be negated.
NOBODY = Q(pk__in=[])
EVERYBODY = ~NOBODY


def compile(tree_: Node, *, now: datetime, zone: tzinfo = UTC) -> Q:
    """The filter for `Contact.objects.filter`; relative dates count from `now` in the days of `zone`.

    Raises BadTree, naming the place, when a field, an operator or a value is none.
    """
    return _compiled(_checked(tree_, ()), Moment(now, zone))


def check(tree_: Node) -> Node:
    """The same tree with every value as it is compared. Raises BadTree."""
    return _plain(_checked(tree_, ()))


def words(tree_: Node) -> str:
    """The whole tree as one sentence without end: “City is Berlin and has the tag VIP”. Raises BadTree."""
    return _said(_checked(tree_, ()), top=True)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A condition whose names are looked up and whose value is clean."""

    condition: Condition
    field: Field
    operator: Operator


@dataclass(frozen=True, slots=True)
class _ReadyGroup:
    group: Group
    items: tuple[_Ready | _ReadyGroup, ...]


def _checked(node: Node, place: tuple[int, ...]) -> _Ready | _ReadyGroup:
    if isinstance(node, Group):
        return _ReadyGroup(
            node, tuple(_checked(item, (*place, number)) for number, item in enumerate(node.items))
        )
    try:
        return _looked_up(node)
    except WrongValue as error:
        text = _("In %(place)s (%(field)s): %(problem)s")
        field = registry.find(node.field)
        name = str(field.label) if field else node.field[:60]
        parts = {"place": tree.place_name(place), "field": name, "problem": str(error)}
        raise BadTree(text % parts) from error


def _looked_up(condition: Condition) -> _Ready:
    field = registry.find(condition.field)
    if field is None:
        known = ", ".join(offered.name for offered in registry.offered()[:MOST_NAMED])
        raise WrongValue(
            _("there is no such field. Remove the condition, or name one of %(known)s.") % {"known": known}
        )
    operator = field.operators.get(condition.operator)
    if operator is None:
        known = ", ".join(field.operators)
        raise WrongValue(
            _("it has no operator “%(operator)s”; it has %(known)s.")
            % {"operator": condition.operator[:40], "known": known}
        )
    value = field.clean(operator, condition.value)
    return _Ready(Condition(condition.field, condition.operator, value), field, operator)


def _compiled(node: _Ready | _ReadyGroup, at: Moment) -> Q:
    if isinstance(node, _Ready):
        return node.field.q(node.condition.operator, node.condition.value, at=at)
    join, nothing = (and_, EVERYBODY) if node.group.join == "all" else (or_, NOBODY)
    parts = [_compiled(item, at) for item in node.items]
    whole = reduce(join, parts) if parts else nothing
    return ~whole if node.group.negated else whole


def _plain(node: _Ready | _ReadyGroup) -> Node:
    if isinstance(node, _Ready):
        return node.condition
    return Group(node.group.join, tuple(_plain(item) for item in node.items), node.group.negated)


def _said(node: _Ready | _ReadyGroup, *, top: bool = False) -> str:
    if isinstance(node, _Ready):
        return node.field.say(node.operator, node.condition.value)
    parts = list(_parts(node))
    if not parts:
        text = _("everybody") if node.group.join == "all" else _("nobody")
    else:
        text = (_(" and ") if node.group.join == "all" else _(" or ")).join(parts)
    if node.group.negated:
        return _("not (%(conditions)s)") % {"conditions": text}
    return text if top or len(parts) < 2 else f"({text})"


def _parts(node: _ReadyGroup) -> Iterator[str]:
    for item in node.items:
        yield _said(item)


def with_condition(group: Group, condition: Condition) -> Group:
    """The tree narrowed by one more condition."""
    if group.join == "all" and not group.negated:
        return Group("all", (*group.items, condition))
    return Group("all", (group, condition))


def without_item(group: Group, number: int) -> Group:
    """The tree without its item `number`; a number that is none changes nothing."""
    items = tuple(item for index, item in enumerate(group.items) if index != number)
    return Group(group.join, items, group.negated)


def said_items(group: Group) -> list[tuple[Any, str]]:
    """(item, its words) of a plain all-of group. Raises BadTree."""
    ready = _checked(group, ())
    assert isinstance(ready, _ReadyGroup)
    return [(_plain(item), _said(item)) for item in ready.items]
