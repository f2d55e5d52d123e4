"""Looks up TXT records."""

from __future__ import annotations

from collections.abc import Callable

from mailhub.delivery import lookup
from mailhub.delivery.lookup import LookupFailed

__all__ = ["LookupFailed", "Resolver", "resolve"]

# A name in, its TXT records out, each with its strings joined; raises LookupFailed.
Resolver = Callable[[str], list[str]]


def resolve(name: str) -> list[str]:
    """The TXT records at `name`, none when the name or the records do not exist; waits 5 s at most."""
    return list(lookup.ask(name, "TXT").values)
