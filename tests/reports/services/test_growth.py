"""Every act of consent counts once, on the day on which it happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from contacts.services import consent, people
from mailhub.lib import clock
from reports.models import DailyGrowth
from reports.services import growth
from tests.campaigns import people as makers

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def days() -> dict[str, tuple[int, int]]:
    return {f"{row.date}": (row.joined_count, row.left_count) for row in DailyGrowth.objects.order_by("date")}


def test_joining_and_leaving_are_counted_by_day_and_once() -> None:
    list_ = makers.make_list()
    ann, bo = people.create("ann@example.org"), people.create("bo@example.org")
    with clock.frozen(MONDAY):
        consent.grant(ann, list_, method="staff")
        consent.grant(bo, list_, method="staff")
    with clock.frozen(MONDAY + timedelta(days=1)):
        consent.withdraw(bo, list_, method="page")
    for _ in range(2):
        growth.count_new(now=MONDAY + timedelta(days=2))
    assert days() == {"2026-03-02": (2, 0), "2026-03-03": (0, 1)}


def test_a_request_is_no_joining_until_it_is_confirmed() -> None:
    list_ = makers.make_list()
    ann = people.create("ann@example.org")
    with clock.frozen(MONDAY):
        consent.request(ann, list_, method="form")
    growth.count_new(now=MONDAY + HOUR)
    assert days() == {"2026-03-02": (0, 0)}
    with clock.frozen(MONDAY + HOUR):
        consent.confirm(ann, list_)
    growth.count_new(now=MONDAY + 2 * HOUR)
    assert days() == {"2026-03-02": (1, 0)}


def test_the_youngest_acts_wait_and_are_not_lost() -> None:
    list_ = makers.make_list()
    with clock.frozen(MONDAY):
        consent.grant(people.create("ann@example.org"), list_, method="staff")
    growth.count_new(now=MONDAY + timedelta(seconds=30))
    assert days() == {}
    growth.count_new(now=MONDAY + HOUR)
    assert days() == {"2026-03-02": (1, 0)}


def test_it_can_be_counted_anew() -> None:
    list_ = makers.make_list()
    with clock.frozen(MONDAY):
        consent.grant(people.create("ann@example.org"), list_, method="staff")
    growth.count_new(now=MONDAY + HOUR)
    growth.count_anew()
    growth.count_new(now=MONDAY + HOUR)
    assert days() == {"2026-03-02": (1, 0)}
