"""The doors through which beat keeps the rollups up to date."""

from __future__ import annotations

from celery import shared_task

from mailhub.lib import clock
from reports.services import growth, rollups


@shared_task(name="reports.count", ignore_result=True)
def count() -> None:
    now = clock.now()
    rollups.refresh_due(now=now)
    growth.count_new(now=now)
