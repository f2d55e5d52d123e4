"""Where letters are used: rooms above say so, for the list of letters and before one is deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that needs a letter, such as a campaign."""

    kind: str | Promise
    title: str
    url: str = ""


class Provider(Protocol):
    def __call__(self, letter_ids: Collection[int]) -> Mapping[int, Sequence[Use]]:
        """By letter; letters without use may be left out. One query for all of them."""
        ...


_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    _providers[name] = provider


def of(letter_ids: Collection[int]) -> dict[int, list[Use]]:
    """All uses of each of the letters."""
    uses: dict[int, list[Use]] = {letter_id: [] for letter_id in letter_ids}
    for provider in _providers.values():
        for letter_id, found in provider(letter_ids).items():
            uses.setdefault(letter_id, []).extend(found)
    return uses
