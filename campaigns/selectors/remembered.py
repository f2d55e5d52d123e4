"""Keeps an answer for as long as its price justifies: what was quick to find is always found anew."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from redis import RedisError

# An answer that took 50 ms is kept for a second, one that took 1.5 s for half a minute.
TIMES_ITS_PRICE = 20
WORTH_KEEPING_SECONDS = 0.05
LONGEST_SECONDS = 120

Answer = TypeVar("Answer")


def remember(about: object, find: Callable[[], Answer], *, anew: bool = False) -> Answer:
    """`find()`, or its answer to the same question of a moment ago. `about` is what the answer depends on.

    `anew` asks again whatever is remembered, and those who ask after it get no older answer.
    """
    place = "campaigns:" + hashlib.blake2b(pickle.dumps(about), digest_size=16).hexdigest()
    try:
        kept: Answer | None = None if anew else cache.get(place)
        if kept is None:
            started = time.monotonic()
            kept = find()
            price = time.monotonic() - started
            if price > WORTH_KEEPING_SECONDS:
                cache.set(place, kept, timeout=min(price * TIMES_ITS_PRICE, LONGEST_SECONDS))
            elif anew:
                cache.delete(place)
        return kept
    except RedisError:
        return find()
