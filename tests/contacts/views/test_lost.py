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
