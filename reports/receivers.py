"""Hears what changes the figures of campaigns that are over."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from mailhub.delivery import signals
from reports.services import rollups


@receiver(signals.doubt_settled)
def count_anew(*, dispatch_id: int, **_: Any) -> None:
    rollups.mark_stale(dispatch_id)
