"""Conditions about letters: when somebody last got, opened or clicked one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy

from contacts.segments.field import LAST, OLDER, Field, Moment, Operator, Text
from mailhub.delivery.models import AddressRecord


class Activity(Field):
    """The last of its kind. “Not in the last days” is true of who never did it, too."""

    group = gettext_lazy("Letters")
    operators = {
        "last": LAST,
        "not_last": Operator(
            gettext_lazy("not in the last days"), gettext_lazy("%(field)s: not in the last %(value)s"), "days"
        ),
        "older": OLDER,
        "ever": Operator(gettext_lazy("ever"), gettext_lazy("%(field)s at some time"), "nothing"),
        "never": Operator(gettext_lazy("never"), gettext_lazy("%(field)s: never"), "nothing"),
    }

    def __init__(self, name: str, column: str, label: Text) -> None:
        self.name, self.column, self.label = name, column, label

    def q(self, operator: str, value: Any, *, at: Moment) -> Q:
        records = AddressRecord.objects.filter(pk=OuterRef("address_hash"))
        match operator:
            case "last":
                return Q(Exists(records.filter(**{f"{self.column}__gte": at.ago(value)})))
            case "not_last":
                return Q(~Exists(records.filter(**{f"{self.column}__gte": at.ago(value)})))
            case "older":
                return Q(Exists(records.filter(**{f"{self.column}__lt": at.ago(value)})))
        ever = Exists(records.filter(**{f"{self.column}__isnull": False}))
        return Q(ever) if operator == "ever" else Q(~ever)


FIELDS: Sequence[Field] = (
    Activity("mailed", "last_marketing_at", gettext_lazy("Got a marketing letter")),
    Activity("opened", "last_opened_at", gettext_lazy("Opened a letter")),
    Activity("clicked", "last_clicked_at", gettext_lazy("Clicked in a letter")),
)


def offered() -> Sequence[Field]:
    return FIELDS


def find(name: str) -> Field | None:
    return next((field for field in FIELDS if field.name == name), None)
