"""Answers for the people of a dispatch to lists: may each be mailed now, and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection

from contacts.models import Contact, CustomField, List, SubscriptionState
from contacts.selectors import wishes
from contacts.services import fields
from mailhub.delivery import privacy
from mailhub.delivery.contracts import DispatchFacts, MergeData, Recipient, Refusal, TrackingMode
from mailhub.lib import clock, full_names, sql

# At most one marketing letter to a person in this time (rules 3.13); a campaign may waive it.
FREQUENCY_CAP = timedelta(hours=16)

# A row of select_readers.
Reader = Mapping[str, Any]


class ListRecipientSource:
    """The people of lists: consent, membership, wishes and the frequency cap are read for each batch."""

    def resolve(
        self, batch: Sequence[Recipient], *, dispatch: DispatchFacts
    ) -> dict[int, MergeData | Refusal]:
        facts = _Facts.of(batch)
        return {recipient.message_id: _answer(recipient, facts, dispatch) for recipient in batch}

    def describe(self, recipient: Recipient) -> MergeData | None:
        """What the letter said of the person, whether or not they may be mailed by now; None if gone."""
        facts = _Facts.of([recipient])
        reader = facts.reader(recipient)
        return _merge_data(reader, facts.list_of(recipient), facts) if reader else None


@dataclass(slots=True)
class _Facts:
    """All that one batch needs: everybody in one query, and the few lists and fields there are."""

    now: datetime
    readers: Mapping[tuple[int, int], Reader]
    lists: Mapping[int, List]
    custom_keys: Sequence[str]

    @classmethod
    def of(cls, batch: Sequence[Recipient]) -> _Facts:
        pairs = [_pair(recipient) for recipient in batch]
        return cls(
            now=clock.now(),
            readers={(row["contact_id"], row["list_id"]): row for row in _read(pairs)},
            lists=List.objects.in_bulk({list_id for _contact_id, list_id in pairs} - {0}),
            custom_keys=list(CustomField.objects.values_list("key", flat=True)),
        )

    def reader(self, recipient: Recipient) -> Reader | None:
        return self.readers.get(_pair(recipient))

    def list_of(self, recipient: Recipient) -> List | None:
        return self.lists.get(_list_id(recipient.list_key))


def _read(pairs: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    if connection.vendor != "postgresql":
        return sql.rows("contacts", "select_readers", {"pairs": json.dumps(pairs)})
    contact_ids, list_ids = (sql.numbers([pair[place] for pair in pairs]) for place in (0, 1))
    return sql.rows("contacts", "select_readers", {"contact_ids": contact_ids, "list_ids": list_ids})


def _pair(recipient: Recipient) -> tuple[int, int]:
    return recipient.contact_id or 0, _list_id(recipient.list_key)


@lru_cache(maxsize=256)
def _list_id(list_key: str) -> int:
    """7 for the key "list:7"; 0 when the row names no list."""
    kind, _, number = list_key.partition(":")
    return int(number) if kind == "list" and number.isdigit() else 0


def _answer(recipient: Recipient, facts: _Facts, dispatch: DispatchFacts) -> MergeData | Refusal:
    reader = facts.reader(recipient)
    if reader is None:
        return Refusal("contact_gone", "The contact was deleted.")
    if reader["address_hash"] != recipient.address_hash:
        return Refusal("address_changed", "The contact has another address by now.")
    list_ = facts.list_of(recipient)
    refusal = _without_consent(reader, list_, facts.now)
    if refusal is None and dispatch.stream == "marketing" and _may_be_unwished(reader):
        refusal = _unwished(reader, facts.now, capped=not dispatch.ignore_cap)
    return refusal or _merge_data(reader, list_, facts)


def _without_consent(reader: Reader, list_: List | None, now: datetime) -> Refusal | None:
    if list_ is None:
        return Refusal("list_gone", "The list was deleted.")
    if reader["state"] != SubscriptionState.SUBSCRIBED:
        return Refusal("unsubscribed", f"Is not subscribed to “{list_.name}”.")
    expires_at = reader["basis_expires_at"] and sql.moment(reader["basis_expires_at"])
    if expires_at is not None and expires_at <= now:
        return Refusal("consent_expired", f"Implied consent ended on {expires_at:%Y-%m-%d}.")
    return None


def _may_be_unwished(reader: Reader) -> bool:
    """Whether there is anything that `_unwished` would look at: of most people there is not."""
    return bool(reader["frequency"] or reader["paused_until"] or reader["last_marketing_at"])


def _unwished(reader: Reader, now: datetime, *, capped: bool) -> Refusal | None:
    """A wish of the person's own first, which no campaign may waive; then the cap."""
    mailed_at = sql.moment(reader["last_marketing_at"])
    wish = wishes.refusal(
        frequency=reader["frequency"] or "",
        paused_until=sql.moment(reader["paused_until"]),
        mailed_at=mailed_at,
        now=now,
    )
    if wish is not None:
        return wish
    if capped and mailed_at is not None and mailed_at > now - FREQUENCY_CAP:
        hours = int(FREQUENCY_CAP.total_seconds() // 3600)
        return Refusal("capped", f"Got another marketing letter less than {hours} hours ago.")
    return None


def _merge_data(reader: Reader, list_: List | None, facts: _Facts) -> MergeData:
    values: dict[str, Any] = {
        "contact": _values(reader, _custom(reader["custom"]), facts.custom_keys),
        "list": {"name": list_.name, "slug": list_.slug} if list_ else {"name": None, "slug": None},
    }
    return MergeData(values, _tracking(reader["tracking"]), list_.pk if list_ else 0)


@lru_cache(maxsize=8)
def _tracking(wish: str) -> TrackingMode:
    return privacy.strictest([wish])


def contact_values(contact: Contact, *, custom_keys: Iterable[str]) -> dict[str, Any]:
    """`contact.*` as letters see it; what is empty is None, so that Liquid's `default` works."""
    return _values({name: getattr(contact, name) for name in fields.BUILTIN}, contact.custom, custom_keys)


def _values(row: Reader, held: Mapping[str, Any], custom_keys: Iterable[str]) -> dict[str, Any]:
    custom = {key: _present(held.get(key)) for key in custom_keys}
    values = custom.copy()
    for name in fields.BUILTIN:
        values[name] = row[name] or None
    values["name"] = full_names.of(row["first_name"], row["last_name"]) or None
    values["custom"] = custom
    return values


def _custom(column: str | dict[str, Any]) -> dict[str, Any]:
    """A JSON column as raw statements give it: text, which is mostly that of nothing."""
    if isinstance(column, str):
        return json.loads(column) if column != "{}" else {}
    return column


def _present(value: Any) -> Any:
    return None if value == "" else value
