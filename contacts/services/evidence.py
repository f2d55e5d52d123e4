"""What is known of the circumstances of an act of consent, and of the letter that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proof kept with a consent record. `actor` is who acted, when it was not the person."""

    ip: str | None = None
    user_agent: str = ""
    wording: str = ""
    form_version: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what legal ground: express, implied (then `expires_at` says until when), or "" for not stated."""

    kind: str = "express"
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter whose link was followed; 0 = not known."""

    dispatch_id: int = 0
    message_id: int = 0


NOTHING_KNOWN = Evidence()
EXPRESS = Basis()
NO_LETTER = Letter()
