"""What the screen of limits shows: each cap and what is used of it, what waits and why, and how warm-ups go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailhub.delivery.limits import backoff, configured, counters, days, holding, plans, warm_up
from mailhub.delivery.limits.counters import Unreachable, Usage
from mailhub.delivery.limits.rules import NO_CAP, Rule
from mailhub.delivery.limits.windows import Kind
from mailhub.delivery.models import (
    BreakerTrip,
    Chunk,
    DestinationLimit,
    Dispatch,
    RouteLimit,
    StoredRoute,
    WarmUp,
)
from mailhub.delivery.models.ledger import DispatchState
from mailhub.delivery.services import routing
from mailhub.lib import sql

SHOWN_BACK_OFFS = 50
SHOWN_TRIPS = 20
# The words that a held letter's row carries (`limits.holding.Held.limit`).
WORDS: dict[str, Promise] = {
    "limit_route": gettext_lazy("the route takes no more just now"),
    "limit_warm_up": gettext_lazy("the sending domain is being warmed up"),
    "limit_domain": gettext_lazy("the receiving domain takes no more just now"),
    "back_off": gettext_lazy("the receiving domain asked us to slow down"),
    "route_stopped": gettext_lazy("the route was stopped"),
    "limits_away": gettext_lazy("Valkey, which counts for the limits, does not answer"),
}


@dataclass(frozen=True, slots=True)
class Meter:
    """One cap and what is used of it; `used` None when Valkey does not answer."""

    words: str
    cap: int
    used: int | None
    on_way: int
    frees_at: datetime | None

    @property
    def is_full(self) -> bool:
        return self.used is not None and self.used >= self.cap

    @property
    def shown(self) -> int:
        return min(self.used or 0, self.cap)


@dataclass(frozen=True, slots=True)
class Limited:
    """A route or a receiving domain with its caps."""

    row: RouteLimit | DestinationLimit
    name: str
    zone: str
    meters: list[Meter]


@dataclass(frozen=True, slots=True)
class Warming:
    """A warm-up: which day it is in, what of today is used, and until when it takes."""

    row: WarmUp
    domain: str
    route_name: str
    plan: str
    age_days: int
    days: int
    has_begun: bool
    is_over: bool
    today: int | None
    meters: list[Meter]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Letters of one dispatch that wait for one reason."""

    dispatch: Dispatch
    words: str
    count: int
    until: datetime | None


def page(*, now: datetime) -> dict[str, Any]:
    """The whole screen; without Valkey it still says what is set."""
    try:
        counters.usage([], now=now)
        slowed = backoff.standing(now=now)
    except Unreachable:
        slowed = []
    trips = BreakerTrip.objects.select_related("dispatch").order_by("-tripped_at")
    return {
        "routes": routes(now=now),
        "destinations": destinations(now=now),
        "warm_ups": warm_ups(now=now),
        "waiting": waiting(),
        "slowed": slowed[:SHOWN_BACK_OFFS],
        "slowed_count": len(slowed),
        "stops": list(trips.filter(dispatch=None, stops=True, cleared_at=None)),
        "trips": trips.exclude(dispatch=None)[:SHOWN_TRIPS],
        "default_route": route_name(None),
    }


def routes(*, now: datetime) -> list[Limited]:
    found = RouteLimit.objects.select_related("route").order_by("route__name", "id")
    return [
        Limited(row, route_name(row.route), row.zone, meters(configured.route_rules(row, now), now))
        for row in found
    ]


def destinations(*, now: datetime) -> list[Limited]:
    """Those with a name of their own first; of every other domain only the caps are known."""
    limited = []
    for row in DestinationLimit.objects.order_by("-domain"):
        rules = list(configured.destination_rules(row, row.domain, now))
        limited.append(Limited(row, row.domain, row.zone, meters(rules, now)))
    return sorted(limited, key=lambda one: (not one.name, one.name))


