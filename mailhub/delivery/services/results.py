"""Writes what became of letters: the rows, the retries, the addresses, the bounces; set-based."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from django.db import connection

from mailhub.delivery.contracts import Kind, Outcome, Verdict
from mailhub.delivery.limits import retry
from mailhub.delivery.models import Dispatch, Event
from mailhub.delivery.models.ledger import MessageState, Stream
from mailhub.delivery.services import events, soft_bounces, suppression
from mailhub.delivery.services.rows import Row
from mailhub.lib import sql

PACKAGE = "mailhub.delivery"
# When a row is due again that no answer put off: its route did not work.
RETRY_AFTER = timedelta(minutes=5)
# When a transactional letter in doubt goes once more: a server that is just falling over gets a moment.
ONCE_MORE_AFTER = timedelta(minutes=1)
Bounce = Literal["hard", "soft", "other"]
# Rules 3.5: the mailbox does not exist and won't. 5.7.x (policy, content) is never the contact's fault.
HARD_BOUNCES = ("5.1.1", "5.1.2", "5.1.3", "5.1.10", "5.2.1")


@dataclass(slots=True)
class Result:
    """The new state of one row; `tried` when a hand-over was attempted.

    `at` is when it was settled, `again_at` when a deferred row is due; both default to the usual. `delivered`:
    it is not only handed over, but arrived. `once_more`: it was in doubt and is sent again, this once.
    `bounced` is a word of Bounce, "" for what did not come back.
    """

    row: Row
    state: str
    reason: str = ""
    reply: str = ""
    tried: bool = False
    bounced: str = ""
    at: datetime | None = None
    again_at: datetime | None = None
    delivered: bool = False
    once_more: bool = False

    @property
    def message_id(self) -> int:
        return self.row.recipient.message_id


def from_outcome(
    row: Row, outcome: Outcome, *, dispatch: Dispatch, now: datetime, not_before: datetime | None = None
) -> Result:
    """What an answer (or its absence) means for the row: pure but for the chance in the time of a retry.

    By rules 3.2, 3.5 and 3.6. `not_before` is until when the receiver's domain is to be spared; what the
    answer itself says of the next try is in the outcome.
    """
    reply = outcome.reply.replace("\x00", "")[:300]
    if outcome.verdict is Verdict.ACCEPTED:
        at = outcome.answered_at
        return Result(row, MessageState.SENT, reply=reply, tried=True, at=at, delivered=outcome.arrived)
    if outcome.verdict is Verdict.UNKNOWN:
        if dispatch.stream == Stream.TRANSACTIONAL and not row.resent:
            return _once_more(row, reply, now=now)
        return Result(row, MessageState.UNCERTAIN, "no_answer", reply, tried=True)
    if outcome.verdict is Verdict.DEFERRED:
        return _deferred(row, outcome, reply, dispatch=dispatch, now=now, not_before=not_before)
    bounced = _bounce(outcome)
    return Result(
        row, MessageState.FAILED, "bounced" if bounced == "hard" else "refused", reply, True, bounced
    )


def _bounce(outcome: Outcome) -> Bounce:
    """Hard: the mailbox does not exist and won't. Soft: it is full. A transport that tells no kind is judged
    by its code."""
    if outcome.kind == Kind.MAILBOX_GONE or (not outcome.kind and outcome.enhanced in HARD_BOUNCES):
        return "hard"
    full = outcome.kind == Kind.MAILBOX_FULL or (not outcome.kind and outcome.enhanced[1:] == ".2.2")
    return "soft" if full else "other"


def _once_more(row: Row, reply: str, *, now: datetime) -> Result:
    at = now + ONCE_MORE_AFTER
    return Result(row, MessageState.DEFERRED, "no_answer", reply, tried=True, again_at=at, once_more=True)


def _deferred(
    row: Row,
    outcome: Outcome,
    reply: str,
    *,
    dispatch: Dispatch,
    now: datetime,
    not_before: datetime | None,
) -> Result:
    following = retry.after_deferral(
        attempts=row.attempts + 1,
        stream=dispatch.stream,
        now=now,
        deadline_at=dispatch.deadline_at,
        not_before=not_before,
        named_at=outcome.again_at,
    )
    states = {"deferred": MessageState.DEFERRED, "gave_up": MessageState.FAILED}
    state = states.get(following.reason, MessageState.SKIPPED)
    # Only what is the mailbox's own fault counts against it, and only when the letter is given up.
    bounced = "soft" if following.reason == "gave_up" and _bounce(outcome) == "soft" else ""
    return Result(row, state, following.reason, reply, tried=True, bounced=bounced, again_at=following.at)


def of_answers(
    dispatch: Dispatch,
    known: Mapping[int, Row],
    outcomes: Iterable[Outcome],
    *,
    now: datetime,
    spared: Mapping[int, datetime] = MappingProxyType({}),
) -> list[Result]:
    """`from_outcome` for a whole window; rows and `spared` moments by message id."""
    return [
        from_outcome(
            known[outcome.message_id],
            outcome,
            dispatch=dispatch,
            now=now,
            not_before=spared.get(outcome.message_id),
        )
        for outcome in outcomes
    ]


def moments(settled: Iterable[Result], *, now: datetime) -> dict[int, datetime]:
    """When the deferred rows are due again, by message id."""
    return {
        result.message_id: result.again_at or now + RETRY_AFTER
        for result in settled
        if result.state == MessageState.DEFERRED
    }


def in_doubt(settled: Iterable[Result]) -> set[int]:
    """The message ids of the deferred rows that are sent again because they were in doubt."""
    return {result.message_id for result in settled if result.once_more}


def settle(dispatch: Dispatch, results: Sequence[Result], *, now: datetime) -> None:
    """Write all `results` of one dispatch; call it inside the transaction that moves the work on.

    Rows, frequency-cap marks, bounce events and suppressions change together. A row that was settled
    as uncertain meanwhile takes the real answer; one that is settled otherwise stays.
    """
    if not results:
        return
    if any(result.state == MessageState.UNCERTAIN for result in results):
        note_doubt(dispatch, now=now)
    _update_rows(dispatch.pk, results, now)
    _note_addresses(dispatch, results, now)
    _record_bounces(dispatch, results, now)


def note_doubt(dispatch: Dispatch, *, now: datetime) -> None:
    """Letters of the dispatch are in doubt, and it is found by that. Call it before their rows are written:
    whoever settles them locks the dispatch before its rows, too."""
    Dispatch.objects.filter(pk=dispatch.pk).update(doubted_at=now)


def _note_addresses(dispatch: Dispatch, results: Sequence[Result], now: datetime) -> None:
    """The frequency cap's marks, and the end of soft bounces: one write for both where all were delivered."""
    delivered = {result.row.recipient.address_hash for result in results if result.delivered}
    if dispatch.stream == Stream.MARKETING:
        mailed = {
            result.row.recipient.address_hash
            for result in results
            if result.state in (MessageState.SENT, MessageState.UNCERTAIN)
        }
        if mailed:
            mark_mailed(mailed, now=now, delivered=mailed == delivered)
        if mailed == delivered:
            return
    if delivered:
        soft_bounces.forget(dict.fromkeys(delivered, now))


