"""What beat rings for the accounts room: answers of the API whose day is over."""

from __future__ import annotations

from celery import shared_task

from mailhub.accounts.services import kept_answers
from mailhub.lib import clock


@shared_task(name="accounts.forget_kept_answers")
def forget_kept_answers() -> None:
    now = clock.now()
    while kept_answers.forget_old(now=now) == kept_answers.FORGOTTEN_AT_ONCE:
        pass
