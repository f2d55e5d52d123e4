"""What the pixel and the link answer, whoever serves them: plain data, and the hit kept before it is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from time import monotonic
from typing import Any, NamedTuple

from mailhub.content.engine.links import fill
from mailhub.delivery import tokens
from mailhub.delivery.models import DispatchLink
from mailhub.delivery.tokens import Payload
from mailhub.delivery.tracking import buffer, hits, locations

# A transparent GIF of one pixel (GIF89a).
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
# Tokens name people: no cache keeps the answers, no search engine the addresses, no other site learns them.
PRIVATE = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
# How long a link's template is kept in the process (seconds): thousands click the same few links.
KEPT = 60


class Answer(NamedTuple):
    """`status` with its phrase, as WSGI has it."""

    status: str
    headers: Mapping[str, str]
    body: bytes = b""


PICTURE = Answer("200 OK", {**PRIVATE, "Content-Type": "image/gif", "Content-Length": str(len(PIXEL))}, PIXEL)


def pixel(token: str, visit: Mapping[str, Any] | None) -> Answer | None:
    """The picture, and the open is counted; None when no letter of ours has this address.

    `visit` is WSGI's account of who asks, with the customer's own address; None counts nothing.
    """
    try:
        payload = tokens.read("open", token)
    except tokens.BadToken:
        return None
    if visit is not None:
        buffer.push(hits.from_visit(visit, type="opened", payload=payload))
    return PICTURE


def click(token: str, visit: Mapping[str, Any] | None) -> Answer | None:
    """The way to the stored link, and the click is counted; None when no letter of ours has this address."""
    try:
        payload = tokens.read("click", token)
        location = _location(payload)
    except (tokens.BadToken, DispatchLink.DoesNotExist, locations.NotAWebAddress):
        return None
    if visit is not None:
        buffer.push(hits.from_visit(visit, type="clicked", payload=payload))
    return Answer("302 Found", {**PRIVATE, "Location": location, "Content-Length": "0"})


def forget_links() -> None:
    """Ask the database again with the next click."""
    _template.cache_clear()


def _location(payload: Payload) -> str:
    template = _template(payload.dispatch_id, payload.number, int(monotonic() / KEPT))
    return locations.exact_location(fill(template, payload.values))


@lru_cache(maxsize=4096)
def _template(dispatch_id: int, number: int, _minute: int) -> str:
    return DispatchLink.objects.only("template").get(dispatch_id=dispatch_id, number=number).template
