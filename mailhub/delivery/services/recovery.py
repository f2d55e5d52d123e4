"""Makes good what a crash left behind: leases of the dead, letters in doubt, bells that nobody heard."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from mailhub.delivery import journal
from mailhub.delivery.models import Chunk, Dispatch, Due
from mailhub.delivery.models.ledger import DispatchState, Lane
from mailhub.delivery.services import doubt, ledger
from mailhub.lib import clock, doorbell, process, queues

# A bell that a beat rings is worth nothing once the next beat rings it again.
BELL_EXPIRES = 5


def recover() -> None:
    """Every row that a vanished sender held is in doubt, due again, or free afterwards."""
    now = clock.now()
    end_leases_of_the_dead(now)
    doubt.settle_chunks(now)
    doubt.settle_due(now)
    finish_forgotten()
    journal.sweep(owners=_owners())


def end_leases_of_the_dead(now: datetime) -> int:
    """End the leases of processes of this machine that no longer live; how many.

    A container that came back is another machine by its name; there the journal tells. Senders elsewhere
    keep their leases until they run out by themselves.
    """
    ended = 0
    for table in (Chunk, Due):
        leased = table._default_manager.filter(lease_until__gte=now)
        owners = set(leased.values_list("owner", flat=True).distinct())
        dead = [owner for owner in owners if process.is_gone(owner) or journal.is_abandoned(owner)]
        ended += leased.filter(owner__in=dead).update(lease_until=now) if dead else 0
    return ended


def _owners() -> set[str]:
    """Who holds something, as far as rows say."""
    held = (table._default_manager.exclude(owner="") for table in (Chunk, Due))
    return {owner for rows in held for owner in rows.values_list("owner", flat=True).distinct()}


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
    if Chunk.objects.filter(free, sending, finished=False, intent_id=F("done_id")).exists():
        for _ in range(ledger.RINGS):
            doorbell.ring("delivery.deliver_bulk", queue=queues.BULK, expires=BELL_EXPIRES)
    for lane in Lane.values:
        if Due.objects.filter(free, sending, lane=lane, due_at__lte=now, in_flight=False).exists():
            doorbell.ring("delivery.deliver_due", lane, queue=lane, expires=BELL_EXPIRES)
