"""Takes up again what a limit has laid down, when the limit is another one now."""

from __future__ import annotations

from mailhub.delivery.models import Chunk, Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, Lane, MessageState
from mailhub.delivery.services import ledger
from mailhub.lib import clock

# What holds a row back without having tried it (`limits.holding`).
HELD_BY_LIMITS = ("limit_route", "limit_warm_up", "limit_domain", "route_stopped", "limits_away")


def wake() -> None:
    """Chunks that rest and rows that wait under a limit are free at once; the limits are asked anew."""
    now = clock.now()
    resting = Chunk.objects.filter(owner="", finished=False, lease_until__gt=now)
    woken = resting.update(lease_until=None)
    for dispatch_id in list(
        Dispatch.objects.filter(state=DispatchState.SENDING).values_list("id", flat=True)
    ):
        woken += _wake_rows(dispatch_id)
    if woken:
        for lane in Lane.values:
            ledger.ring(lane)


def _wake_rows(dispatch_id: int) -> int:
    waiting = Due.objects.filter(dispatch_id=dispatch_id, lease_until=None, due_at__gt=clock.now())
    ids = list(waiting.values_list("message_id", flat=True))
    if not ids:
        return 0
    held = Message.objects.filter(
        dispatch_id=dispatch_id, id__in=ids, state=MessageState.DEFERRED, reason__in=HELD_BY_LIMITS
    )
    return waiting.filter(message_id__in=list(held.values_list("id", flat=True))).update(due_at=clock.now())
