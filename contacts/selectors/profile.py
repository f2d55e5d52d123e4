"""What is kept of a person, ready for a page: fields with their values, tags, suppressions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Contact, CustomField, FieldType, List, Tag
from mailhub.delivery.models import Brand, Suppression

LABELS: dict[str, Promise] = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "phone": gettext_lazy("Phone"),
    "locale": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "source": gettext_lazy("Source"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """`name` is what the form calls the field; `value` is "" where nothing is known."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A suppression of the address with its scope in words."""

    row: Suppression
    scope: str


@dataclass(frozen=True, slots=True)
class Profile:
    name: str
    facts: list[Fact]
    unknown: list[Fact]
    tags: Sequence[Tag]
    suppressions: list[Blocked]


def of(contact: Contact) -> Profile:
    facts = [*_builtin(contact), *_custom(contact)]
    return Profile(
        name=contact.full_name,
        facts=[fact for fact in facts if fact.value],
        unknown=[fact for fact in facts if not fact.value],
        tags=list(contact.tags.order_by("key")),
        suppressions=_suppressions(contact),
    )


def _builtin(contact: Contact) -> list[Fact]:
    return [Fact(name, str(label), getattr(contact, name)) for name, label in LABELS.items()]


def _custom(contact: Contact) -> list[Fact]:
    found = CustomField.objects.order_by("label")
    return [
        Fact(f"custom_{field.key}", field.label, _shown(field, contact.custom.get(field.key)))
        for field in found
    ]


def _shown(field: CustomField, value: Any) -> str:
    if value is None:
        return ""
    if field.type == FieldType.BOOLEAN:
        return _("yes") if value else _("no")
    return str(value)


def _suppressions(contact: Contact) -> list[Blocked]:
    rows = Suppression.objects.filter(address_hash=contact.address_hash).order_by("created_at", "pk")
    return [Blocked(row, _scope(row.scope_key)) for row in rows]


def _scope(key: str) -> str:
    kind, _colon, number = key.partition(":")
    if not key:
        return _("everything")
    model: Any = Brand if kind == "brand" else List
    found = model.objects.filter(pk=int(number)).first() if number.isdecimal() else None
    return str(found) if found else key
