"""What a check of the gate says: fine, worth a look, or to be mended before anything leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mailhub.lib.errors import UserError


class Level(StrEnum):
    PASS = "pass"
    WARN = "warn"
    BLOCK = "block"


class Place(StrEnum):
    """Where it is mended: a part of the campaign's page, or another page that the door knows."""

    AUDIENCE = "audience"
    SENDER = "sender"
    LETTER = "letter"
    TEST = "test"
    SEND = "send"
    EDITOR = "editor"
    BRAND = "brand"
    DOMAIN = "domain"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list. `check` is the name of the check's module, `count` how many people it is about."""

    check: str
    level: Level
    sentence: str
    place: Place
    count: int | None = None


def refusal(check: Callable[..., object], *arguments: object) -> str:
    """The sentence with which a check of a launch refuses; "" when it lets the campaign through."""
    try:
        check(*arguments)
    except UserError as error:
        return str(error)
    return ""
