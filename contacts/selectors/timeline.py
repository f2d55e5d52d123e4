"""Everything that happened to one person, the latest first, from every room that knows something."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import contracts
from contacts.contracts import Entry, TimelineProvider
from contacts.models import Contact
from contacts.selectors import happenings
from mailhub.lib import clock

SIZE = 40
OWN: dict[str, tuple[Promise, tuple[TimelineProvider, ...]]] = {
    "mail": (_("Mail"), (happenings.letters, happenings.events)),
    "consent": (_("Consent"), (happenings.consent, happenings.suppressions)),
    "tags": (_("Tags"), (happenings.tags,)),
    "imports": (_("Imports"), (happenings.imports,)),
    "staff": (_("Changes by staff"), (happenings.staff_acts, happenings.beginning)),
}


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Page:
    """Days with their entries; `older` is the cursor of what is before them, "" = nothing."""

    days: list[Day]
    older: str


def kinds() -> list[tuple[str, str | Promise]]:
    """(kind, label) of every filter."""
    own = [(kind, label) for kind, (label, _providers) in OWN.items()]
    return [*own, *((kind, label) for kind, (label, _provider) in contracts.timelines().items())]


def page(contact: Contact, *, kind: str = "", cursor: str = "", size: int = SIZE) -> Page:
    """The entries of one kind, or of all, behind the cursor; a cursor that is none of ours is the beginning."""
    until, shown = _read(cursor)
    limit = size + shown + 1
    found: list[Entry] = []
    for provider in _providers(kind):
        found += provider(contact, until=until, limit=limit)
    found.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    # Of the very moment at which the last page ended, so many were on it.
    rest = found[shown:]
    entries = rest[:size]
    older = _write(entries, until=until, shown=shown) if len(rest) > size else ""
    return Page(_days(entries), older)


def _providers(kind: str) -> Iterable[TimelineProvider]:
    for name, (_label, providers) in OWN.items():
        if kind in ("", name):
            yield from providers
    for name, (_name, provider) in contracts.timelines().items():
        if kind in ("", name):
            yield provider


def _days(entries: Sequence[Entry]) -> list[Day]:
    days = groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())
    return [Day(day, _folded(list(of_day))) for day, of_day in days]


def _folded(entries: list[Entry]) -> list[Entry]:
    """Several opens of one letter on one day are one line with a count, where the latest stood."""
    folded: list[Entry] = []
    places: dict[str, int] = {}
    for entry in entries:
        if entry.fold and entry.fold in places:
            place = places[entry.fold]
            folded[place] = replace(folded[place], count=folded[place].count + entry.count)
            continue
        if entry.fold:
            places[entry.fold] = len(folded)
        folded.append(entry)
    return folded


def _write(entries: Sequence[Entry], *, until: datetime, shown: int) -> str:
    last = entries[-1].at
    same = sum(entry.at == last for entry in entries) + (shown if last == until else 0)
    return base64.urlsafe_b64encode(json.dumps([last.isoformat(), same]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, int]:
    try:
        text, shown = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        until = datetime.fromisoformat(text)
        if isinstance(shown, int) and 0 <= shown <= 10_000 and until.tzinfo is not None:
            return until.astimezone(UTC), shown
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    return clock.now(), 0
