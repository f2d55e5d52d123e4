"""The letter that asks to confirm a sign-up. Nothing in it was typed by the stranger who asked for it."""

from __future__ import annotations

from django.urls import reverse

from contacts.models import Confirmation
from contacts.selectors import languages
from contacts.services import person_mail
from mailhub.delivery import tokens
from mailhub.delivery.models import Brand
from mailhub.delivery.services import suppression

PRODUCER = "confirmation"
NoSender = person_mail.NoSender


def send(confirmation: Confirmation, *, reminder: bool) -> None:
    """Hand the letter to the ledger.

    It passes `unsubscribed` and `erased`: the person asks for it, and confirming lifts them (rules 2.3).
    Raises as `person_mail.send`.
    """
    person_mail.send(
        compose(confirmation, reminder=reminder),
        contact=confirmation.contact,
        brand=confirmation.list.brand,
        producer=PRODUCER,
        producer_id=confirmation.pk,
        obeyed_reasons=suppression.CONFIRMATION_OBEYS,
    )


def compose(confirmation: Confirmation, *, reminder: bool) -> dict[str, str]:
    """`subject`, `text` and `html` in the contact's language, else the brand's."""
    brand = confirmation.list.brand
    language = languages.of(confirmation.contact, brand)
    url = link(confirmation, brand=brand)
    names = [list_.name for list_ in confirmation.lists()]
    return person_mail.compose(
        "confirm", brand=brand, language=language, names=names, reminder=reminder, url=url
    )


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
