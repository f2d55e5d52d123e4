"""Sets, changes and removes the routes that letters leave by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery.models import StoredRoute
from mailhub.delivery.models.routes import TlsMode, TransportName, Use
from mailhub.delivery.services import accounts, resting, route_rules, routing, rulebook
from mailhub.lib import addresses, environment, keys
from mailhub.lib.errors import ValueRefused


class RouteRefused(ValueRefused):
    """A value that a route cannot have."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a route is to be. `password` None keeps the one that it has.

    `provider` and `settings` are an account's; a secret among them that is empty stays as it is.
    """

    name: str
    transport: str = TransportName.SMTP
    host: str = ""
    port: int = 587
    tls: str = TlsMode.STARTTLS
    username: str = ""
    password: str | None = None
    use: str = Use.EVERYTHING
    provider: str = ""
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)


@transaction.atomic
def add(draft: Draft) -> StoredRoute:
    """A new route. Takes over the letters of `draft.use` from the route that had them.

    Raises RouteRefused with the field that is wrong.
    """
    route = StoredRoute()
    _fill(route, draft)
    return route


@transaction.atomic
def change(route: StoredRoute, draft: Draft) -> StoredRoute:
    """`route` as `draft` says; raises RouteRefused.

    The stored password goes to no other server, user or weaker line than it was typed for.
    """
    _fill(route, draft)
    return route


@transaction.atomic
def remove(route: StoredRoute) -> None:
    """Forget a route with its password; its letters take the next one that fits.

    Raises RuleRefused while it is the only route of a rule.
    """
    route_rules.check_removal(route)
    if route.use:
        route_rules.check_default(_uses_besides(route))
    route.delete()
    transaction.on_commit(rulebook.forget)


def try_again(name: str) -> bool:
    """End the rest of a route that failed; False if it did not rest. Raises redis.RedisError."""
    return resting.end(name)


def _fill(route: StoredRoute, draft: Draft) -> None:
    name = _name(draft.name, route)
    values = _server(draft) if draft.transport == TransportName.SMTP else {}
    password = _password(route, draft, values)
    if draft.transport == TransportName.ANYMAIL:
        accounts.fill(route, draft.provider, draft.settings)
    else:
        route.provider, route.settings, route.secrets, route.used_at = "", {}, "", None
    if route.pk:
        leads_out = draft.transport != TransportName.CAPTURE
        route_rules.check_route(route, use=draft.use, leads_out=leads_out)
    _free(draft.use, keep=route)
    route_rules.check_default(_uses_besides(route) | {draft.use})
    route.name, route.transport, route.use = name, TransportName(draft.transport), Use(draft.use)
    for column, value in values.items():
        setattr(route, column, value)
    if password is not None:
        route.password = keys.encrypt(password, purpose=routing.PURPOSE) if password else ""
    route.tested_at, route.problem = None, ""
    route.save()
    # It may be mended: it need not rest any longer.
    transaction.on_commit(partial(resting.end, name), robust=True)
    transaction.on_commit(rulebook.forget)


def _free(use: str, *, keep: StoredRoute) -> None:
    if not use:
        return
    for other in StoredRoute.objects.filter(use=use).exclude(pk=keep.pk):
        route_rules.check_route(other, use=Use.NOTHING, leads_out=other.leads_out)
        other.use = Use.NOTHING
        other.save(update_fields=["use"])


def _uses_besides(route: StoredRoute) -> set[str]:
    return set(StoredRoute.objects.exclude(pk=route.pk).values_list("use", flat=True))


def _name(text: str, route: StoredRoute) -> str:
    name = " ".join(addresses.clean(text).split())
    if not name or len(name) > 80 or not name.isprintable():
        raise RouteRefused(_("A route's name has between 1 and 80 characters."), field="name")
    if StoredRoute.objects.filter(name=name).exclude(pk=route.pk).exists():
        raise RouteRefused(_("There is a route of this name already."), field="name")
    return name


def _server(draft: Draft) -> dict[str, str | int]:
    if not 1 <= draft.port <= 65535:
        raise RouteRefused(_("A port is a number from 1 to 65535."), field="port")
    username = _line(draft.username, field="username")
    host = check_host(draft.host)
    if username and draft.tls == TlsMode.NONE and not _is_loopback(host):
        raise RouteRefused(
            _("MailHub does not send a password unencrypted. Choose STARTTLS or TLS from the first byte."),
            field="tls",
        )
    return {"host": host, "port": draft.port, "tls": TlsMode(draft.tls), "username": username}


def check_host(text: str) -> str:
    """A host name or IP address that a connection may go to, cleaned; raises RouteRefused."""
    host = addresses.clean(text).removeprefix("[").removesuffix("]").lower()
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    if len(host) > 253 or not environment.HOST.fullmatch(host):
        raise RouteRefused(
            _("This is not the name of a mail server; it looks like mail.example.org, without a port."),
            field="host",
        )
    return host


def _password(route: StoredRoute, draft: Draft, values: dict[str, str | int]) -> str | None:
    """The password to store; None keeps the one there is."""
    if not values.get("username"):
        return ""
    if draft.password:
        return _line(draft.password, field="password")
    if not route.password:
        raise RouteRefused(_("A user needs a password."), field="password")
    same = all(getattr(route, field) == value for field, value in values.items())
    if not same:
        raise RouteRefused(
            _("Type the password again: it was given for another server, user or encryption."),
            field="password",
        )
    return None


def _line(text: str, *, field: str) -> str:
    if not text.isprintable() or len(text) > 254:
        raise RouteRefused(_("This holds a line end or another control character."), field=field)
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
