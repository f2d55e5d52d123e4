"""What the letters of one dispatch and language share, made once: header fields, MIME frame, signature.

A letter then is the chunks of a sheet between fixed ones, under a head in which five fields are its own.
Each field and chunk is known in two forms, as written and as DKIM hashes it, so that signing reads
nothing back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from mailhub.delivery import headers, mime
from mailhub.delivery.contracts import Envelope
from mailhub.delivery.dkim import Signer
from mailhub.delivery.headers import Field
from mailhub.delivery.mime import LetterHead

# The fields that are each letter's own, by the order in which `Head.fields` takes them.
PERSONAL = ("To", "Subject", "Date", "Message-ID", "List-Unsubscribe")
MESSAGE_ID, LIST_UNSUBSCRIBE = headers.Bracketed("Message-ID"), headers.Bracketed("List-Unsubscribe")
Build = Callable[[Envelope], bytes]


class Head:
    """The header fields of letters that differ in the personal ones only, MIME ones among them."""

    def __init__(self, like: LetterHead, *, content_type: Field, signer: Signer | None) -> None:
        """`like` is the head of any of those letters: it says which fields there are, and the fixed ones."""
        self._fields: list[Field] = []
        self._places: list[tuple[int, int]] = []
        names: list[bytes] = []
        for name, value in mime.headers_for(like):
            if name in PERSONAL:
                self._places.append((len(names), PERSONAL.index(name)))
            self._fields.append(headers.field(name, value))
            names.append(name.lower().encode())
        self._fields += [MIME_VERSION, content_type]
        self._signer = signer
        self._layout = signer.layout([*names, b"mime-version", b"content-type"]) if signer else None

    def write(self, personal: Sequence[Field], relaxed_body: bytes) -> bytes:
        """The head of one letter, signed if it can be, with the empty line behind it."""
        fields = self._fields.copy()
        for at, which in self._places:
            fields[at] = personal[which]
        head = b"".join([field[0] for field in fields]) + b"\r\n"
        if self._signer is None or self._layout is None:
            return head
        relaxed_head = self._layout.relaxed_head([field[1] for field in fields])
        return self._signer.field(self._layout, relaxed_head, relaxed_body) + head


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

    def write(self, text: Sequence[bytes], html: Sequence[bytes]) -> tuple[bytes, bytes]:
        """The body as it is written and as DKIM hashes it."""
        chunks = [self._opening, *text, self._between, *html, self._closing]
        body = b"".join(chunks)
        return body, b"".join(map(self._relaxed.get, chunks, chunks)) if self._relaxed else body


def builder(
    head: Head, frame: Frame, personal: Sequence[Field], text: Sequence[bytes], html: Sequence[bytes]
) -> Build:
    """What an envelope's `build` wants: puts one letter together, in whatever thread asks for it."""

    def build(envelope: Envelope) -> bytes:
        body, relaxed_body = frame.write(text, html)
        return head.write(personal, relaxed_body) + body

    return build


def personal_fields(
    *, to: str, subject: Field, moment: datetime, message_id: str, unsubscribe_url: str
) -> tuple[Field, ...]:
    """The fields of `PERSONAL`. Raises HeaderRefused, InvalidAddress."""
    return (
        headers.field("To", to),
        subject,
        date_field(int(moment.timestamp())),
        MESSAGE_ID.field(message_id),
        LIST_UNSUBSCRIBE.field(unsubscribe_url),
    )


@lru_cache(maxsize=64)
def date_field(timestamp: int) -> Field:
    """Date, which all letters of a second share."""
    return headers.field("Date", format_datetime(datetime.fromtimestamp(timestamp, UTC)))


def _part_head(kind: bytes) -> bytes:
    head = b'Content-Type: text/%b; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head % kind


MIME_VERSION = headers.field_of(b"MIME-Version: 1.0\r\n")
