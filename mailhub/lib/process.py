"""Names the running process, so that another one can tell later whether it is gone."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path


def owner() -> str:
    """`host/namespace/pid/start`: unlike a bare pid, never again the name of another process."""
    return _owner(os.getpid())


@lru_cache(maxsize=1)
def _owner(pid: int) -> str:
    return f"{_place()}/{pid}/{_started(pid)}"


def is_gone(name: str) -> bool:
    """True only when `name` was a process of this very machine (or container) and has ended.

    A process elsewhere can't be seen from here; only its lease says when it counts as gone.
    """
    place, _, rest = name.rpartition("/")[0].rpartition("/")
    if place != _place() or not rest.isdigit():
        return False
    return _started(int(rest)) != name.rpartition("/")[2]


@lru_cache(maxsize=1)
def _place() -> str:
    """Host name and pid namespace; a container that comes back has another namespace."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = "-"
    return f"{socket.gethostname()}/{namespace}"


def _started(pid: int) -> str:
    """The start of a process in clock ticks since boot (proc(5), field 22); "" when it doesn't live."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]
