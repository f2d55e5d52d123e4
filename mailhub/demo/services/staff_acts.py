"""Writes what the example shop's staff did: imports, kept filters, acts on many, forms, and the log of it all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.db import models
from django.http import QueryDict

from contacts.importing import rejects, uploads
from contacts.models import (
    BulkJob,
    BulkKind,
    BulkState,
    Contact,
    FormVersion,
    Import,
    ImportChange,
    ImportChangeKind,
    ImportState,
    SavedView,
    SignUp,
    SignUpForm,
    SignUpState,
    Tag,
)
from contacts.selectors import browsing
from contacts.selectors.browsing import Choice
from contacts.services import bulk, forms, saved_views
from mailhub.accounts.models import AuditEntry, User
from mailhub.accounts.models.users import Role
from mailhub.demo.plan import COLLEAGUE, REFUSED_ROWS, SENDER_ADDRESS
from mailhub.demo.services.building import Building

COLUMNS = {"E-mail": "email", "First name": "first_name", "Last name": "last_name", "Town": "city"}
# The file of refused rows is kept for thirty days.
IMPORTED, UNDONE = timedelta(days=12, hours=3), timedelta(days=41, hours=6)
SIGN_UPS_SINCE = timedelta(days=60)
EXAMPLE = {"example": True}


def build(building: Building) -> Iterator[models.Model]:
    """Yields what it makes. Whoever did it is an account that nobody can sign in with."""
    building.colleague = _colleague(building.now)
    yield building.colleague
    yield from _forms(building)
    imports = [_finished_import(building), _undone_import(building)]
    yield from imports
    views = list(_views(building))
    yield from views
    jobs = list(_jobs(building))
    yield from jobs
    yield from AuditEntry.objects.bulk_create(
        sorted(_log(building, imports, jobs), key=lambda entry: entry.at)
    )


def _colleague(now: datetime) -> User:
    taken = set(User.objects.filter(username__startswith=COLLEAGUE).values_list("username", flat=True))
    names = (COLLEAGUE, *(f"{COLLEAGUE}-{number}" for number in range(2, len(taken) + 3)))
    user = User(
        username=next(name for name in names if name not in taken),
        first_name="Ida",
        last_name="Lind (example)",
        email=f"ida@{SENDER_ADDRESS.rpartition('@')[2]}",
        role=Role.SENDER,
        is_active=False,
        date_joined=now - timedelta(days=560),
    )
    user.set_unusable_password()
    user.save()
    return user


def _forms(building: Building) -> Iterator[models.Model]:
    """Each list's own form, with who signed up on it lately; goes with the list."""
    for list_ in building.lists:
        form = forms.keep(forms.of_list(list_))
        SignUpForm.objects.filter(pk=form.pk).update(created_at=list_.created_at, updated_at=list_.created_at)
        FormVersion.objects.filter(form=form).update(created_at=list_.created_at)
        yield form
    SignUp.objects.bulk_create(_sign_ups(building))


def _sign_ups(building: Building) -> Iterator[SignUp]:
    """Found again by the people's hashes."""
    by_list = {form.list_id: form for form in SignUpForm.objects.filter(list__in=building.lists)}
    for act in building.past.acts:
        if act.method != "form" or act.at < building.now - SIGN_UPS_SINCE:
            continue
        list_ = building.lists[act.list_number]
        yield SignUp(
            form=by_list[list_.pk],
            list_ids=[list_.pk],
            address_hash=building.hashes[act.person],
            source=f"form {list_.slug}",
            form_version=forms.version_name(by_list[list_.pk], number=1, language="en"),
            language="en",
            state=SignUpState.TAKEN,
            received_at=act.at,
            due_at=act.at,
            settled_at=act.at + timedelta(seconds=40),
        )


def _finished_import(building: Building) -> Import:
    """Brought a few new people, and news of many: who came on that day are the new ones."""
    began = building.now - IMPORTED
    since = began - timedelta(days=1)
    created = [each for each in building.contacts if since <= each.created_at < began]
    updated = [each for each in building.contacts if each.created_at < since and each.pk % 9 == 0]
    run = _import("till-customers.csv", building, began=began, list_number=0)
    run.created_count, run.updated_count = len(created), len(updated)
    run.unchanged_count, run.duplicate_count = 37, 4
    run.invalid_count, run.noted_count = len(REFUSED_ROWS), 2
    run.consent_source = "Cards filled in at the till, with the shop's wording on them"
    run.position_rows = run.row_count
    run.save()
    changes = [
        *_changes(run, created, ImportChangeKind.CREATED),
        *_changes(run, updated, ImportChangeKind.UPDATED),
    ]
    ImportChange.objects.bulk_create(changes, batch_size=500)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "errors.csv"
        with rejects.ErrorFile(path, header=tuple(COLUMNS)) as file:
            for line, cells, problem in REFUSED_ROWS:
                file.write(line, cells, problem)
        run.error_upload = uploads.keep_errors(run, path)
    run.save(update_fields=["error_upload"])
    return run


