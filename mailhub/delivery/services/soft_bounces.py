"""Counts letters that came back because the mailbox is full, and suppresses an address that stays so (rules 3.5).

What counts as a delivery, which ends the count, is said in docs/sending.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from mailhub.delivery.models import AddressRecord
from mailhub.delivery.models.events import SuppressionReason
from mailhub.delivery.services import suppression
from mailhub.delivery.services.suppression import Entry
from mailhub.lib import sql

PACKAGE = "mailhub.delivery"
# Rules 3.5: so many in a row, and so long from the first of them.
MOST = 5
SPAN = timedelta(days=14)


def count(letters: Mapping[str, int], *, source: str, now: datetime) -> None:
    """So many letters to each address hash were given up as soft bounces; call it once for each letter.

    An address at MOST or more, the first of them SPAN ago, is suppressed, and its count begins anew: whoever
    lifts the suppression gives it as many tries again. One statement on PostgreSQL when none is that far.
    """
    full = {
        row["address_hash"]: f"{row['soft_bounce_count']} since {since:%Y-%m-%d}"
        for row in _counted(letters, now)
        if row["soft_bounce_count"] >= MOST
        and (since := sql.moment(row["soft_bounce_since"])) is not None
        and since <= now - SPAN
    }
    if full:
        suppression.suppress_many(
            Entry(hashed, SuppressionReason.SOFT_BOUNCE.value, source=source, note=note)
            for hashed, note in full.items()
        )
        _begin_anew(full)


def forget(delivered: Mapping[str, datetime]) -> None:
    """Letters were delivered to these address hashes, at these moments: bounces before that count no more.

    One statement, which writes nothing, when none of them has bounced.
    """
    counting = AddressRecord.objects.filter(address_hash__in=sorted(delivered), soft_bounce_count__gt=0)
    over = [
        hashed
        for hashed, since in counting.values_list("address_hash", "soft_bounce_since")
        if since is None or since <= delivered[hashed]
    ]
    if over:
        _begin_anew(over)


def _begin_anew(hashes: Collection[str]) -> None:
    AddressRecord.objects.filter(address_hash__in=sorted(hashes)).update(
        soft_bounce_count=0, soft_bounce_since=None
    )


def _counted(letters: Mapping[str, int], now: datetime) -> list[dict[str, Any]]:
    # Sorted: two senders that count the same people take their locks in the same order.
    hashes = sorted(letters)
    if connection.vendor == "postgresql":
        counts = [letters[hashed] for hashed in hashes]
        return sql.rows(
            PACKAGE, "count_soft_bounces", {"address_hashes": hashes, "counts": counts, "now": now}
        )
    return [
        row
        for hashed in hashes
        for row in sql.rows(
            PACKAGE, "count_soft_bounces", {"address_hash": hashed, "count": letters[hashed], "now": now}
        )
    ]
