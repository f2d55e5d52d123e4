"""The pages behind the mailed links to see and to erase one's data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from contacts.models import Contact, LinkRequest
from contacts.services import errands
from mailhub.delivery.models import Suppression
from mailhub.lib import clock
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ann() -> Contact:
    return makers.make_contact("ann@example.org", first_name="Annabel")


def url_of(kind: str, contact: Contact) -> str:
    brand = factories.make_brand(sender_address=factories.SENDER)
    errands.ask(contact, kind=kind, brand=brand)
    errands.mail_due(now=clock.now())
    return "/" + errands.link(LinkRequest.objects.get()).split("/", 3)[3]


def test_looking_at_the_data_page_shows_nothing_but_a_button(client: Client, ann: Contact) -> None:
    page = client.get(url_of("data", ann)).content.decode()

    assert page.count("<button") == 1
    assert "a••@e••.org" in page
    assert "Annabel" not in page and "ann@example.org" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("en-US", "until 23 November 2026, 04:47 UTC"), ("zh-CN", "2026年11月23日 04:47")],
)
def test_the_end_of_the_link_is_spelt_as_nobody_mistakes_it(
    client: Client, ann: Contact, language: str, said: str
) -> None:
    url = url_of("data", ann)
    ends_at = datetime(2026, 11, 23, 4, 47, tzinfo=UTC)
    LinkRequest.objects.update(expires_at=ends_at)

    with clock.frozen(ends_at - timedelta(hours=1)):
        page = client.get(url, headers={"accept-language": language}).content.decode()

    assert said in page


def test_the_button_downloads_the_data_as_often_as_wanted(client: Client, ann: Contact) -> None:
    url = url_of("data", ann)

    answers = [client.post(url) for _ in range(2)]

    assert [answer.json()["identity"]["first_name"] for answer in answers] == ["Annabel"] * 2
    assert "attachment" in answers[0]["Content-Disposition"]
    assert answers[0]["Cache-Control"] == "no-store"


def test_looking_at_the_erasure_page_erases_nothing(client: Client, ann: Contact) -> None:
    url = url_of("erasure", ann)

    client.get(url)
    client.head(url)

    assert Contact.objects.get() == ann


def test_the_button_erases_and_the_link_is_over(client: Client, ann: Contact) -> None:
    url = url_of("erasure", ann)

    page = client.post(url)

    assert "Your data is erased" in page.content.decode()
    assert not Contact.objects.exists()
    assert Suppression.objects.get(reason="erased").address_hash == ann.address_hash
    assert client.get(url).status_code == 410
    assert client.post(url).status_code == 410


@pytest.mark.parametrize("kind", ["data", "erasure"])
def test_a_link_is_over_after_a_day_and_says_where_to_get_another(
    client: Client, ann: Contact, kind: str
) -> None:
    url = url_of(kind, ann)

    with clock.frozen(clock.now() + errands.LIFETIME):
        page = client.post(url)

    assert page.status_code == 410
    assert "/lost/" in page.content.decode()
    assert Contact.objects.exists()


def test_a_link_for_one_thing_is_none_for_another(client: Client, ann: Contact) -> None:
    url = url_of("data", ann)

    assert client.post(url.replace("/p/data/", "/p/erase/")).status_code == 404
    assert client.post(url[:-2]).status_code == 404
    assert Contact.objects.exists()
