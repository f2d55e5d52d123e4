"""What beat does for the limits: ends the grants of vanished senders and forgets what is over."""

from __future__ import annotations

from datetime import timedelta

from mailhub.delivery.limits import admission, backoff, reservations
from mailhub.lib import clock

KEPT_DAYS = timedelta(days=60)


def keep() -> None:
    """Raises redis.RedisError; the next ring makes good."""
    now = clock.now()
    admission.end_grants_of_the_dead()
    backoff.prune(now=now)
    reservations.forget_old(before=(now - KEPT_DAYS).date())
