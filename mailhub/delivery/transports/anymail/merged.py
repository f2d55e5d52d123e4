"""Makes letters that fill one template the one message that Anymail sends to all of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from anymail.message import AnymailMessage
from anymail.utils import UNSET

from mailhub.delivery.contracts import Envelope
from mailhub.delivery.transports.anymail import letters
from mailhub.delivery.transports.anymail.parcels import Parcel
from mailhub.delivery.transports.anymail.providers.shape import Merge, Provider


def message(parcel: Parcel, provider: Provider) -> AnymailMessage:
    """One message with marks, and each recipient's values, headers and metadata.

    The marks hold a word made up for this call, which no text can know. Raises UserError for a header
    or address that must not leave.
    """
    merge, outline = provider.merge, parcel.outline
    if merge is None or outline is None:
        raise ValueError("These letters have no template.")
    envelopes = parcel.envelopes
    made = letters.message(envelopes[0], provider)
    word = f"mh{secrets.token_hex(4)}"
    keys = [f"{word}x{number}" for number in range(len(outline.holes))]

    def mark(number: int) -> str:
        return merge.mark(keys[number])

    made.to = [envelope.rcpt_to for envelope in envelopes]
    made.subject = outline.written(outline.subject, mark)
    made.body = outline.written(outline.text, mark)
    html = outline.written(outline.html, mark)
    made.alternatives = []
    if html:
        made.attach_alternative(html, "text/html")
    made.merge_data = {
        envelope.rcpt_to: dict(zip(keys, values, strict=True))
        for envelope, values in zip(envelopes, parcel.values, strict=True)
    }
    _vary(made, envelopes, provider, merge)
    return made


def _vary(made: AnymailMessage, envelopes: Sequence[Envelope], provider: Provider, merge: Merge) -> None:
    """Headers and metadata that are not everybody's."""
    dropped = provider.dropped | merge.writes
    further = {
        envelope.rcpt_to: letters.further_headers(letters.checked(envelope.headers), dropped)
        for envelope in envelopes
    }
    first = next(iter(further.values()))
    shared = {name for name, value in first.items() if all(each[name] == value for each in further.values())}
    made.extra_headers = {name: value for name, value in first.items() if name in shared}
    own = {to: {name: each[name] for name in each if name not in shared} for to, each in further.items()}
    if any(own.values()):
        made.merge_headers = own
    if provider.carries_metadata:
        made.metadata = UNSET
        made.merge_metadata = {envelope.rcpt_to: dict(envelope.metadata) for envelope in envelopes}
    if made.esp_extra is UNSET:
        made.esp_extra = {}
    merge.fill(made)
