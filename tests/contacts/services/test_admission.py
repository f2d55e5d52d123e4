"""Sign-ups that were taken in, on their way to contacts and consent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contacts.models import Contact, List, SignUp, SignUpState, Subscription
from contacts.services import admission, joining, people, protection
from contacts.services.evidence import Evidence
from contacts.services.joining import Person
from mailhub.delivery.models import Brand, Dispatch
from mailhub.lib import clock
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> List:
    return makers.make_list("News", opt_in="double")


def settle() -> int:
    return admission.settle_due(now=clock.now())


def test_a_sign_up_becomes_a_contact_with_what_was_typed(news: List) -> None:
    people.define_field("shoe", kind="number")

    joining.ask(
        news,
        "Ann@example.org",
        person=Person({"first_name": " Ann "}, {"shoe": "38", "gone": "x"}, "zh-hans"),
    )
    assert settle() == 1

    ann = Contact.objects.get()
    assert (ann.email, ann.first_name, ann.custom, ann.locale) == (
        "Ann@example.org",
        "Ann",
        {"shoe": 38},
        "zh-Hans",
    )
    assert Subscription.objects.get().state == "pending"


def test_only_the_hash_is_left_of_a_settled_row(news: List) -> None:
    joining.ask(news, "ann@example.org", evidence=Evidence(ip="192.0.2.1", user_agent="x"))
    settle()

    row = SignUp.objects.get()
    assert (row.email, row.values, row.ip, row.user_agent, row.state) == ("", {}, None, "", "taken")


def test_a_row_is_settled_once(news: List) -> None:
    joining.ask(news, "ann@example.org")

    assert [settle(), settle()] == [1, 0]
    assert Dispatch.objects.count() == 1


def test_a_brand_without_sender_loses_no_sign_up(news: List) -> None:
    Brand.objects.update(sender_address="")
    joining.ask(news, "ann@example.org")

    assert settle() == 0
    waiting = SignUp.objects.get(state=SignUpState.WAITING)
    assert "no sender" in waiting.problem and waiting.email == "ann@example.org"

    Brand.objects.update(sender_address=factories.SENDER)
    with clock.frozen(clock.now() + admission.TRY_AGAIN_AFTER):
        assert settle() == 1
    assert Subscription.objects.get().state == "pending"


def test_a_list_that_was_deleted_since_asks_nobody(news: List) -> None:
    joining.ask(news, "ann@example.org")
    news.delete()

    assert settle() == 1
    assert not Contact.objects.exists()


def test_many_from_one_place_come_in_hour_by_hour_and_not_for_ever(news: List) -> None:
    start = clock.now()
    row = SignUp.objects.create(
        list_ids=[news.pk], email="ann@example.org", address_hash="0" * 32, ip="198.51.100.1",
        sign="ip", received_at=start, due_at=start,
    )  # fmt: skip
    for _ in range(protection.PER_IP):
        protection.may_pass("198.51.100.1")

    assert settle() == 0
    row.refresh_from_db()
    assert row.state == "waiting" and row.due_at > start

    with clock.frozen(start + timedelta(hours=25)):
        assert settle() == 1
    row.refresh_from_db()
    assert (row.state, row.email) == ("dropped", "")


def test_what_is_wrong_with_the_request_itself_is_said_at_once(news: List) -> None:
    with pytest.raises(joining.addresses.InvalidAddress):
        joining.ask(news, "ann")
    with pytest.raises(joining.fields.InvalidValue):
        joining.ask(news, "ann@example.org", person=Person({"first_name": "x" * 500}))
    assert not SignUp.objects.exists()


def test_sign_ups_are_forgotten_after_a_month(news: List) -> None:
    joining.ask(news, "ann@example.org")

    assert admission.forget_old(now=clock.now() + timedelta(days=31)) == 1
