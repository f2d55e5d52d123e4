"""Asks a web server for pages over a few connections that stay open, as fast as it answers.

    python benchmarks/plain_requests.py PORT PATHS [--seconds 10] [--connections 32]

PATHS is a file with one path a line; they are asked for in turn. Prints one object: requests, answers that were
no 2xx or 3xx, seconds, and the milliseconds that half and 99 of 100 answers took at most. It does what `wrk` does,
for machines that have none, with more processor time. Uses uvloop where it is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import cast

# A mail program of people, so that hits are graded as theirs.
AGENT = b"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Thunderbird/128.0"
REQUEST = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: %s\r\nAccept: image/*\r\n\r\n"


@dataclass(slots=True)
class Count:
    """What all connections have asked and heard."""

    paths: Iterator[bytes]
    port: int
    ends: float
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def request(self) -> bytes:
        return REQUEST % (next(self.paths), self.port, AGENT)


class Session(asyncio.Protocol):
    """One connection, one question at a time."""

    def __init__(self, count: Count) -> None:
        self._count = count
        self._answer = b""
        self._asked_at = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is none of asyncio's classes.
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._asked_at = time.perf_counter()
        self._transport.write(self._count.request())

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, end, body = self._answer.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._count.seconds.append(now - self._asked_at)
        self._count.wrong += head[9:10] not in (b"2", b"3")
        self._answer = b""
        if now < self._count.ends:
            self._ask()
        else:
            assert self._transport is not None
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.ended.done():
            return
        if error or time.perf_counter() < self._count.ends:
            self.ended.set_exception(ConnectionError(f"The server closed a connection ({error})."))
        else:
            self.ended.set_result(None)


def _length(head: bytes) -> int:
    """How many bytes of body belong to an answer; without the header none, as granian sends no chunks here."""
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0] or 0)


async def ask(port: int, paths: list[bytes], *, seconds: float, connections: int) -> dict[str, float]:
    """The figures that are printed; raises ConnectionError when the server leaves."""
    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    count = Count(cycle(paths), port, begun + seconds)
    sessions = [
        (await loop.create_connection(lambda: Session(count), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(session.ended for session in sessions))
    took, answers = time.perf_counter() - begun, sorted(count.seconds)
    half, most = answers[len(answers) // 2], answers[len(answers) * 99 // 100]
    return {
        "requests": len(answers),
        "wrong": count.wrong,
        "seconds": took,
        "median_ms": half * 1000,
        "p99_ms": most * 1000,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("port", type=int)
    parser.add_argument("paths", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=32)
    asked = parser.parse_args()
    paths = asked.paths.read_bytes().split()
    asking = ask(asked.port, paths, seconds=asked.seconds, connections=asked.connections)
    try:
        import uvloop
    except ImportError:
        found = asyncio.run(asking)
    else:
        found = uvloop.run(asking)
    print(json.dumps(found))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.exit(str(error))
