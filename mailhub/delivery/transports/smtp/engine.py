"""The event loop under a transport, the pools that live on it, and the batch that is being sent."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import uvloop

from mailhub.delivery.contracts import BatchResult, Envelope, Journal, Outcome, Verdict
from mailhub.delivery.transports.smtp import turns
from mailhub.delivery.transports.smtp.pool import Pool
from mailhub.delivery.transports.smtp.session import NEVER_HEARD
from mailhub.delivery.transports.smtp.timeouts import Timeouts

Result = TypeVar("Result")

# Loops of a parent process, in its forked child: closing one would take the parent's sockets out of
# the poll set that both share, so they are kept as they are.
_foreign: list[asyncio.AbstractEventLoop] = []


class Batch:
    """The letters of one call of `send`, and the outcomes so far."""

    def __init__(self, envelopes: Sequence[Envelope], journal: Journal, *, stop: Callable[[], bool]) -> None:
        self.envelopes = envelopes
        self.journal = journal
        self.is_stopping = stop
        self._outcomes: dict[int, Outcome] = {}

    def record(self, position: int, outcome: Outcome) -> None:
        self._outcomes[position] = outcome
        if outcome.verdict is not Verdict.UNKNOWN:
            self.journal.answered(outcome)

    def is_settled(self, position: int) -> bool:
        return position in self._outcomes

    def result(self, *, route_error: str = "") -> BatchResult:
        """`route_error` counts only while letters are untried."""
        outcomes = [self._outcomes[position] for position in sorted(self._outcomes)]
        return BatchResult(outcomes, route_error if len(outcomes) < len(self.envelopes) else "")


class Engine:
    """Runs coroutines in the caller's thread, on an event loop that keeps its sockets between the calls.

    No thread of its own: a sender has nothing else to do while its letters are on the wire, and handing
    work between threads would cost more than the wire does. A forked child has a loop of its own.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self.pools: dict[str, Pool] = {}

    def pool(self, name: str, make: Callable[[], Pool]) -> Pool:
        """The pool of this name, made when there is none."""
        if name not in self.pools:
            self.pools[name] = make()
        return self.pools[name]

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """What `work` returns. When it does not end by itself (an interrupt, an error of ours), every
        connection is dropped: nobody knows what is on them."""
        try:
            result = self._own_loop().run_until_complete(self._ticking(work))
        except BaseException:
            self._abandon()
            raise
        heard = (pool.take_quickest() for pool in self.pools.values())
        turns.adapt(seconds for seconds in heard if seconds < NEVER_HEARD)
        return result

    def close(self) -> None:
        """Say goodbye on every connection; `run` may be called again."""
        if self._loop is not None and self._pid == os.getpid():
            self.run(self._close_pools())
        self._abandon()

    async def _ticking(self, work: Coroutine[Any, Any, Result]) -> Result:
        ticker = asyncio.ensure_future(self._tick())
        try:
            return await work
        finally:
            ticker.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._timeouts.tick)
            for pool in list(self.pools.values()):
                pool.tick()

    async def _close_pools(self) -> None:
        await asyncio.gather(*(pool.close() for pool in self.pools.values()))

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        if self._pid != os.getpid():
            self._abandon()
        if self._loop is None:
            self._loop, self._pid = uvloop.new_event_loop(), os.getpid()
            self._loop.set_exception_handler(self._failed)
        return self._loop

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        loop.default_exception_handler(context)
        error = context.get("exception")
        if error is not None and not isinstance(error, OSError):
            for pool in self.pools.values():
                pool.fail(error)

    def _abandon(self) -> None:
        loop, self._loop = self._loop, None
        self.pools.clear()
        if loop is None:
            return
        if self._pid != os.getpid():
            _foreign.append(loop)
            return
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks))
        loop.close()
