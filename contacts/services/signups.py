"""Double opt-in: asks by mail, and confirms by the link in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    """The answer for a link, with what is left of the request behind it, and the lists that it is about:
    those that still wait, or that were confirmed just now."""

    answer: Answer
    confirmation: Confirmation | None = None
    lists: Sequence[List] = ()


def start(
    contact: Contact,
    list_: List,
    *,
    method: str,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
    brought_contact: bool = False,
) -> None:
    """`start_many` for one list."""
    start_many(
        contact, [list_], method=method, source=source, evidence=evidence, brought_contact=brought_contact
    )


@transaction.atomic
def start_many(
    contact: Contact,
    lists: Sequence[List],
    *,
    method: str,
    source: str = "",
    evidence: Evidence = NOTHING_KNOWN,
    brought_contact: bool = False,
) -> None:
    """Do what each list's opt-in wants: subscribe at once, or wait and ask by mail, once for all of them.

    Who left a list with single opt-in, or is suppressed, is asked by mail too: only they can lift that.
    Asking again within the limits of mails per address changes nothing and mails nothing; the caller
    answers the stranger the same in every case. `brought_contact`: made for this, and goes if it lapses.
    """
    act: dict[str, Any] = {"method": method, "source": source, "evidence": evidence}
    consent.lock(contact)
    asking = [
        list_ for list_ in lists if list_.opt_in == OptIn.DOUBLE or not consent.grant(contact, list_, **act)
    ]
    now = clock.now()
    may_mail = confirmations.may_mail(contact.address_hash, now=now)
    if not may_mail:
        asked_already = confirmations.open_list_ids(contact, now=now)
        asking = [list_ for list_ in asking if list_.pk not in asked_already]
    asked = [list_ for list_ in asking if consent.request(contact, list_, **act)]
    made = [
        confirmations.make(contact, of_brand, evidence=evidence, brought_contact=brought_contact, now=now)
        for of_brand in _by_brand(asked)
    ]
    # The limits of mails to an address allowed one.
    for confirmation in made[: int(may_mail)]:
        confirmations.mail(confirmation, now=now)


def _by_brand(lists: Sequence[List]) -> list[list[List]]:
    """One letter asks for the lists of one brand, in its name."""
    brand_ids = dict.fromkeys(list_.brand_id for list_ in lists)
    return [[list_ for list_ in lists if list_.brand_id == brand_id] for brand_id in brand_ids]


@transaction.atomic
def ask_again(token: str, *, evidence: Evidence = NOTHING_KNOWN) -> None:
    """A new link to the same address for the same lists, within the limits; raises BadToken.

    Changes nothing for who is subscribed, or has another address by now. Whoever left since may ask: the
    link went to their own mailbox.
    """
    row = look(token).confirmation
    if row is None or row.address_hash != row.contact.address_hash:
        return
    lists = List.objects.select_related("brand").filter(pk__in=[row.list_id, *row.also_list_ids])
    start_many(
        row.contact,
        list(lists.order_by("pk")),
        method="form",
        source=f"confirmation {row.pk}",
        evidence=replace(evidence, form_version=row.form_version),
        brought_contact=row.brought_contact,
    )


def look(token: str) -> Asked:
    """What the link would do now, changing nothing; raises BadToken."""
    payload = tokens.read("confirm", token)
    nonce = payload.values[0] if payload.values else ""
    rows = Confirmation.objects.select_related("contact", "list__brand")
    found = rows.filter(pk=payload.number, nonce=nonce).first()
    return Asked(Answer.EXPIRED) if found is None else _judge(found, now=clock.now())


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
    proof = replace(evidence, form_version=row.form_version)
    for list_ in asked.lists:
        consent.confirm(row.contact, list_, source=f"confirmation {row.pk}", evidence=proof)
    return Asked(Answer.CONFIRMED, row, asked.lists)


def _judge(row: Confirmation, *, now: datetime) -> Asked:
    """What one row is good for. It may have asked for several lists, each of which goes its own way."""
    states = consent.rebuild(row.contact)
    waiting = [list_ for list_ in row.lists() if states.get(list_.pk) == SubscriptionState.PENDING]
    # Bound to the address that was asked: after a change of address it proves nothing.
    same = row.address_hash == row.contact.address_hash
    if waiting and same and row.used_at is None and row.expires_at > now:
        return Asked(Answer.READY, row, waiting)
    state = states.get(row.list_id, "")
    if state == SubscriptionState.UNSUBSCRIBED:
        return Asked(Answer.LEFT, row)
    already = state == SubscriptionState.SUBSCRIBED and not waiting
    return Asked(Answer.ALREADY if already else Answer.EXPIRED, row)
