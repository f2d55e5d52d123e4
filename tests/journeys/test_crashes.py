"""Senders that are killed, stalled, stopped or robbed of their broker in mid-campaign.

Real processes, real signals, a real mail server. `CRASH_SEED` repeats a run's moments.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress

import psutil
import psycopg
import pytest
import redis

from tests import installation, servers
from tests.installation import Installation
from tests.journeys import crowds
from tests.journeys.crowds import CONNECTIONS, CROWD, GROUP, SENDERS
from tests.postoffice import SmtpServer

OPEN_TRANSACTIONS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
)


@pytest.fixture(scope="module")
def chance() -> random.Random:
    seed = os.environ.get("CRASH_SEED") or str(random.SystemRandom().randrange(10**6))
    # Shown with a failure.
    sys.stdout.write(f"CRASH_SEED={seed}\n")
    return random.Random(seed)


@pytest.fixture(scope="module")
def post_office() -> Iterator[SmtpServer]:
    server = SmtpServer(seconds_a_letter=0.02)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, post_office: SmtpServer) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("crashes")
    with installation.own_database() as url:
        running = crowds.open_shop(folder / "data", post_office, DATABASE_URL=url)
        try:
            crowds.fill(running)
            yield running
        finally:
            if running.process.poll() is None:
                running.stop_by(running.process.terminate)


@pytest.fixture(autouse=True)
def empty_boxes(post_office: SmtpServer) -> None:
    post_office.letters.clear()


def test_killed_senders_lose_nothing_and_mail_nobody_twice(
    shop: Installation, post_office: SmtpServer, chance: random.Random
) -> None:
    campaign_id = crowds.launch(shop, "crowd")
    kills = 3
    for _ in range(kills):
        crowds.wait_for_letters(shop, post_office, len(post_office.letters) + chance.randint(50, 250))
        chance.choice(crowds.sender_processes(shop)).kill()
    crowds.wait_for_state(shop, campaign_id)
    report = crowds.told(shop, "campaign_status", str(campaign_id), "--json")
    assert report["planned"] == CROWD == report["sent"] + report["uncertain"]
    assert report["uncertain"] <= kills * CONNECTIONS
    assert report["sent"] <= crowds.received(post_office) <= CROWD


def test_a_killed_worker_takes_its_senders_along_and_the_campaign_goes_on(
    shop: Installation, post_office: SmtpServer
) -> None:
    campaign_id = crowds.launch(shop, "group")
    crowds.wait_for_letters(shop, post_office, 100)
    worker = shop.part("--queues bulk")
    for process in [*worker.children(), worker]:
        process.kill()
    crowds.wait_for_state(shop, campaign_id)
    now = crowds.rows(shop, campaign_id)
    assert now["sent"] + now["uncertain"] == GROUP
    assert now["uncertain"] <= SENDERS * CONNECTIONS
    assert now["sent"] <= crowds.received(post_office) <= GROUP


def test_a_stalled_sender_that_wakes_after_its_lease_mails_nobody_twice(
    shop: Installation, post_office: SmtpServer
) -> None:
    campaign_id = crowds.launch(shop, "crowd")
    crowds.wait_for_letters(shop, post_office, 100)
    stalled = stall_a_sender(shop)
    try:
        crowds.wait_for_state(shop, campaign_id)
        now = crowds.rows(shop, campaign_id)
        assert now["uncertain"] > 0
        assert now["sent"] + now["uncertain"] == CROWD
    finally:
        stalled.resume()
    # It ends what it had begun, and its late answers clear the doubt.
    servers.wait_for(
        lambda: crowds.rows(shop, campaign_id) == {"sent": CROWD}, what="The late answers", log=shop.log
    )
    assert crowds.received(post_office) == CROWD


def stall_a_sender(shop: Installation) -> psutil.Process:
    """Freeze a sender whose letters are on the wire, and end its lease long ago."""
    frozen: list[psutil.Process] = []

    def freeze() -> bool:
        for chunk_id, owner in shop.ask(
            "SELECT id, owner FROM delivery_chunk WHERE intent_id > done_id AND owner <> ''"
        ):
            process = psutil.Process(int(owner.split("/")[-2]))
            process.suspend()
            if has_ended_lease(chunk_id, owner):
                frozen.append(process)
                return True
            process.resume()
        return False

    def has_ended_lease(chunk_id: int, owner: str) -> bool:
        """False when it froze between two windows, or with locks of the database in its hands."""
        held = f"id = {chunk_id} AND owner = '{owner}' AND intent_id > done_id"
        with suppress(sqlite3.OperationalError, psycopg.OperationalError):
            if shop.environment.get("DATABASE_URL") and shop.ask(OPEN_TRANSACTIONS):
                return False
            shop.ask(f"UPDATE delivery_chunk SET lease_until = '2020-01-01 00:00:00+00' WHERE {held}")
            return bool(shop.ask(f"SELECT 1 FROM delivery_chunk WHERE {held}"))
        return False

    servers.wait_for(freeze, what="A sender with letters on the wire", log=shop.log)
    return frozen[0]


def test_a_campaign_goes_on_from_its_rows_when_the_broker_has_forgotten_everything(
    shop: Installation, post_office: SmtpServer
) -> None:
    campaign_id = crowds.launch(shop, "crowd")
    crowds.wait_for_letters(shop, post_office, 100)
    note = json.loads((shop.data / "valkey.json").read_text())
    with redis.Redis.from_url(note["url"]) as valkey:
        valkey.flushall()
    # Nobody is left either who would go on by himself.
    for sender in crowds.sender_processes(shop):
        sender.kill()
    crowds.wait_for_letters(shop, post_office, len(post_office.letters) + 100)
    shop.part("valkey-server").kill()
    crowds.wait_for_state(shop, campaign_id)
    now = crowds.rows(shop, campaign_id)
    assert now["sent"] + now["uncertain"] == CROWD
    assert now["uncertain"] <= SENDERS * CONNECTIONS
    assert now["sent"] <= crowds.received(post_office) <= CROWD


def test_a_task_that_is_rung_and_delivered_many_times_sends_nothing_twice(
    shop: Installation, post_office: SmtpServer
) -> None:
    campaign_id = crowds.launch(shop, "group")
    crowds.wait_for_letters(shop, post_office, 50)
    senders = crowds.sender_processes(shop)
    for sender in senders:
        sender.suspend()
    again = "doorbell.ring('delivery.deliver_bulk', queue=queues.BULK, task_id='one and the same')"
    due = "doorbell.ring('delivery.deliver_due', 'bulk', queue=queues.BULK, task_id='another')"
    code = f"from mailhub.lib import doorbell, queues\nfor _ in range(20): {again}; {due}"
    rung = shop.manage("shell", "--verbosity", "0", "--command", code)
    for sender in senders:
        sender.resume()
    assert rung.returncode == 0, rung.stderr
    crowds.wait_for_state(shop, campaign_id)
    assert crowds.rows(shop, campaign_id) == {"sent": GROUP}
    assert crowds.received(post_office) == GROUP


def test_stopping_in_mid_send_leaves_nothing_in_doubt(shop: Installation, post_office: SmtpServer) -> None:
    campaign_id = crowds.launch(shop, "crowd")
    crowds.wait_for_letters(shop, post_office, 100)
    # The group of one worker, as a service of its own is stopped; the supervisor starts it again.
    worker = shop.part("--queues bulk")
    os.killpg(worker.pid, signal.SIGTERM)
    worker.wait(60)
    drained(shop, post_office, campaign_id)
    crowds.wait_for_letters(shop, post_office, len(post_office.letters) + 100)
    # Every process at once, as service managers do.
    assert shop.stop_by(lambda: terminate_all(shop)) == 0
    drained(shop, post_office, campaign_id)
    shop.start_again()
    crowds.wait_for_letters(shop, post_office, len(post_office.letters) + 100)
    assert shop.stop_by(shop.process.terminate) == 0
    drained(shop, post_office, campaign_id)
    shop.start_again()
    crowds.wait_for_state(shop, campaign_id)
    assert crowds.rows(shop, campaign_id) == {"sent": CROWD}
    assert crowds.received(post_office) == CROWD


def terminate_all(shop: Installation) -> None:
    for process in [*shop.parts(), psutil.Process(shop.process.pid)]:
        process.terminate()


def drained(shop: Installation, post_office: SmtpServer, campaign_id: int) -> None:
    """What left is known to have left, and nothing else is."""
    now = crowds.rows(shop, campaign_id)
    assert now["uncertain"] == 0
    assert now["sent"] < CROWD, "It was over before the signal; the test shows nothing."
    assert now["sent"] == crowds.received(post_office)
