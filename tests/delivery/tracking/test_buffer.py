"""Hits wait in Valkey, and no crash, race or outage loses or doubles one."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection

from mailhub.delivery.models import Dispatch, Event
from mailhub.delivery.tracking import buffer, intake
from mailhub.delivery.tracking.hits import Hit
from mailhub.delivery.tracking.tasks import drain_tracking

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LONG_AGO_MS = 120_000


def anonymous_hit(dispatch: Dispatch) -> Hit:
    key = f"hit:{secrets.token_hex(6)}"
    return Hit(key, "opened", NOON, dispatch.pk, 0, None, "", "", False, "human")


def push(dispatch: Dispatch, *, count: int) -> None:
    for _ in range(count):
        buffer.push(anonymous_hit(dispatch))


def let_time_pass(client: redis.Redis) -> None:
    """Make what a writer has taken look as if it took it two minutes ago."""
    waiting = client.xpending_range(buffer.STREAM, buffer.GROUP, "-", "+", 1000)
    ids = [entry["message_id"] for entry in waiting]
    client.xclaim(buffer.STREAM, buffer.GROUP, buffer.CONSUMER, 0, ids, idle=LONG_AGO_MS, justid=True)


def test_hits_wait_in_valkey_until_they_are_drained(dispatch: Dispatch, valkey: redis.Redis) -> None:
    push(dispatch, count=3)
    assert (Event.objects.count(), valkey.xlen(buffer.STREAM)) == (0, 3)
    assert buffer.drain(100) == 3
    assert (Event.objects.count(), valkey.xlen(buffer.STREAM)) == (3, 0)
    assert buffer.drain(100) == 0


def test_a_drain_takes_no_more_than_its_limit(dispatch: Dispatch) -> None:
    push(dispatch, count=5)
    assert [buffer.drain(2) for _ in range(4)] == [2, 2, 1, 0]
    assert Event.objects.count() == 5


def test_the_task_empties_the_buffer(dispatch: Dispatch, valkey: redis.Redis) -> None:
    push(dispatch, count=5)
    drain_tracking()
    assert (Event.objects.count(), valkey.xlen(buffer.STREAM)) == (5, 0)


def test_what_a_dead_writer_took_is_written_by_another(dispatch: Dispatch, valkey: redis.Redis) -> None:
    push(dispatch, count=3)
    assert buffer.drain(1) == 1
    valkey.xreadgroup(buffer.GROUP, buffer.CONSUMER, {buffer.STREAM: ">"}, count=2)
    assert buffer.drain(100) == 0
    let_time_pass(valkey)
    assert buffer.drain(100) == 2
    assert (Event.objects.count(), valkey.xlen(buffer.STREAM)) == (3, 0)


def test_a_crash_between_commit_and_acknowledgement_writes_nothing_twice(
    dispatch: Dispatch, valkey: redis.Redis
) -> None:
    hit = anonymous_hit(dispatch)
    buffer.push(hit)
    valkey.xgroup_create(buffer.STREAM, buffer.GROUP, id="0")
    valkey.xreadgroup(buffer.GROUP, buffer.CONSUMER, {buffer.STREAM: ">"}, count=1)
    intake.write([hit])
    let_time_pass(valkey)
    assert buffer.drain(100) == 1
    assert Event.objects.count() == 1


def test_what_is_no_hit_is_dropped_and_stops_nothing(dispatch: Dispatch, valkey: redis.Redis) -> None:
    valkey.xadd(buffer.STREAM, {"hit": "[1, 2"})
    valkey.xadd(buffer.STREAM, {"other": "x"})
    push(dispatch, count=1)
    assert buffer.drain(100) == 3
    assert (Event.objects.count(), valkey.xlen(buffer.STREAM)) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_time_write_every_hit_once(dispatch: Dispatch, valkey: redis.Redis) -> None:
    push(dispatch, count=120)

    def drain_all(_: int) -> int:
        try:
            return sum(iter(lambda: buffer.drain(10), 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as writers:
        written = sum(writers.map(drain_all, range(3)))
    assert (written, Event.objects.count(), valkey.xlen(buffer.STREAM)) == (120, 120, 0)


@pytest.fixture
def no_valkey(settings: Any, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/nobody-listens.sock"


@pytest.mark.usefixtures("no_valkey")
def test_without_valkey_hits_go_straight_to_the_database(dispatch: Dispatch) -> None:
    push(dispatch, count=2)
    assert Event.objects.count() == 2


@pytest.mark.usefixtures("no_valkey")
def test_without_valkey_the_task_ends_quietly(db: None) -> None:
    drain_tracking()


def test_a_hit_that_was_buffered_and_written_all_the_same_is_one_event(dispatch: Dispatch) -> None:
    hit = anonymous_hit(dispatch)
    buffer.push(hit)
    intake.write([hit])
    buffer.drain(100)
    assert Event.objects.count() == 1


def test_what_several_threads_have_at_once_is_one_entry(dispatch: Dispatch, valkey: redis.Redis) -> None:
    texts = [anonymous_hit(dispatch).dumps() for _ in range(3)]
    buffer._add(texts)
    assert valkey.xlen(buffer.STREAM) == 1
    assert (buffer.drain(100), Event.objects.count()) == (1, 3)


def test_a_connection_that_the_server_dropped_is_made_anew(dispatch: Dispatch, valkey: redis.Redis) -> None:
    push(dispatch, count=1)
    for client in valkey.client_list():
        if int(client["id"]) != valkey.client_id():
            valkey.client_kill_filter(_id=client["id"])
    push(dispatch, count=1)
    assert buffer.drain(100) == 2
