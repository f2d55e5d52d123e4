"""What one limit is, as the counters in Valkey need to know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from mailhub.delivery.limits import days, windows
from mailhub.delivery.limits.windows import Window

# Lua's numbers are doubles; a count without a cap is counted against this.
NO_CAP = 2**40
SPARE = 20
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start` on the cap is `cap` (NO_CAP: only counted), until the next segment begins."""

    start: datetime
    cap: int
    day: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One cap on one kind of letters in one window. `key` names its counter and never changes.

    `segments` say what the cap is when; the counters choose by the clock of Valkey's server, which is one
    for all workers. `spare` places of the cap are kept free from the letters that are asked about.
    """

    key: str
    window: Window
    segments: tuple[Segment, ...]
    zone: str = "UTC"
    spare: int = 0

    def segment(self, at: datetime) -> Segment:
        """The one that counts at `at`."""
        begun = [segment for segment in self.segments if segment.start <= at]
        return begun[-1] if begun else self.segments[0]

    def next_start(self, at: datetime) -> datetime:
        """When the day after that of `at` begins."""
        return days.start_of(self.segment(at).day + timedelta(days=1), self.zone)


class Caps(Protocol):
    """What stands on a limit's row."""

    per_second: int | None
    per_minute: int | None
    per_hour: int | None
    per_day: int | None
    zone: str


def of_caps(key: str, caps: Caps, *, now: datetime) -> Iterator[Rule]:
    """A rule for each cap that is set, the shortest window first."""
    sliding = (
        (windows.SECOND, caps.per_second),
        (windows.MINUTE, caps.per_minute),
        (windows.HOUR, caps.per_hour),
    )
    for window, cap in sliding:
        if cap is not None:
            yield steady(key, window, cap)
    if caps.per_day is not None:
        yield daily(f"{key}:day", caps.zone, now=now, cap=caps.per_day)


def with_spare(rule: Rule) -> Rule:
    """The rule as bulk letters meet it: of an hour and a day, a twentieth is left for single letters.

    Who asked for a new password cannot wait until a campaign's hour or day is over; a minute they can.
    """
    if rule.window not in (windows.HOUR, windows.DAY):
        return rule
    return replace(rule, spare=rule.segments[-1].cap // SPARE)


def steady(key: str, window: Window, cap: int) -> Rule:
    """The same cap at any time."""
    return Rule(f"{key}:{window.name}", window, (Segment(ALWAYS, cap, ALWAYS.date()),))


def daily(key: str, zone: str, *, now: datetime, cap: int) -> Rule:
    """The same cap on every calendar day of `zone`."""
    segments = [Segment(days.start_of(day, zone), cap, day) for day in days.around(now, zone)]
    return Rule(key, windows.DAY, tuple(segments), zone)
