"""The bells of the post office; what is to be done stands in the rows."""

from __future__ import annotations

from celery import shared_task

from mailhub.delivery.limits import upkeep
from mailhub.delivery.models.ledger import Lane
from mailhub.delivery.services import dns_checks, ledger, mailbox, recovery, sending
from mailhub.delivery.tracking.tasks import drain_tracking

__all__ = [
    "check_domains",
    "deliver_bulk",
    "deliver_due",
    "drain_tracking",
    "keep_limits",
    "prune_captured",
    "recover",
    "ring_due",
]


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


@shared_task(name="delivery.check_domains", ignore_result=True)
def check_domains() -> None:
    dns_checks.check_due()


@shared_task(name="delivery.prune_captured", ignore_result=True)
def prune_captured() -> None:
    mailbox.prune()


@shared_task(name="delivery.keep_limits", ignore_result=True)
def keep_limits() -> None:
    upkeep.keep()