def warm_ups(*, now: datetime) -> list[Warming]:
    rows = WarmUp.objects.select_related("domain", "route", "overflow_route").order_by("domain__name", "id")
    return [_warming(row, now) for row in rows]


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a warm-up lets leave: `today` letters, and on how many `days` a number of them leaves."""

    today: int
    days: int
    overflow: str


def capacity(domain: str, stream: str, letter_count: int, *, brand_id: int, now: datetime) -> Capacity | None:
    """How a warm-up of `domain` stands to so many letters of a brand; None without one, or when over.

    Counts what is used of today; says nothing of other campaigns that are yet to come.
    """
    route = routing.warmed_route(stream, brand_id)
    row = WarmUp.objects.select_related("overflow_route").filter(domain__name=domain, route=route).first()
    if row is None:
        return None
    plan, today = plans.of(row), days.today(row.zone, now)
    age = (today - configured.first_day(row, last=configured.last_day_of(row, now), today=today)).days
    most = plan.most_a_day(age)
    if most is None:
        return None
    counted = _usages(configured.warm_up_rules(row, last=configured.last_day_of(row, now), now=now)[-1:], now)
    used = counted[0].total if counted else 0
    needed = warm_up.days_needed(plan, letter_count, age_days=age, used_today=used)
    return Capacity(max(most - used, 0), needed, row.overflow_route.name if row.overflow_route else "")


def meters(rules: Sequence[Rule], now: datetime) -> list[Meter]:
    """A meter for each rule that caps anything."""
    capped = [rule for rule in rules if rule.segment(now).cap < NO_CAP]
    usages: Sequence[Usage | None] = _usages(capped, now) or [None] * len(capped)
    return [_meter(rule, usage, now) for rule, usage in zip(capped, usages, strict=True)]


def waiting() -> list[Waiting]:
    """What waits for room now, the most letters first: single rows, and whole runs of a campaign."""
    found = sql.rows("mailhub.delivery", "count_held")
    ids = {row["dispatch_id"] for row in found}
    known = Dispatch.objects.filter(state=DispatchState.SENDING).in_bulk(ids)
    return [
        Waiting(
            known[row["dispatch_id"]],
            str(WORDS[row["reason"]]),
            row["number"],
            sql.moment(row["last_at"]),
        )
        for row in found
        if row["dispatch_id"] in known
    ] + _waiting_runs()


def route_name(route: StoredRoute | None) -> str:
    """What staff know a route by; of no stored one, the server of the environment or the capture mailbox."""
    if route is not None:
        return route.name
    default = routing.default()
    return _("the capture mailbox") if default.captures else default.name


def stopped_name(name: str) -> str:
    """A route's name as a trip keeps it, in words."""
    return name or route_name(None)


def _waiting_runs() -> list[Waiting]:
    """Runs of ids that a sender gave back until there is room: leased to nobody, and not yet free."""
    runs = Chunk.objects.filter(
        finished=False, owner="", lease_until__isnull=False, dispatch__state=DispatchState.SENDING
    ).select_related("dispatch")
    sums: dict[int, Waiting] = {}
    for run in runs:
        before = sums.get(run.dispatch_id)
        sums[run.dispatch_id] = Waiting(
            run.dispatch,
            _("the route or the sending domain takes no more just now"),
            (before.count if before else 0) + run.last_id - run.done_id,
            max(filter(None, (before.until if before else None, run.lease_until)), default=None),
        )
    return list(sums.values())


def _usages(rules: Sequence[Rule], now: datetime) -> list[Usage] | None:
    try:
        return counters.usage(rules, now=now)
    except Unreachable:
        return None


def _meter(rule: Rule, usage: Usage | None, now: datetime) -> Meter:
    cap = rule.segment(now).cap
    words = holding.amount(rule.window.name, cap)
    if usage is None:
        return Meter(words, cap, None, 0, None)
    used = usage.open if rule.window.kind is Kind.OPEN else usage.total
    return Meter(words, cap, used, usage.open, usage.frees_at)


def _warming(row: WarmUp, now: datetime) -> Warming:
    plan, today = plans.of(row), days.today(row.zone, now)
    last = configured.last_day_of(row, now)
    age = (today - configured.first_day(row, last=last, today=today)).days
    rules = configured.warm_up_rules(row, last=last, now=now)
    counted = _usages(rules[-1:], now)
    return Warming(
        row=row,
        domain=row.domain.name,
        route_name=route_name(row.route),
        plan=row.get_plan_display(),
        age_days=age,
        days=plan.days,
        has_begun=row.started_date is not None,
        is_over=plan.cap(age) is None,
        today=counted[0].total if counted else None,
        meters=meters(rules, now),
    )
