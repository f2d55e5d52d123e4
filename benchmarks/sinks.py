"""Where benchmarks send to: `smtp-sink` of Debian's postfix package where there is one, else `plain_sink.py`."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import processes
from benchmarks.crew import listens
from benchmarks.processes import Usage
from benchmarks.surroundings import Refused

POSTFIX, PLAIN = "smtp-sink", "plain"
PLAIN_SINK = Path(__file__).with_name("plain_sink.py")
PATIENCE_SECONDS = 30
MOST_SESSIONS = "1000"
# What `smtp-sink -c` writes: sessions, QUITs, letters.
COUNTERS = re.compile(rb"sess=(\d+)\s+quit=(\d+)\s+mesg=(\d+)")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sink got. `smtp-sink` counts letters alone: then `recipients` is None."""

    letters: int
    recipients: frozenset[str] | None = None
    repeated: int = 0
    first: bytes = b""


@dataclass(slots=True)
class Sink:
    """A running sink."""

    kind: str
    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def usage(self) -> Usage:
        return processes.usage(self.process.pid)

    def stop(self) -> Taken:
        """End it, and what it got."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)
        if self.kind == POSTFIX:
            counters = COUNTERS.findall((self.folder / "counters").read_bytes())
            return Taken(int(counters[-1][2]) if counters else 0)
        figures = json.loads((self.folder / "letters.json").read_text())
        names = (self.folder / "recipients.txt").read_text().split("\n") if figures["letters"] else []
        first = (self.folder / "first.eml").read_bytes()
        return Taken(figures["letters"], frozenset(names), figures["repeated"], first)


def best(*, latency_ms: float) -> str:
    """`smtp-sink` where it can do it: it has no latency below a second."""
    return POSTFIX if postfix_has(POSTFIX) and not latency_ms else PLAIN


def postfix_has(program: str) -> bool:
    return find_program(program) is not None


def find_program(program: str) -> str | None:
    """Where a program is; Debian keeps postfix's in a folder that users don't search."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin")


def start(kind: str, folder: Path, *, port: int = 0, latency_ms: float = 0) -> Sink:
    """A new sink that listens on `port` of 127.0.0.1 (0: a free one); raises Refused when it does not."""
    folder.mkdir(exist_ok=True)
    port = port or free_port()
    if kind == POSTFIX:
        # It does not run as root.
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        command = [
            find_program(POSTFIX) or POSTFIX,
            "-c",
            "-m",
            MOST_SESSIONS,
            *user,
            f"127.0.0.1:{port}",
            "1000",
        ]
    else:
        command = [sys.executable, str(PLAIN_SINK), str(folder), "--port", str(port)]
        command += ["--latency-ms", str(latency_ms)]
    with (folder / "counters").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not listens(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise Refused(f"{command[0]} does not listen: {(folder / 'counters').read_text()}")
        time.sleep(0.02)
    return Sink(kind, port, folder, process)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
