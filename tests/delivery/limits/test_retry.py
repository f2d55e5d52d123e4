"""When a letter that was put off is tried again: rules 3.6."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from mailhub.delivery.limits import retry
from tests.delivery.limits.makers import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_waits_double_from_five_minutes_to_four_hours_with_some_chance() -> None:
    rng = Random(1)
    for attempts in range(1, 60):
        doubled = min(5 * 2 ** (attempts - 1), 192)
        found = [retry.delay(attempts, rng) for _ in range(50)]
        assert all(doubled * MINUTE <= wait <= min(doubled * 1.25, 240) * MINUTE for wait in found)
        assert len(set(found)) > 40, "letters put off together do not come back together"


def test_the_next_try_is_a_wait_after_the_last() -> None:
    assert retry.next_at(1, NOON, Random(3)) == NOON + retry.delay(1, Random(3))


def tries_until_given_up(stream: str, rng: Random) -> tuple[int, timedelta]:
    now, attempts = NOON, 1
    while (step := retry.after_deferral(attempts=attempts, stream=stream, now=now, rng=rng)).at:
        attempts, now = attempts + 1, step.at
    assert step.reason == "gave_up"
    return attempts, now - NOON


@pytest.mark.parametrize(("stream", "hours"), [("marketing", 24), ("transactional", 96)])
def test_marketing_is_given_up_after_about_a_day_and_other_letters_after_four(
    stream: str, hours: int
) -> None:
    for seed in range(5):
        attempts, passed = tries_until_given_up(stream, Random(seed))
        assert (hours - 4) * 0.8 * HOUR <= passed <= hours * 1.05 * HOUR
        assert attempts == retry.tries_within(timedelta(hours=hours))


def test_how_long_it_is_tried_can_be_set(settings: Any) -> None:
    settings.MAILHUB_MARKETING_RETRY_HOURS = 1
    assert retry.after_deferral(attempts=3, stream="marketing", now=NOON).reason == "deferred"
    assert retry.after_deferral(attempts=4, stream="marketing", now=NOON).reason == "gave_up"


def test_a_letter_whose_deadline_comes_before_its_next_try_is_too_late() -> None:
    deadline = NOON + 4 * MINUTE
    found = retry.after_deferral(attempts=1, stream="marketing", now=NOON, deadline_at=deadline)
    assert (found.at, found.reason) == (None, "too_late")
    later = retry.after_deferral(attempts=1, stream="marketing", now=NOON, deadline_at=NOON + HOUR)
    assert later.reason == "deferred"


def test_no_try_comes_before_the_back_off_of_its_domain_ends() -> None:
    ends = NOON + 2 * HOUR
    found = retry.after_deferral(attempts=1, stream="marketing", now=NOON, not_before=ends)
    assert found.at == ends


@pytest.mark.parametrize(
    ("named", "counts"),
    [
        (timedelta(minutes=3), False),  # the schedule's time is later
        (3 * HOUR, True),
        (23 * HOUR, True),
        (25 * HOUR, False),  # the letter's day would be over
        (-HOUR, False),
    ],
)
def test_a_time_that_the_other_end_names_is_that_of_the_next_try(named: timedelta, counts: bool) -> None:
    found = retry.after_deferral(attempts=1, stream="marketing", now=NOON, named_at=NOON + named)
    assert found.reason == "deferred" and found.at is not None
    assert (found.at == NOON + named) is counts
    assert counts or found.at <= NOON + 7 * MINUTE


def test_a_named_time_behind_the_letters_period_or_deadline_leaves_the_schedule_alone() -> None:
    named = NOON + 23 * HOUR
    late = retry.after_deferral(attempts=6, stream="marketing", now=NOON, named_at=named)
    assert late.at is not None and late.at < named
    single = retry.after_deferral(attempts=6, stream="transactional", now=NOON, named_at=named)
    assert single.at == named
    due = retry.after_deferral(
        attempts=1, stream="marketing", now=NOON, named_at=named, deadline_at=NOON + HOUR
    )
    assert due.reason == "deferred" and due.at is not None and due.at < NOON + HOUR
