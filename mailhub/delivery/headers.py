"""Writes header fields: refuses what could smuggle, encodes what is not ASCII, folds what is long."""

from __future__ import annotations

import re
from email.header import Header
from email.utils import unquote

from django.utils.translation import gettext as _

from mailhub.lib import addresses
from mailhub.lib.errors import UserError

# Unstructured or made by ourselves; every other field that we write is a mailbox or a list id.
MAILBOX_FIELDS = frozenset(("from", "reply-to", "to", "sender", "list-id"))
LINE = 76
# RFC 5322 section 2.1.1, without the line end.
LONGEST_LINE = 998

# C0 and C1 controls, the Unicode line ends, and halves of surrogate pairs, which UTF-8 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FIELD_NAME = re.compile(r"[!-9;-~]+")
_PATH = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+@[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+")
_PLAIN_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+")
_FOLD_POINT = re.compile(r"(?<=\S) (?=\S)")


class HeaderRefused(UserError):
    """A value that may not stand in a header or an SMTP command; the sentence says which and why."""


def check(name: str, value: str) -> None:
    """Refuse a value with a line end, NUL or another control character (SMTP smuggling, injection)."""
    if not _FIELD_NAME.fullmatch(name):
        raise HeaderRefused(_("%(name)s is not a name that a header may have.") % {"name": ascii(name)})
    if found := _FORBIDDEN.search(value):
        sign = f"U+{ord(found[0]):04X}"
        raise HeaderRefused(
            _(
                "The header %(name)s holds %(sign)s, a control character; take it out of the text or the "
                "merge data."
            )
            % {"name": ascii(name), "sign": sign}
        )


def check_path(address: str) -> str:
    """`address` if it can stand between < and > in an SMTP command; "" is the empty return path."""
    if address and (not _PATH.fullmatch(address) or len(address.encode()) > 320):
        raise HeaderRefused(
            _("The address %(address)s cannot be given to a mail server.") % {"address": ascii(address[:80])}
        )
    return address


def mailbox(name: str, address: str) -> str:
    """`Ann <ann@example.org>`, the name quoted where RFC 5322 wants it; only the address without one."""
    name = name.strip()
    if not name:
        return address
    if not _PLAIN_PHRASE.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        name = f'"{escaped}"'
    return f"{name} <{address}>"


def encode(name: str, value: str) -> bytes:
    """`Name: value` with CRLF, as it goes over the wire.

    Non-ASCII text becomes encoded words (RFC 2047); a non-ASCII local part stays UTF-8 (RFC 6532),
    which the transport must be able to carry. Raises HeaderRefused, InvalidAddress.
    """
    check(name, value)
    written = _mailbox(name, value) if name.lower() in MAILBOX_FIELDS else _text(name, value)
    return f"{name}: {written}\r\n".encode()


def _mailbox(name: str, value: str) -> str:
    phrase, bracket, address = value.rpartition("<")
    if not bracket:
        return value if name.lower() == "list-id" else addresses.parse(value).ascii
    address = address.rstrip("> ")
    if name.lower() != "list-id":
        address = addresses.parse(address).ascii
    return _fold(name, f"{_phrase(name, phrase.strip())} <{address}>".lstrip())


def _phrase(name: str, phrase: str) -> str:
    if phrase.isascii() and "=?" not in phrase:
        return phrase
    return _encoded_words(name, unquote(phrase))


def _text(name: str, value: str) -> str:
    value = value.strip(" ")
    if value.isascii() and "=?" not in value:
        folded = _fold(name, value)
        if max(map(len, folded.split("\r\n"))) + len(name) + 2 <= LONGEST_LINE:
            return folded
    return _encoded_words(name, value)


def _encoded_words(name: str, value: str) -> str:
    return Header(value, charset="utf-8", header_name=name, maxlinelen=LINE).encode(linesep="\r\n")


def _fold(name: str, value: str) -> str:
    """Breaks at single blanks only: unfolding gives back exactly `value`."""
    first, *words = _FOLD_POINT.split(value)
    lines = [first]
    for word in words:
        indent = len(name) + 2 if len(lines) == 1 and "\n" not in first else 1
        last = lines[-1].rpartition("\n")[2]
        if indent + len(last) + 1 + len(word.partition("\r")[0]) <= LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\r\n ".join(lines)
