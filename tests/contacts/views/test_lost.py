"""The page for who has lost the mail with the link."""

from __future__ import annotations

import pytest
from django.test import Client

from contacts.models import LinkRequest
from tests import factories
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    factories.make_brand(sender_address=factories.SENDER)
    return Client(enforce_csrf_checks=True)


def test_it_asks_for_an_address(client: Client) -> None:
    page = client.get("/lost/")

    assert page.status_code == 200
    assert 'type="email"' in page.content.decode()
    assert not LinkRequest.objects.exists()


def test_the_answer_is_the_same_whether_the_address_is_known(client: Client) -> None:
    makers.make_contact("ann@example.org")

    known = client.post("/lost/", {"email": "ann@example.org"})
    unknown = client.post("/lost/", {"email": "abe@example.org"})
    caught = client.post("/lost/", {"email": "abe@example.org", "homepage": "x"})

    assert known.status_code == unknown.status_code == caught.status_code == 200
    pages = [page.content.decode().split("</head>")[1] for page in (known, unknown, caught)]
    assert pages[0] == pages[1] == pages[2]


def test_a_wrong_address_is_said_beside_the_field(client: Client) -> None:
    page = client.post("/lost/", {"email": "ann"}).content.decode()

    assert 'id="email-error"' in page and 'value="ann"' in page


def test_the_brand_of_the_host_asks(client: Client) -> None:
    factories.make_brand(name="Other", public_url="http://127.0.0.1:9999")

    page = client.get("/lost/", headers={"host": "127.0.0.1:9999"}).content.decode()

    assert "Other" in page


def test_of_several_brands_on_one_host_the_named_one_asks_in_each_language(client: Client) -> None:
    other = factories.make_brand(name="Other")

    asked = client.get(f"/lost/?brand={other.pk}").content.decode()
    assert "<bdi>Other</bdi>" in asked
    assert f'href="?brand={other.pk}&amp;lang=zh-hans"' in asked
    done = client.post(f"/lost/?brand={other.pk}", {"email": "ann@example.org"}).content.decode()
    assert "<bdi>Other</bdi>" in done and f'href="/lost/?brand={other.pk}"' in done
    assert LinkRequest.objects.get().brand == other


@pytest.mark.parametrize("named", ["", "?brand=9999999", "?brand=x", "?brand=²"])
def test_where_none_is_named_the_first_that_can_mail_asks(named: str) -> None:
    factories.make_brand(name="Mute")
    factories.make_brand(name="Elsewhere", sender_address=factories.SENDER, public_url="http://shop.test")
    factories.make_brand(name="Shop", sender_address=factories.SENDER)

    assert "<bdi>Shop</bdi>" in Client().get(f"/lost/{named}").content.decode()
