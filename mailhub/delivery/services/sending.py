"""The sender: claims, prepares, marks its intent, hands over, and writes the results."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, transaction

from mailhub.delivery.contracts import BatchResult
from mailhub.delivery.models import Dispatch
from mailhub.delivery.models.ledger import DispatchState, MessageState, Stream
from mailhub.delivery.services import carriers, claims, due, ledger, preparing, results, routing, rows
from mailhub.delivery.services.claims import WINDOW, Claim
from mailhub.delivery.services.due import DueClaim
from mailhub.delivery.services.preparing import Prepared
from mailhub.delivery.services.results import RETRY_AFTER, Result
from mailhub.delivery.transports import registry
from mailhub.lib import clock, stopping
from mailhub.lib.errors import UserError

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
        with _failing_safely(held.dispatch_id, abandon=partial(claims.abandon, held)):
            deliver_chunk(held, ends=ends)
    return True


def _may_go_on(ends: float) -> bool:
    """Not past its time, and the worker is not asked to stop: SIGTERM waits for one window only."""
    return time.monotonic() < ends and not stopping.requested()


@contextmanager
def _failing_safely(dispatch_id: int, *, abandon: Callable[[], None]) -> Iterator[None]:
    """An error of ours pauses the dispatch and says so; recovery settles what may have left.

    Without its database a sender can neither write results nor give back what it holds: it ends, and
    recovery frees what a dead process held, long before the lease runs out.
    """
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        logger.error("The database went away while sending dispatch %s: %s", dispatch_id, error)
        raise SystemExit(1) from error
    except Exception as error:
        logger.exception("Sending dispatch %s failed", dispatch_id)
        abandon()
        reason = f"MailHub failed while sending ({type(error).__name__}: {error}); the log says more."
        ledger.pause(dispatch_id, reason=reason, announce=True)


def deliver_chunk(held: Claim, *, ends: float) -> None:
    """Send a claimed chunk window by window until it is done, out of time, paused, or out of a route."""
    dispatch = Dispatch.objects.select_related("brand").get(pk=held.dispatch_id)
    finished, going = False, True
    while going and not finished:
        batch = rows.window(dispatch, after_id=held.done_id, last_id=held.last_id, size=WINDOW)
        if not batch:
            finished = True
            break
        # The last window reaches to the end of the chunk, over the gaps in the ids.
        to_id = batch[-1].recipient.message_id if len(batch) == WINDOW else held.last_id
        moved = _deliver_window(dispatch, held, preparing.prepare(dispatch, batch, now=clock.now()), to_id)
        going = moved is not None and _may_go_on(ends)
        held = moved or held
    claims.release(held, finished=finished)
    _after(dispatch.pk)


def _deliver_window(dispatch: Dispatch, held: Claim, prepared: Prepared, to_id: int) -> Claim | None:
    """The claim, moved past the window; None when the sender must stop."""
    if not claims.advance_intent(held, to_id=to_id):
        return None
    answer = _hand_over(dispatch, prepared)
    now = clock.now()
    settled = prepared.results + _results(dispatch, prepared, answer)
    with transaction.atomic():
        results.settle(dispatch, settled, now=now)
        due.schedule(dispatch, moments=_moments(settled, now))
        # With rows untried the mark goes back: what is still queued there has certainly not left.
        complete = len(answer.outcomes) == len(prepared.envelopes)
        moved = claims.complete_window(held, done_id=to_id if complete else held.done_id)
    if answer.route_error:
        ledger.pause(dispatch.pk, reason=answer.route_error, announce=True)
    return moved if complete else None


def _hand_over(dispatch: Dispatch, prepared: Prepared) -> BatchResult:
    if not prepared.envelopes:
        return BatchResult([])
    try:
        route = routing.route_for(dispatch)
    except UserError as error:  # its password cannot be read
        return BatchResult([], str(error))
    if route.captures:
        carriers.note_captured(dispatch)
    answer = registry.transport(route).send(prepared.envelopes)
    if answer.outcomes and not route.captures:
        carriers.note_left(dispatch)
    return answer


def _results(dispatch: Dispatch, prepared: Prepared, answer: BatchResult) -> list[Result]:
    now = clock.now()
    return [
        results.from_outcome(prepared.rows[outcome.message_id], outcome, dispatch=dispatch, now=now)
        for outcome in answer.outcomes
    ]


def _moments(settled: Iterable[Result], now: datetime) -> dict[int, datetime]:
    """When the deferred rows are due again, by message id."""
    return {
        result.message_id: result.again_at or now + RETRY_AFTER
        for result in settled
        if result.state == MessageState.DEFERRED
    }


def deliver_due(lane: str, *, budget: timedelta = BUDGET) -> bool:
    """Send what is due row by row for about `budget`; True when there may be more to do."""
    ends = time.monotonic() + budget.total_seconds()
    while _may_go_on(ends):
        held = due.claim(lane)
        if not held:
            return False
        for claim in held:
            with _failing_safely(claim.dispatch_id, abandon=partial(due.abandon, claim)):
                deliver_claim(claim)
    return True


def deliver_claim(held: DueClaim) -> None:
    """Send the claimed due rows of one dispatch."""
    dispatch = Dispatch.objects.select_related("brand").get(pk=held.dispatch_id)
    batch = rows.due(dispatch, owner=held.owner, lease_until=held.lease_until)
    prepared = preparing.prepare(dispatch, batch, now=clock.now())
    # Rows that were settled elsewhere meanwhile (stopped, answered) leave nothing to do but this.
    stale = set(held.message_ids) - {row.recipient.message_id for row in batch}
    leaving = [envelope.message_id for envelope in prepared.envelopes]
    if leaving and not due.mark_in_flight(held, message_ids=leaving):
        due.give_back(held)
        _after(dispatch.pk)
        return
    answer = _hand_over(dispatch, prepared)
    _settle_due(dispatch, held, prepared, answer, stale=stale)
    if answer.route_error and dispatch.stream == Stream.MARKETING:
        ledger.pause(dispatch.pk, reason=answer.route_error, announce=True)
    due.give_back(held)
    _after(dispatch.pk)


def _settle_due(
    dispatch: Dispatch, held: DueClaim, prepared: Prepared, answer: BatchResult, *, stale: Iterable[int]
) -> None:
    settled = prepared.results + _results(dispatch, prepared, answer)
    if answer.route_error and dispatch.stream == Stream.TRANSACTIONAL:
        # Nobody watches a single letter: it waits for the route by itself instead of being paused.
        settled += _waiting(prepared, answer)
    now = clock.now()
    with transaction.atomic():
        results.settle(dispatch, settled, now=now)
        again = _moments(settled, now)
        done = [result.message_id for result in settled if result.state != MessageState.DEFERRED]
        due.set_anew(held, moments=again)
        due.take_off(held, message_ids=[*done, *stale])


def _waiting(prepared: Prepared, answer: BatchResult) -> list[Result]:
    tried = {outcome.message_id for outcome in answer.outcomes}
    return [
        Result(prepared.rows[envelope.message_id], MessageState.DEFERRED, "route", answer.route_error[:300])
        for envelope in prepared.envelopes
        if envelope.message_id not in tried
    ]


def _after(dispatch_id: int) -> None:
    """Finish the dispatch if that was the last of it, or clear up after a stop."""
    if not ledger.finish_if_settled(dispatch_id):
        state = Dispatch.objects.filter(pk=dispatch_id).values_list("state", flat=True).first()
        if state == DispatchState.CANCELLED:
            ledger.cancel_open_rows(dispatch_id)
