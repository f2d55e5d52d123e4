"""Links that people ask to be mailed."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, LinkRequest
from contacts.services import consent, errands, protection
from mailhub.delivery import tokens
from mailhub.delivery.models import Brand, Dispatch, Message, PreparedLetter
from mailhub.lib import clock
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Brand:
    return factories.make_brand(sender_address=factories.SENDER)


@pytest.fixture
def ann() -> Contact:
    return makers.make_contact("ann@example.org", locale="zh-CN")


def mail_due() -> int:
    return errands.mail_due(now=clock.now())


def test_whoever_is_known_is_mailed_a_link_in_their_language(brand: Brand, ann: Contact) -> None:
    errands.ask_by_address("ANN@example.org", brand=brand)

    assert mail_due() == 1
    assert Message.objects.get().address == "ann@example.org"
    letter = message_from_bytes(bytes(PreparedLetter.objects.get().mime), policy=default)
    assert "您" in str(letter["Subject"])
    link = errands.link(LinkRequest.objects.get())
    assert all(link in part.get_content() for part in letter.walk() if not part.is_multipart())  # type: ignore[attr-defined]  # EmailMessage
    payload = tokens.read("preferences", link.rpartition("/")[2])
    assert payload.contact_id == ann.pk


def test_nobody_else_is_mailed_and_nothing_typed_is_kept(brand: Brand) -> None:
    errands.ask_by_address("stranger@example.org", brand=brand)

    assert mail_due() == 0
    assert not Dispatch.objects.exists()
    row = LinkRequest.objects.get()
    assert (row.email, row.ip, row.mailed_at) == ("", None, None)
    assert row.settled_at is not None


def test_the_door_does_the_same_for_everybody(brand: Brand, ann: Contact) -> None:
    with CaptureQueriesContext(connection) as known:
        errands.ask_by_address("ann@example.org", brand=brand)
    with CaptureQueriesContext(connection) as unknown:
        errands.ask_by_address("stranger@example.org", brand=brand)

    assert len(known) == len(unknown)


def test_at_most_one_letter_in_ten_minutes_and_three_a_day(brand: Brand, ann: Contact) -> None:
    mailed = []
    for minutes in (0, 5, 11, 22, 33, 44, 60 * 24 + 45):
        with clock.frozen(clock.now() + timedelta(minutes=minutes)):
            errands.ask(ann, kind="manage", brand=brand)
            mailed.append(mail_due())

    assert mailed == [1, 0, 1, 1, 0, 0, 1]


def test_a_robots_request_goes_nowhere(brand: Brand, ann: Contact) -> None:
    errands.ask_by_address("ann@example.org", brand=brand, signs=protection.Signs(trap="x"))

    assert mail_due() == 0


def test_a_brand_without_sender_keeps_the_request_waiting(ann: Contact) -> None:
    brand = factories.make_brand(sender_address="")
    errands.ask(ann, kind="data", brand=brand)

    assert mail_due() == 0
    assert "no sender" in LinkRequest.objects.get().problem

    Brand.objects.update(sender_address=factories.SENDER)
    with clock.frozen(clock.now() + errands.TRY_AGAIN_AFTER):
        assert mail_due() == 1


def test_a_link_to_ones_data_works_for_a_day(brand: Brand, ann: Contact) -> None:
    errands.ask(ann, kind="data", brand=brand)
    mail_due()
    token = errands.link(LinkRequest.objects.get()).rpartition("/")[2]

    assert errands.look(token, kind="data").usable
    with pytest.raises(tokens.BadToken):
        errands.look(token, kind="erasure")
    with clock.frozen(clock.now() + errands.LIFETIME):
        assert not errands.look(token, kind="data").usable


def test_a_link_proves_nothing_after_a_change_of_address(brand: Brand, ann: Contact) -> None:
    errands.ask(ann, kind="data", brand=brand)
    mail_due()
    token = errands.link(LinkRequest.objects.get()).rpartition("/")[2]
    Contact.objects.update(address_hash="0" * 32)

    assert not errands.look(token, kind="data").usable


def test_requests_are_forgotten_after_a_month(brand: Brand, ann: Contact) -> None:
    errands.ask(ann, kind="data", brand=brand)

    assert errands.forget_old(now=clock.now() + timedelta(days=31)) > 0


def test_a_brand_that_the_person_knows_writes_whichever_was_asked(ann: Contact) -> None:
    asked = factories.make_brand(name="Asked", sender_address="")
    shop = factories.make_brand(name="Shop", sender_address=factories.SENDER)
    plants = makers.make_list("Plants", brand=shop)
    makers.subscribe(ann, plants)
    errands.ask_by_address("ann@example.org", brand=asked)

    assert mail_due() == 1

    row = LinkRequest.objects.get()
    assert row.brand == shop
    payload = tokens.read("preferences", errands.link(row).rpartition("/")[2])
    assert (payload.contact_id, payload.list_id) == (ann.pk, plants.pk)


def test_the_brand_that_was_asked_writes_to_who_had_to_do_with_it(brand: Brand, ann: Contact) -> None:
    other = factories.make_brand(name="Other", sender_address=factories.SENDER)
    news = makers.make_list("News", brand=brand)
    makers.subscribe(ann, news)
    consent.withdraw(ann, news, method="page")
    makers.subscribe(ann, makers.make_list("Elsewhere", brand=other))
    errands.ask_by_address("ann@example.org", brand=brand)

    assert mail_due() == 1
    assert LinkRequest.objects.get().brand == brand
