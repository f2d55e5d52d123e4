"""A mail server that takes every letter, counts, and keeps nothing but who got one and the first letter.

    python benchmarks/plain_sink.py FOLDER [--port 0] [--latency-ms 0]

Prints its port when it listens. With a latency, what a client writes is seen that much later, so that each
round trip takes that long, as on a network. PIPELINING (RFC 2920) is offered. SIGTERM ends it; then
`letters.json` in the folder holds the counts, `recipients.txt` who got a letter, once for each, and `first.eml`
the first letter as it came. Uses uvloop where it is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

END = b"\r\n.\r\n"
EXTENSIONS = (
    b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n"
)
REPLIES = {
    b"EHLO": EXTENSIONS,
    b"HELO": b"250 sink.example\r\n",
    b"MAIL": b"250 2.1.0 Ok\r\n",
    b"RCPT": b"250 2.1.5 Ok\r\n",
    b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n",
    b"RSET": b"250 2.0.0 Ok\r\n",
    b"NOOP": b"250 2.0.0 Ok\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
TAKEN = b"250 2.0.0 Ok: queued\r\n"


@dataclass(slots=True)
class Count:
    """What came over all connections."""

    letters: int = 0
    size: int = 0
    recipients: list[bytes] = field(default_factory=list)
    first: bytes = b""

    def add(self, letter: bytearray, end: int, recipients: list[bytes]) -> None:
        self.letters += 1
        self.size += end
        self.recipients += recipients
        if not self.first:
            self.first = bytes(letter[2 : end + 2]).replace(b"\r\n..", b"\r\n.")

    def write(self, folder: Path) -> None:
        different = set(self.recipients)
        figures = {
            "letters": self.letters,
            "bytes": self.size,
            "recipients": len(self.recipients),
            "repeated": len(self.recipients) - len(different),
        }
        (folder / "recipients.txt").write_bytes(b"\n".join(sorted(different)))
        (folder / "first.eml").write_bytes(self.first)
        (folder / "letters.json").write_text(json.dumps(figures))


class Session(asyncio.Protocol):
    """One connection: commands until DATA, then a letter until the dot, and again."""

    def __init__(self, count: Count, latency: float) -> None:
        self._count = count
        self._latency = latency
        self._late: deque[bytes] = deque()
        self._buffer = bytearray()
        self._in_letter = False
        self._searched = 0
        self._recipients: list[bytes] = []
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)
        greeting = b"220 sink.example ESMTP\r\n"
        asyncio.get_running_loop().call_later(self._latency, self._transport.write, greeting)

    def data_received(self, data: bytes) -> None:
        if not self._latency:
            return self._answer(data)
        self._late.append(data)
        asyncio.get_running_loop().call_later(self._latency, self._answer_late)
        return None

    def _answer_late(self) -> None:
        self._answer(self._late.popleft())

    def _answer(self, data: bytes) -> None:
        self._buffer += data
        answers = []
        while answer := (self._letter() if self._in_letter else self._command()):
            answers.append(answer)
        if answers and self._transport is not None:
            self._transport.write(b"".join(answers))

    def _command(self) -> bytes:
        """The reply to the next whole command; b"" when there is none."""
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return b""
        line = bytes(self._buffer[:end])
        verb = line[:4].upper()
        if verb == b"DATA":
            # Its line end stays: a letter without a line ends by the dot alone.
            self._in_letter, self._searched = True, 0
            del self._buffer[:end]
            return REPLIES[verb]
        del self._buffer[: end + 2]
        if verb == b"RCPT":
            self._recipients.append(line.partition(b"<")[2].partition(b">")[0])
        elif verb in (b"MAIL", b"RSET"):
            self._recipients = []
        elif verb == b"QUIT":
            asyncio.get_running_loop().call_soon(self._close)
        return REPLIES.get(verb, b"502 5.5.1 Not known here\r\n")

    def _letter(self) -> bytes:
        end = self._buffer.find(END, self._searched)
        if end < 0:
            self._searched = max(len(self._buffer) - len(END) + 1, 0)
            return b""
        self._count.add(self._buffer, end, self._recipients)
        del self._buffer[: end + len(END)]
        self._in_letter, self._recipients = False, []
        return TAKEN

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def serve(folder: Path, *, port: int, latency: float) -> None:
    """Until SIGTERM."""
    loop, count, asked = asyncio.get_running_loop(), Count(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, asked.set)
    server = await loop.create_server(lambda: Session(count, latency), "127.0.0.1", port, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asked.wait()
    server.close()
    count.write(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    arguments = parser.parse_args()
    serving = serve(arguments.folder, port=arguments.port, latency=arguments.latency_ms / 1000)
    try:
        import uvloop
    except ImportError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)


if __name__ == "__main__":
    main()
