"""Answers that work for a browser alone and for htmx alike."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

# A status that htmx takes for “nothing more to come”: the fragment stops asking.
STOP_POLLING = 286


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole window to `url`, a path of ours."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def status_of(*forms: BaseForm) -> int:
    """Of the page that shows the forms: 422 when something in them is wrong (RFC 9110, 15.5.21)."""
    return 422 if any(form.errors for form in forms) else 200


def next_of(request: HttpRequest, *, default: str) -> str:
    """Where the form said to go on: its `next` field when that is a path of ours, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed and wanted.startswith("/") else default
