"""Carries out what the API says of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from contacts.api import import_columns
from contacts.importing import drafts, jobs, undo
from contacts.importing.drafts import NotReady
from contacts.importing.reading.limits import UnreadableFile
from contacts.importing.terms import Terms, WrongCall
from contacts.importing.undo import NothingToUndo
from contacts.models import Import, ImportPhase, List
from mailhub.web import problems
from mailhub.web.api import faults

faults.register(NotReady, problems.CONFLICT)
faults.register(NothingToUndo, problems.CONFLICT)
faults.register(UnreadableFile, problems.INVALID)
faults.register(WrongCall, problems.INVALID)

# What stands for the check of a caller who wants none.
WAIVED = {"waived": True}


def take(said: Mapping[str, Any]) -> Import:
    """The file is kept, and a worker counts or imports it. Raises UnreadableFile, WrongCall, Invalid."""
    told = import_columns.read(said["mapping"])
    terms = Terms(
        said["consent_source"], said["consent_basis"], said.get("consent_expires_at"), said["consent_wording"]
    )
    file = said["file"]
    run = drafts.create(file, name=file.name or "file")
    if run.phase == ImportPhase.LOOKING:
        jobs.look(run.pk)
    run.refresh_from_db()
    if run.problem:
        raise UnreadableFile(run.problem)
    list_ = _list(said["list"])
    drafts.choose_terms(run, list_=list_, list_name="" if list_ else said["list"], terms=terms)
    columns = import_columns.choose(drafts.columns_of(run), told)
    drafts.choose_columns(run, columns, empty=said["empty"])
    if said["dry_run"]:
        drafts.begin_check(run)
    else:
        Import.objects.filter(pk=run.pk).update(check_result=WAIVED)
        drafts.start(run)
    return run


def start(run: Import) -> None:
    """Raises NotReady."""
    if not drafts.start(run):
        raise NotReady("This import has begun already.")


def take_back(run: Import, *, actor: str) -> dict[str, Any]:
    """What the undo, now set going, will do. Raises NothingToUndo."""
    forecast = undo.foresee(run)
    Import.objects.filter(pk=run.pk).update(choices={**run.choices, "undone_by": actor[:150]})
    undo.begin(run)
    return {**asdict(forecast), "staying": forecast.stays}


def _list(word: str) -> List | None:
    found = List.objects.filter(slug=word).first()
    if found is None and word.isascii() and word.isdigit() and len(word) < 19:
        found = List.objects.filter(pk=int(word)).first()
    return found
