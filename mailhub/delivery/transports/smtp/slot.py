"""A place for one connection: opens it when it is needed, renews it when it is old or gone."""

from __future__ import annotations

import time
from collections.abc import Callable

from mailhub.delivery.contracts import Envelope, Outcome
from mailhub.delivery.transports import building
from mailhub.delivery.transports.smtp import conversation, failures
from mailhub.delivery.transports.smtp.connection import Connection, ConnectionLost
from mailhub.delivery.transports.smtp.conversation import LoginWanted
from mailhub.delivery.transports.smtp.failures import RouteFailed
from mailhub.delivery.transports.smtp.replies import Stage
from mailhub.lib.environment import SmtpServer

LETTERS_PER_CONNECTION = 1000
IDLE_SECONDS = 60
# A server that takes fewer connections than we would like is not asked again at every batch.
REST_SECONDS = 60


class Slot:
    """Used by one thread at a time."""

    def __init__(
        self,
        server: SmtpServer,
        *,
        opener: Callable[[], Connection],
        letters_per_connection: int = LETTERS_PER_CONNECTION,
    ) -> None:
        self._server = server
        self._opener = opener
        self._letters_per_connection = letters_per_connection
        self._connection: Connection | None = None
        self._rests_until = 0.0

    @property
    def is_open(self) -> bool:
        return self._connection is not None and self._connection.is_open

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._rests_until

    def open(self) -> Connection:
        """A new connection in this place; raises RouteFailed."""
        try:
            self._connection = self._opener()
        except RouteFailed:
            self._connection = None
            self._rests_until = time.monotonic() + REST_SECONDS
            raise
        return self._connection

    def deliver(self, envelope: Envelope) -> Outcome:
        """The outcome of one letter. Raises RouteFailed when it could not be tried at all."""
        letter = building.build(envelope)
        if isinstance(letter, Outcome):
            return letter
        kept = self._kept()
        try:
            return self._hand_over(kept or self.open(), envelope, letter)
        except ConnectionLost as lost:
            if not kept or lost.stage is not Stage.MAIL:
                return lost.outcome(envelope.message_id)
        # A connection may die while it waits: nothing of this letter was said over it.
        try:
            return self._hand_over(self.open(), envelope, letter)
        except ConnectionLost as lost:
            return lost.outcome(envelope.message_id)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def forget(self) -> None:
        """Give up a connection that belongs to the process this one was forked from."""
        if self._connection is not None:
            self._connection.drop()
            self._connection = None

    def _kept(self) -> Connection | None:
        """The connection from before, unless it is closed, has idled too long or carried enough."""
        kept = self._connection
        if kept is None or not kept.is_open:
            return None
        idle = time.monotonic() - kept.used_at
        if kept.letter_count >= self._letters_per_connection or idle > IDLE_SECONDS:
            self.close()
            return None
        return kept

    def _hand_over(self, connection: Connection, envelope: Envelope, letter: bytes) -> Outcome:
        try:
            return conversation.hand_over(connection, envelope, letter)
        except LoginWanted as wanted:
            raise failures.login_wanted(self._server, wanted.reply) from wanted
