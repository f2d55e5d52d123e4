"""Spreads a batch of letters over a few connections that are kept open between batches."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.conf import settings

from mailhub.delivery.contracts import UNWRITTEN, BatchResult, Envelope, Journal, Outcome
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports.smtp import greeting, opening
from mailhub.delivery.transports.smtp.connection import Timeouts
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.slot import LETTERS_PER_CONNECTION, Slot
from mailhub.lib import stopping
from mailhub.lib.environment import SmtpServer

CONNECTIONS = 4
ORDINARY = Timeouts()


class SmtpTransport:
    """Hands letters to one server. `send` is called by one thread at a time; it uses several itself.

    Connections are opened when first needed, by the process that sends: after a fork the child opens
    its own and leaves the parent's alone.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        connections: int = CONNECTIONS,
        timeouts: Timeouts = ORDINARY,
        letters_per_connection: int = LETTERS_PER_CONNECTION,
        stop: Callable[[], bool] = stopping.requested,
    ) -> None:
        self._stop = stop
        name = greeting.ehlo_name(settings.PUBLIC_URL)
        opener = partial(opening.connect, server, ehlo_name=name, timeouts=timeouts)
        self._slots = [
            Slot(server, opener=opener, letters_per_connection=letters_per_connection)
            for _ in range(connections)
        ]
        self._pid = os.getpid()

    @classmethod
    def for_route(cls, route: Route) -> SmtpTransport:
        if route.smtp is None:
            raise ValueError(f"The route {route.name} names no mail server.")
        return cls(route.smtp)

    def send(self, envelopes: Sequence[Envelope], *, journal: Journal = UNWRITTEN) -> BatchResult:
        """One outcome for each letter that was tried, in the order of `envelopes`.

        The first connection is opened alone: a wrong password is tried once, not four times. As long
        as one connection works, a failing one only leaves its letters to the others. Once the worker is
        asked to stop, no further letter is begun: a slow server must not outlast a clean stop.
        """
        self._forget_after_fork()
        batch = _Batch(envelopes, stop=self._stop)
        if envelopes and not any(slot.is_open for slot in self._slots):
            try:
                self._slots[0].open()
            except RouteFailed as failed:
                return BatchResult([], str(failed))
        usable = [slot for slot in self._slots if slot.is_open or not slot.is_resting]
        slots = sorted(usable, key=lambda slot: not slot.is_open)
        while batch.waiting and slots and not self._stop():
            batch.run(slots[: len(batch.waiting)])
            # A letter that a failing connection gave back may have come too late for the others.
            slots = [slot for slot in slots if slot not in batch.failed]
        return batch.result()

    def close(self) -> None:
        """Say goodbye on every open connection; `send` may be called again."""
        self._forget_after_fork()
        for slot in self._slots:
            slot.close()

    def _forget_after_fork(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            for slot in self._slots:
                slot.forget()


class _Batch:
    """Letters waiting to be taken by any thread, and the outcomes so far."""

    def __init__(self, envelopes: Sequence[Envelope], *, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self.waiting = deque(enumerate(envelopes))
        self.failed: list[Slot] = []
        self._outcomes: dict[int, Outcome] = {}
        self._route_error = ""

    def run(self, slots: Sequence[Slot]) -> None:
        if len(slots) == 1:
            return self._work(slots[0])
        with ThreadPoolExecutor(len(slots), thread_name_prefix="smtp") as threads:
            for done in [threads.submit(self._work, slot) for slot in slots]:
                done.result()
        return None

    def result(self) -> BatchResult:
        outcomes = [self._outcomes[position] for position in sorted(self._outcomes)]
        return BatchResult(outcomes, self._route_error if self.waiting else "")

    def _work(self, slot: Slot) -> None:
        while not self._stop():
            try:
                position, envelope = self.waiting.popleft()
            except IndexError:
                return
            try:
                self._outcomes[position] = slot.deliver(envelope)
            except RouteFailed as failed:
                self.waiting.appendleft((position, envelope))
                self.failed.append(slot)
                self._route_error = str(failed)
                return
