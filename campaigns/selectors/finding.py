"""Finds what people name on a command line or in an address."""

from __future__ import annotations

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from contacts.models import List
from mailhub.content.models import LetterVersion
from mailhub.lib.errors import UserError


class UnknownCampaign(UserError):
    """No campaign has this number."""


class NoLetter(UserError):
    """The campaign says nothing yet."""


class UnknownList(UserError):
    """No list has this slug."""


def campaign(campaign_id: int) -> Campaign:
    """The campaign with its brand, letter and dispatch; raises UnknownCampaign."""
    related = Campaign.objects.select_related("brand", "letter_version__letter", "dispatch")
    found = related.filter(pk=campaign_id).first()
    if found is None:
        raise UnknownCampaign(_("There is no campaign %(number)s.") % {"number": campaign_id})
    return found


def letter_of(campaign: Campaign) -> LetterVersion:
    """What the campaign says; raises NoLetter for a draft that has no letter yet."""
    if campaign.letter_version is None:
        raise NoLetter(_("“%(name)s” has no letter yet; choose one.") % {"name": campaign.name})
    return campaign.letter_version


def list_by_slug(slug: str) -> List:
    """Raises UnknownList, naming the lists that there are."""
    found = List.objects.select_related("brand").filter(slug=slug).first()
    if found is not None:
        return found
    slugs = list(List.objects.order_by("slug").values_list("slug", flat=True)[:20])
    if not slugs:
        raise UnknownList(
            _("There is no list “%(slug)s”. There is none yet; import_contacts makes one.") % {"slug": slug}
        )
    raise UnknownList(
        _("There is no list “%(slug)s”. There are: %(slugs)s.") % {"slug": slug, "slugs": ", ".join(slugs)}
    )
