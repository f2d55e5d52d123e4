"""What the compiler must agree with: the same conditions asked of one person in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from contacts.segments.tree import Condition, Group, Node

ABSENT = object()


@dataclass
class Person:
    """Everything that conditions can ask of somebody."""

    columns: dict[str, str]
    custom: dict[str, Any]
    created_at: datetime
    tags: set[str] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)
    suppressed: set[str] = field(default_factory=set)  # reasons, for everything
    clicked_at: datetime | None = None


def holds(node: Node, person: Person, *, now: datetime, kinds: dict[str, str]) -> bool:
    if isinstance(node, Group):
        answers = [holds(item, person, now=now, kinds=kinds) for item in node.items]
        return (all(answers) if node.join == "all" else any(answers)) != node.negated
    return _condition_holds(node, person, now=now, kinds=kinds)


def _condition_holds(node: Condition, person: Person, *, now: datetime, kinds: dict[str, str]) -> bool:
    name, operator, value = node.field, node.operator, node.value
    if name.startswith("custom."):
        key = name.removeprefix("custom.")
        return _custom(kinds[key], operator, person.custom.get(key, ABSENT), value, today=now.date())
    if name == "tag":
        return bool(person.tags & set(value)) == (operator == "has")
    if name == "list":
        return _standing(operator, [person.lists.get(item) for item in value])
    if name == "reach":
        return _reach(operator, person, value)
    if name == "created":
        return _stamp(operator, person.created_at, value, now=now)
    if name == "clicked":
        return _activity(operator, person.clicked_at, value, now=now)
    return _text(operator, person.columns[name], value, language=name == "locale")


def _text(operator: str, text: str, value: Any, *, language: bool) -> bool:
    def matches(wanted: str) -> bool:
        same = text.lower() == wanted.lower()
        return same or (language and text.lower().startswith(f"{wanted.lower()}-"))

    return {
        "is": lambda: matches(value),
        "is_not": lambda: not matches(value),
        "differs": lambda: text != "" and not matches(value),
        "any": lambda: any(matches(item) for item in value),
        "begins": lambda: text.lower().startswith(value.lower()),
        "known": lambda: text != "",
        "unknown": lambda: text == "",
    }[operator]()


def _custom(kind: str, operator: str, found: Any, value: Any, *, today: date) -> bool:
    absence = {
        "missing": found is ABSENT,
        "null": found is None,
        "empty": found == "" and isinstance(found, str),
        "unknown": found is ABSENT or found is None or found == "",
    }
    absence["known"] = not absence["unknown"]
    if operator in absence:
        return absence[operator]
    if kind == "text":
        same = [
            isinstance(found, str) and found.lower() == item.lower()
            for item in (value if isinstance(value, tuple) else (value,))
        ]
        return _equality(operator, any(same), known=absence["known"])
    if kind == "boolean":
        return {"yes": found is True, "no": found is False, "not_yes": found is not True}[operator]
    if kind == "number":
        number = isinstance(found, int | float) and not isinstance(found, bool)
        if operator in ("lt", "lte", "gt", "gte"):
            return number and _compared(operator, found, value)
        return _equality(operator, number and found == value, known=absence["known"])
    return isinstance(found, str) and _date(operator, found, value, today=today)


def _equality(operator: str, same: bool, *, known: bool) -> bool:
    return {"is": same, "any": same, "is_not": not same, "differs": known and not same}[operator]


def _compared(operator: str, found: Any, value: Any) -> bool:
    return {"lt": found < value, "lte": found <= value, "gt": found > value, "gte": found >= value}[operator]


def _date(operator: str, found: str, value: Any, *, today: date) -> bool:
    if operator in ("on", "before", "after"):
        return {"on": found == value, "before": found < value, "after": found > value}[operator]
    past, coming = (today - timedelta(days=value)).isoformat(), (today + timedelta(days=value)).isoformat()
    present = today.isoformat()
    return {"last": past <= found <= present, "older": found < past, "next": present <= found <= coming}[
        operator
    ]


def _standing(operator: str, states: list[str | None]) -> bool:
    return {
        "never": not any(states),
        "not_subscribed": "subscribed" not in states,
    }.get(operator, operator in states)


def _reach(operator: str, person: Person, value: Any) -> bool:
    reachable = "subscribed" in person.lists.values() and not person.suppressed
    return {
        "reachable": reachable,
        "unreachable": not reachable,
        "suppressed": bool(person.suppressed),
        "not_suppressed": not person.suppressed,
        "reason": bool(person.suppressed & set(value or ())),
    }[operator]


def _stamp(operator: str, moment: datetime, value: Any, *, now: datetime) -> bool:
    if operator in ("last", "older"):
        return (moment >= now - timedelta(days=value)) == (operator == "last")
    day = moment.date().isoformat()
    return {"on": day == value, "before": day < value, "after": day > value}[operator]


def _activity(operator: str, moment: datetime | None, value: Any, *, now: datetime) -> bool:
    if operator in ("ever", "never"):
        return (moment is not None) == (operator == "ever")
    recent = moment is not None and moment >= now - timedelta(days=value)
    if operator == "older":
        return moment is not None and not recent
    return recent == (operator == "last")
