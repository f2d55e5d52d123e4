"""The limits that staff have set, read at most every few seconds in each process."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from mailhub.delivery.limits import days, plans, reservations, rules, warm_up, windows
from mailhub.delivery.limits.rules import NO_CAP, Rule, Segment
from mailhub.delivery.models import BreakerTrip, DestinationLimit, RouteLimit, StoredRoute, WarmUp
from mailhub.delivery.models.ledger import DispatchState
from mailhub.delivery.models.limits import BreakerKind
from mailhub.delivery.services import routing
from mailhub.lib import clock

# How long a change may take to reach every worker.
TTL = timedelta(seconds=3)
SHOWN_WARNINGS = 3


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing leaves by a route; a single letter that somebody waits for is held only `for_all`."""

    sentence: str
    for_all: bool


@dataclass(frozen=True, slots=True)
class Configured:
    """All that limits letters now. Routes are known by name; "" is the one of the environment.

    `warnings` are what the circuit breaker says of campaigns under way, the newest first.
    """

    routes: Mapping[str, RouteLimit] = field(default_factory=dict)
    destinations: Mapping[str, DestinationLimit] = field(default_factory=dict)
    warm_ups: Mapping[tuple[str, str], WarmUp] = field(default_factory=dict)
    last_days: Mapping[int, date | None] = field(default_factory=dict)
    stops: Mapping[str, Stop] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    @property
    def limits_nothing(self) -> bool:
        return not (self.routes or self.destinations or self.warm_ups or self.stops)

    def name_of(self, route_key: str) -> str:
        """The route's name here: "" for any that is not stored."""
        return route_key if route_key in self.stored else ""

    def destination(self, domain: str) -> DestinationLimit | None:
        return self.destinations.get(domain) or self.destinations.get("")


@dataclass(slots=True)
class _Cache:
    found: Configured | None = None
    until: float = 0.0


_cache = _Cache()


def current() -> Configured:
    """What is set, as of at most TTL ago."""
    if _cache.found is None or time.monotonic() >= _cache.until:
        _cache.found, _cache.until = _read(), time.monotonic() + TTL.total_seconds()
    return _cache.found


def of_route(route_key: str) -> Configured:
    """What is set, with this route in it: one that was added or renamed a moment ago is not taken for another."""
    found = current()
    if route_key in found.stored or route_key in ("", routing.default().name):
        return found
    forget()
    return current()


def forget() -> None:
    """Read anew at the next question: something was just changed in this process."""
    _cache.found = None


def _read() -> Configured:
    now = clock.now()
    stored = frozenset(StoredRoute.objects.values_list("name", flat=True))
    routes = RouteLimit.objects.select_related("route")
    warm_ups = WarmUp.objects.select_related("domain", "route", "overflow_route")
    stops = BreakerTrip.objects.filter(dispatch=None, stops=True, cleared_at=None)
    return Configured(
        routes={row.route.name if row.route else "": row for row in routes},
        destinations={row.domain: row for row in DestinationLimit.objects.all()},
        warm_ups={(row.domain.name, row.route.name if row.route else ""): row for row in warm_ups},
        last_days={row.pk: last_day_of(row, now) for row in warm_ups},
        stops={row.route_name: _stop(row) for row in stops.order_by("tripped_at")},
        stored=stored,
        warnings=tuple(str(trip.sentence) for trip in _warnings()),
    )


def _warnings() -> QuerySet[BreakerTrip]:
    standing = BreakerTrip.objects.filter(stops=False, cleared_at=None)
    return standing.filter(dispatch__state=DispatchState.SENDING).order_by("-tripped_at")[:SHOWN_WARNINGS]


def _stop(row: BreakerTrip) -> Stop:
    return Stop(row.sentence, for_all=row.kind == BreakerKind.ERRORS)


def last_day_of(row: WarmUp, now: datetime) -> date | None:
    """The last day before today on which letters left under a warm-up."""
    return reservations.last_day(f"warm:{row.pk}:day", before=days.today(row.zone, now))


def route_rules(limit: RouteLimit, now: datetime) -> list[Rule]:
    return list(rules.of_caps(f"route:{limit.pk}", limit, now=now))


def destination_rules(limit: DestinationLimit, domain: str, now: datetime) -> Iterator[Rule]:
    """Counted for `domain` by itself, also under the limit of every other domain."""
    key = f"to:{domain}"
    if limit.at_once is not None:
        yield rules.steady(key, windows.OPEN, limit.at_once)
    yield from rules.of_caps(key, limit, now=now)


def warm_up_rules(row: WarmUp, *, last: date | None, now: datetime) -> list[Rule]:
    """The caps of yesterday, today and tomorrow by the age of the sender; the day is always counted."""
    plan, today = plans.of(row), days.today(row.zone, now)
    began = first_day(row, last=last, today=today)
    caps = [(day, plan.cap((day - began).days)) for day in days.around(now, row.zone)]
    segments = tuple(
        Segment(days.start_of(day, row.zone), NO_CAP if cap is None else cap, day) for day, cap in caps
    )
    key = f"warm:{row.pk}"
    if plan.per == "day":
        return [Rule(f"{key}:day", windows.DAY, segments, row.zone)]
    counted = tuple(Segment(part.start, NO_CAP, part.day) for part in segments)
    day = Rule(f"{key}:day", windows.DAY, counted, row.zone)
    return [Rule(f"{key}:hour", windows.HOUR, segments, row.zone), day]


def first_day(row: WarmUp, *, last: date | None, today: date) -> date:
    """The day that counts as the plan's first: today when no letter left yet, or none for a month.

    `last` is the last day before today on which letters left.
    """
    if row.started_date is None:
        return today
    was_used = last is not None and last >= row.started_date
    if was_used and warm_up.restarts(last_date=last, today=today):
        return today
    return min(row.started_date, today)


def note_first_letter(limit_key: str, day: date) -> None:
    """The first letter of a day leaves under a warm-up: when the plan begins with it, that is written down."""
    kind, _, rest = limit_key.partition(":")
    if kind != "warm":
        return
    row = WarmUp.objects.filter(pk=rest.partition(":")[0]).first()
    if row is None:
        return
    first = first_day(row, last=reservations.last_day(limit_key, before=day), today=day)
    if first != row.started_date:
        WarmUp.objects.filter(pk=row.pk).update(started_date=first)
        forget()
