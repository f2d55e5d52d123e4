"""The places that the shell shows; each room above registers its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Item:
    """`section` is "main", or "you", "account", "sending" for the settings page; `under` names the main
    item (by its url_name) below which it is shown while that is open."""

    section: str
    label: Text
    url_name: str
    icon: str
    order: int
    permission: str = "look"
    help: Text = ""
    under: str = ""


@dataclass(frozen=True)
class Place:
    """An item as one person sees it on one page."""

    item: Item
    url: str
    is_current: bool
    children: tuple[Place, ...] = ()


_items: dict[str, Item] = {}


def register(item: Item) -> None:
    _items[item.url_name] = item


def places(request: HttpRequest, *, section: str = "main") -> list[Place]:
    """What the signed-in person may open, in order."""
    return [_place(request, item) for item in _of(request, section) if not item.under]


def _place(request: HttpRequest, item: Item) -> Place:
    children = tuple(
        _place(request, child) for child in _of(request, item.section) if child.under == item.url_name
    )
    url = reverse(item.url_name)
    own = request.path == url if url == "/" else request.path.startswith(url)
    return Place(item, url, own or any(child.is_current for child in children), children)


def _of(request: HttpRequest, section: str) -> Iterator[Item]:
    may = getattr(request.user, "may", None)
    for item in sorted(_items.values(), key=lambda item: item.order):
        if item.section == section and may is not None and may(item.permission):
            yield item
