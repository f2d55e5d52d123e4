"""Finds and talks to Valkey or Redis: broker, cache, and the tracker's buffer."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import redis
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

PREFIX = "mailhub:"


def note_path(data: Path) -> Path:
    """Where the supervisor writes down the socket of the Valkey that it started."""
    return data / "valkey.json"


def socket_path(data: Path) -> Path:
    """A short private path (a unix socket's may have 107 characters), the same for one data folder."""
    name = hashlib.blake2b(str(data).encode(), digest_size=6).hexdigest()
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    return Path(base) / f"mailhub-{os.getuid()}-{name}" / "valkey.sock"


def find_url(configured: str, data: Path) -> str:
    """The URL of `REDIS_URL`, else of the running embedded Valkey, else of where it will run."""
    if configured:
        scheme = urlsplit(configured).scheme
        if scheme not in ("redis", "rediss", "redis+socket", "unix"):
            raise ImproperlyConfigured(
                f"REDIS_URL starts with {scheme!r}; it must look like redis://host:6379/0 or unix:///path."
            )
        try:
            _client(configured)
        except ValueError as error:
            raise ImproperlyConfigured(f"REDIS_URL is no address of a server ({error}).") from error
        return configured
    try:
        return str(json.loads(note_path(data).read_text())["url"])
    except (OSError, ValueError, KeyError):
        return f"unix://{socket_path(data)}?db=0"


def cache_url(url: str) -> str:
    """The same server as redis-py spells it."""
    return url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")


def broker_url(url: str) -> str:
    """The same server as Celery spells it."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    database = parse_qs(parts.query).get("db", ["0"])[-1]
    return f"redis+socket://{parts.path}?virtual_host={database}"


@cache
def _client(url: str) -> redis.Redis:
    # One more try mends a connection that the server has dropped; redis-py's own three, with pauses of
    # seconds, would hold up every request and every ring while the server is away.
    retry = Retry(NoBackoff(), 1)
    return redis.Redis.from_url(cache_url(url), socket_timeout=5, socket_connect_timeout=2, retry=retry)


def client() -> redis.Redis:
    """This process's client; its calls raise `redis.RedisError` when the server is away."""
    from django.conf import settings

    return _client(settings.REDIS_URL)


@cache
def _connection(url: str, pid: int) -> redis.connection.AbstractConnection:
    # By process: a forked child must not talk over its parent's socket.
    return _client(url).connection_pool.get_connection()


def lone_command(*parts: redis.typing.EncodableT) -> Any:
    """The server's answer to one command, by a connection for one thread at a time; raises `redis.RedisError`.

    At half the cost of `client`, which takes a connection out of a pool for each.
    """
    from django.conf import settings

    connection = _connection(settings.REDIS_URL, os.getpid())

    def ask() -> Any:
        connection.send_command(*parts)  # type: ignore[no-untyped-call]
        return connection.read_response()

    return connection.retry.call_with_retry(ask, lambda error: connection.disconnect())  # type: ignore[no-untyped-call]
