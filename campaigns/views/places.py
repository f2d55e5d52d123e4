"""Where the gate's findings are mended: a section of the page, or another page."""

from __future__ import annotations

from django.urls import reverse

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
    Place.DOMAIN: "delivery:domain_list",
    Place.ROUTE: "delivery:route_list",
}


def url(campaign: Campaign, place: Place) -> str:
    """The address that mends it."""
    if place is Place.EDITOR and campaign.letter_version is not None:
        return reverse("content:letter_page", args=[campaign.letter_version.letter_id])
    if place is Place.BRAND:
        return reverse("delivery:brand_edit", args=[campaign.brand_id])
    if place in PAGES:
        return reverse(PAGES[place])
    return section_url(campaign.pk, SECTION_OF.get(place, "letter"))


def section_url(campaign_id: int, section: str) -> str:
    """The page with that section open, and scrolled to it."""
    return f"{reverse('campaigns:campaign_page', args=[campaign_id])}?open={section}#{section}"
