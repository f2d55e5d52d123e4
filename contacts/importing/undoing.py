"""The steps of an undo for one batch of people; each is called inside the batch's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contacts.models import (
    ConsentAction,
    ConsentMethod,
    ConsentRecord,
    Contact,
    ContactTag,
    Import,
    ImportChange,
    List,
    Subscription,
    SubscriptionState,
)
from contacts.services import journal


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one contact, as `undo_decide.sql` says."""

    contact_id: int
    address_hash: str
    kind: str
    deed: str
    act: str
    before: dict[str, Any]
    subscription_before: str
    changed_at: datetime | None
    contact_updated_at: datetime | None


def lock(run: Import, *, after: int, upto: int) -> None:
    """The batch's contacts stand still, in one order for everybody."""
    numbers = ImportChange.objects.filter(run=run, contact_id__gt=after, contact_id__lte=upto)
    contacts = Contact.objects.filter(pk__in=numbers.values("contact_id")).order_by("pk")
    list(contacts.select_for_update(no_key=True).values_list("pk"))


def take_back_consent(run: Import, decisions: Sequence[Decision], *, actor: str, now: datetime) -> None:
    """Where the import's act was the last on its list, a record says that it is undone, and it is."""
    acting = [decision for decision in decisions if decision.act]
    list_ = run.list
    if not acting or list_ is None:
        return
    expiries = _expiries_before(run, list_, [decision.contact_id for decision in acting])
    ConsentRecord.objects.bulk_create(
        [
            ConsentRecord(
                contact_id=decision.contact_id,
                address_hash=decision.address_hash,
                list_id=list_.pk,
                list_name=list_.name,
                action=ConsentAction(decision.act),
                method=ConsentMethod.STAFF,
                source=f"import {run.pk} undone",
                actor=actor[:150],
                import_id=run.pk,
                occurred_at=now,
                recorded_at=now,
            )
            for decision in acting
        ],
        batch_size=500,
    )
    _move(list_, acting, expiries=expiries, now=now)


def take_back_tags(decisions: Iterable[Decision]) -> None:
    """The tags that the import put on people who were here before go, if they are still its own."""
    wanted = {
        (decision.contact_id, name.casefold()): decision.changed_at
        for decision in decisions
        for name in decision.before.get("tags_added", ())
    }
    marks = ContactTag.objects.filter(contact_id__in={contact_id for contact_id, _ in wanted})
    rows = marks.values_list("pk", "contact_id", "tag__key", "created_at")
    own = [pk for pk, contact_id, key, at in rows if at is not None and wanted.get((contact_id, key)) == at]
    ContactTag.objects.filter(pk__in=own).delete()


def restore(decisions: Iterable[Decision]) -> None:
    """Contacts that nobody has edited since get their former values, and their former moment of change."""
    wanted = {decision.contact_id: decision for decision in decisions if decision.deed == "restore"}
    for contact in Contact.objects.filter(pk__in=wanted):
        decision = wanted[contact.pk]
        values = {
            name: value
            for name, value in decision.before.items()
            if name not in ("custom", "tags_added") and value is not None
        }
        custom = {**contact.custom, **(decision.before.get("custom") or {})}
        Contact.objects.filter(pk=contact.pk).update(
            **values,
            custom={key: value for key, value in custom.items() if value is not None},
            updated_at=decision.contact_updated_at or contact.updated_at,
        )


def delete(decisions: Iterable[Decision]) -> None:
    """Contacts that the import made and nobody has touched go; their records of consent stay, by hash alone."""
    numbers = [decision.contact_id for decision in decisions if decision.deed == "delete"]
    ConsentRecord.objects.filter(contact_id__in=numbers).update(ip=None, user_agent="")
    Contact.objects.filter(pk__in=numbers).delete()


def _expiries_before(run: Import, list_: List, numbers: list[int]) -> dict[int, datetime | None]:
    """When the consent that each of these had before the import ends, as far as they had one."""
    earlier = ConsentRecord.objects.filter(
        contact_id__in=numbers, list_id=list_.pk, action__in=journal.GRANTING
    ).exclude(import_id=run.pk)
    return dict(earlier.order_by("pk").values_list("contact_id", "basis_expires_at"))


def _move(
    list_: List, acting: list[Decision], *, expiries: dict[int, datetime | None], now: datetime
) -> None:
    rows = Subscription.objects.filter(list=list_)
    for state in ("", *SubscriptionState.values):
        numbers = [decision.contact_id for decision in acting if decision.subscription_before == state]
        found = rows.filter(contact_id__in=numbers)
        if not state:
            found.delete()
            continue
        found.update(state=state, basis_expires_at=None, changed_at=now)
        for number in numbers:
            if ends_at := expiries.get(number):
                rows.filter(contact_id=number).update(basis_expires_at=ends_at)
