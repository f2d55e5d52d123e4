"""Test letters on their way: through the express lane, with links that act on their reader alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contacts.services import letter_tests, people
from mailhub.content import previewing
from mailhub.content.models import TestLetter
from mailhub.content.previewing import NewTest, Sender
from mailhub.content.services import letters
from mailhub.content.variants import VariantSource
from mailhub.delivery.models import Brand, CompiledLetter, Dispatch, Message
from mailhub.delivery.services import free_mail, viewing
from tests import factories

pytestmark = pytest.mark.django_db
SOURCE = VariantSource(
    "html", "en", "News", '<p>Hello {{ contact.first_name }}</p><a href="{{ unsubscribe_url }}">x</a>'
)


def make_test(*, reader_key: str = "", addresses: tuple[str, ...] = ("bo@example.org",)) -> NewTest:
    version = letters.create(
        "x", kind="html", variants=[SOURCE], default_locale="en", schema=previewing.schema()
    )
    test = TestLetter.objects.create(letter=version.letter, locale="en", reader_key=reader_key)
    return NewTest(test.pk, SOURCE, reader_key, addresses)


def make_brand(**fields: str) -> Brand:
    return factories.make_brand(**{"sender_address": "news@greenshop.test", **fields})


def test_a_test_is_compiled_as_marketing_would_be() -> None:
    make_brand()
    dispatch_id = letter_tests.TrialPost().send(make_test())
    program = CompiledLetter.objects.get(dispatch_id=dispatch_id).program
    assert "postal_address" in program


def test_a_sample_person_stands_in_for_nobody() -> None:
    make_brand()
    letter_tests.TrialPost().send(make_test())
    message = Message.objects.get()
    assert "Hello Ann" in viewing.html_of(dispatch_id=message.dispatch_id, message_id=message.pk)


def test_a_person_who_was_deleted_meanwhile_stops_no_test() -> None:
    make_brand()
    cy = people.create("cy@example.org", values={"first_name": "Cyrus"})
    letter_tests.TrialPost().send(make_test(reader_key=str(cy.pk)))
    cy.delete()
    message = Message.objects.get()
    assert "Hello Ann" in viewing.html_of(dispatch_id=message.dispatch_id, message_id=message.pk)


def test_a_suppressed_address_is_not_mailed_and_the_row_says_so() -> None:
    from mailhub.delivery.hashing import address_hash
    from mailhub.delivery.services import suppression

    make_brand()
    suppression.suppress(address_hash("bo@example.org"), reason="hard_bounce")
    dispatch_id = letter_tests.TrialPost().send(make_test(addresses=("bo@example.org", "cy@example.org")))
    results = {each.address: each.state for each in letter_tests.TrialPost().results(dispatch_id)}
    assert results == {"bo@example.org": "skipped", "cy@example.org": "queued"}


def test_a_mailbox_providers_domain_is_no_sender_even_for_a_test() -> None:
    make_brand(sender_address="shop@gmail.com")
    with pytest.raises(free_mail.SenderRefused):
        letter_tests.TrialPost().send(make_test())
    assert not Dispatch.objects.exists()


def test_a_sender_of_its_own_is_whom_the_test_is_from() -> None:
    make_brand(sender_address="")
    sender = Sender("sale@greenshop.test", "Green Sale", "answers@greenshop.test")
    letter_tests.TrialPost().send(replace(make_test(), sender=sender))
    dispatch = Dispatch.objects.get()
    assert (dispatch.sender_address, dispatch.sender_name) == ("sale@greenshop.test", "Green Sale")
    assert dispatch.reply_to == "answers@greenshop.test"


def test_without_any_sender_it_says_where_to_name_one() -> None:
    make_brand(sender_address="")
    with pytest.raises(letter_tests.NoBrand, match="Settings → Brand"):
        letter_tests.TrialPost().send(make_test())


def test_the_chosen_brand_is_the_sender() -> None:
    make_brand(name="One")
    two = make_brand(name="Two", sender_address="hello@two.test")
    letter_tests.TrialPost().send(replace(make_test(), brand_id=two.pk))
    assert Dispatch.objects.get().sender_address == "hello@two.test"
    assert [name for _pk, name in letter_tests.TrialPost().brands()] == ["One", "Two"]
