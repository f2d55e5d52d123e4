"""The letter that asks to confirm a sign-up. Nothing in it was typed by the stranger who asked for it."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from contacts.models import Confirmation
from contacts.selectors import languages
from mailhub.delivery import headers, tokens
from mailhub.delivery.models import Brand
from mailhub.delivery.services import single, suppression
from mailhub.lib import addresses
from mailhub.lib.errors import UserError

PRODUCER = "confirmation"


class NoSender(UserError):
    """The brand does not say from which address its letters come."""


def send(confirmation: Confirmation, *, reminder: bool) -> None:
    """Hand the letter to the ledger, as transactional mail of the list's brand.

    It passes `unsubscribed` and `erased`: the person asks for it, and confirming lifts them (rules 2.3).
    Raises NoSender; HeaderRefused or InvalidAddress when the brand's sender cannot stand in a letter.
    """
    contact, brand = confirmation.contact, confirmation.list.brand
    if not brand.sender_address:
        raise NoSender(f"The brand “{brand.name}” has no sender; set it with `manage.py brand --sender`.")
    letter = compose(confirmation, reminder=reminder)
    to = addresses.parse(contact.address)
    name = brand.sender_name or brand.name
    headers.check("From", name)
    sender = headers.mailbox(name, addresses.parse(brand.sender_address).ascii)
    single.send(
        single.mime_of(**letter, sender=sender, to=to.ascii),
        to=[single.To(to, contact_id=contact.pk, locale=contact.locale)],
        brand=brand,
        sender_address=brand.sender_address,
        producer=PRODUCER,
        producer_id=confirmation.pk,
        obeyed_reasons=suppression.CONFIRMATION_OBEYS,
    )


def compose(confirmation: Confirmation, *, reminder: bool) -> dict[str, str]:
    """`subject`, `text` and `html` in the contact's language, else the brand's."""
    brand = confirmation.list.brand
    language = languages.of(confirmation.contact, brand)
    context: dict[str, Any] = {
        "brand": brand,
        "list": confirmation.list,
        "reminder": reminder,
        "url": link(confirmation, brand=brand),
        "language": language,
    }
    with translation.override(language):
        subject = render_to_string("contacts/mail/confirm_subject.txt", context)
        return {
            "subject": " ".join(subject.split()),
            "text": render_to_string("contacts/mail/confirm.txt", context),
            "html": render_to_string("contacts/mail/confirm.html", context),
        }


def link(confirmation: Confirmation, *, brand: Brand) -> str:
    """The address behind the letter's button."""
    payload = tokens.Payload(
        contact_id=confirmation.contact_id,
        list_id=confirmation.list_id,
        number=confirmation.pk,
        address_hash=confirmation.address_hash,
        values=(confirmation.nonce,),
    )
    return brand.base_url + reverse("contacts:confirm", args=[tokens.mint("confirm", payload)])
