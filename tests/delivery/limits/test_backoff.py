"""Slowing down for a receiving domain that asks for it: rules 3.5."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
import redis

from mailhub.delivery import limits
from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.limits import backoff
from mailhub.delivery.models import StoredRoute
from mailhub.lib import clock, valkey
from tests.delivery.limits.makers import FACTS, FROM, NOON, at, letters

pytestmark = pytest.mark.django_db
BUSY = Outcome(1, Verdict.DEFERRED, 421, "", "421 too many connections")
SLOWER = Outcome(1, Verdict.DEFERRED, 450, "4.7.28", "450 4.7.28 rate limited")
FULL = Outcome(1, Verdict.DEFERRED, 452, "4.2.2", "452 4.2.2 mailbox full")
TAKEN = Outcome(1, Verdict.ACCEPTED, 250, "2.0.0")
BLOCKED = Outcome(1, Verdict.REFUSED, 550, "5.7.1")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("outcome", "asks"), [(BUSY, True), (SLOWER, True), (FULL, False), (TAKEN, False), (BLOCKED, False)]
)
def test_only_421_and_4_7_x_ask_to_slow_down(outcome: Outcome, asks: bool) -> None:
    assert backoff.asks_to_slow_down(outcome) is asks


def note(domain: str, outcome: Outcome, seconds: float, *, route: str = "") -> None:
    backoff.note(route, [(domain, outcome)], now=at(seconds), rng=Random(1))


def wait(domain: str, seconds: float, *, route: str = "") -> timedelta | None:
    ends = backoff.until(route, domain, now=at(seconds))
    return ends - at(seconds) if ends else None


def test_waits_grow_from_five_minutes_to_four_hours_with_each_answer_after_a_wait() -> None:
    seconds, waits = 0.0, []
    for _ in range(9):
        note("busy.example", BUSY, seconds)
        found = wait("busy.example", seconds)
        assert found is not None
        waits.append(found)
        seconds += found.total_seconds() + 1
    for found, minutes in zip(waits, [5, 10, 20, 40, 80, 160, 192, 192, 192], strict=True):
        assert minutes * MINUTE <= found <= min(minutes * 1.25, 240) * MINUTE


def test_all_answers_of_one_window_are_one_request() -> None:
    ends = backoff.note("", [("busy.example", BUSY)] * 50, now=NOON)["busy.example"]
    assert backoff.note("", [("busy.example", SLOWER)], now=at(60)) == {"busy.example": ends}


def test_an_accepted_letter_ends_it_and_the_next_wait_is_short_again() -> None:
    for seconds in (0, 1000, 3000):
        note("busy.example", BUSY, seconds)
    note("busy.example", TAKEN, 3001)
    assert wait("busy.example", 3002) is None
    note("busy.example", BUSY, 3003)
    found = wait("busy.example", 3003)
    assert found is not None and found <= 7 * MINUTE


def test_a_window_with_both_answers_slows_down() -> None:
    backoff.note("", [("busy.example", TAKEN), ("busy.example", BUSY), ("busy.example", TAKEN)], now=NOON)
    assert wait("busy.example", 1) is not None


def test_letters_for_a_domain_that_slows_us_down_wait_and_others_leave() -> None:
    ends = backoff.note("", [("busy.example", BUSY)], now=NOON)["busy.example"]
    mixed = [*letters(2, domain="busy.example"), (9, "fine.example")]
    with clock.frozen(at(1)):
        found = limits.admit(FACTS, "", FROM, mixed, now=at(1))
    assert found.admitted == [9]
    assert found.held[1].until == ends
    assert (found.held[1].limit, found.held[1].whole) == ("back_off", False)
    assert "busy.example asked us to slow down" in found.held[1].words
    assert found.all_wait_until is None
    later = (ends - NOON).total_seconds()
    assert len(limits.admit(FACTS, "", FROM, mixed, now=at(later)).admitted) == 3


def test_one_route_may_be_slowed_down_while_another_is_welcome() -> None:
    StoredRoute.objects.create(name="Mine", host="smtp.example.org")
    note("busy.example", BUSY, 0, route="Mine")
    assert wait("busy.example", 1, route="Mine") is not None
    assert wait("busy.example", 1, route="smtp.example.net:25") is None
    assert limits.admit(FACTS, "other", FROM, letters(1, domain="busy.example"), now=at(1)).admitted == [1]


def test_what_waits_is_listed_and_can_be_let_go() -> None:
    note("a.example", BUSY, 0)
    note("b.example", BUSY, 60)
    assert [domain for _, domain, _ in backoff.standing(now=at(61))] == ["b.example", "a.example"]
    backoff.forget("", "b.example")
    assert [domain for _, domain, _ in backoff.standing(now=at(61))] == ["a.example"]


def test_old_ones_are_forgotten() -> None:
    note("a.example", BUSY, 0)
    assert backoff.prune(now=at(86_400)) == 0
    assert backoff.prune(now=at(86_400 + 8 * 60)) == 1


def test_while_nobody_slows_us_down_answers_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not backoff.any_lately()
    monkeypatch.setattr(valkey, "client", lambda: pytest.fail("Valkey was asked."))
    assert backoff.note("", [("fine.example", TAKEN)] * 1000) == {}


def test_without_valkey_the_letters_concerned_still_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    away = redis.Redis.from_url("unix:///nowhere.sock")
    monkeypatch.setattr(valkey, "client", lambda: away)
    assert backoff.note("", [("busy.example", BUSY)], now=NOON)["busy.example"] >= at(300)
