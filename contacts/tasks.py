"""What doors and beat ring: sign-ups, questions by mail, and links that people asked for."""

from __future__ import annotations

from celery import shared_task

from contacts.exporting import files
from contacts.importing.tasks import (
    check_import,
    forget_uploads,
    look_at_import,
    resume_imports,
    run_import,
    undo_import,
)
from contacts.services import admission, bulk, errands, field_indexes, overdue
from mailhub.lib import clock

__all__ = [
    "carry_on",
    "check_import",
    "delete_stale_signups",
    "forget_exports",
    "forget_uploads",
    "index_fields",
    "look_at_import",
    "mail_links",
    "remind_unconfirmed",
    "resume_bulk",
    "resume_imports",
    "run_import",
    "settle_sign_ups",
    "undo_import",
    "write_export",
]


@shared_task(name="contacts.settle_sign_ups")
def settle_sign_ups() -> None:
    admission.settle_due(now=clock.now())


@shared_task(name="contacts.mail_links")
def mail_links() -> None:
    errands.mail_due(now=clock.now())


@shared_task(name="contacts.remind_unconfirmed")
def remind_unconfirmed() -> None:
    overdue.mail_due(now=clock.now())


@shared_task(name="contacts.delete_stale_signups")
def delete_stale_signups() -> None:
    now = clock.now()
    overdue.forget_stale(now=now)
    admission.forget_old(now=now)
    errands.forget_old(now=now)


@shared_task(name="contacts.carry_on")
def carry_on(job_id: int) -> None:
    bulk.carry_on(job_id)


@shared_task(name="contacts.write_export")
def write_export(job_id: int) -> None:
    files.write(job_id)


@shared_task(name="contacts.resume_bulk")
def resume_bulk() -> None:
    bulk.ring_overdue()
    files.ring_overdue()


@shared_task(name="contacts.forget_exports")
def forget_exports() -> None:
    files.forget_old(now=clock.now())


@shared_task(name="contacts.index_fields")
def index_fields() -> None:
    field_indexes.keep()
