"""Turns an envelope into bytes for a transport, or into a definite refusal of that one letter."""

from __future__ import annotations

import logging

from mailhub.delivery.contracts import Envelope, Kind, Outcome, Verdict
from mailhub.lib.errors import UserError

log = logging.getLogger(__name__)


def build(envelope: Envelope) -> bytes | Outcome:
    """The letter's bytes; a REFUSED outcome with its reason when it cannot be made."""
    try:
        letter = envelope.as_bytes()
    except UserError as error:
        return _refused(envelope, str(error))
    except Exception as error:  # one broken letter must not take the others of its batch with it
        log.exception("The letter of message %d could not be built.", envelope.message_id)
        return _refused(envelope, f"The letter could not be built: {type(error).__name__}: {error}")
    # A lone CR or LF may end the letter for one server and not for the next (SMTP smuggling).
    if not envelope.is_wire_form and not letter.count(b"\r") == letter.count(b"\n") == letter.count(b"\r\n"):
        return _refused(envelope, "The letter holds a CR or LF that is not a line end.")
    return letter


def _refused(envelope: Envelope, reason: str) -> Outcome:
    return Outcome(envelope.message_id, Verdict.REFUSED, reply=reason[:300], kind=Kind.CONTENT)
