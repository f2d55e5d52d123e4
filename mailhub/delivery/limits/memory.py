"""Notices that Valkey has lost its counters, by a flush or a restart, and begins anew without exceeding a cap."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

import redis
from django.db import transaction

from mailhub.delivery.models import CounterMark
from mailhub.lib import clock, valkey

PREFIX = f"{valkey.PREFIX}limits:"
MARK = f"{PREFIX}mark"
REGISTER = f"{PREFIX}grants"
BACK_OFFS = f"{PREFIX}back-offs"

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """The mark as this process last knew it."""

    mark: str = ""


_known = _Known()


def mark() -> str:
    """What the counters must answer with: a word, a space, and the run of the server that keeps them."""
    return _known.mark


def begin_anew(client: redis.Redis) -> None:
    """Agree on a mark with all other processes, whatever happened to Valkey.

    With its memory lost, or restarted from a file that may be old, every sliding window counts as used up
    from now on until it has passed once, and every day up to what was reserved of it. A server that writes
    each change to its file (`appendonly`) has lost nothing by a restart. The first mark of a database begins
    with empty windows: nothing was limited before. Raises redis.RedisError.
    """
    with transaction.atomic(durable=True):
        kept, _ = CounterMark.objects.select_for_update().get_or_create(
            pk=1, defaults={"word": "", "set_at": clock.now()}
        )
        run, appends = _server(client)
        word, _, known_run = kept.word.partition(" ")
        is_there = bool(word) and client.get(MARK) == word.encode()
        is_intact = is_there and (run == known_run or appends)
        if not is_intact:
            is_first = not word
            word = secrets.token_hex(8)
            _forget(client, word, was_used=not is_first)
        if kept.word != f"{word} {run}":
            kept.word, kept.set_at = f"{word} {run}", clock.now()
            kept.save()
    _known.mark = kept.word


def _server(client: redis.Redis) -> tuple[str, bool]:
    """The run of the server, and whether it keeps every change over a restart."""
    info = client.info("server")
    return str(info["run_id"]), bool(client.info("persistence").get("aof_enabled"))


def _forget(client: redis.Redis, word: str, *, was_used: bool) -> None:
    """Drop every counter and set the mark; the back-offs stay, they only ever make slower."""
    stale = [key for key in client.scan_iter(f"{PREFIX}*", count=1000) if key != BACK_OFFS.encode()]
    with client.pipeline(transaction=True) as pipe:
        if stale:
            pipe.delete(*stale)
        if was_used:
            logger.warning("Valkey lost the counters of the limits: each window is waited out once.")
            seconds, micros = client.time()
            pipe.hset(REGISTER, "lost_at", str(int(seconds) * 1000 + int(micros) // 1000))
        pipe.set(MARK, word)
        pipe.execute()
