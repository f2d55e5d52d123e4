"""Envelopes for the transports' tests."""

from __future__ import annotations

from mailhub.delivery import mime
from mailhub.delivery.contracts import Envelope


def envelope(
    message_id: int = 1, *, to: str = "", subject: str = "Hello", text: str = "Hello!\n"
) -> Envelope:
    """A small letter to bo<message_id>@example.com."""
    rcpt_to = to or f"bo{message_id}@example.com"
    headers = [("From", "Ann <ann@example.org>"), ("To", rcpt_to), ("Subject", subject)]
    return Envelope(
        message_id=message_id,
        mail_from="b@bounces.example.org",
        rcpt_to=rcpt_to,
        headers=headers,
        text=text,
        html="",
        dispatch_id=7,
        build=mime.builder(None),
    )


def envelopes(count: int) -> list[Envelope]:
    return [envelope(number) for number in range(1, count + 1)]
