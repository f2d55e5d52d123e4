"""What beat rings: sign-ups that wait for their confirmation."""

from __future__ import annotations

from celery import shared_task

from contacts.services import overdue
from mailhub.lib import clock


@shared_task(name="contacts.remind_unconfirmed")
def remind_unconfirmed() -> None:
    overdue.mail_due(now=clock.now())


@shared_task(name="contacts.delete_stale_signups")
def delete_stale_signups() -> None:
    overdue.forget_stale(now=clock.now())
