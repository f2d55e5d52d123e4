"""The rules and the resting routes, as the routes screen shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from mailhub.delivery.models import RouteRule, StoredRoute
from mailhub.delivery.services import resting
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
    route: StoredRoute
    rest: Rest


def shown() -> list[Shown]:
    """Every rule, the most specific first: the order in which they are looked at."""
    found = RouteRule.objects.select_related("brand").prefetch_related("choices__route")
    ordered = sorted(found, key=lambda rule: (*_not(weight(rule)), rule.domain, str(rule)))
    return [Shown(rule, str(rule), way_of(rule)) for rule in ordered]


def weight(rule: RouteRule) -> tuple[bool, bool, bool]:
    return Rule(rule.brand_id, rule.stream, rule.domain, ()).weight


def _not(values: tuple[bool, ...]) -> tuple[bool, ...]:
    return tuple(not value for value in values)


def way_of(rule: RouteRule) -> str:
    """`Postmark, then SMTP 2`."""
    names = [
        choice.route.name if choice.route.leads_out else _("the capture mailbox: nothing leaves")
        for choice in rule.choices.all()
    ]
    return _(", then ").join(names)


def sentence_of(rule: RouteRule) -> str:
    """`Marketing letters of Shop to gmail.com: Postmark, then SMTP 2`, as the audit log keeps it."""
    return f"{rule}: {way_of(rule)}"


def resting_routes(*, now: datetime) -> list[Resting]:
    """The stored routes that rest now, by name."""
    routes = list(StoredRoute.objects.filter(choices__isnull=False).distinct().order_by("name"))
    rests = resting.of(route.name for route in routes)
    return [
        Resting(route, rests[route.name])
        for route in routes
        if route.name in rests and rests[route.name].is_on(now)
    ]
