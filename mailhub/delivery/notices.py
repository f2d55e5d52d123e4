"""Says on every page, and before deployment, what staff must know: letters are captured, or go badly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from mailhub.delivery.limits import configured
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.selectors import limits
from mailhub.delivery.services import routing
from mailhub.web.banners import Banner


def capture_banner(request: HttpRequest) -> Banner | None:
    """The banner of every staff page while letters stay in the house; None when all leave."""
    captured = routing.captured_streams()
    if not captured and not routing.captures_some():
        return None
    text = _sentence(captured)
    may = getattr(request.user, "may", None)
    if may is not None and may("administer"):
        return Banner("warn", text, reverse("delivery:route_list"), _("Set a route"))
    return Banner("warn", text)


def breaker_banner(request: HttpRequest) -> Banner | None:
    """The banner while the circuit breaker has stopped a route, or warns of a campaign under way."""
    found = configured.current()
    url, label = reverse("delivery:limit_list"), _("Look")
    for name, stop in found.stops.items():
        text = _("The route %(name)s is stopped: %(sentence)s")
        words = {"name": limits.stopped_name(name), "sentence": stop.sentence}
        return Banner("bad", text % words, url, label)
    for sentence in found.warnings:
        return Banner("warn", _("A campaign goes badly: %(sentence)s") % {"sentence": sentence}, url, label)
    return None


def _sentence(captured: Sequence[str]) -> str:
    if not captured:
        return _("Some letters do not leave: a rule takes them to the capture mailbox.")
    if len(captured) == len(Stream.values):
        return _("Nothing leaves: letters go to the capture mailbox until a route is set.")
    if Stream.MARKETING in captured:
        return _("Marketing letters do not leave: they go to the capture mailbox until a route is set.")
    return _("Transactional letters do not leave: they go to the capture mailbox until a route is set.")


def check_route(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """For `manage.py check --deploy`: an installation that keeps its letters is not ready for customers."""
    try:
        captured = routing.captured_streams()
    except DatabaseError:
        # Not migrated yet, or not there: then the environment alone decides.
        captured = list(Stream.values) if routing.default().captures else []
    if not captured:
        return []
    if len(captured) == len(Stream.values):
        text = "Every letter goes to the capture mailbox: nothing leaves."
    else:
        text = f"Every {captured[0]} letter goes to the capture mailbox: none of them leaves."
    hint = "Set MAILHUB_SMTP_URL, or a route under Settings → Routes."
    return [checks.Error(text, hint=hint, id="mailhub.E001")]
