"""The page of one campaign: five folding sections of a draft, the live view of what was launched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from campaigns.forms import AudienceForm, LetterForm, MomentForm, SectionForm, SenderForm, TestForm
from campaigns.models import Campaign
from campaigns.views import asking, watching
from campaigns.views.standing import Standing
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.content import starters
from mailhub.lib import clock

FORMS: dict[str, type[SectionForm]] = {
    "audience": AudienceForm,
    "sender": SenderForm,
    "letter": LetterForm,
}


@doors.staff(Permission.LOOK)
def campaign_page(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    if campaign.dispatch_id is not None:
        return watching.page(request, campaign)
    return draft(request, campaign)


@doors.staff(Permission.LOOK)
def campaign_check(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The checklist anew, with all that depends on it."""
    campaign = asking.campaign(campaign_id)
    if not request.htmx:
        return draft(request, campaign, opened="check")
    standing = Standing(campaign, now=clock.now(), opened="check", anew=True)
    return render(request, "campaigns/_refreshed.html", {"campaign": campaign, "standing": standing})


def draft(
    request: StaffRequest,
    campaign: Campaign,
    *,
    opened: str = "",
    forms: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a draft, scheduled or cancelled campaign; `forms` are those with something to mend."""
    now = clock.now()
    standing = Standing(campaign, now=now, opened=opened or request.GET.get("open", ""), outdated=True)
    made = {key: kind(campaign=campaign) for key, kind in FORMS.items()}
    context = {
        "campaign": campaign,
        "standing": standing,
        "forms": {**made, "test": TestForm(), "moment": moment_form(request, now=now), **(forms or {})},
        "starters": starters.STARTERS,
        "is_editable": campaign.state == "draft" and request.user.may(Permission.WRITE_CAMPAIGNS),
    }
    return render(request, "campaigns/campaign_page.html", context, status=status)


def moment_form(request: StaffRequest, *, now: Any) -> MomentForm:
    """Tomorrow at nine on the viewer's clock, to begin with."""
    tomorrow = timezone.localtime(now) + timedelta(days=1)
    initial = {
        "day": tomorrow.date(),
        "time": tomorrow.replace(hour=9, minute=0).time(),
        "zone": timezone.get_current_timezone_name(),
    }
    return MomentForm(now=now, initial=initial, auto_id="moment-%s")
