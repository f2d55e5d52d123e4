"""The rules and the resting routes, as the routes screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from mailhub.delivery.models import RouteRule, StoredRoute
from mailhub.delivery.services import resting, routing, rulebook
from mailhub.delivery.services.resting import Rest
from mailhub.delivery.services.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule as a sentence: `letters` take `way`."""

    rule: RouteRule
    letters: str
    way: str


@dataclass(frozen=True, slots=True)
class Resting:
    """A route that rests; `pk` is 0 for the server of MAILHUB_SMTP_URL."""

    pk: int
    name: str
    rest: Rest


def shown() -> list[Shown]:
    """Every rule, the most specific first: the order in which they are looked at."""
    found = RouteRule.objects.select_related("brand").prefetch_related("choices__route")
    ordered = sorted(found, key=lambda rule: (*(-value for value in weight(rule)), rule.domain, str(rule)))
    return [Shown(rule, str(rule), way_of(rule)) for rule in ordered]


def weight(rule: RouteRule) -> tuple[int, bool, bool]:
    return Rule(rule.brand_id, rule.stream, rule.domain, (), rule.subdomains).weight


def way_of(rule: RouteRule) -> str:
    """`Postmark, then SMTP 2`."""
    return _(", then ").join(_name(choice.route) for choice in rule.choices.all())


def environment_name() -> str:
    """What rules call the server that MAILHUB_SMTP_URL names."""
    if settings.MAILHUB_SMTP is None:
        return _("MAILHUB_SMTP_URL, which is not set")
    return _("%(server)s (MAILHUB_SMTP_URL)") % {"server": routing.default().name}


def _name(route: StoredRoute | None) -> str:
    if route is None:
        return environment_name()
    return route.name if route.leads_out else _("the capture mailbox: nothing leaves")


def sentence_of(rule: RouteRule) -> str:
    """`Marketing letters of Shop to gmail.com: Postmark, then SMTP 2`, as the audit log keeps it."""
    return f"{rule}: {way_of(rule)}"


def resting_routes(*, now: datetime) -> list[Resting]:
    """The routes of rules that rest now, by name."""
    stored = StoredRoute.objects.filter(choices__isnull=False).distinct()
    names = {route.name: route.pk for route in stored}
    if settings.MAILHUB_SMTP is not None:
        names.setdefault(routing.default().name, rulebook.ENVIRONMENT)
    rests = resting.of(names)
    return [Resting(names[name], name, rest) for name, rest in sorted(rests.items()) if rest.is_on(now)]