def _update_rows(dispatch_id: int, results: Sequence[Result], now: datetime) -> None:
    if connection.vendor == "postgresql":
        sql.run(PACKAGE, "settle_messages", _columns(dispatch_id, results, now))
    else:
        sql.run_many(PACKAGE, "settle_messages", [_values(dispatch_id, result, now) for result in results])


def _columns(dispatch_id: int, results: Sequence[Result], now: datetime) -> dict[str, object]:
    ids = [result.message_id for result in results]
    return {
        "dispatch_id": dispatch_id,
        "first_id": min(ids),
        "last_id": max(ids),
        "ids": sql.numbers(ids),
        "states": sql.texts([result.state for result in results]),
        "reasons": sql.texts([result.reason for result in results]),
        "replies": sql.texts([result.reply for result in results]),
        "tries": sql.numbers([int(result.tried) for result in results]),
        "moments": sql.moments([_settled_at(result, now) for result in results]),
    }


def _values(dispatch_id: int, result: Result, now: datetime) -> dict[str, object]:
    return {
        "dispatch_id": dispatch_id,
        "id": result.message_id,
        "state": str(result.state),
        "reason": result.reason,
        "reply": result.reply,
        "tries": int(result.tried),
        "settled_at": _settled_at(result, now),
    }


def _settled_at(result: Result, now: datetime) -> datetime | None:
    return None if result.state == MessageState.DEFERRED else result.at or now


def mark_mailed(address_hashes: Iterable[str], *, now: datetime, delivered: bool = False) -> None:
    """The frequency cap counts what left of marketing, and what may have left; what is known to have been
    `delivered` ends the count of soft bounces."""
    # Sorted: two senders that touch the same people take their locks in the same order.
    hashes = sorted(address_hashes)
    if connection.vendor == "postgresql":
        parameters = {"address_hashes": sql.texts(hashes), "now": now, "delivered": delivered}
        sql.run(PACKAGE, "mark_mailed", parameters)
    else:
        rows = [{"address_hash": key, "now": now, "delivered": delivered} for key in hashes]
        sql.run_many(PACKAGE, "mark_mailed", rows)


def _record_bounces(dispatch: Dispatch, results: Sequence[Result], now: datetime) -> None:
    bounced = [result for result in results if result.bounced]
    if not bounced:
        return
    new = events.record([_bounce_event(dispatch.pk, result, now) for result in bounced])
    _count_soft(dispatch, [result for result in bounced if result.bounced == "soft"], new, now)
    suppression.suppress_many(
        suppression.Entry(
            result.row.recipient.address_hash,
            "hard_bounce",
            source=f"dispatch {dispatch.pk}",
            note=result.reply,
        )
        for result in bounced
        if result.bounced == "hard"
    )


def _count_soft(dispatch: Dispatch, soft: Sequence[Result], event_ids: Sequence[int], now: datetime) -> None:
    """Each letter once, however often its result is recorded: when its event is new."""
    if not soft:
        return
    new = set(Event.objects.filter(pk__in=event_ids).values_list("message_id", flat=True))
    letters = Counter(result.row.recipient.address_hash for result in soft if result.message_id in new)
    if letters:
        soft_bounces.count(letters, source=f"dispatch {dispatch.pk}", now=now)


def _bounce_event(dispatch_id: int, result: Result, now: datetime) -> events.NewEvent:
    recipient = result.row.recipient
    return events.NewEvent(
        dispatch_id=dispatch_id,
        message_id=recipient.message_id,
        contact_id=recipient.contact_id,
        address_hash=recipient.address_hash,
        type="bounced" if result.bounced == "hard" else "rejected",
        occurred_at=now,
        dedupe_key=f"reply:{dispatch_id}:{recipient.message_id}",
        rule="smtp_reply",
        detail={"reply": result.reply},
    )
