"""The last 30 days against the 30 before: letters, readers, and how the lists grew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum

from reports.models import CampaignFigures, DailyGrowth
from reports.selectors import sums

DAYS = 30
SUMMED = ("campaigns", "sent", "captured", "measured", "opened", "clicked")


@dataclass(frozen=True, slots=True)
class Period:
    """Sums over the campaigns that were launched in it, as in sums.of; rates are of `measured`."""

    campaigns: int = 0
    sent: int = 0
    captured: int = 0
    measured: int = 0
    opened: int = 0
    clicked: int = 0
    joined: int = 0
    left: int = 0

    @property
    def open_rate(self) -> float | None:
        return self.opened / self.measured if self.measured else None

    @property
    def click_rate(self) -> float | None:
        return self.clicked / self.measured if self.measured else None

    @property
    def growth(self) -> int:
        return self.joined - self.left


@dataclass(frozen=True, slots=True)
class Activity:
    """`days` are the last 30; the lists beside them have one value a day, None where there is nothing."""

    now: Period
    before: Period
    days: list[date] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    open_rate: list[float | None] = field(default_factory=list)
    click_rate: list[float | None] = field(default_factory=list)
    growth: list[int] = field(default_factory=list)


def read(*, now: datetime) -> Activity:
    """From the rollups alone: as fast with ten million letters as with ten."""
    month = timedelta(days=DAYS)
    days = [(now - timedelta(days=back)).date() for back in reversed(range(DAYS))]
    recent = CampaignFigures.objects.filter(launched_at__gt=now - month, launched_at__lte=now)
    rows = list(recent.defer("report", "curve"))
    grown = {row.date: row for row in DailyGrowth.objects.filter(date__gte=days[0])}
    by_day = [[row for row in rows if row.launched_at.date() == day] for day in days]
    return Activity(
        now=_period(recent, first=days[0], after_last=days[-1] + timedelta(days=1)),
        before=_period(
            CampaignFigures.objects.filter(launched_at__gt=now - 2 * month, launched_at__lte=now - month),
            first=days[0] - month,
            after_last=days[0],
        ),
        days=days,
        sent=[sum(row.delivered_count for row in some) for some in by_day],
        open_rate=[_share(some, "opened_count") for some in by_day],
        click_rate=[_share(some, "clicked_count") for some in by_day],
        growth=[grown[day].joined_count - grown[day].left_count if day in grown else 0 for day in days],
    )


def _period(campaigns: QuerySet[CampaignFigures], *, first: date, after_last: date) -> Period:
    totals = sums.of(campaigns)
    grown = DailyGrowth.objects.filter(date__gte=first, date__lt=after_last).aggregate(
        joined=Sum("joined_count", default=0), left=Sum("left_count", default=0)
    )
    return Period(**{name: totals[name] for name in SUMMED}, **grown)


def _share(rows: Sequence[CampaignFigures], column: str) -> float | None:
    rated = [row for row in rows if row.rate_base]
    base = sum(row.rate_base for row in rated)
    return sum(getattr(row, column) for row in rated) / base if base else None
