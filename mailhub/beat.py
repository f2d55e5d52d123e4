"""Celery's scheduler, with a heartbeat that proves that it ticks."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from celery.beat import PersistentScheduler
from redis import RedisError

from mailhub.lib import heartbeat


class TickingScheduler(PersistentScheduler):
    """Remembers on disk when each entry ran, so that restarting does not starve the daily ones."""

    written_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        if time.monotonic() - self.written_at >= heartbeat.INTERVAL_SECONDS:
            # Without a broker nothing can be rung, and no heartbeat is the truth.
            with contextlib.suppress(RedisError):
                heartbeat.write(heartbeat.BEAT)
                self.written_at = time.monotonic()
        return float(super().tick(*args, **kwargs))

    def close(self) -> None:
        with contextlib.suppress(RedisError):
            heartbeat.remove(heartbeat.BEAT)
        super().close()
