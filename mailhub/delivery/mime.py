"""Makes the bytes of a letter: headers in their order, text and HTML parts, the signature in front."""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.utils import format_datetime
from hashlib import blake2b

from django.utils.translation import gettext as _

from mailhub.delivery import headers
from mailhub.delivery.contracts import Envelope, Stream
from mailhub.delivery.dkim import Signer
from mailhub.delivery.headers import HeaderRefused

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_RAW_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_TOO_LONG = re.compile(rb"[^\r\n]{%d}" % (headers.LONGEST_LINE + 1))
_ASCII = bytes(range(128))
# Quoted-printable writes a non-ASCII byte as three, base64 every three bytes as four.
_BASE64_PAYS = 1 / 6
# compat32 keeps the fields of a ready-made letter as they are; 7bit re-encodes what is 8-bit.
_READY_MADE = policy.compat32.clone(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True, slots=True)
class LetterHead:
    """What the headers of one letter say. "" leaves a field out.

    `message_id` must be the same on every retry; with or without its angle brackets. `list_id` is a
    name like "news.example.org" (RFC 2919). `feedback_id` is "campaign:kind:stream:sender" and holds
    no personal data. `list_unsubscribe_url` is the one-click address (RFC 8058).
    """

    from_name: str
    from_address: str
    to_address: str
    subject: str
    date: datetime
    message_id: str
    stream: Stream
    to_name: str = ""
    reply_to: str = ""
    list_id: str = ""
    list_name: str = ""
    list_unsubscribe_url: str = ""
    list_unsubscribe_mailto: str = ""
    feedback_id: str = ""
    auto_submitted: bool = False


def headers_for(head: LetterHead) -> list[tuple[str, str]]:
    """The headers of `head` in the order in which they are written, as readable text.

    Marketing mail carries Precedence: bulk and, with an unsubscribe address, the one-click pair;
    transactional mail never does. Raises HeaderRefused when a value holds a control character.
    """
    fields = [
        ("From", headers.mailbox(head.from_name, head.from_address)),
        ("To", headers.mailbox(head.to_name, head.to_address)),
        ("Reply-To", head.reply_to),
        ("Subject", head.subject),
        ("Date", format_datetime(head.date)),
        ("Message-ID", f"<{head.message_id.strip('<>')}>"),
        *(_marketing_fields(head) if head.stream == "marketing" else ()),
        ("Feedback-ID", head.feedback_id),
        ("Auto-Submitted", "auto-generated" if head.auto_submitted else ""),
    ]
    written = [(name, value) for name, value in fields if value or name == "Subject"]
    for name, value in written:
        headers.check(name, value)
    return written


def _marketing_fields(head: LetterHead) -> list[tuple[str, str]]:
    ways = [way for way in (head.list_unsubscribe_url, head.list_unsubscribe_mailto) if way]
    return [
        ("List-Id", _list_id(head)),
        ("List-Unsubscribe", ", ".join(f"<{way}>" for way in ways)),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click" if head.list_unsubscribe_url else ""),
        ("Precedence", "bulk"),
    ]


def _list_id(head: LetterHead) -> str:
    # RFC 2919 section 3 wants the brackets also where there is no name.
    if not head.list_id:
        return ""
    return headers.mailbox(head.list_name, head.list_id) if head.list_name else f"<{head.list_id}>"


def builder(signer: Signer | None) -> Callable[[Envelope], bytes]:
    """What an envelope's `build` wants: `build` with this signer."""
    return lambda envelope: build(envelope, signer=signer)


def build(envelope: Envelope, *, signer: Signer | None) -> bytes:
    """The whole letter: 7-bit, CRLF line ends, lines of at most 998 characters, signed if it can be.

    The same envelope gives the same bytes but for the time in the signature. A prepared letter keeps
    its own parts and headers but those that the envelope names; its Bcc goes. Raises HeaderRefused
    and InvalidAddress (both UserError) for what must not reach a mail server.
    """
    for path in (envelope.mail_from, envelope.rcpt_to):
        headers.check_path(path)
    head = b"".join(headers.encode(name, value) for name, value in envelope.headers)
    letter = head + (_content(envelope) if envelope.prepared is None else _ready_made(envelope))
    return signer.sign(letter) if signer else letter


def _content(envelope: Envelope) -> bytes:
    parts = [_part(kind, text) for kind, text in _bodies(envelope)]
    if len(parts) == 1:
        return b"MIME-Version: 1.0\r\n" + parts[0]
    boundary = _boundary(envelope)
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="%s"\r\n\r\n' % boundary
    opening, closing = b"--%s\r\n" % boundary, b"--%s--\r\n" % boundary
    return head + b"".join(opening + part for part in parts) + closing


def _bodies(envelope: Envelope) -> list[tuple[bytes, str]]:
    bodies = [(b"plain", envelope.text), (b"html", envelope.html)]
    return [body for body in bodies if body[1]] or bodies[:1]


def _boundary(envelope: Envelope) -> bytes:
    """Made from the Message-ID, so that a retry sends the same bytes; neither encoding writes `=_`."""
    seed = dict(envelope.headers).get("Message-ID", str(envelope.message_id))
    return b"=_" + blake2b(seed.encode(), digest_size=16).hexdigest().encode()


def _part(kind: bytes, text: str) -> bytes:
    encoding, body = _encode_body(text)
    head = b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: %s\r\n\r\n'
    return head % (kind, encoding) + body + b"\r\n"


def _encode_body(text: str) -> tuple[bytes, bytes]:
    try:
        raw = _LINE_ENDS.sub("\r\n", text).encode()
    except UnicodeEncodeError as error:
        raise HeaderRefused(_("The text of the letter holds half a character; take it out.")) from error
    if len(raw.translate(None, _ASCII)) > len(raw) * _BASE64_PAYS:
        return b"base64", base64.encodebytes(raw).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    return b"quoted-printable", binascii.b2a_qp(raw, istext=True)


def _ready_made(envelope: Envelope) -> bytes:
    message = email.message_from_bytes(envelope.prepared or b"", policy=_READY_MADE)
    for name in ("Bcc", "Return-Path", "DKIM-Signature", *(name for name, _value in envelope.headers)):
        del message[name]
    letter = _RAW_LINE_ENDS.sub(b"\r\n", message.as_bytes())
    if b"\x00" in letter or _TOO_LONG.search(letter):
        raise HeaderRefused(_("The ready-made letter holds NUL or a line of more than 998 characters."))
    return letter
