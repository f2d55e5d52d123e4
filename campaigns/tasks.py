"""The doors through which beat reaches the campaigns."""

from __future__ import annotations

from celery import shared_task

from campaigns.services import following, scheduling
from mailhub.lib import clock


@shared_task(name="campaigns.launch_due", ignore_result=True)
def launch_due() -> None:
    scheduling.launch_due(now=clock.now())


@shared_task(name="campaigns.reconcile", ignore_result=True)
def reconcile() -> None:
    following.reconcile(now=clock.now())
