"""Keeps the record of imports: who runs which, how far it has come, what it counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from contacts.importing.counts import Counts
from contacts.importing.mapping import Mapping
from contacts.importing.reading.table import Table
from contacts.importing.staging import Staged
from contacts.models import Import, ImportPhase, ImportState, List
from mailhub.lib import clock, process
from mailhub.lib.errors import UserError

# A process on another machine can't be seen; its import counts as dead when it was silent for so long.
SILENCE = timedelta(minutes=30)
# Where error files lie in the data folder, and how their names end.
FOLDER, ERRORS = "imports", "-errors.csv"
AT_WORK = (ImportState.RUNNING, ImportState.UNDOING)
ABANDONED = gettext_noop("It was interrupted, and the file was then imported anew in another way.")


class AlreadyRunning(UserError):
    """Two processes would import the same file into the same list."""


class TakenOver(UserError):
    """Another process has gone on with this import."""


def begin(list_: List, *, table: Table, mapping: Mapping, consent_source: str, empty: str) -> Import:
    """The import of this file into this list, held by this process: a new one, or the interrupted one.

    Interrupted means not finished, its process gone, and called in the same way. Raises AlreadyRunning.
    """
    record = {"columns": mapping.describe(), "empty": empty}
    with transaction.atomic():
        # One at a time for a list: two starts must not both find nothing.
        List.objects.select_for_update(no_key=True).get(pk=list_.pk)
        found = Import.objects.filter(
            file_hash=table.source.digest, list=list_, state=ImportState.RUNNING
        ).first()
        if found and not _is_dead(found):
            raise AlreadyRunning(
                _(
                    "%(file)s is being imported into “%(list)s” right now (import %(number)s); wait until it "
                    "has finished."
                )
                % {"file": table.source.path.name, "list": list_.slug, "number": found.pk}
            )
        if found and found.consent_source == consent_source and found.mapping["empty"] == empty:
            return _take(found)
        if found:
            _abandon(found)
        return Import.objects.create(
            file_name=table.source.path.name[-255:],
            file_hash=table.source.digest,
            list=list_,
            consent_source=consent_source,
            mapping=record,
            owner=process.owner(),
            heartbeat_at=clock.now(),
        )


def take_up(number: int, list_: List, *, digest: str, mapping: Mapping) -> Import:
    """The import that was prepared on screens, held by this process. Raises AlreadyRunning.

    It is running by its state; what is asked here is whether another process has it, or the same file.
    """
    with transaction.atomic():
        List.objects.select_for_update(no_key=True).get(pk=list_.pk)
        run = Import.objects.select_for_update().get(pk=number)
        others = Import.objects.filter(file_hash=digest, list=list_, state=ImportState.RUNNING)
        held = [run, *others.exclude(pk=number)]
        if run.state != ImportState.RUNNING or any(not _is_dead(other) for other in held):
            raise AlreadyRunning(
                _("%(file)s is being imported already, or its import is over.") % {"file": run.file_name}
            )
        run.list, run.file_hash = list_, digest
        run.mapping = {"columns": mapping.describe(), "empty": run.choices.get("empty", "keep")}
        run.owner, run.heartbeat_at = process.owner(), clock.now()
        run.save(update_fields=["list", "file_hash", "mapping", "owner", "heartbeat_at"])
    return run


@contextmanager
def released_on_failure(run: Import) -> Iterator[None]:
    """An import that fails in a process that lives on can be called again at once."""
    try:
        yield
    except BaseException:
        with suppress(DatabaseError):
            Import.objects.filter(pk=run.pk, owner=process.owner(), state__in=AT_WORK).update(owner="")
        raise


def take_block(number: int) -> Import:
    """The running import of addresses that must not be mailed, held by this process. Raises AlreadyRunning."""
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=number)
        if run.state != ImportState.RUNNING or not _is_dead(run):
            raise AlreadyRunning(
                _("%(file)s is being imported already, or its import is over.") % {"file": run.file_name}
            )
        return _take(run)


def take_draft(number: int, *, phase: ImportPhase) -> Import | None:
    """The draft that waits for a worker in this phase, held by this process; None when there is none such."""
    with transaction.atomic():
        run = Import.objects.select_for_update().filter(pk=number).first()
        if run is None or run.state != ImportState.DRAFT or run.phase != phase or not _is_dead(run):
            return None
        return _take(run)


def fail(run: Import, problem: str) -> None:
    """The import is over before its end, with the sentence that says why; it can be gone on with."""
    Import.objects.filter(pk=run.pk, state=ImportState.RUNNING).update(
        state=ImportState.FAILED, problem=problem, finished_at=clock.now(), owner="", phase=""
    )


def is_held(run: Import) -> bool:
    """Whether a living process is at work on the file."""
    return bool(run.owner) and not _is_dead(run)


def waiting() -> list[Import]:
    """Imports, checks and undos that a process should be at work on, and none is."""
    at_work = Import.objects.filter(Q(state__in=AT_WORK) | ~Q(phase="")).exclude(upload="", state="running")
    return [run for run in at_work.order_by("pk") if _is_dead(run)]


def take_undo(number: int) -> Import:
    """The import whose undo goes on, held by this process. Raises AlreadyRunning."""
    with transaction.atomic():
        run = Import.objects.select_for_update(of=("self",)).select_related("list").get(pk=number)
        if run.state != ImportState.UNDOING or not _is_dead(run):
            raise AlreadyRunning(
                _("Import %(number)s is being undone already, or its undo is over.") % {"number": number}
            )
        return _take(run)


def hold(run: Import, *, state: ImportState = ImportState.RUNNING) -> None:
    """Raises TakenOver unless the import is still this process's; it stays so for the transaction."""
    mine = Import.objects.select_for_update().filter(pk=run.pk, owner=process.owner(), state=state)
    if mine.first() is None:
        raise TakenOver(
            _("Another process has gone on with import %(number)s; this one stops.") % {"number": run.pk}
        )


