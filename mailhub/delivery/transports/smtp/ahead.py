"""Makes letters ahead of the connections, so that the wire never waits for a signature.

Signing costs twenty times what the wire does, nearly all of it inside OpenSSL, which lets other threads
run: signed letters are made by a few threads, several a call. What is made faster than a thread could be
told to is made right where it is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from mailhub.delivery.contracts import Envelope, Outcome
from mailhub.delivery.transports.smtp import letters
from mailhub.delivery.transports.smtp.letters import Letter

MOST_THREADS = 4
# A letter that takes longer than this (seconds) is worth a thread; about what handing it there costs.
WORTH_A_THREAD = 0.000_2
A_CALL = 0.008
MOST_A_CALL = 16
# Asking for a thread's own CPU time is a system call, a dear one on some virtual machines.
SAMPLED = 64


class Makers:
    """The threads of one transport, and how long a letter takes to make. A forked child has its own."""

    def __init__(self) -> None:
        self.seconds_a_letter = 0.0
        self._threads: ThreadPoolExecutor | None = None
        self._pid = 0
        self._made = 0
        # Asked once: the system reads a file for it, and this is looked at for every letter.
        self.count = min(MOST_THREADS, os.cpu_count() or 1)

    @property
    def are_worth_it(self) -> bool:
        return self.seconds_a_letter > WORTH_A_THREAD

    @property
    def letters_a_call(self) -> int:
        return max(1, min(MOST_A_CALL, int(A_CALL / max(self.seconds_a_letter, 1e-6))))

    def make(self, position: int, envelope: Envelope) -> Letter | Outcome:
        """One letter, here and now; one of SAMPLED is timed."""
        self._made += 1
        if self.seconds_a_letter and self._made % SAMPLED:
            return letters.make(position, envelope)
        ((_position, made),) = self.make_many([(position, envelope)])
        return made

    def make_many(
        self, batch: Iterable[tuple[int, Envelope]]
    ) -> list[tuple[tuple[int, Envelope], Letter | Outcome]]:
        """Timed by this thread's own CPU, so that a busy machine does not look like dear letters."""
        began = time.thread_time()
        made = [(item, letters.make(*item)) for item in batch]
        each = (time.thread_time() - began) / max(len(made), 1)
        known = self.seconds_a_letter or each
        # A letter is slow now and then for reasons of its own; it is fast only if letters are cheap.
        share = 0.5 if each < known else 0.1
        self.seconds_a_letter = known + (each - known) * share
        return made

    def submit(self, work: Callable[[], None]) -> None:
        if self._threads is None or self._pid != os.getpid():
            self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="letters")
            self._pid = os.getpid()
        self._threads.submit(work)

    def close(self) -> None:
        if self._threads is not None and self._pid == os.getpid():
            self._threads.shutdown(wait=True)
        self._threads = None


Made = tuple[tuple[int, Envelope], Letter | Outcome]


class Supply:
    """The letters of one batch for one destination, in their order as far as threads allow.

    `on_made` is called in the event loop's thread when letters have become ready.
    """

    def __init__(
        self, batch: Iterable[tuple[int, Envelope]], makers: Makers, *, on_made: Callable[[], None]
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._makers = makers
        self._on_made = on_made
        self._unmade = deque(batch)
        self._ready: deque[Made] = deque()
        self._in_work = 0
        self._returned: deque[Letter] = deque()

    @property
    def left(self) -> int:
        """How many letters nobody has taken yet."""
        return len(self._unmade) + len(self._ready) + self._in_work + len(self._returned)

    def give_back(self, letter: Letter) -> None:
        self._returned.append(letter)

    def next(self) -> Made | Letter | None:
        """A letter or a refusal; None when there is none now (`left` tells whether some will come)."""
        if self._returned:
            return self._returned.popleft()
        if self._makers.are_worth_it:
            self._work_ahead()
        if self._ready:
            return self._ready.popleft()
        if self._unmade and not self._in_work:
            item = self._unmade.popleft()
            return item, self._makers.make(*item)
        return None

    def _work_ahead(self) -> None:
        """Keep every thread busy, and a call's worth ready for each."""
        size = self._makers.letters_a_call
        wanted = 2 * size * self._makers.count
        while self._unmade and self._in_work + len(self._ready) < wanted:
            batch = [self._unmade.popleft() for _ in range(min(size, len(self._unmade)))]
            self._in_work += len(batch)
            self._makers.submit(lambda batch=batch: self._make(batch))  # type: ignore[misc]

    def _make(self, batch: list[tuple[int, Envelope]]) -> None:
        made = self._makers.make_many(batch)
        with contextlib.suppress(RuntimeError):  # the transport was closed meanwhile
            self._loop.call_soon_threadsafe(self._take_in, made)

    def _take_in(self, made: list[Made]) -> None:
        self._in_work -= len(made)
        self._ready.extend(made)
        self._on_made()
