"""Global search: one box over what every room registered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

LIMIT = 6


@dataclass(frozen=True)
class Hit:
    title: str
    detail: str
    url: str


class Provider(Protocol):
    """At most `limit` hits for `text` that `user` may see, best first, within milliseconds."""

    def __call__(self, text: str, *, user: Any, limit: int) -> Sequence[Hit]: ...


@dataclass(frozen=True)
class Group:
    label: str | Promise
    icon: str
    hits: list[Hit]


_providers: dict[str, tuple[int, str | Promise, str, Provider]] = {}


def register(
    kind: str, provider: Provider, *, label: str | Promise = "", icon: str = "search", order: int = 50
) -> None:
    _providers[kind] = (order, label or kind, icon, provider)


def find(text: str, *, user: Any) -> list[Group]:
    """What each room found, in the rooms' order; rooms without hits are left out."""
    text = text.replace("\x00", "").strip()[:200]
    if not text:
        return []
    groups = []
    for _order, label, icon, provider in sorted(_providers.values(), key=lambda entry: entry[0]):
        if hits := list(provider(text, user=user, limit=LIMIT)):
            groups.append(Group(label, icon, hits))
    return groups
