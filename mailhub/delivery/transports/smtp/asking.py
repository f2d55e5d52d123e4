"""Asks a server one thing and awaits its reply: how a connection is opened and said goodbye to."""

from __future__ import annotations

import asyncio

from mailhub.delivery.transports import replies
from mailhub.delivery.transports.replies import Reply
from mailhub.delivery.transports.smtp import wire as wires
from mailhub.delivery.transports.smtp.wire import Wire


class NoAnswer(OSError):
    """The connection ended or stayed silent; `silent` tells the two apart."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.silent = reason == wires.SILENT
        self.garbled = reason in (wires.GARBLED, wires.TOO_LONG)
        self.reason = reason


class Asker:
    """The listener of a wire while it is asked line by line. `texts` of a reply are its lines."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.lines: list[bytes] = []
        self._waiting: asyncio.Future[Reply] | None = None
        self._early: list[tuple[int, list[bytes]]] = []
        self._over = ""
        wire.listen(self)

    async def reply(self, *, seconds: float) -> Reply:
        """The next reply; raises NoAnswer."""
        if self._over:
            raise NoAnswer(self._over)
        loop = asyncio.get_running_loop()
        self._waiting = loop.create_future()
        if self._early:
            self.heard(*self._early.pop(0), more=False)
        timer = loop.call_later(seconds, self.wire.expire)
        try:
            return await self._waiting
        finally:
            timer.cancel()
            self._waiting = None

    async def ask(self, line: str, *, seconds: float, shown: str = "") -> Reply:
        """The reply to `line`; raises NoAnswer."""
        self.wire.write(f"{line}\r\n".encode(), shown=shown)
        return await self.reply(seconds=seconds)

    def forget(self) -> None:
        """What was heard unasked counts no more."""
        self._early.clear()

    def heard(self, code: int, lines: list[bytes], more: bool) -> None:
        if self._waiting is None or self._waiting.done():
            self._early.append((code, lines))
            return
        self.lines = lines
        self._waiting.set_result(replies.read(code, lines))

    def ended(self, reason: str) -> None:
        self._over = reason
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(NoAnswer(reason))
