"""Writes events: each fact once, engagement with it, and the news after commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from mailhub.delivery import signals
from mailhub.delivery.services import soft_bounces
from mailhub.lib import clock, sql


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One fact about a letter. The same `dedupe_key` told twice is one event."""

    dispatch_id: int
    message_id: int | None
    contact_id: int | None
    address_hash: str
    type: str
    occurred_at: datetime
    dedupe_key: str
    grade: str = "unknown"
    rule: str = ""
    link_number: int | None = None
    ip: str | None = None
    user_agent: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def record(events: Sequence[NewEvent]) -> list[int]:
    """All of `events` are in the database afterwards; the ids of those that were not there before.

    Engagement (last human open and click of the address) is brought forward in the same transaction, and
    soft bounces before it, or before a provider's `delivered`, count no more; `events_recorded` is sent after commit.
    """
    with transaction.atomic():
        ids = _insert(events)
        if not ids:
            return []
        # A fact that is told twice here is one row, and one event.
        new = list({event.dedupe_key: event for event in events if event.dedupe_key in ids}.values())
        _touch_addresses(new)
        _end_soft_bounces(new)
        numbers = sorted(ids.values())
        transaction.on_commit(partial(signals.events_recorded.send, None, event_ids=numbers), robust=True)
    return numbers


def _insert(events: Sequence[NewEvent]) -> dict[str, int]:
    """Dedupe key → id of the rows that were not there before."""
    written = json.dumps([_columns(event) for event in events])
    now = clock.now()
    rows = sql.rows("mailhub.delivery", "insert_events", {"events": written, "recorded_at": now})
    return {row["dedupe_key"]: row["id"] for row in rows}


def _columns(event: NewEvent) -> dict[str, Any]:
    return {
        "dispatch_id": event.dispatch_id,
        "message_id": event.message_id,
        "contact_id": event.contact_id,
        "address_hash": event.address_hash,
        "type": event.type,
        "occurred_at": str(connection.ops.adapt_datetimefield_value(event.occurred_at)),
        "grade": event.grade,
        "rule": event.rule,
        "link_number": event.link_number,
        "ip": event.ip,
        "user_agent": event.user_agent[:400],
        "detail": event.detail,
        "dedupe_key": event.dedupe_key,
    }


def _end_soft_bounces(events: Sequence[NewEvent]) -> None:
    delivered: dict[str, datetime] = {}
    for event in events:
        if event.type == "delivered" and event.address_hash:
            last = delivered.get(event.address_hash, event.occurred_at)
            delivered[event.address_hash] = max(last, event.occurred_at)
    if delivered:
        soft_bounces.forget(delivered)


def _touch_addresses(events: Sequence[NewEvent]) -> None:
    seen: dict[str, dict[str, datetime | None]] = {}
    for event in events:
        if not event.address_hash or event.grade != "human" or event.type not in ("opened", "clicked"):
            continue
        row = seen.setdefault(event.address_hash, {"opened": None, "clicked": None})
        row[event.type] = max(row[event.type] or event.occurred_at, event.occurred_at)
    if seen:
        sql.run_many(
            "mailhub.delivery",
            "touch_engagement",
            [
                {"address_hash": key, "opened_at": row["opened"], "clicked_at": row["clicked"]}
                for key, row in sorted(seen.items())
            ],
        )
