"""What of the rows is example data, as the room above that brings it in tells us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Examples:
    """Ids of example rows by kind. `state` "" = there are none; `switch_url` loads and removes them."""

    switch_url: str = ""
    state: str = ""
    is_busy: bool = False
    step_count: int = 0
    step_total: int = 1
    contact_ids: frozenset[int] = frozenset()
    campaign_ids: frozenset[int] = frozenset()
    dispatch_ids: frozenset[int] = frozenset()
    letter_ids: frozenset[int] = frozenset()
    list_ids: frozenset[int] = frozenset()
    brand_ids: frozenset[int] = frozenset()

    @property
    def is_there(self) -> bool:
        return bool(self.state)


Provider = Callable[[], Examples]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called by the room above, once, when the house starts."""
    _providers[:] = [provider]


def read() -> Examples:
    """What is there now; nothing when nobody brings example data in."""
    return _providers[0]() if _providers else Examples()
