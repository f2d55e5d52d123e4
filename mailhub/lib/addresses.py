"""What makes two e-mail addresses the same person's, and what makes one invalid."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import idna
from django.utils.translation import gettext as _

from mailhub.lib.errors import UserError

# Pasted from web pages and spreadsheets, and never part of an address: zero-width and soft-hyphen
# characters, byte order marks, directional marks.
INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# RFC 5322 dot-atom, with RFC 6532's UTF-8; quoted local parts are refused, as mailbox providers do.
LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\\\].]+(\.[^\s\x00-\x20\x7f\"(),:;<>@\[\\\].]+)*")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


class InvalidAddress(UserError):
    """The text is not an address that mail can be sent to; says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """`typed` is kept for display; `key` is compared; `ascii` is what SMTP is told (IDNA A-labels)."""

    typed: str
    local: str
    domain: str
    ascii: str
    key: str


def parse(text: str) -> Address:
    """The address in `text`, cleaned of invisible characters and surrounding blanks.

    The key folds the case of the whole address: RFC 5321 allows a local part to be case-sensitive,
    but no mailbox provider does so, and one person must get one copy.
    Raises InvalidAddress with the reason.
    """
    typed = clean(text)
    local, at, domain = typed.rpartition("@")
    if not at or not local or not domain:
        raise InvalidAddress(
            _("%(address)s is not an e-mail address: it needs one @ with text on both sides.")
            % {"address": _shown(typed)}
        )
    if not LOCAL.fullmatch(local) or len(local.encode()) > 64:
        raise InvalidAddress(
            _("%(address)s is not an e-mail address: %(part)s before the @ is not allowed.")
            % {"address": _shown(typed), "part": _shown(local)}
        )
    ascii_form = ascii_domain(domain)
    if len(local) + 1 + len(ascii_form) > 254:
        raise InvalidAddress(
            _("%(address)s is longer than the 254 characters an address may have.")
            % {"address": _shown(typed)}
        )
    return Address(typed, local, domain, f"{local}@{ascii_form}", f"{local.casefold()}@{ascii_form}")


def clean(text: str) -> str:
    """`text` without what is invisible and without blanks around it; NBSP counts as a blank."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ").strip()


@lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str:
    """The domain in lower case and IDNA A-labels (RFC 5891, UTS 46); raises InvalidAddress."""
    if domain.isascii():
        lowered = domain.lower()
    else:
        try:
            lowered = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as error:
            raise InvalidAddress(
                _("%(domain)s is not a domain name: %(reason)s.")
                % {"domain": _shown(domain), "reason": error}
            ) from error
    labels = lowered.split(".")
    if len(lowered) > 253 or len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels):
        raise InvalidAddress(
            _("%(domain)s is not a domain name that mail can be sent to.") % {"domain": _shown(domain)}
        )
    if labels[-1].isdigit():
        raise InvalidAddress(_("%(domain)s is a number, not a domain name.") % {"domain": _shown(domain)})
    return lowered


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def mask(address: str) -> str:
    """`ann@example.org` → `a••@e••.org`: recognised by its owner, useless to a stranger."""
    local, _, domain = address.rpartition("@")
    name, dot, rest = domain.partition(".")
    return f"{local[:1]}••@{name[:1]}••{dot}{rest}"


def _shown(text: str) -> str:
    return f"“{text[:80]}”"
