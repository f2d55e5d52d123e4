"""Reads contacts for a file in constant memory, in the order of their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from contacts.exporting.columns import Column
from contacts.models import Contact
from contacts.selectors import browsing

AT_ONCE = 2_000


def read(contacts: QuerySet[Contact], columns: Sequence[Column]) -> Iterator[list[Any]]:
    """One row a contact."""
    for batch in batches(contacts):
        for contact in batch:
            yield [column.value(contact) for column in columns]


def batches(contacts: QuerySet[Contact]) -> Iterator[list[Contact]]:
    rows = browsing.with_badges(contacts).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        yield batch
        last = batch[-1].pk
