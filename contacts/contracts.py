"""What rooms upstairs tell the contact page: whose letter it was, why somebody got one, what else happened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise

from contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Named:
    """Something upstairs, as a link shows it."""

    number: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Producer:
    """One kind of letters: `names` by the producer's numbers, the `recent` ones for a picker, and `explain`,
    which says in sentences why this person got one or not (UserError when it is not there)."""

    names: Callable[[Collection[int]], Mapping[int, Named]]
    recent: Callable[[int], Sequence[Named]]
    explain: Callable[[int, Contact], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a person. Entries of the same `fold` on one day are shown as one line."""

    at: datetime
    kind: str
    icon: str
    text: str
    key: str
    detail: str = ""
    url: str = ""
    tone: str = ""
    fold: str = ""
    count: int = 1


class TimelineProvider(Protocol):
    """At most `limit` entries not later than `until`, the latest first, of one moment by key downwards."""

    def __call__(self, contact: Contact, *, until: datetime, limit: int) -> Sequence[Entry]: ...


_producers: dict[str, Producer] = {}
_timelines: dict[str, tuple[str | Promise, TimelineProvider]] = {}


def register_producer(kind: str, producer: Producer) -> None:
    """`kind` is the producer of dispatches, such as “campaign”."""
    _producers[kind] = producer


def producers() -> Mapping[str, Producer]:
    return _producers


def register_timeline(name: str, provider: TimelineProvider, *, label: str | Promise) -> None:
    """Entries of this kind of their own are among a contact's timeline; `label` names the filter."""
    _timelines[name] = (label, provider)


def timelines() -> Mapping[str, tuple[str | Promise, TimelineProvider]]:
    return _timelines
