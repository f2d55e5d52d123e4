"""Hits become graded events, and later hits grade earlier ones anew."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailhub.delivery.models import AddressRecord, Dispatch, Event, Message
from mailhub.delivery.tracking import intake
from mailhub.delivery.tracking.hits import Hit, HitType

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"
MakeMessage = Callable[..., Message]


def hit_of(
    message: Message,
    *,
    type: HitType = "clicked",
    at: datetime = NOON,
    link: int = 1,
    ip: str = "81.2.69.142",
    user_agent: str = CHROME,
) -> Hit:
    return Hit(
        key=f"hit:{secrets.token_hex(6)}",
        type=type,
        occurred_at=at,
        dispatch_id=message.dispatch_id,
        message_id=message.pk,
        link_number=link if type == "clicked" else None,
        ip=ip,
        user_agent=user_agent,
        prefetch=False,
    )


def grades() -> list[tuple[str, str]]:
    return list(Event.objects.order_by("occurred_at", "id").values_list("grade", "rule"))


def test_a_click_is_an_event_of_the_person_that_the_ledger_names(make_message: MakeMessage) -> None:
    message = make_message(contact_id=9)
    hit = hit_of(message, link=2)
    intake.write([hit])
    event = Event.objects.get()
    assert (event.dispatch_id, event.message_id, event.contact_id) == (message.dispatch_id, message.pk, 9)
    assert (event.type, event.link_number, event.occurred_at) == ("clicked", 2, NOON)
    assert (event.ip, event.user_agent, event.dedupe_key) == ("81.2.69.142", CHROME, hit.key)
    assert (event.grade, event.rule, event.address_hash) == ("human", "", message.address_hash)
    assert AddressRecord.objects.get().last_clicked_at == NOON


def test_a_hit_written_twice_is_one_event(make_message: MakeMessage) -> None:
    hit = hit_of(make_message())
    intake.write([hit])
    intake.write([hit, hit_of(make_message("bo"))])
    assert Event.objects.count() == 2


def test_an_anonymous_hit_names_nobody(dispatch: Dispatch) -> None:
    intake.write(
        [Hit("hit:1", "opened", NOON, dispatch.pk, 0, None, "", "", False, "unknown", "gmail_proxy")]
    )
    event = Event.objects.get()
    assert (event.message_id, event.contact_id, event.ip, event.user_agent) == (None, None, None, "")
    assert (event.address_hash, event.grade, event.rule) == ("", "unknown", "gmail_proxy")


def test_a_hit_of_a_row_that_was_erased_is_counted_and_names_nobody(make_message: MakeMessage) -> None:
    message = make_message()
    hit = hit_of(message)
    Message.objects.filter(dispatch_id=message.dispatch_id).delete()
    intake.write([hit])
    event = Event.objects.get()
    assert (event.dispatch_id, event.message_id, event.contact_id) == (message.dispatch_id, None, None)
    assert (event.ip, event.user_agent, event.link_number) == (None, "", 1)


@pytest.mark.parametrize(
    ("settled_at", "expected"),
    [
        (NOON - timedelta(seconds=1.9), ("machine", "too_soon")),
        (NOON - timedelta(seconds=2), ("human", "")),
        (None, ("machine", "too_soon")),
    ],
    ids=["at once", "after two seconds", "before the answer was written"],
)
def test_the_ledger_says_how_soon_it_was(
    make_message: MakeMessage, settled_at: datetime | None, expected: tuple[str, str]
) -> None:
    intake.write([hit_of(make_message(settled_at=settled_at))])
    assert grades() == [expected]


def test_a_machine_s_hit_is_no_engagement(make_message: MakeMessage) -> None:
    intake.write([hit_of(make_message(), user_agent="curl/8.5.0")])
    assert not AddressRecord.objects.filter(last_clicked_at__isnull=False).exists()


def test_several_links_in_one_batch_are_a_machine_s(make_message: MakeMessage) -> None:
    message = make_message()
    intake.write([hit_of(message, link=1), hit_of(message, link=2, at=NOON + timedelta(seconds=0.5))])
    assert grades() == [("machine", "several_links")] * 2
    assert not AddressRecord.objects.filter(last_clicked_at__isnull=False).exists()


def test_the_second_link_grades_the_first_anew(make_message: MakeMessage) -> None:
    message, bo = make_message(), make_message("bo")
    intake.write([hit_of(message, link=1), hit_of(bo, link=1)])
    assert grades() == [("human", "")] * 2
    intake.write([hit_of(message, link=2, at=NOON + timedelta(seconds=0.9))])
    clicks = Event.objects.filter(message_id=message.pk).values_list("grade", "rule")
    assert list(clicks) == [("machine", "several_links")] * 2
    assert Event.objects.get(message_id=bo.pk).grade == "human"


def test_a_machine_keeps_the_rule_that_found_it_out(make_message: MakeMessage) -> None:
    message = make_message()
    intake.write([hit_of(message, link=1, user_agent="curl/8.5.0")])
    intake.write([hit_of(message, link=2, at=NOON + timedelta(seconds=0.5))])
    assert grades() == [("machine", "scanner_agent"), ("machine", "several_links")]


def test_a_burst_from_one_network_is_found_across_batches(make_message: MakeMessage) -> None:
    people = [make_message(f"p{number}") for number in range(10)]
    opens = [
        hit_of(person, type="opened", ip=f"203.0.113.{number}", at=NOON + timedelta(seconds=number / 10))
        for number, person in enumerate(people)
    ]
    intake.write(opens[:6])
    assert grades() == [("human", "")] * 6
    intake.write(opens[6:])
    assert grades() == [("machine", "network_burst")] * 10


@pytest.mark.parametrize(
    ("ip", "user_agent"),
    [("127.0.0.1", CHROME), ("66.249.84.3", "Mozilla/5.0 Firefox/11.0 (via ggpht.com GoogleImageProxy)")],
    ids=["behind an untrusted proxy", "Gmail's proxy"],
)
def test_many_from_where_everybody_comes_from_are_no_burst(
    make_message: MakeMessage, ip: str, user_agent: str
) -> None:
    opens = [
        hit_of(make_message(f"p{number}"), type="opened", ip=ip, user_agent=user_agent)
        for number in range(30)
    ]
    intake.write(opens)
    assert "network_burst" not in {rule for _, rule in grades()}
