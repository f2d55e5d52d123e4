"""Answers are kept as long as their price justifies."""

from __future__ import annotations

import time

from django.core.cache import cache

from campaigns.selectors import remembered
from campaigns.selectors.remembered import Kept, place_of


def slowly(answer: int) -> int:
    """An answer that was worth keeping."""
    until = time.monotonic() + 2 * remembered.WORTH_KEEPING_SECONDS
    while time.monotonic() < until:
        pass
    return answer


def test_what_took_its_time_is_remembered_until_it_is_asked_anew() -> None:
    assert remembered.remember("question", lambda: slowly(1)) == 1
    assert remembered.remember("question", lambda: slowly(2)) == 1
    assert remembered.remember("question", lambda: slowly(3), anew=True) == 3
    assert remembered.remember("question", lambda: 4) == 3


def test_the_last_answer_is_taken_rather_than_wait_for_a_slow_one() -> None:
    cache.set(place_of("question"), Kept(1, price=3.0, good_until=0.0))
    assert remembered.remember("question", lambda: 2, outdated=True) == 1
    assert remembered.remember("question", lambda: 3) == 3


def test_an_answer_that_comes_at_once_is_never_outdated() -> None:
    cache.set(place_of("question"), Kept(1, price=0.2, good_until=0.0))
    assert remembered.remember("question", lambda: 2, outdated=True) == 2


def test_other_questions_have_other_answers() -> None:
    remembered.remember(("question", 1), lambda: slowly(1))
    assert remembered.remember(("question", 2), lambda: slowly(2)) == 2
