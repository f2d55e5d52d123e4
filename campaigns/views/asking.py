"""What the views of one campaign have in common: finding it, and telling what was refused."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.selectors import finding
from mailhub.accounts.doors import StaffRequest
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


def campaign(campaign_id: int) -> Campaign:
    """The campaign of the address; 404 when there is none."""
    try:
        return finding.campaign(campaign_id)
    except finding.UnknownCampaign as error:
        raise Http404(str(error)) from error


def page_url(campaign_id: int) -> str:
    return reverse("campaigns:campaign_page", args=[campaign_id])


def back(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """To the campaign's page, which shows what has become of it."""
    return responses.go(request, page_url(campaign_id))


def do(request: StaffRequest, act: Callable[[], object], *, done: str) -> bool:
    """Whether `act` was done; says so, or what was refused, in a toast."""
    try:
        act()
    except UserError as refusal:
        toasts.bad(request, str(refusal))
        return False
    toasts.ok(request, done)
    return True
