"""Who would get a letter, what is known of them there, and why somebody would not."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from contacts.models import CustomField, List
from contacts.services import fields
from mailhub.delivery.contracts import AudienceQuery
from mailhub.lib import clock, sql

# The recipient source that a dispatch to these people names.
SOURCE = "contacts"


def subscribers(lists: Iterable[List]) -> AudienceQuery:
    """Everybody subscribed to any of `lists`, each once: recipient_key is the address hash.

    Who is on several lists comes with the one of the lowest number whose consent has not run out.
    """
    ids = sorted(list_.pk for list_ in lists)
    list_ids: object = ids if connection.vendor == "postgresql" else json.dumps(ids)
    statement = sql.load("contacts", "select_subscribers")
    return AudienceQuery(statement, {"list_ids": list_ids, "consent_now": clock.now()})


def merge_schema() -> dict[str, str]:
    """Every name that a letter may use of a person and a list → its type, such as contact.city → text.

    A custom field has two names, contact.<key> and contact.custom.<key>.
    """
    schema = {f"contact.{name}": kind for name, kind in fields.BUILTIN.items()} | {"contact.name": "text"}
    for key, kind in CustomField.objects.order_by("key").values_list("key", "type"):
        schema |= {f"contact.{key}": kind, f"contact.custom.{key}": kind}
    return schema | {"list.name": "text", "list.slug": "text"}
