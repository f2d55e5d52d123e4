"""Waits beside a campaign until nothing more will happen to it by itself soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redis import RedisError

from campaigns.console import words
from campaigns.models import CampaignState
from campaigns.selectors import progress
from campaigns.selectors.progress import Progress
from mailhub.lib import heartbeat

# A worker that is being restarted must not be taken for one that is gone.
WORKER_GRACE_SECONDS = 15.0
# The last row is settled a moment before its campaign is called finished; when a worker died just then,
# beat makes up for it.
FINISH_GRACE_SECONDS = 15.0
POLL_SECONDS = 0.25
# Counting a big campaign's rows takes time; looking takes at most this share of it.
LOOKING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Ending:
    """The last figures, and what went wrong in a sentence (empty: nothing did)."""

    progress: Progress
    complaint: str


def worker_is_alive() -> bool:
    """Whether a worker for campaigns is running; without a broker none can hear."""
    try:
        return heartbeat.alive(heartbeat.BULK)
    except RedisError:
        return False


class Show(Protocol):
    def __call__(self, progress: Progress, *, at: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a watch has of the world besides the database, so that tests can bring their own."""

    show: Show
    worker_is_alive: Callable[[], bool] = worker_is_alive
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def watch(campaign_id: int, *, around: Surroundings) -> Ending:
    """Until every row is settled, what remains is deferred, MailHub paused it, or no worker is left.

    A campaign that a person paused is waited for.
    """
    worker_seen_at = settled_at = around.monotonic()
    while True:
        began_at = around.monotonic()
        now = progress.read(campaign_id)
        around.show(now, at=began_at)
        if not _all_settled(now):
            settled_at = began_at
        if _is_over(now) or began_at - settled_at > FINISH_GRACE_SECONDS:
            return Ending(now, words.complaint(now))
        if around.worker_is_alive():
            worker_seen_at = around.monotonic()
        elif not _all_settled(now) and began_at - worker_seen_at > WORKER_GRACE_SECONDS:
            return Ending(now, words.no_worker(now))
        took = around.monotonic() - began_at
        around.sleep(max(POLL_SECONDS, took / LOOKING_SHARE))


def _is_over(now: Progress) -> bool:
    match now.state:
        case CampaignState.SENDING:
            return now.waiting == 0 and now.deferred > 0
        case CampaignState.PAUSED:
            return bool(now.pause_reason) or now.waiting == 0
        case CampaignState.CANCELLED:
            return now.waiting == 0
        case _:
            return True


def _all_settled(now: Progress) -> bool:
    return now.queued == 0
