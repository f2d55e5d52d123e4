"""A control for sending: gives one ready-made letter to a mail server again and again, one command at a time.

    python benchmarks/plain_source.py PORT LETTER [--letters 10000] [--connections 8]

It does what `smtp-source -d` of Debian's postfix package does, for machines that have none: no letter is made,
nothing is looked up or written down. Uses uvloop where it is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import cast

ENVELOPE = (b"MAIL FROM:<control@example.org>\r\n", b"RCPT TO:<control@example.com>\r\n", b"DATA\r\n")


class Session(asyncio.Protocol):
    """One connection: as long as letters are left, the next thing to say after each reply."""

    def __init__(self, left: list[int], letter: bytes) -> None:
        self._left = left
        self._letter = (*ENVELOPE, letter)
        self._next = [b"EHLO control.example\r\n"]
        self._reply = b""
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._reply += data
        # The last line of a reply has a blank behind its code (RFC 5321 section 4.2.1).
        if not self._reply.endswith(b"\n") or self._reply.splitlines()[-1][3:4] == b"-":
            return
        code, self._reply = self._reply[:1], b""
        if code not in (b"2", b"3"):
            self.ended.set_exception(ConnectionError(f"The sink said {data.decode(errors='replace')}"))
            return
        if not self._next and self._left[0]:
            self._left[0] -= 1
            self._next = list(self._letter)
        assert self._transport is not None
        if self._next:
            self._transport.write(self._next.pop(0))
        else:
            self._transport.write(b"QUIT\r\n")
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def give(port: int, letter: bytes, *, letters: int, connections: int) -> None:
    """All letters have been taken afterwards; raises ConnectionError for another reply."""
    loop, left = asyncio.get_running_loop(), [letters]
    stuffed = letter.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n"
    sessions = [
        (await loop.create_connection(lambda: Session(left, stuffed), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(session.ended for session in sessions))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("port", type=int)
    parser.add_argument("letter", type=Path)
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    asked = parser.parse_args()
    giving = give(asked.port, asked.letter.read_bytes(), letters=asked.letters, connections=asked.connections)
    try:
        import uvloop
    except ImportError:
        asyncio.run(giving)
    else:
        uvloop.run(giving)


if __name__ == "__main__":
    try:
        main()
    except ConnectionError as error:
        sys.exit(str(error))
