"""What workers do with imports. Each job can be rung twice, and goes on where a dead worker stopped."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext_noop

from contacts.importing import blocking, drafts, importer, looking, rejects, runs, undo, uploads
from contacts.importing.examples import Sample
from contacts.importing.importer import Result
from contacts.importing.progress import Progress, Stopped
from contacts.models import Import, ImportKind, ImportPhase, ImportState
from mailhub.lib import doorbell
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)
REFUSED_SHOWN = 8
BROKEN = gettext_noop(
    "MailHub met an error of its own and stopped after the last whole batch. Press “Go on”; "
    "when it happens again, show the log of the worker to your administrator."
)


def look(number: int) -> None:
    """A big file that was uploaded is looked at."""
    run = runs.take_draft(number, phase=ImportPhase.LOOKING)
    if run is not None:
        with _told(run):
            looking.look(run)


def check(number: int) -> None:
    """The draft knows what its run would do."""
    run = runs.take_draft(number, phase=ImportPhase.CHECKING) or runs.take_draft(
        number, phase=ImportPhase.READING
    )
    if run is not None:
        with _told(run):
            found = _rehearse_block(run) if run.kind == ImportKind.SUPPRESSIONS else _rehearse(run)
            Import.objects.filter(pk=run.pk).update(check_result=found, phase="", owner="")


def perform(number: int) -> None:
    """The import is finished, or it says why not."""
    run = Import.objects.select_related("created_by").get(pk=number)
    if run.state != ImportState.RUNNING:
        return
    with _failing(run):
        _perform(run)
        run.refresh_from_db()
        run.error_upload = uploads.keep_errors(run, Path(run.error_file) if run.error_file else None)
        run.phase = ImportPhase.NOTHING
        run.save(update_fields=["error_upload", "phase"])


def take_back(number: int) -> None:
    """The import is undone."""
    run = Import.objects.select_related("created_by").get(pk=number)
    watch = Progress(run, merging=ImportPhase.UNDOING, total=run.created_count + run.updated_count)
    try:
        undo.perform(run, actor=run.choices.get("undone_by", ""), watch=watch)
    except (runs.AlreadyRunning, runs.TakenOver, Stopped):
        return
    Import.objects.filter(pk=number).update(phase="")


def ring_waiting() -> None:
    """What a dead worker left is gone on with."""
    for run in runs.waiting():
        doorbell.ring(_task_of(run), run.pk, queue=drafts.QUEUE)


def _task_of(run: Import) -> str:
    if run.state == ImportState.UNDOING:
        return undo.TASK
    if run.state == ImportState.RUNNING:
        return drafts.RUN
    return drafts.LOOK if run.phase == ImportPhase.LOOKING else drafts.CHECK


def _perform(run: Import) -> None:
    watch = Progress(run, merging=ImportPhase.IMPORTING)
    if run.kind == ImportKind.SUPPRESSIONS:
        blocking.perform(runs.take_block(run.pk), watch=watch)
        return
    with uploads.local(run) as path:
        importer.run(drafts.order_of(run, path=path), watch=watch)


def _rehearse(run: Import) -> dict[str, Any]:
    sample = Sample()
    watch = Progress(run, merging=ImportPhase.CHECKING)
    with uploads.local(run) as path:
        result = importer.rehearse(drafts.order_of(run, path=path), watch=watch, sample=sample)
    uploads_name = uploads.keep_errors(run, result.error_file)
    Import.objects.filter(pk=run.pk).update(error_upload=uploads_name)
    return {**_counts(result), **asdict(sample), "refused": _refused(result.error_file)}


def _rehearse_block(run: Import) -> dict[str, Any]:
    outcome = blocking.rehearse(run, watch=Progress(run, merging=ImportPhase.CHECKING))
    Import.objects.filter(pk=run.pk).update(error_upload=uploads.keep_errors(run, outcome.error_file))
    return {
        "rows": outcome.new + outcome.already + outcome.invalid,
        "created": outcome.new,
        "unchanged": outcome.already,
        "invalid": outcome.invalid,
        "known": outcome.known,
        "people": {"new": [{"email": email} for email in outcome.new_people]},
        "refused": _refused(outcome.error_file),
    }


def _counts(result: Result) -> dict[str, int]:
    return {
        "rows": result.rows,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "duplicate": result.duplicate,
        "invalid": result.invalid,
        "suppressed_count": result.suppressed,
        "noted": result.noted,
    }


def _refused(path: Path | None) -> list[dict[str, str]]:
    """The first rows of an error file: line, what stands in it, and the reason."""
    if path is None:
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row, _ in zip(reader, range(REFUSED_SHOWN), strict=False)]
    return [
        {
            "line": row.get(rejects.LINE) or "",
            "problem": row.get(rejects.PROBLEM) or "",
            "cells": " · ".join(
                value
                for name, value in row.items()
                if name not in rejects.OWN and isinstance(value, str) and value
            )[:120],
        }
        for row in rows
    ]


@contextmanager
def _told(run: Import) -> Iterator[None]:
    """What is wrong with a draft stands in it, as a sentence."""
    try:
        yield
    except Stopped:
        Import.objects.filter(pk=run.pk).update(owner="")
    except UserError as error:
        Import.objects.filter(pk=run.pk).update(problem=str(error), phase="", owner="")
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Import %s could not be looked at.", run.pk)
        Import.objects.filter(pk=run.pk).update(problem=BROKEN, phase="", owner="")


@contextmanager
def _failing(run: Import) -> Iterator[None]:
    """An import that can't go on says so; one that a worker was taken from is gone on with by the next."""
    try:
        yield
    except (runs.AlreadyRunning, runs.TakenOver, Stopped):
        return
    except UserError as error:
        runs.fail(run, str(error))
    except DatabaseError:
        raise
    except Exception:
        logger.exception("Import %s stopped.", run.pk)
        runs.fail(run, BROKEN)
