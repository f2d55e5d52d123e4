"""Hands letters to a provider's API, several calls at a time, and rests when it asks for that."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from mailhub.delivery.contracts import NO_JOURNAL, BatchResult, Envelope, Journal, Outcome, Verdict
from mailhub.delivery.services.routing import Route
from mailhub.delivery.transports.anymail import parcels
from mailhub.delivery.transports.anymail.account import Account
from mailhub.delivery.transports.anymail.caller import TIMEOUT, Caller
from mailhub.delivery.transports.anymail.providers import PROVIDERS
from mailhub.delivery.transports.anymail.resting import Rest
from mailhub.delivery.transports.anymail.round import Round
from mailhub.lib import stopping


class AnymailTransport:
    """One account at one provider. `send` is called by one thread at a time; it uses several itself.

    KeyError for a provider that is not registered.
    """

    def __init__(
        self,
        account: Account,
        *,
        timeout: tuple[float, float] = TIMEOUT,
        rest: Rest | None = None,
        stop: Callable[[], bool] = stopping.requested,
    ) -> None:
        self.account, self.provider = account, PROVIDERS[account.provider]
        self._stop, self._rest = stop, rest or Rest()
        self._callers = [Caller(self.provider, account, timeout=timeout) for _ in range(self.provider.calls)]
        self._proven = False
        self._pid = os.getpid()

    @classmethod
    def for_route(cls, route: Route) -> AnymailTransport:
        if route.account is None:
            raise ValueError(f"The route {route.name} names no provider.")
        return cls(route.account)

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult:
        """One outcome for each letter that was tried, in the order of `envelopes`.

        While the provider wants a pause, it is waited for; one that takes longer than that defers the
        letters until its end. Once the worker is asked to stop, or the provider asks for a pause, no further call is
        begun.
        """
        self._forget_after_fork()
        if not envelopes:
            return BatchResult([])
        if not self._rest.wait(self._stop):
            return BatchResult([] if self._stop() else [self._resting(each) for each in envelopes])
        work = Round(
            parcels.pack(envelopes, self.provider, self.account.values),
            provider=self.provider,
            rest=self._rest,
            stop=self._stop,
            journal=journal,
        )
        if not self._proven:
            # A wrong key is tried once, not once for each connection.
            work.run(self._callers[:1], calls=1)
        work.run(self._callers)
        self._proven = self._proven or work.was_taken
        return work.result()

    def close(self) -> None:
        """Close every connection; `send` may be called again."""
        self._forget_after_fork()
        for caller in self._callers:
            caller.close()

    def _resting(self, envelope: Envelope) -> Outcome:
        until = self._rest.asked
        said = _("{name} asked for a pause until {moment} UTC.").format(
            name=self.provider.label, moment=f"{until:%H:%M:%S}" if until else ""
        )
        return Outcome(envelope.message_id, Verdict.DEFERRED, reply=said, again_at=until)

    def _forget_after_fork(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            for caller in self._callers:
                caller.forget()
