"""Sends a claimed chunk window by window: while one is on the wire, the next is prepared.

    prepare 1 │ send 1 ─────────┤ commit: results of 1, intent of 2 │ send 2 ─────────┤ …
              │ prepare 2 ──┤                                       │ prepare 3 ──┤

One transaction between two windows writes what became of the one and that the other may leave.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from mailhub.delivery import journal
from mailhub.delivery.contracts import BatchResult
from mailhub.delivery.models import Dispatch
from mailhub.delivery.services import claims, due, handing, ledger, preparing, results, rows, sharing
from mailhub.delivery.services.claims import Claim
from mailhub.delivery.services.preparing import Prepared
from mailhub.delivery.services.sharing import Load, Shares
from mailhub.lib import clock

# What a lost machine leaves in doubt at most, and what a pause waits for: as many as go in about a second.
FEWEST, USUAL, MOST = 20, 50, 500
QUICK, SLOW = 0.4, 1.5
# A limit that has room again this soon is waited for; for longer the chunk is laid down.
SOON = timedelta(seconds=2)


@dataclass(slots=True)
class Window:
    """Letters that are ready, up to `to_id` of the chunk. `rests_until`: a limit holds what is behind."""

    prepared: Prepared
    shares: Shares
    to_id: int
    rests_until: datetime | None = None


@dataclass(slots=True)
class Leaving:
    """A window on the wire: its loads one after another."""

    window: Window
    answers: list[tuple[Load, Future[BatchResult]]] = field(default_factory=list)
    begun_at: float = field(default_factory=time.monotonic)


class Pace:
    """How many letters make a window, by how long the last took on this route."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def size(self, route: str) -> int:
        return self._sizes.get(route, USUAL)

    def learn(self, route: str, *, letters: int, seconds: float) -> None:
        size = self.size(route)
        if seconds > SLOW:
            self._sizes[route] = max(size // 2, FEWEST)
        elif seconds < QUICK and letters >= size:
            self._sizes[route] = min(size * 2, MOST)


_pace = Pace()


def deliver(held: Claim, *, may_go_on: Callable[[], bool]) -> None:
    """Send the chunk until it is done, out of time, paused, held by a limit, or out of a route.

    Then it is given back.
    """
    dispatch = Dispatch.objects.select_related("brand").get(pk=held.dispatch_id)
    # Before anything is marked: a mark without a journal would be doubt.
    journal.own()
    sender = _Sender(dispatch, held)
    try:
        while sender.step(may_go_on):
            pass
    finally:
        sender.wait()
    claims.release(sender.held, finished=sender.finished, rests_until=sender.rests_until)


class _Sender:
    """One chunk on its way. `step` until it says that there is nothing more to do."""

    def __init__(self, dispatch: Dispatch, held: Claim) -> None:
        self.dispatch, self.held = dispatch, held
        self.finished = False
        self.rests_until: datetime | None = None
        self._leaving: Leaving | None = None
        self._route_name = ""
        self._most = MOST

    def step(self, may_go_on: Callable[[], bool]) -> bool:
        """Prepare a window while the one before is on the wire, and let it leave after that one's results."""
        going = self.rests_until is None and may_go_on()
        window = self._next(may_go_on) if going else None
        if not self._turn(window):
            if window is not None:
                window.shares.give_back()
            return False
        if window is None:
            self.finished = going and self.rests_until is None
            return False
        self._let_leave(window)
        return True

    def wait(self) -> None:
        """Nothing of it is on the wire afterwards, whatever happened to us."""
        for _load, answer in self._leaving.answers if self._leaving else ():
            answer.exception()

    def _next(self, may_go_on: Callable[[], bool]) -> Window | None:
        """The next window; None when the chunk has no more, or a limit holds all of it (`rests_until`)."""
        after_id = self._leaving.window.to_id if self._leaving else self.held.done_id
        size = min(_pace.size(self._route_name), self._most)
        batch = rows.window(self.dispatch, after_id=after_id, last_id=self.held.last_id, size=size)
        if not batch:
            return None
        # The last window reaches to the end of the chunk, over the gaps in the ids.
        to_id = batch[-1].recipient.message_id if len(batch) == size else self.held.last_id
        prepared = preparing.prepare(self.dispatch, batch, now=clock.now())
        shares = sharing.share(self.dispatch, prepared.envelopes)
        while not shares.loads and (pause := _short_pause(shares.all_wait_until)) and may_go_on():
            time.sleep(pause)
            shares = sharing.share(self.dispatch, prepared.envelopes)
        return self._as_far_as_limits_go(Window(prepared, shares, to_id))

    def _as_far_as_limits_go(self, window: Window) -> Window | None:
        """Cut the window where a limit begins to hold all that comes: those rows simply stay queued."""
        until = window.shares.all_wait_until
        whole = [message_id for message_id, held in window.shares.held.items() if held.whole]
        if until is None or not whole:
            return window
        cut = min(whole)
        if any(envelope.message_id > cut for envelope in window.shares.envelopes):
            return window  # single rows wait, others behind them go
        self.rests_until = window.rests_until = until
        window.to_id = max((message_id for message_id in window.prepared.rows if message_id < cut), default=0)
        window.shares.without(after_id=window.to_id)
        window.prepared.results = [
            result for result in window.prepared.results if result.message_id <= window.to_id
        ]
        return window if window.to_id else None

    def _turn(self, window: Window | None) -> bool:
        """Commit the results of what was on the wire together with the intent to send `window`.

        False when the chunk must be given back: paused, fenced off, or letters were left untried.
        """
        leaving, self._leaving = self._leaving, None
        if leaving is None:
            return window is None or self._mark(window)
        answers = sharing.failing_over((load, answer.result()) for load, answer in leaving.answers)
        count = sum(len(answer.outcomes) for _load, answer in answers)
        _pace.learn(self._route_name, letters=count, seconds=time.monotonic() - leaving.begun_at)
        spared = sharing.answered(answers)
        # With rows untried the mark goes back: what is still queued there has certainly not left.
        complete = count == len(leaving.window.shares.envelopes) and not leaving.window.shares.route_error
        with transaction.atomic():
            self._settle(leaving.window, answers, spared)
            done_id = leaving.window.to_id if complete else self.held.done_id
            self.held = claims.complete_window(self.held, done_id=done_id)
            goes_on = complete and (window is None or self._mark(window))
        return self._after(leaving, answers) and goes_on

    def _settle(
        self, window: Window, answers: list[tuple[Load, BatchResult]], spared: dict[int, datetime]
    ) -> None:
        now = clock.now()
        outcomes = [outcome for _load, answer in answers for outcome in answer.outcomes]
        prepared = window.prepared
        settled = prepared.results + sharing.waiting(prepared, window.shares.held.items())
        settled += results.of_answers(self.dispatch, prepared.rows, outcomes, now=now, spared=spared)
        results.settle(self.dispatch, settled, now=now)
        moments = results.moments(settled, now=now)
        due.schedule(self.dispatch, moments=moments, resent=results.in_doubt(settled))

    def _after(self, leaving: Leaving, answers: list[tuple[Load, BatchResult]]) -> bool:
        """What the answers mean for the rest of the dispatch; False when it stops here."""
        for load, answer in answers:
            handing.note(self.dispatch, load, answer)
        errors = [answer.route_error for _load, answer in answers] + [leaving.window.shares.route_error]
        if error := next(filter(None, errors), ""):
            ledger.pause(self.dispatch.pk, reason=error, announce=True)
        standings = sharing.look(self.dispatch, answers)
        self._most = min([standing.window or MOST for standing in standings], default=MOST)
        return not error and not any(standing.stopped for standing in standings)

    def _mark(self, window: Window) -> bool:
        return claims.advance_intent(self.held, to_id=window.to_id)

    def _let_leave(self, window: Window) -> None:
        self._route_name = window.shares.route_name
        journal.own().begin()
        self._leaving = Leaving(window)
        for load in window.shares.loads:
            self._leaving.answers.append((load, handing.leave(self.dispatch, load)))


def _short_pause(until: datetime | None) -> float:
    """Seconds until a limit has room again, when that is soon; else 0."""
    if until is None or until - clock.now() > SOON:
        return 0
    return max((until - clock.now()).total_seconds(), 0.01)
