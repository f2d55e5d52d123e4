"""The connections to one destination, and the letters that they carry."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from mailhub.delivery.contracts import Envelope, Journal, Outcome
from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp import letters
from mailhub.delivery.transports.smtp.ahead import Makers, Supply
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.letters import Letter
from mailhub.delivery.transports.smtp.opening import Opened
from mailhub.delivery.transports.smtp.session import NEVER_HEARD, Session
from mailhub.delivery.transports.smtp.timeouts import Timeouts

LETTERS_PER_CONNECTION = 1000
IDLE_SECONDS = 60
# A server that takes fewer connections than we would like is not asked again at every batch.
REST_SECONDS = 60
# A batch does not end in the middle of a greeting; nor does it wait for a slow one.
GREETING_GRACE = 1.0


class Ledger(Protocol):
    """Where the outcomes of a batch are written down."""

    @property
    def journal(self) -> Journal: ...

    def record(self, position: int, outcome: Outcome) -> None: ...

    def is_stopping(self) -> bool:
        """No further letter is to begin."""
        ...


class Pool:
    """Keeps at most `limit` connections that `opener` makes (it raises RouteFailed). Used in its event
    loop's thread only, one batch at a time."""

    def __init__(
        self,
        opener: Callable[[], Awaitable[Opened]],
        *,
        limit: int,
        timeouts: Timeouts,
        makers: Makers,
        login_wanted: Callable[[Reply], RouteFailed],
        letters_per_connection: int = LETTERS_PER_CONNECTION,
    ) -> None:
        self.failure = ""
        self.is_trusted = True  # to answer pipelined commands in their order
        self._opener = opener
        self._limit = limit
        self._timeouts = timeouts
        self._makers = makers
        self._login_wanted = login_wanted
        self._letters_per_connection = letters_per_connection
        self._now = asyncio.get_running_loop().time
        self._sessions: list[Session] = []
        self._openings: set[asyncio.Task[None]] = set()
        self._closings: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0
        self._supply: Supply | None = None
        self._ledger: Ledger | None = None
        self._homeless: deque[Letter] = deque()  # for a new connection: theirs went away before a word
        self._done: asyncio.Future[None] | None = None
        self._is_feeding = self._is_woken = False

    async def run(self, batch: Iterable[tuple[int, Envelope]], ledger: Ledger) -> None:
        """Hand the letters over until all are settled, the ledger is stopping, or no connection can be had.

        The first connection is opened alone: a wrong password is tried once, not twenty times. As long as
        one connection works, a failing one only leaves its letters to the others. Afterwards `failure`
        is "", or why letters were left untried.
        """
        self.failure, self._ledger = "", ledger
        self._supply = Supply(batch, self._makers, on_made=self._feed)
        self._done = asyncio.get_running_loop().create_future()
        await asyncio.sleep(0)  # hears first what idle connections have said meanwhile
        for session in list(self._sessions):
            session.is_kept = True
            if self._now() - session.wire.used_at > IDLE_SECONDS:
                self._retire(session)
        self._feed()
        try:
            await self._done
            await self._finish_openings()
            await self._finish_closings()
        finally:
            self._supply = None
            self._homeless.clear()

    @property
    def idle_seconds(self) -> float:
        """How long the connection that was used last has waited; endless without one."""
        return self._now() - max((session.wire.used_at for session in self._sessions), default=-math.inf)

    def take_quickest(self) -> float:
        """As `Session.take_quickest`, of all connections that are open."""
        return min((session.take_quickest() for session in self._sessions), default=NEVER_HEARD)

    async def close(self) -> None:
        """Say goodbye on every connection."""
        for session in list(self._sessions):
            self._retire(session)
        await self._finish_closings()

    def tick(self) -> None:
        """Look at the clock: connections whose server is silent for too long are given up."""
        now = self._now()
        for session in list(self._sessions):
            if session.wire.deadline <= now:
                session.expire()

    def fail(self, error: BaseException) -> None:
        """An error of ours: `run` raises it."""
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)

    # What sessions ask for.

    def take(self, session: Session, *, ahead: bool) -> Letter | None:
        letter = self._next(session, ahead=ahead)
        if letter is None and not self._is_feeding and not self._is_woken:
            self._is_woken = True
            asyncio.get_running_loop().call_soon(self._feed)
        return letter

    def _next(self, session: Session, *, ahead: bool) -> Letter | None:
        supply, ledger = self._supply, self._ledger
        if supply is None or ledger is None or self.failure or ledger.is_stopping():
            return None
        if session.letter_count >= self._letters_per_connection:
            return None
        if self._homeless and not session.is_kept:
            return self._homeless.popleft()
        if ahead and self._openings and supply.left <= len(self._openings):
            return None  # those that are being opened are to have something to do
        while (found := supply.next()) is not None:
            if isinstance(found, Letter):
                return found
            (position, _envelope), made = found
            refusal = made if isinstance(made, Outcome) else letters.unfit(made, session.abilities)
            if isinstance(made, Letter) and refusal is None:
                return made
            if refusal is not None:
                ledger.record(position, refusal)
        return None

    def writing(self, letter: Letter) -> None:
        assert self._ledger is not None
        self._ledger.journal.writing(letter.message_id)

    def settled(self, letter: Letter, outcome: Outcome) -> None:
        assert self._ledger is not None
        self._ledger.record(letter.position, outcome)
        letter.envelope.forget_bytes()

    def came_back(self, letter: Letter) -> None:
        letter.is_second_try = True
        self._homeless.append(letter)

    def login_wanted(self, reply: Reply, letter: Letter) -> None:
        self._homeless.append(letter)
        self.failure = str(self._login_wanted(reply))

    def distrusted(self) -> None:
        self.is_trusted = False
        for session in self._sessions:
            session.pipelining = False

    def ended(self, session: Session) -> None:
        if session in self._sessions:
            self._sessions.remove(session)
        asyncio.get_running_loop().call_soon(self._feed)

    # Growing, feeding, ending.

    @property
    def _left(self) -> int:
        """How many letters nobody has begun."""
        return len(self._homeless) + (self._supply.left if self._supply is not None else 0)

    def _feed(self) -> None:
        """Give idle connections work, open more while there is enough of it, and see whether all is done."""
        self._is_woken = False
        ledger = self._ledger
        if self._supply is None or ledger is None or self._done is None or self._done.done():
            return
        self._is_feeding = True
        for session in list(self._sessions):
            if session.letter_count >= self._letters_per_connection and not session.is_busy:
                self._retire(session)
            else:
                session.work(self)
        self._is_feeding = False
        ends = bool(self.failure) or ledger.is_stopping() or not self._left
        if not ends:
            self._grow()
        elif not any(session.is_busy for session in self._sessions):
            self._done.set_result(None)

    def _grow(self) -> None:
        """One connection alone first; then twice as many as there are, while letters wait for them."""
        opening = len(self._openings)
        if not self._sessions:
            wanted = 1 - opening
        elif self._now() < self._rests_until:
            return
        else:
            room = self._limit - len(self._sessions) - opening
            wanted = min(room, len(self._sessions) - opening, self._left - opening)
        for _ in range(wanted):
            self._openings.add(asyncio.get_running_loop().create_task(self._open()))

    async def _open(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            session = Session(await self._opener(), self._timeouts)
        except RouteFailed as failed:
            self._openings.discard(task)
            self._could_not_open(str(failed))
        except Exception as error:
            self._openings.discard(task)
            self.fail(error)
        else:
            self._openings.discard(task)
            session.office = self
            session.pipelining = session.pipelining and self.is_trusted
            self._sessions.append(session)
        self._feed()

    def _could_not_open(self, reason: str) -> None:
        self._rests_until = self._now() + REST_SECONDS
        if self._supply is not None and (self._sessions or self._openings):
            # Others work: they take over what was meant for this one.
            while self._homeless:
                self._supply.give_back(self._homeless.popleft())
        else:
            self.failure = reason

    def _retire(self, session: Session) -> None:
        self._sessions.remove(session)
        task = asyncio.get_running_loop().create_task(session.quit())
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)

    async def _finish_openings(self) -> None:
        if self._openings:
            _done, slow = await asyncio.wait(self._openings, timeout=GREETING_GRACE)
            for task in slow:
                task.cancel()
                self._rests_until = self._now() + REST_SECONDS
            await asyncio.gather(*slow, return_exceptions=True)
            self._openings.clear()

    async def _finish_closings(self) -> None:
        if self._closings:
            await asyncio.wait(self._closings)
