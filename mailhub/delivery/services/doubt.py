"""Settles what a vanished sender had on the wire: by its journal, and without one as doubt.

Only the sender's own machine has its journal. Until `MAILHUB_JOURNAL_GRACE` after the end of a lease nobody
else settles it, so that a machine that comes back can read what it wrote; then the machine counts as lost,
and all that its sender had marked is in doubt.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from mailhub.delivery import journal
from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.journal import Found, Missing
from mailhub.delivery.models import Chunk, Dispatch, Due, Message
from mailhub.delivery.models.ledger import MessageState, Stream
from mailhub.delivery.services import due, results, rows
from mailhub.delivery.services.due import DueClaim
from mailhub.delivery.services.rows import Row
from mailhub.lib import process

VANISHED = "sender_vanished"


class Unknown(Enum):
    """What there is to go by when no journal can be read."""

    NOT_YET = "its machine may still come back"
    NOTHING = "nobody will ever know"


Knowledge = Found | Unknown


def settle_chunks(now: datetime) -> None:
    """Every chunk whose lease ended in mid-window is free for the next claim afterwards, or still waits."""
    ended = Chunk.objects.filter(finished=False, lease_until__lte=now, intent_id__gt=F("done_id"))
    for chunk in list(ended):
        known = _knowledge(chunk.owner, ended_at=chunk.lease_until or now, now=now)
        if known is not Unknown.NOT_YET:
            settle_chunk(chunk.pk, epoch=chunk.epoch, known=known, now=now)


def settle_chunk(chunk_id: int, *, epoch: int, known: Knowledge, now: datetime) -> None:
    """The window of a chunk that was held under `epoch`: answers, doubts, and what goes back to the queue."""
    with transaction.atomic():
        chunk = Chunk.objects.select_for_update().filter(pk=chunk_id, epoch=epoch).first()
        if chunk is None:
            return
        dispatch = Dispatch.objects.get(pk=chunk.dispatch_id)
        if isinstance(known, Unknown):
            _doubt_window(dispatch, after_id=chunk.done_id, last_id=chunk.intent_id, now=now)
        else:
            size = max(chunk.intent_id - chunk.done_id, 1)
            window = rows.window(dispatch, after_id=chunk.done_id, last_id=chunk.intent_id, size=size)
            _settle(dispatch, window, known, now=now)
        # What the journal does not name was not begun: it is queued, and of the next claim.
        Chunk.objects.filter(pk=chunk_id).update(
            intent_id=chunk.done_id, epoch=epoch + 1, lease_until=None, owner=""
        )


def settle_due(now: datetime) -> None:
    """The same for rows that go one by one."""
    ended = Due.objects.filter(in_flight=True, lease_until__lte=now).order_by("id")
    groups: dict[tuple[int, str, datetime], list[int]] = {}
    for row in ended:
        groups.setdefault((row.dispatch_id, row.owner, row.lease_until or now), []).append(row.message_id)
    for (dispatch_id, owner, ended_at), message_ids in groups.items():
        known = _knowledge(owner, ended_at=ended_at, now=now)
        if known is not Unknown.NOT_YET:
            settle_claim(DueClaim(dispatch_id, ended_at, owner, tuple(message_ids)), known=known, now=now)


def settle_claim(held: DueClaim, *, known: Knowledge, now: datetime) -> None:
    """Marketing in doubt stays so; a transactional letter goes once more, with the same Message-ID."""
    with transaction.atomic():
        mine = due.locked(held)
        dispatch = Dispatch.objects.get(pk=held.dispatch_id)
        told = {} if isinstance(known, Unknown) else known
        batch = rows.due(dispatch, owner=held.owner, lease_until=held.lease_until)
        answered = [row for row in batch if told.get(row.recipient.message_id)]
        again = _settle(dispatch, answered, told, now=now, reschedule=False)
        due.set_anew(held, moments=again)
        settled = {row.recipient.message_id for row in answered} - set(again)
        due.take_off(held, message_ids=sorted(settled))
        left = [row for row in mine if row.message_id not in settled | set(again)]
        begun = [row for row in left if isinstance(known, Unknown) or row.message_id in told]
        _doubt_rows(dispatch, begun, now=now)
        due.give_back(held)


def _knowledge(owner: str, *, ended_at: datetime, now: datetime) -> Knowledge:
    found = journal.of_vanished(owner)
    if not isinstance(found, Missing):
        return found
    if found is Missing.NO_FILE and process.is_gone(owner):
        return Unknown.NOTHING
    grace = timedelta(minutes=settings.MAILHUB_JOURNAL_GRACE)
    return Unknown.NOT_YET if now < ended_at + grace else Unknown.NOTHING


def _settle(
    dispatch: Dispatch, window: Collection[Row], known: Found, *, now: datetime, reschedule: bool = True
) -> dict[int, datetime]:
    """Write what the journal says of the rows that it names; the moments of those to be tried again."""
    settled = [
        results.from_outcome(row, known[message_id] or _unanswered(message_id), dispatch=dispatch, now=now)
        for row in window
        if (message_id := row.recipient.message_id) in known
    ]
    results.settle(dispatch, settled, now=now)
    again = results.moments(settled, now=now)
    if reschedule:
        due.schedule(dispatch, moments=again, resent=results.in_doubt(settled))
    return again


def _unanswered(message_id: int) -> Outcome:
    return Outcome(message_id, Verdict.UNKNOWN)


def _doubt_window(dispatch: Dispatch, *, after_id: int, last_id: int, now: datetime) -> None:
    window = Message.objects.filter(
        dispatch=dispatch, id__gt=after_id, id__lte=last_id, state=MessageState.QUEUED
    )
    if dispatch.stream == Stream.TRANSACTIONAL:
        again = list(window.values_list("id", flat=True))
        window.update(state=MessageState.DEFERRED, reason=VANISHED)
        due.schedule(dispatch, moments=dict.fromkeys(again, now), resent=again)
        return
    results.note_doubt(dispatch, now=now)
    _mark_mailed(dispatch, window, now=now)
    window.update(state=MessageState.UNCERTAIN, reason=VANISHED, settled_at=now)


def _mark_mailed(dispatch: Dispatch, doubtful: QuerySet[Message], *, now: datetime) -> None:
    """Who may have got this letter is not to get the next one too soon."""
    if dispatch.stream == Stream.MARKETING:
        results.mark_mailed(doubtful.values_list("address_hash", flat=True), now=now)


def _doubt_rows(dispatch: Dispatch, doubtful: Collection[Due], *, now: datetime) -> None:
    transactional = dispatch.stream == Stream.TRANSACTIONAL
    again = [row for row in doubtful if transactional and not row.resent]
    lost = [row for row in doubtful if row not in again]
    if lost:
        results.note_doubt(dispatch, now=now)
    on_the_wire = Message.objects.filter(dispatch=dispatch, state=MessageState.CLAIMED)
    on_the_wire.filter(id__in=[row.message_id for row in again]).update(
        state=MessageState.DEFERRED, reason=VANISHED
    )
    Due.objects.filter(pk__in=[row.pk for row in again]).update(
        in_flight=False, resent=True, due_at=now, lease_until=None, owner=""
    )
    gone = on_the_wire.filter(id__in=[row.message_id for row in lost])
    _mark_mailed(dispatch, gone, now=now)
    gone.update(state=MessageState.UNCERTAIN, reason=VANISHED, settled_at=now)
    Due.objects.filter(pk__in=[row.pk for row in lost]).delete()
