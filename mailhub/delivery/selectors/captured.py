"""Reads captured letters as their readers would: headers, text and page, decoded; and their signature."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email import policy as parsing
from email.message import EmailMessage
from urllib.parse import unquote

from django.conf import settings

from mailhub.delivery.selectors import hosts
from mailhub.web.hosts import host_of

PIXEL = re.compile(r"<img\b[^>]*/o/[^\"'>]*\.gif[^>]*>", re.IGNORECASE)
HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
NEW_TAB = '<base target="_blank">'
CID = re.compile(r"""(["'(])cid:([^"')\s]{1,400})""", re.IGNORECASE)
REMOTE = re.compile(
    r"""(?:\bsrc\s*=\s*["']?|\bbackground\s*=\s*["']?|url\(\s*["']?)(https?://[^\s"'<>)]+)""", re.IGNORECASE
)
# The letter may look like anything, and does nothing; its links open in a tab of their own.
FRAME = "allow-popups allow-popups-to-escape-sandbox"
SRCSET = re.compile(r"""\ssrcset\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
LARGEST_PICTURE = 3_000_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A letter taken out of its envelope; a part that it lacks is empty."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    pictures: dict[str, str] = field(default_factory=dict)


def read(raw: bytes) -> Opened:
    """The letter in `raw`, an RFC 5322 message; what cannot be decoded is shown as well as it can be."""
    letter = message_from_bytes(raw, policy=parsing.default)
    assert isinstance(letter, EmailMessage)
    headers = tuple((name, str(value)) for name, value in letter.items())
    return Opened(headers, _part(letter, "plain"), _part(letter, "html"), _pictures(letter))


def page(html: str) -> str:
    """`html` for a frame: links open beside it, and looking at it is no open of the letter."""
    quiet = PIXEL.sub("", html)
    head = HEAD.search(quiet)
    at = head.end() if head else 0
    return quiet[:at] + NEW_TAB + quiet[at:]


def with_pictures(opened: Opened, *, remote: bool) -> str:
    """The HTML with the pictures that came along (cid:) in their places; those of other hosts if `remote`."""

    def place(match: re.Match[str]) -> str:
        return match[1] + opened.pictures.get(unquote(match[2]), "data:,")

    html = CID.sub(place, opened.html)
    if remote:
        return html
    ours = {host_of(url) for url in own_addresses()}

    def blanked(match: re.Match[str]) -> str:
        return match[0] if host_of(match[1]) in ours else match[0].replace(match[1], BLANK)

    # The frame's policy would keep them out too, but with an error for each.
    return REMOTE.sub(blanked, SRCSET.sub("", html))


def remote_hosts(opened: Opened) -> list[str]:
    """The hosts of pictures that are neither in the letter nor ours, each once."""
    ours = {host_of(url) for url in own_addresses()}
    found = [host_of(url) for url in REMOTE.findall(PIXEL.sub("", opened.html))]
    return sorted({host for host in found if host and host not in ours})


def own_addresses() -> list[str]:
    """Where pictures of letters are served by MailHub itself."""
    return [settings.PUBLIC_URL, *hosts.public_urls()]


def policy(*, remote: bool) -> str:
    """The Content-Security-Policy of the frame: nothing of another host but, when wanted, its pictures."""
    pictures = "http: https:" if remote else " ".join(["'self'", *own_addresses()])
    return (
        f"default-src 'none'; img-src data: {pictures}; style-src 'unsafe-inline'; font-src data:; "
        f"form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox {FRAME}"
    )


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _pictures(letter: EmailMessage) -> dict[str, str]:
    """Pictures by their Content-ID, as data: addresses."""
    found: dict[str, str] = {}
    for part in letter.walk():
        name = str(part.get("Content-ID", "")).strip(" <>")
        payload = part.get_payload(decode=True) if name and part.get_content_maintype() == "image" else None
        if isinstance(payload, bytes) and len(payload) <= LARGEST_PICTURE:
            kind = part.get_content_type()
            found[name] = f"data:{kind};base64,{base64.b64encode(payload).decode()}"
    return found
