"""The switch "Show with example data": asks, rings the task, and tells how far it has come."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.accounts.services import audit
from mailhub.demo import panel
from mailhub.demo.services import switching
from mailhub.lib.errors import UserError
from mailhub.web import responses, toasts


@doors.staff(Permission.LOOK, post=Permission.ADMINISTER)
def switch(request: StaffRequest) -> HttpResponse:
    """GET shows what there is, with progress while it moves; POST `load` or `remove`."""
    if request.method == "POST":
        return _turn(request, request.POST.get("act", ""))
    examples = panel.read()
    if request.htmx and request.htmx.target == "example-data":
        if not examples.is_busy:
            # It has just ended: everything on the page around it is different now.
            return HttpResponseClientRefresh()
        return render(request, "reports/_example_data.html", {"examples": examples})
    return render(request, "demo/example_data.html", {"examples": examples})


def _turn(request: StaffRequest, act: str) -> HttpResponse:
    try:
        if act == "remove":
            switching.ask_to_remove()
            audit.record(request, "example_data.removed")
            toasts.ok(request, _("The example data is being removed. Yours stays as it is."))
        else:
            switching.ask_to_load()
            audit.record(request, "example_data.loaded")
            toasts.ok(request, _("The example data is being loaded; it takes less than a minute."))
    except UserError as refusal:
        toasts.bad(request, str(refusal))
    return responses.go(request, reverse("reports:home"))
