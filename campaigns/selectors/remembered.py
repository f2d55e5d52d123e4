"""Keeps an answer for as long as its price justifies: what was quick to find is always found anew."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.cache import cache
from redis import RedisError

# An answer that took 50 ms is kept for a second, one that took 1.5 s for half a minute.
TIMES_ITS_PRICE = 20
WORTH_KEEPING_SECONDS = 0.05
LONGEST_SECONDS = 120
# What takes longer than this keeps no page waiting: pages show the last answer there is, of this day.
SLOW_SECONDS = 1.0
LAST_ANSWER_SECONDS = 24 * 60 * 60

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Answer]):
    """An answer, what it cost, and until when it counts as new (seconds since 1970)."""

    answer: Answer
    price: float
    good_until: float

    def is_good(self, *, outdated: bool) -> bool:
        return time.time() < self.good_until or (outdated and self.price > SLOW_SECONDS)


def remember(
    about: object, find: Callable[[], Answer], *, anew: bool = False, outdated: bool = False
) -> Answer:
    """`find()`, or its answer to the same question of a moment ago. `about` is what the answer depends on.

    `anew` asks again whatever is remembered, and those who ask after it get no older answer. `outdated`
    rather takes the last answer than wait for a slow one: who shows it says so, and asks anew beside it.
    """
    place = place_of(about)
    try:
        kept: Kept[Answer] | None = cache.get(place)
        if kept is not None and not anew and kept.is_good(outdated=outdated):
            return kept.answer
        started = time.monotonic()
        answer = find()
        price = time.monotonic() - started
        if price > WORTH_KEEPING_SECONDS:
            good_until = time.time() + min(price * TIMES_ITS_PRICE, LONGEST_SECONDS)
            timeout = LAST_ANSWER_SECONDS if price > SLOW_SECONDS else LONGEST_SECONDS
            cache.set(place, Kept(answer, price, good_until), timeout=timeout)
        elif kept is not None:
            cache.delete(place)
        return answer
    except RedisError:
        return find()


def place_of(about: object) -> str:
    """Where the cache keeps the answer to a question."""
    return "campaigns:kept:" + hashlib.blake2b(pickle.dumps(about), digest_size=16).hexdigest()
