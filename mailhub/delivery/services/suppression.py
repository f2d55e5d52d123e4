"""Who must not be mailed: writes the suppressions, by keyed hash."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from mailhub.delivery import hashing
from mailhub.delivery.models import Event, Suppression
from mailhub.delivery.models.events import EventType, SuppressionReason
from mailhub.lib import addresses, clock

# Marketing obeys all; a transactional letter goes to somebody who only left the newsletter (rules 2.3).
MARKETING_OBEYS = tuple(reason.value for reason in SuppressionReason)
TRANSACTIONAL_OBEYS = ("hard_bounce", "invalid", "erased")
# What a person asks for by signing up passes `unsubscribed` and `erased`; confirming lifts them.
CONFIRMATION_OBEYS = ("hard_bounce", "invalid", "complaint")
LIFTED_AT_ONCE = 1_000
BETWEEN = re.compile(r"[\n\r,;]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One suppression to write; `scope_key` "" = everything, "brand:3", "list:7"."""

    address_hash: str
    reason: str
    scope_key: str = ""
    source: str = ""
    note: str = ""


def suppress(
    address_hash: str, *, reason: str, scope_key: str = "", source: str = "", note: str = ""
) -> None:
    """The address is suppressed for `reason` in that scope afterwards; the first record stays."""
    suppress_many([Entry(address_hash, reason, scope_key, source, note)])


def suppress_many(entries: Iterable[Entry]) -> None:
    """As `suppress`, for many in one statement."""
    now = clock.now()
    Suppression.objects.bulk_create(
        [
            Suppression(
                address_hash=entry.address_hash,
                scope_key=entry.scope_key,
                reason=SuppressionReason(entry.reason),
                source=entry.source,
                note=entry.note,
                created_at=now,
            )
            # One order for everybody, so that two writers never wait for each other in a ring.
            for entry in sorted(set(entries), key=lambda entry: (entry.address_hash, entry.scope_key))
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


@dataclass(frozen=True, slots=True)
class Added:
    """How many suppressions are new, and were there; `wrong` are texts that are no addresses."""

    new: int = 0
    already: int = 0
    wrong: list[str] = field(default_factory=list)


def add(text: str, *, reason: str, scope_key: str, source: str, note: str) -> Added:
    """Suppress every address in `text`, between line breaks, commas or semicolons. Nothing is written when
    one of them is no address."""
    hashes: dict[str, None] = {}
    wrong: list[str] = []
    for part in BETWEEN.split(text):
        try:
            if part.strip():
                hashes[hashing.address_hash(addresses.parse(part.strip().strip("<>")).key)] = None
        except addresses.InvalidAddress:
            wrong.append(part.strip())
    if wrong:
        return Added(wrong=wrong)
    there = Suppression.objects.filter(reason=reason, scope_key=scope_key)
    known = sum(there.filter(address_hash__in=part).count() for part in _batches(hashes, LIFTED_AT_ONCE))
    suppress_many(Entry(hashed, reason, scope_key, source, note) for hashed in hashes)
    return Added(len(hashes) - known, known)


def lift(address_hash: str, *, reason: str, scope_key: str = "") -> bool:
    """Take one suppression back; False when there was none."""
    deleted, _ = Suppression.objects.filter(
        address_hash=address_hash, reason=reason, scope_key=scope_key
    ).delete()
    return deleted > 0


def count_from(source: str, *, since: datetime) -> int:
    """How many suppressions whose source begins so `lift_from` would take back."""
    return _from(source, since=since).count()


def lift_from(source: str, *, since: datetime) -> int:
    """Take back what came from one source, such as “import 7: ”; how many went.

    What the address itself has confirmed since (a bounce, a complaint, an unsubscribe) stays.
    """
    lifted = 0
    while numbers := list(_from(source, since=since).values_list("pk", flat=True)[:LIFTED_AT_ONCE]):
        lifted += Suppression.objects.filter(pk__in=numbers).delete()[0]
    return lifted


def _from(source: str, *, since: datetime) -> QuerySet[Suppression]:
    confirmed = Event.objects.filter(
        address_hash=OuterRef("address_hash"),
        occurred_at__gte=since,
        type__in=(EventType.BOUNCED, EventType.COMPLAINED, EventType.UNSUBSCRIBED),
    )
    rows = Suppression.objects.filter(source__startswith=source, created_at__gte=since)
    return rows.filter(~Exists(confirmed))


def stopping(
    address_hash: str, *, scope_keys: Iterable[str] = (), obeyed: Iterable[str] = MARKETING_OBEYS
) -> Suppression | None:
    """The oldest suppression that stops a letter to the address in these scopes, or None."""
    return (
        Suppression.objects.filter(
            Q(scope_key="") | Q(scope_key__in=list(scope_keys)),
            address_hash=address_hash,
            reason__in=list(obeyed),
        )
        .order_by("created_at", "id")
        .first()
    )


def _batches(values: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(values)
    while batch := list(islice(left, size)):
        yield batch
