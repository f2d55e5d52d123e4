"""The parts that the supervisor runs, as data: what to call them and how to start them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from django.conf import settings

from mailhub.lib import queues


@dataclass(frozen=True)
class Part:
    name: str
    command: tuple[str, ...]


def all_parts() -> list[Part]:
    workers = [worker(name, served=",".join(names)) for name, names in queues.SERVED_BY.items()]
    return [web(), *workers, beat()]


def web() -> Part:
    options = ["--interface", "wsgi", "--host", settings.MAILHUB_HOST, "--port", str(settings.MAILHUB_PORT)]
    # More threads than this only wait for Python's lock, and granian warns of them.
    options += ["--blocking-threads", str(min(8, 2 * (os.cpu_count() or 1) + 1))]
    # A stuck request must not hold up a stop for long.
    options += ["--no-ws", "--workers-kill-timeout", "10"]
    return Part("web", (sys.executable, "-m", "granian", *options, "mailhub.wsgi:application"))


def worker(name: str, *, served: str) -> Part:
    """Two processes: one long task never keeps a queue from being served."""
    options = ["--queues", served, "--hostname", f"{name}@%h", "--concurrency", "2"]
    # Workers need not know of each other: finding out takes a second at every start.
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return Part(name, (*_celery(), "worker", *options))


def beat() -> Part:
    # No pid file: the supervisor holds the lock, and a stale file would keep beat from starting.
    return Part("beat", (*_celery(), "beat", "--pidfile="))


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--app", "mailhub.celery", "--quiet")
