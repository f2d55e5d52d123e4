"""Counts how often something was done lately, for all processes alike."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from redis import RedisError

from mailhub.lib import valkey

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether one more was within the limit; `count` includes this one."""

    allowed: bool
    count: int
    retry_after_seconds: int


def take(name: str, key: str, *, limit: int, seconds: int) -> Taken:
    """Count one more of `name` for `key` in the window of `seconds` that its first use opened.

    Refused ones are counted too, but open no new window: whoever keeps trying gets in again when the
    window ends. Allowed when Valkey does not answer: a limit must not become an outage.
    """
    place = _place(name, key)
    try:
        pipe = valkey.client().pipeline()
        pipe.set(place, 0, ex=seconds, nx=True)
        pipe.incr(place)
        pipe.ttl(place)
        _, count, left = pipe.execute()
    except RedisError:
        log.warning("Valkey does not answer: the limit %r lets everything through.", name)
        return Taken(True, 0, 0)
    return Taken(count <= limit, count, 0 if count <= limit else max(int(left), 1))


def give_back(name: str, key: str) -> None:
    """Take one use back, as when it turned out to be a rightful one."""
    try:
        place, client = _place(name, key), valkey.client()
        # A window that ended meanwhile must not come back without an end.
        if client.exists(place):
            client.decr(place)
    except RedisError:
        log.warning("Valkey does not answer: the limit %r was not given back.", name)


def used(name: str, key: str) -> int:
    """How many were counted in the window that is open now."""
    try:
        return int(valkey.client().get(_place(name, key)) or 0)
    except RedisError:
        return 0


def forget(name: str, key: str) -> None:
    """Begin anew, as after a successful sign-in."""
    try:
        valkey.client().delete(_place(name, key))
    except RedisError:
        log.warning("Valkey does not answer: the limit %r was not reset.", name)


def _place(name: str, key: str) -> str:
    # Keys may be addresses of people: only a digest is kept.
    digest = hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return f"{valkey.PREFIX}limit:{name}:{digest}"
