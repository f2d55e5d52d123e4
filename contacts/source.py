"""Answers for the people of a dispatch to lists: may each be mailed now, and what is known of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from contacts.models import Contact, CustomField, List, Subscription, SubscriptionState
from contacts.selectors import wishes
from contacts.services import fields
from mailhub.delivery import privacy
from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient, Refusal
from mailhub.delivery.models import AddressRecord
from mailhub.lib import clock

# At most one marketing letter to a person in this time (rules 3.13); a campaign may waive it.
FREQUENCY_CAP = timedelta(hours=16)


class ListRecipientSource:
    """The people of lists: consent, membership and the frequency cap are looked up for each batch."""

    def resolve(
        self, batch: Sequence[Recipient], *, dispatch: DispatchFacts
    ) -> dict[int, MergeData | Refusal]:
        facts = _Facts.of(batch, now=clock.now())
        if dispatch.stream == "marketing":
            facts.wished_away = wishes.standing_in_the_way(batch, now=facts.now)
        if dispatch.stream == "marketing" and not dispatch.ignore_cap:
            facts.capped = _capped(batch, now=facts.now)
        return {recipient.message_id: _answer(recipient, facts) for recipient in batch}

    def describe(self, recipient: Recipient) -> MergeData | None:
        """What the letter said of the person, whether or not they may be mailed by now; None if gone."""
        facts = _Facts.of([recipient], now=clock.now())
        contact = facts.contacts.get(recipient.contact_id or 0)
        return _merge_data(contact, facts.lists.get(_list_id(recipient)), facts) if contact else None


@dataclass(slots=True)
class _Facts:
    """All that one batch needs, in one query a table."""

    now: datetime
    contacts: Mapping[int, Contact]
    lists: Mapping[int, List]
    subscriptions: Mapping[tuple[int, int], Subscription]
    custom_keys: Sequence[str]
    capped: Collection[str] = ()
    wished_away: Mapping[int, Refusal] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Sequence[Recipient], *, now: datetime) -> _Facts:
        contact_ids = {recipient.contact_id for recipient in batch if recipient.contact_id}
        list_ids = {_list_id(recipient) for recipient in batch} - {0}
        rows = Subscription.objects.filter(contact__in=contact_ids, list__in=list_ids)
        return cls(
            now=now,
            contacts=Contact.objects.in_bulk(contact_ids),
            lists=List.objects.in_bulk(list_ids),
            subscriptions={(row.contact_id, row.list_id): row for row in rows},
            custom_keys=list(CustomField.objects.values_list("key", flat=True)),
        )


def _list_id(recipient: Recipient) -> int:
    """7 for the key "list:7"; 0 when the row names no list."""
    kind, _, number = recipient.list_key.partition(":")
    return int(number) if kind == "list" and number.isdigit() else 0


def _capped(batch: Iterable[Recipient], *, now: datetime) -> set[str]:
    hashes = [recipient.address_hash for recipient in batch]
    mailed = AddressRecord.objects.filter(pk__in=hashes, last_marketing_at__gt=now - FREQUENCY_CAP)
    return set(mailed.values_list("pk", flat=True))


def _answer(recipient: Recipient, facts: _Facts) -> MergeData | Refusal:
    contact = facts.contacts.get(recipient.contact_id or 0)
    if contact is None:
        return Refusal("contact_gone", "The contact was deleted.")
    if contact.address_hash != recipient.address_hash:
        return Refusal("address_changed", "The contact has another address by now.")
    list_ = facts.lists.get(_list_id(recipient))
    refusal = _without_consent(facts.subscriptions.get((contact.pk, _list_id(recipient))), list_, facts.now)
    if refusal is not None:
        return refusal
    if contact.pk in facts.wished_away:
        return facts.wished_away[contact.pk]
    if recipient.address_hash in facts.capped:
        hours = int(FREQUENCY_CAP.total_seconds() // 3600)
        return Refusal("capped", f"Got another marketing letter less than {hours} hours ago.")
    return _merge_data(contact, list_, facts)


def _without_consent(row: Subscription | None, list_: List | None, now: datetime) -> Refusal | None:
    if list_ is None:
        return Refusal("list_gone", "The list was deleted.")
    if row is None or row.state != SubscriptionState.SUBSCRIBED:
        return Refusal("unsubscribed", f"Is not subscribed to “{list_.name}”.")
    if row.basis_expires_at is not None and row.basis_expires_at <= now:
        return Refusal("consent_expired", f"Implied consent ended on {row.basis_expires_at:%Y-%m-%d}.")
    return None


def _merge_data(contact: Contact, list_: List | None, facts: _Facts) -> MergeData:
    values: dict[str, Any] = {
        "contact": contact_values(contact, custom_keys=facts.custom_keys),
        "list": {"name": list_.name, "slug": list_.slug} if list_ else {"name": None, "slug": None},
    }
    return MergeData(values, privacy.strictest([contact.tracking]), list_.pk if list_ else 0)


def contact_values(contact: Contact, *, custom_keys: Iterable[str]) -> dict[str, Any]:
    """`contact.*` as letters see it; what is empty is None, so that Liquid's `default` works."""
    custom = {key: _present(contact.custom.get(key)) for key in custom_keys}
    builtin = {name: _present(getattr(contact, name)) for name in fields.BUILTIN}
    name = contact.full_name
    return {**custom, **builtin, "name": _present(name), "custom": custom}


def _present(value: Any) -> Any:
    return None if value == "" else value
