"""Letters to begin with, one file each."""

from __future__ import annotations

from importlib import resources

from mailhub.lib.errors import UserError

KINDS = {"newsletter": "mjml"}


class UnknownStarter(UserError):
    """There is no such starter."""


def load(name: str) -> str:
    """The source of a starter, such as "newsletter". Raises UnknownStarter."""
    if name not in KINDS:
        raise UnknownStarter(f"There is no starter {name!r}; there are: {', '.join(sorted(KINDS))}.")
    return (resources.files(__package__) / f"{name}.{KINDS[name]}").read_text(encoding="utf-8")
