"""From a day and a time on somebody's clock to the one moment that they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import formats
from django.utils.translation import gettext as _

from mailhub.lib.errors import UserError

ALIASES = ("Etc/", "SystemV/", "US/", "posix/", "right/")
# A schedule further away than this is a slip of the keyboard.
FURTHEST = timedelta(days=2 * 365)
# No two clocks in the world are further apart than this.
WORLD = timedelta(days=2)


class BadMoment(UserError):
    """A time that does not exist, is past, or is too far away. `field` is where it was typed."""

    def __init__(self, sentence: str, *, field: str = "time") -> None:
        self.field = field
        super().__init__(sentence)


class TwoMoments(BadMoment):
    """The clocks show this time twice, since they are put back; somebody has to say which is meant."""


@cache
def zones() -> tuple[str, ...]:
    """The names of the world's zones, in order, without aliases that name no place."""
    places = (name for name in available_timezones() if "/" in name and not name.startswith(ALIASES))
    return (*sorted(places), "UTC")


def resolve(day: date, at: time, *, zone: str, second: bool | None = None, now: datetime) -> datetime:
    """The moment, in UTC. `second` says which of two is meant where a clock is put back.

    Raises BadMoment for an hour that a clock skips, for what is past or years away; TwoMoments.
    """
    if zone not in available_timezones():
        raise BadMoment(_("There is no time zone “%(zone)s”.") % {"zone": zone}, field="zone")
    # Also keeps what follows within the years that can be counted with.
    _check_day(day, now=now)
    first = datetime.combine(day, at, ZoneInfo(zone))
    later = first.replace(fold=1)
    is_odd = first.utcoffset() != later.utcoffset()
    if is_odd and _returns_otherwise(first):
        raise BadMoment(_skipped(first, later))
    if is_odd and second is None:
        raise TwoMoments(_twice(first, later))
    moment = (later if second else first).astimezone(UTC)
    if moment <= now:
        raise _past()
    if moment > now + FURTHEST:
        raise _far()
    return moment


def place_of(zone: str) -> str:
    """Berlin for Europe/Berlin."""
    return zone.rpartition("/")[2].replace("_", " ")


def _check_day(day: date, *, now: datetime) -> None:
    """Refuses a day that is past or too far away wherever one is."""
    if day < (now - WORLD).date():
        raise _past()
    if day > (now + FURTHEST + WORLD).date():
        raise _far()


def _past() -> BadMoment:
    return BadMoment(_("This time is past. Choose a later one, or send now."))


def _far() -> BadMoment:
    return BadMoment(_("This is more than two years away. Choose an earlier day."), field="day")


def _returns_otherwise(local: datetime) -> bool:
    """Whether no clock ever shows this time: there and back again it is another."""
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None)


def _skipped(first: datetime, later: datetime) -> str:
    gap = (first.utcoffset() or timedelta()) - (later.utcoffset() or timedelta())
    next_time = (first.replace(tzinfo=None) - gap).strftime("%H:%M")
    sentence = _(
        "%(time)s does not exist on %(day)s in %(place)s: the clocks are put forward. "
        "Choose %(next)s, or another time."
    )
    return sentence % {**_spoken(first), "next": next_time}


def _twice(first: datetime, later: datetime) -> str:
    sentence = _(
        "%(time)s comes twice on %(day)s in %(place)s, when the clocks are put back: "
        "first in %(first)s, then in %(second)s. Say which one you mean."
    )
    return sentence % {**_spoken(first), "first": first.tzname(), "second": later.tzname()}


def _spoken(local: datetime) -> dict[str, str]:
    zone = str(local.tzinfo)
    return {
        "time": local.strftime("%H:%M"),
        "day": formats.date_format(local, _("j M Y")),
        "place": place_of(zone),
    }
