"""/healthz and /readyz tell the truth."""

from __future__ import annotations

import pytest
import redis
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from mailhub.lib import heartbeat, valkey
from mailhub.web import health

ROLES = (heartbeat.BULK, heartbeat.EXPRESS, heartbeat.JOBS, heartbeat.BEAT)


@pytest.fixture
def everybody_alive() -> None:
    for role in ROLES:
        heartbeat.write(role)


@pytest.fixture
def broker_away(settings: Settings) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"


def test_healthz_needs_nothing_but_the_process(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.head("/healthz").status_code == 200


@pytest.mark.django_db
def test_readyz_is_200_when_all_is_well(client: Client, everybody_alive: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert set(answer.json()["checks"]) >= {"database", "broker", "worker bulk", "worker express", "beat"}
    assert set(answer.json()["checks"].values()) == {"ok"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "name"),
    [
        (heartbeat.BULK, "worker bulk"),
        (heartbeat.EXPRESS, "worker express"),
        (heartbeat.JOBS, "worker jobs"),
        (heartbeat.BEAT, "beat"),
    ],
)
def test_readyz_names_the_part_that_is_dead(
    client: Client, everybody_alive: None, role: str, name: str
) -> None:
    heartbeat.remove(role)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {key for key, value in answer.json()["checks"].items() if value != "ok"} == {name}


@pytest.mark.django_db
def test_readyz_names_a_migration_that_is_missing(client: Client, everybody_alive: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="accounts", name="0001_initial").delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "accounts.0001_initial" in answer.json()["checks"]["database"]


@pytest.mark.django_db
def test_readyz_says_that_the_broker_is_away(client: Client, broker_away: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "does not answer" in answer.json()["checks"]["broker"]
    assert answer.json()["checks"]["database"] == "ok"


def test_a_room_above_can_add_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_checks", {})
    health.register("letterbox", lambda: "It is full.")
    assert health._run(health._checks["letterbox"]) == "It is full."


def test_a_client_of_an_absent_server_fails_at_once(broker_away: None) -> None:
    with pytest.raises(redis.ConnectionError):
        valkey.client().ping()
