"""Conditions about when a contact was added or changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from contacts.segments.conditions.attributes import GROUP
from contacts.segments.field import AFTER, BEFORE, LAST, OLDER, ON, Field, Moment, Text


class Stamp(Field):
    """A moment column; days are those of the asker's zone."""

    group = GROUP
    operators = {"last": LAST, "older": OLDER, "on": ON, "before": BEFORE, "after": AFTER}

    def __init__(self, name: str, column: str, label: Text) -> None:
        self.name, self.column, self.label = name, column, label

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        if operator == "last":
            return Q(**{f"{self.column}__gte": at.ago(value)})
        if operator == "older":
            return Q(**{f"{self.column}__lt": at.ago(value)})
        day = date.fromisoformat(value)
        begin, end = at.start_of(day), at.start_of(day + timedelta(days=1))
        if operator == "before":
            return Q(**{f"{self.column}__lt": begin})
        if operator == "after":
            return Q(**{f"{self.column}__gte": end})
        return Q(**{f"{self.column}__gte": begin, f"{self.column}__lt": end})


FIELDS: Sequence[Field] = (
    Stamp("created", "created_at", gettext_lazy("Added")),
    Stamp("changed", "updated_at", gettext_lazy("Changed")),
)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return next((field for field in FIELDS if field.name == name), None)
