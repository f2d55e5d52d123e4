"""Hands batches of letters to one server, over connections that are kept open between batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from mailhub.delivery.contracts import NO_JOURNAL, BatchResult, Envelope, Journal
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports.smtp import failures, greeting, opening
from mailhub.delivery.transports.smtp.ahead import Makers
from mailhub.delivery.transports.smtp.engine import Batch, Engine
from mailhub.delivery.transports.smtp.pool import LETTERS_PER_CONNECTION, Pool
from mailhub.delivery.transports.smtp.timeouts import Timeouts
from mailhub.lib import stopping
from mailhub.lib.environment import SmtpServer

CONNECTIONS = 20
ORDINARY = Timeouts()


class SmtpTransport:
    """Hands letters to one server. `send` is called by one thread at a time.

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
        name = greeting.ehlo_name(settings.PUBLIC_URL)
        self._stop = stop
        self._makers = Makers()
        self._engine = Engine(timeouts)
        self._make_pool = partial(
            Pool,
            partial(opening.connect, server, ehlo_name=name, timeouts=timeouts),
            limit=connections,
            timeouts=timeouts,
            makers=self._makers,
            login_wanted=partial(failures.login_wanted, server),
            letters_per_connection=letters_per_connection,
        )

    @classmethod
    def for_route(cls, route: Route) -> SmtpTransport:
        if route.smtp is None:
            raise ValueError(f"The route {route.name} names no mail server.")
        return cls(route.smtp, connections=route.smtp.connections or CONNECTIONS)

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult:
        """One outcome for each letter that was tried, in the order of `envelopes`.

        The first connection is opened alone: a wrong password is tried once, not twenty times. As long
        as one connection works, a failing one only leaves its letters to the others. Once the worker is
        asked to stop, no further letter is begun: a slow server must not outlast a clean stop.
        """
        batch = Batch(envelopes, journal, stop=self._stop)
        if not envelopes:
            return batch.result()
        return self._engine.run(self._send(batch))

    def close(self) -> None:
        """Say goodbye on every open connection; `send` may be called again."""
        self._engine.close()
        self._makers.close()

    async def _send(self, batch: Batch) -> BatchResult:
        pool = self._engine.pool("", self._make_pool)
        await pool.run(enumerate(batch.envelopes), batch)
        return batch.result(route_error=pool.failure)
