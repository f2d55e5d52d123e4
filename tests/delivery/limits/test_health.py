"""The thresholds of the circuit breaker are those of rules 3.9."""

from __future__ import annotations

import pytest

from mailhub.delivery.limits import health
from mailhub.delivery.limits.health import Counts


def judged(*counts: int) -> list[tuple[str, bool]]:
    return [(crossing.kind.value, crossing.stops) for crossing in health.judge(Counts(*counts))]


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ((499, 400, 400), []),  # one of ten does not trip it
        ((500, 24, 0), []),
        ((500, 25, 0), [("bounces", False)]),
        ((500, 49, 0), [("bounces", False)]),
        ((500, 50, 0), [("bounces", True)]),
        ((10_000, 0, 9), []),
        ((10_000, 0, 10), [("complaints", False)]),
        ((10_000, 0, 30), [("complaints", True)]),
        ((10_000, 600, 30), [("complaints", True), ("bounces", False)]),
        ((99, 99, 0, 99), []),
        ((100, 100, 0, 100), [("errors", True)]),
    ],
)
def test_each_threshold_warns_or_stops(counts: tuple[int, ...], found: list[tuple[str, bool]]) -> None:
    assert judged(*counts) == found


def test_the_sentence_says_how_many_and_what_share() -> None:
    (crossing,) = health.judge(Counts(1000, 100))
    assert crossing.sentence == "100 of 1000 letters came back or were refused (10 %). Sending stops at 10 %."
    (crossing,) = health.judge(Counts(1000, 0, 1))
    assert crossing.sentence == "1 of 1000 people complained about it (0.1 %)."


@pytest.mark.parametrize(
    ("counts", "room"),
    [
        ((0,), 700),
        ((300,), 400),
        ((2000, 0), 422),
        ((2000, 200), 200),
        ((20_000, 1000), 1311),
        ((2000, 0, 5), 200),
        ((20_000, 0, 0, 1), 200),
    ],
)
def test_so_many_letters_may_be_out_as_leave_two_hundred_behind_a_crossing(
    counts: tuple[int, ...], room: int
) -> None:
    assert health.room(Counts(*counts)) == room


@pytest.mark.parametrize("answered", [0, 400, 3000, 50_000])
def test_if_all_that_are_out_come_back_no_more_than_two_hundred_left_behind_the_crossing(
    answered: int,
) -> None:
    out = health.room(Counts(answered))
    crossing = next(
        back for back in range(out + 1) if judged(answered + back, back)[:1] == [("bounces", True)]
    )
    assert out - crossing <= health.OVERRUN
