"""Shows pages the way the signed-in person likes: zone, language."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from mailhub.accounts.models import User


class AsTheyLike:
    """Middleware: the person's own zone and language, else the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = _language_of(request)
        if name:
            translation.activate(name)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone in which this person reads times."""
    user = getattr(request, "user", None)
    chosen = user.time_zone if isinstance(user, User) else ""
    for name in (chosen, unquote(request.COOKIES.get("zone", "")), settings.TIME_ZONE):
        try:
            if name:
                return ZoneInfo(name)
        except (ValueError, OSError):
            # No such zone: a cookie may say anything.
            continue
    return ZoneInfo("UTC")


def _language_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    wanted = user.language if isinstance(user, User) else ""
    return wanted if wanted in dict(settings.LANGUAGES) else ""
