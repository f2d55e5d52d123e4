"""The capture mailbox: every letter is kept in the database and shown, nothing leaves the house."""

from __future__ import annotations

import email
from collections.abc import Sequence
from email import policy

from mailhub.delivery.contracts import NO_JOURNAL, BatchResult, Envelope, Journal, Outcome, Verdict
from mailhub.delivery.models import CapturedLetter
from mailhub.delivery.services import mailbox
from mailhub.delivery.transports import building

# Sends are not held up by tidying: once in so many letters, and by the beat.
PRUNED_EVERY = 500


class CaptureTransport:
    """Accepts every letter that can be built. A batch is one INSERT: all of it is kept or none."""

    def send(self, envelopes: Sequence[Envelope], journal: Journal = NO_JOURNAL) -> BatchResult:
        """The dispatch is taken from the envelope's metadata (`dispatch_id`)."""
        built = [(envelope, building.build(envelope)) for envelope in envelopes]
        for envelope, letter in built:
            if isinstance(letter, bytes):
                journal.writing(envelope.message_id)
        kept = CapturedLetter.objects.bulk_create(
            _row(envelope, letter) for envelope, letter in built if isinstance(letter, bytes)
        )
        if any(row.pk % PRUNED_EVERY == 0 for row in kept):
            mailbox.prune()
        outcomes = [_outcome(envelope, letter) for envelope, letter in built]
        for outcome in outcomes:
            journal.answered(outcome)
        return BatchResult(outcomes)

    def close(self) -> None:
        """Nothing is kept open."""


def _outcome(envelope: Envelope, letter: bytes | Outcome) -> Outcome:
    if isinstance(letter, Outcome):
        return letter
    return Outcome(
        envelope.message_id, Verdict.ACCEPTED, 250, "2.0.0", "250 2.0.0 Kept in the capture mailbox"
    )


def _row(envelope: Envelope, letter: bytes) -> CapturedLetter:
    sender, subject = _shown(envelope, letter)
    return CapturedLetter(
        dispatch_id=int(envelope.metadata.get("dispatch_id", 0)),
        message_id=envelope.message_id,
        mail_from=envelope.mail_from,
        rcpt_to=envelope.rcpt_to,
        sender=sender[:400],
        subject=subject,
        raw=letter,
        size_bytes=len(letter),
    )


def _shown(envelope: Envelope, letter: bytes) -> tuple[str, str]:
    """From and Subject as a reader sees them."""
    written = {name.lower(): value for name, value in envelope.headers}
    if "subject" in written and "from" in written:
        return written["from"], written["subject"]
    head = email.message_from_bytes(letter.partition(b"\r\n\r\n")[0], policy=policy.default)
    return _text(head.get("From")), _text(head.get("Subject"))


def _text(value: object) -> str:
    # Decoded words may hold what a database's text cannot.
    return str(value or "").encode("utf-8", "replace").decode().replace("\x00", "")
