"""Parts of `manage.py up`, started as the supervisor starts them: web server, workers, beat."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import processes
from benchmarks.processes import Usage
from benchmarks.surroundings import ROOT, Refused

WEB, SENDERS, WORKERS, BEAT = "web", "bulk", "express", "beat"
# Which option of a part's command says how many processes it has.
PROCESSES = {WEB: "--workers", SENDERS: "--concurrency", WORKERS: "--concurrency"}
START_SECONDS, STOP_SECONDS = 120, 60


class Crew:
    """Running parts of the MailHub that is installed here.

    `parts` are their names, each with its number of processes; 0 leaves it to the supervisor's command.
    """

    def __init__(self, folder: Path, parts: Mapping[str, int]) -> None:
        from mailhub.supervisor.parts import all_parts

        self._log = folder / "parts.log"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        with self._log.open("ab") as output:
            for part in all_parts():
                if part.name in parts:
                    command = with_processes(part.name, part.command, parts[part.name])
                    process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
                    self._processes[part.name] = process
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise Refused(f"MailHub did not start: {self.last_words()}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        from django.conf import settings

        from mailhub.lib import heartbeat

        # The names of the roles are those of the parts.
        waiting = {SENDERS, WORKERS} & set(self._processes) - heartbeat.roles()
        return not waiting and (WEB not in self._processes or listens(settings.MAILHUB_PORT))

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


def listens(port: int) -> bool:
    """Whether a server takes connections on `port` of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def with_processes(name: str, command: Sequence[str], count: int) -> list[str]:
    """The command of a part with `count` processes in place of the supervisor's number."""
    if not count:
        return list(command)
    option, changed = PROCESSES[name], list(command)
    if option in changed:
        changed[changed.index(option) + 1] = str(count)
        return changed
    return [*changed[:-1], option, str(count), changed[-1]]
