"""The sender: claims, prepares, marks its intent, hands over, and writes the results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult
from mailhub.delivery.models import Dispatch
from mailhub.delivery.models.ledger import MessageState, Stream
from mailhub.delivery.services import (
    claims,
    doubt,
    due,
    handing,
    ledger,
    preparing,
    results,
    rows,
    sharing,
    windows,
)
from mailhub.delivery.services.claims import Claim
from mailhub.delivery.services.due import DueClaim
from mailhub.delivery.services.preparing import Prepared
from mailhub.delivery.services.results import Result
from mailhub.delivery.services.sharing import Load, Shares
from mailhub.lib import clock, stopping

logger = logging.getLogger(__name__)

# A sender gives its chunk back after this long and rings itself again: no task holds a worker for long.
BUDGET = timedelta(seconds=10)


def deliver_bulk(*, budget: timedelta = BUDGET) -> bool:
    """Send chunk after chunk for about `budget`; True when there may be more to do."""
    ends = time.monotonic() + budget.total_seconds()
    while _may_go_on(ends):
        held = claims.claim()
        if held is None:
            return False
        while held is not None:
            held = _deliver_chunks(held, may_go_on=partial(_may_go_on, ends))
    return True


def _deliver_chunks(held: Claim, *, may_go_on: Callable[[], bool]) -> Claim | None:
    """Send the chunk and what follows it of its dispatch; the chunk of another that came up meanwhile."""
    sender = windows.Sender(held)
    with _failing_safely(held.dispatch_id, abandon=partial(_abandon_chunks, sender)):
        sender.run(may_go_on=may_go_on)
        ledger.settle_if_over(held.dispatch_id)
    return sender.other


def _may_go_on(ends: float) -> bool:
    """Not past its time, and the worker is not asked to stop: SIGTERM waits for one window only."""
    return time.monotonic() < ends and not stopping.requested()


@contextmanager
def _failing_safely(dispatch_id: int, *, abandon: Callable[[], None]) -> Iterator[None]:
    """An error of ours pauses the dispatch and says so; what may have left is settled by the journal.

    Without its database a sender can neither write results nor give back what it holds: it ends, and
    recovery settles what a dead process held, long before the lease runs out.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.error("The database went away while sending dispatch %s: %s", dispatch_id, error)
        # An orderly end takes the journal along, and with it the answers that could not be written.
        journal.own().keep()
        raise SystemExit(1) from error
    except Exception as error:
        logger.exception("Sending dispatch %s failed", dispatch_id)
        reason = f"MailHub failed while sending ({type(error).__name__}: {error}); the log says more."
        ledger.pause(dispatch_id, reason=reason, announce=True)
        abandon()


def _abandon_chunks(sender: windows.Sender) -> None:
    for held in sender.held:
        doubt.settle_chunk(held.chunk_id, epoch=held.epoch, known=journal.own().found(), now=clock.now())


def deliver_due(lane: str, *, budget: timedelta = BUDGET) -> bool:
    """Send what is due row by row for about `budget`; True when there may be more to do."""
    ends = time.monotonic() + budget.total_seconds()
    while _may_go_on(ends):
        held = due.claim(lane)
        if not held:
            return False
        for claim in held:
            with _failing_safely(claim.dispatch_id, abandon=partial(_abandon_due, claim)):
                deliver_claim(claim)
    return True


def _abandon_due(held: DueClaim) -> None:
    doubt.settle_claim(held, known=journal.own().found(), now=clock.now())


def deliver_claim(held: DueClaim) -> None:
    """Send the claimed due rows of one dispatch."""
    dispatch = Dispatch.objects.select_related("brand").get(pk=held.dispatch_id)
    batch = rows.due(dispatch, owner=held.owner, lease_until=held.lease_until)
    prepared = preparing.prepare(dispatch, batch, now=clock.now())
    # Rows that were settled elsewhere meanwhile (stopped, answered) leave nothing to do but this.
    stale = set(held.message_ids) - {row.recipient.message_id for row in batch}
    shares = sharing.share(dispatch, prepared.envelopes)
    leaving = [envelope.message_id for envelope in shares.envelopes]
    journal.own().begin()
    if leaving and not due.mark_in_flight(held, message_ids=leaving):
        shares.give_back()
        due.give_back(held)
        ledger.settle_if_over(dispatch.pk)
        return
    answers = sharing.failing_over((load, handing.leave(dispatch, load).result()) for load in shares.loads)
    _settle_due(dispatch, held, prepared, shares, answers, stale=stale)
    error = _route_error(shares, answers)
    if error and dispatch.stream == Stream.MARKETING:
        ledger.pause(dispatch.pk, reason=error, announce=True)
    due.give_back(held)
    for load, answer in answers:
        handing.note(dispatch, load, answer)
    sharing.look(dispatch, answers)
    ledger.settle_if_over(dispatch.pk)


def _settle_due(
    dispatch: Dispatch,
    held: DueClaim,
    prepared: Prepared,
    shares: Shares,
    answers: Sequence[tuple[Load, BatchResult]],
    *,
    stale: Iterable[int],
) -> None:
    now = clock.now()
    spared = sharing.answered(answers)
    outcomes = [outcome for _load, answer in answers for outcome in answer.outcomes]
    settled = prepared.results + sharing.waiting(prepared, shares.held.items())
    settled += results.of_answers(dispatch, prepared.rows, outcomes, now=now, spared=spared)
    if (error := _route_error(shares, answers)) and dispatch.stream == Stream.TRANSACTIONAL:
        # Nobody watches a single letter: it waits for the route by itself instead of being paused.
        settled += _waiting(prepared, error, known={result.message_id for result in settled})
    with transaction.atomic():
        results.settle(dispatch, settled, now=now)
        done = [result.message_id for result in settled if result.state != MessageState.DEFERRED]
        moments = results.moments(settled, now=now)
        due.set_anew(held, moments=moments, resent=results.in_doubt(settled))
        due.take_off(held, message_ids=[*done, *stale])


def _route_error(shares: Shares, answers: Sequence[tuple[Load, BatchResult]]) -> str:
    errors = [shares.route_error, *(answer.route_error for _load, answer in answers)]
    return next(filter(None, errors), "")


def _waiting(prepared: Prepared, error: str, *, known: Collection[int]) -> list[Result]:
    return [
        Result(prepared.rows[envelope.message_id], MessageState.DEFERRED, "route", error[:300])
        for envelope in prepared.envelopes
        if envelope.message_id not in known
    ]
