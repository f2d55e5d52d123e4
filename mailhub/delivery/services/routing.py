"""Which way a letter leaves: the route set on the screen, else MAILHUB_SMTP_URL, else the capture mailbox."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from mailhub.delivery.models import Dispatch, StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.models.routes import TransportName, Use
from mailhub.delivery.services import accounts
from mailhub.delivery.transports.anymail.account import Account
from mailhub.lib import keys
from mailhub.lib.environment import SmtpServer, TlsMode

PURPOSE = "route password"
CAPTURE = "capture"
TLS_MODES: dict[str, TlsMode] = {"none": "none", "starttls": "starttls", "implicit": "implicit"}


@dataclass(frozen=True, slots=True)
class Route:
    """A transport by its registry name, with what it needs to connect."""

    name: str
    transport: str
    smtp: SmtpServer | None = None
    account: Account | None = None

    @property
    def captures(self) -> bool:
        """Whether its letters stay in the house."""
        return self.transport == CAPTURE


def default() -> Route:
    """The route of a letter that no stored route is set for."""
    if settings.MAILHUB_SMTP is None:
        return Route(CAPTURE, CAPTURE)
    return Route(f"{settings.MAILHUB_SMTP.host}:{settings.MAILHUB_SMTP.port}", "smtp", settings.MAILHUB_SMTP)


def route_for(dispatch: Dispatch) -> Route:
    """The route of a dispatch now; asked anew for every window, so a change counts from the next one on.

    Raises UnknownKey when its password was encrypted with a key that MAILHUB_KEYS lacks.
    """
    return for_stream(dispatch.stream)


def for_stream(stream: str) -> Route:
    """The route of letters of `stream`: one set for them, else one for every letter, else the default."""
    stored = stored_for(stream)
    return of(stored) if stored else default()


def stored_for(stream: str) -> StoredRoute | None:
    """The stored route that letters of `stream` take; None when the default does."""
    found = {row.use: row for row in StoredRoute.objects.filter(use__in=(stream, Use.EVERYTHING))}
    return found.get(stream) or found.get(Use.EVERYTHING)


def of(stored: StoredRoute) -> Route:
    """What a transport needs of a stored route; raises UnknownKey."""
    if stored.is_account:
        return Route(stored.name, stored.transport, account=accounts.of(stored))
    if stored.transport != TransportName.SMTP:
        return Route(stored.name, stored.transport)
    password = keys.decrypt(stored.password, purpose=PURPOSE) if stored.password else ""
    server = SmtpServer(
        host=stored.host,
        port=stored.port,
        username=stored.username,
        password=password,
        tls=TLS_MODES[stored.tls],
        origin=f"the route “{stored.name}”",
    )
    return Route(stored.name, stored.transport, server)


def captured_streams() -> list[str]:
    """The streams whose letters go to the capture mailbox now: nothing of them leaves."""
    uses = dict(StoredRoute.objects.exclude(use=Use.NOTHING).values_list("use", "transport"))
    fallback = uses.get(Use.EVERYTHING, default().transport)
    return [stream for stream in Stream.values if uses.get(stream, fallback) == CAPTURE]


def smarthosts() -> list[str]:
    """The hosts that letters leave through, each once, as their routes name them."""
    used = StoredRoute.objects.filter(transport="smtp").exclude(use=Use.NOTHING).order_by("id")
    hosts = [row.host for row in used]
    if settings.MAILHUB_SMTP is not None and is_default_used():
        hosts.append(settings.MAILHUB_SMTP.host)
    return list(dict.fromkeys(hosts))


def is_default_used() -> bool:
    """Whether any letter takes the default: MAILHUB_SMTP_URL, or the capture mailbox without it."""
    uses = set(StoredRoute.objects.exclude(use=Use.NOTHING).values_list("use", flat=True))
    return Use.EVERYTHING not in uses and not uses >= set(Stream.values)
