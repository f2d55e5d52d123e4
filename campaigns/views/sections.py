"""Saves what is typed into the sections of a draft, field by field."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.forms import SectionForm, TestForm
from campaigns.models import Campaign
from campaigns.services import drafting
from campaigns.services.transitions import TransitionRefused
from campaigns.views import asking, page, places
from campaigns.views.standing import Standing
from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.content.models import LetterVersion
from mailhub.lib import clock
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts

# The sender's fields stand in the section of the letter.
SECTION_OF = {"audience": "audience", "sender": "letter", "letter": "letter"}


@require_POST
@doors.staff(Permission.LOOK, post=Permission.WRITE_CAMPAIGNS)
def section_save(request: StaffRequest, campaign_id: int, section: str) -> HttpResponse:
    """Keep what was changed in one form; the answer brings everything on the page up to date."""
    campaign = asking.campaign(campaign_id)
    form = page.FORMS[section](request.POST, campaign=campaign)
    try:
        saved = form.is_valid() and _save(request, form)
    except TransitionRefused as refusal:
        # Launched or scheduled meanwhile: the page shows how it stands now.
        toasts.bad(request, str(refusal))
        return asking.back(request, campaign_id)
    if request.htmx:
        return _refreshed(request, campaign_id, section, form, saved=saved)
    if saved:
        toasts.ok(request, _("Saved."))
        return responses.go(request, places.section_url(campaign_id, SECTION_OF[section]))
    return page.draft(request, campaign, opened=SECTION_OF[section], forms={section: form}, status=422)


@require_POST
@doors.staff(Permission.LOOK, post=Permission.WRITE_CAMPAIGNS)
def letter_newest(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Say what the newest version of the letter says."""
    campaign = asking.campaign(campaign_id)
    version = campaign.letter_version
    newest = (
        LetterVersion.objects.filter(letter=version.letter_id).order_by("-number").first()
        if version
        else None
    )
    if newest is not None:
        done = _("The campaign says what version %(number)d says.") % {"number": newest.number}
        change: dict[str, Any] = {"letter_version": newest}
        if asking.do(request, lambda: drafting.change(campaign_id, now=clock.now(), **change), done=done):
            audit.record(request, "campaign.changed", target=campaign, detail={"fields": ["letter_version"]})
    return responses.go(request, places.section_url(campaign_id, "letter"))


@require_POST
@doors.staff(Permission.LOOK, post=Permission.WRITE_CAMPAIGNS)
def letter_begin(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """A letter of the campaign's own, from a shipped template."""
    campaign = asking.campaign(campaign_id)
    template, author = request.POST.get("template", ""), request.user.get_username()

    def act() -> None:
        drafting.begin_letter(campaign_id, template=template, author=author, now=clock.now())

    if not request.user.may(Permission.WRITE_CONTENT):
        return doors.refuse(request, Permission.WRITE_CONTENT)
    done = _("The letter is chosen. Edit it to say what you want to say.")
    if asking.do(request, act, done=done):
        audit.record(request, "letter.created", target=campaign, detail={"template": template[:40]})
    return responses.go(request, places.section_url(campaign_id, "letter"))


def _save(request: StaffRequest, form: SectionForm) -> bool:
    changes = form.changes()
    if not changes:
        return True
    try:
        drafting.change(form.campaign.pk, now=clock.now(), **changes)
    except TransitionRefused:
        raise
    except UserError as refusal:
        form.add_error(None, str(refusal))
        return False
    audit.record(request, "campaign.changed", target=form.campaign, detail={"fields": sorted(changes)})
    return True


def _refreshed(
    request: StaffRequest, campaign_id: int, section: str, form: SectionForm, *, saved: bool
) -> HttpResponse:
    campaign = asking.campaign(campaign_id)
    context = {
        "campaign": campaign,
        "standing": Standing(campaign, now=clock.now(), opened=SECTION_OF[section]),
        "section": section,
        "form": form,
        "anew": _anew(section, campaign) if saved else None,
        "saved": saved,
        "test_form": TestForm(),
        "now": clock.now(),
        "is_editable": True,
    }
    return render(request, "campaigns/_saved.html", context)


def _anew(section: str, campaign: Campaign) -> SectionForm:
    """The form as the page would show it now: what the next saving is compared with."""
    return page.FORMS[section](campaign=campaign)
