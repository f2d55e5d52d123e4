"""Makers of people and lists for the tests of the contacts room."""

from __future__ import annotations

from typing import Any

from contacts.models import Contact, List
from contacts.services import consent, people
from mailhub.delivery.models import Brand
from mailhub.delivery.tokens import Payload
from tests import factories


def make_contact(email: str = "ann@example.org", **values: Any) -> Contact:
    return people.create(email, values=values)


def make_list(name: str = "News", *, brand: Brand | None = None, **fields: Any) -> List:
    brand = brand or Brand.objects.first() or factories.make_brand(sender_address=factories.SENDER)
    return List.objects.create(name=name, slug=fields.pop("slug", name.lower()), brand=brand, **fields)


def subscribe(contact: Contact, list_: List, **fields: Any) -> None:
    assert consent.grant(contact, list_, method="form", **fields)


def payload_of(contact: Contact, list_: List | None, **fields: Any) -> Payload:
    """What a token in a letter to the contact says."""
    list_id = list_.pk if list_ else 0
    return Payload(contact_id=contact.pk, list_id=list_id, address_hash=contact.address_hash, **fields)
