"""Slows down for a receiving domain that asks for it: rules 3.5, kept in Valkey for all workers."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.limits import configured, counters, retry
from mailhub.delivery.limits.memory import BACK_OFFS
from mailhub.delivery.limits.retry import CHANCE, Chance
from mailhub.lib import clock, valkey

# How many times in a row the wait grows: 5, 10, 20 … minutes reach 4 hours at the seventh.
STEPS = 7
# How long a process may not have heard of the first back-off that another one noted.
TTL = timedelta(seconds=2)
# A wait that ended so long ago has nothing to do with the next one.
REMEMBERED = timedelta(days=1)

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Cache:
    there_are: bool = False
    until: float = 0.0


_cache = _Cache()


def place(route_name: str, domain: str) -> str:
    """The field of a domain: one route's address may be slowed down while another's is welcome.

    `route_name` is a stored route's, "" of any other.
    """
    return f"{route_name}|{domain}"


def asks_to_slow_down(outcome: Outcome) -> bool:
    """Whether an answer is about how much we send, not about its letter: 421, or 4.7.x of RFC 3463."""
    if outcome.verdict is not Verdict.DEFERRED:
        return False
    return outcome.code == 421 or outcome.enhanced.startswith("4.7.")


def note(
    route_key: str,
    answers: Iterable[tuple[str, Outcome]],
    *,
    now: datetime | None = None,
    rng: Chance = CHANCE,
) -> dict[str, datetime]:
    """Take in what receiving domains answered to a window: (domain, outcome) of each letter.

    A domain that asked to slow down gets nothing for 5 minutes, then 10, up to 4 hours, by chance up to a
    quarter longer; a letter that it accepts afterwards ends that. Returns until when each domain that asked
    waits: the letters concerned are due again then. No round trip when nobody asked and nobody waits.
    """
    slow, fine = set[str](), set[str]()
    for domain, outcome in answers:
        if asks_to_slow_down(outcome):
            slow.add(domain)
        elif outcome.verdict is Verdict.ACCEPTED:
            fine.add(domain)
    fine = fine - slow if any_lately() else set()
    route_name = configured.of_route(route_key).name_of(route_key)
    notes = [_note(route_name, domain, rng) for domain in sorted(slow)]
    notes += [_note(route_name, domain, rng) | {"accepted": True} for domain in sorted(fine)]
    if not notes:
        return {}
    try:
        untils = _run(notes, now)
    except counters.Unreachable as error:
        logger.warning("Valkey does not answer (%s): a back-off is not shared.", error)
        return {domain: (now or clock.now()) + retry.delay(1, rng) for domain in slow}
    _cache.there_are, _cache.until = True, time.monotonic() + TTL.total_seconds()
    return dict(zip(sorted(slow), untils, strict=False))


def until(route_key: str, domain: str, *, now: datetime | None = None) -> datetime | None:
    """When `domain` takes letters of a route again; None when it does now. Raises redis.RedisError."""
    route_name = configured.of_route(route_key).name_of(route_key)
    value: Any = valkey.client().hget(BACK_OFFS, place(route_name, domain))
    ends = counters.moment(float(value.split()[0])) if value else None
    return ends if ends and ends > (now or clock.now()) else None


def standing(*, now: datetime) -> list[tuple[str, str, datetime]]:
    """(route name, domain, until) of every domain that waits, the longest wait first. Raises redis.RedisError."""
    found: Any = valkey.client().hgetall(BACK_OFFS)
    rows = []
    for key, value in found.items():
        route_name, _, domain = key.decode().rpartition("|")
        ends = counters.moment(float(value.split()[0]))
        if ends > now:
            rows.append((route_name, domain, ends))
    return sorted(rows, key=lambda row: (row[2], row[1]), reverse=True)


def forget(route_name: str, domain: str) -> None:
    """Send to `domain` again at once. Raises redis.RedisError."""
    valkey.client().hdel(BACK_OFFS, place(route_name, domain))


def prune(*, now: datetime) -> int:
    """Forget the domains that nothing was sent to for a day after their wait; how many. Raises redis.RedisError."""
    found: Any = valkey.client().hgetall(BACK_OFFS)
    old = [key for key, value in found.items() if counters.moment(float(value.split()[0])) < now - REMEMBERED]
    if old:
        valkey.client().hdel(BACK_OFFS, *old)
    return len(old)


def any_lately() -> bool:
    """Whether some domain is backed off from, as of at most TTL ago."""
    if time.monotonic() >= _cache.until:
        try:
            _cache.there_are = bool(valkey.client().hlen(BACK_OFFS))
        except counters.Unreachable:
            _cache.there_are = False
        _cache.until = time.monotonic() + TTL.total_seconds()
    return _cache.there_are


def forget_cache() -> None:
    """Ask Valkey anew at the next question."""
    _cache.until = 0.0


def _note(route_name: str, domain: str, rng: Chance) -> dict[str, Any]:
    delays = [int(retry.delay(step, rng).total_seconds() * 1000) for step in range(1, STEPS + 1)]
    return {"field": place(route_name, domain), "accepted": False, "delays": delays}


def _run(notes: list[dict[str, Any]], now: datetime | None) -> list[datetime]:
    given = counters.ms(now) if now else ""
    raw: Any = counters.script("note")(
        keys=[BACK_OFFS], args=[given, json.dumps(notes)], client=valkey.client()
    )
    return [counters.moment(until) for until in json.loads(raw)]
