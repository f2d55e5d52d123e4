"""Whose wish stands in the way of a marketing letter now: a pause, or at most one a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from contacts.models import Contact, Frequency, MailingWish
from mailhub.delivery.contracts import Recipient, Refusal
from mailhub.delivery.models import AddressRecord
from mailhub.lib import clock

# Half a day short of a week: the letter of every Monday at nine may be some minutes early.
WEEK = timedelta(days=6, hours=12)


def standing_in_the_way(batch: Sequence[Recipient], *, now: datetime) -> dict[int, Refusal]:
    """By contact id, why the person wishes for no marketing at this moment. No campaign may waive it."""
    hashes = {recipient.contact_id: recipient.address_hash for recipient in batch if recipient.contact_id}
    wished = Q(paused_until__gt=now) | Q(frequency=Frequency.WEEKLY)
    rows = {row.contact_id: row for row in MailingWish.objects.filter(wished, contact_id__in=hashes)}
    if not rows:
        return {}
    recent = AddressRecord.objects.filter(
        pk__in=[hashes[contact_id] for contact_id in rows], last_marketing_at__gt=now - WEEK
    )
    mailed = dict(recent.values_list("pk", "last_marketing_at"))
    refusals = {
        contact_id: _refusal(row, mailed_at=mailed.get(hashes[contact_id]), now=now)
        for contact_id, row in rows.items()
    }
    return {contact_id: refusal for contact_id, refusal in refusals.items() if refusal is not None}


def sentences(contact: Contact) -> list[str]:
    """As `standing_in_the_way`, for one contact and in words; empty = no wish stands in the way."""
    now = clock.now()
    row = MailingWish.objects.filter(contact=contact).first()
    record = AddressRecord.objects.filter(pk=contact.address_hash, last_marketing_at__gt=now - WEEK).first()
    mailed_at = record.last_marketing_at if record else None
    refusal = _refusal(row, mailed_at=mailed_at, now=now) if row else None
    return [f"{contact.email}: {refusal.detail}"] if refusal else []


def _refusal(row: MailingWish, *, mailed_at: datetime | None, now: datetime) -> Refusal | None:
    if row.paused_until is not None and row.paused_until > now:
        return Refusal("paused", f"Paused all letters until {row.paused_until:%Y-%m-%d %H:%M} UTC.")
    if row.frequency == Frequency.WEEKLY and mailed_at is not None:
        return Refusal("frequency", f"Wants at most one letter a week; had one on {mailed_at:%Y-%m-%d}.")
    return None
