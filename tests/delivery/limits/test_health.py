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
    ("counts", "safe"),
    [
        ((0,), True),
        ((299,), True),
        ((300,), False),
        ((2000, 0), True),
        ((2000, 20), False),
        ((5000, 250), True),
    ],
)
def test_a_window_is_small_while_its_answers_could_cross_a_threshold(
    counts: tuple[int, ...], safe: bool
) -> None:
    assert health.is_safe(Counts(*counts)) is safe
