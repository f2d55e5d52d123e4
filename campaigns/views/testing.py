"""Sends a test of the draft, to oneself or to a few addresses."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.forms import TestForm, attempt
from campaigns.services import testing
from campaigns.views import asking, page, places
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content.services import trials
from mailhub.lib import clock
from mailhub.web import responses, toasts


@require_POST
@doors.staff(Permission.LOOK, post=Permission.WRITE_CAMPAIGNS)
def test_me(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """To the address of who asks, with one click."""
    campaign = asking.campaign(campaign_id)
    if not request.user.email:
        toasts.bad(request, _("Your account has no e-mail address; write one below, or into your account."))
    else:
        done = _("A test is on its way to %(address)s.") % {"address": request.user.email}
        number = campaign_id

        def act() -> None:
            testing.send(number, addresses=[request.user.email], user=request.user, now=clock.now())

        if asking.do(request, act, done=done):
            audit.record(request, "campaign.tested", target=campaign, detail={"addresses": 1})
    return responses.go(request, places.section_url(campaign_id, "test"))


@require_POST
@doors.staff(Permission.LOOK, post=Permission.SEND)
def test_others(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """To a few addresses that were typed."""
    campaign = asking.campaign(campaign_id)
    form = TestForm(request.POST)
    count = 0

    def act() -> None:
        nonlocal count
        wanted = trials.parse_addresses(form.cleaned_data["addresses"])
        testing.send(campaign_id, addresses=wanted, user=request.user, now=clock.now())
        count = len(wanted)

    if form.is_valid() and attempt(form, act, field="addresses"):
        audit.record(request, "campaign.tested", target=campaign, detail={"addresses": count})
        sentence = ngettext(
            "A test is on its way to %(count)d address.",
            "A test is on its way to %(count)d addresses.",
            count,
        )
        toasts.ok(request, sentence % {"count": count})
        return responses.go(request, places.section_url(campaign_id, "test"))
    return page.draft(request, campaign, opened="test", forms={"test": form}, status=422)
