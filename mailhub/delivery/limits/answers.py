"""How many answers of which kind a dispatch and a route got: counters in Valkey, made anew from the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mailhub.delivery.limits.health import Counts
from mailhub.delivery.limits.memory import PREFIX
from mailhub.delivery.models import Event, Message
from mailhub.delivery.models.events import EventType
from mailhub.delivery.models.ledger import MessageState
from mailhub.lib import valkey

# A route is judged by what it did in so many hours.
HOURS = 24
# Bounces and complaints come for days; after that a dispatch is history.
KEPT = timedelta(days=14)
WORDS = ("answered", "bounced", "complained")


def add_to_dispatch(dispatch_id: int, route_name: str | None, counted: Mapping[str, int]) -> Counts:
    """Count for a dispatch; what it stands at. Raises redis.RedisError.

    When Valkey does not know it, its counts are made from the ledger, in which `counted` stands already.
    """
    place = _dispatch(dispatch_id)
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.hexists(place, "begun")
        for word in WORDS:
            pipe.hincrby(place, word, counted.get(word, 0))
        _add_errors(pipe, place, counted)
        if route_name is not None:
            pipe.hset(place, "route", route_name)
        pipe.expire(place, KEPT)
        pipe.hgetall(place)
        begun, *_rest, found = pipe.execute()
    if not begun:
        return _begin(place, dispatch_id, _counts(found))
    return _counts(found)


def route_of(dispatch_id: int) -> str | None:
    """The route that a dispatch last took; None when that is forgotten. Raises redis.RedisError."""
    name: Any = valkey.client().hget(_dispatch(dispatch_id), "route")
    return name.decode() if name is not None else None


def add_to_route(route_name: str, counted: Mapping[str, int], *, now: datetime) -> Counts:
    """Count for a route in this hour; what its last day amounts to. Raises redis.RedisError."""
    place, hour = _route(route_name), _hour(now)
    with valkey.client().pipeline(transaction=True) as pipe:
        for word in WORDS:
            pipe.hincrby(place, f"{hour}:{word}", counted.get(word, 0))
        _add_errors(pipe, place, counted)
        pipe.expire(place, timedelta(hours=HOURS + 1))
        pipe.hgetall(place)
        found: dict[bytes, bytes] = pipe.execute()[-1]
    sums, old = dict.fromkeys(WORDS, 0), []
    for key, value in found.items():
        at, _, word = key.decode().partition(":")
        if word and int(at) > hour - HOURS:
            sums[word] += int(value)
        elif word:
            old.append(key)
    if old:
        valkey.client().hdel(place, *old)
    answered, bounced, complained = (max(sums[word], 0) for word in WORDS)
    return Counts(answered, bounced, complained, int(found.get(b"errors", 0)))


def begin_anew(dispatch_id: int, route_name: str | None, counts: Counts, *, now: datetime) -> None:
    """Forget the counts of a dispatch that was stopped, and take them off its route's."""
    place = _dispatch(dispatch_id)
    with valkey.client().pipeline(transaction=True) as pipe:
        pipe.hdel(place, *WORDS, "errors")
        if route_name is not None:
            values = (counts.answered, counts.bounced, counts.complained)
            for word, value in zip(WORDS, values, strict=True):
                pipe.hincrby(_route(route_name), f"{_hour(now)}:{word}", -value)
            pipe.hdel(_route(route_name), "errors")
        pipe.execute()


def forget_route(route_name: str) -> None:
    """Raises redis.RedisError."""
    valkey.client().delete(_route(route_name))


def _add_errors(pipe: Any, place: str, counted: Mapping[str, int]) -> None:
    """Errors in a row begin anew after any other answer."""
    if counted.get("accepted"):
        pipe.hset(place, "errors", counted.get("errors", 0))
    else:
        pipe.hincrby(place, "errors", counted.get("errors", 0))


def _begin(place: str, dispatch_id: int, now_known: Counts) -> Counts:
    counts = _from_ledger(dispatch_id)
    errors = now_known.errors_in_a_row
    figures = (counts.answered, counts.bounced, counts.complained, 1)
    with valkey.client().pipeline(transaction=True) as pipe:
        for word, figure in zip((*WORDS, "begun"), figures, strict=True):
            pipe.hset(place, word, figure)
        pipe.execute()
    return Counts(counts.answered, counts.bounced, counts.complained, errors)


def _from_ledger(dispatch_id: int) -> Counts:
    final = (MessageState.SENT, MessageState.FAILED, MessageState.UNCERTAIN)
    rows = Message.objects.filter(dispatch_id=dispatch_id, state__in=final)
    events = Event.objects.filter(dispatch_id=dispatch_id)
    bounces = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
    return Counts(
        answered=rows.exclude(reason="cannot_render").count(),
        bounced=events.filter(type__in=bounces).count(),
        complained=events.filter(type=EventType.COMPLAINED).count(),
    )


def _counts(found: Mapping[bytes, bytes]) -> Counts:
    values = [int(found.get(word.encode(), 0)) for word in (*WORDS, "errors")]
    return Counts(*values)


def _hour(now: datetime) -> int:
    return int(now.timestamp() // 3600)


def _dispatch(dispatch_id: int) -> str:
    return f"{PREFIX}answers:dispatch:{dispatch_id}"


def _route(route_name: str) -> str:
    return f"{PREFIX}answers:route:{route_name}"
