"""Whom an address's hash belongs to, and what scopes are called: told by the room of people upstairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from mailhub.delivery.models import Brand


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is here: the address as typed, and the page of the person."""

    address: str
    url: str


class AddressBook(Protocol):
    """What the post office asks upstairs for its screens; hashes that nobody has are left out."""

    def people(self, hashes: Collection[str]) -> Mapping[str, Known]: ...

    def scopes(self) -> Sequence[tuple[str, str]]:
        """(scope key, label) of everything beside brands that a suppression may be about."""

    def import_url(self) -> str:
        """Where a file of addresses is taken in; "" = nowhere."""


class Nobody:
    """Nobody is known."""

    def people(self, hashes: Collection[str]) -> Mapping[str, Known]:
        return {}

    def scopes(self) -> Sequence[tuple[str, str]]:
        return []

    def import_url(self) -> str:
        return ""


_book: AddressBook = Nobody()


def register(book: AddressBook) -> None:
    global _book
    _book = book


def book() -> AddressBook:
    return _book


def scopes() -> list[tuple[str, str]]:
    """(key, label) of every scope that a suppression can have."""
    brands = Brand.objects.order_by("name").values_list("pk", "name")
    return [
        ("", _("Everything")),
        *((f"brand:{pk}", _("Brand %(name)s") % {"name": name}) for pk, name in brands),
        *_book.scopes(),
    ]
