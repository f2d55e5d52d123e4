"""The live view of a launched campaign, and what can be done with it on its way."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.models import Campaign, CampaignState
from campaigns.selectors import live
from campaigns.selectors.live import Live
from campaigns.services import lifecycle
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.services import routing
from mailhub.lib import clock
from mailhub.web import responses
from mailhub.web.templatetags.ui import count

# htmx polls no further after this (its documentation, "Polling").
STOP_POLLING = 286


def page(request: StaffRequest, campaign: Campaign) -> HttpResponse:
    return render(request, "campaigns/campaign_live.html", _context(campaign))


@doors.staff(Permission.LOOK)
def campaign_live(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The moving part of the page; says when it has come to rest."""
    campaign = asking.campaign(campaign_id)
    if not request.htmx:
        return responses.go(request, asking.page_url(campaign_id))
    if campaign.dispatch_id is None:
        # Not launched yet: a scheduled campaign waits for its time.
        return HttpResponse(status=204)
    if request.htmx.target != "live":
        return responses.go(request, asking.page_url(campaign_id))
    context = _context(campaign)
    said = request.GET.get("said", "")
    context["says"] = context["decade"] if said != str(context["decade"]) else None
    status = 200 if context["live"].is_moving else STOP_POLLING
    return render(request, "campaigns/_live.html", {**context, "is_fragment": True}, status=status)


@require_POST
@doors.staff(Permission.SEND)
def pause(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    done = _("“%(name)s” is paused. What is on the wire still arrives.") % {"name": campaign.name}
    if asking.do(request, lambda: lifecycle.pause(campaign_id), done=done):
        audit.record(request, "campaign.paused", target=campaign)
    return asking.back(request, campaign_id)


@doors.staff(Permission.SEND)
def resume(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    if request.method != "POST":
        asked = {**_context(campaign), "will_capture": _will_capture(campaign)}
        return render(request, "campaigns/campaign_resume.html", asked)
    done = _("“%(name)s” goes on.") % {"name": campaign.name}
    if asking.do(request, lambda: lifecycle.resume(campaign_id), done=done):
        audit.record(request, "campaign.resumed", target=campaign)
    return asking.back(request, campaign_id)


@doors.staff(Permission.SEND)
def stop(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """For good; the question says how many people will not get it."""
    campaign = asking.campaign(campaign_id)
    if request.method != "POST":
        return render(request, "campaigns/campaign_stop.html", _context(campaign))
    done = _("“%(name)s” is stopped for good.") % {"name": campaign.name}
    if asking.do(request, lambda: lifecycle.stop(campaign_id), done=done):
        audit.record(request, "campaign.stopped", target=campaign)
    return asking.back(request, campaign_id)


def _context(campaign: Campaign) -> dict[str, Any]:
    if campaign.dispatch_id is None:
        return {"campaign": campaign, "live": None}
    found = live.read(campaign, now=clock.now())
    return {
        "campaign": campaign,
        "live": found,
        "parts": _parts(found),
        "providers": live.providers(campaign),
        "decade": found.percent // 10 * 10,
        "report_url": _report_url(campaign),
        "people_url": _people_url(campaign),
        "left_out": _left_out(found),
    }


def _will_capture(campaign: Campaign) -> bool:
    """Whether what is still to be sent goes to the capture mailbox, as the routes are now."""
    dispatch = campaign.dispatch
    return dispatch is not None and routing.captures(dispatch.stream, dispatch.brand_id)


def _parts(found: Live) -> list[tuple[str, float, str]]:
    """The bar: what of it is (kind of colour, share of 100, words)."""
    counts = (
        ("ok", found.sent, _("%(count)s captured") if found.is_captured else _("%(count)s sent")),
        ("bad", found.failed, _("%(count)s failed")),
        ("neutral", found.skipped, _("%(count)s skipped")),
        ("warn", found.uncertain, _("%(count)s uncertain")),
        ("neutral", found.cancelled, _("%(count)s cancelled")),
    )
    whole = max(found.planned, 1)
    return [(kind, 100 * number / whole, text % {"count": count(number)}) for kind, number, text in counts]


def _left_out(found: Live) -> str:
    return ngettext(
        "%(count)s person will not get it.", "%(count)s people will not get it.", found.queued
    ) % {"count": count(found.queued)}


def _report_url(campaign: Campaign) -> str:
    """The report is of the room above, which serves it under the campaign's address."""
    if campaign.state not in (CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.PAUSED):
        return ""
    return _url_above("reports:campaign_report", campaign)


def _people_url(campaign: Campaign) -> str:
    """The people behind the figures."""
    return _url_above("reports:recipient_list", campaign)


def _url_above(name: str, campaign: Campaign) -> str:
    """A page that the room above serves under the campaign's address; "" without that room."""
    try:
        return reverse(name, args=[campaign.pk])
    except NoReverseMatch:
        return ""
