"""Lets a route rest that failed as a whole, for all workers, so that letters take the next one meanwhile."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import redis

from mailhub.lib import clock, valkey

PREFIX = f"{valkey.PREFIX}routes:rest:"
# A route that keeps failing rests 1, 2, 4, then 5 minutes.
FIRST, LONGEST = timedelta(minutes=1), timedelta(minutes=5)
# A rest that ended so long ago has nothing to do with the next one.
REMEMBERED = timedelta(minutes=10)
MOST_REASON = 500

logger = logging.getLogger(__name__)
# Rests that Valkey could not be told of: they count in this process alone.
_untold: dict[str, Rest] = {}


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a route rests (or did lately) and until when; `step` counts how often in a row. Seconds since 1970."""

    began: float
    ends: float
    step: int
    reason: str

    @property
    def until(self) -> datetime:
        return datetime.fromtimestamp(self.ends, tz=UTC)

    @property
    def since(self) -> datetime:
        return datetime.fromtimestamp(self.began, tz=UTC)

    def is_on(self, now: datetime) -> bool:
        return now < self.until


def of(names: Iterable[str]) -> dict[str, Rest]:
    """By name the routes that rest or did lately. One round trip; without Valkey what this process knows."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    try:
        values: Any = valkey.client().mget([PREFIX + name for name in wanted])
    except redis.RedisError as error:
        logger.warning("Valkey does not answer (%s): each process knows its own resting routes only.", error)
        values = [None] * len(wanted)
    told = {name: Rest(**json.loads(value)) for name, value in zip(wanted, values, strict=True) if value}
    ours = {name: rest for name, rest in _untold.items() if name in wanted}
    return ours | told


def note(name: str, reason: str, *, after: Rest | None) -> None:
    """A route failed as a whole: nobody takes it for a while, unless all others rest as well.

    `after` is its rest as it was known when the letters were handed over. A failure that came during
    somebody else's rest belongs to that one; only one that came after it, or in spite of it, makes it longer.
    """
    now = clock.now()
    known = of([name]).get(name)
    if known and known.is_on(now) and (after is None or after.ends != known.ends):
        return
    step = known.step + 1 if known else 1
    length = min(FIRST * 2 ** min(step - 1, 8), LONGEST)
    began = known.began if known else now.timestamp()
    rest = Rest(began, (now + length).timestamp(), step, reason[:MOST_REASON])
    _untold.pop(name, None)
    try:
        kept_ms = int((length + REMEMBERED).total_seconds() * 1000)
        valkey.client().set(PREFIX + name, json.dumps(asdict(rest)), px=kept_ms)
    except redis.RedisError as error:
        logger.warning("Valkey does not answer (%s): a resting route is not shared.", error)
        _untold[name] = rest


def end(name: str) -> bool:
    """Take the route again at once, as one that never failed; False if it did not rest. Raises redis.RedisError."""
    was_ours = _untold.pop(name, None) is not None
    return bool(valkey.client().delete(PREFIX + name)) or was_ours


def forget() -> None:
    """Drop what only this process knows."""
    _untold.clear()
