"""The capture mailbox: every letter is kept in the database and shown, nothing leaves the house."""

from __future__ import annotations

import email
from collections.abc import Sequence
from email import policy

from mailhub.delivery.contracts import BatchResult, Envelope, Outcome, Verdict
from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.transports import building


class CaptureTransport:
    """Accepts every letter that can be built. A batch is one INSERT: all of it is kept or none."""

    def send(self, envelopes: Sequence[Envelope]) -> BatchResult:
        """The dispatch is taken from the envelope's metadata (`dispatch_id`)."""
        built = [(envelope, building.build(envelope)) for envelope in envelopes]
        CapturedLetter.objects.bulk_create(
            _row(envelope, letter) for envelope, letter in built if isinstance(letter, bytes)
        )
        return BatchResult([_outcome(envelope, letter) for envelope, letter in built])

    def close(self) -> None:
        """Nothing is kept open."""


def _outcome(envelope: Envelope, letter: bytes | Outcome) -> Outcome:
    if isinstance(letter, Outcome):
        return letter
    return Outcome(
        envelope.message_id, Verdict.ACCEPTED, 250, "2.0.0", "250 2.0.0 Kept in the capture mailbox"
    )


def _row(envelope: Envelope, letter: bytes) -> CapturedLetter:
    return CapturedLetter(
        dispatch_id=int(envelope.metadata.get("dispatch_id", 0)),
        message_id=envelope.message_id,
        mail_from=envelope.mail_from,
        rcpt_to=envelope.rcpt_to,
        subject=_subject(envelope, letter),
        raw=letter,
    )


def _subject(envelope: Envelope, letter: bytes) -> str:
    written = {name.lower(): value for name, value in envelope.headers}
    if "subject" in written:
        return written["subject"]
    head = email.message_from_bytes(letter.partition(b"\r\n\r\n")[0], policy=policy.default)
    # Decoded words may hold what a database's text cannot.
    return str(head.get("Subject", "")).encode("utf-8", "replace").decode().replace("\x00", "")
