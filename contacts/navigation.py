"""The places of the people's room in the shell, and what of it the global search finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import List, Tag
from contacts.selectors import browsing
from mailhub.accounts.permissions import Permission
from mailhub.lib import addresses
from mailhub.web import navigation, search
from mailhub.web.navigation import Item
from mailhub.web.search import Hit

CONTACTS = "contacts:contact_list"
ITEMS = (
    Item("main", _("Contacts"), CONTACTS, "users", 20),
    Item("main", _("Lists"), "contacts:list_list", "list", 21, under=CONTACTS),
    Item("main", _("Tags"), "contacts:tag_list", "tag", 22, under=CONTACTS),
    Item("main", _("Fields"), "contacts:field_list", "sliders-horizontal", 23, under=CONTACTS),
    Item("main", _("Sign-up forms"), "contacts:form_list", "user-plus", 24, under=CONTACTS),
    Item("main", _("Imports"), "contacts:import_list", "upload", 25, under=CONTACTS),
)


def register() -> None:
    for item in ITEMS:
        navigation.register(item)
    search.register("contacts", find_contacts, label=_("Contacts"), icon="user", order=10)
    search.register("lists", find_lists, label=_("Lists"), icon="list", order=30)
    search.register("tags", find_tags, label=_("Tags"), icon="tag", order=35)


def find_contacts(text: str, *, user: Any, limit: int) -> Sequence[Hit]:
    """Contacts whose address or name begins with the text."""
    sees_addresses = bool(user.may(Permission.SEE_ADDRESSES))
    rows = browsing.find(text, limit=limit, sees_addresses=sees_addresses)
    hits = []
    for row in rows:
        address = row.email if sees_addresses else addresses.mask(row.email)
        name = row.full_name
        hits.append(
            Hit(name or address, address if name else "", reverse("contacts:contact_page", args=[row.pk]))
        )
    return hits


def find_lists(text: str, *, user: Any, limit: int) -> Sequence[Hit]:
    found = List.objects.filter(name__icontains=text).select_related("brand").order_by("name")[:limit]
    return [Hit(row.name, str(row.brand), _people("list:subscribed", row.pk)) for row in found]


def find_tags(text: str, *, user: Any, limit: int) -> Sequence[Hit]:
    found = Tag.objects.filter(key__contains=text.casefold()).order_by("name")[:limit]
    return [Hit(row.name, "", _people("tag:has", row.pk)) for row in found]


def _people(condition: str, pk: int) -> str:
    return f"{reverse(CONTACTS)}?where={condition}:{pk}"
