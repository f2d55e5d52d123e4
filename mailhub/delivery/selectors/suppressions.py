"""Suppressions as the screen shows them: filtered, with whom they belong to as far as it is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mailhub.delivery import address_book
from mailhub.delivery.address_book import Known
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Suppression
from mailhub.delivery.models.events import SuppressionReason
from mailhub.lib import addresses

# Where a suppression comes from, by the beginning of its source.
SOURCES = {
    "import": _("A file"),
    "staff": _("Staff"),
    "letter": _("A letter’s unsubscribe link"),
}
HEADER = ("address", "address_hash", "reason", "scope", "source", "note", "created_at")
MOST_COUNTED = 10_000
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Filter:
    """What was asked for; unknown words ask for nothing. `wrong` is a search text that is no address."""

    reason: str = ""
    scope: str | None = None
    source: str = ""
    address: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filter:
        reason, source = query.get("reason", ""), query.get("source", "")
        return cls(
            reason=reason if reason in SuppressionReason.values else "",
            scope=query.get("scope", "").replace("\x00", "")[:64] or None,
            source=source if source in SOURCES else "",
            address=query.get("q", "").strip()[:320],
        )

    @property
    def hashed(self) -> str:
        """The hash of the address searched for; "" when there is none, or it is no address."""
        try:
            return address_hash(addresses.parse(self.address).key) if self.address else ""
        except addresses.InvalidAddress:
            return ""

    @property
    def is_wrong(self) -> bool:
        return bool(self.address) and not self.hashed

    def rows(self) -> QuerySet[Suppression]:
        """`scope` “all” asks for those that hold for everything."""
        rows = Suppression.objects.all()
        if self.address:
            rows = rows.filter(address_hash=self.hashed)
        if self.reason:
            rows = rows.filter(reason=self.reason)
        if self.scope is not None:
            rows = rows.filter(scope_key="" if self.scope == "all" else self.scope)
        if self.source:
            rows = rows.filter(Q(source__startswith=self.source))
        return rows


@dataclass(frozen=True, slots=True)
class Shown:
    """A suppression beside whom it is about, if they are here, and its scope in words."""

    row: Suppression
    known: Known | None
    scope: str


def count(rows: QuerySet[Suppression]) -> tuple[int, str]:
    """(number, exact or capped): counting stops at MOST_COUNTED."""
    found = rows.order_by()[: MOST_COUNTED + 1].count()
    return (MOST_COUNTED, "capped") if found > MOST_COUNTED else (found, "exact")


def known(rows: Iterable[Suppression]) -> Mapping[str, Known]:
    return address_book.book().people({row.address_hash for row in rows})


def file_rows(rows: QuerySet[Suppression]) -> Iterator[list[Any]]:
    """The cells of HEADER of each row, the latest first, in constant memory."""
    scopes = dict(address_book.scopes())
    below: int | None = None
    while True:
        batch = list((rows if below is None else rows.filter(pk__lt=below)).order_by("-pk")[:AT_ONCE])
        if not batch:
            return
        people = known(batch)
        for row in batch:
            person = people.get(row.address_hash)
            yield [
                person.address if person else "",
                row.address_hash,
                row.reason,
                scopes.get(row.scope_key, row.scope_key),
                row.source,
                row.note,
                row.created_at,
            ]
        below = batch[-1].pk
