"""Settles letters in doubt by what a person knows of them, or decides.

Every act takes rows that are still uncertain and no others: of two people who settle the same letter at
once, or a person and a late answer, the first has its way, and the count says so. The balance adds up at
any moment: a row goes from one state to another in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from mailhub.delivery import signals
from mailhub.delivery.models import AddressRecord, Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, MessageState, Stream
from mailhub.delivery.services import ledger
from mailhub.lib.errors import UserError

# Reasons of the ledger: what a person said became of the letter.
ARRIVED = "marked_sent"
LOST = "marked_lost"
AGAIN = "sent_again"


@dataclass(frozen=True, slots=True)
class Act:
    """`done` is its word in the audit log: letters_<done>."""

    done: str
    do: Callable[[int, Collection[int] | None, datetime], int]


class SettlingRefused(UserError):
    """The letters can't be settled that way; nothing was changed."""


def in_doubt(dispatch_id: int, *, message_ids: Collection[int] | None = None) -> QuerySet[Message]:
    """The uncertain rows of a dispatch: of `message_ids`, or all of them."""
    doubtful = Message.objects.filter(dispatch_id=dispatch_id, state=MessageState.UNCERTAIN)
    return doubtful if message_ids is None else doubtful.filter(id__in=message_ids)


def mark_sent(dispatch_id: int, *, message_ids: Collection[int] | None = None) -> int:
    """Somebody knows that they arrived: they count as sent since they left. How many were in doubt."""
    return _settle(dispatch_id, message_ids, state=MessageState.SENT, reason=ARRIVED)


def give_up(dispatch_id: int, *, message_ids: Collection[int] | None = None) -> int:
    """They count as failed and are not sent again. How many were in doubt."""
    return _settle(dispatch_id, message_ids, state=MessageState.FAILED, reason=LOST)


def send_again(dispatch_id: int, *, message_ids: Collection[int] | None = None, now: datetime) -> int:
    """They are due at once, with the same Message-ID, and checked like any letter before it leaves.

    How many were in doubt; those whose address was erased meanwhile stay so. A finished dispatch sends
    again and finishes anew when they are settled; a paused one waits until it is resumed. If such a
    letter is on the wire when a sender vanishes, it is in doubt again. Raises SettlingRefused for a
    stopped dispatch.
    """
    with transaction.atomic():
        # Locked like this by who finishes the dispatch: it sees either none of the rows open, or all.
        dispatch = Dispatch.objects.select_for_update().get(pk=dispatch_id)
        if dispatch.state == DispatchState.CANCELLED:
            raise SettlingRefused(
                _(
                    "It was stopped for good, so nothing of it is sent any more. "
                    "Mark the letters as sent, or as not arrived."
                )
            )
        doubtful = in_doubt(dispatch_id, message_ids=message_ids).exclude(address="")
        chosen = list(doubtful.select_for_update().order_by("id").values_list("id", flat=True))
        if chosen:
            _free_of_cap(dispatch, chosen)
            _queue(dispatch, chosen, now=now)
            _reopen(dispatch)
            _tell(dispatch_id)
    return len(chosen)


ACTS = {
    "mark-sent": Act("marked_sent", lambda number, ids, now: mark_sent(number, message_ids=ids)),
    "send-again": Act("sent_again", lambda number, ids, now: send_again(number, message_ids=ids, now=now)),
    "give-up": Act("given_up", lambda number, ids, now: give_up(number, message_ids=ids)),
}


@transaction.atomic
def settle(letters: Mapping[int, Collection[int]], act: str, *, now: datetime) -> int:
    """Do one of ACTS to these letters, message ids by dispatch; how many were still in doubt.

    Raises SettlingRefused when it cannot be done to one of the dispatches; then nothing was changed.
    """
    # In one order for everybody: two people who settle the same dispatches do not wait in a ring.
    return sum(ACTS[act].do(number, ids, now) for number, ids in sorted(letters.items()))


def _settle(dispatch_id: int, message_ids: Collection[int] | None, *, state: str, reason: str) -> int:
    with transaction.atomic():
        count = in_doubt(dispatch_id, message_ids=message_ids).update(state=state, reason=reason)
        if count:
            _tell(dispatch_id)
    return count


def _queue(dispatch: Dispatch, message_ids: Sequence[int], *, now: datetime) -> None:
    """Deferred, not queued: a chunk that is still being sent must not take them as well."""
    Message.objects.filter(dispatch=dispatch, id__in=message_ids).update(
        state=MessageState.DEFERRED, reason=AGAIN, settled_at=None
    )
    Due.objects.bulk_create(
        [
            Due(dispatch=dispatch, message_id=message_id, lane=dispatch.lane, due_at=now, resent=True)
            for message_id in message_ids
        ],
        batch_size=500,
    )


def _reopen(dispatch: Dispatch) -> None:
    finished = Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.FINISHED)
    finished.update(state=DispatchState.SENDING, settled_at=None)
    ledger.ring(dispatch.lane)


def _free_of_cap(dispatch: Dispatch, message_ids: Sequence[int]) -> None:
    """The frequency cap counted the letter as one that may have left; it must not stop itself."""
    if dispatch.stream != Stream.MARKETING:
        return
    own = Message.objects.filter(
        dispatch=dispatch, id__in=message_ids, address_hash=OuterRef("address_hash")
    ).values("settled_at")[:1]
    AddressRecord.objects.filter(
        address_hash__in=Message.objects.filter(dispatch=dispatch, id__in=message_ids).values("address_hash"),
        last_marketing_at=Subquery(own),
    ).update(last_marketing_at=None)


def _tell(dispatch_id: int) -> None:
    transaction.on_commit(partial(_forget_doubt, dispatch_id), robust=True)
    news = partial(signals.doubt_settled.send, None, dispatch_id=dispatch_id)
    transaction.on_commit(news, robust=True)


def _forget_doubt(dispatch_id: int) -> None:
    """Nobody needs to look into the dispatch any more, unless something was in doubt meanwhile.

    After the commit: with the letters locked, waiting for the dispatch could wait in a ring.
    """
    dispatch = Dispatch.objects.filter(pk=dispatch_id)
    doubted_at = dispatch.values_list("doubted_at", flat=True).first()
    if doubted_at is not None and not in_doubt(dispatch_id).exists():
        dispatch.filter(doubted_at=doubted_at).update(doubted_at=None)
