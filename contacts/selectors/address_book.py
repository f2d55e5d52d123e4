"""Tells the post office whom the hashes of addresses belong to (`mailhub.delivery.address_book`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts.models import Contact, ImportKind, List
from mailhub.delivery.address_book import Known


class Contacts:
    """The contacts as an address book."""

    def people(self, hashes: Collection[str]) -> Mapping[str, Known]:
        rows = Contact.objects.filter(address_hash__in=hashes).values_list("address_hash", "email", "pk")
        return {
            hashed: Known(email, reverse("contacts:contact_page", args=[pk])) for hashed, email, pk in rows
        }

    def scopes(self) -> Sequence[tuple[str, str]]:
        return [
            (list_.key, _("List %(name)s") % {"name": list_.name}) for list_ in List.objects.order_by("name")
        ]

    def import_url(self) -> str:
        return f"{reverse('contacts:import_new')}?kind={ImportKind.SUPPRESSIONS.value}"
