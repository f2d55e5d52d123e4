"""One process of the supervisor: started, watched, started again with back-off, stopped."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time

from django.conf import settings

from mailhub.supervisor import log
from mailhub.supervisor.parts import Part

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 0.5, 30.0
# A part that lived this long is healthy: its next fall counts as its first.
HEALTHY_SECONDS = 30.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A part's process. It leads a process group of its own, so that a signal to the supervisor's
    group reaches the supervisor alone, which then drains its parts in order."""

    dies_by = signal.SIGTERM

    def __init__(self, part: Part, *, environment: dict[str, str]) -> None:
        self.part = part
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.falls = 0
        self.started_at = self.due_at = 0.0
        self.copier: threading.Thread | None = None

    def start(self) -> None:
        self.started_at = time.monotonic()
        supervisor_id = os.getpid()
        self.process = subprocess.Popen(
            self.part.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
            env=self.environment,
            process_group=0,
            preexec_fn=lambda: self.before_program(supervisor_id),
        )
        assert self.process.stdout is not None
        self.copier = log.copy(self.process.stdout, part=self.part.name)

    def before_program(self, supervisor_id: int) -> None:
        """Runs in the new process: let the kernel signal it when the supervisor is killed (Linux only)."""
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, self.dies_by)
            # Between the fork and the line above the supervisor may have died already.
            if os.getppid() != supervisor_id:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Start it again when it has fallen and its back-off is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due_at:
                self.start()
        elif (status := self.process.poll()) is not None:
            # What it forked may have outlived it, and would hold the port or run tasks unwatched.
            self.kill()
            self.process = None
            self.falls = 1 if now - self.started_at >= HEALTHY_SECONDS else self.falls + 1
            delay = back_off(self.falls)
            self.due_at = now + delay
            log.say(f"{self.part.name} {describe(status)}; it starts again in {delay:g} seconds.")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and all of its group at once."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # No member is left; macOS says the latter of a group of zombies.
            return
        finally:
            self.process.wait()

    def finish_log(self) -> None:
        if self.copier is not None:
            self.copier.join(timeout=1)


def back_off(falls: int) -> float:
    """Seconds to wait after the n-th fall in a row."""
    return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (min(falls, 10) - 1))


def describe(status: int) -> str:
    return f"ended with status {status}" if status >= 0 else f"was killed by {signal.Signals(-status).name}"
