"""What a provider's answer, or the want of one, means for the letters of a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What became of a call that did not simply succeed, and of one of its letters."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # definite: this letter never
    BUSY = "busy"  # definite: not now, and the account wants a pause
    DEFERRED = "deferred"  # definite: the request did not arrive whole
    UNKNOWN = "unknown"  # the request was there, and its answer is not
    ROUTE = "route"  # nothing was taken, and nothing will be until somebody changes the route


@dataclass(frozen=True, slots=True)
class Failure:
    """`sentence` for people, without secrets; `until` when a busy provider says that it may be asked again."""

    kind: Kind
    sentence: str
    until: datetime | None = None


def by_status(status: int) -> Kind:
    """RFC 9110 section 15, as the providers use it.

    A gateway (502, 504) lost the answer of the server behind it, which may have taken the letters.
    """
    if 200 <= status < 300 or status in (502, 504):
        return Kind.UNKNOWN
    if status == 408:
        return Kind.DEFERRED
    if status == 429 or status >= 500:
        return Kind.BUSY
    if status in (401, 402, 403, 404, 405, 407) or 300 <= status < 400:
        return Kind.ROUTE
    return Kind.REFUSED
