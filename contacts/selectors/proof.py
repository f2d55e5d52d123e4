"""What a person agreed to, list by list, with the proof of every act; for the screen and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contacts.models import ConsentRecord, Contact, List, Subscription

HEADER = (
    "occurred_at",
    "recorded_at",
    "list_id",
    "list_name",
    "action",
    "basis",
    "basis_expires_at",
    "method",
    "source",
    "wording",
    "form_version",
    "ip",
    "user_agent",
    "actor",
    "import_id",
)


@dataclass(frozen=True, slots=True)
class OnList:
    """Where the person stands with one list, and its records, the latest first."""

    number: int
    name: str
    topic: List | None
    subscription: Subscription | None
    records: list[ConsentRecord]


def by_list(contact: Contact) -> list[OnList]:
    """Every list that the person is on, left, or ever had to do with; present ones first."""
    rows = {
        row.list_id: row for row in Subscription.objects.filter(contact=contact).select_related("list__brand")
    }
    records: dict[int, list[ConsentRecord]] = {number: [] for number in rows}
    for record in ConsentRecord.objects.filter(contact=contact).order_by("-pk"):
        records.setdefault(record.list_id, []).append(record)
    lists = List.objects.in_bulk(list(records))
    found = [
        OnList(number, _name(lists.get(number), of_list), lists.get(number), rows.get(number), of_list)
        for number, of_list in records.items()
    ]
    order = {"subscribed": 0, "pending": 1, "unsubscribed": 2}
    return sorted(
        found, key=lambda one: (order.get(one.subscription.state if one.subscription else "", 3), one.name)
    )


def rows(contact: Contact) -> Iterator[list[Any]]:
    """The cells of HEADER of each record, in the order in which they were recorded."""
    for record in ConsentRecord.objects.filter(contact=contact).order_by("pk"):
        yield [getattr(record, name) for name in HEADER]


def as_json(contact: Contact) -> dict[str, Any]:
    """The same for machines; the address it was given for stands beside it by its keyed hash."""
    records = [dict(zip(HEADER, cells, strict=True)) for cells in rows(contact)]
    return {"contact_id": contact.pk, "email": contact.email, "records": records}


def _name(list_: List | None, records: list[ConsentRecord]) -> str:
    if list_ is not None:
        return list_.name
    return next((record.list_name for record in records if record.list_name), "–")
