"""What the rooms below show of campaigns: a place in the shell, hits of the search, uses of a letter."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from campaigns.models import Campaign
from mailhub.content import usage
from mailhub.content.usage import Use
from mailhub.web import navigation, search
from mailhub.web.navigation import Item
from mailhub.web.search import Hit


def register() -> None:
    navigation.register(Item("main", gettext_lazy("Campaigns"), "campaigns:campaign_list", "send", 30))
    search.register("campaigns", found, label=gettext_lazy("Campaigns"), icon="send", order=20)
    usage.register("campaigns", uses)


def found(text: str, *, user: Any, limit: int) -> Sequence[Hit]:
    """Campaigns by their name, or by their number."""
    wanted = Q(name__icontains=text)
    if text.isdecimal() and len(text) < 12:
        wanted |= Q(pk=int(text))
    rows = Campaign.objects.filter(wanted).order_by("-id")[:limit]
    return [Hit(row.name, row.get_state_display(), _url(row)) for row in rows]


def uses(letter_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
    """The campaigns that say what one of the letters says."""
    by_letter: dict[int, list[Use]] = {}
    rows = Campaign.objects.filter(letter_version__letter__in=letter_ids).select_related("letter_version")
    for row in rows.order_by("-id"):
        if row.letter_version is not None:
            use = Use(gettext_lazy("Campaign"), row.name, _url(row))
            by_letter.setdefault(row.letter_version.letter_id, []).append(use)
    return by_letter


def _url(campaign: Campaign) -> str:
    return reverse("campaigns:campaign_page", args=[campaign.pk])
