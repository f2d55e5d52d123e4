"""What the letters of one dispatch and language share, made once: header fields, MIME frame, signature.

A letter then is the chunks of a sheet between fixed ones, under a head in which five fields are its own.
Fixed fields and chunks are known in two forms, as written and as DKIM hashes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from itertools import groupby

from mailhub.delivery import headers, mime
from mailhub.delivery.dkim import Signer
from mailhub.delivery.headers import Field
from mailhub.delivery.mime import LetterHead

# The fields that are each letter's own, by the order in which `Head.fields` takes them.
PERSONAL = ("To", "Subject", "Date", "Message-ID", "List-Unsubscribe")


class Head:
    """The header fields of letters that differ in the personal ones only, MIME ones among them."""

    def __init__(self, like: LetterHead, *, content_type: Field, signer: Signer | None) -> None:
        """`like` is the head of any of those letters: it says which fields there are, and the fixed ones."""
        fields: list[tuple[str, Field]] = [
            (name, headers.field(name, value)) for name, value in mime.headers_for(like)
        ]
        fields += [("MIME-Version", MIME_VERSION), ("Content-Type", content_type)]
        self._relaxed = [field.relaxed for _name, field in fields]
        self._places = [
            (at, PERSONAL.index(name)) for at, (name, _field) in enumerate(fields) if name in PERSONAL
        ]
        self._pieces, self._holes = _with_holes(fields)
        self._signer = signer
        names = [name.lower().encode() for name, _field in fields]
        self._layout = signer.layout(names) if signer else None

    def write(self, personal: Sequence[bytes]) -> list[bytes]:
        """The head of one letter in pieces, with the empty line behind it."""
        pieces = self._pieces.copy()
        for at, which in self._holes:
            pieces[at] = personal[which]
        return pieces

    def signature(self, personal: Sequence[bytes], relaxed_body: Callable[[], bytes]) -> bytes:
        """The field in front of the head; nothing where we don't sign."""
        if self._signer is None or self._layout is None:
            return b""
        fields = self._relaxed.copy()
        for at, which in self._places:
            fields[at] = headers.relaxed(personal[which])
        return self._signer.field(self._layout, self._layout.relaxed_head(fields), relaxed_body())


def _with_holes(fields: Iterable[tuple[str, Field]]) -> tuple[list[bytes], list[tuple[int, int]]]:
    """The fixed fields, neighbours joined; where the personal ones go between them, and which."""
    pieces: list[bytes] = []
    holes: list[tuple[int, int]] = []
    for is_personal, group in groupby(fields, key=lambda field: field[0] in PERSONAL):
        if not is_personal:
            pieces.append(b"".join(field.written for _name, field in group))
            continue
        for name, _field in group:
            holes.append((len(pieces), PERSONAL.index(name)))
            pieces.append(b"")
    return [*pieces, b"\r\n"], holes


class Frame:
    """multipart/alternative around a text and an HTML of quoted-printable chunks.

    The boundary is the same for the whole dispatch and on every retry; quoted-printable never writes `=_`.
    `relaxed` are DKIM's forms of the chunks that are not their own.
    """

    def __init__(self, boundary: str, relaxed: Mapping[bytes, bytes]) -> None:
        self.content_type = headers.field_of(
            b'Content-Type: multipart/alternative;\r\n boundary="%b"\r\n' % boundary.encode()
        )
        self._opening = b"--%b\r\n" % boundary.encode() + _part_head(b"plain")
        self._between = b"\r\n--%b\r\n" % boundary.encode() + _part_head(b"html")
        self._closing = b"\r\n--%b--\r\n" % boundary.encode()
        self._relaxed = relaxed

    def write(self, text: Sequence[bytes], html: Sequence[bytes]) -> list[bytes]:
        """The body in pieces."""
        return [self._opening, *text, self._between, *html, self._closing]

    def relaxed(self, body: Sequence[bytes]) -> bytes:
        """What `write` gave, as DKIM hashes it."""
        return b"".join(map(self._relaxed.get, body, body) if self._relaxed else body)


def letter(
    head: Head, frame: Frame, personal: Sequence[bytes], text: Sequence[bytes], html: Sequence[bytes]
) -> bytes:
    """One letter put together, in whatever thread wants it."""
    body = frame.write(text, html)
    signature = head.signature(personal, lambda: frame.relaxed(body))
    return b"".join([signature, *head.write(personal), *body])


def personal_fields(
    *, to: str, subject: bytes, moment: datetime, message_id: str, unsubscribe_url: str
) -> tuple[bytes, ...]:
    """The fields of `PERSONAL`, as they are written. Raises HeaderRefused, InvalidAddress."""
    return (
        headers.written("To", to),
        subject,
        date_field(int(moment.timestamp())),
        headers.bracketed("Message-ID", message_id),
        headers.bracketed("List-Unsubscribe", unsubscribe_url),
    )


@lru_cache(maxsize=1024)
def subject_field(subject: str) -> bytes:
    """Subject; many letters of a dispatch have the same, and encoding one that is no ASCII takes its time."""
    return headers.written("Subject", subject)


@lru_cache(maxsize=64)
def date_field(timestamp: int) -> bytes:
    """Date, which all letters of a second share."""
    return headers.written("Date", format_datetime(datetime.fromtimestamp(timestamp, UTC)))


def _part_head(kind: bytes) -> bytes:
    head = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head % kind


MIME_VERSION = headers.field_of(b"MIME-Version: 1.0\r\n")
