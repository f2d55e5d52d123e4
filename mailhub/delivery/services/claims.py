"""Bulk work: leases chunks, sets the intent mark before a window may leave, and gives chunks back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random

from django.db import transaction
from django.db.models import F, QuerySet

from mailhub.delivery.models import Chunk
from mailhub.delivery.services import ledger
from mailhub.lib import clock, process, sql

# Longer than one letter may take at a slow server: RFC 5321 4.5.3.2 lets its five waits add up to 25 minutes.
LEASE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """A chunk that this sender holds, as long as nobody else has raised its epoch."""

    chunk_id: int
    dispatch_id: int
    last_id: int
    done_id: int
    epoch: int


def claim() -> Claim | None:
    """Lease the next chunk, or None when there is none.

    A chunk whose last holder vanished with letters on the wire is free once `doubt` has settled them:
    marketing is never blindly sent again.
    """
    now = clock.now()
    claimed = (_claim_of(dispatch_id, now) for dispatch_id in _candidates(now))
    return next((held for held in claimed if held), None)


def _candidates(now: datetime) -> list[int]:
    """Dispatches with work, the least served first: a big campaign must not keep a small one waiting."""
    waiting = sql.rows(ledger.PACKAGE, "list_claimable_dispatches", {"now": now, "no": False})
    # Chance among equals, so that with more dispatches than senders each gets its turn.
    waiting.sort(key=lambda row: (row["leased_count"], random()))
    return [row["dispatch_id"] for row in waiting]


def _claim_of(dispatch_id: int, now: datetime) -> Claim | None:
    parameters = {"dispatch_id": dispatch_id, "now": now, "lease_until": now + LEASE, "no": False}
    with transaction.atomic():
        found = sql.rows(ledger.PACKAGE, "claim_chunk", parameters | {"owner": process.owner()})
        if not found:
            return None
    row = found[0]
    return Claim(row["id"], row["dispatch_id"], row["last_id"], row["done_id"], row["epoch"])


def advance_intent(held: Claim, *, to_id: int) -> bool:
    """Commit that everything up to `to_id` may leave from now on. Nothing may leave before.

    False when the dispatch no longer sends (paused, stopped) or another sender holds the chunk.
    The dispatch's row is locked with it, so that pause and stop either come before or see the mark;
    other senders are not kept waiting.
    """
    with transaction.atomic():
        if not sql.rows(ledger.PACKAGE, "see_sending", {"dispatch_id": held.dispatch_id}):
            return False
        return bool(_still_held(held).update(intent_id=to_id, lease_until=clock.now() + LEASE))


def complete_window(held: Claim, *, done_id: int, intent_id: int) -> Claim:
    """All up to `done_id` is settled, and what is behind it up to `intent_id` may be on the wire; call it in the
    transaction that settles the rows."""
    _still_held(held).update(done_id=done_id, intent_id=intent_id)
    return replace(held, done_id=done_id)


def release(held: Claim, *, finished: bool, rests_until: datetime | None = None) -> None:
    """Give the chunk back; rows of it that are still queued are for the next claim, not before `rests_until`.

    A chunk that rests is leased to nobody. Call it when nothing is on the wire: a window that was marked
    and did not leave after all (the dispatch was stopped in between) is marked no more.
    """
    _still_held(held).update(lease_until=rests_until, owner="", finished=finished, intent_id=F("done_id"))


def _still_held(held: Claim) -> QuerySet[Chunk]:
    return Chunk.objects.filter(pk=held.chunk_id, epoch=held.epoch)
