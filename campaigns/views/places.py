"""Where the gate's findings are mended: a section of the page, or another page."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from campaigns.gate import Place
from campaigns.models import Campaign

SECTION_OF = {
    Place.AUDIENCE: "audience",
    Place.SENDER: "letter",
    Place.LETTER: "letter",
    Place.TEST: "test",
    Place.SEND: "send",
}
PAGES = {
    Place.BRAND: ("delivery:brand_edit", "delivery:brand_page", "delivery:brand"),
    Place.DOMAIN: ("delivery:domain_list",),
    Place.ROUTE: ("delivery:route_list",),
}


def url(campaign: Campaign, place: Place) -> str:
    """The address that mends it."""
    if place is Place.EDITOR and campaign.letter_version is not None:
        return reverse("content:letter_page", args=[campaign.letter_version.letter_id])
    for name in PAGES.get(place, ()):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return section_url(campaign.pk, SECTION_OF.get(place, "letter"))


def section_url(campaign_id: int, section: str) -> str:
    """The page with that section open, and scrolled to it."""
    return f"{reverse('campaigns:campaign_page', args=[campaign_id])}?open={section}#{section}"
