"""The ledger: opens dispatches, writes who is to get a letter, starts, pauses, stops and finishes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from mailhub.delivery import signals
from mailhub.delivery.contracts import AudienceQuery, TrackingMode
from mailhub.delivery.models import Brand, Chunk, Dispatch, Due, Message
from mailhub.delivery.models.ledger import DispatchState, Lane, MessageState, Stream
from mailhub.delivery.selectors import balance
from mailhub.delivery.services import partitions, suppression
from mailhub.lib import clock, doorbell, queues, sql
from mailhub.lib.errors import UserError

PACKAGE = "mailhub.delivery"
CHUNK_SIZE = 1000
# How many senders a release wakes; each goes on by itself until nothing is left to claim.
RINGS = 4


class AudienceWithoutRoom(UserError):
    """Recipients were recorded for a dispatch that had already started."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many rows were written, how many of them as skipped, and how often a key came twice."""

    planned: int
    skipped: int
    conflicts: int


def open_dispatch(
    *,
    stream: str,
    lane: str,
    brand: Brand,
    sender_address: str,
    source: str,
    producer: str,
    sender_name: str = "",
    reply_to: str = "",
    producer_id: int = 0,
    content_version_id: int | None = None,
    tracking: TrackingMode = "individual",
    ignore_cap: bool = False,
    obeyed_reasons: Sequence[str] | None = None,
) -> Dispatch:
    """A dispatch in state `recording`, with room for its rows. Nothing leaves before `release`.

    `obeyed_reasons` are the suppression reasons that stop it; by default those of its stream.
    """
    obeyed = obeyed_reasons if obeyed_reasons is not None else _obeyed_by(stream)
    dispatch = Dispatch.objects.create(
        stream=Stream(stream),
        lane=Lane(lane),
        brand=brand,
        sender_name=sender_name,
        sender_address=sender_address,
        reply_to=reply_to,
        source=source,
        producer=producer,
        producer_id=producer_id,
        content_version_id=content_version_id,
        tracking=tracking,
        ignore_cap=ignore_cap,
        obeyed_reasons=f",{','.join(obeyed)},",
        created_at=clock.now(),
    )
    partitions.ensure(dispatch.pk)
    return dispatch


def _obeyed_by(stream: str) -> Sequence[str]:
    return suppression.MARKETING_OBEYS if stream == Stream.MARKETING else suppression.TRANSACTIONAL_OBEYS


@transaction.atomic
def record_recipients(dispatch: Dispatch, audience: AudienceQuery) -> Recorded:
    """Write the audience into the ledger, one row a recipient_key, in one statement.

    An address suppressed now is written as `skipped` and counts in planned; a key that comes twice
    is counted as a conflict. May be called more than once before `release`.
    """
    _lock(dispatch.pk, DispatchState.RECORDING)
    recorded = _insert(dispatch, audience)
    dispatch.planned_count += recorded.planned
    dispatch.conflict_count += recorded.conflicts
    dispatch.save(update_fields=["planned_count", "conflict_count"])
    return recorded


def _lock(dispatch_id: int, *states: str) -> None:
    locked = Dispatch.objects.select_for_update().filter(pk=dispatch_id, state__in=states)
    if not locked.exists():
        raise AudienceWithoutRoom(
            _("Dispatch %(number)s has started; nobody can be added to it any more.")
            % {"number": dispatch_id}
        )


def _insert(dispatch: Dispatch, audience: AudienceQuery) -> Recorded:
    statement = sql.load(PACKAGE, "record_recipients").replace("{audience}", audience.sql)
    parameters = {
        **audience.params,
        "dispatch_id": dispatch.pk,
        "version_id": dispatch.content_version_id,
        "brand_scope": f"brand:{dispatch.brand_id}",
        "stream_scope": f"stream:{dispatch.stream}",
        "obeyed": dispatch.obeyed_reasons,
        "now": clock.now(),
    }
    run = _run_at_once if connection.vendor == "postgresql" else _run_and_count
    wanted, written, skipped = run(statement, sql.adapted(parameters), dispatch, audience)
    return Recorded(planned=written, skipped=skipped, conflicts=max(wanted - written, 0))


