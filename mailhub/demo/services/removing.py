"""Takes the example shop out of the database again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.models import Model, ProtectedError, Q, QuerySet, RestrictedError
from django.utils.translation import gettext as _

from campaigns.models import Campaign, CampaignState
from contacts.models import (
    BulkJob,
    ConsentRecord,
    Contact,
    ContactTag,
    CustomField,
    Import,
    List,
    SavedView,
    SignUpForm,
    Tag,
)
from mailhub.accounts.models import AuditEntry, User
from mailhub.content.models import Image, Letter, LetterVariant, LetterVersion
from mailhub.content.selectors import images as showing
from mailhub.content.services import images
from mailhub.delivery.models import (
    Brand,
    CapturedLetter,
    Dispatch,
    Event,
    Message,
)
from mailhub.delivery.services import brands
from mailhub.demo.models import DemoLoad, LoadState
from mailhub.lib import clock, storage
from mailhub.lib.errors import UserError
from reports.services import growth

CONSENT_GUARD = "consent_record_stays"


class NothingToRemove(UserError):
    """There is no example data."""


class StillSending(UserError):
    """An example campaign is on its way."""


def known_among(hashes: list[str]) -> set[str]:
    """Those of which the installation knows anything."""
    found: set[str] = set()
    for model in _about_people():
        rows = model._default_manager.filter(address_hash__in=hashes)
        found |= set(rows.values_list("address_hash", flat=True))
    return found


def _about_people() -> list[type[Model]]:
    """Every table that knows people by their hash, of whatever room; the ledger's rows belong to a campaign."""
    hashed = [
        model for model in apps.get_models() if any(f.name == "address_hash" for f in model._meta.fields)
    ]
    return [model for model in hashed if model not in (Message, Event)]


@transaction.atomic
def remove() -> list[str]:
    """Everything that `loading.load` made is gone, and what grew on the example people since.

    What somebody built on it stays with what it needs: a letter that another campaign uses, a tag that a
    real person bears. Answers the names of what stayed. Real people who were put on an example list stay;
    the list goes. Raises NothingToRemove, StillSending.
    """
    check()
    note = DemoLoad.objects.select_for_update().get()
    _remove_campaigns(note, Campaign.objects.filter(pk__in=_ids(note, Campaign)))
    _remove_people(note)
    _remove_acts(note)
    stayed = [*_remove_letters(note), *_remove_pictures(note), *_remove_words(note)]
    stayed += [*_remove_each(List.objects.filter(pk__in=_ids(note, List)))]
    stayed += [*_remove_colleagues(note), *_remove_each(_example_brands(note))]
    note.delete()
    growth.count_anew()
    growth.count_new(now=clock.now())
    return stayed


def check() -> None:
    """Raises NothingToRemove, or StillSending."""
    note = DemoLoad.objects.first()
    if note is None:
        raise NothingToRemove(_("There is no example data to remove."))
    under_way = Campaign.objects.filter(pk__in=_ids(note, Campaign), state=CampaignState.SENDING).first()
    if under_way is not None:
        raise StillSending(
            _("“%(name)s” is being sent. Pause or stop it, then remove the example data.")
            % {"name": under_way.name}
        )


def ask() -> None:
    """It is on its way out. Raises as `check`."""
    check()
    DemoLoad.objects.update(state=LoadState.REMOVING)


def _ids(note: DemoLoad, model: Any) -> list[int]:
    return list(note.made.get(model._meta.label_lower, []))


def _remove_campaigns(note: DemoLoad, campaigns: QuerySet[Campaign]) -> None:
    """With their dispatches: the ones that were made, and those of drafts that were sent on a trial."""
    own = set(_ids(note, Dispatch)) | set(
        campaigns.exclude(dispatch=None).values_list("dispatch_id", flat=True)
    )
    own |= set(
        Dispatch.objects.filter(producer="campaign", producer_id__in=_ids(note, Campaign)).values_list(
            "pk", flat=True
        )
    )
    campaigns.delete()
    for model in (Message, Event, CapturedLetter):
        rows: QuerySet[Any] = model._default_manager.filter(dispatch_id__in=own)
        rows.delete()
    Dispatch.objects.filter(pk__in=own).delete()


