"""Exports that wait as private files in the storage, and go after a week."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import IO, Any

from django.core.files import File
from django.db.models import Max, Q

from contacts.exporting import columns, rows
from contacts.exporting.columns import Column
from contacts.models import BulkJob, BulkKind, BulkState, Contact
from contacts.selectors.browsing import Choice, read_choice
from mailhub.accounts.models import User
from mailhub.lib import clock, doorbell, queues, stopping, storage
from mailhub.lib.errors import UserError
from mailhub.web import spreadsheet

# Up to here an export is sent while it is made; above, it becomes a file.
STREAMED = 10_000
KEPT = timedelta(days=7)
STALE = timedelta(minutes=2)
TASK = "contacts.write_export"


class Interrupted(Exception):
    """The worker is asked to stop, or the export is not wanted any more."""


def begin(choice: Choice, *, words: str, column_keys: Sequence[str], total: int, by: User | None) -> BulkJob:
    """The file of everybody of `choice` is being made; `write` makes it. Raises BadTree."""
    choice.rows()
    job = BulkJob.objects.create(
        kind=BulkKind.EXPORT,
        parameters={"columns": list(column_keys)},
        choice=choice.written(),
        words=words,
        total_count=total,
        last_id=Contact.objects.aggregate(last=Max("pk"))["last"] or 0,
        created_by=by,
    )
    doorbell.ring(TASK, job.pk, queue=queues.REPORTS)
    return job


def write(job_id: int) -> None:
    """The file of the export lies in the storage afterwards; begun anew when a worker died over it."""
    now = clock.now()
    if not BulkJob.objects.filter(_is_free(now), pk=job_id).update(heartbeat_at=now, done_count=0):
        return
    job = BulkJob.objects.get(pk=job_id)
    try:
        chosen = columns.chosen(job.parameters.get("columns", []))
        header = [str(column.title) for column in chosen]
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
            file.writelines(spreadsheet.lines(header, _rows(job, chosen)))
            _keep(job, file)
    except Interrupted:
        BulkJob.objects.filter(pk=job_id, state=BulkState.RUNNING).update(heartbeat_at=None)
    except UserError as error:
        BulkJob.objects.filter(pk=job_id).update(
            state=BulkState.FAILED, problem=str(error), finished_at=clock.now()
        )


def open_file(job: BulkJob) -> File[bytes] | None:
    """The finished file; None when it is not kept any more."""
    private = storage.private()
    return private.open(job.file) if job.file and private.exists(job.file) else None


def ring_overdue() -> None:
    for job in BulkJob.objects.filter(_is_free(clock.now())):
        doorbell.ring(TASK, job.pk, queue=queues.REPORTS)


def forget_old(*, now: datetime) -> int:
    """Files past their time are deleted; how many."""
    old = BulkJob.objects.filter(kind=BulkKind.EXPORT, expires_at__lte=now).exclude(file="")
    for job in old:
        storage.private().delete(job.file)
        BulkJob.objects.filter(pk=job.pk).update(file="")
    return len(old)


def _is_free(now: datetime) -> Q:
    idle = Q(heartbeat_at=None) | Q(heartbeat_at__lt=now - STALE)
    return Q(kind=BulkKind.EXPORT, state=BulkState.RUNNING) & idle


def _rows(job: BulkJob, chosen: Sequence[Column]) -> Iterator[list[Any]]:
    """The rows of the file; writes down after each batch how far it is. Raises Interrupted."""
    contacts = read_choice(job.choice).rows().filter(pk__lte=job.last_id)
    done = 0
    for batch in rows.batches(contacts):
        for contact in batch:
            yield [column.value(contact) for column in chosen]
        done += len(batch)
        running = BulkJob.objects.filter(pk=job.pk, state=BulkState.RUNNING)
        if not running.update(done_count=done, heartbeat_at=clock.now()) or stopping.requested():
            raise Interrupted


def _keep(job: BulkJob, file: IO[str]) -> None:
    file.flush()
    binary = File(file.buffer)  # type: ignore[attr-defined]
    name = storage.private().save(f"exports/{secrets.token_urlsafe(24)}.csv", binary)
    now = clock.now()
    kept = BulkJob.objects.filter(pk=job.pk, state=BulkState.RUNNING).update(
        state=BulkState.FINISHED, file=name, finished_at=now, expires_at=now + KEPT
    )
    if not kept:
        storage.private().delete(name)
