"""Makers of what tests of limits talk about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from mailhub.delivery.contracts import DispatchFacts
from mailhub.delivery.limits import configured
from mailhub.delivery.models import DestinationLimit, RouteLimit, StoredRoute, WarmUp
from mailhub.delivery.services import brands, domains

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROUTE = "Our provider"
FROM = "shop.example"
FACTS = DispatchFacts(id=1, brand_id=1, stream="marketing", ignore_cap=False, producer_id=1)


def at(seconds: float) -> datetime:
    """A moment so long after noon."""
    return NOON + timedelta(seconds=seconds)


def letters(count: int, *, domain: str = "example.org", first: int = 1) -> list[tuple[int, str]]:
    return [(number, domain) for number in range(first, first + count)]


def limit_route(route: StoredRoute | None = None, **caps: Any) -> RouteLimit:
    limit = RouteLimit.objects.create(route=route, **caps)
    configured.forget()
    return limit


def limit_domain(domain: str, **caps: Any) -> DestinationLimit:
    limit = DestinationLimit.objects.create(domain=domain, **caps)
    configured.forget()
    return limit


def warm(**fields: Any) -> WarmUp:
    domain, _ = domains.get_or_create(FROM, brands.default())
    row = WarmUp.objects.create(domain=domain, **fields)
    configured.forget()
    return row