def _remove_people(note: DemoLoad) -> None:
    """The loader took only addresses that nothing was known of: all that bears their hashes is theirs."""
    with _past_the_guard():
        ConsentRecord.objects.filter(address_hash__in=note.hashes)._raw_delete(connection.alias)
    for model in _about_people():
        if model not in (Contact, ConsentRecord):
            model._default_manager.filter(address_hash__in=note.hashes).delete()
    Contact.objects.filter(pk__in=_ids(note, Contact)).delete()


@contextmanager
def _past_the_guard() -> Iterator[None]:
    """Lets invented proofs be deleted, which the database refuses for every proof.

    The guard is away inside this transaction alone: PostgreSQL locks the table against other writers
    for it, SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        _set_guard("DISABLE")
        yield
        _set_guard("ENABLE")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [CONSENT_GUARD])
        (guard,) = cursor.fetchone()
        cursor.execute(f"DROP TRIGGER {CONSENT_GUARD}")
        yield
        cursor.execute(guard)


def _set_guard(act: str) -> None:
    # PostgreSQL alters no table that still has foreign keys to check.
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE contacts_consentrecord {act} TRIGGER {CONSENT_GUARD}")


def _remove_letters(note: DemoLoad) -> Iterator[str]:
    used = set(Campaign.objects.values_list("letter_version__letter_id", flat=True))
    for letter in Letter.objects.filter(pk__in=_ids(note, Letter)):
        if letter.pk in used:
            yield letter.name
            continue
        LetterVariant.objects.filter(version__letter=letter).delete()
        LetterVersion.objects.filter(letter=letter).delete()
        letter.delete()


def _remove_acts(note: DemoLoad) -> None:
    """What the example staff did, with its files; the file of an example's export made since, too."""
    for run in Import.objects.filter(pk__in=_ids(note, Import)):
        _delete_later(storage.private(), run.error_upload)
        _delete_later(storage.private(), run.upload)
        run.delete()
    for job in BulkJob.objects.filter(pk__in=_ids(note, BulkJob)):
        _delete_later(storage.private(), job.file)
        job.delete()
    for model in (SavedView, AuditEntry):
        rows: QuerySet[Any] = model._default_manager.filter(pk__in=_ids(note, model))
        rows.delete()
    # A list's own form would go with its list; not so one that was given other lists since.
    SignUpForm.objects.filter(pk__in=_ids(note, SignUpForm)).delete()


def _delete_later(place: Storage, name: str) -> None:
    """The file is gone when, and only if, the rows are."""
    if name:
        transaction.on_commit(lambda: place.delete(name))


def _remove_pictures(note: DemoLoad) -> Iterator[str]:
    """Those that no letter shows."""
    for image in Image.objects.filter(pk__in=_ids(note, Image)):
        if showing.used_in(image):
            yield image.name
        else:
            images.delete(image)


def _remove_colleagues(note: DemoLoad) -> Iterator[str]:
    """The invented account, unless somebody has let it in since: it is a person's then."""
    for user in User.objects.filter(pk__in=_ids(note, User)):
        if user.is_active:
            yield user.get_username()
        else:
            user.delete()


def _remove_words(note: DemoLoad) -> Iterator[str]:
    """Tags that nobody real bears, fields in which nothing real is written."""
    for tag in Tag.objects.filter(pk__in=_ids(note, Tag)):
        if ContactTag.objects.filter(tag=tag).exists():
            yield tag.name
        else:
            tag.delete()
    for field in CustomField.objects.filter(pk__in=_ids(note, CustomField)):
        if Contact.objects.filter(custom__has_key=field.key).exists():
            yield field.label
        else:
            field.delete()


def _example_brands(note: DemoLoad) -> QuerySet[Brand]:
    """The shop's brand; and the first brand, if the load made it and nobody has filled it in since."""
    *first, example = sorted(_ids(note, Brand)) or [0]
    untouched = Q(pk__in=first, name=brands.FIRST_NAME, postal_address="", sender_address="")
    return Brand.objects.filter(Q(pk=example) | untouched)


def _remove_each(rows: QuerySet[Any]) -> Iterator[str]:
    for row in rows:
        try:
            with transaction.atomic():
                row.delete()
        except (ProtectedError, RestrictedError):
            yield str(row)
