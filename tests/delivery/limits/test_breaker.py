"""The circuit breaker stops a campaign or a route that goes badly, and tells staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import redis

from mailhub.delivery import limits, signals
from mailhub.delivery.contracts import DispatchFacts, Outcome, Verdict
from mailhub.delivery.limits import breaker
from mailhub.delivery.models import BreakerTrip, Chunk, Dispatch
from mailhub.delivery.models.ledger import DispatchState
from mailhub.delivery.services import events, ledger
from mailhub.lib import clock
from tests.delivery.limits.makers import FROM, NOON, at, letters
from tests.factories import addresses_of, make_sending_dispatch

pytestmark = pytest.mark.django_db
TAKEN = Outcome(1, Verdict.ACCEPTED, 250, "2.0.0")
NOBODY = Outcome(1, Verdict.REFUSED, 550, "5.1.1")
BLOCKED = Outcome(1, Verdict.REFUSED, 550, "5.7.1")
LATER = Outcome(1, Verdict.DEFERRED, 451, "4.3.0")


def begin() -> Dispatch:
    """A dispatch whose counts are there: only the first look reads the ledger, which these tests do not fill."""
    dispatch = make_sending_dispatch(addresses_of(3))
    breaker.look(dispatch.pk, "", [], now=NOON)
    return dispatch


@pytest.fixture
def dispatch() -> Dispatch:
    return begin()


def feed(dispatch: Dispatch, outcomes: Sequence[Outcome], *, window: int = 50, seconds: float = 0) -> int:
    """Answers window by window, as a sender gives them; how many were taken before it was stopped."""
    for start in range(0, len(outcomes), window):
        batch = outcomes[start : start + window]
        if breaker.look(dispatch.pk, "", batch, now=at(seconds)).stopped:
            return start + len(batch)
    return len(outcomes)


def mixed(count: int, every: int, bad: Outcome = NOBODY) -> list[Outcome]:
    return [bad if number % every == 0 else TAKEN for number in range(count)]


def test_ten_percent_bounces_stop_the_dispatch_within_two_hundred_letters_and_tell_staff(
    dispatch: Dispatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []
    hear = lambda *, reason, **_: told.append(reason)  # noqa: E731
    signals.dispatch_paused.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            taken = feed(dispatch, [TAKEN] * 450 + [NOBODY] * 300)
    finally:
        signals.dispatch_paused.disconnect(hear)
    assert taken == 500, "the crossing is the 500th letter"
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    assert "50 of 500 letters" in dispatch.pause_reason
    assert told == [dispatch.pause_reason]


def test_five_percent_bounces_warn_once_and_go_on(dispatch: Dispatch) -> None:
    assert feed(dispatch, mixed(2000, 15)) == 2000
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENDING
    (trip,) = breaker.standing_of(dispatch)
    assert (trip.kind, trip.stops) == ("bounces", False)


def test_few_letters_trip_nothing(dispatch: Dispatch) -> None:
    assert feed(dispatch, mixed(490, 2)) == 490
    assert not BreakerTrip.objects.exists()


def test_a_hundred_refusals_in_a_row_stop_it_whatever_the_sample(dispatch: Dispatch) -> None:
    assert feed(dispatch, [TAKEN] * 20 + [BLOCKED] * 500) == 150
    (trip,) = breaker.standing_of(dispatch)
    assert (trip.kind, trip.stops) == ("errors", True)


def test_deferred_letters_are_no_answers_yet(dispatch: Dispatch) -> None:
    assert feed(dispatch, [LATER] * 1000) == 1000
    assert not BreakerTrip.objects.exists()


def test_complaints_that_come_back_later_stop_it(
    dispatch: Dispatch, django_capture_on_commit_callbacks: Any
) -> None:
    feed(dispatch, [TAKEN] * 1000)
    for number in range(3):
        complaint = events.NewEvent(
            dispatch_id=dispatch.pk,
            message_id=None,
            contact_id=None,
            address_hash="",
            type="complained",
            occurred_at=NOON,
            dedupe_key=f"complaint {number}",
        )
        with django_capture_on_commit_callbacks(execute=True):
            events.record([complaint, complaint])
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    kinds = [(trip.kind, trip.stops) for trip in breaker.standing_of(dispatch)]
    assert ("complaints", True) in kinds


def test_whoever_resumes_it_is_judged_by_what_comes_then(dispatch: Dispatch) -> None:
    feed(dispatch, mixed(500, 2))
    ledger.resume(dispatch.pk)
    assert feed(dispatch, [TAKEN] * 1000) == 1000
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENDING


def test_a_route_is_judged_by_all_its_campaigns_and_not_by_one_that_was_stopped() -> None:
    first, second = begin(), begin()
    feed(first, mixed(500, 2))
    assert not BreakerTrip.objects.filter(dispatch=None).exists()
    for _ in range(5):
        feed(begin(), mixed(120, 5))
    (trip,) = BreakerTrip.objects.filter(dispatch=None, stops=True)
    assert trip.kind == "bounces"
    facts = DispatchFacts(id=second.pk, brand_id=1, stream="marketing", ignore_cap=False, producer_id=1)
    with clock.frozen(NOON):
        held = limits.admit(facts, "", FROM, letters(1), now=NOON).held[1]
    assert (held.limit, held.words) == ("route_stopped", trip.sentence)
    single = DispatchFacts(id=9, brand_id=1, stream="transactional", ignore_cap=False, producer_id=1)
    assert limits.admit(single, "", FROM, letters(1), now=NOON).admitted == [1]
    assert breaker.clear_route("", now=NOON)
    assert limits.admit(facts, "", FROM, letters(1), now=NOON).admitted == [1]


def test_counts_that_valkey_lost_are_made_anew_from_the_ledger(
    dispatch: Dispatch, valkey: redis.Redis
) -> None:
    dispatch.messages.update(state="sent")
    feed(dispatch, [TAKEN] * 3)
    valkey.flushdb()
    feed(dispatch, [TAKEN])
    found: Any = valkey.hgetall(f"mailhub:limits:answers:dispatch:{dispatch.pk}")
    assert found[b"answered"] == b"3"


def test_windows_are_shared_among_the_senders_while_a_threshold_is_near(dispatch: Dispatch) -> None:
    assert breaker.look(dispatch.pk, "", [TAKEN] * 400, now=NOON).window == 300
    for owner in ("one", "two", "two"):
        Chunk.objects.create(dispatch=dispatch, first_id=1, last_id=9, done_id=0, intent_id=0, owner=owner)
    assert breaker.look(dispatch.pk, "", [TAKEN], now=NOON).window == 299 // 2
    assert breaker.look(dispatch.pk, "", [TAKEN] * 9_599, now=NOON).window == 1311 // 2


def test_without_valkey_nothing_stops(dispatch: Dispatch, monkeypatch: pytest.MonkeyPatch) -> None:
    from mailhub.lib import valkey

    monkeypatch.setattr(valkey, "client", lambda: redis.Redis.from_url("unix:///nowhere.sock"))
    assert not breaker.look(dispatch.pk, "", [BLOCKED] * 1000, now=NOON).stopped
