"""The task that empties the tracker's buffer."""

from __future__ import annotations

import logging

import redis
from celery import shared_task

from mailhub.delivery.tracking import buffer

# Each batch looks once at the seconds around it.
BATCH_SIZE = 5000
# Then the next ring goes on, so that other tasks of the queue get their turn.
MOST_BATCHES = 10

logger = logging.getLogger(__name__)


@shared_task(name="delivery.drain_tracking", ignore_result=True)
def drain_tracking() -> None:
    try:
        for _ in range(MOST_BATCHES):
            if buffer.drain(BATCH_SIZE) < BATCH_SIZE:
                return
    except redis.RedisError as error:
        logger.warning("Valkey is away (%s); the hits it holds are written when it is back.", error)
