"""Single letters to a person about their own affairs, in the brand's look; nothing in them was typed by a stranger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.selectors import looks
from mailhub.delivery import headers
from mailhub.delivery.models import Brand
from mailhub.delivery.services import single, suppression
from mailhub.lib import addresses
from mailhub.lib.errors import UserError


class NoSender(UserError):
    """The brand does not say from which address its letters come."""


def send(
    letter: Mapping[str, str],
    *,
    contact: Contact,
    brand: Brand,
    producer: str,
    producer_id: int,
    obeyed_reasons: Sequence[str] = suppression.TRANSACTIONAL_OBEYS,
) -> None:
    """Hand the letter (`compose`) to the ledger, as transactional mail of the brand.

    Raises NoSender; HeaderRefused or InvalidAddress when the brand's sender cannot stand in a letter.
    """
    if not brand.sender_address:
        raise NoSender(
            _("The brand “%(brand)s” has no sender; set it in Settings → Brand.") % {"brand": brand.name}
        )
    to = addresses.parse(contact.address)
    name = brand.sender_name or brand.name
    headers.check("From", name)
    sender = headers.mailbox(name, addresses.parse(brand.sender_address).ascii)
    single.send(
        single.mime_of(**letter, sender=sender, to=to.ascii),
        to=[single.To(to, contact_id=contact.pk, locale=contact.locale)],
        brand=brand,
        sender_address=brand.sender_address,
        producer=producer,
        producer_id=producer_id,
        obeyed_reasons=obeyed_reasons,
    )


def compose(name: str, *, brand: Brand, language: str, **context: Any) -> dict[str, str]:
    """`subject`, `text` and `html` of `contacts/mail/<name>…` in that language."""
    values = {
        "brand": brand,
        "language": language,
        "is_right_to_left": translation.get_language_info(language)["bidi"],
        "look": looks.of(brand),
        **context,
    }
    with translation.override(language):
        subject = render_to_string(f"contacts/mail/{name}_subject.txt", values)
        return {
            "subject": " ".join(subject.split()),
            "text": render_to_string(f"contacts/mail/{name}.txt", values),
            "html": render_to_string(f"contacts/mail/{name}.html", values),
        }
