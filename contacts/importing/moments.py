"""Reads the moments that other products write into their exports."""

from __future__ import annotations

import re
from datetime import UTC, datetime

# ISO 8601, with what Go appends: `2024-01-15 10:30:00.123456 +0000 UTC`.
ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?)?(?:\s*[A-Z]{3,4})?"
)


def read(text: str, *, now: datetime) -> datetime | None:
    """The moment in UTC; None for what is none, for the future, and for before e-mail was common."""
    match = ISO.fullmatch(text.strip())
    if match is None:
        return None
    day, minute, second, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{minute or '00:00'}{second or ''}{zone or 'Z'}").astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= 1990 and moment <= now else None
