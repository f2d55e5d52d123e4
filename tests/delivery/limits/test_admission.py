"""What may leave now: caps of routes, of receiving domains and of warm-ups, and what happens at their edges."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from random import Random
from threading import Barrier
from typing import Any

import pytest
import redis
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from mailhub.delivery import limits
from mailhub.delivery.contracts import DispatchFacts
from mailhub.delivery.limits import Admission, admission, configured, counters
from mailhub.delivery.models import ReservedDay, StoredRoute
from mailhub.lib import clock, valkey
from tests.delivery.limits.makers import (
    FACTS,
    FROM,
    NOON,
    at,
    letters,
    limit_domain,
    limit_route,
    warm,
)

pytestmark = pytest.mark.django_db


def ask(count: int, seconds: float, *, domain: str = "example.org", route: str = "") -> Admission:
    with clock.frozen(at(seconds)):
        return limits.admit(FACTS, route, FROM, letters(count, domain=domain), now=at(seconds))


def send(count: int, seconds: float, **options: Any) -> int:
    """How many of `count` letters leave at once."""
    found = ask(count, seconds, **options)
    limits.settle(found, tried=found.admitted, now=at(seconds))
    return len(found.admitted)


def test_without_limits_everything_leaves_and_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(1, 0)
    monkeypatch.setattr(valkey, "client", lambda: pytest.fail("Valkey was asked."))
    with CaptureQueriesContext(connection) as queries:
        found = ask(1000, 0)
    assert len(found.admitted) == 1000
    assert (found.held, found.all_wait_until, len(queries)) == ({}, None, 0)
    limits.settle(found, tried=found.admitted)


def test_a_limit_of_others_asks_nobody_either(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_domain("slow.example", per_hour=1)
    ask(1, 0)
    monkeypatch.setattr(valkey, "client", lambda: pytest.fail("Valkey was asked."))
    assert len(ask(1000, 0, domain="fast.example").admitted) == 1000


def test_a_route_takes_as_many_as_its_cap_and_the_rest_waits_for_a_place() -> None:
    limit_route(per_minute=100)
    found = ask(150, 0)
    assert found.admitted == list(range(1, 101))
    assert sorted(found.held) == list(range(101, 151))
    assert found.held[101].limit == "limit_route"
    assert found.held[101].words == "The route takes 100 letters a minute."
    assert found.all_wait_until is not None and found.all_wait_until >= at(60)


def test_the_order_of_letters_is_the_order_of_admission_across_domains() -> None:
    limit_route(per_minute=3)
    mixed = [(1, "a.example"), (2, "b.example"), (3, "a.example"), (4, "b.example")]
    assert limits.admit(FACTS, "", FROM, mixed, now=NOON).admitted == [1, 2, 3]


def test_places_come_back_when_the_window_has_passed_and_not_before() -> None:
    limit_route(per_minute=10)
    assert send(10, 0.5) == 10
    assert send(10, 60.4) == 0
    assert send(10, 61.5) == 10


def test_letters_that_were_not_tried_give_their_places_back() -> None:
    limit_route(per_hour=10)
    found = ask(10, 0)
    assert send(1, 1) == 0
    limits.settle(found, tried=found.admitted[:4], now=at(2))
    assert send(10, 3) == 6
    rest = ask(10, 4)
    limits.give_back(rest, now=at(4))
    assert send(10, 5) == 0


def test_a_letter_counts_from_its_admission_until_a_window_after_its_hand_over() -> None:
    limit_route(per_minute=10)
    slow = ask(10, 0)
    assert send(10, 90) == 0, "all ten may still be on their way"
    limits.settle(slow, tried=slow.admitted, now=at(100))
    assert send(10, 159) == 0, "they may have left at 1:40"
    assert send(10, 162) == 10


def test_several_caps_hold_together() -> None:
    limit_route(per_second=5, per_minute=8)
    assert send(10, 0) == 5
    assert send(10, 1.5) == 3
    assert send(10, 30) == 0
    assert send(10, 63) == 5


def test_a_campaign_leaves_a_twentieth_of_the_hour_to_single_letters() -> None:
    limit_route(per_hour=100)
    assert send(200, 0) == 95
    single = DispatchFacts(id=2, brand_id=1, stream="transactional", ignore_cap=False, producer_id=0)
    assert len(limits.admit(single, "", FROM, letters(9), now=at(1)).admitted) == 5


def test_each_route_has_its_own_cap_and_the_environment_s_is_one_of_them() -> None:
    mine = StoredRoute.objects.create(name="Mine", host="smtp.example.org")
    limit_route(mine, per_hour=2)
    limit_route(None, per_hour=3)
    assert send(5, 0, route="Mine") == 2
    assert send(5, 0, route="smtp.example.net:25") == 3


def test_a_route_that_was_just_renamed_keeps_its_cap_and_its_count() -> None:
    route = StoredRoute.objects.create(name="Mine", host="smtp.example.org")
    limit_route(route, per_hour=3)
    assert send(2, 0, route="Mine") == 2
    StoredRoute.objects.update(name="Ours")
    assert send(2, 1, route="Ours") == 1


def test_a_receiving_domain_holds_only_its_own_letters() -> None:
    limit_domain("slow.example", per_hour=1)
    mixed = [(1, "slow.example"), (2, "slow.example"), (3, "fast.example")]
    found = limits.admit(FACTS, "", FROM, mixed, now=NOON)
    assert found.admitted == [1, 3]
    assert found.held[2].words == "slow.example takes 1 letter an hour."
    assert found.all_wait_until is None, "others may go on"


def test_the_limit_of_every_other_domain_counts_for_each_of_them_by_itself() -> None:
    limit_domain("", per_hour=2)
    limit_domain("big.example", per_hour=100)
    mixed = [(n, f"{'abc'[n % 3]}.example") for n in range(9)] + letters(50, domain="big.example", first=100)
    found = limits.admit(FACTS, "", FROM, mixed, now=NOON)
    assert len(found.admitted) == 6 + 50


def test_letters_at_once_are_free_again_as_soon_as_they_are_handed_over() -> None:
    limit_domain("narrow.example", at_once=2)
    first = ask(5, 0, domain="narrow.example")
    assert len(first.admitted) == 2
    assert ask(5, 1, domain="narrow.example").admitted == []
    limits.settle(first, tried=first.admitted, now=at(2))
    assert send(5, 3, domain="narrow.example") == 2


def test_a_day_is_the_calendar_day_of_its_zone() -> None:
    limit_route(per_day=10, zone="America/New_York")  # five hours behind: midnight there is 05:00 UTC
    evening = datetime(2026, 11, 3, 4, 59, 59, tzinfo=UTC)
    seconds = (evening - NOON).total_seconds()
    assert send(7, seconds) == 7
    assert send(7, seconds) == 3
    held = ask(1, seconds).held[1]
    assert held.until == datetime(2026, 11, 3, 5, tzinfo=UTC)
    assert send(7, seconds + 1) == 7


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC), 23),  # its midnight does not exist
    ],
)
def test_a_day_of_a_change_of_clocks_is_one_day(zone: str, start: datetime, hours: int) -> None:
    limit_route(per_day=5, zone=zone)
    begins = (start - NOON).total_seconds()
    assert send(5, begins) == 5
    assert send(5, begins + hours * 3600 - 1) == 0
    assert send(5, begins + hours * 3600) == 5


def test_a_day_s_cap_holds_when_valkey_is_flushed(valkey: redis.Redis) -> None:
    limit_route(per_day=500)
    sent = 0
    for hour in range(20):
        sent += send(40, hour * 60)
        if hour % 3 == 2:
            valkey.flushdb()
    assert sent <= 500
    assert sent >= 500 - 7 * (40 + 10), "a flush may cost one block, not the day"
    assert ReservedDay.objects.get().reserved <= 500


def test_the_windows_in_which_valkey_lost_its_memory_are_waited_out(valkey: redis.Redis) -> None:
    with clock.frozen(NOON):
        limit_route(per_second=5)
        first = limits.admit(FACTS, "", FROM, letters(5))
        assert len(first.admitted) == 5
        valkey.flushdb()
        again = limits.admit(FACTS, "", FROM, letters(5))
    assert again.admitted == []
    assert again.all_wait_until is not None


def test_a_limit_that_is_new_waits_for_nothing(valkey: redis.Redis) -> None:
    limit_route(per_hour=5)
    assert send(9, 0) == 5


def test_nothing_limited_leaves_while_valkey_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_route(per_hour=5)
    away = redis.Redis.from_url("unix:///nowhere.sock")
    monkeypatch.setattr(valkey, "client", lambda: away)
    found = ask(3, 0)
    assert found.admitted == []
    assert {held.limit for held in found.held.values()} == {"limits_away"}
    assert found.all_wait_until == at(30)


def test_a_sender_that_vanished_counts_as_having_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_route(per_minute=10)
    monkeypatch.setattr(admission.process, "owner", lambda: admission.process._place() + "/999999/1")
    ask(10, 0)
    monkeypatch.undo()
    living = ask(10, 1)
    assert living.admitted == []
    assert admission.end_grants_of_the_dead(now=at(10)) == 1
    assert counters.grants() == {}
    assert send(10, 69) == 0
    assert send(10, 72) == 10


def test_a_grant_of_another_machine_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_route(per_minute=10)
    monkeypatch.setattr(admission.process, "owner", lambda: "elsewhere/1/1/1")
    ask(10, 0)
    monkeypatch.undo()
    assert admission.end_grants_of_the_dead(now=at(1799)) == 0
    assert admission.end_grants_of_the_dead(now=at(1800)) == 1


def test_a_question_that_is_asked_twice_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    limit_route(per_minute=10)
    monkeypatch.setattr(admission.secrets, "token_hex", lambda size: "the same")
    assert len(ask(7, 0).admitted) == 7
    assert len(ask(7, 0).admitted) == 7
    monkeypatch.undo()
    assert send(10, 1) == 3


def test_a_warm_up_by_the_week_grows_with_the_age_of_the_sender() -> None:
    row = warm(plan="seed", started_date=date(2026, 11, 2))
    day = 86_400
    assert send(300, 0) == 200
    for later, cap in ((6, 200), (7, 800), (14, 1000)):
        assert send(1000, later * day) == cap
        configured.forget()
    assert send(1000, 20 * day) == 1000
    configured.forget()
    assert sum(send(1000, 21 * day + n) for n in range(4)) == 4000, "then normal"
    row.refresh_from_db()
    assert row.started_date == date(2026, 11, 2)


def test_a_warm_up_begins_with_its_first_letter() -> None:
    row = warm(plan="hourly")
    assert send(100, 86_400 * 12) == 20
    row.refresh_from_db()
    assert row.started_date == (NOON + timedelta(days=12)).date()
    configured.forget()
    assert send(100, 86_400 * 13) == 28


def test_an_hourly_warm_up_counts_any_hour() -> None:
    warm(plan="hourly", started_date=date(2026, 11, 2))
    assert send(100, 0) == 20
    assert send(100, 3500) == 0
    assert send(100, 3661) == 20


def test_a_sender_that_was_idle_for_a_month_is_warmed_again() -> None:
    row = warm(plan="seed", started_date=date(2026, 11, 2))
    day = 86_400
    with clock.frozen(at(25 * day)):
        assert send(900, 25 * day) == 900
        configured.forget()
    with clock.frozen(at(54 * day)):
        configured.current()
        assert send(900, 54 * day) == 900, "29 days are no month"
        configured.forget()
    with clock.frozen(at(84 * day)):
        configured.current()
        assert send(900, 84 * day) == 200
        configured.forget()
    row.refresh_from_db()
    assert row.started_date == (NOON + timedelta(days=84)).date()


def test_what_is_over_a_warm_up_s_cap_takes_the_route_that_is_named_for_it() -> None:
    other = StoredRoute.objects.create(name="Warm one", host="smtp.example.org", use="")
    warm(plan="custom", custom_caps=[3], overflow="route", overflow_route=other)
    found = ask(5, 0)
    assert found.admitted == [1, 2, 3]
    assert found.elsewhere == {4: "Warm one", 5: "Warm one"}
    assert found.held == {}


def test_overflow_never_takes_the_other_stream_s_route() -> None:
    other = StoredRoute.objects.create(name="Marketing", host="smtp.example.org", use="marketing")
    warm(plan="custom", custom_caps=[1], overflow="route", overflow_route=other)
    single = DispatchFacts(id=2, brand_id=1, stream="transactional", ignore_cap=False, producer_id=0)
    found = limits.admit(single, "", FROM, letters(2), now=NOON)
    assert found.elsewhere == {}
    assert found.held[2].limit == "limit_warm_up"


def most_in_any(wire: list[float], length: float) -> int:
    most, first = 0, 0
    for last in range(len(wire)):
        while wire[first] <= wire[last] - length:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("seed", range(6))
def test_no_window_of_any_beginning_ever_holds_more_than_the_cap(seed: int) -> None:
    limit_route(per_second=7, per_minute=60)
    rng, seconds, wire = Random(seed), 0.0, list[float]()
    busy: list[tuple[float, Admission, list[int]]] = []
    for _ in range(150):
        seconds += rng.choice([0.001, 0.01, 0.1, 1.5, 15]) * rng.random()
        for done in sorted((entry for entry in busy if entry[0] <= seconds), key=lambda entry: entry[0]):
            busy.remove(done)
            limits.settle(done[1], tried=done[2], now=at(done[0]))
        found = ask(rng.choice([1, 3, 20]), seconds)
        ends = seconds + rng.choice([0.0, 0.02, 0.3, 2.0]) * rng.random()
        tried = [letter for letter in found.admitted if rng.random() < 0.8]
        # Each letter leaves at any moment until its sender says that it is done.
        wire += [rng.uniform(seconds, ends) for _ in tried]
        busy.append((ends, found, tried))
    wire.sort()
    assert len(wire) > 60
    assert most_in_any(wire, 1.0) <= 7
    assert most_in_any(wire, 60.0) <= 60


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_do_not_exceed_the_cap_on_the_wire() -> None:
    limit_route(per_second=40, per_day=105)
    wire: list[float] = []
    gate = Barrier(6)

    def work(number: int) -> None:
        gate.wait()
        try:
            for _ in range(20_000):
                if len(wire) >= 100:
                    break
                found = limits.admit(FACTS, "", FROM, letters(7, first=number * 1000))
                wire.extend(admission._server_ms() for _ in found.admitted)
                limits.settle(found, tried=found.admitted)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert len(wire) == 100
    assert most_in_any(sorted(wire), 1000.0) <= 40
    assert ReservedDay.objects.get().reserved in range(100, 106)
