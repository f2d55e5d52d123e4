"""Makes an envelope's parts and headers the message that Anymail takes."""

from __future__ import annotations

import email
from collections.abc import Iterable, Sequence
from copy import deepcopy
from email import policy
from email.message import EmailMessage, MIMEPart
from email.mime.base import MIMEBase
from email.utils import parseaddr
from typing import Any

from anymail.message import AnymailMessage

from mailhub.delivery import headers
from mailhub.delivery.contracts import Envelope
from mailhub.delivery.transports.anymail.providers.shape import Provider

# Those that have a field of their own in the message, and those that the ready-made letter's MIME has.
ADDRESSED = frozenset({"from", "to", "cc", "bcc", "reply-to", "subject"})
OF_MIME = ("content-", "mime-version", "received", "return-path", "dkim-signature")

Headers = Sequence[tuple[str, str]]


def message(envelope: Envelope, provider: Provider) -> AnymailMessage:
    """One letter to one person, with nothing in it that the provider should merge.

    Raises UserError (HeaderRefused) for a header or address that must not leave. The return path of
    the envelope does not go along: the provider gets the bounces and tells of them.
    """
    headers.check_path(envelope.rcpt_to)
    made = _empty(envelope, provider)
    if envelope.prepared is None:
        written = checked(envelope.headers)
        _write(made, envelope, written, provider.dropped)
        made.body, html = envelope.text, envelope.html
    else:
        ready: Any = email.message_from_bytes(envelope.prepared, policy=policy.default)
        written = _joined(_headers_of(ready), checked(envelope.headers))
        _write(made, envelope, written, provider.dropped)
        html = _take_parts(made, ready)
    if html:
        made.attach_alternative(html, "text/html")
    if provider.carries_metadata:
        made.metadata = dict(envelope.metadata)
    return made


def further_headers(written: Headers, dropped: frozenset[str]) -> dict[str, str]:
    """The headers that no field of a message stands for."""
    return {
        name: value
        for name, value in written
        if name.lower() not in ADDRESSED | dropped and not name.lower().startswith(OF_MIME)
    }


def value_of(written: Headers, name: str) -> str:
    return next((value for each, value in written if each.lower() == name), "")


def recipient(envelope: Envelope, written: Headers) -> str:
    """The To line with its name, if it names the envelope's recipient; else the bare address."""
    shown = value_of(written, "to")
    return shown if parseaddr(shown)[1].lower() == envelope.rcpt_to.lower() else envelope.rcpt_to


def _empty(envelope: Envelope, provider: Provider) -> AnymailMessage:
    made = AnymailMessage()
    if provider.switches_tracking:
        made.track_opens = made.track_clicks = False
    if provider.extra:
        made.esp_extra = deepcopy(dict(provider.extra))
    return made


def _write(made: AnymailMessage, envelope: Envelope, written: Headers, dropped: frozenset[str]) -> None:
    made.from_email = value_of(written, "from")
    made.to = [recipient(envelope, written)]
    made.subject = value_of(written, "subject")
    reply_to = value_of(written, "reply-to")
    made.reply_to = [reply_to] if reply_to else []
    made.extra_headers = further_headers(written, dropped)


def checked(written: Iterable[tuple[str, str]]) -> Headers:
    """`written` once no header of it can smuggle another in; raises HeaderRefused."""
    kept = list(written)
    for name, value in kept:
        headers.check(name, value)
    return kept


def _headers_of(ready: EmailMessage) -> Headers:
    return [(name, str(value).replace("\r", "").replace("\n", "")) for name, value in ready.items()]


def _joined(own: Headers, over: Headers) -> Headers:
    """A ready-made letter's headers but those that the envelope names."""
    named = {name.lower() for name, _value in over}
    return [*((name, value) for name, value in own if name.lower() not in named), *over]


def _take_parts(made: AnymailMessage, ready: EmailMessage) -> str:
    """The ready-made letter's text and files into `made`; its HTML comes back."""
    html = ""
    for part in ready.walk():
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        is_file = part.get_content_disposition() == "attachment" or bool(part["Content-ID"])
        if kind == "text/plain" and not made.body and not is_file:
            made.body = part.get_content()
        elif kind == "text/html" and not html and not is_file:
            html = part.get_content()
        else:
            made.attach(_file(part))
    return html


def _file(part: MIMEPart) -> MIMEBase:
    kept = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    for name in ("Content-Type", "Content-Disposition", "Content-ID", "Content-Transfer-Encoding"):
        if part[name]:
            del kept[name]
            kept[name] = str(part[name])
    kept.set_payload(part.get_payload())
    return kept
