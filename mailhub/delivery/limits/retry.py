"""When a letter that was put off is tried again, and when it is given up: rules 3.6, pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal, Protocol

from django.conf import settings

FIRST, LONGEST = timedelta(minutes=5), timedelta(hours=4)
# So far ahead another end may name the time of the next try.
LONGEST_NAMED = timedelta(hours=24)
# Letters that were put off together must not come back together.
JITTER = 0.25


class Chance(Protocol):
    """A source of random numbers; `random.Random` is one."""

    def uniform(self, a: float, b: float, /) -> float: ...


CHANCE = Random()


def delay(attempts: int, rng: Chance = CHANCE) -> timedelta:
    """How long to wait after the `attempts`-th try (1 = the first): 5 min, 10 min … up to 4 h.

    By chance up to a quarter longer; never less than 5 minutes and never more than 4 hours.
    """
    doubled: timedelta = FIRST * 2 ** min(max(attempts, 1) - 1, 16)
    shortest: timedelta = min(doubled, LONGEST / (1 + JITTER))
    return shortest * rng.uniform(1, 1 + JITTER)


def next_at(attempts: int, now: datetime, rng: Chance = CHANCE) -> datetime:
    """The moment of the next try of a letter that was just tried for the `attempts`-th time."""
    return now + delay(attempts, rng)


def give_up_after(stream: str) -> timedelta:
    """How long a letter of `stream` is tried: 24 hours for marketing, 4 days else, unless set otherwise."""
    if stream == "marketing":
        return timedelta(hours=settings.MAILHUB_MARKETING_RETRY_HOURS)
    return timedelta(hours=settings.MAILHUB_TRANSACTIONAL_RETRY_HOURS)


def tries_within(period: timedelta) -> int:
    """How many tries the schedule without its chance holds in `period`; at least one."""
    tries, passed = 1, timedelta()
    while (passed := passed + _planned(tries)) <= period:
        tries += 1
    return tries


def _planned(attempts: int) -> timedelta:
    """The wait after the `attempts`-th try without its chance."""
    doubled: timedelta = FIRST * 2 ** min(attempts - 1, 16)
    return min(doubled, LONGEST)


@dataclass(frozen=True, slots=True)
class Next:
    """What is to become of a letter that was put off: `at` its next try, else the `reason` why there is none."""

    at: datetime | None
    reason: Literal["deferred", "gave_up", "too_late"]


def after_deferral(
    *,
    attempts: int,
    stream: str,
    now: datetime,
    deadline_at: datetime | None = None,
    not_before: datetime | None = None,
    named_at: datetime | None = None,
    rng: Chance = CHANCE,
) -> Next:
    """What follows on the `attempts`-th deferral (this one counted).

    Tries are counted, not hours since the launch: a letter that waited for room under a limit, or for a
    worker that was down, has had no chance yet. `not_before` is when a back-off of its domain ends: no try
    comes sooner. `named_at` is what the other end said, such as Retry-After: it counts where it is later than
    the schedule's time, and before the deadline and the end of the letter's period. With a `deadline_at` that
    no further try can meet, it is `too_late` now.
    """
    if attempts >= tries_within(give_up_after(stream)):
        return Next(None, "gave_up")
    at = next_at(attempts, now, rng)
    if not_before is not None and not_before > at:
        at = not_before
    if named_at is not None and at < named_at <= _latest(attempts, stream, now, deadline_at):
        at = named_at
    if deadline_at is not None and at > deadline_at:
        return Next(None, "too_late")
    return Next(at, "deferred")


def _latest(attempts: int, stream: str, now: datetime, deadline_at: datetime | None) -> datetime:
    """Until when a named time counts: a try behind it would come when the letter is of no use any more."""
    passed = sum((_planned(number) for number in range(1, attempts)), timedelta())
    latest = now + min(LONGEST_NAMED, give_up_after(stream) - passed)
    return latest if deadline_at is None else min(latest, deadline_at)
