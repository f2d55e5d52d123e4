"""Everything that is kept of one person, as plain JSON values for the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from contacts.models import ConsentRecord, Contact, LeavingReason, MailingWish, Subscription
from contacts.services import fields
from mailhub.delivery.models import AddressRecord, Event, Message, Suppression
from mailhub.lib import clock, sql


def data_of(contact: Contact) -> dict[str, Any]:
    """All of it, by subject; moments in UTC as ISO 8601. Raises nothing: what there is not is empty."""
    hashed = contact.address_hash
    return {
        "made_at": _spelt(clock.now()),
        "identity": _identity(contact),
        "custom_fields": dict(contact.custom),
        "tags": list(contact.tags.order_by("name").values_list("name", flat=True)),
        "wishes": _rows(
            MailingWish.objects.filter(contact=contact), "frequency", "paused_until", "changed_at"
        ),
        "subscriptions": _rows(
            Subscription.objects.filter(contact=contact).order_by("list__name"),
            "list__name", "state", "basis_expires_at", "changed_at",
        ),
        "consent": _rows(
            ConsentRecord.objects.filter(models.Q(contact=contact) | models.Q(address_hash=hashed)).order_by("pk"),
            "occurred_at", "action", "list_name", "method", "basis", "basis_expires_at", "source",
            "wording", "form_version", "ip", "user_agent", "actor",
        ),
        "reasons_for_leaving": _rows(
            LeavingReason.objects.filter(address_hash=hashed).order_by("pk"), "given_at", "reason", "text"
        ),
        "letters": _letters(hashed),
        "events": _rows(
            Event.objects.filter(address_hash=hashed).order_by("occurred_at", "pk"),
            "occurred_at", "type", "dispatch_id", "link_number", "ip", "user_agent", "detail",
        ),
        "engagement": _rows(
            AddressRecord.objects.filter(pk=hashed), "last_marketing_at", "last_opened_at", "last_clicked_at"
        ),
        "suppressions": _rows(
            Suppression.objects.filter(address_hash=hashed).order_by("pk"),
            "created_at", "reason", "scope_key", "source", "note",
        ),
    }  # fmt: skip


def _identity(contact: Contact) -> dict[str, Any]:
    kept = {name: _spelt(getattr(contact, name)) for name in fields.BUILTIN}
    more = ("tracking", "created_at", "updated_at")
    return {"id": contact.pk} | kept | {name: _spelt(getattr(contact, name)) for name in more}


def _letters(address_hash: str) -> list[dict[str, Any]]:
    found = sql.rows("mailhub.delivery", "list_messages_of_address", {"address_hash": address_hash})
    letters: list[dict[str, Any]] = []
    for row in sorted(found, key=lambda row: (row["dispatch_id"], row["id"])):
        mine = Message.objects.filter(dispatch_id=row["dispatch_id"], id=row["id"])
        letters += _rows(
            mine, "dispatch_id", "dispatch__producer", "dispatch__sender_name", "dispatch__sender_address",
            "address", "state", "reason", "reply", "settled_at",
        )  # fmt: skip
    return letters


def _rows(rows: models.QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return [dict(_pairs(row)) for row in rows.values(*names)]


def _pairs(row: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        yield name.replace("__", "_"), _spelt(value)


def _spelt(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
