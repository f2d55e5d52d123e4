"""Conditions about the fields that this business added.

A value can be absent in three ways, which `missing`, `null` and `empty` tell apart; `unknown` is any of them.
`is_not` is everybody of whom `is` is not true, the absent among them; `differs` wants another value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from contacts.models import CustomField, FieldType
from contacts.segments import values
from contacts.segments.field import (
    AFTER,
    ANY,
    BEFORE,
    DIFFERS,
    IS,
    IS_NOT,
    KNOWN,
    LAST,
    OLDER,
    ON,
    UNKNOWN,
    Field,
    Moment,
    Operator,
)

PREFIX = "custom."
MISSING = Operator(gettext_lazy("was never given"), gettext_lazy("%(field)s was never given"), "nothing")
NULL = Operator(gettext_lazy("is not set"), gettext_lazy("%(field)s is not set"), "nothing")
EMPTY = Operator(gettext_lazy("is an empty text"), gettext_lazy("%(field)s is an empty text"), "nothing")
ABSENCE = {"known": KNOWN, "unknown": UNKNOWN, "missing": MISSING, "null": NULL, "empty": EMPTY}


def _number(operator: Operator) -> Operator:
    return Operator(operator.label, operator.sentence, "number", operator.many)


NUMBER = {
    "is": _number(IS),
    "is_not": _number(IS_NOT),
    "differs": _number(DIFFERS),
    "lt": Operator(gettext_lazy("is less than"), gettext_lazy("%(field)s is less than %(value)s"), "number"),
    "lte": Operator(gettext_lazy("is at most"), gettext_lazy("%(field)s is at most %(value)s"), "number"),
    "gt": Operator(gettext_lazy("is more than"), gettext_lazy("%(field)s is more than %(value)s"), "number"),
    "gte": Operator(gettext_lazy("is at least"), gettext_lazy("%(field)s is at least %(value)s"), "number"),
}
DATE = {
    "on": ON,
    "before": BEFORE,
    "after": AFTER,
    "last": LAST,
    "older": OLDER,
    "next": Operator(
        gettext_lazy("in the next … days"), gettext_lazy("%(field)s in the next %(value)s"), "days"
    ),
}
OPERATORS: Mapping[str, Mapping[str, Operator]] = {
    FieldType.TEXT: {"is": IS, "is_not": IS_NOT, "differs": DIFFERS, "any": ANY, **ABSENCE},
    FieldType.NUMBER: {**NUMBER, **ABSENCE},
    FieldType.DATE: {**DATE, **ABSENCE},
    FieldType.BOOLEAN: {
        "yes": Operator(gettext_lazy("is yes"), gettext_lazy("%(field)s is yes"), "nothing"),
        "no": Operator(gettext_lazy("is no"), gettext_lazy("%(field)s is no"), "nothing"),
        "not_yes": Operator(
            gettext_lazy("is not yes (or is empty)"), gettext_lazy("%(field)s is not yes"), "nothing"
        ),
        **ABSENCE,
    },
    FieldType.JSON: ABSENCE,
}


class Custom(Field):
    """One custom field, by the operators of its type."""

    group = gettext_lazy("Your fields")

    def __init__(self, row: CustomField) -> None:
        self.key, self.label = row.key, row.label
        self.name = f"{PREFIX}{row.key}"
        self.kind = FieldType(row.type)
        self.operators = OPERATORS[self.kind]

    @property
    def offered_operators(self) -> Mapping[str, Operator]:
        # What other systems left may be an empty text anywhere; nobody looks for it where texts do not belong.
        hidden = () if self.kind == FieldType.TEXT else ("empty",)
        return {key: operator for key, operator in self.operators.items() if key not in hidden}

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        if operator in ABSENCE:
            return self._absent(operator)
        if self.kind == FieldType.DATE:
            return self._date(operator, value, at)
        if self.kind == FieldType.BOOLEAN:
            held = Q(values.is_boolean(self.key, operator != "no"))
            return ~held if operator == "not_yes" else held
        if operator in values.COMPARISONS:
            return Q(values.compares_number(self.key, operator, value))
        if operator == "any":
            return reduce(or_, (self._is(item) for item in value))
        if operator == "is":
            return self._is(value)
        other = ~self._is(value)
        return Q(values.is_filled(self.key)) & other if operator == "differs" else other

    def _is(self, value: Any) -> Q:
        test = values.is_number if self.kind == FieldType.NUMBER else values.is_text
        return Q(test(self.key, value))

    def _absent(self, operator: str) -> Q:
        match operator:
            case "missing":
                return ~Q(values.is_there(self.key))
            case "null":
                return Q(values.is_null(self.key))
            case "empty":
                return Q(values.is_text(self.key, ""))
        filled = Q(values.is_filled(self.key))
        return ~filled if operator == "unknown" else filled

    def _date(self, operator: str, value: Any, at: Moment) -> Q:
        if operator == "on":
            return Q(values.is_text(self.key, value))
        if operator in ("before", "after"):
            comparison = "lt" if operator == "before" else "gt"
            return Q(values.compares_date(self.key, comparison, value))
        today = at.today
        if operator == "next":
            return self._between(today.isoformat(), (today + timedelta(days=value)).isoformat())
        begin = (today - timedelta(days=value)).isoformat()
        if operator == "older":
            return Q(values.compares_date(self.key, "lt", begin))
        return self._between(begin, today.isoformat())

    def _between(self, begin: str, end: str) -> Q:
        since = Q(values.compares_date(self.key, "gte", begin))
        return since & Q(values.compares_date(self.key, "lte", end))


def offered() -> Sequence[Field]:
    return [Custom(row) for row in CustomField.objects.order_by("label", "pk")]


def find(name: str) -> Field | None:
    if not name.startswith(PREFIX):
        return None
    row = CustomField.objects.filter(key=name.removeprefix(PREFIX).replace("\x00", "")).first()
    return Custom(row) if row else None
