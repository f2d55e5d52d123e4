"""System health: every part of the house, what it is at, and what to do."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from mailhub.accounts import doors
from mailhub.accounts.doors import StaffRequest
from mailhub.accounts.permissions import Permission
from mailhub.delivery.selectors import health


@doors.staff(Permission.LOOK)
def health_page(request: StaffRequest) -> HttpResponse:
    """The page, or only its parts when the page asks again by itself."""
    alone = bool(request.htmx) and request.htmx.target == "parts"
    template = "delivery/_health_parts.html" if alone else "delivery/health_page.html"
    return render(request, template, health.report())
