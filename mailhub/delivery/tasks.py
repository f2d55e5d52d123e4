"""The bells of the post office; what is to be done stands in the rows."""

from __future__ import annotations

from celery import shared_task

from mailhub.delivery.models.ledger import Lane
from mailhub.delivery.services import ledger, recovery, sending
from mailhub.delivery.tracking.tasks import drain_tracking

__all__ = ["deliver_bulk", "deliver_due", "drain_tracking", "recover", "ring_due"]


@shared_task(name="delivery.deliver_bulk", ignore_result=True)
def deliver_bulk() -> None:
    if sending.deliver_bulk():
        ledger.ring(Lane.BULK)


@shared_task(name="delivery.deliver_due", ignore_result=True)
def deliver_due(lane: str) -> None:
    if sending.deliver_due(lane):
        ledger.ring(lane)


@shared_task(name="delivery.ring_due", ignore_result=True)
def ring_due() -> None:
    recovery.ring_due()


@shared_task(name="delivery.recover", ignore_result=True)
def recover() -> None:
    recovery.recover()
