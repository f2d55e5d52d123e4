"""The people of a campaign: by what became of their letter and by what they did with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from campaigns.models import Campaign
from contacts.models import Contact
from mailhub.delivery import hashing
from mailhub.delivery.models import Event, Message
from mailhub.delivery.models.ledger import MessageState
from mailhub.lib import addresses

OPEN_STATES = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.DEFERRED)
# What a person may have done, each with the events that say so.
DEEDS = {
    "opened": ("opened", "clicked"),
    "clicked": ("clicked",),
    "unsubscribed": ("unsubscribed",),
    "complained": ("complained",),
    "bounced": ("bounced",),
}
GRADED = ("opened", "clicked")
COUNTED_UP_TO = 10_000
BATCH = 1_000
# People whose address begins with what was typed; who types more finds fewer.
FOUND_AT_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Filter:
    """`state` is one of the ledger's or "queued" for all that is open; `did` one of DEEDS or not_opened.

    `domains`: any of them; `is_erased`: those whose address was erased.
    `machine` is for who was opened or clicked for by machines alone; `link` the number of one link.
    """

    state: str = ""
    reason: str = ""
    did: str = ""
    link: int | None = None
    domains: tuple[str, ...] = ()
    is_erased: bool = False
    text: str = ""
    whole_only: bool = False


def find(campaign: Campaign, wanted: Filter) -> QuerySet[Message]:
    """The rows of the ledger that the filter names; none for a campaign that was never launched."""
    rows = Message.objects.filter(dispatch_id=campaign.dispatch_id or 0)
    if wanted.state == "queued":
        rows = rows.filter(state__in=OPEN_STATES)
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.is_erased:
        rows = rows.filter(address="")
    if wanted.domains:
        rows = rows.filter(reduce(or_, (Q(address__iendswith=f"@{name}") for name in wanted.domains)))
    rows = _by_deed(rows, campaign, wanted)
    return rows.filter(_by_text(wanted)) if wanted.text else rows


def _by_deed(rows: QuerySet[Message], campaign: Campaign, wanted: Filter) -> QuerySet[Message]:
    events = Event.objects.filter(dispatch_id=campaign.dispatch_id or 0, message_id=OuterRef("pk"))
    human = events.filter(type__in=DEEDS["opened"], grade="human")
    if wanted.link is not None:
        return rows.filter(Exists(human.filter(type="clicked", link_number=wanted.link)))
    if wanted.did == "not_opened":
        return rows.filter(~Exists(human), state=MessageState.SENT)
    if wanted.did == "machine":
        machine = events.filter(type__in=DEEDS["opened"], grade="machine")
        return rows.filter(Exists(machine))
    if wanted.did in GRADED:
        return rows.filter(Exists(human.filter(type__in=DEEDS[wanted.did])))
    if wanted.did in DEEDS:
        return rows.filter(Exists(events.filter(type__in=DEEDS[wanted.did])))
    return rows


def _by_text(wanted: Filter) -> Q:
    """A whole address in any spelling, else the beginning of one.

    With `whole_only` a beginning finds nobody: who sees no addresses must not guess them letter by letter.
    """
    text = addresses.clean(wanted.text)
    try:
        return Q(recipient_key=hashing.address_hash(addresses.parse(text).key))
    except addresses.InvalidAddress:
        return Q(pk__in=[]) if wanted.whole_only else Q(recipient_key__in=_hashes_beginning(text))


def _hashes_beginning(text: str) -> list[str]:
    """By the people's index and from there by the ledger's key: no look at every row of a big campaign."""
    people = Contact.objects.filter(email_key__startswith=text.casefold()).order_by("email_key")
    return list(people.values_list("address_hash", flat=True)[:FOUND_AT_MOST])


def deeds(rows: list[Message]) -> dict[int, dict[str, object]]:
    """By message: the last moment of each deed of its person, as in {"opened": …, "machine": …}."""
    if not rows:
        return {}
    found: dict[int, dict[str, object]] = {row.pk: {} for row in rows}
    events = Event.objects.filter(dispatch_id=rows[0].dispatch_id, message_id__in=list(found)).order_by()
    grouped = events.values_list("message_id", "type", "grade").annotate(last=Max("occurred_at"))
    for message_id, kind, grade, last in grouped:
        if kind in GRADED and grade != "human":
            found[message_id].setdefault("machine", last)
        else:
            found[message_id][kind] = last
    return found


def in_batches(rows: QuerySet[Message]) -> Iterator[list[Message]]:
    """All of them in the order of the ledger, in constant memory."""
    after = 0
    while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield batch
        after = batch[-1].pk


def count(rows: QuerySet[Message]) -> tuple[int, bool]:
    """How many, and whether that is exact; it stops counting at COUNTED_UP_TO."""
    number = rows.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    return min(number, COUNTED_UP_TO), number <= COUNTED_UP_TO
