"""Reads from /proc what a process and all that it started have used: processor time and peak memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds of the whole tree so far; the peak resident memory of its largest process."""

    cpu_seconds: float
    peak_megabytes: int

    def since(self, before: Usage) -> Usage:
        return Usage(self.cpu_seconds - before.cpu_seconds, self.peak_megabytes)


def usage(process_id: int) -> Usage:
    """Of a living process and its descendants, those that have ended and been waited for included."""
    stats = {number: fields for number in _running() if (fields := _stat(number)) is not None}
    tree, fringe = [], [process_id]
    while fringe:
        number = fringe.pop()
        if number in stats:
            tree.append(number)
            fringe += [child for child, fields in stats.items() if int(fields[1]) == number]
    # utime, stime, and those of children that were waited for (proc(5), fields 14 to 17).
    ticks = sum(int(ticks) for number in tree for ticks in stats[number][11:15])
    return Usage(ticks / TICKS, max((_peak(number) for number in tree), default=0))


def parent(process_id: int) -> int | None:
    """Who started it; None when there is no such process here."""
    fields = _stat(process_id)
    return int(fields[1]) if fields else None


def name(process_id: int) -> str:
    try:
        return (PROC / str(process_id) / "comm").read_text().strip()
    except OSError:
        return ""


def _running() -> list[int]:
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]


def _stat(process_id: int) -> list[str] | None:
    """The fields of its `stat` from the state on; the name before it may hold blanks and brackets."""
    try:
        return (PROC / str(process_id) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _peak(process_id: int) -> int:
    try:
        lines = (PROC / str(process_id) / "status").read_text().splitlines()
    except OSError:
        return 0
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), "0")
    return round(int(kilobytes) / 1024)
