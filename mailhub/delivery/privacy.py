"""The three levels of tracking, and which of several wishes counts."""

from __future__ import annotations

from collections.abc import Iterable

from mailhub.delivery.contracts import TrackingMode

LEVELS: tuple[TrackingMode, ...] = ("individual", "anonymous", "off")


def strictest(wishes: Iterable[str]) -> TrackingMode:
    """The most private of the wishes; "" wishes nothing, and nobody's wish is `individual`."""
    wanted = set(wishes)
    return next((level for level in reversed(LEVELS) if level in wanted), "individual")
