"""The plans of a warm-up are those of the rules."""

from __future__ import annotations

from datetime import date

import pytest

from mailhub.delivery.limits import warm_up
from mailhub.delivery.limits.warm_up import HOURLY, SEED, Plan


@pytest.mark.parametrize(
    ("age", "cap"), [(0, 200), (6, 200), (7, 800), (13, 800), (14, 2500), (20, 2500), (21, None), (500, None)]
)
def test_the_seed_plan_goes_week_by_week_to_normal(age: int, cap: int | None) -> None:
    assert SEED.cap(age) == cap


def test_the_hourly_plan_is_the_list_of_the_rules_and_goes_on_growing() -> None:
    listed = [20, 28, 39, 55, 77, 108, 151, 211, 295, 413, 579, 810, 1000, 1587, 2222, 3111, 4356, 6098]
    assert [HOURLY.cap(age) for age in range(18)] == listed
    assert [HOURLY.cap(age) for age in (21, 22, 23)] == [23427, 32798, 45917]
    assert HOURLY.cap(29) is not None
    assert HOURLY.cap(30) is None


def test_a_custom_plan_steps_as_it_says() -> None:
    plan = Plan("day", (50, 500), step_days=3)
    assert [plan.cap(age) for age in range(7)] == [50, 50, 50, 500, 500, 500, None]
    assert plan.days == 6


@pytest.mark.parametrize(
    ("last", "is_cold"),
    [(None, False), (date(2026, 11, 1), False), (date(2026, 10, 4), False), (date(2026, 10, 3), True)],
)
def test_thirty_days_without_a_letter_make_a_sender_cold(last: date | None, is_cold: bool) -> None:
    assert warm_up.restarts(last_date=last, today=date(2026, 11, 2)) is is_cold


@pytest.mark.parametrize(
    ("letters", "used", "days"),
    [(100, 0, 1), (200, 0, 1), (201, 0, 2), (200, 1, 2), (1400, 0, 7), (1401, 0, 8)],
)
def test_the_days_that_a_campaign_takes_are_counted_from_today(letters: int, used: int, days: int) -> None:
    assert warm_up.days_needed(SEED, letters, age_days=0, used_today=used) == days


def test_after_the_plan_everything_leaves_on_one_day() -> None:
    assert warm_up.days_needed(SEED, 1_000_000, age_days=21) == 1
    assert warm_up.days_needed(SEED, 1_000_000, age_days=20) == 2


def test_capacity_sums_the_days_and_is_open_after_the_plan() -> None:
    assert warm_up.capacity(SEED, age_days=0, days=8) == 7 * 200 + 800
    assert warm_up.capacity(HOURLY, age_days=0, days=2) == 48 * 24
    assert warm_up.capacity(SEED, age_days=20, days=2) is None
