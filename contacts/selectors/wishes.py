"""Whose wish stands in the way of a marketing letter now: a pause, or at most one a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from contacts.models import Contact, Frequency, MailingWish
from mailhub.delivery.contracts import Refusal
from mailhub.delivery.models import AddressRecord
from mailhub.lib import clock

# Half a day short of a week: the letter of every Monday at nine may be some minutes early.
WEEK = timedelta(days=6, hours=12)


def refusal(
    *, frequency: str, paused_until: datetime | None, mailed_at: datetime | None, now: datetime
) -> Refusal | None:
    """Why the person wishes for no marketing at this moment. No campaign may waive it.

    `mailed_at` is when they last got marketing mail, as far back as is known.
    """
    if paused_until is not None and paused_until > now:
        return Refusal("paused", f"Paused all letters until {paused_until:%Y-%m-%d %H:%M} UTC.")
    if frequency == Frequency.WEEKLY and mailed_at is not None and mailed_at > now - WEEK:
        return Refusal("frequency", f"Wants at most one letter a week; had one on {mailed_at:%Y-%m-%d}.")
    return None


def sentences(contact: Contact) -> list[str]:
    """As `refusal`, for one contact and in words; empty = no wish stands in the way."""
    row = MailingWish.objects.filter(contact=contact).first()
    if row is None:
        return []
    record = AddressRecord.objects.filter(pk=contact.address_hash).first()
    found = refusal(
        frequency=row.frequency,
        paused_until=row.paused_until,
        mailed_at=record.last_marketing_at if record else None,
        now=clock.now(),
    )
    return [f"{contact.email}: {found.detail}"] if found else []
