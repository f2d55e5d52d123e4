"""Finds contacts: by what a token says, by address, by the beginning of a name."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from contacts.models import Contact
from mailhub.delivery.hashing import address_hash
from mailhub.lib import addresses


def by_token(*, contact_id: int, address_hash: str) -> Contact | None:
    """The person whom a link was sent to: by number, else by the address's hash; None when gone."""
    found = Contact.objects.filter(pk=contact_id).first() if contact_id else None
    if found is None and address_hash:
        found = Contact.objects.filter(address_hash=address_hash).first()
    return found


def by_address(text: str) -> Contact | None:
    """The contact with this address, however it is spelt; raises InvalidAddress."""
    return Contact.objects.filter(address_hash=address_hash(addresses.parse(text).key)).first()


def search(text: str, *, among: QuerySet[Contact] | None = None) -> QuerySet[Contact]:
    """Contacts whose address or a name begins with `text`; an address in any spelling is found."""
    contacts = Contact.objects.all() if among is None else among
    text = addresses.clean(text)
    try:
        return contacts.filter(email_key=addresses.parse(text).key)
    except addresses.InvalidAddress:
        beginning = Q(email_key__startswith=text.casefold())
        return contacts.filter(beginning | Q(last_name__istartswith=text) | Q(first_name__istartswith=text))
