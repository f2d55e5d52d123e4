"""What everybody may send to the public pages, and none of it breaks them."""

from __future__ import annotations

import base64

import pytest
from django.test import Client

from contacts.models import Contact, LeavingReason, LinkRequest, SignUp, SignUpForm, Subscription
from contacts.services import forms
from mailhub.delivery import tokens
from tests.contacts import makers

pytestmark = pytest.mark.django_db
HUGE = "9" * 5000
NUL = "\0"


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def form() -> SignUpForm:
    return forms.keep(forms.of_list(makers.make_list("News", public=True)))


@pytest.fixture
def ann() -> Contact:
    return makers.make_contact("ann@example.org")


def preferences_of(contact: Contact) -> str:
    return f"/p/{tokens.mint('preferences', makers.payload_of(contact, None))}"


@pytest.mark.parametrize("number", [HUGE, "9" * 19, "9" * 18, "-1", "٣", "²", ""])
def test_a_number_that_no_list_has_is_ignored(
    client: Client, form: SignUpForm, ann: Contact, number: str
) -> None:
    news = makers.make_list("More", public=True)
    makers.subscribe(ann, news)
    forms.save(form, lists=[*form.lists.all(), news])

    joined = client.post("/join/news/", {"email": "bo@example.org", "list": number})
    kept = client.post(preferences_of(ann), {"save": "1", "list": number, "shown": number})

    assert (joined.status_code, kept.status_code) == (200, 200)
    assert "Choose at least one of the letters." in joined.content.decode()
    assert not SignUp.objects.exists()
    assert Subscription.objects.get().state == "subscribed"


@pytest.mark.parametrize("language", ["../../x\0", "tlh", "EN", HUGE, "en\0"])
def test_the_proof_names_no_language_that_the_form_does_not_speak(
    client: Client, form: SignUpForm, language: str
) -> None:
    answer = client.post(
        "/join/news/",
        {"email": "ann@example.org", "language": language},
        headers={"accept-language": "zh-CN"} if language != "en\0" else {},
    )

    row = SignUp.objects.get()
    spoken = "en" if language == "en\0" else "zh-hans"
    assert answer.status_code == 200
    assert (row.language, row.form_version) == (spoken, f"news@1/{spoken}")


def test_the_page_says_in_which_language_it_was_shown(client: Client, form: SignUpForm) -> None:
    client.post("/join/news/", {"email": "ann@example.org", "language": "zh-hans"})

    assert SignUp.objects.get().form_version == "news@1/zh-hans"


def test_a_nul_in_any_field_of_a_sign_up_breaks_nothing(client: Client, form: SignUpForm) -> None:
    forms.save(form, lists=form.lists.all())
    SignUpForm.objects.update(asks_first_name=True, asks_last_name=True)
    fields = ("first_name", "last_name", "language", "version", "list", "stamp", "altcha", "x\0")

    answer = client.post(
        "/join/news/",
        {"email": f"ann{NUL}@example.org"} | dict.fromkeys(fields, f"a{NUL}b"),
        headers={"user-agent": f"robot{NUL}"},
    )

    assert answer.status_code == 200
    assert NUL not in str(SignUp.objects.values().get())


def test_a_nul_in_any_field_of_the_other_pages_breaks_nothing(client: Client, ann: Contact) -> None:
    news = makers.make_list("News", public=True)
    makers.subscribe(ann, news)
    page = preferences_of(ann)
    leave = f"/u/{tokens.mint('unsubscribe', makers.payload_of(ann, news))}"
    names = ("first_name", "last_name", "often", "locale", "list", "shown", "save")
    forms_ = [
        (page, dict.fromkeys(names, f"a{NUL}b")),
        (page, {"reason": f"x{NUL}", "text": f"too{NUL} many"}),
        (leave, {f"unsub{NUL}": NUL}),
        ("/lost/", {"email": f"ann{NUL}@example.org", "homepage": ""}),
    ]

    answers = [client.post(path, data, headers={"user-agent": NUL}).status_code for path, data in forms_]

    assert answers == [200] * 4
    assert LeavingReason.objects.get().text == "too many"
    assert LinkRequest.objects.count() == 1


def test_a_proof_of_work_of_brackets_alone_is_none(client: Client, form: SignUpForm) -> None:
    nested = base64.b64encode(b"[" * 1_490).decode()

    answer = client.post("/join/news/", {"email": "ann@example.org", "altcha": nested})

    assert answer.status_code == 200
