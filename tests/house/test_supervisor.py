"""`manage.py up` as a person meets it: real processes, real signals."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from tests import servers
from tests.house.source import ROOT

UP = [sys.executable, str(ROOT / "manage.py"), "up"]


class Running:
    """One `manage.py up` with its own data folder, database, Valkey and port."""

    def __init__(self, data: Path, **variables: str) -> None:
        self.data, self.port = data, free_port()
        own = {
            "MAILHUB_DATA": str(data),
            "MAILHUB_PORT": str(self.port),
            "MAILHUB_LOG": "INFO",
            "REDIS_URL": "",
        }
        self.environment = os.environ | own | variables
        self.log = data.with_suffix(".log")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                UP, env=self.environment, stdout=output, stderr=subprocess.STDOUT, process_group=0
            )

    def wait_until_ready(self) -> None:
        servers.wait_for(
            lambda: self.is_ready() or self.process.poll() is not None, what="MailHub", log=self.log
        )
        assert self.process.poll() is None, self.log.read_text()

    def is_ready(self) -> bool:
        return self.status("/readyz") == 200

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
        (found,) = [
            child
            for child in psutil.Process(self.process.pid).children()
            if word in " ".join(child.cmdline())
        ]
        return found

    def stop_by(self, send: Callable[[], None]) -> int:
        """Send the signal; the exit status, once every process that was there has ended."""
        parts = self.parts()
        send()
        status = self.process.wait(90)
        _, left = psutil.wait_procs(parts, timeout=5)
        assert left == []
        return status


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """An own database on the server of the tests; empty where SQLite makes it in the data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"up_{os.getpid()}"
    path = url.partition("?")[0]
    with psycopg.connect(url.replace(path, path.rpartition("/")[0] + "/postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield url.replace(path, f"{path.rpartition('/')[0]}/{name}")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def mailhub(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("up") / "data", DATABASE_URL=database_url)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def up(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        UP, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_answers_and_says_where_everything_is(mailhub: Running) -> None:
    assert mailhub.status("/healthz") == 200
    assert mailhub.status("/admin/login/") == 200
    servers.wait_for(lambda: "Mail  " in mailhub.log.read_text(), what="The announcement", log=mailhub.log)
    log = mailhub.log.read_text()
    assert f"http://127.0.0.1:{mailhub.port}/admin/" in log
    assert "nothing leaves this machine" in log
    assert "shown this once" in log


def test_a_second_one_on_the_same_folder_is_refused(mailhub: Running) -> None:
    done = up(MAILHUB_DATA=str(mailhub.data), MAILHUB_PORT=str(free_port()), REDIS_URL="")
    assert done.returncode == 1
    assert f"MailHub already runs here (process {mailhub.process.pid}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_refused(mailhub: Running, tmp_path: Path) -> None:
    done = up(MAILHUB_DATA=str(tmp_path / "other"), MAILHUB_PORT=str(mailhub.port), REDIS_URL="")
    assert done.returncode == 1
    assert "MAILHUB_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_find_its_valkey(mailhub: Running) -> None:
    asked = [sys.executable, str(ROOT / "manage.py"), "shell", "--verbosity", "0", "--command"]
    question = "from mailhub.lib import heartbeat; print(sorted(heartbeat.roles()))"
    done = subprocess.run(
        [*asked, question], env=mailhub.environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['beat', 'bulk', 'express']"


def test_a_killed_part_is_started_again(mailhub: Running) -> None:
    for word in ("--queues bulk", "granian", "valkey-server"):
        before = mailhub.part(word)
        before.kill()
        servers.wait_for(
            lambda word=word, before=before: any(
                word in " ".join(child.cmdline()) and child != before
                for child in psutil.Process(mailhub.process.pid).children()
                if child.status() != psutil.STATUS_ZOMBIE
            ),
            what=word,
            log=mailhub.log,
        )
    mailhub.wait_until_ready()


def test_a_signal_to_its_process_group_stops_all_of_it(mailhub: Running) -> None:
    assert mailhub.stop_by(lambda: os.killpg(mailhub.process.pid, signal.SIGTERM)) == 0
    assert not (mailhub.data / "valkey.json").exists()


def test_it_starts_again_after_it_was_killed_and_stops_by_a_signal_to_itself(mailhub: Running) -> None:
    killed = Running(mailhub.data, DATABASE_URL=mailhub.environment["DATABASE_URL"])
    killed.wait_until_ready()
    killed.process.kill()
    killed.process.wait()
    again = Running(mailhub.data, DATABASE_URL=mailhub.environment["DATABASE_URL"])
    again.wait_until_ready()
    assert "made earlier" in again.log.read_text() or not again.log.read_text().count("shown this once")
    assert again.stop_by(again.process.terminate) == 0
