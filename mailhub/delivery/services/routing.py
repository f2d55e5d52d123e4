"""Which way a letter leaves: by a rule, else its stream's route, else MAILHUB_SMTP_URL, else capture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mailhub.delivery.models import StoredRoute
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.models.routes import TransportName, Use
from mailhub.delivery.services import accounts, rulebook
from mailhub.delivery.services.rulebook import Rule
from mailhub.delivery.transports.anymail.account import Account
from mailhub.lib import keys
from mailhub.lib.environment import SmtpServer, TlsMode
from mailhub.lib.errors import UserError

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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route that letters may take; `route` is None when it cannot be told, and `problem` says why."""

    name: str
    route: Route | None
    problem: str = ""


def candidates(brand_id: int, stream: str, domain: str) -> tuple[Candidate, ...]:
    """The candidates of letters of a brand and stream to a domain: the first choice, then those that step in for it."""
    return chain(rulebook.current().match(brand_id, stream, domain), stream)


def chain(rule: Rule | None, stream: str) -> tuple[Candidate, ...]:
    """The candidates of letters under `rule`, at least one; cheap enough to be asked for every window.

    A change of the rules or of a route counts within two seconds.
    """
    made = rulebook.current().chains
    found = made.get((rule, stream))
    if found is None:
        found = made[rule, stream] = tuple(_candidate(row) for row in _stored_of(rule, stream))
    if found:
        return found
    fallback = default()
    return (Candidate(fallback.name, fallback),)


def environment() -> Candidate:
    """The server of MAILHUB_SMTP_URL, where a rule names it."""
    if settings.MAILHUB_SMTP is None:
        words = _(
            "A rule sends these letters through the server of MAILHUB_SMTP_URL, which is not set any more."
        )
        return Candidate("MAILHUB_SMTP_URL", None, words)
    return Candidate(default().name, default())


def _candidate(stored: StoredRoute | None) -> Candidate:
    if stored is None:
        return environment()
    try:
        return Candidate(stored.name, of(stored))
    except UserError as error:  # its password cannot be read
        return Candidate(stored.name, None, str(error))


def _stored_of(rule: Rule | None, stream: str) -> Sequence[StoredRoute | None]:
    """The routes of a rule in their order (None: the server of MAILHUB_SMTP_URL), or the one of the stream.

    Empty for the default.
    """
    if rule is not None and (named := _named(rule, StoredRoute.objects.in_bulk(rule.route_ids))):
        return named
    stored = stored_for(stream)
    return [stored] if stored else []


def _named(rule: Rule, stored: Mapping[int, StoredRoute]) -> list[StoredRoute | None]:
    return [stored.get(pk) for pk in rule.route_ids if pk == rulebook.ENVIRONMENT or pk in stored]


def for_stream(stream: str) -> Route:
    """The route of letters of `stream` that no rule is for: one set for them, one for every letter, or the default."""
    stored = stored_for(stream)
    return of(stored) if stored else default()


def stored_for(stream: str) -> StoredRoute | None:
    """The stored route of letters of `stream` that no rule is for; None when the default takes them."""
    return _usual(StoredRoute.objects.filter(use__in=(stream, Use.EVERYTHING)), stream)


def _usual(stored: Iterable[StoredRoute], stream: str) -> StoredRoute | None:
    by_use = {row.use: row for row in stored}
    return by_use.get(stream) or by_use.get(Use.EVERYTHING)


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


def first_choices(stream: str, brand_id: int | None = None) -> dict[str, bool]:
    """By name the routes that letters of a stream (of one brand, or of all) take first; True for capture.

    Several only where rules tell letters apart, by brand or by receiving domain.
    """
    stored = StoredRoute.objects.in_bulk()
    usual = _usual(stored.values(), stream)
    found: dict[str, bool] = {}
    for rule in rulebook.current().possible(stream, brand_id):
        named = _named(rule, stored) if rule else []
        row = named[0] if named else usual
        if row is not None:
            found[row.name] = not row.leads_out
        elif named:
            found[environment().name] = False
        else:
            found[default().name] = default().captures
    return dict(sorted(found.items()))


def captures(stream: str, brand_id: int | None = None) -> bool:
    """Whether every letter of a stream (of one brand, or of all) goes to the capture mailbox now."""
    return all(first_choices(stream, brand_id).values())


def captures_some() -> bool:
    """Whether any letters go to the capture mailbox now, be it those of one brand by a rule."""
    return any(True in first_choices(stream).values() for stream in Stream.values)


def captured_streams(brand_id: int | None = None) -> list[str]:
    """The streams whose letters go to the capture mailbox now: nothing of them leaves."""
    return [stream for stream in Stream.values if captures(stream, brand_id)]


def warmed_route(stream: str, brand_id: int) -> StoredRoute | None:
    """The stored route that letters of a brand take first, but for domains with rules of their own."""
    return next(iter(_stored_of(rulebook.current().match(brand_id, stream, ""), stream)), None)


def may_carry(stored: StoredRoute, stream: str) -> bool:
    """Whether letters of `stream` mix with nothing on a route: what it is for, by its use and by rules."""
    if stored.use == Use.EVERYTHING:
        return True
    streams = {stored.use} if stored.use else rulebook.current().streams_of(stored.pk)
    return not streams or bool(streams & {"", stream})


def used() -> QuerySet[StoredRoute]:
    """The stored routes that letters take, or would when others fail, in the order they were made."""
    in_rules = Q(pk__in=rulebook.current().route_ids)
    return StoredRoute.objects.filter(~Q(use=Use.NOTHING) | in_rules).order_by("id")


def smarthosts() -> list[str]:
    """The hosts that letters leave through, each once, as their routes name them."""
    hosts = [row.host for row in used().filter(transport="smtp")]
    if settings.MAILHUB_SMTP is not None and (is_default_used() or is_default_named()):
        hosts.append(settings.MAILHUB_SMTP.host)
    return list(dict.fromkeys(hosts))


def ways_out() -> list[str]:
    """The mail servers and the providers that letters leave through, each once."""
    providers = [row.destination for row in used() if row.is_account]
    return list(dict.fromkeys([*smarthosts(), *providers]))


def is_default_named() -> bool:
    """Whether a rule names the server of MAILHUB_SMTP_URL."""
    return rulebook.ENVIRONMENT in rulebook.current().route_ids


def use_of_default(uses: Set[str]) -> Use:
    """Which letters take the default where the stored routes have these uses, but for rules."""
    if Use.EVERYTHING in uses:
        return Use.NOTHING
    left = [stream for stream in Stream.values if stream not in uses]
    if len(left) == len(Stream.values):
        return Use.EVERYTHING
    return Use(left[0]) if left else Use.NOTHING


def is_default_used() -> bool:
    """Whether any letter takes the default: MAILHUB_SMTP_URL, or the capture mailbox without it."""
    uses = set(StoredRoute.objects.exclude(use=Use.NOTHING).values_list("use", flat=True))
    if Use.EVERYTHING in uses:
        return False
    book = rulebook.current()
    return any(None in book.possible(stream) for stream in Stream.values if stream not in uses)
