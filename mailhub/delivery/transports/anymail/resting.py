"""When a busy provider may be asked again, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Lock

from mailhub.lib import clock

# A provider that says "not now" without saying when.
USUAL = timedelta(seconds=5)
# After so long it is asked again in any case; the letters that it put off wait as long as it said.
LONGEST = timedelta(hours=1)
# How long one call of `send` waits by itself; what is left after that is deferred.
PATIENCE = timedelta(seconds=30)
STEP = 0.1
# RateLimit-Reset counts seconds from now, X-RateLimit-Reset with some providers those of the epoch.
EPOCH_LIKE = 1_000_000_000


class Rest:
    """The pause that the provider asked for; all threads of a transport obey it."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._lock = Lock()
        self._until: datetime | None = None
        self._asked: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """The end of the pause; None when there is none."""
        with self._lock:
            if self._until and self._until <= clock.now():
                self._until = self._asked = None
            return self._until

    @property
    def asked(self) -> datetime | None:
        """Until when the provider wants the pause, which may be longer than this one; None when there is none."""
        return self._asked if self.until else None

    def begin(self, until: datetime) -> None:
        """Rest until then, for LONGEST at most."""
        ends = min(until, clock.now() + LONGEST)
        with self._lock:
            self._until = max(ends, self._until or ends)
            self._asked = max(until, self._asked or until)

    def wait(self, stop: Callable[[], bool]) -> bool:
        """True once letters may go again; False when PATIENCE is over or the worker must stop."""
        gives_up = clock.now() + PATIENCE
        while (until := self.until) is not None:
            if stop() or until > gives_up:
                return False
            self._sleep(min(STEP, max(0.0, (until - clock.now()).total_seconds())))
        return True


def named(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """When an answer lets us try again, by Retry-After (RFC 9110 section 10.2.3) or its kin; None: it does not say."""
    low = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        if (found := _read(low.get(name, ""), now)) is not None:
            return max(found, now)
    return None


def _read(value: str, now: datetime) -> datetime | None:
    try:
        number = float(value)
        return datetime.fromtimestamp(number, UTC) if number > EPOCH_LIKE else now + timedelta(seconds=number)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
