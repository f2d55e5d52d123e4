"""One socket to a mail server: bytes in become replies, and silence, nonsense and the end are told."""

from __future__ import annotations

import asyncio
import ssl
from typing import Protocol, cast

from mailhub.delivery.transports.replies import Reply

# RFC 5321 section 4.5.3.1.5 allows 512 octets a line; some write more, nobody needs this much.
LONGEST_LINE = 4096
MOST_LINES = 200
NEVER = float("inf")


class Listener(Protocol):
    """Whom a wire tells what it hears."""

    def heard(self, code: int, lines: list[bytes], more: bool) -> None:
        """A whole reply; `more` when bytes behind it have already come."""
        ...

    def ended(self, reason: str) -> None:
        """Nothing will be heard any more: `reason` is what happened, without a full stop."""
        ...


class Trace(Protocol):
    """Whom a wire shows every line, for people who try a route out."""

    def us(self, text: str) -> None: ...

    def server(self, text: str) -> None: ...

    def letter(self, size: int) -> str:
        """What to show in place of a letter of `size` bytes."""
        ...


LOST = "The connection was lost"
SILENT = "The server did not answer in time"
GARBLED = "The server answered what is no SMTP reply"
TOO_LONG = "The server's reply is longer than any may be"


class Wire(asyncio.Protocol):
    """Used in its event loop's thread only. `deadline` is on the loop's clock; whoever owns the wire
    looks at it and calls `expire`."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.deadline = NEVER
        self.used_at = 0.0
        self.trace = trace
        self._listener: Listener | None = None
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._lines: list[bytes] = []
        self._early: list[tuple[int, list[bytes]]] = []
        self._over = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's by their methods only.
        self._transport = cast(asyncio.Transport, transport)

    def listen(self, listener: Listener) -> None:
        """Tell `listener` from now on, first what was heard before anybody listened."""
        self._listener = listener
        while self._early:
            listener.heard(*self._early.pop(0), more=False)
        if self._over:
            listener.ended(self._over)

    @property
    def is_open(self) -> bool:
        return not self._over

    @property
    def unsent(self) -> int:
        """Bytes that were written and that the system has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport else 0

    @property
    def tls_version(self) -> str:
        """Like TLSv1.3; "" without TLS."""
        line = self._transport.get_extra_info("ssl_object") if self._transport else None
        return str(line.version()) if line else ""

    def certificate_names(self) -> list[str]:
        """Whom the server's certificate is for."""
        found = self._transport.get_extra_info("peercert") if self._transport else None
        return [str(pair[1]) for pair in (found or {}).get("subjectAltName", ())]

    def write(self, *pieces: bytes, shown: str = "") -> None:
        """`shown` stands in the trace for what is not to be read there."""
        if self.trace is not None:
            self.trace.us(shown or b"".join(pieces).decode("utf-8", "replace").rstrip("\r\n"))
        if self._transport is not None and not self._over:
            self._transport.writelines(pieces)

    async def start_tls(self, context: ssl.SSLContext, *, host: str, seconds: float) -> None:
        """Go on over TLS. What was heard before, even half a line, counts no more (RFC 3207 section 4.2)."""
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        secured = await loop.start_tls(
            self._transport, self, context, server_hostname=host, ssl_handshake_timeout=seconds
        )
        if secured is None:
            raise ConnectionResetError(LOST)
        self._transport = secured
        self._rest, self._lines = b"", []

    def data_received(self, data: bytes) -> None:
        if self._over:
            return None
        lines = (self._rest + data).split(b"\n") if self._rest else data.split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > LONGEST_LINE:
            return self.end(TOO_LONG)
        last = len(lines) - 1
        for at, line in enumerate(lines):
            if line[3:4] in b" \r" and line[:3].isdigit() and len(line) <= LONGEST_LINE:
                self._complete(line, more=at < last or bool(self._rest))
            elif problem := self._continued(line):
                if self.trace is not None:
                    self.trace.server(line[:LONGEST_LINE].decode("utf-8", "replace").rstrip("\r"))
                return self.end(problem)
            if self._over:
                return None
        return None

    def _complete(self, line: bytes, *, more: bool) -> None:
        code = int(line[:3])
        lines = [line[4:].rstrip(b"\r")]
        if self._lines:
            lines, self._lines = self._lines + lines, []
        if self.trace is not None:
            for number, text in enumerate(lines):
                sign = " " if number == len(lines) - 1 else "-"
                self.trace.server(f"{code}{sign}{text.decode('utf-8', 'replace')}")
        if self._listener is None:  # a server may greet before the connection is known to be there
            self._early.append((code, lines))
        else:
            self._listener.heard(code, lines, more)

    def _continued(self, line: bytes) -> str:
        """Keeps a line that others of its reply follow; what is wrong with it otherwise."""
        if len(line) > LONGEST_LINE or len(self._lines) > MOST_LINES:
            return TOO_LONG
        if line[3:4] != b"-" or not line[:3].isdigit():
            return GARBLED
        self._lines.append(line[4:].rstrip(b"\r"))
        return ""

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.end(LOST)

    def expire(self) -> None:
        """The deadline has passed."""
        self.end(SILENT)

    def drop(self) -> None:
        """Close without a word to anybody, the listener included."""
        self._listener = None
        self.end(LOST)

    def end(self, reason: str) -> None:
        """Close, and tell the listener why."""
        if self._over:
            return
        self._over = reason
        self.deadline = NEVER
        if self._transport is not None:
            self._transport.abort()
        if self._listener is not None:
            self._listener.ended(reason)


def no_reply(reason: str, *, during: str) -> Reply:
    """What stands in a reply's place when there was none."""
    return Reply(0, "", f"{reason} at {during}.")
