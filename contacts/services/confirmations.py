"""The questions of double opt-in: their rows, how often an address may be asked, and the mails."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from contacts.models import Confirmation, Contact, List
from contacts.services import confirmation_mail
from contacts.services.evidence import Evidence

LIFETIME = timedelta(days=7)
PAUSE_BETWEEN_MAILS = timedelta(minutes=10)
MAILS_A_DAY = 3


def open_list_ids(contact: Contact, *, now: datetime) -> set[int]:
    """The lists that some question to the contact, which they may still answer, asks for."""
    rows = Confirmation.objects.filter(contact=contact, used_at=None, expires_at__gt=now)
    pairs = rows.values_list("list_id", "also_list_ids")
    return {list_id for first, others in pairs for list_id in (first, *others)}


def may_mail(address_hash: str, *, now: datetime) -> bool:
    """At most one mail in 10 minutes and three in a day to an address, reminders counted."""
    day = now - timedelta(days=1)
    asked = Confirmation.objects.filter(address_hash=address_hash)
    pairs = asked.filter(Q(mailed_at__gt=day) | Q(reminder_sent_at__gt=day))
    moments = [
        moment
        for pair in pairs.values_list("mailed_at", "reminder_sent_at")
        for moment in pair
        if moment is not None and moment > day
    ]
    return len(moments) < MAILS_A_DAY and all(moment <= now - PAUSE_BETWEEN_MAILS for moment in moments)


def make(
    contact: Contact, lists: Sequence[List], *, evidence: Evidence, brought_contact: bool, now: datetime
) -> Confirmation:
    """The row of one question about these lists; its first one gives it its name."""
    first, *others = lists
    return Confirmation.objects.create(
        contact=contact,
        list=first,
        also_list_ids=[list_.pk for list_ in others],
        nonce=secrets.token_hex(8),
        address_hash=contact.address_hash,
        form_version=evidence.form_version,
        brought_contact=brought_contact,
        requested_at=now,
        expires_at=now + LIFETIME,
    )


def mail(confirmation: Confirmation, *, now: datetime) -> None:
    """Ask by mail. Until then nobody can have used the link: its seven days begin now."""
    confirmation_mail.send(confirmation, reminder=False)
    confirmation.mailed_at = now
    confirmation.expires_at = now + LIFETIME
    confirmation.save(update_fields=["mailed_at", "expires_at"])


def remind(confirmation: Confirmation, *, now: datetime) -> None:
    """Ask once more, with the same link."""
    confirmation_mail.send(confirmation, reminder=True)
    confirmation.reminder_sent_at = now
    confirmation.save(update_fields=["reminder_sent_at"])
