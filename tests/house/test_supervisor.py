"""`manage.py up` as a person meets it: real processes, real signals."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import installation, servers
from tests.installation import MANAGE, Installation, free_port, up


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    with installation.own_database() as url:
        yield url


@pytest.fixture(scope="module")
def mailhub(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("up") / "data", DATABASE_URL=database_url)
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def test_it_answers_and_says_where_everything_is(mailhub: Installation) -> None:
    assert mailhub.status("/healthz") == 200
    assert mailhub.status("/sign-in/") == 200
    servers.wait_for(lambda: "Mail  " in mailhub.log.read_text(), what="The announcement", log=mailhub.log)
    log = mailhub.log.read_text()
    assert f"http://127.0.0.1:{mailhub.port}/admin/" in log
    assert "nothing leaves this machine" in log
    assert "shown this once" in log


def test_a_second_one_on_the_same_folder_is_refused(mailhub: Installation) -> None:
    done = up(MAILHUB_DATA=str(mailhub.data), MAILHUB_PORT=str(free_port()), REDIS_URL="")
    assert done.returncode == 1
    assert f"MailHub already runs here (process {mailhub.process.pid}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_refused(mailhub: Installation, tmp_path: Path) -> None:
    done = up(MAILHUB_DATA=str(tmp_path / "other"), MAILHUB_PORT=str(mailhub.port), REDIS_URL="")
    assert done.returncode == 1
    assert "MAILHUB_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_redis_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    own = {"MAILHUB_DATA": str(tmp_path / "data"), "MAILHUB_PORT": str(free_port()), "DATABASE_URL": ""}
    done = up(**own, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 1
    assert "REDIS_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_start_without_the_key_of_the_suppression_list_is_refused(mailhub: Installation) -> None:
    asked = [*MANAGE, "shell", "--verbosity", "0", "--command"]
    question = "from mailhub.supervisor.preparation import prepare_database; prepare_database()"
    keys = {"MAILHUB_KEYS": "another-key-that-was-not-there-before"}
    done = subprocess.run([*asked, question], env=mailhub.environment | keys, capture_output=True, text=True)
    assert "put the old key back" in done.stderr


def test_commands_find_its_valkey(mailhub: Installation) -> None:
    asked = [*MANAGE, "shell", "--verbosity", "0", "--command"]
    question = "from mailhub.lib import heartbeat; print(sorted(heartbeat.roles()))"
    done = subprocess.run(
        [*asked, question], env=mailhub.environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['beat', 'bulk', 'express', 'jobs']"


def test_a_killed_part_is_started_again(mailhub: Installation) -> None:
    for word in ("--queues bulk", "granian", "valkey-server"):
        before = mailhub.part(word)
        before.kill()
        servers.wait_for(
            lambda word=word, before=before: any(child != before for child in mailhub.living(word)),
            what=word,
            log=mailhub.log,
        )
    mailhub.wait_until_ready()


def test_a_signal_to_its_process_group_stops_all_of_it(mailhub: Installation) -> None:
    assert mailhub.stop_by(lambda: os.killpg(mailhub.process.pid, signal.SIGTERM)) == 0
    assert not (mailhub.data / "valkey.json").exists()


def test_it_starts_again_after_it_was_killed_and_stops_by_a_signal_to_itself(mailhub: Installation) -> None:
    killed = Installation(mailhub.data, DATABASE_URL=mailhub.environment["DATABASE_URL"])
    killed.wait_until_ready()
    killed.process.kill()
    killed.process.wait()
    again = Installation(mailhub.data, DATABASE_URL=mailhub.environment["DATABASE_URL"])
    again.wait_until_ready()
    assert "made earlier" in again.log.read_text() or not again.log.read_text().count("shown this once")
    assert again.stop_by(again.process.terminate) == 0
