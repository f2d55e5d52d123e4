"""Finds what people name on a command line or in an address."""

from __future__ import annotations

from campaigns.models import Campaign
from contacts.models import List
from mailhub.lib.errors import UserError


class UnknownCampaign(UserError):
    """No campaign has this number."""


class UnknownList(UserError):
    """No list has this slug."""


def campaign(campaign_id: int) -> Campaign:
    """The campaign with its brand and dispatch; raises UnknownCampaign."""
    found = Campaign.objects.select_related("brand", "dispatch").filter(pk=campaign_id).first()
    if found is None:
        raise UnknownCampaign(f"There is no campaign {campaign_id}.")
    return found


def list_by_slug(slug: str) -> List:
    """Raises UnknownList, naming the lists that there are."""
    found = List.objects.select_related("brand").filter(slug=slug).first()
    if found is not None:
        return found
    slugs = list(List.objects.order_by("slug").values_list("slug", flat=True)[:20])
    there_are = (
        f"There are: {', '.join(slugs)}." if slugs else "There is none yet; import_contacts makes one."
    )
    raise UnknownList(f"There is no list “{slug}”. {there_are}")