def advance(run: Import, counts: Counts, *, position: int) -> None:
    """Add a batch to what is done; in the transaction of the batch."""
    run.created_count += counts.created
    run.updated_count += counts.updated
    run.unchanged_count += counts.unchanged
    run.position_rows = position
    run.heartbeat_at = clock.now()
    run.save(
        update_fields=["created_count", "updated_count", "unchanged_count", "position_rows", "heartbeat_at"]
    )


def finish(run: Import, staged: Staged, *, suppressed: int, error_file: Path | None) -> None:
    """The import is over, with the totals of the whole file."""
    with transaction.atomic():
        hold(run)
        run.duplicate_count = staged.duplicate
        run.invalid_count = staged.invalid
        run.suppressed_count = suppressed
        run.noted_count = staged.noted
        run.error_file = str(error_file or "")
        run.state = ImportState.FINISHED
        run.finished_at = clock.now()
        run.save()


def error_path(run: Import | None, *, digest: str) -> Path:
    """Where the rows that could not be brought in are written; a dry run has no number."""
    name = f"import-{run.pk}" if run else f"dry-run-{digest[:12]}"
    return Path(settings.MAILHUB_DATA) / FOLDER / f"{name}{ERRORS}"


def _is_dead(run: Import) -> bool:
    if not run.owner or process.is_gone(run.owner):
        return True
    return clock.now() - (run.heartbeat_at or run.started_at) > SILENCE


def _take(run: Import) -> Import:
    run.owner, run.heartbeat_at = process.owner(), clock.now()
    run.save(update_fields=["owner", "heartbeat_at"])
    return run


def _abandon(run: Import) -> None:
    run.state, run.problem, run.finished_at = ImportState.FAILED, ABANDONED, clock.now()
    run.save(update_fields=["state", "problem", "finished_at"])
