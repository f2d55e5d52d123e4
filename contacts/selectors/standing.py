"""Where a contact stands with the lists, as pages and staff see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from contacts.models import (
    ConsentAction,
    ConsentMethod,
    ConsentRecord,
    Contact,
    List,
    Subscription,
    SubscriptionState,
)
from contacts.selectors import wishes
from contacts.services import consent
from mailhub.delivery.models import Brand, Suppression
from mailhub.delivery.services import suppression
from mailhub.lib import clock

ON_LIST = (SubscriptionState.SUBSCRIBED, SubscriptionState.PENDING)


@dataclass(frozen=True, slots=True)
class Offer:
    """One list on the preference page; `on` = the person gets it or has asked for it."""

    list: List
    on: bool


def offers(contact: Contact, *, brand_id: int) -> list[Offer]:
    """The brand's public lists, and whatever other list the contact is on."""
    mine = set(
        Subscription.objects.filter(contact=contact, state__in=ON_LIST).values_list("list_id", flat=True)
    )
    shown = List.objects.filter(Q(public=True, brand_id=brand_id) | Q(pk__in=mine)).order_by("name", "pk")
    return [Offer(list_, list_.pk in mine) for list_ in shown]


def home_list(contact: Contact, *, brand_id: int) -> List | None:
    """In whose name the person is written to: a list of this brand that they had to do with, else of another;
    one that they are on before one that they left, the newest first. None when there is none."""
    rows = Subscription.objects.filter(contact=contact).select_related("list__brand")
    found = min(
        rows.order_by("-changed_at", "-pk"),
        key=lambda row: (row.list.brand_id != brand_id, row.state not in ON_LIST),
        default=None,
    )
    return found.list if found else None


def recently_left(contact: Contact, *, method: str, now: datetime) -> list[int]:
    """The lists that the contact left in one act with the last one, if a page may still take that back by
    `method` (`consent.restore`)."""
    records = ConsentRecord.objects.filter(contact=contact, action=ConsentAction.WITHDRAWN)
    records = records.filter(method__in=consent.TAKEN_BACK_BY[ConsentMethod(method)])
    last = records.order_by("-pk").first()
    if last is None or last.occurred_at < now - consent.UNDO_WINDOW:
        return []
    return list(records.filter(occurred_at=last.occurred_at).values_list("list_id", flat=True))


def still_stopped(address_hash: str, *, lists: Iterable[List], brand: Brand | None) -> str:
    """Why letters do not come although the person is on these lists: a SuppressionReason; "" = they come."""
    scopes = [*(list_.key for list_ in lists), *([f"brand:{brand.pk}"] if brand else [])]
    found = suppression.stopping(address_hash, scope_keys=scopes)
    return found.reason if found else ""


def why_not(contact: Contact, *, lists: Iterable[List]) -> list[str]:
    """Why the contact gets nothing of these lists now, in sentences; empty = nothing of ours stops it."""
    lists = list(lists)
    found = {row.list_id: row for row in Subscription.objects.filter(contact=contact, list__in=lists)}
    if any(_is_mailable(found.get(list_.pk)) for list_ in lists):
        return _suppressions(contact, lists) + wishes.sentences(contact)
    return [_sentence(list_, found.get(list_.pk), contact) for list_ in lists] + _suppressions(contact, lists)


def _is_mailable(row: Subscription | None) -> bool:
    if row is None or row.state != SubscriptionState.SUBSCRIBED:
        return False
    return row.basis_expires_at is None or row.basis_expires_at > clock.now()


def _sentence(list_: List, row: Subscription | None, contact: Contact) -> str:
    if row is None:
        return f"{contact.email} was never subscribed to the list “{list_.name}”."
    if row.state == SubscriptionState.PENDING:
        asked = f"{row.changed_at:%Y-%m-%d %H:%M} UTC"
        return f"{contact.email} has not confirmed “{list_.name}” (asked on {asked})."
    if row.state == SubscriptionState.UNSUBSCRIBED:
        how = _how_left(contact, list_)
        return f"{contact.email} left the list “{list_.name}” on {row.changed_at:%Y-%m-%d %H:%M} UTC{how}."
    return f"Implied consent to “{list_.name}” ended on {row.basis_expires_at:%Y-%m-%d %H:%M} UTC."


def _how_left(contact: Contact, list_: List) -> str:
    records = ConsentRecord.objects.filter(contact=contact, list_id=list_.pk, action=ConsentAction.WITHDRAWN)
    last = records.order_by("-pk").first()
    return f" ({last.get_method_display()})" if last else ""


def _suppressions(contact: Contact, lists: list[List]) -> list[str]:
    scopes = ["", *(list_.key for list_ in lists), *(f"brand:{list_.brand_id}" for list_ in lists)]
    rows = Suppression.objects.filter(address_hash=contact.address_hash, scope_key__in=scopes)
    return [
        f"{contact.email} is suppressed since {row.created_at:%Y-%m-%d %H:%M} UTC: "
        f"{row.get_reason_display()}, for {row.scope_key or 'everything'}"
        + (f" ({row.source})." if row.source else ".")
        for row in rows.order_by("created_at", "pk")
    ]
