"""Every kind of condition there is; a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from contacts.segments.conditions import activity, attributes, custom, dates, imports, lists, reach, tags
from contacts.segments.field import Field


class Kind(Protocol):
    """A module of `conditions`."""

    def offered(self) -> Sequence[Field]:
        """The fields that the builder offers."""

    def find(self, name: str) -> Field | None:
        """The field of this name, if it is one of this kind."""


KINDS: Sequence[Kind] = (attributes, custom, tags, lists, dates, imports, reach, activity)


def offered() -> list[Field]:
    """Every field, in the builder's order."""
    return [field for kind in KINDS for field in kind.offered()]


def find(name: str) -> Field | None:
    for kind in KINDS:
        field = kind.find(name)
        if field is not None:
            return field
    return None
