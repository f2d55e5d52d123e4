"""Days and times on people's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from campaigns.services import moments
from campaigns.services.moments import BadMoment, TwoMoments

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_a_time_is_read_on_the_clock_of_its_zone() -> None:
    at = moments.resolve(date(2026, 7, 1), time(9), zone="Europe/Berlin", now=NOW)
    assert at == datetime(2026, 7, 1, 7, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_refused_with_the_next_one() -> None:
    with pytest.raises(
        BadMoment, match=r"02:30 does not exist on 29 Mar 2026 in Berlin.*Choose 03:30"
    ) as refusal:
        moments.resolve(SPRING, time(2, 30), zone="Europe/Berlin", now=NOW)
    assert not isinstance(refusal.value, TwoMoments)


def test_an_hour_that_comes_twice_has_to_be_chosen() -> None:
    with pytest.raises(TwoMoments, match=r"comes twice on 25 Oct 2026 in Berlin.*first in CEST, then in CET"):
        moments.resolve(AUTUMN, time(2, 30), zone="Europe/Berlin", now=NOW)
    first = moments.resolve(AUTUMN, time(2, 30), zone="Europe/Berlin", second=False, now=NOW)
    second = moments.resolve(AUTUMN, time(2, 30), zone="Europe/Berlin", second=True, now=NOW)
    assert (first.hour, second.hour) == (0, 1)


@pytest.mark.parametrize(
    ("day", "zone", "words"),
    [
        (date(2025, 12, 31), "UTC", "This time is past"),
        (date(2030, 1, 1), "UTC", "more than two years away"),
        (date.max, "America/New_York", "more than two years away"),
        (date.min, "Asia/Tokyo", "This time is past"),
        (date(2026, 7, 1), "Mars/Base", "no time zone “Mars/Base”"),
    ],
)
def test_a_moment_that_cannot_be_meant_is_refused(day: date, zone: str, words: str) -> None:
    with pytest.raises(BadMoment, match=words):
        moments.resolve(day, time(9), zone=zone, now=NOW)


def test_the_zones_are_places_and_utc() -> None:
    assert {"Europe/Berlin", "Asia/Shanghai", "UTC"} <= set(moments.zones())
    assert not any(name.startswith("Etc/") for name in moments.zones())
