"""The way into all settings, and the search among them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.web import navigation
from mailhub.web.navigation import Place


@doors.staff(Permission.LOOK)
def settings(request: StaffRequest) -> HttpResponse:
    """Every settings page that this person may open, in three groups; `q` leaves those that name it."""
    wanted = request.GET.get("q", "").strip()
    titles = (("you", _("You")), ("account", _("This account")), ("sending", _("Sending")))
    found = [(title, _places(request, section, wanted)) for section, title in titles]
    groups = [(title, places) for title, places in found if places]
    template = "delivery/_settings_groups.html" if _is_typing(request) else "delivery/settings.html"
    return render(request, template, {"groups": groups, "q": wanted})


def _places(request: StaffRequest, section: str, wanted: str) -> list[Place]:
    return [
        place
        for place in navigation.places(request, section=section)
        if wanted.casefold() in f"{place.item.label} {place.item.help}".casefold()
    ]


def _is_typing(request: StaffRequest) -> bool:
    return bool(request.htmx) and request.htmx.target == "settings-groups"
