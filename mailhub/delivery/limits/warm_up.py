"""How much a new sender may send as it grows older: the plans of rules 3.8, as pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

# Rules 3.8. A reputation is forgotten after about a month: then it begins anew.
IDLE = timedelta(days=30)
SEED_CAPS = (200, 800, 2_500)
HOURLY_CAPS = (
    20, 28, 39, 55, 77, 108, 151, 211, 295, 413, 579, 810, 1000, 1587, 2222, 3111, 4356, 6098, 8583, 11953,
    16734, 23427,
)  # fmt: skip
GROWTH = 1.4
# As long as a reputation is remembered: by then the cap is beyond what one domain sends in an hour.
HOURLY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """`caps` one after the other, each for `step_days` days, in letters a day or an hour; then no cap."""

    per: Literal["day", "hour"]
    caps: tuple[int, ...]
    step_days: int = 1

    @property
    def days(self) -> int:
        """How many days it takes until nothing is capped any more."""
        return len(self.caps) * self.step_days

    def cap(self, age_days: int) -> int | None:
        """The cap of the day that is `age_days` after the first; None when it is over."""
        step = max(age_days, 0) // self.step_days
        return self.caps[step] if step < len(self.caps) else None

    def most_a_day(self, age_days: int) -> int | None:
        """How many letters that day can take at most; None when it is over."""
        cap = self.cap(age_days)
        return cap if cap is None or self.per == "day" else cap * 24


def _grown(caps: Sequence[int], days: int) -> tuple[int, ...]:
    more = [round(caps[-1] * GROWTH**n) for n in range(1, days - len(caps) + 1)]
    return (*caps, *more)


SEED = Plan("day", SEED_CAPS, step_days=7)
HOURLY = Plan("hour", _grown(HOURLY_CAPS, HOURLY_DAYS))


def restarts(*, last_date: date | None, today: date) -> bool:
    """Whether a sender that last sent on `last_date` is cold again and begins its plan anew."""
    return last_date is not None and today - last_date >= IDLE


def capacity(plan: Plan, *, age_days: int, days: int) -> int | None:
    """How many letters can leave from that age on within `days`; None when the plan ends before."""
    caps = [plan.most_a_day(age) for age in range(age_days, age_days + days)]
    known = [cap for cap in caps if cap is not None]
    return sum(known) if len(known) == len(caps) else None


def days_needed(plan: Plan, letters: int, *, age_days: int, used_today: int = 0) -> int:
    """On how many days, today included, `letters` more can leave; 1 when all can today."""
    left, days = letters + used_today, 0
    while left > 0 and (cap := plan.most_a_day(age_days + days)) is not None:
        left -= max(cap, 0)
        days += 1
    return days + 1 if left > 0 else max(days, 1)
