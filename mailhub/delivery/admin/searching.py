"""Finds what knows only an address's hash by the address itself."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mailhub.delivery.hashing import address_hash
from mailhub.lib import addresses
from mailhub.web.admin import BigTableAdmin


def hash_of(term: str) -> str:
    """The hash that an address typed into a search box is known by; "" when it is not an address."""
    try:
        return address_hash(addresses.parse(term).key)
    except addresses.InvalidAddress:
        return ""


class SearchByAddress(BigTableAdmin):
    """Finds rows that know only an address's hash by the address itself."""

    search_help_text = _("An e-mail address")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(address_hash=hash_of(term)) if term else queryset), False
