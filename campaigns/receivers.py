"""Hears from the post office what became of the campaigns' dispatches."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from campaigns.services import following
from mailhub.delivery import signals
from mailhub.lib import clock


@receiver([signals.dispatch_finished, signals.dispatch_paused, signals.doubt_settled])
def follow_dispatch(*, dispatch_id: int, **_: Any) -> None:
    following.follow(dispatch_id, now=clock.now())
