"""Hands batches of letters to the servers of their recipients' domains, each destination by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from mailhub.delivery.contracts import (
    NO_JOURNAL,
    BatchResult,
    Envelope,
    Journal,
    Kind,
    Outcome,
    Verdict,
)
from mailhub.delivery.transports.direct import destinations, exchanging, resolving
from mailhub.delivery.transports.direct.destinations import Destination, NotDeliverable
from mailhub.delivery.transports.direct.resolving import DnsResolver, Resolver
from mailhub.delivery.transports.direct.sts import Policies
from mailhub.delivery.transports.smtp import failures, greeting
from mailhub.delivery.transports.smtp.ahead import Makers
from mailhub.delivery.transports.smtp.engine import Batch, Engine
from mailhub.delivery.transports.smtp.pool import IDLE_SECONDS, Pool
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.lib import addresses, clock, stopping
from mailhub.lib.environment import SmtpServer
from mailhub.lib.errors import UserError

PORT = 25
# What large receivers take from one sender without asking it to slow down.
CONNECTIONS = 5
LETTERS_PER_CONNECTION = 100
# Connecting is bounded tightly: a dead server is tried again later, and others wait for the batch to end.
PATIENT = Timeouts(connect=10, greeting=60, mail=60, rcpt=60, data=60)
# No letter is begun for a destination after so many seconds of one batch.
BATCH_SECONDS = 30.0
FIRST_REST, LONGEST_REST = 30.0, 900.0
# So many refusals to take more, one after the other, and the destination rests.
PATIENCE_WITH_THROTTLING = 3


@dataclass(slots=True)
class Health:
    """How a destination has been lately; `reason` is why it rests."""

    rests_until: float = 0.0
    rest_seconds: float = 0.0
    reason: str = ""
    kind: Kind = Kind.UNREACHABLE
    throttled_in_a_row: int = 0

    def note(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.ACCEPTED:
            self.throttled_in_a_row, self.rest_seconds = 0, 0.0
        elif outcome.kind == Kind.THROTTLED:
            self.throttled_in_a_row += 1
            if outcome.code == 421 or self.throttled_in_a_row >= PATIENCE_WITH_THROTTLING:
                self.rest(outcome.reply, Kind.THROTTLED)

    def rest(self, reason: str, kind: Kind) -> None:
        """Twice as long as the last time, until a letter is taken again."""
        self.rest_seconds = min(max(self.rest_seconds * 2, FIRST_REST), LONGEST_REST)
        self.rests_until = time.monotonic() + self.rest_seconds
        self.reason, self.kind, self.throttled_in_a_row = reason, kind, 0

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self.rests_until

    @property
    def rests_until_moment(self) -> datetime | None:
        """The end of the rest by the clock of the ledger; None when it does not rest."""
        left = self.rests_until - time.monotonic()
        return clock.now() + timedelta(seconds=left) if left > 0 else None


@dataclass
class Share:
    """The letters of a batch for one destination, as its pool's ledger."""

    batch: Batch
    destination: Destination
    health: Health
    ends: float
    letters: list[tuple[int, Envelope]] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        return self.batch.journal

    def record(self, position: int, outcome: Outcome) -> None:
        self.health.note(outcome)
        if outcome.verdict is Verdict.ACCEPTED:
            outcome = replace(outcome, arrived=True)
        self.batch.record(position, outcome)

    def is_stopping(self) -> bool:
        return self.batch.is_stopping() or self.health.is_resting or time.monotonic() > self.ends

    def put_off(self, reason: str, kind: Kind, *, enhanced: str = "4.4.1") -> None:
        """What was not tried comes back deferred, unless the worker is to end: then it is left out."""
        if self.batch.is_stopping():
            return
        again_at = self.health.rests_until_moment
        for position, envelope in self.letters:
            if not self.batch.is_settled(position):
                outcome = Outcome(
                    envelope.message_id, Verdict.DEFERRED, 0, enhanced, reason[:300], kind, again_at=again_at
                )
                self.batch.record(position, outcome)


