"""Writes the example people, what they agreed to, and whom nothing may be sent to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import blake2b

from django.db import models

from contacts.models import (
    Confirmation,
    ConsentRecord,
    Contact,
    ContactTag,
    Subscription,
    SubscriptionState,
    Tag,
)
from mailhub.delivery import hashing
from mailhub.delivery.models import Suppression
from mailhub.demo.cast import Person
from mailhub.demo.histories import Act
from mailhub.demo.plan import FIELDS, LISTS, SOURCE
from mailhub.demo.services.building import Building
from mailhub.lib import addresses

BATCH = 500


def build_contacts(building: Building) -> Iterator[models.Model]:
    """The people with their fields and tags; yields the contacts."""
    parsed = [addresses.parse(person.email) for person in building.cast]
    building.hashes = hashing.address_hashes(address.key for address in parsed)
    rows = [
        _contact(person, address, hashed, building)
        for person, address, hashed in zip(building.cast, parsed, building.hashes, strict=True)
    ]
    building.contacts = Contact.objects.bulk_create(rows, batch_size=BATCH)
    _tag(building)
    yield from building.contacts


def _contact(person: Person, address: addresses.Address, hashed: str, building: Building) -> Contact:
    planned = {key: kind for key, _, kind in FIELDS}
    # A field of the same key may be of another type here; its values would not fit.
    custom = {
        key: value for key, value in person.custom.items() if building.field_types.get(key) == planned[key]
    }
    return Contact(
        email=address.typed,
        email_key=address.key,
        address=address.ascii,
        address_hash=hashed,
        first_name=person.first_name,
        last_name=person.last_name,
        locale=person.locale,
        time_zone=person.time_zone,
        country=person.country,
        city=person.city,
        custom=custom,
        source=SOURCE,
        created_at=person.joined_at,
        updated_at=person.joined_at,
    )


def _tag(building: Building) -> None:
    tags = {
        tag.key: tag
        for tag in Tag.objects.filter(key__in={tag for each in building.cast for tag in each.tags})
    }
    ContactTag.objects.bulk_create(
        [
            ContactTag(contact=contact, tag=tags[name], created_at=contact.created_at)
            for person, contact in zip(building.cast, building.contacts, strict=True)
            for name in person.tags
        ],
        batch_size=BATCH,
    )


def build_consent(building: Building) -> Iterator[models.Model]:
    """Every act in its order, where each person stands by now, and the suppressions; yields nothing to note.

    All of it is found again by the people's hashes.
    """
    past = building.past
    ConsentRecord.objects.bulk_create([_record(act, building) for act in past.acts], batch_size=BATCH)
    _subscribe(building)
    _ask(building)
    _suppress(building)
    yield from ()


def _record(act: Act, building: Building) -> ConsentRecord:
    contact, list_ = building.contacts[act.person], building.lists[act.list_number]
    asked = act.method == "form"
    return ConsentRecord(
        contact=contact,
        address_hash=contact.address_hash,
        list_id=list_.pk,
        list_name=list_.name,
        action=act.action,
        basis=act.basis,
        basis_expires_at=act.expires_at,
        method=act.method,
        source=act.source,
        wording=LISTS[act.list_number].wording if asked else "",
        form_version="2" if asked else "",
        ip=f"203.0.113.{act.person % 254 + 1}" if asked or act.method == "confirmation" else None,
        actor="ida" if act.method == "staff" else "",
        occurred_at=act.at,
        recorded_at=act.at,
    )


def _subscribe(building: Building) -> None:
    last = {(act.person, act.list_number): act for act in building.past.acts}
    Subscription.objects.bulk_create(
        [
            Subscription(
                contact=building.contacts[person],
                list=building.lists[list_],
                state=state,
                basis_expires_at=last[person, list_].expires_at,
                changed_at=last[person, list_].at,
            )
            for (person, list_), state in sorted(building.past.on.items())
            if state
        ],
        batch_size=BATCH,
    )


def _ask(building: Building) -> None:
    """The open questions; their one reminder counts as sent, so that nobody is asked by a real mail."""
    pending = [key for key, state in sorted(building.past.on.items()) if state == SubscriptionState.PENDING]
    asked_at = {
        (act.person, act.list_number): act.at for act in building.past.acts if act.action == "requested"
    }
    Confirmation.objects.bulk_create(
        [
            Confirmation(
                contact=building.contacts[person],
                list=building.lists[list_],
                nonce=blake2b(f"{person}:{list_}".encode(), digest_size=8).hexdigest(),
                address_hash=building.hashes[person],
                form_version="2",
                requested_at=asked_at[person, list_],
                expires_at=asked_at[person, list_] + timedelta(days=7),
                mailed_at=asked_at[person, list_],
                reminder_sent_at=asked_at[person, list_],
            )
            for person, list_ in pending
        ],
        batch_size=BATCH,
    )


def _suppress(building: Building) -> None:
    past = building.past
    left = [
        Suppression(
            address_hash=building.hashes[act.person],
            scope_key=building.lists[act.list_number].key,
            reason="unsubscribed",
            source=act.method,
            created_at=act.at,
        )
        for act in past.acts
        if act.action == "withdrawn"
    ]
    silenced = [
        Suppression(
            address_hash=building.hashes[person],
            reason=reason,
            source="ida" if reason == "manual" else "reply of the server",
            note="Asked by telephone to be left alone." if reason == "manual" else "",
            created_at=at,
        )
        for person, (reason, at) in sorted(past.silenced.items())
    ]
    # As they would have come to be: the screen shows them by number, newest first.
    in_order = sorted(left + silenced, key=lambda one: one.created_at)
    Suppression.objects.bulk_create(in_order, batch_size=BATCH, ignore_conflicts=True)
