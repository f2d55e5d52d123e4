"""Sends a claimed chunk window by window: while one is on the wire, the next is prepared.

    prepare 1 │ send 1 ─────────┤ commit: results of 1, intent of 2 │ send 2 ─────────┤ …
              │ prepare 2 ──┤                                       │ prepare 3 ──┤

One transaction between two windows writes what became of the one and that the other may leave.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic

from django.db import transaction

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import claims, due, handing, ledger, preparing, results, rows
from mailhub.delivery.services.claims import Claim
from mailhub.delivery.services.preparing import Prepared
from mailhub.delivery.services.routing import Route
from mailhub.lib import clock

# What a lost machine leaves in doubt at most, and what a pause waits for: as many as go in about a second.
FEWEST, MOST = 20, 500
QUICK, SLOW = 0.4, 1.5


@dataclass(slots=True)
class Window:
    """Letters that are ready, up to `to_id` of the chunk."""

    prepared: Prepared
    to_id: int


@dataclass(slots=True)
class Leaving:
    """A window on the wire."""

    window: Window
    route: Route | None
    answer: Future[BatchResult]
    begun_at: float


class Pace:
    """How many letters make a window, by how long the last took on this route."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def size(self, route: str) -> int:
        return self._sizes.get(route, 50)

    def learn(self, route: str, *, letters: int, seconds: float) -> None:
        size = self.size(route)
        if seconds > SLOW:
            self._sizes[route] = max(size // 2, FEWEST)
        elif seconds < QUICK and letters >= size:
            self._sizes[route] = min(size * 2, MOST)


_pace = Pace()


def deliver(held: Claim, *, may_go_on: Callable[[], bool]) -> None:
    """Send the chunk until it is done, out of time, paused, or out of a route; then it is given back."""
    dispatch = Dispatch.objects.select_related("brand").get(pk=held.dispatch_id)
    # Before anything is marked: a mark without a journal would be doubt.
    journal.own()
    sender = _Sender(dispatch, held)
    try:
        while sender.step(going=may_go_on()):
            pass
    finally:
        sender.wait()
    claims.release(sender.held, finished=sender.finished)


class _Sender:
    """One chunk on its way. `step` until it says that there is nothing more to do."""

    def __init__(self, dispatch: Dispatch, held: Claim) -> None:
        self.dispatch, self.held = dispatch, held
        self.finished = False
        self._leaving: Leaving | None = None
        self._route_name = ""

    def step(self, *, going: bool) -> bool:
        """Prepare a window while the one before is on the wire, and let it leave after that one's results."""
        window = self._next() if going else None
        if not self._turn(window):
            return False
        if window is None:
            self.finished = going
            return False
        self._let_leave(window)
        return True

    def wait(self) -> None:
        """Nothing of it is on the wire afterwards, whatever happened to us."""
        if self._leaving is not None:
            self._leaving.answer.exception()

    def _next(self) -> Window | None:
        after_id = self._leaving.window.to_id if self._leaving else self.held.done_id
        size = _pace.size(self._route_name)
        batch = rows.window(self.dispatch, after_id=after_id, last_id=self.held.last_id, size=size)
        if not batch:
            return None
        # The last window reaches to the end of the chunk, over the gaps in the ids.
        to_id = batch[-1].recipient.message_id if len(batch) == size else self.held.last_id
        return Window(preparing.prepare(self.dispatch, batch, now=clock.now()), to_id)

    def _turn(self, window: Window | None) -> bool:
        """Commit the results of what was on the wire together with the intent to send `window`.

        False when the chunk must be given back: paused, fenced off, or letters were left untried.
        """
        leaving, self._leaving = self._leaving, None
        if leaving is None:
            return window is None or self._mark(window)
        answer = leaving.answer.result()
        prepared = leaving.window.prepared
        _pace.learn(self._route_name, letters=len(prepared.envelopes), seconds=monotonic() - leaving.begun_at)
        if leaving.route is not None:
            handing.note_left(self.dispatch, leaving.route, answer)
        # With rows untried the mark goes back: what is still queued there has certainly not left.
        complete = len(answer.outcomes) == len(prepared.envelopes)
        with transaction.atomic():
            self._settle(prepared, answer)
            done_id = leaving.window.to_id if complete else self.held.done_id
            self.held = claims.complete_window(self.held, done_id=done_id)
            goes_on = complete and (window is None or self._mark(window))
        if answer.route_error:
            ledger.pause(self.dispatch.pk, reason=answer.route_error, announce=True)
        return goes_on

    def _settle(self, prepared: Prepared, answer: BatchResult) -> None:
        now = clock.now()
        answered = results.of_answers(self.dispatch, prepared.rows, answer.outcomes, now=now)
        settled = prepared.results + answered
        results.settle(self.dispatch, settled, now=now)
        due.schedule(self.dispatch, moments=results.moments(settled, now=now))

    def _mark(self, window: Window) -> bool:
        return claims.advance_intent(self.held, to_id=window.to_id)

    def _let_leave(self, window: Window) -> None:
        envelopes = window.prepared.envelopes
        journal.own().begin()
        route = handing.route_of(self.dispatch) if envelopes else BatchResult([])
        if isinstance(route, BatchResult):
            answer: Future[BatchResult] = Future()
            answer.set_result(route)
            self._leaving = Leaving(window, None, answer, monotonic())
            return
        self._route_name = route.name
        handing.note_carrier(self.dispatch, route)
        answer = handing.leave(route, envelopes)
        self._leaving = Leaving(window, route, answer, monotonic())
