"""Turns the address that an author wrote into a Location header, without changing where it leads."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

import idna

WEB_ADDRESS = re.compile(r"(https?)://([^/?#\\]+)(.*)", re.IGNORECASE)
# What browsers cut off the ends of an address, and what they drop inside it (WHATWG URL, section 4.1).
AROUND = "".join(map(chr, range(0x21)))
DROPPED = re.compile(r"[\t\r\n]")
UNSENDABLE = re.compile(r"[^\x21-\x7e]")


class NotAWebAddress(ValueError):
    """The text is no absolute http or https address: no click is sent there."""


@lru_cache(maxsize=1024)
def is_web(url: str) -> bool:
    """Whether `exact_location` would take it."""
    return WEB_ADDRESS.match(url.strip(AROUND)) is not None


def exact_location(url: str) -> str:
    """`url` in printable ASCII; every character that already is so stays as it was written.

    Blanks, control characters and non-ASCII become percent-encoded UTF-8 (RFC 3987, section 3.1), a
    non-ASCII host becomes A-labels (RFC 5891). Escapes, brackets, `&`, query and fragment are not
    touched. Raises NotAWebAddress.
    """
    match = WEB_ADDRESS.fullmatch(DROPPED.sub("", url.strip(AROUND)))
    if match is None:
        raise NotAWebAddress(url)
    scheme, authority, rest = match.groups()
    return f"{scheme}://{_ascii_authority(authority)}{_encoded(rest)}"


def _ascii_authority(authority: str) -> str:
    user, at, place = authority.rpartition("@")
    host, colon, port = place.partition(":")
    return f"{_encoded(user)}{at}{_ascii_host(host)}{colon}{_encoded(port)}"


def _ascii_host(host: str) -> str:
    if host.isascii():
        return _encoded(host)
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        pass
    try:
        # Names with symbols (☃.net) are registered and browsers open them; only IDNA 2003 knows them.
        return host.encode("idna").decode()
    except UnicodeError:
        return _encoded(host)


def _encoded(text: str) -> str:
    return UNSENDABLE.sub(lambda match: quote(match[0], safe="", errors="replace"), text)
