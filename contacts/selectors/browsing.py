"""Whom the contact table shows: a search and conditions, read from a query string, within a bounded time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _

from contacts.models import Contact, Subscription
from contacts.segments import compiler, links, tree
from contacts.segments.tree import EVERYBODY, BadTree, Group
from contacts.selectors import counting
from mailhub.delivery.models import Suppression
from mailhub.lib import addresses

SEARCH = "q"
LONGEST_SEARCH = 200
MOST_WORDS = 4


@dataclass(frozen=True)
class Filter:
    """A search for beginnings of addresses and names, and a tree of conditions; both must hold."""

    text: str = ""
    group: Group = field(default=EVERYBODY)

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.group.items and not self.group.negated

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters from which `read` reads it again."""
        return ([(SEARCH, self.text)] if self.text else []) + links.write(self.group)

    def query_string(self) -> str:
        return urlencode(self.pairs())

    def words(self) -> str:
        """Whom it finds: “City is Berlin and has the tag VIP”. Raises BadTree."""
        found = [_("name or address begins with “%(text)s”") % {"text": self.text}] if self.text else []
        if self.group.items or self.group.negated:
            found.append(compiler.words(self.group))
        return _(" and ").join(found) if found else _("everybody")

    def rows(self, *, now: datetime, zone: tzinfo = UTC, sees_addresses: bool = True) -> QuerySet[Contact]:
        """The contacts, in no order. Raises BadTree.

        Who may not see addresses finds nobody by one: a search would tell what the mask hides.
        """
        if not sees_addresses and any(item.field == "email" for item in tree.conditions(self.group)):
            raise BadTree(_("You may not see addresses, and so not look for them. Remove that condition."))
        condition = compiler.compile(self.group, now=now, zone=zone)
        return Contact.objects.filter(_search(self.text, sees_addresses=sees_addresses), condition)


def read(query: QueryDict) -> Filter:
    """The filter that a query string says. Raises BadTree."""
    text = addresses.clean(query.get(SEARCH, ""))[:LONGEST_SEARCH].replace("\x00", "")
    return Filter(text.encode(errors="ignore").decode(), links.read(query))


@dataclass(frozen=True)
class Choice:
    """Whom an act on many is for: everybody of a filter as asked then, or the numbers that were ticked."""

    filter: Filter | None = None
    ids: tuple[int, ...] = ()
    asked_at: datetime = field(default=datetime.min.replace(tzinfo=UTC))
    zone: str = "UTC"
    sees_addresses: bool = True

    def rows(self) -> QuerySet[Contact]:
        """Raises BadTree."""
        if self.filter is None:
            return Contact.objects.filter(pk__in=self.ids)
        zone = ZoneInfo(self.zone)
        return self.filter.rows(now=self.asked_at, zone=zone, sees_addresses=self.sees_addresses)

    def written(self) -> dict[str, Any]:
        """JSON from which `read_choice` reads it again."""
        if self.filter is None:
            return {"ids": list(self.ids)}
        return {
            "text": self.filter.text,
            "conditions": tree.write(self.filter.group),
            "asked_at": self.asked_at.isoformat(),
            "zone": self.zone,
            "sees_addresses": self.sees_addresses,
        }


def read_choice(data: dict[str, Any]) -> Choice:
    """What `Choice.written` wrote."""
    if "ids" in data:
        return Choice(ids=tuple(data["ids"]))
    return Choice(
        filter=Filter(data["text"], tree.read(data["conditions"])),
        asked_at=datetime.fromisoformat(data["asked_at"]),
        zone=data["zone"],
        sees_addresses=data["sees_addresses"],
    )


def find(text: str, *, limit: int, sees_addresses: bool) -> list[Contact]:
    """The first people whose address or name begins with `text`, as the global search shows them."""
    rows = Contact.objects.filter(_search(addresses.clean(text), sees_addresses=sees_addresses))
    found = counting.count(rows)
    return list((rows if found.ids is None else counting.among(found.ids)).order_by("email_key")[:limit])


def with_badges(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    """The same people with what the table shows beside their columns: lists, tags, suppression."""
    stopped = Suppression.objects.filter(address_hash=OuterRef("address_hash"), scope_key="")
    # One value a row and not EXISTS, for which PostgreSQL would read every suppression there is.
    reason = Subquery(stopped.order_by("created_at", "pk").values("reason")[:1])
    subscriptions = Subscription.objects.select_related("list").order_by("list__name")
    return rows.annotate(suppressed_for=reason).prefetch_related(
        Prefetch("subscriptions", subscriptions), "tags"
    )


def narrowed(filter_: Filter, rows: QuerySet[Contact]) -> tuple[QuerySet[Contact], counting.Found]:
    """The rows for a page, and how many there are.

    A set that is small enough to be counted is handed on by its numbers: reading the newest contacts until
    50 of a few are found would read them all.
    """
    if filter_.is_empty:
        return rows, counting.everybody()
    found = counting.count(rows)
    return (rows if found.ids is None else counting.among(found.ids)), found


def culprits(filter_: Filter, *, now: datetime, zone: tzinfo, sees_addresses: bool) -> list[int]:
    """Which items of the filter, removed alone, leave somebody: -1 is the search. For an empty result."""
    numbers: Iterable[int] = range(-1 if filter_.text else 0, min(len(filter_.group.items), 8))
    found = []
    for number in numbers:
        without = without_item(filter_, number)
        if without.rows(now=now, zone=zone, sees_addresses=sees_addresses)[:1].exists():
            found.append(number)
    return found


def without_item(filter_: Filter, number: int) -> Filter:
    """The filter without one of its conditions, or without its search (-1)."""
    if number < 0:
        return Filter("", filter_.group)
    return Filter(filter_.text, compiler.without_item(filter_.group, number))


def _search(text: str, *, sees_addresses: bool) -> Q:
    """Each word begins the address or a name; a whole address in any spelling is found."""
    if not text:
        return Q()
    try:
        return Q(email_key=addresses.parse(text).key) if sees_addresses else _name(text)
    except addresses.InvalidAddress:
        condition = Q()
        for word in text.split()[:MOST_WORDS]:
            begins = Q(email_key__startswith=word.casefold()) if sees_addresses else Q()
            condition &= begins | _name(word)
        return condition


def _name(word: str) -> Q:
    return Q(last_name__istartswith=word) | Q(first_name__istartswith=word)
