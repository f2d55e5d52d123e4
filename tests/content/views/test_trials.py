"""Test letters: whose address, which right, and what the ledger holds of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from contacts.models import Contact
from contacts.services import people
from mailhub.content.models import Letter, TestLetter
from mailhub.delivery.models import Dispatch, Message
from mailhub.delivery.models.ledger import Lane, Stream
from tests import factories

Staff = Callable[..., Client]
MakeLetter = Callable[..., Letter]


@pytest.fixture
def letter(make_letter: MakeLetter) -> Letter:
    factories.make_brand(sender_address="news@greenshop.test", sender_name="Green Shop")
    return make_letter()


def send(client: Client, letter: Letter, addresses: str, **fields: object):
    form = {"addresses": addresses, "locale": "en", "prefixed": "on", **fields}
    return client.post(f"/letters/{letter.pk}/tests/new/", form)


def test_a_test_goes_through_the_ledger_untracked(staff: Staff, letter: Letter) -> None:
    answer = send(staff("sender"), letter, "bo@example.org, cy@example.org; BO@example.org")
    test = TestLetter.objects.get()
    dispatch = Dispatch.objects.get(pk=test.dispatch_id)
    assert answer.url == f"/letters/{letter.pk}/tests/{test.pk}/"
    assert (dispatch.producer, dispatch.tracking, dispatch.lane) == ("test", "off", Lane.EXPRESS)
    assert dispatch.stream == Stream.TRANSACTIONAL
    rows = Message.objects.filter(dispatch=dispatch)
    assert sorted(rows.values_list("address", flat=True)) == ["bo@example.org", "cy@example.org"]
    assert set(rows.values_list("contact_id", flat=True)) == {None}


def test_an_editor_tests_to_the_own_address_only(staff: Staff, letter: Letter) -> None:
    editor = staff("editor", email="ann@example.org")
    assert send(editor, letter, "Ann@Example.org").status_code == 302
    refused = send(editor, letter, "ann@example.org, bo@example.org")
    assert "You may send tests to your own address" in refused.content.decode()
    assert TestLetter.objects.count() == 1


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        ("", "This field is required"),
        ("nobody", "needs one @"),
        (", ".join(f"p{number}@example.org" for number in range(11)), "11 addresses"),
    ],
)
def test_addresses_that_will_not_do_are_named(
    staff: Staff, letter: Letter, addresses: str, words: str
) -> None:
    assert words in send(staff("sender"), letter, addresses).content.decode()
    assert not TestLetter.objects.exists()


def test_without_a_sender_it_says_where_to_set_one(staff: Staff, make_letter: MakeLetter) -> None:
    page = send(staff("sender"), make_letter(), "bo@example.org")
    assert "Settings → Brand" in page.content.decode()
    assert not TestLetter.objects.exists()


def test_a_letter_in_disorder_is_not_tested(staff: Staff, letter: Letter) -> None:
    client = staff("sender")
    mark = f"/letters/{letter.pk}/"
    client.get(mark)
    client.post(f"/letters/{letter.pk}/take-over/", {"locale": "en", "body": "{{ nope }}"})
    assert "There is no “nope”" in send(client, letter, "bo@example.org").content.decode()
    assert not Dispatch.objects.exists()


def test_the_page_shows_what_became_of_it_and_stops_asking(staff: Staff, letter: Letter) -> None:
    client = staff("sender")
    send(client, letter, "bo@example.org")
    test = TestLetter.objects.get()
    url = f"/letters/{letter.pk}/tests/{test.pk}/"
    poll = {"HX-Request": "true", "HX-Target": "test-results"}
    assert "On its way" in client.get(url).content.decode()
    assert client.get(url, headers=poll).status_code == 200
    Message.objects.filter(dispatch_id=test.dispatch_id).update(state="sent", reply="250 kept")
    settled = client.get(url, headers=poll)
    assert settled.status_code == 286
    assert "250 kept" in settled.content.decode()


def test_the_test_is_written_with_the_chosen_persons_data_and_acts_on_nobody(
    staff: Staff, letter: Letter
) -> None:
    from mailhub.delivery.services import viewing

    cy = people.create("cy@example.org", values={"first_name": "Cyrus"})
    send(staff("sender"), letter, "bo@example.org", reader=cy.pk)
    message = Message.objects.get()
    html = viewing.html_of(dispatch_id=message.dispatch_id, message_id=message.pk)
    assert "Hello Cyrus" in html
    assert (message.contact_id, Contact.objects.count()) == (None, 1)


def test_a_test_is_sent_with_its_subject_marked(staff: Staff, letter: Letter) -> None:
    from mailhub.delivery.models import CompiledLetter

    client = staff("sender")
    send(client, letter, "bo@example.org")
    send(client, letter, "bo@example.org", prefixed="")
    first, second = CompiledLetter.objects.order_by("id").values_list("program", flat=True)
    assert "[Test] News" in first
    assert "[Test]" not in second
