"""Writes how often people want letters, and why they left."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import Contact, Frequency, LeavingReason, MailingWish, Reason
from contacts.services.fields import InvalidValue
from mailhub.lib import clock

PAUSES = (30, 90)
# A correction is told within the same visit; later it is another leaving.
SAME_VISIT = timedelta(hours=1)
LONGEST_TEXT = 500


def receive(contact: Contact, *, frequency: str) -> MailingWish:
    """From now on all letters, or at most one a week; a pause ends. Raises InvalidValue."""
    if frequency not in Frequency.values:
        raise InvalidValue(_("Choose all letters, or at most one a week."))
    return _keep(contact, frequency=frequency, paused_until=None)


def pause(contact: Contact, *, days: int) -> MailingWish:
    """No marketing for so many days (PAUSES), and then as before. Raises InvalidValue."""
    if days not in PAUSES:
        raise InvalidValue(_("A pause lasts 30 or 90 days."))
    return _keep(contact, paused_until=clock.now() + timedelta(days=days))


@transaction.atomic
def give_reason(
    address_hash: str, *, contact: Contact | None, reason: str, text: str, list_id: int, dispatch_id: int
) -> bool:
    """Keep why somebody left; said again within the visit, it corrects itself. False when nothing was said:
    unknown reasons are none."""
    said = reason if reason in Reason.values else ""
    words = " ".join(text.split())[:LONGEST_TEXT]
    if not said and not words:
        return False
    now = clock.now()
    rows = LeavingReason.objects.filter(address_hash=address_hash, list_id=list_id)
    last = rows.filter(given_at__gt=now - SAME_VISIT).order_by("-given_at").first()
    row = last or LeavingReason(address_hash=address_hash, list_id=list_id)
    row.contact, row.dispatch_id, row.given_at = contact, dispatch_id, now
    row.reason, row.text = said or row.reason, words or row.text
    row.save()
    return True


def _keep(contact: Contact, *, paused_until: datetime | None, frequency: str | None = None) -> MailingWish:
    values: dict[str, object] = {"paused_until": paused_until, "changed_at": clock.now()}
    if frequency is not None:
        values["frequency"] = frequency
    return MailingWish.objects.update_or_create(contact=contact, defaults=values)[0]
