"""What the screens ring for an import, and beat for what was left lying."""

from __future__ import annotations

from celery import shared_task

from contacts.importing import drafts, jobs, undo, uploads


@shared_task(name=drafts.LOOK)
def look_at_import(number: int) -> None:
    jobs.look(number)


@shared_task(name=drafts.CHECK)
def check_import(number: int) -> None:
    jobs.check(number)


@shared_task(name=drafts.RUN)
def run_import(number: int) -> None:
    jobs.perform(number)


@shared_task(name=undo.TASK)
def undo_import(number: int) -> None:
    jobs.take_back(number)


@shared_task(name="contacts.resume_imports")
def resume_imports() -> None:
    jobs.ring_waiting()


@shared_task(name="contacts.forget_uploads")
def forget_uploads() -> None:
    uploads.forget_old()
