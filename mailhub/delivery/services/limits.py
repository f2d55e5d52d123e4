"""Sets and removes what limits letters: caps of routes and of receiving domains, and warm-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from mailhub.delivery.limits import configured, days
from mailhub.delivery.models import DestinationLimit, RouteLimit, SendingDomain, StoredRoute, WarmUp
from mailhub.delivery.models.ledger import Stream
from mailhub.delivery.models.limits import Overflow, WarmUpPlan
from mailhub.delivery.services import waking
from mailhub.lib import addresses
from mailhub.lib.errors import UserError, ValueRefused

HIGHEST = 100_000_000
MOST_STEPS = 120


class LimitRefused(ValueRefused):
    """A value that a limit cannot have."""


@dataclass(frozen=True, slots=True)
class CapsDraft:
    """Letters a second, minute, hour and calendar day of `zone`; None where nothing is capped."""

    per_second: int | None = None
    per_minute: int | None = None
    per_hour: int | None = None
    per_day: int | None = None
    zone: str = "UTC"
    at_once: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpDraft:
    """How a sending domain is warmed on a route. `route` None is the one of the environment.

    `started_date` None begins with the first letter; an earlier day counts as the first of the plan.
    """

    domain: SendingDomain
    route: StoredRoute | None
    plan: str = WarmUpPlan.SEED
    custom_caps: Sequence[int] = ()
    custom_per_hour: bool = False
    custom_step_days: int = 1
    zone: str = "UTC"
    overflow: str = Overflow.HOLD
    overflow_route: StoredRoute | None = None
    started_date: date | None = None


@transaction.atomic
def limit_route(route: StoredRoute | None, draft: CapsDraft) -> RouteLimit:
    """The caps of a route are those of `draft` afterwards; raises LimitRefused."""
    _check_caps(draft)
    limit = RouteLimit.objects.filter(route=route).first() or RouteLimit(route=route)
    _fill(limit, draft)
    return limit


@transaction.atomic
def limit_destination(domain: str, draft: CapsDraft) -> DestinationLimit:
    """The caps of a receiving domain ("" = every other one) are those of `draft`; raises LimitRefused."""
    name = check_domain(domain)
    _check_caps(draft)
    limit = DestinationLimit.objects.filter(domain=name).first() or DestinationLimit(domain=name)
    limit.at_once = draft.at_once
    _fill(limit, draft)
    return limit


@transaction.atomic
def warm_up(draft: WarmUpDraft, *, now: datetime) -> WarmUp:
    """The domain is warmed up on the route as `draft` says; raises LimitRefused.

    A warm-up that is there keeps its counts and, without a `started_date`, its first day.
    """
    _check_zone(draft.zone)
    caps = _check_plan(draft)
    _check_overflow(draft)
    if draft.started_date and draft.started_date > days.today(draft.zone, now):
        raise LimitRefused(_("The first day cannot lie in the future."), field="started_date")
    row = WarmUp.objects.filter(domain=draft.domain, route=draft.route).first()
    row = row or WarmUp(domain=draft.domain, route=draft.route)
    row.plan, row.zone, row.custom_caps = WarmUpPlan(draft.plan), draft.zone, caps
    row.custom_per_hour, row.custom_step_days = draft.custom_per_hour, draft.custom_step_days
    row.overflow = Overflow(draft.overflow)
    row.overflow_route = draft.overflow_route if draft.overflow == Overflow.ROUTE else None
    row.started_date = draft.started_date or row.started_date
    row.save()
    _changed()
    return row


def remove(limit: RouteLimit | DestinationLimit | WarmUp) -> None:
    """It limits nothing any more; what it held leaves when its time comes."""
    limit.delete()
    _changed()


def _changed() -> None:
    """What was laid down under the old limits is asked for again as soon as the new ones hold."""
    transaction.on_commit(configured.forget)
    transaction.on_commit(waking.wake)


def check_domain(text: str) -> str:
    """A receiving domain as letters name it, "" for every other one; raises LimitRefused."""
    name = addresses.clean(text).removeprefix("@").casefold()
    if not name:
        return ""
    try:
        return addresses.ascii_domain(name)
    except UserError as error:
        raise LimitRefused(str(error), field="domain") from error


def parse_caps(text: str) -> list[int]:
    """`50, 100, 200` as numbers; raises LimitRefused."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    words = [part.strip() for part in parts if part.strip()]
    if not words or len(words) > MOST_STEPS or not all(word.isascii() and word.isdigit() for word in words):
        raise LimitRefused(
            _("Write the caps as whole numbers with commas between them, like 50, 100, 200."),
            field="custom_caps",
        )
    caps = [int(word) for word in words]
    if not all(1 <= cap <= HIGHEST for cap in caps):
        raise LimitRefused(
            _("Each cap is a number from 1 to %(most)d.") % {"most": HIGHEST}, field="custom_caps"
        )
    return caps


def _fill(limit: RouteLimit | DestinationLimit, draft: CapsDraft) -> None:
    limit.per_second, limit.per_minute = draft.per_second, draft.per_minute
    limit.per_hour, limit.per_day, limit.zone = draft.per_hour, draft.per_day, draft.zone
    limit.save()
    _changed()


def _check_caps(draft: CapsDraft) -> None:
    _check_zone(draft.zone)
    names = ("per_second", "per_minute", "per_hour", "per_day", "at_once")
    caps = {name: cap for name in names if (cap := getattr(draft, name)) is not None}
    if not caps:
        raise LimitRefused(_("Set at least one cap, or remove the limit."))
    for name, cap in caps.items():
        if not 1 <= cap <= HIGHEST:
            sentence = _("A cap is a number from 1 to %(most)d.") % {"most": HIGHEST}
            raise LimitRefused(sentence, field=name)


def _check_zone(zone: str) -> None:
    if zone not in available_timezones():
        raise LimitRefused(_("This is not a time zone; one is called Europe/Berlin."), field="zone")


def _check_plan(draft: WarmUpDraft) -> list[int]:
    if draft.plan not in WarmUpPlan.values:
        raise LimitRefused(_("Choose one of the plans."), field="plan")
    if draft.plan != WarmUpPlan.CUSTOM:
        return []
    if not 1 <= draft.custom_step_days <= 60:
        raise LimitRefused(_("A step lasts from 1 to 60 days."), field="custom_step_days")
    return parse_caps(", ".join(str(cap) for cap in draft.custom_caps))


def _check_overflow(draft: WarmUpDraft) -> None:
    if draft.overflow not in Overflow.values:
        raise LimitRefused(_("Choose what becomes of the rest."), field="overflow")
    if draft.overflow != Overflow.ROUTE:
        return
    other = draft.overflow_route
    if other is None:
        raise LimitRefused(_("Choose the route that the rest takes."), field="overflow_route")
    if other == draft.route:
        raise LimitRefused(_("The rest needs another route than this one."), field="overflow_route")
    if draft.route and draft.route.use in Stream.values and other.use not in ("", draft.route.use):
        raise LimitRefused(
            _("This route carries other letters: marketing and single letters never share an address."),
            field="overflow_route",
        )
