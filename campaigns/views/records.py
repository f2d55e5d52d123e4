"""Renames, copies and deletes campaigns."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.forms import NameForm, attempt
from campaigns.services import drafting
from campaigns.views import asking
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import inline, responses, toasts


@doors.staff(Permission.WRITE_CAMPAIGNS)
def campaign_rename(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": campaign.name})
    if request.method == "POST":
        if answer := inline.answer(request, form):
            return answer

        def act() -> None:
            drafting.rename(campaign_id, name=form.cleaned_data["name"], now=clock.now())

        if form.is_valid() and attempt(form, act):
            detail = {"from": campaign.name}
            audit.record(request, "campaign.renamed", target=asking.campaign(campaign_id), detail=detail)
            toasts.ok(request, _("Saved."))
            return asking.back(request, campaign_id)
    status = 422 if form.errors else 200
    context = {"form": form, "campaign": campaign}
    return render(request, "campaigns/campaign_rename.html", context, status=status)


@doors.staff(Permission.WRITE_CAMPAIGNS)
def campaign_clone(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """A copy, and straight to its page."""
    campaign = asking.campaign(campaign_id)
    if request.method != "POST":
        return render(request, "campaigns/campaign_clone.html", {"campaign": campaign})
    try:
        copy = drafting.clone(campaign_id, now=clock.now(), created_by=request.user)
    except UserError as refusal:
        toasts.bad(request, str(refusal))
        return asking.back(request, campaign_id)
    audit.record(request, "campaign.cloned", target=copy, detail={"of": campaign.name})
    toasts.ok(request, _("This is the copy; it has no schedule."))
    return asking.back(request, copy.pk)


@doors.staff(Permission.WRITE_CAMPAIGNS)
def campaign_delete(request: StaffRequest, campaign_id: int) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    if request.method != "POST":
        return render(request, "campaigns/campaign_delete.html", {"campaign": campaign})
    done = _("“%(name)s” is deleted; its letter stays.") % {"name": campaign.name}
    label, number = str(campaign), campaign.pk
    if not asking.do(request, lambda: drafting.delete(number), done=done):
        return asking.back(request, campaign_id)
    audit.record(request, "campaign.deleted", label=label, detail={"id": number})
    return responses.go(request, reverse("campaigns:campaign_list"))
