"""Makes, changes and deletes custom fields, with the values that contacts have in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contacts.models import Contact, CustomField, FieldType
from contacts.segments import values
from contacts.services import fields
from mailhub.lib import names, sql
from mailhub.lib.errors import UserError

# So many values are converted while somebody waits.
MOST_CONVERTED = 20_000
BATCH = 2_000


class KeyTaken(UserError):
    """There is another field with this key."""


class CannotConvert(UserError):
    """Values do not fit the new type; says how many and shows one."""


def create(label: str, *, key: str, kind: str, public: bool = False) -> CustomField:
    """Raises InvalidValue, KeyTaken."""
    key = fields.check_key(key)
    names.check(label)
    defaults = {"label": label, "type": FieldType(kind), "public": public}
    field, created = CustomField.objects.get_or_create(key=key, defaults=defaults)
    if not created:
        raise KeyTaken(_("There is already a field with the key “%(key)s”.") % {"key": key})
    return field


@transaction.atomic
def update(field: CustomField, *, label: str, kind: str, public: bool = False) -> CustomField:
    """The key stays, for letters say it. A new type converts every value, or is refused (CannotConvert)."""
    names.check(label)
    if kind != field.type:
        _convert(field, FieldType(kind))
    field.label, field.type, field.public = label, kind, public
    field.save(update_fields=["label", "type", "public"])
    return field


def holders(field: CustomField) -> QuerySet[Contact]:
    """Who has the field at all, whatever its value."""
    return Contact.objects.filter(Q(values.is_there(field.key)))


def delete(field: CustomField) -> int:
    """The field and everybody's values in it are gone; how many had one.

    In batches of their own: what is not done when the power fails is no field's any more, and shown nowhere.
    """
    key = field.key
    field.delete()
    return sum(_drop_values(key))


def _drop_values(key: str) -> Iterator[int]:
    last, on_postgresql = 0, connection.vendor == "postgresql"
    path: object = [key] if on_postgresql else f'$."{key}"'
    while True:
        holding = Contact.objects.filter(Q(values.is_there(key)), pk__gt=last).order_by("pk")
        ids = list(holding.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return
        last = ids[-1]
        numbers: object = ids if on_postgresql else json.dumps(ids)
        yield sql.run("contacts", "drop_field_values", {"path": path, "ids": numbers})


def _convert(field: CustomField, kind: FieldType) -> None:
    contacts = list(holders(field).only("pk", "custom")[: MOST_CONVERTED + 1])
    if len(contacts) > MOST_CONVERTED:
        raise CannotConvert(
            _("More than %(most)d contacts have a value. Make a new field, and import the values into it.")
            % {"most": MOST_CONVERTED}
        )
    refused: list[Any] = []
    for contact in contacts:
        value = contact.custom[field.key]
        try:
            contact.custom[field.key] = fields.coerce(kind, _readable(value))
        except fields.InvalidValue:
            refused.append(value)
    if refused:
        raise CannotConvert(
            _(
                "%(count)d values are no %(type)s, such as “%(value)s”. Correct them first, or make a new field."
            )
            % {"count": len(refused), "type": kind.label, "value": str(refused[0])[:60]}
        )
    Contact.objects.bulk_update(contacts, ["custom"], batch_size=BATCH)


def _readable(value: object) -> object:
    """yes and no as the words that people write."""
    return ("yes" if value else "no") if isinstance(value, bool) else value