class DirectTransport:
    """`send` is called by one thread at a time. A destination that is dead, slow or asks to slow down only
    puts its own letters off; there is no route that could fail as a whole.

    `resolver`, the ports and `is_allowed` (may a connection go to this address?) are for tests.
    """

    def __init__(
        self,
        *,
        resolver: Resolver | None = None,
        port: int = PORT,
        https_port: int = 443,
        is_allowed: Callable[[str], bool] = resolving.is_public,
        connections: int = CONNECTIONS,
        timeouts: Timeouts = PATIENT,
        stop: Callable[[], bool] = stopping.requested,
    ) -> None:
        self._resolver: Resolver = resolver or DnsResolver()
        self._port, self._is_allowed = port, is_allowed
        self._connections, self._timeouts, self._stop = connections, timeouts, stop
        self._policies = Policies(self._resolver, is_allowed=is_allowed, port=https_port)
        self._ehlo_name = greeting.ehlo_name(settings.PUBLIC_URL)
        self._makers = Makers()
        self._engine = Engine(timeouts)
        self._healths: dict[str, Health] = {}

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult:
        """One outcome for each letter that was tried or cannot be tried now, in the order of `envelopes`."""
        batch = Batch(envelopes, journal, stop=self._stop)
        if not envelopes:
            return batch.result()
        return self._engine.run(self._send(batch))

    def close(self) -> None:
        """Say goodbye on every open connection; `send` may be called again."""
        self._engine.close()
        self._makers.close()

    async def _send(self, batch: Batch) -> BatchResult:
        await self._close_idle()
        shares = await self._shares(batch)
        await asyncio.gather(*(self._deliver(share) for share in shares))
        return batch.result()

    async def _shares(self, batch: Batch) -> list[Share]:
        """The letters by destination; those that have none are settled."""
        by_domain: dict[str, list[tuple[int, Envelope]]] = {}
        for position, envelope in enumerate(batch.envelopes):
            by_domain.setdefault(_domain(envelope.rcpt_to), []).append((position, envelope))
        found = await asyncio.gather(*(self._destination(domain) for domain in by_domain))
        shares: dict[str, Share] = {}
        ends = time.monotonic() + BATCH_SECONDS
        for destination, letters in zip(found, by_domain.values(), strict=True):
            if isinstance(destination, NotDeliverable):
                for position, envelope in letters:
                    batch.record(position, destination.outcome(envelope.message_id))
                continue
            health = self._healths.setdefault(destination.name, Health())
            share = shares.setdefault(destination.name, Share(batch, destination, health, ends))
            share.letters += letters
        return list(shares.values())

    async def _destination(self, domain: str) -> Destination | NotDeliverable:
        try:
            found = await destinations.find(domain, self._resolver)
            return await self._policies.apply(domain, found)
        except NotDeliverable as error:
            return error

    async def _deliver(self, share: Share) -> None:
        health = share.health
        if health.is_resting:
            return share.put_off(health.reason, health.kind)
        pool = self._engine.pool(share.destination.name, partial(self._make_pool, share.destination))
        await pool.run(sorted(share.letters, key=lambda letter: letter[0]), share)
        if pool.failure:
            reason = _first_sentence(pool.failure)
            health.rest(reason, Kind.UNREACHABLE)
            share.put_off(reason, Kind.UNREACHABLE)
        elif health.is_resting:
            share.put_off(health.reason, health.kind)
        else:
            share.put_off("The mail server is slow: this letter's turn did not come.", Kind.THROTTLED)
        return None

    def _make_pool(self, destination: Destination) -> Pool:
        name = destination.hosts[0] if destination.hosts else destination.literal
        server = SmtpServer(name, self._port, "", "", "starttls", origin="DNS")
        return Pool(
            partial(
                exchanging.connect,
                destination,
                resolver=self._resolver,
                is_allowed=self._is_allowed,
                port=self._port,
                ehlo_name=self._ehlo_name,
                timeouts=self._timeouts,
            ),
            limit=self._connections,
            timeouts=self._timeouts,
            makers=self._makers,
            login_wanted=partial(failures.login_wanted, server),
            letters_per_connection=LETTERS_PER_CONNECTION,
        )

    async def _close_idle(self) -> None:
        """Connections to destinations that get no more letters do not pile up."""
        idle = [name for name, pool in self._engine.pools.items() if pool.idle_seconds > IDLE_SECONDS]
        await asyncio.gather(*(self._engine.pools.pop(name).close() for name in idle))


def _domain(recipient: str) -> str:
    """The recipient's domain as DNS knows it, or the address literal."""
    domain = recipient.rpartition("@")[2].lower()
    if domain.startswith("["):
        return domain
    try:
        return addresses.ascii_domain(domain)
    except UserError:
        return domain


def _first_sentence(text: str) -> str:
    """Without the advice, which is for somebody who has set a route."""
    return text.partition(". ")[0].rstrip(".") + "."
