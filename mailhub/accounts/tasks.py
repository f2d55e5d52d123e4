"""Work of the accounts room that nobody waits for: password mails, answers of the API whose day is over."""

from __future__ import annotations

from celery import shared_task

from mailhub.accounts.services import kept_answers, resets
from mailhub.lib import clock


@shared_task(name="accounts.forget_kept_answers")
def forget_kept_answers() -> None:
    now = clock.now()
    while kept_answers.forget_old(now=now) == kept_answers.FORGOTTEN_AT_ONCE:
        pass


@shared_task(name="accounts.mail_reset")
def mail_reset(address: str) -> None:
    resets.mail(address)
