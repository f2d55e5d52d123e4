"""Makes good what a crash left behind: leases of the dead, letters in doubt, bells that nobody heard."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from mailhub.delivery.models import Chunk, Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, Lane, MessageState, Stream
from mailhub.delivery.services import claims, ledger
from mailhub.lib import clock, doorbell, process

# A bell that a beat rings is worth nothing once the next beat rings it again.
BELL_EXPIRES = 5


def recover() -> None:
    """Every row that a vanished sender held is in doubt, due again, or free afterwards."""
    now = clock.now()
    end_leases_of_the_dead(now)
    settle_chunks_in_doubt(now)
    settle_due_in_doubt(now)
    finish_forgotten()


def end_leases_of_the_dead(now: datetime) -> int:
    """End the leases of processes of this machine that no longer live; how many.

    Senders on other machines keep theirs until it runs out by itself.
    """
    ended = 0
    for table in (Chunk, Due):
        leased = table._default_manager.filter(lease_until__gte=now)
        owners = set(leased.values_list("owner", flat=True).distinct())
        dead = [owner for owner in owners if process.is_gone(owner)]
        ended += leased.filter(owner__in=dead).update(lease_until=now) if dead else 0
    return ended


def settle_chunks_in_doubt(now: datetime) -> None:
    """What was on the wire of an ended lease is uncertain; also of a dispatch that was paused since."""
    ended = Chunk.objects.filter(finished=False, lease_until__lte=now)
    for chunk_id in list(ended.values_list("id", flat=True)):
        with transaction.atomic():
            chunk = ended.select_for_update().filter(pk=chunk_id).first()
            if chunk is None:
                continue
            claims.settle_doubt(chunk.dispatch_id, after_id=chunk.done_id, last_id=chunk.intent_id, now=now)
            Chunk.objects.filter(pk=chunk_id).update(
                done_id=F("intent_id"), epoch=F("epoch") + 1, lease_until=None, owner=""
            )


def settle_due_in_doubt(now: datetime) -> None:
    """Marketing on the wire of an ended lease is uncertain; a transactional letter goes once more."""
    ended = Due.objects.filter(in_flight=True, lease_until__lte=now).select_related("dispatch")
    for row in list(ended):
        again = row.dispatch.stream == Stream.TRANSACTIONAL and not row.resent
        with transaction.atomic():
            mine = Due.objects.filter(pk=row.pk, epoch=row.epoch, in_flight=True)
            if again:
                freed = mine.update(in_flight=False, resent=True, due_at=now, lease_until=None, owner="")
            else:
                freed, _ = mine.delete()
            if freed:
                _settle_in_doubt(row, again=again, now=now)


def _settle_in_doubt(row: Due, *, again: bool, now: datetime) -> None:
    message = Message.objects.filter(
        dispatch_id=row.dispatch_id, id=row.message_id, state=MessageState.CLAIMED
    )
    if again:
        message.update(state=MessageState.DEFERRED, reason="sender_vanished")
    else:
        message.update(state=MessageState.UNCERTAIN, reason="sender_vanished", settled_at=now)


def finish_forgotten() -> None:
    """Finish or clear up dispatches whose sender vanished before it could."""
    for dispatch_id in list(
        Dispatch.objects.filter(state=DispatchState.SENDING).values_list("id", flat=True)
    ):
        ledger.finish_if_settled(dispatch_id)
    stopped = Dispatch.objects.filter(state=DispatchState.CANCELLED, settled_at=None)
    for dispatch_id in list(stopped.values_list("id", flat=True)):
        ledger.cancel_open_rows(dispatch_id)


def ring_due() -> None:
    """Ring for all that is due now: the beat that makes a lost bell harmless."""
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    sending = Q(dispatch__state=DispatchState.SENDING)
    if Chunk.objects.filter(free, sending, finished=False).exists():
        for _ in range(ledger.RINGS):
            doorbell.ring("delivery.deliver_bulk", queue="bulk", expires=BELL_EXPIRES)
    for lane in Lane.values:
        if Due.objects.filter(free, sending, lane=lane, due_at__lte=now, in_flight=False).exists():
            doorbell.ring("delivery.deliver_due", lane, queue=lane, expires=BELL_EXPIRES)
