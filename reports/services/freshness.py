"""Brings in the opens and clicks that still wait in the tracker's buffer."""

from __future__ import annotations

from redis import RedisError

from mailhub.delivery.tracking import buffer

BATCH = 2000
# New hits come in while these are written; a report need not wait for the last of them.
MOST_BATCHES = 50


def catch_up() -> bool:
    """Every hit that was buffered before the call is an event now; False when the buffer can't be read."""
    try:
        for _ in range(MOST_BATCHES):
            if buffer.drain(BATCH) < BATCH:
                break
    except RedisError:
        return False
    return True
