"""Calendar days of a zone as moments; a day of a change of clocks has 23 or 25 hours, and is one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def today(zone: str, now: datetime) -> date:
    """The date at `now` (aware) on the calendar of `zone`, an IANA name."""
    return now.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=4096)
def start_of(day: date, zone: str) -> datetime:
    """The first moment of `day` in `zone`, in UTC.

    Where the clocks jump over midnight the day begins when they have jumped; where they repeat it, at the
    first of both midnights (PEP 495, fold 0). So each moment lies in exactly one day.
    """
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def around(now: datetime, zone: str) -> list[date]:
    """Yesterday, today and tomorrow of `zone`: one of them is today by any clock that is roughly right."""
    day = today(zone, now)
    return [day - timedelta(days=1), day, day + timedelta(days=1)]
