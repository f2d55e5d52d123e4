"""The page behind a confirmation link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from contacts.models import Confirmation, Contact, Subscription
from contacts.services import admission, confirmation_mail, consent, forms, joining, signups
from contacts.services.evidence import Evidence
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


def test_an_expired_link_offers_a_new_one(client: Client, url: str) -> None:
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert 'name="again"' in client.get(url).content.decode()
        page = client.post(url, {"again": "1"})

    assert page.status_code == 200
    assert "Look in your inbox" in page.content.decode()
    assert Confirmation.objects.count() == 2
    assert Subscription.objects.get().state == "pending"


def test_asking_again_is_answered_the_same_whoever_it_is(client: Client, url: str) -> None:
    waiting = client.post(url, {"again": "1"}).content.decode()
    client.post(url)
    subscribed = client.post(url, {"again": "1"}).content.decode()
    Contact.objects.all().delete()
    gone = client.post(url, {"again": "1"}).content.decode()

    bodies = [page.split("</head>")[1] for page in (waiting, subscribed, gone)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert Subscription.objects.count() == 0


def test_whoever_left_since_may_ask_for_a_new_link(client: Client, url: str) -> None:
    subscription = Subscription.objects.get()
    consent.withdraw(subscription.contact, subscription.list, method="page")

    with clock.frozen(clock.now() + timedelta(hours=1)):
        client.post(url, {"again": "1"})

    assert Subscription.objects.get().state == "pending"
    assert Confirmation.objects.count() == 2


def test_the_welcome_is_what_the_form_says(client: Client) -> None:
    news = makers.make_list("Weekly", opt_in="double", public=True)
    form = forms.of_list(news)
    form.texts = {"en": {"welcome": "Hello and ten per cent off."}}
    forms.save(form, lists=[news])
    joining.ask(form, "bo@example.org", evidence=Evidence(form_version="weekly@1/en"))
    admission.settle_due(now=clock.now())
    link = confirmation_mail.link(Confirmation.objects.get(), brand=news.brand)

    page = client.post("/confirm/" + link.rpartition("/")[2]).content.decode()

    assert "Hello and ten per cent off." in page
    assert 'href="/p/' in page


def test_one_answer_confirms_all_lists_of_the_question(client: Client) -> None:
    lists = [makers.make_list(name, opt_in="double") for name in ("Plants", "Seeds")]
    signups.start_many(makers.make_contact("bo@example.org"), lists, method="form")
    link = confirmation_mail.link(Confirmation.objects.get(), brand=lists[0].brand)

    page = client.post("/confirm/" + link.rpartition("/")[2]).content.decode()

    assert "Plants, Seeds" in page
    assert set(Subscription.objects.values_list("state", flat=True)) == {"subscribed"}
