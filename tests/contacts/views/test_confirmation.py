"""The page behind a confirmation link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from contacts.models import Confirmation, Contact, Subscription
from contacts.services import confirmation_mail, consent, signups
from mailhub.lib import clock
from tests.contacts import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def url() -> str:
    news = makers.make_list("News", opt_in="double")
    signups.start(makers.make_contact("ann@example.org"), news, method="form")
    link = confirmation_mail.link(Confirmation.objects.get(), brand=news.brand)
    return "/confirm/" + link.rpartition("/")[2]


def test_looking_shows_one_button_and_changes_nothing(client: Client, url: str) -> None:
    page = client.get(url)
    client.head(url)

    assert page.content.decode().count("<button") == 1
    assert "a••@e••.org" in page.content.decode()
    assert Subscription.objects.get().state == "pending"


def test_the_button_confirms_and_a_second_click_says_so(client: Client, url: str) -> None:
    assert "You are subscribed" in client.post(url).content.decode()
    assert Subscription.objects.get().state == "subscribed"

    assert "Already confirmed" in client.post(url).content.decode()
    assert "Already confirmed" in client.get(url).content.decode()


def test_an_old_link_has_expired(client: Client, url: str) -> None:
    with clock.frozen(clock.now() + timedelta(days=7)):
        page = client.post(url)

    assert page.status_code == 410
    assert "expired" in page.content.decode()


def test_who_left_since_is_told_so(client: Client, url: str) -> None:
    subscription = Subscription.objects.get()
    consent.withdraw(subscription.contact, subscription.list, method="page")

    assert "unsubscribed since" in client.post(url).content.decode()
    assert Subscription.objects.get().state == "unsubscribed"


def test_a_link_of_somebody_who_is_gone_has_expired(client: Client, url: str) -> None:
    Contact.objects.all().delete()

    assert client.get(url).status_code == 410


def test_a_forged_token_is_not_found(client: Client, url: str) -> None:
    assert client.get(url[:-2]).status_code == 404
