"""Home: what is still to be set up, what needs somebody, and the last 30 days."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.lib import clock
from mailhub.web import responses, toasts
from reports.selectors import activity, attention, checklist, examples, recent
from reports.words import home_page


@doors.staff(Permission.LOOK)
def home(request: StaffRequest) -> HttpResponse:
    now, known = clock.now(), examples.read()
    steps = checklist.steps(request.user, examples=known)
    done = sum(step.is_done for step in steps)
    context = {
        "examples": known,
        "steps": steps,
        "done": done,
        "next_step": next((step.key for step in steps if step.is_offered and not step.is_done), ""),
        "is_set_up": done == len(steps),
        "is_hidden": bool(request.user.preferences.get(checklist.HIDDEN)),
        "needs": attention.needs(request.user, now=now, examples=known),
        "figures": home_page.figures(activity.read(now=now)),
        "campaigns": recent.campaigns(),
    }
    return render(request, "reports/home.html", context)


@doors.staff(Permission.LOOK, post=Permission.LOOK)
@require_POST
def first_steps(request: StaffRequest) -> HttpResponse:
    """Put the list of first steps away for this person, or bring it back."""
    hide = request.POST.get("hide") == "1"
    request.user.preferences = {**request.user.preferences, checklist.HIDDEN: hide}
    request.user.save(update_fields=["preferences"])
    if hide:
        toasts.ok(request, _("The first steps are put away. You find them at the foot of this page."))
    return responses.go(request, reverse("reports:home"))
