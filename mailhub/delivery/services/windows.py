"""Sends claimed chunks of a dispatch window by window: while one is on the wire, the next is prepared.

    prepare 1 │ mark 1 │ prepare 2 │ mark 2 │ settle 1 │ prepare 3 │ mark 3 │ settle 2 │ …
                       ├───────── 1 on the wire ───────┼──────── 2 on the wire ────────┼ …

A window is marked in a transaction of its own before it may leave, and another writes what became of it. Two may
be marked at a time, so that the wire has the one as soon as the other is through; the journal knows of both. The
last letters of one chunk and the first of the next go side by side in the same way.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterable
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

# What a lost machine leaves in doubt at most, and what a pause waits for: two windows of SECONDS each.
FEWEST, USUAL, MOST = 20, 50, 1000
SECONDS = 0.8
# How many windows may be marked at a time.
DEEP = 2
# A limit that has room again this soon is waited for; for longer the chunk is laid down.
SOON = timedelta(seconds=2)


@dataclass(slots=True)
class Chunk:
    """A chunk that is held, and up to where its rows were read. `is_read`: it has no more."""

    claim: Claim
    read_to: int
    is_read: bool = False
    # Letters were left untried behind its mark: what comes after them is settled by its rows alone.
    has_gap: bool = False

    @property
    def is_finished(self) -> bool:
        return self.is_read and self.claim.done_id >= self.read_to


@dataclass(slots=True)
class Window:
    """Letters that are ready, up to `to_id` of the chunk. `rests_until`: a limit holds what is behind."""

    chunk: Chunk
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
    _ends: list[float] = field(default_factory=list)

    def add(self, load: Load, answer: Future[BatchResult]) -> None:
        self.answers.append((load, answer))
        # Not a method: an answer that knew its window would keep a thousand letters alive until the collector came.
        ends = self._ends
        answer.add_done_callback(lambda _answer: ends.append(time.monotonic()))

    @property
    def ended_at(self) -> float:
        return max(self._ends, default=self.begun_at)


class Pace:
    """How many letters make a window: as many as this route took in SECONDS last time, learnt step by step."""

    def __init__(self) -> None:
        self._sizes: dict[str, int] = {}

    def size(self, route: str) -> int:
        return self._sizes.get(route, USUAL)

    def learn(self, route: str, *, letters: int, seconds: float) -> None:
        size = self.size(route)
        fitting = int(letters * SECONDS / max(seconds, 0.001))
        self._sizes[route] = max(FEWEST, size // 2, min(fitting, size * 2, MOST))


_pace = Pace()


class Sender:
    """Sends a chunk, and goes on with the next of its dispatch: until there is none, it is out of time, or the
    dispatch is paused, held by a limit, or out of a route. Then all is given back."""

    def __init__(self, held: Claim) -> None:
        self.dispatch_id = held.dispatch_id
        # A chunk of another dispatch whose turn it is, for the caller to go on with.
        self.other: Claim | None = None
        # The last one is being read; what is before it has letters on the wire.
        self._chunks = [Chunk(held, held.done_id)]
        self._leaving: deque[Leaving] = deque()
        self._ends = False
        self._rests_until: datetime | None = None
        self._route_name = ""
        self._wire_free_at = 0.0
        # The first window goes alone and shows what the route is like: a wrong password is tried once.
        self._knows_route = False
        self._allowance = DEEP * USUAL  # how many letters may be out

    def run(self, *, may_go_on: Callable[[], bool]) -> None:
        self.dispatch = _dispatch(self.dispatch_id)
        # Before anything is marked: a mark without a journal would be doubt.
        journal.own()
        try:
            while self._step(may_go_on):
                pass
        finally:
            self._wait()
        for chunk in self._chunks:
            claims.release(chunk.claim, finished=chunk.is_finished, rests_until=self._rests_until)

    @property
    def held(self) -> list[Claim]:
        return [chunk.claim for chunk in self._chunks]

    def _step(self, may_go_on: Callable[[], bool]) -> bool:
        """A window leaves, or the oldest on the wire is settled; False when there is nothing more to do."""
        return (not self._is_full and self._send_next(may_go_on)) or self._settle_oldest()

    @property
    def _is_full(self) -> bool:
        is_busy = len(self._leaving) >= DEEP or not self._knows_route or self._room < FEWEST
        return bool(self._leaving) and is_busy

    @property
    def _room(self) -> int:
        return self._allowance - sum(len(leaving.window.prepared.envelopes) for leaving in self._leaving)

    def _wait(self) -> None:
        """Nothing of it is on the wire afterwards, whatever happened to us."""
        for leaving in self._leaving:
            for _load, answer in leaving.answers:
                answer.exception()

    # A window leaves.

    def _send_next(self, may_go_on: Callable[[], bool]) -> bool:
        window = None if self._ends or not may_go_on() else self._next(may_go_on)
        self._ends = self._ends or window is None or window.rests_until is not None
        if window is None:
            return False
        if any(load.route.captures for load in window.shares.loads):
            # They are taken by this thread, which must not write into the journal beside the wire's.
            self._settle_all()
        if not claims.advance_intent(window.chunk.claim, to_id=window.to_id):
            window.shares.give_back()
            self._ends = True
            return False
        self._let_leave(window)
        return True

    def _next(self, may_go_on: Callable[[], bool]) -> Window | None:
        """The next window; None when there is no more, or a limit holds all of it (`_rests_until`)."""
        chunk: Chunk | None = self._chunks[-1]
        while chunk is not None and self._rests_until is None:
            if not chunk.is_read and (window := self._read(chunk, may_go_on)):
                return window
            chunk = self._following() if chunk.is_read else None
        return None

    def _read(self, chunk: Chunk, may_go_on: Callable[[], bool]) -> Window | None:
        size, last_id = self._size(chunk), chunk.claim.last_id
        batch = rows.window(self.dispatch, after_id=chunk.read_to, last_id=last_id, size=size)
        chunk.is_read = len(batch) < size
        if not batch:
            return None
        # The last window reaches to the end of the chunk, over the gaps in the ids.
        to_id = last_id if chunk.is_read else batch[-1].recipient.message_id
        prepared = preparing.prepare(self.dispatch, batch, now=clock.now())
        shares = sharing.share(self.dispatch, prepared.envelopes)
        while not shares.loads and (pause := _short_pause(shares.all_wait_until)) and may_go_on():
            time.sleep(pause)
            shares = sharing.share(self.dispatch, prepared.envelopes)
        return self._as_far_as_limits_go(Window(chunk, prepared, shares, to_id))

    def _size(self, chunk: Chunk) -> int:
        """How many rows to read next: the chunk in even parts, for two windows of what may be out."""
        most = min(_pace.size(self._route_name), max(self._allowance // DEEP, FEWEST), self._room)
        left = chunk.claim.last_id - chunk.read_to
        parts = math.ceil(left / max(most, 1))
        return math.ceil(left / parts) if parts else 1

    def _as_far_as_limits_go(self, window: Window) -> Window | None:
        """Cut the window where a limit begins to hold all that comes: those rows simply stay queued."""
        until = window.shares.all_wait_until
        whole = [message_id for message_id, held in window.shares.held.items() if held.whole]
        cut = min(whole) if until is not None and whole else None
        # Single rows may wait while others behind them go.
        if cut is not None and not any(each.message_id > cut for each in window.shares.envelopes):
            self._rests_until = window.rests_until = until
            self._cut(window, before_id=cut)
        window.chunk.read_to = max(window.to_id, window.chunk.read_to)
        return window if window.to_id else None

    def _cut(self, window: Window, *, before_id: int) -> None:
        prepared = window.prepared
        window.chunk.is_read = False
        window.to_id = max((message_id for message_id in prepared.rows if message_id < before_id), default=0)
        window.shares.without(after_id=window.to_id)
        prepared.results = [result for result in prepared.results if result.message_id <= window.to_id]

    def _following(self) -> Chunk | None:
        """The next chunk of the dispatch; None when there is none, or when it is another dispatch's turn."""
        held = claims.claim()
        if held is None:
            return None
        if held.dispatch_id != self.dispatch_id:
            self.other = held
            return None
        # What a letter says of its brand may have changed meanwhile.
        self.dispatch = _dispatch(self.dispatch_id)
        self._chunks.append(Chunk(held, held.done_id))
        return self._chunks[-1]

    def _let_leave(self, window: Window) -> None:
        self._route_name = window.shares.route_name
        begin = journal.Journal.begin_beside if self._leaving else journal.Journal.begin
        leaving = Leaving(window)
        self._leaving.append(leaving)
        for number, load in enumerate(window.shares.loads):
            leaving.add(load, handing.leave(self.dispatch, load, begin=None if number else begin))

    # What became of it.

    def _settle_all(self) -> None:
        while self._settle_oldest():
            pass

    def _settle_oldest(self) -> bool:
        """Commit what became of the window that left first; False when none is on the wire.

        Nothing more leaves when the chunk was fenced off, letters were left untried, or the answers say so.
        """
        if not self._leaving:
            return False
        leaving = self._leaving[0]
        answers = sharing.failing_over((load, answer.result()) for load, answer in leaving.answers)
        self._leaving.popleft()
        spared = sharing.answered(answers)
        complete = self._learn(leaving, answers)
        with transaction.atomic():
            self._write(leaving.window, answers, spared)
            self._move_on(leaving.window, complete=complete)
        self._ends = not self._goes_on(leaving, answers) or not complete or self._ends
        return True

    def _learn(self, leaving: Leaving, answers: Iterable[tuple[Load, BatchResult]]) -> bool:
        """How quick the wire was; True when every letter was tried."""
        shares, count = leaving.window.shares, sum(len(answer.outcomes) for _load, answer in answers)
        begun_at = max(leaving.begun_at, self._wire_free_at)
        self._wire_free_at = leaving.ended_at
        if count:
            _pace.learn(shares.route_name, letters=count, seconds=leaving.ended_at - begun_at)
        return count == len(shares.envelopes) and not shares.route_error

    def _write(
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

    def _move_on(self, window: Window, *, complete: bool) -> None:
        """The chunk is done as far as this window; what is still on the wire stays marked.

        With rows untried it is not, nor by what left behind them: what is still queued there has certainly not left.
        """
        chunk = window.chunk
        chunk.has_gap = chunk.has_gap or not complete
        done_id = chunk.claim.done_id if chunk.has_gap else window.to_id
        marked = [leaving.window.to_id for leaving in self._leaving if leaving.window.chunk is chunk]
        chunk.claim = claims.complete_window(chunk.claim, done_id=done_id, intent_id=max([done_id, *marked]))
        if chunk is not self._chunks[-1] and chunk.is_finished:
            self._chunks.remove(chunk)
            claims.release(chunk.claim, finished=True)

    def _goes_on(self, leaving: Leaving, answers: list[tuple[Load, BatchResult]]) -> bool:
        """What the answers mean for the rest of the dispatch; False when it stops here."""
        for load, answer in answers:
            handing.note(self.dispatch, load, answer)
        errors = [answer.route_error for _load, answer in answers] + [leaving.window.shares.route_error]
        if error := next(filter(None, errors), ""):
            ledger.pause(self.dispatch.pk, reason=error, announce=True)
        standings = sharing.look(self.dispatch, answers)
        allowed = [standing.window for standing in standings if standing.window is not None]
        self._knows_route, self._allowance = True, min(allowed, default=DEEP * MOST)
        return not error and not any(standing.stopped for standing in standings)


def _dispatch(dispatch_id: int) -> Dispatch:
    return Dispatch.objects.select_related("brand").get(pk=dispatch_id)


def _short_pause(until: datetime | None) -> float:
    """Seconds until a limit has room again, when that is soon; else 0."""
    if until is None or until - clock.now() > SOON:
        return 0
    return max((until - clock.now()).total_seconds(), 0.01)
