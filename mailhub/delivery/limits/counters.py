"""Runs the scripts of lua/ in Valkey: the one place where letters are counted, atomic for all workers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import redis
from redis.commands.core import Script

from mailhub.delivery.limits import memory
from mailhub.delivery.limits.memory import BACK_OFFS, MARK, REGISTER
from mailhub.delivery.limits.rules import Rule
from mailhub.delivery.limits.windows import Kind
from mailhub.lib import valkey

BACK_OFF = -1


@dataclass(frozen=True, slots=True)
class Group:
    """Letters that the same rules are for; `waits` is their field among the back-offs, or ""."""

    rules: tuple[int, ...]
    waits: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """So many letters of a day must be reserved before the question can be answered."""

    rule: int
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the script decided. Rules and groups are numbered from 0, as they were handed in.

    `blocked` has for each letter None, or the rule that stops it, or BACK_OFF. `releases` says for a rule when
    how many places come free. With `lost` or `needs` nothing was decided.
    """

    now: datetime
    blocked: tuple[int | None, ...] = ()
    releases: Mapping[int, Sequence[tuple[datetime, int]]] | None = None
    waits: Mapping[int, datetime] | None = None
    needs: tuple[Need, ...] = ()
    lost: bool = False


def place(rule: Rule) -> str:
    return f"{memory.PREFIX}count:{rule.key}"


def admit(
    *,
    rules: Sequence[Rule],
    groups: Sequence[Group],
    letters: Sequence[int],
    grant: str,
    owner: str,
    lasts: timedelta,
    reserved: Sequence[tuple[int, str, int, int]] = (),
    now: datetime | None = None,
) -> Answer:
    """Ask once for all `letters` (each the number of its group). Raises redis.RedisError."""
    keys = [MARK, REGISTER, BACK_OFFS, *(place(rule) for rule in rules)]
    parameters = [
        memory.mark(),
        ms(now) if now else "",
        grant,
        owner,
        int(lasts.total_seconds() * 1000),
        json.dumps([shape(rule) for rule in rules]),
        json.dumps([{"rules": [n + 1 for n in group.rules], "waits": group.waits} for group in groups]),
        json.dumps([group + 1 for group in letters]),
        json.dumps([[rule + 1, *rest] for rule, *rest in reserved]),
    ]
    raw: Any = script("admit")(keys=keys, args=parameters, client=valkey.client())
    return _answer(json.loads(raw))


def settle(
    grant: str, tried: Sequence[tuple[str, dict[str, Any], int]], *, now: datetime | None = None
) -> None:
    """End a grant: of each (place, shape of the rule, letters tried) that many count from now on.

    Raises redis.RedisError.
    """
    keys = [REGISTER, *(where for where, _, _ in tried)]
    described = [{**rule, "tried": count} for _, rule, count in tried]
    parameters = [ms(now) if now else "", grant, json.dumps(described)]
    script("settle")(keys=keys, args=parameters, client=valkey.client())


@dataclass(frozen=True, slots=True)
class Usage:
    """What counts in a rule's window now: letters that left, and letters on their way.

    `frees_at` is when the first of those that left counts no more.
    """

    used: int
    open: int
    frees_at: datetime | None = None

    @property
    def total(self) -> int:
        return self.used + self.open


def usage(rules: Sequence[Rule], *, now: datetime) -> list[Usage]:
    """How much of each rule is used; changes nothing. Raises redis.RedisError."""
    with valkey.client().pipeline(transaction=False) as pipe:
        for rule in rules:
            pipe.hgetall(place(rule))
        return [_usage(rule, values, now) for rule, values in zip(rules, pipe.execute(), strict=True)]


def _usage(rule: Rule, values: dict[bytes, bytes], now: datetime) -> Usage:
    used, on_way, first = 0, 0, None
    window, label = rule.window, rule.segment(now).day.isoformat()
    oldest = (ms(now) - window.length_ms) // window.slot_ms if window.slot_ms else 0
    for field, value in values.items():
        sort, _, rest = field.decode().partition(":")
        if sort == "g":
            on_way += int(value)
        elif sort == "s" and int(rest) >= oldest:
            used, first = used + int(value), min(first or int(rest), int(rest))
        elif sort == "d" and rest == label:
            used += int(value)
    if window.kind is Kind.DAY:
        return Usage(used, on_way, rule.next_start(now))
    ends = (first * window.slot_ms + window.length_ms + window.slot_ms) if first is not None else None
    return Usage(used, on_way, moment(ends) if ends else None)


def grants() -> dict[str, dict[str, Any]]:
    """Every grant that has not been settled, as lua/admit.lua wrote it. Raises redis.RedisError."""
    found: dict[bytes, bytes] = valkey.client().hgetall(REGISTER)  # type: ignore[assignment]
    return {key[2:].decode(): json.loads(value) for key, value in found.items() if key.startswith(b"g:")}


def shape(rule: Rule) -> dict[str, Any]:
    """A rule as the scripts read it."""
    return {
        "kind": rule.window.kind.value,
        "length": rule.window.length_ms,
        "slot": rule.window.slot_ms,
        "spare": rule.spare,
        "segments": [[ms(part.start), part.cap, part.day.isoformat()] for part in rule.segments],
    }


@cache
def script(name: str) -> Script:
    """One of lua/, registered once."""
    text = (resources.files("mailhub.delivery.limits") / "lua" / f"{name}.lua").read_text(encoding="utf-8")
    return valkey.client().register_script(text)


def _answer(found: dict[str, Any]) -> Answer:
    now = moment(found["now"])
    if found.get("lost"):
        return Answer(now, lost=True)
    if found.get("need"):
        needs = tuple(Need(int(rule) - 1, label, int(count)) for rule, label, count in found["need"])
        return Answer(now, needs=needs)
    return Answer(
        now,
        blocked=tuple(None if by == 0 else BACK_OFF if by < 0 else int(by) - 1 for by in found["blocked"]),
        releases={int(key) - 1: _releases(rule["releases"]) for key, rule in _items(found["rules"])},
        waits={int(key) - 1: moment(until) for key, until in _items(found["waits"])},
    )


def _items(table: Any) -> list[tuple[str, Any]]:
    # Lua does not tell an empty list from an empty table.
    return list(table.items()) if isinstance(table, dict) else []


def _releases(table: Any) -> list[tuple[datetime, int]]:
    return sorted((moment(at), int(count)) for at, count in (table if isinstance(table, list) else []))


def ms(at: datetime) -> int:
    """Milliseconds since 1970, as the scripts count."""
    return int(at.timestamp() * 1000)


def moment(ms: float) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)


Unreachable = redis.RedisError
