"""Quoted-printable (RFC 2045 section 6.7) in chunks that can be joined in any order.

A letter's fixed text is encoded once and the values of each person by themselves. Two promises make
that safe: every chunk begins at the beginning of a line, because the one before it ended its line (a
soft break is three bytes and means nothing); and no chunk begins or ends with a blank. So lines never
grow past 76 characters where chunks meet, and DKIM's relaxed form of a body (RFC 6376 section 3.4.4)
is the relaxed forms of its chunks, one after the other. No line begins with a dot either, so that SMTP
has none to double (RFC 5321 section 4.5.2): a letter goes over the wire as it is.
"""

from __future__ import annotations

import binascii
import re

SOFT_BREAK = b"=\r\n"
DOT = b"=2E"
LINE = 76
_BLANKS = b" \t"
_LINE_ENDS = re.compile(r"\r\n|\r")
_RUNS = re.compile(rb"[ \t]+")
_DOTTED = re.compile(rb"^\.[^\r\n]*", re.MULTILINE)


def encode(text: str) -> bytes:
    """`text` with CRLF line ends, its last line as long as it comes; "" gives nothing.

    CR, LF and CRLF are each one line end. Raises UnicodeEncodeError for half a surrogate pair.
    """
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    encoded = binascii.b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")
    if encoded[:1] in (b" ", b"\t"):
        encoded = b"=%02X" % encoded[0] + SOFT_BREAK + encoded[1:]
    return undotted(encoded)


def undotted(encoded: bytes) -> bytes:
    """The same text without a line that begins with a dot."""
    if encoded.startswith(b".") or b"\n." in encoded:
        return _DOTTED.sub(lambda line: _escape_dot(line[0]), encoded)
    return encoded


def _escape_dot(line: bytes) -> bytes:
    rest = line[1:]
    if len(rest) + len(DOT) <= LINE:
        return DOT + rest
    return DOT + SOFT_BREAK + (_escape_dot(rest) if rest.startswith(b".") else rest)


def close(encoded: bytes) -> bytes:
    """A chunk after which another can begin: it ends with a line end, soft if need be."""
    if not encoded or encoded.endswith(b"\n"):
        return encoded
    if len(encoded) - encoded.rfind(b"\n") - 1 < LINE:
        return encoded + SOFT_BREAK
    # No room for the break's own sign: the line is broken earlier, though not within an escape.
    cut = next(at for at in range(len(encoded) - 1, 0, -1) if b"=" not in encoded[at - 2 : at])
    return encoded[:cut] + SOFT_BREAK + undotted(encoded[cut:]) + SOFT_BREAK


def value(text: str) -> bytes:
    """A closed chunk for one person's text that is its own relaxed form: no run of blanks, no TAB."""
    if not text:
        return b""
    if text.isascii() and text.isprintable() and " " not in text and "=" not in text:
        raw = text.encode()
        lines = [raw] if len(raw) < LINE else [raw[at : at + LINE - 1] for at in range(0, len(raw), LINE - 1)]
        if not any(line.startswith(b".") for line in lines):
            return SOFT_BREAK.join(lines) + SOFT_BREAK
    encoded = encode(text)
    if b"  " in encoded or b"\t" in encoded:
        normal = _LINE_ENDS.sub("\n", text).encode()
        encoded = binascii.b2a_qp(normal, istext=True, quotetabs=True).replace(b"\n", b"\r\n")
        encoded = undotted(encoded)
    return close(encoded)


def word(text: str) -> bytes:
    """A closed chunk for printable ASCII without blanks, dots and `=`, such as a token."""
    return text.encode() + SOFT_BREAK if len(text) < LINE else value(text)


def relaxed(encoded: bytes) -> bytes:
    """A chunk as DKIM hashes it: runs of blanks are one. (No line of it ends with a blank.)"""
    return _RUNS.sub(b" ", encoded)


def decode(chunks: bytes) -> str:
    """The text of encoded chunks, with LF line ends."""
    return binascii.a2b_qp(chunks).decode().replace("\r\n", "\n")
