"""What is known of the circumstances of an act of consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from mailhub.lib import clock


@dataclass(frozen=True, slots=True)
class Evidence:
    """The proof kept with a consent record. `actor` is who acted, when it was not the person."""

    ip: str | None = None
    user_agent: str = ""
    wording: str = ""
    form_version: str = ""
    actor: str = ""


NOTHING_KNOWN = Evidence()


@dataclass(frozen=True, slots=True)
class Act:
    """How, on what ground, with what proof and when somebody agreed or left.

    `method` is a ConsentMethod, `basis` a LegalBasis; implied consent says in `basis_expires_at` until
    when it lasts.
    """

    method: str
    source: str = ""
    basis: str = ""
    basis_expires_at: datetime | None = None
    evidence: Evidence = NOTHING_KNOWN
    at: datetime = field(default_factory=clock.now)
