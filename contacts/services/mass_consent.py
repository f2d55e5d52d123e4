"""What `consent` does for one, for many in a few statements: the same refusals, the same proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from contacts import signals
from contacts.models import (
    Confirmation,
    ConsentAction,
    ConsentRecord,
    Contact,
    List,
    Subscription,
    SubscriptionState,
)
from contacts.services.evidence import Act
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression

LEFT = "unsubscribed"
ON_LIST = (SubscriptionState.SUBSCRIBED, SubscriptionState.PENDING)


@transaction.atomic
def grant(contact_ids: Collection[int], list_: List, *, act: Act) -> Counter[str]:
    """Everybody of these who may be is subscribed afterwards, with the proof; answers outcome → how many.

    added; extended: implied consent now lasts longer; already; and left alone (rules 2.4): unsubscribed,
    who left the list, and suppressed.
    """
    people = _locked(contact_ids)
    rows = _standings(people, list_)
    stopped = _stopped(people, list_)
    outcomes: Counter[str] = Counter()
    granted: list[Contact] = []
    for person in people:
        outcome = _outcome(rows.get(person.pk), person.address_hash in stopped, act)
        outcomes[outcome] += 1
        if outcome in ("added", "extended"):
            granted.append(person)
    _record(granted, list_, ConsentAction.GRANTED, act=act)
    Subscription.objects.bulk_create(
        [
            Subscription(
                contact=person,
                list=list_,
                state=SubscriptionState.SUBSCRIBED,
                basis_expires_at=act.basis_expires_at,
                changed_at=_changed_at(rows.get(person.pk), act),
            )
            for person in granted
        ],
        update_conflicts=True,
        unique_fields=["contact", "list"],
        update_fields=["state", "basis_expires_at", "changed_at"],
    )
    if granted:
        contact_ids = [person.pk for person in granted]
        signals.tell(signals.SUBSCRIBED, contact_ids=contact_ids, list_id=list_.pk)
    return outcomes


@transaction.atomic
def withdraw(contact_ids: Collection[int], list_: List, *, act: Act) -> Counter[str]:
    """Everybody of these who is on the list has left it afterwards: removed, not_on."""
    people = _locked(contact_ids)
    rows = _standings(people, list_)
    leaving = [person for person in people if person.pk in rows and rows[person.pk].state in ON_LIST]
    _record(leaving, list_, ConsentAction.WITHDRAWN, act=act)
    ids, hashes = [person.pk for person in leaving], [person.address_hash for person in leaving]
    Subscription.objects.filter(list=list_, contact__in=ids).update(
        state=SubscriptionState.UNSUBSCRIBED, changed_at=act.at
    )
    # A confirmation link from before does not revive who has left since.
    mailed = Confirmation.objects.filter(address_hash__in=hashes, list_id=list_.pk, used_at=None)
    mailed.filter(expires_at__gt=act.at).update(expires_at=act.at)
    source = (act.source or act.method)[:120]
    suppression.suppress_many(suppression.Entry(hashed, LEFT, list_.key, source) for hashed in hashes)
    if ids:
        signals.tell(signals.UNSUBSCRIBED, contact_ids=ids, list_id=list_.pk)
    return Counter({"removed": len(leaving), "not_on": len(people) - len(leaving)})


def _locked(contact_ids: Collection[int]) -> list[Contact]:
    """Acts of one contact follow one another; in the order of their numbers, so that none wait in a ring."""
    people = Contact.objects.select_for_update(no_key=True).filter(pk__in=contact_ids)
    return list(people.order_by("pk").only("pk", "address_hash"))


def _standings(people: Sequence[Contact], list_: List) -> dict[int, Subscription]:
    rows = Subscription.objects.filter(list=list_, contact__in=[person.pk for person in people])
    return {row.contact_id: row for row in rows}


def _stopped(people: Sequence[Contact], list_: List) -> set[str]:
    rows = Suppression.objects.filter(
        address_hash__in=[person.address_hash for person in people],
        scope_key__in=["", list_.key, f"brand:{list_.brand_id}"],
    )
    return set(rows.values_list("address_hash", flat=True))


def _outcome(row: Subscription | None, is_stopped: bool, act: Act) -> str:
    if row is not None and row.state == SubscriptionState.UNSUBSCRIBED:
        return "unsubscribed"
    if is_stopped:
        return "suppressed"
    if row is None or row.state == SubscriptionState.PENDING:
        return "added"
    ends = row.basis_expires_at
    # Express consent does not end, and nothing shortens what was agreed before.
    longer = ends is not None and (act.basis_expires_at is None or act.basis_expires_at > ends)
    return "extended" if longer else "already"


def _changed_at(row: Subscription | None, act: Act) -> datetime:
    """When the state changed: a longer basis leaves it as it was."""
    return row.changed_at if row is not None and row.state == SubscriptionState.SUBSCRIBED else act.at


def _record(people: Sequence[Contact], list_: List, action: ConsentAction, *, act: Act) -> None:
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(
                contact=person,
                address_hash=person.address_hash,
                list_id=list_.pk,
                list_name=list_.name,
                action=action,
                basis=act.basis if action == ConsentAction.GRANTED else "",
                basis_expires_at=act.basis_expires_at,
                method=act.method,
                source=act.source,
                actor=act.evidence.actor,
                occurred_at=act.at,
                recorded_at=act.at,
            )
            for person in people
        ]
    )
