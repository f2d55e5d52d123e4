"""The pictures of the reports: curves for the chart, small bars beside a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mailhub.web.charts import Chart, Series
from reports.selectors.curves import HOURS, Curve
from reports.selectors.usual import Usual

WIDTH, HEIGHT = 120, 28


@dataclass(frozen=True, slots=True)
class Other:
    """A campaign to compare with: its curve in shares of those it could be seen to be opened by."""

    name: str
    shares: Sequence[float]


def reading(
    curve: Curve, *, base: int, usual: Usual, elapsed: timedelta, other: Other | None = None
) -> Chart:
    """People who had opened and clicked, by hour since the launch; the usual and `other` at this size."""
    hours = min(HOURS, int(elapsed.total_seconds() // 3600) + 1)
    # What happened within the first hour stands at its end; before it there was nothing.
    known = [[0, 0], *curve[:-1]] if curve else []
    series = [
        Series(_("Opened"), [row[0] if hour <= hours else None for hour, row in enumerate(known)]),
        Series(_("Clicked"), [row[1] if hour <= hours else None for hour, row in enumerate(known)]),
    ]
    if usual.curve and curve:
        series.append(Series(_("Usually opened"), _scaled(usual.curve, base), dashed=True))
    if other is not None and other.shares and curve:
        series.append(Series(other.name, _scaled(other.shares, base)))
    labels = [_("%(hours)s h") % {"hours": hour} for hour in range(len(known))]
    return Chart(_("People by hours since it was sent"), labels, series)


def _scaled(shares: Sequence[float], base: int) -> list[int]:
    return [0, *(round(share * base) for share in shares[:-1])]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle on a field of WIDTH × HEIGHT."""

    x: str
    y: str
    width: str
    height: str


def bars(values: Sequence[float | None]) -> list[Bar]:
    """One bar a value; what is below zero hangs from the line, nothing leaves a gap."""
    known = [value for value in values if value is not None]
    top, bottom = max([0.0, *known]), min([0.0, *known])
    span = (top - bottom) or 1
    step, line = WIDTH / max(len(values), 1), HEIGHT * top / span
    found = []
    for place, value in enumerate(values):
        if not value:
            continue
        height = max(abs(value) / span * HEIGHT, 1.0)
        y = line - height if value > 0 else line
        found.append(Bar(f"{place * step:.1f}", f"{y:.1f}", f"{max(step - 1, 1):.1f}", f"{height:.1f}"))
    return found


def hours_since(launched_at: datetime | None, *, now: datetime) -> timedelta:
    return now - launched_at if launched_at else timedelta()
