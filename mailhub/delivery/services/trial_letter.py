"""Makes the one letter that a connection test hands over: signed like the real ones, to the person who tests."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from mailhub.delivery import mime
from mailhub.delivery.contracts import Envelope
from mailhub.delivery.services import brands, domains
from mailhub.lib import addresses, clock
from mailhub.lib.errors import UserError


class NoSender(UserError):
    """There is nobody whom the letter could be from."""


def make(*, to: str) -> Envelope:
    """From the first brand's usual sender; raises NoSender, InvalidAddress."""
    brand = brands.default()
    if not brand.sender_address:
        raise NoSender(_("The brand has no sender yet: add one under Settings → Senders first."))
    domain = addresses.ascii_domain(addresses.domain_of(brand.sender_address))
    recipient = addresses.parse(to).ascii
    head = mime.LetterHead(
        from_name=brand.sender_name or brand.name,
        from_address=brand.sender_address,
        to_address=recipient,
        subject=_("A test of the route"),
        date=clock.now(),
        message_id=f"test.{secrets.token_hex(8)}@{domain}",
        stream="transactional",
    )
    text = _("MailHub can send letters by this route. Nothing else has to be done with this one.")
    return Envelope(
        message_id=0,
        mail_from=brand.sender_address,
        rcpt_to=recipient,
        headers=mime.headers_for(head),
        text=f"{text}\n",
        html="",
        build=mime.builder(domains.signer_for(domain)),
    )
