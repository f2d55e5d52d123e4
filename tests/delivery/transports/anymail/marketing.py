"""Marketing letters as composing makes them, for the tests of providers."""

from __future__ import annotations

from datetime import UTC, datetime

from mailhub.delivery import mime
from mailhub.delivery.contracts import Envelope


def envelope(
    message_id: int = 1, *, to: str = "", subject: str = "Grüße", text: str = "Hello!\n"
) -> Envelope:
    """A letter to bo<message_id>@example.com with everything that marketing mail carries."""
    rcpt_to = to or f"bo{message_id}@example.com"
    head = mime.LetterHead(
        from_name="Ann of the Bakery",
        from_address="ann@example.org",
        to_address=rcpt_to,
        subject=subject,
        date=datetime(2026, 11, 29, 10, tzinfo=UTC),
        message_id=f"7.{message_id}.abc@example.org",
        stream="marketing",
        reply_to="desk@example.org",
        list_id="news.example.org",
        list_unsubscribe_url=f"https://mail.example.org/u/{message_id}",
        feedback_id="3:campaign:marketing:example.org",
    )
    return Envelope(
        message_id=message_id,
        mail_from=f"b-{message_id}@bounces.example.org",
        rcpt_to=rcpt_to,
        headers=mime.headers_for(head),
        text=text,
        html=f"<p>Hello {message_id}!</p>",
        dispatch_id=7,
        build=mime.builder(None),
    )


def envelopes(count: int) -> list[Envelope]:
    return [envelope(number) for number in range(1, count + 1)]
