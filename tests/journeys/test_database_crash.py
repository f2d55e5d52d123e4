"""PostgreSQL that crashes in the middle of a campaign and comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.installation import Installation
from tests.journeys import crowds
from tests.journeys.crowds import CONNECTIONS, CROWD, SENDERS
from tests.postoffice import SmtpServer


@pytest.fixture
def post_office() -> Iterator[SmtpServer]:
    server = SmtpServer(seconds_a_letter=0.02)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database() -> Path:
    """The folder of a server that nobody else uses: this one may crash."""
    return servers.make_folder()


@pytest.fixture
def shop(tmp_path: Path, database: Path, post_office: SmtpServer) -> Iterator[Installation]:
    binaries = os.environ.get("MAILHUB_TEST_POSTGRESQL")
    url = servers.start_postgresql(
        database, Path(binaries) if binaries else None, settings=servers.OUTLIVES_A_CRASH
    )
    running = crowds.open_shop(
        tmp_path / "data", post_office, DATABASE_URL=url.replace("/mailhub?", "/postgres?")
    )
    try:
        crowds.fill(running)
        yield running
    finally:
        running.stop_by(running.process.terminate)


def test_a_crash_of_the_database_loses_nothing_and_mails_nobody_twice(
    shop: Installation, post_office: SmtpServer, database: Path
) -> None:
    campaign_id = crowds.launch(shop, "crowd")
    crowds.wait_for_letters(shop, post_office, 100)
    servers.crash_postgresql(database)
    crowds.wait_for_state(shop, campaign_id)
    now = crowds.rows(shop, campaign_id)
    assert now["sent"] + now["uncertain"] == CROWD
    assert now["uncertain"] <= SENDERS * CONNECTIONS
    assert now["sent"] <= crowds.received(post_office) <= CROWD
