"""The parts of `manage.py up` that send: two kinds of workers and beat, started as the supervisor starts them."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import processes
from benchmarks.processes import Usage
from benchmarks.surroundings import ROOT, Refused

SENDERS = "bulk"
START_SECONDS, STOP_SECONDS = 120, 60


class Crew:
    """Running workers and beat of the database that Django is set up for."""

    def __init__(self, folder: Path, *, senders: int) -> None:
        from mailhub.supervisor import parts

        self._log = folder / "workers.log"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        wanted = [part for part in parts.all_parts() if part.name != "web"]
        with self._log.open("ab") as output:
            for part in wanted:
                command = _with_processes(part.command, senders) if part.name == SENDERS else part.command
                process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
                self._processes[part.name] = process
        self._wait()

    def _wait(self) -> None:
        from mailhub.lib import heartbeat

        deadline = time.monotonic() + START_SECONDS
        while not {heartbeat.BULK, heartbeat.EXPRESS} <= heartbeat.roles():
            self.check()
            if time.monotonic() > deadline:
                raise Refused(f"The workers did not start: {self.last_words()}")
            time.sleep(0.1)

    def usage(self) -> dict[str, Usage]:
        """By the name of the part; a worker's children are in it."""
        return {name: processes.usage(process.pid) for name, process in self._processes.items()}

    def check(self) -> None:
        """Raises Refused when one of them has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise Refused(f"{name} ended with {process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        return self._log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Ask all of them to end, and wait: they drain."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _with_processes(command: Sequence[str], count: int) -> list[str]:
    """The command of a worker with `count` processes in place of the supervisor's number."""
    changed = list(command)
    changed[changed.index("--concurrency") + 1] = str(count)
    return changed
