"""People as previews of letters show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts import source
from contacts.models import Contact, CustomField, List
from contacts.selectors import audience, people
from mailhub.accounts.permissions import Permission
from mailhub.content.previewing import Reader
from mailhub.lib import addresses


class ContactReaders:
    """Answers content's previews (`mailhub.content.previewing.People`) with contacts; a key is an id."""

    def fields(self) -> dict[str, str]:
        return audience.merge_schema()

    def find(self, text: str, *, user: Any, limit: int) -> list[Reader]:
        found = people.search(text)
        return [_reader(contact, user) for contact in found.order_by("email_key")[:limit]]

    def reader(self, key: str, *, user: Any) -> Reader | None:
        contact = _contact(key)
        return _reader(contact, user) if contact else None

    def values(self, key: str, *, user: Any) -> Mapping[str, Any] | None:
        contact = _contact(key)
        if contact is None:
            return None
        values = person_values(contact)
        if not _sees_addresses(user):
            values["contact"] |= {"email": addresses.mask(contact.email)}
        return values


def person_values(contact: Contact) -> dict[str, Any]:
    """`contact.*` and `list.*` of a person: the list joined last that they are still on, else any list."""
    keys = list(CustomField.objects.values_list("key", flat=True))
    on = List.objects.filter(subscriptions__contact=contact, subscriptions__state="subscribed")
    list_ = on.order_by("-subscriptions__id").first() or List.objects.order_by("id").first()
    return {
        "contact": source.contact_values(contact, custom_keys=keys),
        "list": {"name": list_.name, "slug": list_.slug} if list_ else {"name": None, "slug": None},
    }


def _contact(key: str) -> Contact | None:
    # Twelve digits are more people than there will ever be, and fewer than the database's numbers.
    return Contact.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) <= 12 else None


def _reader(contact: Contact, user: Any) -> Reader:
    email = contact.email if _sees_addresses(user) else addresses.mask(contact.email)
    name = contact.full_name
    return Reader(str(contact.pk), name or email, email)


def _sees_addresses(user: Any) -> bool:
    ask = getattr(user, "may", None)
    # Without a user it is the post office that asks: a test letter says what the real one would.
    return user is None or bool(ask and ask(Permission.SEE_ADDRESSES))
