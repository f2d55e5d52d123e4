"""Double opt-in: asks by mail, and confirms by the link in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from contacts.models import (
    Confirmation,
    Contact,
    List,
    OptIn,
    SubscriptionState,
)
from contacts.services import confirmations, consent
from contacts.services.evidence import NOTHING_KNOWN, Evidence
from mailhub.delivery import tokens
from mailhub.lib import clock


class Answer(StrEnum):
    """What a confirmation link is good for."""

    READY = "ready"
    CONFIRMED = "confirmed"
    ALREADY = "already"
    EXPIRED = "expired"
    LEFT = "left"  # unsubscribed since; the link does not revive


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer for a link, with what is left of the request behind it."""

    answer: Answer
    confirmation: Confirmation | None = None


@transaction.atomic
def start(
    contact: Contact,
    list_: List,
    *,
    method: str,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
    brought_contact: bool = False,
) -> None:
    """Do what the list's opt-in wants: subscribe at once, or wait and ask by mail.

    Asking again within the limits of mails per address changes nothing and mails nothing; the caller
    answers the stranger the same in every case. `brought_contact`: made for this, and goes if it lapses.
    """
    if list_.opt_in == OptIn.SINGLE:
        consent.grant(contact, list_, method=method, source=source, evidence=evidence)
        return
    now = clock.now()
    consent.lock(contact)
    pending = confirmations.open_ones(contact, list_, now=now).exists()
    allowed = confirmations.may_mail(contact.address_hash, now=now)
    if pending and not allowed:
        return
    if consent.request(contact, list_, method=method, source=source, evidence=evidence):
        confirmation = confirmations.make(
            contact, list_, evidence=evidence, brought_contact=brought_contact, now=now
        )
        if allowed:
            confirmations.mail(confirmation, now=now)


def look(token: str) -> Asked:
    """What the link would do now, changing nothing; raises BadToken."""
    payload = tokens.read("confirm", token)
    nonce = payload.values[0] if payload.values else ""
    rows = Confirmation.objects.select_related("contact", "list__brand")
    found = rows.filter(pk=payload.number, nonce=nonce).first()
    return Asked(Answer.EXPIRED) if found is None else Asked(_answer(found, now=clock.now()), found)


@transaction.atomic
def confirm(token: str, *, evidence: Evidence = NOTHING_KNOWN) -> Asked:
    """Subscribe the person behind the link, once; what it was good for otherwise. Raises BadToken."""
    asked = look(token)
    if asked.confirmation is None:
        return asked
    consent.lock(asked.confirmation.contact)
    # Looked at again behind the lock: a second click or an unsubscribe may have been faster.
    asked = look(token)
    if asked.confirmation is None or asked.answer != Answer.READY:
        return asked
    row = asked.confirmation
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    consent.confirm(row.contact, row.list, source=f"confirmation {row.pk}", evidence=evidence)
    return Asked(Answer.CONFIRMED, row)


def _answer(row: Confirmation, *, now: datetime) -> Answer:
    state = consent.rebuild(row.contact).get(row.list_id, "")
    if state == SubscriptionState.UNSUBSCRIBED:
        return Answer.LEFT
    if state == SubscriptionState.SUBSCRIBED:
        return Answer.ALREADY
    # Bound to the address that was asked: after a change of address it proves nothing.
    same = row.address_hash == row.contact.address_hash
    fresh = row.used_at is None and row.expires_at > now
    return Answer.READY if state and same and fresh else Answer.EXPIRED
