"""Full mailboxes: counted once a letter, forgotten after a delivery, suppressed after five over two weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mailhub.delivery.contracts import Outcome, Verdict
from mailhub.delivery.limits import retry
from mailhub.delivery.models import AddressRecord, Dispatch, Due, Event, Message, Suppression
from mailhub.delivery.services import events, results, rows, sending, suppression
from mailhub.delivery.transports import registry
from mailhub.lib import clock
from mailhub.lib.environment import SmtpServer
from tests import factories

pytestmark = pytest.mark.django_db

ANN, BO = "ann@example.org", "bo@example.org"
DAY = timedelta(days=1)
FULL = {"code": 552, "enhanced": "5.2.2", "kind": "mailbox_full", "reply": "552 5.2.2 Full"}
LATER = {"code": 452, "enhanced": "4.2.2", "kind": "mailbox_full", "reply": "452 4.2.2 Full"}


def record(addresses: Sequence[str] = (BO,)) -> None:
    """These addresses have bounced softly four times since three weeks ago."""
    for address in addresses:
        AddressRecord.objects.update_or_create(
            address_hash=factories.address_hash(address),
            defaults={"soft_bounce_count": 4, "soft_bounce_since": clock.now() - 21 * DAY},
        )


def count_of(address: str) -> int:
    found = AddressRecord.objects.filter(address_hash=factories.address_hash(address)).first()
    return found.soft_bounce_count if found else 0


def answer(
    addresses: Sequence[str] = (BO,),
    verdict: Verdict = Verdict.REFUSED,
    *,
    at: datetime | None = None,
    attempts: int = 0,
    times: int = 1,
    arrived: bool = False,
    stream: str = "marketing",
    **said: Any,
) -> Dispatch:
    """A new letter to each of `addresses`, all with the same answer, recorded `times` times."""
    now = at or clock.now()
    with clock.frozen(now):
        dispatch = factories.make_sending_dispatch(addresses, stream=stream)
        Message.objects.filter(dispatch=dispatch).update(attempts=attempts)
        window = rows.window(dispatch, after_id=0, last_id=2**62, size=100)
        assert len(window) == len(addresses)
        settled = [
            results.from_outcome(
                row,
                Outcome(row.recipient.message_id, verdict, arrived=arrived, **said),
                dispatch=dispatch,
                now=now,
            )
            for row in window
        ]
        for _time in range(times):
            results.settle(dispatch, settled, now=now)
    return dispatch


@pytest.fixture
def server(smtp_server: Any, settings: Any) -> Any:
    settings.MAILHUB_SMTP = SmtpServer("127.0.0.1", smtp_server.port, "", "", "none")
    yield smtp_server
    registry.close_all()


def test_a_refusal_for_a_full_mailbox_counts_and_suppresses_nobody(server: Any) -> None:
    server.replies[BO] = "552 5.2.2 Mailbox full"
    dispatch = factories.make_sending_dispatch([ANN, BO])
    sending.deliver_bulk()
    bo = Message.objects.get(dispatch=dispatch, address=BO)
    assert (bo.state, bo.reason) == ("failed", "refused")
    assert (count_of(BO), count_of(ANN)) == (1, 0)
    assert not Suppression.objects.exists()


def test_a_letter_that_is_put_off_counts_once_when_it_is_given_up(server: Any) -> None:
    server.replies[BO] = "452 4.2.2 Mailbox full"
    dispatch = factories.make_sending_dispatch([BO])
    sending.deliver_bulk()
    assert (Due.objects.count(), count_of(BO)) == (1, 0)
    last = retry.tries_within(retry.give_up_after("marketing")) - 1
    Message.objects.filter(dispatch=dispatch).update(attempts=last)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        sending.deliver_due("bulk")
    assert Message.objects.get(dispatch=dispatch).reason == "gave_up"
    assert count_of(BO) == 1
    assert Event.objects.get().detail["reply"] == "452 4.2.2 Mailbox full"


def test_the_fifth_in_a_row_over_two_weeks_suppresses_with_its_own_reason() -> None:
    begun = clock.now()
    for number in range(4):
        answer(at=begun + number * 4 * DAY, **FULL)
    assert (count_of(BO), Suppression.objects.exists()) == (4, False)
    dispatch = answer(at=begun + 16 * DAY, **FULL)
    row = Suppression.objects.get()
    assert (row.reason, row.scope_key, row.source) == ("soft_bounce", "", f"dispatch {dispatch.pk}")
    assert row.note == f"5 since {begun:%Y-%m-%d}"
    # Whoever lifts it gives the address as many tries again.
    assert count_of(BO) == 0
    with clock.frozen(begun + 17 * DAY):
        later = factories.make_sending_dispatch([BO])
    assert Message.objects.get(dispatch=later).state == "skipped"


def test_ten_within_two_weeks_suppress_nobody_and_the_next_after_them_does() -> None:
    begun = clock.now()
    for number in range(10):
        answer(at=begun + number * DAY, **FULL)
    assert (count_of(BO), Suppression.objects.exists()) == (10, False)
    answer(at=begun + 14 * DAY, **FULL)
    assert Suppression.objects.get().reason == "soft_bounce"


def test_a_result_that_is_recorded_twice_counts_once() -> None:
    answer(times=3, **FULL)
    assert count_of(BO) == 1


def test_two_letters_to_one_mailbox_are_two() -> None:
    answer(**FULL)
    answer(stream="transactional", **FULL)
    assert count_of(BO) == 2


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict.REFUSED, {"code": 550, "enhanced": "5.7.1", "kind": "policy"}),
        (Verdict.REFUSED, {"code": 554, "enhanced": "5.6.0", "kind": "content"}),
        (Verdict.REFUSED, {"code": 550, "enhanced": "5.4.4", "kind": "unreachable"}),
        (Verdict.REFUSED, {"code": 550, "enhanced": "", "kind": "unknown"}),
        (Verdict.DEFERRED, {"code": 450, "enhanced": "4.7.1", "kind": "throttled"}),
        (Verdict.DEFERRED, {"code": 0, "enhanced": "4.4.1", "kind": "unreachable"}),
        (Verdict.DEFERRED, {"code": 451, "enhanced": "4.2.0", "kind": "greylisted"}),
        (Verdict.UNKNOWN, {}),
    ],
)
def test_what_is_not_the_mailboxs_own_fault_never_counts(verdict: Verdict, said: dict[str, Any]) -> None:
    record()
    answer(verdict=verdict, attempts=500, **said)
    assert (count_of(BO), Suppression.objects.exists()) == (4, False)


def test_a_transport_that_tells_no_kind_is_judged_by_its_code() -> None:
    answer(code=552, enhanced="5.2.2")
    assert count_of(BO) == 1


def test_a_full_mailbox_that_may_be_tried_again_does_not_count() -> None:
    record()
    answer(verdict=Verdict.DEFERRED, **LATER)
    assert count_of(BO) == 4
    answer(verdict=Verdict.DEFERRED, attempts=500, **LATER)
    assert Suppression.objects.get().reason == "soft_bounce"


@pytest.mark.parametrize("stream", ["marketing", "transactional"])
def test_the_recipients_own_server_ends_the_count_and_a_relay_does_not(stream: str) -> None:
    record([ANN, BO])
    answer([BO], Verdict.ACCEPTED, stream=stream)
    assert count_of(BO) == 4
    answer([BO], Verdict.ACCEPTED, arrived=True, stream=stream)
    assert (count_of(BO), count_of(ANN)) == (0, 4)
    answer(**FULL)
    assert (count_of(BO), Suppression.objects.exists()) == (1, False)


def test_in_a_window_of_both_only_the_delivered_begin_anew() -> None:
    record([ANN, BO])
    dispatch = factories.make_sending_dispatch([ANN, BO])
    window = rows.window(dispatch, after_id=0, last_id=2**62, size=10)
    settled = [
        results.from_outcome(
            row,
            Outcome(row.recipient.message_id, Verdict.ACCEPTED, arrived=row.recipient.address == ANN),
            dispatch=dispatch,
            now=clock.now(),
        )
        for row in window
    ]
    results.settle(dispatch, settled, now=clock.now())
    assert (count_of(ANN), count_of(BO)) == (0, 4)
    assert AddressRecord.objects.filter(last_marketing_at=None).count() == 0


def test_while_nobody_bounces_nothing_is_asked_for_it() -> None:
    for arrived in (False, True):
        with CaptureQueriesContext(connection) as asked:
            answer([ANN, BO], Verdict.ACCEPTED, arrived=arrived)
        told = [each["sql"] for each in asked if "addressrecord" in each["sql"]]
        assert len(told) == 1 and "last_marketing_at" in told[0]


@pytest.mark.parametrize(
    ("kind", "grade", "ago", "ends"),
    [
        ("delivered", "unknown", timedelta(0), True),
        ("delivered", "unknown", 30 * DAY, False),  # told late: it was before the bounces
        ("clicked", "human", timedelta(0), True),
        ("opened", "human", timedelta(0), True),
        ("opened", "machine", timedelta(0), False),
        ("opened", "human", 30 * DAY, False),
        ("sent", "unknown", timedelta(0), False),
    ],
)
def test_later_news_of_a_delivery_ends_the_count(kind: str, grade: str, ago: timedelta, ends: bool) -> None:
    record()
    event = events.NewEvent(
        dispatch_id=1,
        message_id=None,
        contact_id=None,
        address_hash=factories.address_hash(BO),
        type=kind,
        occurred_at=clock.now() - ago,
        dedupe_key="news",
        grade=grade,
    )
    events.record([event])
    assert count_of(BO) == (0 if ends else 4)


def test_a_suppressed_address_still_gets_letters_that_it_asks_for() -> None:
    suppression.suppress(factories.address_hash(BO), reason="soft_bounce")
    for obeyed, stops in (
        (suppression.MARKETING_OBEYS, True),
        (suppression.TRANSACTIONAL_OBEYS, False),
        (suppression.CONFIRMATION_OBEYS, False),
    ):
        found = suppression.stopping(factories.address_hash(BO), obeyed=obeyed)
        assert (found is not None) is stops
