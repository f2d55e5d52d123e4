"""What staff change about a person, beyond the values of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Confirmation, ConsentRecord, Contact, LegalBasis, List, Subscription
from contacts.services import consent, people
from contacts.services.evidence import Evidence
from mailhub.delivery.models import Suppression
from mailhub.delivery.services import suppression
from mailhub.delivery.services.suppression import Entry
from mailhub.lib import clock
from mailhub.lib.errors import UserError

# What a person did or asked for goes with them to a new address; what a mailbox answered stays with it.
FOLLOWING = ("unsubscribed", "complaint", "manual", "erased")


class NotSubscribed(UserError):
    """The person may not be subscribed by staff; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Goes:
    """What goes when a contact is deleted, counted."""

    subscriptions: int
    tags: int
    records: int


def change(
    contact: Contact, *, email: str, values: Mapping[str, object], custom: Mapping[str, object]
) -> tuple[Contact, int]:
    """The contact with these values; and how many suppressions went with it to a new address.

    Somebody who unsubscribed or complained did so as a person: the new address is suppressed for it too. A
    hard bounce belongs to the old mailbox. Confirmations that were asked of the old address end. Raises as
    `people.update`.
    """
    with transaction.atomic():
        former = Contact.objects.select_for_update().get(pk=contact.pk)
        changed = people.update(contact, email=email, values=values, custom=custom)
        if changed.address_hash == former.address_hash:
            return changed, 0
        now = clock.now()
        Confirmation.objects.filter(contact=contact, used_at=None, expires_at__gt=now).update(expires_at=now)
        return changed, _follow(former.address_hash, changed.address_hash)


def subscribe(
    contact: Contact,
    list_: List,
    *,
    source: str,
    wording: str,
    actor: str,
    basis: str = LegalBasis.EXPRESS,
    basis_expires_at: datetime | None = None,
) -> None:
    """Staff state that the person agreed to the list, and how; kept as the proof. Raises NotSubscribed for who
    left the list or is suppressed: only they themselves come back."""
    evidence = Evidence(wording=wording, actor=actor)
    done = consent.grant(
        contact,
        list_,
        method="staff",
        basis=basis,
        basis_expires_at=basis_expires_at,
        source=source,
        evidence=evidence,
    )
    if not done:
        raise NotSubscribed(
            _(
                "This person has left “%(list)s” or is suppressed. Staff cannot bring them back: send them the "
                "sign-up form, so that they subscribe themselves."
            )
            % {"list": list_.name}
        )


def unsubscribe(contact: Contact, list_: List, *, source: str, actor: str) -> None:
    """The person asked staff to be taken off the list."""
    consent.withdraw(contact, list_, method="staff", source=source, evidence=Evidence(actor=actor))


def goes_with(contact: Contact) -> Goes:
    return Goes(
        Subscription.objects.filter(contact=contact).count(),
        contact.tag_marks.count(),
        ConsentRecord.objects.filter(contact=contact).count(),
    )


@transaction.atomic
def delete(contact: Contact) -> None:
    """The contact is gone. Suppressions and records of consent stay, by the keyed hash of the address alone."""
    ConsentRecord.objects.filter(contact=contact).update(ip=None, user_agent="")
    contact.delete()


def _follow(former: str, present: str) -> int:
    rows = Suppression.objects.filter(address_hash=former, reason__in=FOLLOWING)
    entries = [Entry(present, row.reason, row.scope_key, row.source, row.note) for row in rows]
    suppression.suppress_many(entries)
    return len(entries)
