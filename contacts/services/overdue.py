"""What time does to sign-ups that nobody confirmed: a late question, one reminder, the end."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from contacts.models import Confirmation, ConsentRecord, Subscription, SubscriptionState
from contacts.services import confirmations, consent
from mailhub.lib.errors import UserError

logger = logging.getLogger(__name__)

REMIND_AFTER = timedelta(days=2)
FORGET_AFTER = timedelta(days=30)
BATCH = 200


def mail_due(*, now: datetime) -> int:
    """Mail the questions that a limit held back, and one reminder to who has not answered; how many."""
    late = Q(mailed_at=None)
    remindable = Q(mailed_at__lt=now - REMIND_AFTER, reminder_sent_at=None)
    waiting = _waiting(now).filter(late | remindable).order_by("pk")
    return sum(_tried(confirmation, now=now) for confirmation in waiting[:BATCH])


def forget_stale(*, now: datetime) -> int:
    """End the requests that nobody confirmed in 30 days; contacts made for them go too. How many ended."""
    stale = Subscription.objects.filter(
        state=SubscriptionState.PENDING, changed_at__lt=now - FORGET_AFTER
    ).select_related("contact", "list")
    count = 0
    while batch := list(stale.order_by("pk")[:BATCH]):
        for subscription in batch:
            _forget(subscription)
        count += len(batch)
    return count


def _tried(confirmation: Confirmation, *, now: datetime) -> bool:
    """One brand that cannot mail must not keep the questions of the others."""
    try:
        return _mail_again(confirmation, now=now)
    except UserError as error:
        logger.warning("Confirmation %s waits: %s", confirmation.pk, error)
        return False


@transaction.atomic
def _mail_again(confirmation: Confirmation, *, now: datetime) -> bool:
    consent.lock(confirmation.contact)
    confirmation.refresh_from_db(fields=["mailed_at", "reminder_sent_at", "used_at"])
    done = confirmation.used_at or (confirmation.mailed_at and confirmation.reminder_sent_at)
    if done or not confirmations.may_mail(confirmation.address_hash, now=now):
        return False
    if confirmation.mailed_at is None:
        confirmations.mail(confirmation, now=now)
        return True
    confirmations.remind(confirmation, now=now)
    return True


def _waiting(now: datetime) -> QuerySet[Confirmation]:
    """The last request of each pending pair whose answer is still open, if none of them was reminded."""
    of_pair = Confirmation.objects.filter(contact=OuterRef("contact"), list=OuterRef("list"))
    pending = Subscription.objects.filter(
        contact=OuterRef("contact"), list=OuterRef("list"), state=SubscriptionState.PENDING
    )
    return Confirmation.objects.filter(
        Exists(pending),
        ~Exists(of_pair.filter(pk__gt=OuterRef("pk"))),
        ~Exists(of_pair.filter(reminder_sent_at__isnull=False)),
        used_at=None,
        expires_at__gt=now,
        contact__address_hash=F("address_hash"),
    ).select_related("contact", "list__brand")


@transaction.atomic
def _forget(subscription: Subscription) -> None:
    contact, list_ = subscription.contact, subscription.list
    brought = Confirmation.objects.filter(contact=contact, brought_contact=True).exists()
    consent.lapse(contact, list_)
    left = Subscription.objects.filter(contact=contact)
    # One question may ask for several lists: it stays until the last of them is over.
    if not left.filter(state=SubscriptionState.PENDING).exists():
        Confirmation.objects.filter(contact=contact, used_at=None).delete()
    if brought and not left.exists():
        ConsentRecord.objects.filter(contact=contact).update(ip=None, user_agent="")
        contact.delete()
