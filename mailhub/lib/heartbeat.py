"""Signs of life: each worker and beat writes one to Valkey, and whoever needs them asks here."""

from __future__ import annotations

import os
import socket

from mailhub.lib import valkey

BULK, EXPRESS, JOBS, BEAT = "bulk", "express", "jobs", "beat"
INTERVAL_SECONDS = 2
# Long enough for a machine that is busy starting five processes, short enough to notice a death.
LIFETIME_SECONDS = 10

_KNOWN = f"{valkey.PREFIX}heartbeats"


def write(role: str) -> None:
    """This process does the work of `role` now; raises redis.RedisError."""
    key = _key(role)
    with valkey.client().pipeline(transaction=False) as pipe:
        pipe.set(key, os.getpid(), ex=LIFETIME_SECONDS)
        pipe.sadd(_KNOWN, key)
        pipe.execute()


def remove(role: str) -> None:
    """This process stops doing the work of `role`; raises redis.RedisError."""
    with valkey.client().pipeline(transaction=False) as pipe:
        pipe.delete(_key(role))
        pipe.srem(_KNOWN, _key(role))
        pipe.execute()


def forget_own_machine() -> None:
    """Before this machine's processes start: what a killed one left behind proves nothing. RedisError."""
    client = valkey.client()
    own = [key for key in client.smembers(_KNOWN) if _text(key).split(":")[3] == socket.gethostname()]
    if own:
        client.delete(*own)
        client.srem(_KNOWN, *own)


def alive(role: str) -> bool:
    """Whether any process of any machine does the work of `role`; raises redis.RedisError."""
    return role in roles()


def roles() -> set[str]:
    """The roles that have a living process; forgets the names of the dead. Raises redis.RedisError."""
    client = valkey.client()
    keys = sorted(client.smembers(_KNOWN))
    values = client.mget(keys) if keys else []
    dead = [key for key, value in zip(keys, values, strict=True) if value is None]
    if dead:
        client.srem(_KNOWN, *dead)
    return {_text(key).split(":")[2] for key in keys if key not in dead}


def _text(key: bytes | str) -> str:
    return key.decode() if isinstance(key, bytes) else key


def _key(role: str) -> str:
    return f"{valkey.PREFIX}heartbeat:{role}:{socket.gethostname()}:{os.getpid()}"
