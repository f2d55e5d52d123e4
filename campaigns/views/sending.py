"""Launches and schedules: asks once more, with what it will do, and then does it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.forms import ConfirmForm, MomentForm
from campaigns.models import Campaign, CampaignState
from campaigns.services import confirming, lifecycle
from campaigns.services.transitions import TransitionRefused
from campaigns.views import asking, places
from campaigns.views.standing import Standing
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.services import routing
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts
from mailhub.web.templatetags.ui import count


@doors.staff(Permission.SEND)
def launch(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Asks, and when it was confirmed sends now, or at the moment that was chosen."""
    campaign, now = asking.campaign(campaign_id), clock.now()
    given = request.POST if request.method == "POST" else request.GET
    moment = MomentForm(given, now=now, auto_id="when-%s") if "day" in given else None
    if campaign.state != CampaignState.DRAFT:
        return _too_late(request, campaign)
    if moment is not None and not moment.is_valid():
        return _ask(request, campaign, moment=moment, status=422)
    form = ConfirmForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return _ask(request, campaign, moment=moment, form=form, status=422 if form else 200)
    try:
        _do(request, campaign, form.confirmed(), moment=moment, now=now)
    except TransitionRefused:
        return _too_late(request, asking.campaign(campaign_id))
    except UserError as refusal:
        return _ask(request, campaign, moment=moment, refusal=str(refusal), status=422)
    return asking.back(request, campaign_id)


@doors.staff(Permission.SEND)
def moment(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """What the chosen day and time amount to, while they are being chosen."""
    campaign, now = asking.campaign(campaign_id), clock.now()
    if not request.htmx:
        return responses.go(request, places.section_url(campaign_id, "send"))
    form = MomentForm(request.GET, now=now, auto_id="moment-%s")
    context = {
        "campaign": campaign,
        "form": form,
        "deed": deed(form.cleaned_data["moment"], form.cleaned_data["zone"]) if form.is_valid() else "",
    }
    return render(request, "campaigns/_moment.html", context)


@require_POST
@doors.staff(Permission.SEND)
def unschedule(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    done = _("“%(name)s” is a draft again; it is not sent.") % {"name": campaign.name}
    if asking.do(request, lambda: lifecycle.unschedule(campaign_id), done=done):
        audit.record(request, "campaign.unscheduled", target=campaign)
    return asking.back(request, campaign_id)


def deed(at: datetime, zone: str) -> str:
    """Schedule for Mon 23 Nov 2026, 09:00 CET."""
    return _("Schedule for %(moment)s") % {"moment": spoken(at, zone)}


def spoken(at: datetime, zone: str) -> str:
    """A moment on the clock of `zone`, which it names."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{formats.date_format(local, _('D j M Y, H:i'))} {local.tzname()}"


def _do(
    request: StaffRequest,
    campaign: Campaign,
    confirmed: confirming.Confirmed,
    *,
    moment: MomentForm | None,
    now: datetime,
) -> None:
    people = {"count": count(confirmed.count), "name": campaign.name}
    if moment is None:
        confirming.launch(campaign.pk, confirmed=confirmed, now=now)
        audit.record(request, "campaign.launched", target=campaign, detail={"people": confirmed.count})
        toasts.ok(request, _launched(campaign, confirmed.count) % people)
        return
    at, zone = moment.cleaned_data["moment"], moment.cleaned_data["zone"]
    confirming.schedule(campaign.pk, confirmed=confirmed, at=at, time_zone=zone, now=now)
    detail = {"at": at.isoformat(), "zone": zone, "people": confirmed.count}
    audit.record(request, "campaign.scheduled", target=campaign, detail=detail)
    sentence = _("“%(name)s” leaves on %(moment)s.")
    toasts.ok(request, sentence % {"name": campaign.name, "moment": spoken(at, zone)})


def _launched(campaign: Campaign, people: int) -> str:
    if routing.captures(Stream.MARKETING, campaign.brand_id):
        return ngettext(
            "“%(name)s” to %(count)s person goes to the capture mailbox; nothing leaves.",
            "“%(name)s” to %(count)s people goes to the capture mailbox; nothing leaves.",
            people,
        )
    return ngettext(
        "“%(name)s” is on its way to %(count)s person.",
        "“%(name)s” is on its way to %(count)s people.",
        people,
    )


def _ask(
    request: StaffRequest,
    campaign: Campaign,
    *,
    moment: MomentForm | None,
    form: ConfirmForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    """The confirmation: subject, sender, number, three names, and the button that says the deed."""
    is_sound = moment is not None and moment.is_valid()
    at = moment.cleaned_data["moment"] if moment is not None and is_sound else None
    standing = Standing(campaign, now=clock.now(), at=at, anew=True)
    if standing.block_count:
        context = {"campaign": campaign, "standing": standing, "refusal": refusal}
        return render(request, "campaigns/campaign_blocked.html", context, status=_status(request, status))
    asked = confirming.as_it_is(campaign, now=standing.now, at=at, anew=False)
    values = {name: getattr(asked, name) for name in ("count", "subject", "sender", "letter_version_id")}
    context = {
        "campaign": campaign,
        "standing": standing,
        "asked": asked,
        "form": form or ConfirmForm(initial=values),
        "moment": moment,
        "is_timed": is_sound,
        "deed": _deed(asked.count, moment if is_sound else None),
        "refusal": refusal,
    }
    return render(request, "campaigns/campaign_launch.html", context, status=_status(request, status))


def _status(request: StaffRequest, status: int) -> int:
    """A dialog that has something to mend is an answer like others; browsers would report an error."""
    return 200 if request.htmx else status


def _deed(people: int, moment: MomentForm | None) -> str:
    if moment is not None:
        return deed(moment.cleaned_data["moment"], moment.cleaned_data["zone"])
    return send_now(people)


def send_now(people: int) -> str:
    return ngettext("Send to %(count)s person now", "Send to %(count)s people now", people) % {
        "count": count(people)
    }


def _too_late(request: StaffRequest, campaign: Campaign) -> HttpResponse:
    """Somebody else, or a second click, was quicker: the page shows how it stands."""
    state: Any = campaign.get_state_display()
    toasts.warn(request, _("“%(name)s” is %(state)s already.") % {"name": campaign.name, "state": state})
    return asking.back(request, campaign.pk)
