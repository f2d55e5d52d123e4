"""Reserves letters of a calendar day in the database before Valkey hands them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from mailhub.delivery.limits.rules import NO_CAP
from mailhub.delivery.models import ReservedDay

# A block: so much of a day's cap is written ahead, and lost at most when Valkey loses its memory.
SHARE = 50
BLOCK_WITHOUT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class Reserved:
    """The letters after `before` up to `upto` of a day; none when the day is full."""

    before: int
    upto: int


def reserve(limit_key: str, day: date, *, count: int, cap: int) -> Reserved:
    """At least `count` more letters of the day, as far as the cap allows; committed when this returns.

    Refuses to run inside a transaction: a rollback would take back what Valkey has handed out.
    """
    block = BLOCK_WITHOUT_CAP if cap >= NO_CAP else cap // SHARE
    with transaction.atomic(durable=True):
        ReservedDay.objects.get_or_create(limit_key=limit_key, day=day)
        row = ReservedDay.objects.select_for_update().get(limit_key=limit_key, day=day)
        before = row.reserved
        row.reserved = max(before, min(cap, before + max(count, block)))
        if row.reserved != before:
            row.save(update_fields=["reserved"])
    return Reserved(before, row.reserved)


def last_day(limit_key: str, *, before: date) -> date | None:
    """The last day before `before` on which letters left under this limit."""
    used = ReservedDay.objects.filter(limit_key=limit_key, day__lt=before, reserved__gt=0)
    return used.order_by("-day").values_list("day", flat=True).first()


def forget_old(*, before: date) -> int:
    """Delete the days before `before`, but the last one of each limit: it tells how long it was idle."""
    later = ReservedDay.objects.filter(limit_key=OuterRef("limit_key"), day__gt=OuterRef("day"))
    return ReservedDay.objects.filter(Exists(later), day__lt=before).delete()[0]
