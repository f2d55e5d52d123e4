"""An import on its way through the screens: a file, what to do with it, a check, the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.importing import looking, uploads
from contacts.importing.importer import Order
from contacts.importing.mapping import Column, Role
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.terms import Terms
from contacts.models import FieldType, Import, ImportKind, ImportPhase, ImportState, List
from mailhub.accounts.models import User
from mailhub.lib import clock, doorbell, queues
from mailhub.lib.errors import UserError

# A file of so many bytes is looked at while its sender waits; a bigger one by a worker.
LOOKED_AT_ONCE_BYTES = 2 * 1024 * 1024
LOOK, CHECK, RUN = "contacts.look_at_import", "contacts.check_import", "contacts.run_import"
QUEUE = queues.IMPORTS


class NotReady(UserError):
    """Something is still to be decided, or to be waited for."""


def create(file: File[Any], *, name: str, kind: str = ImportKind.PEOPLE, by: User | None = None) -> Import:
    """A draft with the file of this name. Raises UnreadableFile for a file that is no table.

    A big file is only taken in; what is wrong with it stands in `problem` when a worker has looked at it.
    """
    kept = uploads.keep(file, name=name)
    run = Import.objects.create(
        kind=ImportKind(kind),
        file_name=name[-255:],
        file_bytes=file.size or 0,
        upload=kept,
        state=ImportState.DRAFT,
        created_by=by,
    )
    if run.file_bytes > LOOKED_AT_ONCE_BYTES:
        _ring(run, ImportPhase.LOOKING, LOOK)
        return run
    try:
        looking.look(run)
    except UnreadableFile:
        discard(run)
        raise
    return run


def choose_columns(run: Import, columns: Sequence[Column], *, empty: str) -> None:
    """The columns of the file are these, and an empty cell keeps or clears. A check has to be made anew."""
    _choose(run, columns=[asdict(column) for column in columns], empty=empty)


def choose_terms(run: Import, *, list_: List | None, list_name: str = "", terms: Terms) -> None:
    """Where these people go, and on what terms. With `list_name` the list is made when the import runs."""
    ends_at = terms.basis_expires_at
    _choose(
        run,
        list_id=list_.pk if list_ else None,
        list_name="" if list_ else list_name,
        source=terms.source,
        basis=str(terms.basis),
        basis_expires_at=ends_at.isoformat() if ends_at else None,
        wording=terms.wording,
    )


def choose_block(run: Import, *, reason: str, scope_key: str, note: str) -> None:
    """Why, and for what, the addresses of the file must not be mailed."""
    _choose(run, reason=reason, scope_key=scope_key, note=note)


def begin_check(run: Import) -> None:
    """A worker counts what would happen; while it does, and when it has, this does nothing again."""
    with transaction.atomic():
        found = _draft(run)
        if found.phase or found.check_result:
            return
        _ring(found, ImportPhase.CHECKING, CHECK)


def start(run: Import) -> bool:
    """The import runs from now on; False when it does already. Raises NotReady without a check."""
    with transaction.atomic():
        found = Import.objects.select_for_update().get(pk=run.pk)
        if found.state != ImportState.DRAFT:
            return False
        if found.phase or not found.check_result:
            raise NotReady(_("Check the import first: it shows what will happen."))
        found.state, found.started_at = ImportState.RUNNING, clock.now()
        found.consent_source = found.choices.get("source", "")
        found.save(update_fields=["state", "started_at", "consent_source"])
        _ring(found, ImportPhase.READING, RUN)
    return True


def go_on(run: Import) -> bool:
    """An import that failed on its way goes on behind its last batch; False when there is none such."""
    with transaction.atomic():
        found = Import.objects.select_for_update().get(pk=run.pk)
        if found.state != ImportState.FAILED or not found.upload:
            return False
        found.state, found.problem, found.finished_at, found.owner = ImportState.RUNNING, "", None, ""
        found.save(update_fields=["state", "problem", "finished_at", "owner"])
        _ring(found, ImportPhase.READING, RUN)
    return True


def discard(run: Import) -> None:
    """The draft and its file are gone. Raises NotReady for what is no draft."""
    with transaction.atomic():
        found = _draft(run)
        uploads.forget_errors(found)
        uploads.forget(found)
        found.delete()


def target_of(run: Import) -> str:
    """The name of the list into which the file goes, as far as it is decided."""
    if run.list_id and run.list is not None:
        return run.list.name
    found = List.objects.filter(pk=run.choices.get("list_id")).first() if run.choices.get("list_id") else None
    return found.name if found else str(run.choices.get("list_name", ""))


def columns_of(run: Import) -> list[Column]:
    """What was chosen for each column, else what MailHub proposes."""
    return [_column(kept) for kept in run.choices.get("columns") or run.look.get("columns", [])]


def terms_of(run: Import) -> Terms:
    """Raises WrongCall while they are not stated, or when the day on which they end has come."""
    ends = run.choices.get("basis_expires_at")
    return Terms(
        run.choices.get("source", ""),
        run.choices.get("basis", "express"),
        datetime.fromisoformat(ends) if ends else None,
        run.choices.get("wording", ""),
        run.created_by.get_username() if run.created_by else "",
    )


def order_of(run: Import, *, path: Any) -> Order:
    """What was decided, as the importer takes it."""
    terms, list_ = terms_of(run), List.objects.filter(pk=run.choices.get("list_id")).first()
    return Order(
        path,
        list_.slug if list_ else looking.slug_of(run.choices.get("list_name", "")),
        terms.source,
        "clear" if run.choices.get("empty") == "clear" else "keep",
        terms.basis,
        terms.basis_expires_at,
        terms.wording,
        terms.actor,
        list_name=run.choices.get("list_name", ""),
        columns=tuple(columns_of(run)) if run.choices.get("columns") else (),
        import_id=run.pk,
    )


def _choose(run: Import, **chosen: Any) -> None:
    with transaction.atomic():
        found = _draft(run)
        if found.phase:
            raise NotReady(_("MailHub is at work on this file at the moment; wait until it is done."))
        uploads.forget_errors(found)
        found.choices = {**found.choices, **chosen}
        found.check_result, found.problem = {}, ""
        found.save(update_fields=["choices", "check_result", "problem"])
    run.choices, run.check_result, run.problem = found.choices, {}, ""


def _draft(run: Import) -> Import:
    found = Import.objects.select_for_update().get(pk=run.pk)
    if found.state != ImportState.DRAFT:
        raise NotReady(_("This import has begun; it can't be changed any more."))
    return found


def _ring(run: Import, phase: ImportPhase, task: str) -> None:
    Import.objects.filter(pk=run.pk).update(
        phase=phase,
        phase_done_count=0,
        phase_total_count=run.look.get("row_count", 0),
        phase_started_at=clock.now(),
        problem="",
        owner="",
    )
    doorbell.ring(task, run.pk, queue=QUEUE)


def _column(kept: dict[str, Any]) -> Column:
    return Column(
        kept["index"],
        kept["header"],
        Role(kept["role"]),
        kept["target"],
        FieldType(kept["kind"]),
        kept.get("label", ""),
    )
