"""Bulk work: leases chunks, sets the intent mark before a window may leave, and gives chunks back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import random

from django.db import transaction
from django.db.models import QuerySet

from mailhub.delivery.models import Chunk, Dispatch, Message
from mailhub.delivery.models.ledger import DispatchState, MessageState
from mailhub.delivery.services import ledger
from mailhub.lib import clock, process, sql

# Longer than one letter may take at a slow server: RFC 5321 4.5.3.2 lets its five waits add up to 25 minutes.
LEASE = timedelta(minutes=30)
# How many letters may be in doubt after a crash of one sender. At most 100 is what is promised; half of
# it keeps a bulk worker with two senders within that promise too.
WINDOW = 50


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

    If its last holder vanished, what was on the wire then is settled as uncertain first: marketing is
    never blindly sent again.
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
        if row["intent_id"] > row["done_id"]:
            settle_doubt(row["dispatch_id"], after_id=row["done_id"], last_id=row["intent_id"], now=now)
            Chunk.objects.filter(pk=row["id"]).update(done_id=row["intent_id"])
    done_id = max(row["done_id"], row["intent_id"])
    return Claim(row["id"], row["dispatch_id"], row["last_id"], done_id, row["epoch"])


def settle_doubt(dispatch_id: int, *, after_id: int, last_id: int, now: datetime) -> int:
    """Rows of a vanished sender's window that got no answer are uncertain afterwards; how many."""
    return Message.objects.filter(
        dispatch_id=dispatch_id, id__gt=after_id, id__lte=last_id, state=MessageState.QUEUED
    ).update(state=MessageState.UNCERTAIN, reason="sender_vanished", settled_at=now)


def advance_intent(held: Claim, *, to_id: int) -> bool:
    """Commit that everything up to `to_id` may leave from now on. Nothing may leave before.

    False when the dispatch no longer sends (paused, stopped) or another sender holds the chunk.
    The dispatch's row is locked with it, so that pause and stop either come before or see the mark.
    """
    with transaction.atomic():
        sending = Dispatch.objects.select_for_update().filter(
            pk=held.dispatch_id, state=DispatchState.SENDING
        )
        if not sending.exists():
            return False
        return bool(_still_held(held).update(intent_id=to_id, lease_until=clock.now() + LEASE))


def complete_window(held: Claim, *, done_id: int) -> Claim:
    """All up to `done_id` is settled; call it in the transaction that settles the rows."""
    _still_held(held).update(done_id=done_id, intent_id=done_id)
    return replace(held, done_id=done_id)


def release(held: Claim, *, finished: bool) -> None:
    """Give the chunk back; rows of it that are still queued are for the next claim."""
    _still_held(held).update(lease_until=None, owner="", finished=finished)


def abandon(held: Claim) -> None:
    """End the lease now: recovery settles what is marked as on the wire, and frees the chunk."""
    _still_held(held).update(lease_until=clock.now())


def _still_held(held: Claim) -> QuerySet[Chunk]:
    return Chunk.objects.filter(pk=held.chunk_id, epoch=held.epoch)