def _changes(run: Import, contacts: Iterable[Contact], kind: ImportChangeKind) -> Iterator[ImportChange]:
    for contact in contacts:
        was_there = kind == ImportChangeKind.UPDATED
        yield ImportChange(
            run=run,
            contact_id=contact.pk,
            address_hash=contact.address_hash,
            kind=kind,
            before={"city": ""} if was_there else {},
            subscription_before="subscribed" if was_there else "",
            changed_at=run.finished_at,
            contact_updated_at=contact.updated_at if was_there else None,
        )


def _undone_import(building: Building) -> Import:
    """Somebody took the wrong file, and took it back an hour later."""
    run = _import("newsletter-2019-old.csv", building, began=building.now - UNDONE, list_number=2)
    run.state = ImportState.UNDONE
    run.created_count, run.updated_count, run.duplicate_count = 214, 18, 3
    run.consent_source = "Newsletter of the old shop"
    run.undone_at = run.started_at + timedelta(minutes=52)
    run.undo_counts = {"people": 232, "created_delete": 214, "updated_restore": 18, "subscriptions": 221}
    run.position_rows = run.row_count
    run.save()
    return run


def _import(name: str, building: Building, *, began: datetime, list_number: int) -> Import:
    return Import(
        file_name=name,
        file_hash=sha256(name.encode()).hexdigest(),
        file_bytes=18_430,
        list=building.lists[list_number],
        mapping={"columns": COLUMNS, "empty": "keep"},
        state=ImportState.FINISHED,
        created_by=building.colleague,
        created_at=began - timedelta(minutes=6),
        started_at=began,
        finished_at=began + timedelta(seconds=4),
    )


def _views(building: Building) -> Iterator[SavedView]:
    care = building.lists[1]
    tags = {tag.key: tag.pk for tag in Tag.objects.filter(key__in=["keen reader", "wholesale"])}
    kept = (
        (
            "Keen readers of the tips",
            f"where=tag:has:{tags['keen reader']}&where=list:subscribed:{care.pk}",
            33,
        ),
        ("Wholesale customers", f"where=tag:has:{tags['wholesale']}", 75),
    )
    for name, query, days in kept:
        view = saved_views.keep(name, query=query, shared=True, owner=building.colleague)
        view.created_at = view.updated_at = building.now - timedelta(days=days)
        view.save(update_fields=["created_at", "updated_at"])
        yield view


def _jobs(building: Building) -> Iterator[BulkJob]:
    """One tag put on many, and an export whose file is past its time."""
    tag = Tag.objects.get(key="workshop guest")
    bearing = sum("workshop guest" in person.tags for person in building.cast)
    workshops = browsing.read(QueryDict(f"where=list:subscribed:{building.lists[3].pk}"))
    yield _job(
        BulkKind.TAG,
        building,
        at=building.now - timedelta(days=35, hours=2),
        choice=Choice(ids=tuple(contact.pk for contact in building.contacts if contact.pk % 11 == 0)),
        words="People ticked in the table",
        parameters={"id": tag.pk, "name": tag.name},
        done=bearing,
        counts={"tagged": bearing},
    )
    at = building.now - timedelta(days=19, hours=5)
    reached = sum(act.list_number == 3 and act.action == "granted" for act in building.past.acts)
    yield _job(
        BulkKind.EXPORT,
        building,
        at=at,
        choice=Choice(filter=workshops, asked_at=at),
        words=workshops.words(),
        parameters={"columns": ["email", "first_name", "last_name", "city"]},
        done=reached,
        counts={},
    )


def _job(
    kind: BulkKind,
    building: Building,
    *,
    at: datetime,
    choice: Choice,
    words: str,
    parameters: dict[str, object],
    done: int,
    counts: dict[str, int],
) -> BulkJob:
    return BulkJob.objects.create(
        kind=kind,
        parameters=parameters,
        choice=choice.written(),
        words=words,
        state=BulkState.FINISHED,
        total_count=done,
        done_count=done,
        counts=counts,
        created_by=building.colleague,
        created_at=at,
        finished_at=at + timedelta(seconds=3),
        expires_at=at + timedelta(days=7) if kind == BulkKind.EXPORT else None,
    )


def _log(building: Building, imports: list[Import], jobs: list[BulkJob]) -> Iterator[AuditEntry]:
    def entry(act: str, at: datetime, target: models.Model, label: str = "", **detail: object) -> AuditEntry:
        return AuditEntry(
            at=at,
            user=building.colleague,
            actor=f"{building.colleague.get_username()} (example)",
            act=act,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            target_label=label or str(target),
            detail={**detail, **EXAMPLE},
        )

    for list_ in building.lists:
        yield entry("list.created", list_.created_at, list_)
    for image in building.images:
        yield entry("image.uploaded", image.created_at, image)
    for campaign in building.campaigns:
        yield entry("campaign.created", campaign.created_at, campaign)
        if campaign.launched_at is not None and campaign.dispatch is not None:
            people = campaign.dispatch.planned_count
            yield entry("campaign.launched", campaign.launched_at, campaign, people=people)
    for run in imports:
        yield entry("import.uploaded", run.created_at, run, run.file_name)
        yield entry("import.started", run.started_at, run, run.file_name)
        if run.undone_at is not None:
            yield entry("import.undone", run.undone_at, run, run.file_name)
    for job in jobs:
        act = "contacts.exported" if job.kind == BulkKind.EXPORT else "contacts.tagged"
        yield entry(act, job.created_at, job, bulk.title(job), people=job.done_count)
