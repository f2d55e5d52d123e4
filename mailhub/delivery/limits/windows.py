"""The windows that a cap counts in: any second, minute or hour, and the calendar day of a zone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """`SLIDING`: any stretch of a length. `DAY`: a calendar day. `OPEN`: letters on their way right now."""

    SLIDING = "sliding"
    DAY = "day"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Window:
    """A window of `length_ms`, counted in slots of `slot_ms`; both 0 for a day and for what is open.

    The count of a window takes in the whole slots that it begins and ends in. So no window of this
    length, wherever it begins, can hold more than the cap; the price is one slot's share of the speed.
    """

    name: str
    kind: Kind
    length_ms: int = 0
    slot_ms: int = 0


SECOND = Window("second", Kind.SLIDING, 1_000, 20)
MINUTE = Window("minute", Kind.SLIDING, 60_000, 1_000)
HOUR = Window("hour", Kind.SLIDING, 3_600_000, 30_000)
DAY = Window("day", Kind.DAY)
OPEN = Window("at_once", Kind.OPEN)
