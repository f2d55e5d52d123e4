"""How long each stage of a talk may take."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Timeouts:
    """In seconds; what to wait at least is from RFC 5321 section 4.5.3.2.

    `content` is for the writing of a letter to move on, `final` for the answer once it is written.
    """

    connect: float = 30
    greeting: float = 300
    mail: float = 300
    rcpt: float = 300
    data: float = 120
    content: float = 180
    final: float = 600
    quit: float = 5

    @property
    def tick(self) -> float:
        """How often to look at the clock: often enough for the shortest of them."""
        shortest: float = min(getattr(self, field.name) for field in fields(self))
        return min(1.0, shortest / 4)
