"""Writes header fields: refuses what could smuggle, encodes what is not ASCII, folds what is long."""

from __future__ import annotations

import re
from binascii import b2a_base64
from email.utils import unquote
from typing import NamedTuple

from django.utils.translation import gettext as _

from mailhub.lib import addresses
from mailhub.lib.errors import UserError

# Unstructured or made by ourselves; every other field that we write is a mailbox or a list id.
MAILBOX_FIELDS = frozenset(("from", "reply-to", "to", "sender", "list-id"))
LINE = 76
# RFC 5322 section 2.1.1, without the line end.
LONGEST_LINE = 998
WORD_START, WORD_END = "=?utf-8?b?", "?="
# Encoded words have at most 75 characters (RFC 2047 section 2).
LONGEST_WORD = 75 - len(WORD_START) - len(WORD_END)

# C0 and C1 controls, the Unicode line ends, and halves of surrogate pairs, which UTF-8 cannot hold.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FIELD_NAME = re.compile(r"[!-9;-~]+")
_PATH = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+@[^\s\x00-\x20\x7f-\x9f<>@\ud800-\udfff]+")
_PLAIN_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]+")
# What `addresses.parse` gives back unchanged, in the usual spelling.
_PLAIN_ADDRESS = re.compile(
    r"[\w+-]{1,32}(?:\.[\w+-]{1,15}){0,2}@(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\.){1,4}[a-z]{2,20}",
    re.ASCII,
)
_BLANKS = re.compile(rb"[ \t\r\n]+")
_FOLD_POINT = re.compile(r"(?<=\S) (?=\S)")


class HeaderRefused(UserError):
    """A value that may not stand in a header or an SMTP command; the sentence says which and why."""


class Field(NamedTuple):
    """One header field with its line end: as it is written, and as DKIM hashes it (relaxed)."""

    written: bytes
    relaxed: bytes


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


def written(name: str, value: str) -> bytes:
    """What `encode` gives, at once for what is written as it is: most values are."""
    if name.lower() in MAILBOX_FIELDS:
        is_plain = _PLAIN_ADDRESS.fullmatch(value) is not None
    else:
        is_plain = _is_plain_text(name, value)
    return f"{name}: {value}\r\n".encode() if is_plain else encode(name, value)


def bracketed(name: str, word: str) -> bytes:
    """What `encode` gives for `<word>`: an identifier, the address of a page. Raises like it."""
    line = f"{name}: <{word}>\r\n"
    is_word = word.isascii() and word.isprintable() and " " not in word and "=?" not in word
    return line.encode() if is_word and len(line) < LONGEST_LINE else encode(name, f"<{word}>")


def field(name: str, value: str) -> Field:
    """What `encode` gives, with its relaxed form (RFC 6376 section 3.4.2). Raises like `encode`."""
    return field_of(written(name, value))


def _is_plain_text(name: str, value: str) -> bool:
    """Whether a value goes over the wire as it is, on one line: words of ASCII with single blanks."""
    if not value or not value.isascii() or not value.isprintable() or "=?" in value:
        return False
    if " " not in value:
        return len(name) + 2 + len(value) <= LONGEST_LINE
    has_single_blanks = "  " not in value and value[0] != " " and value[-1] != " "
    return has_single_blanks and len(name) + 2 + len(value) <= LINE


def field_of(line: bytes) -> Field:
    """A field that is written already."""
    return Field(line, relaxed(line))


def relaxed(line: bytes) -> bytes:
    """A field as DKIM hashes it in the relaxed way, with its line end (RFC 6376 section 3.4.2)."""
    name, _, value = line.partition(b":")
    return b"%b:%b\r\n" % (name.lower().strip(), _BLANKS.sub(b" ", value).strip())


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
    """Base64 words of at most 75 characters, none of which cuts a character in two (RFC 2047 section 2)."""
    words, room = [], LINE - len(name) - 2
    raw = value.encode()
    start = 0
    while start < len(raw):
        # Room for one character at least, however long the name of the field.
        end = start + max(6, min(room - len(WORD_START) - len(WORD_END), LONGEST_WORD) // 4 * 3)
        # 0b10…… goes on with the character before it.
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        words.append(WORD_START + b2a_base64(raw[start:end], newline=False).decode() + WORD_END)
        start, room = end, LINE - 1
    return "\r\n ".join(words)


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
