"""Reads a captured letter as its reader would: headers, text and page, decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

PIXEL = re.compile(r"<img\b[^>]*/o/[^\"'>]*\.gif[^>]*>", re.IGNORECASE)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
NEW_TAB = '<base target="_blank">'


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter taken out of its envelope; a part that it lacks is empty."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str


def read(raw: bytes) -> Opened:
    """The letter in `raw`, an RFC 5322 message; what cannot be decoded is shown as well as it can be."""
    letter = message_from_bytes(raw, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    headers = tuple((name, str(value)) for name, value in letter.items())
    return Opened(headers, _part(letter, "plain"), _part(letter, "html"))


def page(html: str) -> str:
    """`html` for a frame: links open beside it, and looking at it is no open of the letter."""
    quiet = PIXEL.sub("", html)
    head = HEAD.search(quiet)
    at = head.end() if head else 0
    return quiet[:at] + NEW_TAB + quiet[at:]


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
