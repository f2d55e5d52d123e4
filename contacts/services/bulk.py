"""Acts on many contacts: begun by a door, done in batches, gone on with after a crash, stopped by staff."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from contacts.models import BulkJob, BulkKind, BulkState, Contact
from contacts.selectors.browsing import Choice, read_choice
from contacts.services import bulk_acts
from mailhub.accounts.models import User
from mailhub.lib import clock, doorbell, queues, stopping
from mailhub.lib.errors import UserError

# Up to here an act is done before its door answers; above, by a worker.
AT_ONCE = 2_000
BATCH = 1_000
# A worker that said nothing for so long is dead, and another one goes on.
STALE = timedelta(minutes=2)
TASK = "contacts.carry_on"
# Beyond this many, deleting asks for the number to be typed.
TYPED_ABOVE = 1_000


class AlreadyBegun(UserError):
    """The form was sent twice; `job` is what its first sending began."""

    def __init__(self, job: BulkJob) -> None:
        super().__init__(_("This was begun already."))
        self.job = job


def begin(
    kind: str,
    *,
    choice: Choice,
    words: str,
    parameters: Mapping[str, Any],
    total: int,
    by: User | None,
    form_key: str = "",
) -> BulkJob:
    """The act on everybody of `choice` (`total` people), begun; small ones are finished when it returns.

    Raises UserError when the parameters name nothing, BadTree when the choice cannot be read, AlreadyBegun.
    """
    parameters = bulk_acts.check(BulkKind(kind), parameters)
    choice.rows()
    job = BulkJob(
        kind=kind,
        parameters=parameters,
        choice=choice.written(),
        words=words,
        total_count=total,
        last_id=Contact.objects.aggregate(last=Max("pk"))["last"] or 0,
        created_by=by,
        form_key=form_key or None,
    )
    _keep(job)
    if total > AT_ONCE:
        doorbell.ring(TASK, job.pk, queue=queues.IMPORTS)
    else:
        carry_on(job.pk)
        job.refresh_from_db()
    return job


def begun_by(form_key: str, *, user: User) -> BulkJob | None:
    """What this form of this person has begun."""
    return BulkJob.objects.filter(form_key=form_key, created_by=user).first() if form_key else None


def _keep(job: BulkJob) -> None:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError as error:
        first = BulkJob.objects.filter(form_key=job.form_key).first()
        if job.form_key is None or first is None:
            raise
        raise AlreadyBegun(first) from error


def carry_on(job_id: int) -> None:
    """Do the act to its end, unless another worker is at it. Stops between batches when asked to."""
    if not _claim(job_id):
        return
    while not stopping.requested():
        try:
            if not _do_batch(job_id):
                return
        except UserError as error:
            _end(job_id, BulkState.FAILED, problem=str(error))
            return
    BulkJob.objects.filter(pk=job_id, state=BulkState.RUNNING).update(heartbeat_at=None)


def ring_overdue() -> None:
    """Wake a worker for every act that nobody is at: rings get lost, and workers die."""
    for job_id in BulkJob.objects.filter(_is_free()).values_list("pk", flat=True):
        doorbell.ring(TASK, job_id, queue=queues.IMPORTS)


def stop(job: BulkJob) -> bool:
    """No further batch is begun; what is done stays done. False when it had ended already."""
    return _end(job.pk, BulkState.STOPPED)


def _is_free() -> Q:
    since = clock.now() - STALE
    idle = Q(heartbeat_at=None) | Q(heartbeat_at__lt=since)
    return Q(state=BulkState.RUNNING) & idle & ~Q(kind=BulkKind.EXPORT)


def _claim(job_id: int) -> bool:
    return bool(BulkJob.objects.filter(_is_free(), pk=job_id).update(heartbeat_at=clock.now()))


@transaction.atomic
def _do_batch(job_id: int) -> bool:
    """One batch and its place in one transaction; False when there is nothing left to do."""
    job = BulkJob.objects.select_for_update().get(pk=job_id)
    if job.state != BulkState.RUNNING:
        return False
    rows = read_choice(job.choice).rows().filter(pk__gt=job.position_id, pk__lte=job.last_id)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if ids:
        outcomes = bulk_acts.run(job, ids)
        job.counts = dict(Counter(job.counts) + outcomes)
        job.position_id, job.done_count = ids[-1], job.done_count + len(ids)
    if len(ids) < BATCH:
        job.state, job.finished_at, job.total_count = BulkState.FINISHED, clock.now(), job.done_count
    job.heartbeat_at = clock.now()
    job.save()
    return len(ids) == BATCH


def _end(job_id: int, state: BulkState, *, problem: str = "") -> bool:
    running = BulkJob.objects.filter(pk=job_id, state=BulkState.RUNNING)
    return bool(running.update(state=state, problem=problem, finished_at=clock.now()))


def title(job: BulkJob) -> str:
    """What is done, in words: “Add to the list “News””."""
    name = str(job.parameters.get("name", ""))
    return {
        BulkKind.SUBSCRIBE: _("Add to the list “%(name)s”"),
        BulkKind.UNSUBSCRIBE: _("Remove from the list “%(name)s”"),
        BulkKind.TAG: _("Add the tag “%(name)s”"),
        BulkKind.UNTAG: _("Remove the tag “%(name)s”"),
        BulkKind.DELETE: _("Delete contacts"),
        BulkKind.EXPORT: _("Export contacts"),
    }[BulkKind(job.kind)] % {"name": name}
