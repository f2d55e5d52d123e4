"""Values that a field really has, for the boxes in which somebody writes one."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from contacts.models import Contact, FieldType
from contacts.segments.conditions.attributes import Attribute
from contacts.segments.conditions.custom import Custom
from contacts.segments.field import Field

# The values of the newest contacts: nothing that reads a million of them stands behind a key stroke.
SAMPLE = 5_000
MOST = 30


def values(field: Field, *, beginning: str = "") -> list[tuple[str, int]]:
    """(value, how many of the newest contacts have it), the most frequent first."""
    newest = Contact.objects.order_by("-created_at", "-pk").values("pk")[:SAMPLE]
    rows = Contact.objects.filter(pk__in=newest)
    if isinstance(field, Attribute):
        found = rows.values_list(field.column)
    elif isinstance(field, Custom) and field.kind == FieldType.TEXT:
        found = rows.annotate(value=KeyTextTransform(field.key, "custom")).values_list("value")
    else:
        return []
    counted = found.annotate(number=Count("pk")).order_by("-number")
    return _beginning(counted, beginning.casefold())


def _beginning(counted: Iterable[tuple[str | None, int]], beginning: str) -> list[tuple[str, int]]:
    found = [(value, number) for value, number in counted if value and value.casefold().startswith(beginning)]
    return found[:MOST]
