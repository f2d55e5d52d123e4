"""Django's e-mail backend: password mails and the like take the one path of every letter."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import getaddresses

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mailhub.delivery.services import brands, free_mail, single
from mailhub.lib import addresses
from mailhub.lib.errors import UserError


class LedgerEmailBackend(BaseEmailBackend):
    """`send_mail` opens a transactional dispatch and wakes the express worker; it never talks SMTP.

    Sent means: in the ledger, with the caller's transaction. Raises InvalidAddress for an address that
    can't be mailed and SenderRefused for a mailbox provider's, unless `fail_silently`. A domain of one's
    own is not asked for its DNS: a password mail goes unsigned rather than not at all.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            try:
                sent += self._send(message)
            except UserError:
                if not self.fail_silently:
                    raise
        return sent

    def _send(self, message: EmailMessage) -> int:
        addressees = [addresses.parse(address) for _, address in getaddresses(message.recipients())]
        if not addressees:
            return 0
        brand = brands.default()
        if message.from_email == settings.DEFAULT_FROM_EMAIL and brand.sender_address:
            message.from_email = brand.sender_address
        _, sender = getaddresses([message.from_email])[0]
        if "." in addresses.domain_of(sender):  # A trial's own mailhub@localhost is nobody's.
            free_mail.refuse(addresses.parse(sender))
        single.send(
            message.message().as_bytes(),
            to=[single.To(address) for address in addressees],
            brand=brand,
            sender_address=sender,
            producer="transactional",
        )
        return 1