def _run_at_once(
    statement: str, parameters: Mapping[str, Any], dispatch: Dispatch, audience: AudienceQuery
) -> tuple[int, int, int]:
    """How many were wanted, written, and skipped of these: the statement says it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        wanted, written, skipped = cursor.fetchone()
        return wanted, written, skipped


def _run_and_count(
    statement: str, parameters: Mapping[str, Any], dispatch: Dispatch, audience: AudienceQuery
) -> tuple[int, int, int]:
    """The same where a statement that writes says nothing else (SQLite)."""
    skipped = Message.objects.filter(dispatch=dispatch, state=MessageState.SKIPPED)
    before = skipped.count()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        written = int(cursor.rowcount)
    return _count(audience), written, skipped.count() - before


def _count(audience: AudienceQuery) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({audience.sql}) a", sql.adapted(audience.params))
        return int(cursor.fetchone()[0])


@transaction.atomic
def release(dispatch: Dispatch) -> None:
    """Recording is over: cut the rows into chunks (or make them due one by one) and wake the senders."""
    _lock(dispatch.pk, DispatchState.RECORDING)
    if dispatch.lane == Lane.BULK:
        partitions.analyze(dispatch.pk)
        sql.run(PACKAGE, "make_chunks", {"dispatch_id": dispatch.pk, "size": CHUNK_SIZE, "no": False})
    else:
        parameters = {"dispatch_id": dispatch.pk, "lane": dispatch.lane, "now": clock.now(), "no": False}
        sql.run(PACKAGE, "make_due", parameters)
    Dispatch.objects.filter(pk=dispatch.pk).update(state=DispatchState.SENDING, started_at=clock.now())
    dispatch.refresh_from_db()
    if not finish_if_settled(dispatch.pk):
        ring(dispatch.lane, chunks=Chunk.objects.filter(dispatch=dispatch).count())


def ring(lane: str, *, chunks: int = 0) -> None:
    """Wake the senders of a lane after commit."""
    if lane == Lane.BULK:
        for _ in range(min(max(chunks, 1), RINGS)):
            doorbell.ring("delivery.deliver_bulk", queue=queues.BULK)
    doorbell.ring("delivery.deliver_due", lane, queue=lane)


def pause(dispatch_id: int, *, reason: str, announce: bool = False) -> bool:
    """No sender starts another window of it; what is on the wire gets its answer. False if not sending.

    With `announce`, the rooms above hear of it: the post office paused by itself.
    """
    with transaction.atomic():
        changed = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING).update(
            state=DispatchState.PAUSED, pause_reason=reason
        )
        if changed and announce:
            news = partial(signals.dispatch_paused.send, None, dispatch_id=dispatch_id, reason=reason)
            transaction.on_commit(news, robust=True)
    return bool(changed)


def resume(dispatch_id: int) -> bool:
    """Go on with a paused dispatch; False if it was not paused."""
    with transaction.atomic():
        changed = Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.PAUSED).update(
            state=DispatchState.SENDING, pause_reason=""
        )
        if changed and not finish_if_settled(dispatch_id):
            ring(Dispatch.objects.get(pk=dispatch_id).lane, chunks=RINGS)
    return bool(changed)


def stop(dispatch_id: int) -> bool:
    """Cancel what has not left; False if it was already over. What is on the wire gets its answer."""
    with transaction.atomic():
        changed = Dispatch.objects.filter(
            pk=dispatch_id, state__in=[DispatchState.RECORDING, DispatchState.SENDING, DispatchState.PAUSED]
        ).update(state=DispatchState.CANCELLED, pause_reason="")
        if changed:
            cancel_open_rows(dispatch_id)
    return bool(changed)


def cancel_open_rows(dispatch_id: int) -> None:
    """Settle a cancelled dispatch's rows that are not on the wire; called again when the wire is quiet."""
    with transaction.atomic():
        now = clock.now()
        sql.run(PACKAGE, "cancel_rows", {"dispatch_id": dispatch_id, "now": now, "yes": True, "no": False})
        Due.objects.filter(dispatch_id=dispatch_id, in_flight=False).delete()
        Chunk.objects.filter(dispatch_id=dispatch_id, finished=False, lease_until=None).update(finished=True)
        if not balance.balance(dispatch_id).open:
            Dispatch.objects.filter(pk=dispatch_id, settled_at=None).update(settled_at=now)


def settle_if_over(dispatch_id: int) -> None:
    """After a sender's last window: finish the dispatch if that was all, or clear up after a stop."""
    if not finish_if_settled(dispatch_id):
        state = Dispatch.objects.filter(pk=dispatch_id).values_list("state", flat=True).first()
        if state == DispatchState.CANCELLED:
            cancel_open_rows(dispatch_id)


def finish_if_settled(dispatch_id: int) -> bool:
    """Finish a sending dispatch when every row is settled and the balance adds up; else False."""
    if _has_work(dispatch_id):  # Looked at again under the lock, which most calls need not take.
        return False
    with transaction.atomic():
        dispatch = Dispatch.objects.select_for_update().filter(pk=dispatch_id).first()
        if dispatch is None or dispatch.state != DispatchState.SENDING or _has_work(dispatch_id):
            return False
        state = balance.balance(dispatch_id)
        if state.open or not state.adds_up:
            return False
        Chunk.objects.filter(dispatch_id=dispatch_id, finished=False).update(finished=True)
        dispatch.state = DispatchState.FINISHED
        dispatch.settled_at = clock.now()
        dispatch.save(update_fields=["state", "settled_at"])
        news = partial(signals.dispatch_finished.send, None, dispatch_id=dispatch_id)
        transaction.on_commit(news, robust=True)
    return True


def _has_work(dispatch_id: int) -> bool:
    leased = Chunk.objects.filter(dispatch_id=dispatch_id, finished=False)
    return leased.exists() or Due.objects.filter(dispatch_id=dispatch_id).exists()
