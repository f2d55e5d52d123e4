"""Which way a letter leaves: the smarthost of MAILHUB_SMTP_URL, else the capture mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from mailhub.delivery.models import Dispatch
from mailhub.lib.environment import SmtpServer


@dataclass(frozen=True, slots=True)
class Route:
    """A transport by its registry name, with what it needs to connect."""

    name: str
    transport: str
    smtp: SmtpServer | None = None


def default() -> Route:
    """The installation's default route."""
    if settings.MAILHUB_SMTP is None:
        return Route("capture", "capture")
    return Route(f"{settings.MAILHUB_SMTP.host}:{settings.MAILHUB_SMTP.port}", "smtp", settings.MAILHUB_SMTP)


def route_for(dispatch: Dispatch) -> Route:
    """The route of a dispatch."""
    return default()
