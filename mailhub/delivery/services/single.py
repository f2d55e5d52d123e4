"""Sends a ready-made letter to a few named addresses: confirmation mails, password mails, calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message as MimeMessage

from django.core.mail import EmailMultiAlternatives
from django.db import transaction

from mailhub.delivery.contracts import AudienceQuery, MergeData, Recipient
from mailhub.delivery.hashing import address_hash
from mailhub.delivery.models import Brand, Dispatch, PreparedLetter
from mailhub.delivery.models.ledger import Lane, Stream
from mailhub.delivery.services import ledger, suppression
from mailhub.lib.addresses import Address

SOURCE = "addresses"


@dataclass(frozen=True, slots=True)
class To:
    """One addressee; `key` makes the letter to him idempotent within its dispatch."""

    address: Address
    contact_id: int | None = None
    locale: str = ""

    @property
    def key(self) -> str:
        return address_hash(self.address.key)


class AddressSource:
    """Answers for letters that need nothing but an address."""

    def resolve(self, batch: Sequence[Recipient], *, dispatch: object) -> Mapping[int, MergeData]:
        return {recipient.message_id: MergeData({}, tracking="off") for recipient in batch}

    def describe(self, recipient: Recipient) -> MergeData | None:
        return MergeData({}, tracking="off")


def mime_of(*, subject: str, text: str, html: str, sender: str, to: str) -> bytes:
    """Finished texts as the bytes of a letter."""
    letter = EmailMultiAlternatives(subject, text, sender, [to])
    if html:
        letter.attach_alternative(html, "text/html")
    return letter.message().as_bytes()


@transaction.atomic
def send(
    mime: bytes | MimeMessage,
    *,
    to: Iterable[To],
    brand: Brand,
    sender_address: str,
    producer: str,
    producer_id: int = 0,
    obeyed_reasons: Sequence[str] = suppression.TRANSACTIONAL_OBEYS,
) -> Dispatch:
    """Open a transactional dispatch with this letter and wake the express worker after commit."""
    dispatch = ledger.open_dispatch(
        stream=Stream.TRANSACTIONAL,
        lane=Lane.EXPRESS,
        brand=brand,
        sender_address=sender_address,
        source=SOURCE,
        producer=producer,
        producer_id=producer_id,
        tracking="off",
        obeyed_reasons=obeyed_reasons,
    )
    PreparedLetter.objects.create(
        dispatch=dispatch, mime=mime if isinstance(mime, bytes) else mime.as_bytes()
    )
    for addressee in to:
        ledger.record_recipients(dispatch, audience_of(addressee))
    ledger.release(dispatch)
    return dispatch


def audience_of(addressee: To) -> AudienceQuery:
    return AudienceQuery(
        "SELECT %(key)s AS recipient_key, %(address)s AS address, %(key)s AS address_hash,"
        " CAST(%(contact_id)s AS bigint) AS contact_id, '' AS list_key, %(locale)s AS locale,"
        " CAST(NULL AS timestamptz) AS not_before",
        {
            "key": addressee.key,
            "address": addressee.address.ascii,
            "contact_id": addressee.contact_id,
            "locale": addressee.locale,
        },
    )
