"""A running MailHub of its own, for the tests: real processes, its own data folder, database and port."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.db import connection

from tests import servers
from tests.house.source import ROOT

MANAGE = [sys.executable, str(ROOT / "manage.py")]
UP = [*MANAGE, "up"]
SQLITE_FILE = "mailhub.sqlite3"


class Installation:
    """One `manage.py up` with its own data folder, database, Valkey and port."""

    def __init__(self, data: Path, *, migrated: bool = False, **variables: str) -> None:
        """`migrated` takes the tables from a copy, where each has a file of its own (SQLite): that is quicker."""
        self.data, self.port = data, free_port()
        own = {
            "MAILHUB_DATA": str(data),
            "MAILHUB_PORT": str(self.port),
            "MAILHUB_LOG": "INFO",
            "REDIS_URL": "",
        }
        self.environment = os.environ | own | variables
        if migrated and not self.environment.get("DATABASE_URL"):
            data.mkdir(parents=True)
            shutil.copy(_migrated_file(), data / SQLITE_FILE)
        self.log = data.with_suffix(".log")
        self.log.write_bytes(b"")
        self.process = self._start()

    def start_again(self) -> None:
        """After it has ended: the same folder, database and port, and ready."""
        self.process = self._start()
        self.wait_until_ready()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                UP, env=self.environment, stdout=output, stderr=subprocess.STDOUT, process_group=0
            )

    def wait_until_ready(self) -> None:
        servers.wait_for(
            lambda: self.is_ready() or self.process.poll() is not None, what="MailHub", log=self.log
        )
        assert self.process.poll() is None, self.log.read_text()

    def is_ready(self) -> bool:
        return self.status("/readyz") == 200

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody at a shell would, beside the running MailHub."""
        return subprocess.run(
            [*MANAGE, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Run one statement in its own database, beside all that it does there; the rows.

        It waits two seconds for a lock, and then raises the driver's OperationalError.
        """
        if url := self.environment.get("DATABASE_URL", ""):
            with psycopg.connect(url, autocommit=True, options="-c lock_timeout=2000") as postgresql:
                found = postgresql.execute(statement.encode())
                return found.fetchall() if found.description else []
        file = self.data / SQLITE_FILE
        with closing(sqlite3.connect(file, timeout=2, isolation_level=None)) as sqlite:
            return sqlite.execute(statement).fetchall()

    def status(self, path: str) -> int:
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            web.request("GET", path)
            return web.getresponse().status
        except OSError:
            return 0
        finally:
            web.close()

    def parts(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def part(self, word: str) -> psutil.Process:
        """The process that the supervisor itself started with `word` in its command."""
        (found,) = self.living(word)
        return found

    def living(self, word: str) -> list[psutil.Process]:
        """Those of the supervisor's own children with `word` in their command that are alive now."""
        return [child for child in psutil.Process(self.process.pid).children() if _is_living(child, word)]

    def stop_by(self, send: Callable[[], None]) -> int:
        """Send the signal; the exit status, once every process that was there has ended."""
        parts = self.parts()
        send()
        status = self.process.wait(90)
        _, left = psutil.wait_procs(parts, timeout=5)
        assert left == []
        return status


@cache
def _migrated_file() -> Path:
    """A database with its tables and nothing else, made once a process of tests."""
    folder = servers.make_folder()
    own = {"MAILHUB_DATA": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], env=os.environ | own, check=True, timeout=120)
    return folder / SQLITE_FILE


def _is_living(process: psutil.Process, word: str) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and word in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # It ended between being listed and being looked at.
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def own_database() -> Iterator[str]:
    """An own database on the server of the tests; empty where SQLite makes it in the data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"up_{os.getpid()}_{free_port()}"
    path = url.partition("?")[0]
    with psycopg.connect(url.replace(path, path.rpartition("/")[0] + "/postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield url.replace(path, f"{path.rpartition('/')[0]}/{name}")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def up(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        UP, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=60
    )
