"""The supervisor's one output: whole lines, each with the name of the part that wrote it."""

from __future__ import annotations

import sys
import threading
from typing import IO

COLOURS = {"mailhub": 37, "valkey": 35, "web": 36, "bulk": 32, "express": 33, "jobs": 31, "beat": 34}
WIDTH = max(len(name) for name in COLOURS)

_lock = threading.Lock()


def say(text: str, *, part: str = "mailhub") -> None:
    """Write each line of `text` with its prefix, never mixed with another part's line."""
    for line in text.splitlines() or [""]:
        _write(f"{_prefix(part)} {line}\n")


def copy(source: IO[bytes], *, part: str) -> threading.Thread:
    """Copy lines from a part's output until it closes, in a thread of its own."""
    thread = threading.Thread(target=_copy, args=(source, part), name=f"log of {part}", daemon=True)
    thread.start()
    return thread


def _copy(source: IO[bytes], part: str) -> None:
    with source:
        for line in source:
            say(line.decode(errors="replace").rstrip("\r\n"), part=part)


def _prefix(part: str) -> str:
    label = f"{part:<{WIDTH}} |"
    return f"\x1b[{COLOURS.get(part, 37)}m{label}\x1b[0m" if sys.stdout.isatty() else label


def _write(line: str) -> None:
    with _lock:
        try:
            sys.stdout.write(line)
            sys.stdout.flush()
        except (OSError, ValueError):
            # Whoever read the log is gone; the parts must go on, and their pipes be emptied.
            return
