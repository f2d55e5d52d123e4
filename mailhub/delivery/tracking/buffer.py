"""Keeps hits in a Valkey stream until they are written to the database in batches.

An entry holds the hits that threads of one process had at the same time, each in a field of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import redis
from django.db import DatabaseError

from mailhub.delivery.tracking import hits, intake
from mailhub.delivery.tracking.hits import Hit
from mailhub.lib import valkey
from mailhub.lib.bundling import Bundler

STREAM = f"{valkey.PREFIX}tracking"
GROUP = "writers"
# One name for all writers: the group hands each entry out once, and names of dead processes don't pile up.
CONSUMER = "writer"
# Far longer than a batch takes; what is older was taken by a writer that died.
ABANDONED_AFTER = timedelta(seconds=60)
# A Valkey that hangs must not hold up every reader for its whole timeout.
REST = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Outage:
    """Until when this process leaves Valkey alone, on the monotonic clock."""

    until: float = 0.0


_outage = _Outage()
Entry = tuple[bytes, dict[bytes, bytes] | None]


def push(hit: Hit) -> None:
    """The hit is kept: in Valkey, or in the database when Valkey is away. Never raises on an outage."""
    if time.monotonic() >= _outage.until:
        try:
            _bundler.add(hit.dumps())
            return
        except redis.RedisError as error:
            _outage.until = time.monotonic() + REST.total_seconds()
            logger.warning("Valkey does not take hits (%s); they go straight to the database.", error)
    try:
        # Its key is its own: should Valkey have taken it after all, it is still one event.
        intake.write([hit])
    except DatabaseError:
        logger.exception("A hit could be kept neither in Valkey nor in the database: %s", hit.dumps())


def _add(texts: list[str]) -> None:
    fields: list[int | str] = [part for field in enumerate(texts) for part in field]
    valkey.lone_command("XADD", STREAM, "*", *fields)


_bundler = Bundler(_add)


def drain(limit: int) -> int:
    """Write the hits of up to `limit` new entries, and of as many that a dead writer had taken; how many entries.

    An entry leaves the stream only after its event is committed, and an event is known by its hit's
    key: a crash in between writes nothing twice. Any number may drain at once. Raises redis.RedisError.
    """
    client = valkey.client()
    _make_group(client)
    return _write(client, _fresh(client, limit)) + _write(client, _abandoned(client, limit))


def forget_outage() -> None:
    """Try Valkey again with the next hit."""
    _outage.until = 0.0


def _make_group(client: redis.Redis) -> None:
    try:
        client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
    except redis.ResponseError as error:
        if "BUSYGROUP" not in str(error):
            raise


def _fresh(client: redis.Redis, limit: int) -> list[Entry]:
    answer: Any = client.xreadgroup(GROUP, CONSUMER, {STREAM: ">"}, count=limit)
    return [entry for _, entries in answer or [] for entry in entries]


def _abandoned(client: redis.Redis, limit: int) -> list[Entry]:
    idle = int(ABANDONED_AFTER.total_seconds() * 1000)
    answer: Any = client.xautoclaim(STREAM, GROUP, CONSUMER, min_idle_time=idle, count=limit)
    return list(answer[1])


def _write(client: redis.Redis, entries: Sequence[Entry]) -> int:
    if not entries:
        return 0
    intake.write(list(_hits(entries)))
    _settle(client, entries)
    return len(entries)


def _hits(entries: Iterable[Entry]) -> Iterable[Hit]:
    for entry_id, fields in entries:
        for text in (fields or {}).values():
            try:
                yield hits.loads(text)
            except (ValueError, TypeError):
                logger.error("Entry %s of %s is no hit and is dropped: %r", entry_id.decode(), STREAM, text)


def _settle(client: redis.Redis, entries: Sequence[Entry]) -> None:
    ids = [entry_id for entry_id, _ in entries]
    with client.pipeline(transaction=True) as pipe:
        pipe.xack(STREAM, GROUP, *ids)
        pipe.xdel(STREAM, *ids)
        pipe.execute()
