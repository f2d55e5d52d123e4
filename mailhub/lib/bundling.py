"""Several threads' errands in one trip: who comes while one is under way goes along with the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Bundle(Generic[Item]):
    items: list[Item] = field(default_factory=list)
    is_carried: bool = False
    error: BaseException | None = None


class Bundler(Generic[Item]):
    """`carry` is called with one item or several, never twice at a time."""

    def __init__(self, carry: Callable[[list[Item]], None]) -> None:
        self._carry = carry
        self._door, self._way = Lock(), Lock()
        self._open: _Bundle[Item] = _Bundle()

    def add(self, item: Item) -> None:
        """Returns when `carry` has taken the item; raises what it raised, to everybody of the bundle."""
        with self._door:
            bundle = self._open
            bundle.items.append(item)
        with self._way:
            if not bundle.is_carried:
                self._take(bundle)
        if bundle.error is not None:
            raise bundle.error

    def _take(self, bundle: _Bundle[Item]) -> None:
        with self._door:
            self._open = _Bundle()
        bundle.is_carried = True
        try:
            self._carry(bundle.items)
        except (
            BaseException
        ) as error:  # an interrupt, too: the others must not believe that theirs has arrived
            bundle.error = error
